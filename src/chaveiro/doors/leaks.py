"""`POST /v1/leaks`: whoever looks for tokens in the open says which were found, and their keys are blocked.

A report is believed by its signature alone: ECDSA on P-256 with SHA-256 over the body as it was sent, by a key that the
operator named. Nothing is fetched from anywhere.
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from collections import deque
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from chaveiro.core.attempt import VALUE_LENGTH_MAX
from chaveiro.core.command import ReportLeak
from chaveiro.core.keyring import REPORTER, Actor, ActorKind
from chaveiro.node.answer import RETRY_SECONDS
from chaveiro.stores.port import StoreUnavailable
from chaveiro.wire import answer as wire
from chaveiro.wire.check import BodyMalformed
from chaveiro.wire.leaks import Reported, judged, report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaveiro.core.keyring import Keyring
    from chaveiro.doors.place import Place
    from chaveiro.node import Node
    from chaveiro.stores.port import Holder, Store
    from chaveiro.wire.message import Message, Reply

PATH: Final = "/v1/leaks"
IDENTIFIER: Final = "Github-Public-Key-Identifier"
SIGNATURE: Final = "Github-Public-Key-Signature"
REPORTS_MAX: Final = 60  # believed within a minute; one search looks through every key
MINUTE_SECONDS: Final = 60.0
KEYS_MAX: Final = 100
VIA: Final = "leaks"

_ID = re.compile(r"[!-~]{1,200}")
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,31}")
_SIGNATURE_LENGTH_MAX: Final = 200
_NOTES: Final = 100  # of one key that are looked through

_log = structlog.get_logger(__name__)


class ReportersMalformed(ValueError):
    """The file of those who may report is none; the message says why."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who may report."""

    name: str
    key: EllipticCurvePublicKey

    @property
    def actor(self) -> Actor:
        """Who asks for what follows from a report."""
        return Actor(ActorKind.REPORTER, f"{REPORTER}{self.name}", VIA)


class Reporters:
    """Those who may report, by the identifiers of their keys."""

    def __init__(self, reporters: dict[str, Reporter]) -> None:
        """Take them."""
        self._reporters = reporters
        # Nobody has its private half. An identifier that is unknown costs what a known one costs.
        self._nobody = Reporter("", generate_private_key(SECP256R1()).public_key())

    def __len__(self) -> int:
        return len(self._reporters)

    def signer(self, message: Message, body: bytes) -> Reporter | None:
        """Whose signature stands on a body, byte by byte as it was sent; None where it is nobody's."""
        identifier, signed = message.one(IDENTIFIER.lower().encode()), message.one(SIGNATURE.lower().encode())
        reporter = self._reporters.get(identifier or "", self._nobody)
        try:
            signature = b64decode((signed or "")[:_SIGNATURE_LENGTH_MAX], validate=True)
            reporter.key.verify(signature, body, ECDSA(SHA256()))
        except (InvalidSignature, binascii.Error, ValueError):
            return None
        return reporter if reporter is not self._nobody else None


def read_reporters(text: bytes, *, name: str) -> Reporters:
    """Read the keys of those who may report, in the form in which GitHub publishes its own.

    *name* is that of a reporter whose entry has none. Raises ReportersMalformed.
    """
    try:
        read: Any = json.loads(text)
        entries = read["public_keys"]
        found = {str(one["key_identifier"]): _reporter(one, name) for one in entries}
    except (ValueError, TypeError, KeyError, RecursionError) as surprise:
        if isinstance(surprise, ReportersMalformed):
            raise
        raise ReportersMalformed("it is no JSON of `public_keys`, each with `key_identifier` and `key`") from None
    if not 1 <= len(found) <= KEYS_MAX or len(found) != len(entries):
        raise ReportersMalformed(f"it has no key, one twice or more than {KEYS_MAX}")
    if not all(map(_ID.fullmatch, found)):
        raise ReportersMalformed("a `key_identifier` is 1 to 200 characters of ASCII without blanks")
    return Reporters(found)


def _reporter(entry: Any, name: str) -> Reporter:  # noqa: ANN401 - whatever stands in the file
    called = str(entry.get("name", name))
    if not _NAME.fullmatch(called):
        raise ReportersMalformed("a `name` is 1 to 32 lower-case letters, digits, dots and hyphens, such as `github`")
    try:
        key = load_pem_public_key(str(entry["key"]).encode())
    except ValueError:
        raise ReportersMalformed("a `key` is no public key in PEM") from None
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise ReportersMalformed("a `key` is of another kind than ECDSA on P-256")
    return Reporter(called, key)


class Leaks:
    """Takes reports. One at a time: a search for tokens is slow, and reports are rare."""

    def __init__(self, node: Node, store: Store, place: Place, reporters: Reporters) -> None:
        """Take where keys are found and blocked, and who may report."""
        self._node = node
        self._store = store
        self._place = place
        self._reporters = reporters
        self._searching = Lock()
        self._lately: deque[float] = deque(maxlen=REPORTS_MAX)

    def replied(self, message: Message, body: bytes) -> Reply:
        """Answer one report. It may wait for the store, and for the report before it."""
        reporter = self._reporters.signer(message, body)
        if reporter is None:
            # INVARIANT: the same for everybody whose signature is not right, before a byte of the body is read.
            return wire.plain_problem(403, "Forbidden", "this is not signed by anybody whose reports are believed here")
        try:
            reported = report(body)
        except BodyMalformed as malformed:
            return wire.plain_problem(malformed.status, HTTPStatus(malformed.status).phrase, str(malformed))
        with self._searching:
            if not self._in_time():
                later = (b"retry-after", str(int(MINUTE_SECONDS)).encode())
                detail = f"at most {REPORTS_MAX} reports are taken in a minute"
                return wire.plain_problem(429, "Too Many Requests", detail, later)
            try:
                return judged(self._taken(reporter, reported))
            except StoreUnavailable:
                told = self._place.cannot_tell(message)
                reply = wire.unavailable(told, retry_after_seconds=RETRY_SECONDS, causes=self._place.public_url)
                return wire.dated(reply, self._node.known.standing())

    def _in_time(self) -> bool:
        now = float(self._node.now())
        if len(self._lately) == REPORTS_MAX and 0 <= now - self._lately[0] < MINUTE_SECONDS:
            return False
        self._lately.append(now)
        return True

    def _taken(self, reporter: Reporter, reported: Sequence[Reported]) -> Sequence[tuple[Reported, bool]]:
        """Block the key of each token that works, note each that worked once; say of each whether it is ours."""
        sought = [one for one in reported if len(one.token.reveal()) <= VALUE_LENGTH_MAX]
        holders = dict(zip(map(id, sought), self._node.holders([one.token for one in sought]), strict=True))
        for one in sought:
            for holder in holders[id(one)]:
                self._act(reporter, one, holder)
        return [(one, bool(holders.get(id(one)))) for one in reported]

    def _act(self, reporter: Reporter, one: Reported, holder: Holder) -> None:
        """Do what follows from one token. A report that came before changes nothing, and leaves no further entry."""
        keyring = self._node.keyring(holder.account)
        if self._is_known(keyring, one, holder):
            return
        command = ReportLeak(holder.account, holder.app_key, holder.digest, one.place)
        self._node.carry_out(command, by=reporter.actor)
        _log.warning(
            "token_leaked", account=holder.account, key_id=self._id_of(keyring, holder), reporter=reporter.name
        )

    def _is_known(self, keyring: Keyring, one: Reported, holder: Holder) -> bool:
        key = keyring.keys.get(holder.app_key)
        if key is not None and holder.digest in {key.digest, key.next_digest}:
            return key.blocked is not None
        named: list[list[str]] = [[holder.app_key], ["LeakNoted"]]
        noted = self._store.newest_changes(holder.account, naming=named, limit=_NOTES)
        return any(getattr(entry.change.event, "why", None) == one.place for entry in noted)

    @staticmethod
    def _id_of(keyring: Keyring, holder: Holder) -> str:
        """A key by its id: what was registered in the place of an appKey may be a token."""
        found = keyring.keys.get(holder.app_key) or keyring.tombstones.get(holder.app_key)
        return found.id if found else ""
