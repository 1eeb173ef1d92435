"""The promises, who declares to prove them, and what came of it."""

import ast
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from textwrap import wrap

NOT_PROVED = "NOT PROVED"
BUT_AT_NIGHT = "proved but for what runs at night alone"
WIDTH = 118


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise, the figure that proves it, what no test has shown yet, and what takes so long that a night does."""

    name: str
    says: str
    figure: str
    missing: tuple[str, ...] = ()
    nightly: tuple[str, ...] = ()


@cache
def promises() -> dict[str, Promise]:
    """All of them, in order."""
    written = tomllib.loads((Path(__file__).parent / "promises.toml").read_text("utf-8"))
    return {
        name: Promise(
            name,
            one["says"],
            one["figure"],
            missing=tuple(one.get("missing", ())),
            nightly=tuple(one.get("nightly", ())),
        )
        for name, one in written.items()
    }


def rows(promised: Iterable[Promise]) -> list[str]:
    """Their rows in docs/reference/promises.md; what no test shows wholly is marked."""
    return [f"| {one.name} | {one.says} | {one.figure}{'.*' if one.missing else '.'} |" for one in promised]


def declared_in(source: str) -> dict[str, tuple[str, ...]]:
    """The tests of a source that say `proof("G1", …)`, by name, with the promises they name."""
    found: dict[str, tuple[str, ...]] = {}
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name.startswith("test_"):
            names = dict.fromkeys(sorted(_promises_named(function)))
            if names:
                found[function.name] = tuple(names)
    return found


def _promises_named(function: ast.AST) -> Iterator[str]:
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "proof" and call.args:
            named = call.args[0]
            yield str(named.value) if isinstance(named, ast.Constant) else "?"


@cache
def declared_at(path: Path) -> dict[str, tuple[str, ...]]:
    """Likewise, of a file."""
    source = path.read_text("utf-8")
    return declared_in(source) if "proof(" in source else {}


@dataclass(slots=True)
class Proving:
    """One test, all its cases together, and what it showed of one promise."""

    test: str
    doses: list[int | str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  # "failed", or why it was skipped
    seconds: float = 0.0

    def __str__(self) -> str:
        """Numbers add up over a test's cases, and begin the sentence; what is in words goes before it."""
        counted = sum(one for one in self.doses if isinstance(one, int))
        worded = ", ".join(dict.fromkeys(one for one in self.doses if isinstance(one, str)))
        figures = "; ".join(dict.fromkeys([*self.figures, *self.wrong]))
        return f"{f'{worded}: ' if worded else ''}{f'{counted:,} ' if counted else ''}{figures}"


class Ledger:
    """What a run of the tests showed, promise by promise; *night* says that it ran those of the night as well."""

    def __init__(self, promised: Mapping[str, Promise], *, night: bool = False) -> None:
        self._promised = promised
        self._night = night
        self._rows: dict[str, dict[str, Proving]] = {name: {} for name in promised}

    def note(
        self,
        test: str,
        named: Iterable[str],
        *,
        proofs: Iterable[tuple[str, int | str, str]],
        wrong: str,
        seconds: float,
    ) -> None:
        """Note one case of a test: the promises it names, what it showed, and what went wrong with it."""
        for name in named:
            row = self._rows[name].setdefault(test, Proving(test))
            row.seconds += seconds
            row.wrong += [wrong] if wrong else []
        for name, dose, figure in proofs if not wrong else ():
            self._rows[name][test].doses.append(dose)
            self._rows[name][test].figures.append(figure)

    def verdict(self, name: str) -> str:
        """In plain words, and never better than it is."""
        rows = self._rows[name].values()
        if not rows:
            return f"{NOT_PROVED}: no test ran that declares to prove it"
        wrong = [row for row in rows if row.wrong or not row.figures]
        if len(wrong) == len(rows):
            return f"{NOT_PROVED}: {'its test' if len(rows) == 1 else 'all its tests'} did not pass"
        if wrong:
            return f"{NOT_PROVED} in full: {len(wrong)} of its {len(rows)} tests did not pass"
        if self._promised[name].missing:
            return "proved in part"
        return BUT_AT_NIGHT if self._promised[name].nightly and not self._night else "proved"

    def lines(self) -> Iterator[str]:
        """The table, as it is printed."""
        for name, promise in self._promised.items():
            yield ""
            yield from wrap(f"{name:<4} {promise.says}", WIDTH, subsequent_indent=" " * 5)
            yield f"     = {self.verdict(name)}"
            for row in self._rows[name].values():
                yield f"     - {row.test}  {row.seconds:.1f} s"
                yield from _indented(str(row))
            for lacking in promise.missing:
                yield f"     - not yet shown: {lacking}"
            for later in () if self._night else promise.nightly:
                yield f"     - not run at this dose: {later}"
        verdicts = [self.verdict(name) for name in self._promised]
        parts, none = verdicts.count("proved in part"), sum(one.startswith(NOT_PROVED) for one in verdicts)
        yield ""
        yield (
            f"{verdicts.count('proved')} proved, {verdicts.count(BUT_AT_NIGHT)} {BUT_AT_NIGHT}, "
            f"{parts} proved in part, {none} not proved"
        )


def _indented(text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent=" " * 7, subsequent_indent=" " * 7)
