"""An account that grows by commands, for the tests of whoever plans and decides."""

from dataclasses import replace
from typing import Any

from chaveiro.core.attempt import Attempt, Need, Presented, Transport, presented
from chaveiro.core.change import Change, after
from chaveiro.core.command import Command, CreateAccount, CreateRole, GrantToKey, IssueKey, Reason, Refusal
from chaveiro.core.credential import digest
from chaveiro.core.keyring import Actor, ActorKind, Key, Keyring, Revision
from chaveiro.core.names import AccountName, AppKey, Email, KeyId, Moment, Resource, RoleId
from chaveiro.core.plan import plan

ACME = AccountName("acme")
ANA = Email("ana@acme.example")  # the sponsor
BIA = Email("bia@acme.example")
OPERATOR = Actor(ActorKind.OPERATOR, "root")
SPONSOR = Actor(ActorKind.USER, ANA)
PEPPER = bytes(range(32))
NOW = Moment(1_700_000_000.0)
ERP = AppKey("cvk_000g40r40m30e2098ek8vw")
TOKEN = "cvt_1qts2000g40r40m30e209185gr38e1w8124gk2gahc5rr34d1p70x3rfjdrdv74sjnefr1"
LIST = Resource("OMS", "ListOrders")
CANCEL = Resource("OMS", "CancelAction")


def user(name: str) -> Actor:
    return Actor(ActorKind.USER, name)


class Story:
    """Carries out commands one after the other, a second apart, as a store and a node would."""

    def __init__(self, *commands: Command, by: Actor = SPONSOR, account: AccountName = ACME) -> None:
        self._keyring: Keyring | None = None
        self.changes: list[Change] = []
        self.at = NOW
        self.do(CreateAccount(account, ANA), by=OPERATOR)
        for command in commands:
            self.do(replace(command, account=account), by=by)

    def ask(self, command: Command, by: Actor = SPONSOR) -> Change | Refusal:
        """What would happen."""
        return plan(self._keyring, command, by=by, at=self.at)

    def do(self, command: Command, by: Actor = SPONSOR) -> Any:
        """Let it happen; it must."""
        planned = self.ask(command, by)
        assert isinstance(planned, Change), planned
        self.changes.append(planned)
        self._keyring = after(self._keyring, planned, Revision("00000000", len(self.changes)))
        self.at = Moment(self.at + 1)
        return planned.event

    def refused(self, command: Command, by: Actor = SPONSOR) -> Reason:
        """Let it be refused; it must. Gives the reason."""
        planned = self.ask(command, by)
        assert isinstance(planned, Refusal), planned
        return planned.reason

    @property
    def keyring(self) -> Keyring:
        assert self._keyring is not None
        return self._keyring

    @property
    def key(self) -> Key:
        return self.keyring.keys[ERP]


def issue(app_key: AppKey = ERP, token: str = TOKEN, **more: Any) -> IssueKey:
    return IssueKey(ACME, app_key, KeyId(app_key.encode().hex()[-32:]), digest(PEPPER, token), "ERP", **more)


def working() -> Story:
    """An account with one role, and one key that has it."""
    return Story(CreateRole(ACME, "Pedidos", frozenset({LIST})), issue(), GrantToKey(ACME, RoleId(1), ERP))


def attempt(token: str | Presented = TOKEN, app_key: str | Presented = ERP, **more: Any) -> Attempt:
    """The right pair, asking for what its role gives, unless told otherwise."""
    shown = token if isinstance(token, Presented) else presented(token)
    values = {"wanted": Need((LIST,)), "at": Moment(NOW + 1000), "transport": Transport.SECURE}
    named = app_key if isinstance(app_key, Presented) else presented(app_key)
    return Attempt(ACME, named, shown, digest(PEPPER, shown.text), **{**values, **more})
