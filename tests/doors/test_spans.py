"""Spans: what they say, what they never say, whose word they take, and that nobody else pays for them."""

import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from tests.doors.world import ACME, ORDERS, World, done, furnish, listening

from chaveiro.core.command import CreateRole
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import Email, Resource
from chaveiro.doors.place import Place
from chaveiro.doors.spans import CAUSE, COMMAND, DECISION, DOOR, REFUSAL, STATUS, TracedNode

ANA = Actor(ActorKind.USER, Email("ana@acme.example"))
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
HEADER = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
NOBODY_TRUSTED = Place(base_hosts=("localhost",), trusted_proxies=())


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Spans go to memory, as if somebody had configured it before the process began."""
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    return kept


@pytest.fixture
def world(exporter: InMemorySpanExporter) -> Iterator[World]:
    world = furnish()
    exporter.clear()
    yield world
    world.house.close()


def asked(world: World, headers: dict[str, str] | None = None, *, place: Place | None = None) -> httpx.Response:
    with listening(world.app(place)) as port:
        pair = world.pairs["roleless"]
        body = {"account": "acme", "appKey": pair.app_key, "appToken": pair.app_token, "method": "GET", "path": ORDERS}
        return httpx.post(f"http://127.0.0.1:{port}/v1/check", json=body, headers=headers)


def only(exporter: InMemorySpanExporter) -> ReadableSpan:
    (span,) = exporter.get_finished_spans()
    return span


def test_a_check_has_a_span_of_bounded_attributes(world: World, exporter: InMemorySpanExporter) -> None:
    """Door, decision, cause and status; nothing of who asked or for what."""
    asked(world)
    span = only(exporter)
    assert span.name == "chaveiro check"
    said = {DOOR: "check", DECISION: "deny", CAUSE: "no_role_linked", STATUS: 200}
    assert dict(span.attributes or {}) == said
    pair = world.pairs["roleless"]
    for secret in (pair.app_key, pair.app_token, "acme", ORDERS):
        assert secret not in span.to_json()


def test_a_trace_is_joined_where_its_sender_is_believed(world: World, exporter: InMemorySpanExporter) -> None:
    """A proxy of ours says to which trace a request belongs; anybody else begins one of their own."""
    asked(world, HEADER)
    joined = only(exporter)
    assert joined.parent is not None
    assert (f"{joined.context.trace_id:032x}", f"{joined.parent.span_id:016x}") == (TRACE, PARENT)
    for place, header in ((NOBODY_TRUSTED, HEADER), (None, {"traceparent": "00-nonsense"})):
        exporter.clear()
        asked(world, header, place=place)
        assert only(exporter).parent is None


def test_a_command_has_a_span(world: World, exporter: InMemorySpanExporter) -> None:
    """Which command, and why it was refused; no names."""
    assert isinstance(world.house.node, TracedNode)
    done(world.house, CreateRole(ACME, "Secret name", frozenset({Resource("OMS", "ListOrders")})), ANA)
    world.house.node.carry_out(CreateRole(ACME, "Secret name", frozenset()), by=Actor(ActorKind.USER, Email("x@y.z")))
    carried, refused = exporter.get_finished_spans()
    assert dict(carried.attributes or {}) == {COMMAND: "CreateRole"}
    assert dict(refused.attributes or {})[REFUSAL]
    assert "Secret name" not in carried.to_json() + refused.to_json()


def test_a_surprise_is_an_error_without_its_message(
    world: World, exporter: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was raised may quote what a caller sent."""
    monkeypatch.setattr("chaveiro.doors.check.asked", lambda *_: (_ for _ in ()).throw(ValueError("a secret")))
    assert asked(world).status_code == 503
    span = only(exporter)
    assert (span.status.status_code, span.events) == (trace.StatusCode.ERROR, ())
    assert "a secret" not in span.to_json()


def test_a_framework_behind_a_door_records_nothing(world: World, exporter: InMemorySpanExporter) -> None:
    """Its own spans would hold the address, and a token may stand there."""
    with listening(world.app()) as port:
        httpx.get(f"http://127.0.0.1:{port}/api/vtexid/pub/authenticated/user?appToken=a-secret-of-mine")
    assert dict(only(exporter).attributes or {})[DOOR] == "vtex"
    assert "a-secret-of-mine" not in only(exporter).to_json()


def test_nothing_is_loaded_where_nobody_configured_it() -> None:
    """What speaks to OpenTelemetry stays unread, so that the extra need not even be installed."""
    program = (
        "import sys;"
        "from chaveiro.doors.place import Place; from chaveiro.serve.house import furnished;"
        "from chaveiro.serve.pepper import Pepper; from chaveiro.settings import Settings;"
        "from chaveiro.stores.memory import MemoryStore;"
        "house = furnished(Settings(), MemoryStore(), Pepper(bytes(range(7, 39)))); app = house.app(Place());"
        "print(app._traces, type(house.node).__name__, 'chaveiro.doors.spans' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert ran.stdout.split() == ["None", "Node", "False"]
