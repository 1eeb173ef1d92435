"""Who calls, as an application is told it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chaveiro.core.keyring import Revision
    from chaveiro.core.names import AccountName, AppKey, Email, RoleId


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls, once it was allowed. Decide by `roles`: a role's number never changes, its name is for people."""

    account: AccountName
    app_key: AppKey | None  # None: a user, by a user token
    roles: tuple[RoleId, ...]  # every role in force, in the order of their grants
    role_names: tuple[str, ...]  # likewise
    revision: Revision  # every change up to this one was known when it was decided
    user: Email | None = None

    @property
    def subject(self) -> str:
        """Who it is: an appKey, or a user's e-mail address."""
        return self.user or self.app_key or ""
