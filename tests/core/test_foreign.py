"""Digests of other systems: what is kept of them, and what they open."""

from __future__ import annotations

import hashlib
import hmac

from tests.core.worlds import PEPPER

from chaveiro.core.credential import digest
from chaveiro.core.foreign import PLAIN, Algorithm, Foreign, ForeignKey, Kind

TOKEN = "the other system's token, ção"
SHOP = ForeignKey("shop", Algorithm.HMAC_SHA256, b"k" * 32)
FOREIGN = Foreign(PEPPER, [SHOP, ForeignKey("erp", Algorithm.HMAC_SHA512, b"e" * 16)])


def test_what_another_system_kept_and_what_is_presented_meet() -> None:
    """For every kind: the digest that is imported, and that of the token that is checked."""
    text = TOKEN.encode()
    kept_there = {
        "sha256": hashlib.sha256(text).digest(),
        "sha512": hashlib.sha512(text).digest(),
        "hmac-sha256:shop": hmac.new(b"k" * 32, text, "sha256").digest(),
        "hmac-sha512:erp": hmac.new(b"e" * 16, text, "sha512").digest(),
    }
    presented = FOREIGN.digests(FOREIGN.kinds, TOKEN)
    assert presented == {Kind(kind): FOREIGN.kept(Kind(kind), raw) for kind, raw in kept_there.items()}
    assert {FOREIGN.algorithm(Kind(kind)).length for kind in kept_there} == {32, 64}  # type: ignore[union-attr]  # each is known
    assert all(len(one) == 32 for one in presented.values())


def test_what_is_kept_is_no_way_in_without_the_pepper() -> None:
    """Not the other system's digest, not the same under another pepper, and not the same for another kind."""
    raw = hashlib.sha256(TOKEN.encode()).digest()
    kept = FOREIGN.kept(Kind("sha256"), raw)
    others = (raw, Foreign(bytes(32)).kept(Kind("sha256"), raw), FOREIGN.kept(Kind("sha512"), raw))
    assert kept not in others
    # Whoever has the other system's digest presents it as a token: that is none.
    for text in (raw.hex(), f"sha256:{raw.hex()}", "sha256:" + raw.decode("latin-1")):
        assert kept not in FOREIGN.digests(FOREIGN.kinds, text).values()
        assert kept != digest(PEPPER, text)


def test_a_kind_whose_key_is_not_here_is_said_to_be_unknown() -> None:
    """It is never taken for a mismatch."""
    assert Foreign(PEPPER).kinds == tuple(map(Kind, PLAIN))
    assert FOREIGN.verifies(FOREIGN.kinds)
    assert not Foreign(PEPPER).verifies([Kind("hmac-sha256:shop")])
    assert Foreign(PEPPER).digests([Kind("hmac-sha256:shop")], TOKEN) == {}
    assert Foreign(PEPPER).algorithm(Kind("hmac-sha256:shop")) is None


def test_a_key_of_another_system_is_in_no_repr() -> None:
    """It is a secret as the pepper is."""
    assert "kkkk" not in repr(SHOP)
    assert SHOP.kind == "hmac-sha256:shop"
