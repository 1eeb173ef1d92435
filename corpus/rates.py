"""How often each kind of damage is told and repaired, over random errors on fresh tokens and appKeys."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from functools import reduce
from multiprocessing import get_context
from random import Random
from time import process_time_ns
from typing import TYPE_CHECKING, Final

from chaveiro.core.attempt import Field
from chaveiro.core.cause import Confidence
from chaveiro.doctor.reading import Reading, read
from corpus import damage, slips
from corpus.encoder import native_pair
from corpus.strangers import stranger

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpus.damage import Damage, Damaged

STRANGERS_PER_DOSE: Final = 20
VALID_PER_DOSE: Final = 6
CHUNK: Final = 500
DEPTH: Final = 2
RIGHT_MIN: Final = 0.999
REPAIRED_MIN: Final = 0.999


@dataclass(frozen=True, slots=True)
class Kind:
    """One row: a kind of damage, and the share that must be repaired; None: none can be."""

    name: str
    damage: Damage
    repaired_min: float | None = REPAIRED_MIN
    few: bool = True  # four substitutions or less: never repaired to another value
    part: str = "token"


KINDS: Final = (
    Kind("letter case", damage.case),
    Kind("blanks outside", damage.outer_blank),
    Kind("blank inside", damage.inner_blank),
    Kind("line break inside", damage.inner_break),
    Kind("without width", damage.invisible),
    Kind("without width, as latin-1", damage.invisible_mojibake),
    Kind("quotes and brackets", damage.quoted),
    Kind("quotes, as latin-1", damage.quoted_mojibake),
    Kind("quote at one end", damage.half_quoted),
    Kind("quotes, by ABNT2", damage.quoted_abnt2),
    Kind("scheme", damage.scheme),
    Kind("label", damage.label),
    Kind("label, by ABNT2", damage.label_abnt2),
    Kind("punctuation after", damage.punctuation),
    Kind("text around", damage.sentence),
    Kind("pasted twice", damage.twice),
    Kind("percent-encoded", damage.percent),
    Kind("escapes", damage.escapes),
    Kind("HTML entities", damage.entities),
    Kind("base64", damage.in_base64),
    Kind("O/0, l/1, u/v", damage.confused),
    Kind("Cyrillic, Greek", damage.lookalike),
    Kind("full width", damage.full_width),
    Kind("prefix mistyped", slips.prefix),
    Kind("prefix lost", slips.prefix_lost(4)),
    Kind("head cut by 1-3", slips.prefix_lost(2)),
    Kind("1 wrong, of the alphabet", slips.one_wrong),
    Kind("1 wrong, any key", slips.one_key_wrong),
    Kind("1 wrong, looks alike", slips.one_lookalike_wrong),
    Kind("neighbours exchanged", slips.neighbours),
    Kind("distant ones exchanged", slips.distant),
    Kind("1 missing", slips.missing(1)),
    Kind("1 extra", slips.added(1)),
    Kind("1 doubled", slips.doubled),
    Kind("2 wrong", slips.two_wrong),
    Kind("3 wrong", slips.several(3)),
    Kind("4 wrong", slips.several(4)),
    Kind("5 wrong", slips.too_many(5), None, few=False),
    Kind("8 wrong", slips.too_many(8), None, few=False),
    Kind("run of 2 missing", slips.missing(2)),
    Kind("run of 8 missing", slips.missing(8)),
    Kind("run of 2 extra", slips.added(2)),
    Kind("run of 8 extra", slips.added(8)),
    Kind("2 missing apart", slips.two_missing, 0.99),
    Kind("1 missing, 1 wrong", slips.missing_and_wrong, 0.99),
    Kind("1 missing, 1 extra", slips.missing_and_extra, 0.99),
    Kind("rn for m, vv for w", slips.wide_letter),
    Kind("tail cut by 1-9", slips.cut(1, 9)),
    Kind("tail cut by 10-60", slips.cut(10, 60), None),
    Kind("head cut by 5-12", slips.beheaded(5, 12), 0.99),
    Kind("letters, by QWERTZ", slips.qwertz),
    Kind("letters, by AZERTY", slips.azerty),
    Kind("masked", damage.masked, None),
    Kind("appKey, 1 wrong", slips.one_wrong, part="key"),
    Kind("appKey, 1 wrong, any key", slips.one_key_wrong, part="key"),
    Kind("appKey, neighbours exchanged", slips.neighbours, part="key"),
    Kind("appKey, 1 missing", slips.missing(1), 0.99, part="key"),
    Kind("appKey, 1 extra", slips.added(1), 0.99, part="key"),
    Kind("appKey, 2 wrong", slips.two_wrong, part="key"),
    Kind("appKey, 2 wrong, 1 no symbol", slips.one_of_two_illegal, part="key"),
    Kind("appKey, 2 wrong, no symbols", slips.two_illegal, part="key"),
    Kind("appKey, distant ones exchanged", slips.distant, part="key"),
    Kind("appKey, 3 wrong", slips.too_many(3), None, few=False, part="key"),
    Kind("appKey, 6 wrong", damage.shuffled, None, few=False, part="key"),
    Kind("appKey, quotes by ABNT2", damage.quoted_abnt2, part="key"),
    Kind("appKey, letters by AZERTY", slips.azerty, part="key"),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of one row; tallies add up."""

    tried: int = 0
    undetected: int = 0
    repaired: int = 0
    wrong_value: int = 0  # repaired to another value than the one that was damaged
    wrong_surely: int = 0  # and not said to be merely likely
    right: int = 0
    placed: int = 0
    with_place: int = 0
    nanoseconds: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)))


def rates(dose: int, *, processes: int = 2, seed: int = 2026) -> dict[str, Tally]:
    """Every row's tally, strangers and valid pairs last."""
    wanted = [(at, dose) for at in range(len(KINDS))]
    wanted += [(len(KINDS), dose * STRANGERS_PER_DOSE), (len(KINDS) + 1, dose * VALID_PER_DOSE)]
    jobs = [
        (row, min(CHUNK, count - begun), f"{seed}/{row}/{begun}")
        for row, count in wanted
        for begun in range(0, count, CHUNK)
    ]
    if processes == 1:
        done: Iterable[Tally] = map(_job, jobs)
        return _added(jobs, done)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        return _added(jobs, pool.map(_job, jobs, chunksize=4))


def _added(jobs: list[tuple[int, int, str]], done: Iterable[Tally]) -> dict[str, Tally]:
    names = [*(kind.name for kind in KINDS), "strangers", "valid pairs"]
    tallies: dict[str, list[Tally]] = {name: [] for name in names}
    for (row, _, _), tally in zip(jobs, done, strict=True):
        tallies[names[row]].append(tally)
    return {name: reduce(Tally.__add__, counted, Tally()) for name, counted in tallies.items()}


def _job(job: tuple[int, int, str]) -> Tally:
    row, count, seed = job
    random = Random(seed)
    if row < len(KINDS):
        return reduce(Tally.__add__, (_once(KINDS[row], random) for _ in range(count)), Tally())
    one = _stranger if row == len(KINDS) else _valid
    return reduce(Tally.__add__, (one(random) for _ in range(count)), Tally())


def _once(kind: Kind, random: Random) -> Tally:
    value, done = _damaged(kind, random)
    begun = process_time_ns()
    reading = read(done.text, Field(kind.part), depth=DEPTH)
    taken = process_time_ns() - begun
    repaired = reading.repaired.reveal() if reading.repaired and reading.findings else ""
    other = bool(repaired) and repaired != value
    return Tally(
        tried=1,
        undetected=not reading.findings,
        repaired=repaired == value,
        wrong_value=other,
        wrong_surely=other and not _merely_likely(reading),
        right=_right(reading, done, kind.part),
        placed=_placed(reading, done),
        with_place=bool(done.positions),
        nanoseconds=taken,
    )


def _damaged(kind: Kind, random: Random) -> tuple[str, Damaged]:
    """A fresh value that can be damaged so, before and after."""
    while True:
        pair = native_pair(random)
        value = pair.key if kind.part == "key" else pair.token
        done = kind.damage(value, kind.part, random)
        if done and done.text != value:
            return value, done


def _merely_likely(reading: Reading) -> bool:
    return any(one.confidence is Confidence.LIKELY for one in reading.findings)


def _right(reading: Reading, done: Damaged, part: str) -> bool:
    labels = {f"{part}_{one}" for one in done.accepted}
    return bool(reading.findings) and reading.findings[0].cause.value in labels


def _placed(reading: Reading, done: Damaged) -> bool:
    if not done.positions or not reading.findings:
        return False
    facts = reading.findings[0].facts
    told = facts.get("positions", facts.get("position"))
    if isinstance(told, tuple):
        return len(told) >= done.place_count and set(told) <= done.positions
    return told in done.positions


def _stranger(random: Random) -> Tally:
    """Not accepted, and not repaired into anything."""
    begun = process_time_ns()
    reading = read(stranger(random), Field.TOKEN, depth=DEPTH)
    taken = process_time_ns() - begun
    made = bool(reading.repaired) and bool(reading.findings) and reading.kind is Field.TOKEN
    return Tally(
        tried=1, undetected=not reading.findings, wrong_value=made, wrong_surely=made and not _merely_likely(reading),
        nanoseconds=taken,
    )  # fmt: skip


def _valid(random: Random) -> Tally:
    """Neither value is flagged."""
    pair = native_pair(random)
    begun = process_time_ns()
    flagged = read(pair.key, Field.KEY, depth=DEPTH).findings or read(pair.token, Field.TOKEN, depth=DEPTH).findings
    return Tally(tried=1, right=not flagged, nanoseconds=process_time_ns() - begun)
