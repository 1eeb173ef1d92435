"""How the tour looks: a scene has a title, a story and rows. Readable at 80 columns, and without colour."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from chaveiro.core.credential import masked
from chaveiro.doors.cli import printing
from chaveiro.doors.cli.demo import texts
from chaveiro.doors.keeping.texts import told
from chaveiro.words.language import Language

WIDTH = 80
WIDTH_MAX = 100  # longer lines are hard to read
LABEL_WIDTH = 12
_TOKEN = re.compile(r"cvt_[0-9a-z]{70}")

GOOD = "green"
BAD = "red"
QUIET = "dim"
COMMAND = "cyan"


class Show:
    """What the reader sees. It says nothing where the answer is for programs."""

    def __init__(self, language: Language, *, silent: bool) -> None:
        self._language = language
        at_terminal = sys.stdout.isatty()
        whole = printing.console()
        width = min(whole.width, WIDTH_MAX) if at_terminal else WIDTH
        self._console = Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False)
        self._silent = silent

    def text(self, sentence: str, **facts: object) -> str:
        return told(sentence, self._language, **facts)

    def opening(self) -> None:
        """What this is about."""
        self._print("", Text(self.text(texts.TITLE), style="bold"), "", self.text(texts.INTRODUCTION), "")

    def progress(self, sentence: str, **facts: object) -> None:
        """A part is being started."""
        self._print(Padding(Text(f"· {self.text(sentence, **facts)}", style=QUIET), (0, 2)))

    def scene(self, number: int, count: int, title: str, story: str) -> None:
        """A new scene."""
        heading = Text(f"{number}/{count}  {title}", style="bold")
        self._print("", Rule(heading, align="left", style=QUIET), Padding(story, (0, 2)), "")

    def step(self, sentence: str) -> None:
        """The story goes on within a scene."""
        self._print("", Padding(sentence, (0, 2)), "")

    def request(self, line: str, headers: Iterable[tuple[str, str]], note: str = "") -> None:
        """What is sent; the token is masked."""
        shown = list(headers)
        width = max((len(name) for name, _ in shown), default=0) + 1
        lines = [line, *(f"{f'{name}:':<{width}} {value}" for name, value in shown)]
        self.row(texts.SENT, Text("\n".join(lines)))
        if note:
            self.row("", Text(f"({note})", style=QUIET))

    def row(self, label: str, value: RenderableType) -> None:
        """One row: what it is, and what it says."""
        grid = Table.grid(padding=(0, 0))
        grid.add_column(width=2)
        grid.add_column(width=LABEL_WIDTH, style=QUIET, no_wrap=True)
        grid.add_column(overflow="fold")
        grid.add_row("", self.text(label) if label else "", value)
        self._print(grid)

    def command(self, label: str, line: str) -> None:
        """A command, whole, so that a copy of it runs."""
        name = f"  {self.text(label) if label else '':<{LABEL_WIDTH}}"
        self._print(Text.assemble((name, QUIET), (f"$ {line}", COMMAND)))

    def said(self, answer: str) -> None:
        """What a command answered, tokens masked."""
        shown = _TOKEN.sub(lambda found: masked(found[0]), answer)
        self.row("", Text(shown, style=QUIET))

    def closing(self, *lines: Text | str) -> None:
        """The end."""
        self._print("", Rule(style=QUIET), *lines, "")

    def _print(self, *parts: RenderableType) -> None:
        """Print now, however long the next part takes; away from a terminal without blanks at the ends of lines."""
        if self._silent:
            return
        with self._console.capture() as captured:
            for part in parts:
                self._console.print(part, soft_wrap=isinstance(part, Text))
        written = captured.get()
        if not self._console.is_terminal:
            written = "".join(f"{line.rstrip()}\n" for line in written.splitlines())
        sys.stdout.write(written)
        sys.stdout.flush()
