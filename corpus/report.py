"""The figures as tables for people, and the gates they must pass."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from corpus.rates import KINDS, RIGHT_MIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from corpus.generate import Corpus
    from corpus.rates import Tally
    from corpus.score import Score

CONFUSIONS_SHOWN: Final = 20


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown, its columns aligned."""
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    rule = ["-" * width for width in widths]
    return "\n".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |"
        for row in (head, rule, *rows)
    )


def of_score(corpus: Corpus, score: Score) -> str:
    """The figures, what was refused or rejected, what does harm, and what was confused."""
    origins = Counter(one.record.origin for one in score.judged)
    refused = sum(one.record.observable == "client_only" for one in score.judged)
    wrong = Counter(one.record.origin for one in score.judged if not one.right)
    parts = [
        "## Records",
        table(("origin", "records", "told wrongly"), [(name, str(n), str(wrong[name])) for name, n in origins.items()]),
        f"Rejected by their own check: {corpus.rejected.total()}. Refused by the client before they left: {refused}.",
        "## Scores",
        table(("figure", "value"), list(score.figures().items())),
        "## Harm",
        table(("what it makes somebody do", "records"), _counted(one.harm for one in score.judged if one.harm)),
        "## Confusions",
        table(
            ("true", "said", "records"),
            [(*pair, str(n)) for pair, n in score.confusions.most_common(CONFUSIONS_SHOWN)] or [("none", "", "0")],
        ),
    ]
    return "\n\n".join(parts)


def _counted(of: Iterator[str]) -> list[tuple[str, str]]:
    return [(name, str(n)) for name, n in Counter(of).most_common()] or [("none", "0")]


def of_rates(tallies: Mapping[str, Tally]) -> str:
    """One row for each kind of damage; strangers and valid pairs below."""
    rows = []
    for kind in KINDS:
        one = tallies[kind.name]
        place = f"{one.placed / one.with_place:.2%}" if one.with_place else ""
        wrong = f"{one.wrong_value} ({one.wrong_surely} surely)" if one.wrong_value else "0"
        figures = (one.undetected, f"{one.repaired / one.tried:.3%}", wrong, f"{one.right / one.tried:.3%}", place)
        rows.append((kind.name, str(one.tried), *map(str, figures), f"{one.nanoseconds / one.tried / 1000:.0f}"))
    strangers, valid = tallies["strangers"], tallies["valid pairs"]
    head = ("damage", "tried", "undetected", "repaired", "to another value", "right label", "right place", "µs")
    return "\n\n".join(
        (
            "## Rates",
            table(head, rows),
            f"Of {strangers.tried} strangers {strangers.undetected} were taken for a token.",
            f"{strangers.wrong_value} of them were repaired into one.",
            f"Of {valid.tried} valid pairs {valid.tried - valid.right} were flagged.",
        )
    )


def rate_failures(tallies: Mapping[str, Tally]) -> Iterator[str]:
    """The bounds that are not kept."""
    for kind in KINDS:
        one = tallies[kind.name]
        if one.undetected:
            yield f"{kind.name}: {one.undetected} damaged values were taken for whole ones"
        if one.wrong_surely or (kind.few and one.wrong_value):
            yield f"{kind.name}: {one.wrong_value} values were repaired to another one"
        if one.right < RIGHT_MIN * one.tried:
            yield f"{kind.name}: {one.right} of {one.tried} were told rightly"
        if kind.repaired_min and one.repaired < kind.repaired_min * one.tried:
            yield f"{kind.name}: {one.repaired} of {one.tried} were repaired"
    strangers, valid = tallies["strangers"], tallies["valid pairs"]
    if strangers.undetected or strangers.wrong_value:
        yield f"{strangers.undetected} strangers were taken for a token, {strangers.wrong_value} repaired into one"
    if valid.right < valid.tried:
        yield f"{valid.tried - valid.right} valid pairs were flagged"
