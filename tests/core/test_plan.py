"""A command becomes a change or a refusal, and a change becomes the next keyring."""

from dataclasses import fields, replace
from ipaddress import ip_network
from typing import get_args

import pytest
from msgspec import structs
from tests.core.worlds import ACME, ANA, BIA, CANCEL, ERP, LIST, NOW, OPERATOR, SPONSOR, Story, issue, user, working
from tests.promises.plugin import Proof

from chaveiro.core import event as happened
from chaveiro.core.change import Change, after, after_each
from chaveiro.core.command import (
    EDIT_API_KEYS,
    NEEDS,
    RENEW_API_TOKEN,
    SAVE_ACCOUNT,
    SAVE_ROLE,
    SAVE_USER,
    VIEW_API_KEYS,
    AcceptSponsorship,
    ActivateKey,
    AddPredefinedRoles,
    AddUser,
    AdoptKey,
    Authority,
    BlockKey,
    CancelTransfer,
    ChangePassword,
    Command,
    CreateAccount,
    CreateRole,
    DeactivateKey,
    DeleteKey,
    DeleteRole,
    EditRole,
    EditSettings,
    FinishRenewal,
    GiveSetUpLink,
    GiveUserToken,
    GrantToKey,
    GrantToUser,
    HandOver,
    ImportCatalogue,
    ImportKey,
    InviteSponsor,
    MuteEpisode,
    OpenHandover,
    Reason,
    Refusal,
    RemoveUser,
    RenewKey,
    ReportLeak,
    ResumeAccount,
    SpreadResource,
    SuspendAccount,
    TakeSetUpLink,
    UnmuteEpisode,
    WithdrawFromKey,
    WithdrawFromUser,
)
from chaveiro.core.credential import Format
from chaveiro.core.denial import DenialId
from chaveiro.core.event import CommandRefused
from chaveiro.core.foreign import Kind
from chaveiro.core.keyring import MUTED_MAX, NO_DIGEST, Actor, ActorKind, Mark, Revision, Role, Terms
from chaveiro.core.names import TOKEN_DAYS_MAX, AccountName, AppKey, Email, KeyId, Moment, Resource, RoleId
from chaveiro.core.plan import HANDOVER_SECONDS, INVITATION_SECONDS, SET_UP_SECONDS, plan

ONE, TWO = RoleId(1), RoleId(2)
NOBODY = user("nobody@acme.example")
GLOBEX, AWAY = AccountName("globex"), AppKey("cvk_zzzzzzzzzzzzzzzza0fd4y")
OWNER, VIEWER = Role(ONE, "Owner", frozenset({LIST, CANCEL})), Role(RoleId(9), "Viewer", frozenset({LIST}))
RUI, HASH, FIRST, SECOND = Email("rui@acme.example"), "$argon2id$v=19$c2FsdA$aGFzaA", b"8" * 32, b"9" * 32
OLD, REPORTER = AppKey("old-shop-1"), Actor(ActorKind.REPORTER, "reporter github")
ID, EPISODE = "0a" * 16, DenialId("01K9XW6Z5M3QH7T2R8V4N0PBCD")
COMMANDS: dict[type[Command], Command] = {
    CreateAccount: CreateAccount(ACME, ANA),
    SuspendAccount: SuspendAccount(ACME),
    ResumeAccount: ResumeAccount(ACME),
    EditSettings: EditSettings(ACME, token_days_max=30),
    ImportCatalogue: ImportCatalogue(ACME, "name = 'x'"),
    AddPredefinedRoles: AddPredefinedRoles(ACME, (OWNER,)),
    InviteSponsor: InviteSponsor(ACME, BIA),
    CancelTransfer: CancelTransfer(ACME),
    AcceptSponsorship: AcceptSponsorship(ACME),
    AddUser: AddUser(ACME, BIA, "Bia"),
    RemoveUser: RemoveUser(ACME, BIA),
    GiveUserToken: GiveUserToken(ACME, ANA),
    GiveSetUpLink: GiveSetUpLink(ACME, ANA, FIRST),
    TakeSetUpLink: TakeSetUpLink(ACME, BIA, FIRST, HASH),
    ChangePassword: ChangePassword(ACME, BIA, HASH),
    CreateRole: CreateRole(ACME, "Preços", frozenset({LIST})),
    EditRole: EditRole(ACME, ONE, add=frozenset({CANCEL})),
    DeleteRole: DeleteRole(ACME, ONE),
    SpreadResource: SpreadResource(ACME, LIST, CANCEL),
    GrantToUser: GrantToUser(ACME, ONE, ANA),
    WithdrawFromUser: WithdrawFromUser(ACME, ONE, ANA),
    GrantToKey: GrantToKey(ACME, ONE, ERP, until=Moment(NOW + 9999)),
    WithdrawFromKey: WithdrawFromKey(ACME, ONE, ERP),
    type(issue()): issue(),
    ImportKey: ImportKey(ACME, AWAY, KeyId("9" * 32), b"3" * 32, Kind("sha256"), "Old shop"),
    ReportLeak: ReportLeak(ACME, ERP, b"3" * 32),
    AdoptKey: AdoptKey(ACME, AWAY, GLOBEX),
    ActivateKey: ActivateKey(ACME, ERP),
    DeactivateKey: DeactivateKey(ACME, ERP),
    BlockKey: BlockKey(ACME, ERP),
    RenewKey: RenewKey(ACME, ERP, b"2" * 32),
    FinishRenewal: FinishRenewal(ACME, ERP),
    DeleteKey: DeleteKey(ACME, ERP),
    HandOver: HandOver(ACME, ERP, ID),
    OpenHandover: OpenHandover(ACME, ERP, ID),
    MuteEpisode: MuteEpisode(ACME, EPISODE),
    UnmuteEpisode: UnmuteEpisode(ACME, EPISODE),
}


def with_user(*resources: Resource, name: Email = BIA) -> Story:
    """A working account with a user whose one role gives these resources."""
    story = working()
    story.do(AddUser(ACME, name, "Bia"))
    story.do(CreateRole(ACME, "Hers", frozenset(resources)))
    story.do(GrantToUser(ACME, TWO, name))
    return story


def test_every_command_says_who_may_ask_and_is_tried_here() -> None:
    """A command without a rule would be open to everyone."""
    kinds = set()
    for group in get_args(Command):
        kinds |= set(get_args(group)) or {group}
    assert kinds == set(NEEDS) == set(COMMANDS)


@pytest.mark.parametrize("kind", list(COMMANDS))
@pytest.mark.parametrize("by", [NOBODY, Actor(ActorKind.KEY, ERP), Actor(ActorKind.KEY, ANA), OPERATOR])
def test_nobody_may_anything_unless_a_role_says_so(kind: type[Command], by: Actor, proof: Proof) -> None:
    """Default deny: strangers, keys and the operator are refused what is the sponsor's; the sponsor what is not his."""
    if by is OPERATOR and NEEDS[kind] is Authority.OPERATOR:
        by = SPONSOR
    story = working()
    refused = {
        Reason.NOT_OPERATOR,
        Reason.NOT_SPONSOR,
        Reason.NOT_DELEGATED,
        Reason.NOT_REPORTER,
        Reason.NOT_ONESELF,
        Reason.TRANSFER_NOT_OPEN,
        Reason.HANDOVER_INVALID,
    }
    assert story.refused(COMMANDS[kind], by) in refused
    proof("G12", dose=1, figure="commands by kinds of caller: default deny")


def test_only_the_operator_opens_accounts_and_each_name_once() -> None:
    """An account has exactly one beginning."""
    story = working()
    assert story.refused(CreateAccount(ACME, BIA), OPERATOR) is Reason.ACCOUNT_EXISTS
    assert plan(None, CreateAccount(ACME, ANA), by=SPONSOR, at=NOW) == Refusal(Reason.NOT_OPERATOR)
    unknown = Refusal(Reason.ACCOUNT_UNKNOWN, {"account": ACME})
    assert plan(None, AddUser(ACME, BIA, "Bia"), by=SPONSOR, at=NOW) == unknown
    with pytest.raises(ValueError, match="begins with another change"):
        after(None, story.changes[1], Revision("0", 1))


def test_a_new_account_has_its_sponsor_and_nothing_else() -> None:
    """The sponsor is its first user; no role, no key, no catalogue."""
    planned = plan(None, CreateAccount(ACME, ANA, Format.VTEX, https_only=True), by=OPERATOR, at=NOW)
    assert isinstance(planned, Change)
    keyring = after(None, planned, Revision("0", 1))
    assert (keyring.sponsor, set(keyring.users)) == (ANA, {ANA})
    assert (keyring.format, keyring.https_only) == (Format.VTEX, True)
    assert not keyring.roles
    assert not keyring.keys
    assert not keyring.catalogue


def test_suspending_and_resuming() -> None:
    """Each once at a time, with the reason kept."""
    story = working()
    assert story.refused(ResumeAccount(ACME), OPERATOR) is Reason.ALREADY_SO
    story.do(SuspendAccount(ACME, "unpaid"), by=OPERATOR)
    assert story.keyring.suspended == Mark(Moment(story.at - 1), "root", "unpaid")
    assert story.refused(SuspendAccount(ACME), OPERATOR) is Reason.ALREADY_SO
    story.do(ResumeAccount(ACME), by=OPERATOR)
    assert story.keyring.suspended is None


def test_a_catalogue_replaces_the_one_before() -> None:
    """The same one again changes nothing."""
    story = with_user(SAVE_ACCOUNT)
    story.do(ImportCatalogue(ACME, "name = 'a'"), by=user(BIA))
    assert story.keyring.catalogue == "name = 'a'"
    assert story.refused(ImportCatalogue(ACME, "name = 'a'")) is Reason.ALREADY_SO


class TestSponsorship:
    """It changes hands by an invitation that must be accepted within 72 hours."""

    def invited(self) -> Story:
        story = with_user()
        story.do(InviteSponsor(ACME, BIA))
        return story

    def test_an_accepted_invitation_changes_the_sponsor(self) -> None:
        """The former sponsor stays as a user, without the sponsor's powers."""
        story = self.invited()
        story.do(AcceptSponsorship(ACME), by=user(BIA))
        assert (story.keyring.sponsor, story.keyring.transfer) == (BIA, None)
        assert ANA in story.keyring.users
        assert story.refused(CreateRole(ACME, "x", frozenset())) is Reason.NOT_DELEGATED

    def test_only_the_invited_user_may_accept(self) -> None:
        """Not the sponsor, not a key of that name."""
        story = self.invited()
        assert story.refused(AcceptSponsorship(ACME)) is Reason.NOT_INVITED
        assert story.refused(AcceptSponsorship(ACME), Actor(ActorKind.KEY, BIA)) is Reason.NOT_INVITED

    def test_an_invitation_ends_after_72_hours(self) -> None:
        """From then on it cannot be accepted, and another one may be made."""
        story = self.invited()
        transfer = story.keyring.transfer
        assert transfer is not None
        assert transfer.expires - transfer.invited.at == INVITATION_SECONDS == 259_200
        story.at = transfer.expires
        assert story.refused(AcceptSponsorship(ACME), user(BIA)) is Reason.TRANSFER_EXPIRED
        story.do(InviteSponsor(ACME, BIA))

    def test_only_users_are_invited_one_at_a_time(self) -> None:
        """The sponsor needs no invitation."""
        story = self.invited()
        assert story.refused(InviteSponsor(ACME, BIA)) is Reason.TRANSFER_OPEN
        assert story.refused(InviteSponsor(ACME, ANA)) is Reason.ALREADY_SO
        assert story.refused(InviteSponsor(ACME, Email("x@y.example"))) is Reason.USER_UNKNOWN

    def test_an_invitation_can_be_taken_back(self) -> None:
        """Then it cannot be accepted; removing the invited user takes it back as well."""
        story = self.invited()
        story.do(CancelTransfer(ACME))
        assert story.keyring.transfer is None
        assert story.refused(CancelTransfer(ACME)) is Reason.TRANSFER_NOT_OPEN
        story.do(InviteSponsor(ACME, BIA))
        story.do(AddUser(ACME, Email("rui@acme.example"), "Rui"))
        story.do(RemoveUser(ACME, Email("rui@acme.example")))
        invited = [story.keyring.transfer is not None]
        story.do(RemoveUser(ACME, BIA))
        invited += [story.keyring.transfer is not None]
        assert invited == [True, False]
        assert story.refused(AcceptSponsorship(ACME), user(BIA)) is Reason.TRANSFER_NOT_OPEN


class TestUsers:
    """People of the account."""

    def test_users_come_and_go(self) -> None:
        """Once each; the sponsor stays."""
        story = with_user(SAVE_USER)
        rui = Email("rui@acme.example")
        story.do(AddUser(ACME, rui, "Rui"), by=user(BIA))
        assert story.keyring.users[rui].name == "Rui"
        assert story.refused(AddUser(ACME, rui, "Rui")) is Reason.USER_EXISTS
        story.do(RemoveUser(ACME, rui))
        assert story.refused(RemoveUser(ACME, rui)) is Reason.USER_UNKNOWN
        assert story.refused(RemoveUser(ACME, ANA)) is Reason.SPONSOR_STAYS

    def test_a_token_that_somebody_else_takes_changes_nothing_and_is_kept(self) -> None:
        """The operator alone may; for a user of the account alone."""
        story = working()
        before = story.keyring
        assert story.do(GiveUserToken(ACME, ANA), by=OPERATOR) == happened.UserTokenGiven(ANA)
        assert replace(story.keyring, revision=before.revision) == before
        assert story.refused(GiveUserToken(ACME, ANA)) is Reason.NOT_OPERATOR
        assert story.refused(GiveUserToken(ACME, BIA), OPERATOR) is Reason.USER_UNKNOWN

    def test_roles_are_given_and_taken(self) -> None:
        """What is not there can be neither."""
        story = with_user(SAVE_ROLE)
        rui = Email("rui@acme.example")
        assert story.refused(GrantToUser(ACME, TWO, BIA)) is Reason.ROLE_HELD
        assert story.refused(GrantToUser(ACME, TWO, rui)) is Reason.USER_UNKNOWN
        assert story.refused(GrantToUser(ACME, RoleId(9), BIA)) is Reason.ROLE_UNKNOWN
        assert story.refused(WithdrawFromUser(ACME, ONE, BIA)) is Reason.ROLE_NOT_HELD
        assert story.refused(WithdrawFromUser(ACME, RoleId(9), BIA)) is Reason.ROLE_UNKNOWN
        assert story.refused(WithdrawFromUser(ACME, ONE, rui)) is Reason.USER_UNKNOWN
        story.do(WithdrawFromUser(ACME, TWO, BIA))
        assert story.keyring.users[BIA].grants == ()
        assert story.refused(CreateRole(ACME, "x", frozenset()), user(BIA)) is Reason.NOT_DELEGATED


class TestPasswords:
    """A person chooses theirs by a link that works once, and changes it themselves."""

    def given(self) -> Story:
        story = with_user()
        story.do(GiveSetUpLink(ACME, BIA, FIRST))
        return story

    def test_a_link_sets_a_password_once(self) -> None:
        """Then it is used up; who gave it and who took it is kept."""
        story = self.given()
        link = story.keyring.users[BIA].set_up
        assert link is not None
        assert (link.digest, link.given.by, link.expires - link.given.at) == (FIRST, ANA, SET_UP_SECONDS)
        assert SET_UP_SECONDS == 259_200
        assert story.do(TakeSetUpLink(ACME, BIA, FIRST, HASH), by=user(BIA)) == happened.PasswordSet(BIA, HASH)
        person = story.keyring.users[BIA]
        assert (person.password, person.password_set, person.set_up) == (HASH, Mark(Moment(story.at - 1), BIA), None)
        assert person.grants
        assert story.refused(TakeSetUpLink(ACME, BIA, FIRST, HASH), user(BIA)) is Reason.SET_UP_INVALID

    def test_whoever_guesses_learns_nothing(self) -> None:
        """No such user, no link, another secret, a former link, too late: one reason."""
        story = self.given()
        story.do(AddUser(ACME, RUI, "Rui"))
        story.do(GiveSetUpLink(ACME, BIA, SECOND))
        expires = story.keyring.users[BIA].set_up.expires  # type: ignore[union-attr] # it was just given
        for email, digest, at in (
            (Email("x@y.example"), SECOND, story.at),
            (RUI, SECOND, story.at),
            (BIA, FIRST, story.at),
            (BIA, SECOND, expires),
        ):
            taken = plan(story.keyring, TakeSetUpLink(ACME, email, digest, HASH), by=user(email), at=at)
            assert taken == Refusal(Reason.SET_UP_INVALID)
        just = Moment(expires - 1)
        assert isinstance(plan(story.keyring, TakeSetUpLink(ACME, BIA, SECOND, HASH), by=user(BIA), at=just), Change)

    @pytest.mark.parametrize("by", [SPONSOR, OPERATOR, Actor(ActorKind.KEY, BIA), NOBODY])
    def test_nobody_sets_somebody_else_s(self, by: Actor) -> None:
        """Not even the sponsor, who may give a link instead."""
        story = self.given()
        assert story.refused(TakeSetUpLink(ACME, BIA, FIRST, HASH), by) is Reason.NOT_ONESELF
        assert story.refused(ChangePassword(ACME, BIA, HASH), by) is Reason.NOT_ONESELF

    def test_a_change_uses_up_an_open_link(self) -> None:
        """A link that somebody else may have read does not outlive it. A person who is gone has none to change."""
        story = self.given()
        story.do(ChangePassword(ACME, BIA, HASH), by=user(BIA))
        assert (story.keyring.users[BIA].password, story.keyring.users[BIA].set_up) == (HASH, None)
        story.do(RemoveUser(ACME, BIA))
        assert story.refused(ChangePassword(ACME, BIA, HASH), user(BIA)) is Reason.USER_UNKNOWN

    def test_whoever_is_added_anew_has_no_password_and_no_link(self) -> None:
        """They are somebody else, of the same address."""
        story = self.given()
        story.do(ChangePassword(ACME, BIA, HASH), by=user(BIA))
        story.do(GiveSetUpLink(ACME, BIA, SECOND))
        story.do(RemoveUser(ACME, BIA))
        story.do(AddUser(ACME, BIA, "Bia"))
        person = story.keyring.users[BIA]
        assert (person.password, person.password_set, person.set_up) == ("", None, None)

    def test_a_link_opens_nothing_that_its_giver_may_not_do_by_now(self) -> None:
        """Whoever gave it has it too: a role given to the person later must not be theirs by way of it."""
        story = with_user(SAVE_USER)
        story.do(AddUser(ACME, RUI, "Rui"))
        story.do(CreateRole(ACME, "Cancel", frozenset({CANCEL})))
        role = RoleId(TWO + 1)
        story.do(GiveSetUpLink(ACME, RUI, FIRST), by=user(BIA))
        story.do(GrantToUser(ACME, role, RUI))
        assert story.refused(TakeSetUpLink(ACME, RUI, FIRST, HASH), user(RUI)) is Reason.SET_UP_INVALID
        story.do(GrantToUser(ACME, role, BIA))
        assert story.do(TakeSetUpLink(ACME, RUI, FIRST, HASH), by=user(RUI)) == happened.PasswordSet(RUI, HASH)

    def test_a_link_ends_with_what_its_giver_could_give(self) -> None:
        """Somebody who is gone from the account gives nothing any more."""
        story = with_user(SAVE_USER)
        story.do(AddUser(ACME, RUI, "Rui"))
        story.do(GrantToUser(ACME, TWO, RUI))
        story.do(GiveSetUpLink(ACME, RUI, FIRST), by=user(BIA))
        story.do(RemoveUser(ACME, BIA))
        assert story.refused(TakeSetUpLink(ACME, RUI, FIRST, HASH), user(RUI)) is Reason.SET_UP_INVALID

    @pytest.mark.parametrize("gone", [RemoveUser(ACME, BIA), WithdrawFromUser(ACME, TWO, BIA)])
    def test_a_link_ends_with_its_givers_right_to_give_one(self, gone: Command) -> None:
        """Also of somebody who has no role yet, and may be given some tomorrow: the giver has the link, too."""
        story = with_user(SAVE_USER)
        story.do(AddUser(ACME, RUI, "Rui"))
        story.do(GiveSetUpLink(ACME, RUI, FIRST), by=user(BIA))
        story.do(gone)
        assert story.refused(TakeSetUpLink(ACME, RUI, FIRST, HASH), user(RUI)) is Reason.SET_UP_INVALID

    def test_only_users_are_given_links(self) -> None:
        """There is nobody else to become."""
        assert working().refused(GiveSetUpLink(ACME, BIA, FIRST)) is Reason.USER_UNKNOWN

    def test_the_sponsor_s_link_is_the_sponsor_s(self) -> None:
        """Whoever may add users could otherwise become the sponsor, also by a link given before they were."""
        story = with_user(SAVE_USER)
        assert story.refused(GiveSetUpLink(ACME, ANA, FIRST), user(BIA)) is Reason.NOT_SPONSOR
        story.do(GiveSetUpLink(ACME, ANA, FIRST))
        story.do(AddUser(ACME, RUI, "Rui"))
        story.do(GiveSetUpLink(ACME, RUI, SECOND), by=user(BIA))
        story.do(InviteSponsor(ACME, RUI))
        story.do(AcceptSponsorship(ACME), by=user(RUI))
        assert story.refused(TakeSetUpLink(ACME, RUI, SECOND, HASH), user(RUI)) is Reason.SET_UP_INVALID
        assert story.keyring.users[ANA].set_up is not None

    def test_nobody_becomes_the_sponsor_in_the_place_of_whoever_is_invited(self) -> None:
        """Whoever may add users could otherwise choose their password and accept, also by an earlier link."""
        story = with_user(SAVE_USER)
        story.do(AddUser(ACME, RUI, "Rui"))
        story.do(GiveSetUpLink(ACME, RUI, FIRST), by=user(BIA))
        story.do(InviteSponsor(ACME, RUI))
        assert story.refused(TakeSetUpLink(ACME, RUI, FIRST, HASH), user(RUI)) is Reason.SET_UP_INVALID
        assert story.refused(GiveSetUpLink(ACME, RUI, SECOND), user(BIA)) is Reason.NOT_SPONSOR
        story.do(GiveSetUpLink(ACME, RUI, SECOND))
        story.do(TakeSetUpLink(ACME, RUI, SECOND, HASH), by=user(RUI))
        story.at = story.keyring.transfer.expires  # type: ignore[union-attr] # it is open
        story.do(GiveSetUpLink(ACME, RUI, FIRST), by=user(BIA))

    @pytest.mark.parametrize(
        ("hers", "until", "refused"),
        [
            ({SAVE_USER}, None, Reason.BEYOND_OWN_ROLES),
            ({SAVE_USER, LIST}, None, None),
            ({SAVE_USER, LIST}, Moment(NOW + 5000), Reason.BEYOND_OWN_TIME),
        ],
    )
    def test_nobody_becomes_who_may_do_more(
        self, hers: set[Resource], until: Moment | None, refused: Reason | None
    ) -> None:
        """What the other may, for as long as they may it; what their grants no longer give does not count."""
        story = working()
        for email in (BIA, RUI):
            story.do(AddUser(ACME, email, email))
        story.do(CreateRole(ACME, "Hers", frozenset(hers)))
        story.do(CreateRole(ACME, "Gone", frozenset({CANCEL})))
        story.do(GrantToUser(ACME, TWO, BIA, until))
        story.do(GrantToUser(ACME, ONE, RUI))
        story.do(GrantToUser(ACME, RoleId(3), RUI))
        story.do(DeleteRole(ACME, RoleId(3)))
        asked = GiveSetUpLink(ACME, RUI, FIRST)
        if refused:
            assert story.refused(asked, user(BIA)) is refused
            story.do(GrantToUser(ACME, ONE, RUI, Moment(NOW + 4000)))
        if refused is not Reason.BEYOND_OWN_ROLES:
            story.do(asked, by=user(BIA))


class TestSettings:
    """What an account decides for itself."""

    def test_only_what_is_given_changes(self) -> None:
        """And only that is kept of it."""
        story = with_user(SAVE_ACCOUNT)
        asked = EditSettings(ACME, Format.VTEX, https_only=False, token_days_max=30)
        assert story.do(asked, by=user(BIA)) == happened.SettingsEdited(Format.VTEX, None, 30)
        assert story.do(EditSettings(ACME, https_only=True)) == happened.SettingsEdited(None, True, None)  # noqa: FBT003 - a value
        keyring = story.keyring
        assert (keyring.format, keyring.https_only, keyring.token_days_max) == (Format.VTEX, True, 30)
        for same in (EditSettings(ACME), EditSettings(ACME, Format.VTEX, https_only=True, token_days_max=30)):
            assert story.refused(same) is Reason.ALREADY_SO

    @pytest.mark.parametrize("days", [-1, 0, TOKEN_DAYS_MAX + 1])
    def test_a_period_has_bounds(self, days: int) -> None:
        """From a day to a century."""
        assert working().refused(EditSettings(ACME, token_days_max=days)) is Reason.DAYS_OUT_OF_RANGE
        working().do(EditSettings(ACME, token_days_max=1))
        working().do(EditSettings(ACME, token_days_max=TOKEN_DAYS_MAX))


class TestEpisodes:
    """What nobody needs to hear of any more."""

    def test_an_episode_is_muted_and_brought_up_again(self) -> None:
        """Each only where it changes something; who did so is kept."""
        story = with_user(VIEW_API_KEYS)
        assert story.refused(UnmuteEpisode(ACME, EPISODE)) is Reason.ALREADY_SO
        story.do(MuteEpisode(ACME, EPISODE), by=user(BIA))
        assert story.keyring.muted == {EPISODE: Mark(Moment(story.at - 1), BIA)}
        assert story.refused(MuteEpisode(ACME, EPISODE)) is Reason.ALREADY_SO
        story.do(UnmuteEpisode(ACME, EPISODE), by=user(BIA))
        assert story.keyring.muted == {}

    def test_the_oldest_is_forgotten(self) -> None:
        """A thousand are kept, in their order."""
        story = working()
        names = [DenialId(f"{number:026}") for number in range(MUTED_MAX + 2)]
        for name in names:
            story.do(MuteEpisode(ACME, name))
        assert list(story.keyring.muted) == names[2:]
        assert MUTED_MAX == 1000


class TestRoles:
    """Sets of resources with a name."""

    def test_a_role_gives_what_it_is_made_of(self) -> None:
        """Numbers count up and are not used again."""
        story = working()
        story.do(DeleteRole(ACME, ONE))
        assert story.do(CreateRole(ACME, "Pedidos", frozenset({CANCEL}))).role == TWO
        assert story.refused(CreateRole(ACME, "Pedidos", frozenset())) is Reason.ROLE_NAME_TAKEN

    def test_a_role_is_edited_by_what_is_added_and_removed(self) -> None:
        """Renamed, extended, cut; never silently nothing."""
        story = working()
        story.do(EditRole(ACME, ONE, name="Vendas", add=frozenset({CANCEL}), remove=frozenset({LIST})))
        assert (story.keyring.roles[ONE].name, story.keyring.roles[ONE].resources) == ("Vendas", frozenset({CANCEL}))
        story.do(CreateRole(ACME, "Other", frozenset()))
        assert story.refused(EditRole(ACME, ONE, name="Other")) is Reason.ROLE_NAME_TAKEN
        assert story.refused(EditRole(ACME, ONE, remove=frozenset({LIST}))) is Reason.RESOURCE_NOT_IN_ROLE
        assert story.refused(EditRole(ACME, ONE, name="Vendas", add=frozenset({CANCEL}))) is Reason.ALREADY_SO
        assert story.refused(EditRole(ACME, RoleId(9), name="x")) is Reason.ROLE_UNKNOWN

    def test_a_deleted_role_cannot_be_used(self) -> None:
        """It is kept to explain dead links, and for nothing else."""
        story = working()
        story.do(DeleteRole(ACME, ONE))
        assert story.keyring.roles[ONE].deleted == Mark(Moment(story.at - 1), ANA)
        for command in (DeleteRole(ACME, ONE), EditRole(ACME, ONE, name="x"), GrantToKey(ACME, ONE, ERP)):
            assert story.refused(command) is Reason.ROLE_DELETED

    def test_predefined_roles_come_under_their_numbers_and_stay_as_they_are(self) -> None:
        """A number that is taken is not taken twice, a name that is used stays whose it is; nobody edits them."""
        story = working()
        assert [role.name for role in story.keyring.roles.values()] == ["Pedidos"]
        story.do(AddPredefinedRoles(ACME, (OWNER, VIEWER, Role(RoleId(5), "Pedidos", frozenset({CANCEL})))))
        assert [(one.id, one.name, one.predefined) for one in story.keyring.roles.values()] == [
            (1, "Pedidos", False),
            (9, "Viewer", True),
            (10, "Owner", True),
        ]
        assert story.refused(AddPredefinedRoles(ACME, (OWNER, VIEWER))) is Reason.ALREADY_SO
        for command in (DeleteRole(ACME, RoleId(9)), EditRole(ACME, RoleId(9), name="x")):
            assert story.refused(command) is Reason.ROLE_PREDEFINED
        story.do(GrantToKey(ACME, RoleId(10), ERP))
        assert story.do(CreateRole(ACME, "Mine", frozenset({LIST}))).role == 11

    def test_what_a_resource_was_split_into_is_given_to_all_who_held_it(self) -> None:
        """One change, predefined roles included; roles that are deleted, or have it already, are left alone."""
        story = working()
        story.do(AddPredefinedRoles(ACME, (OWNER, VIEWER)))
        story.do(CreateRole(ACME, "Gone", frozenset({LIST})))
        story.do(DeleteRole(ACME, RoleId(11)))
        assert story.do(SpreadResource(ACME, LIST, CANCEL)).roles == (ONE, RoleId(9))
        assert [CANCEL in role.resources for role in story.keyring.roles.values()] == [True, True, True, False]
        assert story.refused(SpreadResource(ACME, LIST, CANCEL)) is Reason.ALREADY_SO


class TestExternalKeys:
    """Another account's key, to which this one gives roles."""

    def test_it_is_added_given_roles_and_let_go(self) -> None:
        """Roles are all that can be changed here; its state and its token are its home's affair."""
        story = working()
        story.do(AdoptKey(ACME, AWAY, GLOBEX))
        assert story.refused(AdoptKey(ACME, AWAY, GLOBEX)) is Reason.ALREADY_SO
        story.do(GrantToKey(ACME, ONE, AWAY))
        assert story.refused(GrantToKey(ACME, ONE, AWAY)) is Reason.ROLE_HELD
        for command in (
            ActivateKey(ACME, AWAY),
            DeactivateKey(ACME, AWAY),
            BlockKey(ACME, AWAY),
            RenewKey(ACME, AWAY, b"2" * 32),
            FinishRenewal(ACME, AWAY),
        ):
            assert story.refused(command) is Reason.KEY_EXTERNAL
        story.do(WithdrawFromKey(ACME, ONE, AWAY))
        assert story.keyring.external[AWAY].grants == ()
        assert story.do(DeleteKey(ACME, AWAY)) == happened.KeyReleased(AWAY, GLOBEX)
        assert not story.keyring.external
        assert story.refused(DeleteKey(ACME, AWAY)) is Reason.KEY_UNKNOWN

    def test_only_a_key_of_another_account_is_added(self) -> None:
        """One's own is there already, and one that nobody has cannot be."""
        assert working().refused(AdoptKey(ACME, ERP, ACME)) is Reason.KEY_EXISTS
        assert working().refused(AdoptKey(ACME, AWAY, None)) is Reason.KEY_NOWHERE

    def test_it_manages_by_the_roles_it_has_here(self) -> None:
        """As any key does; the roles of its home say nothing here."""
        story = with_user(EDIT_API_KEYS)
        robot = Actor(ActorKind.KEY, AWAY)
        story.do(AdoptKey(ACME, AWAY, GLOBEX))
        story.do(GrantToKey(ACME, TWO, AWAY))
        home = Story(issue(AWAY), account=GLOBEX)

        def planned() -> Change | Refusal:
            joined = story.keyring.joined({GLOBEX: home.keyring})
            return plan(joined, DeactivateKey(ACME, ERP), by=robot, at=story.at)

        assert isinstance(planned(), Change)
        assert story.refused(DeactivateKey(ACME, ERP), robot) is Reason.NOT_DELEGATED  # its home was not asked
        for ended, mended in (
            (SuspendAccount(GLOBEX), ResumeAccount(GLOBEX)),
            (DeactivateKey(GLOBEX, AWAY), ActivateKey(GLOBEX, AWAY)),
        ):
            home.do(ended, by=OPERATOR if isinstance(ended, SuspendAccount) else SPONSOR)
            assert isinstance(planned(), Refusal)
            home.do(mended, by=OPERATOR if isinstance(mended, ResumeAccount) else SPONSOR)
            assert isinstance(planned(), Change)
        story.do(WithdrawFromKey(ACME, TWO, AWAY))
        assert isinstance(planned(), Refusal)

    def test_joined_it_is_planned_alike(self) -> None:
        """What would be is tried on an account with its external keys among its own."""
        story = working()
        story.do(AdoptKey(ACME, AWAY, GLOBEX))
        home = Story(issue(AWAY), account=GLOBEX)
        joined = story.keyring.joined({GLOBEX: home.keyring})
        linked = plan(joined, GrantToKey(ACME, ONE, AWAY), by=SPONSOR, at=story.at)
        assert isinstance(linked, Change)
        after_it = after(joined, linked, Revision("00000000", 9))
        assert after_it.keys[AWAY].grants == after_it.external[AWAY].grants != ()
        gone = plan(after_it, DeleteKey(ACME, AWAY), by=SPONSOR, at=story.at)
        assert isinstance(gone, Change)
        assert AWAY not in after(after_it, gone, Revision("00000000", 10)).keys


class TestCeiling:
    """Nobody grants what they lack."""

    @pytest.mark.parametrize(
        ("delegated", "command"),
        [
            (SAVE_ROLE, CreateRole(ACME, "Mine", frozenset({CANCEL}))),
            (SAVE_ROLE, EditRole(ACME, ONE, add=frozenset({CANCEL}))),
            (SAVE_USER, GrantToUser(ACME, ONE, BIA)),
            (SAVE_ROLE, SpreadResource(ACME, LIST, CANCEL)),
            (EDIT_API_KEYS, GrantToKey(ACME, ONE, ERP, until=Moment(NOW + 99))),
        ],
    )
    def test_a_delegate_gives_only_what_they_have(self, delegated: Resource, command: Command, proof: Proof) -> None:
        """With the power to give but without the resource itself: refused; with both: done."""
        assert with_user(delegated).refused(command, user(BIA)) is Reason.BEYOND_OWN_ROLES
        story = with_user(delegated, LIST, CANCEL)
        story.do(command, by=user(BIA))
        proof("G12", dose=1, figure="ways to give more than one has: refused")

    @pytest.mark.parametrize(
        ("delegated", "command", "done"),
        [
            (SAVE_USER, GrantToUser(ACME, ONE, ANA), False),
            (SAVE_USER, GrantToUser(ACME, ONE, ANA, Moment(NOW + 5001)), False),
            (EDIT_API_KEYS, GrantToKey(ACME, ONE, ERP, Moment(NOW + 5001)), False),
            (SAVE_ROLE, EditRole(ACME, ONE, add=frozenset({CANCEL})), False),
            (SAVE_ROLE, SpreadResource(ACME, LIST, CANCEL), False),
            (SAVE_USER, GrantToUser(ACME, ONE, ANA, Moment(NOW + 5000)), True),
            (EDIT_API_KEYS, GrantToKey(ACME, ONE, ERP, Moment(NOW + 4000)), True),
        ],
    )
    def test_a_delegate_for_a_time_gives_for_no_longer(self, delegated: Resource, command: Command, done: bool) -> None:
        """Otherwise a role for a week is, by way of a friend, one for ever."""
        story = working()
        story.do(AddUser(ACME, BIA, "Bia"))
        story.do(CreateRole(ACME, "Hers", frozenset({delegated, LIST, CANCEL})))
        story.do(GrantToUser(ACME, TWO, BIA, Moment(NOW + 5000)))
        if done:
            story.do(command, by=user(BIA))
        else:
            assert story.refused(command, user(BIA)) is Reason.BEYOND_OWN_TIME

    def test_taking_away_has_no_ceiling(self) -> None:
        """Less power is never an escalation."""
        story = with_user(SAVE_ROLE)
        story.do(EditRole(ACME, ONE, name="Less", remove=frozenset({LIST})), by=user(BIA))

    def test_a_key_manages_only_by_its_roles(self) -> None:
        """No key manages keys unless a role says so; a dead link says nothing."""
        story = with_user(EDIT_API_KEYS)
        robot = Actor(ActorKind.KEY, ERP)
        assert story.refused(DeactivateKey(ACME, ERP), robot) is Reason.NOT_DELEGATED
        story.do(GrantToKey(ACME, TWO, ERP))
        story.do(DeactivateKey(ACME, ERP), by=robot)
        story.do(DeleteRole(ACME, TWO))
        assert story.refused(ActivateKey(ACME, ERP), robot) is Reason.NOT_DELEGATED

    @pytest.mark.parametrize("how", ["blocked", "inactive", "expired", "not yet", "deleted"])
    def test_a_key_that_is_refused_manages_nothing(self, how: str) -> None:
        """Nor does what it asked for just before: a command is planned on the account as it is when it is kept."""
        story = with_user(EDIT_API_KEYS)
        other = AppKey("cvk_zzzzzzzzzzzzzzzza0fd4y")
        begins = Moment(NOW + 500) if how == "not yet" else None
        story.do(replace(issue(other), valid_from=begins, expires=Moment(NOW + 1000)))
        story.do(GrantToKey(ACME, TWO, other))
        if how in {"blocked", "inactive", "deleted"}:
            ends = {"blocked": BlockKey, "inactive": DeactivateKey, "deleted": DeleteKey}
            story.do(ends[how](ACME, other))
        at = Moment(NOW + 1000) if how == "expired" else story.at
        command, robot = GrantToKey(ACME, TWO, ERP), Actor(ActorKind.KEY, other)
        refused = plan(story.keyring, command, by=robot, at=at)
        assert isinstance(refused, Refusal)
        assert refused.reason is Reason.NOT_DELEGATED
        if how != "deleted":
            kept = story.keyring.keys[other]
            working_one = structs.replace(kept, valid_from=None, expires=None, inactive=None, blocked=None)
            mended = replace(story.keyring, keys={**story.keyring.keys, other: working_one})
            assert isinstance(plan(mended, command, by=robot, at=at), Change)


class TestKeys:
    """Pairs, by their public half."""

    def test_a_new_pair_is_linked_to_no_role(self) -> None:
        """Issuing gives nothing; what was asked for is kept."""
        story = Story(
            issue(
                owner="ana", valid_from=Moment(NOW + 5), expires=Moment(NOW + 9), networks=(ip_network("10.0.0.0/8"),)
            )
        )
        assert story.key.grants == ()
        assert (story.key.owner, story.key.expires) == ("ana", NOW + 9)
        assert story.key.next_digest == NO_DIGEST
        assert not story.key.registered

    def test_a_pair_that_could_never_work_is_refused(self) -> None:
        """In the past, or with an end before its beginning; a used appKey is never used again."""
        story = Story()
        assert story.refused(issue(expires=NOW)) is Reason.MOMENT_PASSED
        assert story.refused(issue(valid_from=Moment(NOW + 9), expires=Moment(NOW + 9))) is Reason.NEVER_VALID
        story.do(issue())
        assert story.refused(issue()) is Reason.KEY_EXISTS
        story.do(DeleteKey(ACME, ERP))
        assert story.refused(issue()) is Reason.KEY_EXISTS

    def test_roles_are_linked_and_unlinked(self) -> None:
        """The same link twice is refused; another end replaces the link."""
        story = working()
        assert story.refused(GrantToKey(ACME, ONE, ERP)) is Reason.ROLE_HELD
        assert story.refused(GrantToKey(ACME, ONE, ERP, until=NOW)) is Reason.MOMENT_PASSED
        story.do(GrantToKey(ACME, ONE, ERP, until=Moment(NOW + 99)))
        assert [grant.until for grant in story.key.grants] == [NOW + 99]
        story.do(WithdrawFromKey(ACME, ONE, ERP))
        assert story.refused(WithdrawFromKey(ACME, ONE, ERP)) is Reason.ROLE_NOT_HELD

    def test_activation_undoes_deactivation(self) -> None:
        """Each only where it changes something."""
        story = working()
        assert story.refused(ActivateKey(ACME, ERP)) is Reason.ALREADY_SO
        story.do(DeactivateKey(ACME, ERP, "holiday"))
        assert story.key.inactive == Mark(Moment(story.at - 1), ANA, "holiday")
        assert story.refused(DeactivateKey(ACME, ERP)) is Reason.ALREADY_SO
        story.do(ActivateKey(ACME, ERP))
        assert story.key.inactive is None

    def test_a_blocked_key_works_again_only_with_another_token(self) -> None:
        """The token that others may know stays refused for good."""
        story = working()
        story.do(RenewKey(ACME, ERP, b"2" * 32))
        story.do(FinishRenewal(ACME, ERP))
        story.do(BlockKey(ACME, ERP, "in a public repository"))
        assert story.refused(BlockKey(ACME, ERP)) is Reason.ALREADY_SO
        assert story.refused(ActivateKey(ACME, ERP)) is Reason.KEY_BLOCKED
        story.do(RenewKey(ACME, ERP, b"3" * 32))
        assert story.refused(ActivateKey(ACME, ERP)) is Reason.KEY_BLOCKED
        story.do(FinishRenewal(ACME, ERP))
        story.do(ActivateKey(ACME, ERP))
        assert story.key.blocked is None

    def test_renewal_is_two_steps_and_remembers_the_token_before(self) -> None:
        """One at a time; the retired digest is kept, so that the old token can be recognised."""
        story = with_user(RENEW_API_TOKEN)
        first = story.key.digest
        assert story.refused(FinishRenewal(ACME, ERP)) is Reason.RENEWAL_NOT_OPEN
        story.do(RenewKey(ACME, ERP, b"2" * 32), by=user(BIA))
        assert story.refused(RenewKey(ACME, ERP, b"3" * 32)) is Reason.RENEWAL_OPEN
        story.do(FinishRenewal(ACME, ERP), by=user(BIA))
        assert (story.key.digest, story.key.next_digest) == (b"2" * 32, NO_DIGEST)
        assert [(old.digest, old.retired.by) for old in story.key.retired] == [(first, BIA)]
        assert story.key.token_created is not None

    def test_an_id_is_used_once(self) -> None:
        """So that asking again makes no second pair, also after the first was deleted."""
        story = working()
        again = replace(issue(AWAY), id=story.key.id)
        assert story.refused(again) is Reason.KEY_EXISTS
        story.do(DeleteKey(ACME, ERP))
        assert story.refused(again) is Reason.KEY_EXISTS
        story.do(issue(AWAY))

    def test_a_deleted_key_leaves_a_tombstone(self) -> None:
        """Nothing can be done with it; every digest it ever had is kept."""
        story = working()
        first = story.key.digest
        story.do(RenewKey(ACME, ERP, b"2" * 32))
        story.do(DeleteKey(ACME, ERP))
        assert story.keyring.tombstones[ERP].digests == (first, b"2" * 32)
        assert story.refused(DeleteKey(ACME, ERP)) is Reason.KEY_DELETED
        assert story.refused(DeleteKey(ACME, AppKey("cvk_x"))) is Reason.KEY_UNKNOWN


class TestHandovers:
    """A new token is read once by whoever has the link."""

    def offered(self) -> Story:
        story = with_user(RENEW_API_TOKEN)
        story.do(HandOver(ACME, ERP, ID), by=user(BIA))
        return story

    def test_it_opens_once(self) -> None:
        """For whoever has the link; who offered it is kept."""
        story = self.offered()
        offer = story.key.handover
        assert offer is not None
        assert (offer.id, offer.made.by, offer.expires - offer.made.at) == (ID, BIA, HANDOVER_SECONDS)
        assert HANDOVER_SECONDS == 86_400
        recipient = Actor(ActorKind.KEY, ERP)
        assert story.do(OpenHandover(ACME, ERP, ID), by=recipient) == happened.HandoverOpened(ERP, ID)
        assert story.key.handover is None
        assert story.refused(OpenHandover(ACME, ERP, ID), recipient) is Reason.HANDOVER_INVALID

    def test_whoever_guesses_learns_nothing(self) -> None:
        """No such key, another id, a former offer, somebody else's, too late: one reason."""
        story = self.offered()
        story.do(HandOver(ACME, ERP, "b" * 32))
        expires = story.key.handover.expires  # type: ignore[union-attr] # it was just made
        for app_key, id_, by, at in (
            (AWAY, "b" * 32, AWAY, story.at),
            (ERP, ID, ERP, story.at),
            (ERP, "\ud800é", ERP, story.at),
            (ERP, "b" * 32, AWAY, story.at),
            (ERP, "b" * 32, ERP, expires),
        ):
            opened = plan(story.keyring, OpenHandover(ACME, app_key, id_), by=Actor(ActorKind.KEY, by), at=at)
            assert opened == Refusal(Reason.HANDOVER_INVALID)
        assert story.refused(OpenHandover(ACME, ERP, "b" * 32), SPONSOR) is Reason.HANDOVER_INVALID
        story.do(OpenHandover(ACME, ERP, "b" * 32), by=Actor(ActorKind.KEY, ERP))
        assert story.refused(OpenHandover(ACME, ERP, "b" * 32), Actor(ActorKind.KEY, ERP)) is Reason.HANDOVER_INVALID

    def test_it_ends_with_the_token(self) -> None:
        """A renewal makes another one, and a deleted key has none."""
        story = self.offered()
        story.do(RenewKey(ACME, ERP, b"2" * 32))
        offered = [story.key.handover is not None]
        story.do(HandOver(ACME, ERP, ID))
        story.do(FinishRenewal(ACME, ERP))
        offered += [story.key.handover is not None]
        assert offered == [False, True]
        story.do(DeleteKey(ACME, ERP))
        assert story.refused(OpenHandover(ACME, ERP, ID), Actor(ActorKind.KEY, ERP)) is Reason.HANDOVER_INVALID
        assert story.refused(HandOver(ACME, ERP, ID)) is Reason.KEY_DELETED
        assert story.refused(HandOver(ACME, AWAY, ID)) is Reason.KEY_UNKNOWN

    def test_it_is_an_affair_of_the_key_s_home(self) -> None:
        """Who gives roles to another account's key neither offers its token nor sees that it is offered."""
        story = working()
        story.do(AdoptKey(ACME, AWAY, GLOBEX))
        home = Story(issue(AWAY), HandOver(GLOBEX, AWAY, ID), account=GLOBEX)
        joined = story.keyring.joined({GLOBEX: home.keyring})
        assert joined.keys[AWAY].handover is None
        refused = plan(joined, HandOver(ACME, AWAY, ID), by=SPONSOR, at=story.at)
        assert refused == Refusal(Reason.KEY_EXTERNAL, {"home": GLOBEX})
        opened = plan(joined, OpenHandover(ACME, AWAY, ID), by=Actor(ActorKind.KEY, AWAY), at=story.at)
        assert opened == Refusal(Reason.HANDOVER_INVALID)


def test_a_refused_command_is_a_change_that_changes_nothing() -> None:
    """It has its line in the audit, and its revision."""
    story = working()
    refused = Change(ACME, story.at, NOBODY, CommandRefused("issue_key", Reason.NOT_DELEGATED))
    later = after(story.keyring, refused, Revision("00000000", 99))
    assert later == replace(story.keyring, revision=Revision("00000000", 99))


def test_revisions_are_ordered_and_written_with_their_epoch() -> None:
    """`epoch.seq` is what a mutation answers."""
    assert str(Revision("0a1b2c3d", 7)) == "0a1b2c3d.7"
    assert Revision("0a1b2c3d", 7) < Revision("0a1b2c3d", 8)


def test_no_repr_of_a_change_or_a_keyring_shows_a_digest() -> None:
    """Digests are of no use to readers of logs, and of some use to thieves."""
    story = working()
    story.do(RenewKey(ACME, ERP, b"2" * 32))
    story.do(FinishRenewal(ACME, ERP))
    story.do(AddUser(ACME, BIA, "Bia"))
    story.do(GiveSetUpLink(ACME, BIA, b"2" * 32))
    story.do(TakeSetUpLink(ACME, BIA, b"2" * 32, HASH), by=user(BIA))
    story.do(GiveSetUpLink(ACME, BIA, b"2" * 32))
    shown = f"{story.keyring!r} {story.changes!r} {COMMANDS!r}"
    story.do(DeleteKey(ACME, ERP))
    shown += f"{story.keyring!r}"
    assert "digest=" not in shown
    assert "password=" not in shown
    for kept in ("2222", "8888", "argon2id"):
        assert kept not in shown


def test_keys_are_equal_in_what_is_kept_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows from that, and is shared, makes no difference; nor does anything that is given for it."""
    key = working().key
    monkeypatch.setattr("chaveiro.core.keyring._terms", Terms)  # as if too many others had been made meanwhile
    again = structs.replace(key, terms=Terms((), restrained=True, bound=True, away=True))
    assert again.terms is not key.terms
    assert again == key
    assert not again != key  # noqa: SIM202 - which is asked of the object in its own way
    assert hash(again) == hash(key)
    assert structs.astuple(again.terms) == structs.astuple(key.terms)
    assert structs.replace(key, label="Another") != key
    assert key != "a key"


def test_an_imported_key_is_known_by_its_kind_until_its_token_is_renewed() -> None:
    """The second token is ours; a key that was deleted is not imported again."""
    story = working()
    brought = ImportKey(ACME, OLD, KeyId("9" * 32), b"3" * 32, Kind("sha256"), "Old shop", expires=Moment(NOW + 9999))
    story.do(brought)
    assert story.keyring.keys[OLD].kind == "sha256"
    assert set(story.keyring.foreign) == {"sha256"}
    assert story.keyring.keys[OLD].registered
    assert story.refused(brought) is Reason.KEY_EXISTS
    story.do(RenewKey(ACME, OLD, b"4" * 32))
    assert story.keyring.keys[OLD].kind == "sha256"
    story.do(FinishRenewal(ACME, OLD))
    assert (story.keyring.keys[OLD].kind, story.keyring.keys[OLD].digest) == ("", b"4" * 32)
    story.do(DeleteKey(ACME, OLD))
    assert story.refused(brought) is Reason.KEY_EXISTS
    past = replace(brought, app_key=AWAY, expires=Moment(NOW - 1))
    assert story.refused(past) is Reason.MOMENT_PASSED


def test_a_reported_token_that_works_blocks_its_key_and_any_other_is_noted() -> None:
    """The first and the second of an open renewal; a retired one and that of a deleted key change nothing."""
    for number in (1, 2):
        story = working()
        first = story.key.digest
        story.do(RenewKey(ACME, ERP, b"2" * 32))
        told = ReportLeak(ACME, ERP, first if number == 1 else b"2" * 32, "https://code.example/x")
        assert isinstance(story.do(told, by=REPORTER), happened.KeyBlocked)
        assert story.key.leaked
        assert story.key.blocked == Mark(story.changes[-1].at, "reporter github", "https://code.example/x")
        assert story.refused(told, REPORTER) is Reason.ALREADY_SO
    story = working()
    first = story.key.digest
    story.do(RenewKey(ACME, ERP, b"2" * 32))
    story.do(FinishRenewal(ACME, ERP))
    for _ in range(2):
        before = story.keyring
        assert isinstance(story.do(ReportLeak(ACME, ERP, first), by=REPORTER), happened.LeakNoted)
        assert replace(story.keyring, revision=before.revision) == before
        if ERP in before.keys:
            story.do(DeleteKey(ACME, ERP))
    assert story.refused(ReportLeak(ACME, ERP, b"9" * 32), REPORTER) is Reason.KEY_UNKNOWN
    assert story.refused(ReportLeak(ACME, AWAY, first), REPORTER) is Reason.KEY_UNKNOWN


def test_a_reporter_may_report_and_nothing_else() -> None:
    """Not even block a key: it has to know the token."""
    story = working()
    for kind, command in COMMANDS.items():
        refused = plan(story.keyring, command, by=REPORTER, at=NOW)
        assert isinstance(refused, Refusal), kind
    assert not story.keyring.may(REPORTER, (EDIT_API_KEYS,), NOW)


def test_many_changes_at_once_are_the_same_changes_one_by_one() -> None:
    """Of an account's own keys, refusals between them; and nothing else is taken."""
    story = working()
    start = story.keyring
    commands = (
        ImportKey(ACME, OLD, KeyId("9" * 32), b"3" * 32, Kind("sha512"), "Old shop"),
        GrantToKey(ACME, ONE, OLD),
        issue(AWAY),
        DeactivateKey(ACME, OLD, "unused there"),
        WithdrawFromKey(ACME, ONE, ERP),
    )
    for command in commands:
        story.do(command)
    changes = [*story.changes[-len(commands) :]]
    changes.append(Change(ACME, NOW, SPONSOR, CommandRefused("import_key", Reason.KEY_EXISTS)))
    committed = [(change, Revision("0", number)) for number, change in enumerate(changes, start.revision.seq + 1)]
    one_by_one = start
    for change, revision in committed:
        one_by_one = after(one_by_one, change, revision)
    at_once = after_each(start, committed)
    assert at_once == one_by_one
    assert at_once.foreign == one_by_one.foreign == {"sha512"}
    with pytest.raises(ValueError, match="not about one key"):
        after_each(start, [(Change(ACME, NOW, SPONSOR, happened.UserAdded(BIA, "Bia")), Revision("0", 9))])


def test_every_event_can_happen() -> None:
    """An event that no command leads to would be dead words in every audit."""
    story = with_user()
    story.do(HandOver(ACME, ERP, ID))
    story.do(OpenHandover(ACME, ERP, ID), by=Actor(ActorKind.KEY, ERP))
    story.do(ChangePassword(ACME, BIA, HASH), by=user(BIA))
    for command in (
        GiveSetUpLink(ACME, BIA, FIRST),
        EditSettings(ACME, https_only=True),
        MuteEpisode(ACME, EPISODE),
        UnmuteEpisode(ACME, EPISODE),
        InviteSponsor(ACME, BIA),
        CancelTransfer(ACME),
        InviteSponsor(ACME, BIA),
        WithdrawFromUser(ACME, TWO, BIA),
        DeactivateKey(ACME, ERP),
        ActivateKey(ACME, ERP),
        BlockKey(ACME, ERP),
        RenewKey(ACME, ERP, b"2" * 32),
        FinishRenewal(ACME, ERP),
        WithdrawFromKey(ACME, ONE, ERP),
        EditRole(ACME, ONE, add=frozenset({Resource("a", "b")})),
        SpreadResource(ACME, LIST, CANCEL),
        DeleteRole(ACME, ONE),
        DeleteKey(ACME, ERP),
        ImportKey(ACME, OLD, KeyId("9" * 32), b"3" * 32, Kind("sha256"), "Old shop"),
        ImportCatalogue(ACME, "name = 'x'"),
        AddPredefinedRoles(ACME, (OWNER,)),
        AdoptKey(ACME, AWAY, GLOBEX),
        DeleteKey(ACME, AWAY),
        AddUser(ACME, Email("rui@acme.example"), "Rui"),
        RemoveUser(ACME, Email("rui@acme.example")),
    ):
        story.do(command)
    story.do(SuspendAccount(ACME), by=OPERATOR)
    story.do(ResumeAccount(ACME), by=OPERATOR)
    story.do(GiveUserToken(ACME, BIA), by=OPERATOR)
    story.do(ReportLeak(ACME, ERP, b"2" * 32), by=REPORTER)
    story.do(AcceptSponsorship(ACME), by=user(BIA))
    seen = {type(change.event) for change in story.changes} | {CommandRefused}
    assert seen == set(get_args(happened.Event))
    assert all(fields(event) is not None for event in seen)
