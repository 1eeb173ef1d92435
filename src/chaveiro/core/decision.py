"""The decision: one pure function, the only place where an allow is made."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, TypeAlias

from chaveiro.core.attempt import (
    NOTHING,
    VALUE_LENGTH_MAX,
    Ambiguous,
    AnyRole,
    Attempt,
    Carrier,
    Field,
    Need,
    NoMethod,
    NoRoute,
    Transport,
)
from chaveiro.core.cause import Cause
from chaveiro.core.keyring import NO_DIGEST, Key, Mark, User
from chaveiro.core.names import AppKey, Email, KeyId, Moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaveiro.core.attempt import Needed
    from chaveiro.core.keyring import Keyring, Revision
    from chaveiro.core.names import RoleId


@dataclass(frozen=True, slots=True)
class Allowed:
    """The attempt may go on."""

    app_key: AppKey | None  # None: a user, by a user token
    roles: tuple[RoleId, ...]  # every role of key or user that is in force, in the order of their grants
    revision: Revision
    user: Email | None = None

    @property
    def subject(self) -> str:
        """Who it is: an appKey, or a user's e-mail address."""
        return self.user or self.app_key or ""


@dataclass(frozen=True, slots=True)
class Denied:
    """The attempt may not go on, for the first cause in the order of the checks."""

    cause: Cause
    revision: Revision
    app_key: AppKey | None = None  # known only once the pair has matched, or the user token
    user: Email | None = None  # likewise, of a user token

    @property
    def proven(self) -> bool:
        """Whether the caller proved who it is."""
        return self.app_key is not None or self.user is not None


Decision: TypeAlias = Allowed | Denied

# What an unknown appKey is compared with, so that it costs what a known one costs.
NO_KEY = Key(AppKey(""), KeyId(""), "", Mark(Moment(0), ""), NO_DIGEST)


def decide(keyring: Keyring, attempt: Attempt) -> Decision:
    """Say whether *attempt* may go on, and by which roles or for which cause."""
    if attempt.by_user_token:
        return _by_user_token(keyring, attempt)
    key = keyring.keys.get(AppKey(attempt.app_key.text), NO_KEY)
    for check in BEFORE_PROOF:
        if cause := check(keyring, key, attempt):
            return Denied(cause, keyring.revision)
    for check in AFTER_PROOF:
        if cause := check(keyring, key, attempt):
            return Denied(cause, keyring.revision, key.app_key)
    return Allowed(key.app_key, keyring.in_force(key.grants, attempt.at), keyring.revision)


def _by_user_token(keyring: Keyring, attempt: Attempt) -> Decision:
    """Judge a user token by the state of whom it stands for: as its key's pair, or by the user's own roles."""
    claims = attempt.claims
    if claims is None or attempt.user_token.count != 1:
        return Denied(Cause.USER_TOKEN_INVALID, keyring.revision)
    if attempt.at >= claims.expires:
        return Denied(Cause.USER_TOKEN_EXPIRED, keyring.revision)
    user = Email(claims.subject) if "@" in claims.subject else None
    app_key = None if user else AppKey(claims.subject)
    bearer = keyring.bearer(claims)
    if bearer is None:
        return Denied(Cause.USER_TOKEN_ENDED, keyring.revision, app_key, user)
    holder = _judged(bearer)
    for check in AFTER_PROOF if user != keyring.sponsor else FOR_SPONSOR:
        if cause := check(keyring, holder, attempt):
            return Denied(cause, keyring.revision, app_key, user)
    return Allowed(app_key, keyring.in_force(holder.grants, attempt.at), keyring.revision, user)


def _judged(subject: Key | User) -> Key:
    """A user is judged as a key would be that has neither state, dates nor networks."""
    return subject if isinstance(subject, Key) else replace(NO_KEY, grants=subject.grants)


def may_hold(keyring: Keyring, subject: Key | User, wanted: Needed, at: Moment) -> bool:
    """Say whether roles and state of a key or user would allow something now. No allow: nobody proved to be it."""
    about = Attempt(keyring.account, NOTHING, NOTHING, NO_DIGEST, wanted, at)
    sponsor = isinstance(subject, User) and subject.email == keyring.sponsor
    checks = STANDING_OF_SPONSOR if sponsor else STANDING
    return not any(check(keyring, _judged(subject), about) for check in checks)


def obstacle(keyring: Keyring, subject: Key | User, attempt: Attempt) -> Cause | None:
    """Why a key or user could not do this now, had it proved to be it; None: nothing is in its way. No allow either."""
    sponsor = isinstance(subject, User) and subject.email == keyring.sponsor
    for check in FOR_SPONSOR if sponsor else AFTER_PROOF:
        if cause := check(keyring, _judged(subject), attempt):
            return cause
    return None


def values_bounded(_keyring: Keyring, _key: Key, attempt: Attempt) -> Cause | None:
    """Refuse unread what is too long to be a credential."""
    longest = max(len(attempt.app_key.text), len(attempt.app_token.text))
    return Cause.VALUE_OVERSIZED if longest > VALUE_LENGTH_MAX else None


def values_in_place(_keyring: Keyring, _key: Key, attempt: Attempt) -> Cause | None:
    """Refuse credentials in the query, and in a header of another name when its own header is absent."""
    for misplaced in attempt.misplaced:
        if misplaced.carrier is Carrier.QUERY:
            return Cause.CREDENTIALS_IN_QUERY
    for misplaced in attempt.misplaced:
        own = attempt.app_key if misplaced.part is Field.KEY else attempt.app_token
        if own.count == 0:
            return Cause.WRONG_HEADER_NAME
    return None


def pair_presented(_keyring: Keyring, _key: Key, attempt: Attempt) -> Cause | None:
    """Ask for exactly one appKey and one appToken. Two are refused, as the next reader might take the other one."""
    key, token = attempt.app_key, attempt.app_token
    if key.count == token.count == 1 and key.text and token.text:
        return None
    if key.count == token.count == 0:
        return Cause.CREDENTIALS_MISSING
    if key.count == 0:
        return Cause.KEY_MISSING
    if token.count == 0:
        return Cause.TOKEN_MISSING
    if key.count > 1:
        return Cause.KEY_DUPLICATED
    if token.count > 1:
        return Cause.TOKEN_DUPLICATED
    return Cause.TOKEN_EMPTY if key.text else Cause.KEY_EMPTY


def token_matches(_keyring: Keyring, key: Key, attempt: Attempt) -> Cause | None:
    """Ask for one of the key's live tokens, in the same time whether the key exists or not."""
    # `&` and `|` always compute both sides; what stands for an absent digest matches nothing, whatever is presented.
    current = hmac.compare_digest(key.digest, attempt.digest) & (key is not NO_KEY)
    renewed = hmac.compare_digest(key.next_digest, attempt.digest) & key.renewing
    return None if current | renewed else Cause.CREDENTIALS_INVALID


def account_in_force(keyring: Keyring, key: Key, _attempt: Attempt) -> Cause | None:
    """Ask for an account that nobody suspended, and for an external key that its home was not suspended either."""
    away = key.home is not None and key.home.suspended is not None
    return Cause.ACCOUNT_SUSPENDED if keyring.suspended or away else None


def key_in_force(_keyring: Keyring, key: Key, attempt: Attempt) -> Cause | None:
    """Ask for a key that people left alone and whose time it is. What people decided is told before what clocks say."""
    if key.blocked:
        return Cause.KEY_BLOCKED
    if key.inactive:
        return Cause.KEY_INACTIVE
    if key.expires is not None and attempt.at >= key.expires:
        return Cause.KEY_EXPIRED
    if key.valid_from is not None and attempt.at < key.valid_from:
        return Cause.KEY_NOT_YET_VALID
    return None


def transport_allowed(keyring: Keyring, _key: Key, attempt: Attempt) -> Cause | None:
    """Refuse plain HTTP where the account asks for HTTPS."""
    return Cause.INSECURE_TRANSPORT if keyring.https_only and attempt.transport is Transport.PLAIN else None


def address_allowed(_keyring: Keyring, key: Key, attempt: Attempt) -> Cause | None:
    """Ask for an address in the key's networks. An address nobody knows is in none."""
    if not key.networks:
        return None
    try:
        address = ip_address(attempt.address)
    except ValueError:
        return Cause.IP_NOT_ALLOWED
    return None if any(address in network for network in key.networks) else Cause.IP_NOT_ALLOWED


def role_linked(keyring: Keyring, key: Key, attempt: Attempt) -> Cause | None:
    """Ask for at least one role in force."""
    return None if keyring.in_force(key.grants, attempt.at) else Cause.NO_ROLE_LINKED


def resource_granted(keyring: Keyring, key: Key, attempt: Attempt) -> Cause | None:
    """Ask for the resources the request needs. What the catalogue does not know is refused."""
    wanted = attempt.wanted
    if isinstance(wanted, Need):
        granted = keyring.resources_of(keyring.in_force(key.grants, attempt.at))
        return None if wanted.met_by(granted) else Cause.PERMISSION_MISSING_RESOURCE
    if isinstance(wanted, AnyRole):
        return role_linked(keyring, key, attempt)
    return route_known(keyring, key, attempt)


def route_known(_keyring: Keyring, _key: Key, attempt: Attempt) -> Cause | None:
    """Refuse what the catalogue does not know, and what can be read in two ways."""
    wanted = attempt.wanted
    return None if isinstance(wanted, Need | AnyRole) else _UNMAPPED[type(wanted)]


_UNMAPPED: dict[type[Ambiguous | NoRoute | NoMethod], Cause] = {
    Ambiguous: Cause.PATH_AMBIGUOUS,
    NoRoute: Cause.ROUTE_NOT_MAPPED,
    NoMethod: Cause.METHOD_NOT_MAPPED,
}

Check: TypeAlias = "Callable[[Keyring, Key, Attempt], Cause | None]"

# INVARIANT: the order is the meaning. Nothing about a key is learnt before its token matches.
BEFORE_PROOF: tuple[Check, ...] = (values_bounded, values_in_place, pair_presented, token_matches)
AFTER_PROOF: tuple[Check, ...] = (
    account_in_force,
    key_in_force,
    transport_allowed,
    address_allowed,
    role_linked,
    resource_granted,
)
CHECKS = BEFORE_PROOF + AFTER_PROOF
# What a key is, whoever shows it and from where.
STANDING: tuple[Check, ...] = (account_in_force, key_in_force, role_linked, resource_granted)
# The sponsor has full access: to whatever the catalogue knows, without a role.
FOR_SPONSOR: tuple[Check, ...] = (account_in_force, transport_allowed, route_known)
STANDING_OF_SPONSOR: tuple[Check, ...] = (account_in_force, route_known)
