"""How much of a thing a test does: enough for every change, more at a merge, all of it at night."""

import os
from typing import Final

DOSES: Final = ("fast", "merge", "night")
# Taken out of the environment: a program under test would rightly refuse to start with a setting it does not know.
CHOSEN: Final = os.environ.pop("CHAVEIRO_DOSE", "") or "fast"
if CHOSEN not in DOSES:
    msg = f"CHAVEIRO_DOSE is `{CHOSEN}`, and there are {', '.join(DOSES)}"
    raise ValueError(msg)


def dose(fast: int, merge: int, night: int) -> int:
    """Choose one of three by what `CHAVEIRO_DOSE` says; unset, it says `fast`."""
    return dict(zip(DOSES, (fast, merge, night), strict=True))[CHOSEN]
