"""What doors say alike of denials, of requests examined, of what keeps failing and of a round through the account."""

from dataclasses import replace

import pytest
from tests.core.worlds import ACME, ERP, NOW, TOKEN, working
from tests.house import House, request, told

from chaveiro.catalogue import Catalogue
from chaveiro.core.cause import Cause
from chaveiro.core.command import GrantToKey, WithdrawFromKey
from chaveiro.core.names import Moment, RoleId
from chaveiro.doctor.rounds import Records, rounds
from chaveiro.doctor.sight import Severity, Sight
from chaveiro.doors.keeping import episode, seen
from chaveiro.doors.keeping.told import evidence, sure, told_examined
from chaveiro.doors.keeping.told import told as in_words
from chaveiro.words.language import Language


@pytest.fixture
def unlinked() -> House:
    story = working()
    story.do(WithdrawFromKey(ACME, RoleId(1), ERP))
    return told(story)


def test_a_request_examined_is_told_as_the_denial_that_would_be_kept(unlinked: House) -> None:
    """The same findings, links and remedies, word for word."""
    asked = request(f"{TOKEN[:30]} {TOKEN[30:]}")
    keyring = unlinked.node.keyring(ACME)
    before = told_examined(unlinked.examined(asked), keyring, Language.ES)
    kept = in_words(unlinked.refused(asked), keyring, Language.ES)
    assert (before.findings, before.links, before.mendings) == (kept.findings, kept.links, kept.mendings)
    assert before.against(Cause.TOKEN_SPACE_INSIDE) == ()
    first = before.against(Cause.NO_ROLE_LINKED)[0]
    assert [one.line for one in first.steps] == [f"chaveiro role grant acme 1 --key {ERP}"]
    assert first.steps[0].what.startswith("Vincular la clave")


def test_what_is_allowed_is_told_by_its_links_alone() -> None:
    """There is nothing to mend."""
    house = told(working())
    found = told_examined(house.examined(request()), house.node.keyring(ACME), Language.EN)
    assert (found.findings, found.mendings, len(found.links)) == ((), (), 4)


def test_a_cause_says_how_sure_it_is_and_on_what_it_stands(unlinked: House) -> None:
    """In the language of the explanation itself."""
    unlinked.node.check(ACME, request())
    cause = in_words(unlinked.refused(request()), unlinked.node.keyring(ACME), Language.PT).findings[0]
    assert sure(cause).startswith("confirmado")
    assert all("{" not in one for one in evidence(cause))


def test_an_episode_is_told_with_the_change_that_began_it(unlinked: House) -> None:
    """Whose requests, since when, how often, and what was changed, verified by the same decision."""
    for _ in range(2):
        unlinked.node.check(ACME, request())
    (traced,) = unlinked.denials.failures(ACME)
    keyring = unlinked.node.keyring(ACME)
    change, verified = episode.suspect(traced, keyring, Language.EN)
    assert episode.title(traced, Language.EN) == "The key is not linked to any role"
    assert episode.key(traced, keyring, Language.EN) == f"{ERP} ERP"
    assert episode.counted(traced, Language.EN).endswith("denials in all: 2")
    assert (episode.success(traced, Language.EN), episode.note(traced, Language.EN)) == ("never", "")
    assert "Pedidos" in change
    assert change.endswith("(ana@acme.example)")
    assert verified.startswith("Verified")
    assert change not in episode.others(traced, keyring, Language.EN)


@pytest.mark.parametrize("language", Language)
def test_a_round_is_told_with_what_to_do_about_a_key_without_roles(unlinked: House, language: Language) -> None:
    """Where roles are offered, they follow; otherwise it says how to ask which."""
    keyring = unlinked.node.keyring(ACME)
    found = rounds(keyring, Records({}), Catalogue(()), Moment(NOW + 1000))
    (key,) = (one for one in found if one.sight is Sight.UNLINKED)
    assert seen.sentence(key, keyring, language).count(f"{ERP} (ERP)") == 1
    assert [type(command) for command in key.commands] == [GrantToKey]
    assert seen.advice(key, keyring, language).endswith(":")
    asking = seen.advice(replace(key, commands=()), keyring, language)
    assert f"`chaveiro simulate acme --key {ERP}`" in asking
    assert len({seen.heading(one, language) for one in Severity}) == len(Severity)
    others = [one for one in found if one.sight is not Sight.UNLINKED]
    assert others
    assert all(seen.advice(one, keyring, language) == "" for one in others)
    assert all("{" not in seen.sentence(one, keyring, language) for one in found)
