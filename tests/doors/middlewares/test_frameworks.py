"""What every framework promises, with a node in the process and with a Chaveiro elsewhere: one contract for all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from tests.cases import CASES, PEPPER, WORLD, Case
from tests.doors.middlewares import serving
from tests.doors.middlewares.frameworks import FRAMEWORKS, OPEN, Framework, named_path
from tests.doors.middlewares.serving import Caller, Response
from tests.doors.world import listening
from tests.test_cases import GATEWAY_CANNOT, Clock, assert_kept, assert_told, keyring_of

from chaveiro.core.names import Resource
from chaveiro.doors.middlewares.embedded import Embedded
from chaveiro.doors.middlewares.port import Authorizer
from chaveiro.doors.middlewares.remote import Remote
from chaveiro.doors.place import Place
from chaveiro.node import Node
from chaveiro.serve.house import House, furnished
from chaveiro.serve.pepper import Pepper
from chaveiro.settings import Settings
from chaveiro.stores.memory import MemoryStore

BY_NAME = "a gateway asks about requests, not about resources"
CAPITALS = "methods are written in capitals"  # uvicorn refuses others before anybody hears of them
CANNOT = {name for reason, names in GATEWAY_CANNOT.items() if reason != BY_NAME for name in names}
PLACE = Place(base_hosts=("localhost",))
ORDERS = "/api/oms/pvt/orders"
GOOD = WORLD.pair("erp")
PAIR = [
    (b"X-VTEX-API-AppKey", GOOD.app_key.encode()),
    (b"X-VTEX-API-AppToken", GOOD.token("").encode()),
]


@pytest.fixture(scope="module")
def house(framework: Framework) -> House:
    """The world of the cases in a process that keeps it in memory. What fails often is told otherwise: one each."""
    clock = Clock()
    built = furnished(Settings(), MemoryStore(), Pepper(PEPPER), clock=lambda: clock.now)
    WORLD.install(lambda command, by: built.node.carry_out(command, by=by), clock.set)
    clock.set(WORLD.now)
    return built


class Lent:
    """A house that stays open when an application stops."""

    def __init__(self, house: House) -> None:
        self.house = house

    @property
    def node(self) -> Node:
        return self.house.node

    def start(self) -> None:
        """It answers already."""

    def close(self) -> None:
        """It goes on answering."""


@pytest.fixture(scope="module", params=["embedded", "remote"])
def authorizer(request: pytest.FixtureRequest, framework: Framework, house: House) -> Iterator[Authorizer]:
    """Who decides. Elsewhere, its own answers are compared with `/openapi.json`: once, as they are the same for all."""
    if request.param == "embedded":
        yield Embedded(lambda: Lent(house), PLACE)
        return
    app = house.app(PLACE)
    with listening(app) if framework is FRAMEWORKS[0] else serving.asgi(app, proxy_headers=False) as port:
        remote = Remote(f"http://127.0.0.1:{port}", deadline_seconds=10)
        yield remote
        remote.close()


@pytest.fixture(scope="module", params=FRAMEWORKS, ids=str)
def framework(request: pytest.FixtureRequest) -> Framework:
    found: Framework = request.param
    return found


@pytest.fixture(scope="module")
def caller(framework: Framework, authorizer: Authorizer) -> Iterator[Caller]:
    with ExitStack() as stack:
        caller = Caller(stack.enter_context(framework.serve(authorizer)))
        stack.callback(caller.close)
        yield caller


def sent(caller: Caller, case: Case) -> Response:
    """Send a case as its caller would through a proxy on this machine."""
    forwarded = [
        (b"X-Forwarded-For", case.address.encode() or b"unknown"),
        (b"X-Forwarded-Proto", case.transport.value.encode()),
    ]
    target = named_path(case.resource) if case.resource else case.target
    return caller.ask(case.method, target, [*forwarded, *case.headers()], host=f"{case.account}.localhost")


def test_every_case_has_its_answer(framework: Framework, caller: Caller, house: House) -> None:
    """Verdict, words, facts and record as at every other door; the application sees who calls, and no secret."""
    told = [case for case in CASES if case.name not in CANNOT and (framework.names_resources or not case.resource)]
    assert len(told) > 60
    for case in told:
        answer = sent(caller, case)
        if case.name == CAPITALS and answer.status == 400:
            continue
        assert answer.status == case.expected.status, (case, answer.status, answer.body)
        if case.expected.decision == "allow" and case.method == "HEAD":
            assert answer.content == b""
        elif case.expected.decision == "allow":
            who, shown = answer.body["who"], answer.body["headers"]
            assert tuple(who["role_names"]) == case.expected.roles, case
            assert [keyring_of(case).roles[role].name for role in who["roles"]] == who["role_names"], case
            assert (who["account"], who["user"]) == (case.account, None), case
            assert not any(name.startswith(("x-vtex-api", "x-chaveiro")) for name in shown), case
        else:
            assert_refused(case, answer)
            if framework is FRAMEWORKS[0]:  # by then there is no difference any more, and examining takes its time
                assert_kept(house, case, answer.body["instance"].rpartition(":")[2])


def assert_refused(case: Case, answer: Response) -> None:
    """What the caller is told."""
    assert_told(case, answer.body)
    assert answer.body["code"] == case.expected.code, case
    assert answer.body.items() >= case.expected.facts.items(), case
    assert ("www-authenticate" in answer.headers) is (answer.status == 401), case
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("asks", "tag"), [(b"pt-BR,pt;q=0.9", "pt-BR"), (b"es", "es-419"), (b"fr", "en")])
def test_the_caller_s_language_is_spoken(caller: Caller, asks: bytes, tag: str) -> None:
    """As at every door."""
    answer = caller.ask("GET", ORDERS, [(b"Accept-Language", asks)])
    assert (answer.status, answer.headers["content-language"]) == (401, tag)


def test_the_application_is_told_who_calls_as_values(caller: Caller, house: House) -> None:
    """Account, appKey, roles and the revision that was known."""
    who = caller.ask("GET", ORDERS, PAIR).body["who"]
    assert (who["account"], who["app_key"]) == ("acme", GOOD.app_key)
    assert who["revision"] == str(house.node.known.revision)
    assert who["roles"]


@pytest.mark.parametrize("spelling", [b"X-Chaveiro-Key", b"x-chaveiro-key", b"X_Chaveiro_Key", b"X-Chaveiro_Anything"])
@pytest.mark.parametrize("path", [ORDERS, OPEN])
def test_nobody_says_who_calls_but_chaveiro(caller: Caller, spelling: bytes, path: str) -> None:
    """A caller's own identity headers are gone in every spelling, on open paths too; so is the pair."""
    forged = [(spelling, b"forged"), (b"X-Chaveiro-Account", b"globex"), (b"X-Chaveiro-Roles", b"1,2,3")]
    answer = caller.ask("GET", path, [*PAIR, *forged])
    assert answer.status == 200
    assert not any(name.startswith(("x-chaveiro", "x-vtex")) for name in answer.body["headers"])
    assert "forged" not in answer.content.decode()


def test_a_user_s_token_stays_out_of_the_application(caller: Caller) -> None:
    """Its header, and its cookie among others that stay."""
    secrets = [(b"VtexIdclientAutCookie", b"eyJa.b.c"), (b"Cookie", b"a=1; VtexIdclientAutCookie_acme=eyJa.b.c; b=2")]
    shown = caller.ask("GET", OPEN, secrets).body["headers"]
    assert "vtexidclientautcookie" not in shown
    assert shown["cookie"] == "a=1; b=2"


@pytest.mark.parametrize(
    "path",
    ["/healthz/", "//healthz", "/healthz/../api", "/./healthz", "/health%7A", "/healthz;x", "/HEALTHZ", "/healthzz"],
)
def test_what_is_open_is_open_to_the_byte(framework: Framework, caller: Caller, path: str) -> None:
    """No other spelling of it, and nothing below it."""
    if path.startswith("//") and not framework.raw_headers:
        return  # Python's own HTTP server, and Werkzeug's with it, makes one slash of them before anybody hears of it
    answer = caller.ask("GET", path, [])
    assert answer.status in {400, 401}, path


def test_what_is_open_asks_nobody(caller: Caller) -> None:
    """And nobody is known to call."""
    answer = caller.ask("GET", f"{OPEN}?x=1", [])
    assert (answer.status, answer.body["who"]) == (200, None)


def test_two_credentials_are_refused_however_the_server_joins_them(framework: Framework, caller: Caller) -> None:
    """Repeated, or with a second spelling beside them where the server shows it."""
    doubled = caller.ask("GET", ORDERS, [*PAIR, PAIR[1]])
    assert (doubled.status, doubled.body["cause"]) == (401, "token_duplicated")
    underscored = caller.ask("GET", ORDERS, [*PAIR, (b"X_VTEX_API_AppToken", PAIR[1][1])])
    if framework.raw_headers:
        assert (underscored.status, underscored.body["cause"]) == (401, "token_duplicated")
    else:  # Werkzeug drops such a header before anybody sees it
        assert underscored.status == 200


@pytest.mark.parametrize("headers", [[(b"X-Chaveiro-At-Least", b"nonsense")], [(b"Host", b"globex.localhost")]])
def test_what_cannot_be_understood_is_no_verdict(caller: Caller, headers: list[tuple[bytes, bytes]]) -> None:
    """A revision that is none, a second host: 400, by whoever noticed."""
    assert caller.ask("GET", ORDERS, [*PAIR, *headers]).status == 400


def test_who_insists_on_a_revision_is_never_answered_from_before(caller: Caller, house: House) -> None:
    """What is known is enough; what nobody knows is 503, and no denial."""
    known = house.node.known.revision
    assert caller.ask("GET", ORDERS, [*PAIR, (b"X-Chaveiro-At-Least", str(known).encode())]).status == 200
    ahead = f"{known.epoch}.{known.seq + 1}".encode()
    answer = caller.ask("GET", ORDERS, [*PAIR, (b"X-Chaveiro-At-Least", ahead)])
    assert (answer.status, answer.body["code"]) == (503, "authorization_unavailable")
    assert "www-authenticate" not in answer.headers
    assert answer.headers["retry-after"] == "5"


def test_method_and_path_are_judged_by_the_catalogue_and_nothing_else_says_them(caller: Caller) -> None:
    """No header overrides a method; a path without a route is denied."""
    answer = caller.ask("DELETE", ORDERS, [*PAIR, (b"X-HTTP-Method-Override", b"GET")])
    assert (answer.status, answer.body["cause"]) == (403, "method_not_mapped")
    assert caller.ask("GET", "/nowhere", PAIR).body["cause"] == "route_not_mapped"


def test_an_answer_to_head_has_no_body(caller: Caller) -> None:
    """Only what GET would have said of itself."""
    answer = caller.ask("HEAD", ORDERS, [])
    assert (answer.status, answer.content) == (401, b"")


def test_a_resource_demanded_by_name_needs_no_route(framework: Framework, caller: Caller) -> None:
    """The catalogue has no such path; the pair's role has the resource, or has not."""
    if not framework.names_resources:
        assert caller.ask("GET", named_path(Resource("OMS", "ListOrders")), PAIR).status == 403
        return
    assert caller.ask("GET", named_path(Resource("OMS", "ListOrders")), PAIR).status == 200
    lacking = caller.ask("GET", named_path(Resource("License Manager", "EditApiKeys")), PAIR)
    assert (lacking.status, lacking.body["cause"]) == (403, "permission_missing_resource")
    assert lacking.body["required"]["resources"] == [{"product": "License Manager", "key": "EditApiKeys"}]
