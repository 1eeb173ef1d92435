"""Who calls, and whether they may: decided once, by the same node as every other request."""

from dataclasses import dataclass, field
from typing import Final

from fastapi import Request as HttpRequest
from msgspec import structs

from chaveiro.core.attempt import NOTHING, AnyRole, Need, Needed, Presented, Request
from chaveiro.core.change import Change
from chaveiro.core.command import Command, Reason, Refusal
from chaveiro.core.decision import Allowed
from chaveiro.core.keyring import Actor, ActorKind, Key, Keyring, User
from chaveiro.core.names import AccountName, AppKey, Email, Moment, Resource
from chaveiro.doors.denied import denied
from chaveiro.doors.keeping.reach import InForce, in_force, takes_away
from chaveiro.doors.place import Place, only_account
from chaveiro.doors.vtex.problems import Refused, for_vtex, not_carried_out
from chaveiro.node import Answer, Node
from chaveiro.usertokens import UserTokens
from chaveiro.wire.message import Message
from chaveiro.wire.read import bearer, pair, user_token
from chaveiro.words.language import Language

CALL: Final = "chaveiro.call"  # under which a request's scope carries it
VIA: Final = "vtex"


@dataclass(frozen=True, slots=True)
class Door:
    """What the VTEX door is given."""

    node: Node
    user_tokens: UserTokens
    place: Place


@dataclass(frozen=True, slots=True)
class Call:
    """One request at this door, before anybody said whose it is."""

    door: Door
    message: Message
    named: AccountName | None  # the account that door, host, query or path name
    taken: list[InForce] = field(default_factory=list)  # where what it took away is in force

    @property
    def account(self) -> AccountName | None:
        """The account that was named, else the only one there is."""
        return only_account(self.named, self.door.node.accounts)

    @property
    def language(self) -> Language:
        """The language of the answer."""
        return self.door.place.language_for(self.message)

    def authorize(self, need: Needed, route: str, *, or_bearer: bool = False) -> "Caller":
        """Whoever shows a pair or a user token, if they may. Raises Refused."""
        shown = pair(self.message.headers, self.message.query)
        token = NOTHING
        if shown.app_key.count == shown.app_token.count == 0:
            token = user_token(self.message.headers, self.account or "")
            if or_bearer and not token.count:
                token = bearer(self.message.headers)
        asked = Request(shown.app_key, shown.app_token, need=need, misplaced=shown.misplaced, user_token=token)
        answer = self.decided(asked, route)
        if not isinstance(answer.verdict, Allowed):
            raise Refused(for_vtex(denied(answer, self.message, self.door.place)))
        return Caller(self, answer.account, _actor(answer.verdict))

    def decided(self, asked: Request, route: str, *, account: AccountName | None = None) -> Answer:
        """What the node says to a request of this door. For records it is its route: a path may hold a name."""
        method, _, path = route.partition(" ")
        place, message = self.door.place, self.message
        address, transport = place.caller(message), place.transport(message)
        whole = structs.replace(asked, method=method, target=path, route=route, address=address, transport=transport)
        return self.door.node.check(account or self.account, whole)

    def holder(self, token: Presented, route: str) -> Answer:
        """Whom a user token stands for now. Where nothing names the account, the token does."""
        account = self.named
        if account is None and (claims := self.door.user_tokens.read(token.text)):
            account = claims.account
        asked = Request(NOTHING, NOTHING, need=AnyRole(), user_token=token)
        return self.decided(asked, route, account=account)


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller who may do what it asks."""

    call: Call
    account: AccountName
    actor: Actor

    @property
    def now(self) -> Moment:
        """The time by which everything is decided."""
        return self.call.door.node.now()

    def keyring(self) -> Keyring:
        """The account as it is now, other accounts' keys that it adopted among its own. Raises StoreUnavailable."""
        node = self.call.door.node
        return node.whole(node.keyring(self.account))

    def subject(self, keyring: Keyring) -> User | Key:
        """Who calls, as the account has them."""
        name = self.actor.name
        return keyring.users[Email(name)] if self.actor.kind is ActorKind.USER else keyring.keys[AppKey(name)]

    def carry_out(self, command: Command, *, or_else: frozenset[Reason] = frozenset()) -> Change | Refusal:
        """Change the account. Raises Refused, unless the reason is one of *or_else*."""
        done = self.call.door.node.carry_out(command, by=self.actor)
        if isinstance(done, Refusal) and done.reason not in or_else:
            raise self.refused(done)
        if isinstance(done, Change) and takes_away(done.event):
            self.call.taken.append(in_force(self.call.door.node, self.account))
        return done

    def refused(self, refusal: Refusal) -> Refused:
        """A refused command, ready to be sent."""
        return not_carried_out(refusal, self.call.language)


class Needs:
    """Asks for a caller whose roles hold one of these resources; of none, for any role."""

    def __init__(self, *resources: Resource) -> None:
        self.need = Need(resources) if resources else AnyRole()

    def __call__(self, request: HttpRequest) -> Caller:
        """The caller. Raises Refused."""
        return call_of(request).authorize(self.need, route_of(request))


def call_of(request: HttpRequest) -> Call:
    """The request as it arrived."""
    call = request.scope[CALL]
    if not isinstance(call, Call):
        raise TypeError(type(call).__name__)
    return call


def route_of(request: HttpRequest) -> str:
    """Method and template of the route that was taken."""
    return f"{request.method} {request.scope['route'].path}"


def _actor(allowed: Allowed) -> Actor:
    kind = ActorKind.USER if allowed.user else ActorKind.KEY
    return Actor(kind, allowed.subject, via=VIA)
