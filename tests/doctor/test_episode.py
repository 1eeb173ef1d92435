"""Since when, after which change: traced from denials, folded changes and use, by the same `decide()`."""

from dataclasses import replace
from typing import Any

import pytest
from tests.core.worlds import ACME, CANCEL, ERP, LIST, NOW, OPERATOR, PEPPER, Story, working

from chaveiro.catalogue import read_toml
from chaveiro.core.attempt import Need
from chaveiro.core.cause import Cause, Finding
from chaveiro.core.change import Change
from chaveiro.core.command import (
    ActivateKey,
    CreateRole,
    DeactivateKey,
    DeleteRole,
    EditRole,
    FinishRenewal,
    GrantToKey,
    ImportCatalogue,
    RenewKey,
    ResumeAccount,
    SuspendAccount,
    WithdrawFromKey,
)
from chaveiro.core.credential import digest
from chaveiro.core.denial import Denial, DenialId, Fingerprint, Usage, Use
from chaveiro.core.episode import Episode, begun, joined, place_of
from chaveiro.core.event import CatalogueImported
from chaveiro.core.keyring import Revision
from chaveiro.core.names import AppKey, Moment, RoleId
from chaveiro.doctor.episode import Deployments, Suspect, Traced, mended, traced
from chaveiro.doctor.history import keyring_at

ROLE = RoleId(1)
ROUTE = "GET /api/oms/pvt/orders"
CATALOGUE = """
name = "orders"
[[route]]
method = "GET"
path = "/api/oms/pvt/orders"
any_of = ["{resource}"]
"""


def committed(story: Story) -> list[tuple[Revision, Change]]:
    return [(Revision("00000000", seq), change) for seq, change in enumerate(story.changes, 1)]


def denial(
    story: Story, number: int = 1, *, token: str = "a", cause: Cause = Cause.PERMISSION_MISSING_RESOURCE
) -> Denial:
    """A denial that follows on what happened so far."""
    return Denial(
        id=DenialId(f"{number:026}"),
        account=ACME,
        at=Moment(story.at + number),
        told=cause,
        findings=(Finding(cause),),
        revision=story.keyring.revision,
        wanted=Need((LIST,)),
        app_key=ERP,
        proven=cause.stage.value >= 5,
        key=Fingerprint("0" * 16, 26),
        token=Fingerprint(token * 16, 74),
        method="GET",
        path="/api/oms/pvt/orders",
        address="",
        route=ROUTE,
    )


def episode(*denials: Denial, worked: Moment | None = None) -> Episode:
    first, *others = denials
    found = begun(first, place_of(first), worked)
    for one in others:
        found = joined(found, one, worked)
    return found


def trace(story: Story, found: Episode, *, used: Moment | None = None) -> Traced:
    uses = [] if used is None else [Use(ACME, ERP, ROUTE, Need((LIST,)), used, 1)]
    usage = [] if used is None else [Usage(ACME, ERP, 1, used, 1)]
    (one,) = traced([found], committed(story), usage=usage, uses=uses)
    return one


BREAKING: dict[str, tuple[Any, Cause]] = {
    "role edited": (EditRole(ACME, ROLE, remove=frozenset({LIST})), Cause.ROLE_EMPTY),
    "role deleted": (DeleteRole(ACME, ROLE), Cause.ROLE_DELETED),
    "role withdrawn": (WithdrawFromKey(ACME, ROLE, ERP), Cause.NO_ROLE_LINKED),
    "key deactivated": (DeactivateKey(ACME, ERP, "spring clean"), Cause.KEY_INACTIVE),
}


@pytest.mark.parametrize("breaking", BREAKING)
def test_the_change_that_turned_the_decision_is_found(breaking: str) -> None:
    """Among others before and after it that touch the same key, role and account."""
    command, cause = BREAKING[breaking]
    story = working()
    story.do(CreateRole(ACME, "Cancelar", frozenset({CANCEL})))
    story.do(GrantToKey(ACME, RoleId(2), ERP))
    story.at = worked = Moment(story.at + 100)
    story.do(EditRole(ACME, RoleId(2), name="Cancelamentos"))
    story.do(command)
    guilty = story.changes[-1]
    story.do(EditRole(ACME, RoleId(2), name="Cancelar"))
    story.do(CreateRole(ACME, "Outro", frozenset({LIST})))
    found = trace(story, episode(denial(story, cause=cause)), used=worked)
    assert found.suspect == Suspect(guilty, verified=True)
    assert found.worked == worked
    assert [change.event for change in found.changes] == [one.event for one in story.changes[-4:-1]]


def test_a_suspended_account_and_its_resumption() -> None:
    """The operator's changes count for every key."""
    story = working()
    story.do(SuspendAccount(ACME, "unpaid"), by=OPERATOR)
    denied = denial(story, cause=Cause.ACCOUNT_SUSPENDED)
    guilty = story.changes[-1]
    story.do(ResumeAccount(ACME), by=OPERATOR)
    assert trace(story, episode(denied)).suspect == Suspect(guilty, verified=True)
    assert mended(denied, committed(story)) == story.changes[-1]


def test_another_catalogue_is_found_when_it_asks_for_another_resource() -> None:
    """What the route needed before is read from the catalogue that was in force then."""
    story = working()
    story.do(ImportCatalogue(ACME, CATALOGUE.format(resource="OMS/ListOrders")))
    worked = story.at
    story.do(ImportCatalogue(ACME, CATALOGUE.format(resource="OMS/CancelAction")))
    guilty = story.changes[-1]
    denied = replace(denial(story), wanted=read_toml(story.keyring.catalogue).match("GET", "/api/oms/pvt/orders"))
    found = trace(story, episode(denied), used=worked)
    assert isinstance(guilty.event, CatalogueImported)
    assert found.suspect == Suspect(guilty, verified=True)


def test_a_retired_token_is_traced_to_its_retirement() -> None:
    """Nobody can try a token that is not there; the change is named, and not called verified."""
    story = working()
    story.do(RenewKey(ACME, ERP, digest(PEPPER, "second")))
    story.do(FinishRenewal(ACME, ERP))
    found = trace(story, episode(denial(story, cause=Cause.TOKEN_ROTATED)))
    assert found.suspect == Suspect(story.changes[-1], verified=False)


def test_what_never_worked_has_no_suspect() -> None:
    """A key that was never linked, a token that was never right."""
    never = Story()
    never.do(CreateRole(ACME, "Pedidos", frozenset({LIST})))
    story = working()
    for found in (
        trace(story, episode(denial(story, cause=Cause.TOKEN_ONE_CHARACTER_WRONG))),
        trace(never, episode(denial(never, cause=Cause.NO_ROLE_LINKED))),
    ):
        assert (found.suspect, found.worked, found.changes) == (None, None, ())


def test_a_change_before_the_last_success_is_no_suspect() -> None:
    """It worked after it; and what came after the first denial did not begin it."""
    story = working()
    story.do(DeactivateKey(ACME, ERP, ""))
    story.do(ActivateKey(ACME, ERP))
    worked = Moment(story.at + 100)
    first = replace(denial(story), at=Moment(worked + 50))
    story.at = Moment(first.at + 1)
    story.do(WithdrawFromKey(ACME, ROLE, ERP))
    found = trace(story, episode(first), used=worked)
    assert (found.suspect, found.changes, found.worked) == (None, (), worked)


def test_a_success_after_the_last_denial_is_told() -> None:
    """It does not stand for the one before the first; that one was kept when the episode began."""
    story = working()
    first = denial(story)
    found = trace(story, episode(first, worked=Moment(NOW + 2)), used=Moment(first.at + 60))
    assert (found.worked, found.works_again) == (NOW + 2, first.at + 60)


def test_two_wrong_tokens_that_take_turns_are_two_deployments() -> None:
    """Ten failures with two alternating fingerprints; one after the other is a new token, not a second program."""
    story = working()
    turns = [denial(story, n, token="ab"[n % 2], cause=Cause.TOKEN_NEVER_ISSUED) for n in range(10)]
    assert trace(story, episode(*turns)).deployments is Deployments.TWO_FAIL
    after = [denial(story, n, token="ab"[n > 5], cause=Cause.TOKEN_NEVER_ISSUED) for n in range(10)]
    assert trace(story, episode(*after)).deployments is None
    once = [denial(story, n, token="abcdefghijkl"[n], cause=Cause.TOKEN_NEVER_ISSUED) for n in range(10)]
    assert trace(story, episode(*once)).deployments is None


def test_a_key_that_works_between_denials_is_two_deployments() -> None:
    """One program has the new token, another still sends the old one."""
    story = working()
    old = [denial(story, n, cause=Cause.TOKEN_ROTATED) for n in (1, 9)]
    assert trace(story, episode(*old, worked=Moment(story.at + 5))).deployments is Deployments.ONE_WORKS
    assert trace(story, episode(*old, worked=Moment(story.at - 5))).deployments is None


def test_strangers_are_traced_to_nothing() -> None:
    """Their episode is no key's."""
    story = working()
    story.do(WithdrawFromKey(ACME, ROLE, ERP))
    alien = replace(denial(story, cause=Cause.KEY_UNKNOWN), app_key=None)
    found = trace(story, episode(alien), used=Moment(NOW + 2))
    assert (found.suspect, found.worked, found.changes, found.deployments) == (None, None, (), None)


def test_the_account_as_it_was_is_folded_from_its_changes() -> None:
    """At every revision there was; not where history began anew."""
    story = working()
    seen = [(story.keyring.revision, story.keyring)]
    for command in (WithdrawFromKey(ACME, ROLE, ERP), DeactivateKey(ACME, ERP, "x"), DeleteRole(ACME, ROLE)):
        story.do(command)
        seen.append((story.keyring.revision, story.keyring))
    for revision, keyring in seen:
        assert keyring_at(committed(story), revision) == keyring
    assert keyring_at(committed(story), Revision("ffffffff", 3)) is None
    assert keyring_at([], Revision("00000000", 3)) is None


def test_what_mended_it_is_the_newest_change_that_lets_it_through() -> None:
    """Not those before the denial, not those that changed nothing for it."""
    story = working()
    story.do(WithdrawFromKey(ACME, ROLE, ERP))
    denied = denial(story, cause=Cause.NO_ROLE_LINKED)
    story.at = Moment(denied.at + 5)
    assert mended(denied, committed(story)) is None
    story.do(GrantToKey(ACME, ROLE, ERP))
    story.do(WithdrawFromKey(ACME, ROLE, ERP))
    story.do(GrantToKey(ACME, ROLE, ERP))
    right = story.changes[-1]
    story.do(CreateRole(ACME, "Outro", frozenset({CANCEL})))
    story.do(GrantToKey(ACME, RoleId(2), ERP))
    assert mended(denied, committed(story)) == right
    assert mended(replace(denied, proven=False), committed(story)) is None
    assert mended(replace(denied, app_key=AppKey("k")), committed(story)) is None
