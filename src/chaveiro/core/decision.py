"""The decision: one pure function, the only place where an allow is made."""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct, structs

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
    from chaveiro.core.names import Resource, RoleId


class Allowed(Struct, frozen=True, gc=False):
    """The attempt may go on."""

    app_key: AppKey | None  # None: a user, by a user token
    roles: tuple[RoleId, ...]  # every role of key or user that is in force, in the order of their grants
    revision: Revision
    user: Email | None = None

    @property
    def subject(self) -> str:
        """Who it is: an appKey, or a user's e-mail address."""
        return self.user or self.app_key or ""


class Denied(Struct, frozen=True, gc=False):
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


class Grounds(Struct, frozen=True, gc=False):
    """What an account has to say to every key with the same terms, once its token has matched."""

    suspended: bool  # the account, or the home of an external key
    https_only: bool
    roles: tuple[RoleId, ...]  # in force, in the order of their grants
    resources: frozenset[Resource]  # all that these roles give
    doubts: tuple[Check, ...] = ()  # the checks after proof that can refuse such a key at all, in their order


# What an unknown appKey is compared with, so that it costs what a known one costs.
NO_KEY = Key(AppKey(""), KeyId(""), "", Mark(Moment(0), ""), NO_DIGEST)


def decide(keyring: Keyring, attempt: Attempt) -> Decision:
    """Say whether *attempt* may go on, and by which roles or for which cause."""
    plain = shown_plainly(attempt)
    if not plain and attempt.by_user_token:
        return _by_user_token(keyring, attempt)
    key = keyring.keys.get(attempt.app_key.text, NO_KEY)  # type: ignore[call-overload]  # whatever it is
    for check in PROOF if plain else BEFORE_PROOF:
        if cause := check(key, attempt):
            return Denied(cause, keyring.revision)
    grounds = keyring.grounds.get(key.terms) or grounds_of(keyring, key, attempt.at)
    for doubt in grounds.doubts:
        if cause := doubt(grounds, key, attempt):
            return Denied(cause, keyring.revision, key.app_key)
    return Allowed(key.app_key, grounds.roles, keyring.revision)


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
    grounds = grounds_of(keyring, holder, attempt.at)
    for check in AFTER_PROOF if user != keyring.sponsor else FOR_SPONSOR:
        if cause := check(grounds, holder, attempt):
            return Denied(cause, keyring.revision, app_key, user)
    return Allowed(app_key, grounds.roles, keyring.revision, user)


def _judged(subject: Key | User) -> Key:
    """A user is judged as a key would be that has neither state, dates nor networks."""
    return subject if isinstance(subject, Key) else structs.replace(NO_KEY, grants=subject.grants)


def may_hold(keyring: Keyring, subject: Key | User, wanted: Needed, at: Moment) -> bool:
    """Say whether roles and state of a key or user would allow something now. No allow: nobody proved to be it."""
    about = Attempt(keyring.account, NOTHING, NOTHING, NO_DIGEST, wanted, at)
    sponsor = isinstance(subject, User) and subject.email == keyring.sponsor
    checks, key = STANDING_OF_SPONSOR if sponsor else STANDING, _judged(subject)
    grounds = grounds_of(keyring, key, at)
    return not any(check(grounds, key, about) for check in checks)


def obstacle(keyring: Keyring, subject: Key | User, attempt: Attempt) -> Cause | None:
    """Why a key or user could not do this now, had it proved to be it; None: nothing is in its way. No allow either."""
    sponsor = isinstance(subject, User) and subject.email == keyring.sponsor
    key = _judged(subject)
    grounds = grounds_of(keyring, key, attempt.at)
    for check in FOR_SPONSOR if sponsor else AFTER_PROOF:
        if cause := check(grounds, key, attempt):
            return cause
    return None


def grounds_of(keyring: Keyring, key: Key, at: Moment) -> Grounds:
    """What an account says to a key at a moment: kept for all with its terms, unless a role of theirs has an end."""
    roles = keyring.in_force(key.grants, at)
    away = key.home is not None and key.home.suspended is not None
    resources = keyring.resources_of(roles)
    found = Grounds(keyring.suspended is not None or away, keyring.https_only, roles, resources)
    found = structs.replace(found, doubts=doubts(found, key))
    if all(grant.until is None for grant in key.grants):
        keyring.grounds[key.terms] = found
    return found


def doubts(grounds: Grounds, key: Key) -> tuple[Check, ...]:
    """The checks after proof that can refuse a key on these grounds at all, whatever is attempted.

    INVARIANT: leaving out the others never changes a decision. What is asked of the key here, its terms say.
    """
    able: dict[Check, bool] = {
        account_in_force: grounds.suspended,
        key_in_force: key.restrained,
        transport_allowed: grounds.https_only,
        address_allowed: bool(key.networks),
        role_linked: not grounds.roles,
    }
    return tuple(check for check in AFTER_PROOF if able.get(check, True))


def shown_plainly(attempt: Attempt) -> bool:
    """Say whether each value was sent once, in its own header alone, neither empty nor too long.

    INVARIANT: no check before `token_matches` refuses that.
    """
    key, token = attempt.app_key, attempt.app_token
    return (
        key.count == token.count == 1
        and not attempt.misplaced
        and 0 < len(key.text) <= VALUE_LENGTH_MAX
        and 0 < len(token.text) <= VALUE_LENGTH_MAX
    )


def values_bounded(_key: Key, attempt: Attempt) -> Cause | None:
    """Refuse unread what is too long to be a credential."""
    longest = max(len(attempt.app_key.text), len(attempt.app_token.text))
    return Cause.VALUE_OVERSIZED if longest > VALUE_LENGTH_MAX else None


def values_in_place(_key: Key, attempt: Attempt) -> Cause | None:
    """Refuse credentials in the query, and in a header of another name when its own header is absent."""
    for misplaced in attempt.misplaced:
        if misplaced.carrier is Carrier.QUERY:
            return Cause.CREDENTIALS_IN_QUERY
    for misplaced in attempt.misplaced:
        own = attempt.app_key if misplaced.part is Field.KEY else attempt.app_token
        if own.count == 0:
            return Cause.WRONG_HEADER_NAME
    return None


def pair_presented(_key: Key, attempt: Attempt) -> Cause | None:
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


def token_matches(key: Key, attempt: Attempt) -> Cause | None:
    """Ask for one of the key's live tokens, in the same time whether the key exists or not."""
    # `&` and `|` always compute both sides; what stands for an absent digest matches nothing, whatever is presented.
    current = hmac.compare_digest(key.digest, attempt.digest) & (key is not NO_KEY)
    renewed = hmac.compare_digest(key.next_digest, attempt.digest) & (key.next_created is not None)
    return None if current | renewed else Cause.CREDENTIALS_INVALID


def account_in_force(grounds: Grounds, _key: Key, _attempt: Attempt) -> Cause | None:
    """Ask for an account that nobody suspended, and for an external key that its home was not suspended either."""
    return Cause.ACCOUNT_SUSPENDED if grounds.suspended else None


def key_in_force(_grounds: Grounds, key: Key, attempt: Attempt) -> Cause | None:
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


def transport_allowed(grounds: Grounds, _key: Key, attempt: Attempt) -> Cause | None:
    """Refuse plain HTTP where the account asks for HTTPS."""
    return Cause.INSECURE_TRANSPORT if grounds.https_only and attempt.transport is Transport.PLAIN else None


def address_allowed(_grounds: Grounds, key: Key, attempt: Attempt) -> Cause | None:
    """Ask for an address in the key's networks. An address nobody knows is in none."""
    if not key.networks:
        return None
    try:
        address = ip_address(attempt.address)
    except ValueError:
        return Cause.IP_NOT_ALLOWED
    return None if any(address in network for network in key.networks) else Cause.IP_NOT_ALLOWED


def role_linked(grounds: Grounds, _key: Key, _attempt: Attempt) -> Cause | None:
    """Ask for at least one role in force."""
    return None if grounds.roles else Cause.NO_ROLE_LINKED


def resource_granted(grounds: Grounds, key: Key, attempt: Attempt) -> Cause | None:
    """Ask for the resources the request needs. What the catalogue does not know is refused."""
    wanted = attempt.wanted
    if isinstance(wanted, Need):
        return None if wanted.met_by(grounds.resources) else Cause.PERMISSION_MISSING_RESOURCE
    if isinstance(wanted, AnyRole):
        return role_linked(grounds, key, attempt)
    return route_known(grounds, key, attempt)


def route_known(_grounds: Grounds, _key: Key, attempt: Attempt) -> Cause | None:
    """Refuse what the catalogue does not know, and what can be read in two ways."""
    wanted = attempt.wanted
    return None if isinstance(wanted, Need | AnyRole) else _UNMAPPED[type(wanted)]


_UNMAPPED: dict[type[Ambiguous | NoRoute | NoMethod], Cause] = {
    Ambiguous: Cause.PATH_AMBIGUOUS,
    NoRoute: Cause.ROUTE_NOT_MAPPED,
    NoMethod: Cause.METHOD_NOT_MAPPED,
}

ProofCheck: TypeAlias = "Callable[[Key, Attempt], Cause | None]"
Check: TypeAlias = "Callable[[Grounds, Key, Attempt], Cause | None]"

# INVARIANT: the order is the meaning. Nothing about a key is learnt before its token matches.
BEFORE_PROOF: tuple[ProofCheck, ...] = (values_bounded, values_in_place, pair_presented, token_matches)
PROOF: Final = BEFORE_PROOF[-1:]
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
