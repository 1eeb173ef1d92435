"""`chaveiro doctor --account`: a round through all keys of an account, for whoever keeps them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

import typer
from rich.console import RenderableType
from rich.text import Text

from chaveiro.core.cause import Audience, Cause, Finding
from chaveiro.core.keyring import Keyring
from chaveiro.core.names import Moment, quoted
from chaveiro.doctor.rounds import DAY_SECONDS, Records, Seen, Severity, Sight, rounds
from chaveiro.doors.cli import printing, texts
from chaveiro.doors.cli.desk import NO, Desk
from chaveiro.doors.cli.reading import Cannot
from chaveiro.stores.port import EPISODES_MAX
from chaveiro.words import figures
from chaveiro.words.commands import command_line
from chaveiro.words.explain import explain
from chaveiro.words.language import N_

_SENTENCES: Mapping[Sight, str] = {
    Sight.PAIR_SWAPPED: N_(
        "{about} has a token where its appKey belongs: the pair was registered the wrong way round, and that token is "
        "no secret any more. Delete it and issue another pair."
    ),
    Sight.TOKEN_SUSPECT: N_(
        "{about} was registered by hand and has never worked: one and the same token was refused {count} times, from "
        "{at} to {last}. Most likely another one was registered: renew it."
    ),
    Sight.ALWAYS_FAILING: N_(
        "{about} has never worked: it was refused {count} times, from {at} to {last}. {cause}. "
        "`chaveiro explain {denial}` tells more."
    ),
    Sight.EXPIRED: N_("{about} expired at {at}: every request is refused."),
    Sight.UNLINKED: N_("{about} is linked to no role: every request is refused."),
    Sight.LINKS_DEAD: N_(
        "{about} is linked only to roles that were deleted or whose time has run out ({roles}): every request is "
        "refused."
    ),
    Sight.ROLES_EMPTY: N_("{about} is linked only to roles that give nothing ({roles}): every request is refused."),
    Sight.EQUAL_TOKENS: N_("{about} has the same token as another key: one of the two was registered wrongly."),
    Sight.EXPIRES_SOON: N_("{about} expires at {at}: issue its successor before."),
    Sight.RENEWAL_OPEN: N_(
        "The renewal of {about} has been open since {at}. It is safe to finish: the new token works (last {new})."
    ),
    Sight.RENEWAL_UNSAFE: N_(
        "The renewal of {about} has been open since {at}. Do not finish it yet. Last use of the old token: {old}; of "
        "the new one: {new}."
    ),
    Sight.TOKEN_OLD: N_("The token of {about} has been the same since {at}: renew it."),
    Sight.OVER_GRANTED: N_("{about} may do what it has not done for {days} days: {resources}."),
    Sight.MANAGES: N_("{about} may manage the account: {resources}."),
    Sight.NEVER_USED: N_("{about} has never been used with success since it was made at {at}."),
    Sight.REGISTERED: N_(
        "{about} was registered by hand, and its token has no check characters: mistakes stay unseen."
    ),
    Sight.ROLE_UNHELD: N_("Nobody holds the role `{about}`."),
    Sight.ROUTE_UNCALLABLE: N_("No role gives what `{about}` needs ({resources}): nobody can call it."),
}
NOBODY_CAN_CALL = N_("No role gives what these routes need, so nobody can call them:")
_HEADINGS: Mapping[Severity, tuple[str, str]] = {
    Severity.BROKEN: (N_("Refused now"), "bold red"),
    Severity.SOON: (N_("Refused soon"), "bold yellow"),
    Severity.OPEN: (N_("More open than it need be"), "yellow"),
    Severity.TIDY: (N_("To tidy up"), "dim"),
}
_MOMENTS = ("at", "last", "old", "new")
_WITHOUT_ROLES = (Sight.UNLINKED, Sight.LINKS_DEAD, Sight.ROLES_EMPTY)
LINK_IT = N_("Link it to the roles that it needs, such as:")
ASK_WHICH = N_("`{command}` says which roles it needs, as soon as it has asked for something.")
NOTHING_SEEN = N_("Nothing in `{account}` is worth a look.")
NO_PERIOD = N_("{value} is not a number of days: write it such as `90d`.")
_DAYS = re.compile(r"([1-9][0-9]{0,4})d")


def days(text: str) -> float:
    """Read a period such as `90d`. Raises Cannot."""
    found = _DAYS.fullmatch(text)
    if found is None:
        raise Cannot(NO_PERIOD, value=quoted(text))
    return int(found[1]) * DAY_SECONDS


def visit(desk: Desk, name: str, *, older_than: str | None) -> None:
    """Tell what is worth a look in an account; exit code 1 where requests are refused now."""
    chosen = None if older_than is None else days(older_than)
    with desk.account(name) as (house, keyring):
        desk.needs_keys(keyring)
        house.denials.drain()
        account, store = keyring.account, house.store
        records = Records(store.usage(account), store.uses(account), store.episodes(account, limit=EPISODES_MAX))
        catalogue = house.node.catalogue(keyring)
        own = keyring.token_days_max or house.settings.token_days_max
        old_seconds = own * DAY_SECONDS if chosen is None else chosen
    seen = rounds(keyring, records, catalogue, desk.at, old_seconds=old_seconds)
    broken = any(one.severity is Severity.BROKEN for one in seen)
    body = {"exit": NO if broken else 0, "findings": [_body(desk, keyring, one) for one in seen]}
    desk.answer(body, *_shown(desk, keyring, seen))
    if broken:
        raise typer.Exit(NO)


def _shown(desk: Desk, keyring: Keyring, seen: Sequence[Seen]) -> list[RenderableType]:
    shown: list[RenderableType] = []
    for severity, group in groupby(seen, key=lambda one: one.severity):
        heading, style = _HEADINGS[severity]
        shown += [*([""] if shown else []), Text(desk.text(heading), style=style)]
        for sight, alike in groupby(group, key=lambda one: one.sight):
            if sight is Sight.ROUTE_UNCALLABLE:
                shown += ["", *_routes(desk, alike)]
            else:
                shown += [part for one in alike for part in ("", *_told(desk, keyring, one))]
    return shown or [desk.text(NOTHING_SEEN, account=keyring.account)]


def _told(desk: Desk, keyring: Keyring, one: Seen) -> list[RenderableType]:
    told: list[RenderableType] = [_sentence(desk, keyring, one)]
    if one.sight in _WITHOUT_ROLES:
        ask = f"chaveiro simulate {keyring.account} --key {one.about}"
        told.append(desk.text(LINK_IT) if one.commands else desk.text(ASK_WHICH, command=ask))
    return [*told, *(printing.command(command_line(command)) for command in one.commands)]


def _routes(desk: Desk, routes: Iterable[Seen]) -> list[RenderableType]:
    """All routes that nobody can call, a line each: an account may use a small part of a large catalogue."""
    rows = [(one.about, _fact(desk, one, "resources")) for one in routes]
    return [desk.text(NOBODY_CAN_CALL), printing.table([desk.text(texts.REQUEST), desk.text(texts.NEEDS)], rows)]


def _sentence(desk: Desk, keyring: Keyring, one: Seen) -> str:
    said = dict.fromkeys(_MOMENTS, desk.text(texts.NEVER)) | {name: _fact(desk, one, name) for name in one.facts}
    label = keyring.keys[one.key].label if one.key else ""
    return desk.text(_SENTENCES[one.sight], about=f"{one.about} ({label})" if label else one.about, **said)


def _fact(desk: Desk, one: Seen, name: str) -> str:
    fact = one.facts[name]
    if isinstance(fact, tuple):
        either = one.facts.get("match") == "any"
        return figures.listed(fact, desk.language, either=True) if either else figures.shortened(fact, desk.language)
    if isinstance(fact, str):
        return _title(desk, Cause(fact)) if name == "cause" else fact
    return printing.moment(Moment(fact)) if name in _MOMENTS else figures.number(fact, desk.language)


def _title(desk: Desk, cause: Cause) -> str:
    return explain(Finding(cause), to=Audience.KEEPER, language=desk.language).title


def _body(desk: Desk, keyring: Keyring, one: Seen) -> dict[str, object]:
    return {
        "finding": one.sight.value,
        "severity": one.severity.name.lower(),
        "about": one.about,
        "label": keyring.keys[one.key].label if one.key else None,
        "said": _sentence(desk, keyring, one),
        "facts": dict(one.facts),
        "commands": [command_line(command) for command in one.commands],
    }
