"""What is known of changes that no test notices fits the sources, and a score is never better than it is."""

from collections import Counter

import pytest
from tests.mutants.score import ROOT, Change, Score, known

KNOWN = known()


@pytest.mark.parametrize(("change", "why"), KNOWN.items(), ids=lambda one: getattr(one, "new", ""))
def test_a_change_known_as_harmless_fits_the_sources(change: Change, why: str) -> None:
    """Its line stands there; and a reason is given."""
    lines = Counter(map(str.strip, (ROOT / "src" / "chaveiro" / change.file).read_text("utf-8").splitlines()))
    assert lines[change.old]
    assert change.new != change.old
    assert why


def test_what_was_not_judged_is_not_noticed() -> None:
    """A change under which no test came to an end counts like one that survived."""
    score = Score(made=200, noticed=190, survived=tuple(KNOWN)[:5], unjudged=("a", "b", "c", "d", "e"))
    assert score.share == 0.95
    assert str(score) == "190 of 200 changes noticed, 95.0%"
