from __future__ import annotations

import pytest
from tests.stores.contract import StoreContract

from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import Store


class TestMemory(StoreContract):
    @pytest.fixture
    def store(self) -> Store:
        return MemoryStore()
