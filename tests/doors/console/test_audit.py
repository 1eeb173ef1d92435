"""The audit: everything that happened, newest first, narrowed down, and as a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from time import monotonic
from urllib.parse import urlencode

import pytest
from tests.doors.console.browserless import Reader, console, with_password
from tests.doors.console.test_spreadsheet import read_csv, read_xlsx
from tests.doors.world import ACME, GLOBEX, NOW, World, done, furnish

from chaveiro.core.command import AddUser, BlockKey, CreateRole, DeleteKey, EditRole, GrantToUser, RemoveUser
from chaveiro.core.event import Event
from chaveiro.core.keyring import Actor, ActorKind, Revision
from chaveiro.core.names import AppKey, Email, Moment, Resource, RoleId
from chaveiro.doors.console.account import auditing
from chaveiro.doors.console.account.auditing import KINDS, Asked, asked, looked_back
from chaveiro.stores.port import Committed

ANA = Actor(ActorKind.USER, Email("ana@acme.example"), via="console:0123456789abcdef")
BIA = Email("bia@acme.example")
DAY = 86_400
FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def world() -> World:
    return furnish(accounts=2)


@pytest.fixture
def origin(world: World) -> Iterator[str]:
    with console(world) as (_, origin):
        yield origin


@pytest.fixture
def ana(origin: str) -> Reader:
    reader = Reader(origin)
    reader.sign_in()
    return reader


def told(reader: Reader, **query: str) -> list[str]:
    """What happened, as the page tells it."""
    reader.get(f"/console/audit?{urlencode(query)}")
    cells = re.findall(r'<td data-label="What"><div>(.*?)</div>', reader.page.text, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in cells]


def exported(reader: Reader, format_: str, **fields: str) -> list[list[str]]:
    """The rows of the file that an export becomes."""
    reader.get("/console/audit")
    reader.post("/console/audit/export", {"format": format_, **fields})
    job = reader.page.url.path
    ends = monotonic() + 20
    while "The file is ready" not in reader.text:
        assert monotonic() < ends
        reader.get(job)
    body = reader.get(f"{job}/file").content
    return read_csv(body) if format_ == "csv" else read_xlsx(body)[0]


def test_everything_that_happened_is_told_newest_first(world: World, ana: Reader) -> None:
    """What, by whom, through which door; a refused attempt is marked; another account's changes are not there."""
    bia = Actor(ActorKind.USER, BIA, via="vtex")
    done(world.house, AddUser(ACME, BIA, "Bia"), ANA)
    world.house.node.carry_out(BlockKey(ACME, AppKey(world.pairs["good"].app_key)), by=bia)
    newest = told(ana)[:2]
    assert newest[0].startswith("✕ refused Refused: block a key")
    assert newest[1] == "User bia@acme.example added"
    assert "bia@acme.example VTEX door" in ana.text
    assert "ana@acme.example console" in ana.text
    assert "(operator)" in ana.text
    assert "globex" not in ana.text


def test_the_audit_is_narrowed_down(world: World, ana: Reader) -> None:
    """By person, whether they asked or it is about them, by key, by kind, by role, and by several at once."""
    house, key = world.house, AppKey(world.pairs["good"].app_key)
    done(house, AddUser(ACME, BIA, "Bia"), ANA)
    done(house, CreateRole(ACME, "Vendas", frozenset({Resource("OMS", "ListOrders")})), ANA)
    done(house, GrantToUser(ACME, RoleId(3), BIA), ANA)
    done(house, EditRole(ACME, RoleId(3), name="Vendas SP"), ANA)
    house.node.carry_out(DeleteKey(ACME, key), by=Actor(ActorKind.USER, BIA))
    done(house, RemoveUser(ACME, BIA), ANA)
    assert told(ana, person="BIA@acme.example") == [
        "User bia@acme.example removed",
        "✕ refused Refused: delete a key (not_delegated)",
        "Role Vendas SP given to bia@acme.example",
        "User bia@acme.example added",
    ]
    assert told(ana, kind="refused") == ["✕ refused Refused: delete a key (not_delegated)"]
    assert told(ana, role="3")[0].startswith("Role Vendas SP edited")
    assert len(told(ana, role="3")) == 3
    assert told(ana, key=key)[-1] == f"Key {key} issued, labelled good"
    assert len(told(ana, key=key)) == 3
    assert told(ana, key=key, kind="links", role="2") == [f"Key {key} linked to the role Cancelar"]
    assert told(ana, person="nobody@acme.example") == []
    assert "Nothing was found." in ana.text


def test_days_begin_and_end_in_utc() -> None:
    """From one day to another, both included, whatever came before and after."""
    moments = [Moment(NOW - 9 * DAY)]
    world = furnish(accounts=2, clock=lambda: moments[-1])
    for days in (3, 2, 1):
        moments.append(Moment(NOW - days * DAY))
        done(world.house, AddUser(ACME, Email(f"u{days}@acme.example"), "U"), ANA)
        done(world.house, AddUser(GLOBEX, Email(f"u{days}@acme.example"), "U"), Actor(ANA.kind, "ana@globex.example"))
    day = {days: datetime.fromtimestamp(NOW - days * DAY, UTC).date() for days in (1, 2, 3, 4)}

    def names(since: date | None, until: date | None) -> list[str]:
        found = looked_back(world.house.store, ACME, Asked(since=since, until=until), rows=50, seconds=9)
        return [one.change.event.email for one in found.changes if hasattr(one.change.event, "email")]

    assert names(day[2], day[2]) == ["u2@acme.example"]
    assert names(day[3], None) == ["u1@acme.example", "u2@acme.example", "u3@acme.example"]
    assert names(None, day[2]) == ["u2@acme.example", "u3@acme.example"]
    assert names(None, day[4]) == names(date.max, None) == names(None, date.min) == []
    assert len(names(date.min, date.max)) == 3


def test_pages_go_on_where_they_ended(world: World, ana: Reader) -> None:
    """Following the link to older ones shows every change once; another history begins with the newest."""
    for number in range(70):
        done(world.house, AddUser(ACME, Email(f"u{number}@acme.example"), "U"), ANA)
    whole = [one.revision.seq for one in world.house.store.newest_changes(ACME, limit=500)]
    seen: list[int] = []
    ana.get("/console/audit")
    while len(seen) < 2 * len(whole):
        seen += [int(one) for one in re.findall(r"<small>[0-9a-f]{8}\.(\d+)</small>", ana.page.text)]
        older = re.search(r'<a rel="next" href="([^"]+)"', ana.page.text)
        if older is None:
            break
        ana.get(older[1].replace("&amp;", "&"))
    assert seen == whole
    newest = told(ana)
    for before in ("ffffffff.5", f"00000000.{10**17}", "nonsense"):
        assert told(ana, before=before) == newest
    assert told(ana, before="00000000.0") == []


def test_looking_back_takes_no_longer_than_a_page_may(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Out of time, it says how far it came and where to go on; going on finds the rest."""
    monkeypatch.setattr(auditing, "_WINDOW", 4)
    for number in range(30):
        done(world.house, AddUser(ACME, Email(f"u{number}@acme.example"), "U"), ANA)
    store = world.house.store
    wanted, pages = Asked(role=RoleId(1)), 0
    found: list[Committed] = []
    while pages < 100:
        pages += 1
        page = looked_back(store, ACME, wanted, rows=2, seconds=0)
        found += page.changes
        if page.goes_on is None:
            break
        assert page.until is not None
        wanted = wanted.earlier(page.goes_on)
    whole = looked_back(store, ACME, Asked(role=RoleId(1)), rows=50, seconds=9)
    assert found == list(whole.changes)
    assert len(found) == 5
    assert pages > 5


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_an_export_is_all_of_it_and_runs_nothing(world: World, ana: Reader, format_: str) -> None:
    """Every change that is asked for, not one page; who typed a formula typed a text."""
    for number in range(60):
        done(world.house, AddUser(ACME, Email(f"u{number}@acme.example"), "U"), ANA)
    done(world.house, BlockKey(ACME, AppKey(world.pairs["lacking"].app_key), FORMULA), ANA)
    odd = Actor(ActorKind.KEY, FORMULA, via=FORMULA)
    world.house.node.carry_out(BlockKey(ACME, AppKey(world.pairs["good"].app_key)), by=odd)
    rows = exported(ana, format_)
    assert rows[0][:3] == ["When", "Revision", "What happened"]
    assert len(rows) - 1 == len(world.house.store.newest_changes(ACME, limit=500))
    refused = next(row for row in rows if row[3] == "yes")
    assert refused[4] == f"'{FORMULA}"
    assert refused[6] == f"'{FORMULA}"
    assert len(exported(ana, format_, kind="refused")) == 2


def test_every_kind_of_event_is_among_the_filters() -> None:
    """No event is of two kinds, and none of no kind."""
    every = [one for kind in KINDS.values() for one in kind.events]
    assert len(every) == len(set(every))
    assert set(every) == set(Event.__args__)


def test_what_looks_secret_is_not_looked_for(world: World, ana: Reader) -> None:
    """A token pasted into a filter is neither searched for nor sent back."""
    token = world.pairs["good"].app_token
    assert asked({"key": [token], "person": [token]}) == Asked()
    ana.post("/console/audit/export", {"key": token}, follow=False)
    ana.get(f"/console/audit?{urlencode({'key': token})}")
    assert token not in re.sub(r"\?[^\"]*lang=", "", ana.page.text)


def test_the_audit_opens_to_keepers(world: World, origin: str) -> None:
    """A plain user reads neither page nor export."""
    done(world.house, AddUser(ACME, BIA, "Bia"), ANA)
    with_password(world, BIA)
    bia = Reader(origin)
    bia.sign_in(BIA)
    assert bia.get("/console/audit").status_code == 403
    bia.get("/console")
    assert bia.post("/console/audit/export", {"format": "csv"}).status_code == 403
    assert "Audit" not in bia.text


def test_a_revision_of_nowhere_ends_the_search(world: World) -> None:
    """Looking back from before the first change finds nothing."""
    found = looked_back(world.house.store, ACME, Asked(before=Revision("00000000", 1)), rows=5, seconds=9)
    assert (list(found.changes), found.goes_on) == ([], None)
