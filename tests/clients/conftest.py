"""One shop, and one process of each client, for all tests of a module."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.clients.programs import Client, speaking
from tests.clients.shop import Shop, opened


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shop")


@pytest.fixture(scope="module")
def shop(folder: Path) -> Iterator[Shop]:
    with opened(folder) as shop:
        yield shop


@pytest.fixture(scope="module")
def vtexpy(shop: Shop, folder: Path) -> Iterator[Client]:
    with speaking("vtexpy", shop, folder) as client:
        yield client


@pytest.fixture(scope="module")
def vtex(shop: Shop, folder: Path) -> Iterator[Client]:
    with speaking("vtex", shop, folder) as client:
        yield client


@pytest.fixture(scope="module")
def vtex_api(shop: Shop, folder: Path) -> Iterator[Client]:
    with speaking("vtex_api", shop, folder) as client:
        yield client
