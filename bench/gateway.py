"""nginx asking Chaveiro about each request before it passes it on, beside nginx passing everything on.

The shipped configuration of deploy/nginx, on TCP, and the same nginx without an authorizer. What is counted is the
processor time of nginx and of Chaveiro; of the API behind them nothing.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from bench.accounts import METHOD, PATH, Pair, stock
from bench.caller import Caller, Question
from bench.measure import Figure, interleaved, processor_microseconds, processor_seconds, ratio, settled
from bench.serving import chaveiro, nginx, statically

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.measure import Dose
    from bench.serving import Served

TITLE: Final = "A gateway, end to end"
SHIPPED: Final = Path(__file__).parents[1] / "deploy" / "nginx" / "nginx.conf"
API: Final = statically('default_type text/plain; return 200 "orders";')
ALONE: Final = Template("""
worker_processes 1;
pid nginx.pid;
error_log error.log crit;
events { worker_connections 1024; }
http {
    log_format chaveiro '$$time_iso8601 $$remote_addr $$request_method $$uri $$status $$request_time';
    access_log access.log chaveiro;
    upstream backend {
        server ${BACKEND};
        keepalive 32;
    }
    server {
        listen ${LISTEN};
        merge_slashes off;
        location / {
            proxy_pass http://backend;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $$host;
            proxy_set_header X-Forwarded-For $$remote_addr;
            proxy_set_header X-Forwarded-Proto $$scheme;
        }
    }
}
""")


def figures(dose: Dose) -> Iterator[Figure]:
    """Ask for the same through both, in turn."""
    known = stock(dose.fewest)
    split: dict[str, list[float]] = {"nginx": [], "chaveiro": []}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        caller = stack.enter_context(Caller())
        authorizer = stack.enter_context(chaveiro(known.folder))
        api = stack.enter_context(nginx(folder / "api", API))
        places = {"LISTEN": "127.0.0.1:${PORT}", "BACKEND": f"127.0.0.1:{api.port}"}
        asking = Template(SHIPPED.read_text()).safe_substitute(places, AUTHORIZER=f"127.0.0.1:{authorizer.port}")
        gate = stack.enter_context(nginx(folder / "asking", asking))
        alone = stack.enter_context(nginx(folder / "alone", ALONE.safe_substitute(places)))
        assert caller.ask(gate.port, [_wrong(known.pairs)], 1).right == 1
        questions = [_through(pair) for pair in known.pairs]
        sides = {
            "alone": partial(_cost, caller, [alone], questions, dose, []),
            "asking": partial(_cost, caller, [gate, authorizer], questions, dose, split["nginx"]),
        }
        at_rest = partial(settled, [one.pid for one in (gate, authorizer, alone, api)])
        found = interleaved(sides, dose.rounds, settle=at_rest)
    yield from _told(found, tuple(split["nginx"][1:]))


def _told(found: dict[str, tuple[float, ...]], nginx_own: tuple[float, ...]) -> Iterator[Figure]:
    alone = Figure("nginx passing on", found["alone"], "us", "nginx; not the API behind it")
    asking = Figure("nginx asking Chaveiro, then passing on", found["asking"], "us", "nginx and Chaveiro; not the API")
    own = Figure("of which nginx", nginx_own, "us", "the question it asks, and what it takes over from the answer")
    added = tuple(more - less for more, less in zip(asking.rounds, alone.rounds, strict=True))
    asked = Figure("added by asking", added, "us", "both processes, less nginx passing on")
    yield from (alone, asking, own, asked)
    yield ratio("both processes against nginx passing on", asking, alone)
    yield ratio("added by asking, against nginx passing on", asked, alone, goal="gateway")


def _cost(
    caller: Caller, gates: Sequence[Served], questions: Sequence[Question], dose: Dose, own: list[float]
) -> float:
    """Processor time of all of them, the first of which is asked; its own goes into *own*."""
    gate = gates[0]
    before = processor_seconds([gate.pid])
    asked = partial(caller.ask, gate.port, questions, dose.requests)
    spent = processor_microseconds([one.pid for one in gates], lambda: asked().right, dose.requests)
    own.append((processor_seconds([gate.pid]) - before) / dose.requests * 1_000_000)
    return spent


def _through(pair: Pair) -> Question:
    """What an integration sends to the gateway."""
    sent = f"{METHOD} {PATH} HTTP/1.1\r\nHost: bench.localhost\r\n{pair.headers}\r\n"
    return Question(sent.encode(), b"200", b"orders")


def _wrong(pairs: Sequence[Pair]) -> Question:
    """A pair that must not come through, or nobody would be asked."""
    return _through(Pair(pairs[0].app_key, pairs[-1].app_token))._replace(status=b"401", holds=b"pair_mismatch")
