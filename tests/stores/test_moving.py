"""Moving an installation from SQLite into PostgreSQL: all of it, once, wherever it is interrupted."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from tests.dose import dose
from tests.keys import KEYS
from tests.stores.contract import denial, lacking, session, stranger
from tests.stores.crowd import Deaf
from tests.stores.histories import (
    ACME,
    ANA,
    AWAY_1,
    EVERY_EVENT,
    KEY_1,
    KEY_2,
    NOON,
    OTHER,
    RESOURCES,
    bring,
    carry_out,
    create,
    digest_of,
    issue,
    live,
)

from chaveiro.core.attempt import Need, Request, presented
from chaveiro.core.command import (
    AddUser,
    DeactivateKey,
    FinishRenewal,
    GiveSetUpLink,
    GrantToKey,
    HandOver,
    RenewKey,
)
from chaveiro.core.decision import Denied
from chaveiro.core.denial import Exposure, InClear, Usage, Use
from chaveiro.core.fleet import NodeId, NodeReport
from chaveiro.core.keyring import Revision
from chaveiro.core.names import AppKey, Email, Moment, RoleId
from chaveiro.core.traffic import DAY, HOUR
from chaveiro.node import CannotTell, Node
from chaveiro.stores.port import StoreMoved, StoreUnavailable
from chaveiro.stores.sql import SqlStore, moving, tables
from chaveiro.stores.sql.moving import CannotMove, Moved, Obstacle, Stage, Step, copying, open_ends
from chaveiro.stores.sql.moving.rows import rows
from chaveiro.stores.sql.postgres import Postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.postgres import PostgresServer
    from tests.promises.plugin import Proof

    from chaveiro.stores.port import Store

KILLS = dose(3, 5, 20)
STEPS = dose(6, 200, 200)  # at which a move is broken off, of all there are
STOLEN = Email("ána'\"\\N\t@acme.example")  # a name as nobody would have it, for what COPY has to write
PEPPER_CHECK = "what proves the pepper"


def lived(path: Path) -> None:
    """Make a database with something in every table."""
    with closing(SqlStore.open(f"sqlite:///{path}", keys=KEYS)) as store:
        store.set_meta("pepper_check", PEPPER_CHECK)
        live(store, EVERY_EVENT)
        live(store, [create(OTHER), issue(OTHER, AWAY_1, 21)])
        keys = [AppKey(f"key-{number}") for number in range(10, 40)]
        for number, key in enumerate(keys):
            live(store, [issue(ACME, key, number + 100), GrantToKey(ACME, RoleId(1), key)])
        more = (
            AddUser(ACME, STOLEN, "\\N\\. \t'\"{},\u00a0🗝 \u2028"),
            RenewKey(ACME, keys[0], digest_of(31)),
            FinishRenewal(ACME, keys[0]),
            RenewKey(ACME, keys[0], digest_of(32)),
            HandOver(ACME, keys[0], "6" * 32),
            DeactivateKey(ACME, keys[1], ""),
            GiveSetUpLink(ACME, ANA, digest_of(33)),
            bring(ACME, AppKey("key-40"), 34, "sha512"),
        )
        live(store, more)
        counted(store)


def counted(store: Store, more: int = 0) -> None:
    """What is no change: refusals, use, sessions, what is sealed."""
    found = [denial(n + more) for n in range(3)]
    found += [lacking(10 + more), lacking(11 + more, route="GET /b"), stranger(12 + more)]
    store.keep_denials(found, forget_before=Moment(0))
    at = Moment(NOON + 0.1 + more)
    uses = [Use(ACME, KEY_2, "GET /é\\", Need(RESOURCES), at, 3)]
    store.add_usage([Usage(ACME, KEY_2, 1, at, 2**40), Usage(ACME, KEY_1, 2, at, 1)], uses)
    store.add_exposures([Exposure(ACME, KEY_2, 1, InClear.QUERY, at, Moment(at + 1 / 3), 2**40)])
    store.keep_session(replace(session(more), agent='Firefox "\t\\x'), digest=digest_of(40 + more))
    store.seal(f"sealed {more}", bytes(range(256)), until=Moment(NOON + 1 / 3))


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rich") / "chaveiro.db"
    lived(path)
    return path


def copied(file: Path, to: Path) -> Path:
    shutil.copy(file, to)
    return to


@pytest.fixture
def file(rich: Path, tmp_path: Path) -> Path:
    """A database to move."""
    return copied(rich, tmp_path / "chaveiro.db")


@pytest.fixture
def url(postgres: PostgresServer) -> Iterator[str]:
    """An empty database to move into."""
    name = postgres.new_database()
    yield postgres.url(name)
    postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


def moved(file: Path, url: str, watch: Callable[[Step], None] = lambda _: None) -> Moved:
    with open_ends(f"sqlite:///{file}", url) as ends:
        return moving.move(ends, keys=KEYS, pepper_check=PEPPER_CHECK, watch=watch)


def undone(file: Path, url: str) -> None:
    with open_ends(f"sqlite:///{file}", url) as ends:
        moving.undo(ends)


def held(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as the store reads it."""
    with closing(SqlStore.open(url, keys=KEYS)) as store, store._database.reading() as connection:
        return {table.name: list(rows(connection, table)) for table in tables.METADATA.sorted_tables}


def told(store: Store) -> object:
    """All that a store tells of what is in it, but for its epoch."""
    none = Revision("", 0)
    accounts = store.accounts()
    return [
        store.head().seq,
        [(one.revision.seq, one.change) for one in store.changes(limit=10_000)],
        [replace(store.keyring(name), revision=none) for name in accounts],
        [store.keyring(name).revision.seq for name in accounts],
        [list(store.keyring(name).keys) for name in accounts],
        [store.denials(name) for name in accounts],
        [store.episodes(name) for name in accounts],
        [store.usage(name) for name in accounts],
        [store.uses(name) for name in accounts],
        [store.traffic(name, after=Moment(NOON - DAY), span=span) for name in accounts for span in (HOUR, DAY)],
        [store.sessions(name) for name in accounts],
        store.session(digest_of(40)),
        [store.home_of(key) for key in (KEY_1, KEY_2, AWAY_1)],
        store.meta("pepper_check"),
    ]


def may_be_opened(url: str) -> bool:
    try:
        SqlStore.open(url, keys=KEYS).close()
    except StoreMoved:
        return False
    return True


# ----------------------------------------------------------------------------------------------------------- all of it


def test_everything_arrives(file: Path, url: str) -> None:
    """Both stores tell the same of everything, and the new one goes on from there."""
    with closing(SqlStore.open(f"sqlite:///{file}", keys=KEYS)) as store:
        before = told(store)
    done = moved(file, url)
    with closing(SqlStore.open(url, keys=KEYS)) as store:
        assert told(store) == before
        assert store.unseal("sealed 0", at=NOON) == bytes(range(256))
        head = store.head()
        assert carry_out(store, DeactivateKey(ACME, AppKey("key-12"), "")) == Revision(head.epoch, head.seq + 1)
    assert done.rows == sum(filled.rows for filled in done.tables.values()) > 200
    assert (done.accounts, done.resumed) == (2, 0)
    assert set(done.seconds) == {Stage.COPYING, Stage.VERIFYING, Stage.LOADING}


def test_every_table_is_among_what_is_moved(file: Path, url: str) -> None:
    """There is something in each, so that none is forgotten, and it comes out row by row, to the bit."""
    before = held(f"sqlite:///{file}")
    assert [name for name, found in before.items() if not found] == []
    done = moved(file, url)
    assert held(url) == before
    assert {name: filled.rows for name, filled in done.tables.items()} == {n: len(found) for n, found in before.items()}


@pytest.mark.parametrize("number", [0.1 + 0.2, 5e-324, 1.7976931348623157e308, -1e-7, 0.0, 1e22, 2.0**53 + 2])
def test_numbers_arrive_to_the_last_bit(file: Path, url: str, number: float) -> None:
    """A moment is the same double in both databases."""
    with closing(sqlite3.connect(file)) as writer, writer:
        writer.execute("UPDATE sealed SET until = ?", [number])
    moved(file, url)
    with closing(SqlStore.open(url, keys=KEYS)) as store, store._database.reading() as connection:
        assert [found.hex() for found in connection.scalars(select(tables.sealed.c.until))] == [number.hex()]


# ----------------------------------------------------------------------------------------------------- one truth alone


def test_the_file_refuses_afterwards(file: Path, url: str) -> None:
    """Whoever opens it is told where the truth is, without the password that leads there."""
    moved(file, url.replace("postgres@", "postgres:hidden@"))
    with pytest.raises(StoreMoved, match=r"has moved to `postgresql://postgres@127\.0\.0\.1:\d+/test\d+`") as refused:
        SqlStore.open(f"sqlite:///{file}", keys=KEYS)
    assert "hidden" not in str(refused.value)
    with closing(sqlite3.connect(file)) as connection:  # for a backup it can be read
        assert connection.execute("SELECT count(*) FROM keys").fetchone()[0] > 30
        assert "hidden" not in "".join(connection.iterdump())


def test_what_is_half_there_refuses(file: Path, url: str) -> None:
    """A database that is being filled is opened by nobody, before it is known to hold everything."""
    seen = []

    def watch(step: Step) -> None:
        if step.done % 20 == 0 and step.stage is not Stage.DONE:
            seen.append(step)
            assert not may_be_opened(url)

    moved(file, url, watch)
    assert len(seen) > 2
    assert may_be_opened(url)


def test_a_server_goes_on_answering_and_stops_with_the_move(file: Path, url: str) -> None:
    """While the file is moved, its readers read and nobody changes it; once it has moved, nobody believes it."""
    server = SqlStore.open(f"sqlite:///{file}", keys=KEYS)
    refused: list[str] = []

    def watch(step: Step) -> None:
        if step.stage is Stage.VERIFYING and not refused:
            assert server.head().seq > 0
            assert server.keyring(ACME).keys
            with pytest.raises(StoreUnavailable) as busy:
                carry_out(server, DeactivateKey(ACME, AppKey("key-12"), ""))
            refused.append(str(busy.value))

    moved(file, url, watch)
    assert [sentence.partition(" is moving to ")[2].partition(":")[0] for sentence in refused] == ["`postgresql"]
    for ask in (server.head, lambda: server.report(node()), lambda: carry_out(server, DeactivateKey(ACME, KEY_2))):
        with pytest.raises(StoreMoved):
            ask()
    server.close()


def test_a_node_on_the_file_stops_deciding(file: Path, url: str) -> None:
    """From its next look at the store on nobody is allowed or denied by it: a key may be revoked elsewhere by then."""
    with closing(SqlStore.open(f"sqlite:///{file}", keys=KEYS)) as store:
        running = Node(
            store, Deaf(), pepper=bytes(32), clock=lambda: NOON, boottime=lambda: 5.0, mint=random.Random(1).randbytes
        )
        asked = Request(app_key=presented("key-12"), app_token=presented("wrong"), need=Need(RESOURCES))
        for account in (ACME, None):
            assert isinstance(running.check(account, asked).verdict, Denied)
        moved(file, url)
        with pytest.raises(StoreMoved):
            running.known.refresh()
        for account in (ACME, OTHER, None):
            assert isinstance(running.check(account, asked).verdict, CannotTell)


def node() -> NodeReport:
    return NodeReport(NodeId("a"), "host a", Revision("0" * 8, 1), 300.0)


# --------------------------------------------------------------------------------------------------------- broken off


class BrokenOff(BaseException):
    """Nobody catches it."""


def steps_of(file: Path, url: str) -> int:
    """How many steps a move takes."""
    seen: list[Step] = []
    moved(file, url, seen.append)
    return len(seen)


def test_wherever_it_is_broken_off_it_goes_on(
    rich: Path, tmp_path: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch, proof: Proof
) -> None:
    """At no step are there two truths, and the same command ends with what an undisturbed one gives."""
    monkeypatch.setattr(copying, "PAGE_ROWS", 17)
    before = held(f"sqlite:///{rich}")
    total = steps_of(copied(rich, tmp_path / "whole.db"), postgres.url(postgres.new_database()))
    chosen = [*random.Random().sample(range(total - 1), min(STEPS, total) - 1), total - 1]  # the last one always
    resumed = 0
    for at in chosen:
        file, name = copied(rich, tmp_path / f"{at}.db"), postgres.new_database()
        url, steps = postgres.url(name), iter(range(total))

        def watch(step: Step, at: int = at, steps: Iterator[int] = steps) -> None:
            if next(steps) == at:
                raise BrokenOff

        with pytest.raises(BrokenOff):
            moved(file, url, watch)
        assert not may_be_opened(url)
        assert may_be_opened(f"sqlite:///{file}") == (at != total - 1), at
        done = moved(file, url)
        assert held(url) == before
        assert not may_be_opened(f"sqlite:///{file}")
        resumed += done.resumed
        postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")
    assert resumed > 0
    proof("G25", dose=len(chosen), figure=f"broken off at {len(chosen)} of {total} steps: all rows there afterwards")


_PROGRAM = """
import sys
from chaveiro.stores.sql import MacKeys, moving
from chaveiro.stores.sql.moving import copying, open_ends
copying.PAGE_ROWS = 5
KEYS = MacKeys(rows=bytes(range(32)), audit=bytes(range(32, 64)), sessions=bytes(range(64, 96)))
with open_ends(*sys.argv[1:3]) as ends:
    moving.move(ends, keys=KEYS, pepper_check=sys.argv[3], watch=lambda step: print(step.stage.value, flush=True))
"""


def test_killed_it_goes_on(rich: Path, tmp_path: Path, postgres: PostgresServer, proof: Proof) -> None:
    """A process that is gone from one moment to the next has broken nothing, several times in a row."""
    before, dice = held(f"sqlite:///{rich}"), random.Random()
    file, url = copied(rich, tmp_path / "chaveiro.db"), postgres.url(postgres.new_database())
    kills = 0
    for _ in range(KILLS):
        command = [sys.executable, "-c", _PROGRAM, f"sqlite:///{file}", url, PEPPER_CHECK]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for _, _line in zip(range(dice.randint(1, 40)), process.stdout, strict=False):
                pass
            os.kill(process.pid, signal.SIGKILL)
            process.stdout.read()
        kills += process.returncode == -signal.SIGKILL
        assert [may_be_opened(url), may_be_opened(f"sqlite:///{file}")].count(True) <= 1
    moved(file, url)
    assert held(url) == before
    assert kills > 0
    proof("G25", dose=kills, figure=f"{kills} processes killed at random: all rows there afterwards")


def test_what_was_changed_meanwhile_is_copied_anew(file: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two tries the file is the truth: what changed in it, or was counted, is in the database in the end."""
    monkeypatch.setattr(copying, "PAGE_ROWS", 17)

    def watch(step: Step) -> None:
        if step.stage is Stage.VERIFYING:
            raise BrokenOff

    with pytest.raises(BrokenOff):
        moved(file, url, watch)
    with closing(SqlStore.open(f"sqlite:///{file}", keys=KEYS)) as store:
        carry_out(store, DeactivateKey(ACME, AppKey("key-20"), "lost"))
        counted(store, 100)
    before = held(f"sqlite:///{file}")
    done = moved(file, url)
    assert held(url) == before
    assert 0 < done.resumed < done.rows


def test_a_row_that_was_changed_between_is_found(rich: Path, tmp_path: Path, postgres: PostgresServer) -> None:
    """What another program writes after the copy and before the look at it: the smallest difference counts."""
    tampered = (
        "UPDATE keys SET label = label || ' ' WHERE app_key = 'key-12'",
        "UPDATE keys SET registered = NOT registered WHERE app_key = 'key-12'",
        "UPDATE keys SET expires = 0 WHERE app_key = 'key-12'",
        "UPDATE sealed SET until = until + 2.3841857910156e-07",
        "UPDATE sealed SET data = data || '\\x00'::bytea",
        "UPDATE accounts SET catalogue = '' WHERE name = 'acme'",
        "DELETE FROM key_grants WHERE app_key = 'key-12'",
        "INSERT INTO sealed VALUES ('zz', '\\x00', 1)",
        "UPDATE meta SET value = 'x' WHERE name = 'pepper_check'",
        "UPDATE usage SET count = count + 1 WHERE app_key = 'key-2'",
    )
    for number, statement in enumerate(tampered):
        file, name = copied(rich, tmp_path / f"{number}.db"), postgres.new_database()

        def watch(step: Step, statement: str = statement, name: str = name) -> None:
            if step.stage is Stage.COPYING and step.done == step.total and step.what == "user_grants":
                postgres.execute(statement, name)

        with pytest.raises(CannotMove) as found:
            moved(file, postgres.url(name), watch)
        assert found.value.obstacle is Obstacle.TABLE_DIFFERS, statement
        assert may_be_opened(f"sqlite:///{file}")
        assert not may_be_opened(postgres.url(name))


def test_an_account_that_loads_otherwise_is_found(file: Path, url: str) -> None:
    """The last look is at what the store makes of the rows."""

    class Blind(SqlStore):
        def keyring(self, account: Any) -> Any:
            found = super().keyring(account)
            return replace(found, keys=dict(reversed(list(found.keys.items()))))

    kinds = [Blind, SqlStore]

    def opened(database: Any, integrity: Any) -> Store:
        return kinds.pop()(database, integrity, prepared=True)

    with open_ends(f"sqlite:///{file}", url) as ends, pytest.raises(CannotMove) as found:
        moving.move(ends, keys=KEYS, pepper_check=PEPPER_CHECK, watch=lambda _: None, opened=opened)
    assert (found.value.obstacle, found.value.facts) == (Obstacle.ACCOUNT_DIFFERS, {"account": ACME})
    assert may_be_opened(f"sqlite:///{file}")


# ------------------------------------------------------------------------------------------------------------ refused


def refused(file: Path, url: str) -> Obstacle:
    """Why a move is refused; the file stays the truth."""
    with pytest.raises(CannotMove) as found:
        moved(file, url)
    return found.value.obstacle


def test_another_programs_database_is_refused(file: Path, url: str, postgres: PostgresServer) -> None:
    """Nothing is put beside somebody else's tables."""
    postgres.execute("CREATE TABLE theirs (x int)", url.rpartition("/")[2])
    assert refused(file, url) is Obstacle.TARGET_FOREIGN


@pytest.mark.parametrize(("version", "obstacle"), [("0001", Obstacle.TARGET_OLDER), ("9999", Obstacle.TARGET_NEWER)])
def test_another_version_is_refused(
    file: Path, url: str, postgres: PostgresServer, version: str, obstacle: Obstacle
) -> None:
    """Rows go only into the tables they were made for."""
    SqlStore.open(url, keys=KEYS).close()
    postgres.execute("UPDATE alembic_version SET version_num = %s", url.rpartition("/")[2], version)
    assert refused(file, url) is obstacle


def test_a_database_with_an_installation_is_refused(file: Path, url: str) -> None:
    """Two installations never become one."""
    with closing(SqlStore.open(url, keys=KEYS)) as store:
        live(store, [create(OTHER)])
    assert refused(file, url) is Obstacle.TARGET_HOLDS
    with closing(SqlStore.open(url, keys=KEYS)) as store:
        assert store.accounts() == (OTHER,)


def test_empty_tables_of_this_version_are_moved_into(file: Path, url: str) -> None:
    """Whoever started a server there once, and stopped it, made nothing that could be lost."""
    with closing(SqlStore.open(url, keys=KEYS)) as store:
        store.set_meta("pepper_check", PEPPER_CHECK)
    before = held(f"sqlite:///{file}")
    moved(file, url)
    assert held(url) == before


def test_another_pepper_is_refused(file: Path, url: str) -> None:
    """Under another pepper no token would ever match again."""
    with closing(SqlStore.open(url, keys=KEYS)) as store:
        store.set_meta("pepper_check", "another")
    assert refused(file, url) is Obstacle.TARGET_PEPPER


def test_a_database_in_use_is_refused(file: Path, url: str) -> None:
    """A node that is there would decide by half an installation."""
    with closing(SqlStore.open(url, keys=KEYS)) as store:
        store.report(node())
        assert refused(file, url) is Obstacle.TARGET_IN_USE
        store.leave(node())
    moved(file, url)


def test_another_file_does_not_go_on_with_a_move(rich: Path, tmp_path: Path, url: str) -> None:
    """Two files that are the same byte by byte are two installations by now."""
    file, other = (copied(rich, tmp_path / name) for name in ("one.db", "other.db"))

    def watch(step: Step) -> None:
        if step.done > 50:
            raise BrokenOff

    with pytest.raises(BrokenOff):
        moved(file, url, watch)
    assert refused(other, url) is Obstacle.TARGET_OTHER_MOVE
    moved(file, url)


def test_what_has_moved_does_not_move_again(file: Path, url: str, postgres: PostgresServer) -> None:
    """Neither to where it is nor anywhere else: what is in the file is old by now."""
    moved(file, url)
    with pytest.raises(CannotMove) as found:
        moved(file, url)
    assert found.value.obstacle is Obstacle.SOURCE_MOVED
    assert refused(file, postgres.url(postgres.new_database())) is Obstacle.SOURCE_MOVED


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("postgresql://u:s3cret@h1:5432,h2:5433/db?passfile=/s3cret", "postgresql://u@h1:5432,h2:5433/db"),
        ("postgresql://h1,h2/db?port=6000", "postgresql://h1:6000,h2:6000/db"),
        ("postgres://u@[::1]:5432/db", "postgresql://u@[::1]:5432/db"),
        ("postgresql:///db?host=/run/pg&user=a%40b&password=s3cret", "postgresql://a%40b@%2Frun%2Fpg/db"),
        ("postgresql://u@h:port/db", "postgresql://u@h:port/db"),
    ],
)
def test_a_server_is_named_as_postgresql_reads_its_url(file: Path, asked: str, shown: str) -> None:
    """Several hosts, a socket, a port that is no number: shown without what is secret, and never a surprise."""
    with open_ends(f"sqlite:///{file}", asked) as ends:
        assert ends.target_name == shown
    assert Postgres(shown).shown == shown


@pytest.mark.parametrize("url", ["mysql://u@h/d", "sqlite:////tmp/x.db", "nonsense", ""])
def test_only_a_server_is_moved_into(file: Path, url: str) -> None:
    """Any other URL is refused before anything is opened."""
    assert refused(file, url) is Obstacle.TARGET_NO_SERVER


# --------------------------------------------------------------------------------------------------------- going back


def test_it_goes_back(file: Path, url: str) -> None:
    """As long as nothing was changed the file becomes the truth again, and the database refuses, open stores too."""
    before = held(f"sqlite:///{file}")
    moved(file, url)
    server = SqlStore.open(url, keys=KEYS)
    undone(file, url)
    assert held(f"sqlite:///{file}") == before
    assert not may_be_opened(url)
    for ask in (server.head, lambda: carry_out(server, DeactivateKey(ACME, AppKey("key-12"), ""))):
        with pytest.raises(StoreMoved, match="went back to"):
            ask()
    server.close()
    assert refused(file, url) is Obstacle.TARGET_HOLDS


def test_a_change_made_there_keeps_it_there(file: Path, url: str) -> None:
    """Going back would let in a key that was revoked since."""
    moved(file, url)
    with closing(SqlStore.open(url, keys=KEYS)) as store:
        carry_out(store, DeactivateKey(ACME, AppKey("key-12"), ""))
    with pytest.raises(CannotMove) as found:
        undone(file, url)
    assert (found.value.obstacle, found.value.facts) == (Obstacle.TARGET_CHANGED, {"changes": 1})
    assert may_be_opened(url)
    assert not may_be_opened(f"sqlite:///{file}")


def test_a_node_that_may_decide_there_keeps_it_there(file: Path, url: str) -> None:
    """What is revoked in the file afterwards, one that was cut off would allow until its lease ends."""
    moved(file, url)
    with closing(SqlStore.open(url, keys=KEYS)) as store:
        store.report(node())
        with pytest.raises(CannotMove) as found:
            undone(file, url)
        assert (found.value.obstacle, found.value.facts["node"]) == (Obstacle.TARGET_DECIDES, node().name)
        assert store.head().seq, "it is the truth as before"
        with store._named.writing() as connection:
            connection.exec_driver_sql("TRUNCATE nodes")
        with pytest.raises(CannotMove) as found:
            undone(file, url)
        assert found.value.obstacle is Obstacle.TARGET_UNHEARD
        store.report(node())
        store.leave(node())
        with store._named.writing() as connection:
            connection.exec_driver_sql("UPDATE nodes SET at = at - 4000")
        undone(file, url)
    assert may_be_opened(f"sqlite:///{file}")


def test_only_what_has_moved_goes_back(rich: Path, tmp_path: Path, url: str, postgres: PostgresServer) -> None:
    """Not a file that never moved, and not from another database than the one it moved into."""
    file, other = (copied(rich, tmp_path / name) for name in ("one.db", "other.db"))
    with pytest.raises(CannotMove) as found:
        undone(file, url)
    assert found.value.obstacle is Obstacle.SOURCE_NOT_MOVED
    moved(file, url)
    elsewhere = postgres.url(postgres.new_database())
    for _ in range(2):  # an empty one, then another file's
        with pytest.raises(CannotMove) as found:
            undone(file, elsewhere)
        assert found.value.obstacle is Obstacle.TARGET_OTHER_MOVE
        if may_be_opened(f"sqlite:///{other}"):
            moved(other, elsewhere)
    assert may_be_opened(elsewhere)
    assert not may_be_opened(f"sqlite:///{file}")


def test_a_move_that_only_has_to_be_opened_can_go_back(file: Path, url: str) -> None:
    """Broken off between the two last notes both refuse, and both ways are open."""

    def watch(step: Step) -> None:
        if step.stage is Stage.DONE:
            raise BrokenOff

    with pytest.raises(BrokenOff):
        moved(file, url, watch)
    assert not may_be_opened(url)
    undone(file, url)
    assert may_be_opened(f"sqlite:///{file}")
    assert not may_be_opened(url)
