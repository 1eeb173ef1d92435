"""Every promise has a test that proves it, and the table says no more than was seen."""

import ast
from pathlib import Path

import pytest
from tests.promises.table import BUT_AT_NIGHT, NOT_PROVED, Ledger, Promise, declared_at, declared_in, promises, rows

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "reference" / "promises.md"
SOURCES = sorted(TESTS.rglob("*.py"))


def test_every_promise_has_a_test_that_declares_to_prove_it() -> None:
    """A promise without one is no promise."""
    proved = {name for path in SOURCES for names in declared_at(path).values() for name in names}
    assert list(promises()) == [f"G{number}" for number in range(1, 26)]
    assert proved <= set(promises()), "each call names its promise, written out"
    assert set(promises()) - proved == set()


def test_the_page_of_the_promises_says_what_is_tested() -> None:
    """The same sentences and figures, each in its row; and what is promised in part only is marked."""
    assert [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| G")] == rows(
        promises().values()
    )


def test_whoever_asks_for_the_fixture_says_what_was_proved() -> None:
    """Otherwise its row would stay empty, or it would not be run at all."""
    silent = []
    for path in SOURCES:
        if "proof: Proof" in (source := path.read_text("utf-8")):
            functions = [one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.FunctionDef)]
            asking = {one.name for one in functions if "proof" in {argument.arg for argument in one.args.args}}
            silent += [(path.name, name) for name in asking - set(declared_at(path))]
    assert silent == []


def test_a_declaration_is_read_from_the_source() -> None:
    """Of tests alone, wherever in them it stands; several promises of one test are all found."""
    source = (
        "class TestX:\n    def test_a(self, proof):\n        if True:\n"
        '            proof("G1", dose=1, figure="")\n        proof("G2", dose=1, figure="")\n'
        'def helper(proof):\n    proof("G3", dose=1, figure="")\ndef test_b():\n    other("G4")\n'
        "def test_c(proof, name):\n    proof(name, dose=1, figure='')\n"
    )
    assert declared_in(source) == {"test_a": ("G1", "G2"), "test_c": ("?",)}


PROMISED = {
    "G1": Promise("G1", "whole", "a figure"),
    "G2": Promise("G2", "for which nothing ran", "a figure"),
    "G9": Promise("G9", "with a part that no test shows", "a figure", missing=("the other part",)),
    "G10": Promise("G10", "with a part that takes a night", "a figure", nightly=("the long part",)),
}


def ledger(*, night: bool = False, **wrong: str) -> Ledger:
    """One in which two tests of two cases each have shown that G1, G9 and G10 hold, but for what went wrong."""
    made = Ledger(PROMISED, night=night)
    for test in ("first", "second"):
        for case in (1, 2):
            proofs: list[tuple[str, int | str, str]] = [
                ("G1", 50_000, "decisions, 0 differences"),
                ("G9", f"{case} bodies", "alike"),
                ("G10", 1, "part"),
            ]
            made.note(test, ("G1", "G9", "G10"), proofs=(), wrong="", seconds=0.5)  # setting up
            made.note(test, ("G1", "G9", "G10"), proofs=proofs, wrong=wrong.get(test, ""), seconds=1.0)
    return made


def test_what_was_shown_is_printed_with_dose_figure_and_time() -> None:
    """Numbers add up over a test's cases; what is in words stands beside what other cases said."""
    printed = "\n".join(ledger().lines())
    assert ledger().verdict("G1") == "proved"
    assert "- first  3.0 s\n       100,000 decisions, 0 differences\n" in printed
    assert "1 bodies, 2 bodies: alike" in printed


@pytest.mark.parametrize("wrong", ["FAILED", "skipped here: needs root"])
def test_what_was_not_seen_is_not_called_proved(wrong: str) -> None:
    """Not a failed test, not a skipped one, not a promise of which a part has no test, not one that nothing ran for."""
    assert ledger(first=wrong, second=wrong).verdict("G1") == f"{NOT_PROVED}: all its tests did not pass"
    assert ledger(first=wrong).verdict("G1") == f"{NOT_PROVED} in full: 1 of its 2 tests did not pass"
    assert f"     - first  3.0 s\n       {wrong}\n" in "\n".join(ledger(first=wrong).lines())
    assert ledger().verdict("G2").startswith(NOT_PROVED)
    assert ledger().verdict("G9") == "proved in part"


def test_a_test_that_says_nothing_proved_nothing() -> None:
    """It passed, and may have returned before it looked."""
    made = Ledger(PROMISED)
    made.note("silent", ("G1",), proofs=(), wrong="", seconds=1.0)
    assert made.verdict("G1") == f"{NOT_PROVED}: its test did not pass"


def test_every_promise_is_printed() -> None:
    """Those for which nothing ran as well, and the sum below."""
    lines = list(ledger().lines())
    assert [line.split()[0] for line in lines if line.startswith("G")] == list(PROMISED)
    assert "     - not yet shown: the other part" in lines
    assert lines[-1] == f"1 proved, 1 {BUT_AT_NIGHT}, 1 proved in part, 1 not proved"


def test_what_takes_a_night_is_called_proved_by_a_night_alone() -> None:
    """Other doses say what they did not run, and where it runs."""
    assert ledger().verdict("G10") == BUT_AT_NIGHT
    assert "     - not run at this dose: the long part" in list(ledger().lines())
    assert ledger(night=True).verdict("G10") == "proved"
    assert not any("the long part" in line for line in ledger(night=True).lines())
