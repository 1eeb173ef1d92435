"""Why a proven key may not do what it asks: the dead link, the empty role, the misnamed resource behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from msgspec import structs

from chaveiro.core.attempt import Need
from chaveiro.core.cause import Cause, Confidence, Fact, Finding
from chaveiro.core.decision import Allowed, decide
from chaveiro.core.names import Resource
from chaveiro.doctor.telling import facts_after_proof
from chaveiro.doctor.trial import attempt_key, with_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chaveiro.core.attempt import Attempt
    from chaveiro.core.decision import Denied
    from chaveiro.core.keyring import Grant, Key, Keyring

RETRY_AFTER_SECONDS: Final = 2  # connected nodes have every change by then


def examine(
    keyring: Keyring, attempt: Attempt, denied: Denied, *, elsewhere: Keyring | None, newest: Keyring | None
) -> Finding:
    """The most telling cause of a denial for want of a role or resource."""
    key = keyring.keys[attempt_key(attempt)]
    need = attempt.wanted
    roles = _links(keyring, key) | _all_but(keyring, key, attempt)
    plain = Finding(denied.cause, facts_after_proof(keyring, attempt, denied), roles)
    if not isinstance(need, Need):
        return plain
    if newest and _on_its_way(keyring, newest, key, attempt):
        facts: dict[str, Fact] = {"required": need, "retry_after": RETRY_AFTER_SECONDS}
        evidence: dict[str, Fact] = {"decided_at": str(keyring.revision), "newest": str(newest.revision)}
        return Finding(Cause.GRANT_NOT_PROPAGATED, facts, evidence, Confidence.VERIFIED)
    for grant in key.grants:
        if dead := _dead(keyring, key, grant, attempt, need=need, elsewhere=elsewhere):
            return dead
    return _empty(keyring, key, attempt, need) or _misnamed(keyring, key, attempt, need) or plain


def _on_its_way(keyring: Keyring, newest: Keyring, key: Key, attempt: Attempt) -> bool:
    """Say whether a grant older than the attempt, which this node had not yet heard of, allows it."""
    there = newest.keys.get(key.app_key)
    if there is None or newest.revision == keyring.revision:
        return False
    older = tuple(grant for grant in there.grants if grant.given.at <= attempt.at)
    unheard = any(grant not in key.grants for grant in older)
    return unheard and isinstance(decide(with_key(newest, structs.replace(there, grants=older)), attempt), Allowed)


def _dead(
    keyring: Keyring, key: Key, grant: Grant, attempt: Attempt, *, need: Need, elsewhere: Keyring | None
) -> Finding | None:
    """A link that gives nothing, if it would have given what was needed."""
    given: dict[str, Fact] = {"given_at": grant.given.at, "given_by": grant.given.by}
    if grant.account != keyring.account:
        home = elsewhere if elsewhere and elsewhere.account == grant.account else None
        role = home.roles.get(grant.role) if home else None
        if home and (role is None or not need.met_by(role.resources)):
            return None
        facts: dict[str, Fact] = {
            "role": role.name if role else str(grant.role),
            "home": grant.account,
            "required": need,
        }
        sure = Confidence.CERTAIN if role else Confidence.LIKELY
        return Finding(Cause.ROLE_OF_ANOTHER_ACCOUNT, facts, given, sure)
    role = keyring.roles.get(grant.role)
    if role is None:
        return None
    alive = replace(role, deleted=None)
    revived = replace(keyring, roles={**keyring.roles, role.id: alive})
    lasting = replace(grant, until=None)
    links = tuple(lasting if one is grant else one for one in key.grants)
    if not isinstance(decide(with_key(revived, structs.replace(key, grants=links)), attempt), Allowed):
        return None
    if role.deleted:
        facts = {"role": role.name, "at": role.deleted.at, "by": role.deleted.by, "required": need}
        return Finding(Cause.ROLE_DELETED, facts, given)
    if grant.until is not None and grant.until <= attempt.at:
        return Finding(Cause.ROLE_LINK_EXPIRED, {"role": role.name, "at": grant.until, "required": need}, given)
    return None


def _empty(keyring: Keyring, key: Key, attempt: Attempt, need: Need) -> Finding | None:
    linked = keyring.in_force(key.grants, attempt.at)
    if not linked or keyring.resources_of(linked):
        return None
    return Finding(Cause.ROLE_EMPTY, {"role": keyring.roles[linked[0]].name, "required": need})


def _all_but(keyring: Keyring, key: Key, attempt: Attempt) -> dict[str, Fact]:
    """A predefined role of the key that gives all that any role here gives, except what is needed.

    People take VTEX's *Owner (Admin Super)* for everything; it lacks the right to save users.
    """
    need = attempt.wanted
    every = frozenset[Resource]().union(*(role.resources for role in keyring.living_roles))
    for role in (keyring.roles[one] for one in keyring.in_force(key.grants, attempt.at)):
        beyond = every - role.resources
        if role.predefined and isinstance(need, Need) and beyond and beyond <= set(need.resources):
            return {"all_but": role.name}
    return {}


def _misnamed(keyring: Keyring, key: Key, attempt: Attempt, need: Need) -> Finding | None:
    """A granted resource that is the required one but for letter case, or for its product."""
    held = keyring.resources_of(keyring.in_force(key.grants, attempt.at))
    for granted in _alike(held, need):
        return Finding(Cause.PERMISSION_NAME_MISMATCH, {"granted": str(granted), "required": need})
    return None


def _alike(held: frozenset[Resource], need: Need) -> Iterator[Resource]:
    granted = sorted(held)
    for wanted in need.resources:
        if wanted in held:
            continue
        folded = (_plain(wanted.product), _plain(wanted.key))
        yield from (one for one in granted if (_plain(one.product), _plain(one.key)) == folded)
        yield from (one for one in granted if one.key == wanted.key)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _links(keyring: Keyring, key: Key) -> dict[str, Fact]:
    """The roles that a key is linked to, dead ones included."""
    names = tuple(
        keyring.roles[grant.role].name if grant.role in keyring.roles else str(grant.role) for grant in key.grants
    )
    return {"linked": names} if names else {}
