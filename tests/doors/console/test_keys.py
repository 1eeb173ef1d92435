"""The list of keys: what it tells of each, how it is narrowed and sorted, and the file that it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest
from tests.doors.console.browserless import Reader, console, with_password
from tests.doors.console.test_spreadsheet import read_csv, read_xlsx
from tests.doors.world import ACME, GLOBEX, NOW, ORDERS, World, done, furnish

from chaveiro.core.command import (
    AddUser,
    AdoptKey,
    CreateAccount,
    CreateRole,
    DeactivateKey,
    EditSettings,
    GrantToKey,
    GrantToUser,
    RenewKey,
)
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, AppKey, Email, Moment, Resource, RoleId
from chaveiro.doors.console.account.sighting import Sightings
from chaveiro.doors.console.keys.selection import Selection, Trait, selected, selection
from chaveiro.doors.keeping.key import DAY_SECONDS
from chaveiro.node import Issued

ANA = Actor(ActorKind.USER, Email("ana@acme.example"))
SENTENCE = "not linked to any role: every request will be refused"
WHO = "ana@acme.example"


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


def ask(world: World, origin: str, name: str, *, path: str = ORDERS) -> None:
    """A request with one of the world's pairs, and what is known of it written down."""
    pair = world.pairs[name]
    body = {"account": "acme", "appKey": pair.app_key, "appToken": pair.app_token, "method": "GET", "path": path}
    assert httpx.post(f"{origin}/v1/check", json=body, trust_env=False).status_code == 200
    world.house.node.flush_usage()
    world.house.denials.drain()


def rows(page: str) -> dict[str, str]:
    """What each row tells, by the label of its key."""
    found = re.findall(r'<tr id="key-.*?</tr>', page, re.DOTALL)
    told = [" ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in found]
    return {row.partition(" cvk_")[0]: row for row in told}


def test_each_key_tells_its_state_and_one_without_roles_that_all_is_refused(ana: Reader) -> None:
    told = rows(ana.get("/console/keys").text)
    assert list(told) == ["blocked", "good", "inactive", "lacking", "roleless"]
    assert "✕ blocked" in told["blocked"]
    assert "○ inactive" in told["inactive"]
    assert "✓ active" in told["good"]
    assert [name for name, row in told.items() if SENTENCE in row] == ["roleless"]
    assert "Pedidos, só leitura, Cancelar never" in told["good"]


def test_last_use_and_last_refusal_are_told_with_their_cause(world: World, origin: str, ana: Reader) -> None:
    ask(world, origin, "good")
    ask(world, origin, "lacking")
    told = rows(ana.get("/console/keys").text)
    assert "25 February 2026 at 06:13:20 UTC" in told["good"]
    assert "✕" not in told["good"]
    assert "never ✕ The key lacks the permission for this request 25 February 2026" in told["lacking"]
    newest = world.house.store.episodes(ACME)[0].newest
    assert f'href="/console/denials/{newest}"' in ana.page.text


def test_what_is_asked_for_stands_in_the_address(world: World, origin: str, ana: Reader) -> None:
    ask(world, origin, "good")
    ask(world, origin, "lacking")
    expected = {
        "q=GOOD": ["good"],
        f"q={world.pairs['good'].app_key[4:12]}": ["good"],
        "q=so+leitura": ["blocked", "good", "inactive"],
        "q=so+cancel": ["good"],
        "state=inactive": ["inactive"],
        "with=unlinked": ["roleless"],
        "with=failing": ["lacking"],
        "with=unused&with=unlinked": ["roleless"],
        "with=external": [],
        "role=2": ["good", "lacking"],
        "order=used": ["good", "blocked", "inactive", "lacking", "roleless"],
        "order=idle": ["blocked", "inactive", "lacking", "roleless", "good"],
        "order=failed": ["lacking", "blocked", "good", "inactive", "roleless"],
        "state=x&with=y&role=z&order=w&page=-1": ["blocked", "good", "inactive", "lacking", "roleless"],
    }
    for query, labels in expected.items():
        assert list(rows(ana.get(f"/console/keys?{query}").text)) == labels, query
    ana.get("/console/keys?with=external")
    assert "No key is like that." in ana.text


def test_a_part_of_the_page_is_the_same_list(ana: Reader) -> None:
    """A script asks again for what is shown, and for no more than that."""
    got = ana.get("/console/keys?q=good", {"HX-Request": "true"})
    assert list(rows(got.text)) == ["good"]
    assert got.text.lstrip().startswith('<div id="keys"')
    assert 'hx-get="/console/keys?q=good"' in got.text
    assert "<html" not in got.text


def test_a_token_that_is_searched_for_is_not_shown_again(world: World, ana: Reader) -> None:
    """Somebody pastes the wrong half of the pair."""
    token = world.pairs["good"].app_token
    got = ana.get(f"/console/keys?q={token}")
    assert "looks like an appToken" in got.text
    assert token not in got.text.replace(f"q={token}&", "").replace(f"q={token}", "")


def test_fifty_keys_stand_on_a_page(world: World, ana: Reader) -> None:
    for number in range(60):
        world.house.node.issue(ACME, label=f"Integração {number:02}", by=ANA)
    assert len(rows(ana.get("/console/keys?q=integracao").text)) == 50
    assert "1 to 50 of 60" in ana.text
    following = re.search(r'rel="next" href="([^"]+)"', ana.page.text)
    assert following
    assert list(rows(ana.get(unescape(following[1])).text))[-1] == "Integração 59"
    assert "51 to 60 of 60" in ana.text
    ana.get("/console/keys?page=99")
    assert "51 to 65 of 65" in ana.text


def test_an_account_without_keys_is_told_how_to_begin(world: World, origin: str) -> None:
    empty, leo = AccountName("empty"), Email("leo@empty.example")
    done(world.house, CreateAccount(empty, leo), Actor(ActorKind.OPERATOR, "root"))
    with_password(world, leo, account=empty)
    reader = Reader(origin)
    reader.sign_in(leo, account="empty")
    reader.get("/console/keys")
    assert "This account has no key yet." in reader.text
    assert "Issue the first key" in reader.text


def test_whoever_may_only_look_is_told_who_may_issue(world: World, origin: str) -> None:
    bia, viewing = Email("bia@acme.example"), Resource("License Manager", "ViewApiKeys")
    done(world.house, AddUser(ACME, bia, "Bia"), ANA)
    with_password(world, bia)
    reader = Reader(origin)
    reader.sign_in(bia)
    assert reader.get("/console/keys").status_code == 403
    done(world.house, CreateRole(ACME, "Ver chaves", frozenset({viewing})), ANA)
    done(world.house, GrantToUser(ACME, RoleId(3), bia), ANA)
    assert reader.get("/console/keys").status_code == 200
    assert "/console/keys/issue" not in reader.page.text
    assert reader.get("/console/keys/issue").status_code == 403
    assert "ana@acme.example" in reader.text


def test_another_accounts_key_is_told_apart(world: World, ana: Reader) -> None:
    away = AppKey(world.pairs["globex good"].app_key)
    done(world.house, AdoptKey(ACME, away, GLOBEX), ANA)
    assert list(rows(ana.get("/console/keys?with=external").text)) == [away]
    assert "i external of the account globex" in ana.text
    assert "globex" not in ana.get("/console/keys?q=good").text


# -- what time makes of a key


@pytest.fixture
def later(world: World) -> Sightings:
    """Ninety-one days on, with one key that is being renewed."""
    keyring = world.house.node.keyring(ACME)
    return Sightings(keyring, Moment(NOW + 91 * DAY_SECONDS), {}, {}, 90)


def test_a_token_is_old_from_the_accounts_own_day_on(world: World, later: Sightings) -> None:
    labels = [key.label for key in selected(Selection(traits=frozenset({Trait.OLD})), later)]
    assert labels == ["blocked", "good", "inactive", "lacking", "roleless"]
    patient = Sightings(later.keyring, later.at, {}, {}, 91)
    assert selected(Selection(traits=frozenset({Trait.OLD})), patient) == []


def test_a_token_that_is_being_renewed_is_not_called_old(world: World) -> None:
    app_key = AppKey(world.pairs["good"].app_key)
    done(world.house, RenewKey(ACME, app_key, b"x" * 32), ANA)
    keyring = world.house.node.keyring(ACME)
    later = Sightings(keyring, Moment(NOW + 91 * DAY_SECONDS), {}, {}, 90)
    assert not later.old(keyring.keys[app_key])


def test_the_accounts_own_period_is_asked_before_the_installations(world: World, ana: Reader) -> None:
    done(world.house, EditSettings(ACME, token_days_max=7), ANA)
    assert world.house.node.keyring(ACME).token_days_max == 7
    assert ana.get("/console/keys").status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        Selection(),
        Selection(text="só & leitura", role=RoleId(3), page=4),
        Selection(traits=frozenset({Trait.OLD, Trait.UNLINKED})),
    ],
)
def test_an_address_reads_as_it_was_written(asked: Selection) -> None:
    assert selection(httpx.QueryParams(asked.query[1:]).__dict__["_dict"]) == asked


# -- as a file


def exported(world: World, ana: Reader, fields: dict[str, str]) -> httpx.Response:
    """Press the button and fetch the file."""
    ana.post("/console/keys/export", fields)
    for _ in range(1000):
        found = re.search(r'href="(/console/jobs/[^"]+/file)"', ana.page.text)
        if found:
            return ana.get(found[1])
        waiting = re.search(r'hx-get="(/console/jobs/[^"]+)"', ana.page.text)
        assert waiting, ana.text
        ana.get(waiting[1])
    raise AssertionError("the export is never done")


def test_the_file_holds_what_the_filter_shows_in_the_visitors_language(world: World, origin: str, ana: Reader) -> None:
    ask(world, origin, "lacking")
    ana.language = "en"
    ana.get("/console/keys?with=unused")
    got = exported(world, ana, {"format": "csv", "with": "failing"})
    assert got.headers["content-disposition"] == 'attachment; filename="acme-2026-02-25.csv"'
    assert got.headers["cache-control"] == "no-store"
    heading, only = read_csv(got.content)
    told = dict(zip(heading, only, strict=True))
    assert told["appKey"] == world.pairs["lacking"].app_key
    assert told["Label"] == "lacking"
    assert told["Roles"] == "Cancelar"
    assert told["Last refusal"] == "2026-02-25T06:13:20Z"
    assert told["Cause of the last refusal"] == "The key lacks the permission for this request"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_has_every_key_no_formula_and_no_digest(world: World, ana: Reader, kind: str) -> None:
    issued = world.house.node.issue(ACME, label="=1+1", owner="@SUM(A1)", by=ANA)
    assert isinstance(issued, Issued)
    for number in range(120):
        world.house.node.issue(ACME, label=f"n{number}", by=ANA)
    done(world.house, GrantToKey(ACME, RoleId(1), issued.app_key), ANA)
    ana.get("/console/keys")
    body = exported(world, ana, {"format": kind}).content
    table = read_csv(body) if kind == "csv" else read_xlsx(body)[0]
    assert len(table) == 1 + 126
    formula = next(row for row in table if row[0] == issued.app_key)
    assert formula[1:3] == ["'=1+1", "'@SUM(A1)"]
    whole = repr(table)
    for key in world.house.node.keyring(ACME).keys.values():
        assert key.digest.hex() not in whole
        assert repr(key.digest)[2:-1] not in whole


def test_an_export_is_seen_by_nobody_else(world: World, origin: str, ana: Reader) -> None:
    ana.get("/console/keys")
    exported(world, ana, {"format": "csv"})
    address = str(ana.page.url.path)
    with_password(world, "ana@globex.example", account=GLOBEX)
    other = Reader(origin)
    other.sign_in("ana@globex.example", account="globex")
    assert other.get(address).status_code == 404


def test_an_inactive_key_is_found_by_its_state_alone(world: World, ana: Reader) -> None:
    done(world.house, DeactivateKey(ACME, AppKey(world.pairs["good"].app_key)), ANA)
    assert list(rows(ana.get("/console/keys?state=inactive").text)) == ["good", "inactive"]
