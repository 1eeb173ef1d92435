"""A session that somebody wrote to past Chaveiro is no session."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs
from tests.keys import KEYS
from tests.stores.contract import session
from tests.stores.histories import ACME, ANA, BIA, NOON, digest_of
from tests.stores.test_former import former
from tests.stores.test_row_macs import other_values
from tests.stores.vandal import OfFile, OfServer, Vandal, opened

from chaveiro.core.names import Moment
from chaveiro.stores.sql import SqlStore, tables

if TYPE_CHECKING:
    from pathlib import Path

    from tests.promises.plugin import Proof

OWN, THEIRS = session(1), session(2, email=BIA)
LATE = Moment(NOON + 3600)

# What whoever has a session of their own, and the database, would write to be somebody else or somebody who has just
# given the password: a statement and its values.
TAMPERINGS: dict[str, tuple[object, ...]] = {
    "somebody else's e-mail": ("UPDATE sessions SET email = ? WHERE id = ?", BIA, OWN.id),
    "another account": ("UPDATE sessions SET account = 'other' WHERE id = ?", OWN.id),
    "a password just given": ("UPDATE sessions SET confirmed = ? WHERE id = ?", LATE, OWN.id),
    "a longer life": ("UPDATE sessions SET began = ?, seen = ? WHERE id = ?", LATE, LATE, OWN.id),
    "an own digest in somebody else's row": (
        "UPDATE sessions SET digest = ? WHERE id = ?", digest_of(3).hex(), THEIRS.id,
    ),
    "another id": ("UPDATE sessions SET id = 'ffffffffffffffff' WHERE id = ?", OWN.id),
    "somebody else's MAC": (
        "UPDATE sessions SET email = ?, mac = (SELECT mac FROM sessions AS other WHERE other.id = ?) WHERE id = ?",
        BIA, THEIRS.id, OWN.id,
    ),
    "no MAC": ("UPDATE sessions SET mac = '' WHERE id = ?", OWN.id),
    "a row of their own making": (
        """
        INSERT INTO sessions SELECT 'eeeeeeeeeeeeeeee', ?, account, email, began, seen, confirmed, address, agent, mac
        FROM sessions WHERE id = ?
        """,
        digest_of(3).hex(), THEIRS.id,
    ),
}  # fmt: skip


def tamper(vandal: Vandal, name: str) -> None:
    statement, *values = TAMPERINGS[name]
    vandal.run(str(statement), *values)


@pytest.fixture(params=["sqlite", "postgresql"])
def vandal(request: pytest.FixtureRequest, quick_path: Path) -> Vandal:
    """Whoever writes to either database."""
    if request.param == "sqlite":
        return OfFile(quick_path / "chaveiro.db")
    return OfServer(request.getfixturevalue("postgres"))


def furnished(vandal: Vandal) -> SqlStore:
    """Two people's sessions."""
    store = opened(vandal)
    store.keep_session(OWN, digest=digest_of(1))
    store.keep_session(THEIRS, digest=digest_of(2))
    return store


@pytest.mark.parametrize("name", TAMPERINGS)
def test_whoever_writes_to_the_database_gets_nobody_else_s_session(vandal: Vandal, name: str, proof: Proof) -> None:
    """No digest opens, and no list shows, a session other than as it was written; it is told, without a name."""
    with closing(furnished(vandal)) as store:
        tamper(vandal, name)
        with capture_logs() as logs:
            found = [store.session(digest_of(number)) for number in (1, 2, 3)]
        assert set(found) <= {OWN, THEIRS, None}
        assert found[2] is None
        assert found.count(None) > 1 or name == "a row of their own making"
        assert {"event": "session_refused", "log_level": "error"} in logs
        listed = (*store.sessions(ACME), *store.sessions(THEIRS.account), *store.sessions(OWN.account, ANA))
        assert set(listed) <= {OWN, THEIRS}
    proof("G8", dose=1, figure="every session written past Chaveiro refused")


@pytest.mark.parametrize("name", ["somebody else's e-mail", "a password just given"])
def test_using_a_session_never_makes_what_was_written_to_it_believed(vandal: Vandal, name: str) -> None:
    """Its moments stay as they are, and so does its MAC."""
    with closing(furnished(vandal)) as store:
        tamper(vandal, name)
        store.touch_session(OWN.id, seen=LATE, confirmed=LATE)
        assert store.session(digest_of(1)) is None
        assert store.session(digest_of(2)) == THEIRS


def test_a_session_in_use_stays_believed(vandal: Vandal) -> None:
    """Its MAC follows its moments, and opens again with another process."""
    with closing(furnished(vandal)) as store:
        store.touch_session(OWN.id, seen=LATE)
        store.touch_session(OWN.id, seen=NOON, confirmed=LATE)
    with closing(opened(vandal)) as again:
        assert again.session(digest_of(1)) == replace(OWN, seen=LATE, confirmed=LATE)


def test_every_column_of_a_session_is_covered(quick_path: Path) -> None:
    """One letter, one digit or a quarter of a second anywhere."""
    file = OfFile(quick_path / "chaveiro.db")
    with closing(furnished(file)) as store:
        (row,) = file.run("SELECT * FROM sessions WHERE id = ?", OWN.id)
        for column, value in zip(tables.sessions.c, row, strict=True):
            for other in other_values(value, column.type):
                file.run(f"UPDATE sessions SET {column.name} = ? WHERE digest <> ?", other, digest_of(2).hex())  # noqa: S608 - our own name
                opening = (
                    (digest_of(1), bytes.fromhex(str(other))) if column.name == "digest" and is_hex(other) else None
                )
                assert not any(map(store.session, opening or (digest_of(1),))), (column.name, other)
                file.run(f"UPDATE sessions SET {column.name} = ? WHERE digest <> ?", value, digest_of(2).hex())  # noqa: S608 - likewise
        assert store.session(digest_of(1)) == OWN, "and all is as it was"


def is_hex(text: object) -> bool:
    try:
        return len(bytes.fromhex(str(text))) > 0
    except ValueError:
        return False


def test_sessions_are_believed_under_their_own_key_alone(quick_path: Path) -> None:
    """The key of rows, which every part is written with, makes no session."""
    file = OfFile(quick_path / "chaveiro.db")
    furnished(file).close()
    with closing(opened(file, replace(KEYS, sessions=KEYS.rows))) as store:
        assert store.session(digest_of(1)) is None


def test_sessions_of_a_former_version_end(quick_path: Path) -> None:
    """Nobody can vouch for them: people sign in again."""
    file = OfFile(former("0007", quick_path))
    assert file.run("SELECT count(*) FROM sessions") == [(2,)]
    with closing(opened(file)) as store:
        assert file.run("SELECT count(*) FROM sessions") == [(0,)]
        store.keep_session(OWN, digest=digest_of(1))
        assert store.session(digest_of(1)) == OWN


def test_the_same_session_has_the_same_mac_in_both_databases(request: pytest.FixtureRequest, quick_path: Path) -> None:
    """A database can be moved with the people in it."""
    found = []
    for vandal in (OfFile(quick_path / "chaveiro.db"), OfServer(request.getfixturevalue("postgres"))):
        furnished(vandal).close()
        found.append(vandal.run("SELECT id, mac FROM sessions ORDER BY id"))
    assert found[0] == found[1]
