"""What an examination may cost, counted in steps: how long they take is told by `python -m bench.hostile`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

import pytest
from bench.hostile import HOSTILE, entities, escaped, in_base64, percent, values
from tests.doctor.errors import fresh_pair

from chaveiro.core.attempt import VALUE_LENGTH_MAX, Field
from chaveiro.doctor import native, reading
from chaveiro.doctor.reading import Reading, read
from chaveiro.doctor.strand import Strand

SEEDS = range(3)
WIDE = {point: point + 0xFEE0 for point in range(0x21, 0x7F)}
KEY = "cvk_000g40r40m30e2098ek8vw"


@dataclass
class Steps:
    """What was done for one value."""

    opened: list[int] = field(default_factory=list)  # lengths of the texts that were taken apart
    decoded: list[int] = field(default_factory=list)  # lengths of the texts in which escapes were replaced
    examined: list[int] = field(default_factory=list)  # lengths of the texts compared with the code


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Field, int], Steps]:
    """Read a value and tell the steps."""
    steps = Steps()

    def opening(value: Strand, case: object) -> object:
        steps.opened.append(len(value.text))
        return patient(value, case)  # type: ignore[arg-type]  # hands on what it was given

    def examining(value: Strand, *, depth: int) -> object:
        steps.examined.append(len(value.text))
        return examine(value, depth=depth)

    def decoding(self: Strand, pattern: object, by: object) -> Strand:
        steps.decoded.append(len(self.text))
        return replaced(self, pattern, by)  # type: ignore[arg-type]  # likewise

    patient, examine, replaced = reading._patient, native.examine, Strand.replaced
    monkeypatch.setattr(reading, "_patient", opening)
    monkeypatch.setattr(native, "examine", examining)
    monkeypatch.setattr(Strand, "replaced", decoding)

    def read_and_count(text: str, part: Field, depth: int) -> Steps:
        for lengths in (steps.opened, steps.decoded, steps.examined):
            lengths.clear()
        read(text, part, depth=depth)
        return steps

    return read_and_count


def hostile() -> Iterator[str]:
    for maker in HOSTILE.values():
        for seed in SEEDS:
            yield from values(maker, seed)


def revealed(found: Reading) -> list[str]:
    return [one.reveal() for one in found.joined or (found.repaired,) if one]


def test_an_answer_waits_for_a_bounded_number_of_steps(counted: Callable[[str, Field, int], Steps]) -> None:
    """However a value of the greatest length is made: whoever has no credential can send one."""
    for text in hostile():
        steps = counted(text, Field.TOKEN, 1)
        assert len(steps.opened) <= 8, text
        assert sum(steps.opened) <= 1.5 * VALUE_LENGTH_MAX, text
        assert sum(steps.decoded) <= 1.5 * VALUE_LENGTH_MAX, text
        assert len(steps.examined) <= 12, text
        assert max(steps.examined, default=0) <= 160, text


def test_a_report_is_bounded_too(counted: Callable[[str, Field, int], Steps]) -> None:
    """Keepers and the command line have more time, and not all of it."""
    for text in hostile():
        steps = counted(text, Field.TOKEN, 2)
        assert len(steps.opened) <= 40, text
        assert len(steps.examined) <= 64, text


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(percent, id="percent"),
        pytest.param(lambda token: percent(token[:40]) + percent(token[40:]).lower(), id="percent in both cases"),
        pytest.param(lambda token: percent(token).replace("%", "%25"), id="percent twice"),
        pytest.param(escaped, id="escapes"),
        pytest.param(lambda token: percent(token[:30].translate(WIDE)) + token[30:], id="full width in percent"),
        pytest.param(lambda token: entities(token[:30]).replace("&", "&amp;") + token[30:], id="entities twice"),
        pytest.param(lambda token: "".join(f"&#x{ord(c):x};" for c in token), id="entities"),
        pytest.param(entities, id="entities in decimals"),
        pytest.param(lambda token: in_base64(in_base64(token)), id="base64 twice"),
        pytest.param(lambda token: in_base64(percent(token)), id="percent in base64"),
        pytest.param(lambda token: percent(f'"{token}"'), id="quotes in percent"),
        pytest.param(lambda token: f"Bearer {percent(token.upper())}", id="capitals in percent, with a scheme"),
        pytest.param(lambda token: token.replace("_", "&#x25;5F"), id="percent in entities"),
        pytest.param(lambda token: percent(f"{KEY}:{token}"), id="a pair in percent"),
        pytest.param(lambda token: f"Basic {in_base64(f'{KEY}:{token}')}", id="a pair in base64"),
        pytest.param(lambda token: "{" + f'"note": "{"a " * 400}", "appToken": "{token}"' + "}", id="in long JSON"),
        pytest.param(lambda token: " " * 500 + token, id="after many blanks"),
    ],
)
def test_the_bound_is_out_of_reach_of_what_people_send(written: Callable[[str], str]) -> None:
    """However a value was encoded, once or twice: an answer tells what a report tells."""
    _, token = fresh_pair(Random(1))
    answer, report = (read(written(token), Field.TOKEN, depth=depth) for depth in (1, 2))
    assert answer.findings == report.findings
    assert revealed(answer) == revealed(report) == ([KEY, token] if answer.joined else [token])


@pytest.mark.parametrize("length", [600, VALUE_LENGTH_MAX])
def test_of_a_long_value_an_answer_still_tells_whose_it_is(length: int) -> None:
    """A long JWT behind a scheme is another's credential, at either depth."""
    jwt = f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx{'A' * length}"[: length - 60] + f".{'b' * 43}"
    for depth in (1, 2):
        assert read(f" Bearer {jwt}", Field.TOKEN, depth=depth).findings[0].facts == {"vendor": "JWT"}
