"""Every case of `cases/` has the same answer everywhere: `decide`, the doctor, and every door."""

import asyncio
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.cases import CASES, PEPPER, UNREACHED, WORLD, Case, attempt
from tests.edits import edited
from tests.world import CASES_FOLDER

from chaveiro.core.attempt import Field, Need, Transport
from chaveiro.core.cause import Cause, Stage
from chaveiro.core.credential import digest
from chaveiro.core.decision import AFTER_PROOF, Allowed, Denied, decide
from chaveiro.core.keyring import Keyring
from chaveiro.core.names import AppKey, Moment, role_id
from chaveiro.doctor.engine import diagnose, tell
from chaveiro.doors.asgi import App
from chaveiro.doors.cli.app import run
from chaveiro.doors.envoy.door import answered, asked
from chaveiro.doors.envoy.messages import CheckRequest
from chaveiro.doors.place import Place
from chaveiro.node.knowledge import NOBODY
from chaveiro.serve.house import House, furnished
from chaveiro.serve.pepper import Pepper
from chaveiro.settings import Settings
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.sql import SqlStore
from chaveiro.wire.message import Reply

# What decide() itself tells apart before the pair has matched; the rest is the doctor's.
SEEN_BY_DECIDE = {
    Cause.VALUE_OVERSIZED,
    Cause.CREDENTIALS_IN_QUERY,
    Cause.WRONG_HEADER_NAME,
    Cause.CREDENTIALS_MISSING,
    Cause.KEY_MISSING,
    Cause.TOKEN_MISSING,
    Cause.KEY_DUPLICATED,
    Cause.TOKEN_DUPLICATED,
    Cause.KEY_EMPTY,
    Cause.TOKEN_EMPTY,
}

_NO_HEADERS = {
    "a JSON body and a command line have one place for each value, and no headers": (
        "two appKeys are refused, as the next reader might take the other one",
        "two appTokens are refused, although both are right",
        "a token in a header of another name is told the right name",
        "an appKey in a header of another name is told the right name",
    ),
}
CHECK_CANNOT = _NO_HEADERS
GATEWAY_CANNOT = {
    "a gateway asks about requests, not about resources": (
        "a resource can be asked for by name",
        "a resource that was asked for by name is not given",
        "a role that manages keys is no role for orders, and the other way round",
    ),
    "HTTP takes blanks off the ends of a header's value": (
        "a space at the end of the token",
        "a tab before the appKey",
    ),
    "HTTP has no line breaks in a header's value: servers refuse the whole message": (
        "a line break at the end of the token, as text files have it",
        "a line break at the end of the appKey, as text files have it",
        "a line break inside the token, as terminals and mail programs put it",
        "a line break inside the appKey, as terminals and mail programs put it",
        "a token with a wrong character and a line break is told both, the blank first",
    ),
}
CLI_CANNOT = {
    **_NO_HEADERS,
    "the token is one line of standard input, so it has no line breaks, and an empty one was not typed": (
        "a line break at the end of the token, as text files have it",
        "a line break inside the token, as terminals and mail programs put it",
        "a token with a wrong character and a line break is told both, the blank first",
        "an empty appToken is told: most likely a variable that is not set",
        "two empty values: the appKey is told first",
    ),
    "an account that does not exist is told to whoever runs the installation": (
        "an account that does not exist tells nothing of that",
    ),
    "there is no option for the transport": ("plain HTTP where the account asks for HTTPS",),
}


def each(*cannot: Mapping[str, tuple[str, ...]]) -> pytest.MarkDecorator:
    """Every case that a door can express."""
    left_out = {name for reasons in cannot for names in reasons.values() for name in names}
    cases = [case for case in CASES if case.name not in left_out]
    return pytest.mark.parametrize("case", cases, ids=lambda case: f"{case.file}: {case.name}")


def keyring_of(case: Case) -> Keyring:
    return WORLD.keyrings.get(case.account, NOBODY)


def roles_of(case: Case, allowed: Allowed) -> tuple[str, ...]:
    return tuple(keyring_of(case).roles[role].name for role in allowed.roles)


def plainly(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts as JSON and TOML have them."""
    return {name: list(fact) if isinstance(fact, tuple) else fact for name, fact in facts.items()}


# ------------------------------------------------------------------------------------------------- the cases themselves


def test_every_cause_is_shown_or_accounted_for() -> None:
    """Each cause is in a case or among the unreached ones, with the reason; none is in both."""
    shown = {cause for case in CASES for cause in (case.expected.told, case.expected.cause) if cause}
    accounted = {Cause(name) for name in UNREACHED}
    assert shown | accounted == set(Cause)
    assert not shown & accounted
    assert all(reason for reason in UNREACHED.values())


def test_every_case_has_a_sentence_of_its_own() -> None:
    """A name says what is guaranteed, once."""
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names) >= 60


def test_status_and_code_are_the_causes() -> None:
    """What a program may branch on follows from the cause that the caller reads."""
    for case in CASES:
        told = case.expected.told
        if told is not None:
            assert (case.expected.code, case.expected.status) == (told.code, told.code.status), case


def test_every_file_has_the_stage_it_is_named_after() -> None:
    """A reader finds a cause where it belongs: by the stage of what the keepers read, or the caller for wrong keys."""
    for case in CASES:
        cause = case.expected.cause
        if cause is not None:
            reparable = case.file == "identity" and cause.stage is Stage.SHAPE
            assert Stage[case.file.upper()] is cause.stage or reparable, case


def test_what_no_door_can_express_is_a_case() -> None:
    """Nothing is left out by a name that was changed since."""
    for cannot in (CHECK_CANNOT, GATEWAY_CANNOT, CLI_CANNOT):
        assert {name for names in cannot.values() for name in names} <= {case.name for case in CASES}


def test_no_case_holds_a_credential() -> None:
    """Values are minted from names; what stands in a file is none of them."""
    written = "".join(path.read_text("utf-8") for path in CASES_FOLDER.iterdir())
    for pair in WORLD.pairs.values():
        assert not any(token.reveal() in written for token in pair.tokens.values())


def test_an_edit_must_change_something() -> None:
    """A slip in a case fails instead of proving something else."""
    with pytest.raises(AssertionError, match="changes nothing"):
        edited("abc", "lower", header="")
    with pytest.raises(AssertionError, match="is not an edit"):
        edited("abc", "shout", header="")


# ------------------------------------------------------------------------------------------------ decide and the doctor


@each()
def test_decide(case: Case) -> None:
    """The decision knows what it needs to know, and no more."""
    expected = case.expected
    decision = decide(keyring_of(case), attempt(case, keyring_of(case)))
    if isinstance(decision, Allowed):
        assert (expected.decision, expected.roles) == ("allow", roles_of(case, decision))
        return
    told = expected.told
    assert told is not None
    proven = told.stage > Stage.IDENTITY
    assert decision.cause is (told if proven or told in SEEN_BY_DECIDE else Cause.CREDENTIALS_INVALID)
    assert (decision.app_key is not None) is proven


def test_decide_was_seen_with_all_its_causes() -> None:
    """The cases reach every check there is."""
    decisions = [decide(keyring_of(case), attempt(case, keyring_of(case))) for case in CASES]
    seen = {decision.cause for decision in decisions if isinstance(decision, Denied)}
    assert seen >= SEEN_BY_DECIDE
    assert {cause.stage for cause in seen} == {
        Stage.PRESENCE,
        Stage.IDENTITY,
        Stage.LIFECYCLE,
        Stage.CONTEXT,
        Stage.AUTHORIZATION,
    }
    assert AFTER_PROOF


@each()
def test_the_doctor(case: Case) -> None:
    """The caller is told what it may know, the keepers read the cause."""
    expected, keyring = case.expected, keyring_of(case)
    asked = attempt(case, keyring)
    denied = decide(keyring, asked)
    if isinstance(denied, Allowed):
        return
    told = tell(keyring, asked, denied)
    homes = (one for one in WORLD.keyrings.values() if AppKey(asked.app_key.text) in one.keys)
    found = diagnose(keyring, asked, denied, digest=partial(digest, PEPPER), elsewhere=next(homes, None))
    assert told.cause is expected.told
    assert plainly(dict(told.facts)).items() >= expected.facts.items()
    assert found.findings[0].cause is expected.cause


# ------------------------------------------------------------------------------------------------------ the HTTP doors


@dataclass
class Clock:
    """A clock that a world is built by."""

    now: Moment = WORLD.now

    def set(self, now: Moment) -> None:
        self.now = now


@dataclass
class Response:
    """What a door answered."""

    status: int
    headers: dict[bytes, bytes]
    body: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="module")
def house() -> House:
    """The world in a process that keeps it in memory."""
    clock = Clock()
    built = furnished(Settings(), MemoryStore(), Pepper(PEPPER), clock=lambda: clock.now)
    WORLD.install(lambda command, by: built.node.carry_out(command, by=by), clock.set)
    clock.set(WORLD.now)
    return built


@pytest.fixture(scope="module")
def app(house: House) -> App:
    return house.app(Place(base_hosts=("localhost",)))


def ask(app: App, method: str, path: str, headers: list[tuple[bytes, bytes]], body: bytes = b"") -> Response:
    """Send one request through the ASGI callable, as a server on loopback would."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(event: Any) -> None:
        sent.append(event)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "scheme": "http",
        "headers": [(name.lower(), value) for name, value in headers],
        "client": ("127.0.0.1", 40000),
    }
    asyncio.run(app(scope, receive, send))
    start, content = sent[0], sent[1]["body"]
    return Response(start["status"], dict(start["headers"]), json.loads(content) if content else {})


def body_of(case: Case) -> dict[str, Any]:
    """The question that a program asks of a case."""
    request = case.request
    values = {"appKey": Field.KEY, "appToken": Field.TOKEN}
    asked: dict[str, Any] = {"account": case.account}
    asked |= {
        name: case.values[part] for name, part in values.items() if part in case.values and part not in case.in_query
    }
    if isinstance(request.need, Need):
        asked["resource"] = request.need.resources[0]._asdict()
    else:
        asked |= {"method": request.method, "path": request.target}
    if case.transport is not Transport.UNKNOWN:
        asked["scheme"] = case.transport.value
    return asked | ({"address": case.address} if case.address else {})


def assert_told(case: Case, body: dict[str, Any]) -> None:
    """The answer's own words for what the caller may know."""
    expected = case.expected
    assert expected.code is not None
    assert (body["cause"], body["status"]) == (expected.told, expected.status)
    assert body["title"]
    assert body["detail"]


def assert_kept(house: House, case: Case, denial: str) -> None:
    """What the account's keepers read by the denial's id."""
    explained = house.denials.explained(denial)  # type: ignore[arg-type] # an id from an answer
    if case.account not in WORLD.keyrings:
        assert explained is None
        return
    assert explained is not None
    assert explained.denial.findings[0].cause is case.expected.cause
    assert explained.denial.told is case.expected.told


@each(CHECK_CANNOT)
def test_the_check_for_programs(case: Case, app: App, house: House) -> None:
    """`POST /v1/check` answers 200 and says it in the body."""
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    answer = ask(app, "POST", "/v1/check", headers, json.dumps(body_of(case)).encode())
    assert answer.status == 200
    assert_answered(case, answer.body)
    if case.expected.decision == "deny":
        assert_kept(house, case, answer.body["denial"])


def assert_answered(case: Case, body: dict[str, Any]) -> None:
    """The body of `POST /v1/check`, and of `chaveiro check --json`."""
    assert body["decision"] == case.expected.decision
    if case.expected.decision == "allow":
        assert (body["status"], body["cause"], body["roles"]) == (200, None, list(case.expected.roles))
    else:
        assert_told(case, body)


@each(GATEWAY_CANNOT)
def test_the_check_for_gateways(case: Case, app: App, house: House) -> None:
    """Nginx's question is answered with the status itself, and the problem for the caller."""
    original = {
        b"host": b"authorizer",
        b"x-original-method": case.method.encode(),
        b"x-original-uri": case.target.encode(),
        b"x-original-host": f"{case.account}.localhost".encode(),
        b"x-original-scheme": case.transport.value.encode(),
        b"x-original-address": case.address.encode(),
    }
    answer = ask(app, "GET", "/authz/auth-request", [*original.items(), *case.headers()])
    assert answer.status == case.expected.status
    if case.expected.decision == "allow":
        numbers = answer.headers[b"x-chaveiro-roles"].decode().split(",")
        roles = [keyring_of(case).roles[role_id(number)].name for number in numbers]
        assert tuple(roles) == case.expected.roles
        return
    assert_told(case, answer.body)
    assert answer.body["code"] == case.expected.code
    assert answer.body.items() >= case.expected.facts.items()
    assert (b"www-authenticate" in answer.headers) is (answer.status == 401)
    assert_kept(house, case, answer.body["instance"].rpartition(":")[2])


@each(GATEWAY_CANNOT)
def test_the_check_for_envoy_by_grpc(case: Case, app: App) -> None:
    """The status and the problem that the same question has by HTTP."""
    request = CheckRequest()
    request.attributes.source.address.socket_address.address = case.address
    http = request.attributes.request.http
    http.method, http.host = case.method, f"{case.account}.localhost"
    proto = (b"x-forwarded-proto", case.transport.value.encode())
    for name, value in ((b":path", case.target.encode("latin-1")), proto, *case.headers()):
        header = http.header_map.headers.add()
        header.key, header.raw_value = name.decode(), value
    message = asked(request, "ipv4:127.0.0.1:50000")
    answer = answered(message if isinstance(message, Reply) else asyncio.run(app.gateway(message)))
    if case.expected.decision == "allow":
        assert answer.status.code == 0
        assert answer.HasField("ok_response")
        return
    assert answer.denied_response.status.code == case.expected.status
    assert_told(case, json.loads(answer.denied_response.body))


# ----------------------------------------------------------------------------------------------------- the command line


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world in an embedded database, with its pepper beside it."""
    folder = tmp_path_factory.mktemp("data")
    clock = Clock()
    pepper = Pepper(PEPPER)
    store = SqlStore.open(f"sqlite:///{folder}/chaveiro.db", keys=pepper.macs)
    (folder / "pepper").write_bytes(PEPPER)
    (folder / "pepper").chmod(0o600)
    store.set_meta("pepper_check", pepper.check)
    built = furnished(Settings(), store, pepper, clock=lambda: clock.now)
    WORLD.install(lambda command, by: built.node.carry_out(command, by=by), clock.set)
    built.close()
    return folder


@each(CLI_CANNOT)
def test_the_command_line(
    case: Case, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`chaveiro check` says what a caller would read, by the real clock, from the embedded database."""
    arguments = ["check", case.account, "--data", str(data), "--json", "--lang", "en"]
    asked = body_of(case)
    if "appKey" in asked:
        arguments += ["--key", asked["appKey"]]
    if "appToken" in asked:
        arguments += ["--token", "-"]
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{asked['appToken']}\n"))
    arguments += (
        ["--resource", str(case.resource)] if case.resource else ["--method", case.method, "--path", case.target]
    )
    arguments += ["--address", case.address] if case.address else []
    status = run(arguments)
    shown = capsys.readouterr()
    assert_answered(case, json.loads(shown.out))
    assert status == (0 if case.expected.decision == "allow" else 1)
    assert not shown.err
