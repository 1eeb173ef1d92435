"""What is told at once to whoever sent the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from chaveiro.core.attempt import VALUE_LENGTH_MAX, Ambiguous, AnyRole, Carrier, Field, Need, NoMethod, NoRoute
from chaveiro.core.cause import Cause, Finding, Stage
from chaveiro.core.names import Moment
from chaveiro.doctor.hiding import hidden_method, hidden_path
from chaveiro.doctor.pair import PairReading, examine
from chaveiro.doctor.reading import read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.core.attempt import Attempt
    from chaveiro.core.cause import Fact
    from chaveiro.core.decision import Denied
    from chaveiro.core.keyring import Key, Keyring, Mark

HEADERS: Final = {Field.KEY: "X-VTEX-API-AppKey", Field.TOKEN: "X-VTEX-API-AppToken"}


def tell(keyring: Keyring, attempt: Attempt, denied: Denied) -> Finding:
    """The one finding for the caller. Until the pair has matched it follows from the request's own bytes alone."""
    if attempt.by_user_token and not denied.proven:
        return Finding(denied.cause, facts_of_user_token(attempt, denied.cause))
    if not denied.proven:
        findings = seen(attempt, denied, depth=1).findings
        return findings[0] if findings else Finding(Cause.CREDENTIALS_INVALID)
    return Finding(denied.cause, facts_after_proof(keyring, attempt, denied))


def seen(attempt: Attempt, denied: Denied, *, depth: int) -> PairReading:
    """Read the values of an attempt that proved nothing, as far as it has them."""
    if denied.cause.stage > Stage.PRESENCE:
        return examine(attempt, depth=depth)
    own = _presence(attempt, denied.cause)
    for presented, part in ((attempt.app_key, Field.KEY), (attempt.app_token, Field.TOKEN)):
        if presented.count == 1 and presented.text and denied.cause in _HALF_MISSING:
            reading = read(presented.text, part, depth=depth)
            if reading.joined:  # one repair gives both values
                return PairReading(reading.findings, *reading.joined)
            key, token = (reading.repaired, None) if part is Field.KEY else (None, reading.repaired)
            whole = reading.kind is part
            return PairReading((own, *reading.findings), key if whole else None, token if whole else None)
    return PairReading((own,))


_HALF_MISSING: Final = frozenset({Cause.KEY_MISSING, Cause.TOKEN_MISSING, Cause.KEY_EMPTY, Cause.TOKEN_EMPTY})


def _presence(attempt: Attempt, cause: Cause) -> Finding:
    return Finding(cause, {name: _presence_fact(attempt, cause, name) for name in cause.facts})


def _presence_fact(attempt: Attempt, cause: Cause, name: str) -> Fact:
    key, token = attempt.app_key, attempt.app_token
    longer = Field.KEY if len(key.text) > VALUE_LENGTH_MAX else Field.TOKEN
    wanted = Carrier.QUERY if cause is Cause.CREDENTIALS_IN_QUERY else Carrier.OTHER_HEADER
    sent = {Field.KEY: key.count, Field.TOKEN: token.count}
    misplaced = next(
        (m for m in attempt.misplaced if m.carrier is wanted and (wanted is Carrier.QUERY or not sent[m.part])), None
    )
    match name:
        case "field":
            return longer.value
        case "length":
            return len((key if longer is Field.KEY else token).text)
        case "length_max":
            return VALUE_LENGTH_MAX
        case "count":
            return (key if cause is Cause.KEY_DUPLICATED else token).count
        case "carrier":
            return misplaced.name if misplaced else ""
        case "expected":
            return HEADERS[misplaced.part] if misplaced else ""
        case _:
            raise KeyError(name)


def facts_of_user_token(attempt: Attempt, cause: Cause) -> Mapping[str, Fact]:
    """What follows from a user token itself."""
    return {"at": attempt.claims.expires} if attempt.claims and "at" in cause.facts else {}


def facts_after_proof(keyring: Keyring, attempt: Attempt, denied: Denied) -> Mapping[str, Fact]:
    """What a denial after proof always carries."""
    key = keyring.keys.get(denied.app_key) if denied.app_key else None
    known = _known(keyring, key, attempt, denied.cause)
    return {name: known[name] for name in denied.cause.facts}


def mark_of(keyring: Keyring, key: Key | None, cause: Cause) -> Mark | None:
    """Who took the account or key out of force, when and why, where somebody did."""
    if cause is Cause.ACCOUNT_SUSPENDED:
        return keyring.suspended
    if key and cause is Cause.KEY_BLOCKED:
        return key.blocked
    if key and cause is Cause.KEY_INACTIVE:
        return key.inactive
    return None


def _known(keyring: Keyring, key: Key | None, attempt: Attempt, cause: Cause) -> dict[str, Fact]:
    at: Moment | None = None
    if mark := mark_of(keyring, key, cause):
        at = mark.at
    elif key:
        at = key.expires if cause is Cause.KEY_EXPIRED else key.valid_from
    known: dict[str, Fact] = {"at": attempt.at if at is None else at, "address": attempt.address, "retry_after": 1}
    wanted = attempt.wanted
    match wanted:
        case Need():
            known["required"] = wanted
        case AnyRole():
            pass
        case Ambiguous(part):
            known["part"] = part
        case NoRoute(method, path):
            known |= {"method": hidden_method(method), "path": hidden_path(path, attempt)}
        case NoMethod(method, path, methods):
            known |= {"method": hidden_method(method), "path": hidden_path(path, attempt), "methods": methods}
        case _ as never:
            assert_never(never)
    return known
