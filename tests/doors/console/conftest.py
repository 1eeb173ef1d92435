"""Everybody here signs in; none of these tests is about what a guess at a password costs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from chaveiro.passwords import hashing

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="module", autouse=True)  # no longer: other tests are about what it costs
def _cheap_passwords() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "_HASHER", CHEAP)
        patch.setattr(hashing, "_NOBODY", CHEAP.hash("nobody's"))
        yield
