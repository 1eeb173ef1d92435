"""One request with the pair: what is sent, what is never sent, and what the answer adds to what was found offline."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import pytest
from tests.doctor.errors import fresh_pair
from tests.doors.world import ORDERS, furnish, listening

from chaveiro.doors.cli.doctor import request
from chaveiro.doors.cli.doctor.answer import Meaning, understood
from chaveiro.doors.cli.doctor.request import Answer

KEY, TOKEN = fresh_pair(Random(21))
TARGET = f"/authz/envoy{ORDERS}"


@dataclass
class Upstream:
    """A server that answers as it is told, and keeps what it was asked."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/orders?page=1"


@contextmanager
def serving(upstream: Upstream) -> Iterator[Upstream]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            upstream.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            self.send_response(upstream.status)
            for name, value in {"Content-Length": str(len(upstream.body)), **upstream.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(upstream.body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    upstream.port = server.server_port
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield upstream
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with serving(Upstream()) as one:
        yield one


def test_one_request_carries_the_pair_exactly_as_it_is(empty: Any, upstream: Upstream) -> None:
    """One GET, both headers, nothing corrected, nothing else that is secret."""
    damaged = f'"{TOKEN}"'
    done = empty(f"chaveiro doctor --json --url '{upstream.url}'", f"{KEY}\n{damaged}\n")
    ((path, headers),) = upstream.asked
    assert path == "/api/orders?page=1"
    assert (headers["x-vtex-api-appkey"], headers["x-vtex-api-apptoken"]) == (KEY, damaged)
    assert done.code == 1
    assert done.body["url"]["meaning"] == "accepted"
    assert "although the pair is damaged" in done.body["url"]["said"][0]


@pytest.mark.parametrize(
    ("status", "body", "meaning", "code"),
    [
        (200, "{}", "accepted", 0),
        (401, "", "credentials", 1),
        (401, '{"error":"Authentication required."}', "credentials", 1),
        (401, '{"error":"Invalid API key or token."}', "credentials", 1),
        (401, '{"authStatus":"WrongCredentials"}', "credentials", 1),
        (403, "Missing auth headers", "credentials", 1),
        (403, "reason: User does not have access to the resources [TransportationAdmin]", "roles", 1),
        (403, '{"error":"Inadequate permissions."}', "roles", 1),
        (403, '{"Message":"Operation not allowed"}', "roles", 1),
        (403, '{"Message":"Unauthorized"}', "roles", 1),
        (401, "The user or app key does not have the Seller role.", "roles", 1),
        (403, "The credentials are not enabled to access the service.", "not_enabled", 1),
        (403, '{"message":"Request origin not allowed."}', "origin", 1),
        (429, '{"error":"Rate limit exceeded for this account"}', "rate", 2),
        (503, "", "unavailable", 2),
        (403, "<html>Blocked by a firewall</html>", "unknown", 2),
        (500, "boom", "unknown", 2),
        (404, "", "unknown", 2),
    ],
)
def test_answers_are_understood_as_services_word_them(
    empty: Any, upstream: Upstream, *, status: int, body: str, meaning: str, code: int
) -> None:
    """By their words first, then by their status; what is not known is unknown, and exit code 2."""
    upstream.status, upstream.body = status, body.encode()
    done = empty(f"chaveiro doctor --json --url '{upstream.url}'", f"{KEY}\n{TOKEN}\n")
    assert (done.body["url"]["meaning"], done.code) == (meaning, code)
    assert done.body["url"]["status"] == status
    assert str(status) in done.body["url"]["said"][0]


def test_what_the_answer_adds_is_told(empty: Any, upstream: Upstream) -> None:
    """Wrong by its form, or right by its form and so unknown there."""
    upstream.status = 401
    sound = empty(f"chaveiro doctor --url '{upstream.url}'", f"{KEY}\n{TOKEN}\n").out
    damaged = empty(f"chaveiro doctor --url '{upstream.url}'", f"{KEY}\n{TOKEN.upper()}\n").out
    assert "The form of both values is right" in sound
    assert "mend that first" in damaged
    upstream.status, upstream.body = 403, b"User does not have access to the resources [TransportationAdmin]"
    assert "TransportationAdmin" in empty(f"chaveiro doctor --url '{upstream.url}'", f"{KEY}\n{TOKEN}\n").out


def test_redirects_are_not_followed(empty: Any, upstream: Upstream) -> None:
    """The pair would go wherever a server says."""
    with serving(Upstream()) as elsewhere:
        upstream.status, upstream.headers = 307, {"Location": elsewhere.url}
        done = empty(f"chaveiro doctor --json --url '{upstream.url}'", f"{KEY}\n{TOKEN}\n")
        assert (done.code, done.body["url"]["meaning"]) == (2, "redirect")
        assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (f"{TOKEN}\n{KEY}\n", "logged"),
        (f"{TOKEN}\n{TOKEN}\n", "logged"),
        (f"{KEY}\nghp_{'a1B2' * 9}\n", "somebody else"),
        (json.dumps({"appKey": KEY, "appToken": f"{TOKEN[:20]}\n{TOKEN[20:]}"}), "control character"),
    ],
)
def test_what_should_not_leave_does_not(empty: Any, upstream: Upstream, typed: str, said: str) -> None:
    """A token where keys are logged, somebody else's credential, what no client could send."""
    done = empty(f"chaveiro doctor --url '{upstream.url}'", typed)
    assert done.code == 1
    assert said in done.out
    assert upstream.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://api.acme.example/",
        "http://127.0.0.1.evil.example/",
        "ftp://localhost/",
        "https://",
        "https://user:pass@localhost/",
        f"https://localhost/?t={TOKEN}",
        "http://localhost:99999/",
        "https://localhost/ a",
    ],
)
def test_addresses_that_would_give_the_pair_away_are_refused(empty: Any, url: str) -> None:
    """Before anything is read; in one sentence, and without repeating a secret."""
    done = empty(f"chaveiro doctor --url '{url}'", f"{KEY}\n{TOKEN}\n")
    assert done.code == 2
    assert "https://" in done.err
    assert TOKEN[9:30] not in done.out + done.err


def test_several_pairs_are_not_sent(empty: Any, upstream: Upstream) -> None:
    typed = f"A_APP_KEY={KEY}\nA_APP_TOKEN={TOKEN}\nB_APP_KEY={KEY}\nB_APP_TOKEN={TOKEN}\n"
    done = empty(f"chaveiro doctor --url '{upstream.url}'", typed)
    assert (done.code, upstream.asked) == (2, [])


def test_nobody_there_is_said_without_a_guess_about_the_pair(empty: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port nobody listens on, a server that never answers, one that speaks no HTTP, a certificate of its own."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setattr(request, "SECONDS_MAX", 0.2)
        slow = empty(f"chaveiro doctor --url http://127.0.0.1:{port}/", f"{KEY}\n{TOKEN}\n")
    closed = empty(f"chaveiro doctor --url http://127.0.0.1:{port}/", f"{KEY}\n{TOKEN}\n")
    assert (slow.code, closed.code) == (2, 2)
    assert "it took longer" in slow.out
    assert "nobody answers there" in closed.out


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
def test_a_certificate_nobody_vouches_for_gets_no_pair(empty: Any, tmp_path: Path) -> None:
    """TLS is verified: the request ends before anything is sent."""
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    named = ("-subj", "/CN=localhost", "-keyout", str(key), "-out", str(cert))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *named], check=True, capture_output=True
    )

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        received: list[bytes] = []

        def accept() -> None:
            connection, _ = listener.accept()
            with connection:
                try:
                    received.append(context.wrap_socket(connection, server_side=True).recv(4096))
                except OSError:
                    received.append(b"")

        thread = Thread(target=accept)
        thread.start()
        done = empty(f"chaveiro doctor --url https://127.0.0.1:{listener.getsockname()[1]}/", f"{KEY}\n{TOKEN}\n")
        thread.join(10)
    assert done.code == 2
    assert "its certificate cannot be trusted" in done.out
    assert received == [b""]


def test_chaveiro_itself_is_understood(empty: Any) -> None:
    """Its causes, its denial's id, what it requires; the same cause as offline is said to be the same."""
    world = furnish(accounts=1)
    with listening(world.app()) as port:
        url = f"http://localhost:{port}{TARGET}"

        def asked(key: str, token: str) -> Any:
            return empty(f"chaveiro doctor --json --url {url}", f"{key}\n{token}\n").body

        good = world.pairs["good"]
        same = asked(good.app_key, f"{good.app_token[:20]}{good.app_token[21:]}")
        never = asked(KEY, TOKEN)
    assert same["url"]["cause"] == same["causes"][0] == "token_character_missing"
    assert "offline as well" in " ".join(same["url"]["said"])
    assert never["url"]["cause"] == "credentials_invalid"
    assert len(never["url"]["denial"]) == 26
    assert ORDERS not in json.dumps(never)


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b"\xff\xfe", b"null", b'{"cause": 1}', b'{"cause":"token_empty"}', b'{"cause":"\\ud800"}'],
)
def test_no_body_is_a_surprise(body: bytes) -> None:
    """What claims to be a problem and is none is read like any other answer."""
    assert understood(Answer(401, body=body)).meaning is Meaning.CREDENTIALS


def test_a_server_cannot_put_words_into_our_mouth(empty: Any, upstream: Upstream) -> None:
    """Of a problem only its cause, numbers and names are taken: no text, no token that it repeats."""
    upstream.status = 403
    upstream.body = json.dumps(
        {
            "type": "x",
            "code": "permission_denied",
            "cause": "permission_missing_resource",
            "detail": f"\x1b[2J{TOKEN}",
            "instance": f"urn:chaveiro:denial:{TOKEN}",
            "required": {"resources": [{"product": TOKEN, "key": "\x1b[2J"}, {"product": "OMS", "key": "ListOrders"}]},
        }
    ).encode()
    done = empty(f"chaveiro doctor --url '{upstream.url}'", f"{KEY}\n{TOKEN}\n")
    assert "OMS/ListOrders" in done.out
    assert "\x1b" not in done.out
    assert TOKEN[9:30] not in done.out
