"""`chaveiro scan`: tokens that lie in files. Nothing is looked up, sent, changed or shown in clear."""

from __future__ import annotations

import io
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Annotated, Final

import typer

from chaveiro.core.names import LOOKS_SECRET
from chaveiro.doors.cli import printing
from chaveiro.doors.cli.desk import CANNOT, NO, Desk, command
from chaveiro.doors.cli.reading import FROM_STDIN, Cannot
from chaveiro.doors.cli.scan import texts
from chaveiro.doors.cli.scan.finding import Likeness, Spotted, Wanted, spotted
from chaveiro.doors.cli.scan.tree import Skipped, Why, files
from chaveiro.words import figures

app = typer.Typer()

_MEGABYTE: Final = 1_000_000
_SAID: Final = {
    Why.UNREADABLE: texts.UNREADABLE,
    Why.LINK_OUT: texts.LINK_OUT,
    Why.SPECIAL: texts.SPECIAL,
    Why.COMPRESSED: texts.GIT,
}


@command(app, "scan")
def scan(
    desk: Desk,
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH", help="Files or folders; - reads standard input.", show_default=False)
    ],
    *,
    probable: Annotated[
        bool, typer.Option("--probable", help="Name what begins like a token and is damaged, too.")
    ] = False,
    vtex: Annotated[
        bool, typer.Option("--vtex", help="Find tokens of VTEX's shape, too, where their appKey lies beside them.")
    ] = False,
) -> None:
    """Find tokens in files by their own characters: offline, and without showing one.

    Everything is read as it lies there, whatever its kind; what is compressed or encrypted stays closed. Exit code 0
    nothing was found, 1 something was, 2 nothing was, but not everything could be read.
    """
    search = _Search(desk, Wanted(probable=probable, vtex=vtex))
    if FROM_STDIN in paths:
        search.read(_standard_input(), FROM_STDIN)
    for entry in files(_named(paths)):
        search.take(entry)
    search.finish()
    if search.found:
        raise typer.Exit(NO)
    if any(one.why is Why.UNREADABLE for one in search.skipped):
        raise typer.Exit(CANNOT)


def _standard_input() -> IO[bytes]:
    raw = getattr(sys.stdin, "buffer", None)
    return raw if raw is not None else io.BytesIO(sys.stdin.read().encode())  # tests replace the stream


def _named(paths: list[str]) -> tuple[Path, ...]:
    named = tuple(Path(path) for path in paths if path != FROM_STDIN)
    for path in named:
        if not path.exists():
            raise Cannot(texts.NAMES_NOTHING, path=_plain(str(path)))
    return named


@dataclass(slots=True)
class _Search:
    """One run: what was found, what was read, what was not. People read it as it comes, programs at the end."""

    desk: Desk
    wanted: Wanted
    found: list[tuple[str, Spotted]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    read_files: int = 0
    read_bytes: int = 0

    def take(self, entry: Path | Skipped) -> None:
        """Read a file, or note what is not read."""
        if isinstance(entry, Skipped):
            self._skip(entry)
            return
        try:
            with entry.open("rb") as stream:
                self.read(stream, str(entry))
        except OSError:
            self._skip(Skipped(entry, Why.UNREADABLE))

    def read(self, stream: IO[bytes], name: str) -> None:
        """Read a stream to its end. Raises OSError."""
        self.read_files += 1
        for one in spotted(_Counted(stream, self), self.wanted):  # type: ignore[arg-type] # `read` is all that is asked
            shown = _plain(name)
            self.found.append((shown, one))
            if not self.desk.as_json:
                printing.put(f"{shown}:{one.line}:{one.column}: {', '.join(self._told(one))}")

    def finish(self) -> None:
        """Say what the run amounts to."""
        if self.desk.as_json:
            printing.put(printing.as_json(self._body()))
            return
        for one in self.skipped:
            printing.console(stderr=True).print(self.desk.text(_SAID[one.why], path=_plain(str(one.path))))
        in_files = Counter(name for name, _ in self.found)
        if self.found:
            said = self.desk.text(texts.FOUND, count=len(self.found), files=len(in_files))
        else:
            megabytes = figures.number(round(self.read_bytes / _MEGABYTE, 1), self.desk.language)
            said = self.desk.text(texts.NONE_FOUND, files=self.read_files, megabytes=megabytes)
        printing.console(stderr=True).print(said)

    def _skip(self, one: Skipped) -> None:
        self.skipped.append(one)

    def _told(self, one: Spotted) -> Iterator[str]:
        yield one.shown
        if one.likeness is Likeness.PROBABLE:
            yield self.desk.text(texts.PROBABLE)
        if one.app_key:
            yield self.desk.text(texts.APP_KEY_BESIDE, key=one.app_key)

    def _body(self) -> dict[str, object]:
        return {
            "found": [
                {
                    "file": name,
                    "line": one.line,
                    "column": one.column,
                    "likeness": one.likeness,
                    "token": one.shown,
                    "appKey": one.app_key or None,
                }
                for name, one in self.found
            ],
            "skipped": [{"path": _plain(str(one.path)), "why": one.why} for one in self.skipped],
            "files": self.read_files,
            "bytes": self.read_bytes,
        }


@dataclass(frozen=True, slots=True)
class _Counted:
    """A stream of which is counted what was read."""

    stream: IO[bytes]
    search: _Search

    def read(self, most: int) -> bytes:
        found = self.stream.read(most)
        self.search.read_bytes += len(found)
        return found


def _plain(path: str) -> str:
    """A name as it may be shown: a file may be called by a token."""
    return LOOKS_SECRET.sub("***", path).encode("utf-8", "backslashreplace").decode()
