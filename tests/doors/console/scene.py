"""An account whose keys have a past: what they did, what they were refused, and a clock that can be set."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.doors.world import ACME, GLOBEX, NOW, ORDERS, World, done, furnish

from chaveiro.core.attempt import Request, presented
from chaveiro.core.command import AdoptKey, Command, GrantToKey
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AppKey, Email, Moment, RoleId
from chaveiro.node import Issued
from chaveiro.serve.house import furnished
from chaveiro.serve.pepper import Pepper
from chaveiro.settings import Settings

CANCEL_ORDER = f"{ORDERS}/1/cancel"
ANA = Actor(ActorKind.USER, Email("ana@acme.example"))
HOUR, DAY = 3600.0, 86_400.0


@dataclass
class Clock:
    """A clock that stands still until somebody sets it."""

    now: Moment = NOW

    def __call__(self) -> Moment:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now = Moment(self.now + seconds)


@dataclass
class Scene:
    """The world, its clock, and what is done in it."""

    clock: Clock = field(default_factory=Clock)
    world: World = field(init=False)

    def __post_init__(self) -> None:
        """Begin as every world does, then let time pass."""
        told = furnish(accounts=2)
        house = furnished(Settings(), told.house.store, Pepper(bytes(range(7, 39))), clock=self.clock)
        self.world = World(house, told.pairs)

    def do(self, command: Command, by: Actor = ANA) -> None:
        """Carry out a command that must succeed."""
        done(self.world.house, command, by)

    def issue(self, label: str, *roles: int, expires: Moment | None = None, valid_from: Moment | None = None) -> AppKey:
        """Make a key, and know its token by its label."""
        issued = self.world.house.node.issue(ACME, label=label, by=ANA, expires=expires, valid_from=valid_from)
        assert isinstance(issued, Issued)
        self.learn(label, issued)
        for role in roles:
            self.do(GrantToKey(ACME, RoleId(role), issued.app_key))
        return issued.app_key

    def renew(self, app_key: AppKey, label: str) -> None:
        """Begin a renewal, and know the second token by a label of its own."""
        issued = self.world.house.node.renew(ACME, app_key, by=ANA)
        assert isinstance(issued, Issued)
        self.learn(label, issued)

    def learn(self, label: str, issued: Issued) -> None:
        pair = type(self.world.pairs["good"])(issued.app_key, issued.token.reveal())
        self.world.pairs[label] = pair

    def ask(
        self, label: str, method: str = "GET", path: str = ORDERS, *, times: int = 1, token: str | None = None
    ) -> None:
        """Send a request with a pair, so many times, and let what was counted be written."""
        pair = self.world.pairs[label]
        request = Request(presented(pair.app_key), presented(token or pair.app_token), method, path, address="10.1.2.3")
        for _ in range(times):
            self.world.house.node.check(ACME, request)
        self.world.house.node.flush_usage()
        self.world.house.denials.drain()

    def adopt(self) -> AppKey:
        """Add globex's key to acme."""
        app_key = AppKey(self.world.pairs["globex good"].app_key)
        self.do(AdoptKey(ACME, app_key, GLOBEX))
        return app_key

    def app_key(self, label: str) -> AppKey:
        return AppKey(self.world.pairs[label].app_key)

    def page_of(self, label: str) -> str:
        return f"/console/keys/{self.app_key(label)}"
