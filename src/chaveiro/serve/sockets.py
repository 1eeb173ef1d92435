"""Sockets that are listened on: an address and a port, or a file that a gateway on the same machine opens."""

from __future__ import annotations

import os
import socket
import stat
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from chaveiro.serve.refusal import CannotStart

if TYPE_CHECKING:
    from collections.abc import Iterator

UNIX: Final = "unix:"
BACKLOG: Final = 2048  # connections that wait to be taken in
_UMASK: Final = 0o117  # the file is its user's and its group's: whoever may open it may ask for whom they like


class Address(NamedTuple):
    """Where to listen: a host and a port, or the path of a file."""

    host: str = ""
    port: int = 0
    path: str = ""

    @classmethod
    def read(cls, text: str) -> Address:
        """Read `host:port` or `unix:/path`, as the settings have made sure that it is."""
        if text.startswith(UNIX):
            return cls(path=text.removeprefix(UNIX))
        host, _, port = text.rpartition(":")
        return cls(host.strip("[]"), int(port))


def told(listener: socket.socket) -> str:
    """Where a socket listens, as people write it."""
    found = listener.getsockname()
    if isinstance(found, str):
        return f"{UNIX}{found}"
    host, port = found[:2]
    return f"{f'[{host}]' if ':' in host else host}:{port}"


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach a host. Raises CannotStart for one without an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        pass
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except OSError:
        raise CannotStart(
            f"the host `{host}` has no address here: set `CHAVEIRO_HOST` to one of this machine"
        ) from None
    return all(ip_address(address.partition("%")[0]).is_loopback for address in found)


@contextmanager
def bound(host: str, port: int, *, choose: str) -> Iterator[socket.socket]:
    """A socket at an address, until it is done with. Raises CannotStart; *choose* says how another is chosen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
        except OSError as surprise:
            raise CannotStart(
                f"`{host}` port {port} cannot be listened on ({os.strerror(surprise.errno or 0)}): "
                f"stop what uses it, or choose another with {choose}"
            ) from None
        yield listener


@contextmanager
def bound_file(path: Path) -> Iterator[socket.socket]:
    """A socket that is a file, which goes with it. One that nobody listens on any more is replaced.

    Raises CannotStart.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        try:
            _make_way(path)
            before = os.umask(_UMASK)
            try:
                listener.bind(str(path))
            finally:
                os.umask(before)
            ours = path.stat().st_ino
        except OSError as surprise:
            raise CannotStart(
                f"`{path}` cannot be listened on ({surprise.strerror or surprise}): name a file in a folder this user "
                "may write to, with `--check-listen` or `CHAVEIRO_CHECK_LISTEN`"
            ) from None
        try:
            yield listener
        finally:
            with suppress(OSError):
                if path.stat().st_ino == ours:
                    path.unlink()


def _make_way(path: Path) -> None:
    """Remove a socket that was left behind. Raises OSError, and CannotStart where something is there that is none."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        raise CannotStart(f"`{path}` is there, and is no socket: name another with `CHAVEIRO_CHECK_LISTEN`")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
    raise CannotStart(f"another process listens on `{path}`: stop it, or name another with `CHAVEIRO_CHECK_LISTEN`")
