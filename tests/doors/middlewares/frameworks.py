"""One small application in each framework: it tells who calls, and what it was shown of the request."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import django
import fastapi
import flask
from django.conf import settings as django_settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.test import override_settings
from django.urls import path, re_path
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from tests.cases import CASES
from tests.doors.middlewares import serving

from chaveiro.core.names import Resource
from chaveiro.doors.middlewares.asgi import ChaveiroMiddleware as AsgiMiddleware
from chaveiro.doors.middlewares.django import resource as django_resource
from chaveiro.doors.middlewares.fastapi import Chaveiro as FastapiChaveiro
from chaveiro.doors.middlewares.flask import Chaveiro as FlaskChaveiro
from chaveiro.doors.middlewares.port import Authorizer
from chaveiro.doors.middlewares.wsgi import ChaveiroMiddleware as WsgiMiddleware
from chaveiro.wire.identity import Identity

RESOURCES = sorted({case.resource for case in CASES if case.resource} | {Resource("OMS", "ListOrders")})
OPEN = "/healthz"
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]


def named_path(resource: Resource) -> str:
    """Where an application demands a resource by its name."""
    return f"/named/{RESOURCES.index(resource)}"


def seen(identity: Identity | None, headers: dict[str, str]) -> dict[str, Any]:
    """What an application knows of a request."""
    who = identity and {
        "account": identity.account,
        "app_key": identity.app_key,
        "user": identity.user,
        "roles": identity.roles,
        "role_names": identity.role_names,
        "revision": str(identity.revision),
    }
    return {"who": who, "headers": {name.lower().replace("_", "-"): value for name, value in headers.items()}}


@dataclass(frozen=True)
class Framework:
    """How an application is made and served in one framework."""

    name: str
    serve: Callable[..., AbstractContextManager[int]]
    names_resources: bool  # whether a route may demand a resource
    everything: bool = True  # whether what has no route is judged as well
    raw_headers: bool = True  # whether the application's server tells `_` from `-`

    def __str__(self) -> str:
        return self.name


# ------------------------------------------------------------------------------------------------------------ Starlette


@contextmanager
def asgi(authorizer: Authorizer, **more: Any) -> Iterator[int]:
    async def tell(request: Request) -> JSONResponse:
        assert request.state.chaveiro is request.scope["chaveiro"]
        return JSONResponse(seen(request.state.chaveiro, dict(request.headers)))

    app = Starlette(routes=[Route("/{rest:path}", tell, methods=METHODS)])
    with serving.asgi(AsgiMiddleware(app, authorizer, public=[OPEN], **more), proxy_headers=False) as port:
        yield port


# ------------------------------------------------------------------------------------------------------------- FastAPI


def fastapi_app(authorizer: Authorizer, **more: Any) -> fastapi.FastAPI:
    chaveiro = FastapiChaveiro(authorizer, public=[OPEN], **more)
    app = fastapi.FastAPI()
    chaveiro.protect(app)
    for one in RESOURCES:

        @app.get(named_path(one))
        def tell_named(
            request: fastapi.Request, who: Annotated[Identity, fastapi.Depends(chaveiro.resource(*one))]
        ) -> dict[str, Any]:
            return seen(who, dict(request.headers))

    @app.api_route("/{rest:path}", methods=METHODS, include_in_schema=False)
    async def tell(
        request: fastapi.Request,
        who: Annotated[Identity | None, fastapi.Depends(chaveiro)],
        x_chaveiro_key: Annotated[str | None, fastapi.Header()] = None,
    ) -> dict[str, Any]:
        assert request.state.chaveiro is who
        assert x_chaveiro_key is None
        return seen(who, dict(request.headers))

    return app


@contextmanager
def fast(authorizer: Authorizer, **more: Any) -> Iterator[int]:
    with serving.asgi(fastapi_app(authorizer, **more), proxy_headers=False) as port:
        yield port


# ---------------------------------------------------------------------------------------------------------------- WSGI


def of_environ(environ: dict[str, Any]) -> dict[str, str]:
    return {name.removeprefix("HTTP_"): str(value) for name, value in environ.items() if name.startswith("HTTP_")}


@contextmanager
def wsgi(authorizer: Authorizer, serve: Any = serving.wsgi, **more: Any) -> Iterator[int]:
    def tell(environ: Any, start_response: Any) -> list[bytes]:
        body = json.dumps(seen(environ["chaveiro"], of_environ(environ))).encode()
        start_response("200 OK", [("content-type", "application/json"), ("content-length", str(len(body)))])
        return [body]

    with serve(WsgiMiddleware(tell, authorizer, public=[OPEN], **more)) as port:
        yield port


# --------------------------------------------------------------------------------------------------------------- Flask


def flask_app(authorizer: Authorizer, **more: Any) -> flask.Flask:
    app = flask.Flask(__name__, static_folder=None)
    chaveiro = FlaskChaveiro(app, authorizer, public=[OPEN], **more)

    def told() -> dict[str, Any]:
        assert flask.request.environ["chaveiro"] is flask.g.chaveiro
        return seen(flask.g.chaveiro, dict(flask.request.headers))

    for one in RESOURCES:
        app.add_url_rule(named_path(one), named_path(one), chaveiro.resource(*one)(told))
    app.add_url_rule("/", "root", told, methods=METHODS)
    app.add_url_rule("/<path:rest>", "rest", lambda rest: told(), methods=METHODS)
    return app


@contextmanager
def flask_(authorizer: Authorizer, **more: Any) -> Iterator[int]:
    with serving.wsgi(flask_app(authorizer, **more)) as port:
        yield port


# -------------------------------------------------------------------------------------------------------------- Django


def tell_django(request: HttpRequest, **_: Any) -> JsonResponse:
    return JsonResponse(seen(request.chaveiro, dict(request.headers)))


async def tell_django_later(request: HttpRequest, **_: Any) -> JsonResponse:
    return JsonResponse(seen(request.chaveiro, dict(request.headers)))


# A view of each kind: what is demanded of a coroutine function is demanded as well.
URLS = [
    path(
        named_path(one).lstrip("/"),
        django_resource(*one)(tell_django_later if RESOURCES.index(one) % 2 else tell_django),
    )
    for one in RESOURCES
]


class Urls:
    """What Django takes for a module of addresses."""

    urlpatterns = (*URLS, re_path("^.*$", tell_django))


def configure_django() -> None:
    """Once in a process, as Django has it."""
    if not django_settings.configured:
        django_settings.configure(ALLOWED_HOSTS=["*"], LOGGING_CONFIG=None, SECRET_KEY="a test's own")
        django.setup(set_prefix=False)


@contextmanager
def _django(authorizer: Authorizer, more: dict[str, Any]) -> Iterator[None]:
    configure_django()
    chain = more.pop("middleware", ["chaveiro.doors.middlewares.django.ChaveiroMiddleware"])
    with override_settings(
        ROOT_URLCONF=Urls,
        MIDDLEWARE=chain,
        CHAVEIRO={"authorizer": authorizer, "public": [OPEN], **more},
    ):
        yield


@contextmanager
def django_wsgi(authorizer: Authorizer, **more: Any) -> Iterator[int]:
    with _django(authorizer, more), serving.wsgi(get_wsgi_application()) as port:
        yield port


@contextmanager
def django_asgi(authorizer: Authorizer, **more: Any) -> Iterator[int]:
    with _django(authorizer, more), serving.asgi(get_asgi_application(), proxy_headers=False) as port:
        yield port


FRAMEWORKS = [
    Framework("asgi", asgi, names_resources=False),
    Framework("fastapi", fast, names_resources=True, everything=False),
    Framework("wsgi", wsgi, names_resources=False, raw_headers=False),
    Framework("flask", flask_, names_resources=True, raw_headers=False),
    Framework("django-wsgi", django_wsgi, names_resources=True, raw_headers=False),
    Framework("django-asgi", django_asgi, names_resources=True),
]
