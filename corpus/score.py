"""What the doctor says about the records, beside what is true of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median
from time import thread_time_ns
from typing import TYPE_CHECKING, Final

from chaveiro.core.attempt import Field
from chaveiro.core.cause import Audience, Cause, Confidence, Finding, Stage
from chaveiro.core.decision import Denied, decide
from chaveiro.core.keyring import Keyring, Revision
from chaveiro.core.names import Email
from chaveiro.doctor.engine import diagnose, tell
from chaveiro.doctor.reading import read
from corpus.record import denial
from corpus.scene import ACME, MARK, hashed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpus.record import Record

PRIMARY_MIN: Final = 0.99
NEXT_MIN: Final = 0.99
HARMFUL_MAX: Final = 0.005

_NOBODY: Final = Keyring(ACME, Revision("00000000", 0), Email(""), MARK)
_STORE_ABOUT_TOKEN: Final = frozenset(
    {Cause.TOKEN_NEVER_ISSUED, Cause.TOKEN_ROTATED, Cause.TOKEN_OF_ANOTHER_KEY, Cause.KEY_DELETED, Cause.KEY_UNKNOWN}
)
_ABSTENTIONS: Final = frozenset({Cause.UNKNOWN_CAUSE, Cause.CREDENTIALS_INVALID, Cause.TOKEN_UNVERIFIABLE})


@dataclass(frozen=True, slots=True)
class Judged:
    """One record, and what was said of it."""

    record: Record
    said: tuple[Cause, ...]
    told: Cause | None
    leak: str  # what reached the caller and should not have; empty: nothing
    wrong_value: bool  # repaired, surely, to another value than the one that was damaged
    tell_ns: int
    diagnose_ns: int

    @property
    def right(self) -> bool:
        """The cause is one that is true of the record."""
        truth = self.record.truth
        if truth is None:
            return not self.said
        return bool(self.said) and self.said[0] in truth.obstacles[0]

    @property
    def exact(self) -> bool:
        """The cause is the best label, where several are true."""
        truth = self.record.truth
        return truth is not None and bool(self.said) and self.said[0] is truth.primary

    @property
    def right_of_two(self) -> bool:
        """It is among the first two findings."""
        truth = self.record.truth
        return self.right or (truth is not None and any(one in truth.obstacles[0] for one in self.said[:2]))

    @property
    def next_right(self) -> bool:
        """What is said after the first obstacle, in however many words, is the second one."""
        truth = self.record.truth
        if truth is None:
            return False
        after = next((one for one in self.said[1:] if one not in truth.obstacles[0]), None)
        return after in truth.obstacles[1]

    @property
    def recalled(self) -> tuple[int, int]:
        """How many of all obstacles were said, of how many."""
        obstacles = self.record.truth.obstacles if self.record.truth else ()
        return sum(any(one in labels for one in self.said) for labels in obstacles), len(obstacles)

    @property
    def abstained(self) -> bool:
        """Nothing was said where something could be."""
        truth = self.record.truth
        return truth is not None and not self.right and (not self.said or self.said[0] in _ABSTENTIONS)

    @property
    def harm(self) -> str:
        """What the wrong cause makes somebody do; empty: nothing worse than looking again."""
        truth = self.record.truth
        if self.right:
            return ""
        if truth is None:
            return "a healthy request was explained"
        primary, said = truth.primary, self.said[0] if self.said else Cause.UNKNOWN_CAUSE
        if primary.stage <= Stage.SHAPE and said in _STORE_ABOUT_TOKEN:
            return "a slip on the way told as a matter of the store: somebody renews a live integration"
        if primary.stage >= Stage.IDENTITY and said.stage in {Stage.RELATION, Stage.SHAPE}:
            return "a matter of the store told as a slip: somebody pastes the same value again for a day"
        if primary.stage is Stage.LIFECYCLE and said.stage is Stage.IDENTITY:
            return "a key out of force told as a wrong token: somebody renews it"
        if primary.stage is Stage.AUTHORIZATION and said.stage < Stage.AUTHORIZATION:
            return "a missing permission told as a bad credential"
        return ""


def judged(record: Record) -> Judged:
    """Ask the doctor about one record, on the caller's behalf and on the keepers'."""
    scene = record.scene
    denied = denial(scene)
    if denied is None:
        parts = ((scene.attempt.app_key.text, Field.KEY), (scene.attempt.app_token.text, Field.TOKEN))
        said = tuple(one.cause for text, part in parts for one in read(text, part, depth=2).findings)
        return Judged(record, said, None, "", wrong_value=False, tell_ns=0, diagnose_ns=0)
    attempt = scene.attempt
    begun = thread_time_ns()
    told = tell(scene.keyring, attempt, denied)
    between = thread_time_ns()
    found = diagnose(
        scene.keyring, attempt, denied, digest=hashed, elsewhere=scene.elsewhere, newest=scene.newest,
        search=scene.search, always_refused=scene.always_refused,
    )  # fmt: skip
    ended = thread_time_ns()
    said = tuple(one.cause for one in found.findings)
    return Judged(
        record, said, told.cause, _leak(record, denied, told), _wrong_value(record), between - begun, ended - between
    )


def _leak(record: Record, denied: Denied, told: Finding) -> str:
    """What a caller reads may depend on the store only after the pair has matched, and then only on that pair."""
    if told.cause.audience > (Audience.STRANGER if denied.app_key is None else Audience.HOLDER):
        return f"{told.cause} is not for callers"
    if told.evidence:
        return "evidence is for keepers"
    if denied.app_key is None:
        elsewhere = decide(_NOBODY, record.scene.attempt)
        if not isinstance(elsewhere, Denied) or tell(_NOBODY, record.scene.attempt, elsewhere) != told:
            return f"{told.cause} is told differently where there is no such account"
    return ""


def _wrong_value(record: Record) -> bool:
    """Whether a damaged token was repaired to another one, and that was said to be certain."""
    scene, truth = record.scene, record.truth
    if truth is None or scene.shape != "native" or truth.primary.stage is not Stage.SHAPE:
        return False
    fields = ((scene.attempt.app_key.text, Field.KEY), (scene.attempt.app_token.text, Field.TOKEN))
    for text, part in fields:
        reading = read(text, part, depth=2)
        ours = {scene.pair.key, scene.pair.token, scene.other.key, scene.other.token}
        sure = all(one.confidence is not Confidence.LIKELY for one in reading.findings)
        if reading.findings and reading.repaired and sure and reading.repaired.reveal() not in ours:
            return True
    return False


@dataclass(frozen=True)
class Score:
    """The figures over all judged records."""

    judged: list[Judged] = field(default_factory=list)

    @cached_property
    def ill(self) -> list[Judged]:
        """Those that something is wrong with."""
        return [one for one in self.judged if one.record.truth]

    @cached_property
    def primary(self) -> float:
        """How many were told a true cause."""
        return _share(one.right for one in self.ill)

    @cached_property
    def next_obstacle(self) -> float:
        """Of two faults, how often the second was told second."""
        return _share(one.next_right for one in self.ill if one.record.truth and len(one.record.truth.obstacles) > 1)

    @cached_property
    def harmful(self) -> float:
        """How many were told a cause that does harm."""
        return _share(bool(one.harm) for one in self.judged)

    @cached_property
    def leaks(self) -> list[str]:
        """What reached callers and should not have."""
        return [f"{one.record.id}: {one.leak}" for one in self.judged if one.leak]

    @cached_property
    def confusions(self) -> Counter[tuple[str, str]]:
        """What was true, and what was said instead."""
        return Counter(
            (
                one.record.truth.primary.value if one.record.truth else "healthy",
                one.said[0].value if one.said else "nothing",
            )
            for one in self.judged
            if not one.right
        )

    def figures(self) -> dict[str, str]:
        """Every figure with its name."""
        ill = self.ill
        recalled = [one.recalled for one in ill]
        times = {"tell": [one.tell_ns for one in ill], "diagnose": [one.diagnose_ns for one in ill]}
        return {
            "records": str(len(self.judged)),
            "primary cause": f"{self.primary:.2%}",
            "the best of several true labels": f"{_share(one.exact for one in ill):.2%}",
            "among the first two": f"{_share(one.right_of_two for one in ill):.2%}",
            "all causes recalled": f"{sum(a for a, _ in recalled) / max(1, sum(b for _, b in recalled)):.2%}",
            "next obstacle": f"{self.next_obstacle:.2%}",
            "healthy left alone": f"{_share(one.right for one in self.judged if not one.record.truth):.2%}",
            "abstained wrongly": f"{_share(one.abstained for one in ill):.2%}",
            "harmful confusions": f"{self.harmful:.2%}",
            "repaired to another value": str(sum(one.wrong_value for one in self.judged)),
            "leaks to callers": str(len(self.leaks)),
            **{f"{name}, µs": _spread(values) for name, values in times.items()},
        }

    def failures(self) -> list[str]:
        """The gates that are not passed."""
        gates = {
            f"primary cause {self.primary:.2%}, at least {PRIMARY_MIN:.0%} wanted": self.primary >= PRIMARY_MIN,
            f"next obstacle {self.next_obstacle:.2%}, at least {NEXT_MIN:.0%} wanted": self.next_obstacle >= NEXT_MIN,
            f"harmful confusions {self.harmful:.2%}, at most {HARMFUL_MAX:.1%} wanted": self.harmful <= HARMFUL_MAX,
            f"{len(self.leaks)} leaks to callers, such as {self.leaks[:3]}": not self.leaks,
            "a value was repaired to another one": not any(one.wrong_value for one in self.judged),
            "a healthy request was explained": all(one.right for one in self.judged if not one.record.truth),
        }
        return [gate for gate, passed in gates.items() if not passed]


def scored(records: Iterable[Record]) -> Score:
    """Judge all records."""
    return Score([judged(record) for record in records])


def _share(of: Iterable[bool]) -> float:
    counted = list(of)
    return sum(counted) / len(counted) if counted else 1.0


def _spread(times: list[int]) -> str:
    ordered = sorted(times) or [0]
    return f"{median(ordered) / 1000:.0f} (median), {ordered[len(ordered) * 99 // 100] / 1000:.0f} (99 %)"
