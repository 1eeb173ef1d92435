"""What a journal says, folded: the facts that stand, and up to which revision it knows everything."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

from chaveiro.core.keyring import Revision
from chaveiro.core.names import AccountName, Moment
from chaveiro.journal.facts import NEVER, Fact, Kind, Subject
from chaveiro.journal.revived import Claim
from chaveiro.stores.port import Anchor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FACTS_MAX: Final = 100_000  # the oldest are forgotten first, and the journal says from where on it knows everything


class JournalDamaged(Exception):
    """A line of the journal is none. The message says which and what to do."""


class Standing(Enum):
    """How a database stands to what the journal remembers of it."""

    UNKNOWN = auto()  # the journal is new
    FOLLOWS = auto()  # it is where the journal left it, or further on
    OLDER = auto()  # it was taken back by hand, and may have gone on since
    OTHER_EPOCH = auto()  # it began an epoch that the journal has not seen


@dataclass(slots=True)
class Memory:
    """The journal as a value that grows."""

    facts: dict[Subject, Fact] = field(default_factory=dict)
    applied: Revision | None = None  # every fact up to here is known
    applied_mac: str = ""  # of the change there; empty: nobody knows
    since: Revision | None = None  # of facts up to here some were forgotten
    anchor: Anchor | None = None
    epochs: dict[str, int] = field(default_factory=dict)  # in order; from which `seq` on all earlier facts hold there

    def take(self, fact: Fact) -> bool:
        """Take a fact over, unless it or something later about the same is known; whether it was new."""
        old = self.facts.get(fact.subject)
        if old is not None and self._place(old.revision) >= self._place(fact.revision):
            return False
        self.facts[fact.subject] = fact
        self.epochs.setdefault(fact.revision.epoch, 0)
        return True

    def follow(self, revision: Revision, mac: str = "") -> None:
        """Note up to where everything is known, and the MAC of the change there."""
        self.epochs.setdefault(revision.epoch, revision.seq)
        self.applied, self.applied_mac = revision, mac

    def settle(self) -> None:
        """Note that everything remembered so far holds in the epoch that is followed, which comes last."""
        if self.applied is not None:
            self.epochs.pop(self.applied.epoch, None)
            self.epochs[self.applied.epoch] = self.applied.seq

    @property
    def standing(self) -> list[Fact]:
        """The facts that were not lifted, oldest first."""
        places = {epoch: place for place, epoch in enumerate(self.epochs)}
        facts = [fact for fact in self.facts.values() if not fact.lifted]
        return sorted(facts, key=lambda one: (places[one.revision.epoch], one.revision.seq))

    def how(self, head: Revision) -> Standing:
        """How a database whose newest revision this is stands to what is remembered."""
        if self.applied is None and not self.facts:
            return Standing.UNKNOWN
        if head.epoch not in self.epochs:
            return Standing.OTHER_EPOCH
        current = head.epoch == next(reversed(self.epochs))
        return Standing.FOLLOWS if current and head.seq >= self.newest(head.epoch) else Standing.OLDER

    def vouches(self, head: Revision) -> bool:
        """Whether everything that was revoked after this revision is known."""
        return self.applied is not None and (self.since is None or self._settled(self.since, head))

    def claims(self, head: Revision | None, shared: Iterable[Revision] = ()) -> list[Claim]:
        """The facts that a database may not know of.

        *head*: its newest revision, None where that numbers other changes than those remembered; *shared*: up to where
        it has the same changes.
        """
        parts = [one for one in (head, *shared) if one is not None]
        return [
            Claim(fact, certain=head is not None and fact.revision.epoch == head.epoch)
            for fact in self.standing
            if not any(self._settled(fact.revision, one) for one in parts)
        ]

    def links(self) -> dict[str, dict[int, str]]:
        """The MACs that are known of changes, by their numbers, of each epoch."""
        found: dict[str, dict[int, str]] = {}
        for fact in self.facts.values():
            if fact.mac:
                found.setdefault(fact.revision.epoch, {})[fact.revision.seq] = fact.mac
        if self.applied and self.applied_mac:
            found.setdefault(self.applied.epoch, {})[self.applied.seq] = self.applied_mac
        return found

    def newest(self, epoch: str) -> int:
        """The number of the newest change of an epoch of which anything is known."""
        applied = self.applied.seq if self.applied and self.applied.epoch == epoch else 0
        return max((applied, *(one.revision.seq for one in self._of(epoch))))

    def overrides(self, fact: Fact) -> bool:
        """Whether this is remembered, or something later about the same."""
        own = self.facts.get(fact.subject)
        return own is not None and (own.at > fact.at or (own.at, own.revision.seq) == (fact.at, fact.revision.seq))

    def shorten(self) -> None:
        """Forget what was lifted, and the oldest beyond the bound."""
        kept = self.standing
        for fact in kept[:-FACTS_MAX]:
            self.since = fact.revision
        self.facts = {fact.subject: fact for fact in kept[-FACTS_MAX:]}

    def _of(self, epoch: str) -> Iterator[Fact]:
        return (fact for fact in self.facts.values() if fact.revision.epoch == epoch)

    def _settled(self, revision: Revision, head: Revision) -> bool:
        """Whether what happened at a revision is part of a database, or was done again in it."""
        if revision.epoch == head.epoch:
            return revision.seq <= head.seq
        later = head.epoch in self.epochs and self._place(head) > self._place(revision)
        return later and head.seq >= self.epochs[head.epoch]

    def _place(self, revision: Revision) -> tuple[int, int]:
        """Where a revision stands among all. An epoch that was not seen before comes last."""
        order = list(self.epochs)
        known = revision.epoch in self.epochs
        return (order.index(revision.epoch) if known else len(order)), revision.seq

    # -- as lines

    def lines(self) -> Iterator[str]:
        """Everything, as what is written."""
        if self.since:
            yield json.dumps({"since": str(self.since)})
        yield from (json.dumps({"epoch": epoch, "from": seq}) for epoch, seq in self.epochs.items())
        yield from map(fact_line, self.standing)
        if self.applied:
            yield applied_line(self.applied, self.applied_mac)
        if self.anchor:
            yield anchor_line(self.anchor)

    def read(self, lines: Iterable[bytes]) -> int:
        """Take over what was written; how many lines that were. Raises JournalDamaged."""
        number = 0
        for number, line in enumerate(lines, 1):
            try:
                self._read(json.loads(line))
            except (KeyError, TypeError, ValueError, AttributeError):
                raise JournalDamaged(f"line {number}") from None
        return number

    def _read(self, line: dict[str, Any]) -> None:
        match line:
            case {"fact": _}:
                fact = _fact(line)
                self.take(fact)
            case {"applied": text}:
                self.follow(_revision(text), _text(line.get("mac", "")))
            case {"epoch": str(epoch), "from": int(seq)}:
                self.epochs[epoch] = seq
            case {"since": text}:
                self.since = _revision(text)
                self.epochs.setdefault(self.since.epoch, 0)
            case {"anchor": {"seq": int(seq), "mac": str(mac)}}:
                self.anchor = Anchor(seq, mac)
            case _:
                raise ValueError


def fact_line(fact: Fact) -> str:
    """A fact as it is written."""
    kind, account, whom, what = fact.subject
    more = {
        "whom": whom,
        "what": what,
        "value": fact.value,
        "lifted": fact.lifted,
        "until": fact.until,
        "mac": fact.mac,
    }
    written = {"fact": kind, "account": account, "rev": str(fact.revision), "at": fact.at}
    return json.dumps(written | {name: value for name, value in more.items() if value})


def applied_line(revision: Revision, mac: str) -> str:
    """Up to where everything is known, as it is written."""
    return json.dumps({"applied": str(revision)} | ({"mac": mac} if mac else {}))


def anchor_line(anchor: Anchor) -> str:
    """The newest link of the audit's chain, as it is written."""
    return json.dumps({"anchor": {"seq": anchor.seq, "mac": anchor.mac}})


def _fact(line: dict[str, Any]) -> Fact:
    whom, what, value, mac = (_text(line.get(name, "")) for name in ("whom", "what", "value", "mac"))
    return Fact(
        Subject(Kind(line["fact"]), AccountName(_text(line["account"])), whom, what),
        _revision(line["rev"]),
        Moment(float(line["at"])),
        Moment(float(line.get("until", NEVER))),
        value,
        line.get("lifted") is True,
        mac,
    )


def _revision(text: str) -> Revision:
    epoch, seq = text.split(".")
    return Revision(epoch, int(seq))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
