"""One request at the console: who is signed in, in which account, what was asked, and how it is answered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.doors.console import cookies, page
from chaveiro.doors.console.account.rounds import Rounds
from chaveiro.doors.console.notices import NOTICES, noted, read_note
from chaveiro.doors.console.room import CONSOLE
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.doors.keeping.reach import reached, summary
from chaveiro.passwords import Busy
from chaveiro.words.explain import refuse
from chaveiro.words.language import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chaveiro.core.change import Change
    from chaveiro.core.command import Command, Refusal
    from chaveiro.core.keyring import Keyring, Revision, Transfer, User
    from chaveiro.core.names import AccountName, Moment, Resource
    from chaveiro.core.session import Session
    from chaveiro.denials import Denials
    from chaveiro.doors.console.jobs import Jobs
    from chaveiro.doors.place import Place
    from chaveiro.node import Node
    from chaveiro.passwords import Passwords
    from chaveiro.sessions import Sessions
    from chaveiro.signins import SignIns
    from chaveiro.stores.port import Store
    from chaveiro.wire.message import Message, Reply
    from chaveiro.words.language import Language

FORM_TOKEN: Final = "form_token"  # noqa: S105 - the name of a field
PASSWORD: Final = "password"  # noqa: S105 - likewise
CONFIRM: Final = "confirm_password"


@dataclass(frozen=True, slots=True)
class Console:
    """What this door is given."""

    node: Node
    denials: Denials
    store: Store
    sessions: Sessions
    passwords: Passwords
    sign_ins: SignIns
    place: Place
    jobs: Jobs
    token_days_max: int
    began: Moment  # when this process did
    listens: str  # the address and port where gateways find it
    rounds: Rounds = field(default_factory=Rounds)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent with a form. What its sender called it is not kept."""

    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who is signed in, as the account has them now."""

    session: Session
    secret: str = field(repr=False)
    keyring: Keyring  # with its external keys among its own
    user: User


@dataclass(frozen=True, slots=True, repr=False)
class Visit:
    """One request. It may hold a token in any field of its form, so its repr is mute."""

    console: Console
    message: Message
    language: Language
    secret: str  # what form tokens are bound to: the session's, or that of somebody not signed in
    at: Moment
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Sequence[str]] = field(default_factory=dict)
    form: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)
    signed_in: SignedIn | None = None
    nav: tuple[tuple[str, str, bool, int | None], ...] = ()  # name, address, whether it is here, how much waits there
    unconfirmed: str = ""  # why the password that was asked for again did not do

    def __repr__(self) -> str:
        return "Visit()"

    # -- who

    @property
    def who(self) -> SignedIn:
        """Whoever is signed in. Only of a page that is not public."""
        if self.signed_in is None:
            raise LookupError("nobody is signed in")
        return self.signed_in

    @property
    def keyring(self) -> Keyring:
        """The account as it is now, its external keys among its own."""
        return self.who.keyring

    @property
    def account(self) -> AccountName:
        """The account of whoever is signed in."""
        return self.who.keyring.account

    @property
    def actor(self) -> Actor:
        """Whoever is signed in, as the audit names them."""
        return Actor(ActorKind.USER, self.who.user.email, via=f"console:{self.who.session.id}")

    def may(self, *resources: Resource) -> bool:
        """Say whether they have one of these resources, or are the sponsor."""
        return self.keyring.may(self.actor, resources, self.at)

    @property
    def is_sponsor(self) -> bool:
        """Say whether they are the account's sponsor."""
        return self.keyring.is_sponsor(self.actor)

    @property
    def invitation(self) -> Transfer | None:
        """The open invitation to become the sponsor, where it is to whoever is signed in."""
        who = self.signed_in
        offered = who.keyring.transfer if who else None
        theirs = who and offered and offered.to == who.user.email and self.at < offered.expires
        return offered if theirs else None

    @property
    def fresh(self) -> bool:
        """Whether the password was given a short while ago."""
        return self.console.sessions.is_fresh(self.who.session)

    def as_now(self) -> Visit:
        """The visit with the account as it is now, after something was done. Raises StoreUnavailable."""
        node = self.console.node
        return replace(self, signed_in=replace(self.who, keyring=node.whole(node.keyring(self.account))))

    # -- what was asked

    def asked(self, name: str, default: str = "") -> str:
        """One value of the query."""
        values = self.query.get(name, ())
        return values[-1] if values else default

    def given(self, name: str, default: str = "") -> str:
        """One value of the form, exactly as it was sent."""
        values = self.form.get(name, ())
        return values[-1] if values else default

    def chosen(self, name: str) -> Sequence[str]:
        """Every value of one name in the form."""
        return self.form.get(name, ())

    @property
    def is_fragment(self) -> bool:
        """Whether a script of ours asks for a part of a page."""
        return self.message.one(b"hx-request") == "true"

    # -- what is answered

    def text(self, sentence: str, **facts: object) -> str:
        """A sentence in the visitor's language."""
        return sentences(self.language).gettext(sentence).format_map(facts)

    def page(self, template: str, *headers: tuple[bytes, bytes], status: int = 200, **values: Any) -> Reply:  # noqa: ANN401 - what a template shows
        """A page, or a part of one, filled in with *values* and with what every page shows."""
        notice, revision = ("", None) if self.is_fragment else read_note(cookies.read(self.message, cookies.NOTICE))
        if notice:
            headers = (*headers, cookies.forget(cookies.NOTICE))
        shown = {
            "visit": self,
            "at": self.at,
            "account": self.account if self.signed_in else "",
            "user": self.who.user if self.signed_in else None,
            "nav": self.nav,
            "form_token": self.console.sessions.csrf(self.secret),
            "fresh": self.signed_in is None or self.fresh,
            "unconfirmed": self.unconfirmed,
            "notice": self.text(notice) if notice else "",
            "in_force": self._in_force(revision) if revision else None,
            "language_links": self._in_other_languages(),
        }
        text = page.rendered(template, self.language, shown | values)
        return page.html(text, self.language, *headers, status=status)

    def go(self, to: str, *headers: tuple[bytes, bytes], done: str = "") -> Reply:
        """Send the browser on to another page below the console, and tell there what was *done* (of `NOTICES`)."""
        if done:
            note = noted(done, self.console.node.known.revision_of(self.account)) if self.signed_in else done
            headers = (*headers, cookies.keep(cookies.NOTICE, note))
        return page.redirect(CONSOLE + to, *headers)

    def _in_force(self, revision: Revision) -> tuple[bool, str, bool] | None:
        """Whether a change is in force everywhere, in a sentence, and whether the nodes may be looked at.

        Only to people of an account: it is no affair of strangers.
        """
        if self.signed_in is None:
            return None
        found = reached(self.console.node, revision)
        return bool(found.effective), summary(found, self.language), self.may(*VIEWING_KEYS)

    def missing(self) -> Reply:
        """There is nothing of that name: the same for what never was and for what is somebody else's."""
        return self.page("missing.html", status=404)

    def refusal(self, refusal: Refusal) -> tuple[str, str]:
        """Why a command was refused, and what would help, in the visitor's language."""
        return refuse(refusal, self.language)

    def carry_out(self, command: Command) -> Change | Refusal:
        """Carry out a command in the name of whoever is signed in: the only way to a change."""
        return self.console.node.carry_out(command, by=self.actor)

    def _in_other_languages(self) -> Iterable[tuple[str, str]]:
        """Nothing but the page's own address with another language: a form that was sent is not asked for again."""
        for language in type(self.language):
            kept = [(k, v) for k, values in self.query.items() for v in values if k != "lang"]
            yield language.value, f"?{urlencode([*kept, ('lang', language.value)])}"

    # -- the password, again

    def confirmed(self) -> Visit:
        """This visit with the password judged, where it was asked for again; `unconfirmed` says why it does not do."""
        if self.fresh:
            return self
        console, source = self.console, self.source
        device = console.sign_ins.known(self.device, self.account, self.who.user.email)
        if console.sign_ins.allowed(source, device) > 0:
            return replace(self, unconfirmed=self.text(NOTICES["too_often"]))
        if not self.given(CONFIRM):
            return replace(self, unconfirmed=self.text(NOTICES["password_again"]))
        try:
            matches = console.passwords.matches(self.who.user.password, self.given(CONFIRM))
        except Busy:
            return replace(self, unconfirmed=self.text(NOTICES["busy"]))
        if not matches:
            console.sign_ins.failed(source, device)
            return replace(self, unconfirmed=self.text(NOTICES["password_wrong"]))
        session = console.sessions.confirm(self.who.session)
        return replace(self, signed_in=replace(self.who, session=session))

    @property
    def source(self) -> str:
        """The address that asks."""
        return self.console.place.caller(self.message)

    @property
    def device(self) -> str:
        """The cookie of a browser in which somebody signed in before; empty where there is none."""
        return cookies.read(self.message, cookies.DEVICE)
