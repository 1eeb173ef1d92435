"""What is published of a run: all of it, of a whole one."""

from dataclasses import asdict
from pathlib import Path

import pytest
from bench.goals import GOALS
from bench.measure import QUICK, WHOLE, Dose, Figure
from bench.parts import PARTS
from bench.publish import NotPublished, published
from bench.report import FAILED, NOT_HERE, Measured, written

from bench import report

FIGURES = [Figure("a check", (1.0, 2.0, 3.0), "us"), Figure("a ratio", (1.2,), "x", "", "http-empty")]
RUN = [
    *(Measured(name, name.capitalize(), FIGURES if name == "check" else []) for name in PARTS if name != "company"),
    Measured("company", "Company", problem=NOT_HERE),
]
FAILING = Measured("decision", "Decision", problem=f"{FAILED} OSError.")


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(report, "machine", lambda: {"commit": "0a1b2c3d4e5f", "date": "today"})
    folder = tmp_path / "docs"
    folder.mkdir()
    return folder


def test_a_whole_run_becomes_a_page(tmp_path: Path, docs: Path) -> None:
    """With every goal, every figure, its plots and where it was made."""
    written(RUN, WHOLE, tmp_path)
    page = published(tmp_path, docs).read_text()
    assert page.startswith("# Speed: figures of a run\n")
    assert "- commit: 0a1b2c3d4e5f\n" in page
    assert "| a check | 2 µs | 1 µs to 3 µs |" in page
    assert all(goal.what in page for goal in GOALS.values())
    (plot,) = docs.glob("speed/*.svg")
    assert f"(speed/{plot.name})" in page


@pytest.mark.parametrize(
    ("run", "dose", "commit", "why"),
    [
        (RUN, QUICK, "0a1b2c3d4e5f", "short one"),
        (RUN, WHOLE, "0a1b2c3d4e5f-dirty", "not committed"),
        (RUN[1:], WHOLE, "0a1b2c3d4e5f", "no figures of decision"),
        ([*RUN[1:], FAILING], WHOLE, "0a1b2c3d4e5f", "no figures of decision"),
    ],
    ids=["quick", "dirty", "partial", "failed"],
)
def test_a_run_that_says_less_is_no_page(  # noqa: PLR0917 - what parametrizes it
    tmp_path: Path, docs: Path, monkeypatch: pytest.MonkeyPatch, run: list[Measured], dose: Dose, commit: str, why: str
) -> None:
    """Nor one of sources that nobody can look up."""
    monkeypatch.setattr(report, "machine", lambda: {"commit": commit})
    written(run, dose, tmp_path)
    with pytest.raises(NotPublished, match=why):
        published(tmp_path, docs)
    assert not list(docs.iterdir())


def test_before_the_first_run_there_is_none(tmp_path: Path, docs: Path) -> None:
    """And it says what makes one."""
    with pytest.raises(NotPublished, match="make bench"):
        published(tmp_path, docs)


def test_the_doses_differ() -> None:
    """Or a quick run would be taken for a whole one."""
    assert asdict(QUICK) != asdict(WHOLE)
    assert WHOLE.rounds >= 5
