"""What happens at a gateway, told in a few words: a row of docs/reference/gateways.md each."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from uuid import UUID

import httpx
from tests.doors.world import ACME, GLOBEX, ORDERS, Credentials, World
from tests.gateways.gates import Received, Script, logs
from tests.waiting import until

from chaveiro.core.credential import mint_key, mint_token
from chaveiro.core.names import AppKey
from chaveiro.wire.answer import IDENTITY, STANDING
from chaveiro.wire.read import USER_TOKEN

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "gateways.md"
HOST = {"Host": "acme.localhost"}
NAMES = {
    "nginx": "nginx",
    "caddy": "Caddy",
    "traefik": "Traefik",
    "envoy": "Envoy, HTTP",
    "envoy-grpc": "Envoy, gRPC",
    "haproxy": "HAProxy",
}
SPELLINGS = ("X-Chaveiro-{}", "x_chaveiro_{}", "X-Chaveiro_{}", "X_CHAVEIRO-{}")
FORGED = {"Account": "globex", "Key": "cvk_forged", "Roles": "99", "Revision": "ffffffff.1", "Staleness": "forged"}
COOKIES = ("VtexIdclientAutCookie", "vtexidclientautcookie_acme", "VtexIdclientAutCookie_2f9a")
SECRET = {"X-VTEX-API-AppKey": "key", "X-VTEX-API-AppToken": "cvt_canarycanarycanary"}


@dataclass
class Gate:
    """One gateway between an integrator and a backend."""

    name: str
    folder: Path
    client: httpx.Client
    backend: Script

    def send(
        self,
        method: str,
        target: str,
        *headers: dict[str, str],
        more: list[tuple[str, str]] | None = None,
        body: bytes = b"",
    ) -> tuple[httpx.Response, Received | None]:
        """Send a request; give the answer, and what reached the backend."""
        self.backend.received.clear()
        host = {} if any("Host" in each for each in headers) else HOST
        sent = [pair for each in (host, *headers) for pair in each.items()] + (more or [])
        tls = {"sni_hostname": "globex.localhost"}
        answer = self.client.request(method, target, headers=sent, content=body or None, extensions=tls)
        received = self.backend.received
        assert len(received) <= 1
        return answer, received[0] if received else None

    def let_through(self, *headers: dict[str, str], more: list[tuple[str, str]] | None = None) -> Received:
        """Send a request that reaches the backend; give what did."""
        answer, received = self.send("GET", ORDERS, *headers, more=more)
        assert answer.status_code == 200
        assert received is not None
        return received

    def refused(
        self, method: str, target: str, *headers: dict[str, str], more: list[tuple[str, str]] | None = None
    ) -> httpx.Response:
        """Send a request that must not reach the backend."""
        answer, received = self.send(method, target, *headers, more=more)
        assert received is None
        assert not {name.lower() for name in IDENTITY} & set(answer.headers)
        return answer

    def status(self, target: str, pair: dict[str, str]) -> int:
        """Send a target as bytes, whatever it is; give the status, 0 where the connection just ended."""
        return status(int(self.client.base_url.port or 0), target, pair)


@dataclass
class Scene:
    """A gateway of one kind before a real authorizer, before one made of cardboard, and before none."""

    world: World
    gate: Gate
    secure: Gate  # over TLS
    says: Script
    scripted: Gate
    alone: Gate

    @property
    def good(self) -> dict[str, str]:
        return self.world.pairs["good"].headers


def status(port: int, target: str, pair: dict[str, str]) -> int:
    """Ask for a target as bytes."""
    fields = [*HOST.items(), *pair.items(), ("Connection", "close")]
    head = "\r\n".join([f"GET {target} HTTP/1.1", *map(": ".join, fields), "", ""])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head.encode("latin-1"))
        found = re.match(rb"HTTP/1\.1 ([0-9]{3})", connection.recv(65536))
    return int(found[1]) if found else 0


def told(answer: httpx.Response) -> str:
    """What an integrator reads of an answer."""
    parts = [str(answer.status_code), "empty" if not answer.content else "no problem"]
    if answer.headers.get("Content-Type") == "application/problem+json":
        problem = answer.json()
        assert problem["status"] == answer.status_code
        assert answer.headers.get_list("Cache-Control") == ["no-store"]
        mine = problem["type"] == "about:blank" and problem.get("code") == "authorization_unavailable"
        parts[1] = "the gateway's problem" if mine else "problem"
    if challenges := answer.headers.get_list("WWW-Authenticate"):
        assert len(challenges) == 1
        assert challenges[0].startswith('AppKeyToken realm="chaveiro"')
        parts.append("challenge")
    if "Retry-After" in answer.headers:
        parts.append("`Retry-After`")
    return ", ".join(parts)


# ----------------------------------------------------------------------------------------------- who gets what answer


def right_pair(scene: Scene) -> str:
    """The backend learns who calls, once; and the request is the one that was sent."""
    answer, received = scene.gate.send("GET", f"{ORDERS}?page=2&q=a%20b", scene.good)
    assert answer.text == "backend"
    assert received is not None
    assert (received.method, received.target) == ("GET", f"{ORDERS}?page=2&q=a%20b")
    identity = [received.named(name) for name in (*IDENTITY, STANDING[0])]
    revision = str(scene.world.house.node.known.revision)
    assert identity == [["acme"], [scene.world.pairs["good"].app_key], ["1,2"], [revision]]
    (staleness,) = received.named(STANDING[1])
    assert 0 <= float(staleness) < 60
    assert received.named("Host")[0].startswith("acme.localhost")
    return str(answer.status_code)


def no_role(scene: Scene) -> str:
    """A holder reads what is missing."""
    answer = scene.gate.refused("GET", ORDERS, scene.world.pairs["roleless"].headers)
    assert answer.json()["cause"] == "no_role_linked"
    assert answer.json()["required"]
    return told(answer)


def unknown_key(scene: Scene) -> str:
    """A stranger reads what strangers may."""
    unknown = mint_key(b"0123456789")
    stranger = Credentials(unknown, mint_token(unknown, bytes(33)).reveal())
    answer = scene.gate.refused("GET", ORDERS, stranger.headers)
    assert answer.json()["cause"] == "credentials_invalid"
    return told(answer)


def no_pair(scene: Scene) -> str:
    """Nothing was sent."""
    answer = scene.gate.refused("GET", ORDERS)
    assert answer.json()["cause"] == "credentials_missing"
    return told(answer)


def second_token(scene: Scene) -> str:
    """Two headers are two readings."""
    answer = scene.gate.refused("GET", ORDERS, scene.good, more=[("X-VTEX-API-AppToken", "other")])
    assert answer.json()["cause"] == "token_duplicated"
    key = scene.world.pairs["good"].app_key
    assert scene.gate.refused("GET", ORDERS, scene.good, more=[("X-VTEX-API-AppKey", key)]).status_code == 401
    return told(answer)


def user_token(scene: Scene) -> str:
    """What a key signed in for opens what its pair opens, in a header or in a cookie."""
    app_key = AppKey(scene.world.pairs["good"].app_key)
    house = scene.world.house
    id_ = UUID(house.store.keyring(ACME).keys[app_key].id)
    token = house.user_tokens.give(app_key, ACME, id=id_, number=1).text
    for shown in ({USER_TOKEN: token}, {"Cookie": f"first=1; {USER_TOKEN}_acme={token}"}):
        received = scene.gate.let_through(shown)
        assert received.named("X-Chaveiro-Key") == [app_key]
        assert token not in received
    return "200"


def plain_http(scene: Scene) -> str:
    """What the gateway says of the connection counts, and nothing that the caller says."""
    forged = {"X-Forwarded-Proto": "https", "X-Original-Scheme": "https", "Forwarded": "proto=https"}
    pair = scene.world.pairs[f"{GLOBEX} good"].headers
    answers = [
        scene.gate.refused("GET", f"{ORDERS}", pair, {"Host": "globex.localhost"} | more) for more in ({}, forged)
    ]
    assert {answer.json()["cause"] for answer in answers} == {"insecure_transport"}
    return told(answers[0])


def https(scene: Scene) -> str:
    """The gateway says that the connection was secure."""
    pair = scene.world.pairs[f"{GLOBEX} good"].headers
    answer, received = scene.secure.send("GET", ORDERS, pair, {"Host": "globex.localhost"})
    assert received is not None
    return str(answer.status_code)


def too_many(scene: Scene) -> str:
    """In the authorizer's words, and when to try again."""
    return _as_said(scene, 429)


def cannot_tell(scene: Scene) -> str:
    """In the authorizer's words where the gateway passes them on, else in its own."""
    return _as_said(scene, 503)


def _as_said(scene: Scene, status: int) -> str:
    problem = json.dumps({"type": "/causes/said", "status": status})
    scene.says.status, scene.says.body = status, problem.encode()
    scene.says.headers = {
        "Content-Type": "application/problem+json",
        "Cache-Control": "no-store",
        "X-Chaveiro-Problem": problem,
        "Retry-After": "17",
    }
    answer = scene.scripted.refused("GET", ORDERS, SECRET)
    assert (answer.headers["Retry-After"] == "17") == (answer.json()["type"] == "/causes/said")
    return told(answer)


def authorizer_down(scene: Scene) -> str:
    """Nobody gets through, nobody looks for a mistake in their credentials, and no log has them."""
    answer = scene.alone.refused("GET", f"{ORDERS}?appToken=cvt_canarycanarycanary", SECRET)
    assert answer.status_code >= 500
    assert "WWW-Authenticate" not in answer.headers
    assert "canary" not in logs(scene.alone.folder)
    return told(answer)


def at_least_known(scene: Scene) -> str:
    """A caller may insist on what is known."""
    known = {"X-Chaveiro-At-Least": str(scene.world.house.node.known.revision)}
    scene.gate.let_through(scene.good, known)
    return "200"


def at_least_unknown(scene: Scene) -> str:
    """What cannot come here is not waited for, and no allow."""
    return told(scene.gate.refused("GET", ORDERS, scene.good, {"X-Chaveiro-At-Least": "ffffffff.1"}))


def at_least_unreadable(scene: Scene) -> str:
    """What cannot be read is the caller's to mend."""
    known = ("X-Chaveiro-At-Least", str(scene.world.house.node.known.revision))
    twice = scene.gate.refused("GET", ORDERS, scene.good, more=[known, known])
    unread = scene.gate.refused("GET", ORDERS, scene.good, {"X-Chaveiro-At-Least": "soon"})
    assert told(twice) == told(unread)
    return told(unread)


# --------------------------------------------------------------------------------------------------- what is not let in


def forged_identity(scene: Scene) -> str:
    """In no spelling that a backend might take for the true one."""
    for spelling in SPELLINGS:
        received = scene.gate.let_through(scene.good, {spelling.format(name): value for name, value in FORGED.items()})
        assert received.named("X-Chaveiro-Key") == [scene.world.pairs["good"].app_key]
        assert received.named("X-Chaveiro-Account") == ["acme"]
        assert received.named("X-Chaveiro-Roles") == ["1,2"]
        assert [len(received.named(name)) for name in STANDING] == [1, 1]
        assert "forged" not in received
    return "true one alone"


def forged_question(scene: Scene) -> str:
    """What is asked about is what the gateway received, whatever its caller says of it."""
    for prefix in ("X-Original-", "X-Forwarded-", "X_Original_", "X_Forwarded_"):
        said = {"Method": "POST", "Uri": ORDERS + "/1/cancel", "Host": "globex.localhost", "For": "10.1.2.3"}
        forged = {f"{prefix}{name}": value for name, value in said.items()}
        answer = scene.gate.refused("GET", ORDERS, scene.world.pairs["lacking"].headers, forged)
        assert answer.json()["cause"] == "permission_missing_resource"
    return "no effect"


def forwarded_behind(scene: Scene) -> str:
    """A backend may believe the gateway of the way that a request took."""
    forged = {"For": "10.1.2.3", "Host": "globex.localhost", "Proto": "forged"}
    received = scene.gate.let_through(scene.good, {f"X-Forwarded-{name}": value for name, value in forged.items()})
    for name, value in forged.items():
        assert all(value not in said for said in received.named(f"X-Forwarded-{name}"))
    return "gone"


def forged_address(scene: Scene) -> str:
    """A key that works from one network alone works from there."""
    forged = ("X-Forwarded-For", "X-Real-IP", "X-Original-Address", "X_Forwarded_For", "X-Envoy-External-Address")
    away = scene.world.pairs["elsewhere"].headers
    seen = set()
    for headers in ({}, *({name: "10.1.2.3"} for name in forged), {"Forwarded": "for=10.1.2.3"}):
        answer = scene.gate.refused("GET", ORDERS, away, headers)
        assert answer.json()["cause"] == "ip_not_allowed"
        seen.add(ip_address(answer.json()["address"]))
    # Our own; Envoy calls whoever asks from its own machine by that machine's address.
    assert len(seen) == 1
    assert seen != {ip_address("10.1.2.3")}
    return "no effect"


def underscores(scene: Scene) -> str:
    """Authorizer and backend see the same request, and neither sees a second spelling."""
    spelled = {name.replace("-", "_"): value for name, value in scene.good.items()}
    assert scene.gate.refused("GET", ORDERS, spelled).json()["cause"] == "credentials_missing"
    received = scene.gate.let_through(scene.good, more=[("X_VTEX_API_APPTOKEN", "other")])
    assert not received.named("X-VTEX-API-AppToken")
    return "dropped"


def secrets_behind(scene: Scene) -> str:
    """Neither half of the pair reaches the backend, and no user's token in any place where VTEX's clients put it."""
    pair = scene.world.pairs["good"]
    cookies = "; ".join(["first=1", *(f"{cookie}=TOKEN" for cookie in COOKIES), "last=2"])
    for name in ("VtexIdclientAutCookie", "vtexidclientautcookie", "Proxy-Authorization"):
        received = scene.gate.let_through(pair.headers, {name: "TOKEN", "Cookie": cookies})
        assert "TOKEN" not in received
        assert pair.app_token not in received
        assert not received.named("X-VTEX-API-AppToken")
        assert not received.named("X-VTEX-API-AppKey")
    return "none"


def logged(scene: Scene) -> str:
    """Not in headers, not in the query, not when something is refused."""
    good, gate = scene.world.pairs["good"], scene.gate
    gate.send("GET", f"{ORDERS}?appToken={good.app_token}", good.headers)
    gate.send("GET", ORDERS, Credentials(good.app_token, good.app_token).headers)
    gate.send("GET", ORDERS, good.headers, {"X-Api-Key": good.app_token, "Referer": f"http://x/?{good.app_token}"})
    until(lambda: logs(gate.folder).count(ORDERS) >= 3)  # there is a log to search
    written = logs(gate.folder)
    assert good.app_token not in written
    assert good.app_token[10:40] not in written
    return "none"


def odd(oddity: str) -> Callable[[Scene], str]:
    """It goes nowhere, wherever in the path it stands."""

    def asked(scene: Scene) -> str:
        targets = [f"{ORDERS}{oddity}", f"{ORDERS}{oddity}?a=b", f"/api{oddity}/oms/pvt/orders"]
        scene.gate.backend.received.clear()
        statuses = {scene.gate.status(target, scene.good) for target in targets}
        assert scene.gate.backend.received == []
        return ", ".join(map(str, sorted(statuses)))

    return asked


SITUATIONS: dict[str, Callable[[Scene], str]] = {
    "a right pair": right_pair,
    "no role": no_role,
    "an unknown key": unknown_key,
    "no pair": no_pair,
    "a second token": second_token,
    "a user's token alone": user_token,
    "plain HTTP, where the account asks for HTTPS": plain_http,
    "HTTPS, where the account asks for it": https,
    "Chaveiro says: too many": too_many,
    "Chaveiro says: nobody can tell": cannot_tell,
    "Chaveiro does not answer": authorizer_down,
    "`X-Chaveiro-At-Least`: known": at_least_known,
    "`X-Chaveiro-At-Least`: not known here": at_least_unknown,
    "`X-Chaveiro-At-Least`: unreadable": at_least_unreadable,
    "`//` in the path": odd("//"),
    "`%2f` in the path": odd("/%2f"),
    "`..` in the path": odd("/../orders"),
    "`;` in the path": odd(";a=b"),
    "`%00` in the path": odd("%00"),
    "forged `X-Chaveiro-…` and `X_Chaveiro_…`": forged_identity,
    "forged `X-Original-…` and `X-Forwarded-…`": forged_question,
    "forged `X-Forwarded-…`, at the backend": forwarded_behind,
    "a forged address": forged_address,
    "a second pair, spelled with `_`": underscores,
    "credentials that the backend sees": secrets_behind,
    "credentials in the gateway's log": logged,
}


def printed() -> dict[str, dict[str, str]]:
    """The table as the page has it: what was seen, by situation and gateway."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.read_text("utf-8").splitlines()
        if line.startswith("|")
    ]
    head, _, *body = rows
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in body}
