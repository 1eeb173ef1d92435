"""Callers without pause: each asks one node again and again over one connection, and remembers what it heard when."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ALLOWED = 200


class Caller:
    """One connection to one node, one question at a time."""

    def __init__(
        self,
        port: int,
        question: Callable[[], bytes],
        heard: Callable[[bytes, int, float, float], None],
        *,
        pause_seconds: float = 0.0,
    ) -> None:
        """Ask what *question* gives, and tell *heard* the question, the status, when it was asked and answered."""
        self._pause_seconds = pause_seconds
        self._port = port
        self._question = question
        self._heard = heard
        self.answers = 0
        self.broken = 0

    async def run(self) -> None:
        """Ask until cancelled. A connection that breaks is made again."""
        while True:
            try:
                await self._ask()
            except (OSError, asyncio.IncompleteReadError, ValueError):
                self.broken += 1
                await asyncio.sleep(0.005)

    async def _ask(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            while True:
                question = self._question()
                asked = monotonic()
                writer.write(question)
                head = await reader.readuntil(b"\r\n\r\n")
                status = int(head[9:12])
                await reader.readexactly(_length(head))
                self.answers += 1
                self._heard(question, status, asked, monotonic())
                if b"\r\nconnection: close\r\n" in head.lower():
                    return
                if self._pause_seconds:
                    await asyncio.sleep(self._pause_seconds)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
