"""The failures inbox: what keeps failing, since when, by which change, muted or not, and how many there are lately."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.doors.console.browserless import Reader, console
from tests.doors.console.refusing import (
    ANA,
    PLAIN,
    VIEWER,
    app_key,
    buttons,
    press,
    refuse,
    roles_of,
    steady,
    with_people,
)
from tests.doors.world import ACME, GLOBEX, NOW, ORDERS, World, done, furnish

from chaveiro.core.attempt import Request, presented
from chaveiro.core.command import WithdrawFromKey
from chaveiro.core.denial import DenialId, Use
from chaveiro.core.names import Moment, RoleId
from chaveiro.doors.console.failing.failures import ROWS

DAY = 86_400
UNKNOWN = "01KJTEK43RZ8Q0X2V6M4W9N7BD"
COUNT = re.compile(r'<span class="count"[^>]*>\s*(\d+\+?)')


@pytest.fixture
def world() -> Iterator[tuple[World, Reader]]:
    with console(with_people(furnish()), "ana@acme.example", VIEWER, PLAIN) as (world, origin):
        reader = Reader(origin)
        reader.sign_in()
        yield world, reader


def kept(house: World, name: str, count: int, *, at: float = NOW, route: str = "") -> None:
    """Keep so many denials like one that came, on as many routes where a *route* is named."""
    store = house.house.store
    one = store.denial(refuse(house, name, "/nowhere" if name == "good" else ORDERS))
    assert one is not None
    more = [
        replace(one, id=DenialId(f"0{place:025d}"), at=Moment(at), route=f"{route}{place}" if route else one.route)
        for place in range(1, count + 1)
    ]
    store.keep_denials(more, forget_before=Moment(0))


def shown(reader: Reader) -> list[str]:
    """The titles of the page's episodes, in order."""
    return re.findall(r'<h3 id="failure-[^"]+"><a [^>]*>([^<]+)<', reader.page.text)


def counted(reader: Reader) -> str:
    found = COUNT.search(reader.page.text)
    return found[1] if found else ""


def test_what_keeps_failing_is_grouped_by_key_with_its_beginning_and_its_change(world: tuple[World, Reader]) -> None:
    """It worked, a role was taken, it fails since: that change is named, verified, with who made it."""
    house, ana = world
    pair = house.pairs["good"]
    request = Request(presented(pair.app_key), presented(pair.app_token), method="GET", target=ORDERS)
    assert house.house.node.check(ACME, request).told is None
    house.house.node.flush_usage()
    done(house.house, WithdrawFromKey(ACME, RoleId(1), app_key(house, "good")), ANA)
    for _ in range(3):
        refuse(house, "good")
    refuse(house, "roleless")
    ana.get("/console/failures")
    assert sorted(shown(ana)) == ["The key is not linked to any role", "The key lacks the permission for this request"]
    group = ana.text[ana.text.index(f"good {app_key(house, 'good')}") :]
    for said in (f"GET {ORDERS}", "3 times", "Suspected change", "unlinked from the role Pedidos, só leitura",
                 "(ana@acme.example)", "Verified: the same request was allowed before it"):  # fmt: skip
        assert said in group


def test_its_best_remedy_is_one_press_away(world: tuple[World, Reader]) -> None:
    """The newest denial's own; after it the inbox says that it is mended."""
    house, ana = world
    refuse(house, "roleless")
    ana.get("/console/failures")
    assert len(buttons(ana)) == 1
    assert press(ana) == 200
    assert ana.page.url.path.startswith("/console/denials/")
    assert roles_of(house, "roleless") == (1,)
    ana.get("/console/failures")
    assert "Mended: the same would be allowed now" in ana.text
    assert buttons(ana) == []


def test_what_works_again_is_said_to(world: tuple[World, Reader]) -> None:
    """A success after the last denial, on the same route."""
    house, ana = world
    refuse(house, "roleless")
    denial = house.house.store.denials(ACME)[0]
    use = Use(ACME, app_key(house, "roleless"), denial.route, denial.wanted, Moment(NOW + 60), 1)  # type: ignore[arg-type]  # it asked for something
    house.house.store.add_usage([], [use])
    ana.get("/console/failures")
    assert "Works again" in ana.text


def test_what_is_muted_is_not_brought_up_until_it_is_unmuted(world: tuple[World, Reader]) -> None:
    """It counts on, under its own filter, with who muted it."""
    house, ana = world
    for name in ("roleless", "blocked"):
        refuse(house, name)
    ana.get("/console/failures?cause=no_role_linked")
    assert counted(ana) == "2"
    assert press(ana, says="episode") == 200
    assert "Muted: it is still counted" in ana.text
    assert "cause=no_role_linked" in str(ana.page.url)
    assert shown(ana) == []
    assert counted(ana) == "1"
    ana.get("/console/failures")
    assert shown(ana) == ["The key is blocked"]
    refuse(house, "roleless")
    ana.get("/console/failures?muted=1")
    assert shown(ana) == ["The key is not linked to any role"]
    assert "Muted by ana@acme.example" in ana.text
    assert "2 times" in ana.text
    assert press(ana, says="episode") == 200
    assert counted(ana) == "2"


def test_muting_twice_says_that_it_is_so_already(world: tuple[World, Reader]) -> None:
    """Two people may press at the same time."""
    house, ana = world
    episode = refuse(house, "roleless")
    ana.get("/console/failures")
    ana.post("/console/failures/mute", {"episode": episode})
    assert ana.post("/console/failures/mute", {"episode": episode}).status_code == 409


def test_an_episode_of_another_account_is_as_unknown_as_one_that_never_was(world: tuple[World, Reader]) -> None:
    """It can be neither seen nor muted."""
    house, ana = world
    foreign = refuse(house, "globex roleless")
    ana.get("/console/failures")
    assert shown(ana) == []
    assert counted(ana) == "0"
    answers = []
    for episode in (foreign, UNKNOWN):
        ana.get("/console/failures")
        got = ana.post("/console/failures/mute", {"episode": episode})
        answers.append((got.status_code, steady(got.text)))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert house.house.node.keyring(GLOBEX).muted == house.house.node.keyring(ACME).muted == {}
    key = app_key(house, "globex roleless")
    pages = [steady(ana.get(f"/console/failures?key={one}").text).replace(one, "") for one in (key, "cvk_nobody")]
    assert pages[0] == pages[1]


def test_the_count_is_of_the_last_day(world: tuple[World, Reader]) -> None:
    """What ended before does not count, and beyond a hundred it is not counted to the end."""
    house, ana = world
    kept(house, "roleless", 1)
    ana.get("/console")
    assert counted(ana) == "1"
    house.house.store.keep_denials(
        [replace(one, id=DenialId(f"1{one.id[1:]}"), app_key=app_key(house, "lacking"), at=Moment(NOW - 2 * DAY))
         for one in house.house.store.denials(ACME)],
        forget_before=Moment(0),
    )  # fmt: skip
    ana.get("/console")
    assert counted(ana) == "1"
    ana.get("/console/failures/count", {"HX-Request": "true"})
    assert counted(ana) == "1"
    assert "<html" not in ana.page.text


def test_many_are_paged_and_counted_up_to_a_hundred(world: tuple[World, Reader]) -> None:
    """A page has a few, as each is traced back to what began it."""
    house, ana = world
    done(house.house, WithdrawFromKey(ACME, RoleId(2), app_key(house, "lacking")), ANA)
    kept(house, "lacking", 120, route="GET /r")
    ana.get("/console/failures")
    assert counted(ana) == "99+"
    assert len(shown(ana)) == ROWS
    ana.get("/console/failures?page=2")
    assert len(shown(ana)) == ROWS
    assert "Previous page" in ana.text
    for page in ("0", "-1", "x", "99999"):
        assert ana.get(f"/console/failures?page={page}").status_code == 200


def test_an_episode_outlives_its_denials(world: tuple[World, Reader]) -> None:
    """Then no page of a denial is linked, and nothing is offered."""
    house, ana = world
    refuse(house, "roleless")
    house.house.store.keep_denials([], forget_before=Moment(NOW + 1))
    ana.get("/console/failures")
    assert "/console/denials/0" not in ana.page.text
    assert buttons(ana) == []
    assert "The key is not linked to any role" in ana.text
    assert len(buttons(ana, "episode")) == 1


def test_it_is_filtered_by_key_and_by_cause(world: tuple[World, Reader]) -> None:
    """Each by what there is to choose from."""
    house, ana = world
    for name in ("roleless", "blocked", "inactive"):
        refuse(house, name)
    ana.get(f"/console/failures?key={app_key(house, 'blocked')}&cause=all&muted=0")
    assert shown(ana) == ["The key is blocked"]
    ana.get("/console/failures?cause=key_inactive")
    assert shown(ana) == ["The key is inactive"]
    ana.get("/console/failures?cause=nonsense")
    assert len(shown(ana)) == 3


def test_a_part_of_the_page_is_refreshed_alone(world: tuple[World, Reader]) -> None:
    """Asked for by the script, it comes without the page around it."""
    house, ana = world
    refuse(house, "roleless")
    ana.get("/console/failures", {"HX-Request": "true"})
    assert "<html" not in ana.page.text
    assert shown(ana) == ["The key is not linked to any role"]


def test_where_nothing_fails_it_says_so(world: tuple[World, Reader]) -> None:
    """And what will be seen here."""
    _, ana = world
    ana.get("/console/failures")
    assert "Nothing fails: no denial of this account is kept" in ana.text
    ana.get("/console/failures?muted=1")
    assert "Nothing that is kept is muted" in ana.text


def test_who_may_only_view_may_mute_and_not_mend(world: tuple[World, Reader]) -> None:
    """Muting takes no more than viewing keys."""
    house, ana = world
    refuse(house, "roleless")
    vera = Reader(ana.origin)
    vera.sign_in(VIEWER)
    vera.get("/console/failures")
    assert buttons(vera) == []
    assert "Ask ana@acme.example" in vera.text
    assert press(vera, says="episode") == 200
    paulo = Reader(ana.origin)
    paulo.sign_in(PLAIN)
    paulo.get("/console/sessions")
    assert counted(paulo) == ""
