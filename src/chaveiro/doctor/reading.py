"""The examination of one presented value: what was done to it on its way here, told from its own bytes alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from chaveiro.core.attempt import VALUE_LENGTH_MAX, Field
from chaveiro.core.cause import Cause, Confidence, Finding
from chaveiro.core.credential import Format, Secret
from chaveiro.doctor import native, vtex
from chaveiro.doctor.decoration import Peeled, inside, once, outside, visible
from chaveiro.doctor.encoding import Effort, code_block, decodings, latin, unmangled
from chaveiro.doctor.foreign import masked, placeholder, vendor
from chaveiro.doctor.strand import Strand, strand

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chaveiro.core.cause import Fact

# What an answer waits for is bounded: of a longer text only what stands whole in it is seen. A token fits in,
# were each of its characters written as `&#x63;`, or encoded with percent signs twice.
_EFFORT: Final = {1: (1_200, 512), 2: (8_000, VALUE_LENGTH_MAX)}
_ENCODED_MAX = 2  # how often one value may have been encoded
_LENGTH_MAX = 160  # whatever is longer once everything around it is gone was never one value of ours
_ATTACHED_MAX = 8  # letters that hang on a whole value were typed; more of them are text
_UNREPAIRED = 100
_WEIGHTS: Final = {
    Cause.TOKEN_PREFIX_DAMAGED: 2,
    Cause.TOKEN_CHARACTERS_TRANSPOSED: 2,
    Cause.TOKEN_ONE_CHARACTER_WRONG: 2,
    Cause.TOKEN_CHARACTER_MISSING: 2,
    Cause.TOKEN_CHARACTER_EXTRA: 2,
    Cause.TOKEN_TRUNCATED: 2,
    Cause.TOKEN_START_MISSING: 2,
    Cause.TOKEN_TWO_CHARACTERS_WRONG: 3,
    Cause.TOKEN_CHARACTERS_MISSING: 3,
    Cause.TOKEN_CHARACTERS_EXTRA: 3,
    Cause.TOKEN_SEVERAL_CHARACTERS_WRONG: 4,
    Cause.TOKEN_EXTRA_TEXT: 4,
}  # every other repair leaves the characters of the value alone, and weighs 1
_KEY_STARTS: Final = ("cvk_", "vtexappkey-")
_KEY_SEEN = re.compile(r"cvk_[0-9a-z]{16}|vtexappkey-[a-z0-9]{1,32}-[a-z]{4}", re.IGNORECASE)
_TOKEN_SEEN = re.compile(r"cvt_[0-9a-z]{16}|(?<![A-Za-z0-9])[A-Z]{100}", re.IGNORECASE)
_WORTH_READING = re.compile(  # letters, or what is encoded once more
    r"\w{8}|(?:%[0-9A-Fa-f]{2}){8}|(?:\\[ux][0-9A-Fa-f]{2,4}){8}|(?:&#[0-9A-Za-z]{2,6};){8}"
)
_GAPS_MAX = 8  # blanks that may stand in a value that has no check part
_SEPARATORS = " \t\r\n:;,|/&"
_WRONG_KIND: Final = frozenset({Cause.TOKEN_IN_KEY_FIELD, Cause.KEY_IN_TOKEN_FIELD})


@dataclass(frozen=True, slots=True)
class Reading:
    """What one value is and what was done to it. Empty findings: it is well-formed and in its own field."""

    findings: tuple[Finding, ...] = ()
    kind: Field | None = None  # what it is, or once was
    format: Format | None = None
    repaired: Secret | None = field(default=None, repr=False)  # the well-formed value, of *kind*
    joined: tuple[Secret, Secret] | None = field(default=None, repr=False)  # key and token, where one field holds both

    @property
    def finding(self) -> Finding | None:
        """The first thing that was done to the value; None where it is well-formed and in its own field."""
        return self.findings[0] if self.findings else None

    @property
    def damage(self) -> tuple[Finding, ...]:
        """What was done to the value itself, wherever it was sent."""
        return tuple(one for one in self.findings if one.cause not in _WRONG_KIND)


def read(text: str, part: Field, *, depth: int = 1) -> Reading:
    """Say what *text*, sent as *part*, is and what was done to it. Depth 1 is for answers, depth 2 has more time."""
    found = _read(text, part, depth)
    findings = tuple(replace(one, cause=one.cause.of(part)) for one in found.findings)
    if found.kind not in {None, part}:
        misplaced = Cause.TOKEN_IN_KEY_FIELD if part is Field.KEY else Cause.KEY_IN_TOKEN_FIELD
        findings = (Finding(misplaced), *findings)
    return replace(found, findings=findings)


@dataclass(frozen=True, slots=True)
class _Case:
    """What stays the same however a value is read."""

    part: Field
    depth: int
    effort: Effort

    @property
    def length_max(self) -> int:
        """How long a text may be to be looked at one character after the other."""
        return self.effort.length_max


@dataclass(frozen=True, slots=True)
class _Patient:
    """A value on the table, with what is needed of it again and again."""

    value: Strand
    case: _Case
    seen: Peeled  # without what cannot be seen
    bare: Peeled  # without what stands around it
    spans: Sequence[tuple[int, int, Field]]  # where whole values stand in what is seen


def _patient(value: Strand, case: _Case) -> _Patient:
    text = value.text
    if len(text) > case.length_max:  # without its blanks and labels it may still be another's credential
        bare = value.cut(len(text) - len(text.lstrip()), len(text.rstrip()))
        return _Patient(value, case, Peeled(value), outside(Peeled(bare)), _embedded(text))
    seen = visible(unmangled(value))
    return _Patient(value, case, seen, outside(seen), _embedded(seen.value.text))


def _read(text: str, part: Field, depth: int) -> Reading:
    if not text:
        return _only(Cause.TOKEN_EMPTY)
    if len(text) > VALUE_LENGTH_MAX:
        facts = {"field": part.value, "length": len(text), "length_max": VALUE_LENGTH_MAX}
        return _only(Cause.VALUE_OVERSIZED, **facts)
    if whole := _well_formed(text):
        return whole
    patient = _patient(strand(text), _Case(part, depth, Effort(*_EFFORT[min(depth, 2)])))
    return _first_sight(patient) or _least(patient) or _stranger(text)


def _well_formed(text: str) -> Reading | None:
    if kind := native.whole(text):
        return Reading(kind=kind, format=Format.NATIVE, repaired=Secret(text))
    if kind := vtex.whole(text):
        return Reading(kind=kind, format=Format.VTEX, repaired=Secret(text))
    return None


def _first_sight(patient: _Patient) -> Reading | None:
    """What is known before anything is repaired: two values in one, a placeholder, a mask, another's credential."""
    text, bare = patient.seen.value.text, patient.bare.value.text
    if joined := _joined(text, patient.case):
        return joined
    if patient.spans:
        return None
    if pattern := placeholder(text):
        return _only(Cause.TOKEN_PLACEHOLDER_VALUE, pattern=pattern)
    if masked(text):
        return _only(Cause.TOKEN_MASKED_VALUE)
    if name := vendor(text.strip()) or vendor(bare):
        return _only(Cause.TOKEN_FOREIGN_CREDENTIAL, vendor=name)
    if other := native.other_environment(bare):
        kind, prefix = other
        return replace(_only(Cause.TOKEN_OTHER_ENVIRONMENT, prefix=f"{prefix}_"), kind=kind)
    return None


def _joined(text: str, case: _Case) -> Reading | None:
    """Key and token in one field."""
    lower = text.lower()
    if not any(start in lower for start in _KEY_STARTS):  # ten times as fast as the expression below
        return None
    key_seen, token_seen = _KEY_SEEN.search(text), _TOKEN_SEEN.search(text)
    if not key_seen or not token_seen:
        return None
    middle = max(key_seen.start(), token_seen.start())
    values = (text[:middle].rstrip(_SEPARATORS), text[middle:].strip(_SEPARATORS))
    first, second = values if key_seen.start() < token_seen.start() else reversed(values)
    facts: dict[str, Fact] = {"field": case.part.value}
    told = Reading((Finding(Cause.KEY_AND_TOKEN_JOINED, facts),))
    if not case.effort.suffices(len(text)):
        return told
    key, token = _alone(first, replace(case, part=Field.KEY)), _alone(second, replace(case, part=Field.TOKEN))
    return replace(told, joined=(key, token)) if key and token else told


def _alone(text: str, case: _Case) -> Secret | None:
    reading = _well_formed(text) or _least(_patient(strand(text), case))
    return reading.repaired if reading and reading.kind is case.part else None


def _least(patient: _Patient) -> Reading | None:
    """The least of the repairs that make this a value of ours; failing that, what speaks for its having been one."""
    best, least = None, 0
    for one in chain(_encoded(patient, _ENCODED_MAX), _settled(patient)):
        weight = _weight(one)
        if best is None or weight < least:
            best, least = one, weight
        if least == 1:  # nothing weighs less
            break
    return best


def _encoded(patient: _Patient, rounds: int) -> Iterator[Reading]:
    """Every reading of a value that was encoded once too often."""
    if not rounds:
        return
    sources: list[tuple[Strand, tuple[Finding, ...]]] = [(patient.value, ())]
    if patient.bare.value.text != patient.value.text:
        sources.append((patient.bare.value, tuple(patient.bare.findings)))
    for source, before in sources:
        for cause, decoded in decodings(source, patient.case.effort):
            if _WORTH_READING.search(decoded.text):
                layer = (*before, Finding(cause))
                for one in _decoded(decoded, patient, rounds - 1):
                    joined = one.findings[: len(one.findings) if one.joined else 0]
                    findings = (*joined, *layer, *one.findings[len(joined) :])
                    yield Reading(findings, one.kind, one.format, one.repaired, one.joined)


def _decoded(value: Strand, patient: _Patient, rounds: int) -> Iterator[Reading]:
    if whole := _well_formed(value.text):
        yield whole
    elif joined := _joined(value.text, patient.case):
        yield joined
    else:
        inner = _patient(value, patient.case)
        yield from _encoded(inner, rounds)
        yield from _settled(inner)


def _settled(patient: _Patient) -> Iterator[Reading]:
    """Every reading of a value that needs no decoding."""
    if patient.spans:
        yield _around(patient.seen, patient.spans)
        return
    if len(patient.bare.value.text) > patient.case.length_max:
        return
    bare = inside(_single(patient.bare))
    for one in [bare] if bare.causes == patient.seen.causes else [patient.seen, bare]:
        if len(one.value.text) <= _LENGTH_MAX and (reading := _core(one, patient.case.depth)):
            yield reading


def _single(peeled: Peeled) -> Peeled:
    half = once(peeled.value)
    return peeled.and_of(half, Cause.TOKEN_PASTED_TWICE) if half else peeled


def _core(peeled: Peeled, depth: int) -> Reading | None:
    value, changed = latin(peeled.value)
    if len(value.text) > _LENGTH_MAX:  # one character may stand for many
        return None
    core = native.examine(value, depth=depth)
    shape = Format.NATIVE
    if core is None:
        core, shape = vtex.examine(value), Format.VTEX
        if core is None or (_gaps(peeled) > (_GAPS_MAX if core.repaired else 0)):
            return None  # letters with blanks between them are prose
    if changed:
        points = tuple(code_block(peeled.value.text[index]) for index in changed)
        positions = peeled.value.positions(changed)
        peeled = peeled.and_of(value, Cause.TOKEN_LOOKALIKE_LETTERS, positions=positions, code_points=points)
    return Reading((*peeled.findings, *core.findings), core.kind, shape, core.repaired)


def _gaps(peeled: Peeled) -> int:
    """How many blanks stood inside the value."""
    inside_of = (Cause.TOKEN_SPACE_INSIDE, Cause.TOKEN_LINE_BREAK_INSIDE)
    found = [peeled.causes[cause]["positions"] for cause in inside_of if cause in peeled.causes]
    return sum(len(positions) for positions in found if isinstance(positions, tuple))


def _around(peeled: Peeled, spans: Sequence[tuple[int, int, Field]]) -> Reading:
    """A whole value stands in the text: what surrounds it tells what happened."""
    start, end, kind = spans[0]
    text = peeled.value.text
    value = text[start:end]
    if len(spans) > 1:
        last = spans[-1]
        if all(text[a:b] == value for a, b, _ in spans):
            between = peeled.value.text[end : last[0]]
            if spans[1:] == [last] and not between.strip(_SEPARATORS):
                peeled = peeled.and_of(peeled.value.without(range(end, last[1])), Cause.TOKEN_PASTED_TWICE)
    bare = outside(peeled)
    at = bare.value.text.find(value)
    if at < 0:
        bare, at = peeled, start
    findings = [*bare.findings, *_hanging(bare.value, at, at + len(value))]
    shape = Format.NATIVE if value[:2] == "cv" else Format.VTEX
    return Reading(tuple(findings), kind, shape, Secret(value))


def _hanging(value: Strand, start: int, end: int) -> list[Finding]:
    """What stands before or after a whole value and is none of the usual decorations."""
    length = len(value.text)
    extra = start + length - end
    if not extra:
        return []
    rest = value.text[:start] + value.text[end:]
    both = bool(start) and end < length
    if both or extra > _ATTACHED_MAX or not (rest.isascii() and rest.isalnum()):
        return [Finding(Cause.TOKEN_EXTRA_TEXT, {"position": value.position(start)})]  # where the value itself begins
    position = value.position(0 if start else end)
    if extra == 1:
        return [Finding(Cause.TOKEN_CHARACTER_EXTRA, {"position": position})]
    return [Finding(Cause.TOKEN_CHARACTERS_EXTRA, {"position": position, "count": extra})]


def _embedded(text: str) -> list[tuple[int, int, Field]]:
    # One is read, and two may be one pasted twice; of more, nothing else is told.
    return sorted(chain(islice(native.embedded(text), 3), islice(vtex.embedded(text), 3)))


def _weight(reading: Reading) -> int:
    repaired = reading.repaired or reading.joined
    weights = sum(_WEIGHTS.get(one.cause, 1) for one in reading.findings)
    return weights if repaired else _UNREPAIRED + weights


def _stranger(text: str) -> Reading:
    finding = Finding(Cause.TOKEN_UNRECOGNISED, {"length": len(text)}, {}, Confidence.CANNOT_KNOW)
    return Reading((finding,))


def _only(cause: Cause, **facts: Fact) -> Reading:
    return Reading((Finding(cause, facts),))
