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
    """What 99 of 100 calls take, in seconds; at least so many, each of them allowed.

    A call that is late because the answer to the one before was late counts from when it was due. One that is late
    because the system woke us late counts from when it was sent: that is nobody's doing who is measured here.
    """
    took: list[float] = []
    with closing(socket.create_connection(("127.0.0.1", port), timeout=20, source_address=(address, 0))) as connection:
        began = perf_counter()
        for number in count():
            if number >= calls and not goes_on():
                return sorted(took)[len(took) * 99 // 100]
            asked = began + number / a_second
            if (early := asked - perf_counter()) > 0:
                sleep(early)
                asked = perf_counter()
            connection.sendall(sent)
            assert connection.recv(8192).startswith(b"HTTP/1.1 200 ")
            took.append(perf_counter() - asked)
    raise AssertionError
