"""What somebody pasted, judged and dropped: nothing that is told of it holds a value of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from chaveiro.core.attempt import AnyRole, Request
from chaveiro.core.names import AppKey
from chaveiro.doctor.trial import own_address
from chaveiro.doors.console.failing import question
from chaveiro.doors.console.failing.question import QuestionMalformed, Wish
from chaveiro.doors.pasted.forms import bounded, recognised
from chaveiro.doors.pasted.found import Asked, Found
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from chaveiro.denials import Examined
    from chaveiro.doors.console.visit import Visit
    from chaveiro.doors.pasted.found import Source

PASTED_MAX: Final = 5  # pairs of one text that are judged
NOTHING_FOUND = N_("Neither a pair nor a request was found in it. Paste it as it was sent, or as it is kept.")


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was found in a text, and what would become of it."""

    what: str  # what it was read as, in words
    notes: tuple[str, ...]
    examined: tuple[Examined, ...]
    more: int  # pairs that were left out
    by_key: bool  # an appKey came alone: it was judged as if with its own token
    asks: bool  # it is known what is asked for


def examined(visit: Visit, text: str) -> Pasted:
    """Judge what was pasted. Raises PasteMalformed or QuestionMalformed; may raise StoreUnavailable."""
    source = recognised(bounded(text))
    wish = _also_said(visit)
    if not source.found and source.asked is None:
        raise QuestionMalformed("pasted", NOTHING_FOUND)
    asked = source.asked or (Asked(wish.method, wish.path) if wish.path else None)
    address = question.address(visit.given("address").strip())
    found = source.found or (Found(),)
    alone = _key_alone(visit, found[0])
    seen = tuple(_judged(visit, one, asked, address) for one in found[:PASTED_MAX])
    return Pasted(
        what=visit.text(source.what),
        notes=_notes(visit, source),
        examined=seen,
        more=max(0, len(found) - PASTED_MAX),
        by_key=alone,
        asks=asked is not None,
    )


def _also_said(visit: Visit) -> Wish:
    """What the fields beside the text say that the pair is wanted for."""
    method, path = visit.given("method").strip().upper(), visit.given("path").strip()
    return Wish(method, question.path_of(method, path)) if path else Wish()


def _notes(visit: Visit, source: Source) -> tuple[str, ...]:
    return tuple(visit.text(one) for one in source.notes)


def _key_alone(visit: Visit, found: Found) -> bool:
    return found.alone and found.app_token.count == 0 and AppKey(found.app_key.text) in visit.keyring.keys


def _judged(visit: Visit, found: Found, asked: Asked | None, address: str) -> Examined:
    key = visit.keyring.keys.get(AppKey(found.app_key.text))
    if key is not None and _key_alone(visit, found):
        wish = Wish(asked.method, asked.target) if asked else Wish()
        return question.examined(visit, key, wish, address)
    from_where = address or (own_address(key) if key else "")
    request = found.request(asked, address=from_where) if asked else _pair_alone(found, from_where)
    attempt = visit.console.node.attempt(visit.keyring, request)
    return replace(visit.console.denials.examined(visit.keyring, attempt, request), address=address)


def _pair_alone(found: Found, address: str) -> Request:
    """A pair of which nobody says what is asked for: any role would do."""
    return Request(found.app_key, found.app_token, need=AnyRole(), address=address, misplaced=found.misplaced)
