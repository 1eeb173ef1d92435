"""The pepper: the installation's secret, kept outside the database, without which the database opens nothing.

A file of 32 to 64 random bytes. Beside an embedded database it is made on first start; otherwise people make it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from chaveiro.core.credential import DIGEST_BYTES, PEPPER_BYTES_MIN
from chaveiro.serve.refusal import CannotStart
from chaveiro.stores.port import PEPPER_CHECK
from chaveiro.stores.sql import MacKeys

PEPPER_BYTES_MAX = 64  # what BLAKE2b takes as a key
_OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OPEN_TO_ALL = stat.S_IWGRP | stat.S_IXGRP | stat.S_IRWXO


class Noted(Protocol):
    """A store's few notes about itself."""

    def meta(self, name: str) -> str | None:
        """What was noted under this name."""

    def set_meta(self, name: str, value: str) -> str:
        """Note it once and for all; the value that stands."""


@dataclass(frozen=True, slots=True)
class Pepper:
    """The secret under which tokens are digested. Every other key is derived from it, each for one purpose."""

    tokens: bytes = field(repr=False)

    @property
    def rows(self) -> bytes:
        """The key of the MACs over rows."""
        return self._derived(b"chaveiro/rows/v1")

    @property
    def audit(self) -> bytes:
        """The key of the chain of changes."""
        return self._derived(b"chaveiro/audit/v1")

    @property
    def sessions(self) -> bytes:
        """The key of the MACs over sessions."""
        return self._derived(b"chaveiro/sessions/v1")

    @property
    def snapshot(self) -> bytes:
        """The key of the MACs over what a node leaves behind on its machine."""
        return self._derived(b"chaveiro/snapshot/v1")

    def _derived(self, purpose: bytes) -> bytes:
        return hashlib.blake2b(purpose, digest_size=DIGEST_BYTES, key=self.tokens).digest()

    @property
    def check(self) -> str:
        """What a database notes about its pepper: enough to recognise it, nothing to compute with."""
        return self._derived(b"chaveiro/pepper-check/v1").hex()

    @property
    def macs(self) -> MacKeys:
        """The keys under which a database is believed."""
        return MacKeys(rows=self.rows, audit=self.audit, sessions=self.sessions, check=self.check)


def read_pepper(path: Path) -> Pepper:
    """Read the secret. Raises CannotStart for one that others can read, or that is no secret."""
    try:
        mode = path.stat().st_mode
        secret = path.read_bytes()
    except OSError as surprise:
        raise CannotStart(f"the pepper `{path}` cannot be read ({surprise.strerror})") from None
    if mode & (_OPEN_TO_ALL if _is_credential(path) else _OPEN_TO_OTHERS):
        raise CannotStart(f"the pepper `{path}` can be read by others: `chmod 600 {path}`")
    if not PEPPER_BYTES_MIN <= len(secret) <= PEPPER_BYTES_MAX:
        raise CannotStart(
            f"the pepper `{path}` has {len(secret)} bytes and needs {PEPPER_BYTES_MIN} to {PEPPER_BYTES_MAX}: "
            f"put back the one that belongs to the database; for a new installation, {_how_to_make(path)}"
        )
    if _predictable(secret):
        raise CannotStart(f"the pepper `{path}` is not random: {_how_to_make(path)}")
    return Pepper(secret)


def _is_credential(path: Path) -> bool:
    """Say whether systemd hands it over, for one user alone: by an access list, which a mode shows as its group's."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return folder is not None and path.parent == Path(folder)


def make_pepper(path: Path) -> None:
    """Make the secret, whole or not at all; another process may have been first."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(secrets.token_bytes(PEPPER_BYTES_MIN))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def missing(path: Path, *, database: str) -> CannotStart:
    """Say why a database that exists is not opened without its pepper."""
    return CannotStart(
        f"the pepper `{path}` is missing, and without it no token of the {database} can be verified: "
        f"put it back from your backup, or name it with `CHAVEIRO_PEPPER_FILE`; "
        f"for a new installation, {_how_to_make(path)}"
    )


def belongs(pepper: Pepper, store: Noted, path: Path) -> None:
    """Hold the pepper against the database's note of it; an empty database takes the note. Raises CannotStart."""
    noted = store.meta(PEPPER_CHECK) or store.set_meta(PEPPER_CHECK, pepper.check)
    if not hmac.compare_digest(noted.encode(), pepper.check.encode()):
        raise CannotStart(
            f"the pepper `{path}` is not the one this database was made with, so every token would be refused: "
            "put back the right one, or name it with `CHAVEIRO_PEPPER_FILE`"
        )


def _predictable(secret: bytes) -> bool:
    repeated = secret in (secret + secret)[1:-1]  # zeros, `changeme` four times
    counted = len({(b - a) % 256 for a, b in pairwise(secret)}) == 1
    return repeated or counted


def _how_to_make(path: Path) -> str:
    return f"make one with `(umask 077; head -c {PEPPER_BYTES_MIN} /dev/urandom > {path})`"
