"""Signing in, out and up: e-mail and password, a one-time link, the sessions that are open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import structlog

from chaveiro.core.command import ChangePassword, Refusal
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, Email, NameMalformed, account_name, email
from chaveiro.doors.console import cookies
from chaveiro.doors.console.agent import agent_of
from chaveiro.doors.console.notices import NOTICES
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.console.visit import PASSWORD, Visit
from chaveiro.doors.place import only_account
from chaveiro.passwords import Busy, PasswordWeak, weakness
from chaveiro.stores.port import AccountUnknown
from chaveiro.wire.link import read_set_up_link
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.core.keyring import User
    from chaveiro.wire.message import Reply

room = Room("")
SIGN_IN: Final = "/sign-in"
SET_UP: Final = "/set-up"
SESSIONS: Final = "/sessions"

_WITHIN = re.compile(r"/console(?:/[A-Za-z0-9_~@-][A-Za-z0-9._~@-]*)*(?:\?[A-Za-z0-9._~=&%+-]*)?")
_WRONG = N_(
    "Account, e-mail or password is wrong. With a lost password, ask whoever manages the account's users for a new "
    "link."
)
_TWICE = N_("The two passwords differ.")
_NO_CODE = N_("This link does not count any more, or is not whole. Ask for a new one.")
_WEAK: Mapping[PasswordWeak, str] = {
    PasswordWeak.SHORT: N_("A password has at least 12 characters."),
    PasswordWeak.LONG: N_("A password has at most 256 characters."),
    PasswordWeak.NAME: N_("A password is not your own e-mail address, nor the account's name."),
    PasswordWeak.COMMON: N_("That password is among those that are tried first. Choose another."),
}

_log = structlog.get_logger(__name__)


@room.page(SIGN_IN, public=True)
def sign_in_page(visit: Visit) -> Reply:
    """Ask who somebody is."""
    return visit.go("") if visit.signed_in else _sign_in_form(visit)


@room.act(SIGN_IN, public=True)
def sign_in(visit: Visit) -> Reply:
    """Begin a session. Nothing that is answered says whether account or person exist."""
    sign_ins, source = visit.console.sign_ins, visit.source
    account, person = _named(visit)
    device = sign_ins.known(visit.device, account, person)
    wait = sign_ins.allowed(source, device)
    if wait > 0:
        retry = (b"retry-after", str(int(wait) + 1).encode())
        return _sign_in_form(visit, retry, status=429, error=visit.text(NOTICES["too_often"]))
    user = _user(visit, account, person)
    try:
        right = visit.console.passwords.matches(user.password if user else "", visit.given(PASSWORD))
    except Busy:
        return _sign_in_form(visit, status=503, error=visit.text(NOTICES["busy"]))
    if user is None or not right or not _is_still(visit, account, user):
        sign_ins.failed(source, device)
        return _sign_in_form(visit, status=403, error=visit.text(_WRONG))
    return _begun(visit, account, user.email, to=_next(visit))


@room.act("/sign-out")
def sign_out(visit: Visit) -> Reply:
    """End this session."""
    visit.console.sessions.end(visit.account, visit.who.session.id)
    return visit.go(SIGN_IN, cookies.forget(cookies.SESSION), (b"clear-site-data", b'"cache"'), done="signed_out")


@room.page(SET_UP, public=True)
def set_up_page(visit: Visit) -> Reply:
    """Ask for a first password, or a new one. The link's secret is in its fragment, which no server sees."""
    return visit.page("set_up.html", error="", code="")


@room.act(SET_UP, public=True)
def set_up(visit: Visit) -> Reply:
    """Set a password by a one-time link, and begin a session."""
    code = read_set_up_link(visit.given("code"))
    if code is None or not visit.console.node.opens(code.account, code.email, code.secret):
        return visit.page("set_up.html", status=403, error=visit.text(_NO_CODE), code="")
    wrong = _unfit(visit, code.account, code.email)
    if wrong:
        return visit.page("set_up.html", status=422, error=wrong, code=visit.given("code"))
    node, passwords = visit.console.node, visit.console.passwords
    try:
        hashed = passwords.hashed(visit.given(PASSWORD))
    except Busy:
        return visit.page("set_up.html", status=503, error=visit.text(NOTICES["busy"]), code=visit.given("code"))
    person = Actor(ActorKind.USER, code.email, via="console")
    done = node.set_up(code.account, code.email, code.secret, password=hashed, by=person)
    if isinstance(done, Refusal):
        return visit.page("set_up.html", status=403, error=visit.text(_NO_CODE), code="")
    sessions = visit.console.sessions
    sessions.end(code.account, *(one.id for one in sessions.of(code.account, code.email)))
    return _begun(visit, code.account, code.email, done="password_set")


@room.page(SESSIONS)
def sessions_page(visit: Visit) -> Reply:
    """Show where somebody is signed in, and let them change their password."""
    return _sessions(visit)


@room.act(f"{SESSIONS}/end")
def end_session(visit: Visit) -> Reply:
    """End one of one's own sessions."""
    own = visit.console.sessions.of(visit.account, visit.who.user.email)
    ended = next((one.id for one in own if one.id == visit.given("session")), None)
    if ended is None:
        return visit.missing()
    visit.console.sessions.end(visit.account, ended)
    return visit.go(SESSIONS, done="session_ended")


@room.act(f"{SESSIONS}/password", again=sessions_page)
def change_password(visit: Visit) -> Reply:
    """Change one's own password, and end every other session."""
    person = visit.who.user.email
    wrong = _unfit(visit, visit.account, person)
    if wrong:
        return _sessions(visit, status=422, error=wrong)
    try:
        hashed = visit.console.passwords.hashed(visit.given(PASSWORD))
    except Busy:
        return _sessions(visit, status=503, error=visit.text(NOTICES["busy"]))
    done = visit.carry_out(ChangePassword(visit.account, person, hashed))
    if isinstance(done, Refusal):
        return _sessions(visit, status=403, error=" ".join(visit.refusal(done)))
    sessions, kept = visit.console.sessions, visit.who.session.id
    sessions.end(visit.account, *(one.id for one in sessions.of(visit.account, person) if one.id != kept))
    sessions.confirm(visit.who.session)
    return visit.go(SESSIONS, done="password_changed")


def _sessions(visit: Visit, *, status: int = 200, error: str = "") -> Reply:
    found = visit.console.sessions.of(visit.account, visit.who.user.email)
    return visit.page("sessions.html", status=status, sessions=found, here=visit.who.session.id, error=error)


def _sign_in_form(visit: Visit, *headers: tuple[bytes, bytes], status: int = 200, error: str = "") -> Reply:
    return visit.page(
        "sign_in.html",
        *headers,
        status=status,
        error=error,
        known=_known_account(visit),
        account_given=visit.given("account") or visit.asked("account"),
        email_given=visit.given("email"),
        next=_next(visit),
    )


def _known_account(visit: Visit) -> str:
    """The account that needs no asking: the host names it, or it is the only one."""
    console, message = visit.console, visit.message
    named = console.place.named_account(message.host, message.query)
    return only_account(named, console.node.accounts) or ""


def _named(visit: Visit) -> tuple[AccountName, Email]:
    """Who somebody says they are; nobody's names where what they say is no name."""
    try:
        return account_name(_known_account(visit) or visit.given("account").strip()), email(
            visit.given("email").strip()
        )
    except NameMalformed:
        return AccountName(""), Email("")


def _user(visit: Visit, account: AccountName, person: Email) -> User | None:
    try:
        return visit.console.node.keyring(account).users.get(person)
    except AccountUnknown:
        return None


def _is_still(visit: Visit, account: AccountName, user: User) -> bool:
    """Say whether somebody has still the password that was just checked: that may have waited for its turn."""
    now = _user(visit, account, user.email)
    return now is not None and now.password == user.password


def _begun(visit: Visit, account: AccountName, person: Email, *, to: str = CONSOLE, done: str = "") -> Reply:
    """A session for somebody who proved who they are."""
    agent = agent_of(visit.message.one(b"user-agent") or "")
    secret, session = visit.console.sessions.begin(account, person, address=visit.source, agent=agent)
    device = visit.console.sign_ins.device(account, person)
    visit.console.store.forget_sealed(before=visit.at)  # tokens that nobody fetched: people come every day
    _log.info("signed_in", account=account, session=session.id)
    headers = (
        cookies.keep(cookies.SESSION, secret.reveal(), days=7),
        cookies.keep(cookies.DEVICE, device, days=400),
        cookies.forget(cookies.VISIT),
    )
    return visit.go(to.removeprefix(CONSOLE), *headers, done=done)


def _next(visit: Visit) -> str:
    """Where somebody wanted to go, if that is a page of the console."""
    wanted = visit.given("next") or visit.asked("next")
    return wanted if _WITHIN.fullmatch(wanted) and not wanted.startswith(CONSOLE + SIGN_IN) else CONSOLE


def _unfit(visit: Visit, account: AccountName, person: Email) -> str:
    """Why a new password will not do; empty where it will."""
    chosen = visit.given(PASSWORD)
    if (weak := weakness(chosen, account=account, email=person)) is not None:
        return visit.text(_WEAK[weak])
    return "" if chosen == visit.given("password_again") else visit.text(_TWICE)
