"""The page of one key: how it is, what to do next, what it did and was refused; and who may look."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from tests.doors.console.browserless import PASSWORD, Reader, console
from tests.doors.console.scene import CANCEL_ORDER, DAY, HOUR, Scene
from tests.doors.world import ACME, GLOBEX, NOW, OPERATOR

from chaveiro.core.command import (
    VIEW_API_KEYS,
    AddUser,
    BlockKey,
    CreateRole,
    DeactivateKey,
    DeleteKey,
    DeleteRole,
    FinishRenewal,
    GrantToKey,
    GrantToUser,
    IssueKey,
    SuspendAccount,
)
from chaveiro.core.denial import Exposure, InClear
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AppKey, Email, KeyId, Moment, RoleId

EVA = Email("eva@acme.example")
SPONSOR_OF_GLOBEX = Actor(ActorKind.USER, Email("ana@globex.example"))


@dataclass
class Desk:
    """A scene, and somebody who looks at it."""

    scene: Scene
    ana: Reader

    def read(self, label: str) -> str:
        """What the page of a key says, signed in anew where so much time went by."""
        page = self.scene.page_of(label)
        if self.ana.get(page, follow=False).status_code == 303:
            self.ana.sign_in()
            self.ana.get(page)
        assert self.ana.page.status_code == 200
        return self.ana.text


@pytest.fixture
def desk() -> Iterator[Desk]:
    scene = Scene()
    with console(scene.world) as (_, origin):
        ana = Reader(origin)
        ana.sign_in()
        yield Desk(scene, ana)


def unlinked(scene: Scene) -> str:
    return "roleless"


def of_dead_roles(scene: Scene) -> str:
    scene.issue("dead", 1)
    scene.do(DeleteRole(ACME, RoleId(1)))
    return "dead"


def of_an_empty_role(scene: Scene) -> str:
    scene.do(CreateRole(ACME, "empty", frozenset()))
    scene.issue("idle", 3)
    return "idle"


def never_used(scene: Scene) -> str:
    return "good"


def working(scene: Scene) -> str:
    scene.ask("good")
    return "good"


def failing(scene: Scene) -> str:
    scene.ask("lacking")
    return "lacking"


def failing_in_part(scene: Scene) -> str:
    scene.ask("lacking", "POST", CANCEL_ORDER)
    scene.ask("lacking")
    return "lacking"


def failing_and_renewing(scene: Scene) -> str:
    scene.renew(scene.app_key("lacking"), "second")
    return failing(scene)


def mended(scene: Scene) -> str:
    scene.ask("lacking")
    scene.clock.forward(HOUR)
    scene.do(GrantToKey(ACME, RoleId(1), scene.app_key("lacking")))
    scene.ask("lacking")
    return "lacking"


def guessed_at(scene: Scene) -> str:
    scene.ask("good")
    scene.ask("good", token=scene.world.pairs["globex good"].app_token)
    return "good"


def renewing_unused(scene: Scene) -> str:
    scene.ask("good")
    scene.renew(scene.app_key("good"), "second")
    return "good"


def renewing_with_the_old_in_use(scene: Scene) -> str:
    renewing_unused(scene)
    scene.ask("second")
    scene.clock.forward(HOUR)
    scene.ask("good")
    return "good"


def renewing_safely(scene: Scene) -> str:
    renewing_unused(scene)
    scene.clock.forward(DAY)
    scene.ask("second")
    return "good"


def old(scene: Scene) -> str:
    scene.clock.forward(scene.world.house.settings.token_days_max * DAY + DAY)
    scene.ask("good")
    return "good"


def ending(scene: Scene) -> str:
    scene.issue("short", 1, expires=Moment(NOW + 3 * DAY))
    scene.ask("short")
    return "short"


def expired(scene: Scene) -> str:
    scene.issue("short", 1, expires=Moment(NOW + HOUR))
    scene.clock.forward(2 * HOUR)
    return "short"


def not_yet_valid(scene: Scene) -> str:
    scene.issue("later", 1, valid_from=Moment(NOW + DAY))
    return "later"


def blocked(scene: Scene) -> str:
    return "blocked"


def blocked_and_renewing(scene: Scene) -> str:
    scene.renew(scene.app_key("blocked"), "second")
    return "blocked"


def blocked_and_replaced(scene: Scene) -> str:
    scene.renew(scene.app_key("blocked"), "second")
    scene.do(FinishRenewal(ACME, scene.app_key("blocked")))
    return "blocked"


def inactive_for_a_reason(scene: Scene) -> str:
    scene.do(DeactivateKey(ACME, scene.app_key("good"), "the ERP is being moved"))
    return "good"


def suspended(scene: Scene) -> str:
    scene.do(SuspendAccount(ACME, ""), OPERATOR)
    return "good"


def external_and_unlinked(scene: Scene) -> str:
    scene.adopt()
    return "globex good"


def external_and_blocked(scene: Scene) -> str:
    scene.adopt()
    scene.do(BlockKey(GLOBEX, scene.app_key("globex good"), "a leak"), SPONSOR_OF_GLOBEX)
    return "globex good"


def external_of_a_suspended_home(scene: Scene) -> str:
    scene.do(GrantToKey(ACME, RoleId(1), scene.adopt()))
    scene.do(SuspendAccount(GLOBEX, ""), OPERATOR)
    return "globex good"


@pytest.mark.parametrize(
    ("situation", "said", "step"),
    [
        (unlinked, "Not linked to any role: every request will be refused.", "link"),
        (of_dead_roles, "Linked only to roles that were deleted or whose time has run out", "link"),
        (of_an_empty_role, "Linked only to roles that give nothing", "link"),
        (never_used, "It has never been used. Make a test call with it.", "#test-call"),
        (working, "It works. It was last used at", ""),
        (failing, "was refused: The key lacks the permission for this request.", "/console/denials/"),
        (failing_in_part, "It works, but a request was refused", "/console/denials/"),
        (failing_and_renewing, "was refused: The key lacks the permission for this request.", "/console/denials/"),
        (mended, "It works. It was last used at", ""),
        (guessed_at, "It works. It was last used at", ""),
        (renewing_unused, "The new token has never worked. Hand it over", "#tokens"),
        (renewing_with_the_old_in_use, "Finish once nobody has used it for a day.", "#tokens"),
        (renewing_safely, "nobody has used the old one for a day: the renewal can be finished.", "finish"),
        (old, "days old. In this account a token counts as old after", "renew"),
        (ending, "and is refused from then on. Issue a successor before.", "/console/keys/issue"),
        (expired, "every request is refused. Issue a successor", "/console/keys/issue"),
        (not_yet_valid, "until then every request is refused. There is nothing to do but wait.", ""),
        (blocked, "Renew it, hand over the new one and finish the renewal", "renew"),
        (blocked_and_renewing, "Finish the renewal that was begun", "finish"),
        (blocked_and_replaced, "Its token was replaced since, so it can be let in again.", "activate"),
        (inactive_for_a_reason, "Reason given: the ERP is being moved Activate it when it may work again.", "activate"),
        (suspended, "The account is suspended: every request is refused. Whoever runs Chaveiro can resume it.", ""),
        (external_and_unlinked, "Not linked to any role: every request will be refused.", "link"),
        (external_and_blocked, "by account globex: every request is refused. This is decided in the account", ""),
        (external_of_a_suspended_home, "whose key this is, is suspended: every request is refused.", ""),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_key_says_how_it_is_and_what_to_do_next(
    desk: Desk, situation: Callable[[Scene], str], said: str, step: str
) -> None:
    """What refuses everything is told before what fails, and that before what should be done some day."""
    label = situation(desk.scene)
    assert said in desk.read(label)
    notice = re.search(r'<div class="notice (?:ok|info|warn|bad)">.*?</div>\s*</div>', desk.ana.page.text, re.DOTALL)
    assert notice
    links = re.findall(r'href="([^"]+)"', notice[0])
    wanted = step if step.startswith(("#", "/")) or not step else f"{desk.scene.page_of(label)}/{step}"
    assert [link[: len(wanted)] for link in links] == ([wanted] if step else [])


def test_a_test_call_asks_for_what_the_key_may_do_and_holds_no_token(desk: Desk) -> None:
    """It is offered as long as the key was never used, and the first success takes its place."""
    good = desk.scene.world.pairs["good"]
    assert '"$APP_TOKEN"\'", "method": "GET", "path": "/api/oms/pvt/orders"}' in desk.read("good")
    assert f"curl -sS {desk.ana.origin}/v1/check" in desk.ana.text
    assert good.app_token not in desk.ana.page.text
    assert '"method": "POST", "path": "/api/oms/pvt/orders/1/cancel"}' in desk.read("lacking")
    desk.scene.ask("good")
    part = desk.ana.get(desk.scene.page_of("good") + "/now", {"HX-Request": "true"})
    assert "It works." in desk.ana.text
    assert "APP_TOKEN" not in part.text
    assert "<html" not in part.text


def test_what_is_told_of_tokens_is_when_they_were_used(desk: Desk) -> None:
    renewing_with_the_old_in_use(desk.scene)
    told = desk.read("good")
    assert "number 1, the old one" in told
    assert "number 2, the new one" in told
    assert "Is it safe to finish the renewal? Not yet: the old token worked at 25 February 2026 at 07:13:20" in told
    keyring = desk.scene.world.house.node.keyring(ACME)
    key = keyring.keys[desk.scene.app_key("good")]
    for secret in (*(desk.scene.world.pairs[one].app_token for one in ("good", "second")), key.digest.hex()):
        assert secret not in desk.ana.page.text


def test_refusals_that_are_alike_are_told_once_with_what_mends_them(desk: Desk) -> None:
    """Each with the page of every refusal, a form that applies the remedy, and a way to try it again."""
    desk.scene.ask("lacking", times=3)
    desk.scene.ask("lacking", "GET", "/api/unknown")
    told = desk.read("lacking")
    page = desk.ana.page.text
    denials = desk.scene.world.house.store.denials(ACME, app_key=desk.scene.app_key("lacking"))
    assert told.count("The request needs OMS/ListOrders or Checkout/AcessaTodosPedidos") == 1
    assert all(f'href="/console/denials/{one.id}"' in page for one in denials)
    newest = next(one for one in denials if one.route)
    assert f'action="/console/denials/{newest.id}/remedy"' in page
    assert f"What would mend it: Link the key {newest.app_key} to the role Pedidos, só leitura." in told
    asked = f"/console/diagnose?key={newest.app_key}&amp;method=GET&amp;path=%2Fapi%2Foms%2Fpvt%2Forders"
    assert f'href="{asked}"' in page
    assert page.count("/remedy") == 1  # nobody knows what would help against a path that is unknown
    form = page[page.index(f"{newest.id}/remedy") :]
    fields = dict(re.findall(r'type="hidden" name="(remedy|mark|revision)" value="([^"]*)"', form)[:3])
    assert desk.ana.post(f"/console/denials/{newest.id}/remedy", fields).status_code == 200
    assert "mended since: it would be allowed now" in desk.read("lacking")
    assert "/remedy" not in desk.ana.page.text


def test_a_remedy_that_makes_a_token_leads_to_the_renewal(desk: Desk) -> None:
    """Its token has to be shown to somebody."""
    desk.scene.ask("blocked")
    desk.read("blocked")
    assert "/remedy" not in desk.ana.page.text
    assert f'class="primary" href="{desk.scene.page_of("blocked")}/renew"' in desk.ana.page.text


def test_what_happened_is_drawn_and_stands_in_tables_by_the_hour_and_by_the_day(desk: Desk) -> None:
    desk.scene.ask("lacking", "POST", CANCEL_ORDER, times=7)
    desk.scene.clock.forward(30 * HOUR)
    desk.scene.ask("lacking", times=4)
    desk.read("lacking")
    page = desk.ana.page.text
    assert page.count('<svg class="wide"') == 2
    hours, days = re.findall(r"<table data-timeline.*?</table>", page, re.DOTALL)
    for table, rows in ((hours, 48), (days, 30)):
        assert table.count("data-at=") == rows
        counts = re.findall(r'<data value="([1-9]\d*)">', table)
        assert counts == ["7", "4"]
        assert "The key lacks the permission for this request" in table


def test_what_a_key_used_is_listed_with_what_it_needed(desk: Desk) -> None:
    desk.scene.ask("good", times=3)
    assert "GET /api/oms/pvt/orders OMS/ListOrders or Checkout/AcessaTodosPedidos 25 February 2026" in desk.read("good")


def test_a_key_of_another_account_is_as_unknown_as_one_that_never_was(desk: Desk) -> None:
    never = desk.ana.get("/console/keys/cvk_0000000000000000000000")
    told = desk.ana.text
    assert never.status_code == 404
    for part in ("", "/now", "/activity", "/link", "/unlink?role=1", "/renew", "/finish", "/block", "/delete"):
        got = desk.ana.get(desk.scene.page_of("globex good") + part)
        assert (got.status_code, desk.ana.text) == (404, told)


def test_parts_are_sent_alone_to_the_pages_own_script(desk: Desk) -> None:
    """Opened by hand they lead to the page."""
    page = desk.scene.page_of("good")
    for part in ("now", "activity"):
        alone = desk.ana.get(f"{page}/{part}", {"HX-Request": "true"})
        assert "<html" not in alone.text
        led = desk.ana.get(f"{page}/{part}", follow=False)
        assert led.headers["location"] == page


def test_a_deleted_key_says_by_whom_and_that_it_is_refused(desk: Desk) -> None:
    told = desk.read("deleted")
    assert "deleted 25 February 2026 at 06:13:20 UTC , ana@acme.example" in told
    assert "every request with it is refused" in told
    stone = desk.scene.world.house.node.keyring(ACME).tombstones[desk.scene.app_key("deleted")]
    assert desk.ana.get(f"/console/keys/{stone.id}").status_code == 200


def test_a_token_registered_as_an_app_key_stands_in_no_address_and_on_no_page(desk: Desk) -> None:
    """Such a key is found by its id alone, and the next step is to delete it."""
    pair, id_ = desk.scene.world.pairs["globex good"], KeyId("0" * 31 + "1")
    swapped = IssueKey(ACME, AppKey(pair.app_token), id_, bytes(32), "swapped", registered=True)
    desk.scene.do(swapped)
    desk.scene.do(GrantToKey(ACME, RoleId(1), AppKey(pair.app_token)))
    assert desk.ana.get(f"/console/keys/{id_}").status_code == 200
    assert "A token was registered in the place of the appKey" in desk.ana.text
    assert f'href="/console/keys/{id_}/delete"' in desk.ana.page.text
    for part in ("", "/now", "/link", "/unlink?role=1", "/renew", "/block", "/delete"):
        desk.ana.get(f"/console/keys/{id_}{part}")
        assert pair.app_token not in desk.ana.page.text
    assert desk.ana.get(f"/console/keys/{pair.app_token}").status_code == 404
    desk.ana.get(f"/console/keys/{id_}/delete")
    desk.ana.post(f"/console/keys/{id_}/delete", {"called": "swapped"})
    assert "The key is deleted" in desk.ana.text
    assert pair.app_token not in desk.ana.page.text


def test_an_external_key_that_its_home_deleted_can_be_let_go(desk: Desk) -> None:
    app_key = desk.scene.adopt()
    desk.scene.do(DeleteKey(GLOBEX, app_key), SPONSOR_OF_GLOBEX)
    assert "The account globex, whose key this was, has it no more" in desk.read("globex good")
    desk.ana.get(desk.scene.page_of("globex good") + "/delete")
    desk.ana.post(desk.scene.page_of("globex good") + "/delete", {"called": app_key}, follow=False)
    assert app_key not in desk.scene.world.house.node.keyring(ACME).external


def test_of_an_external_key_nothing_is_told_that_its_home_alone_decides(desk: Desk) -> None:
    """Who did what there, how it is called and how old its tokens are stays there."""
    app_key = desk.scene.adopt()
    told = desk.read("globex good")
    assert "Its account globex" in told
    assert "Its tokens" not in told
    assert "ana@globex.example" not in told
    assert f"{desk.scene.page_of('globex good')}/delete" in desk.ana.page.text
    for act in ("renew", "finish", "activate", "deactivate", "block"):
        assert f'/{act}"' not in desk.ana.page.text
        desk.ana.get(f"/console/keys/{app_key}/{act}")
        assert "globex" in desk.ana.text


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}"])
def test_a_label_is_text(desk: Desk, text: str) -> None:
    desk.scene.issue(text, 1)
    for part in ("", "/link", "/unlink?role=1", "/renew", "/block", "/delete"):
        desk.ana.get(desk.scene.page_of(text) + part)
        assert text in desk.ana.text
        assert "<script>alert" not in desk.ana.page.text
        assert "<img src=x" not in desk.ana.page.text


# ------------------------------------------------------------------------------------------------------------ who may


@pytest.fixture
def eva() -> Iterator[Desk]:
    """Somebody who may look at keys and give what she has, and nothing else."""
    scene = Scene()
    scene.do(AddUser(ACME, EVA, "Eva"))
    scene.do(CreateRole(ACME, "looking", frozenset({VIEW_API_KEYS})))
    scene.do(GrantToUser(ACME, RoleId(3), EVA))
    with console(scene.world, str(EVA)) as (_, origin):
        reader = Reader(origin)
        reader.sign_in(str(EVA))
        yield Desk(scene, reader)


def test_whoever_may_only_look_is_told_who_may_do_more(eva: Desk) -> None:
    eva.scene.ask("lacking")
    told = eva.read("lacking")
    assert "This is up to ana@acme.example, the sponsor, and to whoever has" in told
    assert "What would mend it: Link the key" in told
    for way in ("/link", "/unlink", "/renew", "/block", "/delete", "/remedy"):
        assert f'{way}"' not in eva.ana.page.text
    eva.read("inactive")
    assert "This is up to ana@acme.example" in eva.ana.text


@pytest.mark.parametrize("act", ["activate", "deactivate", "block", "renew", "finish", "delete", "link", "unlink"])
def test_whoever_may_only_look_changes_nothing(eva: Desk, act: str) -> None:
    """The page says why not and who may, and the form is refused whatever it says."""
    renewing_with_the_old_in_use(eva.scene)
    before = eva.scene.world.house.node.keyring(ACME).keys
    page = f"{eva.scene.page_of('good')}/{act}"
    eva.ana.get(f"{page}?role=1")
    got = eva.ana.post(
        page, {"role": "1", "called": "good", "anyway": "on", "confirm_password": PASSWORD}, follow=False
    )
    assert got.status_code in {403, 409}
    assert eva.scene.world.house.node.keyring(ACME).keys == before


def test_whoever_may_not_look_sees_nothing_of_a_key() -> None:
    scene = Scene()
    scene.do(AddUser(ACME, EVA, "Eva"))
    with console(scene.world, str(EVA)) as (_, origin):
        reader = Reader(origin)
        reader.sign_in(str(EVA))
        for part in ("", "/now", "/activity", "/link", "/renew", "/block"):
            got = reader.get(scene.page_of("good") + part)
            assert got.status_code == 403
            assert "good" not in reader.text


def test_a_token_that_was_seen_in_clear_is_told_with_what_mends_it(desk: Desk) -> None:
    """To whoever keeps the key; and on the list of what needs attention."""
    desk.scene.issue("shown", 1)
    app_key = desk.scene.world.pairs["shown"].app_key
    assert "seen in clear" not in desk.read("shown")
    seen = Exposure(ACME, AppKey(app_key), 1, InClear.PLAIN, Moment(NOW - 50), Moment(NOW - 9), 3)
    desk.scene.world.house.store.add_exposures([seen])
    page = desk.read("shown")
    assert "Token 1 was seen in clear over plain HTTP: 3 times" in page
    assert "Others may know it: renew the token" in page
    desk.scene.world.house.store.add_exposures([replace(seen, token=2)])
    assert "Token 2" not in desk.read("shown")
