"""Issuing a key: what it is for, what it may do, and its token, which is shown once or handed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chaveiro.core.command import GrantToKey, Reason, Refusal
from chaveiro.core.credential import public
from chaveiro.core.names import Moment, NameMalformed, role_id
from chaveiro.doors.console.keys.firstuse import first_use
from chaveiro.doors.console.keys.handing import hand_over
from chaveiro.doors.console.keys.keyform import LINK, KeyForm, empty_form, read_form
from chaveiro.doors.console.keys.listing import ISSUING, KEYS, address_of_key, delegable, key_named
from chaveiro.doors.console.keys.picking import picked
from chaveiro.doors.console.keys.testcall import test_call
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.stores.port import StoreUnavailable
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chaveiro.core.keyring import Key
    from chaveiro.core.names import RoleId
    from chaveiro.doors.console.visit import Visit
    from chaveiro.node import Issued
    from chaveiro.wire.message import Reply

ISSUE: Final = f"{KEYS}/issue"
room = Room("keys")

_UNREACHABLE = N_("The database does not answer"), N_("Link the key to the role as soon as it does.")
_NOT_SEALED = N_("The token could not be kept for a link, so here it is: store it now.")
_STATUS: Final = {Reason.NOT_DELEGATED: 403, Reason.NOT_SPONSOR: 403}


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A role that a key was not linked to, and why."""

    role: str
    message: str
    remedy: str


@room.page(ISSUE, needs=ISSUING)
def issue_page(visit: Visit) -> Reply:
    """Ask what a new pair is for; also where the password is asked for first."""
    return _form(visit, read_form(visit) if visit.form else empty_form(visit))


@room.page(f"{ISSUE}/roles", needs=ISSUING)
def roles_part(visit: Visit) -> Reply:
    """The roles that are searched for, and those that are chosen already."""
    return visit.page("roles_picked.html", roles=picked(visit, empty_form(visit).roles, visit.asked("find")))


@room.act(ISSUE, needs=ISSUING, again=issue_page)
def issue(visit: Visit) -> Reply:
    """Issue a pair, link it, and show its token this once. The same form sent again makes no second pair."""
    form = read_form(visit)
    if (known := key_named(visit, form.id)) or form.id in {one.id for one in visit.keyring.tombstones.values()}:
        return _shown_already(visit, known)
    if form.errors:
        return _form(visit, form, status=422)
    issued = visit.console.node.issue(
        visit.account,
        label=form.label,
        by=visit.actor,
        owner=form.owner,
        valid_from=form.valid_from,
        expires=form.expires,
        networks=form.networks,
        id=form.id,
    )
    if isinstance(issued, Refusal):
        after = visit.as_now()
        if known := key_named(after, form.id):
            return _shown_already(after, known)
        status = _STATUS.get(issued.reason, 409)
        return _form(visit, form, status=status, error=visit.refusal(issued))
    failed = [one for role in form.roles if (one := _linked(visit, issued, role))]
    return link_page(visit, issued, failed) if form.by_link else token_page(visit, issued, failed)


@room.act(f"{ISSUE}/link", needs=delegable(GrantToKey))
def link(visit: Visit) -> Reply:
    """Link a key that was just issued; its token stays on the screen where a script asks for this."""
    key = key_named(visit, visit.given("key"))
    if key is None or key.home is not None:
        return visit.missing()
    failed = []
    for text in visit.chosen("role"):
        try:
            done = visit.carry_out(GrantToKey(visit.account, role_id(text), key.app_key))
        except NameMalformed:
            continue
        if isinstance(done, Refusal):
            failed.append(Unlinked(_name(visit, role_id(text)), *visit.refusal(done)))
    if not visit.is_fragment and not failed:
        return visit.go(address_of_key(key).removeprefix(CONSOLE), done="linked")
    after = visit.as_now()
    values = _next(after, after.keyring.keys[key.app_key], _since(visit), failed)
    return visit.page("issued_next.html" if visit.is_fragment else "issued_link.html", **values)


@room.page(f"{ISSUE}/first", needs=VIEWING_KEYS)
def first_part(visit: Visit) -> Reply:
    """What became of the first request, for a page that waits for it."""
    key = key_named(visit, visit.asked("key"))
    if key is None:
        return visit.missing()
    return visit.page("issued_first.html", **_waiting(visit, key, _since(visit)))


def token_page(
    visit: Visit, issued: Issued, failed: Iterable[Unlinked] = (), *, renewed: bool = False, note: str = ""
) -> Reply:
    """The one page that shows a token, and what to do next. What fails from here on must not take it away."""
    values = _after(visit, issued, failed)
    return visit.page("issued.html", token=issued.token.reveal(), renewed=renewed, note=note, **values)


def link_page(visit: Visit, issued: Issued, failed: Iterable[Unlinked] = (), *, renewed: bool = False) -> Reply:
    """The link by which somebody else reads the token, shown once; the token itself where there is none."""
    try:
        made = hand_over(visit, issued)
    except StoreUnavailable:
        return token_page(visit, issued, failed, renewed=renewed, note=visit.text(_NOT_SEALED))
    if isinstance(made, Refusal):
        note = " ".join((*visit.refusal(made), visit.text(_NOT_SEALED)))
        return token_page(visit, issued, failed, renewed=renewed, note=note)
    values = _after(visit, issued, failed)
    return visit.page("issued_by_link.html", link=made.reveal(), renewed=renewed, **values)


def _form(visit: Visit, form: KeyForm, *, status: int = 200, error: tuple[str, str] | None = None) -> Reply:
    return visit.page(
        "issue.html",
        status=status,
        form=form,
        by_link=LINK,
        refused=error,
        roles=picked(visit, form.roles, visit.asked("find")),
        find=visit.asked("find"),
        may_link=visit.may(*delegable(GrantToKey)),
    )


def _shown_already(visit: Visit, key: Key | None) -> Reply:
    to = address_of_key(key).removeprefix(CONSOLE) if key and visit.may(*VIEWING_KEYS) else KEYS if key else ISSUE
    return visit.go(to, done="shown_already")


def _linked(visit: Visit, issued: Issued, role: RoleId) -> Unlinked | None:
    """Link a role to what was just issued. None: it is linked."""
    try:
        done = visit.carry_out(GrantToKey(visit.account, role, issued.app_key))
    except StoreUnavailable:
        return Unlinked(_name(visit, role), *(visit.text(one) for one in _UNREACHABLE))
    return Unlinked(_name(visit, role), *visit.refusal(done)) if isinstance(done, Refusal) else None


def _name(visit: Visit, role: RoleId) -> str:
    known = visit.keyring.roles.get(role)
    return known.name if known else str(role)


def _after(visit: Visit, issued: Issued, failed: Iterable[Unlinked]) -> dict[str, Any]:
    """What stands beside a token. Where the store does not answer any more, the token stands alone."""
    try:
        now = visit.as_now()
        key = now.keyring.keys[issued.app_key]
        return {**_next(now, key, issued.change.at, failed), "app_key": public(issued.app_key), "following": True}
    except StoreUnavailable:
        return {"app_key": public(issued.app_key), "after": CONSOLE + KEYS, "failed": list(failed), "following": False}


def _next(visit: Visit, key: Key, since: Moment, failed: Iterable[Unlinked]) -> dict[str, Any]:
    """What to do with a new token: link the key where it is not, then try it and see what comes."""
    linked = visit.keyring.in_force(key.grants, visit.at)
    may_view = visit.may(*VIEWING_KEYS)
    return {
        "key": key,
        "after": address_of_key(key) if may_view else CONSOLE + ISSUE,
        "failed": list(failed),
        "linked": [visit.keyring.roles[role] for role in linked],
        "roles": () if linked else picked(visit, ()),
        "may_link": visit.may(*delegable(GrantToKey)),
        "call": test_call(visit, key),
        "may_view": may_view,
        **_waiting(visit, key, since),
    }


def _waiting(visit: Visit, key: Key, since: Moment) -> dict[str, Any]:
    return {
        "key": key,
        "since": since,
        "first": first_use(visit, key, key.live_tokens[-1], since),
        "waiting": f"{CONSOLE}{ISSUE}/first?key={key.id}&since={since:.3f}",
    }


def _since(visit: Visit) -> Moment:
    text = visit.given("since") or visit.asked("since")
    try:
        return Moment(float(text))
    except ValueError:
        return visit.at
