"""What an account decides for itself, and the ways to its catalogue, its gateways and its sponsor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from chaveiro.core.command import EDIT_API_KEYS_SETTINGS, NEEDS, SAVE_ACCOUNT, EditSettings, Refusal
from chaveiro.core.credential import Format
from chaveiro.core.names import TOKEN_DAYS_MAX
from chaveiro.doors.console.refused import refused
from chaveiro.doors.console.room import Room
from chaveiro.doors.keeping.catalogued import counted
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

SETTINGS: Final = "/settings"
EDITING: Final = (EDIT_API_KEYS_SETTINGS, SAVE_ACCOUNT)
_DIGITS_MAX: Final = 5

room = Room("settings")

_FORMATS: Final[Mapping[Format, tuple[str, str]]] = {
    Format.NATIVE: (
        N_("Chaveiro's own"),
        N_("Both values carry check characters: a mistyped one is told from a wrong one, and where the slip is."),
    ),
    Format.VTEX: (
        N_("VTEX's"),
        N_("They look like VTEX's, for programs that insist on it. A slip in them cannot be seen."),
    ),
}
_NO_DAYS: Final = N_("Write a number of days from 1 to {most}.")


@room.page(SETTINGS)
def settings_page(visit: Visit) -> Reply:
    """Show what the account decides; whoever may changes it here."""
    return _page(visit)


@room.act(SETTINGS, needs=EDITING)
def edit(visit: Visit) -> Reply:
    """Change what was changed in the form, and nothing else."""
    days = visit.given("days").strip()
    if days and not (days.isascii() and days.isdigit() and len(days) <= _DIGITS_MAX):
        return _page(visit, status=422, days_error=visit.text(_NO_DAYS, most=TOKEN_DAYS_MAX))
    shape = next((one for one in Format if one.value == visit.given("format")), None)
    asked = EditSettings(
        visit.account,
        format=shape,
        https_only=visit.given("https_only") == "yes",
        token_days_max=int(days) if days else None,
    )
    outcome = visit.carry_out(asked)
    if isinstance(outcome, Refusal):
        told = refused(visit, outcome)
        return _page(visit, status=told.status, problem=told)
    return visit.go(SETTINGS, done="settings_saved")


def _page(visit: Visit, *, status: int = 200, days_error: str = "", **more: Any) -> Reply:  # noqa: ANN401 - what a template shows
    keyring = visit.keyring
    sent = visit.message.method == "POST"
    values = {
        "format": visit.given("format") if sent else keyring.format.value,
        "https_only": visit.given("https_only") if sent else "yes" if keyring.https_only else "no",
        "days": visit.given("days")[:_DIGITS_MAX] if sent else str(keyring.token_days_max or ""),
    }
    return visit.page(
        "settings.html",
        status=status,
        keyring=keyring,
        values=values,
        days_error=days_error,
        days_most=TOKEN_DAYS_MAX,
        days_installed=visit.console.token_days_max,
        formats=[(one.value, visit.text(name), visit.text(why)) for one, (name, why) in _FORMATS.items()],
        may_edit=visit.may(*EDITING),
        editing=NEEDS[EditSettings],
        catalogue=counted(visit.console.node.catalogue(keyring)) if keyring.catalogue else None,
        **({"problem": None} | more),
    )
