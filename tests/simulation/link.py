"""What lies between a node and the truth: it loses, delays and repeats as a network may."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from chaveiro.core.fleet import POLL_SECONDS_MAX
from chaveiro.stores.port import Feed, StoreUnreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.simulation.world import Machine, World

    from chaveiro.core.change import Change
    from chaveiro.core.denial import Usage, Use
    from chaveiro.core.fleet import NodeReport, NodeSeen
    from chaveiro.core.keyring import Keyring, Revision
    from chaveiro.core.names import AccountName, AppKey, Moment
    from chaveiro.stores.port import Committed

INSTANT = 1e-6  # no two things happen at the same moment

_T = TypeVar("_T")


class Link:
    """The store as one node has it: as much of the port as a node uses."""

    keeps_nodes = True

    def __init__(self, world: World, machine: Machine) -> None:
        self._world, self._machine = world, machine
        self.deaf = self.mute = False  # what the truth says does not come here; what is said here does not come there
        self.loss = 0.0

    def _ask(self, act: Callable[[], _T], *, lasting: bool = False) -> _T:
        """Ask the truth; mostly nothing is in the way."""
        world = self._world
        world.now += INSTANT
        if world.is_quiet() and not (self.deaf or self.mute or self.loss):
            return act()
        return self._ask_in_vain(act, lasting=lasting)

    def _ask_in_vain(self, act: Callable[[], _T], *, lasting: bool) -> _T:
        """Ask the truth when something may be in the way, or happen meanwhile.

        What was lost may come there late, or twice, where it is such that it shows.
        """
        world, dice = self._world, self._world.dice
        if self.mute or (self.loss and dice.random() < self.loss):
            if lasting and not self.mute and dice.random() < 0.3:
                world.belated.append(act)
            self._give_up()
        late = world.meanwhile(self._machine)
        answer = act()
        if lasting and self.loss and dice.random() < 0.1:
            world.belated.append(act)
        late = world.meanwhile(self._machine) or late
        if late or self.deaf or (self.loss and dice.random() < self.loss):
            self._give_up()
        return answer

    def _give_up(self) -> None:
        self._world.lapse(self._machine, POLL_SECONDS_MAX)
        raise StoreUnreachable("nothing came back")

    def head(self) -> Revision:
        return self._ask(self._world.truth.head)

    def pulse(self) -> bytes:
        """Machines share no memory."""
        return b""

    def report(self, node: NodeReport) -> Revision:
        # Two statements that each stand for themselves, in this order, as SqlStore has them.
        if "report first" in self._world.without:
            head = self.head()
            self._note(node)
            return head
        self._note(node)
        return self.head()

    def _note(self, node: NodeReport) -> None:
        def noted() -> None:
            self._world.truth.report(node)

        self._ask(noted, lasting=True)

    def watch(self, wake: Callable[[], None]) -> None:
        self._machine.wake = wake

    def nodes(self) -> tuple[Moment, Sequence[NodeSeen]]:
        return self._ask(self._world.truth.nodes)

    def accounts(self) -> tuple[AccountName, ...]:
        return self._ask(self._world.truth.accounts)

    def audited(self) -> tuple[AccountName, ...]:
        return self._ask(self._world.truth.audited)

    def keyring(self, account: AccountName) -> Keyring:
        return self._ask(lambda: self._world.truth.keyring(account))

    def home_of(self, app_key: AppKey) -> AccountName | None:
        return self._ask(lambda: self._world.truth.home_of(app_key))

    def commit(self, change: Change, *, seen: Revision | None) -> Revision:
        return self._ask(lambda: self._world.truth.commit(change, seen=seen), lasting=True)

    def changes(
        self, *, after: Revision | None = None, account: AccountName | None = None, limit: int = 1000
    ) -> Sequence[Committed]:
        page = min(limit, self._world.page)
        return self._ask(lambda: self._world.truth.changes(after=after, account=account, limit=page))

    def feed(self, *, after: Revision, limit: int = 1000) -> Feed:
        return Feed(self.changes(after=after, limit=limit), {})

    def leave(self, node: NodeReport) -> None:
        self._ask(lambda: self._world.truth.leave(node), lasting=True)

    def add_usage(self, usage: Sequence[Usage], uses: Sequence[Use] = ()) -> None:
        """Nobody counts here."""
