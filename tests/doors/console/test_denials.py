"""The page of a denial: what broke, what mends it, who may, and that it is one account's own affair."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.doors.console.browserless import Reader, console
from tests.doors.console.refusing import (
    ANA,
    PLAIN,
    VIEWER,
    app_key,
    broken,
    buttons,
    press,
    refuse,
    roles_of,
    steady,
    with_people,
)
from tests.doors.world import ACME, CANCEL, LIST, ORDERS, World, done, furnish

from chaveiro.core.change import Change
from chaveiro.core.command import (
    SAVE_ROLE,
    Command,
    CreateRole,
    DeactivateKey,
    EditRole,
    FinishRenewal,
    GrantToKey,
    Refusal,
)
from chaveiro.core.denial import DenialId
from chaveiro.core.keyring import Actor
from chaveiro.core.names import Moment, RoleId
from chaveiro.node import Issued

UNKNOWN = "01KJTEK43RZ8Q0X2V6M4W9N7BD"


@pytest.fixture
def world() -> Iterator[tuple[World, Reader]]:
    with console(with_people(furnish()), "ana@acme.example", VIEWER, PLAIN) as (world, origin):
        reader = Reader(origin)
        reader.sign_in()
        yield world, reader


def test_a_denial_is_shown_with_its_broken_link_its_cause_and_its_evidence(world: tuple[World, Reader]) -> None:
    """Request and key hold, the role breaks, the resource was not reached."""
    house, ana = world
    ana.get(f"/console/denials/{refuse(house, 'roleless')}")
    assert broken(ana.page.text) == {"Request": "ok", "Key": "ok", "Role": "broken", "Resource": "unknown"}
    for said in ("The key is not linked to any role", "confirmed", "no_role_linked", "same cause", "Pedidos"):
        assert said in ana.text


def test_its_button_mends_it_and_the_page_says_so(world: tuple[World, Reader]) -> None:
    """The same request is decided again, and the change that allows it is named."""
    house, ana = world
    id_ = refuse(house, "roleless")
    ana.get(f"/console/denials/{id_}")
    assert press(ana) == 200
    assert roles_of(house, "roleless") == (1,)
    assert "Done. This is what would become of the same request now." in ana.text
    assert "This would be allowed now" in ana.text
    assert "Mended by:" in ana.text
    assert "linked to the role Pedidos, só leitura (ana@acme.example)" in ana.text
    assert buttons(ana) == []


def test_after_one_obstacle_the_next_one_is_told(world: tuple[World, Reader]) -> None:
    """An inactive key without roles: once it is active, the missing role stands in the way."""
    house, ana = world
    done(house.house, DeactivateKey(ACME, app_key(house, "roleless")), ANA)
    ana.get(f"/console/denials/{refuse(house, 'roleless')}")
    assert "What stands in the way next" in ana.text
    press(ana)
    assert "the next obstacle stands in the way now: The key is not linked to any role" in ana.text
    assert "No longer in the way" in ana.text
    press(ana)
    assert "This would be allowed now" in ana.text


def test_a_damaged_pair_is_the_callers_to_mend_and_the_rest_is_ours(world: tuple[World, Reader]) -> None:
    """What would become of the request with its token put right is told before and after the role is linked."""
    house, ana = world
    token = house.pairs["roleless"].app_token
    ana.get(f"/console/denials/{refuse(house, 'roleless', token=f'{token[:12]} {token[12:]}')}")
    assert "the same request would still be refused: The key is not linked to any role" in ana.text
    press(ana)
    assert "With the pair put right, the same request would be allowed now" in ana.text
    assert "No longer in the way" in ana.text


def test_a_button_of_a_picture_that_is_gone_does_nothing(world: tuple[World, Reader]) -> None:
    """Somebody edited a role meanwhile: how things are now is shown, and nothing was done."""
    house, ana = world
    ana.get(f"/console/denials/{refuse(house, 'roleless')}")
    done(house.house, EditRole(ACME, RoleId(1), add=frozenset({CANCEL})), ANA)
    assert press(ana) == 409
    assert "Nothing was done: the account has changed" in ana.text
    assert "It gives 1 resource that was not asked for" in ana.text
    assert roles_of(house, "roleless") == ()
    assert press(ana) == 200
    assert roles_of(house, "roleless") == (1,)


@pytest.mark.parametrize("fields", [{"mark": "0" * 16}, {"mark": "", "remedy": "9"}, {"mark": "", "remedy": "x"}])
def test_only_a_remedy_of_this_denial_can_be_pressed(world: tuple[World, Reader], fields: dict[str, str]) -> None:
    """What its page does not offer is not done."""
    house, ana = world
    ana.get(f"/console/denials/{refuse(house, 'roleless')}")
    assert press(ana, 0, says="remedy", **fields) == 409
    assert roles_of(house, "roleless") == ()


def test_a_number_and_a_revision_are_enough(world: tuple[World, Reader]) -> None:
    """Other pages offer the first remedy by its number."""
    house, ana = world
    id_ = refuse(house, "roleless")
    ana.get(f"/console/denials/{id_}")
    revision = str(house.house.node.keyring(ACME).revision)
    assert ana.post(f"/console/denials/{id_}/remedy", {"remedy": "0", "revision": revision}).status_code == 200
    assert roles_of(house, "roleless") == (1,)


def test_a_role_that_got_another_number_meanwhile_is_the_one_that_is_linked(
    world: tuple[World, Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between making a role and linking it somebody else may make one: theirs is not linked."""
    house, ana = world
    ana.get(f"/console/denials/{refuse(house, 'roleless')}")
    node = house.house.node
    carry_out, others = node.carry_out, [CreateRole(ACME, "Tudo", frozenset({LIST, CANCEL}))]

    def hindered(command: Command, *, by: Actor) -> Change | Refusal:
        if others and isinstance(command, CreateRole):
            done(house.house, others.pop(), ANA)
        return carry_out(command, by=by)

    monkeypatch.setattr(node, "carry_out", hindered)
    assert press(ana, 1) == 200
    keyring = node.keyring(ACME)
    assert [keyring.roles[role].name for role in roles_of(house, "roleless")] == ["OMS/ListOrders"]


def test_a_renewal_is_left_to_its_own_page(world: tuple[World, Reader]) -> None:
    """Its token has to be shown: no button makes one here, whatever is sent."""
    house, ana = world
    key = app_key(house, "good")
    renewed = house.house.node.renew(ACME, key, by=ANA)
    assert isinstance(renewed, Issued)
    done(house.house, FinishRenewal(ACME, key), ANA)
    id_ = refuse(house, "good")
    ana.get(f"/console/denials/{id_}")
    assert f'href="/console/keys/{key}/renew"' in ana.page.text
    assert buttons(ana) == []
    keyring = house.house.node.keyring(ACME)
    sent = {"remedy": "0", "revision": str(keyring.revision)}
    got = ana.post(f"/console/denials/{id_}/remedy", sent, follow=False)
    assert (got.status_code, got.headers["location"]) == (303, f"/console/keys/{key}/renew")
    assert house.house.node.keyring(ACME) == keyring


def test_who_may_not_reads_who_may_and_can_do_nothing(world: tuple[World, Reader]) -> None:
    """Somebody who may view keys alone sees no button, and a form made by hand is refused."""
    house, ana = world
    id_ = refuse(house, "roleless")
    ana.get(f"/console/denials/{id_}")
    action, fields = buttons(ana)[0]
    vera = Reader(ana.origin)
    vera.sign_in(VIEWER)
    vera.get(f"/console/denials/{id_}")
    assert buttons(vera) == []
    assert "Ask ana@acme.example, the sponsor user" in vera.text
    del fields["form_token"]
    assert vera.post(action, fields).status_code == 403
    assert "None of your roles lets you do that" in vera.text
    assert roles_of(house, "roleless") == ()


def test_a_remedy_of_which_a_part_is_refused_is_not_begun(world: tuple[World, Reader]) -> None:
    """Somebody who may make roles and not link them makes none."""
    house, ana = world
    done(house.house, EditRole(ACME, max(house.house.node.keyring(ACME).roles), add=frozenset({SAVE_ROLE, LIST})), ANA)
    id_ = refuse(house, "roleless")
    ana.get(f"/console/denials/{id_}")
    action, fields = buttons(ana)[1]
    vera = Reader(ana.origin)
    vera.sign_in(VIEWER)
    vera.get(f"/console/denials/{id_}")
    before = house.house.node.keyring(ACME)
    del fields["form_token"]
    assert vera.post(action, fields).status_code == 403
    assert house.house.node.keyring(ACME) == before


def test_a_denial_of_another_account_is_as_unknown_as_one_that_never_was(world: tuple[World, Reader]) -> None:
    """Byte for byte, to look at and to mend."""
    house, ana = world
    foreign = refuse(house, "globex roleless")
    revision = str(house.house.node.keyring(ACME).revision)
    answers = []
    for id_ in (foreign, UNKNOWN):
        got = ana.get(f"/console/denials/{id_}")
        sent = ana.post(f"/console/denials/{id_}/remedy", {"remedy": "0", "revision": revision})
        answers.append([(one.status_code, steady(one.text).replace(id_, "")) for one in (got, sent)])
    assert answers[0] == answers[1]
    assert {status for status, _ in answers[0]} == {404}
    assert "globex" not in repr(answers)


def test_whoever_may_not_view_keys_learns_nothing(world: tuple[World, Reader]) -> None:
    """Of a denial of their own account either, nor by any of the other ways here."""
    house, ana = world
    id_ = refuse(house, "roleless")
    paulo = Reader(ana.origin)
    paulo.sign_in(PLAIN)
    pages = set()
    for one in (id_, UNKNOWN):
        got = paulo.get(f"/console/denials/{one}")
        pages.add((got.status_code, steady(got.text).replace(one, "")))
    assert len(pages) == 1
    for path in ("/console/denials", "/console/diagnose", "/console/failures", "/console/failures/count"):
        assert paulo.get(path).status_code == 403
        assert path not in paulo.page.text.partition("<main")[0]  # nor does the navigation offer it
    for path in (f"/console/denials/{id_}/remedy", "/console/diagnose/remedy", "/console/failures/mute"):
        paulo.get("/console/sessions")
        assert paulo.post(path, {"remedy": "0", "episode": id_}).status_code == 403
    assert roles_of(house, "roleless") == ()


@pytest.mark.parametrize(
    "written",
    ["{id}", " {lower}\n", "urn:chaveiro:denial:{id}", "http://x/console/denials/{id}", "chaveiro explain {id}",
     '{{"cause": "no_role_linked", "instance": "urn:chaveiro:denial:{id}"}}'],
)  # fmt: skip
def test_a_denial_is_found_by_its_id_in_any_form_it_is_met(world: tuple[World, Reader], written: str) -> None:
    """Bare, as an answer has it, as an address, as a command line."""
    house, ana = world
    id_ = refuse(house, "roleless")
    ana.get("/console/denials")
    ana.post("/console/denials", {"denial": written.format(id=id_, lower=id_.lower())})
    assert ana.page.url.path == f"/console/denials/{id_}"
    assert ana.page.status_code == 200


def test_what_is_no_id_is_neither_shown_nor_put_into_an_address(world: tuple[World, Reader]) -> None:
    """A token, whole or cut to an id's length."""
    house, ana = world
    token = house.pairs["good"].app_token
    for text in (token, token[4:30], token[-26:]):
        ana.get("/console/denials")
        got = ana.post("/console/denials", {"denial": text}, follow=False)
        assert got.status_code == 422
        assert text not in got.text
        assert "That is not a denial" in ana.text


def test_a_message_is_ready_in_the_language_of_its_reader(world: tuple[World, Reader]) -> None:
    """For whoever may mend it with the commands, for the integrator without the account's affairs."""
    house, ana = world
    id_ = refuse(house, "roleless")
    ana.get(f"/console/denials/{id_}?message=pt")
    to_keeper, to_integrator = ana.page.text.split('<div class="copy message">')[1:]
    assert "`acme` recusou uma requisição." in to_keeper
    assert "chaveiro role grant acme 1" in to_keeper
    assert "chaveiro role grant" not in to_integrator
    assert id_ in to_integrator
    assert "Where it broke" in ana.text


def test_what_changed_since_is_told_beside_what_was(world: tuple[World, Reader]) -> None:
    """Then and now, for the links that differ."""
    house, ana = world
    id_ = refuse(house, "roleless")
    done(house.house, GrantToKey(ACME, RoleId(2), app_key(house, "roleless")), ANA)
    ana.get(f"/console/denials/{id_}")
    assert "Role none 2 Cancelar" in ana.text.partition("Then and now")[2]


def test_a_key_that_does_not_exist_any_more_still_has_its_denials(world: tuple[World, Reader]) -> None:
    """Its page has no button and no simulator."""
    house, ana = world
    ana.get(f"/console/denials/{refuse(house, 'deleted')}")
    assert "deleted" in ana.text
    assert buttons(ana) == []
    assert "Open in simulator" not in ana.text


def test_a_user_who_was_refused_is_given_the_role(world: tuple[World, Reader]) -> None:
    """Of a request by user token: its button gives the role to the user, and the page says that it is enough."""
    house, ana = world
    store = house.house.store
    one = store.denial(refuse(house, "lacking"))
    assert one is not None
    finding = replace(one.findings[0], evidence={"user": PLAIN})
    user = replace(
        one, id=DenialId(f"0{one.id[1:-1]}{'Y' if one.id.endswith('Z') else 'Z'}"), app_key=None, findings=(finding,)
    )
    store.keep_denials([user], forget_before=Moment(0))
    ana.get(f"/console/denials/{user.id}")
    assert f"Give the role Pedidos, só leitura to {PLAIN}" in ana.text
    assert press(ana) == 200
    assert "The same request would be allowed now" in ana.text
    assert [grant.role for grant in house.house.node.keyring(ACME).users[PLAIN].grants] == [1]


def test_open_in_simulator_asks_the_same_again(world: tuple[World, Reader]) -> None:
    """By key, method and path, without any secret."""
    house, ana = world
    ana.get(f"/console/denials/{refuse(house, 'lacking')}")
    assert f"/console/diagnose?key={app_key(house, 'lacking')}&amp;method=GET&amp;path=" in ana.page.text
    ana.get(f"/console/diagnose?key={app_key(house, 'lacking')}&method=GET&path={ORDERS}")
    assert broken(ana.page.text)["Resource"] == "broken"
