"""What goes wrong: with nodes, with what lies between them and the truth, and with the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.world import Machine, World

PAUSE_SECONDS_MAX = 2.5


def befall(world: World) -> None:
    """Let something go wrong, or be mended."""
    machine, dice = world.dice.choice(world.machines), world.dice
    choice = dice.random()
    if choice < 0.15 and world.is_running(machine):
        pause(world, machine)
    elif choice < 0.3:
        cut(world, machine)
    elif choice < 0.6:
        heal(world, machine)
    elif choice < 0.7 and world.is_running(machine):
        machine.node = None
        world.note(machine.name, "killed")
    elif choice < 0.78:
        jump(world, machine)
    elif choice < 0.86:
        world.turns(dice.choice((0, 0, 1, 2, 4)))
    elif choice < 0.9:
        world.turns(dice.randrange(1, 20))
    else:
        world.passes(dice.uniform(0, PAUSE_SECONDS_MAX))


def pause(world: World, machine: Machine) -> None:
    """Stop a process; its machine's clock goes on, unless it is one that does not."""
    seconds = world.dice.choice((0.3, 0.9, 1.2, PAUSE_SECONDS_MAX)) * world.dice.uniform(0.8, 1)
    machine.paused_until = world.now + seconds
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
    machine.link.mute, machine.link.deaf, machine.link.loss = False, False, 0.0
    world.note(machine.name, "heard again")
    if machine.node is None:
        world.start(machine)


def jump(world: World, machine: Machine) -> None:
    """Set a wall clock."""
    machine.ahead += world.dice.choice((-400 * 86_400.0, -3_600.0, -1.0, 1.0, 3_600.0, 400 * 86_400.0))
    machine.jumps += 1
    world.note(machine.name, f"its wall clock is {machine.ahead:.0f} s ahead")
