"""A node in an application's processes: each opens its own, none blocks an event loop, and changes reach them all."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread, current_thread, main_thread
from typing import Any

import pytest
from tests.doors.world import ACME, LIST, ORDERS, World, done, furnish
from tests.test_settings import _unset  # noqa: F401 - a fixture
from tests.waiting import until

import chaveiro
from chaveiro import Actor, ActorKind, CannotStart, Email, Issued, open_house
from chaveiro.core.command import CreateAccount, CreateRole, DeactivateKey, GrantToKey, ImportCatalogue
from chaveiro.core.names import RoleId
from chaveiro.doors.middlewares import environ, scope
from chaveiro.doors.middlewares.embedded import Embedded
from chaveiro.doors.middlewares.guard import Guard
from chaveiro.doors.place import Place
from chaveiro.node import Node
from chaveiro.settings import read_settings
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import StoreUnavailable
from chaveiro.wire.identity import Identity
from chaveiro.wire.message import Reply

ROOT = Path(__file__).parents[3]
PLACE = Place(base_hosts=("localhost",))
ANA = Actor(ActorKind.USER, "ana@acme.example")
CATALOGUE = f'name = "orders"\n\n[[route]]\nmethod = "GET"\npath = "{ORDERS}"\nany_of = ["OMS/ListOrders"]\n'


def asks(app_key: str, app_token: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": ORDERS, "QUERY_STRING": "", "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http", "HTTP_HOST": "acme.localhost", "HTTP_X_VTEX_API_APPKEY": app_key,
        "HTTP_X_VTEX_API_APPTOKEN": app_token,
    }  # fmt: skip


@pytest.fixture
def world() -> Iterator[World]:
    world = furnish()
    yield world
    world.house.close()


@pytest.fixture
def issued(tmp_path: Path) -> Issued:
    """A pair in a database on this disk."""
    house = open_house(read_settings(data=tmp_path))
    done(house, CreateAccount(ACME, Email(ANA.name)), Actor(ActorKind.OPERATOR, "root"))
    done(house, ImportCatalogue(ACME, CATALOGUE), ANA)
    done(house, CreateRole(ACME, "Orders", frozenset({LIST})), ANA)
    issued = house.node.issue(ACME, label="ERP", by=ANA)
    assert isinstance(issued, Issued)
    done(house, GrantToKey(ACME, RoleId(1), issued.app_key), ANA)
    house.close()
    return issued


def test_what_another_process_revokes_is_refused(tmp_path: Path, issued: Issued) -> None:
    """The node follows the database that others change; closed and asked again, it opens again."""
    authorizer = chaveiro.embedded(read_settings(data=tmp_path))
    came = environ.arrived(asks(issued.app_key, issued.token.reveal()))
    guard = Guard(authorizer)
    allowed = guard.judge(came)
    assert isinstance(allowed, Identity)
    assert (allowed.account, allowed.app_key, allowed.role_names) == ("acme", issued.app_key, ("Orders",))
    authorizer.close()
    assert isinstance(guard.judge(came), Identity)
    other = open_house(read_settings(data=tmp_path))
    done(other, DeactivateKey(ACME, issued.app_key), ANA)
    other.close()
    until(lambda: isinstance(guard.judge(came), Reply))
    authorizer.close()


FORKED = """
import os, sys
from tests.doors.middlewares.test_embedded import asks
from chaveiro import Identity, embedded
from chaveiro.doors.middlewares.environ import arrived
from chaveiro.doors.middlewares.guard import Guard
from chaveiro.settings import read_settings

authorizer = embedded(read_settings(data=sys.argv[1]))
guard, came = Guard(authorizer), arrived(asks(*sys.argv[2:]))
assert isinstance(guard.judge(came), Identity)
mine = authorizer._mine().house
children = []
for _ in range(2):
    child = os.fork()
    if child == 0:
        allowed = isinstance(guard.judge(came), Identity)
        own = authorizer._mine().house is not mine and authorizer._mine().house.node.known.follows
        authorizer.close()
        os._exit(0 if allowed and own else 1)
    children.append(child)
assert all(os.waitpid(child, 0)[1] == 0 for child in children), "a child used what its parent had opened"
assert authorizer._mine().house is mine and isinstance(guard.judge(came), Identity)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_every_process_opens_its_own(tmp_path: Path, issued: Issued) -> None:
    """Also where its parent had opened one before it forked; and a parent goes on when its children end."""
    program = [sys.executable, "-c", FORKED, str(tmp_path), issued.app_key, issued.token.reveal()]
    ran = subprocess.run(program, check=False, timeout=120, capture_output=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr.decode()


def test_an_event_loop_waits_for_no_store(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening, and the first request of an account, wait in threads; what is in memory is decided at once."""
    waited: list[str] = []
    keyring = MemoryStore.keyring

    def slow(store: MemoryStore, account: Any) -> Any:
        assert current_thread() is not main_thread()
        waited.append("read")
        return keyring(store, account)

    class House:
        node = world.house.node

        def start(self) -> None:
            assert current_thread() is not main_thread()
            waited.append("opened")

        def close(self) -> None:
            """It goes on."""

    world.house.node.known._keyrings.clear()
    monkeypatch.setattr(MemoryStore, "keyring", slow)
    guard = Guard(Embedded(House, PLACE))
    pair = [(name.lower().encode(), value.encode()) for name, value in world.pairs["good"].headers.items()]
    headers = [(b"host", b"acme.localhost"), *pair]
    came = scope.arrived({"type": "http", "method": "GET", "path": ORDERS, "headers": headers, "scheme": "http"})
    for _ in range(3):
        assert isinstance(asyncio.run(guard.ajudge(came)), Identity)
    assert waited == ["opened", "read"]


def test_who_comes_first_together_opens_once(world: World) -> None:
    """Threads of one process have one node in common."""
    opened: list[int] = []
    all_of_them = Barrier(8)

    class House:
        node: Node = world.house.node

        def start(self) -> None:
            opened.append(1)

        def close(self) -> None:
            """It goes on."""

    embedded = Embedded(House, PLACE)

    def begin() -> None:
        all_of_them.wait(10)
        embedded.start()

    threads = [Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    embedded.close()
    assert opened == [1]


def test_what_was_opened_and_does_not_start_is_closed(world: World) -> None:
    """And decides nothing."""
    closed: list[int] = []

    class House:
        node: Node = world.house.node

        def start(self) -> None:
            raise StoreUnavailable("it does not answer")

        def close(self) -> None:
            closed.append(1)

    embedded = Embedded(House, PLACE)
    verdict = Guard(embedded).judge(environ.arrived(asks("k", "t")))
    assert isinstance(verdict, Reply)
    assert verdict.status == 503
    assert closed == [1]


def test_nobody_is_embedded_who_would_believe_everybody(tmp_path: Path) -> None:
    """As no server starts like that; and a store without its pepper is not opened."""
    with pytest.raises(CannotStart, match="names everybody"):
        chaveiro.embedded(read_settings(data=tmp_path, trusted_proxies="0.0.0.0/0"))
    (tmp_path / "chaveiro.db").touch()
    with pytest.raises(StoreUnavailable, match="pepper"):
        chaveiro.embedded(read_settings(data=tmp_path)).start()
