"""Reports of tokens that lie in the open, in the form of GitHub's secret scanning partner program."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from chaveiro.core.attempt import VALUE_LENGTH_MAX
from chaveiro.core.credential import Secret
from chaveiro.core.names import LOOKS_SECRET, TEXT_LENGTH_MAX, looks_secret
from chaveiro.wire.answer import JSON, NO_STORE
from chaveiro.wire.check import BodyMalformed, json_value
from chaveiro.wire.message import Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

REPORT_BYTES_MAX: Final = 512 * 1024
TOKENS_MAX: Final = 500
PLACE_LENGTH_MAX: Final = 200
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Reported:
    """One token of a report. *place* is where it lies, fit to be shown; empty where that cannot be told."""

    token: Secret
    type: str
    place: str


def report(body: bytes) -> tuple[Reported, ...]:
    """Read a body. Raises BodyMalformed, with 400 for what is no JSON, 413 for too much, 422 for another form."""
    if len(body) > REPORT_BYTES_MAX:
        raise BodyMalformed(413, f"a report has at most {REPORT_BYTES_MAX // 1024} KiB")
    read = json_value(body)
    if not isinstance(read, list):
        raise BodyMalformed(422, "a report is a JSON array")
    if len(read) > TOKENS_MAX:
        raise BodyMalformed(413, f"a report has at most {TOKENS_MAX} tokens")
    return tuple(map(_reported, read))


def _reported(entry: object) -> Reported:
    if not isinstance(entry, dict):
        raise BodyMalformed(422, "each entry of a report is an object")
    token, kind = entry.get("token"), entry.get("type", "")
    if not isinstance(token, str) or not isinstance(kind, str):
        raise BodyMalformed(422, "each entry has a `token` and a `type`, both texts")
    plain = len(kind) <= TEXT_LENGTH_MAX and kind.isprintable() and not looks_secret(kind)
    return Reported(Secret(token), kind if plain else "", place_of(entry.get("url")))


def place_of(url: object) -> str:
    """Where a token lies, as its keeper may read it: no query, no name of a user, nothing that may be a token."""
    if not isinstance(url, str) or not url.isprintable() or len(url) > VALUE_LENGTH_MAX * 4:
        return ""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host):
        return ""
    path = "" if looks_secret(unquote(parts.path)) and not looks_secret(parts.path) else parts.path
    place = f"{parts.scheme}://{host}{LOOKS_SECRET.sub('***', path)}"
    if len(place) <= PLACE_LENGTH_MAX:
        return place
    half = PLACE_LENGTH_MAX // 2
    return f"{place[: half - 1]}…{place[-half:]}"


def judged(found: Sequence[tuple[Reported, bool]]) -> Reply:
    """Say of each token whether it is, or was, one of ours. Tokens are named by their SHA-256."""
    body: list[dict[str, Any]] = [
        {
            "token_hash": sha256(one.token.reveal().encode("utf-8", "surrogatepass")).hexdigest(),
            "token_type": one.type,
            "label": "true_positive" if known else "false_positive",
        }
        for one, known in found
    ]
    written = json.dumps(body, separators=(",", ":")).encode()
    return Reply(200, ((b"content-type", JSON), NO_STORE), written)
