"""A client of the standard door, with and without a pair of its own."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from tests.doors.world import ACME, Credentials, World, done, furnish, listening

from chaveiro.core.command import AddUser, CreateRole, GrantToKey, GrantToUser
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AppKey, Email, Resource, RoleId
from chaveiro.node import Issued

ANA = Actor(ActorKind.USER, Email("ana@acme.example"))
BIA = Email("bia@acme.example")
KEYS, USERS = (Resource("License Manager", name) for name in ("ViewApiKeys", "ViewAdminUsers"))

Ask = Callable[..., httpx.Response]


def enforcer(world: World, *resources: Resource) -> Credentials:
    """A pair of whoever enforces answers, which may view keys, users, or both."""
    done(world.house, CreateRole(ACME, " ".join(one.key for one in resources), frozenset(resources)), ANA)
    issued = world.house.node.issue(ACME, label="Gateway", by=ANA)
    assert isinstance(issued, Issued)
    done(world.house, GrantToKey(ACME, max(world.house.node.keyring(ACME).roles), issued.app_key), ANA)
    return Credentials(issued.app_key, issued.token.reveal())


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    made = furnish()
    made.pairs |= {"pep": enforcer(made, KEYS, USERS), "of keys": enforcer(made, KEYS)}
    done(made.house, AddUser(ACME, BIA, "Bia"), ANA)
    done(made.house, GrantToUser(ACME, RoleId(1), BIA), ANA)
    yield made
    made.house.close()


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[httpx.Client]:
    with listening(world.app()) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        yield client


@pytest.fixture(scope="module")
def ask(world: World, client: httpx.Client) -> Ask:
    def asking(
        body: Any, who: str | None = "pep", *, to: str = "evaluation", account: str = "acme", **headers: str
    ) -> httpx.Response:
        own = world.pairs[who].headers if who else {}
        headers = {"Host": f"{account}.localhost", **own, **headers}
        return client.post(f"/access/v1/{to}", json=body, headers=headers)

    return asking


def key(pair: Credentials, *, shows: bool = False, **properties: Any) -> dict[str, Any]:
    """A subject: a key by its name, or one that shows its token."""
    properties |= {"appToken": pair.app_token} if shows else {}
    return {"type": "key", "id": AppKey(pair.app_key), **({"properties": properties} if properties else {})}


def doing(name: str = "ListOrders", type_: str = "OMS", id_: str = "*") -> dict[str, Any]:
    """An action on a resource."""
    return {"action": {"name": name}, "resource": {"type": type_, "id": id_}}
