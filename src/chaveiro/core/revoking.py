"""Which changes take something away and give nothing: what must go through when hardly anything else does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.core.event import (
    AccountSuspended,
    KeyBlocked,
    KeyDeactivated,
    KeyDeleted,
    KeyReleased,
    KeyWithdrawn,
    RenewalFinished,
    RoleDeleted,
    RoleEdited,
    TransferCancelled,
    UserRemoved,
    UserWithdrawn,
)

if TYPE_CHECKING:
    from chaveiro.core.event import Event

_REVOKING: Final = (
    AccountSuspended,
    KeyBlocked,
    KeyDeactivated,
    KeyDeleted,
    KeyReleased,
    KeyWithdrawn,
    RenewalFinished,
    RoleDeleted,
    TransferCancelled,
    UserRemoved,
    UserWithdrawn,
)


def revokes(event: Event) -> bool:
    """Say whether an event takes something away and gives nothing."""
    if isinstance(event, RoleEdited):
        return bool(event.removed) and not event.added
    return isinstance(event, _REVOKING)
