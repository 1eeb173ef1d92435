"""A user token that was refused: whom it was given to, and what became of them since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chaveiro.core.cause import Cause, Confidence, Fact, Finding
from chaveiro.core.keyring import Key
from chaveiro.core.names import AppKey, Email
from chaveiro.doctor.telling import facts_after_proof, facts_of_user_token
from chaveiro.doctor.trial import supposing_token

if TYPE_CHECKING:
    from chaveiro.core.attempt import Attempt
    from chaveiro.core.decision import Denied
    from chaveiro.core.keyring import Keyring


def as_pair(keyring: Keyring, attempt: Attempt, denied: Denied) -> Attempt | None:
    """The attempt with the pair of the key that its user token stands for, which is refused for the same cause.

    None: it stands for no key.
    """
    bearer = keyring.bearer(attempt.claims) if attempt.claims and denied.proven else None
    return supposing_token(attempt, bearer) if isinstance(bearer, Key) else None


def examine(keyring: Keyring, attempt: Attempt, denied: Denied) -> Finding:
    """Why a user token was refused that stands for no key: it is none of ours, it ended, or its user may not."""
    if not denied.proven:
        return Finding(denied.cause, facts_of_user_token(attempt, denied.cause))
    facts = facts_after_proof(keyring, attempt, denied)
    own = denied.user in keyring.users or (attempt.claims is not None and attempt.claims.account == keyring.account)
    evidence: dict[str, Fact] = {"user": denied.user} if denied.user and own else {}
    if denied.cause is Cause.USER_TOKEN_ENDED and attempt.claims:
        evidence |= _ended(keyring, attempt.claims.subject, attempt.claims.number)
    return Finding(denied.cause, facts, evidence, Confidence.CERTAIN)


def _ended(keyring: Keyring, subject: str, number: int) -> dict[str, Fact]:
    """Who ended it, and when: by deleting its key, by retiring the token it was given for, by removing its user."""
    key, stone = keyring.keys.get(AppKey(subject)), keyring.tombstones.get(AppKey(subject))
    if stone:
        return {"deleted_at": stone.deleted.at, "deleted_by": stone.deleted.by}
    if key and 0 < number <= len(key.retired):
        retired = key.retired[number - 1].retired
        return {"retired_at": retired.at, "retired_by": retired.by}
    user = keyring.users.get(Email(subject))
    return {"added_at": user.added.at} if user else {}
