"""Who may handle keys: what exactly, and through which role, judged by what every command needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core.command import (
    EDIT_API_KEYS,
    NEEDS,
    RENEW_API_TOKEN,
    VIEW_API_KEYS,
    ActivateKey,
    AdoptKey,
    BlockKey,
    Command,
    DeactivateKey,
    DeleteKey,
    EditSettings,
    FinishRenewal,
    GrantToKey,
    HandOver,
    ImportKey,
    IssueKey,
    MuteEpisode,
    RenewKey,
    UnmuteEpisode,
    WithdrawFromKey,
)
from chaveiro.core.keyring import Actor, ActorKind, Key, User
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chaveiro.core.keyring import Grant, Keyring
    from chaveiro.core.names import Moment, Resource, RoleId

VIEWING_KEYS: Final = (VIEW_API_KEYS, EDIT_API_KEYS, RENEW_API_TOKEN)

# What people do with keys, and the commands by which they do it. Those of one line all need the same.
DEEDS: Final[tuple[tuple[str, tuple[type[Command], ...]], ...]] = (
    (N_("See keys, and why their requests are refused"), (MuteEpisode, UnmuteEpisode)),
    (
        N_("Issue keys and register pairs, link them to roles, activate and deactivate them"),
        (IssueKey, ImportKey, GrantToKey, WithdrawFromKey, ActivateKey, DeactivateKey),
    ),
    (N_("Renew tokens"), (RenewKey, FinishRenewal)),
    (N_("Hand a new token over by a link that works once"), (HandOver,)),
    (N_("Block and delete keys, and adopt those of other accounts"), (BlockKey, DeleteKey, AdoptKey)),
    (N_("Choose how new pairs look and when a token counts as old"), (EditSettings,)),
)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that somebody may do with keys, and what lets them."""

    what: str  # a sentence to be told
    through: tuple[Grant, ...]  # empty: they are the sponsor, who needs no role


@dataclass(frozen=True, slots=True)
class Handler:
    """Somebody who may do something with keys."""

    subject: User | Key
    is_sponsor: bool
    deeds: tuple[Deed, ...]


def needed(commands: tuple[type[Command], ...]) -> tuple[Resource, ...]:
    """The resources of which any one lets people do this."""
    needs = NEEDS[commands[0]]
    if not isinstance(needs, tuple):
        raise TypeError(commands[0].__name__)
    return needs


def deeds(keyring: Keyring, subject: User | Key, at: Moment) -> tuple[Deed, ...]:
    """What somebody may do with the account's keys at a moment. A key that is refused may do nothing."""
    return _deeds(keyring, subject, _opening(keyring), at)


def handlers(keyring: Keyring, at: Moment) -> Iterator[Handler]:
    """Everybody who may do something with keys: the sponsor, then users, then keys. External keys where joined."""
    opening = _opening(keyring)
    users = sorted(keyring.users.values(), key=lambda one: one.email != keyring.sponsor)
    subjects: tuple[User | Key, ...] = (*users, *keyring.keys.values())
    for subject in subjects:
        if found := _deeds(keyring, subject, opening, at):
            yield Handler(subject, _is_sponsor(keyring, subject), found)


def _opening(keyring: Keyring) -> Mapping[RoleId, frozenset[int]]:
    """For each role that lets people do something with keys, which of `DEEDS`."""
    found = {
        role.id: frozenset(
            place for place, (_, commands) in enumerate(DEEDS) if not role.resources.isdisjoint(needed(commands))
        )
        for role in keyring.living_roles
    }
    return {role: places for role, places in found.items() if places}


def _deeds(
    keyring: Keyring, subject: User | Key, opening: Mapping[RoleId, frozenset[int]], at: Moment
) -> tuple[Deed, ...]:
    if _is_sponsor(keyring, subject):
        return tuple(Deed(what, ()) for what, _ in DEEDS)
    given = [one for one in subject.grants if one.role in opening]  # nothing for most of ten thousand keys
    if not given or (isinstance(subject, Key) and not subject.in_force(at)):
        return ()
    grants = [one for one in given if keyring.in_force((one,), at)]
    found = ((what, tuple(one for one in grants if i in opening[one.role])) for i, (what, _) in enumerate(DEEDS))
    return tuple(Deed(what, through) for what, through in found if through)


def _is_sponsor(keyring: Keyring, subject: User | Key) -> bool:
    return isinstance(subject, User) and keyring.is_sponsor(Actor(ActorKind.USER, subject.email))
