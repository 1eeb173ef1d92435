"""Only a full match allows."""

import hmac
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from tests.core.worlds import (
    ACME,
    ANA,
    CANCEL,
    ERP,
    LIST,
    NOW,
    OPERATOR,
    PEPPER,
    SPONSOR,
    TOKEN,
    Story,
    attempt,
    issue,
    working,
)
from tests.promises.plugin import Proof

from chaveiro.core import decision
from chaveiro.core.attempt import (
    NOTHING,
    Ambiguous,
    AnyRole,
    Attempt,
    Carrier,
    Field,
    Misplaced,
    Need,
    NoMethod,
    NoRoute,
    Presented,
    Transport,
    presented,
)
from chaveiro.core.cause import Cause, Stage
from chaveiro.core.command import (
    AdoptKey,
    BlockKey,
    Command,
    CreateRole,
    DeactivateKey,
    DeleteKey,
    DeleteRole,
    FinishRenewal,
    GrantToKey,
    RenewKey,
    SuspendAccount,
    WithdrawFromKey,
)
from chaveiro.core.credential import digest
from chaveiro.core.decision import AFTER_PROOF, CHECKS, Allowed, Denied, decide
from chaveiro.core.keyring import Actor, Grant, Keyring, Mark
from chaveiro.core.names import AccountName, Moment, Resource, RoleId

OTHER = "cvt_1nq8j0000000000000000000000000000000000000000000000000000bhyee1rfvnx2t"


def cause_of(story: Story | Keyring, attempt: Attempt) -> Cause:
    denied = decide(story.keyring if isinstance(story, Story) else story, attempt)
    assert isinstance(denied, Denied), denied
    return denied.cause


def test_a_full_match_allows_by_every_role_in_force() -> None:
    """The answer names the key, its roles, and the revision it was decided on."""
    story = working()
    assert decide(story.keyring, attempt()) == Allowed(ERP, (RoleId(1),), story.keyring.revision)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"app_key": presented("x" * 1025)}, Cause.VALUE_OVERSIZED),
        ({"token": presented("x" * 1025)}, Cause.VALUE_OVERSIZED),
        ({"misplaced": (Misplaced(Field.TOKEN, Carrier.QUERY, "appToken"),)}, Cause.CREDENTIALS_IN_QUERY),
        (
            {"token": NOTHING, "misplaced": (Misplaced(Field.TOKEN, Carrier.OTHER_HEADER, "x-api-token"),)},
            Cause.WRONG_HEADER_NAME,
        ),
        (
            {"app_key": NOTHING, "misplaced": (Misplaced(Field.KEY, Carrier.OTHER_HEADER, "x-api-key"),)},
            Cause.WRONG_HEADER_NAME,
        ),
        ({"app_key": Presented("x" * 1024, 2)}, Cause.KEY_DUPLICATED),
        ({"app_key": NOTHING, "token": NOTHING}, Cause.CREDENTIALS_MISSING),
        ({"app_key": NOTHING}, Cause.KEY_MISSING),
        ({"token": NOTHING}, Cause.TOKEN_MISSING),
        ({"app_key": Presented(ERP, 2)}, Cause.KEY_DUPLICATED),
        ({"token": Presented(TOKEN, 2)}, Cause.TOKEN_DUPLICATED),
        ({"app_key": presented("")}, Cause.KEY_EMPTY),
        ({"token": presented("")}, Cause.TOKEN_EMPTY),
        ({"token": f"{TOKEN} "}, Cause.CREDENTIALS_INVALID),
        ({"token": TOKEN.upper()}, Cause.CREDENTIALS_INVALID),
        ({"token": ERP, "app_key": TOKEN}, Cause.CREDENTIALS_INVALID),
        ({"token": OTHER}, Cause.CREDENTIALS_INVALID),
        ({"app_key": "cvk_00000000000000003h0qnt"}, Cause.CREDENTIALS_INVALID),
        ({"token": "ção \udcff"}, Cause.CREDENTIALS_INVALID),
        ({"wanted": Need((CANCEL,))}, Cause.PERMISSION_MISSING_RESOURCE),
        ({"wanted": Ambiguous("//")}, Cause.PATH_AMBIGUOUS),
        ({"wanted": NoRoute("GET", "/x")}, Cause.ROUTE_NOT_MAPPED),
        ({"wanted": NoMethod("PUT", "/x", ("GET",))}, Cause.METHOD_NOT_MAPPED),
    ],
)
def test_anything_less_than_a_full_match_is_denied(change: dict[str, Any], cause: Cause, proof: Proof) -> None:
    """One thing away from an allow, each with its own cause."""
    assert cause_of(working(), attempt(**change)) is cause
    proof("G1", dose=1, figure="cases one step from an allow, each denied with its own cause")


def test_a_header_of_another_name_beside_the_right_one_changes_nothing() -> None:
    """What is judged is the pair in its own headers."""
    beside = (Misplaced(Field.KEY, Carrier.OTHER_HEADER, "x-api-key"),)
    assert isinstance(decide(working().keyring, attempt(misplaced=beside)), Allowed)


def test_both_tokens_work_while_a_renewal_is_open_and_only_the_new_one_after_it() -> None:
    """Renewal is two steps, so that no integration stops."""
    story = working()
    story.do(RenewKey(ACME, ERP, digest(PEPPER, OTHER)))
    assert isinstance(decide(story.keyring, attempt()), Allowed)
    assert isinstance(decide(story.keyring, attempt(OTHER)), Allowed)
    story.do(FinishRenewal(ACME, ERP))
    assert cause_of(story, attempt()) is Cause.CREDENTIALS_INVALID
    assert isinstance(decide(story.keyring, attempt(OTHER)), Allowed)


@pytest.mark.parametrize("app_key", [ERP, "cvk_00000000000000003h0qnt"])
def test_what_stands_for_no_digest_matches_nothing(app_key: str) -> None:
    """Unknown keys and absent second tokens are compared with zeros; whoever presents zeros is not let in."""
    assert cause_of(working(), structs.replace(attempt(app_key=app_key), digest=bytes(32))) is Cause.CREDENTIALS_INVALID


@pytest.mark.parametrize("token", [TOKEN, OTHER])
@pytest.mark.parametrize("app_key", [ERP, "cvk_00000000000000003h0qnt"])
def test_every_attempt_costs_the_same_comparisons(monkeypatch: pytest.MonkeyPatch, app_key: str, token: str) -> None:
    """Known or not, right or wrong: twice 32 bytes, by a function whose time does not say where they differ."""
    compared: list[tuple[object, object]] = []
    compare = hmac.compare_digest

    def watched(kept: bytes, shown: bytes) -> bool:
        compared.append((kept, shown))
        return compare(kept, shown)

    monkeypatch.setattr(hmac, "compare_digest", watched)
    tried = attempt(token, app_key=app_key)
    decide(working().keyring, tried)
    assert [shown for _, shown in compared] == [tried.digest] * 2
    assert all(isinstance(kept, bytes) and len(kept) == len(tried.digest) == 32 for kept, _ in compared)


@pytest.mark.parametrize(
    ("commands", "by", "cause"),
    [
        ([SuspendAccount(ACME, "unpaid")], OPERATOR, Cause.ACCOUNT_SUSPENDED),
        ([BlockKey(ACME, ERP, "leaked")], None, Cause.KEY_BLOCKED),
        ([DeactivateKey(ACME, ERP)], None, Cause.KEY_INACTIVE),
        ([DeactivateKey(ACME, ERP), BlockKey(ACME, ERP)], None, Cause.KEY_BLOCKED),
        ([DeleteRole(ACME, RoleId(1))], None, Cause.NO_ROLE_LINKED),
    ],
)
def test_a_key_that_people_stopped_is_denied(commands: list[Command], by: Actor | None, cause: Cause) -> None:
    """What people decided is told before what clocks say, and blocked before inactive."""
    story = working()
    for command in commands:
        story.do(command, **({"by": by} if by else {}))
    assert cause_of(story, attempt()) is cause


def test_a_key_works_from_its_first_moment_until_just_before_its_last() -> None:
    """Not before `valid_from`, not from `expires` on."""
    story = Story(
        CreateRole(ACME, "Pedidos", frozenset({LIST})),
        issue(valid_from=Moment(NOW + 100), expires=Moment(NOW + 200)),
        GrantToKey(ACME, RoleId(1), ERP, until=Moment(NOW + 150)),
    )
    assert cause_of(story, attempt(at=Moment(NOW + 99))) is Cause.KEY_NOT_YET_VALID
    assert isinstance(decide(story.keyring, attempt(at=Moment(NOW + 100))), Allowed)
    assert cause_of(story, attempt(at=Moment(NOW + 150))) is Cause.NO_ROLE_LINKED
    assert cause_of(story, attempt(at=Moment(NOW + 200))) is Cause.KEY_EXPIRED


@pytest.mark.parametrize(
    ("address", "allowed"),
    [("10.1.2.3", True), ("2001:db8::1", True), ("203.0.113.1", False), ("", False), ("10.1.2.3, 1.1.1.1", False)],
)
def test_a_key_with_networks_works_from_them_alone(address: str, allowed: bool) -> None:
    """An address that nobody knows, or that is none, is in no network."""
    story = Story(
        CreateRole(ACME, "Pedidos", frozenset({LIST})),
        issue(networks=(ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))),
        GrantToKey(ACME, RoleId(1), ERP),
    )
    decided = decide(story.keyring, attempt(address=address))
    assert isinstance(decided, Allowed) is allowed
    if not allowed:
        assert cause_of(story, attempt(address=address)) is Cause.IP_NOT_ALLOWED


def test_plain_http_is_refused_where_the_account_asks_for_https() -> None:
    """Only where it asks, and only where the door knows."""
    story = working()
    strict = replace(story.keyring, https_only=True)
    plain = attempt(transport=Transport.PLAIN)
    assert cause_of(strict, plain) is Cause.INSECURE_TRANSPORT
    assert isinstance(decide(story.keyring, plain), Allowed)
    assert isinstance(decide(strict, attempt(transport=Transport.UNKNOWN)), Allowed)


def test_a_role_of_another_account_gives_nothing() -> None:
    """Numbers repeat between accounts; a link counts only in the role's own."""
    story = working()
    foreign = Grant(RoleId(1), AccountName("globex"), Mark(NOW, ANA))
    keys = {ERP: structs.replace(story.key, grants=(foreign,))}
    assert cause_of(replace(story.keyring, keys=keys), attempt()) is Cause.NO_ROLE_LINKED


GLOBEX = AccountName("globex")


def adopted() -> Story:
    """An account that gave its one role to another account's key."""
    story = Story(CreateRole(ACME, "Pedidos", frozenset({LIST})), AdoptKey(ACME, ERP, GLOBEX))
    story.do(GrantToKey(ACME, RoleId(1), ERP))
    return story


def test_an_external_key_is_let_in_by_its_homes_token_and_the_roles_it_has_here() -> None:
    """What its home's roles give counts for nothing here, and what is given here for nothing there."""
    there = Story(CreateRole(GLOBEX, "Theirs", frozenset({CANCEL})), issue())
    there.do(GrantToKey(GLOBEX, RoleId(1), ERP))
    here = adopted().keyring
    joined = here.joined({GLOBEX: there.keyring})
    assert decide(joined, attempt()) == Allowed(ERP, (RoleId(1),), here.revision)
    assert cause_of(joined, attempt(wanted=Need((CANCEL,)))) is Cause.PERMISSION_MISSING_RESOURCE
    assert cause_of(joined, attempt(token=TOKEN[::-1])) is Cause.CREDENTIALS_INVALID
    for alone in (here, here.joined({}), here.joined({GLOBEX: Story(account=GLOBEX).keyring})):
        assert cause_of(alone, attempt()) is Cause.CREDENTIALS_INVALID


@pytest.mark.parametrize(
    ("command", "cause"),
    [
        (BlockKey(GLOBEX, ERP, "found in a forum"), Cause.KEY_BLOCKED),
        (DeactivateKey(GLOBEX, ERP), Cause.KEY_INACTIVE),
        (SuspendAccount(GLOBEX), Cause.ACCOUNT_SUSPENDED),
        (DeleteKey(GLOBEX, ERP), Cause.CREDENTIALS_INVALID),
    ],
)
def test_what_an_external_keys_home_decides_holds_everywhere(command: Command, cause: Cause) -> None:
    """When, but not by whom or why: that is its own account's affair."""
    there = Story(issue(), account=GLOBEX)
    there.do(command, by=OPERATOR if isinstance(command, SuspendAccount) else SPONSOR)
    joined = adopted().keyring.joined({GLOBEX: there.keyring})
    assert cause_of(joined, attempt()) is cause
    assert "forum" not in repr(joined)
    assert SPONSOR.name not in repr([structs.replace(key, grants=()) for key in joined.keys.values()])


def test_nothing_about_a_key_is_learnt_before_its_token_matches() -> None:
    """With a wrong token, a key in every bad state is denied exactly as a key that does not exist."""
    good, bad = working(), working()
    bad.do(BlockKey(ACME, ERP))
    bad.do(SuspendAccount(ACME), by=OPERATOR)
    wrong = attempt(OTHER)
    unknown = attempt(OTHER, app_key="cvk_00000000000000003h0qnt")
    for story in (good, bad):
        for tried in (wrong, unknown):
            assert decide(story.keyring, tried) == Denied(Cause.CREDENTIALS_INVALID, story.keyring.revision)


def test_the_checks_stand_in_the_order_of_the_stages() -> None:
    """The order is the meaning: presence, identity, lifecycle, context, authorization."""
    assert CHECKS[: -len(AFTER_PROOF)] == decision.BEFORE_PROOF
    assert CHECKS[-1] is decision.resource_granted
    assert Cause.CREDENTIALS_INVALID.stage < Stage.LIFECYCLE


def test_a_request_that_needs_no_resource_still_needs_the_pair_and_a_role() -> None:
    """Any role in force is enough, also an empty one; nothing less than a full match and a role is."""
    story = working()
    opened = attempt(wanted=AnyRole())
    assert decide(story.keyring, opened) == Allowed(ERP, (RoleId(1),), story.keyring.revision)
    assert cause_of(story, attempt(token=OTHER, wanted=AnyRole())) is Cause.CREDENTIALS_INVALID
    story.do(CreateRole(ACME, "Empty", frozenset()))
    story.do(WithdrawFromKey(ACME, RoleId(1), ERP))
    assert cause_of(story, opened) is Cause.NO_ROLE_LINKED
    grounds = decision.grounds_of(story.keyring, story.key, opened.at)
    assert decision.resource_granted(grounds, story.key, opened) is Cause.NO_ROLE_LINKED
    story.do(GrantToKey(ACME, RoleId(2), ERP))
    assert decide(story.keyring, opened) == Allowed(ERP, (RoleId(2),), story.keyring.revision)


@given(st.sets(st.sampled_from([LIST, CANCEL])), st.sampled_from([LIST, CANCEL]))
def test_a_grant_never_takes_away(extra: set[Resource], wanted: Resource) -> None:
    """Whatever a key may do, it may still do when it is linked to one more role."""
    story = working()
    before = decide(story.keyring, attempt(wanted=Need((wanted,))))
    story.do(CreateRole(ACME, "Extra", frozenset(extra)))
    story.do(GrantToKey(ACME, RoleId(2), ERP))
    after = decide(story.keyring, attempt(wanted=Need((wanted,))))
    assert isinstance(after, Allowed) or not isinstance(before, Allowed)
    assert isinstance(after, Allowed) == (wanted in extra | {LIST})


def doubtful() -> tuple[Keyring, Attempt]:
    """An allow about which every check has a say: it is left out of none."""
    story = Story(
        CreateRole(ACME, "Pedidos", frozenset({LIST})),
        issue(expires=Moment(NOW + 2000), networks=(ip_network("10.0.0.0/8"),)),
        GrantToKey(ACME, RoleId(1), ERP),
    )
    beside = (Misplaced(Field.KEY, Carrier.OTHER_HEADER, "x-api-key"),)
    return replace(story.keyring, https_only=True), attempt(address="10.1.2.3", misplaced=beside)


@pytest.mark.parametrize("broken", range(len(CHECKS)))
def test_an_exception_in_a_check_is_never_an_allow(monkeypatch: pytest.MonkeyPatch, broken: int) -> None:
    """Whatever goes wrong inside a decision leaves it without one."""

    class Surprise(Exception):
        pass

    def raising(*_: object) -> None:
        raise Surprise

    assert isinstance(decide(*doubtful()), Allowed)
    before, proof = list(decision.BEFORE_PROOF), list(decision.AFTER_PROOF)
    row, place = (before, broken) if broken < len(before) else (proof, broken - len(before))
    row[place] = raising
    monkeypatch.setattr(decision, "BEFORE_PROOF", tuple(before))
    monkeypatch.setattr(decision, "AFTER_PROOF", tuple(proof))
    with pytest.raises(Surprise):
        decide(*doubtful())


def test_a_surprise_in_what_is_always_asked_is_never_an_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where all is plain, and most checks are left out: the token and the resource are asked about each time."""

    def raising(*_: object) -> None:
        raise RuntimeError

    for name, row in (("PROOF", (raising,)), ("AFTER_PROOF", (*decision.AFTER_PROOF[:-1], raising))):
        with monkeypatch.context() as broken:
            broken.setattr(decision, name, row)
            with pytest.raises(RuntimeError):
                decide(working().keyring, attempt())
