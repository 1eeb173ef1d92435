"""The door in its world, opened once for each file of tests."""

from collections.abc import Iterator

import pytest
from tests.doors.vtex.world import Shop, opened


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with opened() as made:
        yield made
