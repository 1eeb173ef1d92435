"""What must go through when hardly anything else does."""

import pytest

from chaveiro.core.event import Event, KeyActivated, KeyBlocked, RoleEdited
from chaveiro.core.fleet import UNHEARD, unheard
from chaveiro.core.names import AppKey, Moment, Resource, RoleId
from chaveiro.core.revoking import revokes

SOME, NONE = frozenset({Resource("OMS", "ListOrders")}), frozenset[Resource]()


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (KeyBlocked(AppKey("k"), "leaked"), True),
        (KeyActivated(AppKey("k")), False),
        (RoleEdited(RoleId(1), "r", NONE, SOME), True),
        (RoleEdited(RoleId(1), "r", SOME, SOME), False),
        (RoleEdited(RoleId(1), "r", NONE, NONE), False),
    ],
)
def test_what_only_takes_away_revokes(event: Event, expected: bool) -> None:
    """Whoever gives something as well waits for room like everybody else."""
    assert revokes(event) is expected


def test_nodes_that_nobody_heard_of_may_decide_for_the_longest_lease() -> None:
    """What they said is lost, so nothing shorter is sure."""
    seen = unheard(Moment(100.0))
    assert seen.report.id == UNHEARD
    assert seen.decides_until() >= 100 + 3600
