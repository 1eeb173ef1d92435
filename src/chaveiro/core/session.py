"""A person's session: who signed in, when and from where. What proves it is not in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from chaveiro.core.names import AccountName, Email, Moment

SessionId = NewType("SessionId", str)  # 16 hexadecimal digits; it names a session and opens none


@dataclass(frozen=True, slots=True)
class Session:
    """One user of one account, signed in on one device."""

    id: SessionId
    account: AccountName
    email: Email
    began: Moment
    seen: Moment  # when it was last used, to the minute
    confirmed: Moment  # when its user last gave the password
    address: str  # where it began
    agent: str  # the browser, as it called itself
