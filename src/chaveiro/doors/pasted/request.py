"""What a pasted request asks for: its request line as HTTP/1 writes it, or the pseudo-headers of HTTP/2."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from chaveiro.core.attempt import Transport
from chaveiro.doors.pasted import headers
from chaveiro.doors.pasted.found import Asked
from chaveiro.doors.place import TRANSPORTS

_LINE = re.compile(r"^[ \t]*([A-Z]{1,20})[ \t]+((?:https?://|/)\S*)(?:[ \t]+HTTP/[0-9.]+)?[ \t]*$", re.MULTILINE)
_PSEUDO = re.compile(r"^[ \t]*:(method|path|authority|scheme):[ \t]*(\S+)[ \t]*$", re.MULTILINE)


def asked(text: str) -> Asked | None:
    """What the request in a text asks for, if there is one. Its lines end with a line feed."""
    named = headers.host(one for line in text.split("\n") if (one := headers.parsed(line.strip(" \t,"))))
    if line := _LINE.search(text):
        method, target = line.groups()
        return at(method, target, host=named)
    pseudo = {found[1]: found[2] for found in _PSEUDO.finditer(text)}
    if "method" not in pseudo or "path" not in pseudo:
        return None
    transport = TRANSPORTS.get(pseudo.get("scheme", "").lower(), Transport.UNKNOWN)
    return Asked(pseudo["method"], pseudo["path"], pseudo.get("authority", named), transport)


def at(method: str, url: str, *, host: str = "") -> Asked | None:
    """What a request to an address, or to a mere path, asks for. A *host* header goes before the address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    transport = TRANSPORTS.get(parts.scheme, Transport.UNKNOWN)
    return Asked(method, target, host or parts.netloc.rpartition("@")[2], transport)
