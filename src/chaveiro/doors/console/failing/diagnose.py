"""Why something would be refused, asked with what is at hand: a pasted request, a denial's id, a key and its wish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core.ask import DAYS_DEFAULT
from chaveiro.core.attempt import Need
from chaveiro.core.names import looks_secret
from chaveiro.doors.console.failing import case, mending, pasting, question
from chaveiro.doors.console.failing.case import Case
from chaveiro.doors.console.failing.denials import DENIALS, denial_id
from chaveiro.doors.console.failing.question import METHODS, Question, QuestionMalformed, Wish
from chaveiro.doors.console.failing.supposing import supposing
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.doors.pasted.found import PasteMalformed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chaveiro.denials import Examined
    from chaveiro.doors.console.failing.mending import Told
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

room = Room("diagnose")
DIAGNOSE: Final = "/diagnose"
_SUGGESTED_MAX: Final = 100
_KEPT_MAX: Final = 2_000
_FIELDS: Final = ("key", "method", "path", "resource", "address", "want")


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer, and what goes along with its buttons."""

    case: Case
    kept: tuple[tuple[str, str], ...]


@room.page(DIAGNOSE, needs=VIEWING_KEYS)
def diagnose(visit: Visit) -> Reply:
    """Ask, or answer what stands in the address: a key and what it wants, never a secret."""
    if not any(visit.asked(name) for name in _FIELDS):
        return _page(visit)
    return _answered(visit, visit.asked)


@room.act(DIAGNOSE, needs=VIEWING_KEYS)
def paste(visit: Visit) -> Reply:
    """Judge what was pasted. It is compared and dropped: the answer holds nothing of it."""
    text = visit.given("pasted")
    if named := denial_id(text) or denial_id(visit.given("denial")):
        return visit.go(f"{DENIALS}/{named}")
    try:
        pasted = pasting.examined(visit, text)
    except QuestionMalformed as malformed:
        return _page(visit, status=422, errors=_worded(visit, malformed), pasted_now=bool(text))
    except PasteMalformed as malformed:
        told = {"pasted": visit.text(malformed.sentence, **malformed.facts)}
        return _page(visit, status=422, errors=told, pasted_now=bool(text))
    answers = [_shown(visit, one) for one in pasted.examined]
    return _page(visit, answers=answers, pasted=pasted, pasted_now=True, asks=pasted.asks)


@room.act(f"{DIAGNOSE}/ask", needs=VIEWING_KEYS)
def ask(visit: Visit) -> Reply:
    """Go to the address of a question. It is read first, so that no secret comes to stand in it."""
    try:
        asked = question.question(visit, visit.given, several="want" in visit.form)
    except QuestionMalformed as malformed:
        return _page(visit, status=422, errors=_worded(visit, malformed), given=_kept(visit.given, malformed))
    return visit.go(f"{DIAGNOSE}?{asked.query()}")


@room.act(f"{DIAGNOSE}/remedy", needs=VIEWING_KEYS)
def remedy(visit: Visit) -> Reply:
    """Do what a button says, if it still is what would help."""
    try:
        asked = question.question(visit, visit.given, several="want" in visit.form)
    except QuestionMalformed:
        return visit.missing()
    if asked.key is None:
        return visit.missing()
    if asked.several:
        outcome = mending.done(visit, supposing(visit, asked).commands)
    else:
        wish = asked.wishes[0] if asked.wishes else question.Wish()
        outcome = mending.pressed(visit, question.examined(visit, asked.key, wish, asked.address).remedies)
    if isinstance(outcome, mending.Told):
        return _answer(visit.as_now(), asked, outcome)
    if outcome:
        return visit.go(outcome.removeprefix(CONSOLE))
    return visit.go(f"{DIAGNOSE}?{asked.query()}", done="remedied")


def _answered(visit: Visit, given: Callable[[str], str]) -> Reply:
    try:
        asked = question.question(visit, given, several="want" in visit.query)
    except QuestionMalformed as malformed:
        if malformed.sentence == question.SECRET:
            return visit.go(DIAGNOSE, done="secret_in_address")  # away from an address that holds it
        return _page(visit, status=422, errors=_worded(visit, malformed), given=_kept(given, malformed))
    return _answer(visit, asked)


def _answer(visit: Visit, asked: Question, said: Told | None = None) -> Reply:
    if asked.key is None:
        raise LookupError("a question that was read names a key")
    status = said.status if said else 200
    given = _fields(asked)
    if asked.several:
        return _page(visit, status=status, given=given, said=said, supposed=supposing(visit, asked))
    wish = asked.wishes[0] if asked.wishes else question.Wish()
    seen = question.examined(visit, asked.key, wish, asked.address)
    answers = [_shown(visit, seen)]
    return _page(visit, status=status, given=given, said=said, answers=answers, asks=bool(asked.wishes))


def _shown(visit: Visit, seen: Examined) -> Shown:
    """An answer; what its buttons send is asked again before it is done."""
    wish = Wish(seen.method, seen.path)
    if not seen.path and isinstance(seen.wanted, Need):
        wish = Wish(resource=seen.wanted.resources[0])
    key = visit.keyring.keys.get(seen.app_key) if seen.app_key else None
    return Shown(case.of_examined(visit, seen), tuple(_fields(Question(key, (wish,), seen.address)).items()))


def _fields(asked: Question) -> dict[str, str]:
    """A question as the fields of a form."""
    wish = asked.wishes[0] if asked.wishes and not asked.several else question.Wish()
    said = {
        "key": asked.key.app_key if asked.key else "",
        "address": asked.address,
        "method": wish.method,
        "path": wish.path,
        "resource": str(wish.resource or ""),
    }
    return said | {"want": "\n".join(map(str, asked.wishes))} if asked.several else said


def _kept(given: Callable[[str], str], malformed: QuestionMalformed) -> dict[str, str]:
    """What was typed, to be corrected. Nothing of it where it may hold a secret."""
    if malformed.sentence == question.SECRET:
        return {}
    return {name: given(name)[:_KEPT_MAX] for name in _FIELDS if not looks_secret(given(name))}


def _worded(visit: Visit, malformed: QuestionMalformed) -> dict[str, str]:
    return {malformed.field: visit.text(malformed.sentence, **malformed.facts)}


def _page(
    visit: Visit,
    *,
    status: int = 200,
    given: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    **shown: object,
) -> Reply:
    blank: dict[str, object] = {
        "answers": (),
        "supposed": None,
        "pasted": None,
        "pasted_now": False,
        "asks": True,
        "said": None,
    }

    return visit.page(
        "diagnose.html",
        status=status,
        methods=[(one, one) for one in METHODS],
        suggested=question.app_keys(visit, _SUGGESTED_MAX),
        days=DAYS_DEFAULT,
        revision=str(visit.keyring.revision),
        given=dict.fromkeys(_FIELDS, "") | dict(given or {}),
        errors=dict.fromkeys((*_FIELDS, "pasted"), "") | dict(errors or {}),
        **(blank | shown),
    )
