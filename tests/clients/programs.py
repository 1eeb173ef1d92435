"""Real clients of VTEX, unmodified: each in an environment of its own, and in a process that makes call after call."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.clients.shop import Shop
from tests.doors.world import Credentials

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parents[1] / "build" / f"py{sys.version_info.major}.{sys.version_info.minor}" / "clients"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call gave back, or the exception that its caller has to understand."""

    data: Any = None
    raised: str = ""  # the exception's full name
    message: str = ""  # what is shown of it
    status: int | None = None
    body: Any = None  # the body, where the exception carries it


@dataclass(frozen=True, slots=True)
class Client:
    """One client's process."""

    process: subprocess.Popen[str]
    log: Path

    def call(self, name: str, pair: Credentials, *given: str, account: str = "acme") -> Outcome:
        """Have the client make a call. The pair goes by standard input: arguments are everybody's to read."""
        asked = {"call": name, "account": account, "key": pair.app_key, "token": pair.app_token, "given": given}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{json.dumps(asked)}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the client is gone: {self.log.read_text()}"
        return Outcome(**json.loads(line))


@contextmanager
def speaking(client: str, shop: Shop, folder: Path) -> Iterator[Client]:
    """Start a client that reaches VTEX's hosts through the shop's proxy, and trusts who answers there."""
    command, environment = PROGRAMS[client](shop)
    assert Path(command[0]).exists(), f"{client} is not installed here: `make clients` installs it"
    log = folder / f"{client}.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        yield Client(process, log)


def _vtexpy(shop: Shop) -> tuple[list[str], dict[str, str]]:
    environment = {"HTTPS_PROXY": shop.proxy.url, "SSL_CERT_FILE": str(shop.authority)}
    return [str(ENVIRONMENTS / "vtexpy/bin/python"), "-I", str(HERE / "speak_vtexpy.py")], environment


def _vtex(shop: Shop) -> tuple[list[str], dict[str, str]]:
    environment = {"HTTPS_PROXY": shop.proxy.url, "REQUESTS_CA_BUNDLE": str(shop.authority)}
    return [str(ENVIRONMENTS / "vtex/bin/python"), "-I", str(HERE / "speak_vtex.py")], environment


def _vtex_api(shop: Shop) -> tuple[list[str], dict[str, str]]:
    """Its HTTP library knows no tunnels by itself: an agent does, which the client's own options take."""
    environment = {
        "SHOP_PROXY": shop.proxy.url,
        "HTTP_PROXY": shop.way_out,
        "NODE_EXTRA_CA_CERTS": str(shop.authority),
        "NODE_PATH": str(ENVIRONMENTS / "npm/node_modules"),
    }
    return [str(ENVIRONMENTS / "node/bin/node"), str(HERE / "speak_vtex_api.cjs")], environment


PROGRAMS = {"vtexpy": _vtexpy, "vtex": _vtex, "vtex_api": _vtex_api}
