"""The audit: everything that was changed or refused to be changed, who asked for it, through which door, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core.credential import public
from chaveiro.core.event import CommandRefused
from chaveiro.core.keyring import ActorKind
from chaveiro.doors.console.account.auditing import KINDS, Asked, asked, looked_back
from chaveiro.doors.console.jobs import File
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.console.spreadsheet import CSV_TYPE, XLSX_TYPE, csv_file, xlsx_file
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.wire.answer import moment
from chaveiro.words.commands import event_described
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chaveiro.core.keyring import Actor
    from chaveiro.core.names import Moment
    from chaveiro.doors.console.jobs import Progress
    from chaveiro.doors.console.visit import Visit
    from chaveiro.stores.port import Committed
    from chaveiro.wire.message import Reply

AUDIT: Final = "/audit"
ROWS: Final = 50
SECONDS_MAX: Final = 0.06  # looking back for one page; the rest is behind its link to older ones

room = Room("audit")

_DOORS: Final[Mapping[str, str]] = {
    "console": N_("console"),
    "cli": N_("command line"),
    "vtex": N_("VTEX door"),
    "demo": N_("demo"),
    "leaks": N_("leak reports"),
}
_WHO: Final[Mapping[ActorKind, str]] = {
    ActorKind.OPERATOR: N_("operator"),
    ActorKind.USER: "",
    ActorKind.KEY: N_("key"),
    ActorKind.REPORTER: "",  # its name says what it is
}
_WAIT: Final = N_("Three pieces of your work are under way already. Wait until one of them is done.")
COLUMNS: Final = (
    N_("When"),
    N_("Revision"),
    N_("What happened"),
    N_("Refused"),
    N_("By whom"),
    N_("Kind"),
    N_("Door"),
    N_("Session or system user"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One change, or one that was refused."""

    at: Moment
    revision: str
    what: str
    by: str
    kind: str  # of whoever asked; empty: a person
    door: str
    refused: bool


@room.page(AUDIT, needs=VIEWING_KEYS)
def audit_page(visit: Visit) -> Reply:
    """Show what happened, newest first."""
    return _page(visit, asked(visit.query))


@room.act(f"{AUDIT}/export", needs=VIEWING_KEYS)
def export(visit: Visit) -> Reply:
    """Make a file of all that is asked for, not of one page of it."""
    wanted = asked(visit.form)
    as_workbook = visit.given("format") == "xlsx"

    def work(progress: Progress) -> File:
        return _file(visit, wanted, progress, as_workbook=as_workbook)

    job = visit.console.jobs.start(visit.account, visit.who.user.email, visit.text(N_("Export of the audit")), work)
    return _page(visit, wanted, status=429, error=visit.text(_WAIT)) if job is None else visit.go(f"/jobs/{job.id}")


def _page(visit: Visit, wanted: Asked, *, status: int = 200, error: str = "") -> Reply:
    found = looked_back(visit.console.store, visit.account, wanted, rows=ROWS, seconds=SECONDS_MAX)
    keyring = visit.keyring
    return visit.page(
        "audit.html",
        status=status,
        error=error,
        rows=[_row(visit, one) for one in found.changes],
        asked=wanted,
        older=f"{CONSOLE}{AUDIT}{wanted.query(before=found.goes_on)}" if found.goes_on else "",
        newest=f"{CONSOLE}{AUDIT}{wanted.query(before=None)}" if wanted.before else "",
        until=found.until if found.goes_on else None,
        kinds=[("", visit.text(N_("Everything"))), *((name, visit.text(kind.name)) for name, kind in KINDS.items())],
        people=sorted(keyring.users),
        roles=[("", visit.text(N_("Any role"))), *((str(one.id), one.name) for one in keyring.roles.values())],
    )


def _row(visit: Visit, one: Committed) -> Row:
    change = one.change
    return Row(
        at=change.at,
        revision=str(one.revision),
        what=event_described(change, visit.language, roles=visit.keyring.roles),
        by=public(change.by.name),
        kind=visit.text(_WHO[change.by.kind]) if _WHO[change.by.kind] else "",
        door=_door(visit, change.by)[0],
        refused=isinstance(change.event, CommandRefused),
    )


def _door(visit: Visit, by: Actor) -> tuple[str, str]:
    """The door in words, and who or what stood at it: a session's id, a name of the operating system."""
    name, _, detail = by.via.partition(":")
    return (visit.text(_DOORS[name]) if name in _DOORS else name), detail


def _file(visit: Visit, wanted: Asked, progress: Progress, *, as_workbook: bool) -> File:
    headings = [visit.text(one) for one in COLUMNS]
    rows = _cells(visit, wanted, progress)
    name = f"{visit.account}-audit"
    if as_workbook:
        return File(f"{name}.xlsx", XLSX_TYPE, xlsx_file("audit", headings, rows))
    return File(f"{name}.csv", CSV_TYPE, csv_file(headings, rows))


def _cells(visit: Visit, wanted: Asked, progress: Progress) -> Iterator[tuple[str, ...]]:
    """Every change that is asked for, as a row, while telling how far it is."""
    store, yes = visit.console.store, visit.text(N_("yes"))
    goes_on, newest = wanted.before, store.head().seq
    while True:
        found = looked_back(store, visit.account, wanted.earlier(goes_on), rows=1_000, seconds=1.0)
        for one in found.changes:
            row = _row(visit, one)
            detail = _door(visit, one.change.by)[1]
            yield (
                moment(row.at),
                row.revision,
                row.what,
                yes if row.refused else "",
                row.by,
                row.kind,
                row.door,
                detail,
            )
        if found.goes_on is None:
            progress(newest, newest)
            return
        goes_on = found.goes_on
        progress(newest - goes_on.seq, newest)
