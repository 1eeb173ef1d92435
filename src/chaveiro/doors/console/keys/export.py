"""The list of keys as a file, made aside: everything that the list tells, and no digest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from chaveiro.core.cause import Audience, Finding
from chaveiro.core.credential import public
from chaveiro.doors.console.account.sighting import sightings
from chaveiro.doors.console.jobs import File
from chaveiro.doors.console.keys.listing import KEYS, UNLINKED, listed
from chaveiro.doors.console.keys.selection import selected, selection
from chaveiro.doors.console.room import Room
from chaveiro.doors.console.spreadsheet import CSV_TYPE, XLSX_TYPE, csv_file, xlsx_file
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.doors.keeping.key import state, token_made
from chaveiro.wire.answer import moment
from chaveiro.words.explain import explain
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chaveiro.core.keyring import Key
    from chaveiro.core.names import Moment
    from chaveiro.doors.console.account.sighting import Sightings
    from chaveiro.doors.console.jobs import Progress
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

room = Room("keys")

COLUMNS: Final = (
    "appKey",
    N_("Label"),
    N_("Owner"),
    N_("State"),
    N_("Home account"),
    N_("Roles"),
    N_("Linked"),
    N_("Issued"),
    N_("Valid from"),
    N_("Valid until"),
    N_("Networks"),
    N_("Last use"),
    N_("Last refusal"),
    N_("Cause of the last refusal"),
    N_("Token made"),
    N_("Days since"),
)
_LINKED = N_("linked")
_TITLE = N_("Export of keys")
_WAIT = N_("You wait for other work already. Export again when that is done.")
_STEP: Final = 100  # rows after which progress is told


@room.act(f"{KEYS}/export", needs=VIEWING_KEYS)
def export(visit: Visit) -> Reply:
    """Make a file of what the list shows, all pages of it."""
    kind = "xlsx" if visit.given("format") == "xlsx" else "csv"
    job = visit.console.jobs.start(
        visit.account, visit.who.user.email, visit.text(_TITLE), lambda progress: _file(visit, kind, progress)
    )
    if job is None:
        return listed(visit, status=429, error=visit.text(_WAIT))
    return visit.go(f"/jobs/{job.id}")


def _file(visit: Visit, kind: str, progress: Progress) -> File:
    seen = sightings(visit)
    found = selected(selection(visit.form), seen)
    headings = [visit.text(one) for one in COLUMNS]
    name = f"{visit.account}-{datetime.fromtimestamp(visit.at, UTC):%Y-%m-%d}.{kind}"
    rows = _rows(visit, found, seen, progress)
    if kind == "csv":
        return File(name, CSV_TYPE, csv_file(headings, rows))
    return File(name, XLSX_TYPE, xlsx_file("keys", headings, rows))


def _rows(visit: Visit, found: Sequence[Key], seen: Sightings, progress: Progress) -> Iterator[list[str]]:
    for done, key in enumerate(found):
        if done % _STEP == 0:
            progress(done, len(found))
        yield _cells(visit, key, seen)
    progress(len(found), len(found))


def _cells(visit: Visit, key: Key, seen: Sightings) -> list[str]:
    roles, failure = seen.roles(key), seen.failure(key)
    title = explain(Finding(failure.cause), to=Audience.KEEPER, language=visit.language).title if failure else ""
    return [
        public(key.app_key),
        key.label,
        key.owner,
        state(key, visit.language, seen.at),
        key.home.account if key.home else "",
        "; ".join(seen.keyring.roles[role].name for role in roles),
        visit.text(_LINKED if roles else UNLINKED),
        moment(key.created.at),
        _moment(key.valid_from),
        _moment(key.expires),
        ", ".join(str(network) for network in key.networks),
        _moment(seen.used(key)),
        _moment(failure.last if failure else None),
        title,
        "" if key.home else moment(token_made(key, key.live_tokens[-1])),
        "" if key.home else str(seen.days(key)),
    ]


def _moment(at: Moment | None) -> str:
    return "" if at is None else moment(at)
