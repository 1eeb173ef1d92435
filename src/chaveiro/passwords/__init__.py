"""Passwords of people: which ones are taken, and how they are kept."""

from chaveiro.passwords.hashing import Busy, Passwords
from chaveiro.passwords.weak import LENGTH_MAX, LENGTH_MIN, PasswordWeak, weakness

__all__ = ["LENGTH_MAX", "LENGTH_MIN", "Busy", "PasswordWeak", "Passwords", "weakness"]
