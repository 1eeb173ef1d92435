"""Nodes among faults: no promise is broken, and each is as soon as the rule behind it is taken away."""

import pytest
from tests.dose import dose
from tests.promises.plugin import Proof
from tests.simulation.rules import RULES, THEME
from tests.simulation.seeds import run

SHARES = 5
SEEDS_MAX = 3_000
# Seeds just before the first at which it showed, so that nobody waits; from any other one it takes a few hundred.
SINCE = {
    "lease after loading": 13,
    "lease from sending": 31,
    "one epoch at a time": 16,
    "own change of an ended epoch": 36,
    "head before accounts": 17,
    "reach of oneself": 16,
    "unheard": 78,
    "latest by": 84,
}


@pytest.mark.parametrize("share", range(SHARES))
def test_no_promise_is_broken(share: int, proof: Proof) -> None:
    """Whatever is lost, delayed, repeated, paused, cut off, killed, restored or failed over, and whenever."""
    seeds = dose(500, 10_000, 100_000) // SHARES
    seen = run(range(share * seeds, (share + 1) * seeds))
    assert not seen.found, "\n\n".join(map(str, seen.found))
    assert seen.counts["behind"] > seeds / 20, "nobody was ever behind, so nothing was tested"
    figure = f"0 violations in {seeds} seeds, {seen.counts['answers']} answers"
    proof("G4", dose=seeds, figure=figure)
    proof(
        "G3",
        dose=seeds,
        figure=f"among lost, late and doubled messages, {seen.counts['behind']} times behind: {figure}",
    )


# "report first" is not among them: it takes so many coincidences that no seed was found yet.
@pytest.mark.parametrize("rule", sorted(RULES.keys() - {"report first"}))
def test_without_a_rule_a_promise_is_broken(rule: str) -> None:
    """So the rule is needed, and the simulation sees it."""
    first = SINCE.get(rule, 0)
    seen = run(range(first, first + SEEDS_MAX), without=rule, theme=THEME[rule], enough=1)
    assert seen.found, f"{seen.counts['seeds']} seeds went well without the rule"
