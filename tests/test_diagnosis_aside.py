"""Diagnosis stands aside: on, off, raising or stuck, every request has the same verdict and the same kind of answer."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import structlog
from tests.cases import CASES, PEPPER, WORLD, attempt
from tests.core.test_differential import PEPPER as RANDOM_PEPPER
from tests.core.test_differential import RESOURCES, a_world, an_attempt, as_attempt, as_keyring
from tests.keys import KEYS
from tests.promises.plugin import Proof

from chaveiro.core.attempt import AnyRole, Attempt, Need, NoMethod, NoRoute, Request
from chaveiro.core.cause import Cause, Finding
from chaveiro.core.decision import Allowed, Denied, decide
from chaveiro.core.denial import Denial, DenialId, Told
from chaveiro.core.keyring import Keyring
from chaveiro.core.names import AccountName, Moment
from chaveiro.denials import Denials, Noted
from chaveiro.doors.gateways import Asked, replied
from chaveiro.doors.place import Place
from chaveiro.node import Node
from chaveiro.node.knowledge import NOBODY
from chaveiro.node.ports import Refusals
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import AccountUnknown, Store
from chaveiro.stores.sql import SqlStore
from chaveiro.wire.message import Message

WORLDS, ATTEMPTS_PER_WORLD = 25, 160
DENIAL_TABLES = {"denials", "traffic", "episodes"}
NOBODY_ASKS = Message("GET", "/authz/auth-request", ())


class Off:
    """Nobody is told, and nothing is kept."""

    def note(self, keyring: Keyring, attempt: Attempt, denied: Denied, request: Request) -> Told:
        return Told(DenialId(""), Finding(denied.cause))


class Raising(Denials):
    """Fails wherever it can: while it tells, and while it diagnoses."""

    def note(self, keyring: Keyring, attempt: Attempt, denied: Denied, request: Request) -> Told:
        super().note(keyring, attempt, denied, request)
        raise ZeroDivisionError(attempt.app_token.text)

    def _denial(self, noted: Noted) -> Denial:
        raise ZeroDivisionError(noted.attempt.app_token.text)


class Stuck(Denials):
    """Its thread begins to diagnose, and comes to no end until it is let."""

    def __init__(self, store: Store, **more: Any) -> None:
        super().__init__(store, **more)
        self.begun, self.gate = Event(), Event()

    def _diagnose(self, noted: Noted) -> None:
        self.begun.set()
        self.gate.wait()
        super()._diagnose(noted)

    def stop(self) -> None:
        self.gate.set()
        super().stop()


@dataclass(frozen=True, slots=True)
class Given:
    """What a node answered: its verdict, and what kind of answer its caller gets of it."""

    verdict: object
    status: int
    code: str | None  # after proof: before it, the code follows from what the doctor reads in the values
    challenged: bool
    identity: tuple[bytes, ...]


def given(node: Node, account: AccountName | None, request: Request) -> Given:
    answer = node.check(account, request)
    reply = replied(Asked(account, request), answer, NOBODY_ASKS, Place())
    headers = dict(reply.headers)
    proven = isinstance(answer.verdict, Denied) and answer.verdict.app_key is not None
    return Given(
        verdict=answer.verdict,
        status=reply.status,
        code=json.loads(reply.body)["code"] if proven else None,
        challenged=b"www-authenticate" in headers,
        identity=tuple(value for name, value in headers.items() if name.startswith(b"x-chaveiro-")),
    )


KINDS: dict[str, Callable[..., Refusals]] = {
    "on": Denials,
    "off": lambda *_, **__: Off(),
    "raising": Raising,
    "stuck": Stuck,
}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Surprises are logged by name; here they are wanted."""
    structlog.configure(processors=[lambda *_: ""], logger_factory=structlog.ReturnLoggerFactory())
    yield
    structlog.reset_defaults()


def nodes(store: Store, pepper: bytes, clock: Callable[[], Moment]) -> Iterator[tuple[str, Node, Refusals]]:
    """A node for each kind of diagnosis, each with its thread at work, on one and the same store."""
    for name, kind in KINDS.items():
        randomness = random.Random(1).randbytes
        refusals = kind(store, pepper=pepper, clock=clock, randomness=randomness, queue_max=100_000)
        if isinstance(refusals, Denials):
            refusals.start()
        node = Node(store, refusals, pepper=pepper, clock=clock, boottime=lambda: 0.0, mint=randomness)
        yield name, node, refusals
        if isinstance(refusals, Stuck):
            assert refusals.begun.wait(10), "it was never at work"
        if isinstance(refusals, Denials):
            refusals.stop()
        if name == "raising":
            assert isinstance(refusals, Denials)
            assert refusals.failed > 0
            assert refusals.kept == 0
        if name == "on":
            assert isinstance(refusals, Denials)
            assert refusals.kept > 0
            assert refusals.failed == 0


def test_every_case_is_answered_alike() -> None:
    """Each request of `cases/`, with diagnosis on, off, raising and stuck."""
    store, at = MemoryStore(), [WORLD.now]
    building = Node(store, Off(), pepper=PEPPER, clock=lambda: at[0], boottime=lambda: 0.0, mint=bytes)
    WORLD.install(lambda command, by: building.carry_out(command, by=by), lambda moment: at.__setitem__(0, moment))
    at[0] = WORLD.now
    answers = {
        name: {case.name: given(node, case.account, case.request) for case in CASES}
        for name, node, _ in nodes(store, PEPPER, lambda: WORLD.now)
    }
    for case in CASES:
        assert answers["on"][case.name].status == case.expected.status
    assert answers["on"] == answers["off"] == answers["raising"] == answers["stuck"]


# --------------------------------------------------------------------------------------------------- random attempts


class Holding(MemoryStore):
    """A store that holds one keyring, which nobody built by commands."""

    def __init__(self, keyring: Keyring) -> None:
        super().__init__()
        self._given = keyring

    def head(self) -> Any:
        return self._given.revision

    def accounts(self) -> tuple[AccountName, ...]:
        return (self._given.account,)

    def keyring(self, account: AccountName) -> Keyring:
        if account != self._given.account:
            raise AccountUnknown(account)
        return self._given


def path_of(need: Need) -> str:
    """Where the catalogue below has this need."""
    return "/".join(["", need.match.value, *(str(RESOURCES.index((one.product, one.key))) for one in need.resources)])


def catalogue() -> str:
    """A route for every need that random attempts have."""
    routes = []
    for match in ("any", "all"):
        for count in (1, 2, 3):
            for some in permutations(RESOURCES, count):
                path = "/".join(["", match, *(str(RESOURCES.index(one)) for one in some)])
                resources = json.dumps([f"{product}/{key}" for product, key in some])
                routes.append(f'[[route]]\nmethod = "GET"\npath = "{path}"\n{match}_of = {resources}\n')
    return 'name = "random"\n\n' + "\n".join(routes)


CATALOGUE = catalogue()


def as_request(tried: Attempt) -> Request:
    """A request of which a node makes this attempt."""
    method, target = "GET", "/nowhere/.."
    opened = tried.wanted if isinstance(tried.wanted, AnyRole) else None
    if isinstance(tried.wanted, Need):
        target = path_of(tried.wanted)
    elif isinstance(tried.wanted, NoRoute):
        target = "/nowhere"
    elif isinstance(tried.wanted, NoMethod):
        method, target = "PUT", "/any/0"
    return Request(
        app_key=tried.app_key,
        app_token=tried.app_token,
        method=method,
        target=target,
        need=opened,
        address=tried.address,
        transport=tried.transport,
        misplaced=tried.misplaced,
    )


def test_random_attempts_are_answered_alike(proof: Proof) -> None:
    """Thousands of them, on random accounts: every cause that there is for them."""
    rng = random.Random(20260202)
    seen: set[Cause] = set()
    for _ in range(WORLDS):
        world = a_world(rng)
        store = Holding(replace(as_keyring(world), catalogue=CATALOGUE))
        tried = [as_attempt(an_attempt(rng, world)) for _ in range(ATTEMPTS_PER_WORLD)]
        clock = [Moment(0)]

        def at(one: Attempt, clock: list[Moment] = clock) -> Request:
            clock[0] = one.at
            return as_request(one)

        answers = {
            name: [given(node, AccountName("acme"), at(one)) for one in tried]
            for name, node, _ in nodes(store, RANDOM_PEPPER, lambda clock=clock: clock[0])  # type: ignore[misc]  # of this round
        }
        for name, found in answers.items():
            assert found == answers["on"], name
        verdicts = [one.verdict for one in answers["on"]]
        for one, verdict in zip(tried, verdicts, strict=True):
            decided = decide(store.keyring(AccountName("acme")), one)
            assert isinstance(verdict, Allowed) is isinstance(decided, Allowed)
        seen |= {verdict.cause for verdict in verdicts if isinstance(verdict, Denied)}
    assert len(seen) > 20
    proof(
        "G10",
        dose=WORLDS * ATTEMPTS_PER_WORLD,
        figure="random attempts answered alike with diagnosis on, off, raising and stuck",
    )


# ------------------------------------------------------------------------------------------- denied stays denied


def dump(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but those of denials."""
    with closing(sqlite3.connect(path)) as database:
        names = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        kept = sorted(set(names) - DENIAL_TABLES)
        return {name: sorted(database.execute(f"select * from {name}"), key=repr) for name in kept}  # noqa: S608 - our own names


def test_what_was_denied_is_denied_after_it_was_explained(tmp_path: Path, proof: Proof) -> None:
    """On the same snapshot, and on what the store has: diagnosing and explaining write denials and nothing else."""
    path, at = tmp_path / "chaveiro.db", [WORLD.now]
    store = SqlStore.open(f"sqlite:///{path}", keys=KEYS)
    denials = Denials(store, pepper=PEPPER, clock=lambda: at[0], randomness=random.Random(1).randbytes)
    node = Node(store, denials, pepper=PEPPER, clock=lambda: at[0], boottime=lambda: 0.0, mint=bytes)
    WORLD.install(lambda command, by: node.carry_out(command, by=by), lambda moment: at.__setitem__(0, moment))
    at[0] = WORLD.now
    snapshots = {account: node.keyring(account) for account in node.accounts}
    written = {account: repr(one) for account, one in snapshots.items()}
    before = dump(path)
    denied = []
    for case in CASES:
        answer = node.check(case.account, case.request)
        if isinstance(answer.verdict, Denied):
            assert answer.told
            denied.append((case, answer.verdict, answer.told.id))
    denials.drain()
    explained = [denials.explained(id_) for _, _, id_ in denied]
    assert sum(one is not None for one in explained) == sum(case.account in snapshots for case, _, _ in denied)
    for account in snapshots:
        denials.failures(account)
    assert denials.failed == 0
    for case, verdict, _ in denied:
        keyring = snapshots.get(case.account, NOBODY)
        assert decide(keyring, attempt(case, keyring)) == verdict, case
        assert node.check(case.account, case.request).verdict == verdict, case
    assert {account: repr(one) for account, one in snapshots.items()} == written
    assert {account: store.keyring(account) for account in snapshots} == snapshots
    assert dump(path) == before
    assert len(denied) > 100
    store.close()
    proof(
        "G10",
        dose=len(denied),
        figure="denials explained: the verdict stands, every table but those of denials is as before",
    )
