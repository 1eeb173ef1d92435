"""One denial: what broke and why, what would become of it now, and what mends it at the press of a button."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from chaveiro.core.denial import DenialId
from chaveiro.denials import KEEP_SECONDS
from chaveiro.doors.console.failing import case, mending
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.doors.keeping.ready import Recipient, ready_message
from chaveiro.doors.keeping.told import told
from chaveiro.words.language import N_, Language

if TYPE_CHECKING:
    from chaveiro.denials import Explained
    from chaveiro.doors.console.failing.mending import Told
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

room = Room("denials")
DENIALS: Final = "/denials"
_ONE: Final = f"{DENIALS}/{{id}}"
_DAY_SECONDS: Final = 86_400
# A ULID of our time: what comes to stand in an address is not just any 26 characters.
_ULID: Final = "0[12][0-9A-HJKMNP-TV-Z]{24}"
_ID = re.compile(_ULID, re.IGNORECASE | re.ASCII)
_NAMED = re.compile(rf"(?:urn:chaveiro:denial:|/denials/|explain )({_ULID})(?![0-9A-Z])", re.IGNORECASE | re.ASCII)
_NO_ID = N_("That is not a denial's id: it is the 26 letters and digits after `urn:chaveiro:denial:` in the answer.")


def denial_id(text: str) -> DenialId | None:
    """The denial that a text names: by its bare id, as an answer, an address or a command line has it."""
    stripped = text.strip()
    if _ID.fullmatch(stripped):
        return DenialId(stripped.upper())
    named = _NAMED.search(stripped)
    return DenialId(named[1].upper()) if named else None


@room.page(DENIALS, needs=VIEWING_KEYS)
def denials(visit: Visit) -> Reply:
    """Ask which denial."""
    return _box(visit)


@room.act(DENIALS, needs=VIEWING_KEYS)
def find(visit: Visit) -> Reply:
    """Go to a denial by its id, in any form it is met. Sent as a form: what is no id may be anything."""
    named = denial_id(visit.given("denial"))
    return visit.go(f"{DENIALS}/{named}") if named else _box(visit, status=422, error=visit.text(_NO_ID))


@room.page(_ONE, needs=VIEWING_KEYS)
def denial(visit: Visit) -> Reply:
    """Show one denial. That of another account is as unknown as one that never was."""
    explained = _explained(visit)
    return _page(visit, explained) if explained else _unknown(visit)


@room.act(f"{_ONE}/remedy", needs=VIEWING_KEYS)
def remedy(visit: Visit) -> Reply:
    """Do what one of its buttons says."""
    explained = _explained(visit)
    if explained is None:
        return _unknown(visit)
    remedies = () if explained.fixed_since else explained.remedies
    outcome = mending.pressed(visit, remedies)
    if isinstance(outcome, mending.Told):
        visit = visit.as_now()
        again = _explained(visit)
        return _page(visit, again, outcome) if again else _unknown(visit)
    if outcome:
        return visit.go(outcome.removeprefix(CONSOLE))
    return visit.go(f"{DENIALS}/{explained.denial.id}", done="remedied")


def _explained(visit: Visit) -> Explained | None:
    named = denial_id(visit.path["id"])
    return visit.console.denials.explained(named, keyring=visit.keyring) if named else None


def _box(visit: Visit, *, status: int = 200, error: str = "") -> Reply:
    return visit.page("denials.html", status=status, error=error, days=KEEP_SECONDS // _DAY_SECONDS)


def _unknown(visit: Visit) -> Reply:
    return visit.page("denial_unknown.html", status=404, days=KEEP_SECONDS // _DAY_SECONDS)


def _page(visit: Visit, explained: Explained, said: Told | None = None) -> Reply:
    denial = explained.denial
    now = case.now_of(visit, denial)
    return visit.page(
        "denial.html",
        status=said.status if said else 200,
        said=said,
        denial=denial,
        case=case.of_denial(visit, explained, now),
        now=case.told_now(visit, explained, now),
        then=explained.then,
        changed=case.then_and_now(visit, explained),
        trace=case.trace_of(visit, explained.trace) if explained.trace else None,
        revision=str(visit.keyring.revision),
        simulator=case.simulator(visit, denial.app_key, case.wish_of(denial)),
        **_messages(visit, explained),
    )


def _messages(visit: Visit, explained: Explained) -> dict[str, object]:
    """What may be sent to whoever mends it, in the language that its reader speaks."""
    asked = visit.asked("message")
    language = Language(asked) if asked in set(Language) else visit.language
    words = told(explained, visit.keyring, language)
    url = visit.console.place.public_url
    return {
        "message_language": language,
        "to_keeper": ready_message(words, to=Recipient.KEEPER, language=language, public_url=url),
        "to_integrator": ready_message(words, to=Recipient.INTEGRATOR, language=language, public_url=url),
    }
