"""Health: how the process is, for keepers, and nothing about the machine it runs on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version

import httpx
import pytest
from tests.doors.console.browserless import Reader, console, with_password
from tests.doors.world import ACME, ORDERS, World, done, furnish

from chaveiro.core.command import AddUser
from chaveiro.core.keyring import Actor, ActorKind, Damaged, Part
from chaveiro.core.names import Email

ANA = Actor(ActorKind.USER, Email("ana@acme.example"))
BIA = Email("bia@acme.example")


@pytest.fixture
def world() -> World:
    return furnish(accounts=1)


@pytest.fixture
def origin(world: World) -> Iterator[str]:
    with console(world) as (_, origin):
        yield origin


@pytest.fixture
def ana(origin: str) -> Reader:
    reader = Reader(origin)
    reader.sign_in()
    return reader


def test_how_the_process_is(world: World, origin: str, ana: Reader) -> None:
    """Version, revision, freshness, and what became of the refusals; the part tells the same anew."""
    ana.get("/console/health")
    assert "It decides requests" in ana.text
    assert f"Version {version('chaveiro')}" in ana.text
    assert str(world.house.node.known.revision) in ana.text
    assert "Noted 0" in ana.text
    assert "Single refusals 30 days 10,000" in ana.text
    body = {"account": "acme", "appKey": "x", "appToken": "y", "method": "GET", "path": ORDERS}
    httpx.post(f"{origin}/v1/check", json=body, trust_env=False)
    ana.get("/console/health/now", {"HX-Request": "true"})
    assert "Noted 1" in ana.text
    assert "Waiting 1 of at most 10,000" in ana.text
    world.house.denials.drain()
    ana.get("/console/health/now", {"HX-Request": "true"})
    assert "Explained and kept 1" in ana.text
    assert "Waiting 0 of at most 10,000" in ana.text


def test_what_was_lost_is_told(world: World, ana: Reader) -> None:
    """Refusals that cannot be explained, and surprises, are not passed over."""
    world.house.denials.dropped, world.house.denials.failed = 2, 1
    ana.get("/console/health")
    assert "2 refusals came when too many waited" in ana.text
    assert "1 surprise while explaining" in ana.text


def test_nothing_about_the_machine_is_told(world: World, ana: Reader) -> None:
    """No path, no address of the database, no pepper."""
    ana.get("/console/health")
    settings = world.house.settings
    assert not any(one in ana.page.text for one in (str(settings.data), settings.database_url, "sqlite", "pepper"))


def test_health_opens_to_keepers(world: World, origin: str) -> None:
    """A plain user is not shown it."""
    done(world.house, AddUser(ACME, BIA, "Bia"), ANA)
    with_password(world, BIA)
    bia = Reader(origin)
    bia.sign_in(BIA)
    assert bia.get("/console/health").status_code == 403
    assert bia.get("/console/health/now").status_code == 403


def test_what_is_damaged_is_named(world: World, ana: Reader) -> None:
    """A keeper reads that rows are not as they were written, which part they are of, and nothing out of them."""
    ana.get("/console/health")
    assert "not as Chaveiro wrote" not in ana.text
    damaged = frozenset({Damaged(Part.KEY, "<b>key-1"), Damaged(Part.ROLE, "7")})
    node = world.house.node
    node.known._keyrings[ACME] = replace(node.keyring(ACME), damaged=damaged)
    ana.get("/console/health")
    assert "2 parts of this account are not as Chaveiro wrote them" in ana.text
    assert "Key <b>key-1" in ana.text, "as text, for the reader takes the marks out"
    assert "Role 7" in ana.text
