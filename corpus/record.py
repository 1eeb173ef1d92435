"""A labelled case: a scene, the faults in it, and what is true of them. Labels are checked, not asserted."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from corpus.scene import Scene, healthy

from chaveiro.core.decision import Allowed, Denied, decide

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.faults import Fault

    from chaveiro.core.cause import Cause


IN_VAIN_MAX: Final = 300  # seeds after which a fault is taken to be one that this shape of pair cannot have


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything that is wrong, in the order in which it is met; each with every label that is true of it."""

    obstacles: tuple[tuple[Cause, ...], ...]

    @property
    def primary(self) -> Cause:
        """The cause."""
        return self.obstacles[0][0]


@dataclass(frozen=True, slots=True)
class Record:
    """One case of the corpus."""

    id: str
    seed: int
    origin: str  # labels, pairs, hard, transport or healthy
    scene: Scene
    truth: Truth | None  # None: nothing is wrong
    repairs: tuple[str, ...] = ()  # the faults to take back
    observable: str = "server"  # client_only: the client refused to send it
    abstain: bool = False  # nobody can tell more than that it cannot be told
    split: str = "dev"

    def as_json(self) -> dict[str, Any]:
        """The record as a line of JSON, for readers; every value in it was made up."""
        scene, truth = self.scene, self.truth
        sent = [[base64.b64encode(side).decode() for side in header] for header in scene.headers]
        return {
            "id": self.id, "seed": self.seed, "origin": self.origin, "split": self.split, "observable": self.observable,
            "store": {"base": scene.shape, "patch": list(self.repairs)},
            "request": {
                "headers": sent, "method": scene.method, "path": scene.target, "ip": scene.address, "time": scene.at,
                "via": "body" if scene.in_body else "headers",
            },
            "truth": truth and {
                "primary": truth.primary, "all": [one[0] for one in truth.obstacles], "stage": truth.primary.stage.name,
                "repair": list(self.repairs),
            },
            "acceptable": [list(one) for one in truth.obstacles] if truth else [],
        }  # fmt: skip


def denial(scene: Scene) -> Denied | None:
    """The refusal of a scene, if it is one."""
    decided = decide(scene.keyring, scene.attempt)
    return None if isinstance(decided, Allowed) else decided


def broken(scene: Scene, faults: Sequence[Fault]) -> tuple[Scene, tuple[tuple[Cause, ...], ...]] | None:
    """The scene with these faults, one after the other, and the labels of each; None where one has no effect."""
    labels = []
    for fault in faults:
        effect = fault.applied(scene)
        if effect is None:
            return None
        scene, accepted = effect.scene, effect.accepted
        labels.append(accepted)
    return scene, tuple(labels)


def holds(seed: int, shape: str, faults: Sequence[Fault]) -> bool:
    """Say whether all repairs together are needed and enough: decide() is asked about every set of them."""
    if denial(healthy(seed, shape)):
        return False
    for size in range(1, len(faults) + 1):
        for left in combinations(faults, size):
            done = broken(healthy(seed, shape), left)
            if done is None or denial(done[0]) is None:
                return False
    return True


def records(
    origin: str, faults: Sequence[Fault], *, shape: str, order: Sequence[int], seeds: Iterator[int]
) -> Iterator[Record | None]:
    """Records of these faults for as many seeds; None for each one that its check rejected."""
    in_vain = 0
    for seed in seeds:
        done = broken(healthy(seed, shape), faults)
        if done is None:  # this pair cannot be damaged so: it has no such letter
            in_vain += 1
            if in_vain == IN_VAIN_MAX:
                return
            continue
        in_vain = 0
        if not holds(seed, shape, faults):
            yield None
            continue
        scene, labels = done
        name = "+".join(fault.name for fault in faults).replace(" ", "-")
        truth = Truth(tuple(labels[at] for at in order))
        yield Record(f"{origin}/{name}/{seed}", seed, origin, scene, truth, tuple(fault.name for fault in faults))
