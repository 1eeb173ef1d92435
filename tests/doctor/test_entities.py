"""The named entities of HTML, of which a page without a network must know as many as Python does."""

from __future__ import annotations

import json
from html.entities import html5
from pathlib import Path
from textwrap import wrap
from typing import Any

from tests.doctor.node import COMPARE, SCRIPTS, evaluated, needs_node
from tests.doctor.vectors import Sent, found

ENGINE = SCRIPTS / "engine.js"
KEY = "cvk_000g40r40m30e2098ek8vw"
TOKEN = "cvt_1qts2000g40r40m30e209185gr38e1w8124gk2gahc5rr34d1p70x3rfjdrdv74sjnefr1"
_BEGIN, _END = "// begin of what tests/doctor/test_entities.py derives\n", "  // end of it\n"


def derived() -> str:
    """The table as it stands in the engine: for each text, in hexadecimal, its names; `*`: also without semicolon."""
    names: dict[str, list[str]] = {}
    for name in sorted(one.removesuffix(";") for one in html5 if one.endswith(";")):
        names.setdefault(html5[f"{name};"], []).append(f"{name}*" if name in html5 else name)
    rows = [f"{'.'.join(f'{ord(c):x}' for c in text)}:{','.join(names[text])}" for text in sorted(names)]
    lines = wrap(" ".join(rows), width=112, break_long_words=False, break_on_hyphens=False)
    return "".join(f"    {json.dumps(line)},\n" for line in lines)


def both(texts: list[str]) -> list[Any]:
    """Where the two engines differ on these values, each taken for a token."""
    made = [found(Sent(None, text, depth)) for text in texts for depth in (1, 2)]
    return list(evaluated([ENGINE, COMPARE], "differences(value)", made))


def test_the_engine_of_the_page_has_pythons_table() -> None:
    """Not by heart: it is derived here, and what stands in the file is compared with it."""
    inside = Path(ENGINE).read_text("utf-8").partition(_BEGIN)[2].partition(_END)[0]
    assert inside == derived()


@needs_node
def test_both_engines_read_every_name_alike() -> None:
    """In place of a character, before and after a value, and where there is no semicolon or another name follows."""
    names = sorted(html5)
    assert len(names) > 2200
    inside = [f"{TOKEN[:30]}&{name}{TOKEN[31:]}" for name in names]
    around = [f"&{name}{TOKEN}&{name}" for name in names]
    longer = [f"{TOKEN[:30]}&{name}x;{TOKEN[31:]}" for name in names]
    assert both([*inside, *around, *longer]) == []


@needs_node
def test_both_engines_read_every_number_alike() -> None:
    """Those that stand for nothing, for something else or for half of a pair among them."""
    edges = (0x2000, 0x3000, 0xD800, 0xE000, 0xFDD0, 0xFDF0, 0xFF00, 0x10000, 0x110000, 9999999)
    numbers = [*range(0x500), *(edge + by for edge in edges for by in range(-9, 9))]
    forms = [f"{TOKEN[:30]}&#{number};{TOKEN[31:]}" for number in numbers]
    forms += [f"{TOKEN[:30]}&#x{number:X};{TOKEN[31:]}" for number in numbers[::3]]
    assert both(forms) == []
