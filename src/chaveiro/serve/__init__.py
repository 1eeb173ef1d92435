"""The only place that knows all rooms: settings → store → node → doors."""

from chaveiro.serve.copies import Copied, NotEmbedded, Restored, WouldRevive, backup, restore
from chaveiro.serve.house import House, open_house
from chaveiro.serve.journal import described
from chaveiro.serve.listen import serve
from chaveiro.serve.refusal import CannotStart

__all__ = [
    "CannotStart",
    "Copied",
    "House",
    "NotEmbedded",
    "Restored",
    "WouldRevive",
    "backup",
    "described",
    "open_house",
    "restore",
    "serve",
]
