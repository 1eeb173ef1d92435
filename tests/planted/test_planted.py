"""The table of planted bugs fits the sources, and whoever tries them knows a catch from everything else."""

import re
from dataclasses import replace
from functools import reduce
from importlib import import_module
from pathlib import Path

import pytest
from tests.planted.bugs import PACKAGE, Bug, Edit, Stale, bugs, row
from tests.planted.trial import Outcome, sound, tried

BUGS = bugs()
KNOWN = {bug.name: bug for bug in BUGS}
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "planted-bugs.md"
HARMLESS = replace(
    KNOWN["inactive-key-allowed"],
    edits=(Edit('    """Say whether *attempt* may go on, and by', '    """Say if *attempt* may go on, and by'),),
)


def by_name(bug: Bug) -> str:
    return bug.name


# -------------------------------------------------------------------------------------------------------- the table


def test_every_bug_has_a_name_of_its_own_and_a_promise() -> None:
    """A row of the table is found by its name, and says what it breaks."""
    assert len(KNOWN) == len(BUGS)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in KNOWN)
    assert all(re.fullmatch(r"G([1-9]|1\d|2[0-4])", bug.promise) for bug in BUGS)


@pytest.mark.parametrize("bug", BUGS, ids=by_name)
def test_a_bug_fits_the_sources(bug: Bug) -> None:
    """What it changes stands there exactly once: a bug of sources that are no more would be planted nowhere."""
    source = (PACKAGE / bug.file).read_text("utf-8")
    assert bug.planted(source) != source


@pytest.mark.parametrize("test", sorted({bug.test for bug in BUGS}))
def test_a_named_test_is_there(test: str) -> None:
    """Nobody renames the test by which a bug is caught without saying so."""
    file, *names = test.split("::")
    module = import_module(file.removesuffix(".py").replace("/", "."))
    assert callable(reduce(getattr, names, module))


def test_a_stale_bug_is_told() -> None:
    """Of a text that is not there, or more than once, its bug is told, and nothing is planted."""
    for old in ("no such text", "return"):
        with pytest.raises(Stale, match="inactive-key-allowed"):
            replace(HARMLESS, edits=(Edit(old, ""),)).planted("return 1; return 2")


def test_the_reference_lists_every_bug() -> None:
    """As it is: `python -m tests.planted --list` prints the rows."""
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    assert rows == [row(bug) for bug in BUGS]


# ------------------------------------------------------------------------------------------------------- trying them


@pytest.mark.parametrize("name", ["inactive-key-allowed", "text-compared"])
def test_a_planted_bug_is_caught(name: str) -> None:
    """By an assertion of the test it names, or by the exception that the table names."""
    verdict = tried(KNOWN[name])
    assert verdict.outcome is Outcome.CAUGHT, verdict.printed


@pytest.mark.parametrize(
    ("bug", "outcome", "told"),
    [
        (HARMLESS, Outcome.NOT_CAUGHT, "stays green"),
        (replace(KNOWN["text-compared"], raises=()), Outcome.BROKEN, "TypeError"),
        (replace(HARMLESS, edits=(Edit("import hmac\n", "import no_such_module\n"),)), Outcome.BROKEN, "before its"),
        (replace(KNOWN["unknown-field-accepted"], test=HARMLESS.test), Outcome.BROKEN, "never met"),
        (replace(HARMLESS, test=f"{HARMLESS.test}_or_so"), Outcome.BROKEN, "no such test"),
    ],
    ids=["harmless", "another exception", "no import", "another file", "no test"],
)
def test_whatever_else_happens_is_no_catch(bug: Bug, outcome: Outcome, told: str) -> None:
    """A test that stays green, ends by a surprise, cannot be collected, never meets the bug, or is not there."""
    verdict = tried(bug)
    assert verdict.outcome is outcome, verdict.printed
    assert told in verdict.told


def test_a_test_must_be_green_without_the_bug() -> None:
    """One that never passes says nothing about any bug."""
    absent = replace(HARMLESS, name="absent", test=f"{HARMLESS.test}[no such case]")
    red, _ = sound([absent])
    assert list(red) == ["absent"]
