from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.keys import KEYS
from tests.stores.contract import StoreContract

from chaveiro.stores.port import Store
from chaveiro.stores.sql import SqlStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class TestSqlite(StoreContract):
    keeps_nodes = False  # each poll would be a write; the processes of one machine poll the file instead
    wakes = False  # asking costs microseconds

    @pytest.fixture
    def store(self, quick_path: Path) -> Iterator[Store]:
        store = SqlStore.open(f"sqlite:///{quick_path}/chaveiro.db", keys=KEYS)
        yield store
        store.close()
