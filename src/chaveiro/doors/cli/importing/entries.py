"""A row becomes the commands that bring its key, or a reason why it does not. No value is ever quoted."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from chaveiro.core.command import DeactivateKey, GrantToKey, ImportKey, IssueKey
from chaveiro.core.credential import Secret, belong_together, masked
from chaveiro.core.foreign import Kind
from chaveiro.core.names import APP_KEY_LENGTH_MAX, AppKey, RoleId, looks_secret, plain_text
from chaveiro.doors.cli import reading
from chaveiro.doors.cli.importing import texts
from chaveiro.doors.cli.importing.rows import Row, Unread
from chaveiro.doors.cli.reading import Cannot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from ipaddress import IPv4Network, IPv6Network

    from chaveiro.core.command import KeyCommand
    from chaveiro.core.foreign import Foreign
    from chaveiro.core.keyring import Keyring
    from chaveiro.core.names import KeyId, Moment

_APP_KEY: Final = re.compile(r"[A-Za-z0-9._:/+=~-]+")  # without an `@`, which tells users from keys
_SLOW: Final = re.compile(r"bcrypt|argon2|scrypt|pbkdf2|\$(?:2[abxy]?|argon2\w*|scrypt|pbkdf2|y)\$", re.IGNORECASE)
_STATES: Final = {"": True, "active": True, "inactive": False}


@dataclass(frozen=True, slots=True)
class Entry:
    """What brings one key: all of these commands, or none."""

    line: int
    app_key: AppKey
    commands: tuple[KeyCommand, ...] = field(repr=False)
    clear: bool  # its token stood in the file

    @property
    def digest(self) -> bytes:
        """What is kept of its token."""
        first = self.commands[0]
        return first.digest if isinstance(first, IssueKey | ImportKey) else b""


@dataclass(frozen=True, slots=True)
class Left:
    """A row that is not brought, and why: a sentence, in which no value of the row stands."""

    line: int
    shown: str  # its appKey, masked unless it surely is one; empty where it has none
    sentence: str
    facts: Mapping[str, object] = field(default_factory=dict)


class _Unfit(Exception):
    def __init__(self, sentence: str, **facts: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Bringing:
    """Into which account keys are brought, and what makes digests of their tokens."""

    keyring: Keyring
    foreign: Foreign
    kept: Callable[[Secret], bytes]
    new_id: Callable[[], KeyId]
    algorithm: str = ""  # of digests whose row names none
    label: str = ""  # of keys whose row has none
    roles: tuple[str, ...] = ()  # of keys whose row names none

    def entry(self, read: Row | Unread) -> Entry | Left:
        """What a row asks for."""
        if isinstance(read, Unread):
            return Left(read.line, "", read.sentence)
        app_key = read.values.get("appKey", "")
        try:
            return self._entry(read, _app_key(app_key))
        except _Unfit as unfit:
            return Left(read.line, _shown(app_key), unfit.sentence, unfit.facts)

    def _entry(self, row: Row, app_key: AppKey) -> Entry:
        account = self.keyring.account
        roles = tuple(map(self._role, row.several.get("roles", self.roles)))
        links = tuple(GrantToKey(account, role, app_key) for role in dict.fromkeys(roles))
        state = row.values.get("state", "")
        if state not in _STATES:
            raise _Unfit(texts.STATE_UNKNOWN)
        stopped = () if _STATES[state] else (DeactivateKey(account, app_key, ""),)
        token = row.values.get("appToken", "")
        return Entry(row.line, app_key, (self._new(row, app_key, token), *links, *stopped), clear=bool(token))

    def _new(self, row: Row, app_key: AppKey, token: str) -> IssueKey | ImportKey:
        values = row.values
        if bool(token) == ("digest" in values):
            raise _Unfit(texts.TOKEN_OR_DIGEST)
        label = _text(values.get("label") or self.label or app_key, texts.LABEL_UNFIT)
        owner = _text(values["owner"], texts.OWNER_UNFIT) if "owner" in values else ""
        begin, end = _moment(values, "validFrom"), _moment(values, "expires")
        networks = _networks(row.several.get("networks", ()))
        account, new_id = self.keyring.account, self.new_id()
        if token:
            if not belong_together(app_key, token):
                raise _Unfit(texts.PAIR_UNFIT)
            kept = self.kept(Secret(token))
            return IssueKey(account, app_key, new_id, kept, label, owner, begin, end, networks, registered=True)
        kind = self._kind(values)
        kept = self.foreign.kept(kind, self._raw(kind, values["digest"]))
        return ImportKey(account, app_key, new_id, kept, kind, label, owner, begin, end, networks)

    def _kind(self, values: Mapping[str, str]) -> Kind:
        named = values.get("algorithm") or self.algorithm
        if _SLOW.search(named) or _SLOW.match(values["digest"]):
            raise _Unfit(texts.ALGORITHM_SLOW)
        kind = Kind(named.lower())
        if self.foreign.algorithm(kind) is None:
            raise _Unfit(texts.ALGORITHM_UNKNOWN, kinds=", ".join(self.foreign.kinds))
        return kind

    def _raw(self, kind: Kind, written: str) -> bytes:
        algorithm = self.foreign.algorithm(kind)
        length = algorithm.length if algorithm else 0
        raw = _decoded(written, length)
        if len(raw) != length:
            raise _Unfit(texts.DIGEST_UNFIT, bytes=length)
        return raw

    def _role(self, written: str) -> RoleId:
        """A role by its number or its name."""
        for role in self.keyring.living_roles:
            if written in {str(role.id), role.name}:
                return role.id
        raise _Unfit(texts.ROLE_UNKNOWN)


def _app_key(text: str) -> AppKey:
    if not text:
        raise _Unfit(texts.KEY_MISSING)
    if looks_secret(text):
        raise _Unfit(texts.KEY_SECRET)
    if not _APP_KEY.fullmatch(text) or len(text) > APP_KEY_LENGTH_MAX:
        raise _Unfit(texts.KEY_UNFIT)
    return AppKey(text)


def _shown(app_key: str) -> str:
    sure = _APP_KEY.fullmatch(app_key) and not looks_secret(app_key)
    return app_key if sure else masked(app_key) if app_key else ""


def _decoded(written: str, length: int) -> bytes:
    """A digest in hexadecimal digits or base64, which their lengths tell apart; nothing where it is neither."""
    try:
        if len(written) == 2 * length:
            return bytes.fromhex(written)
        padded = written.rstrip("=").replace("-", "+").replace("_", "/")
        return b64decode(padded + "=" * (-len(padded) % 4), validate=True)
    except (ValueError, NotBase64):
        return b""


def _text(text: str, sentence: str) -> str:
    try:
        return plain_text(text, what="")
    except ValueError:
        raise _Unfit(sentence) from None


def _moment(values: Mapping[str, str], name: str) -> Moment | None:
    try:
        return reading.moment(values.get(name))
    except Cannot:
        raise _Unfit(texts.MOMENT_UNFIT, field=name) from None


def _networks(written: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return reading.networks(written)
    except Cannot:
        raise _Unfit(texts.NETWORK_UNFIT) from None
