"""What a route demands by name, what frameworks document of it, and what happens past a guard."""

import asyncio
import json
from collections.abc import Iterator
from typing import Annotated, Any

import fastapi
import flask
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory, override_settings
from structlog.testing import capture_logs
from tests.doors.middlewares import frameworks, serving
from tests.doors.middlewares.frameworks import FRAMEWORKS, Framework, named_path
from tests.doors.middlewares.serving import Caller
from tests.doors.world import LIST, ORDERS, World, furnish

from chaveiro.doors.middlewares.asgi import ChaveiroMiddleware as AsgiMiddleware
from chaveiro.doors.middlewares.demand import NotJudged
from chaveiro.doors.middlewares.django import ChaveiroMiddleware as DjangoMiddleware
from chaveiro.doors.middlewares.django import resource as django_resource
from chaveiro.doors.middlewares.embedded import Embedded
from chaveiro.doors.middlewares.fastapi import Chaveiro
from chaveiro.doors.middlewares.flask import Chaveiro as FlaskChaveiro
from chaveiro.doors.middlewares.remote import Remote
from chaveiro.doors.place import Place
from chaveiro.wire.identity import Identity

PLACE = Place(base_hosts=("localhost",))
HOST = {"Host": "acme.localhost"}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = furnish()
    yield world
    world.house.close()


class Kept:
    """A house that goes on when an application stops."""

    def __init__(self, world: World) -> None:
        self.node = world.house.node

    def start(self) -> None:
        """It answers already."""

    def close(self) -> None:
        """It goes on."""


@pytest.fixture
def embedded(world: World) -> Embedded:
    return Embedded(lambda: Kept(world), PLACE)


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=str)
def test_an_application_whose_authorizer_is_down_lets_nobody_in_and_blames_nobody(framework: Framework) -> None:
    """503 with when to try again, in the caller's language; what is open stays open."""
    remote = Remote("http://127.0.0.1:9")  # discard: nobody listens there
    headers = [(b"X-VTEX-API-AppKey", b"k"), (b"X-VTEX-API-AppToken", b"t"), (b"Accept-Language", b"pt")]
    with framework.serve(remote) as port, capture_logs():
        caller = Caller(port)
        answer = caller.ask("GET", ORDERS, headers)
        assert (answer.status, answer.body["code"]) == (503, "authorization_unavailable")
        assert (answer.headers["retry-after"], answer.headers["content-language"]) == ("5", "pt-BR")
        assert "www-authenticate" not in answer.headers
        assert caller.ask("GET", frameworks.OPEN, headers).status == 200
        caller.close()
    remote.close()


def pair(world: World) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in world.pairs["good"].headers.items()]


# ------------------------------------------------------------------------------------------------------------- FastAPI


def test_fastapi_documents_two_headers_that_go_together(embedded: Embedded) -> None:
    """Two schemes of keys in headers, needed both; other ways in of the application's own stay as they are."""
    app = frameworks.fastapi_app(embedded)
    document = app.openapi()
    assert document["components"]["securitySchemes"] == {
        name: {"type": "apiKey", "in": "header", "name": header, "description": description}
        for name, header, description in (
            ("appKey", "X-VTEX-API-AppKey", "The pair's public half."),
            ("appToken", "X-VTEX-API-AppToken", "Its secret half."),
        )
    }
    named = document["paths"][named_path(LIST)]["get"]
    assert named["security"] == [{"appKey": [], "appToken": []}]
    assert "parameters" not in named
    assert app.openapi()["paths"][named_path(LIST)]["get"]["security"] == named["security"], "written once more"


def test_a_route_may_be_judged_behind_a_middleware_that_judged_it(world: World, embedded: Embedded) -> None:
    """By what came, of which the middleware already kept the token back."""
    app = AsgiMiddleware(frameworks.fastapi_app(embedded), embedded)
    with serving.asgi(app) as port:
        caller = Caller(port)
        assert caller.ask("GET", ORDERS, pair(world)).body["who"]["app_key"] == world.pairs["good"].app_key
        assert caller.ask("GET", named_path(LIST), pair(world)).body["cause"] == "route_not_mapped"
        caller.close()


def test_a_refusal_that_no_application_was_told_of_is_a_refusal(embedded: Embedded) -> None:
    """Without `protect` the words are missing, and the status is right."""
    app = fastapi.FastAPI()

    @app.get(ORDERS, dependencies=[fastapi.Depends(Chaveiro(embedded))])
    def orders() -> dict[str, str]:
        raise AssertionError("it went on")

    with serving.asgi(app) as port:
        caller = Caller(port)
        assert caller.ask("GET", ORDERS, []).status == 401
        caller.close()


@pytest.mark.parametrize("extensions", [{}, {"websocket.http.response": {}}])
def test_a_websocket_route_is_judged_too(world: World, embedded: Embedded, extensions: dict[str, Any]) -> None:
    """Before it is opened; who is refused reads why, where the server can send it."""
    chaveiro, app = Chaveiro(embedded), fastapi.FastAPI()
    chaveiro.protect(app)

    @app.websocket("/live")
    async def live(
        socket: fastapi.WebSocket, who: Annotated[Identity, fastapi.Depends(chaveiro.resource(*LIST))]
    ) -> None:
        await socket.accept()
        await socket.send_text(who.subject)
        await socket.close()

    def begun(headers: list[tuple[bytes, bytes]]) -> list[dict[str, Any]]:
        sent = [(b"host", b"acme.localhost"), *((name.lower(), value) for name, value in headers)]
        return asyncio.run(_asked(app, sent, extensions))

    assert begun(pair(world))[1]["text"] == world.pairs["good"].app_key
    refused = begun([])
    if extensions:
        assert (refused[0]["type"], refused[0]["status"]) == ("websocket.http.response.start", 401)
        assert json.loads(refused[1]["body"])["cause"] == "credentials_missing"
    else:
        assert (refused[0]["type"], refused[0]["code"]) == ("websocket.close", 1008)


async def _asked(app: Any, headers: list[tuple[bytes, bytes]], extensions: dict[str, Any]) -> list[dict[str, Any]]:
    """Begin a WebSocket as a server would, and collect what is said."""
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(event: dict[str, Any]) -> None:
        said.append(event)

    scope = {"type": "websocket", "path": "/live", "raw_path": b"/live", "query_string": b"", "scheme": "ws"}
    await app(scope | {"headers": headers, "extensions": extensions, "subprotocols": []}, receive, send)
    return said


# --------------------------------------------------------------------------------------------------- Flask and Django


def test_a_demand_past_its_guard_is_no_way_in(embedded: Embedded, world: World) -> None:
    """A view of an application that nobody guards, or whose guard is another one's, raises."""
    guarded, bare = flask.Flask("guarded"), flask.Flask("bare")
    chaveiro = FlaskChaveiro(guarded, embedded)
    view = chaveiro.resource(*LIST)(lambda: "in")
    bare.add_url_rule("/", "view", view)
    bare.testing = True
    with pytest.raises(NotJudged):
        bare.test_client().get("/")
    with pytest.raises(NotJudged):
        django_resource(*LIST)(lambda request: "in")(RequestFactory().get("/"))

    @django_resource(*LIST)
    async def later(request: Any) -> str:
        return "in"

    with pytest.raises(NotJudged):
        asyncio.run(later(RequestFactory().get("/")))


def test_a_demand_survives_other_decorators_and_stands_alone(embedded: Embedded) -> None:
    """Two of them would each be judged alone: they are refused when the application is made."""
    with pytest.raises(ValueError, match="one resource"):
        django_resource(*LIST)(django_resource("OMS", "CancelAction")(lambda request: None))


def test_an_extension_may_guard_an_application_that_is_made_later(world: World, embedded: Embedded) -> None:
    """`init_app`, as Flask's extensions have it; without one who decides there is none."""
    chaveiro = FlaskChaveiro(authorizer=embedded)
    app = flask.Flask("later")
    seen: list[str] = []
    app.before_request(lambda: seen.append("before"))
    chaveiro.init_app(app)
    app.add_url_rule(ORDERS, "orders", lambda: flask.g.chaveiro.subject)
    client = app.test_client()
    assert client.get(ORDERS, headers=HOST).status_code == 401
    assert seen == [], "nothing of the application runs before the guard"
    answer = client.get(ORDERS, headers=HOST | world.pairs["good"].headers)
    assert (answer.status_code, answer.text) == (200, world.pairs["good"].app_key)
    with pytest.raises(TypeError, match="who decides"):
        FlaskChaveiro(app)


@pytest.mark.parametrize(
    "chosen",
    [None, {}, {"public": []}, {"authorizer": 1, "publik": []}, {"authorizer": 1, "public": ["/a/../b"]}, "embedded"],
)
def test_a_django_setting_that_says_too_little_is_refused(chosen: object) -> None:
    """When the application starts, and not with its first request."""
    frameworks.configure_django()
    with override_settings(CHAVEIRO=chosen), pytest.raises(ImproperlyConfigured):
        DjangoMiddleware(lambda request: None)


class Rewriting:
    """A middleware of an application's own that chooses another path."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        request.path_info = request.headers["X-Path"]
        return self.get_response(request)


@pytest.mark.parametrize("serve", [frameworks.django_wsgi, frameworks.django_asgi], ids=["wsgi", "asgi"])
def test_no_view_runs_by_the_verdict_on_another(world: World, embedded: Embedded, serve: Any) -> None:
    """Neither one that demands something by one that was judged by its route, nor the other way round."""
    frameworks.configure_django()
    chain = ["chaveiro.doors.middlewares.django.ChaveiroMiddleware", f"{__name__}.Rewriting"]
    with serve(embedded, middleware=[*chain]) as port:
        caller = Caller(port)
        for path, other, status in (
            (ORDERS, "/api/oms/pvt/orders/1", 200),
            (named_path(LIST), ORDERS, 500),
            (ORDERS, named_path(LIST), 500),
        ):
            assert caller.ask("GET", path, [*pair(world), (b"X-Path", other.encode())]).status == status, path
            caller.close()


def test_json_of_a_refusal_is_the_same_in_every_framework(world: World, embedded: Embedded) -> None:
    """Byte for byte, the denial's id aside."""
    told = set()
    for framework in FRAMEWORKS:
        with framework.serve(Embedded(lambda: Kept(world), PLACE)) as port:
            caller = Caller(port)
            answer = caller.ask("GET", ORDERS, [(b"X-VTEX-API-AppKey", b"cvk_1")])
            caller.close()
        told.add(json.dumps({name: value for name, value in answer.body.items() if name != "instance"}))
    assert len(told) == 1
