"""What a machine remembers outside its database: what was revoked, so that no other database lets it in again."""

from chaveiro.journal.file import FileJournal
from chaveiro.journal.memory import JournalDamaged, Standing
from chaveiro.journal.revived import Revived

__all__ = ["FileJournal", "JournalDamaged", "Revived", "Standing"]
