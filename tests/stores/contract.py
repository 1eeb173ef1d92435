"""What every store does. A store's test file is this class with its own `store`."""

from __future__ import annotations

import random
from dataclasses import replace
from threading import Event as ThreadEvent
from threading import Thread
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.promises.plugin import Proof
from tests.stores.histories import (
    ACME,
    ANA,
    BIA,
    EPISODE,
    EVERY_EVENT,
    KEY_1,
    KEY_2,
    KEY_3,
    NOON,
    OPERATOR,
    OTHER,
    RESOURCES,
    ROLE_1,
    anything,
    bring,
    carry_out,
    create,
    digest_of,
    folded,
    insist,
    issue,
    keyring_of,
    live,
)

from chaveiro.core import change as core_change
from chaveiro.core.attempt import Ambiguous, AnyRole, Match, Need, NoMethod, NoRoute
from chaveiro.core.cause import Cause, Confidence, Finding
from chaveiro.core.change import Change, after
from chaveiro.core.command import (
    AddUser,
    AdoptKey,
    CreateRole,
    DeleteKey,
    FinishRenewal,
    GrantToKey,
    GrantToUser,
    MuteEpisode,
    RemoveUser,
    RenewKey,
    UnmuteEpisode,
)
from chaveiro.core.credential import digest, mint_key, mint_token
from chaveiro.core.denial import Denial, DenialId, Exposure, Fingerprint, InClear, Usage, Use
from chaveiro.core.event import Event, KeyActivated, KeyImported, KeyIssued, UserAdded
from chaveiro.core.fleet import NodeId, NodeReport
from chaveiro.core.foreign import Kind
from chaveiro.core.keyring import Actor, ActorKind, Revision
from chaveiro.core.names import AccountName, AppKey, Email, KeyId, Moment, Resource
from chaveiro.core.plan import plan
from chaveiro.core.session import Session, SessionId
from chaveiro.core.traffic import DAY, HOUR, KEPT_SECONDS, Traffic
from chaveiro.stores.port import (
    EPISODE_SECONDS,
    EPISODES_MAX,
    EPISODES_OF_KEY_MAX,
    USES_MAX,
    AccountUnknown,
    AppKeyTaken,
    Committed,
    Limits,
    RevisionMoved,
    Store,
)
from chaveiro.stores.sql import write as sql_write

if TYPE_CHECKING:
    from chaveiro.core.attempt import Wanted
    from chaveiro.core.cause import Fact
    from chaveiro.core.keyring import Keyring

ELSEWHERE = "ffffffff"
HOURS = NOON // HOUR * HOUR  # when the hour of NOON began


def seen(store: Store, account: AccountName = ACME) -> Revision:
    """The revision that a plan for this account would be made on."""
    return store.keyring(account).revision


def state(store: Store) -> object:
    """All that a commit can change."""
    return store.head(), store.changes(), [store.keyring(account) for account in store.accounts()]


def same(one: Keyring, other: Keyring | None) -> bool:
    """Say whether two keyrings are equal, and list what they hold in the same order."""
    return one == other and all(
        list(getattr(one, name)) == list(getattr(other, name)) for name in ("users", "roles", "keys", "tombstones")
    )


def denial(number: int, *, account: AccountName = ACME, wanted: Wanted | None = None) -> Denial:
    """A refusal with something in every field."""
    facts: dict[str, Fact] = {
        "count": 2,
        "at": 1.5,
        "carrier": "query",
        "positions": (1, 2),
        "methods": ("GET",),
        "none": (),
    }
    need = Need(RESOURCES[:2], Match.ALL)
    found = Finding(Cause.CREDENTIALS_IN_QUERY, facts, {"required": need, "by": ANA}, Confidence.LIKELY)
    return Denial(
        id=DenialId(f"{number:026}"),
        account=account,
        at=Moment(NOON + number),
        told=Cause.CREDENTIALS_INVALID,
        findings=(found, Finding(Cause.KEY_UNKNOWN)),
        revision=Revision("0123abcd", 7),
        wanted=wanted or need,
        app_key=None if number % 2 else KEY_1,
        proven=False,
        key=Fingerprint("0" * 16, 26),
        token=Fingerprint("f" * 16, 74),
        method="GET",
        path="/api/oms/pvt/orders",
        address="2001:db8::1",
        route="GET /api/oms/pvt/orders",
    )


def lacking(number: int, *, route: str = "GET /a", token: str = "a", key: AppKey = KEY_1) -> Denial:
    """A proven key that may not do what it asks."""
    found = Finding(Cause.PERMISSION_MISSING_RESOURCE)
    return replace(
        denial(number), app_key=key, proven=True, findings=(found,), token=Fingerprint(token * 16, 74), route=route
    )


def unproven(number: int) -> Denial:
    """A wrong token of a key of the account: the route has nothing to do with it."""
    return replace(lacking(number), proven=False, findings=(Finding(Cause.TOKEN_NEVER_ISSUED),))


def stranger(number: int, *, n: int | None = None) -> Denial:
    """A pair that somebody made up."""
    made = Fingerprint(f"{number:016x}", 26)
    found = replace(denial(n or number), app_key=None, findings=(Finding(Cause.KEY_UNKNOWN),))
    return replace(found, key=made, token=made)


def session(number: int, *, account: AccountName = ACME, email: Email = ANA) -> Session:
    """A session that began so many seconds after noon."""
    at = Moment(NOON + number)
    return Session(SessionId(f"{number:016x}"), account, email, at, at, at, "2001:db8::1", "Firefox")


def traffic(
    store: Store, span: int, app_key: AppKey | None = None, *, after: float = NOON
) -> list[tuple[float, str | None, int]]:
    """What is counted of an account: when since the given moment, why, how often."""
    found = store.traffic(ACME, app_key=app_key, after=Moment(after), span=span)
    assert all((one.account, one.app_key, one.span) == (ACME, app_key, span) for one in found)
    return [(one.at - HOURS, one.cause, one.count) for one in found]


def longest(number: int) -> str:
    """A name as long as one may be, of bytes that no database can press together."""
    dice = random.Random(number)
    return "".join(chr(dice.randrange(0x1000, 0xD000)) for _ in range(200))


def node(name: str, applied: Revision) -> NodeReport:
    """What a node says that has applied so much."""
    return NodeReport(NodeId(name), f"host {name}", applied, 300.0)


class StoreContract:
    keeps_nodes = True
    wakes = True  # whoever watches when somebody commits

    # -- changes

    def test_a_new_store_is_empty(self, store: Store) -> None:
        """Before the first change there is no account, and the head's `seq` is 0."""
        assert store.head().seq == 0
        assert store.accounts() == ()
        assert store.changes() == ()
        with pytest.raises(AccountUnknown):
            store.keyring(ACME)

    def test_every_event_loads_as_it_folds(self, store: Store) -> None:
        """After each event there is, loading the account equals folding its changes."""
        happened: set[type[Event]] = set()
        for second, command in enumerate(EVERY_EVENT):
            carry_out(store, command, at=Moment(NOON + second))
            committed = store.changes()
            happened.add(type(committed[-1].change.event))
            assert same(store.keyring(ACME), folded(committed)), command
        assert happened == set(get_args(Event))

    def test_the_oldest_muted_episodes_are_forgotten(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        """In the order in which they were muted, and in each account for itself."""
        for place in (core_change, sql_write):
            monkeypatch.setattr(place, "MUTED_MAX", 2)
        live(store, [create(), create(OTHER), MuteEpisode(OTHER, EPISODE)])
        names = [DenialId(f"{number:026}") for number in (3, 1, 2)]
        live(store, [*(MuteEpisode(ACME, name) for name in names), UnmuteEpisode(ACME, names[1])])
        assert list(store.keyring(ACME).muted) == names[2:]
        live(store, [MuteEpisode(ACME, names[1]), MuteEpisode(ACME, names[0])])
        assert list(store.keyring(ACME).muted) == [names[1], names[0]]
        assert same(store.keyring(ACME), folded(store.changes(account=ACME)))
        assert list(store.keyring(OTHER).muted) == [EPISODE]

    # One store serves every example: each has an account of its own.
    @settings(
        max_examples=20,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    )
    @given(seed=st.integers(0, 2**32), length=st.integers(1, 40))
    def test_loading_equals_folding(self, store: Store, seed: int, length: int) -> None:
        """Whatever is asked for in whatever order, loading an account equals folding its changes."""
        dice = random.Random(seed)
        account = AccountName(f"account{store.head().seq}")
        live(store, [create(account), *(anything(dice, account) for _ in range(length))])
        assert same(store.keyring(account), folded(store.changes(account=account)))

    def test_revisions_count_all_accounts(self, store: Store, proof: Proof) -> None:
        """One sequence without gaps holds the changes of every account, and each account keeps its own latest."""
        revisions = [carry_out(store, command) for command in (create(), create(OTHER), issue(ACME, KEY_1))]
        assert [revision.seq for revision in revisions] == [1, 2, 3]
        assert store.head() == revisions[2] == store.keyring(ACME).revision
        assert store.keyring(OTHER).revision == revisions[1]
        assert len({revision.epoch for revision in revisions}) == 1
        proof("G4", dose="changes of two accounts", figure="one sequence without gaps")

    def test_a_moved_account_is_not_written(self, store: Store) -> None:
        """A change planned on an older revision, on another epoch or on no account at all is refused whole."""
        live(store, [create(), AddUser(ACME, BIA, "Bia")])
        now, before = seen(store), state(store)
        added = Change(ACME, NOON, OPERATOR, UserAdded(Email("new@acme.example"), "new"))
        for stale in (
            Revision(now.epoch, now.seq - 1),
            Revision(now.epoch, now.seq + 1),
            Revision(ELSEWHERE, now.seq),
            None,
        ):
            with pytest.raises(RevisionMoved):
                store.commit(added, seen=stale)
        with pytest.raises(RevisionMoved):
            store.commit(replace(added, account=OTHER), seen=now)
        assert state(store) == before

    def test_an_account_begins_once(self, store: Store) -> None:
        """Creating an account that exists is refused, and so is a beginning that is no creation."""
        live(store, [create()])
        creation, before = store.changes()[0].change, state(store)
        with pytest.raises(RevisionMoved):
            store.commit(creation, seen=None)
        with pytest.raises(ValueError, match="begins with its creation"):
            store.commit(creation, seen=seen(store))
        with pytest.raises(ValueError, match="begins with its creation"):
            store.commit(Change(OTHER, NOON, OPERATOR, UserAdded(BIA, "Bia")), seen=None)
        assert state(store) == before

    def test_an_app_key_lives_in_one_account(self, store: Store) -> None:
        """An appKey that another account has, or had, is refused whole."""
        live(store, [create(), create(OTHER), issue(ACME, KEY_1)])
        for _ in range(2):
            before = state(store)
            with pytest.raises(AppKeyTaken):
                carry_out(store, issue(OTHER, KEY_1, 2))
            assert state(store) == before
            carry_out(store, DeleteKey(ACME, KEY_1))

    def test_many_changes_are_written_together(self, store: Store) -> None:
        """Each with its own revision and entry, as if one by one; loading equals folding."""
        live(store, [create(), CreateRole(ACME, "orders", frozenset(RESOURCES[:1]))])
        start = store.keyring(ACME)
        keyring, changes = start, []
        for command in (bring(ACME, KEY_1, 1), GrantToKey(ACME, ROLE_1, KEY_1), issue(ACME, KEY_2, 2)):
            planned = plan(keyring, command, by=Actor(ActorKind.USER, ANA), at=NOON)
            assert isinstance(planned, Change)
            changes.append(planned)
            keyring = after(keyring, planned, start.revision)
        revisions = store.commit_all(changes, seen=start.revision)
        assert [one.seq for one in revisions] == [3, 4, 5]
        assert [one.change for one in store.changes(after=start.revision)] == changes
        assert store.keyring(ACME) == replace(keyring, revision=revisions[-1])
        assert store.keyring(ACME).foreign == {"sha256"}
        assert same(store.keyring(ACME), folded(store.changes(account=ACME)))

    def test_of_many_changes_all_are_written_or_none(self, store: Store) -> None:
        """Where another account has one of the keys, where the account has moved, or where one does not fit."""
        live(store, [create(), create(OTHER), issue(OTHER, KEY_2)])
        now = store.keyring(ACME).revision
        made = [
            Change(
                ACME,
                NOON,
                OPERATOR,
                KeyImported(key, KeyId("1" * 32), digest_of(1), Kind("sha256"), "a", "", None, None, ()),
            )
            for key in (KEY_1, KEY_2)
        ]
        before = state(store)
        with pytest.raises(AppKeyTaken):
            store.commit_all(made, seen=now)
        with pytest.raises(AppKeyTaken):
            store.commit_all([made[0], made[0]], seen=now)
        with pytest.raises(RevisionMoved):
            store.commit_all(made[:1], seen=Revision(now.epoch, now.seq + 1))
        with pytest.raises(ValueError, match="begins with its creation"):
            store.commit_all([made[0], replace(made[0], account=OTHER)], seen=now)
        assert state(store) == before

    def test_a_key_is_found_by_any_token_it_ever_had(self, store: Store) -> None:
        """Live ones, the second of an open renewal, retired ones, and those of a deleted key; in every account."""
        live(store, [create(), create(OTHER), issue(ACME, KEY_1, 1), bring(OTHER, KEY_2, 2), issue(ACME, KEY_3, 3)])
        live(
            store,
            [RenewKey(ACME, KEY_1, digest_of(4)), FinishRenewal(ACME, KEY_1), RenewKey(ACME, KEY_1, digest_of(5))],
        )
        live(store, [RenewKey(ACME, KEY_3, digest_of(6)), DeleteKey(ACME, KEY_3)])
        found = store.holders({digest_of(number) for number in range(1, 8)})
        expected = {
            1: (ACME, KEY_1),
            2: (OTHER, KEY_2),
            3: (ACME, KEY_3),
            4: (ACME, KEY_1),
            5: (ACME, KEY_1),
            6: (ACME, KEY_3),
        }
        assert {one.digest: one[1:] for one in found} == {digest_of(n): who for n, who in expected.items()}
        assert len(found) == len(expected)
        assert list(store.holders({digest_of(7)})) == []
        assert list(store.holders(())) == []

    def test_an_app_key_is_found_at_home(self, store: Store) -> None:
        """The home of an appKey is known while it lives and after it was deleted."""
        live(store, [create(), create(OTHER), issue(OTHER, KEY_1)])
        assert store.home_of(KEY_1) == OTHER
        carry_out(store, DeleteKey(OTHER, KEY_1))
        assert store.home_of(KEY_1) == OTHER
        assert store.home_of(AppKey("key")) is None

    def test_names_are_compared_by_their_characters(self, store: Store) -> None:
        """Case, blanks, digits and composed letters make different names."""
        names = [AppKey(name) for name in ("a", "A", "a ", " a", "1", "01", "1.0", "á", "a\u0301", "a%", "_")]
        live(store, [create(), *(issue(ACME, name, number) for number, name in enumerate(names))])
        keys = store.keyring(ACME).keys
        assert [keys[name].digest for name in names] == [digest_of(number) for number in range(len(names))]
        assert all(store.home_of(name) == ACME for name in names)
        assert store.home_of(AppKey("b")) is None

    def test_a_change_that_does_not_fit_writes_nothing(self, store: Store) -> None:
        """A change that no plan would make is an error, and the account stays as it was."""
        live(store, [create()])
        before = state(store)
        with pytest.raises((ValueError, LookupError)):
            store.commit(Change(ACME, NOON, OPERATOR, KeyActivated(KEY_1)), seen=seen(store))
        assert state(store) == before

    @pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x\udfff"])
    def test_text_that_no_database_keeps_is_refused(self, store: Store, text: str) -> None:
        """NUL and half characters are refused, never cut or replaced."""
        live(store, [create()])
        before = state(store)
        with pytest.raises(ValueError, match="NUL"):
            carry_out(store, AddUser(ACME, BIA, text))
        assert state(store) == before

    def test_the_longest_names_are_kept(self, store: Store) -> None:
        """What is looked up by name may have 600 bytes, all names of a row at once; what comes in has fewer."""
        account, app_key, route = (longest(number) for number in range(3))
        named, key = AccountName(account), AppKey(app_key)
        resources = frozenset({Resource(longest(3), longest(4)), Resource(longest(5), longest(6))})
        history = (
            create(named),
            AddUser(named, Email(longest(7)), "x"),
            CreateRole(named, "x", resources),
            GrantToUser(named, ROLE_1, Email(longest(7))),
            issue(named, key),
            GrantToKey(named, ROLE_1, key),
            AdoptKey(named, AppKey(longest(8)), AccountName(longest(9))),
            MuteEpisode(named, DenialId(longest(10))),
        )
        live(store, [create(AccountName(longest(9))), issue(AccountName(longest(9)), AppKey(longest(8))), *history])
        held = store.keyring(named)
        assert same(held, folded(store.changes(account=named)))
        assert (list(held.keys), held.roles[ROLE_1].resources, len(held.users)) == ([key], resources, 2)
        refused = replace(lacking(1, route=route, key=key), account=named)
        store.keep_denials([refused], forget_before=NOON)
        store.add_usage([Usage(named, key, 1, NOON, 1)], [Use(named, key, route, Need(RESOURCES), NOON, 1)])
        assert (store.denials(named), len(store.uses(named))) == ((refused,), 1)
        assert [one.route for one in store.episodes(named, app_key=key)] == [route]

    def test_a_longer_name_is_refused(self, store: Store) -> None:
        """In every store alike, before anything is written: what one kept, another could not."""
        live(store, [create()])
        before, long = state(store), f"{longest(1)}x"
        for command in (
            AddUser(ACME, Email(long), "x"),
            CreateRole(ACME, "x", frozenset({Resource("OMS", long)})),
            issue(ACME, AppKey(long)),
            create(AccountName(long)),
        ):
            with pytest.raises(ValueError, match="longer than 600 bytes"):
                carry_out(store, command)
        assert state(store) == before

    def test_records_of_a_longer_route_hold_up_no_others(self, store: Store) -> None:
        """They are left out, and those beside them are kept."""
        long = f"{longest(1)}x"
        store.keep_denials([lacking(1), lacking(2, route=long)], forget_before=NOON)
        uses = [Use(ACME, KEY_1, route, Need(RESOURCES), NOON, 1) for route in ("/a", long)]
        store.add_usage([Usage(ACME, KEY_1, 1, NOON, 1)], uses)
        assert [one.route for one in store.denials(ACME)] == [lacking(1).route]
        assert [one.route for one in store.uses(ACME)] == ["/a"]

    @pytest.mark.parametrize("text", ["/a\x00b", "/\ud800"])
    def test_a_refusal_that_cannot_be_kept_holds_up_no_other(self, store: Store, text: str) -> None:
        """What a caller sent may be text that no database keeps; the refusals beside it are kept."""
        odd = replace(denial(2), path=text), denial(3, wanted=NoRoute("GET", text))
        store.keep_denials([denial(1), *odd, denial(4)], forget_before=NOON)
        assert store.denials(ACME) == (denial(4), denial(1))

    @pytest.mark.parametrize("text", ["a\x00", "\ud800", "", " ", "a" * 100_000, "'; --", "%", "🗝"])
    def test_odd_text_names_nothing(self, store: Store, text: str) -> None:
        """Asking for a name that cannot be is answered, not failed."""
        live(store, [create(), issue(ACME, AppKey("a"))])
        assert store.home_of(AppKey(text)) is None
        assert store.denial(DenialId(text)) is None
        with pytest.raises(AccountUnknown):
            store.keyring(AccountName(text))

    # -- the feed

    def test_changes_come_in_order_and_pages(self, store: Store, proof: Proof) -> None:
        """Following in pages of any size gives every change once, in the order of commits."""
        live(store, [create(), create(OTHER), *EVERY_EVENT[1:], issue(OTHER, AppKey("o"))])
        whole = list(store.changes())
        assert [one.revision.seq for one in whole] == list(range(1, len(whole) + 1))
        for size in (1, 7, len(whole)):
            found: list[Committed] = []
            cursor = None
            while page := store.changes(after=cursor, limit=size):
                assert len(page) <= size
                found += page
                cursor = page[-1].revision
            assert found == whole
            assert cursor == store.head()
        proof("G4", dose=f"{len(whole)} changes in pages of 1, 7 and all", figure="each once, in order")

    def test_changes_of_one_account(self, store: Store) -> None:
        """One account's changes are its own, after a revision of any account."""
        live(store, [create(), create(OTHER), AddUser(ACME, BIA, "Bia"), AddUser(OTHER, BIA, "Bia")])
        own = store.changes(account=ACME)
        assert [one.revision.seq for one in own] == [1, 3]
        assert [one.revision.seq for one in store.changes(account=ACME, after=store.changes()[1].revision)] == [3]
        assert [one.revision.seq for one in store.changes(account=ACME, limit=1)] == [1]
        assert store.changes(account=AccountName("nobody")) == ()

    def test_the_newest_changes_come_first(self, store: Store) -> None:
        """Reading backwards in pages of any size gives every change of the account once, and none of another's."""
        live(store, [create(), create(OTHER), *EVERY_EVENT[1:], issue(OTHER, AppKey("o"))])
        own = list(reversed(store.changes(account=ACME)))
        for size in (1, 7, len(own)):
            found: list[Committed] = []
            while page := store.newest_changes(ACME, before=found[-1].revision if found else None, limit=size):
                assert len(page) <= size
                found += page
            assert found == own
        assert list(store.newest_changes(ACME, after=own[3].revision, before=own[0].revision)) == own[1:3]
        assert store.newest_changes(ACME, before=own[-1].revision) == ()
        assert store.newest_changes(AccountName("nobody")) == ()
        elsewhere = Revision(ELSEWHERE, 5)
        with pytest.raises(RevisionMoved):
            store.newest_changes(ACME, after=elsewhere)
        with pytest.raises(RevisionMoved):
            store.newest_changes(ACME, before=elsewhere)

    def test_changes_are_found_by_the_names_in_them(self, store: Store) -> None:
        """A person, a key or a kind of event is found where it stands as a whole name, each group with another."""
        odd = Email('"ana%_\\"@acme.example')
        live(
            store,
            [create(), AddUser(ACME, BIA, "Bia"), AddUser(ACME, odd, "Ana"), issue(ACME, KEY_1), RemoveUser(ACME, BIA)],
        )

        def seqs(*naming: set[str]) -> list[int]:
            return [one.revision.seq for one in store.newest_changes(ACME, naming=naming)]

        assert seqs({BIA}) == [5, 2]
        assert seqs({BIA, odd}) == [5, 3, 2]
        assert seqs({BIA}, {"UserRemoved", "KeyIssued"}) == [5]
        assert seqs({BIA[:-1]}) == seqs({BIA.upper()}) == seqs({"%"}) == seqs({"a\0b", "\ud800"}) == seqs(set()) == []
        assert [one.revision.seq for one in store.newest_changes(ACME, naming=[{BIA}], limit=1)] == [5]

    def test_a_follower_of_another_history_is_told(self, store: Store, proof: Proof) -> None:
        """Whoever follows another epoch, or knows more than the store, must load everything again."""
        live(store, [create()])
        head = store.head()
        assert store.changes(after=head) == ()
        for stranger in (Revision(ELSEWHERE, head.seq), Revision(ELSEWHERE, 0), Revision(head.epoch, head.seq + 1)):
            with pytest.raises(RevisionMoved):
                store.changes(after=stranger)
        proof("G4", dose="another epoch, and a bookmark ahead", figure="told to load all again")

    def test_links_stay_as_they_are(self, store: Store) -> None:
        """Where a chain is kept, each change has one link in it, for good; of another epoch nothing is told."""
        live(store, EVERY_EVENT[:5])
        beginning = store.head()._replace(seq=0)
        links = store.links(after=beginning)
        if store.anchor() is None:
            assert not links
            return
        assert [one.seq for one in links] == list(range(1, store.head().seq + 1))
        assert links[-1] == store.anchor()
        assert len({one.mac for one in links}) == len(links)
        live(store, EVERY_EVENT[5:10])
        assert store.links(after=beginning, limit=len(links)) == links
        assert store.links(after=store.head()) == []
        assert store.links(after=store.head()._replace(seq=store.head().seq + 1)) == []
        with pytest.raises(RevisionMoved):
            store.links(after=beginning._replace(epoch=ELSEWHERE))

    def test_head_moves_with_each_commit(self, store: Store) -> None:
        """The head is the last commit's revision as soon as it returned, and stays while nothing happens."""
        for command in EVERY_EVENT[:10]:
            assert carry_out(store, command) == store.head() == store.head()

    def test_writers_wait_for_each_other(self, store: Store) -> None:
        """Of changes planned at once one wins and the others are told; tried again, none is lost or twice there."""
        live(store, [create()])
        moved: list[int] = []

        def write(name: str) -> None:
            for number in range(8):
                while True:
                    try:
                        carry_out(store, AddUser(ACME, Email(f"{name}{number}@acme.example"), name))
                        break
                    except RevisionMoved:
                        moved.append(number)

        threads = [Thread(target=write, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(store.keyring(ACME).users) == 1 + 4 * 8
        assert [one.revision.seq for one in store.changes()] == list(range(1, 2 + 4 * 8))
        assert store.keyring(ACME) == folded(store.changes())

    def test_of_two_plans_one_wins(self, store: Store) -> None:
        """Two changes planned on the same revision: the second is told, whatever it is about."""
        live(store, [create()])
        both = seen(store)
        first, second = (Change(ACME, NOON, OPERATOR, UserAdded(Email(f"{x}@acme.example"), x)) for x in "ab")
        store.commit(first, seen=both)
        with pytest.raises(RevisionMoved):
            store.commit(second, seen=both)
        assert list(store.keyring(ACME).users) == [ANA, Email("a@acme.example")]

    def test_accounts_do_not_wait_for_each_other(self, store: Store) -> None:
        """A change of one account does not move another."""
        live(store, [create(), create(OTHER)])
        planned_on = seen(store)
        insist(store, AddUser(OTHER, BIA, "Bia"))
        store.commit(Change(ACME, NOON, OPERATOR, UserAdded(BIA, "Bia")), seen=planned_on)
        assert store.accounts() == store.audited() == (ACME, OTHER)

    # -- what is kept beside the changes

    def test_a_denial_comes_back_whole(self, store: Store) -> None:
        """Every kind of refusal is read as it was kept, and kept once however often it is sent."""
        wanted: tuple[Wanted, ...] = (
            AnyRole(),
            Ambiguous("//"),
            NoRoute("GET", "/x"),
            NoMethod("PUT", "/é", ("GET", "POST")),
            Need(RESOURCES),
        )
        kept = [denial(number, wanted=one) for number, one in enumerate(wanted)]
        for _ in range(2):
            store.keep_denials(kept, forget_before=NOON)
        assert [store.denial(one.id) for one in kept] == kept
        assert store.denials(ACME) == tuple(kept[::-1])
        assert store.denial(DenialId("0" * 25 + "9")) is None

    def test_denials_are_of_one_account_newest_first(self, store: Store) -> None:
        """An account's list is bounded, its own, and begins with the newest."""
        store.keep_denials([denial(n, account=(ACME, OTHER)[n % 2]) for n in (3, 1, 6, 2, 4)], forget_before=NOON)
        assert [one.at - NOON for one in store.denials(ACME)] == [6, 4, 2]
        assert [one.at - NOON for one in store.denials(ACME, limit=2)] == [6, 4]
        assert store.denials(AccountName("nobody")) == ()

    def test_old_denials_are_forgotten(self, store: Store) -> None:
        """What was refused before the moment given is gone, with or without something new."""
        store.keep_denials([denial(number) for number in range(5)], forget_before=Moment(NOON + 2))
        assert [one.at - NOON for one in store.denials(ACME)] == [4, 3, 2]
        store.keep_denials([], forget_before=Moment(NOON + 4))
        assert [one.at - NOON for one in store.denials(ACME)] == [4]

    def test_usage_adds_up(self, store: Store) -> None:
        """Counts add up per token, also within one batch, and the latest moment stays."""
        store.add_usage([])
        store.add_usage([Usage(ACME, KEY_1, 1, Moment(9), 2), Usage(ACME, KEY_1, 2, Moment(5), 1)])
        store.add_usage([Usage(ACME, KEY_1, 1, Moment(7), 3), Usage(ACME, KEY_1, 1, Moment(8), 1)])
        store.add_usage([Usage(OTHER, KEY_1, 1, Moment(99), 99)])
        assert store.usage(ACME) == {
            (KEY_1, 1): Usage(ACME, KEY_1, 1, Moment(9), 6),
            (KEY_1, 2): Usage(ACME, KEY_1, 2, Moment(5), 1),
        }
        assert store.usage(AccountName("nobody")) == {}

    def test_uses_add_up_by_route(self, store: Store) -> None:
        """Counts add up per key and route; the latest moment stays, with what the route needed then."""
        now, before = Need(RESOURCES[:2], Match.ALL), Need(RESOURCES[:1])
        store.add_usage(
            [], [Use(ACME, KEY_1, "GET /a", now, Moment(9), 2), Use(ACME, KEY_1, "GET /b", now, Moment(7), 1)]
        )
        store.add_usage([Usage(ACME, KEY_1, 1, Moment(8), 3)], [Use(ACME, KEY_1, "GET /a", before, Moment(8), 3)])
        store.add_usage(
            [], [Use(OTHER, KEY_1, "GET /a", now, Moment(99), 1), Use(ACME, KEY_2, "GET /a", AnyRole(), Moment(8), 1)]
        )
        assert store.uses(ACME) == (
            Use(ACME, KEY_1, "GET /a", now, Moment(9), 5),
            Use(ACME, KEY_2, "GET /a", AnyRole(), Moment(8), 1),
            Use(ACME, KEY_1, "GET /b", now, Moment(7), 1),
        )
        assert store.usage(ACME)[KEY_1, 1].count == 3
        assert store.uses(AccountName("nobody")) == ()

    def test_uses_of_a_key_are_bounded(self, store: Store) -> None:
        """What a key did not repeat for longest is forgotten first; other keys lose nothing."""
        need = Need(RESOURCES[:1])
        store.add_usage([], [Use(ACME, KEY_2, "GET /other", need, Moment(0), 1)])
        for page in range(3):
            numbers = range(page * 500, page * 500 + 500)
            store.add_usage([], [Use(ACME, KEY_1, f"GET /{n}", need, Moment(n), 1) for n in numbers])
        own = [one for one in store.uses(ACME) if one.app_key == KEY_1]
        assert [one.route for one in own] == [f"GET /{n}" for n in range(1499, 1499 - USES_MAX, -1)]
        assert len(store.uses(ACME)) == USES_MAX + 1

    def test_exposures_add_up(self, store: Store) -> None:
        """Counts add up per token and way, also within one batch; the first and the latest moment stay."""
        plain, query = InClear.PLAIN, InClear.QUERY
        store.add_exposures([])
        store.add_exposures([Exposure(ACME, KEY_1, 1, plain, Moment(5), Moment(9), 2)])
        store.add_exposures(
            [
                Exposure(ACME, KEY_1, 1, plain, Moment(7), Moment(11), 1),
                Exposure(ACME, KEY_1, 1, plain, Moment(3), Moment(4), 1),
                Exposure(ACME, KEY_1, 1, query, Moment(8), Moment(8), 1),
                Exposure(ACME, KEY_1, 2, plain, Moment(6), Moment(6), 1),
                Exposure(ACME, KEY_2, 1, query, Moment(6), Moment(6), 1),
                Exposure(OTHER, KEY_1, 1, plain, Moment(1), Moment(99), 9),
            ]
        )
        own = (
            Exposure(ACME, KEY_1, 1, plain, Moment(3), Moment(11), 4),
            Exposure(ACME, KEY_1, 1, query, Moment(8), Moment(8), 1),
            Exposure(ACME, KEY_1, 2, plain, Moment(6), Moment(6), 1),
        )
        assert store.exposures(ACME, app_key=KEY_1) == own
        assert set(store.exposures(ACME)) == {*own, Exposure(ACME, KEY_2, 1, query, Moment(6), Moment(6), 1)}
        assert store.exposures(AccountName("nobody")) == ()

    # -- episodes

    def test_denials_of_one_place_are_one_episode(self, store: Store) -> None:
        """Key, cause and, where it matters, route: first, last, how often, by which tokens."""
        store.keep_denials(
            [lacking(1), lacking(4, token="b"), lacking(2), lacking(3, route="GET /b")], forget_before=NOON
        )
        store.keep_denials([lacking(5), lacking(2)], forget_before=NOON)
        other, one = sorted(store.episodes(ACME), key=lambda episode: episode.count)
        assert [episode.last - NOON for episode in store.episodes(ACME)] == [5, 3]
        assert (one.first - NOON, one.last - NOON, one.count, one.route) == (1, 5, 4, "GET /a")
        assert (one.id, one.newest, one.worked) == (lacking(1).id, lacking(5).id, None)
        assert {face.hash: (face.count, face.first - NOON, face.last - NOON) for face in one.faces} == {
            "a" * 16: (3, 1, 5),
            "b" * 16: (1, 4, 4),
        }
        assert (other.route, other.count) == ("GET /b", 1)
        assert store.episode_of(lacking(2).id) == one
        assert store.episode_of(DenialId("0" * 26)) is None
        assert store.episodes(ACME, limit=1) == (one,)
        assert store.episodes(OTHER) == ()

    def test_an_episode_outlives_its_denials(self, store: Store) -> None:
        """Counts go on after single denials are forgotten, until nothing has been refused for more than a year."""
        store.keep_denials([lacking(1), lacking(2)], forget_before=NOON)
        store.keep_denials([], forget_before=Moment(NOON + 50))
        assert store.denials(ACME) == ()
        store.keep_denials([lacking(60)], forget_before=Moment(NOON + 50))
        assert [(one.count, one.first - NOON, one.last - NOON) for one in store.episodes(ACME)] == [(3, 1, 60)]
        store.keep_denials([], forget_before=Moment(NOON + 61 + EPISODE_SECONDS))
        assert store.episodes(ACME) == ()

    def test_an_episode_knows_the_success_before_it(self, store: Store) -> None:
        """On its route, as far as it was written when the first denial was."""
        need = Need(RESOURCES[:1])
        store.add_usage(
            [Usage(ACME, KEY_1, 1, Moment(NOON - 1), 1)], [Use(ACME, KEY_1, "GET /a", need, Moment(NOON - 9), 1)]
        )
        store.keep_denials([lacking(1), lacking(2, route="GET /b"), unproven(3)], forget_before=NOON)
        worked = {one.route: one.worked for one in store.episodes(ACME)}
        assert worked == {"GET /a": NOON - 9, "GET /b": None, "": NOON - 1}

    def test_a_success_after_a_day_of_silence_ends_an_episode(self, store: Store) -> None:
        """What comes back later is new trouble; silence alone ends nothing, as some integrations run once a week."""
        day, need = 86_400, Need(RESOURCES[:1])
        store.keep_denials([lacking(1)], forget_before=NOON)
        store.keep_denials([lacking(3 * day)], forget_before=NOON)
        assert len(store.episodes(ACME)) == 1
        store.add_usage([], [Use(ACME, KEY_1, "GET /a", need, Moment(NOON + 4 * day), 1)])
        store.keep_denials([lacking(6 * day)], forget_before=NOON)
        assert [(one.count, one.worked) for one in store.episodes(ACME)] == [(1, NOON + 4 * day), (2, None)]
        store.keep_denials([lacking(6 * day + 5)], forget_before=NOON)
        assert [one.count for one in store.episodes(ACME)] == [2, 2]

    def test_strangers_share_one_episode_for_each_cause(self, store: Store) -> None:
        """However many keys and tokens somebody makes up; the few that come back are remembered."""
        store.keep_denials(
            [stranger(n) for n in range(1, 300)] + [stranger(400), stranger(400, n=401)], forget_before=NOON
        )
        (one,) = store.episodes(ACME)
        assert (one.app_key, one.count) == (None, 301)
        assert len(one.faces) == 8
        assert max(one.faces, key=lambda face: face.count).count == 2

    def test_routes_that_a_key_makes_up_are_bounded(self, store: Store) -> None:
        """Beyond the bound they share an episode; other keys have theirs."""
        many = [lacking(n, route=f"OMS/{n}") for n in range(1, 150)]
        store.keep_denials([*many, lacking(200, key=KEY_2)], forget_before=NOON)
        own = [one for one in store.episodes(ACME, limit=500) if one.app_key == KEY_1]
        assert len(own) == EPISODES_OF_KEY_MAX + 1
        assert next(one for one in own if not one.route).count == 149 - EPISODES_OF_KEY_MAX

    def test_denials_are_bounded_and_keys_go_before_strangers(self, store: Store) -> None:
        """In each episode, each account and in all the newest are kept, and strangers' are forgotten first."""
        bounds = Limits(total=12, account=8, episode=5)

        def keep(*denials: Denial) -> list[float]:
            store.keep_denials(denials, forget_before=NOON, limits=bounds)
            return [one.at - NOON for one in store.denials(ACME)]

        assert keep(*(lacking(n) for n in range(1, 8))) == [7, 6, 5, 4, 3]
        assert keep(*(stranger(n) for n in range(8, 14))) == [13, 12, 11, 7, 6, 5, 4, 3]
        assert keep(*(lacking(n, route="GET /b") for n in range(20, 24))) == [23, 22, 21, 20, 7, 6, 5, 4]
        elsewhere = [replace(lacking(n, key=AppKey(f"k{n}")), account=OTHER) for n in range(30, 36)]
        assert keep(*elsewhere) == [23, 22, 21, 20, 7, 6]
        assert [one.at - NOON for one in store.denials(OTHER)] == [35, 34, 33, 32, 31, 30]
        assert sum(one.count for one in store.episodes(ACME)) == 7 + 6 + 4

    def test_episodes_of_an_account_are_bounded(self, store: Store) -> None:
        """Those that ended first are forgotten, with their denials."""
        keys = [AppKey(f"k{n}") for n in range(EPISODES_MAX + 20)]
        for page in range(0, len(keys), 200):
            own = [lacking(n, key=keys[n]) for n in range(page, min(page + 200, len(keys)))]
            store.keep_denials(own, forget_before=NOON)
        found = store.episodes(ACME, limit=5000)
        assert [one.app_key for one in found] == keys[: 20 - 1 : -1]
        assert store.denial(lacking(3).id) is None
        assert store.denial(lacking(len(keys) - 1).id) is not None

    def test_what_is_asked_of_one_key_is_its_own(self, store: Store) -> None:
        """Denials, episodes, usage and uses of a key are what the account's are with the other keys left out."""
        need = Need(RESOURCES[:1])
        denials = [lacking(1), lacking(2, key=KEY_2), lacking(3, route="GET /b"), unproven(4), stranger(5)]
        store.keep_denials([*denials, replace(lacking(6), account=OTHER)], forget_before=NOON)
        store.add_usage(
            [Usage(one, key, 1, NOON, 1) for one in (ACME, OTHER) for key in (KEY_1, KEY_2)],
            [Use(one, key, "GET /a", need, NOON, 1) for one in (ACME, OTHER) for key in (KEY_1, KEY_2)],
        )
        assert [one.at - NOON for one in store.denials(ACME, app_key=KEY_1)] == [4, 3, 1]
        assert [one.at - NOON for one in store.denials(ACME, app_key=KEY_1, limit=2)] == [4, 3]
        assert store.denials(ACME, app_key=AppKey("none")) == ()
        for key in (KEY_1, KEY_2):
            assert store.denials(ACME, app_key=key) == tuple(o for o in store.denials(ACME) if o.app_key == key)
            assert store.episodes(ACME, app_key=key) == tuple(o for o in store.episodes(ACME) if o.app_key == key)
            assert store.uses(ACME, app_key=key) == tuple(o for o in store.uses(ACME) if o.app_key == key)
            assert store.usage(ACME, app_key=key) == {(key, 1): Usage(ACME, key, 1, NOON, 1)}
        assert len(store.episodes(ACME, app_key=KEY_1, limit=1)) == 1

    # -- traffic

    def test_what_worked_is_counted_by_hour_and_day(self, store: Store) -> None:
        """Of each key, and of the account as a whole, in the hour and day of its latest moment; other accounts' not."""
        store.add_usage([Usage(ACME, KEY_1, 1, Moment(HOURS), 2), Usage(ACME, KEY_1, 2, Moment(HOURS + 3599), 3)])
        store.add_usage([Usage(ACME, KEY_2, 1, Moment(HOURS + 3600), 4), Usage(OTHER, KEY_1, 1, Moment(HOURS), 99)])
        store.add_usage([Usage(ACME, KEY_1, 1, Moment(HOURS + 5), 1)])
        day = HOURS // DAY * DAY - HOURS
        assert traffic(store, HOUR, KEY_1) == [(0, None, 6)]
        assert traffic(store, HOUR, KEY_2) == [(3600, None, 4)]
        assert traffic(store, HOUR) == [(0, None, 6), (3600, None, 4)]
        assert traffic(store, DAY) == [(day, None, 10)]
        assert traffic(store, DAY, KEY_2) == [(day, None, 4)]
        assert store.traffic(AccountName("nobody"), after=NOON, span=DAY) == ()

    def test_traffic_is_given_from_an_hour_on(self, store: Store) -> None:
        """The whole hour of the moment asked for, and what follows as long as counts are kept."""
        at = [Moment(HOURS + number * HOUR) for number in (0, 1, 2, KEPT_SECONDS[HOUR] // HOUR)]
        store.add_usage([Usage(ACME, KEY_1, 1, one, 1) for one in at])
        assert [one.at for one in store.traffic(ACME, after=at[0], span=HOUR)] == at
        assert [one.at for one in store.traffic(ACME, after=Moment(at[1] + 1800), span=HOUR)] == at[1:]
        assert store.traffic(ACME, app_key=KEY_1, after=at[1], span=HOUR) == tuple(
            Traffic(ACME, KEY_1, HOUR, one, None, 1) for one in at[1:]
        )

    def test_what_was_refused_is_counted_once(self, store: Store) -> None:
        """By its cause; a refusal that comes again counts no more, and strangers' count in the account alone."""
        batch = [lacking(1), lacking(2), unproven(3), lacking(4, key=KEY_2), stranger(5), stranger(6)]
        store.keep_denials([*batch, lacking(1)], forget_before=NOON)
        store.keep_denials([*batch, stranger(7)], forget_before=NOON)
        missing, never, unknown = (
            Cause.PERMISSION_MISSING_RESOURCE.value,
            Cause.TOKEN_NEVER_ISSUED.value,
            Cause.KEY_UNKNOWN.value,
        )
        assert traffic(store, HOUR) == [(0, unknown, 3), (0, missing, 3), (0, never, 1)]
        assert traffic(store, HOUR, KEY_1) == [(0, missing, 2), (0, never, 1)]
        assert traffic(store, HOUR, KEY_2) == [(0, missing, 1)]

    def test_traffic_outlives_single_denials(self, store: Store) -> None:
        """What was thinned or forgotten was counted, and is."""
        bounds = Limits(total=3, account=3, episode=2)
        store.keep_denials([lacking(n) for n in range(1, 9)], forget_before=NOON, limits=bounds)
        store.keep_denials([], forget_before=Moment(NOON + 100))
        assert store.denials(ACME) == ()
        assert traffic(store, HOUR, KEY_1) == [(0, Cause.PERMISSION_MISSING_RESOURCE, 8)]

    def test_old_traffic_is_forgotten(self, store: Store) -> None:
        """Hours after eight days, days after a hundred, whichever of the two writes."""

        def use(days: float) -> None:
            store.add_usage([Usage(ACME, KEY_1, 1, Moment(HOURS + days * DAY), 1)])

        for days in (0, 7, 8, 9):
            use(days)
        assert [at / DAY for at, _, _ in traffic(store, HOUR)] == [7, 8]
        assert [at / DAY for at, _, _ in traffic(store, HOUR, after=HOURS + DAY)] == [7, 8, 9]
        assert len(traffic(store, DAY)) == 4
        store.keep_denials([lacking(101 * DAY)], forget_before=NOON)
        assert traffic(store, HOUR) == []
        assert [count for _, _, count in traffic(store, DAY, KEY_1)] == [1, 1, 1]

    # -- sessions

    def test_a_session_is_found_by_its_digest_alone(self, store: Store) -> None:
        """Whole, under the digest it was kept by and no other; the digest is nowhere to be read."""
        one, other = session(1), session(2, account=OTHER, email=BIA)
        store.keep_session(one, digest=digest_of(1))
        store.keep_session(other, digest=digest_of(2))
        assert store.session(digest_of(1)) == one
        assert store.session(digest_of(2)) == other
        assert store.session(digest_of(3)) is None
        assert store.session(b"") is None

    def test_sessions_are_of_one_account_newest_first(self, store: Store) -> None:
        """And, where it is asked for, of one user."""
        for number, email in enumerate((ANA, BIA, ANA)):
            store.keep_session(session(number, email=email), digest=digest_of(number))
        store.keep_session(session(9, account=OTHER), digest=digest_of(9))
        assert store.sessions(ACME) == (session(2), session(1, email=BIA), session(0))
        assert store.sessions(ACME, ANA) == (session(2), session(0))
        assert store.sessions(AccountName("nobody")) == ()

    def test_a_session_s_moments_only_go_on(self, store: Store) -> None:
        """When it was seen, and when confirmed where that is told; other sessions stay as they are."""
        store.keep_session(session(1), digest=digest_of(1))
        store.keep_session(session(2), digest=digest_of(2))
        store.touch_session(session(1).id, seen=Moment(NOON + 60))
        store.touch_session(session(1).id, seen=Moment(NOON + 50), confirmed=Moment(NOON + 50))
        store.touch_session(session(1).id, seen=Moment(NOON + 40), confirmed=Moment(NOON + 40))
        store.touch_session(SessionId("f" * 16), seen=NOON)
        expected = replace(session(1), seen=Moment(NOON + 60), confirmed=Moment(NOON + 50))
        assert store.sessions(ACME) == (session(2), expected)

    def test_an_account_ends_its_own_sessions(self, store: Store) -> None:
        """Those that are named, and nobody else's; ending twice is no error."""
        for number in range(3):
            store.keep_session(session(number), digest=digest_of(number))
        store.keep_session(session(9, account=OTHER), digest=digest_of(9))
        ids = [session(number).id for number in (0, 2, 9)]
        store.end_sessions(ACME, ids)
        store.end_sessions(ACME, ids)
        store.end_sessions(ACME, [])
        assert store.sessions(ACME) == (session(1),)
        assert store.session(digest_of(0)) is None
        assert store.session(digest_of(9)) is not None

    def test_sessions_that_are_over_are_forgotten(self, store: Store) -> None:
        """What began before one moment, and what was last seen before another."""
        for number in range(4):
            store.keep_session(session(number * 10), digest=digest_of(number))
        store.touch_session(session(0).id, seen=Moment(NOON + 99))
        store.touch_session(session(10).id, seen=Moment(NOON + 99))
        store.forget_sessions(began_before=Moment(NOON + 10), seen_before=Moment(NOON + 30))
        assert [one.began - NOON for one in store.sessions(ACME)] == [30, 10]

    def test_a_session_s_text_is_kept_as_it_is_or_not_at_all(self, store: Store) -> None:
        """What no database keeps is refused whole."""
        with pytest.raises(ValueError, match="NUL or half"):
            store.keep_session(replace(session(1), agent="\x00"), digest=digest_of(1))
        assert store.sessions(ACME) == ()

    # -- what is sealed

    # -- nodes

    def test_a_report_gives_the_head(self, store: Store) -> None:
        """A poll is a report: whoever says what it has applied hears what there is."""
        insist(store, create())
        assert store.report(node("a", store.head())) == store.head()

    def test_the_nodes_that_reported_are_listed(self, store: Store) -> None:
        """With what each said last and when, by one clock, the longest running first; not the ones that left."""
        assert store.keeps_nodes is self.keeps_nodes
        if not self.keeps_nodes:
            store.report(node("a", store.head()))
            assert list(store.nodes()[1]) == []
            return
        nothing = store.head()
        insist(store, create())
        for name, applied in ("b", nothing), ("a", nothing), ("c", nothing), ("b", store.head()):
            store.report(node(name, applied))
        store.leave(node("c", nothing))
        now, seen = store.nodes()
        assert [one.report for one in seen] == [node("b", store.head()), node("a", nothing)]
        assert all(one.began <= one.at <= now < one.at + 60 for one in seen)
        assert seen[0].at > seen[0].began

    def test_a_commit_wakes_whoever_watches(self, store: Store) -> None:
        """Where asking costs something, nobody waits for the next poll."""
        woken = ThreadEvent()
        store.watch(woken.set)
        if not self.wakes:
            return
        assert self.is_listening(store, woken)
        woken.clear()
        insist(store, create())
        assert woken.wait(10)

    def is_listening(self, store: Store, woken: ThreadEvent) -> bool:
        """Wait until a store that listens elsewhere does."""
        return True

    def test_what_is_sealed_is_given_once(self, store: Store) -> None:
        """Byte by byte, to whoever asks first; a name is not used twice meanwhile."""
        store.seal("a", bytes(range(256)), until=NOON)
        store.seal("b", b"", until=NOON)
        with pytest.raises(ValueError, match="under this name"):
            store.seal("a", b"other", until=NOON)
        assert store.unseal("a", at=NOON) == bytes(range(256))
        assert store.unseal("a", at=NOON) is None
        assert store.unseal("b", at=NOON) == b""
        assert store.unseal("never\x00\ud800", at=NOON) is None

    def test_only_one_of_many_is_given_it(self, store: Store) -> None:
        """However many ask at once."""
        store.seal("a", b"token", until=NOON)
        found: list[bytes | None] = []
        threads = [Thread(target=lambda: found.append(store.unseal("a", at=NOON))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (found.count(b"token"), found.count(None)) == (1, 7)

    def test_what_is_sealed_ends_with_its_time(self, store: Store) -> None:
        """It is not given afterwards, whether or not it was deleted by then."""
        for number in range(4):
            store.seal(str(number), b"x", until=Moment(NOON + number))
        assert store.unseal("1", at=Moment(NOON + 2)) is None
        assert store.unseal("1", at=NOON) is None
        store.forget_sealed(before=Moment(NOON + 3))
        assert store.unseal("2", at=NOON) is None
        assert store.unseal("3", at=NOON) == b"x"

    def test_a_note_stands(self, store: Store) -> None:
        """A note is set once; whoever comes later is given what stands."""
        assert store.meta("pepper_check") is None
        assert store.set_meta("pepper_check", "a") == "a"
        assert store.set_meta("pepper_check", "b") == "a"
        assert store.meta("pepper_check") == "a"

    def test_what_is_kept_beside_does_not_move_the_head(self, store: Store) -> None:
        """Refusals, counts and notes are no changes."""
        live(store, [create()])
        before = state(store)
        store.keep_denials([denial(1)], forget_before=NOON)
        store.add_usage([Usage(ACME, KEY_1, 1, NOON, 1)])
        store.set_meta("a", "b")
        store.keep_session(session(1), digest=digest_of(1))
        store.seal("a", b"x", until=NOON)
        assert state(store) == before

    # -- secrets

    def test_digests_are_in_no_repr(self, store: Store) -> None:
        """Neither a keyring nor a change shows a digest, of whatever age."""
        live(store, [create(), issue(ACME, KEY_1, 1), RenewKey(ACME, KEY_1, digest_of(2)), DeleteKey(ACME, KEY_1)])
        live(store, [issue(ACME, AppKey("k"), 3)])
        shown = repr([store.keyring(ACME), list(store.changes())])
        for number in (1, 2, 3):
            assert digest_of(number).hex() not in shown
            assert repr(digest_of(number))[2:-1] not in shown

    def test_a_pair_is_kept_by_its_digest(self, store: Store) -> None:
        """What comes back of an issued pair is the digest its token has under the pepper, and the public half."""
        app_key = mint_key(bytes(10))
        token = mint_token(app_key, bytes(33)).reveal()
        live(store, [create()])
        kept = digest(b"p" * 32, token)
        issued = KeyIssued(app_key, KeyId("0" * 32), kept, "label", "", None, None, (), registered=False)
        store.commit(Change(ACME, NOON, OPERATOR, issued), seen=seen(store))
        assert keyring_of(store, ACME) is not None
        assert store.keyring(ACME).keys[app_key].digest == kept
        assert token not in repr(state(store))
