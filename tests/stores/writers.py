"""Processes that write to one database: started once, forked for each job, killed when a test wants it.

Run as a program it reads jobs, one line of JSON each, forks the writers and reports on its output:
`+ PID`, a writer began; `= SEQ`, a commit was acknowledged; `-`, all writers of the job are gone.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.keys import KEYS
from tests.stores.histories import anything, carry_out, create, issue, keyring_of

from chaveiro.core.command import AddUser, Command
from chaveiro.core.names import AccountName, AppKey, Email
from chaveiro.stores.port import RevisionMoved
from chaveiro.stores.sql import SqlStore

if TYPE_CHECKING:
    from collections.abc import Iterator


def serve() -> None:
    """Do one job after the other until there are no more."""
    while line := sys.stdin.readline():
        job = json.loads(line)
        for number in range(job["writers"]):
            if os.fork() == 0:
                account = f"{job['account']}{number}" if job["apart"] else job["account"]
                _write(job["url"], AccountName(account), job["commits"], f"w{number}", job["kind"])
                os._exit(0)
        for _ in range(job["writers"]):
            os.wait()
        _report("-")


def _write(url: str, account: AccountName, commits: int, name: str, kind: str) -> None:
    _report(f"+ {os.getpid()}")
    store = SqlStore.open(url, keys=KEYS)
    dice = random.Random(os.getpid())
    number = 0
    while number < commits:
        begun = keyring_of(store, account) is not None
        wanted: Command = AddUser(account, Email(f"{name}-{number}@acme.example"), name)
        if kind == "anything":
            wanted = anything(dice, account)
        if kind == "keys":
            wanted = issue(account, AppKey(f"key-{os.getpid()}-{number}"), key_number(os.getpid(), number))
        try:
            revision = carry_out(store, wanted if begun else create(account))
        except RevisionMoved:
            continue
        if kind == "keys" and begun and dice.random() < 0.1:
            os.kill(os.getpid(), signal.SIGKILL)  # committed, and nobody was told
        _report(f"= {revision.seq}")
        number += begun


def key_number(pid: int, number: int) -> int:
    """What the id of a writer's key says: no other writer has it."""
    return (pid << 64) + number


def _report(line: str) -> None:
    os.write(1, f"{line}\n".encode())


class Writers:
    """The program's other side."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(
        self,
        url: str,
        *,
        account: str = "acme",
        apart: bool = False,
        commits: int,
        writers: int = 1,
        kind: str = "users",
    ) -> None:
        """Give a job. Writers that are *apart* have an account each, so that none gets in another's way."""
        job = {"url": url, "account": account, "apart": apart, "commits": commits, "writers": writers, "kind": kind}
        assert self._process.stdin
        self._process.stdin.write(f"{json.dumps(job)}\n")
        self._process.stdin.flush()

    def reports(self) -> Iterator[tuple[str, int]]:
        """What the job's writers report, until all are gone."""
        assert self._process.stdout
        while (line := self._process.stdout.readline().strip()) != "-":
            assert line, "the writers are gone"
            mark, number = line.split()
            yield mark, int(number)

    def finish(self) -> list[int]:
        """Wait for the job; the commits that were acknowledged."""
        return [number for mark, number in self.reports() if mark == "="]


@contextmanager
def running() -> Iterator[Writers]:
    """The program, while it runs."""
    root = Path(__file__).parents[2]
    program = [sys.executable, "-c", "from tests.stores.writers import serve; serve()"]
    with subprocess.Popen(program, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Writers(process)
        assert process.stdin
        process.stdin.close()
        assert process.wait() == 0
