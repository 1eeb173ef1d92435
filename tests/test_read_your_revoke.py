"""Whoever has revoked a key can name the revision of that, and no node answers them from before."""

from random import Random

from tests.core.worlds import ACME, SPONSOR
from tests.dose import dose
from tests.promises.plugin import Proof
from tests.test_node import House, asking, done

from chaveiro.core.command import ActivateKey, DeactivateKey
from chaveiro.core.decision import Allowed, Denied

PAIRS = dose(2_000, 10_000, 100_000)
NODES = 5


def test_a_check_that_names_its_revoke_is_never_answered_from_before(proof: Proof) -> None:
    """Thousands of revokes, each checked at a random node that may have heard of nothing yet."""
    house, rng, stale = House(), Random(3), 0
    issued = house.furnish()
    nodes = [house.another() for _ in range(NODES)]
    for _ in range(PAIRS):
        done(house.node.carry_out(DeactivateKey(ACME, issued.app_key), by=SPONSOR))
        revoked, node = house.store.head(), rng.choice(nodes)
        stale += isinstance(rng.choice(nodes).check(ACME, asking(issued)).verdict, Allowed)
        assert isinstance(node.check(ACME, asking(issued), at_least=revoked).verdict, Denied)
        done(house.node.carry_out(ActivateKey(ACME, issued.app_key), by=SPONSOR))
        for late in nodes:
            if rng.random() < 0.5:  # the others still believe what was before, or what was before that
                late.known.refresh()
    assert stale > PAIRS / 10, "without its revision some are answered from before, else this could not fail"
    figure = f"revokes, each checked at its revision: 0 allows; without the revision {stale:,} stale ones"
    proof("G3", dose=PAIRS, figure=figure)
