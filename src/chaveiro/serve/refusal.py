"""Refusing to start: better no service than an unsafe one."""


class CannotStart(Exception):
    """The process must not start like this; the message says why and what would help."""


class CannotStartYet(CannotStart):
    """The process may start like this in a while: what stands in its way goes by itself."""
