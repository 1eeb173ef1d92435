"""Two accounts with a key for every situation, and a process that answers for them on a port of its own."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

from tests.doors.openapi.conformance import Conforming

from chaveiro.core.command import (
    BlockKey,
    Command,
    CreateAccount,
    CreateRole,
    DeactivateKey,
    DeleteKey,
    GrantToKey,
    ImportCatalogue,
    Refusal,
)
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, AppKey, Email, Moment, Resource, RoleId
from chaveiro.doors.asgi import App
from chaveiro.doors.place import Place
from chaveiro.node import Issued
from chaveiro.serve.house import House, furnished
from chaveiro.serve.listen import server
from chaveiro.serve.pepper import Pepper
from chaveiro.settings import Settings
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import Store

ACME, GLOBEX = AccountName("acme"), AccountName("globex")
NOW = Moment(1_772_000_000.0)
OPERATOR = Actor(ActorKind.OPERATOR, "root")
LIST, CANCEL = Resource("OMS", "ListOrders"), Resource("OMS", "CancelAction")
ORDERS = "/api/oms/pvt/orders"
CATALOGUE = """
name = "orders"

[[route]]
method = "GET"
path = "/api/oms/pvt/orders"
any_of = ["OMS/ListOrders", "Checkout/AcessaTodosPedidos"]

[[route]]
method = "POST"
path = "/api/oms/pvt/orders/{orderId}/cancel"
any_of = ["OMS/CancelAction"]
"""

KEYS = {"good": (1, 2), "roleless": (), "lacking": (2,), "inactive": (1,), "blocked": (1,), "deleted": (1,)}


@dataclass(frozen=True, slots=True)
class Credentials:
    """A pair in clear, for tests alone."""

    app_key: str
    app_token: str = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        return {"X-VTEX-API-AppKey": self.app_key, "X-VTEX-API-AppToken": self.app_token}


@dataclass
class World:
    """A house, and the pairs of everybody in it by what is special about them."""

    house: House
    pairs: dict[str, Credentials]

    def app(self, place: Place | None = None) -> App:
        place = place or Place(base_hosts=("localhost",))
        return self.house.app(place)


def furnish(*, accounts: int = 2, clock: Callable[[], Moment] = lambda: NOW, store: Store | None = None) -> World:
    """Make a world with no account, with acme, or with globex beside it."""
    house = furnished(Settings(), store or MemoryStore(), Pepper(bytes(range(7, 39))), clock=clock)
    pairs = {}
    for account in (ACME, GLOBEX)[:accounts]:
        sponsor = Email(f"ana@{account}.example")
        done(house, CreateAccount(account, sponsor), OPERATOR)
        ana = Actor(ActorKind.USER, sponsor)
        done(house, ImportCatalogue(account, CATALOGUE), ana)
        done(house, CreateRole(account, "Pedidos, só leitura", frozenset({LIST})), ana)
        done(house, CreateRole(account, "Cancelar", frozenset({CANCEL})), ana)
        mark = "" if account == ACME else f"{account} "
        for name, roles in KEYS.items():
            pairs[mark + name] = _key(house, account, name, roles, ana)
        for name, command in (("inactive", DeactivateKey), ("blocked", BlockKey), ("deleted", DeleteKey)):
            done(house, command(account, AppKey(pairs[mark + name].app_key)), ana)
    return World(house, pairs)


def _key(house: House, account: AccountName, label: str, roles: tuple[int, ...], by: Actor) -> Credentials:
    issued = house.node.issue(account, label=label, by=by)
    assert isinstance(issued, Issued)
    for role in roles:
        done(house, GrantToKey(account, RoleId(role), issued.app_key), by)
    return Credentials(issued.app_key, issued.token.reveal())


def done(house: House, command: Command, by: Actor) -> None:
    """Carry out a command that must succeed."""
    outcome = house.node.carry_out(command, by=by)
    assert not isinstance(outcome, Refusal), outcome


@contextmanager
def listening(app: App, settings: Settings | None = None, *, short: bool = True) -> Iterator[int]:
    """Answer on a free loopback port, over TLS where the settings say so, and only as `/openapi.json` says.

    Unless *short*, every request goes to the application, those too that would be answered at once.
    """
    watched = Conforming(app)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ready = Event()
        serving = server(watched, settings or Settings(), ready.set, at_once=watched.at_once if short else None)
        thread = Thread(target=serving.run, args=([listener],))
        thread.start()
        try:
            assert ready.wait(10), "the server did not start"
            yield listener.getsockname()[1]
        finally:
            serving.should_exit = True
            thread.join()
    assert not watched.found, f"not as documented: {dict.fromkeys(watched.found)}"
