"""What the figures are to reach. Each goal stands in the report beside its figure, reached, short or not measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bench.measure import Figure


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound for one figure."""

    id: str
    part: str  # the module that measures it
    what: str
    bound: float
    unit: str
    at_least: bool = False  # otherwise at most

    def reached_by(self, figure: Figure) -> bool:
        """Say whether the median keeps the bound."""
        return figure.middle >= self.bound if self.at_least else figure.middle <= self.bound

    @property
    def told(self) -> str:
        """The bound, as people read it."""
        return f"{'≥' if self.at_least else '≤'} {self.bound:,g} {self.unit}"


_GOALS: Final = (
    Goal("floor-1k", "decision", "an allow in process against the hand-tuned floor, 1,000 keys", 1.3, "x"),
    Goal("floor-100k", "decision", "an allow in process against the hand-tuned floor, 100,000 keys", 1.3, "x"),
    Goal("decision-grows", "decision", "an allow in process at 1,000,000 keys against 1,000", 2.5, "x"),
    Goal("cedarpy", "peers", "cedarpy's answer to one role question against ours", 10, "x", at_least=True),
    Goal("pycasbin", "peers", "pycasbin's answer to one role question, 25 rules, against ours", 50, "x", at_least=True),
    Goal("drf-api-key", "peers", "djangorestframework-api-key against a whole verification", 100, "x", at_least=True),
    Goal("better-auth", "peers", "better-auth's api-key plugin against a whole verification", 300, "x", at_least=True),
    Goal("keyshield", "peers", "keyshield as delivered against a whole verification", 100_000, "x", at_least=True),
    Goal("http-empty", "check", "a check over HTTP against the same server's empty answer", 1.25, "x"),
    Goal("http-asgi", "check", "checks of the ASGI callable against nginx's static 204", 0.30, "x", at_least=True),
    Goal("http-short", "check", "checks by the short way against nginx's static 204", 0.60, "x", at_least=True),
    Goal("http-grows", "check", "a check over HTTP at 1,000,000 keys against 1,000", 1.2, "x"),
    Goal("gateway", "gateway", "what asking Chaveiro adds, both processes, against nginx passing on", 2, "x"),
    Goal("denial", "denial", "a denial with its problem body against an allow", 4, "x"),
    Goal("forensics", "denial", "the forensics of a damaged token, beside a denial without", 0.3, "ms"),
    Goal("memory", "start", "memory of a key held, at 1,000,000 keys", 400, "bytes"),
    Goal("ready", "start", "start until ready with 1,000,000 keys", 5, "s"),
    Goal("first", "start", "the first account's first answer after a start with 1,000,000 keys", 1, "s"),
    Goal("write", "write", "a key issued against bare sqlite3's insert and fsync", 0.5, "x", at_least=True),
    Goal("revoke-here", "revoke", "a revoke in force in the same process, after its acknowledgement", 0, "ms"),
    Goal("revoke-beside", "revoke", "a revoke in force in another process of the machine, p99", 50, "ms"),
    Goal("revoke-away", "revoke", "a revoke in force on a connected node on PostgreSQL, p99", 250, "ms"),
    Goal("neighbours", "company", "p99 of checks while others export and edit, against idle", 2, "x"),
    Goal("workers", "workers", "two workers on two processors against one", 1.7, "x", at_least=True),
)
GOALS: Final = {goal.id: goal for goal in _GOALS}
