"""A user token proves who, and the account as it is now says what."""

import random
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs
from tests.core.worlds import ACME, ANA, BIA, CANCEL, ERP, LIST, NOW, OPERATOR, SPONSOR, Story, attempt, working
from tests.promises.plugin import Proof

from chaveiro.core import decision
from chaveiro.core.attempt import (
    NOTHING,
    Ambiguous,
    AnyRole,
    Attempt,
    Need,
    NoMethod,
    NoRoute,
    Presented,
    Transport,
    UserToken,
    Wanted,
    presented,
)
from chaveiro.core.cause import Cause
from chaveiro.core.command import (
    ActivateKey,
    AddUser,
    BlockKey,
    Command,
    CreateRole,
    DeactivateKey,
    DeleteKey,
    DeleteRole,
    FinishRenewal,
    GrantToKey,
    GrantToUser,
    Refusal,
    RemoveUser,
    RenewKey,
    ResumeAccount,
    SuspendAccount,
    WithdrawFromKey,
    WithdrawFromUser,
)
from chaveiro.core.decision import Allowed, Denied, decide
from chaveiro.core.names import AccountName, Moment, RoleId

ONE, TWO = RoleId(1), RoleId(2)


def shown(subject: str = ERP, number: int = 1, **more: Any) -> Attempt:
    """A user token alone, for what the key's role gives, unless told otherwise."""
    claims = UserToken(subject, ACME, number, Moment(NOW + 500), Moment(NOW + 9999))
    return attempt(token=NOTHING, app_key=NOTHING, **{"user_token": presented("ey.ey.sig"), "claims": claims, **more})


def cause_of(story: Story, tried: Attempt) -> Cause:
    denied = decide(story.keyring, tried)
    assert isinstance(denied, Denied), denied
    return denied.cause


def test_a_key_s_token_is_let_in_as_its_pair_would_be() -> None:
    """By the key's roles, in the key's name."""
    story = working()
    assert (
        decide(story.keyring, shown())
        == decide(story.keyring, attempt())
        == Allowed(ERP, (ONE,), story.keyring.revision)
    )
    assert cause_of(story, shown(wanted=Need((CANCEL,)))) is Cause.PERMISSION_MISSING_RESOURCE


def test_a_user_s_token_is_let_in_by_the_roles_of_the_user() -> None:
    """A user without a role may nothing; the sponsor may all that the catalogue knows."""
    story = working()
    story.do(AddUser(ACME, BIA, "Bia"))
    asked = shown(BIA, 0)
    assert decide(story.keyring, asked) == Denied(Cause.NO_ROLE_LINKED, story.keyring.revision, None, BIA)
    story.do(GrantToUser(ACME, ONE, BIA))
    assert decide(story.keyring, asked) == Allowed(None, (ONE,), story.keyring.revision, BIA)
    assert cause_of(story, shown(BIA, 0, wanted=Need((CANCEL,)))) is Cause.PERMISSION_MISSING_RESOURCE
    sponsor = decide(story.keyring, shown(ANA, 0, wanted=Need((CANCEL,))))
    assert sponsor == Allowed(None, (), story.keyring.revision, ANA)
    assert isinstance(sponsor, Allowed)
    assert sponsor.subject == ANA


@pytest.mark.parametrize(
    ("wanted", "cause"),
    [
        (Ambiguous("//"), Cause.PATH_AMBIGUOUS),
        (NoRoute("GET", "/x"), Cause.ROUTE_NOT_MAPPED),
        (NoMethod("PUT", "/x", ("GET",)), Cause.METHOD_NOT_MAPPED),
    ],
)
def test_what_the_catalogue_does_not_know_is_refused_to_the_sponsor_too(wanted: Wanted, cause: Cause) -> None:
    """Full access is to what there is."""
    assert cause_of(working(), shown(ANA, 0, wanted=wanted)) is cause
    assert isinstance(decide(working().keyring, shown(ANA, 0, wanted=AnyRole())), Allowed)


def test_the_sponsor_is_refused_with_the_account_and_by_plain_http() -> None:
    """Nobody is above the account's own state and rules."""
    story = working()
    story.do(SuspendAccount(ACME), by=OPERATOR)
    assert cause_of(story, shown(ANA, 0)) is Cause.ACCOUNT_SUSPENDED
    https = replace(working().keyring, https_only=True)
    denied = decide(https, shown(ANA, 0, transport=Transport.PLAIN))
    assert isinstance(denied, Denied)
    assert denied.cause is Cause.INSECURE_TRANSPORT


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"claims": None}, Cause.USER_TOKEN_INVALID),
        ({"user_token": Presented("ey.ey.sig", 2)}, Cause.USER_TOKEN_INVALID),
        ({"at": Moment(NOW + 9999)}, Cause.USER_TOKEN_EXPIRED),
        ({"number": 2}, Cause.USER_TOKEN_ENDED),
        ({"number": 0}, Cause.USER_TOKEN_ENDED),
        ({"subject": "cvk_00000000000000003h0qnt"}, Cause.USER_TOKEN_ENDED),
        ({"subject": "rui@acme.example", "number": 0}, Cause.USER_TOKEN_ENDED),
        ({"subject": ""}, Cause.USER_TOKEN_ENDED),
    ],
)
def test_anything_less_is_denied(change: dict[str, Any], cause: Cause, proof: Proof) -> None:
    """Unsigned, twice, past its end, for another token of the key, for nobody here."""
    story = working()
    denied = decide(story.keyring, shown(**change))
    assert isinstance(denied, Denied)
    assert (denied.cause, denied.revision) == (cause, story.keyring.revision)
    assert denied.proven is (cause is Cause.USER_TOKEN_ENDED)
    proof("G1", dose=1, figure="cases of a user token one step from an allow, each denied with its own cause")


def test_a_pair_or_a_part_of_one_goes_before_a_user_token() -> None:
    """What two credentials would say together, nobody has to guess."""
    story = working()
    token: dict[str, Any] = {"user_token": presented("ey.ey.sig"), "claims": shown().claims}
    assert cause_of(story, attempt(token="wrong", **token)) is Cause.CREDENTIALS_INVALID
    assert cause_of(story, attempt(token=NOTHING, **token)) is Cause.TOKEN_MISSING
    assert cause_of(story, attempt(app_key=NOTHING, **token)) is Cause.KEY_MISSING
    assert isinstance(decide(story.keyring, attempt(**{**token, "claims": None})), Allowed)


def test_it_ends_with_the_token_it_was_given_for() -> None:
    """While both work it does too; finished, the one for the first token ends, and the one for the second goes on."""
    story = working()
    story.do(RenewKey(ACME, ERP, b"2" * 32))
    assert isinstance(decide(story.keyring, shown(number=1)), Allowed)
    assert isinstance(decide(story.keyring, shown(number=2)), Allowed)
    story.do(FinishRenewal(ACME, ERP))
    assert cause_of(story, shown(number=1)) is Cause.USER_TOKEN_ENDED
    assert isinstance(decide(story.keyring, shown(number=2)), Allowed)


def test_whoever_is_added_anew_begins_anew() -> None:
    """The token of a removed user does not come back with the next one of that address."""
    story = working()
    story.do(AddUser(ACME, BIA, "Bia"))
    story.do(GrantToUser(ACME, ONE, BIA))
    old = shown(BIA, 0)
    assert isinstance(decide(story.keyring, old), Allowed)
    story.do(RemoveUser(ACME, BIA))
    assert cause_of(story, old) is Cause.USER_TOKEN_ENDED
    story.at = Moment(NOW + 700)
    story.do(AddUser(ACME, BIA, "Bia"))
    story.do(GrantToUser(ACME, ONE, BIA))
    assert cause_of(story, old) is Cause.USER_TOKEN_ENDED


COMMANDS: tuple[Command, ...] = (
    ActivateKey(ACME, ERP),
    DeactivateKey(ACME, ERP),
    BlockKey(ACME, ERP),
    GrantToKey(ACME, ONE, ERP),
    GrantToKey(ACME, ONE, ERP, Moment(NOW + 50)),
    GrantToKey(ACME, TWO, ERP),
    WithdrawFromKey(ACME, ONE, ERP),
    WithdrawFromKey(ACME, TWO, ERP),
    CreateRole(ACME, "Second", frozenset({CANCEL})),
    DeleteRole(ACME, ONE),
    DeleteRole(ACME, TWO),
    SuspendAccount(ACME),
    ResumeAccount(ACME),
    WithdrawFromUser(ACME, ONE, ANA),
)


def test_whatever_happens_to_a_key_its_user_token_and_its_pair_are_judged_alike() -> None:
    """A thousand histories: the same decision, roles and revision, to the letter."""
    dice = random.Random(7)
    causes = set()
    for _ in range(1000):
        story = working()
        for command in dice.choices(COMMANDS, k=dice.randint(0, 6)):
            by = OPERATOR if isinstance(command, SuspendAccount | ResumeAccount) else SPONSOR
            if not isinstance(story.ask(command, by), Refusal):
                story.do(command, by)
        need = Need((dice.choice((LIST, CANCEL)),))
        found = decide(story.keyring, attempt(wanted=need))
        assert decide(story.keyring, shown(wanted=need)) == found
        causes.add(found.cause if isinstance(found, Denied) else None)
    assert causes >= {None, Cause.KEY_BLOCKED, Cause.KEY_INACTIVE, Cause.ACCOUNT_SUSPENDED, Cause.NO_ROLE_LINKED}


def test_a_user_who_is_added_anew_within_the_second_begins_anew_too() -> None:
    """The token knows the fraction at which it was given."""
    story = working()
    story.at = Moment(NOW + 500.2)
    story.do(AddUser(ACME, BIA, "Bia"))
    story.do(GrantToUser(ACME, ONE, BIA))
    assert cause_of(story, shown(BIA, 0)) is Cause.USER_TOKEN_ENDED, "given at 500.0, before"
    late = structs.replace(shown(BIA, 0), claims=UserToken(BIA, ACME, 0, Moment(NOW + 500.3), Moment(NOW + 9999)))
    assert isinstance(decide(story.keyring, late), Allowed)


def test_a_deleted_key_s_token_is_of_nobody() -> None:
    """Its tombstone explains it; nothing lets it in."""
    story = working()
    story.do(DeleteKey(ACME, ERP))
    assert cause_of(story, shown()) is Cause.USER_TOKEN_ENDED


@pytest.mark.parametrize("broken", range(len(decision.AFTER_PROOF)))
def test_an_exception_in_a_check_is_never_an_allow(monkeypatch: pytest.MonkeyPatch, broken: int) -> None:
    """Whatever goes wrong inside a decision leaves it without one, for the sponsor too."""

    def raising(*_: object) -> None:
        raise RuntimeError

    proof, own = list(decision.AFTER_PROOF), list(decision.FOR_SPONSOR)
    proof[broken] = raising
    own[broken % len(own)] = raising
    monkeypatch.setattr(decision, "AFTER_PROOF", tuple(proof))
    monkeypatch.setattr(decision, "FOR_SPONSOR", tuple(own))
    for subject, number in ((ERP, 1), (ANA, 0)):
        with pytest.raises(RuntimeError):
            decide(working().keyring, shown(subject, number))


def test_a_token_of_another_account_stands_for_whoever_it_was_given_to() -> None:
    """Keys and addresses are the same everywhere; what they may do here, this account says."""
    claims = UserToken(ERP, AccountName("globex"), 1, Moment(NOW), Moment(NOW + 9999))
    assert isinstance(decide(working().keyring, shown(claims=claims)), Allowed)
