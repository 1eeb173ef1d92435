"""`chaveiro doctor --account`: a round through all keys of an account, for whoever keeps them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import typer
from rich.console import RenderableType
from rich.text import Text

from chaveiro.core.keyring import Keyring
from chaveiro.core.names import Moment, quoted
from chaveiro.doctor.rounds import DAY_SECONDS, Seen, Severity, Sight, rounds
from chaveiro.doors.cli import printing
from chaveiro.doors.cli.desk import NO, Desk
from chaveiro.doors.cli.reading import Cannot
from chaveiro.words.commands import command_line
from chaveiro.words.language import N_

_SENTENCES = {
    Sight.EXPIRED: N_("{about} expired at {at}: every request is refused."),
    Sight.UNLINKED: N_("{about} is linked to no role: every request is refused."),
    Sight.GIVES_NOTHING: N_("{about} is linked only to roles that give nothing: every request is refused."),
    Sight.EQUAL_TOKENS: N_("{about} has the same token as another key: one of the two was registered wrongly."),
    Sight.ROUTE_UNCALLABLE: N_("No role gives what `{about}` needs: nobody can call it."),
    Sight.EXPIRES_SOON: N_("{about} expires at {at}: issue its successor before."),
    Sight.RENEWAL_OPEN: N_("The renewal of {about} is open. It is safe to finish: the new token works (last {new})."),
    Sight.RENEWAL_UNSAFE: N_(
        "The renewal of {about} is open. Do not finish it yet: the old token last worked {old}, the new one {new}."
    ),
    Sight.TOKEN_OLD: N_("The token of {about} has been the same since {at}: renew it."),
    Sight.MANAGES: N_("{about} may manage the account: {resources}."),
    Sight.NEVER_USED: N_("{about} has never been used since it was made at {at}."),
    Sight.REGISTERED: N_(
        "{about} was registered by hand, and its token has no check characters: mistakes stay unseen."
    ),
    Sight.ROLE_UNHELD: N_("Nobody holds the role `{about}`."),
}
_STYLES = {Severity.BROKEN: "bold red", Severity.SOON: "bold yellow", Severity.OPEN: "yellow", Severity.TIDY: "dim"}
_DAYS = re.compile(r"([1-9][0-9]{0,4})d")
NOTHING_SEEN = N_("Nothing in `{account}` is worth a look.")
NO_PERIOD = N_("{value} is not a number of days: write it such as `90d`.")


def days(text: str) -> float:
    """Read a period such as `90d`. Raises Cannot."""
    found = _DAYS.fullmatch(text)
    if found is None:
        raise Cannot(NO_PERIOD, value=quoted(text))
    return int(found[1]) * DAY_SECONDS


def visit(desk: Desk, name: str, *, older_than: str) -> None:
    """Tell what is worth a look in an account; exit code 1 where requests are refused now."""
    old_seconds = days(older_than)
    with desk.account(name) as (house, keyring):
        desk.needs_keys(keyring)
        usage, catalogue = house.store.usage(keyring.account), house.node.catalogue(keyring)
    seen = rounds(keyring, usage, catalogue, desk.at, old_seconds=old_seconds)
    broken = any(one.severity is Severity.BROKEN for one in seen)
    desk.answer({"exit": int(broken), "findings": [_body(desk, one) for one in seen]}, *_shown(desk, keyring, seen))
    if broken:
        raise typer.Exit(NO)


def _shown(desk: Desk, keyring: Keyring, seen: Sequence[Seen]) -> list[RenderableType]:
    shown: list[RenderableType] = []
    for one in seen:
        shown += [Text(_sentence(desk, one), style=_STYLES[one.severity])]
        shown += [printing.command(command_line(command)) for command in one.commands]
    return shown or [desk.text(NOTHING_SEEN, account=keyring.account)]


def _sentence(desk: Desk, one: Seen) -> str:
    moments = dict.fromkeys(("at", "old", "new"), printing.NOTHING)
    said = {name: fact if isinstance(fact, str) else printing.moment(Moment(fact)) for name, fact in one.facts.items()}
    return desk.text(_SENTENCES[one.sight], about=one.about, **moments | said)


def _body(desk: Desk, one: Seen) -> dict[str, object]:
    return {
        "finding": one.sight.value,
        "severity": one.severity.name.lower(),
        "about": one.about,
        "said": _sentence(desk, one),
        "facts": dict(one.facts),
        "commands": [command_line(command) for command in one.commands],
    }
