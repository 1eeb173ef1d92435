"""Who could still allow what was revoked."""

import pytest

from chaveiro.core.fleet import POLL_SECONDS_MAX, NodeId, NodeReport, NodeSeen, Reach, reach
from chaveiro.core.keyring import Revision
from chaveiro.core.names import Moment

NOW = 10_000.0
REVOKE = Revision("0123abcd", 7)
BEFORE = Revision("0123abcd", 6)


def node(name: str, applied: Revision, *, ago: float = 0.1, stale: float = 300.0) -> NodeSeen:
    """A node that reported so many seconds ago."""
    return NodeSeen(NodeReport(NodeId(name), name, applied, stale), Moment(0), Moment(NOW - ago))


def reached(*seen: NodeSeen, spread: float = 0.0) -> Reach:
    return reach(REVOKE, seen, at=Moment(NOW), spread_seconds=spread)


def test_a_change_is_in_force_once_every_node_has_applied_it() -> None:
    """Later ones count as well; then nobody decides by what was before."""
    found = reached(node("a", REVOKE), node("b", Revision(REVOKE.epoch, 9)))
    assert found.effective
    assert found.out == ()
    assert found.latest_by == NOW
    assert [one.report.name for one in found.nodes] == ["a", "b"]


def test_a_node_that_has_not_applied_it_may_allow_until_its_lease_ends() -> None:
    """So long after its last report at the latest, and never longer than a lease from now: whoever polls knows."""
    found = reached(node("a", REVOKE), node("b", BEFORE, ago=100), node("c", BEFORE, ago=0.1, stale=5))
    assert not found.effective
    assert [one.report.name for one in found.out] == ["b", "c"]
    assert found.latest_by == NOW - 100 + POLL_SECONDS_MAX + 300
    assert reached(node("c", BEFORE, ago=0.1, stale=5)).latest_by == NOW + 5


@pytest.mark.parametrize(("ago", "out"), [(301.0, True), (302.5, False), (90_000.0, False)])
def test_a_node_that_is_silent_for_longer_than_its_lease_is_out_by_construction(ago: float, out: bool) -> None:
    """It decides nothing any more, so nobody waits for it."""
    found = reached(node("a", REVOKE), node("b", BEFORE, ago=ago))
    assert found.effective is not out
    assert len(found.nodes) == 1 + out


def test_a_node_in_another_history_has_not_applied_it() -> None:
    """However far it is there."""
    assert not reached(node("a", Revision("ffffffff", 1_000))).effective


def test_whoever_reports_nothing_is_given_its_time() -> None:
    """Processes that share a file are not listed; they poll it."""
    found = reached(spread=0.5)
    assert found.effective
    assert found.latest_by == NOW + 0.5
