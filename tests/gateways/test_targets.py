"""Gateway, authorizer and backend read one target alike, or it goes nowhere: odd ones by the hundred, sent as bytes."""

import posixpath
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from tests.doors.world import ORDERS, World, furnish, listening
from tests.dose import dose
from tests.gateways.gates import ASK_BY_GRPC, GATEWAYS, HERE, Script, answering, asked_by_grpc
from tests.gateways.situations import status
from tests.promises.plugin import Proof

TARGETS = dose(240, 2_000, 20_000)  # through each gateway
ODD = (
    "//", "/./", "/../", "/..", "/.", "/x/..", "\\", "%5c", "%2f", "%2F", "%252f", "%2e", "%2E%2e", "%00", "%0a",
    "%20", ";", ";a=b", "#", "#x", "%23", "%3f", "?", "?a=b", "%", "%zz", "%c0%af", "%e2%88%95", "\xe9", "*", "+",
    "~", "..", ".", "%6f", "%6F", "%4f", "O", "orders", "/pvt", "/api", "&", "=", "\t", "\x7f", "//evil.example",
    "/1/cancel",
)  # fmt: skip


def targets() -> list[str]:
    """The one route that is allowed, with up to three oddities anywhere in its path, or in a query."""
    chance = random.Random(18)
    made = [ORDERS, f"{ORDERS}?page=2"]
    while len(made) < TARGETS:
        text, first = (ORDERS, 0) if len(made) % 4 else (f"{ORDERS}?q=", len(ORDERS) + 1)
        for _ in range(chance.randint(1, 3)):
            at = chance.randint(first, len(text))
            text = text[:at] + chance.choice(ODD) + text[at + chance.randint(0, 1) :]
        made.append(text)
    return made


def lenient(path: str) -> str:
    """A backend that repairs everything it can."""
    decoded = unquote(unquote(path)).replace("\\", "/")
    without = re.sub(r";[^/]*", "", decoded).partition("#")[0].partition("\x00")[0]
    return posixpath.normpath(re.sub("/+", "/", without))


READERS: tuple[Callable[[str], str], ...] = (
    str,
    unquote,
    lenient,
    lambda path: lenient(path).lower(),
    lambda path: re.sub("/+", "/", path),
    lambda path: posixpath.normpath(unquote(path)),
)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = furnish()
    yield world
    world.house.close()


@pytest.fixture(params=HERE)
def places(request: pytest.FixtureRequest, world: World, tmp_path: Path) -> Iterator[tuple[int, Script]]:
    """A gateway's port, and what reaches the backend behind it."""
    backend, app = Script(), world.app()
    with (
        asked_by_grpc(app.gateway) if request.param in ASK_BY_GRPC else listening(app) as authorizer,
        answering(backend) as behind,
        GATEWAYS[request.param](tmp_path, authorizer=authorizer, backend=behind) as port,
    ):
        yield port, backend


def test_what_is_let_through_is_read_alike_by_every_backend(
    world: World, places: tuple[int, Script], proof: Proof
) -> None:
    """The key may list orders and no more: nothing reaches the backend that any reader takes for something else."""
    port, backend = places
    statuses = []
    for target in targets():
        backend.received.clear()
        statuses.append(status(port, target, world.pairs["good"].headers))
        for received in backend.received:
            path = received.target.partition("?")[0]
            assert {reader(path) for reader in READERS} == {ORDERS}, (target, received.target)
    assert set(statuses) <= {200, 400, 403, 404}
    assert statuses[:2] == [200, 200]
    assert statuses.count(200) >= TARGETS / 20, "some of them are the route itself, with a query"
    assert statuses.count(403) >= TARGETS / 2
    proof(
        "G18",
        dose=TARGETS,
        figure=f"random targets through real gateways, {len(READERS)} readings of each that passed: 0 differ",
    )
