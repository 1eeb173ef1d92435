"""What is done with one key at the console: told before, done, told after."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.doors.console.browserless import PASSWORD, Reader, console
from tests.doors.console.scene import CANCEL_ORDER, HOUR, Scene
from tests.doors.world import ACME, CANCEL, LIST

from chaveiro.core.command import CreateRole, FinishRenewal
from chaveiro.core.keyring import Key
from chaveiro.core.names import Resource

MUCH = frozenset({LIST, CANCEL, Resource("Catalog", "Read"), Resource("Catalog", "Write")})
AGES = 11 * 60.0  # after which the password is asked for again


@dataclass
class Desk:
    """A scene, and its sponsor at the console."""

    scene: Scene
    ana: Reader

    def key(self, label: str) -> Key:
        node = self.scene.world.house.node
        return node.whole(node.keyring(ACME)).keys[self.scene.app_key(label)]

    def send(self, label: str, act: str, query: str = "", **fields: str) -> int:
        """Open the page of an act, then send its form."""
        page = f"{self.scene.page_of(label)}/{act}"
        self.ana.get(page + query)
        return self.ana.post(page, fields).status_code


@pytest.fixture
def desk() -> Iterator[Desk]:
    scene = Scene()
    with console(scene.world) as (_, origin):
        ana = Reader(origin)
        ana.sign_in()
        yield Desk(scene, ana)


# -------------------------------------------------------------------------------------------------------------- roles


def test_roles_are_offered_best_first_with_what_they_give_too_much(desk: Desk) -> None:
    """Best is what gives most of what the key was refused, and least besides."""
    desk.scene.do(CreateRole(ACME, "A bit of all", MUCH))
    desk.scene.ask("lacking")
    desk.ana.get(desk.scene.page_of("lacking") + "/link")
    told = desk.ana.text
    exact = "Pedidos, só leitura Gives 1 resource. Enough for all that was refused. Nothing too much."
    lavish = "A bit of all Gives 4 resources. 3 of them are new to the key. Enough for all that was refused."
    assert told.index(exact) < told.index(f"{lavish} 2 resources that nothing asked for.")
    assert "Cancelar" not in told  # it has that one
    desk.ana.get(desk.scene.page_of("lacking") + "/link?q=CATALOG/w")
    assert "A bit of all" in desk.ana.text
    assert "Pedidos" not in desk.ana.text
    desk.ana.get(desk.scene.page_of("lacking") + "/link?q=nothing")
    assert "No role that it has not has this name" in desk.ana.text


def test_a_hundred_roles_are_offered_fifty_at_a_time(desk: Desk) -> None:
    for number in range(100):
        desk.scene.do(CreateRole(ACME, f"role {number:03}", frozenset({LIST})))
    page = desk.scene.page_of("roleless") + "/link"
    seen: list[str] = []
    for at, neighbours in (("1", ["2"]), ("2", ["1"]), ("3", ["1"]), ("x", ["2"])):
        got = desk.ana.get(f"{page}?q=role&page={at}").text
        assert re.findall(r'href="\?q=role&amp;page=(\d)"', got) == neighbours
        seen += re.findall(r">(role \d{3})</label>", got) if at in {"1", "2"} else []
    assert seen == [f"role {number:03}" for number in range(100)]


def test_a_linked_role_counts_at_once_and_ends_when_it_was_told_to(desk: Desk) -> None:
    assert desk.send("roleless", "link", role="1", until="2026-03-01T10:30") == 200
    assert "The key is linked to the role. What it gives counts from this moment on." in desk.ana.text
    assert "Pedidos, só leitura ✓ in force 1 resource 1 March 2026 at 10:30:00 UTC" in desk.ana.text
    assert desk.send("roleless", "link", role="2") == 200
    assert [(grant.role, grant.until) for grant in desk.key("roleless").grants] == [(1, 1772361000.0), (2, None)]


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({}, 422, "Choose a role."),
        ({"role": "one"}, 422, "Choose a role."),
        ({"role": "1", "until": "tomorrow"}, 422, "This is no date and time."),
        ({"role": "1", "until": "2020-01-01"}, 409, "1 January 2020 at 00:00:00 UTC"),
        ({"role": "99"}, 409, "99"),
    ],
)
def test_a_link_that_cannot_be_says_why_and_keeps_what_was_chosen(
    desk: Desk, fields: dict[str, str], status: int, told: str
) -> None:
    assert desk.send("roleless", "link", **fields) == status
    assert told in desk.ana.text
    if fields.get("role") == "1":
        assert re.search(r'value="1"[^>]* checked', desk.ana.page.text)
        assert f'value="{fields["until"]}"' in desk.ana.page.text
    assert desk.key("roleless").grants == ()


def test_unlinking_says_before_what_would_be_refused_and_is_so_after(desk: Desk) -> None:
    """Of what the key did lately, and whether anything is left to it."""
    desk.scene.ask("good")
    desk.scene.ask("good", "POST", CANCEL_ORDER)
    page = desk.scene.page_of("good") + "/unlink"
    desk.ana.get(f"{page}?role=1")
    assert "Different requests within 30 days that would be refused from then on: 1 " in desk.ana.text
    assert "GET /api/oms/pvt/orders" in desk.ana.text
    assert "cancel" not in desk.ana.text
    assert "No other role" not in desk.ana.text
    desk.ana.post(page, {"role": "1"})
    assert "Only what its other roles give is left to it." in desk.ana.text
    desk.scene.ask("good")
    assert "The key lacks the permission for this request" in read(desk, "good")
    desk.ana.get(f"{page}?role=2")
    assert "No other role gives it anything: from then on every request with it would be refused." in desk.ana.text
    assert desk.ana.post(page, {"role": "1"}).status_code == 409
    assert [grant.role for grant in desk.key("good").grants] == [2]
    for role in ("1", "x", ""):
        assert desk.ana.get(f"{page}?role={role}").status_code == 404


def test_unlinking_what_nobody_needed_says_so(desk: Desk) -> None:
    desk.scene.ask("good")
    desk.ana.get(desk.scene.page_of("good") + "/unlink?role=2")
    assert "Nothing that it did within 30 days needs this role" in desk.ana.text


# ------------------------------------------------------------------------------------------------------------ renewal


def test_a_renewal_shows_its_token_once_and_asks_for_the_password_before(desk: Desk) -> None:
    """The same form sent again makes no third token, and shows none."""
    desk.scene.clock.forward(AGES)
    page = desk.scene.page_of("good") + "/renew"
    desk.ana.get(page)
    assert "The first one works on." in desk.ana.text
    assert desk.ana.post(page, {"confirm_password": "not this one"}).status_code == 200
    assert "That is not your password." in desk.ana.text
    assert not desk.key("good").renewing
    shown = desk.ana.post(page, {"confirm_password": PASSWORD})
    found = re.search(r"data-copied data-wiped>(cvt_[0-9a-z]{70})<", shown.text)
    assert found
    assert shown.headers["cache-control"] == "no-store"
    assert f'data-after="{desk.scene.page_of("good")}"' in shown.text
    assert desk.ana.post(page, {"confirm_password": PASSWORD}).status_code == 409
    assert "cvt_" not in desk.ana.page.text
    desk.scene.ask("good", token=found[1])
    assert desk.scene.world.house.store.usage(ACME)[desk.scene.app_key("good"), 2].count == 1
    for address in (desk.scene.page_of("good"), page):
        assert found[1] not in desk.ana.get(address).text


def test_a_renewed_token_may_go_to_somebody_else_by_a_link(desk: Desk) -> None:
    """Then nobody reads it here."""
    assert desk.send("good", "renew", handing="link") == 200
    assert "/handover#" in desk.ana.page.text
    assert "cvt_" not in desk.ana.page.text
    key = desk.key("good")
    assert key.renewing
    assert key.handover
    told = read(desk, "good")
    assert "A link that shows its token once is open until 26 February 2026 at 06:13:20 UTC" in told


def test_finishing_with_the_old_token_in_use_needs_a_tick(desk: Desk) -> None:
    desk.scene.renew(desk.scene.app_key("good"), "second")
    desk.scene.ask("second")
    desk.scene.clock.forward(HOUR)
    desk.scene.ask("good")
    assert desk.send("good", "finish") == 422
    assert "Not yet: the old token worked at 25 February 2026 at 07:13:20 UTC," in desk.ana.text
    assert "Tick this if requests with the old token may be refused from now on." in desk.ana.text
    assert desk.key("good").renewing
    assert desk.send("good", "finish", anyway="on") == 200
    assert "Only the new token works; the old one is refused." in desk.ana.text
    assert not desk.key("good").renewing
    assert desk.send("good", "finish") == 409


def test_finishing_safely_needs_none(desk: Desk) -> None:
    desk.scene.renew(desk.scene.app_key("good"), "second")
    desk.scene.ask("second")
    desk.ana.get(desk.scene.page_of("good") + "/finish")
    assert "Yes: the new token works, and nobody has used the old one for a day." in desk.ana.text
    assert "anyway" not in desk.ana.page.text
    assert desk.send("good", "finish") == 200
    assert not desk.key("good").renewing


# ---------------------------------------------------------------------------------------------- on, off, out of the way


def test_a_key_is_switched_off_for_a_reason_and_on_again(desk: Desk) -> None:
    assert desk.send("good", "deactivate", why="  o ERP muda de servidor ") == 200
    assert "every request with it is refused until it is activated again." in desk.ana.text
    assert "Reason given: o ERP muda de servidor" in desk.ana.text
    key = desk.key("good")
    assert key.inactive
    assert key.inactive.why == "o ERP muda de servidor"
    assert desk.send("good", "deactivate") == 409
    assert "It is already so" in desk.ana.text
    assert desk.send("good", "activate") == 200
    assert "The key is activated: it may be used again." in desk.ana.text
    assert desk.key("good").inactive is None


def test_blocking_says_before_that_it_is_not_undone_without_a_new_token(desk: Desk) -> None:
    desk.ana.get(desk.scene.page_of("good") + "/block")
    assert "This cannot be undone with the token that it has now" in desk.ana.text
    assert desk.send("good", "block", why="it was in a public repository") == 200
    assert "The key is blocked" in desk.ana.text
    desk.ana.get(desk.scene.page_of("good") + "/activate")
    refused = desk.ana.text
    assert desk.send("good", "activate") == 409
    blocked = desk.key("good").blocked
    assert blocked
    assert blocked.why == "it was in a public repository"
    assert refused.count("✕") == 1  # told before the button is pressed
    desk.scene.renew(desk.scene.app_key("good"), "second")
    desk.scene.do(FinishRenewal(ACME, desk.scene.app_key("good")))
    assert desk.send("good", "activate") == 200


@pytest.mark.parametrize("why", ["two\nlines", "a reason " * 12 + "x"])
def test_a_reason_is_one_short_line(desk: Desk, why: str) -> None:
    assert desk.send("good", "block", why=why) == 422
    assert "A reason is one line" in desk.ana.text
    assert desk.key("good").blocked is None


def test_a_token_among_the_reasons_is_refused_and_not_shown_again(desk: Desk) -> None:
    token = desk.scene.world.pairs["good"].app_token
    assert desk.send("good", "block", why=f"leaked: {token}") == 422
    assert "keep secrets out of it" in desk.ana.text
    assert token not in desk.ana.page.text


def test_a_key_is_deleted_by_whoever_types_what_it_is_called(desk: Desk) -> None:
    """And gives the password again; before that it is told what it did lately."""
    desk.scene.ask("good")
    desk.scene.clock.forward(AGES)
    page = desk.scene.page_of("good") + "/delete"
    desk.ana.get(page)
    assert (
        "Different requests within 30 days, each of which would be refused: 1 GET /api/oms/pvt/orders" in desk.ana.text
    )
    desk.ana.post(page, {"called": "good"})
    assert "Give your password again" in desk.ana.text
    assert desk.ana.post(page, {"called": "goods", "confirm_password": PASSWORD}).status_code == 422
    assert "This is not what the key is called. Nothing was deleted." in desk.ana.text
    assert desk.key("good").label == "good"
    assert desk.ana.post(page, {"called": "good", "confirm_password": PASSWORD}).status_code == 200
    assert "each refusal can still be explained." in desk.ana.text
    assert "It was deleted for good" in desk.ana.text
    assert desk.scene.app_key("good") in desk.scene.world.house.node.keyring(ACME).tombstones
    desk.ana.get("/console/sessions")
    assert desk.ana.post(page, {"called": "good"}).status_code == 404


# ------------------------------------------------------------------------------------------------------- external keys


def test_another_accounts_key_is_added_linked_and_let_go(desk: Desk) -> None:
    app_key = desk.scene.app_key("globex good")
    assert 'href="/console/keys/adopt"' in desk.ana.get("/console/keys").text
    desk.ana.get("/console/keys/adopt")
    desk.ana.post("/console/keys/adopt", {"app_key": f" {app_key} "})
    assert "The external key is added." in desk.ana.text
    assert "Not linked to any role: every request will be refused." in desk.ana.text
    assert desk.send("globex good", "link", role="1") == 200
    desk.scene.ask("globex good")
    assert "It works. It was last used at" in read(desk, "globex good")
    assert desk.send("globex good", "unlink", "?role=1", role="1") == 200
    assert desk.key("globex good").grants == ()
    page = desk.scene.page_of("globex good") + "/delete"
    desk.ana.get(page)
    assert "In its own account, globex, nothing changes." in desk.ana.text
    gone = desk.ana.post(page, {"called": app_key}, follow=False)
    assert gone.headers["location"] == "/console/keys"
    assert app_key not in desk.scene.world.house.node.keyring(ACME).external


def test_the_password_is_asked_for_before_another_accounts_key_is_added(desk: Desk) -> None:
    """Its token is known elsewhere, so it is as if a pair were registered. A token is not shown again."""
    pair = desk.scene.world.pairs["globex good"]
    desk.scene.clock.forward(AGES)
    desk.ana.get("/console/keys/adopt")
    for given in (pair.app_key, pair.app_token):
        got = desk.ana.post("/console/keys/adopt", {"app_key": given})
        assert "Give your password again" in desk.ana.text
        assert (f'value="{given}"' in got.text) == (given == pair.app_key)
        assert not desk.scene.world.house.node.keyring(ACME).external
    desk.ana.post("/console/keys/adopt", {"app_key": pair.app_key, "confirm_password": PASSWORD})
    assert "The external key is added." in desk.ana.text


@pytest.mark.parametrize("kind", ["token", "nothing", "nobody", "own", "twice"])
def test_what_cannot_be_added_says_why_and_a_token_is_not_shown_again(desk: Desk, kind: str) -> None:
    if kind == "twice":
        desk.scene.adopt()
    given, status = {
        "token": (desk.scene.world.pairs["globex good"].app_token, 422),
        "nothing": ("", 422),
        "nobody": ("vtexappkey-nobody-ABCDEF", 409),
        "own": (desk.scene.app_key("good"), 409),
        "twice": (desk.scene.app_key("globex good"), 409),
    }[kind]
    desk.ana.get("/console/keys/adopt")
    got = desk.ana.post("/console/keys/adopt", {"app_key": given})
    assert got.status_code == status
    assert 'role="alert"' in got.text or "This is no appKey." in desk.ana.text
    assert (f'value="{given}"' in got.text) == (status == 409)
    assert kind != "token" or given not in got.text


def read(desk: Desk, label: str) -> str:
    desk.ana.get(desk.scene.page_of(label))
    return desk.ana.text
