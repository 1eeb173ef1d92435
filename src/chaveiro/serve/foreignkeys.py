"""The file of the keys under which other systems digested tokens: kept beside the pepper, never in a database."""

from __future__ import annotations

import re
import stat
from base64 import b64decode
from typing import TYPE_CHECKING

from chaveiro.core.foreign import FOREIGN_KEY_BYTES, FOREIGN_KEYS_MAX, Algorithm, ForeignKey
from chaveiro.serve.refusal import CannotStart

if TYPE_CHECKING:
    from pathlib import Path

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_LINE = "write `ID ALGORITHM SECRET` on a line each, such as `old-shop hmac-sha256 base64:…`"


def foreign_keys(path: Path | None) -> tuple[ForeignKey, ...]:
    """Read the keys under which other systems made digests. Raises CannotStart, which quotes nothing of them."""
    if path is None:
        return ()
    text = read_trusted(path, "file of import keys", open_to=stat.S_IRWXG | stat.S_IRWXO, mend="600")
    try:
        lines = [line for line in text.decode("ascii").splitlines() if line.strip() and not line.startswith("#")]
        found = tuple(_foreign_key(*line.split()) for line in lines)
    except (ValueError, TypeError):
        raise CannotStart(f"the file of import keys `{path}` cannot be read: {_LINE}") from None
    if len(found) > FOREIGN_KEYS_MAX or len({one.id for one in found}) != len(found):
        raise CannotStart(f"the file of import keys `{path}` names one twice, or more than {FOREIGN_KEYS_MAX}")
    return found


def _foreign_key(name: str, algorithm: str, secret: str) -> ForeignKey:
    """Read one line's words. Raises ValueError."""
    form, _, written = secret.rpartition(":")
    if form not in {"", "hex", "base64"}:
        raise ValueError(_LINE)
    raw = b64decode(written, validate=True) if form == "base64" else bytes.fromhex(written)
    made = ForeignKey(name, Algorithm(algorithm), raw)
    if not _ID.fullmatch(name) or not made.algorithm.keyed or len(raw) not in FOREIGN_KEY_BYTES:
        raise ValueError(_LINE)
    return made


def read_trusted(path: Path, what: str, *, open_to: int, mend: str) -> bytes:
    """Read a file of keys that nobody else may write, or read. Raises CannotStart."""
    try:
        mode, text = path.stat().st_mode, path.read_bytes()
    except OSError as surprise:
        raise CannotStart(f"the {what} `{path}` cannot be read ({surprise.strerror})") from None
    if mode & open_to:
        raise CannotStart(f"the {what} `{path}` is open to others: `chmod {mend} {path}`")
    return text
