"""A node and its denials on one store, in which stories have happened."""

from copy import copy
from random import Random
from typing import Any

from tests.core.worlds import ACME, ERP, LIST, NOW, PEPPER, TOKEN, Story
from tests.test_denials import told_of

from chaveiro.core.attempt import Need, Request, Transport, presented
from chaveiro.core.names import AccountName, Moment
from chaveiro.denials import Denials, Examined, Explained
from chaveiro.node import Node
from chaveiro.node.ports import UserTokenReader
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import Store


class House:
    """A node and its denials on one store."""

    def __init__(self, store: Store, pepper: bytes, now: float, user_tokens: UserTokenReader | None = None) -> None:
        self.store, self.at = store, Moment(now)
        rng = Random(1)
        self.denials = Denials(store, pepper=pepper, clock=lambda: self.at, randomness=rng.randbytes)
        self.node = Node(
            store,
            self.denials,
            pepper=pepper,
            clock=lambda: self.at,
            boottime=lambda: 0.0,
            mint=rng.randbytes,
            user_tokens=user_tokens,
        )

    def examined(self, request: Request, account: AccountName = ACME) -> Examined:
        keyring = self.node.whole(self.node.keyring(account))
        return self.denials.examined(keyring, self.node.attempt(keyring, request), request)

    def refused(self, request: Request, account: AccountName = ACME) -> Explained:
        """Let a request be refused, and explain it."""
        told = self.node.check(account, request).told
        assert told is not None
        explained = self.denials.explained(told.id)
        assert explained is not None
        return explained

    def content(self) -> dict[str, Any]:
        return {name: copy(value) for name, value in vars(self.store).items() if name != "_lock"}


def told(story: Story, *others: Story, user_tokens: UserTokenReader | None = None) -> House:
    """A house in which these stories have happened."""
    store = MemoryStore()
    for one in (story, *others):
        told_of(store, one)
    return House(store, PEPPER, NOW + 1000, user_tokens)


def request(token: str = TOKEN, app_key: str = ERP, **more: Any) -> Request:
    values = {"need": Need((LIST,)), "transport": Transport.SECURE, **more}
    return Request(presented(app_key), presented(token), **values)
