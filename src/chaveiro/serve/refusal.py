"""Refusing to start: better no service than an unsafe one."""


class CannotStart(Exception):
    """The process must not start like this; the message says why and what would help."""
