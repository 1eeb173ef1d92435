"""What cannot be done is said in one sentence with its remedy: by the installed program, as people run it."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import structlog

from chaveiro.doors.cli.app import run

TOKEN = "cvt_1qts2000g40r40m30e209185gr38e1w8124gk2gahc5rr34d1p70x3rfjdrdv74sjnefr1"
PROGRAM = [sys.executable, "-m", "chaveiro"]
SECONDS_MAX = 60
NOBODY = 65534


@dataclass(frozen=True)
class Case:
    """A line, what must be in its one sentence, and what is wrong with the data folder."""

    line: list[str]
    said: str
    data: str = "acme"
    typed: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    installed: bool = False  # by the installed program, in a process of its own; the others are quicker in this one


CASES = {
    "unknown account": Case(["account", "show", "nobody"], "chaveiro account list"),
    "malformed account": Case(["key", "list", "Acme!"], "lower-case letters and digits"),
    "malformed e-mail": Case(["user", "add", "acme", "ana", "--name", "Ana"], "ana@acme.example"),
    "malformed name": Case(["user", "add", "acme", "rui@acme.example", "--name", " "], "--name"),
    "unknown user": Case(["user", "remove", "acme", "rui@acme.example"], "add the user first"),
    "unknown key": Case(["key", "show", "acme", "cvk_000g40r40m30e2098ek8vw"], "chaveiro key list acme"),
    "unknown key to change": Case(["key", "block", "acme", "cvk_000g40r40m30e2098ek8vw"], "list of keys"),
    "unknown role": Case(["role", "show", "acme", "99"], "chaveiro role list acme"),
    "role's name for its number": Case(["role", "show", "acme", "Orders"], "chaveiro role list"),
    "malformed resource": Case(["role", "create", "acme", "X", "--resource", "OMS"], "OMS/ListOrders"),
    "nobody to grant to": Case(["role", "grant", "acme", "1"], "--key APPKEY"),
    "two to grant to": Case(["role", "grant", "acme", "1", "--key", "a", "--user", "b"], "--user EMAIL"),
    "nothing to edit": Case(["role", "edit", "acme", "1"], "--add"),
    "bad date": Case(["key", "issue", "acme", "--label", "X", "--expires", "tomorrow"], "2027-01-31"),
    "date in the past": Case(["key", "issue", "acme", "--label", "X", "--expires", "2020-01-01"], "later moment"),
    "bad network": Case(["key", "issue", "acme", "--label", "X", "--network", "10.0.0.1/8"], "203.0.113.0/24"),
    "secret as label": Case(["key", "issue", "acme", "--label", TOKEN], "keep secrets out of names"),
    "not a denial": Case(["explain", "what"], "26 letters and digits"),
    "unknown denial": Case(["explain", "01ARZ3NDEKTSV4RRFFQ69G5FAV"], "30 days"),
    "unreadable catalogue": Case(["catalogue", "import", "acme", "nowhere.toml"], "packaged:vtex"),
    "malformed catalogue": Case(["catalogue", "import", "acme", "bad.toml"], "Correct the file"),
    "binary catalogue": Case(["catalogue", "import", "acme", "binary.toml"], "UTF-8"),
    "unknown packaged catalogue": Case(["catalogue", "import", "acme", "packaged:no"], "packaged:tour"),
    "nothing wanted": Case(["check", "acme", "--key", "x"], "--resource PRODUCT/KEY"),
    "nothing on standard input": Case(["check", "acme", "--token", "-", "--resource", "A/B"], "standard input"),
    "bad address": Case(["check", "acme", "--resource", "A/B", "--address", "here"], "203.0.113.7"),
    "no head of the audit": Case(["audit", "verify", "--head", "12"], "64 hexadecimal digits"),
    "limit of nothing": Case(["audit", "acme", "--limit", "0"], "1 or more"),
    "transfer without a wish": Case(["account", "transfer", "acme"], "--accept"),
    "accepted by nobody": Case(["account", "transfer", "acme", "--accept"], "--as EMAIL"),
    "unknown command": Case(["key", "lose", "acme"], "chaveiro key --help"),
    "unknown option": Case(["key", "list", "acme", "--all"], "chaveiro key list --help", installed=True),
    "missing option": Case(["key", "issue", "acme"], "--label"),
    "unknown language": Case(["key", "list", "acme", "--lang", "fr"], "--lang"),
    "no data folder": Case(["key", "list", "acme"], "chaveiro account create", data="missing", installed=True),
    "data folder that cannot be made": Case(
        ["account", "create", "acme", "--sponsor", "ana@acme.example"], "CHAVEIRO_DATA", data="file/data"
    ),
    "database that is none": Case(["key", "list", "acme"], "chaveiro.db", data="broken", installed=True),
    "wrong pepper": Case(["key", "list", "acme"], "put back the right one", data="peppered", installed=True),
    "pepper that others can read": Case(["key", "list", "acme"], "chmod 600", data="readable"),
    "unknown setting": Case(["key", "list", "acme"], "CHAVEIRO_PORT", environment={"CHAVEIRO_PROT": "1"}),
    "port taken": Case(["serve", "--port", "{port}"], "--port", installed=True),
    "public address without TLS": Case(["serve", "--host", "0.0.0.0", "--port", "0"], "--behind-proxy"),  # noqa: S104 - it is refused
}


def asked(folder: Path, case: Case, port: int) -> subprocess.CompletedProcess[str]:
    """Run one line in its data folder."""
    return subprocess.run(
        [*PROGRAM, *words(case, port)],
        input=case.typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS_MAX,
        cwd=folder,
        env=environment(folder, case),
    )


def asked_here(folder: Path, case: Case, port: int) -> subprocess.CompletedProcess[str]:
    """Run one line in this process."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        for name in os.environ:
            patch.delenv(name)
        for name, value in environment(folder, case).items():
            patch.setenv(name, value)
        patch.chdir(folder)
        patch.setattr("sys.stdin", io.StringIO(case.typed))
        code = run(words(case, port))
    structlog.reset_defaults()
    return subprocess.CompletedProcess(case.line, code, out.getvalue(), err.getvalue())


def words(case: Case, port: int) -> list[str]:
    return [str(port) if word == "{port}" else word for word in case.line]


def environment(folder: Path, case: Case) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHAVEIRO_")}
    return kept | {"CHAVEIRO_DATA": str(folder / case.data), "LC_ALL": "C.UTF-8", **case.environment}


@pytest.fixture(scope="module")
def folder(acme: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data folders with everything that can be wrong about them."""
    place = tmp_path_factory.mktemp("bad")
    for name in ("acme", "broken", "peppered", "readable"):
        shutil.copytree(acme, place / name)
    (place / "file").write_text("not a folder", "utf-8")
    for left in (place / "broken").glob("chaveiro.db*"):
        left.unlink()
    (place / "broken" / "chaveiro.db").write_text("this is no database, though long enough" * 100, "utf-8")
    (place / "peppered" / "pepper").write_bytes(os.urandom(32))
    (place / "readable" / "pepper").chmod(0o644)
    (place / "bad.toml").write_text("[[route]\n", "utf-8")
    (place / "binary.toml").write_bytes(b"\xff\xfe\x00")
    return place


@pytest.fixture(scope="module")
def answers(folder: Path) -> Iterator[dict[str, subprocess.CompletedProcess[str]]]:
    """Every case, asked."""
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as taken, ThreadPoolExecutor(4) as pool:
        port = taken.getsockname()[1]
        installed = [name for name, case in CASES.items() if case.installed]
        done = dict(zip(installed, pool.map(lambda name: asked(folder, CASES[name], port), installed), strict=True))
        yield done | {name: asked_here(folder, case, port) for name, case in CASES.items() if not case.installed}


@pytest.mark.parametrize("name", CASES)
def test_one_clear_sentence_and_exit_code_two(
    name: str, answers: dict[str, subprocess.CompletedProcess[str]], folder: Path
) -> None:
    """No traceback, nothing on standard output, the remedy in the sentence, no secret in it."""
    done = answers[name]
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert CASES[name].said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert TOKEN[8:60] not in done.stderr


def as_nobody(arguments: list[str], data: Path) -> tuple[int, str]:
    """Run a command in a child of this process, without root's power to write everywhere. Gives code and message."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writing, 2)
        sys.stderr = os.fdopen(2, "w", closefd=False)
        os.environ["CHAVEIRO_DATA"] = str(data)
        if os.geteuid() == 0:
            os.setegid(NOBODY)
            os.seteuid(NOBODY)
        code = run(arguments)
        sys.stderr.flush()
        os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as message:
        said = message.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nobody else can be had without fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")  # the child runs one command
def test_a_database_that_cannot_be_written_is_said(acme: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence, and the account stays as it was."""
    with tempfile.TemporaryDirectory() as above:
        Path(above).chmod(0o755)
        data = Path(above) / "data"
        shutil.copytree(acme, data)
        monkeypatch.setenv("CHAVEIRO_DATA", str(data))
        assert run(["account", "show", "acme", "--json"]) == 0  # what the child needs is imported now
        for path in (*data.iterdir(), data):
            if os.geteuid() == 0:
                os.chown(path, NOBODY, NOBODY)
            path.chmod(0o500 if path.is_dir() else 0o400)
        code, said = as_nobody(["account", "suspend", "acme"], data)
        data.chmod(0o700)
        for path in data.iterdir():
            path.chmod(0o600)
        assert (code, len(said.strip().splitlines())) == (2, 1), said
        assert "cannot be written" in said
        assert run(["account", "show", "acme"]) == 0


def test_nothing_is_lost_by_what_cannot_be_done(
    answers: dict[str, subprocess.CompletedProcess[str]], folder: Path
) -> None:
    """After all of that the account is as it was."""
    done = asked(folder, Case(["account", "show", "acme", "--json"], ""), 0)
    assert done.returncode == 0
    assert '"sponsor": "ana@acme.example"' in done.stdout
    assert '"keys": 0' in done.stdout
