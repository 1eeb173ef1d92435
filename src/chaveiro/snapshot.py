"""What a node leaves behind on its machine, so that it can begin while the database is away.

A folder with one file for each account that the node held, and one proof: up to which change that was everything, and
since when. The proof is made anew every few seconds, a file only when its account has changed. Both carry a MAC under a
key derived from the pepper. Nobody's word is taken for the time: it is told by a clock that nobody can set, and which
begins anew, like all that was proved, with the machine.

INVARIANT: what is left behind is no older than what the node said that it has applied. A change takes its account's
file away before anybody hears that it is in force here.
"""

from __future__ import annotations

import hmac
import os
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

import structlog

from chaveiro.core.fleet import Held, Proof
from chaveiro.core.names import NameMalformed, account_name
from chaveiro.stores import codec

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaveiro.core.keyring import Keyring
    from chaveiro.core.names import AccountName

PROOF_SECONDS: Final = 2.0  # between two proofs, at the least
BUDGET_SECONDS: Final = 0.25  # of writing accounts, before the proof of what is written
REST: Final = 9  # times as long as it worked, a tenth of one processor at the most
PROOF: Final = "proof"
_SUFFIX: Final = ".account"
_LOCK: Final = "lock"
_MAC_DIGITS: Final = 64
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_TIME_NAMESPACE: Final = Path("/proc/self/ns/time")  # a container may have a boot time of its own

_log = structlog.get_logger(__name__)


class _Unusable(Exception):
    """What was left behind proves nothing; the message says why and quotes nothing."""


class SnapshotFolder:
    """The folder in which one process leaves what it held."""

    def __init__(
        self, folder: Path, *, key: bytes, boot: str, boottime: Callable[[], float], stale_seconds_max: float
    ) -> None:
        """Name a folder, which is made when it is needed. *boot* names the time for which *boottime* counts on."""
        self._folder = folder
        self._key = key
        self._boot = boot
        self._boottime = boottime
        self._stale_seconds_max = stale_seconds_max
        self._pause = self._interval = min(PROOF_SECONDS, stale_seconds_max / 4)
        self._lock = Lock()  # held while a file comes into its place, or goes
        self._withdrawn: dict[AccountName, int] = {}  # the number of the last time
        self._all_withdrawn = 0
        self._count = 0
        self._files: dict[AccountName, tuple[Keyring, bytes, float]] = {}  # what was written, its MAC, when
        self._proved_at = 0.0
        self._owner: int | None = None
        self._well = True
        self._stopping = Event()
        self._thread: Thread | None = None

    # -- beginning

    def load(self) -> Held | None:
        """What was held here lately enough. None, with one line in the log where something is not as it was left."""
        try:
            proof = self._proof()
            if proof is None:
                return None
            keyrings = {account: held for account in proof.files if (held := self._account(account, proof))}
        except (_Unusable, OSError) as problem:
            reason = str(problem) if isinstance(problem, _Unusable) else "it cannot be read"
            _log.warning("snapshot_ignored", reason=reason)
            return None
        left_out = len(proof.files) - len(keyrings)
        age = round(self._boottime() - proof.proved_at, 1)
        _log.warning("snapshot_used", accounts=len(keyrings), left_out=left_out, age_seconds=age)
        return Held(proof.proved_at, proof.revision, proof.accounts, keyrings)

    def _proof(self) -> Proof | None:
        if not self._own():
            raise _Unusable("another process has it")
        try:
            content = (self._folder / PROOF).read_bytes()
        except FileNotFoundError:
            return None
        _, text = self._opened(content, PROOF)
        try:
            proof = codec.read_proof(text)
        except codec.CodecError:
            raise _Unusable("the proof is of another version") from None
        if proof.boot != self._boot:
            raise _Unusable("it is from before the machine started")
        age = self._boottime() - proof.proved_at
        if not 0 <= age <= min(self._stale_seconds_max, proof.stale_seconds_max):
            raise _Unusable("it is too old")
        return proof

    def _account(self, account: AccountName, proof: Proof) -> Keyring | None:
        """One account, where its file is the one that the proof speaks of."""
        try:
            mac, text = self._opened(self._path(account).read_bytes(), _named(account))
            found = codec.read_keyring(text)
        except (OSError, _Unusable, codec.CodecError):
            return None
        fits = hmac.compare_digest(mac, proof.files[account]) and found.account == account
        before = found.revision.epoch == proof.revision.epoch and found.revision.seq <= proof.revision.seq
        return found if fits and before else None

    # -- while it runs

    def start(self, held: Callable[[], Held | None]) -> None:
        """Leave behind what is *held*, again and again, until `stop`."""
        self._thread = Thread(target=self._run, args=(held,), name="chaveiro-snapshot", daemon=True)
        self._thread.start()

    def stop(self, *, empty: bool) -> None:
        """Leave behind what is there, or nothing."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        if empty:
            self.withdraw()
        if self._owner is not None:
            os.close(self._owner)
            self._owner = None

    def withdraw(self, account: AccountName | None = None) -> None:
        """Take back what was left of an account, or of all: it has changed. Never raises."""
        with self._lock:
            self._count += 1
            if account is None:
                self._all_withdrawn = self._count
                self._files.clear()
            else:
                self._withdrawn[account] = self._count
                self._files.pop(account, None)
            try:
                if self._owned():
                    self._delete(account)
            except OSError as surprise:  # what is left is no longer believed once it is as old as any node may be
                _log.error("snapshot_not_withdrawn", surprise=type(surprise).__name__)

    def keep(self, held: Callable[[], Held | None]) -> None:
        """Write what has changed of what is held now, then the proof. Raises OSError."""
        with self._lock:
            mark = self._count
            if not self._owned():
                return
        now = held()
        if now is None or now.proved_at == self._proved_at:
            return
        until = monotonic() + BUDGET_SECONDS
        for account in sorted(now.keyrings, key=self._written_at):
            keyring = now.keyrings[account]
            known = self._files.get(account)
            if (known is None or known[0] is not keyring) and _may_be_left(keyring, now) and monotonic() < until:
                self._write_account(account, keyring, mark)
        files = {one: file[1] for one, file in self._files.copy().items() if file[0] is now.keyrings.get(one)}
        proof = Proof(self._boot, now.proved_at, self._stale_seconds_max, now.revision, now.accounts, files)
        with self._lock:
            if self._all_withdrawn <= mark:
                self._write(self._folder / PROOF, PROOF, codec.written(proof))
                self._proved_at = now.proved_at

    def _run(self, held: Callable[[], Held | None]) -> None:
        while not self._stopping.wait(self._pause):
            began = monotonic()
            try:
                self.keep(held)
                self._well = True
            except Exception as surprise:  # noqa: BLE001 - to leave nothing behind harms nobody who is checked
                if self._well:
                    _log.warning("snapshot_not_kept", surprise=type(surprise).__name__)
                self._well = False
            self._pause = max(self._interval, (monotonic() - began) * REST)

    def _written_at(self, account: AccountName) -> float:
        known = self._files.get(account)
        return known[2] if known else 0.0

    def _write_account(self, account: AccountName, keyring: Keyring, mark: int) -> None:
        try:
            text = codec.written_keyring(keyring)
        except codec.CodecError:  # something that was damaged in the database; whoever asks finds it there
            return
        with self._lock:
            if max(self._withdrawn.get(account, 0), self._all_withdrawn) > mark:
                return  # it changed meanwhile
            mac = self._write(self._path(account), _named(account), text)
            self._files[account] = (keyring, mac, monotonic())

    # -- files

    def _path(self, account: AccountName) -> Path:
        return self._folder / f"{account}{_SUFFIX}"

    def _owned(self) -> bool:
        """Whether the folder is this process's own. What another process left in it until now goes."""
        if self._owner is None and self._own():
            self._delete()
        return self._owner is not None

    def _own(self) -> bool:
        import fcntl  # noqa: PLC0415 - where there is none, nobody can tell the time as it is told here

        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self._folder / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._owner = file
        return True

    def _write(self, path: Path, what: str, text: str) -> bytes:
        """Put a file into its place, whole. What a machine that stopped left of it proves nothing any more."""
        content = text.encode()
        mac = self._mac(content, what)
        unfinished = path.with_name(f".{path.name}")
        with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
            file.write(mac.hex().encode() + b"\n" + content)
        unfinished.replace(path)
        return mac

    def _opened(self, content: bytes, what: str) -> tuple[bytes, str]:
        """The MAC and the text of a file. Raises _Unusable for one that was not written here, for this."""
        digits, rest = content[:_MAC_DIGITS], content[_MAC_DIGITS + 1 :]
        mac = self._mac(rest, what)
        if not hmac.compare_digest(digits, mac.hex().encode()) or content[_MAC_DIGITS : _MAC_DIGITS + 1] != b"\n":
            raise _Unusable("it is damaged, or of another pepper")
        return mac, rest.decode()

    def _mac(self, content: bytes, what: str) -> bytes:
        named = blake2b(what.encode(), key=self._key, digest_size=32).digest()  # a name of any length, as one of 32
        return blake2b(named + content, key=self._key, digest_size=32).digest()

    def _delete(self, account: AccountName | None = None) -> None:
        """Delete what was left of an account, or of all. Raises OSError."""
        for path in [self._path(account)] if account else [self._folder / PROOF, *self._folder.glob(f"*{_SUFFIX}")]:
            with suppress(FileNotFoundError):
                path.unlink()


def boot() -> str | None:
    """What names the time since the machine started; None where nothing does."""
    try:
        began = _BOOT_ID.read_text().strip()
        within = _TIME_NAMESPACE.readlink() if _TIME_NAMESPACE.is_symlink() else ""
    except OSError:
        return None
    return f"{began} {within}".strip() or None


def _named(account: AccountName) -> str:
    return f"account {account}"


def _may_be_left(keyring: Keyring, held: Held) -> bool:
    """Whether an account has a name for a file, and is not yet ahead of what the node has followed."""
    with suppress(NameMalformed):
        same = account_name(keyring.account) == keyring.account and keyring.revision.epoch == held.revision.epoch
        return same and keyring.revision.seq <= held.revision.seq
    return False
