"""What if: which roles would let a key do something, and who would lose what by a change. Nothing is changed.

Every answer is the same `decide()` on a keyring that `plan` and `after` made and nobody keeps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core.attempt import Need
from chaveiro.core.cause import Cause, Stage
from chaveiro.core.command import Command, CreateRole, GrantToKey, Refusal
from chaveiro.core.decision import Allowed, Decision, Denied, decide
from chaveiro.core.keyring import Actor, ActorKind, Key, Keyring, Role
from chaveiro.core.plan import plan
from chaveiro.doctor.covering import Cover, cover
from chaveiro.doctor.remedy import free_name, next_role
from chaveiro.doctor.trial import carried_out, own_address, supposed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chaveiro.catalogue import Catalogue
    from chaveiro.core.attempt import Wanted
    from chaveiro.core.denial import Denial, Use
    from chaveiro.core.episode import Episode
    from chaveiro.core.names import AppKey, Moment, Resource

ALONE_MAX: Final = 5
_PARAMETER: Final = re.compile(r"\{[^{}]*\}")
DAY_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing a key should be able to do."""

    name: str  # the route or resource, for people
    wanted: Wanted
    address: str = ""  # where it would come from; empty: from an address that the key allows


@dataclass(frozen=True, slots=True)
class Outcome:
    """A wish, as it is decided now and as it would be."""

    wish: Wish
    now: Decision
    then: Decision


@dataclass(frozen=True, slots=True)
class Alone:
    """An existing role that would be enough by itself."""

    role: Role
    excess: int  # resources it gives that nothing asked for


@dataclass(frozen=True, slots=True)
class Simulation:
    """What would let a key do all that is wished."""

    app_key: AppKey
    outcomes: tuple[Outcome, ...]  # `then`: after the commands
    lacking: frozenset[Resource]  # what the key does not have of what is needed; one resource where any is enough
    alone: tuple[Alone, ...]  # existing roles that are enough by themselves, least excess first
    cover: Cover | None  # existing roles that are enough together; None: there are none, or none is needed
    commands: tuple[Command, ...]  # link these roles or, where no existing ones do, make one with what is lacking


@dataclass(frozen=True, slots=True)
class Loss:
    """What one key did and could not do any more."""

    app_key: AppKey
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of a change: who would lose what they used."""

    losses: tuple[Loss, ...]
    refusal: Refusal | None = None  # the change would not be made at all


def simulate(keyring: Keyring, key: Key, wishes: Sequence[Wish], at: Moment) -> Simulation:
    """Find the least that lets a key do all of this, and decide again as if it had been done."""
    held = keyring.resources_of(keyring.in_force(key.grants, at))
    needs = [wish.wanted for wish in wishes if isinstance(wish.wanted, Need)]
    unmet = [need for need in needs if not need.met_by(held)]
    lacking = _lacking(unmet, held)
    linked = set(keyring.in_force(key.grants, at))
    others = [role for role in keyring.living_roles if role.id not in linked]
    found = cover(others, unmet, held) if unmet else None
    commands = _linking(keyring, key, found, lacking)
    changed = carried_out(keyring, commands, at) or keyring
    return Simulation(
        app_key=key.app_key,
        outcomes=tuple(
            Outcome(wish, _decided(keyring, key.app_key, wish, at), _decided(changed, key.app_key, wish, at))
            for wish in wishes
        ),
        lacking=lacking,
        alone=_alone(others, unmet, held) if unmet else (),
        cover=found,
        commands=commands,
    )


def missing(
    keyring: Keyring, key: Key, episodes: Iterable[Episode], denials: Iterable[Denial], *, since: Moment, at: Moment
) -> tuple[Wish, ...]:
    """Everything that a key was refused for want of a permission since a moment, and still would be."""
    held = keyring.resources_of(keyring.in_force(key.grants, at))
    refused: list[tuple[str, Wanted]] = [
        (one.route, one.wanted)
        for one in episodes
        if one.app_key == key.app_key and one.last >= since and one.cause.stage is Stage.AUTHORIZATION
    ]
    refused += [
        (one.route, one.wanted)
        for one in denials
        if one.app_key == key.app_key and one.proven and one.at >= since and _of_permission(one)
    ]
    wishes: dict[tuple[str, Need], Wish] = {}
    for route, wanted in refused:
        if isinstance(wanted, Need) and not wanted.met_by(held):
            name = route or ", ".join(map(str, wanted.resources))
            wishes.setdefault((name, wanted), Wish(name, wanted))
    return tuple(sorted(wishes.values(), key=lambda wish: wish.name))


def previewed(
    keyring: Keyring, command: Command, uses: Iterable[Use], *, by: Actor, since: Moment, at: Moment
) -> Preview:
    """Who would lose what they used since a moment, if a command were carried out."""
    planned = plan(keyring, command, by=by, at=at)
    if isinstance(planned, Refusal):
        return Preview((), planned)
    changed = carried_out(keyring, (command,), at) or keyring
    losses: dict[AppKey, list[Use]] = {}
    for use in uses:
        wish = Wish(use.route, use.need)
        if use.last < since or not _is_allowed(_decided(keyring, use.app_key, wish, at)):
            continue
        if not _is_allowed(_decided(changed, use.app_key, wish, at)):
            losses.setdefault(use.app_key, []).append(use)
    return Preview(tuple(Loss(app_key, tuple(lost)) for app_key, lost in losses.items()))


def rerouted(
    keyring: Keyring, catalogue: Catalogue, uses: Iterable[Use], *, since: Moment, at: Moment
) -> tuple[Loss, ...]:
    """Who would lose what they used since a moment, if requests were read by another catalogue."""
    losses: dict[AppKey, list[Use]] = {}
    for use in uses:
        method, blank, path = use.route.partition(" ")
        if not blank or use.last < since or not _is_allowed(_decided(keyring, use.app_key, Wish("", use.need), at)):
            continue
        wanted = catalogue.match(method, _PARAMETER.sub("1", path))
        if not _is_allowed(_decided(keyring, use.app_key, Wish(use.route, wanted), at)):
            losses.setdefault(use.app_key, []).append(use)
    return tuple(Loss(app_key, tuple(lost)) for app_key, lost in losses.items())


def sponsor_of(keyring: Keyring) -> Actor:
    """Who may change anything in an account."""
    return Actor(ActorKind.USER, keyring.sponsor)


def _is_allowed(decision: Decision) -> bool:
    return isinstance(decision, Allowed)


def _of_permission(denial: Denial) -> bool:
    return any(one.cause.stage is Stage.AUTHORIZATION for one in denial.findings)


def _lacking(unmet: Sequence[Need], held: frozenset[Resource]) -> frozenset[Resource]:
    """The least that must be added: of an any-of need one resource, one that another need asks for if possible."""
    lacking: set[Resource] = set()
    for need in sorted(unmet, key=lambda one: (one.match.value == "any", one.resources)):
        if not need.met_by(held | lacking):
            wanted = set(need.resources) - held
            lacking |= wanted if need.match.value == "all" else {need.resources[0]}
    return frozenset(lacking)


def _alone(roles: Sequence[Role], unmet: Sequence[Need], held: frozenset[Resource]) -> tuple[Alone, ...]:
    asked = {resource for need in unmet for resource in need.resources}
    enough = [role for role in roles if all(need.met_by(held | role.resources) for need in unmet)]
    found = [Alone(role, len(role.resources - held - asked)) for role in enough]
    return tuple(sorted(found, key=lambda one: (one.excess, len(one.role.resources), one.role.id))[:ALONE_MAX])


def _linking(keyring: Keyring, key: Key, found: Cover | None, lacking: frozenset[Resource]) -> tuple[Command, ...]:
    if found:
        return tuple(GrantToKey(keyring.account, role.id, key.app_key) for role in found.roles)
    if not lacking:
        return ()
    name = free_name(keyring, str(min(lacking)))
    return (
        CreateRole(keyring.account, name, lacking),
        GrantToKey(keyring.account, next_role(keyring), key.app_key),
    )


def _decided(keyring: Keyring, app_key: AppKey, wish: Wish, at: Moment) -> Decision:
    """Decide as if with the key's own token."""
    key = keyring.keys.get(app_key)
    if key is None:
        return Denied(Cause.CREDENTIALS_INVALID, keyring.revision)
    return decide(keyring, supposed(keyring, key, wish.wanted, at, address=wish.address or own_address(key)))
