"""One running process: what it keeps in memory, what it answers, and how it changes anything."""

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event, Semaphore
from typing import Any

import pytest
from msgspec import structs
from tests.core.worlds import ACME, ANA, LIST, NOW, OPERATOR, PEPPER, SPONSOR, user
from tests.waiting import until

from chaveiro.core.attempt import AnyRole, Attempt, Need, Request, presented
from chaveiro.core.cause import Cause, Finding
from chaveiro.core.change import Change
from chaveiro.core.command import (
    EDIT_API_KEYS,
    ActivateKey,
    AddUser,
    BlockKey,
    ChangePassword,
    CreateAccount,
    CreateRole,
    DeactivateKey,
    DeleteKey,
    FinishRenewal,
    GrantToKey,
    ImportCatalogue,
    OpenHandover,
    Reason,
    Refusal,
    TakeSetUpLink,
)
from chaveiro.core.credential import Format, Secret, belong_together, digest, token_format
from chaveiro.core.decision import Allowed, Denied, decide
from chaveiro.core.denial import DenialId, Told
from chaveiro.core.event import AccountCreated, CommandRefused
from chaveiro.core.fleet import SPREAD_SECONDS, NodeReport, NodeSeen
from chaveiro.core.keyring import Actor, ActorKind, Keyring, Revision
from chaveiro.core.names import AccountName, AppKey, Email, KeyId, Moment, Resource, RoleId
from chaveiro.node import CannotTell, Issued, Node
from chaveiro.node.follower import POLL_SECONDS, Follower
from chaveiro.node.knowledge import OVERDUE_SECONDS, STALE_SECONDS_MAX, Knowledge
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import AppKeyTaken, RevisionMoved, Store, StoreUnavailable, StoreUnreachable
from chaveiro.usage import ROUTES_MAX, UsageCounter

GLOBEX = AccountName("globex")
HASH = "$argon2id$v=19$c2FsdA$aGFzaA"
CATALOGUE = """
name = "orders"
[[route]]
method = "GET"
path = "/api/oms/pvt/orders"
any_of = ["OMS/ListOrders"]
"""


class Noted:
    """A refusal desk that remembers what reached it, and can be told to fail."""

    def __init__(self) -> None:
        self.denied: list[Denied] = []
        self.broken = False

    def note(self, keyring: Keyring, attempt: Attempt, denied: Denied, request: Request) -> Told:
        if self.broken:
            raise RuntimeError
        self.denied.append(denied)
        return Told(DenialId(f"{len(self.denied):026}"), Finding(Cause.CREDENTIALS_INVALID))


class Clock:
    """Both clocks, moved by hand."""

    def __init__(self) -> None:
        self.wall, self.boot = NOW, 1000.0

    def now(self) -> Moment:
        return self.wall

    def boottime(self) -> float:
        return self.boot


class Switchable:
    """A real store whose plug can be pulled."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.out = False
        self.calls = 0

    @property
    def keeps_nodes(self) -> bool:
        return self._store.keeps_nodes

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._store, name)
        if name == "pulse":  # which asks nobody
            return method

        def call(*args: object, **named: object) -> object:
            self.calls += 1
            if self.out and name != "watch":  # which asks nothing
                raise StoreUnavailable("the plug was pulled")
            return method(*args, **named)

        return call


class Unseen(MemoryStore):
    """A store that keeps no list of nodes, as a file does."""

    keeps_nodes = False

    def report(self, node: NodeReport) -> Revision:
        return self.head()

    def nodes(self) -> tuple[Moment, Sequence[NodeSeen]]:
        return Moment(NOW), ()


class House:
    """A node with everything it needs, and an account whose one key may list orders."""

    def __init__(self, store: Store | None = None) -> None:
        self.store = Switchable(store or MemoryStore())
        self.clock, self.noted = Clock(), Noted()
        self.node = self.another()

    def another(self, *, stale_seconds_max: float = STALE_SECONDS_MAX) -> Node:
        """One more node on the same store."""
        return Node(
            self.store,
            self.noted,
            pepper=PEPPER,
            clock=self.clock.now,
            boottime=self.clock.boottime,
            mint=random.Random(len(ACME)).randbytes if not hasattr(self, "node") else random.Random(99).randbytes,
            stale_seconds_max=stale_seconds_max,
        )

    def furnish(self) -> Issued:
        """Open the account; give its key."""
        return furnish_account(self.node)


def furnish_account(node: Node) -> Issued:
    """Open the account; give its key."""
    done(node.carry_out(CreateAccount(ACME, ANA), by=OPERATOR))
    done(node.carry_out(ImportCatalogue(ACME, CATALOGUE), by=SPONSOR))
    done(node.carry_out(CreateRole(ACME, "Pedidos", frozenset({LIST})), by=SPONSOR))
    issued = node.issue(ACME, label="ERP", by=SPONSOR)
    assert isinstance(issued, Issued)
    done(node.carry_out(GrantToKey(ACME, RoleId(1), issued.app_key), by=SPONSOR))
    return issued


def done(answer: Change | Refusal) -> Change:
    assert isinstance(answer, Change), answer
    return answer


def asking(issued: Issued, token: str | None = None, path: str = "/api/oms/pvt/orders", **more: Any) -> Request:
    shown = issued.token.reveal() if token is None else token
    return Request(presented(issued.app_key), presented(shown), "GET", path, **more)


@pytest.fixture
def house() -> House:
    return House()


class TestDecisions:
    """What a check answers."""

    def test_a_request_is_judged_by_the_accounts_catalogue(self, house: House) -> None:
        """The path says what is needed; a resource can be asked for by name as well."""
        issued = house.furnish()
        allowed = house.node.check(ACME, asking(issued))
        assert isinstance(allowed.verdict, Allowed)
        assert (allowed.account, allowed.told) == (ACME, None)
        unmapped = house.node.check(ACME, asking(issued, path="/other"))
        assert isinstance(unmapped.verdict, Denied)
        assert unmapped.verdict.cause is Cause.ROUTE_NOT_MAPPED
        assert unmapped.told is not None
        by_name = house.node.check(ACME, asking(issued, path="", need=Need((Resource("OMS", "CancelAction"),))))
        assert isinstance(by_name.verdict, Denied)
        assert by_name.verdict.cause is Cause.PERMISSION_MISSING_RESOURCE

    def test_an_external_key_follows_its_home_at_once(self, house: House) -> None:
        """Roles here, token and state there: what either account changes is in force with the next request."""
        issued = house.furnish()
        done(house.node.carry_out(CreateAccount(GLOBEX, ANA), by=OPERATOR))
        done(house.node.carry_out(ImportCatalogue(GLOBEX, CATALOGUE), by=SPONSOR))
        done(house.node.carry_out(CreateRole(GLOBEX, "Pedidos", frozenset({LIST})), by=SPONSOR))
        other = house.another()

        def verdicts() -> list[object]:
            other.known.refresh()
            answers = [node.check(GLOBEX, asking(issued)).verdict for node in (house.node, other)]
            return [getattr(one, "cause", "allow") for one in answers]

        assert verdicts() == [Cause.CREDENTIALS_INVALID] * 2
        done(house.node.adopt(GLOBEX, issued.app_key, by=SPONSOR))
        assert verdicts() == [Cause.NO_ROLE_LINKED] * 2
        done(house.node.carry_out(GrantToKey(GLOBEX, RoleId(1), issued.app_key), by=SPONSOR))
        assert verdicts() == ["allow"] * 2
        done(house.node.carry_out(DeactivateKey(ACME, issued.app_key), by=SPONSOR))
        assert verdicts() == [Cause.KEY_INACTIVE] * 2
        done(house.node.carry_out(ActivateKey(ACME, issued.app_key), by=SPONSOR))
        assert verdicts() == ["allow"] * 2
        before = house.store.calls
        house.node.check(GLOBEX, asking(issued))
        assert house.store.calls == before, "warm, it needs no store either"
        done(house.node.carry_out(DeleteKey(GLOBEX, issued.app_key), by=SPONSOR))
        assert verdicts() == [Cause.CREDENTIALS_INVALID] * 2
        assert isinstance(house.node.check(ACME, asking(issued)).verdict, Allowed)

    def test_an_external_key_manages_only_while_its_home_lets_it(self, house: House) -> None:
        """What its home decides holds for what it asks for as well as for what it is asked about."""
        issued = house.furnish()
        robot, role = Actor(ActorKind.KEY, issued.app_key), RoleId(1)
        done(house.node.carry_out(CreateAccount(GLOBEX, ANA), by=OPERATOR))
        done(house.node.carry_out(CreateRole(GLOBEX, "Chaves", frozenset({EDIT_API_KEYS})), by=SPONSOR))
        done(house.node.adopt(GLOBEX, issued.app_key, by=SPONSOR))
        done(house.node.carry_out(GrantToKey(GLOBEX, role, issued.app_key), by=SPONSOR))
        assert isinstance(house.node.issue(GLOBEX, label="ERP", by=robot), Issued)
        for ended in (DeactivateKey(ACME, issued.app_key), DeleteKey(ACME, issued.app_key)):
            done(house.node.carry_out(ended, by=SPONSOR))
            refused = house.node.issue(GLOBEX, label="ERP", by=robot)
            assert isinstance(refused, Refusal)
            assert refused.reason is Reason.NOT_DELEGATED

    def test_only_a_living_key_is_adopted(self, house: House) -> None:
        """Made up, deleted, one's own, or asked for by somebody who may not: refused, and in the audit."""
        issued = house.furnish()
        done(house.node.carry_out(CreateAccount(GLOBEX, ANA), by=OPERATOR))

        def reason(account: AccountName, app_key: AppKey, by: Actor = SPONSOR) -> Reason:
            refused = house.node.adopt(account, app_key, by=by)
            assert isinstance(refused, Refusal)
            return refused.reason

        assert reason(GLOBEX, AppKey("cvk_nosuch")) is Reason.KEY_NOWHERE
        assert reason(ACME, issued.app_key) is Reason.KEY_EXISTS
        assert reason(GLOBEX, issued.app_key, OPERATOR) is Reason.NOT_DELEGATED
        done(house.node.carry_out(DeleteKey(ACME, issued.app_key), by=SPONSOR))
        assert reason(GLOBEX, issued.app_key) is Reason.KEY_NOWHERE
        assert [one.change.event for one in house.store.changes(account=GLOBEX)][-1] == CommandRefused(
            "adopt_key", Reason.KEY_NOWHERE
        )

    def test_an_account_that_many_ask_for_at_once_is_read_once(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever waited while it was read for another finds it: a large account is not read again for each."""
        issued, node, asked, reads = house.furnish(), house.another(), 8, []
        waiting = Semaphore(0)
        expect, read = Knowledge._expect_an_answer, house.store._store.keyring

        def expected(known: Knowledge) -> None:
            expect(known)
            waiting.release()  # it found nothing in memory, and goes on to read

        def slow(account: AccountName) -> Keyring:
            reads.append(account)
            for _ in range(asked if len(reads) == 1 else 0):
                waiting.acquire(timeout=10)
            return read(account)

        monkeypatch.setattr(Knowledge, "_expect_an_answer", expected)
        monkeypatch.setattr(house.store._store, "keyring", slow)
        with ThreadPoolExecutor(asked) as pool:
            answers = list(pool.map(lambda _: node.check(ACME, asking(issued)), range(asked)))
        assert all(isinstance(one.verdict, Allowed) for one in answers)
        assert reads == [ACME]

    def test_a_warm_account_is_decided_without_the_store(self, house: House) -> None:
        """Memory is the speed: allowed and refused, known and made-up keys, no call at all."""
        issued = house.furnish()
        house.node.check(ACME, asking(issued))
        before = house.store.calls
        for token in (None, "cvt_wrong", "x" * 2000):
            house.node.check(ACME, asking(issued, token))
        for account in (AccountName("nosuch"), None):
            house.node.check(account, asking(issued))
        assert house.store.calls == before
        assert house.node.known.has(ACME)
        assert house.node.known.has(None)
        assert not house.another().known.has(ACME)

    @pytest.mark.parametrize("account", [None, AccountName("nosuch"), GLOBEX])
    def test_another_account_and_none_refuse_alike(self, house: House, account: AccountName | None) -> None:
        """Whether an account exists is not told: it is as if it had no keys."""
        issued = house.furnish()
        done(house.node.carry_out(CreateAccount(GLOBEX, ANA), by=OPERATOR))
        verdict = house.node.check(account, asking(issued)).verdict
        assert isinstance(verdict, Denied)
        assert (verdict.cause, verdict.app_key) == (Cause.CREDENTIALS_INVALID, None)

    def test_an_unreachable_store_is_no_denial(self, house: House) -> None:
        """A cold account cannot be told; a warm one goes on, until the last proof of freshness is too old."""
        issued = house.furnish()
        cold = house.another()
        house.store.out = True
        assert isinstance(cold.check(ACME, asking(issued)).verdict, CannotTell)
        assert isinstance(house.node.check(ACME, asking(issued)).verdict, Allowed)
        house.clock.boot += 299
        assert isinstance(house.node.check(ACME, asking(issued)).verdict, Allowed)
        house.clock.boot += 2
        assert isinstance(house.node.check(ACME, asking(issued)).verdict, CannotTell)
        with pytest.raises(StoreUnavailable):
            house.node.known.refresh()
        assert isinstance(house.node.check(ACME, asking(issued)).verdict, CannotTell)
        house.store.out = False
        house.node.known.refresh()
        assert isinstance(house.node.check(ACME, asking(issued)).verdict, Allowed)

    def test_where_nobody_sees_how_far_a_process_is_it_asks_before_it_decides_by_what_is_old(self) -> None:
        """A revoke counts as in force in every process half a second later: one that was paused must not deny that."""
        house = House(Unseen())
        issued = house.furnish()
        for follows in (False, True):
            paused = house.another()
            paused.known.follows = follows
            paused.known.refresh()
            assert isinstance(paused.check(ACME, asking(issued)).verdict, Allowed)
            before = house.store.calls
            house.clock.boot += SPREAD_SECONDS
            assert isinstance(paused.check(ACME, asking(issued)).verdict, Allowed)
            assert house.store.calls == before, "what was just polled is decided by without the store"
            change = DeactivateKey if not follows else BlockKey
            done(house.node.carry_out(change(ACME, issued.app_key), by=SPONSOR))
            assert house.node.reach(house.node.known.revision).effective
            house.clock.boot += 0.1
            assert isinstance(paused.check(ACME, asking(issued)).verdict, Denied)
            if not follows:
                done(house.node.carry_out(ActivateKey(ACME, issued.app_key), by=SPONSOR))

    def test_where_nobody_sees_how_far_a_process_is_it_cannot_tell_without_the_store(self) -> None:
        """Nor is it ready; once the store answers it goes on."""
        house = House(Unseen())
        issued = house.furnish()
        for follows in (False, True):
            house.node.known.follows = follows
            house.node.known.refresh()
            house.store.out = True
            assert isinstance(house.node.check(ACME, asking(issued)).verdict, Allowed)
            house.clock.boot += SPREAD_SECONDS + 0.1
            with suppress(StoreUnavailable):
                house.node.known.refresh()
            assert isinstance(house.node.check(ACME, asking(issued)).verdict, CannotTell)
            assert not house.node.known.is_fresh()
            house.store.out = False
            house.node.known.refresh()
            assert isinstance(house.node.check(ACME, asking(issued)).verdict, Allowed)

    def test_a_process_that_is_paused_while_it_decides_looks_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What it decided by may be over by then."""
        house = House(Unseen())
        issued = house.furnish()
        paused = house.another()

        def slowly(keyring: Keyring, attempt: Attempt) -> Allowed | Denied:
            decision = decide(keyring, attempt)
            house.clock.boot += 3
            done(house.node.carry_out(BlockKey(ACME, issued.app_key), by=SPONSOR))
            return decision

        with monkeypatch.context() as patched:
            patched.setattr("chaveiro.node.decider.decide", slowly)
            assert isinstance(paused.check(ACME, asking(issued)).verdict, CannotTell)
        assert isinstance(paused.check(ACME, asking(issued)).verdict, Denied)

    def test_freshness_counts_from_the_question(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        """An answer that was long on its way says nothing about the time it took."""
        head = house.store.head

        def slow() -> object:
            house.clock.boot += 40
            return head()

        monkeypatch.setattr(house.store, "head", slow, raising=False)
        house.node.known.refresh()
        assert house.node.known.stale_seconds() == 40

    def test_a_new_catalogue_counts_from_the_next_request(self, house: House) -> None:
        """What was compiled for the former one is of no use any more."""
        issued = house.furnish()
        assert isinstance(house.node.check(ACME, asking(issued)).verdict, Allowed)
        moved = CATALOGUE.replace("/api/oms/pvt/orders", "/orders")
        done(house.node.carry_out(ImportCatalogue(ACME, moved), by=SPONSOR))
        verdict = house.node.check(ACME, asking(issued)).verdict
        assert isinstance(verdict, Denied)
        assert verdict.cause is Cause.ROUTE_NOT_MAPPED
        assert isinstance(house.node.check(ACME, asking(issued, path="/orders")).verdict, Allowed)

    def test_a_bug_is_neither_an_allow_nor_the_callers_fault(
        self, house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Whatever goes wrong inside answers 503, and names no value."""
        issued = house.furnish()
        monkeypatch.setattr("chaveiro.node.decider.decide", lambda *_: 1 / 0)
        assert isinstance(house.node.check(ACME, asking(issued)).verdict, CannotTell)
        assert issued.token.reveal() not in "".join(capsys.readouterr())

    @pytest.mark.parametrize(
        ("token", "path", "told"),
        [("cvt_x", "/other", Cause.CREDENTIALS_INVALID), (None, "/other", Cause.UNKNOWN_CAUSE)],
    )
    def test_explaining_never_changes_an_answer(self, house: House, token: str | None, path: str, told: Cause) -> None:
        """With the doctor broken, the verdict is the same, and less is told."""
        issued = house.furnish()
        before = house.node.check(ACME, asking(issued, token, path)).verdict
        house.noted.broken = True
        after = house.node.check(ACME, asking(issued, token, path))
        assert after.verdict == before
        assert after.told is not None
        assert after.told.finding.cause is told


class TestChanges:
    """The only way to a write."""

    def test_a_change_is_in_force_before_it_is_acknowledged(self, house: House) -> None:
        """The very next check knows it."""
        issued = house.furnish()
        assert isinstance(house.node.check(ACME, asking(issued)).verdict, Allowed)
        done(house.node.carry_out(BlockKey(ACME, issued.app_key), by=SPONSOR))
        verdict = house.node.check(ACME, asking(issued)).verdict
        assert isinstance(verdict, Denied)
        assert verdict.cause is Cause.KEY_BLOCKED

    def test_another_nodes_change_is_in_force_after_a_refresh(self, house: House) -> None:
        """New accounts included; a node that follows does so by itself."""
        issued = house.furnish()
        other = house.another()
        assert isinstance(other.check(ACME, asking(issued)).verdict, Allowed)
        done(house.node.carry_out(BlockKey(ACME, issued.app_key), by=SPONSOR))
        done(house.node.carry_out(CreateAccount(GLOBEX, ANA), by=OPERATOR))
        assert isinstance(other.check(ACME, asking(issued)).verdict, Allowed)
        other.known.refresh()
        assert isinstance(other.check(ACME, asking(issued)).verdict, Denied)
        assert other.accounts == {ACME, GLOBEX}
        assert other.known.revision == house.store.head()

    def test_a_started_node_follows_by_itself(self, house: House) -> None:
        """Until it is stopped; what it cannot read now it reads later."""
        issued = house.furnish()
        other = house.another()
        other.check(ACME, asking(issued))
        followed = Event()
        refresh = other.known.refresh

        def watched() -> None:
            refresh()
            if isinstance(other.check(ACME, asking(issued)).verdict, Denied):
                followed.set()

        other.known.refresh = watched  # type: ignore[method-assign]  # to wait for it without sleeping
        house.store.out = True
        other.start()
        house.store.out = False
        done(house.node.carry_out(BlockKey(ACME, issued.app_key), by=SPONSOR))
        assert followed.wait(5)
        other.stop()

    def test_a_check_at_a_revision_is_never_answered_from_before(self, house: House) -> None:
        """Whoever names the revoke's revision is answered by what stands since, or not at all."""
        issued = house.furnish()
        other = house.another()
        assert isinstance(other.check(ACME, asking(issued)).verdict, Allowed)
        done(house.node.carry_out(BlockKey(ACME, issued.app_key), by=SPONSOR))
        revoked = house.store.head()
        assert isinstance(other.check(ACME, asking(issued)).verdict, Allowed), "else this could not fail"
        assert isinstance(other.check(ACME, asking(issued), at_least=revoked).verdict, Denied)
        for unknown in revoked._replace(seq=revoked.seq + 1), revoked._replace(epoch="ffffffff"):
            assert other.check(ACME, asking(issued), at_least=unknown).verdict == CannotTell()

    def test_a_node_that_follows_is_waited_for_a_little(self, house: House) -> None:
        """It answers once it has applied the revision, and cannot tell where it does not come so far."""
        issued = house.furnish()
        other = house.another()
        other.check(ACME, asking(issued))
        other.start()
        done(house.node.carry_out(BlockKey(ACME, issued.app_key), by=SPONSOR))
        revoked = house.store.head()
        assert isinstance(other.check(ACME, asking(issued), at_least=revoked).verdict, Denied)
        later = revoked._replace(seq=revoked.seq + 1)
        assert other.check(ACME, asking(issued), at_least=later).verdict == CannotTell()
        other.stop()

    def test_a_revoke_says_who_has_applied_it(self, house: House) -> None:
        """Nodes that follow are listed with what they have applied, until they stop."""
        issued = house.furnish()
        others = [house.another(), house.another()]
        others[0].start()
        done(house.node.carry_out(BlockKey(ACME, issued.app_key), by=SPONSOR))
        found = house.node.reach(house.store.head(), wait_seconds=30)
        assert found.effective
        assert [one.report.id for one in found.nodes] == [others[0].id]
        unheard = house.store.head()._replace(seq=house.store.head().seq + 1)
        late = house.node.reach(unheard, wait_seconds=0)
        assert [one.report.id for one in late.out] == [others[0].id]
        assert late.latest_by > late.at + 299
        others[0].stop()
        assert house.node.nodes()[1] == ()
        alone = house.node.reach(unheard, wait_seconds=0)
        assert alone.effective
        assert alone.latest_by == alone.at, "nobody else is left, and whoever begins asks first"

    def test_one_surprise_does_not_end_the_following(self, house: House) -> None:
        """What nobody foresaw holds up one look at the store, and none after it."""
        issued = house.furnish()
        other = house.another()
        other.check(ACME, asking(issued))
        surprised, followed = Event(), Event()
        refresh = other.known.refresh

        def watched() -> None:
            if not surprised.is_set():
                surprised.set()
                raise ValueError("a field that nobody can read")
            refresh()
            if isinstance(other.check(ACME, asking(issued)).verdict, Denied):
                followed.set()

        other.known.refresh = watched  # type: ignore[method-assign]  # to wait for it without sleeping
        other.start()
        assert surprised.wait(5)
        done(house.node.carry_out(BlockKey(ACME, issued.app_key), by=SPONSOR))
        assert followed.wait(5)
        other.stop()

    def test_a_change_made_while_following_is_not_skipped(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        """What is committed once the last changes were read comes with the next look."""
        issued = house.furnish()
        other = house.another()
        other.check(ACME, asking(issued))
        done(house.node.carry_out(AddUser(ACME, Email("bia@acme.example"), "Bia"), by=SPONSOR))
        feed = house.store.feed

        def read(**asked: Any) -> object:
            found = feed(**asked)
            monkeypatch.undo()
            done(house.node.carry_out(BlockKey(ACME, issued.app_key), by=SPONSOR))
            return found

        monkeypatch.setattr(house.store, "feed", read, raising=False)
        other.known.refresh()
        other.known.refresh()
        assert other.known.revision == house.store.head()
        assert isinstance(other.check(ACME, asking(issued)).verdict, Denied)

    def test_what_was_not_kept_is_not_acknowledged(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        """A revoke that the store did not take is an outage for whoever asks for it, and in force nowhere."""
        issued = house.furnish()
        before = house.store.head()

        def full(*_: object, **__: object) -> Revision:
            raise StoreUnavailable("the disk is full")

        with monkeypatch.context() as patched:
            patched.setattr(house.store, "commit", full, raising=False)
            with pytest.raises(StoreUnavailable):
                house.node.carry_out(BlockKey(ACME, issued.app_key), by=SPONSOR)
        assert house.store.head() == house.node.known.revision == before
        assert isinstance(house.node.check(ACME, asking(issued)).verdict, Allowed)

    def test_many_writers_lose_nothing(self, house: House) -> None:
        """Eight threads on two nodes add users to one account at once: each is there, once."""
        house.furnish()
        nodes = itertools.cycle([house.node, house.another()])
        emails = [Email(f"user{n}@acme.example") for n in range(40)]
        jobs = [(next(nodes), AddUser(ACME, email, "Someone")) for email in emails]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda job: job[0].carry_out(job[1], by=SPONSOR), jobs))
        assert all(isinstance(answer, Change) for answer in answers)
        assert set(emails) < set(house.node.keyring(ACME).users)
        seqs = [committed.revision.seq for committed in house.store.changes()]
        assert seqs == sorted(set(seqs))

    def test_an_account_that_never_rests_is_not_waited_for_for_ever(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """After some tries the caller is told to try again."""
        house.furnish()

        def moved(*_: object, **__: object) -> Revision:
            raise RevisionMoved

        monkeypatch.setattr(house.store, "commit", moved, raising=False)
        with pytest.raises(StoreUnavailable, match="try again"):
            house.node.carry_out(AddUser(ACME, Email("bia@acme.example"), "Bia"), by=SPONSOR)

    def test_a_refused_command_has_its_line_in_the_audit(self, house: House) -> None:
        """Who asked, for what, and why it was refused; nothing else changed."""
        house.furnish()
        before = house.node.keyring(ACME)
        refusal = house.node.carry_out(CreateRole(ACME, "Mine", frozenset()), by=user("eve@acme.example"))
        assert isinstance(refusal, Refusal)
        last = list(house.store.changes(account=ACME))[-1].change
        assert last.event == CommandRefused("create_role", Reason.NOT_DELEGATED)
        assert last.by.name == "eve@acme.example"
        assert house.node.keyring(ACME).roles == before.roles

    def test_an_unknown_account_cannot_be_changed(self, house: House) -> None:
        """It has no audit either."""
        unknown = Refusal(Reason.ACCOUNT_UNKNOWN, {"account": ACME})
        assert house.node.issue(ACME, label="ERP", by=SPONSOR) == unknown
        assert house.node.carry_out(AddUser(ACME, ANA, "Ana"), by=SPONSOR) == unknown
        assert not house.store.changes()

    def test_a_catalogue_is_read_before_it_is_kept(self, house: House) -> None:
        """One that cannot be read would refuse every request."""
        house.furnish()
        refusal = house.node.carry_out(ImportCatalogue(ACME, "[[route]]"), by=SPONSOR)
        assert isinstance(refusal, Refusal)
        assert refusal.reason is Reason.CATALOGUE_MALFORMED
        assert house.node.keyring(ACME).catalogue == CATALOGUE

    def test_another_epoch_is_loaded_whole(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        """After a restore, nothing that memory holds may be believed."""
        issued = house.furnish()
        restored = MemoryStore(epoch="11111111")
        other = House(restored)
        other.furnish()
        done(other.node.carry_out(BlockKey(ACME, issued.app_key), by=SPONSOR))
        assert isinstance(house.node.check(ACME, asking(issued)).verdict, Allowed)
        monkeypatch.setattr(house.store, "_store", restored)
        house.node.known.refresh()
        verdict = house.node.check(ACME, asking(issued)).verdict
        assert isinstance(verdict, Denied)
        assert verdict.cause is Cause.KEY_BLOCKED


class TestPairs:
    """Tokens are seen once."""

    @pytest.mark.parametrize("shape", list(Format))
    def test_a_new_pair_has_the_accounts_format_and_only_its_digest_is_kept(self, house: House, shape: Format) -> None:
        """The token appears in what is handed out, and in nothing that is kept or printed."""
        done(house.node.carry_out(CreateAccount(ACME, ANA, shape), by=OPERATOR))
        issued = house.node.issue(ACME, label="ERP", by=SPONSOR)
        assert isinstance(issued, Issued)
        token = issued.token.reveal()
        assert token_format(token) is shape
        assert belong_together(issued.app_key, token)
        assert house.node.keyring(ACME).keys[issued.app_key].digest == digest(PEPPER, token)
        assert token not in f"{issued!r} {house.store.changes()!r} {house.node.keyring(ACME)!r}"

    def test_a_renewal_hands_out_a_second_token(self, house: House) -> None:
        """Both work, then only the second; the format stays the key's."""
        first = house.furnish()
        second = house.node.renew(ACME, first.app_key, by=SPONSOR)
        assert isinstance(second, Issued)
        for issued in (first, second):
            assert isinstance(house.node.check(ACME, asking(issued)).verdict, Allowed)
        done(house.node.carry_out(FinishRenewal(ACME, first.app_key), by=SPONSOR))
        assert isinstance(house.node.check(ACME, asking(first)).verdict, Denied)
        assert isinstance(house.node.check(ACME, asking(second)).verdict, Allowed)
        refused = house.node.renew(ACME, AppKey("vtexappkey-acme-ABCDEF"), by=SPONSOR)
        assert isinstance(refused, Refusal)

    def test_usage_is_counted_per_token_and_survives_an_outage(self, house: House) -> None:
        """So that a renewal can be finished when the old token is no longer used."""
        first = house.furnish()
        second = house.node.renew(ACME, first.app_key, by=SPONSOR)
        assert isinstance(second, Issued)
        for issued in (first, second, second):
            house.node.check(ACME, asking(issued))
            house.clock.wall = Moment(house.clock.wall + 1)
        house.store.out = True
        with pytest.raises(StoreUnavailable):
            house.node.flush_usage()
        house.node.check(ACME, asking(second))
        house.store.out = False
        house.node.flush_usage()
        house.node.flush_usage()
        used = house.store.usage(ACME)
        assert {name: (one.count, one.last) for name, one in used.items()} == {
            (first.app_key, 1): (1, NOW),
            (first.app_key, 2): (3, NOW + 3),
        }

    def test_what_a_key_does_is_counted_by_route_and_by_resource(self, house: House) -> None:
        """Under the catalogue's own name for it; what was refused, by whomever, makes no row."""
        issued = house.furnish()
        for path in ("/api/oms/pvt/orders?page=2", "/api/oms/pvt/orders"):
            assert isinstance(house.node.check(ACME, asking(issued, path=path)).verdict, Allowed)
            house.clock.wall = Moment(house.clock.wall + 1)
        named = structs.replace(asking(issued), method="", target="", need=Need((LIST,)))
        assert isinstance(house.node.check(ACME, named).verdict, Allowed)
        house.clock.wall = Moment(house.clock.wall + 1)
        opened = structs.replace(named, need=AnyRole(), route="GET /open")
        assert isinstance(house.node.check(ACME, opened).verdict, Allowed)
        for refused in (
            structs.replace(asking(issued), need=Need((Resource("OMS", "Other"),))),
            structs.replace(asking(issued), app_token=presented("x")),
            asking(issued, path="/nowhere"),
        ):
            assert isinstance(house.node.check(ACME, refused).verdict, Denied)
        house.node.flush_usage()
        assert [(one.route, one.need, one.last, one.count) for one in house.store.uses(ACME)] == [
            ("GET /open", AnyRole(), NOW + 3, 1),
            ("OMS/ListOrders", Need((LIST,)), NOW + 2, 1),
            ("GET /api/oms/pvt/orders", Need((LIST,)), NOW + 1, 2),
        ]

    def test_routes_are_counted_within_bounds(self) -> None:
        """Between two writes, whatever a catalogue holds; the token counts on."""
        counter = UsageCounter()
        one = Attempt(ACME, presented("k"), presented("t"), b"", Need((LIST,)), NOW)
        for number in range(ROUTES_MAX + 50):
            counter.add(ACME, AppKey("k"), 1, structs.replace(one, route=f"GET /{number}"))
        counted = counter.take()
        assert len(counted.uses) == ROUTES_MAX
        assert counted.usage[0].count == ROUTES_MAX + 50

    def test_a_pair_registered_by_hand_works_like_any_other(self, house: House) -> None:
        """Once: an appKey belongs to one account."""
        made = House()
        elsewhere = made.furnish()
        house.furnish()
        other = House()
        done(other.node.carry_out(CreateAccount(GLOBEX, ANA), by=OPERATOR))
        change = other.node.register(
            GLOBEX, app_key=elsewhere.app_key, app_token=elsewhere.token, label="moved", by=SPONSOR
        )
        done(change)
        assert other.node.keyring(GLOBEX).keys[elsewhere.app_key].registered

    def test_a_pair_that_is_none_is_not_registered(self, house: House) -> None:
        """Swapped, damaged, or of two different keys."""
        issued = house.furnish()
        again = house.node.issue(ACME, label="other", by=SPONSOR)
        assert isinstance(again, Issued)
        token = issued.token.reveal()
        for app_key, shown in ((token, issued.app_key), (issued.app_key, token[:-1]), (again.app_key, token)):
            refusal = house.node.register(ACME, app_key=app_key, app_token=Secret(shown), label="x", by=SPONSOR)
            assert refusal == Refusal(Reason.PAIR_MALFORMED)

    def test_an_app_key_of_another_account_is_taken(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        """The store knows all accounts; the refusal does not say which one."""
        issued = house.furnish()
        done(house.node.carry_out(CreateAccount(GLOBEX, ANA), by=OPERATOR))
        taken = house.node.register(GLOBEX, app_key=issued.app_key, app_token=issued.token, label="x", by=SPONSOR)
        assert taken == Refusal(Reason.KEY_EXISTS)

        def raising(*_: object, **__: object) -> Iterator[None]:
            raise AppKeyTaken

        monkeypatch.setattr(house.store, "commit", raising, raising=False)
        assert house.node.issue(ACME, label="x", by=SPONSOR) == Refusal(Reason.KEY_EXISTS)

    def test_asking_again_with_the_same_id_makes_no_second_pair(self, house: House) -> None:
        """A form that is sent twice is harmless, and the second answer holds no token."""
        house.furnish()
        first = house.node.issue(ACME, label="once", by=SPONSOR, id=KeyId("7" * 32))
        assert isinstance(first, Issued)
        assert house.node.keyring(ACME).keys[first.app_key].id == "7" * 32
        assert house.node.issue(ACME, label="once", by=SPONSOR, id=KeyId("7" * 32)) == Refusal(Reason.KEY_EXISTS)


class TestLinks:
    """What opens something once is seen once."""

    def test_only_the_digest_of_a_link_s_secret_is_kept(self, house: House) -> None:
        """It appears in what is handed out, and in nothing that is kept or printed. It opens once."""
        house.furnish()
        secret = house.node.invite(ACME, ANA, by=SPONSOR)
        assert isinstance(secret, Secret)
        assert len(secret.reveal()) == 43
        link = house.node.keyring(ACME).users[ANA].set_up
        assert link is not None
        assert link.digest == digest(PEPPER, secret.reveal())
        assert secret.reveal() not in f"{house.store.changes()!r} {house.node.keyring(ACME)!r}"
        done(house.node.set_up(ACME, ANA, secret, password=HASH, by=SPONSOR))
        assert house.node.keyring(ACME).users[ANA].password == HASH
        again = house.node.set_up(ACME, ANA, secret, password=HASH, by=SPONSOR)
        assert again == Refusal(Reason.SET_UP_INVALID)

    def test_a_link_is_refused_to_whoever_may_not_give_it(self, house: House) -> None:
        """And then there is no secret."""
        house.furnish()
        assert isinstance(house.node.invite(ACME, ANA, by=user("x@y.example")), Refusal)

    def test_a_flood_of_guesses_fills_no_audit(self, house: House) -> None:
        """Anybody on the network may try a link; what they are refused is not kept, and changes no revision."""
        house.furnish()
        before = house.store.changes()
        robot = Actor(ActorKind.KEY, "cvk_x")
        for command, by, reason in (
            (TakeSetUpLink(ACME, ANA, bytes(32), HASH), SPONSOR, Reason.SET_UP_INVALID),
            (OpenHandover(ACME, AppKey("cvk_x"), "0" * 32), robot, Reason.HANDOVER_INVALID),
        ):
            assert house.node.carry_out(command, by=by) == Refusal(reason)
        assert house.store.changes() == before
        house.node.carry_out(ChangePassword(ACME, ANA, HASH), by=robot)
        assert house.store.changes()[-1].change.event == CommandRefused("change_password", Reason.NOT_ONESELF)


class TestEpochs:
    """A failover or a restore begins another epoch, at any moment."""

    def turned(self, house: House, monkeypatch: pytest.MonkeyPatch, at: str, *, keep: int, after: bool = False) -> None:
        """When this is next asked of the store, another epoch begins just before or after, without the last changes."""
        inner = house.store._store
        plain = getattr(inner, at)

        def turn() -> None:
            monkeypatch.setattr(inner, at, plain)
            assert isinstance(inner, MemoryStore)
            inner._epoch = "11111111"
            changes, inner._committed, inner._keyrings, inner._homes = inner._committed[:keep], [], {}, {}
            for one in changes:
                keyring = inner._keyrings.get(one.change.account)
                inner.commit(one.change, seen=keyring.revision if keyring else None)

        def turning(*args: object, **named: object) -> object:
            if not after:
                turn()
            found = plain(*args, **named)
            if after:
                turn()
                house.node.known.refresh()  # as its thread does at any time
            return found

        monkeypatch.setattr(inner, at, turning)

    def test_what_is_loaded_in_another_epoch_answers_nobody_who_insists_on_the_last_one(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The standby does not have the block. Whoever has its revision is not allowed by what was before."""
        issued = house.furnish()
        other = house.another()
        house.node.carry_out(BlockKey(ACME, issued.app_key), by=SPONSOR)
        other.known.refresh()
        blocked = other.known.revision
        self.turned(house, monkeypatch, "keyring", keep=blocked.seq - 1)
        assert isinstance(other.check(ACME, asking(issued), at_least=blocked).verdict, CannotTell)
        assert other.known.revision.epoch == "11111111"
        assert isinstance(other.check(ACME, asking(issued)).verdict, Allowed)

    def test_an_own_change_that_was_lost_with_its_epoch_is_not_remembered(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Nor acknowledged. Changes of the new epoch under the same numbers would be taken for known."""
        issued = house.furnish()
        kept = house.store.head().seq
        house.node.carry_out(DeactivateKey(ACME, issued.app_key), by=SPONSOR)
        self.turned(house, monkeypatch, "commit", keep=kept, after=True)
        with pytest.raises(StoreUnavailable, match="replaced meanwhile"):
            house.node.carry_out(ActivateKey(ACME, issued.app_key), by=SPONSOR)
        another = house.another()
        another.carry_out(AddUser(ACME, Email("bia@acme.example"), "Bia"), by=SPONSOR)
        another.carry_out(BlockKey(ACME, issued.app_key), by=SPONSOR)
        house.node.known.refresh()
        assert house.node.keyring(ACME) == house.store.keyring(ACME)
        assert isinstance(house.node.check(ACME, asking(issued)).verdict, Denied)

    def test_an_account_that_is_opened_while_all_is_loaded_is_known(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is in the list of accounts, or comes with its change."""
        house.furnish()
        inner = house.store._store
        house.store.calls, plain = 0, inner.accounts
        self.turned(house, monkeypatch, "head", keep=house.store.head().seq)

        def opening() -> tuple[AccountName, ...]:
            found = plain()
            monkeypatch.setattr(inner, "accounts", plain)
            inner.commit(Change(GLOBEX, NOW, OPERATOR, AccountCreated(ANA, Format.NATIVE, https_only=False)), seen=None)
            return found

        monkeypatch.setattr(inner, "accounts", opening)
        house.node.known.refresh()
        house.node.known.refresh()
        assert GLOBEX in house.node.accounts


class TestLeases:
    """What a node may still say depends on when it last proved that it knows all."""

    def test_a_process_that_was_paused_while_it_loaded_an_account_says_nothing(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What it loaded is as old as the pause."""
        issued = house.furnish()
        other, plain = house.another(), house.store._store.keyring

        def slow(account: AccountName) -> Keyring:
            found = plain(account)
            house.clock.boot += STALE_SECONDS_MAX + 1
            return found

        monkeypatch.setattr(house.store._store, "keyring", slow)
        assert isinstance(other.check(ACME, asking(issued)).verdict, CannotTell)

    def test_a_node_decides_nothing_before_others_can_know_of_it(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One that could not report when it started would be overlooked by whoever asks where a revoke is in force."""
        issued = house.furnish()
        other, inner = house.another(), house.store._store
        other.check(ACME, asking(issued))
        monkeypatch.setattr(Follower, "_run", lambda _: None)

        def lost(_: object) -> Revision:
            raise StoreUnavailable

        with monkeypatch.context() as broken:
            broken.setattr(inner, "report", lost)
            other.start()
        assert isinstance(other.check(ACME, asking(issued)).verdict, CannotTell)
        other.known.refresh()
        assert isinstance(other.check(ACME, asking(issued)).verdict, Allowed)
        other.stop()

    def test_whoever_is_asked_how_far_a_change_came_counts_itself(self, house: House) -> None:
        """Another node's revoke is not said to be in force everywhere by one that has not applied it."""
        issued = house.furnish()
        other = house.another()
        other.check(ACME, asking(issued))
        house.node.carry_out(BlockKey(ACME, issued.app_key), by=SPONSOR)
        assert other.reach(house.store.head(), wait_seconds=0).effective
        assert isinstance(other.check(ACME, asking(issued)).verdict, Denied)


# ------------------------------------------------------------------------------------------------ refusing when cut off


@pytest.fixture
def strict() -> tuple[House, Issued, Node]:
    """A node that must not decide by anything old."""
    house = House()
    issued = house.furnish()
    return house, issued, house.another(stale_seconds_max=0)


def test_with_no_time_at_all_a_node_decides_while_its_polls_succeed(strict: tuple[House, Issued, Node]) -> None:
    """Between two polls it does."""
    house, issued, node = strict
    for _ in range(10):
        house.clock.boot += POLL_SECONDS
        node.known.refresh()
        house.clock.boot += OVERDUE_SECONDS
        assert isinstance(node.check(ACME, asking(issued)).verdict, Allowed)


def test_with_no_time_at_all_the_first_poll_that_fails_ends_it(strict: tuple[House, Issued, Node]) -> None:
    """And the first one that succeeds begins it again."""
    house, issued, node = strict
    assert isinstance(node.check(ACME, asking(issued)).verdict, Allowed)
    house.store.out = True
    with pytest.raises(StoreUnavailable):
        node.known.refresh()
    assert isinstance(node.check(ACME, asking(issued)).verdict, CannotTell)
    house.store.out = False
    node.known.refresh()
    assert isinstance(node.check(ACME, asking(issued)).verdict, Allowed)


def test_with_no_time_at_all_an_overdue_poll_ends_it(strict: tuple[House, Issued, Node]) -> None:
    """A poll that hangs has not failed yet, and a process that was asleep has not polled."""
    house, issued, node = strict
    house.clock.boot += OVERDUE_SECONDS + 0.001
    assert isinstance(node.check(ACME, asking(issued)).verdict, CannotTell)


def test_with_time_left_a_poll_that_fails_ends_nothing() -> None:
    """Until it is over."""
    house = House()
    issued = house.furnish()
    node = house.another(stale_seconds_max=10)
    assert isinstance(node.check(ACME, asking(issued)).verdict, Allowed)
    house.store.out = True
    with pytest.raises(StoreUnavailable):
        node.known.refresh()
    house.clock.boot += 10
    assert isinstance(node.check(ACME, asking(issued)).verdict, Allowed)
    house.clock.boot += 0.001
    assert isinstance(node.check(ACME, asking(issued)).verdict, CannotTell)


def test_a_node_tells_others_how_long_it_can_decide(strict: tuple[House, Issued, Node]) -> None:
    """Whoever waits for it waits so long, and no shorter."""
    assert strict[2].known._report().stale_seconds_max == OVERDUE_SECONDS


def test_while_nobody_answers_only_the_one_who_follows_asks() -> None:
    """Whoever needs the store hears at once that it is away, and keeps nobody from finding that it is back."""
    house = House()
    house.furnish()
    node = house.another()
    node.start()
    house.store.out = True
    until(lambda: node.known.cut_off)
    before = house.store.calls
    for _ in range(100):
        with pytest.raises(StoreUnreachable):
            node.keyring(ACME)
    assert house.store.calls - before < 50, "but the follower's own"
    house.store.out = False
    until(lambda: not node.known.cut_off)
    assert node.keyring(ACME).account == ACME
    node.stop()


def test_an_account_opened_while_all_is_loaded_anew_is_known() -> None:
    """None falls between the list of accounts and the changes that are followed from then on."""
    house = House()
    house.furnish()
    real = house.store._store
    opened: list[AccountName] = []

    class Between(Switchable):
        """Somebody opens an account right after each answer."""

        def __getattr__(self, name: str) -> Callable[..., Any]:
            method = getattr(real, name)

            def call(*args: object, **named: object) -> object:
                answer = method(*args, **named)
                if name in {"head", "accounts"} and len(opened) < 5:
                    opened.append(AccountName(f"new{len(opened)}"))
                    done(house.node.carry_out(CreateAccount(opened[-1], ANA), by=OPERATOR))
                return answer

            return call

    house.store, kept = Between(real), house.store
    node = house.another()
    house.store = kept
    node.known.refresh()
    assert set(opened) <= node.accounts
