"""`/metrics`, as Prometheus reads it. Labels are bounded: no account, key or path is ever one."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from itertools import accumulate
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from chaveiro.core.cause import Cause
from chaveiro.core.decision import Allowed, Denied
from chaveiro.doors.keeping.nodes import Nodes, State, behind, nodes
from chaveiro.stores.port import StoreUnavailable
from chaveiro.wire.answer import NO_STORE
from chaveiro.wire.message import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric

    from chaveiro.node import Node, Verdict

METRICS: Final = "/metrics"
ASK_SECONDS: Final = 1.0  # between two questions to the store how the nodes are
SECONDS: Final = (0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.0)
_BOUNDS: Final = (*map(str, SECONDS), "+Inf")


_DENIALS: Final = {
    "noted": "Refusals that were told and noted.",
    "kept": "Refusals explained and kept for the accounts' keepers.",
    "dropped": "Refusals lost because too many waited.",
    "failed": "Surprises while telling, explaining or keeping a refusal.",
}


class Timing:
    """How long something took, each time."""

    __slots__ = ("_counts", "seconds")

    def __init__(self) -> None:
        self._counts = [0] * (len(SECONDS) + 1)
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        self._counts[bisect_left(SECONDS, seconds)] += 1
        self.seconds += seconds

    def buckets(self) -> list[tuple[str, float]]:
        """How many took no longer than each bound, as the library wants them."""
        return list(zip(_BOUNDS, accumulate(self._counts), strict=True))


class DenialCounts(Protocol):
    """What became of the refusals."""

    noted: int
    kept: int
    dropped: int
    failed: int


class SessionCounts(Protocol):
    """What became of sessions."""

    refused: int


class Metrics(Collector):
    """Counts what was decided. Two plain numbers per check: the library's own counters cost as much as the decision."""

    def __init__(self, node: Node, denials: DenialCounts, sessions: SessionCounts) -> None:
        self._node = node
        self._denials = denials
        self._sessions = sessions
        self._requests: defaultdict[tuple[str, int], int] = defaultdict(int)
        self._doors: defaultdict[str, Timing] = defaultdict(Timing)
        self._checks: defaultdict[tuple[str, str, str], int] = defaultdict(int)
        self._timing = Timing()
        self._asking = Lock()
        self._asked_at = -ASK_SECONDS
        self._found: Nodes | None = None
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)

    def count(self, door: str, found: Verdict | Cause | None, seconds: float) -> None:
        """Count one decided check; of a subject that was only named, what is in its way, or that nothing is."""
        if isinstance(found, Allowed) or found is None:
            self._checks[door, "allow", ""] += 1
        elif isinstance(found, Denied | Cause):
            self._checks[door, "deny", found.cause if isinstance(found, Denied) else found] += 1
        else:
            self._checks[door, "unknown", ""] += 1
        self._timing.add(seconds)

    def answered(self, door: str, status: int, seconds: float) -> None:
        """Count one request, whatever it was answered."""
        self._requests[door, status] += 1
        self._doors[door].add(seconds)

    def counted(self) -> dict[tuple[str, str, str], int]:
        """How many checks were decided, by door, decision and cause."""
        return dict(self._checks)

    def tell_too(self, others: Collector) -> None:
        """Tell, too, what somebody else has counted."""
        self._registry.register(others)

    def reply(self) -> Reply:
        """Everything, as text."""
        body = generate_latest(self._registry)
        return Reply(200, ((b"content-type", CONTENT_TYPE_PLAIN_0_0_4.encode()), NO_STORE), body)

    def collect(self) -> Iterator[Metric]:
        """Give the library what was counted."""
        checks = CounterMetricFamily(
            "chaveiro_checks", "Checks, by door, decision and cause.", labels=("door", "decision", "cause")
        )
        for labels, count in list(self._checks.items()):
            checks.add_metric(labels, count)
        yield checks
        yield HistogramMetricFamily(
            "chaveiro_check_seconds",
            "How long a check took, from the request's head to its answer.",
            buckets=self._timing.buckets(),
            sum_value=self._timing.seconds,
        )
        yield from self._answered()
        yield GaugeMetricFamily(
            "chaveiro_stale_seconds",
            "How long ago this process last proved that it knows every change.",
            self._node.known.stale_seconds(),
        )
        yield GaugeMetricFamily(
            "chaveiro_stale_seconds_max",
            "How long ago it may be: beyond that nothing is decided here.",
            self._node.stale_seconds_max,
        )
        yield GaugeMetricFamily("chaveiro_revision", "The newest change applied.", self._node.known.revision.seq)
        quarantine = self._node.known.quarantine
        yield CounterMetricFamily(
            "chaveiro_rows_refused", "Parts of accounts that were not as Chaveiro wrote them.", quarantine.told
        )
        yield CounterMetricFamily(
            "chaveiro_changes_unreadable", "Changes that could not be believed or applied.", quarantine.unreadable
        )
        yield from self._fleet()
        for name, described in _DENIALS.items():
            yield CounterMetricFamily(f"chaveiro_denials_{name}", described, getattr(self._denials, name))

    def _answered(self) -> Iterator[Metric]:
        """What every door answered, and how long it took."""
        requests = CounterMetricFamily(
            "chaveiro_requests", "Requests, by door and status of the answer.", labels=("door", "status")
        )
        for (door, status), count in list(self._requests.items()):
            requests.add_metric((door, str(status)), count)
        yield requests
        seconds = HistogramMetricFamily(
            "chaveiro_request_seconds",
            "How long a request took, its body included, until its answer was whole.",
            labels=("door",),
        )
        for door, timing in list(self._doors.items()):
            seconds.add_metric((door,), timing.buckets(), timing.seconds)
        yield seconds
        yield CounterMetricFamily(
            "chaveiro_sessions_refused",
            "Sessions that browsers showed and that there are not, or not any more.",
            self._sessions.refused,
        )

    def _fleet(self) -> Iterator[Metric]:
        """What the store knows of this node and the others; of a store that does not answer, that alone."""
        found = self._nodes()
        reachable = 0 if found is None else 1
        yield GaugeMetricFamily("chaveiro_store_reachable", "Whether the database answers: 1, or 0.", reachable)
        if found is None:
            return
        missing = behind(self._node.known.revision, found.head)
        yield GaugeMetricFamily(
            "chaveiro_node_behind",
            "How many changes this process has not applied yet.",
            found.head.seq if missing is None else missing,
        )
        states = GaugeMetricFamily(
            "chaveiro_nodes", "Nodes that share the database, by state; none where nobody reports.", labels=("state",)
        )
        for state in State:
            states.add_metric((state.value,), sum(one.state is state for one in found.nodes))
        yield states

    def _nodes(self) -> Nodes | None:
        """What the store said lately. Whoever comes meanwhile makes nobody ask it again: anybody may come."""
        if self._asking.acquire(blocking=False):
            try:
                if monotonic() - self._asked_at >= ASK_SECONDS:
                    self._found = self._ask()
                    self._asked_at = monotonic()
            finally:
                self._asking.release()
        return self._found

    def _ask(self) -> Nodes | None:
        try:
            return nodes(self._node)
        except StoreUnavailable:
            return None
