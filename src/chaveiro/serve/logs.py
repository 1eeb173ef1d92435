"""What the process says about itself, to standard error. No level says what callers presented."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from chaveiro.settings import Settings

# Libraries whose messages may quote a request: uvicorn's access and trace lines carry the query, SQLAlchemy's the rows.
_MUTED = ("uvicorn.access", "uvicorn.asgi")
_WARNINGS_ONLY = ("asyncio", "sqlalchemy", "alembic")
_ERRORS_ONLY = ("uvicorn", "uvicorn.error")  # its warnings are about single requests: anybody could fill the log


def configure_logs(settings: Settings) -> None:
    """Send our own messages, and libraries' warnings, to standard error in one form."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_tracebacks,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in _WARNINGS_ONLY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _ERRORS_ONLY:
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in _MUTED:
        logging.getLogger(name).disabled = True


def _without_tracebacks(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Tell the kind of an exception alone: its message may quote what a caller sent."""
    raised = event.pop("exc_info", None)
    if isinstance(raised, tuple):
        raised = raised[1]
    if isinstance(raised, BaseException):
        event["surprise"] = type(raised).__name__
    record = event.get("_record")
    if record is not None:
        record.exc_info = record.exc_text = None
    return event
