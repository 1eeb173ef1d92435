"""A shop as clients of VTEX meet it: VTEX's hosts over TLS, Chaveiro behind them, and an orders API it protects."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme
from tests.clients.proxy import Proxy, proxying
from tests.clients.way_out import leading_out
from tests.doors.world import ACME, GLOBEX, NOW, OPERATOR, Credentials, World, done, listening
from tests.gateways.gates import Script, answering, free_port, nginx

from chaveiro.core.command import (
    AddUser,
    CreateAccount,
    CreateRole,
    DeactivateKey,
    GrantToKey,
    GrantToUser,
    ImportCatalogue,
)
from chaveiro.core.credential import Format, mint_vtex_token
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, AppKey, Email, Resource, RoleId
from chaveiro.doors.place import Place
from chaveiro.node import Issued
from chaveiro.serve.house import furnished
from chaveiro.serve.pepper import Pepper
from chaveiro.settings import Settings
from chaveiro.stores.memory import MemoryStore
from chaveiro.words.language import Language

HOSTS = ("*.vtexcommercestable.com.br", "*.myvtex.com", "vtexid.vtex.com.br")
PORTAL = "portal.vtexcommercestable.com.br"  # shared by all accounts: the query says which
ORDERS_API = "/api/oms/pvt/orders"
LISTED: dict[str, Any] = {
    "list": [{"orderId": f"153831012345{number}-01", "status": "handling"} for number in range(3)],
    "paging": {"total": 3, "pages": 1, "currentPage": 1, "perPage": 100},
}
CATALOGUE = """
name = "orders"

[[route]]
method = "GET"
path = "/api/oms/pvt/orders"
any_of = ["OMS/ListOrders"]
"""

INTEGRATION = frozenset(
    {
        Resource("OMS", "ListOrders"),
        Resource("License Manager", "Save_Account"),
        Resource("License Manager", "Get_User_By_Identifier"),
        Resource("License Manager", "Get_Users_Paged"),
        Resource("License Manager", "Get_Roles_Paged"),
    }
)
PRICES = frozenset({Resource("Pricing", "read_prices")})
ROLES = {1: "Integração ERP", 2: "Preços"}
KEYS = {"good": (1,), "unlinked": (), "lacking": (2,), "inactive": (1,)}

# What each pair is refused with, in the words that a person reads.
NO_PAIR = (
    pytest.param("wrong", 401, "This appKey and appToken are not valid here", id="wrong token"),
    pytest.param("inactive", 401, "The key is inactive", id="inactive key"),
)
REFUSED = (
    *NO_PAIR,
    pytest.param("unlinked", 403, "The key is not linked to any role", id="unlinked key"),
    pytest.param("lacking", 403, "The key lacks the permission for this request", id="missing resource"),
)


@dataclass(frozen=True, slots=True)
class Shop:
    """Everything between a client and the orders API."""

    pairs: dict[str, Credentials]
    proxy: Proxy
    way_out: str  # an address that takes `http:` for those hosts
    orders: Script
    authority: Path  # the certificates that clients are to trust


@contextmanager
def opened(folder: Path, *, answers: bool = True, language: Language = Language.EN) -> Iterator[Shop]:
    """Open a shop in *folder*: nginx with the shipped configuration speaks TLS for VTEX's hosts.

    Where nobody *answers*, nginx asks and hears nothing.
    """
    trusted, certificate, key = certified(folder)
    world = furnish()
    orders = Script(headers={"Content-Type": "application/json"}, body=json.dumps(LISTED).encode())
    place = Place(base_hosts=Settings().base_hosts, language=language)
    with (
        listening(world.app(place)) if answers else nullcontext(free_port()) as authorizer,
        answering(orders) as backend,
        nginx(folder, authorizer=authorizer, backend=backend, vtex=(certificate, key)) as gateway,
        _led_to(gateway, trusted) as (proxy, way_out),
    ):
        yield Shop(world.pairs, proxy, way_out, orders, trusted)
    world.house.close()


@contextmanager
def opened_alone(folder: Path) -> Iterator[Shop]:
    """Open a shop that is nothing but Chaveiro, which speaks TLS for VTEX's hosts itself."""
    trusted, certificate, key = certified(folder)
    world = furnish()
    place = Place(base_hosts=Settings().base_hosts)
    with (
        listening(world.app(place), Settings(tls_cert=certificate, tls_key=key)) as chaveiro,
        _led_to(chaveiro, trusted) as (proxy, way_out),
    ):
        yield Shop(world.pairs, proxy, way_out, Script(), trusted)
    world.house.close()


@contextmanager
def _led_to(port: int, trusted: Path) -> Iterator[tuple[Proxy, str]]:
    """Lead whoever asks for VTEX's hosts to a port. It is a fault of the test to ask for any other."""
    with (
        proxying(HOSTS, to=port) as proxy,
        leading_out(ssl.create_default_context(cafile=trusted), proxy=proxy.url) as way_out,
    ):
        yield proxy, way_out
    assert not proxy.refused, f"a client wanted to go elsewhere: {proxy.refused}"


def certified(folder: Path) -> tuple[Path, Path, Path]:
    """Write an authority's certificate, one that it gives to VTEX's hosts, and the key of that."""
    authority = trustme.CA()
    issued = authority.issue_cert(*HOSTS)
    trusted, certificate, key = (folder / name for name in ("authority.pem", "certificate.pem", "key.pem"))
    authority.cert_pem.write_to_path(trusted)
    issued.private_key_pem.write_to_path(key)
    for blob in issued.cert_chain_pems:
        blob.write_to_path(certificate, append=True)
    return trusted, certificate, key


def furnish() -> World:
    """Make two accounts with pairs in VTEX's format, one for every situation."""
    house = furnished(Settings(), MemoryStore(), Pepper(bytes(range(7, 39))), clock=lambda: NOW)
    world = World(house, {})
    for account in (ACME, GLOBEX):
        ana = Actor(ActorKind.USER, f"ana@{account}.example")
        done(house, CreateAccount(account, Email(ana.name), Format.VTEX), OPERATOR)
        done(house, ImportCatalogue(account, CATALOGUE), ana)
        done(house, CreateRole(account, ROLES[1], INTEGRATION), ana)
        done(house, CreateRole(account, ROLES[2], PRICES), ana)
        done(house, AddUser(account, Email(f"bia@{account}.example"), "Bia Souza"), ana)
        done(house, GrantToUser(account, RoleId(2), Email(f"bia@{account}.example")), ana)
    for label in KEYS:
        world.pairs[label] = _issued(world, ACME, label)
    world.pairs["foreign"] = _issued(world, GLOBEX, "good")
    world.pairs["wrong"] = Credentials(world.pairs["good"].app_key, mint_vtex_token(bytes(96)).reveal())
    done(house, DeactivateKey(ACME, AppKey(world.pairs["inactive"].app_key)), Actor(ActorKind.USER, "ana@acme.example"))
    return world


def _issued(world: World, account: AccountName, label: str) -> Credentials:
    ana = Actor(ActorKind.USER, f"ana@{account}.example")
    issued = world.house.node.issue(account, label=label, by=ana)
    assert isinstance(issued, Issued)
    for role in KEYS[label]:
        done(world.house, GrantToKey(account, RoleId(role), issued.app_key), ana)
    return Credentials(issued.app_key, issued.token.reveal())
