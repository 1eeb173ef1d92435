"""Gateways: whole configurations, ready for this installation, as the tests start them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chaveiro.core.credential import Format
from chaveiro.doors.console.account.settings import SETTINGS
from chaveiro.doors.console.page import download
from chaveiro.doors.console.room import Room
from chaveiro.doors.keeping.gatewayfiles import CADDY, NGINX, NGINX_VTEX, gateway_file
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

GATEWAYS: Final = f"{SETTINGS}/gateways"
LISTEN: Final = "127.0.0.1:8080"
BACKEND: Final = "127.0.0.1:9000"
_EVERYWHERE: Final = ("0.0.0.0", "[::]")  # noqa: S104 - not bound here: no gateway can ask there
# A host and a port, and nothing that would end a line of a configuration.
_PLACE: Final = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\]):[0-9]{1,5}")
_NO_PLACE: Final = N_("Write a host and a port, such as {example}.")

room = Room("settings")


@dataclass(frozen=True, slots=True)
class Snippet:
    """One file, filled in."""

    name: str  # under which it is saved
    title: str
    text: str


@room.page(GATEWAYS)
def gateways_page(visit: Visit) -> Reply:
    """Show the files with the addresses that were asked for."""
    places, errors = _places(visit)
    return visit.page(
        "gateways.html",
        status=422 if errors else 200,
        places={name: visit.asked(name, value)[:300] for name, value in places.items()},
        errors=errors,
        snippets=[] if errors else list(_snippets(visit, places)),
        listen=places["listen"],
        query=visit.message.query,
        public_url=visit.console.place.public_url,
    )


@room.page(f"{GATEWAYS}/{{file}}")
def gateway_file_page(visit: Visit) -> Reply:
    """Give one of the files, to be saved."""
    places, errors = _places(visit)
    found = next((one for one in _snippets(visit, places) if one.name == visit.path["file"]), None)
    if errors or found is None:
        return visit.missing()
    return download(found.name, "text/plain; charset=utf-8", found.text.encode())


def authorizer(listens: str) -> str:
    """Where a gateway on the same machine reaches this process."""
    host, _, port = listens.rpartition(":")
    return f"127.0.0.1:{port}" if host in _EVERYWHERE else listens


def _places(visit: Visit) -> tuple[dict[str, str], dict[str, str]]:
    """The three addresses, and what is wrong with those that are none."""
    known = {"authorizer": authorizer(visit.console.listens), "backend": BACKEND, "listen": LISTEN}
    places, errors = dict(known), {}
    for name, example in known.items():
        given = visit.asked(name, example).strip()
        if _PLACE.fullmatch(given):
            places[name] = given
        else:
            errors[name] = visit.text(_NO_PLACE, example=example)
    return places, errors


def _snippets(visit: Visit, places: Mapping[str, str]) -> Iterator[Snippet]:
    host, _, port = places["listen"].rpartition(":")
    nginx = {"${LISTEN}": places["listen"], "${AUTHORIZER}": places["authorizer"], "${BACKEND}": places["backend"]}
    caddy = {
        "{$BIND:127.0.0.1}": host,
        "{$LISTEN:http://:8080}": f"http://:{port}",
        "{$AUTHORIZER:127.0.0.1:8420}": places["authorizer"],
        "{$BACKEND:127.0.0.1:9000}": places["backend"],
    }
    wanted = [(NGINX, "nginx", nginx), (CADDY, "Caddy", caddy)]
    if visit.keyring.format is Format.VTEX:
        wanted.insert(1, (NGINX_VTEX, visit.text(N_("nginx, where Chaveiro also stands in for VTEX")), {}))
    for path, title, values in wanted:
        text = gateway_file(path)
        if text is not None:
            yield Snippet(path.rpartition("/")[2], title, _filled(text, values))


def _filled(text: str, values: Mapping[str, str]) -> str:
    """The file with its placeholders replaced, where they are used; its comments still say what they are."""
    lines = text.splitlines(keepends=True)
    for name, value in values.items():
        lines = [line if line.startswith("#") else line.replace(name, value) for line in lines]
    return "".join(lines)
