"""What goes wrong: with nodes, with what lies between them and the truth, and with the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulation.world import Machine, World

PAUSES = (0.3, 1.2, 4.5)  # seconds: shorter than a lease, longer, and so long that nobody counts on the node any more


class Theme(NamedTuple):
    """What a world is about: how often what happens there."""

    trouble: float = 0.05  # how often something happens while somebody asks the truth
    pauses: float = 0.15  # how often that is a pause of whoever asks
    writes: float = 0.25  # of all that happens
    reaching: float = 0.4  # of all writes: to be followed by a question how far they came
    births: float = 0.1  # of all writes: a new account
    faults: tuple[int, ...] = (3, 3, 6, 2, 1, 2, 1, 1)  # as _FAULTS


THEMES = {
    "anything": Theme(),
    "pauses": Theme(trouble=0.1, pauses=0.6, faults=(6, 4, 8, 5, 1, 1, 0, 0)),
    "cuts": Theme(faults=(1, 9, 6, 1, 0, 1, 0, 3)),
    "clocks": Theme(faults=(3, 5, 6, 1, 6, 0, 0, 1)),
    "turns": Theme(trouble=0.1, faults=(2, 3, 5, 3, 0, 8, 2, 0)),
    "births": Theme(trouble=0.15, births=0.6, faults=(0, 0, 6, 3, 0, 8, 2, 0)),
    "reaching": Theme(trouble=0.12, pauses=0.05, writes=0.5, reaching=0.9, faults=(10, 1, 6, 0, 0, 0, 0, 0)),
}


def befall(world: World) -> None:
    """Let something go wrong, or be mended."""
    machine = world.dice.choice(world.machines)
    world.dice.choices(_FAULTS, world.theme.faults)[0](world, machine)


def pause(world: World, machine: Machine) -> None:
    """Stop a process; its machine's clock goes on, unless it is one that does not."""
    if not world.is_running(machine):
        return
    seconds = world.dice.choice(PAUSES) * world.dice.uniform(0.8, 1)
    machine.paused_until = world.now + seconds
    machine.due = max(machine.due, machine.paused_until + world.dice.uniform(0, 0.2))
    if "boottime" in world.without:
        machine.slept += seconds
    world.note(machine.name, f"paused for {seconds:.1f} s")


def cut(world: World, machine: Machine) -> None:
    """Lose what is said to the truth, what it says, or some of both."""
    link = machine.link
    link.mute, link.deaf, link.loss = world.dice.choice(
        ((True, True, 0.0), (True, False, 0.0), (False, True, 0.0), (False, False, 0.3))
    )
    world.note(machine.name, f"mute {link.mute}, deaf {link.deaf}, loss {link.loss}")


def heal(world: World, machine: Machine) -> None:
    """Let everything come through again; start what was killed."""
    link = machine.link
    link.mute, link.deaf, link.loss = False, False, 0.0
    world.note(machine.name, "heard again")
    if machine.node is None:
        world.start(machine)


def kill(world: World, machine: Machine) -> None:
    """End a process at once."""
    if world.is_running(machine):
        machine.node = machine.wake = None
        world.note(machine.name, "killed")


def jump(world: World, machine: Machine) -> None:
    """Set a wall clock."""
    machine.ahead += world.dice.choice((-400 * 86_400.0, -3_600.0, -1.0, 1.0, 3_600.0, 400 * 86_400.0))
    machine.jumps += 1
    world.note(machine.name, f"its wall clock is {machine.ahead:.0f} s ahead")


def fail_over(world: World, _: Machine) -> None:
    """Let a standby take over, which may lag."""
    world.turns(world.dice.choice((0, 0, 1, 2, 4)))


def restore(world: World, _: Machine) -> None:
    """Put back an older copy."""
    world.turns(world.dice.randrange(1, 20))


def rest(world: World, _: Machine) -> None:
    """Let nobody do anything for a while."""
    world.passes(world.dice.uniform(0, 2))


_FAULTS: tuple[Callable[[World, Machine], None], ...] = (pause, cut, heal, kill, jump, fail_over, restore, rest)
