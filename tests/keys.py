"""Keys of MACs for stores that no pepper stands beside."""

from __future__ import annotations

from chaveiro.stores.sql import MacKeys

KEYS = MacKeys(rows=bytes(range(32)), audit=bytes(range(32, 64)), sessions=bytes(range(64, 96)))
