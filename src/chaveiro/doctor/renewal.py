"""Whether a renewal may be finished without refusing somebody: what its two tokens did lately."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from chaveiro.core.denial import Usage
    from chaveiro.core.names import Moment

QUIET_SECONDS: Final = 86_400  # for so long nobody has used a token that nobody uses any more


def in_use(old: Usage | None, new: Usage | None, at: Moment) -> bool:
    """Whether somebody may still use the first of two tokens.

    That the second one worked later does not tell: of two programs, either may be the last one to call.
    """
    if old is None:
        return False
    return at - old.last < QUIET_SECONDS or (new is not None and old.last > new.last)
