"""The two credential formats."""

import hashlib
import pickle
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.promises.plugin import Proof

from chaveiro.core.credential import (
    ALPHABET,
    KEY_CODE,
    KEY_LENGTH,
    TOKEN_CODE,
    TOKEN_LENGTH,
    Code,
    Format,
    Secret,
    belong_together,
    digest,
    is_token,
    key_format,
    masked,
    mint_key,
    mint_link_secret,
    mint_token,
    mint_vtex_key,
    mint_vtex_token,
    pair_tag,
    public,
    token_format,
    vtex_account,
)
from chaveiro.core.names import AccountName, AppKey

VECTORS = [
    (
        bytes(10),
        bytes(33),
        "cvk_00000000000000003h0qnt",
        "cvt_1nq8j0000000000000000000000000000000000000000000000000000bhyee1rfvnx2t",
    ),
    (
        bytes(range(0x0A)),
        bytes(range(0x21)),
        "cvk_000g40r40m30e2098ek8vw",
        "cvt_1qts2000g40r40m30e209185gr38e1w8124gk2gahc5rr34d1p70x3rfjdrdv74sjnefr1",
    ),
    (
        b"\xff" * 10,
        b"\xff" * 33,
        "cvk_zzzzzzzzzzzzzzzza0fd4y",
        "cvt_16vfdzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz5kqsdata55tza",
    ),
]
SECRETS = 65  # characters of a native token that depend on its secret: 52 and the 13 of the check part


@pytest.mark.parametrize(("identity", "secret", "app_key", "app_token"), VECTORS)
def test_minting_follows_the_published_vectors(identity: bytes, secret: bytes, app_key: str, app_token: str) -> None:
    """The three vectors of the format's definition, which a second implementation agreed with."""
    assert mint_key(identity) == app_key
    assert mint_token(AppKey(app_key), secret).reveal() == app_token


def test_the_constants_are_those_of_the_definition() -> None:
    """The target residues are derived from names, so that nobody chose them."""
    assert TOKEN_CODE.target == 0x478CCD64A7F35289
    assert KEY_CODE.target == 0x232BE596
    assert (KEY_LENGTH, TOKEN_LENGTH) == (26, 74)


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=33, max_size=33))
def test_a_minted_pair_is_well_formed_and_belongs_together(identity: bytes, secret: bytes) -> None:
    """Key and token have the lengths and the alphabet that were promised, and the token names its key."""
    app_key = mint_key(identity)
    token = mint_token(app_key, secret).reveal()
    assert key_format(app_key) is token_format(token) is Format.NATIVE
    assert (len(app_key), len(token)) == (KEY_LENGTH, TOKEN_LENGTH)
    assert set(app_key[4:] + token[4:]) <= set(ALPHABET)
    assert belong_together(app_key, token)


@given(st.randoms(use_true_random=False), st.integers(4, 73), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_never_well_formed(rng: random.Random, position: int, symbol: str) -> None:
    """The check part catches every single substitution; so do length, prefix and alphabet."""
    token = mint_token(mint_key(rng.randbytes(10)), rng.randbytes(33)).reveal()
    damaged = token[:position] + symbol + token[position + 1 :]
    assert (token_format(damaged) is None) == (damaged != token)
    for odd in (token.upper(), token + " ", token[:-1], f"cvk{token[3:]}", token[:-1] + "u", token.replace("_", "-")):
        assert token_format(odd) is None


@pytest.mark.parametrize("code", [KEY_CODE, TOKEN_CODE], ids=["key", "token"])
def test_a_character_of_no_value_is_not_read_as_one_that_has_some(code: Code) -> None:
    """Whatever it would stand for, a check part that fits that makes nothing well-formed."""
    at = len(code.prefix) + 1
    for value in (*range(len(ALPHABET)), -1, -2):
        text = code.completed([value, *[7] * (code.data - 1)])
        assert code.holds(text) is (value >= 0)
        assert not code.holds(f"{text[:at]}u{text[at + 1 :]}")


def test_a_token_of_another_key_does_not_belong() -> None:
    """The pair tag says offline that key and token were not issued together."""
    rng = random.Random(7)
    keys = [mint_key(rng.randbytes(10)) for _ in range(200)]
    tokens = [mint_token(key, rng.randbytes(33)).reveal() for key in keys]
    assert not any(belong_together(key, token) for key, token in zip(keys, tokens[1:], strict=False))
    assert all(len(pair_tag(key)) == 4 for key in keys)
    assert not belong_together("cvk_", tokens[0])
    assert not belong_together(keys[0], "A" * 128)


def test_vtex_pairs_have_the_shape_that_vtex_documents() -> None:
    """An account and six letters; 128 letters; both from given randomness."""
    rng = random.Random(8)
    app_key = mint_vtex_key(AccountName("acme"), rng.randbytes(16))
    token = mint_vtex_token(rng.randbytes(96)).reveal()
    assert key_format(app_key) is token_format(token) is Format.VTEX
    assert app_key.startswith("vtexappkey-acme-")
    assert (len(app_key), len(token)) == (len("vtexappkey-acme-ABCDEF"), 128)
    assert vtex_account(app_key) == "acme"
    assert vtex_account("cvk_00000000000000003h0qnt") is None
    assert belong_together(app_key, token)
    assert not belong_together(app_key, VECTORS[0][3])


def test_a_link_s_secret_is_256_bits_that_fit_into_an_address() -> None:
    """As base64url without padding (RFC 4648), so that nothing is escaped on the way."""
    assert mint_link_secret(bytes(32)).reveal() == "A" * 43
    assert mint_link_secret(b"\xfb\xff" * 16).reveal() == "-__7__v_" * 5 + "-_8"


@pytest.mark.parametrize(
    "mint", [mint_key, mint_link_secret, mint_vtex_token, lambda some: mint_token(AppKey("cvk_x"), some)]
)
def test_too_little_randomness_is_refused(mint: Callable[[bytes], object]) -> None:
    """A short read of the random source must not become a weak token."""
    with pytest.raises(ValueError, match="random bytes are needed, not 3"):
        mint(b"abc")


def test_a_digest_is_keyed_blake2b_of_the_exact_text(proof: Proof) -> None:
    """RFC 7693 with the pepper as its key; a space, a letter's case or another pepper make another digest."""
    pepper = bytes(range(32))
    token = VECTORS[1][3]
    assert digest(pepper, token) == hashlib.blake2b(token.encode(), digest_size=32, key=pepper).digest()
    others = [digest(pepper, token + " "), digest(pepper, token.upper()), digest(bytes(32), token)]
    assert digest(pepper, token) not in others
    assert len(digest(pepper, "\udcff é")) == 32
    proof("G8", dose="the digest that is kept", figure="keyed BLAKE2b-256, another under another pepper")


@given(st.binary(min_size=33, max_size=33))
def test_a_masked_token_hides_at_least_39_of_its_65_secret_characters(secret: bytes) -> None:
    """What is shown is public but for four characters."""
    token = mint_token(AppKey(VECTORS[0][2]), secret).reveal()
    shown = masked(token)
    assert shown == f"{token[:8]}••••(74)••{token[-4:]}"
    assert SECRETS - sum(c in ALPHABET for c in shown.rpartition("•")[2]) >= 39


def test_a_token_that_was_registered_as_an_appkey_is_shown_masked() -> None:
    """Of either shape, whole or damaged; an appKey is public, and so is what is neither."""
    key, token = VECTORS[0][2], VECTORS[0][3]
    for secret in (token, token[:-1], "QWER" * 32):
        assert is_token(secret)
        assert secret not in public(secret)
    for name in (key, "vtexappkey-acme-ABCDEF", "erp"):
        assert not is_token(name)
        assert public(name) == name


def test_what_is_no_credential_is_masked_to_its_length() -> None:
    """A damaged token is a token: nothing of it is shown. An appKey is public."""
    assert masked(VECTORS[0][2]) == VECTORS[0][2]
    assert masked(VECTORS[0][3][:-1]) == "••••(73)"
    assert masked("QWER" * 32) == "••••(128)••QWER"


def test_a_secret_is_mute() -> None:
    """No repr, no str, no pickle shows it; only asking for it does."""
    secret = Secret("cvt_1qts")
    assert f"{secret!r} {secret} {[secret]}" == "Secret(***) Secret(***) [Secret(***)]"
    assert secret.reveal() == "cvt_1qts"
    with pytest.raises(TypeError, match=r"^a secret is not pickled$"):
        pickle.dumps(secret)
