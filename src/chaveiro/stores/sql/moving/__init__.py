"""Moving an installation from its SQLite file into PostgreSQL, and back while nothing was changed there."""

from chaveiro.stores.sql.moving.ends import Ends, open_ends
from chaveiro.stores.sql.moving.move import Moved, move
from chaveiro.stores.sql.moving.obstacle import CannotMove, Obstacle
from chaveiro.stores.sql.moving.progress import Stage, Step, Watcher
from chaveiro.stores.sql.moving.undo import undo

__all__ = ["CannotMove", "Ends", "Moved", "Obstacle", "Stage", "Step", "Watcher", "move", "open_ends", "undo"]
