"""One running process: what it knows, how it follows others, what it decides and how it changes an account."""

from chaveiro.node.answer import Answer, CannotTell, Issued, Verdict
from chaveiro.node.node import Node

__all__ = ["Answer", "CannotTell", "Issued", "Node", "Verdict"]
