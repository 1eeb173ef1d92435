"""The message to whoever may mend a denial: complete for a keeper, fitting for an integrator, without a secret."""

import re
from typing import Any

import pytest
from msgspec import structs
from tests.core.worlds import ACME, BIA, ERP, LIST, NOW, OPERATOR, PEPPER, TOKEN, Story, user, working
from tests.house import House, request, told

from chaveiro.core.attempt import NOTHING, Need, Request, UserToken, presented
from chaveiro.core.command import (
    AddUser,
    BlockKey,
    Command,
    CreateRole,
    DeactivateKey,
    EditRole,
    FinishRenewal,
    GrantToKey,
    RenewKey,
    ResumeAccount,
    SuspendAccount,
    WithdrawFromKey,
)
from chaveiro.core.credential import digest
from chaveiro.core.names import Moment, Resource, RoleId
from chaveiro.doors.keeping.ready import Recipient, ready_message
from chaveiro.doors.keeping.told import Told
from chaveiro.doors.keeping.told import told as in_words
from chaveiro.words.language import Language

URL = "https://keys.acme.example"
NEW = "cvt_1qts2000g40r40m30e209185gr38e1w8124gk2gahc5rr34d1p70x3rfjdrdv74sjnefr2"
CANCEL = Resource("OMS", "CancelAction")


def unlinked() -> Story:
    story = working()
    story.do(WithdrawFromKey(ACME, RoleId(1), ERP))
    return story


def lacking() -> Story:
    story = unlinked()
    story.do(CreateRole(ACME, "Preços", frozenset({Resource("Pricing", "read_prices")})))
    story.do(GrantToKey(ACME, RoleId(2), ERP))
    return story


def doing(*commands: Command, by: Any = None) -> Story:
    story = working()
    for command in commands:
        story.do(command, **({"by": by} if by else {}))
    return story


def rotated() -> Story:
    return doing(RenewKey(ACME, ERP, digest(PEPPER, NEW)), FinishRenewal(ACME, ERP))


def said(house: House, asked: Any, language: Language = Language.EN, to: Recipient = Recipient.KEEPER) -> str:
    explained = house.refused(asked)
    return ready_message(
        in_words(explained, house.node.keyring(ACME), language), to=to, language=language, public_url=URL
    )


def kinds(told_: Told) -> set[type[Command]]:
    return {type(command) for one in told_.mendings for command in one.remedy.commands}


REMEDIES: list[Any] = [
    pytest.param(unlinked(), request(), GrantToKey, id="link"),
    pytest.param(lacking(), request(), EditRole, id="edit"),
    pytest.param(lacking(), request(need=Need((CANCEL,))), CreateRole, id="create"),
    pytest.param(doing(DeactivateKey(ACME, ERP)), request(), None, id="activate"),
    pytest.param(doing(BlockKey(ACME, ERP)), request(), FinishRenewal, id="renew and activate"),
    pytest.param(doing(SuspendAccount(ACME), by=OPERATOR), request(), ResumeAccount, id="resume"),
    pytest.param(rotated(), request(), RenewKey, id="renew"),
]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("story", "asked", "kind"), REMEDIES)
def test_a_keeper_reads_what_was_asked_why_since_when_and_every_command(
    story: Story, asked: Any, kind: Any, language: Language
) -> None:
    """Each remedy as what it does and as its line, and where to see all of it."""
    house = told(story)
    explained = house.refused(structs.replace(asked, method="GET", target="/orders?x=1", address="203.0.113.7"))
    all_of_it = in_words(explained, house.node.keyring(ACME), language)
    message = ready_message(all_of_it, to=Recipient.KEEPER, language=language, public_url=f"{URL}/")
    assert all_of_it.mendings
    assert kind is None or kind in kinds(all_of_it)
    for part in ("GET /orders (203.0.113.7)", ERP, all_of_it.findings[0].title, all_of_it.findings[0].detail, "2023"):
        assert part in message
    for mending in all_of_it.mendings:
        for step in mending.steps:
            assert step.what in message
            assert f"\n   {step.line}" in message
    assert message.endswith(f" {URL}/console/denials/{explained.denial.id}")
    assert TOKEN not in message
    assert "{" not in message


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("story", "asked", "kind"), REMEDIES)
def test_an_integrator_reads_what_a_keeper_would_do_and_no_command(
    story: Story, asked: Any, kind: Any, language: Language
) -> None:
    """They cannot run it, and the console is not theirs: they get the cause's page and the id to name."""
    house = told(story)
    explained = house.refused(structs.replace(asked, method="GET", target="/orders?x=1"))
    all_of_it = in_words(explained, house.node.keyring(ACME), language)
    message = ready_message(all_of_it, to=Recipient.INTEGRATOR, language=language, public_url=URL)
    assert "GET /orders" in message
    assert all_of_it.mendings[0].steps[0].what in message
    assert not any(step.line in message for one in all_of_it.mendings for step in one.steps)
    assert "/console/" not in message
    assert f"{URL}/causes/" in message
    assert explained.denial.id in message
    assert "ana@acme.example" not in message
    assert TOKEN not in message
    assert "{" not in message


def test_the_integrator_mends_what_is_wrong_with_the_request() -> None:
    """The remedy of the cause, as the holder of the pair may read it, with its own page."""
    message = said(told(working()), request(f"{TOKEN[:30]} {TOKEN[30:]}"), to=Recipient.INTEGRATOR)
    assert "Why it was refused: The appToken has a blank inside." in message
    assert "What to do: " in message
    assert f"{URL}/causes/token_space_inside" in message
    assert TOKEN[:20] not in message


def test_a_replaced_token_is_told_to_the_integrator_without_who_did_it() -> None:
    """That it was replaced is what they need; when and by whom stays with the keepers."""
    house = told(rotated())
    keeper = said(house, request())
    assert "ana@acme.example" in keeper
    assert "chaveiro key renew acme" in keeper
    message = said(house, request(), to=Recipient.INTEGRATOR)
    assert "The appToken was replaced in a renewal" in message
    assert "Put the current appToken everywhere the integration runs" in message
    assert "ana@acme.example" not in message


class Bia:
    """Whoever reads user tokens, and takes every one for Bia's."""

    def read(self, _text: str) -> UserToken:
        return UserToken(BIA, ACME, 0, Moment(NOW + 500), Moment(NOW + 5000))


@pytest.mark.parametrize("to", Recipient)
def test_a_person_refused_by_a_user_token_is_given_a_role(to: Recipient) -> None:
    """As a key would be; the command is the keeper's alone."""
    house = told(doing(AddUser(ACME, BIA, "Bia")), user_tokens=Bia())
    by_token = Request(NOTHING, NOTHING, need=Need((LIST,)), user_token=presented("eyJ.eyJ.seen-by-nobody"))
    message = said(house, by_token, to=to)
    assert f"Give the role Pedidos to {BIA}" in message
    assert (f"chaveiro role grant acme 1 --user {BIA}" in message) is (to is Recipient.KEEPER)
    assert "seen-by-nobody" not in message


def test_what_comes_next_is_told_to_the_keeper_with_its_own_remedies() -> None:
    """So that nobody mends it one denial at a time."""
    message = said(told(unlinked()), request(f"{TOKEN[:30]} {TOKEN[30:]}"))
    first, _, after = message.partition("Once that is mended, this would stand in the way next:")
    assert "chaveiro role grant" not in first
    assert f"chaveiro role grant acme 1 --key {ERP}" in after


def test_how_often_it_was_refused_is_counted_from_the_first_time() -> None:
    """A trouble is older than its newest denial."""
    house = told(unlinked())
    for _ in range(2):
        house.node.check(ACME, request())
    assert re.search(r"Since: 14 November 2023 at .* UTC\. Refused so far: 3 times\.", said(house, request()))


def test_what_is_mended_already_asks_for_nothing() -> None:
    """Whoever reads it late is told that it works now."""
    house = told(unlinked())
    answer = house.node.check(ACME, request())
    assert answer.told is not None
    house.denials.drain()
    assert not isinstance(house.node.carry_out(GrantToKey(ACME, RoleId(1), ERP), by=user("ana@acme.example")), str)
    explained = house.denials.explained(answer.told.id)
    assert explained is not None
    for to in Recipient:
        own = in_words(explained, house.node.keyring(ACME), Language.EN)
        message = ready_message(own, to=to, language=Language.EN)
        assert "This would be allowed now" in message
        assert "What to do" not in message
        assert "chaveiro role" not in message


def test_it_is_written_in_the_language_of_whoever_gets_it() -> None:
    """Which may be another one than that of whoever sends it."""
    house = told(unlinked())
    explained = house.refused(request())
    portuguese = in_words(explained, house.node.keyring(ACME), Language.PT)
    assert ready_message(portuguese, to=Recipient.KEEPER, language=Language.ES) == ready_message(
        in_words(explained, house.node.keyring(ACME), Language.ES), to=Recipient.KEEPER, language=Language.ES
    )


def test_without_an_address_of_the_installation_the_command_line_shows_it() -> None:
    """A link that leads nowhere is not sent."""
    house = told(unlinked())
    explained = house.refused(request())
    own = in_words(explained, house.node.keyring(ACME), Language.EN)
    assert ready_message(own, to=Recipient.KEEPER, language=Language.EN).endswith(
        f"chaveiro explain {explained.denial.id}"
    )
    assert "://" not in ready_message(own, to=Recipient.INTEGRATOR, language=Language.EN)
