"""An integration that calls at its own pace, and how long it waits."""

from __future__ import annotations

import socket
from contextlib import closing
from itertools import count
from time import perf_counter, sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def p99_of(
    port: int,
    sent: bytes,
    *,
    calls: int,
    a_second: float,
    address: str = "127.0.0.1",
    goes_on: Callable[[], bool] = lambda: False,
) -> float:
    """What 99 of 100 calls take, in seconds from when each was due; at least so many, each of them allowed."""
    took: list[float] = []
    with closing(socket.create_connection(("127.0.0.1", port), timeout=20, source_address=(address, 0))) as connection:
        began = perf_counter()
        for number in count():
            if number >= calls and not goes_on():
                return sorted(took)[len(took) * 99 // 100]
            due = began + number / a_second
            sleep(max(0.0, due - perf_counter()))
            connection.sendall(sent)
            assert connection.recv(8192).startswith(b"HTTP/1.1 200 ")
            took.append(perf_counter() - due)
    raise AssertionError
