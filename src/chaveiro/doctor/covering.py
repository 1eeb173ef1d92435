"""Which existing roles cover what a key lacks, and give the least besides: exact where there are few, else greedy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final

from chaveiro.core.attempt import Match, Need
from chaveiro.core.names import Resource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from chaveiro.core.keyring import Role

EXACT_MAX: Final = 16  # relevant roles: every combination of so many is tried


@dataclass(frozen=True, slots=True)
class Cover:
    """Roles that together give what is needed."""

    roles: tuple[Role, ...]
    excess: int  # resources they give that nothing asked for
    exact: bool  # no other roles give less besides; otherwise they were chosen one by one


def cover(roles: Iterable[Role], needs: Sequence[Need], held: frozenset[Resource]) -> Cover | None:
    """The roles to link so that every need is met, least excess first. None: no roles do it, however many."""
    unmet = [need for need in needs if not need.met_by(held)]
    asked = frozenset(resource for need in unmet for resource in need.resources)
    living = (role for role in roles if role.deleted is None and not role.resources.isdisjoint(asked))
    relevant = sorted(living, key=lambda role: role.id)
    task = _Task(relevant, unmet, asked, held)
    if not task.met((1 << len(relevant)) - 1):
        return None
    exact = len(relevant) <= EXACT_MAX
    chosen = _least(task) if exact else _greedy(task)
    return Cover(tuple(role for place, role in enumerate(relevant) if chosen >> place & 1), task.excess(chosen), exact)


class _Task:
    """Resources as bits, so that a set of roles is one number and what it gives another."""

    def __init__(
        self, roles: Sequence[Role], needs: Sequence[Need], asked: frozenset[Resource], held: frozenset[Resource]
    ) -> None:
        given = frozenset[Resource]().union(*(role.resources for role in roles)) | asked | held
        bits = {resource: 1 << place for place, resource in enumerate(sorted(given))}

        def mask(resources: Iterable[Resource]) -> int:
            return reduce(or_, (bits[one] for one in resources), 0)

        self.count = len(roles)
        self.held = mask(held)
        self.gives = [mask(role.resources) & ~self.held for role in roles]
        self.beyond = ~mask(asked)
        self.needs: list[Callable[[int], bool]] = [_test(mask(one.resources), one.match) for one in needs]

    def given(self, chosen: int) -> int:
        """What a set of roles gives beyond what is held."""
        return reduce(or_, (one for place, one in enumerate(self.gives) if chosen >> place & 1), 0)

    def met(self, chosen: int) -> bool:
        """Say whether a set of roles is enough."""
        return self.enough(self.given(chosen))

    def enough(self, given: int) -> bool:
        """Say whether what is given is enough, with what is held."""
        return all(need(given | self.held) for need in self.needs)

    def excess(self, chosen: int) -> int:
        """How much of what a set of roles gives nothing asked for."""
        return (self.given(chosen) & self.beyond).bit_count()

    def cost(self, given: int, chosen: int) -> tuple[int, int, int]:
        """What is given too much, then how much at all, then by how many roles."""
        return (given & self.beyond).bit_count(), given.bit_count(), chosen.bit_count()


def _test(mask: int, match: Match) -> Callable[[int], bool]:
    if match is Match.ANY:
        return lambda given: bool(given & mask)
    return lambda given: given & mask == mask


def _least(task: _Task) -> int:
    """Try every combination. What a combination gives follows from the one without its last role."""
    given = [0]
    best, best_cost = (1 << task.count) - 1, task.cost(task.given((1 << task.count) - 1), (1 << task.count) - 1)
    for chosen in range(1 << task.count):
        if chosen:
            lowest = chosen & -chosen
            given.append(given[chosen ^ lowest] | task.gives[lowest.bit_length() - 1])
        cost = task.cost(given[chosen], chosen)
        if cost < best_cost and task.enough(given[chosen]):
            best, best_cost = chosen, cost
    return best


def _greedy(task: _Task) -> int:
    """Take the role that meets most for what it gives too much, until all is met; leave out what became needless."""
    chosen = 0
    while not task.met(chosen):
        now = task.given(chosen)
        waiting = [one for one in task.needs if not one(now | task.held)]

        def worth(place: int, now: int = now, waiting: Sequence[Callable[[int], bool]] = waiting) -> tuple[float, int]:
            new = task.gives[place] & ~now
            useful = (new & ~task.beyond).bit_count() / 2 + sum(one(now | new | task.held) for one in waiting)
            return (new & task.beyond).bit_count() / useful if useful else float("inf"), place

        chosen |= 1 << min((place for place in range(task.count) if not chosen >> place & 1), key=worth)
    for place in sorted(range(task.count), key=lambda one: -(task.gives[one] & task.beyond).bit_count()):
        if chosen >> place & 1 and task.met(chosen & ~(1 << place)):
            chosen &= ~(1 << place)
    return chosen
