"""What is acknowledged is on the disk by then, as the operating system saw it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.dose import dose

if TYPE_CHECKING:
    from tests.promises.plugin import Proof

COMMITS = dose(50, 50, 500)
ROOT = Path(__file__).parents[1]
CALL = re.compile(r"^(?:\[pid\s+)?\d*\]?\s*(\w+)\((\d+)<([^>]*)>(.*)$")

# A revocation each, acknowledged on standard output; with an argument, SQLite's bargain that a power cut may take back.
PROGRAM = """
import os, sys
from pathlib import Path
from chaveiro.core.command import ActivateKey, CreateAccount, DeactivateKey
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, Email
from chaveiro.serve import open_house
from chaveiro.settings import Settings
from chaveiro.stores.sql import sqlite
if len(sys.argv) > 3:
    sqlite._PRAGMAS["synchronous"] = 1
account, sponsor = AccountName("acme"), Actor(ActorKind.USER, "ana@acme.example")
house = open_house(Settings(data=Path(sys.argv[1]), ballast_mib=0))
house.node.carry_out(CreateAccount(account, Email(sponsor.name)), by=Actor(ActorKind.OPERATOR, "root"))
key = house.node.issue(account, label="x", by=sponsor).app_key
for number in range(int(sys.argv[2])):
    command = ActivateKey if number % 2 else DeactivateKey
    done = house.node.carry_out(command(account, key), by=sponsor)
    os.write(1, b"acknowledged")
"""


def early(folder: Path, *more: str) -> tuple[int, int, int]:
    """Acknowledgements: how many, before the log was synchronised, and before the journal was."""
    if not shutil.which("strace"):
        pytest.skip("there is no strace: nothing was shown about the order of flush and acknowledgement")
    trace = folder / "trace"
    watched = "trace=fdatasync,fsync,pwrite64,write"
    program = [sys.executable, "-c", PROGRAM, str(folder / "data"), str(COMMITS), *more]
    ended = subprocess.run(
        ["strace", "-f", "-y", "-qq", "-s", "16", "-e", watched, "-o", str(trace), *program],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if ended.returncode and "ptrace" in ended.stderr:
        pytest.skip(f"strace may not watch here ({ended.stderr.splitlines()[0]}): nothing was shown about the order")
    assert ended.returncode == 0, ended.stderr
    return judged(trace.read_text().splitlines())


def judged(lines: list[str]) -> tuple[int, int, int]:
    dirty: set[str] = set()
    acknowledged = log = journal = 0
    for line in lines:
        if not (found := CALL.match(line)):
            continue
        call, _, path, rest = found.groups()
        name = path.rpartition("/")[2]
        if call == "pwrite64":
            dirty.add(name)
        elif call in {"fdatasync", "fsync"}:
            dirty.discard(name)
        elif "acknowledged" in rest:
            acknowledged += 1
            log += "chaveiro.db-wal" in dirty
            journal += "journal" in dirty
    return acknowledged, log, journal


def test_nothing_is_acknowledged_before_it_is_on_the_disk(tmp_path: Path, proof: Proof) -> None:
    """Each revocation is synchronised in the database's log and in the journal, and only then acknowledged."""
    acknowledged, log, journal = early(tmp_path)
    assert (acknowledged, log, journal) == (COMMITS, 0, 0)
    proof("G5", dose=f"{COMMITS} revocations under strace", figure="0 acknowledged before fsync")


def test_a_bargain_would_be_seen(tmp_path: Path) -> None:
    """With `synchronous=NORMAL` the same trace shows every acknowledgement come before the disk: the test can fail."""
    acknowledged, log, _ = early(tmp_path, "bargain")
    assert acknowledged == COMMITS
    assert log > COMMITS * 0.9
