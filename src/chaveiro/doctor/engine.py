"""Why, for the account's keepers: the least repair after which the same `decide()` goes on, then what comes next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from msgspec import structs

from chaveiro.core.attempt import Attempt, Field, Need, Transport, presented
from chaveiro.core.cause import Cause, Confidence, Fact, Finding, Stage
from chaveiro.core.command import CreateRole, GrantToKey
from chaveiro.core.credential import Secret
from chaveiro.core.decision import Allowed, Denied, decide
from chaveiro.core.names import AppKey
from chaveiro.doctor import authority
from chaveiro.doctor.bearer import as_pair, examine
from chaveiro.doctor.identity import identify, repaired
from chaveiro.doctor.nearness import nearest
from chaveiro.doctor.remedy import Remedy, next_role, remedies
from chaveiro.doctor.telling import facts_after_proof, mark_of, seen, tell
from chaveiro.doctor.trial import attempt_key, carried_out, passes, proven, supposed, supposing_token, with_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaveiro.core.command import Command
    from chaveiro.core.denial import Denial
    from chaveiro.core.keyring import Key, Keyring
    from chaveiro.core.names import Moment
    from chaveiro.doctor.pair import PairReading

__all__ = ["Diagnosis", "Remedy", "diagnose", "fixed_since", "remedies", "tell"]

OBSTACLES_MAX: Final = 12  # after so many repairs nobody reads on
_DEPTH: Final = 2
_NO_ROLE_YET: Final = "no role yet"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The cause of a denial and, in the order in which they would be met, the next obstacles."""

    findings: tuple[Finding, ...]
    app_key: AppKey | None  # the key of this account that it is about, as far as one is known


@dataclass(frozen=True, slots=True)
class _Step:
    """What one denial came from, and the world in which that was put right."""

    findings: tuple[Finding, ...]
    keyring: Keyring
    attempt: Attempt | None = None  # None: there is nothing to suppose
    tried: bool = True  # the world follows from the findings, so that deciding again proves them
    mend: Callable[[Keyring], Keyring] = lambda keyring: keyring  # the same repair of the account as it is now


def diagnose(
    keyring: Keyring,
    attempt: Attempt,
    denied: Denied,
    *,
    digest: Callable[[str], bytes],
    elsewhere: Keyring | None = None,
    newest: Keyring | None = None,
    search: bool = False,
    always_refused: bool = False,
) -> Diagnosis:
    """Say why *denied* came about. *elsewhere* is the presented key's home, *newest* the account as it is now.

    *search* allows some thousand digests, in search of a typing error that nothing else can show; *always_refused*
    says that this token alone was ever sent with its key, and never worked.
    """
    if attempt.by_user_token:
        pair = as_pair(keyring, attempt, denied)
        if pair is None:
            own = denied.app_key in keyring.keys or denied.app_key in keyring.tombstones
            return Diagnosis((examine(keyring, attempt, denied),), denied.app_key if own else None)
        attempt = pair
    findings: list[Finding] = []
    decision: Denied | Allowed = denied
    app_key = denied.app_key
    for _ in range(OBSTACLES_MAX):
        if isinstance(decision, Allowed):
            break
        if decision.app_key is None:
            step = _unproven(
                keyring, attempt, decision, digest, elsewhere=elsewhere, search=search, always_refused=always_refused
            )
        else:
            step = _proven(keyring, attempt, decision, elsewhere, newest)
        if step.attempt is None:
            findings += step.findings
            break
        failed, keyring, attempt = decision.cause, step.keyring, step.attempt
        newest = step.mend(newest) if newest else None  # or what stood in the way here would stand in the way there
        decision = decide(keyring, attempt)
        app_key = app_key or decision.app_key
        came_further = passes(failed, decision)
        findings += _verified(step.findings) if came_further and step.tried else step.findings
        if not came_further:
            break
    known = app_key or _named(keyring, attempt)
    return Diagnosis(_once(findings), known)


def _verified(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(replace(one, confidence=Confidence.VERIFIED) for one in findings)


def _once(findings: list[Finding]) -> tuple[Finding, ...]:
    told: list[Finding] = []
    for one in findings:
        if not any((one.cause, one.facts) == (other.cause, other.facts) for other in told):
            told.append(one)
    return tuple(told)


def _named(keyring: Keyring, attempt: Attempt) -> AppKey | None:
    key = attempt_key(attempt)
    return key if key in keyring.keys or key in keyring.tombstones else None


def _unproven(
    keyring: Keyring,
    attempt: Attempt,
    denied: Denied,
    digest: Callable[[str], bytes],
    *,
    elsewhere: Keyring | None,
    search: bool,
    always_refused: bool,
) -> _Step:
    """Repair the request as far as its bytes tell how; for the rest, ask the store."""
    plainly = _in_place(attempt, denied)
    if plainly and proven(decide(keyring, plainly)):
        return _Step(seen(attempt, denied, depth=1).findings, keyring, plainly)
    pair = seen(attempt, denied, depth=_DEPTH)
    if pair.key and pair.token:
        whole = repaired(attempt, pair.key, pair.token, digest)
        if proven(decide(keyring, whole)):
            told = tuple(one for one in pair.findings if one.cause is not Cause.PAIR_MISMATCH)
            return _Step(told or (Finding(Cause.UNKNOWN_CAUSE),), keyring, whole)
    if search and (near := _near(keyring, attempt, pair, digest)):
        return near
    known = identify(keyring, attempt, pair, digest=digest, elsewhere=elsewhere, always_refused=always_refused)
    findings = (*pair.findings, *known.findings)
    if any(one.cause is Cause.PAIR_MISMATCH for one in findings):  # that already says whose token it is not
        findings = tuple(one for one in findings if one.cause is not Cause.TOKEN_NEVER_ISSUED)
    return _Step(findings or (Finding(Cause.UNKNOWN_CAUSE),), keyring, known.attempt, known.tried)


def _near(keyring: Keyring, attempt: Attempt, pair: PairReading, digest: Callable[[str], bytes]) -> _Step | None:
    """One typing error in a token without a check part, which only the store can show."""
    key = keyring.keys.get(AppKey(pair.key.reveal())) if pair.key else None
    text = pair.token.reveal() if pair.token else attempt.app_token.text.strip()
    found = nearest(text, key, digest) if key else None
    if key is None or found is None:
        return None
    slip, token = found
    # Once the error is known by its place, that the length or a letter was wrong says nothing more.
    told = pair.findings if pair.token else tuple(one for one in pair.findings if one.cause.field is not Field.TOKEN)
    return _Step((*told, slip), keyring, repaired(attempt, Secret(key.app_key), token, digest))


def _in_place(attempt: Attempt, denied: Denied) -> Attempt | None:
    """The attempt without what it carries twice, or in the wrong place besides the right one."""
    if denied.cause not in {
        Cause.CREDENTIALS_IN_QUERY, Cause.WRONG_HEADER_NAME, Cause.KEY_DUPLICATED, Cause.TOKEN_DUPLICATED,
    }:  # fmt: skip
        return None
    key, token = attempt.app_key, attempt.app_token
    return structs.replace(
        attempt,
        misplaced=(),
        app_key=presented(key.text) if key.count else key,
        app_token=presented(token.text) if token.count else token,
    )


def _proven(
    keyring: Keyring, attempt: Attempt, denied: Denied, elsewhere: Keyring | None, newest: Keyring | None
) -> _Step:
    """Put the account, the key, the place or the roles right, by a command where there is one."""
    key = keyring.keys[attempt_key(attempt)]
    finding = Finding(denied.cause, facts_after_proof(keyring, attempt, denied), _evidence(keyring, attempt, denied))
    match denied.cause:
        case Cause.KEY_EXPIRED:
            mend = _changing(key.app_key, lambda one: structs.replace(one, expires=None))
            return _Step((finding,), mend(keyring), attempt, mend=mend)
        case Cause.KEY_NOT_YET_VALID:
            mend = _changing(key.app_key, lambda one: structs.replace(one, valid_from=None))
            return _Step((finding,), mend(keyring), attempt, mend=mend)
        case Cause.INSECURE_TRANSPORT:
            return _Step((finding,), keyring, structs.replace(attempt, transport=Transport.SECURE))
        case Cause.IP_NOT_ALLOWED:
            return _Step((finding,), keyring, structs.replace(attempt, address=str(key.networks[0].network_address)))
        case _ if denied.cause.stage is Stage.AUTHORIZATION:
            return _unauthorized(keyring, attempt, denied, elsewhere, newest)
        case _:
            found = remedies(keyring, finding, attempt)
            changed = carried_out(keyring, found[0].commands, attempt.at) if found else None
            if changed is None:
                return _Step((finding,), keyring)
            mend = _carrying_out(found[0].commands, attempt.at)
            return _Step((finding,), changed, supposing_token(attempt, changed.keys[key.app_key]), mend=mend)


def _changing(app_key: AppKey, change: Callable[[Key], Key]) -> Callable[[Keyring], Keyring]:
    """The repair of a key's state."""

    def mend(keyring: Keyring) -> Keyring:
        key = keyring.keys.get(app_key)
        return with_key(keyring, change(key)) if key else keyring

    return mend


def _carrying_out(commands: tuple[Command, ...], at: Moment) -> Callable[[Keyring], Keyring]:
    """The repair that is made by commands; where they are refused, nothing of the kind is to be mended."""
    return lambda keyring: carried_out(keyring, commands, at) or keyring


def _unauthorized(
    keyring: Keyring, attempt: Attempt, denied: Denied, elsewhere: Keyring | None, newest: Keyring | None
) -> _Step:
    finding = authority.examine(keyring, attempt, denied, elsewhere=elsewhere, newest=newest)
    if finding.cause is Cause.GRANT_NOT_PROPAGATED and newest:
        return _Step((finding,), newest, attempt)
    if isinstance(attempt.wanted, Need):
        found = remedies(keyring, finding, attempt)
        changed = carried_out(keyring, found[0].commands, attempt.at) if found else None
        return _Step((finding,), changed, attempt) if changed else _Step((finding,), keyring)
    if denied.cause is not Cause.NO_ROLE_LINKED:
        return _Step((finding,), keyring)
    # Which role it should be nobody can say before the request is on the map; any will show what comes next.
    role = next_role(keyring)
    commands = (
        CreateRole(keyring.account, _NO_ROLE_YET, frozenset()),
        GrantToKey(keyring.account, role, attempt_key(attempt)),
    )
    changed = carried_out(keyring, commands, attempt.at)
    return _Step((finding,), changed, attempt) if changed else _Step((finding,), keyring)


def _evidence(keyring: Keyring, attempt: Attempt, denied: Denied) -> dict[str, Fact]:
    key = keyring.keys[attempt_key(attempt)]
    evidence: dict[str, Fact] = {}
    if mark := mark_of(keyring, key, denied.cause):
        evidence["by"] = mark.by
        if mark.why:
            evidence["why"] = mark.why
    if denied.cause is Cause.IP_NOT_ALLOWED:
        evidence["networks"] = tuple(str(network) for network in key.networks)
    return evidence


def fixed_since(denial: Denial, keyring: Keyring, now: Moment) -> Finding | None:
    """Say since when what was denied to a proven key would be allowed. None: it still would not, or cannot be known."""
    key = keyring.keys.get(denial.app_key) if denial.proven and denial.app_key else None
    if key is None or any(one.cause is Cause.INSECURE_TRANSPORT for one in denial.findings):
        return None
    if not isinstance(decide(keyring, supposed(keyring, key, denial.wanted, now, address=denial.address)), Allowed):
        return None
    moments = [grant.given.at for grant in key.grants if denial.at <= grant.given.at <= now]
    if key.valid_from is not None and denial.at <= key.valid_from <= now:
        moments.append(key.valid_from)
    return Finding(Cause.FIXED_SINCE, {"at": max(moments, default=now)}, {"revision": str(keyring.revision)})
