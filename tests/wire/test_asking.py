"""A question about a request that was received: what is asked is what came, and only a plain answer is one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaveiro.core.attempt import Need, Transport
from chaveiro.core.keyring import Revision
from chaveiro.core.names import AccountName, Resource
from chaveiro.wire.asking import AnswerMalformed, Refused, Unknown, answered, asking, parts
from chaveiro.wire.check import BodyMalformed, Forwarded, question
from chaveiro.wire.identity import Identity
from chaveiro.wire.read import carriers, pair, user_token
from chaveiro.wire.received import Received

NAMES = st.sampled_from(
    [
        b"x-vtex-api-appkey", b"x-vtex-api-apptoken", b"x_vtex_api_apptoken", b"x-api-key", b"authorization", b"cookie",
        b"proxy_authorization", b"vtexidclientautcookie", b"accept", b"host",
    ]
)  # fmt: skip
VALUES = st.sampled_from(
    [
        b"cvk_000g40r40m30e2098ek8vw", b"a=1; VtexIdclientAutCookie=eyJh.b.c", b"Bearer cvt_0123456789abcdef",
        b"Bearer x",
        b"VtexIdclientAutCookie_acme=x;y=VtexIdclientAutCookie", b"\xff\xc3", "ação".encode(), b"",
    ]
) | st.binary(max_size=20)  # fmt: skip
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=6).map(tuple)
FULL = Received(
    method="GET",
    target="/api/orders?page=2&x=\xff",
    host="acme.localhost",
    headers=((b"x-vtex-api-appkey", b"k"), (b"x-vtex-api-apptoken", b" t\xff "), (b"x-vtex-api-apptoken", b"t")),
    address="203.0.113.9",
    transport=Transport.SECURE,
)
ALLOW = {
    "decision": "allow", "status": 200, "cause": None, "denial": None, "account": "acme", "appKey": "cvk_1",
    "roles": ["Orders"], "role_ids": [1], "user": None, "revision": "5e0fa3c1.118", "stale_seconds": 0.1,
}  # fmt: skip
PROBLEM = {
    "type": "/causes/key_unknown", "title": "t", "status": 401, "detail": "d", "cause": "credentials_invalid",
    "remedy": "r", "code": "credentials_invalid",
}  # fmt: skip
DENY = ALLOW | {"decision": "deny", "status": 401, "appKey": None, "roles": [], "role_ids": [], "problem": PROBLEM}


def told(body: Any) -> Any:
    return answered(json.dumps(body).encode(), language="en", retry_after="5")


@given(HEADERS)
def test_what_is_left_out_says_nothing_of_a_credential(headers: tuple[tuple[bytes, bytes], ...]) -> None:
    """The headers that are handed on are read as all of them are; whatever else a caller sent stays where it is."""
    kept = carriers(headers)
    assert pair(kept, "") == pair(headers, "")
    assert user_token(kept, "acme") == user_token(headers, "acme")
    assert not {name for name, _ in kept} & {b"accept", b"host"}


def test_other_cookies_and_logins_are_not_handed_on() -> None:
    """A session of the application's own is nobody else's business."""
    sent = ((b"cookie", b"session=1; VtexIdclientAutCookie=eyJ; b=2"), (b"authorization", b"Bearer other"))
    assert carriers(sent) == ((b"cookie", b" VtexIdclientAutCookie=eyJ"),)


@given(HEADERS, st.text(st.characters(max_codepoint=255), min_size=1, max_size=30))
def test_what_is_asked_is_what_came(headers: tuple[tuple[bytes, bytes], ...], target: str) -> None:
    """Byte for byte, through JSON and back."""
    received = Received("GET", target, "acme.localhost", carriers(headers), "::1", Transport.PLAIN)
    assert question(asking(received, account="", at_least=None)) == Forwarded(None, received)


def test_a_question_has_everything_an_answer_depends_on() -> None:
    """The account, the revision and a resource, where they are named."""
    need = Need((Resource("OMS", "ListOrders"),))
    named = Received("GET", "/", "", (), need=need)
    read = question(asking(named, account="acme", at_least=Revision("5e0fa3c1", 7)))
    assert read == Forwarded(AccountName("acme"), named, Revision("5e0fa3c1", 7))
    assert question(asking(FULL, account="", at_least=None)) == Forwarded(None, FULL)


def test_no_two_questions_have_the_same_parts() -> None:
    """Whatever an answer depends on is a part of its own."""
    others = [
        Received("POST", FULL.target, FULL.host, FULL.headers, FULL.address, FULL.transport),
        Received("GET", "/api/orders", FULL.host, FULL.headers, FULL.address, FULL.transport),
        Received("GET", FULL.target, "globex.localhost", FULL.headers, FULL.address, FULL.transport),
        Received("GET", FULL.target, FULL.host, FULL.headers[:2], FULL.address, FULL.transport),
        Received("GET", FULL.target, FULL.host, FULL.headers, "203.0.113.8", FULL.transport),
        Received("GET", FULL.target, FULL.host, FULL.headers, FULL.address, Transport.PLAIN),
        Received(
            "GET", FULL.target, FULL.host, FULL.headers, FULL.address, FULL.transport, Need((Resource("a", "b"),))
        ),
    ]
    found = [tuple(parts(one, account="")) for one in [FULL, *others]] + [tuple(parts(FULL, account="acme"))]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    "changed",
    [
        {"appKey": "k"},
        {"appToken": "t"},
        {"userToken": "t"},
        {"headers": "x"},
        {"headers": [["a"]]},
        {"headers": [["a", 1]]},
        {"headers": [["a", "\u0100"]]},
        {"headers": [["a", "b"]] * 101},
        {"method": ""},
        {"path": None},
        {"host": 1},
        {"headers": None},
    ],
)
def test_a_request_that_was_received_is_read_strictly(changed: dict[str, Any]) -> None:
    """422, and what is wrong with it."""
    body = {"method": "GET", "path": "/", "host": "a", "headers": [["x-vtex-api-appkey", "k"]]} | changed
    with pytest.raises(BodyMalformed) as refused:
        question(json.dumps(body).encode())
    assert refused.value.status == 422


def test_a_plain_answer_is_read() -> None:
    """An allow with who it is for, a denial with what to tell, or that nobody can tell."""
    assert isinstance(told(ALLOW), Identity)
    assert told(ALLOW | {"new": 1}) == told(ALLOW), "a newer Chaveiro may say more"
    assert told(ALLOW | {"appKey": None, "user": "ana@acme.example"}).subject == "ana@acme.example"
    assert isinstance(told(DENY), Refused)
    assert told(ALLOW | {"decision": "unknown", "status": 503, "revision": None, "stale_seconds": None}) == Unknown(5)


@pytest.mark.parametrize(
    "body",
    [
        {}, [], "allow", None, ALLOW | {"decision": "yes"}, ALLOW | {"status": 401}, ALLOW | {"status": "200"},
        ALLOW | {"appKey": None}, ALLOW | {"appKey": ""}, ALLOW | {"account": None}, ALLOW | {"account": "A B"},
        ALLOW | {"revision": None}, ALLOW | {"revision": "1"}, ALLOW | {"stale_seconds": None}, ALLOW | {"roles": []},
        ALLOW | {"role_ids": ["1"]}, {"decision": "allow"}, DENY | {"problem": None}, DENY | {"status": 200},
        DENY | {"status": 403}, DENY | {"problem": PROBLEM | {"code": "ok"}},
        DENY | {"problem": PROBLEM | {"status": 200}},
        DENY | {"status": 503, "problem": PROBLEM | {"status": 503, "code": "authorization_unavailable"}},
        DENY | {"problem": {"status": 401}}, DENY | {"problem": PROBLEM | {"title": 1}},
    ],
)  # fmt: skip
def test_what_is_no_plain_answer_is_none(body: Any) -> None:
    """Neither an allow nor a denial."""
    with pytest.raises(AnswerMalformed):
        told(body)


@pytest.mark.parametrize("body", [b"", b"\xff", b"<html>", b"[" * 5000, b'{"decision": "allow"'])
def test_what_is_no_json_is_no_answer(body: bytes) -> None:
    """However it is broken."""
    with pytest.raises(AnswerMalformed):
        answered(body, language="en", retry_after="")


def test_no_header_is_made_of_what_is_no_language() -> None:
    """Who answers writes no headers of ours."""
    with pytest.raises(AnswerMalformed):
        answered(json.dumps(DENY).encode(), language="en\r\nset-cookie: a", retry_after="")
