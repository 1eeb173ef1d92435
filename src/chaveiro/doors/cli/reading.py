"""What people type, parsed once: names, dates, networks, values from standard input. Never a secret in a message."""

from __future__ import annotations

import getpass
import re
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import TypeVar

from chaveiro.core import names
from chaveiro.core.credential import TOKEN_PREFIX, Secret
from chaveiro.core.names import (
    AccountName,
    AppKey,
    Email,
    Moment,
    NameMalformed,
    Resource,
    RoleId,
    looks_secret,
    quoted,
)
from chaveiro.doors.cli import texts

FROM_STDIN = "-"
LINE_BYTES_MAX = 64 * 1024
_T = TypeVar("_T")


class Cannot(Exception):
    """What was asked cannot be done as it was asked; its sentence names the remedy and holds no secret."""

    def __init__(self, sentence: str, **facts: object) -> None:
        """Take a sentence of `texts`, and what it quotes."""
        super().__init__(sentence)
        self.sentence = sentence
        self.facts = facts


def account(text: str) -> AccountName:
    return _read(names.account_name, text, texts.NO_ACCOUNT_NAME)


def email(text: str) -> Email:
    return _read(names.email, text, texts.NO_EMAIL)


def role(text: str) -> RoleId:
    return _read(names.role_id, text, texts.NO_ROLE_NUMBER)


def resources(written: Iterable[str]) -> frozenset[Resource]:
    return frozenset(_read(names.resource, text, texts.NO_RESOURCE) for text in written)


def app_key(text: str) -> AppKey:
    """Take the appKey of a key as it was typed; whether there is such a key, the keyring knows."""
    if not 1 <= len(text) <= names.APP_KEY_LENGTH_MAX or looks_secret(text) or not text.isprintable():
        raise Cannot(texts.NO_APP_KEY, value=quoted(text))
    return AppKey(text)


def line(text: str, *, option: str) -> str:
    """Read a label, a name or another text for people."""
    try:
        return names.plain_text(text, what=option)
    except NameMalformed:
        raise Cannot(texts.SECRET_IN_TEXT if looks_secret(text) else texts.NO_LINE, option=option) from None


def moment(text: str | None) -> Moment | None:
    """Read a date, or a date and time; without an offset it is UTC."""
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
        return Moment((read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC).timestamp())
    except (ValueError, OverflowError):  # or a moment that UTC has no date for, so that it could not be told again
        raise Cannot(texts.NO_MOMENT, value=quoted(text)) from None


def networks(written: Iterable[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(_read(ip_network, text, texts.NO_NETWORK) for text in written)


def address(text: str) -> str:
    return str(_read(ip_address, text, texts.NO_ADDRESS))


def secrets_from_stdin(*asked: str) -> list[Secret]:
    """Read one line for each value asked for: hidden on a terminal, otherwise as it comes, without its line break."""
    if sys.stdin.isatty():
        return [Secret(getpass.getpass(f"{what}: ")) for what in asked]
    lines = [_line() for _ in asked]
    if not all(lines):
        raise Cannot(texts.STDIN_TOO_SHORT, values=", ".join(asked))
    return [Secret(line.removesuffix("\n")) for line in lines]


def _line() -> str:
    """One line as it was sent: what a terminal or Windows would make of its end is damage that should be told."""
    raw = getattr(sys.stdin, "buffer", None)
    return raw.readline(LINE_BYTES_MAX).decode() if raw else sys.stdin.readline(LINE_BYTES_MAX)


def like_token(text: str) -> bool:
    """Say whether something typed may be a token, whole or damaged."""
    return looks_secret(text) or text.lower().startswith(TOKEN_PREFIX)


def refuse_secrets(arguments: Iterable[str]) -> None:
    """Refuse a token typed at a terminal, where the shell's history keeps it. Raises Cannot."""
    at_terminal = any(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    if at_terminal and any(
        like_token(value) for argument in arguments for value in (argument, *argument.split("=")[1:])
    ):
        raise Cannot(texts.TOKEN_IN_ARGUMENTS)


def refuse_name(file: Path) -> None:
    """Refuse a token as the name of a file, where everybody on the machine reads it. Raises Cannot."""
    if any(like_token(word) for word in re.split(r"[^0-9A-Za-z_-]+", file.name)):
        raise Cannot(texts.TOKEN_IN_ARGUMENTS)


def _read(parse: Callable[[str], _T], text: str, sentence: str) -> _T:
    try:
        return parse(text)
    except ValueError:
        raise Cannot(sentence, value=quoted(text)) from None
