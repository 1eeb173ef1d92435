"""How a key is, in a sentence, and what to do about it next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core.cause import Audience, Cause, Finding
from chaveiro.core.command import ActivateKey, DeleteKey, FinishRenewal, GrantToKey, IssueKey, RenewKey
from chaveiro.core.credential import is_token
from chaveiro.core.names import Moment
from chaveiro.doctor.engine import fixed_since
from chaveiro.doctor.rounds import SOON_SECONDS
from chaveiro.doors.console.key.asking import may, who_may
from chaveiro.doors.console.key.found import path_of
from chaveiro.doors.console.keys.listing import KEYS
from chaveiro.doors.console.refused import foreseen
from chaveiro.doors.console.room import CONSOLE
from chaveiro.doors.keeping.key import DAY_SECONDS, Safety, finishing, last_use, token_days
from chaveiro.words import figures
from chaveiro.words.explain import explain
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chaveiro.core.command import Command
    from chaveiro.core.keyring import Mark
    from chaveiro.doors.console.key.found import Known
    from chaveiro.doors.console.visit import Visit

FAILING_SECONDS: Final = 7 * DAY_SECONDS  # a refusal that is older says little of how a key is now
TEST_CALL: Final = "test-call"  # where it stands on the key's page

_SUSPENDED = (
    N_("The account is suspended: every request is refused."),
    N_("Whoever runs Chaveiro can resume it."),
)
_AWAY = (
    N_("The account `{home}`, whose key this is, is suspended: every request is refused."),
    N_("Only there can that be changed."),
)
_SWAPPED = (
    N_("A token was registered in the place of the appKey, so it is no secret any more, and every request is refused."),
    N_("Delete this pair and issue another."),
    N_("Delete it"),
)
_BLOCKED = N_("Blocked at {at} by {by}: every request is refused.")
_WHY = N_("Reason given: {why}")
_REPLACED = (N_("Its token was replaced since, so it can be let in again."), N_("Activate it"))
_FINISH_FIRST = (N_("Finish the renewal that was begun; then the key can be activated."), N_("Finish the renewal"))
_RENEW_FIRST = (
    N_("Others may know its token. Renew it, hand over the new one and finish the renewal; then it can be activated."),
    N_("Renew the token"),
)
_INACTIVE = (
    N_("Deactivated at {at} by {by}: every request is refused."),
    N_("Activate it when it may work again."),
    N_("Activate it"),
)
_AT_HOME = N_("This is decided in the account `{home}`, whose key it is.")
_EXPIRED = (
    N_("Expired at {at}: every request is refused."),
    N_("Issue a successor, and link it to the same roles."),
    N_("Issue a successor"),
)
_NOT_YET = (N_("Not valid before {at}: until then every request is refused."), N_("There is nothing to do but wait."))
_UNLINKED = N_("Not linked to any role: every request will be refused.")
_DEAD = N_("Linked only to roles that were deleted or whose time has run out: every request is refused.")
_EMPTY = N_("Linked only to roles that give nothing: every request is refused.")
_LINK = (N_("Link it to a role that gives what it needs."), N_("Link a role"))
_FAILING = N_("Its last request, at {at}, was refused: {title}.")
_PARTLY = N_("It works, but a request was refused at {at}: {title}.")
_SEE = N_("See the refusal")
_RENEWING = N_("Being renewed: both tokens work.")
_SAFE = (
    N_("The new token works, and nobody has used the old one for a day: the renewal can be finished."),
    N_("Finish the renewal"),
)
_NEW_UNUSED = N_(
    "The new token has never worked. Hand it over to whoever uses the key; whoever has the old one would be refused."
)
_OLD_IN_USE = N_("The old token worked at {at}. Finish once nobody has used it for a day.")
_SEE_TOKENS = N_("See both tokens")
_ENDING = (
    N_("It works until {at}, and is refused from then on."),
    N_("Issue a successor before."),
    N_("Issue a successor"),
)
_OLD = (
    N_("Its token is {days} days old. In this account a token counts as old after {most}."),
    N_("Renew it: both tokens work until everybody has the new one."),
    N_("Renew the token"),
)
_UNUSED = (N_("It has never been used."), N_("Make a test call with it."), N_("To the test call"))
_WORKS = N_("It works. It was last used at {at}.")


@dataclass(frozen=True, slots=True)
class Step:
    """How a key is, and what to do next."""

    kind: str  # of a notice: ok, info, warn or bad
    said: str
    then: str = ""
    action: str = ""  # what the link says that leads there
    href: str = ""
    who: str = ""  # who may, where whoever looks may not
    why: str = ""  # the reason that was given, in a sentence


def next_step(visit: Visit, known: Known) -> Step:
    """The first that holds of what can be said of a key: what refuses everything, what fails, what should be done."""
    for look in _LOOKS:
        if step := look(visit, known):
            return step
    return Step("ok", visit.text(_WORKS, at=_told(visit, last_use(known.key, known.usage))))


def failing(visit: Visit, known: Known) -> bool:
    """Say whether the newest refusal of a key is young, and would be one still."""
    newest = known.denials[0] if known.denials else None
    if newest is None or visit.at - newest.at > FAILING_SECONDS:
        return False
    return fixed_since(newest, visit.keyring, visit.at) is None


def _suspended(visit: Visit, known: Known) -> Step | None:
    if visit.keyring.suspended:
        return _step(visit, "bad", visit.text(_SUSPENDED[0]), _SUSPENDED[1:])
    home = known.key.home
    if home and home.suspended:
        return _step(visit, "bad", visit.text(_AWAY[0], home=home.account), _AWAY[1:])
    return None


def _swapped(visit: Visit, known: Known) -> Step | None:
    if not is_token(known.key.app_key):
        return None
    return _leading(
        visit, DeleteKey, path_of(known.key) + "/delete", _step(visit, "bad", visit.text(_SWAPPED[0]), _SWAPPED[1:])
    )


def _blocked(visit: Visit, known: Known) -> Step | None:
    key = known.key
    if key.blocked is None:
        return None
    said = visit.text(_BLOCKED, at=_told(visit, key.blocked.at), by=key.blocked.by)
    if key.home:
        return _at_home(visit, key.home.account, said)
    kind: type[Command]
    if foreseen(visit, ActivateKey(visit.account, key.app_key)) is None:
        kind, act, then = ActivateKey, "activate", _REPLACED
    elif key.renewing:
        kind, act, then = FinishRenewal, "finish", _FINISH_FIRST
    else:
        kind, act, then = RenewKey, "renew", _RENEW_FIRST
    step = _step(visit, "bad", said, then, why=_reason(visit, key.blocked))
    return _leading(visit, kind, f"{path_of(key)}/{act}", step)


def _inactive(visit: Visit, known: Known) -> Step | None:
    key, mark = known.key, known.key.inactive
    if mark is None:
        return None
    said = visit.text(_INACTIVE[0], at=_told(visit, mark.at), by=mark.by)
    if key.home:
        return _at_home(visit, key.home.account, said)
    step = _step(visit, "warn", said, _INACTIVE[1:], why=_reason(visit, mark))
    return _leading(visit, ActivateKey, path_of(key) + "/activate", step)


def _out_of_time(visit: Visit, known: Known) -> Step | None:
    key = known.key
    if key.expires is not None and visit.at >= key.expires:
        said = visit.text(_EXPIRED[0], at=_told(visit, key.expires))
        if key.home:
            return _at_home(visit, key.home.account, said)
        return _leading(visit, IssueKey, f"{KEYS}/issue", _step(visit, "bad", said, _EXPIRED[1:]))
    if key.valid_from is not None and visit.at < key.valid_from:
        return _step(visit, "info", visit.text(_NOT_YET[0], at=_told(visit, key.valid_from)), _NOT_YET[1:])
    return None


def _unlinked(visit: Visit, known: Known) -> Step | None:
    key, keyring = known.key, visit.keyring
    live = keyring.in_force(key.grants, visit.at)
    if keyring.resources_of(live):
        return None
    said = _EMPTY if live else _DEAD if key.grants else _UNLINKED
    step = _step(visit, "bad", visit.text(said), _LINK)
    return _leading(visit, GrantToKey, path_of(key) + "/link", step)


def _failing(visit: Visit, known: Known) -> Step | None:
    if not failing(visit, known):
        return None
    newest, worked = known.denials[0], last_use(known.key, known.usage)
    finding = newest.findings[0] if newest.findings else Finding(Cause.UNKNOWN_CAUSE)
    cause = explain(finding, to=Audience.KEEPER, language=visit.language)
    all_fail = worked is None or worked < newest.at
    if not (all_fail or newest.proven):
        return None  # an appKey is public: whoever sends a wrong token with it must not hide what else there is to do
    said = visit.text(_FAILING if all_fail else _PARTLY, at=_told(visit, newest.at), title=cause.title)
    href = f"{CONSOLE}/denials/{newest.id}"
    return Step("bad" if all_fail else "warn", said, cause.remedy, visit.text(_SEE), href)


def _renewing(visit: Visit, known: Known) -> Step | None:
    ending = None if known.key.home else finishing(known.key, known.usage, visit.at)
    if ending is None:
        return None
    path = path_of(known.key) + "/finish"
    if ending.safe:
        step = _step(visit, "info", visit.text(_RENEWING), _SAFE)
        return _leading(visit, FinishRenewal, path, step)
    unused = ending.safety is Safety.NEW_UNUSED
    then = visit.text(_NEW_UNUSED) if unused else visit.text(_OLD_IN_USE, at=_told(visit, ending.at))
    return Step("warn", visit.text(_RENEWING), then, visit.text(_SEE_TOKENS), "#tokens")


def _ageing(visit: Visit, known: Known) -> Step | None:
    key = known.key
    if key.home:
        return None
    if key.expires is not None and key.expires - visit.at <= SOON_SECONDS:
        step = _step(visit, "warn", visit.text(_ENDING[0], at=_told(visit, key.expires)), _ENDING[1:])
        return _leading(visit, IssueKey, f"{KEYS}/issue", step)
    days, most = token_days(key, visit.at), visit.keyring.token_days_max or visit.console.token_days_max
    if days <= most:
        return None
    numbers = {"days": figures.number(days, visit.language), "most": figures.number(most, visit.language)}
    step = _step(visit, "warn", visit.text(_OLD[0], **numbers), _OLD[1:])
    return _leading(visit, RenewKey, path_of(key) + "/renew", step)


def _unused(visit: Visit, known: Known) -> Step | None:
    if last_use(known.key, known.usage) is not None:
        return None
    said, then, action = map(visit.text, _UNUSED)
    return Step("info", said, then, action, f"#{TEST_CALL}")


_LOOKS: Final[tuple[Callable[[Visit, Known], Step | None], ...]] = (
    _suspended,
    _swapped,
    _blocked,
    _inactive,
    _out_of_time,
    _unlinked,
    _failing,
    _renewing,
    _ageing,
    _unused,
)


def _step(visit: Visit, kind: str, said: str, then: Sequence[str], why: str = "") -> Step:
    """A step whose second sentence, and what its link says, are yet to be told."""
    sentence, action = (*map(visit.text, then), "")[:2]
    return Step(kind, said, sentence, action, why=why)


def _leading(visit: Visit, kind: type[Command], path: str, step: Step) -> Step:
    """The step with a link for whoever may take it; for others, with who may."""
    if may(visit, kind):
        return Step(step.kind, step.said, step.then, step.action, CONSOLE + path, why=step.why)
    return Step(step.kind, step.said, step.then, who=who_may(visit, kind), why=step.why)


def _at_home(visit: Visit, home: str, said: str) -> Step:
    return Step("bad", said, visit.text(_AT_HOME, home=home))


def _reason(visit: Visit, mark: Mark) -> str:
    return visit.text(_WHY, why=mark.why) if mark.why else ""


def _told(visit: Visit, at: Moment | None) -> str:
    return figures.moment(at or Moment(0), visit.language)
