"""What would put a denial right, as commands: each was tried, and decided by the same `decide()`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, combinations
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import structs

from chaveiro.core.attempt import AnyRole, Attempt, Match, Need, presented
from chaveiro.core.cause import Cause, Stage
from chaveiro.core.command import (
    ActivateKey,
    Command,
    CreateRole,
    EditRole,
    FinishRenewal,
    GrantToKey,
    GrantToUser,
    RenewKey,
    ResumeAccount,
)
from chaveiro.core.denial import Denial
from chaveiro.core.keyring import NO_DIGEST, Key, Keyring, Role, User
from chaveiro.core.names import TEXT_LENGTH_MAX, Email, Resource, RoleId
from chaveiro.doctor.trial import attempt_key, helps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chaveiro.core.cause import Finding
    from chaveiro.core.names import AppKey, Moment

Case: TypeAlias = Denial | Attempt

REMEDIES_MAX: Final = 5
_LINKS_MAX: Final = 3  # of these, at most so many link one existing role each
_TOGETHER_MAX: Final = 3  # roles that only together cover a need
_RELEVANT_MAX: Final = 16
_OWN_ROLE_WEIGHT: Final = 10  # so many resources too many weigh what a role weighs that has to be looked after

# The token itself is what is wrong, and only a new one helps for certain.
_TOKEN_LOST: Final = frozenset(
    {
        Cause.TOKEN_ROTATED,
        Cause.TOKEN_NEVER_ISSUED,
        Cause.TOKEN_UNVERIFIABLE,
        Cause.REGISTERED_TOKEN_SUSPECT,
        Cause.TOKEN_MASKED_VALUE,
        Cause.TOKEN_TRUNCATED,
        Cause.TOKEN_MISTYPED_BEYOND_REPAIR,
        Cause.TOKEN_UNRECOGNISED,
    }
)


@dataclass(frozen=True, slots=True)
class Remedy:
    """Commands that, carried out in this order, let the attempt come further than its cause.

    A `RenewKey` among them has no digest yet: whoever carries it out mints the token and shows it once.
    """

    against: Cause
    commands: tuple[Command, ...]
    excess: int = 0  # resources that the key would get beyond what was required
    reach: int = 0  # other keys and users whose resources would change


def remedies(keyring: Keyring, finding: Finding, case: Case, *, at: Moment | None = None) -> tuple[Remedy, ...]:
    """The remedies for a finding, least excess first. None of them is refused by `plan` to those who may ask for it."""
    moment = case.at if at is None else at
    attempt = _attempt(keyring, case, moment)
    if user := keyring.users.get(Email(str(finding.evidence.get("user", "")))):
        return _for_user(keyring, user, attempt, finding.cause)
    key = keyring.keys.get(attempt_key(attempt))
    if key is None:
        return ()
    cause = finding.cause
    if cause is Cause.NO_ROLE_LINKED and isinstance(attempt.wanted, AnyRole):
        return tuple(
            Remedy(cause, (GrantToKey(keyring.account, role.id, key.app_key),), len(role.resources))
            for role in _least(keyring)
        )
    if cause.stage is Stage.AUTHORIZATION and isinstance(attempt.wanted, Need):
        if attempt.wanted.met_by(keyring.resources_of(keyring.in_force(key.grants, moment))):
            return ()
        ranked = list(_for_need(keyring, key, attempt.wanted, finding, moment))
        # What is given must be enough, whatever else stands in the way.
        free = _unhindered(keyring, key)
        enough = Cause.PERMISSION_MISSING_RESOURCE
        helpful = [one for one in ranked if helps(free, one.commands, attempt, enough, moment)]
        return tuple(helpful[:REMEDIES_MAX])
    failed = Cause.CREDENTIALS_INVALID if cause in _TOKEN_LOST else cause
    resumed = keyring if cause is Cause.ACCOUNT_SUSPENDED else replace(keyring, suspended=None)
    for commands in _for_state(keyring, key, cause):
        if helps(resumed, commands, attempt, failed, moment):
            return (Remedy(cause, commands),)
    return ()


def _least(keyring: Keyring) -> list[Role]:
    """The roles that give least, where any would do."""
    return sorted(keyring.living_roles, key=lambda role: (len(role.resources), role.id))[:_LINKS_MAX]


def _for_user(keyring: Keyring, user: User, attempt: Attempt, cause: Cause) -> tuple[Remedy, ...]:
    """The roles that would let a user do it, those first that give the least besides."""
    need, held = attempt.wanted, keyring.resources_of(keyring.in_force(user.grants, attempt.at))
    if cause.stage is not Stage.AUTHORIZATION or not isinstance(need, Need) or need.met_by(held):
        return ()
    giving = (role for role in keyring.living_roles if need.met_by(role.resources | held))
    links = (
        Remedy(cause, (GrantToUser(keyring.account, role.id, user.email),), _excess(role.resources, need, held))
        for role in giving
    )
    return tuple(sorted(links, key=lambda one: one.excess)[:_LINKS_MAX])


def _attempt(keyring: Keyring, case: Case, at: Moment) -> Attempt:
    if isinstance(case, Attempt):
        return structs.replace(case, at=at)
    key = presented(case.app_key) if case.app_key else presented("")
    return Attempt(keyring.account, key, presented(""), NO_DIGEST, case.wanted, at, case.address)


def _unhindered(keyring: Keyring, key: Key) -> Keyring:
    """The keyring without anything but roles that could refuse this key."""
    free = structs.replace(key, inactive=None, blocked=None, valid_from=None, expires=None, networks=())
    return replace(keyring, suspended=None, https_only=False, keys={**keyring.keys, key.app_key: free})


def _for_state(keyring: Keyring, key: Key, cause: Cause) -> Iterator[tuple[Command, ...]]:
    """What may help against a state of account or key: the shortest way first."""
    account, app_key = keyring.account, key.app_key
    renew = RenewKey(account, app_key, NO_DIGEST)
    finish, activate = FinishRenewal(account, app_key), ActivateKey(account, app_key)
    if cause is Cause.ACCOUNT_SUSPENDED:
        yield (ResumeAccount(account),)
    elif cause in {Cause.KEY_INACTIVE, Cause.KEY_BLOCKED}:
        yield (activate,)
        yield (finish, activate)  # the renewal that was begun after the key was blocked
        yield (renew, finish, activate)
        yield (finish, renew, finish, activate)
    elif cause in _TOKEN_LOST:
        yield (renew,)


def _for_need(keyring: Keyring, key: Key, need: Need, finding: Finding, at: Moment) -> Iterator[Remedy]:
    """What may give a key what it needs: what the cause suggests, then by least excess, then by how many it changes."""
    cause = finding.cause
    linked = keyring.in_force(key.grants, at)
    held = keyring.resources_of(linked)
    lacking = _lacking(need, held)
    suggested = tuple(_suggested(keyring, key, need, finding, at))
    yield from suggested
    seen = {one.commands for one in suggested}
    found = (
        *_links(keyring, key, need, cause=cause, linked=linked, held=held),
        *_edits(keyring, key, cause, linked=linked, lacking=lacking, at=at),
        _new_role(keyring, key.app_key, cause, lacking),
    )
    for remedy in sorted(found, key=_weight):  # alike: what is there before what is new
        if remedy.commands not in seen:
            yield remedy


def _weight(remedy: Remedy) -> tuple[int, int]:
    """How much too much a remedy gives. A role that is edited or made for one need is a burden too, if a small one."""
    linking = all(isinstance(command, GrantToKey) for command in remedy.commands)
    return (remedy.excess if linking else max(remedy.excess, _OWN_ROLE_WEIGHT), remedy.reach)


def _suggested(keyring: Keyring, key: Key, need: Need, finding: Finding, at: Moment) -> Iterator[Remedy]:
    cause, name = finding.cause, finding.facts.get("role")
    account, app_key = keyring.account, key.app_key
    held = keyring.resources_of(keyring.in_force(key.grants, at))
    roles = [keyring.roles[grant.role] for grant in key.grants if grant.role in keyring.roles]
    named = next((role for role in roles if role.name == name), None)
    if named and cause is Cause.ROLE_LINK_EXPIRED:
        excess = _excess(named.resources, need, held)
        yield Remedy(cause, (GrantToKey(account, named.id, app_key),), excess)
    elif named and cause is Cause.ROLE_DELETED:
        again = CreateRole(account, named.name, named.resources)
        link = GrantToKey(account, next_role(keyring), app_key)
        yield Remedy(cause, (again, link), _excess(named.resources, need, held))
    elif cause is Cause.PERMISSION_NAME_MISMATCH:
        granted = str(finding.facts["granted"])
        for role in roles:
            for one in role.resources:
                if str(one) == granted and (wanted := _same_but_case(one, need)):
                    rename = EditRole(account, role.id, add=frozenset({wanted}), remove=frozenset({one}))
                    yield Remedy(cause, (rename,), 0, _reach(keyring, role.id, app_key, at))


def _links(
    keyring: Keyring, key: Key, need: Need, *, cause: Cause, linked: Sequence[RoleId], held: frozenset[Resource]
) -> Iterator[Remedy]:
    """Existing roles that cover the need, alone or, where none does alone, together."""
    account, app_key = keyring.account, key.app_key
    useful = [
        role for role in keyring.living_roles if role.id not in linked and not role.resources.isdisjoint(need.resources)
    ]
    alone = [role for role in useful if need.met_by(held | role.resources)]
    for role in sorted(alone, key=lambda one: (_excess(one.resources, need, held), one.id))[:_LINKS_MAX]:
        yield Remedy(cause, (GrantToKey(account, role.id, app_key),), _excess(role.resources, need, held))
    if alone or need.match is Match.ANY:
        return
    relevant = sorted(useful, key=lambda one: (len(one.resources - held), one.id))[:_RELEVANT_MAX]
    together: list[tuple[int, tuple[Role, ...]]] = []
    for count in range(2, _TOGETHER_MAX + 1):
        for some in combinations(relevant, count):
            given = frozenset[Resource]().union(*(role.resources for role in some))
            if need.met_by(held | given):
                together.append((_excess(given, need, held), some))
    for excess, some in sorted(together, key=lambda one: (one[0], len(one[1]), [role.id for role in one[1]]))[:1]:
        yield Remedy(cause, tuple(GrantToKey(account, role.id, app_key) for role in some), excess)


def _edits(
    keyring: Keyring, key: Key, cause: Cause, *, linked: Sequence[RoleId], lacking: frozenset[Resource], at: Moment
) -> list[Remedy]:
    """Linked roles to which what is lacking could be added; those that nobody else holds come first."""
    found = [
        Remedy(
            cause,
            (EditRole(keyring.account, role, add=lacking),),
            0,
            _reach(keyring, role, key.app_key, at),
        )
        for role in linked
    ]
    return sorted(found, key=lambda one: one.reach)[:2]


def _new_role(keyring: Keyring, app_key: AppKey, cause: Cause, lacking: frozenset[Resource]) -> Remedy:
    name = free_name(keyring, min(str(one) for one in lacking))
    new = CreateRole(keyring.account, name, lacking)
    return Remedy(cause, (new, GrantToKey(keyring.account, next_role(keyring), app_key)))


def _lacking(need: Need, held: frozenset[Resource]) -> frozenset[Resource]:
    """The least that must be added: all of an all-of need, the first of an any-of need."""
    if need.match is Match.ALL:
        return frozenset(need.resources) - held
    return frozenset(need.resources[:1])


def _excess(given: frozenset[Resource], need: Need, held: frozenset[Resource]) -> int:
    """How many resources are given beyond those that were asked for."""
    new = given - held
    used = len(new.intersection(need.resources))
    return len(new) - (min(used, 1) if need.match is Match.ANY else used)


def _reach(keyring: Keyring, role: RoleId, app_key: AppKey, at: Moment) -> int:
    """How many others hold a role in force; each has it once."""
    others = (key for key in keyring.keys.values() if key.app_key != app_key)
    subjects: chain[Key | User] = chain(others, keyring.users.values())
    grants = [grant for subject in subjects for grant in subject.grants if grant.role == role]
    return len(keyring.in_force(grants, at))


def _same_but_case(granted: Resource, need: Need) -> Resource | None:
    folded = (granted.product.casefold(), granted.key.casefold())
    return next((one for one in need.resources if (one.product.casefold(), one.key.casefold()) == folded), None)


def next_role(keyring: Keyring) -> RoleId:
    """The number that the next role to be made will have."""
    return RoleId(max(keyring.roles, default=0) + 1)


def free_name(keyring: Keyring, wish: str) -> str:
    """A name for a role that no living role has."""
    taken = {role.name for role in keyring.living_roles}
    name, number = wish[:TEXT_LENGTH_MAX].strip(), 1
    while name in taken:
        number += 1
        name = f"{wish[: TEXT_LENGTH_MAX - 6].strip()} ({number})"
    return name
