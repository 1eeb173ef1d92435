"""A key as its keeper sees it: state, roles, and when each token last worked. Never a digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from chaveiro.core.denial import Usage
from chaveiro.core.keyring import Grant, Key, Keyring
from chaveiro.core.names import AppKey, Moment, RoleId
from chaveiro.doctor.renewal import in_use
from chaveiro.doors.keeping import texts

if TYPE_CHECKING:
    from chaveiro.words.language import Language

Uses = Mapping[tuple[AppKey, int], Usage]
DAY_SECONDS = 86_400


class Standing(StrEnum):
    """What people and clocks have made of a key."""

    ACTIVE = "active"
    RENEWING = "renewing"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    INACTIVE = "inactive"
    BLOCKED = "blocked"


_STANDINGS = {
    Standing.ACTIVE: texts.ACTIVE,
    Standing.RENEWING: texts.RENEWING,
    Standing.NOT_YET_VALID: texts.NOT_YET_VALID,
    Standing.EXPIRED: texts.EXPIRED,
    Standing.INACTIVE: texts.INACTIVE,
    Standing.BLOCKED: texts.BLOCKED,
}


def standing(key: Key, at: Moment) -> Standing:
    """What a key is at a moment. What people decided is told before what clocks say."""
    if key.blocked:
        return Standing.BLOCKED
    if key.inactive:
        return Standing.INACTIVE
    if key.expires is not None and at >= key.expires:
        return Standing.EXPIRED
    if key.valid_from is not None and at < key.valid_from:
        return Standing.NOT_YET_VALID
    return Standing.RENEWING if key.renewing else Standing.ACTIVE


def state(key: Key, language: Language, at: Moment) -> str:
    """The key's state in a word."""
    return texts.told(_STANDINGS[standing(key, at)], language)


# -- tokens


def last_use(key: Key, usage: Uses) -> Moment | None:
    """When any of the key's live tokens last worked."""
    moments = [use.last for number in key.live_tokens if (use := usage.get((key.app_key, number)))]
    return max(moments, default=None)


def last_used(key: Key, usage: Uses, language: Language) -> str:
    """When any of the key's live tokens last worked, in words."""
    last = last_use(key, usage)
    return texts.told(texts.NEVER, language) if last is None else texts.moment(last)


def token_made(key: Key, number: int) -> Moment:
    """When a live token was made."""
    made = key.token_created if number == key.live_tokens[0] else key.next_created
    return (made or key.created).at


def token_days(key: Key, at: Moment) -> int:
    """How many whole days old the newest token is."""
    return int((at - token_made(key, key.live_tokens[-1])) // DAY_SECONDS)


def token(key: Key, number: int, usage: Uses, language: Language) -> str:
    """A live token in words: when it was made, when it last worked, and how often."""
    made, use = texts.moment(token_made(key, number)), usage.get((key.app_key, number))
    if use is None:
        return texts.told(texts.TOKEN_UNUSED, language, number=number, made=made)
    last = texts.moment(use.last)
    return texts.told(texts.TOKEN_USED, language, number=number, made=made, last=last, count=use.count)


class Safety(StrEnum):
    """Whether finishing a renewal may break an integration."""

    SAFE = "safe"
    NEW_UNUSED = "new_unused"  # the new token has never worked
    OLD_IN_USE = "old_in_use"  # the old one worked lately, or after the new one last did


@dataclass(frozen=True, slots=True)
class Finishing:
    """What speaks for or against finishing a renewal that is open."""

    safety: Safety
    at: Moment | None = None  # when the old token last worked, where it still does

    @property
    def safe(self) -> bool:
        """Whether nothing speaks against it."""
        return self.safety is Safety.SAFE

    def told(self, language: Language) -> str:
        """The same in words."""
        return texts.told(FINISHING[self.safety], language, at=texts.moment(self.at))


FINISHING = {
    Safety.SAFE: texts.SAFE_TO_FINISH,
    Safety.NEW_UNUSED: texts.NEW_TOKEN_UNUSED,
    Safety.OLD_IN_USE: texts.OLD_TOKEN_IN_USE,
}


def finishing(key: Key, usage: Uses, at: Moment) -> Finishing | None:
    """Whether it is safe at a moment to finish the renewal of a key; None: none is open."""
    if not key.renewing:
        return None
    first, second = key.live_tokens
    old, new = usage.get((key.app_key, first)), usage.get((key.app_key, second))
    if new is None:
        return Finishing(Safety.NEW_UNUSED)
    if old is not None and in_use(old, new, at):
        return Finishing(Safety.OLD_IN_USE, old.last)
    return Finishing(Safety.SAFE)


# -- roles


def link(keyring: Keyring, grant: Grant, language: Language) -> str:
    """A role that a key or user was given: its number, its name, its end, or that it is gone."""
    role = keyring.roles.get(grant.role)
    name = f"{grant.role} {role.name}" if role else str(grant.role)
    if role is None or role.deleted:
        return f"{name} ({texts.told(texts.GONE, language)})"
    return f"{name} ({texts.told(texts.UNTIL, language)} {texts.moment(grant.until)})" if grant.until else name


def example_role(keyring: Keyring) -> RoleId:
    """A role to name in an example: one of the account's own, or the predefined one that gives least."""
    own = [role.id for role in keyring.living_roles if not role.predefined]
    least = [role.id for role in sorted(keyring.living_roles, key=lambda role: len(role.resources))]
    return min(own) if own else next(iter(least), RoleId(1))
