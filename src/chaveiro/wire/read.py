"""The pair, as a request carries it: in two headers, exactly once each, and nowhere else.

Nothing is repaired. A second header, a second spelling or a list of values is counted, and refused by `decide`: gateway
and backend might each take the other one. A pair that travels elsewhere is recognised, so that its owner can be told.
"""

from __future__ import annotations

import base64
import re
from binascii import Error as NotBase64
from itertools import product
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from msgspec import Struct

from chaveiro.core.attempt import NOTHING, Carrier, Field, Misplaced, Presented, presented
from chaveiro.core.credential import key_format, token_format
from chaveiro.core.keyring import Revision
from chaveiro.core.names import looks_secret

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chaveiro.wire.message import Headers, Message

APP_KEY: Final = "X-VTEX-API-AppKey"
APP_TOKEN: Final = "X-VTEX-API-AppToken"  # noqa: S105 - a header's name
APP_KEY_HEADER: Final = APP_KEY.lower().encode()
APP_TOKEN_HEADER: Final = APP_TOKEN.lower().encode()
USER_TOKEN: Final = "VtexIdclientAutCookie"  # noqa: S105 - likewise
USER_TOKEN_HEADER: Final = USER_TOKEN.lower().encode()
AT_LEAST: Final = "X-Chaveiro-At-Least"
_AT_LEAST: Final = AT_LEAST.lower().encode()
OTHER_PARAMETER: Final = "another parameter"  # how a query parameter is named whose own name nobody should repeat
QUERY_LENGTH_MAX: Final = 16 * 1024

# Names by which people send the pair, although only the two above are read.
_OWNERS = ("", "x-", "vtex-", "x-vtex-", "vtex-api-", "x-vtex-api-", "x-vtexapi-", "api-", "x-api-")
_OWNERS_TOO = ("x-provider-api-", "provider-api-", "x-chaveiro-", "chaveiro-", "x-chaveiro-api-", "chaveiro-api-")
_PAIR = {
    Field.KEY: ("appkey", "app-key"),
    Field.TOKEN: ("apptoken", "app-token"),
}
# Names that other systems use as well: heard as ours when nothing stands under the right name.
_COMMON = {
    Field.KEY: ("x-api-key", "api-key", "apikey", "x-apikey", "x-vtex-api-key", "vtex-api-key"),
    Field.TOKEN: (
        "x-api-token", "api-token", "apitoken", "x-auth-token", "auth-token", "x-access-token", "access-token",
        "x-token", "token", "x-vtex-api-token", "vtex-api-token",
    ),
}  # fmt: skip
_WRITTEN = {"vtex": "VTEX", "api": "API", "appkey": "AppKey", "apptoken": "AppToken", "vtexapi": "VTEXAPI"}

_OUR_KEY = re.compile(r"cvk_[0-9A-Za-z]{8,}|vtexappkey-[a-z0-9]{1,32}-[A-Z]{6}")
_USER_TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*){2}")
_OUR_TOKEN = re.compile(r"cvt_[0-9A-Za-z]{8,}|(?<![A-Za-z0-9])[A-Z]{128}(?![A-Za-z0-9])")


def _written(name: str) -> str:
    return "-".join(_WRITTEN.get(part, part.title()) for part in name.split("-"))


def _pair_names() -> dict[str, tuple[Field, str]]:
    names = {}
    for part, words in _PAIR.items():
        for owner, word in product(_OWNERS + _OWNERS_TOO, words):
            names[owner + word] = (part, _written(owner + word))
    return names


_PAIR_NAMES: Final = _pair_names()
_COMMON_NAMES: Final = {name: (part, _written(name)) for part, names in _COMMON.items() for name in names}
_KNOWN: Final = {name.encode(): known for name, known in (_PAIR_NAMES | _COMMON_NAMES).items()}
_AUTHORIZATION: Final = (b"authorization", b"proxy-authorization")
# What a header may be called to be of any interest here; the others cost one look-up.
_INTERESTING: Final = frozenset(_KNOWN) | {*_AUTHORIZATION}
_ELSEWHERE: Final = _INTERESTING - {APP_KEY_HEADER, APP_TOKEN_HEADER}


class Pair(Struct, frozen=True, gc=False):
    """What a request carries: the two values as sent, and what of a pair it carries in other places."""

    app_key: Presented
    app_token: Presented
    misplaced: tuple[Misplaced, ...] = ()


def pair(headers: Iterable[tuple[bytes, bytes]], query: str) -> Pair:
    """Read the pair from a request's headers, whose names are in lower case, and its raw query."""
    keys: list[tuple[bytes, bytes]] = []
    tokens: list[tuple[bytes, bytes]] = []
    misplaced: list[Misplaced] = []
    for name, value in headers:
        spelling = name.replace(b"_", b"-") if b"_" in name else name
        if spelling not in _INTERESTING:
            continue
        if spelling == APP_KEY_HEADER:
            keys.append((name, value))
        elif spelling == APP_TOKEN_HEADER:
            tokens.append((name, value))
        else:
            misplaced.extend(_elsewhere(name, spelling, value))
    app_key = _presented(keys, APP_KEY_HEADER, misplaced)
    app_token = _presented(tokens, APP_TOKEN_HEADER, misplaced)
    if query:
        misplaced.extend(in_query(query, app_key, app_token))
    return Pair(app_key, app_token, tuple(misplaced))


def pair_of(message: Message, query: str) -> Pair:
    """Read the pair from a message's headers, and a raw query: its own, or that of the request it asks about."""
    key, token = message.sent_once(APP_KEY_HEADER), message.sent_once(APP_TOKEN_HEADER)
    if key is None or token is None or not message.names_none_of(_ELSEWHERE):
        return pair(message.headers, query)
    app_key, app_token = _counted(key), _counted(token)  # as most come: there is nothing to look for in other headers
    return Pair(app_key, app_token, tuple(in_query(query, app_key, app_token)) if query else ())


def carriers(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Of a request's headers those of which `pair` or `user_token` make something; of cookies only such parts."""
    return tuple((name, kept) for name, value in headers if (kept := _carried(name, value)) is not None)


def _carried(name: bytes, value: bytes) -> bytes | None:
    """What of one header is worth reading elsewhere; None: nothing."""
    spelling = name.replace(b"_", b"-")
    if name == b"cookie":
        parts = [part for part in value.split(b";") if part.lstrip(b" \t").startswith(USER_TOKEN.encode())]
        return b";".join(parts) or None
    if spelling in _AUTHORIZATION:
        return value if any(_in_authorization(spelling, decoded(value))) else None
    return value if spelling in _INTERESTING or name == USER_TOKEN_HEADER else None


def user_token(headers: Iterable[tuple[bytes, bytes]], account: str = "") -> Presented:
    """Read the user token from VTEX's header, or from its cookie, which may bear the account's name as well.

    Sent twice alike it is one; different ones are counted, and refused.
    """
    names = {USER_TOKEN, f"{USER_TOKEN}_{account}"}
    found: dict[str, None] = {}
    for name, value in headers:
        if name == USER_TOKEN_HEADER:
            found[decoded(value.strip(b" \t"))] = None
        elif name == b"cookie":
            for part in decoded(value).split(";"):
                cookie, _, text = part.strip(" \t").partition("=")
                if cookie in names:
                    found[text] = None
    return Presented(next(iter(found)), len(found)) if found else NOTHING


def bearer(headers: Iterable[tuple[bytes, bytes]]) -> Presented:
    """Read a user token from `Authorization`, bare as apps of VTEX send it or as `Bearer`. Anything else is left."""
    values = [decoded(value.strip(b" \t")) for name, value in headers if name == b"authorization"]
    text = re.sub(r"(?i)bearer +", "", values[0], count=1) if values else ""
    return Presented(text, len(values)) if _USER_TOKEN.fullmatch(text) else NOTHING


def at_least(message: Message) -> Revision | None:
    """Read the revision below which a caller wants no answer. Raises NameMalformed for none, or two."""
    return Revision.read(message.one(_AT_LEAST) or "") if message.says(_AT_LEAST) else None


def _presented(sent: list[tuple[bytes, bytes]], right: bytes, misplaced: list[Misplaced]) -> Presented:
    """Count what was sent under one name. `_` for `-` alone is a wrong name; beside the right one, a second value."""
    own = [value for name, value in sent if name == right]
    if not sent:
        return NOTHING
    if not own:
        for name, value in sent:
            misplaced.extend(_elsewhere(name, right, value))
        return NOTHING
    return _counted(own[0], besides=len(sent) - 1)


def _counted(value: bytes, *, besides: int = 0) -> Presented:
    """A header's value, with how many it stands for. *besides*: those sent in other headers of the name."""
    text = decoded(value.strip(b" \t"))
    return Presented(text, besides + (_listed(text) if "," in text else 1))


def _listed(text: str) -> int:
    """How many well-formed values one header lists: some proxies join two headers with a comma."""
    return max(1, sum(bool(key_format(part) or token_format(part)) for part in re.split(r"[ \t]*,[ \t]*", text)))


def decoded(value: bytes) -> str:
    """A header's value as its sender most likely meant it: UTF-8, else one character per byte."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _elsewhere(name: bytes, spelling: bytes, value: bytes) -> Iterable[Misplaced]:
    if spelling in _AUTHORIZATION:
        yield from _in_authorization(spelling, decoded(value))
    elif value.strip(b" \t"):
        part, written = _KNOWN[spelling]
        yield Misplaced(part, Carrier.OTHER_HEADER, written.upper().replace("-", "_") if b"_" in name else written)


def _in_authorization(name: bytes, value: str) -> Iterable[Misplaced]:
    """Read `Authorization` only for what is surely ours: backends have uses of their own for it."""
    scheme, _, rest = value.partition(" ")
    if scheme.lower() == "basic":
        try:
            value = base64.b64decode(rest.strip(), validate=True).decode()
        except (NotBase64, ValueError):
            return
    if _OUR_TOKEN.search(value):
        yield Misplaced(Field.TOKEN, Carrier.OTHER_HEADER, _written(name.decode()))
    if _OUR_KEY.search(value):
        yield Misplaced(Field.KEY, Carrier.OTHER_HEADER, _written(name.decode()))


def in_query(query: str, app_key: Presented, app_token: Presented) -> Iterable[Misplaced]:
    """Find credentials in a raw query: under a name of ours, or with a value that can only be ours.

    A token there is always told, as URLs are logged. An appKey is public, and a long value without a gap may as well be
    a page's cursor, so those are told only where no header brought the value.
    """
    for parameter in re.split(r"[&;]", query[:QUERY_LENGTH_MAX]):
        raw_name, _, raw_value = parameter.partition("=")
        name, value = unquote_plus(raw_name), unquote_plus(raw_value)
        spelling = name.lower().replace("_", "-")
        known = _PAIR_NAMES.get(spelling) if value else None
        if known is None and (part := _recognised(name) or _recognised(value)):
            known = (part, _COMMON_NAMES.get(spelling, (part, OTHER_PARAMETER))[1])
        if known is None and not app_token.count and (looks_secret(value) or looks_secret(name)):
            known = (Field.TOKEN, _COMMON_NAMES.get(spelling, (Field.TOKEN, OTHER_PARAMETER))[1])
        if known and (known[0] is Field.TOKEN or not app_key.count):
            yield Misplaced(known[0], Carrier.QUERY, known[1], presented(_ours(known[0], value, name)))


def _ours(part: Field, value: str, name: str) -> str:
    """The credential itself, whatever stands around it."""
    pattern = _OUR_TOKEN if part is Field.TOKEN else _OUR_KEY
    found = pattern.search(value) or pattern.search(name)
    return found[0] if found else value


def _recognised(text: str) -> Field | None:
    if _OUR_TOKEN.search(text):
        return Field.TOKEN
    return Field.KEY if _OUR_KEY.search(text) else None
