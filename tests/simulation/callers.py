"""Who asks nodes for decisions, and what may rightly be answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.core.worlds import NOW
from tests.simulation import world as worlds
from tests.simulation.checks import Violation

from chaveiro.core.decision import Allowed
from chaveiro.node import CannotTell
from chaveiro.stores.port import StoreUnavailable

if TYPE_CHECKING:
    from tests.simulation.world import Machine, World
    from tests.simulation.writers import Pair

    from chaveiro.core.decision import Decision
    from chaveiro.core.keyring import Revision


def check(world: World, pair: Pair | None = None, at_least: Revision | None = None) -> None:
    """Ask some node about some pair, and judge what it says."""
    awake = world.awake()
    if not awake:
        return
    machine = world.dice.choice(awake) if world.dice.random() < 0.5 else min(awake, key=lambda one: one.proved)
    pair = pair or world.somebody()
    if at_least is None and world.bookmarks and world.dice.random() < 0.3:
        at_least = world.dice.choice(world.bookmarks[-3:])[0]
    node, warm = machine.node, machine.node.known.has(pair.account)
    if node.known._lock.locked() and not warm:
        return
    began, jumps, wall = world.now, machine.jumps, machine.ahead
    surest = max((floor for since, floor in world.claims if since <= began), default=0.0)
    own = max(machine.started, machine.proved, machine.own.get(pair.account, 0.0))
    verdict = node.check(pair.account, pair.request, at_least=at_least).verdict
    who = f"{pair.asked.app_key[-4:]} {pair.asked.resource.key} at least {at_least}"
    if isinstance(verdict, CannotTell):
        world.counts["none"] += 1
        fresh = machine.proved > machine.started and began - machine.proved < worlds.STALE_SECONDS_MAX
        if warm and fresh and at_least is None and world.now == began and "boottime" not in world.without:
            raise Violation("G24", f"{machine.name} cannot tell though it knows: {who}")
        return
    world.counts["answers"] += 1
    said = isinstance(verdict, Allowed)
    world.note(machine.name, f"{'allows' if said else 'denies'} {who} by {verdict.revision}")
    expires = world.history.expires.get(pair.asked.app_key)
    if expires is not None:
        walls = sorted((NOW + began + wall, NOW + world.now + machine.ahead))
        if jumps != machine.jumps or walls[0] < expires <= walls[1]:
            return
        if expires <= walls[0]:
            if said:
                raise Violation("G23", f"{machine.name} allows what has expired: {who}")
            return
    _judge(world, machine, pair, verdict, at_least, own=own, surest=surest)


def _judge(
    world: World,
    machine: Machine,
    pair: Pair,
    verdict: Decision,
    at_least: Revision | None,
    *,
    own: float,
    surest: float,
) -> None:
    said, history = isinstance(verdict, Allowed), world.history
    name = f"{machine.name} {'allows' if said else 'denies'} {pair.asked.app_key[-4:]} {pair.asked.resource.key}"
    oldest = world.now - worlds.STALE_SECONDS_MAX
    if said not in history.verdicts(pair.account, pair.asked, oldest):
        raise Violation("G2", f"{name}, which has not been so for {worlds.STALE_SECONDS_MAX} s")
    if said not in history.verdicts(pair.account, pair.asked, max(oldest, own)):
        raise Violation("G2", f"{name}, which has not been so since it last proved that it knows all")
    if said not in history.verdicts(pair.account, pair.asked, max(oldest, own, surest)):
        raise Violation("reach", f"{name}, which was said to be over by now")
    if at_least and said not in history.verdicts(pair.account, pair.asked, max(oldest, own), at_least):
        raise Violation("G3", f"{name}, which is not so at {at_least} or later")
    if verdict.revision.epoch and said != history.at(verdict.revision, pair.account, pair.asked):
        raise Violation("G4", f"{name} by {verdict.revision}, when it was not so")
    world.counts["behind"] += said not in history.verdicts(pair.account, pair.asked, world.now)


def ask_reach(world: World) -> None:
    """Ask some node how far a change has come, and remember what it promised."""
    awake = [one for one in world.awake() if world.is_free(one)]
    if not awake or not world.bookmarks:
        return
    machine = world.dice.choice(awake)
    revision, floor, pair = world.dice.choice(world.bookmarks[-2:])
    ahead = world.truth.ahead
    try:
        reach = machine.node.reach(revision, wait_seconds=0.0)
    except StoreUnavailable:
        return
    if ahead != world.truth.ahead:
        return
    since = world.now if reach.effective else reach.latest_by - ahead
    world.claims.append((since, floor))
    world.counts["reached"] += reach.effective
    world.note(machine.name, f"says that {revision} is in force {'now' if reach.effective else f'from {since:.4f}'}")
    check(world, pair)
