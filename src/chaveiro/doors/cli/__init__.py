"""The command line: one way in among others, for whoever keeps an account and whoever runs the installation."""

from chaveiro.doors.cli.app import main

__all__ = ["main"]
