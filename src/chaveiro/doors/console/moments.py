"""Moments as forms say them."""

from __future__ import annotations

from datetime import UTC, datetime

from chaveiro.core.names import Moment


def moment_given(text: str) -> Moment | None:
    """Read a moment, in UTC unless it says otherwise; None where nothing is said. Raises ValueError.

    One that UTC has no date for is none: it would be kept, and no page could tell it.
    """
    if not text.strip():
        return None
    read = datetime.fromisoformat(text.strip())
    try:
        return Moment((read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC).timestamp())
    except OverflowError:
        raise ValueError(text) from None
