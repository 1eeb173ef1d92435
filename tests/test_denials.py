"""Refusals: told at once, explained aside, kept without any presented value, and never in the way."""

import logging
import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
import structlog
from tests.core.worlds import (
    ACME,
    ANA,
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
from tests.doctor.errors import CLASSES, fresh_pair
from tests.promises.plugin import Proof

from chaveiro import denials as module
from chaveiro.core.attempt import Attempt, Need, NoRoute, Request
from chaveiro.core.cause import Cause, Confidence
from chaveiro.core.change import Change
from chaveiro.core.command import Command, CreateAccount, DeactivateKey, GrantToKey, SuspendAccount, WithdrawFromKey
from chaveiro.core.credential import digest, mint_key, mint_token, mint_vtex_key, mint_vtex_token
from chaveiro.core.decision import Denied, decide
from chaveiro.core.denial import Denial, DenialId, Told, Usage
from chaveiro.core.keyring import Actor, Keyring, Revision
from chaveiro.core.names import AccountName, AppKey, KeyId, Moment, Resource, RoleId
from chaveiro.core.plan import plan
from chaveiro.denials import KEEP_SECONDS, Denials
from chaveiro.doctor.engine import diagnose
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import LIMITS, Limits, Store, StoreUnavailable

AT = Moment(NOW + 1000)
ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


class Moody(MemoryStore):
    """A store that can be told to fail, or to wait."""

    def __init__(self) -> None:
        super().__init__()
        self.broken = False
        self.forgotten: list[Moment] = []
        self.gate = threading.Event()
        self.gate.set()

    def keep_denials(self, denials: Sequence[Denial], *, forget_before: Moment, limits: Limits = LIMITS) -> None:
        self.gate.wait(5)
        if self.broken:
            raise StoreUnavailable("the disk is full")
        self.forgotten.append(forget_before)
        super().keep_denials(denials, forget_before=forget_before, limits=limits)


def told_of(store: Store, story: Story) -> None:
    """Let a store live through a story."""
    seen = None
    for change in story.changes:
        seen = store.commit(change, seen=seen)


def carried(store: Store, command: Command, by: Actor) -> None:
    keyring = None if isinstance(command, CreateAccount) else store.keyring(command.account)
    planned = plan(keyring, command, by=by, at=Moment(NOW + 2000))
    assert isinstance(planned, Change)
    store.commit(planned, seen=keyring.revision if keyring else None)


@pytest.fixture
def store() -> Moody:
    filled = Moody()
    story = working()
    story.do(WithdrawFromKey(ACME, RoleId(1), ERP))
    told_of(filled, story)
    return filled


def desk(store: Store, **more: Any) -> Denials:
    rng = Random(1)
    return Denials(store, pepper=PEPPER, clock=lambda: AT, randomness=rng.randbytes, **more)


@pytest.fixture
def denials(store: Moody) -> Iterator[Denials]:
    made = desk(store)
    yield made
    store.broken = False
    made.stop()


def request_of(tried: Attempt, **more: Any) -> Request:
    return Request(tried.app_key, tried.app_token, **{"method": "GET", "target": "/api/oms/pvt/orders?page=2", **more})


def refuse(denials: Denials, keyring: Keyring, tried: Attempt, **more: Any) -> Told:
    denied = decide(keyring, tried)
    assert isinstance(denied, Denied)
    return denials.note(keyring, tried, denied, request_of(tried, **more))


def test_a_refusal_is_told_at_once_and_kept_aside(store: Moody, denials: Denials) -> None:
    """The caller gets an id and one finding; keepers read the rest by that id."""
    told = refuse(denials, store.keyring(ACME), attempt(f"{TOKEN} "))
    assert ULID.fullmatch(told.id)
    assert told.finding.cause is Cause.TOKEN_OUTER_WHITESPACE
    assert store.denial(told.id) is None
    denials.drain()
    denial = store.denial(told.id)
    assert denial is not None
    assert [one.cause for one in denial.findings] == [Cause.TOKEN_OUTER_WHITESPACE, Cause.NO_ROLE_LINKED]
    assert all(one.confidence is Confidence.VERIFIED for one in denial.findings)
    assert (denial.account, denial.at, denial.told) == (ACME, AT, Cause.TOKEN_OUTER_WHITESPACE)
    assert (denial.app_key, denial.proven, denial.revision) == (ERP, False, store.keyring(ACME).revision)
    assert (denial.method, denial.path, denial.wanted) == ("GET", "/api/oms/pvt/orders", Need((LIST,)))
    assert (denials.noted, denials.kept, denials.dropped, denials.failed) == (1, 1, 0, 0)
    assert store.forgotten == [Moment(AT - KEEP_SECONDS)]


def test_ids_follow_the_clock(store: Moody) -> None:
    """Time first, so that they sort by it."""
    now = Moment(NOW)
    made = Denials(store, pepper=PEPPER, clock=lambda: now, randomness=Random(1).randbytes)
    ids = []
    for step in range(20):
        now = Moment(NOW + step)
        ids.append(refuse(made, store.keyring(ACME), attempt()).id)
    assert ids == sorted(set(ids))


def test_the_thread_writes_what_was_noted(store: Moody, denials: Denials) -> None:
    """Started and stopped explicitly; stopping writes the rest."""
    denials.start()
    denials.start()
    ids = [refuse(denials, store.keyring(ACME), attempt()).id for _ in range(300)]
    denials.stop()
    assert denials.kept == 300
    assert all(store.denial(one) for one in ids)
    denials.stop()


def test_a_flood_of_refusals_leaves_the_processor_to_others(store: Moody, monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread takes at most a tenth of one processor; the others wait, or are lost."""

    def laborious(*given: Any, **named: Any) -> Any:
        until = time.thread_time() + 0.002
        while time.thread_time() < until:
            pass
        return diagnose(*given, **named)

    monkeypatch.setattr(module, "diagnose", laborious)
    busy = desk(store)
    for _ in range(200):
        refuse(busy, store.keyring(ACME), attempt())
    busy.start()
    time.sleep(1)
    at_work = busy.kept
    busy.stop()
    assert 20 <= at_work <= 80  # a processor of its own would have done them all
    assert busy.kept == 200


def test_noting_never_waits_and_loses_when_too_many_wait(store: Moody) -> None:
    """The queue is bounded: what does not fit is dropped and counted, and still told."""
    small = desk(store, queue_max=5)
    store.gate.clear()
    began = time.perf_counter()
    told = [refuse(small, store.keyring(ACME), attempt()) for _ in range(20)]
    assert time.perf_counter() - began < 2
    store.gate.set()
    small.drain()
    assert (small.noted, small.kept, small.dropped) == (20, 5, 15)
    assert len({one.id for one in told}) == 20


def test_a_store_that_fails_is_waited_for_within_bounds(store: Moody) -> None:
    """What was diagnosed waits in a bounded backlog; the oldest are lost and counted."""
    patient = desk(store, backlog_max=7)
    store.broken = True
    ids = [refuse(patient, store.keyring(ACME), attempt()).id for _ in range(10)]
    patient.drain()
    assert (patient.kept, patient.dropped, patient.failed) == (0, 3, 1)
    store.broken = False
    patient.drain()
    assert patient.kept == 7
    assert [store.denial(one) is not None for one in ids] == [False] * 3 + [True] * 7


def test_a_store_that_cannot_answer_costs_evidence_alone(store: Moody) -> None:
    """What only the store could have added is left out; the refusal is diagnosed and waits to be written."""

    class Deaf(Moody):
        deaf = False

        def home_of(self, app_key: AppKey) -> AccountName | None:
            if self.deaf:
                raise StoreUnavailable("no answer")
            return super().home_of(app_key)

        def head(self) -> Revision:
            if self.deaf:
                raise StoreUnavailable("no answer")
            return super().head()

    deaf = Deaf()
    story = working()
    story.do(WithdrawFromKey(ACME, RoleId(1), ERP))
    told_of(deaf, story)
    keyring = deaf.keyring(ACME)
    patient = desk(deaf)
    deaf.deaf = deaf.broken = True
    ids = [refuse(patient, keyring, one).id for one in (attempt(), attempt(TOKEN, mint_key(bytes(10))))]
    patient.drain()
    deaf.deaf = deaf.broken = False
    patient.drain()
    assert [deaf.denial(one) is not None for one in ids] == [True, True]


def test_a_surprise_while_telling_or_diagnosing_is_counted_and_swallowed(
    store: Moody, denials: Denials, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer stays the one it was; one refusal that cannot be explained stops no other."""

    def surprised(*_: object, **__: object) -> Any:
        raise RuntimeError(TOKEN)

    keyring = store.keyring(ACME)
    with monkeypatch.context() as patched:
        patched.setattr(module, "tell", surprised)
        assert refuse(denials, keyring, attempt("x")).finding.cause is Cause.CREDENTIALS_INVALID
        assert refuse(denials, keyring, attempt()).finding.cause is Cause.UNKNOWN_CAUSE
    with monkeypatch.context() as patched, structlog.testing.capture_logs() as logs:
        patched.setattr(module, "diagnose", surprised)
        denials.drain()
        assert TOKEN not in repr(logs)
    assert (denials.failed, denials.kept) == (4, 0)
    refuse(denials, keyring, attempt())
    denials.drain()
    assert denials.kept == 1


def test_diagnosing_or_not_gives_the_same_answers(store: Moody, monkeypatch: pytest.MonkeyPatch) -> None:
    """On, off, raising or slow: what is told is the same."""
    keyring = store.keyring(ACME)
    tried = [attempt(), attempt("x"), attempt(TOKEN.upper()), attempt(TOKEN, mint_key(bytes(10)))]
    usual = [refuse(desk(store), keyring, one).finding for one in tried]
    monkeypatch.setattr(module, "diagnose", lambda *_, **__: time.sleep(0.01))
    slow = desk(store)
    slow.start()
    assert [refuse(slow, keyring, one).finding for one in tried] == usual
    slow.stop()


def test_an_account_that_does_not_exist_keeps_nothing(store: Moody, denials: Denials) -> None:
    """Nobody could read it."""
    nobody = replace(Story().keyring, account=AccountName(""))
    refuse(denials, nobody, attempt())
    denials.drain()
    assert (denials.noted, denials.kept, denials.failed) == (1, 0, 0)


def test_a_pair_of_another_account_is_found_for_the_same_sponsor(store: Moody, denials: Denials, proof: Proof) -> None:
    """The home of a key is asked of the store; the caller reads nothing of it."""
    key = mint_key(b"elsewhere!")
    token = mint_token(key, bytes(33)).reveal()
    globex = AccountName("globex")
    carried(store, CreateAccount(globex, ANA), OPERATOR)
    carried(store, replace(issue(key, token), account=globex, id=KeyId("1" * 32)), SPONSOR)
    told = refuse(denials, store.keyring(ACME), attempt(token, key))
    assert told.finding.cause is Cause.CREDENTIALS_INVALID
    denials.drain()
    denial = store.denial(told.id)
    assert denial is not None
    assert [one.cause for one in denial.findings] == [Cause.WRONG_ACCOUNT]
    assert denial.app_key is None
    proof("G10", dose="pairs of other accounts", figure="named to a sponsor of both alone")


def test_a_grant_that_this_node_had_not_heard_of_is_recognised(store: Moody, denials: Denials) -> None:
    """The keyring that decided is compared with the store's."""
    old = store.keyring(ACME)
    carried(store, GrantToKey(ACME, RoleId(1), ERP), SPONSOR)
    told = refuse(denials, old, attempt(at=Moment(NOW + 3000)))
    denials.drain()
    denial = store.denial(told.id)
    assert denial is not None
    assert [one.cause for one in denial.findings] == [Cause.GRANT_NOT_PROPAGATED]


@pytest.mark.parametrize("obstacle", ["inactive", "mistyped"])
def test_a_grant_not_heard_of_is_recognised_behind_another_obstacle(
    store: Moody, denials: Denials, obstacle: str
) -> None:
    """What comes first is told first; what the store knows by now is asked for as soon as roles come into it."""
    if obstacle == "inactive":
        carried(store, DeactivateKey(ACME, ERP), SPONSOR)
    old = store.keyring(ACME)
    carried(store, GrantToKey(ACME, RoleId(1), ERP), SPONSOR)
    token = TOKEN if obstacle == "inactive" else TOKEN.upper()
    told = refuse(denials, old, attempt(token, at=Moment(NOW + 3000)))
    denials.drain()
    denial = store.denial(told.id)
    assert denial is not None
    first = Cause.KEY_INACTIVE if obstacle == "inactive" else Cause.TOKEN_LETTER_CASE_CHANGED
    assert [one.cause for one in denial.findings] == [first, Cause.GRANT_NOT_PROPAGATED]


def test_a_store_is_searched_for_a_typing_error_once_a_second(store: Moody) -> None:
    """Whoever tries many values learns nothing, and costs little."""
    key = mint_vtex_key(ACME, bytes(16))
    token = mint_vtex_token(bytes(range(96))).reveal()
    carried(store, replace(issue(key, token), id=KeyId("2" * 32)), SPONSOR)
    wrong = ("A" if token[0] != "A" else "B") + token[1:]
    now = AT
    patient = Denials(store, pepper=PEPPER, clock=lambda: now, randomness=Random(5).randbytes)
    causes = []
    for later in (0, 0.5, 2):
        now = Moment(AT + later)
        told = refuse(patient, store.keyring(ACME), attempt(wrong, key))
        assert told.finding.cause is Cause.CREDENTIALS_INVALID
        patient.drain()
        denial = store.denial(told.id)
        assert denial is not None
        causes.append(denial.findings[0].cause)
    assert causes == [Cause.TOKEN_ONE_CHARACTER_WRONG, Cause.TOKEN_UNVERIFIABLE, Cause.TOKEN_ONE_CHARACTER_WRONG]


def test_a_pair_registered_by_hand_is_suspected_when_always_the_same_token_fails(
    store: Moody, denials: Denials
) -> None:
    """From the third time on, as long as no other was sent and none has worked."""
    key = mint_vtex_key(ACME, bytes(16))
    carried(store, replace(issue(key, "A" * 128), id=KeyId("2" * 32), registered=True), SPONSOR)

    def cause(token: str) -> Cause:
        told = refuse(denials, store.keyring(ACME), attempt(token, key))
        denials.drain()
        denial = store.denial(told.id)
        assert denial is not None
        return denial.findings[0].cause

    unknown, suspect = Cause.TOKEN_UNVERIFIABLE, Cause.REGISTERED_TOKEN_SUSPECT
    assert [cause("B" * 128) for _ in range(4)] == [unknown, unknown, suspect, suspect]
    store.add_usage([Usage(ACME, key, 1, AT, 1)])
    assert cause("B" * 128) is unknown


def test_keepers_read_what_would_help_now_and_what_is_fixed(store: Moody, denials: Denials) -> None:
    """Also of a refusal that is still waiting; once it was put right, since when."""
    told = refuse(denials, store.keyring(ACME), attempt())
    found = denials.explained(told.id)
    assert found is not None
    assert found.fixed_since is None
    assert found.remedies[0].commands == (GrantToKey(ACME, RoleId(1), ERP),)
    carried(store, found.remedies[0].commands[0], SPONSOR)
    later = Denials(store, pepper=PEPPER, clock=lambda: Moment(NOW + 9000), randomness=Random(2).randbytes)
    fixed = later.explained(told.id)
    assert fixed is not None
    assert fixed.fixed_since is not None
    assert fixed.fixed_since.facts == {"at": NOW + 2000}
    assert fixed.remedies == ()
    assert denials.explained(DenialId("0" * 26)) is None


def test_what_was_not_proved_is_never_called_fixed(store: Moody, denials: Denials) -> None:
    """Nobody knows whether the next caller has the right token."""
    told = refuse(denials, store.keyring(ACME), attempt(TOKEN.upper()))
    carried(store, GrantToKey(ACME, RoleId(1), ERP), SPONSOR)
    found = denials.explained(told.id)
    assert found is not None
    assert found.fixed_since is None


def test_what_is_not_fixed_is_not_called_so(store: Moody, denials: Denials) -> None:
    """A new obstacle may have come meanwhile."""
    told = refuse(denials, store.keyring(ACME), attempt())
    carried(store, GrantToKey(ACME, RoleId(1), ERP), SPONSOR)
    carried(store, SuspendAccount(ACME), OPERATOR)
    found = denials.explained(told.id)
    assert found is not None
    assert found.fixed_since is None


def test_fingerprints_group_identical_values_and_need_the_pepper(store: Moody, denials: Denials) -> None:
    """The same value, the same hash; under another pepper another one."""
    other = Denials(store, pepper=bytes(32), clock=lambda: AT, randomness=Random(3).randbytes)
    kept = []
    for desk_, text in ((denials, "hunter2"), (denials, "hunter2"), (denials, "hunter3"), (other, "hunter2")):
        told = refuse(desk_, store.keyring(ACME), attempt(text))
        desk_.drain()
        denial = store.denial(told.id)
        assert denial is not None
        kept.append(denial.token)
    assert kept[0] == kept[1]
    assert len({one.hash for one in kept}) == 3
    assert all(re.fullmatch("[0-9a-f]{16}", one.hash) and one.length == 7 for one in kept)
    assert kept[0].hash != digest(PEPPER, "hunter2").hex()[:16]


def test_nothing_presented_is_kept_shown_or_logged(
    store: Moody, denials: Denials, caplog: pytest.LogCaptureFixture
) -> None:
    """Right, wrong, damaged, swapped; in path, query, method, resource: no eight characters in a row come back."""
    caplog.set_level(logging.DEBUG)
    rng = Random(11)
    keyring = store.keyring(ACME)
    with structlog.testing.capture_logs() as logs:
        for error in CLASSES:
            key, token = fresh_pair(rng)
            text = error.do(token, rng).text or token
            for tried in (
                attempt(text),
                attempt(key, text),
                attempt(text, text),
                attempt(text, key, wanted=NoRoute(text, f"/api/{text}/x")),
                attempt(text, wanted=Need((Resource("OMS", text.replace("/", "")),))),
            ):
                told = refuse(denials, keyring, tried, target=f"/api/{text}/{token}?t={token}", method=text)
                denials.drain()
                denial = store.denial(told.id)
                assert denial is not None
                seen = f"{denial!r}{told!r}{denials.explained(told.id)!r}{logs!r}{caplog.text}".casefold()
                for value in (token, text):
                    body = value.casefold()
                    assert not any(body[i : i + 8] in seen for i in range(4, len(body) - 8)), error.name
    assert denials.failed == 0


def test_what_waits_shows_nothing(store: Moody) -> None:
    """Not even in a debugger's repr."""
    tried = attempt("hunter2-hunter2")
    denied = decide(store.keyring(ACME), tried)
    assert isinstance(denied, Denied)
    waiting = module.Noted(DenialId("1"), store.keyring(ACME), tried, denied, request_of(tried), Cause.UNKNOWN_CAUSE)
    assert "hunter2" not in repr(waiting)


def test_a_denial_names_only_keys_of_its_account(store: Moody, denials: Denials) -> None:
    """An unknown appKey may be a token in the wrong field."""
    for sent, named in ((ERP, ERP), (mint_key(bytes(10)), None), (TOKEN, None)):
        told = refuse(denials, store.keyring(ACME), attempt("x", AppKey(sent)))
        denials.drain()
        denial = store.denial(told.id)
        assert denial is not None
        assert denial.app_key == named
