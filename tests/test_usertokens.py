"""User tokens themselves: what is signed, by which key, and that nothing else is believed."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from chaveiro.core.names import AccountName, Email, Moment
from chaveiro.usertokens import (
    ISSUED,
    KEY_SECONDS,
    LENGTH_MAX,
    NUMBER,
    PERIOD_SECONDS,
    USER_SECONDS,
    Given,
    UserTokens,
    user_id,
)

ACME = AccountName("acme")
SECRET = bytes(range(32))
START = Moment(59.0 * PERIOD_SECONDS)
KEY = "vtexappkey-acme-ABCDEF"
ID = UUID("a2555e95-9db8-48be-94f8-2a28577c0b4a")


class Clock:
    """A clock that stands until a test moves it."""

    def __init__(self, at: float = START) -> None:
        self.at = at

    def __call__(self) -> Moment:
        return Moment(self.at)


def minting() -> Iterator[bytes]:
    for number in count():
        yield hashlib.sha256(str(number).encode()).digest()


def tokens(clock: Clock, secret: bytes = SECRET) -> UserTokens:
    fresh = minting()
    return UserTokens(secret, clock=clock, mint=lambda length: next(fresh)[:length])


STANDING = tokens(Clock())  # for what is tried many times: its keys are derived once
TEXT = STANDING.give(KEY, ACME, id=ID, number=1).text


def part(token: str, place: int) -> dict[str, Any]:
    text = token.split(".")[place]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return read


def test_a_key_s_token_has_vtex_s_header_and_claims() -> None:
    """ES256, 86 characters of signature, six hours."""
    given_token = tokens(Clock()).give(KEY, ACME, id=ID, number=1)
    header, claims = part(given_token.text, 0), part(given_token.text, 1)
    assert (header["alg"], header["typ"]) == ("ES256", "jwt")
    assert re.fullmatch(r"[0-9A-F]{40}", header["kid"])
    assert len(given_token.text.split(".")[2]) == 86
    jti = claims.pop("jti")
    assert str(UUID(jti)) == jti
    assert claims == {
        "sub": KEY,
        "account": "acme",
        "audience": "admin",
        "exp": int(START) + KEY_SECONDS,
        "userId": str(ID),
        "iat": int(START),
        "iss": "token-emitter",
        NUMBER: 1,
        ISSUED: 152928000.0,
    }
    assert given_token.expires == START + KEY_SECONDS


def test_a_user_s_token_has_a_session_and_lasts_a_day() -> None:
    """As a login's at VTEX."""
    given_token = tokens(Clock()).give("bia@acme.example", ACME, id=user_id(Email("bia@acme.example")))
    claims = part(given_token.text, 1)
    assert str(UUID(claims["sess"])) == claims["sess"]
    assert claims["exp"] == int(START) + USER_SECONDS
    assert claims["userId"] == str(user_id(Email("bia@acme.example")))


def test_no_two_tokens_are_alike() -> None:
    """Even in the same second."""
    ours = tokens(Clock())
    assert len({part(ours.give(KEY, ACME, id=ID, number=1).text, 1)["jti"] for _ in range(20)}) == 20


def test_what_was_given_is_read() -> None:
    """Whom, where, which of its tokens, when; by every process with the same secret."""
    text = tokens(Clock()).give(KEY, ACME, id=ID, number=3).text
    read = tokens(Clock()).read(text)
    assert read is not None
    assert (read.subject, read.account, read.number) == (KEY, "acme", 3)
    assert (read.issued, read.expires) == (START, START + KEY_SECONDS)


def test_another_secret_s_token_is_none_of_ours() -> None:
    """Nor is ours theirs."""
    text = tokens(Clock(), bytes(32)).give(KEY, ACME, id=ID, number=1).text
    assert tokens(Clock()).read(text) is None


def test_an_expired_token_is_still_read() -> None:
    """So that its owner is told that it ended, and not that it is wrong."""
    clock = Clock()
    ours = tokens(clock)
    text = ours.give(KEY, ACME, id=ID, number=1).text
    clock.at += KEY_SECONDS + 1
    read = ours.read(text)
    assert read is not None
    assert read.expires < clock.at


@pytest.mark.parametrize(("later", "known"), [(1, True), (PERIOD_SECONDS, True), (2 * PERIOD_SECONDS, False)])
def test_keys_rotate_without_an_outage(later: float, *, known: bool) -> None:
    """Signed in the last second of a period, read through the whole next one, and no longer."""
    clock = Clock(START + PERIOD_SECONDS - 1)
    ours = tokens(clock)
    text = ours.give(KEY, ACME, id=ID, number=1).text
    clock.at += later
    assert (ours.read(text) is not None) is known
    assert part(ours.give(KEY, ACME, id=ID, number=1).text, 0)["kid"] != part(text, 0)["kid"]


def test_the_next_key_is_published_before_it_signs() -> None:
    """Whoever caches the keys for up to a period knows it by then, and keeps the one before it."""
    clock = Clock()
    ours = tokens(clock)
    before = [key["kid"] for key in ours.jwks()["keys"]]
    clock.at += PERIOD_SECONDS
    kid = part(ours.give(KEY, ACME, id=ID, number=1).text, 0)["kid"]
    assert before.index(kid) == 2
    after = [key["kid"] for key in ours.jwks()["keys"]]
    assert (after[0], after[1]) == (kid, before[0])


def test_only_public_halves_are_published() -> None:
    """And others can verify with them."""
    clock = Clock()
    ours = tokens(clock)
    published = ours.jwks()
    assert all(
        set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"} and (key["kty"], key["crv"]) == ("EC", "P-256")
        for key in published["keys"]
    )
    text = ours.give(KEY, ACME, id=ID, number=1).text
    keys = KeySet.import_key_set(published)  # type: ignore[arg-type]  # JSON as it is published
    assert jwt.decode(text, keys, algorithms=["ES256"]).claims["sub"] == KEY


def test_a_token_is_mute_where_it_is_shown() -> None:
    """Neither its repr nor an exception's message holds it."""
    given_token = tokens(Clock()).give(KEY, ACME, id=ID, number=1)
    assert given_token.text not in repr(given_token)
    assert isinstance(given_token, Given)


def test_an_algorithm_of_the_token_s_own_choice_is_not_taken() -> None:
    """Neither `none`, nor a public key used as a shared secret, nor a key that the token brings along."""
    ours = tokens(Clock())
    text = ours.give(KEY, ACME, id=ID, number=1).text
    claims = part(text, 1)
    header, body, _ = text.split(".")

    def coded(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    public = json.dumps(ours.jwks()["keys"][0])
    shared = OctKey.import_key(public)
    stranger = ECKey.generate_key("P-256", private=True)
    forged = [
        f"{coded({'alg': 'none', 'typ': 'jwt'})}.{body}.",
        f"{header}.{body}.",
        f"{header}.{coded({**claims, 'sub': 'ana@acme.example'})}.{text.split('.')[2]}",
        jwt.encode({"alg": "HS256", "typ": "jwt"}, claims, shared, algorithms=["HS256"]),
        jwt.encode({"alg": "ES256", "typ": "jwt", "kid": part(text, 0)["kid"]}, claims, stranger, algorithms=["ES256"]),
        jwt.encode(
            {"alg": "ES256", "typ": "jwt", "jwk": stranger.as_dict(private=False)},
            claims,
            stranger,
            algorithms=["ES256"],
        ),
    ]
    assert [ours.read(one) for one in forged] == [None] * len(forged)


@pytest.mark.parametrize("change", [{"iss": "another"}, {"audience": "webstore"}, {NUMBER: "x"}, {"exp": None}, {}])
def test_what_our_keys_signed_for_another_purpose_is_not_believed(change: dict[str, Any]) -> None:
    """A claim that is missing or odd makes it none."""
    ours = tokens(Clock())
    claims = part(ours.give(KEY, ACME, id=ID, number=1).text, 1) | change
    if not change:
        del claims["account"]
    key = ours._key(ours._period())
    text = jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key, algorithms=["ES256"])
    assert ours.read(text) is None


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda data: data.decode("latin-1")))
def test_whatever_is_sent_is_read_or_refused(text: str) -> None:
    """Reading never raises."""
    assert STANDING.read(text) is None


@given(st.integers(0, 2000), st.characters(codec="ascii"))
def test_one_character_more_or_other_is_none_of_ours(place: int, character: str) -> None:
    """Anywhere in it. The last one carries bits that no signature has, so another may stand for the same."""
    at = place % (len(TEXT) - 1)
    changed = TEXT[:at] + character + TEXT[at + 1 :]
    if changed != TEXT:
        assert STANDING.read(changed) is None


def test_what_is_too_long_is_not_looked_at() -> None:
    """However well it begins."""
    ours = tokens(Clock())
    text = ours.give(KEY, ACME, id=ID, number=1).text
    assert ours.read(text + "A" * LENGTH_MAX) is None


def test_a_user_s_id_follows_from_the_address() -> None:
    """Everywhere and always the same, and another for each."""
    assert str(user_id(Email("bia@acme.example"))) == "4618b717-03cd-5afd-9413-af7917150d30"
    assert user_id(Email("bia@acme.example")) != user_id(Email("ana@acme.example"))
