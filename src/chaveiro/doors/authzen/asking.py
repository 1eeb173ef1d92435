"""The questions of one message, answered one after the other by one account."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, assert_never

from msgspec import structs

from chaveiro.core.attempt import NOTHING, Need, Request
from chaveiro.core.command import EDIT_ADMIN_USERS, EDIT_API_KEYS, VIEW_ADMIN_USERS, VIEW_API_KEYS
from chaveiro.core.decision import Allowed, Denied, obstacle
from chaveiro.core.names import AppKey, Email, NameMalformed, email
from chaveiro.doors.authzen import reason
from chaveiro.doors.denied import denied
from chaveiro.doors.place import only_account
from chaveiro.node import CannotTell
from chaveiro.node.answer import RETRY_SECONDS
from chaveiro.stores.port import AccountUnknown, StoreUnavailable
from chaveiro.wire import answer as wire
from chaveiro.wire.authzen import KEY, USER
from chaveiro.wire.read import in_query, pair, user_token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.catalogue.route import Route
    from chaveiro.core.attempt import Needed
    from chaveiro.core.cause import Cause
    from chaveiro.core.keyring import Key, Keyring, Revision, User
    from chaveiro.core.names import AccountName
    from chaveiro.doors.place import Place
    from chaveiro.node import Answer, Node
    from chaveiro.node.answer import Verdict
    from chaveiro.wire.authzen import Evaluation
    from chaveiro.wire.message import Message, Reply
    from chaveiro.wire.read import Pair
    from chaveiro.words.language import Language

KEYS: Final = Need((VIEW_API_KEYS, EDIT_API_KEYS))
USERS: Final = Need((VIEW_ADMIN_USERS, EDIT_ADMIN_USERS))
_PARAMETER: Final = re.compile(r"\{[^{}/]*\}")


class Decided(NamedTuple):
    """One answer, to be counted: a verdict; of a subject that was looked up, what is in its way, if anything is."""

    found: Verdict | Cause | None
    seconds: float


class CannotAnswer(Exception):
    """Nothing of this message can be answered: who asks may not, or nobody can tell."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer: no, unless something said yes."""

    decision: bool
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Asking:
    """Whoever asks, and what this process knows of the account."""

    message: Message
    place: Place
    node: Node
    at_least: Revision | None = None
    decided: list[Decided] = field(default_factory=list, init=False)
    _leave: set[Need] = field(default_factory=set, init=False)

    @cached_property
    def account(self) -> AccountName | None:
        """The account that all questions are about: as at every door, what the message names, or the only one."""
        named = self.place.named_account(self.message.host, self.message.query)
        return only_account(named, self.node.accounts)

    @cached_property
    def language(self) -> Language:
        """The language of the reasons."""
        return self.place.language_for(self.message)

    @cached_property
    def _own(self) -> Pair:
        return pair(self.message.headers, self.message.query)

    @cached_property
    def _keyring(self) -> Keyring | None:
        """The account as it is now, looked at once, so that no two answers of one list are about two states of it."""
        if self.account is None:
            return None
        try:
            return self.node.whole(self.node.keyring(self.account))
        except AccountUnknown:
            return None

    def outcome(self, asked: Evaluation) -> Outcome:
        """Answer one question. Raises CannotAnswer."""
        try:
            return self._shown(asked) if self._is_shown(asked) else self._named(asked)
        except StoreUnavailable:
            raise CannotAnswer(self._cannot_tell()) from None

    def _is_shown(self, asked: Evaluation) -> bool:
        """Whether the subject itself is here: its token was handed on, or it is the pair that came as headers."""
        key = self._own.app_key
        asks_itself = asked.subject.type == KEY and key.count > 0 and key.text == asked.subject.id.text
        return asked.subject.shows_proof or asks_itself

    # -- a subject that shows what only it has

    def _shown(self, asked: Evaluation) -> Outcome:
        began = perf_counter()
        answer = self.node.check(self.account, self._presented(asked), at_least=self.at_least, wait_seconds=0)
        verdict = answer.verdict
        self.decided.append(Decided(verdict, perf_counter() - began))
        match verdict:
            case Allowed():
                if not _is_about(verdict, asked):
                    return Outcome(decision=False, context=reason.of_another(self.language))
                roles = self.node.known.role_names(answer.account, verdict.roles)
                return Outcome(decision=True, context=reason.of_allow(verdict, answer, roles))
            case Denied():
                return Outcome(decision=False, context=reason.of_denial(verdict, answer, self.language))
            case CannotTell():
                raise CannotAnswer(self._told(answer))
            case _ as never:
                assert_never(never)

    def _presented(self, asked: Evaluation) -> Request:
        """The request that the subject makes, with what it shows."""
        subject, own, wanted = asked.subject, self._own, self._wanted(asked)
        if subject.user_token.count and not subject.app_token.count:
            return structs.replace(wanted, user_token=subject.user_token)
        if subject.app_token.count:
            misplaced = tuple(in_query(asked.path.partition("?")[2], subject.id, subject.app_token))
            return structs.replace(wanted, app_key=subject.id, app_token=subject.app_token, misplaced=misplaced)
        return structs.replace(wanted, app_key=own.app_key, app_token=own.app_token, misplaced=own.misplaced)

    def _wanted(self, asked: Evaluation) -> Request:
        """What is asked for, nobody having shown anything yet."""
        need: Needed | None = Need((asked.resource,)) if asked.resource else None
        found = self._by_template(asked)
        return Request(
            NOTHING,
            NOTHING,
            method=asked.method,
            target=asked.path,
            need=found.need if found else need,
            route=found.name if found else "",
            address=asked.address,
            transport=asked.transport,
        )

    def _by_template(self, asked: Evaluation) -> Route | None:
        """The route that is named as the catalogue has it, whatever its parameters are called there."""
        if "{" not in asked.path or self._keyring is None:
            return None
        wanted = _PARAMETER.sub("{}", asked.path)
        routes = self.node.catalogue(self._keyring).routes()
        return next(
            (one for one in routes if one.method == asked.method and _PARAMETER.sub("{}", one.path) == wanted), None
        )

    # -- a subject that is named

    def _named(self, asked: Evaluation) -> Outcome:
        """Look a subject up, for whoever may view such subjects."""
        kind = asked.subject.type
        self._ask_leave(USERS if kind == USER else KEYS)
        began = perf_counter()
        keyring = self._keyring
        subject = self._found(keyring, asked) if keyring else None
        if keyring is None or subject is None:
            return Outcome(decision=False, context=reason.of_nobody(kind, self.language))
        attempt = self.node.attempt(keyring, self._wanted(asked))
        cause = obstacle(keyring, subject, attempt)
        self.decided.append(Decided(cause, perf_counter() - began))
        if cause is None:
            return Outcome(decision=True)
        return Outcome(decision=False, context=reason.of_obstacle(cause, attempt.wanted, self.language))

    def _found(self, keyring: Keyring, asked: Evaluation) -> Key | User | None:
        """The key or user of this name. Raises StoreUnavailable where nobody can tell what became of it."""
        named = asked.subject.id.text
        if asked.subject.type == USER:
            return keyring.users.get(_address(named))
        if asked.subject.type != KEY:
            return None
        external = keyring.external.get(AppKey(named))
        if external is not None and self.node.known.is_lost(external.home):
            raise StoreUnavailable("the home of an external key cannot be read")
        return keyring.keys.get(AppKey(named))

    def _ask_leave(self, need: Need) -> None:
        """Ask once whether whoever asks may. Raises CannotAnswer."""
        if need in self._leave:
            return
        own, message, place = self._own, self.message, self.place
        answer = self.node.check(
            self.account,
            Request(
                own.app_key,
                own.app_token,
                method=message.method,
                target=message.path,
                need=need,
                route=f"{message.method} {message.path}",
                address=place.caller(message),
                transport=place.transport(message),
                misplaced=own.misplaced,
                user_token=user_token(message.headers, self.account or ""),
            ),
            at_least=self.at_least,
            wait_seconds=0,
        )
        if not isinstance(answer.verdict, Allowed):
            raise CannotAnswer(self._told(answer))
        self._leave.add(need)

    def _told(self, answer: Answer) -> Reply:
        return denied(answer, self.message, self.place)

    def _cannot_tell(self) -> Reply:
        told = self.place.cannot_tell(self.message)
        reply = wire.unavailable(told, retry_after_seconds=RETRY_SECONDS, causes=self.place.public_url)
        return wire.dated(reply, self.node.known.standing())


def _is_about(allowed: Allowed, asked: Evaluation) -> bool:
    """Whether what was shown is the subject that was named."""
    named = asked.subject.id.text
    return allowed.user == _address(named) if asked.subject.type == USER else allowed.app_key == named


def _address(text: str) -> Email:
    """An e-mail address as accounts have it; one that is none is nobody's."""
    try:
        return email(text)
    except NameMalformed:
        return Email("")
