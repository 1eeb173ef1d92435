"""What a node answers: a verdict, and what may be told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct

from chaveiro.core.decision import Decision

if TYPE_CHECKING:
    from chaveiro.core.attempt import Wanted
    from chaveiro.core.change import Change
    from chaveiro.core.credential import Secret
    from chaveiro.core.denial import Told
    from chaveiro.core.fleet import Standing
    from chaveiro.core.names import AccountName, AppKey

RETRY_SECONDS: Final = 5  # after which it is worth asking again, where nobody could tell


@dataclass(frozen=True, slots=True)
class CannotTell:
    """Nobody can say now. Not an allow, and not a denial either: the caller's credentials may be right."""

    retry_after_seconds: int = RETRY_SECONDS


Verdict: TypeAlias = Decision | CannotTell


class Answer(Struct, frozen=True, gc=False):
    """A verdict, and what the caller may be told where it is a denial."""

    verdict: Verdict
    account: AccountName
    standing: Standing  # what the node knew when it began to decide
    wanted: Wanted | None = None
    told: Told | None = None
    token: int = 0  # which of its tokens an allowed key stood on, the first being 1; 0 where no key was allowed


@dataclass(frozen=True, slots=True)
class Issued:
    """A pair whose token is seen here for the only time."""

    app_key: AppKey
    token: Secret
    change: Change
