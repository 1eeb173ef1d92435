"""An export takes no time from checks."""

from __future__ import annotations

from contextlib import closing
from shutil import copytree
from statistics import median
from typing import TYPE_CHECKING

from bench.accounts import ANA, BENCH, settings, stock
from bench.serving import free_port, question, ready, started
from tests.dose import dose
from tests.measured.calls import p99_of
from tests.measured.exporting import exporter
from tests.measured.rounds import settled

from chaveiro.serve import open_house

if TYPE_CHECKING:
    from pathlib import Path

    from tests.promises.plugin import Proof

KEYS = 100_000
CALLS_A_SECOND = 200
CALLS = dose(1_000, 1_000, 4_000)  # of the side without, in a round; of the other as many as an export takes
CALLS_MIN = 200
TIMES_MAX = 2.0


def test_checks_do_not_wait_for_an_export(tmp_path: Path, proof: Proof) -> None:
    """A process of its own answers them; it is asked all the time, in turn without and during exports of all keys."""
    known = stock(KEYS)
    folder = copytree(known.folder, tmp_path / "data")
    with closing(open_house(settings(folder))) as house:
        session, _ = house.sessions.begin(BENCH, ANA, address="127.0.0.1", agent="")
    sent, checks = question(known.pairs[0]).sent, free_port()
    quiet: list[float] = []
    busy: list[float] = []
    rows: list[int] = []
    with (
        started(folder, "--check-listen", f"127.0.0.1:{checks}", "--workers", "1") as popen,
        exporter(ready(popen), session.reveal()) as exporting,
    ):

        def one_round() -> float:
            quiet.append(p99_of(checks, sent, calls=CALLS, a_second=CALLS_A_SECOND))
            exporting.begin()
            busy.append(p99_of(checks, sent, calls=CALLS_MIN, a_second=CALLS_A_SECOND, goes_on=exporting.goes_on))
            rows.append(exporting.rows())
            return busy[-1] / quiet[-1]

        p99_of(checks, sent, calls=CALLS, a_second=CALLS_A_SECOND)
        ratios = settled(one_round, TIMES_MAX)
    assert set(rows) == {KEYS}
    assert median(ratios) <= TIMES_MAX, (ratios, quiet, busy)
    times = f"{median(busy) * 1000:.2f} ms, {median(quiet) * 1000:.2f} ms without, {median(ratios):.1f} x"
    figure = f"rows exported in {len(rows)} rounds: p99 of {CALLS_A_SECOND} checks a second meanwhile {times}"
    proof("G16", dose=sum(rows), figure=figure)
