"""Spans for OpenTelemetry. Loaded only where somebody configured where they go.

No attribute is ever an account, a key, a path or anything else that a caller could choose. A request
belongs to the trace that it names where its sender's word is believed: anybody else could have all of theirs recorded.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from chaveiro.core.command import Refusal
from chaveiro.core.decision import Allowed, Denied
from chaveiro.node import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.trace import Span, Tracer

    from chaveiro.core.change import Change
    from chaveiro.core.command import Command
    from chaveiro.core.keyring import Actor
    from chaveiro.node import Verdict
    from chaveiro.wire.message import Message

TRACEPARENT: Final = b"traceparent"
DOOR: Final = "chaveiro.door"
DECISION: Final = "chaveiro.decision"
CAUSE: Final = "chaveiro.cause"
COMMAND: Final = "chaveiro.command"
REFUSAL: Final = "chaveiro.refusal"
STATUS: Final = "http.response.status_code"
_SERVER_ERROR: Final = 500


class Traces:
    """Makes spans."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._propagator = TraceContextTextMapPropagator()

    @contextmanager
    def request(self, door: str, message: Message, *, believed: bool) -> Iterator[Span]:
        """A span around one request, below the one that it names where that is *believed*."""
        parent = message.one(TRACEPARENT) if believed else None
        context = self._propagator.extract({"traceparent": parent}) if parent else None
        with self._tracer.start_as_current_span(
            f"chaveiro {door}",
            context=context,
            kind=trace.SpanKind.SERVER,
            attributes={DOOR: door},
            record_exception=False,  # a message of theirs may quote what a caller sent
            set_status_on_exception=False,
        ) as span:
            yield span

    def decided(self, verdict: Verdict) -> None:
        """Say on the span of this request what was decided."""
        span = trace.get_current_span()
        if isinstance(verdict, Denied):
            span.set_attributes({DECISION: "deny", CAUSE: verdict.cause.value})
        else:
            span.set_attribute(DECISION, "allow" if isinstance(verdict, Allowed) else "unknown")

    def answered(self, span: Span, status: int) -> None:
        """Say on a span how its request was answered."""
        span.set_attribute(STATUS, status)
        if status >= _SERVER_ERROR:
            span.set_status(trace.StatusCode.ERROR)


class TracedNode(Node):
    """A node whose commands have spans. Where nobody looks at spans, a plain one is made instead."""

    def carry_out(self, command: Command, *, by: Actor) -> Change | Refusal:
        """Authorize, change, audit and publish, within a span that says which command it was and how it ended."""
        with trace.get_tracer("chaveiro").start_as_current_span(
            "chaveiro command",
            attributes={COMMAND: type(command).__name__},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            done = super().carry_out(command, by=by)
            if isinstance(done, Refusal):
                span.set_attribute(REFUSAL, done.reason.value)
            return done
