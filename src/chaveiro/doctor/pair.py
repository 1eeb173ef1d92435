"""The examination of the two values together: swapped, doubled, joined, or issued for one another's keys."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chaveiro.core.attempt import Field
from chaveiro.core.cause import Cause, Confidence, Finding, Stage
from chaveiro.core.credential import ALPHABET, Format, Secret, pair_tag
from chaveiro.doctor.reading import Reading, read

if TYPE_CHECKING:
    from chaveiro.core.attempt import Attempt


@dataclass(frozen=True, slots=True)
class PairReading:
    """What the two values say together."""

    findings: tuple[Finding, ...] = ()  # in the order in which causes are told
    key: Secret | None = field(default=None, repr=False)  # each value after its least repair, where it has one
    token: Secret | None = field(default=None, repr=False)


def examine(attempt: Attempt, *, depth: int = 1) -> PairReading:
    """Read both values of an attempt that has both; function of their bytes alone."""
    return relate(
        read(attempt.app_key.text, Field.KEY, depth=depth), read(attempt.app_token.text, Field.TOKEN, depth=depth)
    )


def relate(key: Reading, token: Reading) -> PairReading:
    """Say how two values that were read stand to each other, and what was done to each."""
    if joined := key.joined or token.joined:
        where = key if key.joined else token
        return PairReading(where.findings, *joined)
    if key.kind is Field.TOKEN and token.kind is Field.KEY:
        return _told((Finding(Cause.FIELDS_SWAPPED), *key.damage, *token.damage), token, key)
    if key.kind is token.kind and key.kind is not None:
        both = Cause.TOKEN_IN_BOTH_FIELDS if key.kind is Field.TOKEN else Cause.KEY_IN_BOTH_FIELDS
        return PairReading(_in_order((Finding(both), *key.damage, *token.damage)))
    findings = (*key.findings, *token.findings)
    return _told(findings, key, token)


def _told(findings: tuple[Finding, ...], key: Reading, token: Reading) -> PairReading:
    """Repaired values may still not belong together."""
    own_key = key.repaired if key.kind is Field.KEY else None
    own_token = token.repaired if token.kind is Field.TOKEN else None
    if own_key and own_token:
        if not _belong_together(key, own_key.reveal(), token, own_token.reveal()):
            findings = (*findings, Finding(Cause.PAIR_MISMATCH))
        elif key.format is Format.NATIVE:
            findings = tuple(_surer(one) if one in key.findings else one for one in findings)
    return PairReading(_in_order(findings), own_key, own_token)


def _surer(finding: Finding) -> Finding:
    """What is likely of an appKey alone is certain where a token says that it was issued for just that appKey."""
    likely = finding.confidence is Confidence.LIKELY
    return replace(finding, confidence=Confidence.CERTAIN) if likely else finding


def _belong_together(key: Reading, app_key: str, token: Reading, app_token: str) -> bool:
    """The question of `credential.belong_together`, about values whose check parts were read already."""
    if key.format is not token.format:
        return False
    return key.format is Format.VTEX or app_token[5:9] == "".join(ALPHABET[symbol] for symbol in pair_tag(app_key))


def _in_order(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Presence before relation before shape; within a stage the key before the token, in the order they were read."""
    return tuple(sorted(findings, key=_stage))


def _stage(finding: Finding) -> Stage:
    return finding.cause.stage
