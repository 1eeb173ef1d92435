"""A pair examined from its own bytes alone: no store, no settings, no network, and a mute repr."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from chaveiro.core.attempt import NOTHING, Attempt, Carrier, Field, Misplaced, NoRoute, Presented, presented
from chaveiro.core.cause import Cause, Finding, Stage
from chaveiro.core.credential import Format, Secret, belong_together
from chaveiro.core.decision import Denied, decide
from chaveiro.core.keyring import NO_DIGEST, Keyring, Mark, Revision
from chaveiro.core.names import AccountName, Email, Moment
from chaveiro.doctor.display import shown
from chaveiro.doctor.pair import relate
from chaveiro.doctor.reading import Reading, read
from chaveiro.doctor.telling import HEADERS, seen

if TYPE_CHECKING:
    from collections.abc import Mapping

DEPTH: Final = 2  # nobody waits for an answer: every repair is looked for
_EPOCH: Final = Moment(0)
# An account without keys: whatever is decided on it follows from the attempt alone.
_NOBODY: Final = Keyring(AccountName("offline"), Revision("00000000", 0), Email(""), Mark(_EPOCH, ""))
_OUT_OF_PLACE: Final = frozenset({Cause.CREDENTIALS_IN_QUERY, Cause.WRONG_HEADER_NAME})


@dataclass(frozen=True, slots=True)
class Value:
    """One value of the pair after its examination."""

    shown: str = ""  # masked, with visible marks: fit to be printed and sent to support. Empty: nothing was given
    reading: Reading = field(default_factory=Reading)

    @property
    def format(self) -> Format | None:
        """Which format it has, or had before it was damaged."""
        return self.reading.format


@dataclass(frozen=True, slots=True)
class Examination:
    """What is wrong with a pair, as far as its own bytes tell. Its repr holds neither value."""

    findings: tuple[Finding, ...]  # in the order in which causes are told: the cause, then the next obstacles
    key: Value
    token: Value
    together: bool | None  # whether the two belong together. None: their bytes do not tell
    corrected_key: Secret | None = field(default=None, repr=False)  # each value after its least repair, if it has one
    corrected_token: Secret | None = field(default=None, repr=False)

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong that could be known without asking a server."""
        return not self.findings


def examine_pair(app_key: str | None, app_token: str | None) -> Examination:
    """Examine a pair exactly as a program holds it: blanks, quotes and all. None stands for a value that is not there.

    Nothing is looked up, sent or kept: what is told follows from the two texts. A pair with nothing wrong may still be
    unknown, expired or without a role, which only its account's server can say.
    """
    return examine_presented(
        NOTHING if app_key is None else presented(app_key), NOTHING if app_token is None else presented(app_token)
    )


def examine_presented(
    app_key: Presented,
    app_token: Presented,
    misplaced: tuple[Misplaced, ...] = (),
    *,
    elsewhere: Mapping[Field, str] | None = None,
) -> Examination:
    """Examine what a request would carry, by the checks that a server makes. *elsewhere*: values out of their place."""
    key, token = _value(app_key, Field.KEY), _value(app_token, Field.TOKEN)
    if app_key.count == app_token.count == 1 and not misplaced:
        pair = relate(key.reading, token.reading)
        return _examined(pair.findings, key, token, pair.key, pair.token)
    attempt = Attempt(_NOBODY.account, app_key, app_token, NO_DIGEST, NoRoute("", ""), _EPOCH, misplaced=misplaced)
    denied = decide(_NOBODY, attempt)
    if not isinstance(denied, Denied):
        msg = "an account without keys allows nothing"
        raise TypeError(msg)
    if denied.cause in _OUT_OF_PLACE:
        own = _out_of_place(attempt, denied.cause)
        moved = elsewhere or {}
        again = examine_presented(_moved(app_key, moved.get(Field.KEY)), _moved(app_token, moved.get(Field.TOKEN)))
        findings = (*own, *again.findings)
        return _examined(findings, again.key, again.token, again.corrected_key, again.corrected_token)
    pair = seen(attempt, denied, depth=DEPTH)
    return _examined(pair.findings, key, token, pair.key, pair.token)


def _value(sent: Presented, part: Field) -> Value:
    if not sent.count:
        return Value()
    reading = read(sent.text, part, depth=DEPTH)
    return Value(shown(sent.text, reading), reading)


def _examined(
    findings: tuple[Finding, ...], key: Value, token: Value, own_key: Secret | None, own_token: Secret | None
) -> Examination:
    return Examination(findings, key, token, _together(own_key, own_token), own_key, own_token)


def _together(key: Secret | None, token: Secret | None) -> bool | None:
    """Only the native format says which key a token was issued for."""
    if key is None or token is None:
        return None
    if not belong_together(key.reveal(), token.reveal()):
        return False
    return True if key.reveal().startswith("cvk_") else None


def _out_of_place(attempt: Attempt, cause: Cause) -> tuple[Finding, ...]:
    """One finding for each value that stands where none is read."""
    wanted = Carrier.QUERY if cause is Cause.CREDENTIALS_IN_QUERY else Carrier.OTHER_HEADER
    counts = {Field.KEY: attempt.app_key.count, Field.TOKEN: attempt.app_token.count}
    return tuple(
        Finding(cause, {"carrier": one.name, "expected": HEADERS[one.part]})
        for one in attempt.misplaced
        if one.carrier is wanted and (wanted is Carrier.QUERY or not counts[one.part])
    )


def _moved(sent: Presented, value: str | None) -> Presented:
    return presented(value) if not sent.count and value is not None else sent


def is_about_absence(finding: Finding) -> bool:
    """Say whether a finding says no more than that a value was not given."""
    return finding.cause.stage is Stage.PRESENCE and finding.cause in _ABSENT


_ABSENT: Final = frozenset({Cause.CREDENTIALS_MISSING, Cause.KEY_MISSING, Cause.TOKEN_MISSING})
