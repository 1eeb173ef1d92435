"""Files for spreadsheets: what begins like a formula is a text, in both formats, read back as programs read them."""

from __future__ import annotations

import csv
import io
import zipfile
from xml.etree import ElementTree as ET

import pytest
from tests.promises.plugin import Proof

from chaveiro.doors.console.spreadsheet import CELL_LENGTH_MAX, DANGEROUS, csv_file, defused, xlsx_file

BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")  # noqa: RUF001 - what is tested
FORMULA = "1+1)*cmd|' /C calc'!A0"
_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_csv(body: bytes) -> list[list[str]]:
    assert body.startswith(b"\xef\xbb\xbf"), "Excel needs the mark to read UTF-8"
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def read_xlsx(body: bytes) -> tuple[list[list[str]], str]:
    """The cells of the one sheet, and its XML."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        assert not [name for name in book.namelist() if "vba" in name.lower() or "externalLink" in name]
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    rows = ET.fromstring(sheet).iter(f"{_NAMESPACE}row")  # noqa: S314 - our own file
    return [["".join(cell.itertext()) for cell in row.iter(f"{_NAMESPACE}c")] for row in rows], sheet


def test_every_dangerous_beginning_is_known() -> None:
    assert set(BEGINNINGS) == set(DANGEROUS)


@pytest.mark.parametrize("beginning", BEGINNINGS, ids=lambda one: f"U+{ord(one):04X}")
def test_no_cell_is_a_formula_in_csv(beginning: str, proof: Proof) -> None:
    body = csv_file([beginning + FORMULA], [[beginning + FORMULA, "next"]])
    assert read_csv(body) == [
        [f"'{beginning}{FORMULA}".replace("\0", "")],
        [f"'{beginning}{FORMULA}".replace("\0", ""), "next"],
    ]
    assert b"\0" not in body
    proof("G20", dose=1, figure="beginnings of a formula in CSV: text")


@pytest.mark.parametrize("beginning", BEGINNINGS, ids=lambda one: f"U+{ord(one):04X}")
def test_no_cell_is_a_formula_in_xlsx(beginning: str) -> None:
    rows, sheet = read_xlsx(xlsx_file("keys", [beginning + FORMULA], [[beginning + FORMULA, "1", "http://a.example"]]))
    assert "<f>" not in sheet
    assert "<f " not in sheet
    assert "hyperlink" not in sheet
    assert 't="n"' not in sheet
    written = f"'{beginning}{FORMULA}".replace("\0", "")
    assert [row[0].replace("_x000D_", "\r") for row in rows] == [written, written]
    assert rows[1][1:] == ["1", "http://a.example"]


def test_a_formula_further_inside_stays_as_it_is() -> None:
    assert defused("a=1") == "a=1"
    assert defused("a\0b") == "ab"
    assert not defused("")


def test_what_a_cell_cannot_hold_is_cut_and_not_left_out() -> None:
    """XlsxWriter would leave out the whole cell."""
    rows, _ = read_xlsx(xlsx_file("keys", ["a"], [["x" * 40_000]]))
    assert len(rows[1][0]) == CELL_LENGTH_MAX
    assert rows[1][0].endswith("…")


def test_text_of_every_language_comes_back() -> None:
    text = 'Integração "ñandú", ação; 日本\nsegunda linha'
    assert read_csv(csv_file(["a"], [[text]]))[1] == [text]
    assert read_xlsx(xlsx_file("keys", ["a"], [[text]]))[0][1] == [text]
