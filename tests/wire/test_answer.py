"""Answers on the wire: their status is the decision's, their words their reader's, their headers nobody's injection."""

import json
from typing import Any

import pytest

from chaveiro.core.attempt import Field, Match, Need
from chaveiro.core.cause import Audience, Cause, Code, Finding
from chaveiro.core.decision import Allowed, Denied
from chaveiro.core.denial import DenialId
from chaveiro.core.fleet import Standing
from chaveiro.core.keyring import Revision
from chaveiro.core.names import AccountName, AppKey, Email, Resource, RoleId
from chaveiro.wire import answer as wire
from chaveiro.wire.message import Reply
from chaveiro.words.explain import explain
from chaveiro.words.language import Language

ACME, KEY = AccountName("acme"), AppKey("cvk_00000000000000003h0qnt")
REVISION = Revision("0badcafe", 7)
STANDING = Standing(Revision("0badcafe", 9), 0.2)  # of the node, which knows later changes of other accounts
NEED = Need((Resource("OMS", "ListOrders"),), Match.ALL)
ID = DenialId("01J00000000000000000000000")


def denied(cause: Cause, *, proven: bool = False) -> Denied:
    return Denied(cause, REVISION, KEY if proven else None)


def told(
    cause: Cause, told_cause: Cause | None = None, *, language: Language = Language.EN, **facts: Any
) -> tuple[Reply, dict[str, Any]]:
    proven = cause.audience is not Audience.STRANGER
    finding = Finding(told_cause or cause, facts)
    words = explain(finding, to=Audience.HOLDER if proven else Audience.STRANGER, language=language)
    reply = wire.denial(denied(cause, proven=proven), words, id=ID, required=NEED, causes="https://auth.example")
    return reply, json.loads(reply.body)


def header(reply: Reply, name: str) -> bytes | None:
    found = [value for sent, value in reply.headers if sent == name.encode()]
    assert len(found) <= 1
    return found[0] if found else None


def test_an_allow_tells_who_calls() -> None:
    """The full set of identity headers, always; roles by number, in the order of their grants."""
    reply = wire.identity(Allowed(KEY, (RoleId(3), RoleId(1)), REVISION), ACME, STANDING)
    assert reply.status == 200
    assert not reply.body
    assert dict(reply.headers) == {
        b"x-chaveiro-account": b"acme",
        b"x-chaveiro-key": KEY.encode(),
        b"x-chaveiro-roles": b"3,1",
        b"x-chaveiro-revision": b"0badcafe.9",
        b"x-chaveiro-staleness": b"0.2",
        b"cache-control": b"no-store",
    }


@pytest.mark.parametrize("key", ["a\r\nX-Chaveiro-Roles: 1", "a b", "", "clé", "k" * 300])
def test_an_identity_that_is_no_header_is_told_to_nobody(key: str) -> None:
    """An appKey that could break out of its header is a surprise, and a surprise is no allow."""
    with pytest.raises(ValueError, match="header"):
        wire.identity(Allowed(AppKey(key), (), REVISION), ACME, STANDING)


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause.code.status in {401, 403, 429}])
def test_every_denial_is_a_problem_with_its_own_status(cause: Cause) -> None:
    """The body is RFC 9457's, the status the decision's; a challenge on every 401, and only there."""
    reply, body = told(cause)
    assert reply.status == body["status"] == cause.code.status
    assert header(reply, "content-type") == b"application/problem+json"
    assert header(reply, "cache-control") == b"no-store"
    assert body["type"] == f"https://auth.example/causes/{body['cause']}"
    assert body["instance"] == f"urn:chaveiro:denial:{ID}"
    assert all(body[name] for name in ("title", "detail", "remedy", "code"))
    assert reply.body.isascii(), "a gateway may carry it in a header"
    assert (header(reply, "www-authenticate") is not None) == (reply.status == 401)
    assert (header(reply, "retry-after") is not None) == (reply.status == 429)
    assert not [name for name, _ in reply.headers if name.startswith(b"x-chaveiro")]


def test_the_challenge_names_an_error_only_where_something_was_sent() -> None:
    """Whoever sent nothing made no mistake yet (RFC 6750)."""
    asked, _ = told(Cause.CREDENTIALS_MISSING)
    assert header(asked, "www-authenticate") == b'AppKeyToken realm="chaveiro"'
    refused, _ = told(Cause.CREDENTIALS_INVALID)
    assert header(refused, "www-authenticate") == b'AppKeyToken realm="chaveiro", error="credentials_invalid"'


def test_the_decision_gives_the_status_and_the_finding_the_words() -> None:
    """What the doctor found is told under the status that was decided."""
    reply, body = told(Cause.CREDENTIALS_INVALID, Cause.TOKEN_CHARACTER_MISSING, position=29)
    assert (reply.status, body["code"]) == (401, Code.CREDENTIALS_MALFORMED)
    assert (body["cause"], body["position"], body["field"]) == ("token_character_missing", 29, Field.TOKEN)


def test_words_that_belong_to_another_status_do_not_change_the_code() -> None:
    """A cause that could not be told properly is still refused with the code it was decided by."""
    reply, body = told(Cause.KEY_INACTIVE, Cause.UNKNOWN_CAUSE)
    assert (reply.status, body["status"], body["code"]) == (401, 401, Code.CREDENTIAL_NOT_ACTIVE)
    reply, body = told(Cause.IP_NOT_ALLOWED, Cause.UNKNOWN_CAUSE)
    assert (reply.status, body["status"], body["code"]) == (403, 403, Code.REQUEST_NOT_ALLOWED_FROM_HERE)


def test_a_user_s_refusal_too_has_the_code_it_was_decided_by() -> None:
    """A user has proved who it is without any appKey."""
    words = explain(Finding(Cause.UNKNOWN_CAUSE), to=Audience.HOLDER, language=Language.EN)
    refused = Denied(Cause.INSECURE_TRANSPORT, REVISION, user=Email("ana@acme.example"))
    reply = wire.denial(refused, words, id=ID, required=NEED, causes="")
    assert json.loads(reply.body)["code"] == Code.REQUEST_NOT_ALLOWED_FROM_HERE


def test_what_is_required_is_told_after_proof_alone() -> None:
    """A holder who lacks a permission reads which one; a stranger reads none."""
    _, body = told(Cause.NO_ROLE_LINKED)
    assert body["required"] == {"match": "all", "resources": [{"product": "OMS", "key": "ListOrders"}]}
    assert "required" not in told(Cause.CREDENTIALS_INVALID)[1]
    assert "required" not in told(Cause.KEY_INACTIVE, at=0.0)[1]


def test_moments_are_written_for_programs() -> None:
    """RFC 3339, in UTC."""
    assert told(Cause.KEY_EXPIRED, at=1_772_000_000.0)[1]["at"] == "2026-02-25T06:13:20Z"


@pytest.mark.parametrize("language", Language)
def test_the_language_is_named(language: Language) -> None:
    """`Content-Language` says which one was found."""
    reply, _ = told(Cause.CREDENTIALS_MISSING, language=language)
    assert header(reply, "content-language") == language.tag.encode()


def test_nobody_can_tell_is_503_and_no_401() -> None:
    """It says when to try again, and nothing about the credentials."""
    words = explain(Finding(Cause.AUTHORIZATION_UNAVAILABLE), to=Audience.STRANGER, language=Language.EN)
    reply = wire.unavailable(words, retry_after_seconds=5, causes="")
    body = json.loads(reply.body)
    assert (reply.status, body["status"], body["code"]) == (503, 503, "authorization_unavailable")
    assert header(reply, "retry-after") == b"5"
    assert header(reply, "www-authenticate") is None


def test_before_proof_the_answer_holds_nothing_of_the_store() -> None:
    """The account's revision would tell whether it exists: what is told is the node's."""
    words = explain(Finding(Cause.CREDENTIALS_INVALID), to=Audience.STRANGER, language=Language.EN)
    refused = denied(Cause.CREDENTIALS_INVALID)
    reply = wire.deny_json(refused, words, id=ID, account=None, required=NEED, standing=STANDING)
    body = json.loads(reply.body)
    assert (body["account"], body["appKey"], body["revision"], body["roles"]) == (None, None, "0badcafe.9", [])
    assert str(REVISION) not in f"{reply.headers}{reply.body!r}"
    assert "required" not in body


def test_a_check_s_answers_have_one_shape() -> None:
    """Allow, deny and unknown carry the same members."""
    words = explain(Finding(Cause.AUTHORIZATION_UNAVAILABLE), to=Audience.STRANGER, language=Language.EN)
    refused = denied(Cause.KEY_UNKNOWN)
    replies = (
        wire.allow_json(Allowed(KEY, (), REVISION), ACME, ("Pedidos",), standing=STANDING),
        wire.deny_json(refused, words, id=ID, account=ACME, required=None, standing=STANDING),
        wire.unknown_json(words, account=ACME, retry_after_seconds=5, standing=STANDING),
    )
    allow, deny, unknown = (json.loads(reply.body) for reply in replies)
    assert set(allow) == set(deny) == set(unknown)
    for reply, body in zip(replies, (allow, deny, unknown), strict=True):
        assert (header(reply, "x-chaveiro-revision"), body["revision"]) == (b"0badcafe.9", "0badcafe.9")
        assert (header(reply, "x-chaveiro-staleness"), body["stale_seconds"]) == (b"0.2", 0.2)
    assert (allow["decision"], deny["decision"], unknown["decision"]) == ("allow", "deny", "unknown")
    assert (allow["status"], deny["status"], unknown["status"]) == (200, 401, 503)
    assert allow["roles"] == ["Pedidos"]


def test_a_user_is_told_by_address_whatever_letters_it_has() -> None:
    """In the header that names who calls; beyond ASCII as a URL would have it."""
    reply = wire.identity(Allowed(None, (), REVISION, Email("zoé%@acme.example")), ACME, STANDING)
    assert dict(reply.headers)[b"x-chaveiro-key"] == b"zo%C3%A9%25@acme.example"
