"""What a round through an account can see, and how soon somebody should look at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.core.command import Command
    from chaveiro.core.names import AppKey

Told: TypeAlias = float | str | tuple[str, ...]


class Severity(IntEnum):
    """How soon somebody should look."""

    BROKEN = 3  # requests are refused now
    SOON = 2  # or will be
    OPEN = 1  # a door stands wider than it need
    TIDY = 0


class Sight(StrEnum):
    """What a round can see."""

    LEAKED = "token_leaked"
    PAIR_SWAPPED = "registered_pair_swapped"
    EXPIRED = "expired"
    UNLINKED = "unlinked"
    LINKS_DEAD = "links_dead"
    ROLES_EMPTY = "roles_empty"
    EQUAL_TOKENS = "equal_tokens"
    TOKEN_SUSPECT = "registered_token_suspect"  # noqa: S105 - a word for a doubt
    ALWAYS_FAILING = "always_failing"
    EXPIRES_SOON = "expires_soon"
    SEEN_IN_CLEAR = "seen_in_clear"
    RENEWAL_OPEN = "renewal_open"
    RENEWAL_UNSAFE = "renewal_unsafe"
    TOKEN_OLD = "token_old"  # noqa: S105 - a word for an age
    OVER_GRANTED = "over_granted"
    MANAGES = "manages"
    NEVER_USED = "never_used"
    REGISTERED = "registered"
    ROLE_UNHELD = "role_unheld"
    ROUTE_UNCALLABLE = "route_uncallable"


SEVERITY: Final[Mapping[Sight, Severity]] = {
    Sight.LEAKED: Severity.BROKEN,
    Sight.PAIR_SWAPPED: Severity.BROKEN,
    Sight.EXPIRED: Severity.BROKEN,
    Sight.UNLINKED: Severity.BROKEN,
    Sight.LINKS_DEAD: Severity.BROKEN,
    Sight.ROLES_EMPTY: Severity.BROKEN,
    Sight.EQUAL_TOKENS: Severity.BROKEN,
    Sight.TOKEN_SUSPECT: Severity.BROKEN,
    Sight.ALWAYS_FAILING: Severity.BROKEN,
    Sight.EXPIRES_SOON: Severity.SOON,
    Sight.SEEN_IN_CLEAR: Severity.OPEN,
    Sight.RENEWAL_OPEN: Severity.OPEN,
    Sight.RENEWAL_UNSAFE: Severity.OPEN,
    Sight.TOKEN_OLD: Severity.OPEN,
    Sight.OVER_GRANTED: Severity.OPEN,
    Sight.MANAGES: Severity.OPEN,
    Sight.NEVER_USED: Severity.TIDY,
    Sight.REGISTERED: Severity.TIDY,
    Sight.ROLE_UNHELD: Severity.TIDY,
    Sight.ROUTE_UNCALLABLE: Severity.TIDY,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that was seen, about one key, role or route, and the commands that mend it."""

    sight: Sight
    about: str  # an appKey, masked where it is somebody's token; a role's name; a route
    facts: Mapping[str, Told] = field(default_factory=dict)
    commands: tuple[Command, ...] = ()
    key: AppKey | None = field(default=None, repr=False)  # where it is about one

    @property
    def severity(self) -> Severity:
        """How soon somebody should look."""
        return SEVERITY[self.sight]
