"""Two accounts in VTEX's format, with a user and a key for every resource, behind a port of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

import httpx
from tests.doors.world import Credentials, World, done, listening

from chaveiro.core.change import Change
from chaveiro.core.command import (
    AddUser,
    CreateAccount,
    CreateRole,
    GrantToKey,
    GrantToUser,
    ImportCatalogue,
)
from chaveiro.core.credential import Format, mint_vtex_token
from chaveiro.core.keyring import Actor, ActorKind, Key
from chaveiro.core.names import AccountName, AppKey, Email, Moment, Resource, RoleId
from chaveiro.doors.place import Place
from chaveiro.node import Issued, Node
from chaveiro.serve.house import furnished
from chaveiro.serve.pepper import Pepper
from chaveiro.settings import Settings
from chaveiro.stores.memory import MemoryStore
from chaveiro.usertokens import user_id
from chaveiro.wire.read import USER_TOKEN

ACME, GLOBEX = AccountName("acme"), AccountName("globex")
NOW = Moment(1_772_000_000.0)
OPERATOR = Actor(ActorKind.OPERATOR, "root")
ANA, GIL = (Actor(ActorKind.USER, name) for name in ("ana@acme.example", "gil@globex.example"))
SPONSORS = {ACME: ANA, GLOBEX: GIL}
LIST = Resource("OMS", "ListOrders")
HOST = "acme.vtexcommercestable.com.br"
PORTAL = "portal.vtexcommercestable.com.br"
CATALOGUE = """
name = "orders"

[[route]]
method = "GET"
path = "/api/oms/pvt/orders"
any_of = ["OMS/ListOrders"]
"""


def manager(*keys: str) -> frozenset[Resource]:
    """Resources of License Manager."""
    return frozenset(Resource("License Manager", key) for key in keys)


class Clock:
    """A clock that stands until a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> Moment:
        return self.now

    def move(self, seconds: float) -> None:
        self.now = Moment(self.now + seconds)


@dataclass
class Shop:
    """Two accounts, and a client of the door that stands before them."""

    world: World
    clock: Clock
    client: httpx.Client
    _numbers: Iterator[int] = field(default_factory=count)
    _roles: dict[tuple[AccountName, frozenset[Resource]], RoleId] = field(default_factory=dict)

    @property
    def node(self) -> Node:
        return self.world.house.node

    # -- who is there

    def role(self, resources: frozenset[Resource], account: AccountName = ACME) -> RoleId:
        """A role with exactly these resources."""
        known = self._roles.get((account, resources))
        if known is None:
            command = CreateRole(account, f"Role {next(self._numbers)}", resources)
            done(self.world.house, command, SPONSORS[account])
            known = self._roles[account, resources] = max(self.node.keyring(account).roles)
        return known

    def key(self, *resources: Resource, account: AccountName = ACME, label: str = "ERP") -> Credentials:
        """A new pair whose one role has these resources; without any, it has no role."""
        issued = self.node.issue(account, label=label, by=SPONSORS[account])
        assert isinstance(issued, Issued)
        if resources:
            done(
                self.world.house,
                GrantToKey(account, self.role(frozenset(resources), account), issued.app_key),
                SPONSORS[account],
            )
        return Credentials(issued.app_key, issued.token.reveal())

    def external(self, *resources: Resource) -> Credentials:
        """A pair of globex that acme adopted, with a role of acme's."""
        pair = self.key(LIST, account=GLOBEX)
        adopted = self.node.adopt(ACME, AppKey(pair.app_key), by=ANA)
        assert isinstance(adopted, Change), adopted
        if resources:
            role = self.role(frozenset(resources))
            done(self.world.house, GrantToKey(ACME, role, AppKey(pair.app_key)), ANA)
        return pair

    def user(self, *resources: Resource, account: AccountName = ACME) -> Email:
        """A new user whose one role has these resources; without any, they have no role."""
        email = Email(f"user{next(self._numbers)}@{account}.example")
        done(self.world.house, AddUser(account, email, "Bia Souza"), SPONSORS[account])
        if resources:
            done(
                self.world.house,
                GrantToUser(account, self.role(frozenset(resources), account), email),
                SPONSORS[account],
            )
        return email

    def token(self, email: str, account: AccountName = ACME) -> str:
        """A user's token."""
        return self.world.house.user_tokens.give(email, account, id=user_id(Email(email))).text

    def as_user(self, email: str, account: AccountName = ACME) -> dict[str, str]:
        """The header by which a user calls."""
        return {USER_TOKEN: self.token(email, account)}

    @property
    def sponsor(self) -> dict[str, str]:
        return self.as_user(ANA.name)

    def kept(self, pair: Credentials, account: AccountName = ACME) -> Key:
        """What is kept of a key."""
        return self.node.whole(self.node.keyring(account)).keys[AppKey(pair.app_key)]

    # -- what is asked

    def ask(
        self, method: str, target: str, who: dict[str, str] | None = None, *, host: str = HOST, **more: object
    ) -> httpx.Response:
        """One request, in acme's name."""
        headers = {"Host": host, **(who or {}), **more.pop("headers", {})}  # type: ignore[dict-item]  # headers alone
        return self.client.request(method, target, headers=headers, **more)  # type: ignore[arg-type]  # httpx reads them


@contextmanager
def opened() -> Iterator[Shop]:
    """Open the two accounts."""
    clock = Clock()
    house = furnished(Settings(), MemoryStore(), Pepper(bytes(range(7, 39))), clock=clock)
    world = World(house, {})
    for account, sponsor in SPONSORS.items():
        done(house, CreateAccount(account, Email(sponsor.name), Format.VTEX), OPERATOR)
        done(house, ImportCatalogue(account, CATALOGUE), sponsor)
    place = Place(base_hosts=Settings().base_hosts)
    with listening(world.app(place)) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        yield Shop(world, clock, client)
    house.close()


def wrong(pair: Credentials) -> Credentials:
    """The key with a token that it never had."""
    return Credentials(pair.app_key, mint_vtex_token(bytes(96)).reveal())


def comparable(answer: httpx.Response) -> tuple[int, dict[str, str], bytes]:
    """An answer without what is its own: the number of the request, and how old the node's knowledge is."""
    own = {"x-request-id", "x-chaveiro-staleness"}
    headers = {name: value for name, value in answer.headers.items() if name not in own}
    return answer.status_code, headers, answer.content
