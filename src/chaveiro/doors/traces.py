"""Whether anybody looks at spans: OpenTelemetry, an extra (`otel`), costs nothing where nobody configured it."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from chaveiro.doors.spans import Traces

_API: Final = "opentelemetry.trace"


def traces() -> Traces | None:
    """What makes spans; None where nobody said where they go, as `opentelemetry-instrument` does before we begin."""
    if _API not in sys.modules:  # whoever configures it has imported it
        return None
    from opentelemetry import trace  # noqa: PLC0415 - so that nobody else waits for it

    if isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        return None
    from chaveiro.doors.spans import Traces  # noqa: PLC0415 - likewise

    return Traces(trace.get_tracer("chaveiro", version("chaveiro")))
