"""The overview: what needs somebody first, and what mends it; the first steps of an account that has nothing yet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from time import monotonic

import httpx
import pytest
from tests.doors.console.browserless import Reader, console, with_password
from tests.doors.world import ACME, NOW, OPERATOR, ORDERS, World, done, furnish

from chaveiro.core.change import Change
from chaveiro.core.command import (
    AddUser,
    CreateAccount,
    CreateRole,
    GrantToKey,
    GrantToUser,
    ImportCatalogue,
    MuteEpisode,
    SuspendAccount,
)
from chaveiro.core.event import KeyIssued
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, AppKey, Email, KeyId, Moment, Resource, RoleId
from chaveiro.core.traffic import DAY
from chaveiro.doors.console.account import attention
from chaveiro.node import Issued

ANA = Actor(ActorKind.USER, Email("ana@acme.example"))
BIA = Email("bia@acme.example")
VIEW = Resource("License Manager", "ViewApiKeys")


@pytest.fixture
def world() -> World:
    return furnish(accounts=1)


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
    world.house.denials.drain()


def figures(reader: Reader) -> dict[str, int]:
    """The four figures by their names."""
    reader.get("/console/overview/figures/now", {"HX-Request": "true"})
    found = re.findall(r"<b>([\d,]+)</b> <span>(?:<span.*?</span> )?(.*?)</span>", reader.page.text)
    return {name: int(count) for count, name in found}


def offer(reader: Reader, app_key: str) -> dict[str, str]:
    """The form that mends what is said of a key."""
    forms = re.findall(
        r'<form method="post" action="/console/attention/mend">(.*?)</form>', reader.page.text, re.DOTALL
    )
    fields = [dict(re.findall(r'name="(\w+)" value="([^"]*)"', form)) for form in forms]
    return next(
        {k: unescape(v) for k, v in one.items() if k != "form_token"} for one in fields if one["about"] == app_key
    )


def until(seen: Callable[[], bool]) -> None:
    """Wait for what is done aside."""
    ends = monotonic() + 10
    while not seen():
        assert monotonic() < ends, "it was not seen"


def test_what_is_refused_now_comes_with_what_mends_it(world: World, ana: Reader) -> None:
    """A key without roles is told first, and one press links it; then it is gone from the list, at once."""
    app_key = world.pairs["roleless"].app_key
    ana.get("/console")
    assert "Refused now" in ana.text
    assert f"{app_key} (roleless) is linked to no role: every request is refused." in ana.text
    fields = offer(ana, app_key)
    assert "That is done." in (ana.post("/console/attention/mend", fields).text)
    assert f"{app_key} (roleless) is linked to no role" not in ana.text
    assert world.house.node.keyring(ACME).keys[AppKey(app_key)].grants[0].role == 1
    assert figures(ana)["Linked to no role"] == 0


def test_an_offer_counts_for_what_it_was_made_for(world: World, ana: Reader) -> None:
    """Once somebody changed the key, or with another mark, nothing is done, and the picture as it is now is shown."""
    app_key = world.pairs["roleless"].app_key
    ana.get("/console")
    fields = offer(ana, app_key)
    for wrong in ({"mark": "0" * 16}, {"mark": ""}, {"about": world.pairs["good"].app_key}, {"look": "never_used"}):
        assert ana.post("/console/attention/mend", fields | wrong).status_code == 409
        assert "Nothing was changed" in ana.text
    assert ana.post("/console/attention/mend", fields | {"look": "nothing"}).status_code == 404
    done(world.house, GrantToKey(ACME, RoleId(2), AppKey(app_key)), ANA)
    assert ana.post("/console/attention/mend", fields).status_code == 409
    assert [one.role for one in world.house.node.keyring(ACME).keys[AppKey(app_key)].grants] == [2]


def test_what_somebody_may_not_do_is_not_offered(world: World, origin: str) -> None:
    """Whoever may see keys, and nothing else, sees what is wrong and no button; and the form refuses them."""
    done(world.house, AddUser(ACME, BIA, "Bia"), ANA)
    done(world.house, CreateRole(ACME, "Ver", frozenset({VIEW})), ANA)
    done(world.house, GrantToUser(ACME, RoleId(3), BIA), ANA)
    with_password(world, BIA)
    sponsor, bia = Reader(origin), Reader(origin)
    sponsor.sign_in()
    fields = offer(sponsor, world.pairs["roleless"].app_key)
    bia.sign_in(BIA)
    assert "is linked to no role" in bia.text
    assert "attention/mend" not in bia.page.text
    assert bia.post("/console/attention/mend", fields).status_code == 403
    assert not world.house.node.keyring(ACME).keys[AppKey(world.pairs["roleless"].app_key)].grants


def test_a_user_without_keys_sees_no_key(world: World, origin: str) -> None:
    """A plain user reads who they are here and who can help, and none of the parts."""
    done(world.house, AddUser(ACME, BIA, "Bia"), ANA)
    with_password(world, BIA)
    bia = Reader(origin)
    bia.sign_in(BIA)
    assert "You hold no role here yet." in bia.text
    assert "ana@acme.example" in bia.text
    assert not any(pair.app_key in bia.page.text for pair in world.pairs.values())
    for part in ("overview/figures/now", "overview/failures/now", "attention/now", "attention?look=unlinked"):
        assert bia.get(f"/console/{part}").status_code == 403


def test_figures_and_failures_follow_what_happens(world: World, origin: str, ana: Reader) -> None:
    """The figures count keys, failing, unlinked and renewed ones; a muted failure is not brought up."""
    assert figures(ana) == {"Keys": 5, "Failing now": 0, "Linked to no role": 1, "Renewals open": 0}
    ask(world, origin, "lacking")
    renewed = world.house.node.renew(ACME, AppKey(world.pairs["good"].app_key), by=ANA)
    assert isinstance(renewed, Issued)
    assert figures(ana) == {"Keys": 5, "Failing now": 1, "Linked to no role": 1, "Renewals open": 1}
    assert "The key lacks the permission" in ana.get("/console/overview/failures/now").text
    episode = world.house.store.episodes(ACME)[0]
    done(world.house, MuteEpisode(ACME, episode.id), ANA)
    assert "The key lacks the permission" not in ana.get("/console/overview/failures/now").text


def test_an_older_failure_counts_until_the_key_works() -> None:
    """What was refused days ago counts as failing, unless its key worked since."""
    moments = [Moment(NOW - 3 * DAY)]
    world = furnish(accounts=1, clock=lambda: moments[-1])
    with console(world) as (_, origin):
        ask(world, origin, "good", path="/nowhere")
        moments.append(NOW)
        reader = Reader(origin)
        reader.sign_in()
        assert figures(reader)["Failing now"] == 1
        ask(world, origin, "good")
        world.house.node.flush_usage()
        assert figures(reader)["Failing now"] == 0


def test_what_is_alike_is_counted_and_paged(world: World, ana: Reader) -> None:
    """Of many keys without roles some are shown, the others behind a link, in pages."""
    for number in range(60):
        assert isinstance(world.house.node.issue(ACME, label=f"key {number}", by=ANA), Issued)

    def counted() -> bool:
        return "Show all 61" in (ana.get("/console"), ana.text)[1]

    until(counted)
    assert ana.page.text.count('action="/console/attention/mend"') == attention.SHOWN_FIRST
    ana.get("/console/attention?look=unlinked")
    assert "1 to 50 of 61" in ana.text
    ana.get("/console/attention?look=unlinked&page=2")
    assert "51 to 61 of 61" in ana.text
    assert ana.get("/console/attention?look=nothing").status_code == 404


def test_an_account_that_has_nothing_is_told_how_to_begin() -> None:
    """The steps are ticked as they are done, and gone once a request was decided."""
    world = furnish(accounts=1)
    house, novo = world.house, AccountName("novo")
    sponsor = Email("rui@novo.example")
    rui = Actor(ActorKind.USER, sponsor)
    done(house, CreateAccount(novo, sponsor), OPERATOR)
    with_password(world, sponsor, account=novo)
    with console(world) as (_, origin):
        reader = Reader(origin)
        reader.sign_in(sponsor, account="novo")

        def steps() -> list[str]:
            reader.get("/console")
            return re.findall(r'<li class="(done|open)">', reader.page.text)

        assert steps() == ["open"] * 4
        done(house, ImportCatalogue(novo, '[[route]]\nmethod = "GET"\npath = "/a"\nany_of = ["A/B"]\n'), rui)
        assert steps() == ["done", "open", "open", "open"]
        done(house, CreateRole(novo, "A", frozenset({Resource("A", "B")})), rui)
        issued = house.node.issue(novo, label="ERP", by=rui)
        assert isinstance(issued, Issued)
        assert steps() == ["done", "done", "done", "open"]
        body = {"account": "novo", "appKey": issued.app_key, "appToken": "x", "method": "GET", "path": "/a"}
        httpx.post(f"{origin}/v1/check", json=body, trust_env=False)
        house.denials.drain()
        assert steps() == []


def test_a_swapped_pair_shows_no_token(world: World, origin: str) -> None:
    """Where a token was registered as an appKey, neither text nor link of the overview holds it."""
    reader = Reader(origin)
    reader.sign_in()
    pair = world.pairs["good"]
    swapped = KeyIssued(
        AppKey(pair.app_token), KeyId("5" * 32), bytes(32), "swapped", "", None, None, (), registered=True
    )
    house = world.house
    house.store.commit(Change(ACME, NOW, ANA, swapped), seen=house.node.keyring(ACME).revision)

    def told() -> bool:
        return "registered the wrong way round" in (reader.get("/console"), reader.text)[1]

    until(told)
    assert pair.app_token not in reader.page.text
    assert f"/console/keys/{'5' * 32}/delete" in reader.page.text


def test_a_suspended_account_is_told_first(world: World, ana: Reader) -> None:
    """Overview and settings say since when, by whom and why, and who ends it."""
    done(world.house, SuspendAccount(ACME, "unpaid"), OPERATOR)
    for page in ("/console", "/console/settings"):
        ana.get(page)
        assert "This account is suspended since" in ana.text
        assert "Reason given: unpaid." in ana.text
        assert "chaveiro account resume acme" in ana.text
