"""Tokens are pushed through everything there is, and none of them is found anywhere afterwards.

A mistyped token is the token: what is searched for is not only each canary but any 15 characters in a row of it, as
they are and in the codings by which they could survive in a log, a dump or a URL.
"""

import base64
import contextlib
import http.client
import io
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
import typer
from tests.dose import dose
from tests.promises.plugin import Proof

from chaveiro.core.cause import Cause
from chaveiro.core.credential import mint_key, mint_token, mint_vtex_key, mint_vtex_token
from chaveiro.core.names import AccountName
from chaveiro.doors.cli.app import app, run

ORDERS = "/api/oms/pvt/orders"
MADE_UP = dose(1, 18, 18)  # of each format, beside four that were issued
WINDOW = 8  # at every eighth place: 15 characters in a row hold one of them whole
# Nothing says more of a token than its masked display, and that shows these.
SHOWN_HEAD, SHOWN_TAIL = 8, 4


@dataclass(frozen=True)
class Canary:
    """A pair of which nothing may be found but the appKey."""

    name: str
    app_key: str
    token: str


def damaged(token: str) -> Iterator[str]:
    """The token as people break it."""
    middle = len(token) // 2
    yield token
    yield f"{token} "
    yield f'"{token}"'
    yield f"Bearer {token}"
    yield f"X-VTEX-API-AppToken: {token}"
    yield token.swapcase()
    yield token[:middle] + "0" + token[middle + 1 :]
    yield token[:-9]
    yield token[9:]
    yield token + token
    yield token[:middle] + " " + token[middle:]
    yield quote(token, safe="").replace("_", "%5F")
    yield base64.b64encode(token.encode()).decode()


def needles(token: str) -> Iterator[bytes]:
    """Windows of the part that is never shown, in the codings by which they might be found."""
    hidden = token[SHOWN_HEAD : len(token) - SHOWN_TAIL]
    for start in range(0, len(hidden) - WINDOW + 1, WINDOW):
        window = hidden[start : start + WINDOW]
        for text in {window, window.lower(), window.upper(), window[::-1], quote_plus(window)}:
            yield text.encode()
        yield window.encode().hex().encode()
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + hidden.encode())[4:-4]
        yield from (coded[start : start + 12] for start in range(0, len(coded) - 12, 12))


def found_in(data: bytes, tokens: Sequence[str]) -> list[str]:
    return [f"{token[:4]}… at {data.find(one)}" for token in tokens for one in set(needles(token)) if one in data]


class Installation:
    """A data folder, a server with logging at its loudest, and the command line on the same database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.logs = folder / "logs"
        self.logs.mkdir()
        self.said = bytearray()  # all that anybody was answered
        self.environment = {**os.environ, "CHAVEIRO_DATA": str(self.data), "CHAVEIRO_LOG_LEVEL": "debug", "LANG": "C"}

    def command(self, *arguments: str, typed: str = "") -> tuple[int, str, str]:
        """Run one command in this process, as the program would, and remember what it said."""
        out, err = io.StringIO(), io.StringIO()
        stdin, sys.stdin = sys.stdin, io.StringIO(typed)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = run([*arguments])
        finally:
            sys.stdin = stdin
        return code, out.getvalue(), err.getvalue()

    def told(self, *arguments: str, typed: str = "") -> None:
        _, out, err = self.command(*arguments, typed=typed)
        self.said += f"{out}\n{err}\n".encode()

    def json(self, *arguments: str) -> dict[str, str]:
        code, out, err = self.command(*arguments, "--json")
        assert code == 0, err
        answer = json.loads(out)
        assert isinstance(answer, dict)
        return answer

    @contextlib.contextmanager
    def serving(self) -> Iterator[int]:
        """A real server; gives its port."""
        with (self.logs / "out").open("wb") as out, (self.logs / "err").open("wb") as err:
            command = [sys.executable, "-m", "chaveiro", "serve", "--port", "0", "--log-level", "debug"]
            server = subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, stderr=err)
            try:
                assert server.stdout is not None
                ready = server.stdout.readline()
                address = re.search(rb":(\d+)\s*$", ready)
                assert address, ready
                yield int(address[1])
            finally:
                server.send_signal(signal.SIGTERM)
                rest, _ = server.communicate(timeout=20)
                out.write(ready + rest)

    def everything(self) -> bytes:
        """Every byte under the data and log folders, a dump of the database, and all that was answered."""
        database = sqlite3.connect(self.data / "chaveiro.db")
        dump = "\n".join(database.iterdump()).encode("utf-8", "surrogatepass")
        database.close()
        files = [path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file()]
        assert len(files) >= 2  # database and pepper at least
        return b"\0".join([*files, dump, self.said])


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    place = Installation(tmp_path)
    monkeypatch.setenv("CHAVEIRO_DATA", str(place.data))
    monkeypatch.setenv("LANG", "C")
    for account, shape in (("acme", "native"), ("globex", "vtex")):
        place.json("account", "create", account, "--sponsor", "ana@acme.example", "--format", shape)
        place.json("catalogue", "import", account, "packaged:tour")
        managing = [f"License Manager/{key}" for key in ("Save_User", "Create_Role", "Save_Account", "RenewApiToken")]
        given = [part for one in ("OMS/ListOrders", *managing) for part in ("--resource", one)]
        place.json("role", "create", account, "Pedidos", *given)
    return place


@pytest.fixture
def canaries(installed: Installation) -> list[Canary]:
    """Pairs that work, pairs that are linked to nothing, and pairs that nobody issued, of both formats."""
    made = []
    for account in ("acme", "globex"):
        for name, link in (("working", True), ("unlinked", False)):
            issued = installed.json("key", "issue", account, "--label", name)
            made.append(Canary(name, issued["appKey"], issued["appToken"]))
            if link:
                installed.json("role", "grant", account, "1", "--key", issued["appKey"])
    rng = random.Random(40)
    for _ in range(MADE_UP):
        native = mint_key(rng.randbytes(10))
        made.append(Canary("made up", native, mint_token(native, rng.randbytes(33)).reveal()))
        vtex = mint_vtex_key(AccountName("acme"), rng.randbytes(16))
        made.append(Canary("made up", vtex, mint_vtex_token(rng.randbytes(96)).reveal()))
    return made


def http_messages(canary: Canary, token: str) -> Iterator[tuple[str, str, dict[str, str], str]]:
    """Method, target, headers and body of every way in which this value could travel."""
    pair = {"X-VTEX-API-AppKey": canary.app_key, "X-VTEX-API-AppToken": token}
    swapped = {"X-VTEX-API-AppKey": token, "X-VTEX-API-AppToken": canary.app_key}
    for headers in (pair, swapped, {"X-VTEX-API-AppToken": token}, {"X-Api-Key": token}, {"Authorization": token}):
        asked = {"X-Original-Method": "GET", "X-Original-URI": ORDERS, "X-Original-Host": "acme.localhost"}
        yield "GET", "/authz/auth-request", headers | asked, ""
        yield "GET", f"/authz/envoy{ORDERS}", {**headers, "Host": "globex.localhost"}, ""
    coded = quote(token, safe="")
    odd = {"X-Forwarded-Method": "GET", "X-Forwarded-Proto": "https"}
    for uri, host in ((f"/{coded}?x={coded}", coded), (f"//{coded}", "acme.localhost")):
        yield "GET", "/authz/forward-auth", {**pair, **odd, "X-Forwarded-Uri": uri, "X-Forwarded-Host": host}, ""
    for place in ("Cookie", "User-Agent", "X-Request-Id", "Accept-Language", "X-Forwarded-For", "Referer", "Accept"):
        yield "GET", f"/causes/{coded}", {place: token}, ""
    for target in (f"/{coded}", f"/metrics?x={coded}", f"/v1/check?appToken={coded}", f"/causes?lang={coded}"):
        yield "GET", target, {}, ""
    yield coded[:60], "/v1/check", {}, ""
    question = {"account": "acme", "appKey": canary.app_key, "appToken": token, "method": "GET", "path": ORDERS}
    for body in (
        question,
        {**question, "appKey": token, "appToken": canary.app_key},
        {**question, "account": token},
        {**question, "path": f"/{token}?t={token}"},
        {**question, "method": token},
        {**question, "resource": {"product": token, "key": token}},
        {**question, token: token},
        {"account": "acme", "appKey": [token], "appToken": {token: 1}},
    ):
        yield "POST", "/v1/check", {"Content-Type": "application/json"}, json.dumps(body)
    yield "POST", "/v1/check", {}, f'{{"appToken": "{token}", "appToken": "{token}"'


def authzen_messages(canary: Canary, token: str) -> Iterator[tuple[str, str, dict[str, str], str]]:
    """Likewise for the standard door: shown, named, misplaced, in lists; over plain HTTP and in an address."""
    sent = {"Host": "acme.localhost", "Content-Type": "application/json"}
    pair = {**sent, "X-VTEX-API-AppKey": canary.app_key, "X-VTEX-API-AppToken": token}
    shown = {"type": "key", "id": canary.app_key, "properties": {"appToken": token, "ip_address": "203.0.113.9"}}
    route = {"action": {"name": "GET"}, "resource": {"type": "route", "id": ORDERS}, "context": {"scheme": "http"}}
    for one in (
        {"subject": shown, **route},
        {"subject": {"type": "key", "id": token, "properties": {"appToken": canary.app_key}}, **route},
        {"subject": {"type": "user", "id": token, "properties": {"userToken": token}}, **route},
        {"subject": {"type": token, "id": token, token: token}, **route},
        {"subject": shown, "action": {"name": token}, "resource": {"type": token, "id": token}},
        {"subject": shown, "action": {"name": token}, "resource": {"type": "route", "id": f"/{token}?t={token}"}},
        {"subject": shown, **route, "options": {"evaluations_semantic": token}, "evaluations": [{token: token}, token]},
    ):
        for target in ("/access/v1/evaluation", "/access/v1/evaluations"):
            yield "POST", target, {**sent, "traceparent": token, "X-Request-Id": token}, json.dumps(one)
            yield "POST", f"{target}?t={quote(token, safe='')}", {**pair, "X-Forwarded-Proto": "http"}, json.dumps(one)
    yield "GET", "/.well-known/authzen-configuration", {"Host": f"{quote(token, safe='')[:60]}.example"}, ""


def vtex_messages(canary: Canary, token: str) -> Iterator[tuple[str, str, dict[str, str], str]]:
    """Likewise for VTEX's routes."""
    coded, manager = quote(token, safe=""), "/api/license-manager"
    acme = {"Host": "acme.localhost"}
    pair = {**acme, "X-VTEX-API-AppKey": canary.app_key, "X-VTEX-API-AppToken": token}
    for name in ("VtexIdclientAutCookie", "Authorization", "Cookie", "Proxy-Authorization"):
        value = f"VtexIdclientAutCookie={token}" if name == "Cookie" else token
        yield "GET", "/api/vlm/account", {**acme, name: value}, ""
        yield "GET", f"{manager}/pvt/accounts/acme/logins/{coded}/granted", {**acme, name: value}, ""
    for target in (
        f"{manager}/users/{coded}",
        f"{manager}/users/{coded}/roles",
        f"{manager}/pvt/users/{coded}?an={coded}",
        f"{manager}/resources/{coded}/access",
        f"{manager}/pvt/accounts/{coded}/products/{coded}/logins/{coded}/resources/{coded}/granted",
        f"{manager}/site/pvt/roles/list/paged?sort={coded}&sortType={coded}&numItems={coded}",
        f"/api/vtexid/pub/authenticated/user?authToken={coded}",
        f"/{coded[:30]}/api/vlm/account",
    ):
        yield "GET", target, pair, ""
    for step in ("renew", "finish-renewal"):
        yield "PATCH", f"/api/vtexid/apikey/{coded}/apitoken/{step}", pair, ""
    for target, body in (
        ("/api/vtexid/apptoken/login", {"appkey": canary.app_key, "apptoken": token}),
        ("/api/vtexid/apptoken/login", {"appkey": token, "apptoken": canary.app_key}),
        ("/api/vtexid/apptoken/login", {token: token}),
        ("/api/vtexid/credential/validate", {"token": token}),
        ("/api/vtexid/credential/validate", {"token": {token: token}}),
        ("/api/vlm/appkeys", {"label": token}),
        (f"{manager}/users", {"email": token, "name": token}),
        (f"{manager}/site/pvt/logins", {"email": "eva@acme.example", "name": token, "roles": [token]}),
        (f"{manager}/site/pvt/roles", {"name": token, "resources": [{token: token}]}),
    ):
        yield "POST", target, {**pair, "Content-Type": "application/json"}, json.dumps(body)


def sent(port: int, method: str, target: str, headers: dict[str, str], body: str) -> bytes:
    """Send one message; give all that came back."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, target, body.encode() or None, {n: v.strip() for n, v in headers.items()})
        answer = connection.getresponse()
        return f"{answer.status}\n{answer.headers}\n".encode() + answer.read()
    finally:
        connection.close()


def test_no_token_is_found_anywhere_after_passing_through_every_endpoint(
    installed: Installation, canaries: list[Canary], proof: Proof
) -> None:
    """Right, wrong, swapped, damaged, in headers, URLs, bodies, cookies, JSON keys; logging at its loudest."""
    statuses = set()
    with installed.serving() as port:
        for canary in canaries:
            for token in damaged(canary.token):
                messages = (*http_messages(canary, token), *authzen_messages(canary, token))
                for message in (*messages, *vtex_messages(canary, token)):
                    answer = sent(port, *message)
                    statuses.add(answer[:3])
                    installed.said += answer
    assert {b"200", b"401", b"403", b"404", b"405", b"422"} <= statuses
    assert b"500" not in statuses
    backup = installed.data / "backup"
    installed.told("backup", str(backup))
    assert backup.read_bytes()[:15] == b"SQLite format 3"
    everything = installed.everything()
    assert Cause.TOKEN_ONE_CHARACTER_WRONG.encode() in everything
    assert found_in(everything, [canary.token for canary in canaries]) == []
    states = len(list(damaged(canaries[0].token)))
    dose = f"{len(canaries)} tokens, each in {states} states, through every endpoint, logs at debug"
    proof("G7", dose=dose, figure="0 found in files, database, backup, logs and answers")


def arguments_of(command: typer.core.TyperCommand, value: str) -> list[str]:
    """A command line in which every argument and every option that takes a text is this value."""
    line: list[str] = []
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            line.append(value)
        elif parameter.name in {"data", "database", "lang", "help", "keep"} or getattr(parameter, "is_flag", False):
            continue
        else:
            line += [parameter.opts[0], value]
    return line


def every_command() -> Iterator[tuple[list[str], typer.core.TyperCommand]]:
    def below(group: object, path: list[str]) -> Iterator[tuple[list[str], typer.core.TyperCommand]]:
        for name, one in getattr(group, "commands", {}).items():
            if getattr(one, "commands", None):
                yield from below(one, [*path, name])
            else:
                yield [*path, name], one

    yield from below(typer.main.get_command(app), [])


def test_no_token_is_found_anywhere_after_passing_through_every_command(
    installed: Installation, canaries: list[Canary], proof: Proof
) -> None:
    """As every argument of every command, on standard input, and in the environment."""
    commands = [(path, command) for path, command in every_command() if path not in (["demo"], ["serve"])]
    assert len(commands) >= 30
    for canary in (canaries[0], canaries[2]):  # of either format
        for token in list(damaged(canary.token))[:4]:
            for path, command in commands:
                installed.told(*path, *arguments_of(command, token))
                installed.told(*path, token, typed=f"{token}\n{token}\n")
            for given in ((canary.app_key, token), (token, canary.app_key)):
                asked = ["--method", "GET", "--path", ORDERS]
                installed.told("check", "acme", "--key", given[0], "--token", "-", *asked, typed=f"{given[1]}\n")
                installed.told("user", "add", "acme", "-", "--name", "-", typed=f"{given[0]}\n{given[1]}\n")
    for denial in re.findall(rb"\b[0-9A-HJKMNP-TV-Z]{26}\b", installed.said)[:40]:
        installed.told("explain", denial.decode())
    installed.told("audit", "acme")
    assert b"denied" in installed.said.lower()
    assert found_in(installed.everything(), [canary.token for canary in canaries]) == []
    proof("G7", dose=f"{len(commands)} commands", figure="0 found in files, database, messages and answers")


LEAKS: list[Callable[[str], str]] = [
    lambda token: token,
    lambda token: token.swapcase(),
    lambda token: token[20:36],
    lambda token: token[::-1],
    lambda token: token.encode().hex(),
    lambda token: base64.b64encode(b"x" + token.encode()).decode(),
]


@pytest.mark.parametrize("leak", LEAKS)
def test_the_search_finds_a_token_that_leaked(canaries: list[Canary], leak: Callable[[str], str]) -> None:
    """A search that cannot find anything would prove nothing."""
    token = canaries[0].token
    assert found_in(f"… {leak(token)} …".encode(), [token])
