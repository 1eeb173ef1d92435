"""Tables as files for spreadsheets, in which every cell is a text and none is a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CSV_TYPE: Final = "text/csv; charset=utf-8"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELL_LENGTH_MAX: Final = 32_767  # of an XLSX cell; XlsxWriter leaves out what is longer
# What a spreadsheet takes for the beginning of a formula, also as it is written in Chinese and Japanese.
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")  # noqa: RUF001 - full width, as some spreadsheets read them
_BOM: Final = "\ufeff"  # without it Excel reads UTF-8 as something else
_WIDTH: Final = 24
_STRINGS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def defused(text: str) -> str:
    """A cell that no spreadsheet runs: an apostrophe before what might begin a formula, and no NUL."""
    marked = f"'{text}" if text.startswith(DANGEROUS) else text
    return marked.replace("\0", "")


def csv_file(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as CSV (RFC 4180) in UTF-8."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    for row in (headings, *rows):
        writer.writerow([defused(cell) for cell in row])
    return (_BOM + written.getvalue()).encode("utf-8", "replace")


def xlsx_file(name: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as a workbook of one sheet. Only the row that is being written is held in memory."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, _STRINGS) as book:
        sheet = book.add_worksheet(name)
        sheet.set_column(0, len(headings) - 1, _WIDTH)
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for place, heading in enumerate(headings):
            sheet.write_string(0, place, _cell(heading), bold)
        for number, row in enumerate(rows, 1):
            for place, text in enumerate(row):
                sheet.write_string(number, place, _cell(text))
    return written.getvalue()


def _cell(text: str) -> str:
    safe = defused(text)
    return safe if len(safe) <= CELL_LENGTH_MAX else f"{safe[: CELL_LENGTH_MAX - 1]}…"
