"""What a stranger can tell by time: `python -m bench.strangers`.

A real server, one connection that stays open, and wrong pairs of each kind in random order: a key that nobody has, and
keys that somebody has, in several states. For each kind against the first: the difference of the medians in
microseconds, with the bounds within which it lies by resampling, and Welch's t. Requests on one connection depend on
each other, so t alone says little: what is judged is the difference.
"""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import subprocess
import sys
from argparse import ArgumentParser
from contextlib import contextmanager
from math import sqrt
from pathlib import Path
from statistics import fmean, median, variance
from tempfile import TemporaryDirectory
from time import perf_counter_ns
from typing import TYPE_CHECKING, Final

from chaveiro.core.command import Command, CreateAccount, CreateRole, DeactivateKey, GrantToKey, Refusal
from chaveiro.core.credential import mint_key, mint_token
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, AppKey, Email, Resource, RoleId
from chaveiro.node import Issued
from chaveiro.serve.house import House, open_house
from chaveiro.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = AccountName("bench")
ANA = Email("ana@bench.example")
OPERATOR, SPONSOR = Actor(ActorKind.OPERATOR, "bench"), Actor(ActorKind.USER, ANA)
REQUESTS: Final = 60_000
WARM_UP: Final = 2_000
RESAMPLED: Final = 200
KEYS: Final = 200
DIFFERENCE_US_MAX: Final = 1.5
UNKNOWN: Final = "a key that nobody has"


def furnished(house: House) -> dict[str, list[str]]:
    """An account with keys in several states; give their appKeys by kind."""
    kinds: dict[str, list[str]] = {"a key without roles": [], "a key with a role": [], "an inactive key": []}
    done(house, CreateAccount(ACCOUNT, ANA), OPERATOR)
    done(house, CreateRole(ACCOUNT, "Orders", frozenset({Resource("OMS", "ListOrders")})), SPONSOR)
    for number in range(KEYS):
        kind = list(kinds)[number % len(kinds)]
        issued = house.node.issue(ACCOUNT, label=f"key {number}", by=SPONSOR)
        assert isinstance(issued, Issued)
        if kind != "a key without roles":
            done(house, GrantToKey(ACCOUNT, RoleId(1), issued.app_key), SPONSOR)
        if kind == "an inactive key":
            done(house, DeactivateKey(ACCOUNT, issued.app_key), SPONSOR)
        kinds[kind].append(issued.app_key)
    return kinds


def done(house: House, command: Command, by: Actor) -> None:
    """Carry out what must succeed."""
    assert not isinstance(house.node.carry_out(command, by=by), Refusal)


def message(rng: random.Random, app_key: str | None) -> bytes:
    """A wrong token that was well formed, of this key or of one that nobody has."""
    made_up = mint_key(rng.randbytes(10))  # in any case, so that our own time before asking is the same
    key = AppKey(app_key) if app_key else made_up
    pair = f"X-VTEX-API-AppKey: {key}\r\nX-VTEX-API-AppToken: {mint_token(key, rng.randbytes(33)).reveal()}\r\n"
    return f"GET /authz/envoy/api/oms/pvt/orders HTTP/1.1\r\nHost: bench.localhost\r\n{pair}\r\n".encode()


def timed(connection: socket.socket, sent: bytes) -> int:
    """Ask once, and read the whole answer; give the nanoseconds."""
    began = perf_counter_ns()
    connection.sendall(sent)
    answer = connection.recv(65_536)
    while not answer.endswith(b"}"):  # its body comes by itself
        answer += connection.recv(65_536)
    took = perf_counter_ns() - began
    assert answer.startswith(b"HTTP/1.1 401 "), answer[:100]
    return took


def measured(port: int, kinds: dict[str, list[str]], requests: int, rng: random.Random) -> dict[str, list[int]]:
    """Ask in random order; give what each kind took."""
    found: dict[str, list[int]] = {kind: [] for kind in kinds}
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for number in range(requests + WARM_UP):
            kind = rng.choice(list(kinds))
            took = timed(connection, message(rng, rng.choice(kinds[kind]) if kinds[kind] else None))
            if number >= WARM_UP:
                found[kind].append(took)
    return found


def compared(rng: random.Random, ours: list[int], base: list[int]) -> tuple[float, float, float, float]:
    """The difference of the medians in microseconds, where it lies in 95 of 100 resamplings, and Welch's t."""
    resampled = sorted(
        median(rng.choices(ours, k=len(ours))) - median(rng.choices(base, k=len(base))) for _ in range(RESAMPLED)
    )
    t = (fmean(ours) - fmean(base)) / sqrt(variance(ours) / len(ours) + variance(base) / len(base))
    low, high = resampled[RESAMPLED // 40], resampled[-1 - RESAMPLED // 40]
    return (median(ours) - median(base)) / 1_000, low / 1_000, high / 1_000, t


@contextmanager
def served() -> Iterator[tuple[int, dict[str, list[str]]]]:
    """A real server with an account; its port, and the appKeys of each kind, of which the first kind has none."""
    with TemporaryDirectory() as folder:
        house = open_house(Settings(data=Path(folder)))
        kinds = {UNKNOWN: [], **furnished(house)}
        house.close()
        command = [sys.executable, "-m", "chaveiro", "serve", "--port", "0", "--log-level", "error"]
        environment = {**os.environ, "CHAVEIRO_DATA": folder}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own
            assert server.stdout is not None
            try:
                ready = re.search(r":(\d+)\s*$", server.stdout.readline())
                assert ready
                yield int(ready[1]), kinds
            finally:
                server.send_signal(signal.SIGTERM)


def main() -> int:
    """Print each kind; 1 where one can be told by more than is promised."""
    parser = ArgumentParser(prog="python -m bench.strangers", description=__doc__)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--seed", type=int, default=9)
    chosen = parser.parse_args()
    rng = random.Random(chosen.seed)  # noqa: S311 - the same questions each time
    with served() as (port, kinds):
        found = measured(port, kinds, chosen.requests, rng)
    base, worst = found.pop(UNKNOWN), 0.0
    print(f"{UNKNOWN}: median {median(base) / 1_000:.1f} µs over {len(base):,} requests")
    for kind, took in found.items():
        difference, low, high, t = compared(rng, took, base)
        worst = max(worst, abs(difference))
        print(f"{kind}: {difference:+.2f} µs ({low:+.2f} to {high:+.2f}), t = {t:.1f}, over {len(took):,} requests")
    print(f"largest difference {worst:.2f} µs; promised: {DIFFERENCE_US_MAX} µs at most")
    return int(worst > DIFFERENCE_US_MAX)


if __name__ == "__main__":
    sys.exit(main())
