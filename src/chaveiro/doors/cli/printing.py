"""How answers look: tables and cards for people, one JSON value for programs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from chaveiro.core.keyring import Mark
from chaveiro.core.names import Moment

# A pipe or a file has no width: lines stay whole there, so that they can be searched and copied.
_WIDTH_ELSEWHERE = 1000


def console(*, stderr: bool = False) -> Console:
    """A console that keeps lines whole where nobody's window would break them."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else _WIDTH_ELSEWHERE
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def show(*parts: RenderableType) -> None:
    """Print parts below each other; away from a terminal without the blanks that fill a table's lines."""
    out = console()
    if out.is_terminal:
        for part in parts:
            out.print(part, soft_wrap=isinstance(part, str))
        return
    with out.capture() as captured:
        for part in parts:
            out.print(part, soft_wrap=isinstance(part, str))
    put("\n".join(line.rstrip() for line in captured.get().splitlines()))


def put(text: str) -> None:
    """Print exactly this."""
    sys.stdout.write(f"{text}\n")


def iso(at: Moment | None) -> str | None:
    """A moment as programs read it."""
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def table(headings: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> Table:
    """Rows under headings; nothing is cut off."""
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for heading in headings:
        shown.add_column(heading, overflow="fold")
    for row in rows:
        shown.add_row(*row)
    return shown


def card(lines: Iterable[tuple[str, str | Text]]) -> Table:
    """Names on the left, what they are on the right; what is empty is left out."""
    shown = Table.grid(padding=(0, 2))
    shown.add_column(style="dim", no_wrap=True)
    shown.add_column(overflow="fold")
    for name, value in lines:
        if value:
            shown.add_row(name, value)
    return shown


def command(line: str) -> Text:
    """A command to copy: never broken by us, so that a copy of it runs."""
    return Text(f"  {line}", style="cyan", no_wrap=True, overflow="ignore")


def marked(text: str, style: str) -> Text:
    """A text with a style of its own."""
    return Text(text, style=style)


def indented(part: RenderableType) -> Padding:
    """A part moved in by two columns."""
    return Padding(part, (0, 0, 0, 2))


def as_json(body: Mapping[str, object] | Sequence[object]) -> str:
    """The answer for programs: one value, in lines."""
    return json.dumps(body, indent=2, ensure_ascii=False)


def mark(made: Mark | None) -> dict[str, object] | None:
    """When, by whom and why, for programs."""
    return None if made is None else {"at": iso(made.at), "by": made.by, "why": made.why}


def pair(app_key: str, token: str) -> str:
    """A pair in clear, each value whole on its line, however narrow the window: a table would cut the token's end."""
    return f"appKey    {app_key}\nappToken  {token}"


def write_plainly() -> None:
    """Replace what this terminal cannot show instead of failing on it."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr] # tests replace the streams
