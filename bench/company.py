"""What checks notice of company: p99 while an account is exported and a role that all of its keys hold is edited.

Two check workers on SQLite answer half of what they can, for some seconds with nothing beside them, and for as long
while the process that manages exports every key again and again and another edits the role without pause. What does the
work is in `bench.neighbours`, which tells more about one run of it.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from bench.accounts import KEPT
from bench.measure import Figure, interleaved, ratio
from tests.nodes import fleet

from chaveiro.core.command import EditRole
from chaveiro.core.names import RoleId
from chaveiro.serve import open_house

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from threading import Event

    from bench.measure import Dose

    from chaveiro.serve import House

TITLE: Final = "Checks in company"
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - twenty thousand changes are written there in a fraction of the time
_ASKED: Final = 50  # keys
_SECONDS_MAX: Final = 4.0  # of each round of each side


def figures(dose: Dose) -> Iterator[Figure]:
    """Ask without company and with it, in turn."""
    if find_spec("bench.neighbours") is None:
        return
    there: Any = import_module("bench.neighbours")
    keys = min(dose.requests, there.KEYS)
    seconds = min(_SECONDS_MAX, dose.requests / 1_000)
    KEPT.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(dir=KEPT)))
        pairs = _account(folder, keys)
        database = _url(folder)
        house = stack.enter_context(closing(open_house(fleet.settings(folder, database))))
        process, most = there.as_many_as_they_can(2, folder, database, pairs=pairs, seconds=seconds, stack=stack)
        heard = partial(there.heard, process.checks, pairs, seconds, rate=most.rate / 2)
        work = [partial(there.exporting, process, house), partial(_editing, there, house)]
        done: list[list[int]] = []
        sides = {"alone": lambda: _p99(heard()), "company": lambda: _p99(_beside(there, work, heard, done))}
        found = interleaved(sides, dose.rounds)
    rows, edits = (sum(counts) for counts in zip(*done, strict=True))
    alone = Figure("p99 of checks at half load", found["alone"], "ms", f"{most.rate / 2:,.0f} checks a second")
    beside = f"meanwhile {rows:,} rows exported, a role of {keys:,} keys edited {edits:,} times"
    company = Figure("the same beside exports and edits", found["company"], "ms", beside)
    yield from (alone, company, ratio("p99 in company against without", company, alone, goal="neighbours"))


def _account(folder: Path, keys: int) -> Sequence[fleet.Pair]:
    """Make it in memory, and put it on the disk, where edits shall wait for it."""
    fleet.new_pepper(folder)
    with TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else folder) as name:
        quick = Path(name)
        copy(folder / "pepper", quick / "pepper")
        with closing(open_house(fleet.settings(quick, _url(quick)))) as house:
            pairs = fleet.furnish(house, keys)[-_ASKED:]
        copy(quick / "chaveiro.db", folder / "chaveiro.db")
    return pairs


def _url(folder: Path) -> str:
    return f"sqlite:///{folder}/chaveiro.db"


def _editing(there: Any, house: House, stop: Event) -> int:  # noqa: ANN401 - theirs
    """Edit as it is done there, after whatever a former round left in the role."""
    role = house.node.keyring(fleet.ACME).roles[RoleId(1)]
    if left := role.resources - {fleet.ORDERS}:
        fleet.done(house, EditRole(fleet.ACME, role.id, remove=left))
    times: int = there.editing(house, stop)
    return times


def _beside(there: Any, work: Sequence[Any], heard: Callable[[], Any], done: list[list[int]]) -> Any:  # noqa: ANN401 - theirs
    found, counts = there.beside(work, heard)
    done.append(counts)
    return found


def _p99(heard: Any) -> float:  # noqa: ANN401 - theirs
    assert heard.answers
    return float(heard.p99_ms)
