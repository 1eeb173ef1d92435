"""Why, for the caller and for the account's keepers: what is told to whom, and that it is true."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from random import Random

import pytest
from msgspec import structs
from tests.core.worlds import ACME, ANA, CANCEL, ERP, LIST, NOW, OPERATOR, PEPPER, TOKEN, Story, attempt, issue, working
from tests.doctor.errors import CLASSES, fresh_pair

from chaveiro.core.attempt import (
    NOTHING,
    Ambiguous,
    Attempt,
    Carrier,
    Field,
    Match,
    Misplaced,
    Need,
    NoMethod,
    NoRoute,
    Presented,
    Transport,
)
from chaveiro.core.cause import Audience, Cause, Confidence, Finding, Stage
from chaveiro.core.command import (
    ActivateKey,
    BlockKey,
    CreateRole,
    DeactivateKey,
    DeleteKey,
    DeleteRole,
    EditRole,
    FinishRenewal,
    GrantToKey,
    IssueKey,
    RenewKey,
    ResumeAccount,
    SuspendAccount,
    WithdrawFromKey,
)
from chaveiro.core.credential import digest, mint_key, mint_token, mint_vtex_key, mint_vtex_token
from chaveiro.core.decision import Denied, decide
from chaveiro.core.keyring import NO_DIGEST, Grant, Keyring, Mark
from chaveiro.core.names import AccountName, AppKey, Email, Moment, Resource, RoleId
from chaveiro.doctor.engine import Diagnosis, diagnose, remedies, tell
from chaveiro.doctor.trial import carried_out

ONE = RoleId(1)
NEW_TOKEN = mint_token(ERP, bytes(33)).reveal()
CRM = mint_key(bytes(10))
CRM_TOKEN = mint_token(CRM, bytes(33)).reveal()
VTEX_KEY = mint_vtex_key(ACME, bytes(16))
VTEX_TOKEN = mint_vtex_token(bytes(range(96))).reveal()
GLOBEX = AccountName("globex")
ELSEWHERE_KEY = mint_key(b"elsewhere!")
ELSEWHERE_TOKEN = mint_token(ELSEWHERE_KEY, bytes(33)).reveal()


def key_digest(text: str) -> bytes:
    return digest(PEPPER, text)


def issued(app_key: AppKey, token: str) -> IssueKey:
    return issue(app_key, token)


def elsewhere(sponsor: Email = ANA) -> Keyring:
    """Another account, with a working key of its own."""
    keyring = working().keyring
    key = structs.replace(keyring.keys[ERP], app_key=ELSEWHERE_KEY, digest=key_digest(ELSEWHERE_TOKEN))
    roles = {RoleId(7): replace(keyring.roles[ONE], id=RoleId(7), name="Orders")}
    grants = (Grant(RoleId(7), GLOBEX, key.created),)
    return replace(
        keyring, account=GLOBEX, sponsor=sponsor, roles=roles, keys={ELSEWHERE_KEY: structs.replace(key, grants=grants)}
    )


@dataclass(frozen=True)
class Case:
    """An account, an attempt, and what keepers must read of it."""

    name: str
    keyring: Callable[[], Keyring]
    attempt: Attempt
    expected: list[Cause]
    told: Cause | None = None  # what the caller reads, where that is another cause
    elsewhere: Keyring | None = None
    newest: Callable[[], Keyring] | None = None
    verified: bool = True
    facts: dict[str, object] = field(default_factory=dict)


def after(*commands: object) -> Callable[[], Keyring]:
    def grown() -> Keyring:
        story = working()
        for command in commands:
            by = OPERATOR if isinstance(command, SuspendAccount) else None
            story.do(command, **({"by": by} if by else {}))  # type: ignore[arg-type]
        return story.keyring

    return grown


def with_key(**changed: object) -> Callable[[], Keyring]:
    def grown() -> Keyring:
        keyring = working().keyring
        return replace(keyring, keys={ERP: structs.replace(keyring.keys[ERP], **changed)})

    return grown


def newer(keyring: Callable[[], Keyring]) -> Callable[[], Keyring]:
    """The same account, as of a later revision."""

    def grown() -> Keyring:
        made = keyring()
        return replace(made, revision=made.revision._replace(seq=made.revision.seq + 1))

    return grown


def with_grants(*grants: Grant) -> Callable[[], Keyring]:
    return with_key(grants=grants)


def swapped_registration() -> Keyring:
    """Somebody typed the two values into each other's field."""
    keyring = working().keyring
    key = structs.replace(keyring.keys[ERP], app_key=AppKey(VTEX_TOKEN), digest=key_digest(VTEX_KEY))
    return replace(keyring, keys={AppKey(VTEX_TOKEN): key})


def vtex_account() -> Keyring:
    story = Story(CreateRole(ACME, "Pedidos", frozenset({LIST})), issued(VTEX_KEY, VTEX_TOKEN))
    story.do(GrantToKey(ACME, ONE, VTEX_KEY))
    return story.keyring


CUT = NOW + 500
MARK = Mark(Moment(NOW), "bia@acme.example", "leaked in a forum")
D = Cause.CREDENTIALS_INVALID
MISSING = Cause.PERMISSION_MISSING_RESOURCE
RENEWED = (RenewKey(ACME, ERP, key_digest(NEW_TOKEN)), FinishRenewal(ACME, ERP))

CASES = [
    # What the request alone tells.
    Case("key missing", after(), attempt(app_key=NOTHING), [Cause.KEY_MISSING]),
    Case("token empty", after(), attempt(""), [Cause.TOKEN_EMPTY], verified=False),
    Case("both missing", after(), attempt(NOTHING, NOTHING), [Cause.CREDENTIALS_MISSING], verified=False),
    Case("sent twice", after(), attempt(Presented(TOKEN, 2)), [Cause.TOKEN_DUPLICATED], facts={"count": 2}),
    Case("joined", after(), attempt(NOTHING, f"{ERP}:{TOKEN}"), [Cause.KEY_AND_TOKEN_JOINED], facts={"field": "key"}),
    Case(
        "also in the query", after(),
        attempt(misplaced=(Misplaced(Field.TOKEN, Carrier.QUERY, "appToken"),)), [Cause.CREDENTIALS_IN_QUERY],
        facts={"carrier": "appToken"},
    ),
    Case(
        "other header", after(),
        attempt(NOTHING, misplaced=(Misplaced(Field.TOKEN, Carrier.OTHER_HEADER, "X-App-Token"),)),
        [Cause.WRONG_HEADER_NAME], verified=False,
        facts={"carrier": "X-App-Token", "expected": "X-VTEX-API-AppToken"},
    ),
    Case(
        "too long", after(), attempt("x" * 2000), [Cause.VALUE_OVERSIZED], verified=False,
        facts={"field": "token", "length": 2000, "length_max": 1024},
    ),
    Case("swapped", after(), attempt(ERP, TOKEN), [Cause.FIELDS_SWAPPED]),
    Case("a blank", after(), attempt(f"{TOKEN} "), [Cause.TOKEN_OUTER_WHITESPACE]),
    Case("cut short", after(), attempt(TOKEN[:40]), [Cause.TOKEN_TRUNCATED], verified=False),
    Case("capitals, VTEX", vtex_account, attempt(VTEX_TOKEN.lower(), VTEX_KEY), [Cause.TOKEN_LETTER_CASE_CHANGED]),
    Case(
        "a blank, and no role", after(WithdrawFromKey(ACME, ONE, ERP)), attempt(f"{TOKEN} "),
        [Cause.TOKEN_OUTER_WHITESPACE, Cause.NO_ROLE_LINKED],
    ),
    Case(
        "swapped, inactive, no role",
        after(WithdrawFromKey(ACME, ONE, ERP), DeactivateKey(ACME, ERP)), attempt(ERP, TOKEN),
        [Cause.FIELDS_SWAPPED, Cause.KEY_INACTIVE, Cause.NO_ROLE_LINKED],
    ),
    # What the store knows.
    Case("deleted", after(DeleteKey(ACME, ERP)), attempt(), [Cause.KEY_DELETED], D, verified=False),
    Case("unknown", after(), attempt(CRM_TOKEN, CRM), [Cause.KEY_UNKNOWN], D, verified=False),
    Case("old token", after(*RENEWED), attempt(), [Cause.TOKEN_ROTATED], D),
    Case(
        "old token, with a typing error", after(*RENEWED), attempt(TOKEN.upper()),
        [Cause.TOKEN_LETTER_CASE_CHANGED, Cause.TOKEN_ROTATED], Cause.TOKEN_LETTER_CASE_CHANGED,
    ),
    Case(
        "another key's token", after(issued(CRM, CRM_TOKEN)), attempt(CRM_TOKEN),
        [Cause.PAIR_MISMATCH, Cause.TOKEN_OF_ANOTHER_KEY, Cause.NO_ROLE_LINKED], Cause.PAIR_MISMATCH,
    ),
    Case("never issued", after(), attempt(NEW_TOKEN), [Cause.TOKEN_NEVER_ISSUED], D, verified=False),
    Case(
        "never issued, and the key is inactive", after(DeactivateKey(ACME, ERP)), attempt(NEW_TOKEN),
        [Cause.TOKEN_NEVER_ISSUED, Cause.KEY_INACTIVE], D, verified=False,
    ),
    Case(
        "unverifiable", vtex_account, attempt(VTEX_TOKEN[::-1], VTEX_KEY),
        [Cause.TOKEN_UNVERIFIABLE], D, verified=False,
    ),
    Case(
        "registered by hand, and never worked",
        lambda: replace(
            vtex_account(), keys={VTEX_KEY: structs.replace(vtex_account().keys[VTEX_KEY], registered=True)}
        ),
        attempt(VTEX_TOKEN[::-1], VTEX_KEY), [Cause.REGISTERED_TOKEN_SUSPECT], D, verified=False,
    ),
    Case(
        "appKey mistyped, VTEX", vtex_account, attempt(VTEX_TOKEN, VTEX_KEY[:-1] + "Z"),
        [Cause.KEY_ONE_CHARACTER_WRONG], D, facts={"position": len(VTEX_KEY)},
    ),
    Case(
        "another account's pair", after(), attempt(ELSEWHERE_TOKEN, ELSEWHERE_KEY), [Cause.WRONG_ACCOUNT], D,
        elsewhere=elsewhere(), facts={"home": GLOBEX},
    ),
    Case(
        "another sponsor's pair", after(), attempt(ELSEWHERE_TOKEN, ELSEWHERE_KEY), [Cause.KEY_UNKNOWN], D,
        elsewhere=elsewhere(Email("eve@globex.example")), verified=False,
    ),
    Case(
        "registered the wrong way round", swapped_registration, attempt(VTEX_TOKEN, VTEX_KEY),
        [Cause.REGISTERED_PAIR_SWAPPED], D,
    ),
    # State and place.
    Case("suspended", after(SuspendAccount(ACME, "unpaid")), attempt(), [Cause.ACCOUNT_SUSPENDED]),
    Case("blocked", after(BlockKey(ACME, ERP, "leaked")), attempt(), [Cause.KEY_BLOCKED]),
    Case("inactive", after(DeactivateKey(ACME, ERP, "holidays")), attempt(), [Cause.KEY_INACTIVE]),
    Case("expired", with_key(expires=CUT), attempt(), [Cause.KEY_EXPIRED], facts={"at": CUT}),
    Case("too early", with_key(valid_from=NOW + 5e3), attempt(), [Cause.KEY_NOT_YET_VALID], facts={"at": NOW + 5e3}),
    Case("plain", lambda: replace(working().keyring, https_only=True), attempt(transport=Transport.PLAIN),
         [Cause.INSECURE_TRANSPORT]),
    Case(
        "address", with_key(networks=(ip_network("10.0.0.0/8"),)), attempt(address="192.0.2.1"),
        [Cause.IP_NOT_ALLOWED], facts={"address": "192.0.2.1"},
    ),
    Case(
        "everything at once", with_key(blocked=MARK, inactive=MARK, expires=CUT, grants=()), attempt(TOKEN.upper()),
        [Cause.TOKEN_LETTER_CASE_CHANGED, Cause.KEY_BLOCKED, Cause.KEY_EXPIRED, Cause.NO_ROLE_LINKED],
    ),
    # Roles.
    Case("no role", after(WithdrawFromKey(ACME, ONE, ERP)), attempt(), [Cause.NO_ROLE_LINKED]),
    Case("lacking", after(), attempt(wanted=Need((CANCEL,))), [MISSING], facts={"required": Need((CANCEL,))}),
    Case(
        "lacking one of two", after(), attempt(wanted=Need((LIST, CANCEL), Match.ALL)), [MISSING],
        facts={"required": Need((LIST, CANCEL), Match.ALL)},
    ),
    Case("role deleted", after(DeleteRole(ACME, ONE)), attempt(), [Cause.ROLE_DELETED], Cause.NO_ROLE_LINKED),
    Case(
        "link expired", with_grants(Grant(ONE, ACME, MARK, Moment(CUT))), attempt(), [Cause.ROLE_LINK_EXPIRED],
        Cause.NO_ROLE_LINKED, facts={"role": "Pedidos", "at": CUT, "required": Need((LIST,))},
    ),
    Case(
        "expired link to a role that lacks it too",
        with_grants(Grant(ONE, ACME, MARK, Moment(CUT))), attempt(wanted=Need((CANCEL,))), [Cause.NO_ROLE_LINKED],
    ),
    Case(
        "another account's role", with_grants(Grant(RoleId(7), GLOBEX, MARK)), attempt(),
        [Cause.ROLE_OF_ANOTHER_ACCOUNT], Cause.NO_ROLE_LINKED, elsewhere=elsewhere(),
    ),
    Case(
        "empty role", after(EditRole(ACME, ONE, remove=frozenset({LIST}))), attempt(), [Cause.ROLE_EMPTY], MISSING,
    ),
    Case(
        "named in small letters",
        after(EditRole(ACME, ONE, add=frozenset({Resource("oms", "listorders")}), remove=frozenset({LIST}))),
        attempt(), [Cause.PERMISSION_NAME_MISMATCH], MISSING,
        facts={"granted": "oms/listorders", "required": Need((LIST,))},
    ),
    Case(
        "of another product",
        after(EditRole(ACME, ONE, add=frozenset({Resource("Catalog", "ListOrders")}), remove=frozenset({LIST}))),
        attempt(), [Cause.PERMISSION_NAME_MISMATCH], MISSING,
    ),
    Case(
        "granted, and not yet here", after(WithdrawFromKey(ACME, ONE, ERP)), attempt(), [Cause.GRANT_NOT_PROPAGATED],
        Cause.NO_ROLE_LINKED, newest=after(WithdrawFromKey(ACME, ONE, ERP), GrantToKey(ACME, ONE, ERP)),
    ),
    *(
        Case(
            f"{name}, and granted where this node has not read it yet", after(WithdrawFromKey(ACME, ONE, ERP), *state),
            sent, [*expected, Cause.GRANT_NOT_PROPAGATED], told, newest=after(*state), verified=verified,
        )
        for name, state, sent, expected, told, verified in (
            ("inactive", [DeactivateKey(ACME, ERP)], attempt(), [Cause.KEY_INACTIVE], None, True),
            ("blocked", [BlockKey(ACME, ERP, "leaked")], attempt(), [Cause.KEY_BLOCKED], None, True),
            ("suspended", [SuspendAccount(ACME, "unpaid")], attempt(), [Cause.ACCOUNT_SUSPENDED], None, True),
            (
                "suspended and inactive", [DeactivateKey(ACME, ERP), SuspendAccount(ACME, "unpaid")], attempt(),
                [Cause.ACCOUNT_SUSPENDED, Cause.KEY_INACTIVE], None, True,
            ),
            ("mistyped", [], attempt(TOKEN.upper()), [Cause.TOKEN_LETTER_CASE_CHANGED], None, True),
            (
                "swapped and inactive", [DeactivateKey(ACME, ERP)], attempt(ERP, TOKEN),
                [Cause.FIELDS_SWAPPED, Cause.KEY_INACTIVE], None, True,
            ),
        )
    ),
    Case(
        "expired, and granted where this node has not read it yet", with_key(grants=(), expires=Moment(CUT)), attempt(),
        [Cause.KEY_EXPIRED, Cause.GRANT_NOT_PROPAGATED], newest=newer(with_key(expires=Moment(CUT))),
    ),
    Case(
        "not yet valid, and granted where this node has not read it yet",
        with_key(grants=(), valid_from=Moment(NOW + 9999)), attempt(),
        [Cause.KEY_NOT_YET_VALID, Cause.GRANT_NOT_PROPAGATED], newest=newer(with_key(valid_from=Moment(NOW + 9999))),
    ),
    Case(
        "inactive here alone, and granted where this node has not read it yet",
        after(WithdrawFromKey(ACME, ONE, ERP), DeactivateKey(ACME, ERP)), attempt(),
        [Cause.KEY_INACTIVE, Cause.GRANT_NOT_PROPAGATED], newest=after(),
    ),
    Case(
        "inactive, and granted where the key has expired meanwhile",
        after(WithdrawFromKey(ACME, ONE, ERP), DeactivateKey(ACME, ERP)), attempt(),
        [Cause.KEY_INACTIVE, Cause.NO_ROLE_LINKED], newest=newer(with_key(expires=Moment(CUT))),
    ),
    Case(
        "granted only afterwards", after(WithdrawFromKey(ACME, ONE, ERP)), attempt(at=Moment(NOW + 3.5)),
        [Cause.NO_ROLE_LINKED], newest=after(WithdrawFromKey(ACME, ONE, ERP), GrantToKey(ACME, ONE, ERP)),
    ),
    Case(
        "ambiguous", after(), attempt(wanted=Ambiguous("//")), [Cause.PATH_AMBIGUOUS], verified=False,
        facts={"part": "//"},
    ),
    Case("no route", after(), attempt(wanted=NoRoute("GET", "/x")), [Cause.ROUTE_NOT_MAPPED], verified=False),
    Case(
        "no method", after(), attempt(wanted=NoMethod("PUT", "/x", ("GET",))), [Cause.METHOD_NOT_MAPPED],
        verified=False, facts={"method": "PUT", "path": "/x", "methods": ("GET",)},
    ),
    Case(
        "no route and no role", after(WithdrawFromKey(ACME, ONE, ERP)), attempt(wanted=NoRoute("GET", "/x")),
        [Cause.NO_ROLE_LINKED, Cause.ROUTE_NOT_MAPPED],
    ),
]  # fmt: skip


def denied(keyring: Keyring, tried: Attempt) -> Denied:
    decision = decide(keyring, tried)
    assert isinstance(decision, Denied)
    return decision


def diagnosis(case: Case) -> Diagnosis:
    keyring = case.keyring()
    newest = case.newest() if case.newest else None
    return diagnose(
        keyring,
        case.attempt,
        denied(keyring, case.attempt),
        digest=key_digest,
        elsewhere=case.elsewhere,
        newest=newest,
        always_refused=True,
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_keepers_read_the_cause_and_the_next_obstacles(case: Case) -> None:
    """In the order in which they would be met, each with every fact that its cause always carries."""
    found = diagnosis(case)
    assert [one.cause for one in found.findings] == case.expected
    for one in found.findings:
        assert set(one.facts) == set(one.cause.facts)
    assert (found.findings[0].confidence is Confidence.VERIFIED) == case.verified
    if case.facts:
        assert found.findings[0].facts == case.facts


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_caller_reads_what_it_has_proved(case: Case) -> None:
    """A stranger what its own bytes tell, a holder what the decision says; never keepers' facts."""
    keyring = case.keyring()
    decision = denied(keyring, case.attempt)
    told = tell(keyring, case.attempt, decision)
    assert told.cause is (case.told or case.expected[0])
    assert set(told.facts) == set(told.cause.facts)
    assert not told.evidence
    audience = Audience.HOLDER if decision.app_key else Audience.STRANGER
    assert told.cause.audience <= audience


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_explaining_changes_no_verdict(case: Case) -> None:
    """Neither the keyring nor the attempt is another one afterwards."""
    keyring = case.keyring()
    before = denied(keyring, case.attempt)
    again = replace(keyring)
    diagnose(keyring, case.attempt, before, digest=key_digest, elsewhere=case.elsewhere)
    for finding in diagnosis(case).findings:
        remedies(keyring, finding, case.attempt)
    assert keyring == again
    assert denied(keyring, case.attempt) == before


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_remedy_can_be_carried_out_and_helps(case: Case) -> None:
    """None is refused by `plan`; once all that stands before it is put right, `decide` comes further."""
    keyring = case.keyring()
    for finding in diagnosis(case).findings:
        for remedy in remedies(keyring, finding, case.attempt):
            at = case.attempt.at
            free = carried_out(keyring, (ResumeAccount(ACME),), at) if keyring.suspended else keyring
            changed = carried_out(
                keyring if ResumeAccount(ACME) in remedy.commands else free or keyring, remedy.commands, at
            )
            assert changed is not None
            assert remedy.against is finding.cause


def test_most_denials_have_a_remedy_by_command() -> None:
    """What a command can put right, one does: activated, renewed, resumed, linked, widened or made anew."""
    with_remedy = {
        case.name: tuple(type(command) for command in found[0].commands)
        for case in CASES
        if ", and granted where" not in case.name  # the same states once more
        and (found := remedies(case.keyring(), diagnosis(case).findings[0], case.attempt))
    }
    assert with_remedy == {
        "cut short": (RenewKey,),
        "old token": (RenewKey,),
        "never issued": (RenewKey,),
        "never issued, and the key is inactive": (RenewKey,),
        "unverifiable": (RenewKey,),
        "registered by hand, and never worked": (RenewKey,),
        "suspended": (ResumeAccount,),
        "blocked": (RenewKey, FinishRenewal, ActivateKey),
        "inactive": (ActivateKey,),
        "no role": (GrantToKey,),
        "lacking": (EditRole,),
        "lacking one of two": (EditRole,),
        "role deleted": (CreateRole, GrantToKey),
        "link expired": (GrantToKey,),
        "expired link to a role that lacks it too": (CreateRole, GrantToKey),
        "another account's role": (GrantToKey,),
        "empty role": (EditRole,),
        "named in small letters": (EditRole,),
        "of another product": (EditRole,),
        "granted, and not yet here": (GrantToKey,),
        "granted only afterwards": (GrantToKey,),
    }


def test_a_renewal_that_is_proposed_has_no_token_yet() -> None:
    """Whoever carries it out mints the token and shows it once."""
    case = next(case for case in CASES if case.name == "blocked")
    (remedy,) = remedies(case.keyring(), diagnosis(case).findings[0], case.attempt)
    renew = remedy.commands[0]
    assert isinstance(renew, RenewKey)
    assert renew.digest == NO_DIGEST


def test_remedies_are_ranked_by_what_they_give_too_much() -> None:
    """An existing role with few other resources, then a linked one made wider, then a new one, the mightiest last."""
    others = [Resource("Catalog", f"Resource{n}") for n in range(99)]
    story = working()
    story.do(CreateRole(ACME, "All", frozenset({CANCEL, *others})))
    story.do(CreateRole(ACME, "Some", frozenset({CANCEL, *others[:2]})))
    story.do(CreateRole(ACME, "Just", frozenset({CANCEL})))
    story.do(CreateRole(ACME, "Other", frozenset(others)))
    wanted = attempt(wanted=Need((CANCEL,)))
    found = remedies(story.keyring, Finding(MISSING, {"required": Need((CANCEL,))}), wanted)
    assert [one.excess for one in found] == [0, 2, 0, 0, 99]
    assert [one.commands[0] for one in found[:2]] == [GrantToKey(ACME, RoleId(role), ERP) for role in (4, 3)]
    assert found[2].commands == (EditRole(ACME, ONE, add=frozenset({CANCEL})),)
    assert isinstance(found[3].commands[0], CreateRole)
    assert found[4].commands == (GrantToKey(ACME, RoleId(2), ERP),)


def test_roles_that_only_together_cover_a_need_are_found() -> None:
    """An all-of need may be met by two roles, with the fewest other resources."""
    first, second, third = (Resource("Catalog", name) for name in ("A", "B", "C"))
    story = working()
    story.do(CreateRole(ACME, "wide", frozenset({first, Resource("x", "y")})))
    story.do(CreateRole(ACME, "narrow", frozenset({first})))
    story.do(CreateRole(ACME, "rest", frozenset({second, third})))
    need = Need((LIST, first, second, third), Match.ALL)
    found = remedies(story.keyring, Finding(MISSING, {"required": need}), attempt(wanted=need))
    assert found[0].commands == (GrantToKey(ACME, RoleId(3), ERP), GrantToKey(ACME, RoleId(4), ERP))
    assert found[0].excess == 0


def test_widening_a_role_tells_who_else_gets_more() -> None:
    """The reach of a remedy is counted in keys and users."""
    story = working()
    story.do(issued(CRM, CRM_TOKEN))
    story.do(GrantToKey(ACME, ONE, CRM))
    found = remedies(story.keyring, Finding(MISSING, {"required": Need((CANCEL,))}), attempt(wanted=Need((CANCEL,))))
    assert [one.reach for one in found if isinstance(one.commands[0], EditRole)] == [1]


def test_a_stranger_reads_the_same_whatever_the_store_knows() -> None:
    """Unknown, wrong, inactive, deleted, another account's: byte for byte one answer, for well-formed and damaged."""
    worlds = [
        Story().keyring,
        working().keyring,
        after(*RENEWED)(),
        after(DeactivateKey(ACME, ERP), RenewKey(ACME, ERP, key_digest(NEW_TOKEN)), FinishRenewal(ACME, ERP))(),
        after(BlockKey(ACME, ERP), RenewKey(ACME, ERP, key_digest(NEW_TOKEN)), FinishRenewal(ACME, ERP))(),
        after(DeleteKey(ACME, ERP))(),
        after(SuspendAccount(ACME))(),
        elsewhere(),
    ]
    rng = Random(8)
    never = mint_token(ERP, rng.randbytes(33)).reveal()
    texts = [never, *(error.do(never, rng).text for error in CLASSES)]
    for text in texts:
        tried = attempt(text)
        told = {repr(tell(keyring, tried, denied(keyring, tried))) for keyring in worlds}
        assert len(told) == 1
    tried = attempt(TOKEN)
    still_denied = [world for world in worlds if isinstance(decide(world, tried), Denied)]
    untold = {repr(tell(w, tried, d)) for w in still_denied if (d := denied(w, tried)).app_key is None}
    assert untold == {repr(Finding(Cause.CREDENTIALS_INVALID))}


def test_verified_is_said_only_of_what_was_tried() -> None:
    """For random damage to right and wrong tokens: every verified shape finding comes with a repair that matches."""
    rng = Random(12)
    for error in CLASSES:
        key, token = fresh_pair(rng)
        broken = error.do(token, rng).text
        if not broken:
            continue
        for right in (True, False):
            stored = token if right else mint_token(key, rng.randbytes(33)).reveal()
            story = Story(CreateRole(ACME, "Pedidos", frozenset({LIST})), issued(key, stored))
            tried = attempt(broken, key)
            found = diagnose(story.keyring, tried, denied(story.keyring, tried), digest=key_digest)
            shape = [one for one in found.findings if one.cause.stage is Stage.SHAPE]
            expected = right and error.repaired
            assert all((one.confidence is Confidence.VERIFIED) == expected for one in shape)
            if expected:
                assert found.findings[-1].cause is Cause.NO_ROLE_LINKED
                assert found.app_key == key


@pytest.mark.parametrize(
    ("sent", "expected", "facts"),
    [
        (VTEX_TOKEN[:40] + "QX"[VTEX_TOKEN[40] == "Q"] + VTEX_TOKEN[41:], "ONE_CHARACTER_WRONG", {"position": 41}),
        (VTEX_TOKEN[:40] + "7" + VTEX_TOKEN[41:], "ONE_CHARACTER_WRONG", {"position": 41}),
        (VTEX_TOKEN[1::-1] + VTEX_TOKEN[2:], "CHARACTERS_TRANSPOSED", {"positions": (1, 2)}),
        (VTEX_TOKEN[:-1], "CHARACTER_MISSING", {"position": 128}),
        (VTEX_TOKEN + "Q", "CHARACTER_EXTRA", {"position": 129}),
    ],
)
def test_keepers_learn_of_a_typing_error_that_only_the_store_can_show(
    sent: str, expected: str, facts: dict[str, object]
) -> None:
    """One error in a token without a check part, minted here: found by search, aside, and only if that is allowed."""
    keyring = vtex_account()
    tried = attempt(sent, VTEX_KEY)
    refused = denied(keyring, tried)
    found = diagnose(keyring, tried, refused, digest=key_digest, search=True).findings
    assert [one.cause for one in found] == [Cause[f"TOKEN_{expected}"]]
    assert (found[0].facts, found[0].confidence) == (facts, Confidence.VERIFIED)
    assert found[0].evidence == {"confirmed_by": "store_search"}
    by_hand = replace(keyring, keys={VTEX_KEY: structs.replace(keyring.keys[VTEX_KEY], registered=True)})
    for other, search in ((keyring, False), (by_hand, True)):
        unsearched = diagnose(other, tried, refused, digest=key_digest, search=search).findings
        assert unsearched[0].confidence is not Confidence.VERIFIED


def test_two_typing_errors_without_a_check_part_stay_unknown() -> None:
    """A search for them would take seconds, so it is said that nobody can know."""
    letters = list(VTEX_TOKEN)
    for at in (10, 90):
        letters[at] = "QX"[letters[at] == "Q"]
    keyring, tried = vtex_account(), attempt("".join(letters), VTEX_KEY)
    found = diagnose(keyring, tried, denied(keyring, tried), digest=key_digest, search=True).findings
    assert [one.cause for one in found] == [Cause.TOKEN_UNVERIFIABLE]
    assert found[0].confidence is Confidence.CANNOT_KNOW


def test_a_blocked_key_with_a_renewal_open_finishes_that_first() -> None:
    """What was renewed after the block may be let in; what was renewed before it may be known to others too."""
    late = after(BlockKey(ACME, ERP), RenewKey(ACME, ERP, key_digest(NEW_TOKEN)))()
    (remedy,) = remedies(late, Finding(Cause.KEY_BLOCKED, {"at": NOW}), attempt())
    assert remedy.commands == (FinishRenewal(ACME, ERP), ActivateKey(ACME, ERP))
    early = after(RenewKey(ACME, ERP, key_digest(NEW_TOKEN)), BlockKey(ACME, ERP))()
    (remedy,) = remedies(early, Finding(Cause.KEY_BLOCKED, {"at": NOW}), attempt())
    assert [type(one) for one in remedy.commands] == [FinishRenewal, RenewKey, FinishRenewal, ActivateKey]


def test_keepers_evidence_says_who_and_why() -> None:
    """What only keepers may read stands beside the facts, not among them."""
    case = next(case for case in CASES if case.name == "blocked")
    assert diagnosis(case).findings[0].evidence == {"by": ANA, "why": "leaked"}
