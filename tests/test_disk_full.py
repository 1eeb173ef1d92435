"""A full disk stops changes, not checks, and never a revocation."""

from __future__ import annotations

import ctypes
import os
import re
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from tests.dose import dose

from chaveiro.core.command import (
    EDIT_API_KEYS,
    SAVE_USER,
    VIEW_API_KEYS,
    CreateAccount,
    CreateRole,
    GrantToKey,
    Refusal,
)
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, Email, RoleId
from chaveiro.node import Issued
from chaveiro.serve import open_house
from chaveiro.settings import Settings
from chaveiro.stores.sql import ballast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.promises.plugin import Proof

ACME, ANA = AccountName("acme"), Email("ana@acme.example")
SPONSOR, ROOT = Actor(ActorKind.USER, ANA), Actor(ActorKind.OPERATOR, "root")
MIB = 1024 * 1024
DISK_MIB, BALLAST_MIB = 8, dose(1, 2, 3)  # a MiB holds some forty revocations, as the log grows and is not taken over
REVOKED = dose(20, 60, 100)
CHECKS = dose(100, 400, 2000)
_LIBC = ctypes.CDLL(None, use_errno=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("a file system can only be mounted by root: nothing was shown about a full disk")
    if _LIBC.mount(b"chaveiro", str(folder).encode(), b"tmpfs", 0, f"size={DISK_MIB}m,mode=700".encode()) != 0:
        reason = os.strerror(ctypes.get_errno())
        pytest.skip(f"a file system cannot be mounted here ({reason}): nothing was shown about a full disk")
    try:
        yield folder
    finally:
        assert _LIBC.umount2(str(folder).encode(), 2) == 0


def free(disk: Path) -> int:
    found = os.statvfs(disk)
    return found.f_bavail * found.f_frsize


def fill(disk: Path) -> None:
    """Leave not one block."""
    filler = os.open(disk / "filler", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for size in (MIB, 4096):
        with suppress(OSError):
            while os.write(filler, b"x" * size) == size:
                pass
    os.close(filler)
    assert free(disk) == 0


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """A server on that disk; its log is elsewhere."""
    said = data.parent.parent / "stderr.log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHAVEIRO_")}
    environment |= {"CHAVEIRO_DATA": str(data), "CHAVEIRO_BALLAST_MIB": str(BALLAST_MIB), "CHAVEIRO_ACCOUNT": ACME}
    with said.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "chaveiro", "serve", "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment,
            text=True,
        )
    assert process.stdout is not None
    try:
        ready = re.fullmatch(r"chaveiro is ready at (\S+)\n", process.stdout.readline())
        assert ready, said.read_text()
        yield ready[1]
    finally:
        process.terminate()
        process.stdout.close()
        process.wait(20)


def furnish(data: Path) -> tuple[Issued, list[Issued]]:
    """An account with a key that may manage keys, and others."""
    with closing(open_house(Settings(data=data, ballast_mib=BALLAST_MIB))) as house:
        assert not isinstance(house.node.carry_out(CreateAccount(ACME, ANA), by=ROOT), Refusal)
        may = frozenset({EDIT_API_KEYS, SAVE_USER, VIEW_API_KEYS})
        assert not isinstance(house.node.carry_out(CreateRole(ACME, "keys", may), by=SPONSOR), Refusal)
        pairs = [house.node.issue(ACME, label=f"k{number}", by=SPONSOR) for number in range(REVOKED + 2)]
        issued = [pair for pair in pairs if isinstance(pair, Issued)]
        for pair in issued:
            house.node.carry_out(GrantToKey(ACME, RoleId(1), pair.app_key), by=SPONSOR)
        return issued[0], issued[1:]


class Caller:
    """Who asks the server."""

    def __init__(self, url: str, manager: Issued) -> None:
        self._client = httpx.Client(base_url=url, headers=_headers(manager, manager.token.reveal()), timeout=20)

    def create(self) -> httpx.Response:
        return self._client.post("/api/vlm/appkeys", json={"label": "new"})

    def revoke(self, id: str) -> httpx.Response:  # noqa: A002 - what it is
        return self._client.put(f"/api/vlm/appkeys/{id}", json={"isActive": False})

    def ids(self) -> dict[str, str]:
        return {one["appKey"]: one["id"] for one in self._client.get("/api/vlm/appkeys").json()}

    def check(self, pair: Issued, token: str) -> int:
        wanted = {"product": VIEW_API_KEYS.product, "key": VIEW_API_KEYS.key}
        question = {"appKey": pair.app_key, "appToken": token, "resource": wanted, "scheme": "https"}
        answer = self._client.post("/v1/check", json=question)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["status"])

    def close(self) -> None:
        self._client.close()


def _headers(pair: Issued, token: str) -> dict[str, str]:
    return {"X-VTEX-API-AppKey": pair.app_key, "X-VTEX-API-AppToken": token}


def until(true: Callable[[], bool], seconds: float) -> bool:
    give_up = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < give_up:
        time.sleep(0.1)  # between two looks at another process
    return found


def right(caller: Caller, pairs: list[Issued], revoked: set[str]) -> int:
    """Check pairs with their tokens and with others; how many answers were as they should be."""
    good = 0
    for number in range(CHECKS):
        pair, other = pairs[number % len(pairs)], pairs[(number + 1) % len(pairs)]
        allowed = 401 if pair.app_key in revoked else 200
        good += caller.check(pair, pair.token.reveal()) == allowed
        good += caller.check(pair, other.token.reveal()) == 401
    return good


def test_a_full_disk_stops_changes_alone(disk: Path, proof: Proof) -> None:
    """With 0 bytes free checks are right, creating is 507, revoking works; with space again all works, and is whole."""
    data = disk / "data"
    manager, pairs = furnish(data)
    with serving(data) as url, closing(Caller(url, manager)) as caller:
        assert (data / "chaveiro.db-ballast").stat().st_size == BALLAST_MIB * MIB
        ids = caller.ids()
        assert caller.create().status_code == 200
        fill(disk)
        assert until(lambda: caller.create().status_code == 507, 20)  # what was free within the log is used up first
        fill(disk)
        refused = caller.create()
        assert refused.status_code == 507
        assert "deactivated" in refused.json()["detail"]
        assert right(caller, pairs, set()) == 2 * CHECKS
        revoked: set[str] = set()
        for pair in pairs[:REVOKED]:
            assert free(disk) == 0 or revoked
            assert caller.revoke(ids[pair.app_key]).status_code == 200, len(revoked)
            revoked.add(pair.app_key)
            assert caller.check(pair, pair.token.reveal()) == 401
        assert (data / "chaveiro.db-ballast").stat().st_size == 0
        assert caller.create().status_code == 507, "what was given up is for revoking alone"
        assert right(caller, pairs, revoked) == 2 * CHECKS
        with closing(sqlite3.connect(data / "chaveiro.db")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert (data / "journal").read_text().count('"key_inactive"') == REVOKED
        (disk / "filler").unlink()
        assert caller.create().status_code == 200
        assert until(lambda: (data / "chaveiro.db-ballast").stat().st_size == BALLAST_MIB * MIB, 20)
    with closing(open_house(Settings(data=data, ballast_mib=BALLAST_MIB))) as house:
        keys = house.node.keyring(ACME).keys
        assert {key for key, one in keys.items() if one.inactive} == revoked
    proof("G6", dose=f"{4 * CHECKS} checks, {REVOKED} revocations", figure="all right with 0 bytes free; create 507")


def test_a_start_on_a_full_disk_decides(disk: Path) -> None:
    """A server that is started, or started again, while nothing fits answers checks and revokes."""
    data = disk / "data"
    manager, pairs = furnish(data)
    with serving(data):
        pass
    fill(disk)
    with serving(data) as url, closing(Caller(url, manager)) as caller:
        ids = caller.ids()
        assert right(caller, pairs, set()) == 2 * CHECKS
        assert caller.revoke(ids[pairs[0].app_key]).status_code == 200
        assert caller.check(pairs[0], pairs[0].token.reveal()) == 401


def test_ballast_is_made_of_blocks(tmp_path: Path) -> None:
    """It takes up what it promises, for its owner alone, and comes back once there is room."""
    file = tmp_path / "ballast"
    kept = ballast.Ballast(file, size=3 * MIB)
    kept.renew()
    assert not file.exists(), "whoever only uses the database holds no room"
    assert not kept.free()
    kept.keep()
    assert file.stat().st_blocks * 512 >= 3 * MIB
    assert file.stat().st_mode & 0o777 == 0o600
    assert kept.free()
    assert file.stat().st_blocks == 0
    assert not kept.free()
    kept._looked_at -= ballast.RENEW_SECONDS
    kept.renew()
    assert file.stat().st_size == 3 * MIB


def test_without_ballast_there_is_none(tmp_path: Path) -> None:
    """Of no bytes: nothing is written, nothing given up, and nobody is held up."""
    kept = ballast.Ballast(tmp_path / "ballast", size=0)
    kept.keep()
    assert not kept.free()
    assert not kept.is_short()
    assert list(tmp_path.iterdir()) == []


def test_ballast_is_not_made_of_what_others_need(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where less than twice of it is free it waits; whatever was given up is spared for revocations till then."""
    file = tmp_path / "ballast"
    kept = ballast.Ballast(file, size=MIB)
    with monkeypatch.context() as patched:
        patched.setattr(kept, "_room", lambda: 2 * MIB - 1)
        kept.keep()
        assert not file.exists()
        assert not kept.is_short(), "none was given up"
        file.touch()
        assert kept.is_short()
    assert not kept.is_short()
