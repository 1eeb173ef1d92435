"""Whoever asks: a process of its own that sends many requests over a few connections, and looks at every answer."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from multiprocessing import get_context
from time import perf_counter
from typing import TYPE_CHECKING, Final, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection

CONNECTIONS: Final = 16
ANSWER_SECONDS_MAX: Final = 600  # an account of a million keys may have to be read first
_LENGTH = re.compile(rb"\r\n[Cc]ontent-[Ll]ength: *([0-9]+)\r\n")
_CLOSE = re.compile(rb"\r\n[Cc]onnection: *close\r\n")
_END: Final = b"\r\n\r\n"


class Question(NamedTuple):
    """A request as it is sent, and what its answer must be."""

    sent: bytes
    status: bytes = b"200"
    holds: bytes = b""  # somewhere in the answer


@dataclass(frozen=True, slots=True)
class Heard:
    """How one round of asking went."""

    right: int
    seconds: tuple[float, ...]  # of each answer, where one was asked after the other


class Caller:
    """The process; ask it as often as you like, and close it."""

    def __init__(self) -> None:
        own = get_context("spawn")
        self._pipe, theirs = own.Pipe()
        self._process = own.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.close()
        self._process.join()

    def ask(self, port: int, questions: Sequence[Question], count: int, connections: int = CONNECTIONS) -> Heard:
        """Ask the questions in turn, *count* times in all, on so many connections at once."""
        self._pipe.send((port, tuple(questions), count, connections))
        heard = self._pipe.recv()
        assert isinstance(heard, Heard)
        return heard


def _serve(pipe: Connection) -> None:
    while True:
        try:
            port, questions, count, connections = pipe.recv()
        except EOFError:
            return
        lines = [_Line(port) for _ in range(min(connections, count))]
        pipe.send(_one_by_one(lines[0], questions, count) if connections == 1 else _together(lines, questions, count))
        for line in lines:
            line.close()


def _together(lines: list[_Line], questions: tuple[Question, ...], count: int) -> Heard:
    """Each connection has one question open at a time; all ask, then all listen."""
    right, number = 0, 0
    while number < count:
        asked = [(line, questions[(number + i) % len(questions)]) for i, line in enumerate(lines[: count - number])]
        for line, question in asked:
            line.send(question.sent)
        for line, question in asked:
            right += line.hears(question)
        number += len(asked)
    return Heard(right, ())


def _one_by_one(line: _Line, questions: tuple[Question, ...], count: int) -> Heard:
    right, seconds = 0, []
    for number in range(count):
        question = questions[number % len(questions)]
        began = perf_counter()
        line.send(question.sent)
        right += line.hears(question)
        seconds.append(perf_counter() - began)
    return Heard(right, tuple(seconds))


class _Line:
    """One connection, made again where the other side ends it after its answer."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket = self._connected()

    def _connected(self) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self._port), timeout=ANSWER_SECONDS_MAX)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def send(self, sent: bytes) -> None:
        self._socket.sendall(sent)

    def hears(self, question: Question) -> bool:
        """Read one whole answer, and say whether it is the right one."""
        answer = self._socket.recv(65_536)
        while (missing := _missing(answer)) and (more := self._socket.recv(missing)):
            answer += more
        if _CLOSE.search(answer):
            self.close()
            self._socket = self._connected()
        return answer[9:12] == question.status and question.holds in answer

    def close(self) -> None:
        self._socket.close()


def _missing(answer: bytes) -> int:
    """How many more bytes an answer may have; 0: it is whole."""
    head = answer.find(_END)
    if head < 0:
        return 65_536
    length = _LENGTH.search(answer, 0, head + 2)
    return max(0, head + len(_END) + (int(length[1]) if length else 0) - len(answer))
