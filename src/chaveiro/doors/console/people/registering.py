"""Registering a pair that was made elsewhere, in the fields where people know it: Email and Full name.

What is wrong with a pair is told before anything is kept, as the doctor tells it. Neither value comes back in an
answer: an appKey only where it is one, whole and public, and an appToken never.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chaveiro.core.attempt import Field
from chaveiro.core.cause import Audience, Cause
from chaveiro.core.command import GrantToKey, Reason, Refusal
from chaveiro.core.credential import Secret, key_format
from chaveiro.core.names import AppKey, NameMalformed, plain_text
from chaveiro.doctor.pair import relate
from chaveiro.doctor.reading import read
from chaveiro.doors.console.keys.picking import picked
from chaveiro.doors.console.people.users import REGISTERING, USERS, chosen_roles, role_named
from chaveiro.doors.console.refused import Refused, refused
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.words.explain import explain
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply
    from chaveiro.words.explain import Explanation

REGISTER: Final = f"{USERS}/register"
REGISTERED_LABEL: Final = N_("registered by hand")
NO_LABEL: Final = N_("A label is one line of 1 to 100 characters, with no credential in it.")
APP_KEY, APP_TOKEN = "app_key", "app_token"

_DEPTH: Final = 2  # people wait for this answer, and nobody else does

room = Room("users")


@room.page(REGISTER, needs=REGISTERING)
def register_page(visit: Visit) -> Reply:
    """Ask for the pair."""
    return _form(visit)


@room.act(REGISTER, needs=REGISTERING, again=register_page)
def register(visit: Visit) -> Reply:
    """Keep a pair, and link its key to the roles that were chosen; or say what is wrong with it."""
    app_key, token = visit.given(APP_KEY), Secret(visit.given(APP_TOKEN))
    if causes := _wrong(visit, app_key, token):
        return _form(visit, status=422, causes=causes)
    label = visit.given("label").strip() or visit.text(REGISTERED_LABEL)
    try:
        plain_text(label, what="label")
    except NameMalformed:
        return _form(visit, status=422, errors={"label": visit.text(NO_LABEL)})
    done = visit.console.node.register(visit.account, app_key=app_key, app_token=token, label=label, by=visit.actor)
    if isinstance(done, Refusal):
        return _form(visit, refusal=refused(visit, done), taken=done.reason is Reason.KEY_EXISTS)
    key = AppKey(app_key)
    if refusals := _linked(visit, key):
        return visit.page("registered.html", status=409, app_key=key, address=_after(visit, key), refusals=refusals)
    return visit.go(_after(visit, key).removeprefix(CONSOLE), done="pair_registered")


def _wrong(visit: Visit, app_key: str, token: Secret) -> Sequence[Explanation]:
    """What the bytes of the two values say against them. No store is asked."""
    reading = relate(read(app_key, Field.KEY, depth=_DEPTH), read(token.reveal(), Field.TOKEN, depth=_DEPTH))
    return [explain(one, to=Audience.STRANGER, language=visit.language) for one in reading.findings]


def _linked(visit: Visit, key: AppKey) -> Sequence[tuple[str, Refused]]:
    """Link the key to the roles that were chosen; those that were refused, with why."""
    refusals = []
    for role in chosen_roles(visit):
        done = visit.carry_out(GrantToKey(visit.account, role, key))
        if isinstance(done, Refusal):
            refusals.append((role_named(visit.keyring, role), refused(visit, done)))
    return refusals


def _form(
    visit: Visit,
    *,
    status: int = 200,
    causes: Sequence[Explanation] = (),
    errors: Mapping[str, str] | None = None,
    refusal: Refused | None = None,
    taken: bool = False,
) -> Reply:
    app_key = visit.given(APP_KEY)
    whole = key_format(app_key) is not None
    return visit.page(
        "register.html",
        status=refusal.status if refusal else status,
        causes=causes,
        swapped=any(one.cause is Cause.FIELDS_SWAPPED for one in causes),
        errors={**(errors or {}), **_beside(causes)},
        refusal=refusal,
        existing=_after(visit, AppKey(app_key)) if taken and AppKey(app_key) in visit.keyring.keys else "",
        app_key=app_key if whole else "",
        label=_fit_to_show(visit.given("label")),
        roles=picked(visit, chosen_roles(visit)),
    )


def _beside(causes: Sequence[Explanation]) -> Mapping[str, str]:
    """The title of the first cause about each field, to stand beside it; one about the pair stands beside both."""
    beside: dict[str, str] = {}
    for one in causes:
        about = one.cause.field or one.facts.get("field")
        for name, part in ((APP_KEY, Field.KEY), (APP_TOKEN, Field.TOKEN)):
            if about in {None, part, part.value}:
                beside.setdefault(name, one.title)
    return beside


def _fit_to_show(label: str) -> str:
    """A label as it was sent, unless it may be a credential."""
    try:
        return plain_text(label.strip(), what="label")
    except NameMalformed:
        return ""


def _after(visit: Visit, key: AppKey) -> str:
    """Where somebody goes on who registered a key: to its page, if that opens to them."""
    return f"{CONSOLE}/keys/{key}" if visit.may(*VIEWING_KEYS) else CONSOLE + USERS
