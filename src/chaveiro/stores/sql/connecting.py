"""A connection to PostgreSQL in words: where it leads, and why nobody was let in.

No SQLSTATE comes with a connection that fails, only libpq's own words. Only what people must put right is recognised,
in the words of a server that speaks English. Anything else may pass by itself: a server that starts, stops, is full or
is not there.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

URL: Final = "the database's URL cannot be read: write `postgresql://user@host/name`, and after a `?` what libpq knows"
TLS: Final = (
    "PostgreSQL cannot show that it is the right server: name the certificate that vouches for it in the database's "
    "URL, with `sslrootcert`"
)

# What a message holds, and the SQLSTATE that would have come with it. The last two never leave the client.
_REFUSALS: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), state)
    for pattern, state in (
        (r'database "[^\n]*" does not exist', "3D000"),
        (r"permission denied for database", "42501"),
        (r'role "[^\n]*" does not exist', "28000"),
        (r"authentication failed for user", "28P01"),
        (r"no password supplied", "28P01"),
        (r"no pg_hba\.conf entry", "28000"),
        (r"pg_hba\.conf rejects connection", "28000"),
        (r"is not permitted to log in", "28000"),
        (r"invalid (port number|URI|connection option|integer value|[a-z_]+ value)", "URL"),
        (r"certificate verify failed|root certificate|server certificate for|does not support SSL", "TLS"),
    )
)


def shown(asked: Mapping[str, Any]) -> str:
    """The URL of a database as it may be seen: who, where and which, and nothing else, as that may hold a secret."""
    user, hosts, ports, name = (str(asked.get(what) or "") for what in ("user", "host", "port", "dbname"))
    places = hosts.split(",")
    numbers = ports.split(",")
    if len(numbers) == 1:  # which is that of all of them
        numbers *= len(places)
    where = ",".join(
        _place(host) + (f":{quote(port)}" if port else "") for host, port in zip_longest(places, numbers, fillvalue="")
    )
    return f"postgresql://{quote(user, safe='')}{'@' if user else ''}{where}/{quote(name, safe='')}"


def _place(host: str) -> str:
    return f"[{host}]" if ":" in host else quote(host, safe="")


def refused(message: str) -> str:
    """The SQLSTATE of a connection that was refused for good, `URL` or `TLS`; empty where it may pass."""
    return next((state for pattern, state in _REFUSALS if pattern.search(message)), "")
