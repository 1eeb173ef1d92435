"""Whoever connects from an address that nobody named says about itself what it likes: nothing changes by it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Network

import httpx
import pytest
from tests.doors.world import ACME, ORDERS, Credentials, World, done, furnish, listening
from tests.promises.plugin import Proof

from chaveiro.core.command import VIEW_API_KEYS, CreateRole, GrantToKey
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import RoleId
from chaveiro.doors.place import Place
from chaveiro.node import Issued

ANA = Actor(ActorKind.USER, "ana@acme.example")
OFFICE = IPv4Network("203.0.113.0/24")
CLAIMED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Host": "globex.localhost",
    "X-Forwarded-Proto": "https",
    "X-Original-Address": "203.0.113.9",
    "X-Original-Host": "globex.localhost",
    "X-Real-IP": "203.0.113.9",
    "True-Client-IP": "203.0.113.9",
    "Forwarded": "for=203.0.113.9;host=globex.localhost;proto=https",
}
SPELLINGS: dict[str, list[tuple[str, str]]] = {
    f"{name}, {how}": [(spelled, value)] * times
    for name, value in CLAIMED.items()
    for how, spelled, times in (
        ("as it is", name, 1),
        ("underscores", name.replace("-", "_").upper(), 1),
        ("twice", name.lower(), 2),
    )
}
# How small a page gets depends on the random word in its form.
VARYING = {"x-request-id", "content-length", "x-chaveiro-staleness"}
NAMED, UNNAMED = IPv4Network("127.0.0.0/8"), IPv4Network("10.0.0.0/8")


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = furnish()
    yield world
    world.house.close()


@pytest.fixture(scope="module")
def office(world: World) -> Credentials:
    """A keeper's pair that works from the office alone."""
    role = RoleId(len(world.house.node.keyring(ACME).roles) + 1)
    done(world.house, CreateRole(ACME, "Viewer", frozenset({VIEW_API_KEYS})), ANA)
    issued = world.house.node.issue(ACME, label="office", by=ANA, networks=(OFFICE,))
    assert isinstance(issued, Issued)
    done(world.house, GrantToKey(ACME, role, issued.app_key), ANA)
    return Credentials(issued.app_key, issued.token.reveal())


@contextmanager
def door(world: World, proxies: IPv4Network) -> Iterator[httpx.Client]:
    """A client at the doors of an installation where these are the proxies that were named."""
    place = Place(base_hosts=("localhost",), trusted_proxies=(proxies,))
    with listening(world.app(place)) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        yield client


@pytest.fixture(scope="module")
def unnamed(world: World) -> Iterator[httpx.Client]:
    with door(world, UNNAMED) as client:
        yield client


def answers(client: httpx.Client, office: Credentials, claimed: list[tuple[str, str]]) -> list[str]:
    """What is told at four doors: to a keeper from the office, to an app, to a gateway, to a browser."""
    own = [("Host", "acme.localhost"), *claimed]
    pair = [*office.headers.items()]
    gateway = [("X-Original-Method", "GET"), ("X-Original-URI", ORDERS)]
    told = [
        client.post("/v1/simulate", json={"account": "acme", "appKey": office.app_key}, headers=[*own, *pair]),
        client.get("/api/vlm/account", headers=[*own, *pair]),
        client.get("/authz/auth-request", headers=[*own, *pair, *gateway]),
        client.get("/console/sign-in", headers=own),
    ]
    client.cookies.clear()
    return [steady(one) for one in told]


def steady(answer: httpx.Response) -> str:
    """All of an answer but what differs each time."""
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in VARYING)
    text = f"{answer.status_code} {headers} {answer.text}"
    return re.sub(
        r'[0-9A-HJKMNP-TV-Z]{26}|(?<="stale_seconds": )[0-9.]+|(?<=form_token" value=")[^"]+|__Host-\S+?=[^;]+',
        "…",
        text,
    )


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_what_an_unnamed_address_claims_has_no_effect(
    unnamed: httpx.Client, office: Credentials, spelling: str, proof: Proof
) -> None:
    """In whatever spelling, once or twice: every answer is the one that is given without it."""
    assert answers(unnamed, office, SPELLINGS[spelling]) == answers(unnamed, office, [])
    proof("G19", dose=1, figure="spellings of what an unnamed address claims of itself: 0 effects at four doors")


def test_what_a_named_proxy_says_has_its_effect(world: World, office: Credentials) -> None:
    """The comparison above can fail: said by a proxy that was named, the same header lets the keeper in."""
    with door(world, NAMED) as client:
        told, without = answers(client, office, SPELLINGS["X-Forwarded-For, as it is"]), answers(client, office, [])
    assert (told[0][:3], without[0][:3]) == ("200", "403")
