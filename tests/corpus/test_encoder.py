"""The corpus writes the credential format by itself: by the published vectors, and as the core reads it."""

from itertools import combinations
from random import Random

import pytest
from corpus.encoder import native_key, native_pair, native_token, vtex_pair

from chaveiro.core.credential import Format, belong_together, key_format, token_format

VECTORS = (
    (
        bytes(10),
        bytes(33),
        "cvk_00000000000000003h0qnt",
        "cvt_1nq8j0000000000000000000000000000000000000000000000000000bhyee1rfvnx2t",
    ),
    (
        bytes(range(10)),
        bytes(range(33)),
        "cvk_000g40r40m30e2098ek8vw",
        "cvt_1qts2000g40r40m30e209185gr38e1w8124gk2gahc5rr34d1p70x3rfjdrdv74sjnefr1",
    ),
    (
        b"\xff" * 10,
        b"\xff" * 33,
        "cvk_zzzzzzzzzzzzzzzza0fd4y",
        "cvt_16vfdzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz5kqsdata55tza",
    ),
)


@pytest.mark.parametrize(("identity", "secret", "key", "token"), VECTORS)
def test_the_vectors(identity: bytes, secret: bytes, key: str, token: str) -> None:
    """Two implementations of the same text agree."""
    assert native_key(int.from_bytes(identity)) == key
    assert native_token(key, int.from_bytes(secret) >> 4) == token


def test_the_core_reads_what_the_corpus_writes() -> None:
    """A fresh pair of either shape is well-formed and belongs together."""
    random = Random(1)
    for _ in range(20):
        native, vtex = native_pair(random), vtex_pair(random)
        assert (key_format(native.key), token_format(native.token)) == (Format.NATIVE, Format.NATIVE)
        assert (key_format(vtex.key), token_format(vtex.token)) == (Format.VTEX, Format.VTEX)
        assert belong_together(native.key, native.token)


def test_two_tokens_are_far_apart() -> None:
    """Two tokens of one key differ in nine places or more, so four wrong characters lead back to one of them only."""
    key = native_key(7)
    tokens = [native_token(key, 1 << bit) for bit in range(0, 260, 5)]
    assert min(sum(a != b for a, b in zip(*pair, strict=True)) for pair in combinations(tokens, 2)) >= 9
