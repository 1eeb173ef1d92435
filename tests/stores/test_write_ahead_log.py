"""What a power cut can do to the log: any of its bytes lost or wrong."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING

from tests.dose import dose
from tests.keys import KEYS
from tests.stores.histories import ACME, EVERY_EVENT, anything, folded, live

from chaveiro.stores.sql import SqlStore

if TYPE_CHECKING:
    from pathlib import Path

    from tests.promises.plugin import Proof

CUTS = dose(200, 1_000, 5_000)


def test_a_damaged_log_loses_only_its_end(quick_path: Path, proof: Proof) -> None:
    """Logs cut or garbled at a random byte: what is left is a beginning of the history, and whole."""
    original = quick_path / "original"
    original.mkdir()
    url = f"sqlite:///{original}/chaveiro.db"
    first = SqlStore.open(url, keys=KEYS)
    live(first, EVERY_EVENT[:1])
    first.close()  # and with it the tables are out of the log
    store = SqlStore.open(url, keys=KEYS)
    dice = random.Random(7)
    live(store, [*EVERY_EVENT[1:], *(anything(dice) for _ in range(20))])
    history = store.changes()
    log = (original / "chaveiro.db-wal").read_bytes()
    found = {_survivors(original, quick_path / "copy", _damaged(log, dice), history) for _ in range(CUTS)}
    assert _survivors(original, quick_path / "copy", log, history) == len(history)
    assert min(found) <= 3
    assert max(found) >= len(history) - 3
    assert len(found) > 20
    store.close()
    proof("G5", dose=f"{CUTS} logs cut or garbled", figure="each a whole beginning of the history")


def _damaged(log: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(log))
    if dice.random() < 0.5:
        return log[:at]
    garbage = dice.randbytes(dice.choice((1, 16, 512)))
    return log[:at] + garbage + log[at + len(garbage) :]


def _survivors(original: Path, copy: Path, log: bytes, history: object) -> int:
    """Open a copy with that log; how many changes it has."""
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    shutil.copy(original / "chaveiro.db", copy)
    (copy / "chaveiro.db").chmod(0o600)
    (copy / "chaveiro.db-wal").write_bytes(log)
    store = SqlStore.open(f"sqlite:///{copy}/chaveiro.db", keys=KEYS)
    left = store.changes()
    assert isinstance(history, tuple)
    assert left == history[: len(left)]
    assert store.keyring(ACME) == folded(left)
    store.close()
    return len(left)
