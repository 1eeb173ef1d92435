"""The body of a check: one meaning or a refusal, and never an exception that is none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaveiro.core.attempt import NOTHING, Carrier, Need, Transport, presented
from chaveiro.core.names import AccountName, Resource
from chaveiro.wire.check import BODY_BYTES_MAX, BodyMalformed, Question, question

FULL = {"account": "acme", "appKey": "k", "appToken": " t ", "method": "GET", "path": "/api/orders?page=2"}


def asked(body: object) -> Question:
    found = question(json.dumps(body).encode())
    assert isinstance(found, Question)
    return found


def test_a_question_is_read_exactly() -> None:
    """What is presented stays as it was sent, blanks at its ends included."""
    found = asked(FULL)
    assert found.account == AccountName("acme")
    assert (found.request.app_key, found.request.app_token) == (presented("k"), presented(" t "))
    assert (found.request.method, found.request.target) == ("GET", "/api/orders?page=2")
    assert found.request.transport is Transport.UNKNOWN


def test_a_resource_stands_for_method_and_path() -> None:
    """A program that knows what it needs may say so by name."""
    found = asked({"resource": {"product": "OMS", "key": "ListOrders"}, "address": "2001:db8::1", "scheme": "https"})
    assert found.request.need == Need((Resource("OMS", "ListOrders"),))
    assert (found.request.address, found.request.transport) == ("2001:db8::1", Transport.SECURE)
    assert found.account is None
    assert found.request.app_key is found.request.app_token is NOTHING


def test_absent_null_and_empty_are_told_apart() -> None:
    """Null is absent; empty was sent."""
    found = asked({"appKey": None, "appToken": "", "method": "GET", "path": "/"})
    assert (found.request.app_key.count, found.request.app_token.count) == (0, 1)


def test_a_token_in_the_path_s_query_is_told() -> None:
    """A check sees what a gateway would have seen."""
    found = asked(FULL | {"path": "/api/orders?appToken=abc"})
    assert [one.carrier for one in found.request.misplaced] == [Carrier.QUERY]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"", 400, "not JSON"),
        (b"appKey=1&appToken=2", 400, "not JSON"),
        (b"\xff\xfe{\x00}\x00", 400, "not JSON"),
        (b"\xef\xbb\xbf{}", 400, "not JSON"),
        (b'{"a": 1} {"a": 1}', 400, "not JSON"),
        (b'{"appKey": "a", "appKey": "b"}', 400, "twice"),
        (b'{"resource": {"key": "a", "key": "b"}}', 400, "twice"),
        (b'{"x": NaN}', 400, "number"),
        (b'{"x": [-Infinity]}', 400, "number"),
        (b'{"x": ' + b"1" * 5000 + b"}", 400, "not JSON"),
        (b'{"x": ' + b"[" * 40 + b"]" * 40 + b"}", 400, "deep"),
        (b"[" * 60_000, 400, "deep|not JSON"),  # whichever of the two a version of Python notices first
        (b'{"x": ' * 9_000 + b"1" + b"}" * 9_000, 400, "deep"),
        (b'{"appKey": "\\ud800"}', 400, "surrogate"),
        (b'{"\\udfff": 1}', 400, "surrogate"),
        (b"[]", 422, "object"),
        (b"null", 422, "object"),
        (b'"text"', 422, "object"),
        (b'{"account": "acme", "isAdmin": true}', 422, "nobody asked"),
        (b'{"appKey": 1, "method": "GET", "path": "/"}', 422, "`appKey`"),
        (b'{"appToken": ["a"], "method": "GET", "path": "/"}', 422, "`appToken`"),
        (b'{"appToken": true, "method": "GET", "path": "/"}', 422, "`appToken`"),
        (b'{"method": "GET"}', 422, "either"),
        (b'{"method": 1, "path": "/"}', 422, "`method`"),
        (b'{"method": "GET", "path": {}}', 422, "`path`"),
        (b'{"method": "GET", "path": "/", "resource": {"product": "a", "key": "b"}}', 422, "once"),
        (b'{"resource": "OMS/ListOrders"}', 422, "`resource`"),
        (b'{"resource": {"product": "a/b", "key": "c"}}', 422, "`resource`"),
        (b'{"resource": {"product": "a"}}', 422, "`resource`"),
        (b'{"resource": {"product": 1, "key": 2}}', 422, "`resource`"),
        (b'{"account": "ACME", "method": "GET", "path": "/"}', 422, "`account`"),
        (b'{"account": 7, "method": "GET", "path": "/"}', 422, "`account`"),
        (b'{"address": "home", "method": "GET", "path": "/"}', 422, "`address`"),
        (b'{"scheme": "gopher", "method": "GET", "path": "/"}', 422, "`scheme`"),
        (json.dumps(FULL | {"path": "/" * 20_000}).encode(), 422, "`path`"),
        (b" " * (BODY_BYTES_MAX + 1), 413, "64 KiB"),
    ],
)
def test_what_is_no_question_is_refused(body: bytes, status: int, said: str) -> None:
    """Each refusal has its status and says what is wrong, quoting nothing."""
    with pytest.raises(BodyMalformed, match=said) as refused:
        question(body)
    assert refused.value.status == status


LEAVES = st.none() | st.booleans() | st.floats() | st.text(max_size=20) | st.just("cvt_secretsecret")
NAMES = st.sampled_from([*FULL, "resource", "x"])


@given(st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4)))
def test_any_json_is_a_question_or_a_refusal(body: object) -> None:
    """Nothing that a program sends raises anything else, and no refusal repeats what it sent."""
    try:
        asked(body)
    except BodyMalformed as refused:
        assert "secret" not in str(refused)  # noqa: PT017 - both outcomes are right


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_order(body: bytes) -> None:
    """Bytes that are no JSON are a 400, whatever they are."""
    try:
        question(body)
    except BodyMalformed as refused:
        assert refused.status in {400, 422}  # noqa: PT017 - both outcomes are right
