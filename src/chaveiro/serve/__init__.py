"""The only place that knows all rooms: settings → store → node → doors."""

from chaveiro.serve.house import House, open_house
from chaveiro.serve.listen import serve
from chaveiro.serve.moving import CannotMove, Departed, Obstacle, Stage, Step, move, undo_move
from chaveiro.serve.refusal import CannotStart

__all__ = [
    "CannotMove",
    "CannotStart",
    "Departed",
    "House",
    "Obstacle",
    "Stage",
    "Step",
    "move",
    "open_house",
    "serve",
    "undo_move",
]
