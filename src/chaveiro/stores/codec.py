"""Changes and denials as JSON text. The form follows from the annotations of the core's values, and only from them.

INVARIANT: reading is strict. An unknown event, a field too many or too few, another type: an error, never a guess.
Every value says what it `is`, so renaming a class or a field of the core changes what is stored and needs a migration.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache, lru_cache
from ipaddress import IPv4Network, IPv6Network
from types import NoneType, UnionType
from typing import Any, NewType, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from chaveiro.core import (
    attempt,
    cause,
    change,
    command,
    credential,
    decision,
    denial,
    episode,
    event,
    fleet,
    foreign,
    keyring,
    names,
)
from chaveiro.core.attempt import Needed
from chaveiro.core.change import Change
from chaveiro.core.denial import Denial, Use
from chaveiro.core.episode import Episode
from chaveiro.core.fleet import Proof
from chaveiro.core.keyring import Keyring

# The core imports names for its annotations only while it is type-checked, so they are found here.
_NAMES: dict[str, object] = {"Mapping": Mapping, "IPv4Network": IPv4Network, "IPv6Network": IPv6Network}
for _module in (
    names, credential, keyring, command, cause, attempt, decision, event, change, denial, episode, fleet, foreign
):  # fmt: skip
    _NAMES.update(vars(_module))

# Of what is looked up by name: PostgreSQL's index entries end at 2,700 bytes, and the longest hold four names. Nothing
# that comes in at a door is longer than 512.
NAME_BYTES_MAX = 600
EPISODES_REMEMBERED = 2_000  # about 3 KiB each, with its text

_HEX = re.compile(r"(?:[0-9a-f]{2})*")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and lone surrogates: databases disagree about them

_T = TypeVar("_T")


class CodecError(ValueError):
    """A value has no written form, or a text is none; the message names the place and quotes nothing."""


class TextUnstorable(CodecError):
    """A text holds NUL or half of a character, or is a name longer than a database can look up."""


@dataclass(frozen=True, slots=True)
class Form:
    """How values of one type become JSON and come back. Both ways raise CodecError for anything else."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def written(value: Change | Denial | Episode | Needed | Proof) -> str:
    """Write a value of the core. Raises CodecError for text that a database could not keep."""
    return json.dumps(_form(type(value)).write(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def written_keyring(keyring: Keyring) -> str:
    """Write a whole account. Piece by piece: whoever is checked meanwhile does not wait for all of it."""
    return "".join(_ENCODER.iterencode(_form(Keyring).write(keyring)))


def sought(naming: Iterable[Iterable[str]]) -> list[list[str]]:
    """Groups of names as they stand in what is written. What is not storable stands nowhere."""
    return [[json.dumps(one, ensure_ascii=False) for one in group if is_storable(one)] for group in naming]


def written_denials(denials: Iterable[Denial]) -> list[tuple[Denial, str]]:
    """Write refusals, without those that no database could keep: what a caller sends must not hold up the others."""
    found = []
    for one in denials:
        with suppress(TextUnstorable):
            nameable(one.route)
            found.append((one, written(one)))
    return found


def written_uses(uses: Iterable[Use]) -> list[tuple[Use, str]]:
    """Write what the uses needed, without those of a route that no database could look up."""
    return [(one, written(one.need)) for one in uses if is_nameable(one.route)]


def read_change(text: str) -> Change:
    """Read a change. Raises CodecError."""
    return _read(Change, text)


def read_keyring(text: str) -> Keyring:
    """Read an account. Raises CodecError."""
    return _read(Keyring, text)


def read_proof(text: str) -> Proof:
    """Read a proof of freshness. Raises CodecError."""
    return _read(Proof, text)


def read_denial(text: str) -> Denial:
    """Read a denial. Raises CodecError."""
    return _read(Denial, text)


@lru_cache(maxsize=EPISODES_REMEMBERED)
def read_episode(text: str) -> Episode:
    """Read an episode. Raises CodecError. Lists of many are read again and again while few of them change."""
    return _read(Episode, text)


def read_need(text: str) -> Needed:
    """Read what a route needs. Raises CodecError."""
    found: Needed = _parsed(Needed, text)
    return found


def storable(text: str) -> str:
    """Let a text pass that every database keeps as it is. Raises CodecError."""
    if type(text) is not str:
        raise CodecError("something else stands where a text should be")
    if not is_storable(text):
        raise TextUnstorable("a text holds NUL or half of a character")
    return text


def nameable(text: str) -> str:
    """Let a text pass by which every database can look something up. Raises CodecError."""
    if len(storable(text).encode()) > NAME_BYTES_MAX:
        raise TextUnstorable(f"a name is longer than {NAME_BYTES_MAX} bytes")
    return text


def is_nameable(text: str) -> bool:
    """Say whether every database can look something up by a text."""
    return is_storable(text) and len(text.encode()) <= NAME_BYTES_MAX


def is_storable(text: str) -> bool:
    """Say whether every database keeps a text as it is. What is not storable is the name of nothing."""
    return _UNSTORABLE.search(text) is None


def _read(kind: type[_T], text: str) -> _T:
    found: _T = _parsed(kind, text)
    return found


def _parsed(hint: Hint, text: str) -> Any:  # noqa: ANN401 - a union is no type that could be named
    try:
        value = _DECODER.decode(text)
    except CodecError:
        raise
    except (ValueError, RecursionError):
        raise CodecError("the text is not JSON") from None
    return _form(hint).read(value)


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise CodecError("a name stands twice in one object")
    return found


def _no_number(_text: str) -> object:
    raise CodecError("a number is not finite")


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_DECODER = json.JSONDecoder(object_pairs_hook=_once_each, parse_constant=_no_number)

Hint: TypeAlias = Any  # what an annotation may evaluate to


_FORMS: dict[Hint, Form] = {}
_NAME = Form(nameable, storable)  # what stands in a database by now was short enough for it


def _form(hint: Hint) -> Form:
    if hint not in _FORMS:
        _FORMS[hint] = _derived(hint)
    return _FORMS[hint]


def _derived(hint: Hint) -> Form:
    if isinstance(hint, NewType):
        return _NAME if hint.__supertype__ is str else _form(hint.__supertype__)
    origin: object = get_origin(hint)
    args = get_args(hint)
    if origin in {Union, UnionType}:
        return _union(args)
    if origin is tuple:
        return _many(_form(args[0]), tuple, tuple)
    if origin is frozenset:
        return _many(_form(args[0]), frozenset, _set)
    if origin is Mapping:
        return _mapping(_form(args[1])) if _form(args[0]) is _form(str) else _pairs(_form(args[0]), _form(args[1]))
    if not isinstance(hint, type):
        raise CodecError(f"`{hint}` has no written form")
    return _plain(hint)


def _plain(kind: type) -> Form:
    if is_dataclass(kind) or issubclass(kind, Struct):
        return _record(kind)
    if issubclass(kind, Enum):
        return _enum(kind)
    if issubclass(kind, tuple):
        return _row(kind)
    if kind in {IPv4Network, IPv6Network}:
        return Form(lambda value: str(_exact(kind, value)), lambda value: _made(kind, storable(value)))
    if kind is float:
        return Form(_number, _number)
    if kind is bytes:
        return Form(lambda value: _exact(bytes, value).hex(), _bytes)
    if kind is str:
        return Form(storable, storable)
    if kind in {bool, int, NoneType}:
        return Form(lambda value: _exact(kind, value), lambda value: _exact(kind, value))
    raise CodecError(f"`{kind.__name__}` has no written form")


def _record(kind: type) -> Form:
    tag = kind.__name__

    @cache  # the fields are looked up at the first use, as a record may hold records of its own kind
    def forms() -> dict[str, Form]:
        hints = get_type_hints(kind, localns=_NAMES)
        return {name: _form(hints[name]) for name in _given(kind)}

    @cache
    def names() -> frozenset[str]:
        return frozenset({"is", *forms()})

    def write(value: object) -> dict[str, object]:
        _exact(kind, value)
        return {"is": tag} | {name: _at(tag, name, form.write, getattr(value, name)) for name, form in forms().items()}

    def read(value: object) -> object:
        if not isinstance(value, dict) or value.get("is") != tag:
            raise CodecError(f"something else stands where a `{tag}` should be")
        if value.keys() != names():
            raise CodecError(f"a `{tag}` has fields too many or too few")
        found, name = {}, ""
        try:  # around all fields at once, as lists of a thousand records are waited for
            for name, form in forms().items():
                found[name] = form.read(value[name])
        except CodecError as error:
            raise type(error)(f"`{tag}.{name}`: {error}") from None
        return _made(kind, **found)

    return Form(write, read)


def _given(kind: type) -> list[str]:
    """The names of the fields that are not derived from the others."""
    if is_dataclass(kind):
        return [one.name for one in fields(kind) if one.init]
    names: tuple[str, ...] = getattr(kind, "__struct_fields__")  # noqa: B009 - of a class that is known to have it
    return [name for name in names if name not in getattr(kind, "DERIVED", ())]


def _row(kind: type) -> Form:
    """A NamedTuple: the list of its fields. It names something, and so does each of its texts."""
    hints = get_type_hints(kind, localns=_NAMES)
    forms = [_NAME if hint is str else _form(hint) for hint in hints.values()]
    return Form(
        lambda value: [form.write(one) for form, one in zip(forms, _exact(kind, value), strict=True)],
        lambda value: kind(*[form.read(one) for form, one in zip(forms, _as_long(value, forms), strict=True)]),
    )


def _enum(kind: type[Enum]) -> Form:
    members = {member.value: member for member in kind}

    def read(value: object) -> Enum:
        if not isinstance(value, str) or value not in members:
            raise CodecError(f"something else stands where a `{kind.__name__}` should be")
        return members[value]

    return Form(lambda value: _exact(kind, value).value, read)


def _many(form: Form, kind: type, made: Callable[[list[Any]], object]) -> Form:
    def write(value: Any) -> list[object]:  # noqa: ANN401 - checked in the first line
        found = [form.write(one) for one in _exact(kind, value)]
        return sorted(found) if kind is frozenset else found

    return Form(write, lambda value: made([form.read(one) for one in _exact(list, value)]))


def _set(values: list[object]) -> frozenset[object]:
    found = frozenset(values)
    if len(found) != len(values):
        raise CodecError("a set holds something twice")
    return found


def _mapping(form: Form) -> Form:
    def write(value: object) -> dict[str, object]:
        if not isinstance(value, Mapping):
            raise CodecError("something else stands where a mapping should be")
        return {storable(name): form.write(one) for name, one in value.items()}

    return Form(write, lambda value: {storable(name): form.read(one) for name, one in _exact(dict, value).items()})


def _pairs(key: Form, form: Form) -> Form:
    """A mapping whose keys are no text: the list of its pairs."""

    def write(value: object) -> list[list[object]]:
        if not isinstance(value, Mapping):
            raise CodecError("something else stands where a mapping should be")
        return [[key.write(one), form.write(other)] for one, other in value.items()]

    def read(value: object) -> dict[object, object]:
        rows = [_as_long(row, [key, form]) for row in _exact(list, value)]
        found = {key.read(one): form.read(other) for one, other in rows}
        if len(found) != len(rows):
            raise CodecError("a mapping holds something twice")
        return found

    return Form(write, read)


def _union(members: Iterable[Hint]) -> Form:
    """Records are told apart by what they are, everything else by the first form that fits."""
    classes: list[Hint] = [member for member in members if is_dataclass(member)]
    records = {one.__name__: _form(one) for one in classes}
    others = [_form(member) for member in members if member not in classes]

    def write(value: object) -> object:
        record = records.get(type(value).__name__)
        return record.write(value) if record else _first([form.write for form in others], value)

    def read(value: object) -> object:
        record = records.get(str(value.get("is"))) if isinstance(value, dict) else None
        return record.read(value) if record else _first([form.read for form in others], value)

    return Form(write, read)


def _first(ways: list[Callable[[Any], object]], value: object) -> object:
    for way in ways:
        try:
            return way(value)
        except CodecError:
            continue
    raise CodecError("nothing that may stand here")


def _at(tag: str, name: str, way: Callable[[Any], object], value: object) -> object:
    try:
        return way(value)
    except CodecError as error:
        raise type(error)(f"`{tag}.{name}`: {error}") from None


def _exact(kind: type, value: Any) -> Any:  # noqa: ANN401 - gives back what it was given
    if type(value) is not kind:
        raise CodecError(f"something else stands where a `{kind.__name__}` should be")
    return value


def _as_long(value: object, forms: list[Form]) -> list[Any]:
    found: list[Any] = _exact(list, value)
    if len(found) != len(forms):
        raise CodecError("a row is too long or too short")
    return found


def _made(kind: Callable[..., _T], /, *args: object, **named: object) -> _T:
    try:
        return kind(*args, **named)
    except ValueError:
        raise CodecError("a value is none that may stand here") from None


def _number(value: object) -> float:
    if type(value) not in {int, float} or not math.isfinite(value):  # type: ignore[arg-type]  # a number by now
        raise CodecError("something else stands where a finite number should be")
    return float(value)  # type: ignore[arg-type]  # likewise


def _bytes(value: object) -> bytes:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise CodecError("something else stands where hexadecimal digits should be")
    return bytes.fromhex(value)
