"""The only place that knows all rooms: settings → store → node → doors."""

from chaveiro.serve.copies import Copied, NotEmbedded, Restored, WouldRevive, backup, restore
from chaveiro.serve.cores import forbid_cores
from chaveiro.serve.embedded import embedded
from chaveiro.serve.house import House, open_house
from chaveiro.serve.journal import described
from chaveiro.serve.listen import serve
from chaveiro.serve.moving import CannotMove, Departed, Obstacle, Stage, Step, move, undo_move
from chaveiro.serve.refusal import CannotStart, CannotStartYet

__all__ = [
    "CannotMove",
    "CannotStart",
    "CannotStartYet",
    "Copied",
    "Departed",
    "House",
    "NotEmbedded",
    "Obstacle",
    "Restored",
    "Stage",
    "Step",
    "WouldRevive",
    "backup",
    "described",
    "embedded",
    "forbid_cores",
    "move",
    "open_house",
    "restore",
    "serve",
    "undo_move",
]
