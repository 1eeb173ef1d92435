"""How a peer is asked: a number on a line of standard input, so many verifications, a line with how many were right."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

KEYS = 1_000
RULES = 25


def serve(verify: Callable[[int], bool], *, keys: int = KEYS) -> None:
    """Answer until nobody asks any more. *verify* is given which of the keys it is to look at."""
    print("ready", flush=True)
    following = 0
    for line in sys.stdin:
        right = 0
        for _ in range(int(line)):
            following = (following + 1) % keys
            right += verify(following)
        print(right, flush=True)
