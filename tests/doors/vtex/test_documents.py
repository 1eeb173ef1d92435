"""The reference has every route, with what it needs."""

from __future__ import annotations

import re
from pathlib import Path

from chaveiro.doors.vtex.app import routes
from chaveiro.doors.vtex.problems import (
    INVALID_EMAIL,
    INVALID_USER_ID,
    KEY_NOT_OWNED,
    RENEWAL_NOT_FOUND,
    RENEWAL_PENDING,
    ROLES_UNKNOWN,
    UNEXPECTED,
)

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "vtex.md").read_text("utf-8")
TABLES = PAGE.partition("## User tokens")[0]
ROWS = {
    (method, path): set(re.findall(r"`(\w+)`", who))
    for method, path, who in re.findall(r"^\| `([A-Z]+) (/\S+)` \| ([^|]+) \|", TABLES, flags=re.MULTILINE)
}


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    """A route that nobody wrote down would be found by strangers first."""
    assert set(ROWS) == set(routes())


def test_a_row_names_exactly_the_resources_that_are_enough() -> None:
    """As the door asks for them."""
    for route, needs in routes().items():
        if needs:
            assert ROWS[route] == {one.key for one in needs}, route


def test_vtex_s_own_sentences_are_quoted() -> None:
    """Those that clients compare."""
    for sentence in (
        INVALID_EMAIL,
        INVALID_USER_ID,
        KEY_NOT_OWNED,
        RENEWAL_NOT_FOUND,
        RENEWAL_PENDING,
        ROLES_UNKNOWN,
        UNEXPECTED,
    ):
        assert f"`{sentence}`" in PAGE
