"""Faults: each changes a scene so that one cause is true of it. Leaving the fault out is its repair."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, TypeAlias

from chaveiro.core.cause import Cause

if TYPE_CHECKING:
    from collections.abc import Callable

    from corpus.damage import Damage
    from corpus.scene import Scene


@dataclass(frozen=True, slots=True)
class Effect:
    """A scene after a fault, and every label that is true of the fault, the best first."""

    scene: Scene
    accepted: tuple[Cause, ...]


Change: TypeAlias = "Callable[[Scene, Random], Scene | None]"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that went wrong. None where this scene cannot have it."""

    name: str
    cause: Cause
    apply: Callable[[Scene, Random], Effect | None]

    def applied(self, scene: Scene) -> Effect | None:
        """The scene with this fault; the same choices for the same scene, whatever other faults are in it."""
        return self.apply(scene, Random(f"{scene.random}/{self.name}"))


def of_field(name: str, part: str) -> Cause:
    """The cause that tells *name* of one field."""
    return Cause(f"{part}_{name}")


def fault(name: str, cause: Cause, change: Change, *also: Cause) -> Fault:
    """A fault whose labels do not depend on what it hits; *also* are labels as true as the first."""

    def apply(scene: Scene, random: Random) -> Effect | None:
        changed = change(scene, random)
        return Effect(changed, (cause, *also)) if changed else None

    return Fault(name, cause, apply)


def damaged(part: str, label: str, damage: Damage) -> Fault:
    """A fault that damages the value in one field, told as *label* or as whatever is as true of that damage."""
    cause = of_field(label, part)

    def apply(scene: Scene, random: Random) -> Effect | None:
        done = damage(scene.sent(part), part, random)
        if done is None or done.text == scene.sent(part) or label not in done.accepted:
            return None
        return Effect(scene.sends(part, done.text), tuple(of_field(one, part) for one in done.accepted))

    return Fault(f"{part} {damage.__name__} {label}", cause, apply)
