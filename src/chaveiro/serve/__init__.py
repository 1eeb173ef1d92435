"""The only place that knows all rooms: settings → store → node → doors."""

from chaveiro.serve.house import House, open_house
from chaveiro.serve.listen import serve
from chaveiro.serve.refusal import CannotStart

__all__ = ["CannotStart", "House", "open_house", "serve"]
