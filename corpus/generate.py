"""The corpus: labels, two faults at once, hard cases and healthy requests, the same for the same seed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from itertools import count, islice
from typing import TYPE_CHECKING, Final

from chaveiro.core.cause import Cause
from corpus import damage, slips
from corpus.faults import Fault, damaged
from corpus.hard import hard_faults
from corpus.record import Record, records
from corpus.request_faults import request_faults
from corpus.scene import healthy
from corpus.store_faults import store_faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DEV_SEED: Final = 2026
TRIES_MAX: Final = 40  # seeds for each record wanted, where a pair may lack the letter that a fault changes

# No pair or state of a store makes these: nothing limits anybody yet, user tokens are no pairs, and the others are said
# of other things.
UNREACHED: Final = frozenset(
    {
        Cause.CREDENTIALS_INVALID, Cause.RATE_LIMITED, Cause.AUTHORIZATION_UNAVAILABLE, Cause.UPSTREAM_DENIED,
        Cause.FIXED_SINCE, Cause.UNKNOWN_CAUSE, Cause.USER_TOKEN_INVALID, Cause.USER_TOKEN_EXPIRED,
        Cause.USER_TOKEN_ENDED, Cause.KEY_RECORD_DAMAGED,
    }
)  # fmt: skip
# Faults that values of VTEX's shape have as well, where the cause does not come from a check part.
VTEX_TOO: Final = frozenset(
    {
        "outer_whitespace", "space_inside", "line_break_inside", "invisible_characters", "surrounding_quotes",
        "scheme_prefix", "pasted_twice", "percent_encoded", "letter_case_changed",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Corpus:
    """The records, and how many their checks rejected."""

    records: list[Record] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)
    split: str = "dev"  # any other seed makes records that nobody has looked at while building: hold-out


@dataclass(frozen=True, slots=True)
class Dose:
    """How many of each."""

    label: int = 30
    pair: int = 40
    hard: int = 210
    healthy: int = 500


def generated(dose: Dose, seed: int = DEV_SEED) -> Corpus:
    """The whole corpus without the records of real clients."""
    corpus = Corpus(split="dev" if seed == DEV_SEED else "hold-out")
    for cause, ways in by_cause().items():
        _fill(corpus, f"labels/{cause}", dose.label, _mixed("labels", ways, seed))
    for two, told in pairs():
        name = "+".join(one.name for one in two)
        _fill(
            corpus,
            f"pairs/{name}",
            dose.pair,
            records("pairs", two, shape="native", order=told, seeds=count(seed)),
        )
    hard = list(hard_faults())
    for shape, faults, order in hard:
        each = records("hard", faults, shape=shape, order=order, seeds=count(seed))
        _fill(corpus, f"hard/{faults[0].name}", -(-dose.hard // len(hard)), each)
    for number in range(dose.healthy):
        scene = healthy(seed + number, "vtex" if number % 5 == 0 else "native")
        corpus.records.append(Record(f"healthy/{number}", seed + number, "healthy", scene, None))
    return corpus


def by_cause() -> dict[Cause, list[Fault]]:
    """Every fault there is, under the cause it must be told as."""
    found: dict[Cause, list[Fault]] = defaultdict(list)
    for one in (*request_faults(), *store_faults()):
        found[one.cause].append(one)
    missing = set(Cause) - set(found) - UNREACHED
    if missing:
        msg = f"no fault makes {sorted(missing)}"
        raise LookupError(msg)
    return found


def pairs() -> tuple[tuple[tuple[Fault, ...], tuple[int, int]], ...]:
    """Two faults at once: in the order they happen, and in the order they must be told."""
    of = {fault.cause: fault for fault in (*request_faults(), *store_faults())}
    wrong = damaged("token", "one_character_wrong", slips.one_wrong)
    key_case = damaged("key", "letter_case_changed", damage.case)
    blank = damaged("token", "outer_whitespace", damage.outer_blank)
    told, turned = (0, 1), (1, 0)
    return (
        ((wrong, of[Cause.NO_ROLE_LINKED]), told),
        ((damaged("token", "letter_case_changed", damage.case), of[Cause.KEY_EXPIRED]), told),
        ((wrong, blank), turned),
        ((damaged("token", "scheme_prefix", damage.scheme), of[Cause.PERMISSION_MISSING_RESOURCE]), told),
        ((key_case, of[Cause.TOKEN_ROTATED]), told),
        ((key_case, wrong), told),
        ((of[Cause.FIELDS_SWAPPED], of[Cause.KEY_INACTIVE]), told),
        ((of[Cause.KEY_BLOCKED], of[Cause.NO_ROLE_LINKED]), told),
        ((of[Cause.IP_NOT_ALLOWED], of[Cause.ROLE_LINK_EXPIRED]), told),
        ((of[Cause.ACCOUNT_SUSPENDED], of[Cause.KEY_EXPIRED]), told),
        ((of[Cause.KEY_INACTIVE], of[Cause.KEY_EXPIRED]), told),
        ((of[Cause.KEY_INACTIVE], of[Cause.GRANT_NOT_PROPAGATED]), told),
        ((of[Cause.GRANT_NOT_PROPAGATED], of[Cause.KEY_EXPIRED]), turned),
        ((wrong, of[Cause.GRANT_NOT_PROPAGATED]), told),
        ((of[Cause.INSECURE_TRANSPORT], of[Cause.ROUTE_NOT_MAPPED]), told),
    )


def _mixed(origin: str, faults: Sequence[Fault], seed: int) -> Iterator[Record | None]:
    """Records of all ways in which a cause comes about, in turn; some with values of VTEX's shape."""
    sources = [
        records(origin, (one,), shape="native", order=(0,), seeds=_seeds(seed, at)) for at, one in enumerate(faults)
    ]
    for at, one in enumerate(faults):
        label = one.cause.value.partition("_")[2]
        if label in VTEX_TOO or one.cause.stage.value >= 4:
            sources.append(records(origin, (one,), shape="vtex", order=(0,), seeds=_seeds(seed, at + 100)))
    while sources:
        for source in tuple(sources):
            try:
                yield next(source)
            except StopIteration:  # no more pairs that this fault can have
                sources.remove(source)


def _seeds(seed: int, nth: int) -> Iterator[int]:
    return islice(count(seed + 1000 * nth), 1000)


def _fill(corpus: Corpus, name: str, wanted: int, source: Iterator[Record | None]) -> None:
    taken = 0
    for record in islice(source, wanted * TRIES_MAX):
        if record is None:
            corpus.rejected[name] += 1
            continue
        corpus.records.append(record if corpus.split == "dev" else replace(record, split=corpus.split))
        taken += 1
        if taken == wanted:
            return
