"""The bench measures what it says: figures from right answers alone, and a goal for each, whatever came out."""

import itertools
import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import Thread
from xml.etree import ElementTree as ET

import pytest
from bench.__main__ import measured
from bench.caller import Caller, Question
from bench.goals import GOALS
from bench.measure import (
    Dose,
    Figure,
    interleaved,
    microseconds,
    processor_microseconds,
    processor_seconds,
    ratio,
    settled,
)
from bench.parts import PARTS
from bench.report import FAILED, NOT_HERE, Measured, judged, written
from bench.serving import Served, chaveiro, nginx, question, statically

from bench import accounts, check, load, measure, write
from chaveiro.serve.house import open_house

ANSWERED = {"check": ("http-empty", "http-asgi", "http-short"), "write": ("write",)}
DOSE = Dose(rounds=2, keys=(20,), checks=20, requests=48, writes=2, revokes=2, peer_seconds=0.01)


@pytest.fixture(scope="module", autouse=True)
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Accounts made for a test stay with it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "KEPT", tmp_path_factory.mktemp("accounts"))
        patch.setattr(write, "KEPT", tmp_path_factory.mktemp("written"))
        patch.setattr(measure, "SETTLE_SECONDS", 0.05)  # nobody believes these figures
        yield


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    with Caller() as one:
        yield one


@pytest.fixture
def static(tmp_path: Path) -> Iterator[Served]:
    with nginx(tmp_path / "static", statically("return 204;")) as served:
        yield served


@pytest.mark.parametrize("part", [check, write], ids=lambda part: part.__name__)
def test_a_part_makes_its_figures(part: object) -> None:
    """Each of them positive, from as many rounds as were asked for, and each goal of the part answered."""
    name = part.__name__.removeprefix("bench.")  # type: ignore[attr-defined] # a module
    found = measured(name, DOSE)
    assert not found.problem
    assert all(len(one.rounds) == DOSE.rounds and min(one.rounds) > 0 for one in found.figures)
    assert {one.goal for one in found.figures} - {""} == set(ANSWERED[name])


def test_every_goal_belongs_to_a_part() -> None:
    """One that `make bench` runs."""
    assert {goal.part for goal in GOALS.values()} <= set(PARTS)


def test_the_report_tells_every_goal(tmp_path: Path) -> None:
    """Reached, short or not measured: none is left out, and none is told as reached that is not."""
    reached = Figure("a", (1.0, 1.1, 1.2), "x", goal="http-empty")
    short = Figure("b", (0.2, 0.1, 0.3), "x", goal="http-asgi")
    failed = Measured("write", "A durable write", problem=f"{FAILED} AssertionError.")
    page = written([Measured("check", "A check", [reached, short]), failed], DOSE, tmp_path).read_text()
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    for goal in GOALS.values():
        (row,) = [row for row in rows if row.startswith(f"| {goal.what} |")]
        verdict = {"http-empty": "reached", "http-asgi": "short"}.get(goal.id, "not measured")
        assert row.endswith(f"| {verdict} |")
        assert goal.told in row
    assert f"{FAILED} AssertionError." in page
    assert not (tmp_path / "check.svg").exists(), "ratios stand in the table alone"


def test_a_plot_shows_each_figure(tmp_path: Path) -> None:
    """It is XML, and names what it draws."""
    figures = [
        Figure("quick & small", (1.0, 2.0), "us"),
        Figure("slow", (900.0, 1000.0), "us"),
        Figure("x", (2.0,), "x"),
    ]
    written([Measured("check", "A <check>", figures)], DOSE, tmp_path)
    drawn = ET.parse(tmp_path / "check.svg")  # noqa: S314 - our own
    texts = [element.text for element in drawn.iter() if element.tag.endswith("text")]
    assert {"quick & small", "slow"} <= set(texts)
    assert len([element for element in drawn.iter() if element.get("class") == "bar"]) == 2


def test_wrong_answers_make_no_figure(static: Served, caller: Caller) -> None:
    """A server that answers something else is not measured."""
    wanted = Question(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"200")
    assert caller.ask(static.port, [wanted], 32).right == 0
    assert caller.ask(static.port, [wanted._replace(status=b"204")], 32).right == 32
    with pytest.raises(AssertionError, match="32 of 32"):
        processor_microseconds([static.pid], lambda: caller.ask(static.port, [wanted], 32).right, 32)
    with pytest.raises(AssertionError, match="1 of 2"):
        microseconds(lambda: 1, 2)


def test_a_check_names_the_key_that_it_allows(caller: Caller) -> None:
    """An allow for somebody else is no right answer, and a made-up key has no allow."""
    stock = accounts.stock(DOSE.fewest)
    one, other = stock.pairs[:2]
    with chaveiro(stock.folder) as served:
        assert caller.ask(served.port, [question(one), question(stock.small, account=accounts.SMALL)], 2).right == 2
        assert caller.ask(served.port, [question(one)._replace(holds=other.app_key.encode())], 1).right == 0
        wrong = accounts.Pair(one.app_key, other.app_token)
        assert caller.ask(served.port, [question(wrong, status=b"401")], 1).right == 1


def test_every_key_of_an_account_is_whole() -> None:
    """Also those that nobody can show: no row of it is taken for damaged, and all hold the role."""
    stock = accounts.stock(DOSE.keys[-1])
    house = open_house(accounts.settings(stock.folder))
    try:
        keyring = house.node.keyring(accounts.BENCH)
    finally:
        house.close()
    assert not keyring.damaged
    assert len(keyring.keys) == stock.keys
    assert {len(key.grants) for key in keyring.keys.values()} == {1}


def test_processor_time_is_the_process_own() -> None:
    """What a child works is counted to it, and what it waits is not."""
    program = "import sys\nfor line in sys.stdin:\n    sum(range(int(line)))\n    print(flush=True)"
    command = [sys.executable, "-c", program]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None

        def work(amount: int) -> float:
            before = processor_seconds([child.pid])
            child.stdin.write(f"{amount}\n")  # type: ignore[union-attr] # it was asked
            child.stdin.flush()  # type: ignore[union-attr] # likewise
            child.stdout.readline()  # type: ignore[union-attr] # likewise
            return processor_seconds([child.pid]) - before

        idle, busy = work(0), work(2_000_000)
        before = processor_seconds([child.pid])
        sum(range(2_000_000))  # here, while the child waits
        waited = processor_seconds([child.pid]) - before
    assert waited < idle < busy
    assert busy > 0.005
    assert processor_seconds([os.getpid()]) > 0


def test_rounds_are_interleaved() -> None:
    """Each side once a round, each round beginning with another one, after one that does not count."""
    calls: list[str] = []

    def side(name: str) -> float:
        calls.append(name)
        return float(len(calls))

    found = interleaved({name: partial(side, name) for name in "abc"}, 3)
    assert "".join(calls) == "abcabcbcacab"
    assert found["a"] == (4.0, 9.0, 11.0)
    calls.clear()
    interleaved({name: partial(side, name) for name in "ab"}, 2, settle=partial(calls.append, "."))
    assert "".join(calls) == "ab.abba"
    assert ratio("a of b", Figure("a", (4.0, 9.0), "us"), Figure("b", (2.0, 3.0), "us")).rounds == (2.0, 3.0)


def test_goals_that_nobody_measured_are_told() -> None:
    """They stand among the others, without a figure."""
    assert {one.verdict for one in judged([])} == {"not measured"}
    assert len(judged([])) == len(GOALS)


def test_a_part_that_is_not_here_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that fails says that, with what it measured before."""
    assert measured("nobody", DOSE).problem == NOT_HERE

    def figures(_dose: Dose) -> Iterator[Figure]:
        yield Figure("before", (1.0,), "us")
        raise ValueError

    monkeypatch.setattr(write, "figures", figures)
    found = measured("write", DOSE)
    assert found.problem == f"{FAILED} ValueError."
    assert [one.name for one in found.figures] == ["before"]


def test_what_a_start_left_to_do_is_waited_for() -> None:
    """A process that works on by itself is at rest once it is done, and not before."""
    program = "import time\nsum(range(20_000_000))\nprint('done', flush=True)\ntime.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as child:
        try:
            settled([child.pid])
            assert child.stdout is not None
            assert select.select([child.stdout], [], [], 0)[0], "it was still at work"
        finally:
            child.kill()


def test_a_question_is_asked_at_its_time() -> None:
    """Whether or not another one has its answer: a slow one keeps nobody from asking, and counts from its own time."""
    answer = b"HTTP/1.1 200 OK\r\n\r\n"
    with ExitStack() as stack:
        (slow, slowly), (fast, fastly) = pairs = [socket.socketpair() for _ in range(2)]
        for one in itertools.chain(*pairs):
            stack.enter_context(one).settimeout(10)

        def answering() -> None:
            for _ in range(9):
                fastly.recv(8192)
                fastly.sendall(answer)
            slowly.recv(8192)
            slowly.sendall(answer)

        thread = Thread(target=answering)
        thread.start()
        took = load._paced([slow, fast], 0.1, 100, [b"GET"])
        thread.join()
    assert len(took) == 10
    assert max(took) >= 0.08
