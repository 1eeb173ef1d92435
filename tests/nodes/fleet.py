"""Several real node processes on one real PostgreSQL, and whoever manages keys beside them."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import httpx

from chaveiro.core.change import Change
from chaveiro.core.command import BlockKey, Command, CreateAccount, CreateRole, GrantToKey, ImportCatalogue
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, AppKey, Email, Moment, Resource, RoleId
from chaveiro.node import Issued
from chaveiro.serve import House, open_house
from chaveiro.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

ACME = AccountName("acme")
ANA = Email("ana@acme.example")
OPERATOR = Actor(ActorKind.OPERATOR, "root")
SPONSOR = Actor(ActorKind.USER, ANA)
ORDERS = Resource("OMS", "ListOrders")
CATALOGUE = """
name = "orders"
[[route]]
method = "GET"
path = "/api/oms/pvt/orders"
any_of = ["OMS/ListOrders"]
"""


class Pair(NamedTuple):
    """What an integration sends."""

    app_key: AppKey
    token: str

    def question(self, host: str = "chaveiro") -> bytes:
        """The question that a gateway asks about a request with it, byte by byte."""
        return (
            "GET /authz/auth-request HTTP/1.1\r\n"
            f"Host: {host}\r\n"
            "X-Original-Method: GET\r\n"
            "X-Original-URI: /api/oms/pvt/orders\r\n"
            "X-Original-Host: acme.localhost\r\n"
            f"X-VTEX-API-AppKey: {self.app_key}\r\n"
            f"X-VTEX-API-AppToken: {self.token}\r\n\r\n"
        ).encode()


@dataclass(slots=True)
class NodeProcess:
    """One `chaveiro serve`."""

    popen: subprocess.Popen[str]
    port: int
    checks: int = 0  # the port for checks alone

    def kill(self) -> None:
        """Be gone."""
        self.popen.kill()
        if self.popen.stdout is not None:
            self.popen.stdout.close()
        self.popen.wait(10)


def new_pepper(folder: Path) -> Path:
    """Make the installation's secret."""
    path = folder / "pepper"
    path.write_bytes(secrets.token_bytes(32))
    path.chmod(0o600)
    return path


def settings(folder: Path, url: str, **more: object) -> Settings:
    """What one process of the installation is told; its data folder is its own."""
    data = folder / secrets.token_hex(4)
    data.mkdir(mode=0o700)
    given = {"database": url, "pepper_file": folder / "pepper", "port": 0, **more}
    return Settings(data=data, **given)  # type: ignore[arg-type] # as given


@contextmanager
def managing(folder: Path, url: str, **more: object) -> Iterator[House]:
    """Whoever manages keys, in this process."""
    house = open_house(settings(folder, url, **more))
    house.start()
    try:
        yield house
    finally:
        house.close()


@contextmanager
def nodes(folder: Path, urls: Sequence[str], *, stale_seconds_max: float = 300) -> Iterator[list[NodeProcess]]:
    """One node for each of these ways to the database."""
    with ExitStack() as stack:
        started = []
        for url in urls:
            process = start(settings(folder, url, stale_seconds_max=stale_seconds_max))
            stack.callback(process.kill)
            started.append(process)
        for process in started:
            ready(process)
        yield started


def start(given: Settings, **more: str) -> NodeProcess:
    """Begin a node, with *more* in its environment, and wait for nothing."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CHAVEIRO_")}
    environment = {
        "CHAVEIRO_DATA": str(given.data),
        "CHAVEIRO_DATABASE": given.database,
        "CHAVEIRO_PEPPER_FILE": str(given.pepper_path),
        "CHAVEIRO_STALE_SECONDS_MAX": str(given.stale_seconds_max),
        "CHAVEIRO_DRAIN_SECONDS": str(given.drain_seconds),
        "CHAVEIRO_CHECK_LISTEN": given.check_listen,
        "CHAVEIRO_WORKERS": str(given.workers),
        "CHAVEIRO_NODE_NAME": given.node_name,
        **more,
    }
    with (given.data / "said.log").open("a") as said:
        command = [sys.executable, "-m", "chaveiro", "serve", "--port", str(given.port)]
        popen = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, env=clean | environment, text=True)
    return NodeProcess(popen, 0)


def ready(process: NodeProcess) -> None:
    """Wait until it answers, and learn where."""
    assert process.popen.stdout is not None
    line = process.popen.stdout.readline()
    checks = r"(?:, for checks at (?:unix:\S+|127\.0\.0\.1:(\d+)))?"
    found = re.fullmatch(r"chaveiro is ready at http://127\.0\.0\.1:(\d+)" + checks + r"\n", line)
    assert found, line
    process.port, process.checks = int(found[1]), int(found[2] or 0)


def asked(process: NodeProcess, pair: Pair) -> int:
    """What a gateway hears about a pair."""
    headers = {
        "X-VTEX-API-AppKey": pair.app_key,
        "X-VTEX-API-AppToken": pair.token,
        "X-Original-Method": "GET",
        "X-Original-URI": "/api/oms/pvt/orders",
        "X-Original-Host": "acme.localhost",
    }
    return httpx.get(f"http://127.0.0.1:{process.port}/authz/auth-request", headers=headers, timeout=30).status_code


def furnish(house: House, keys: int) -> list[Pair]:
    """Open the account, and give it so many keys that may list orders."""
    done(house, CreateAccount(ACME, ANA), OPERATOR)
    done(house, ImportCatalogue(ACME, CATALOGUE))
    done(house, CreateRole(ACME, "orders", frozenset({ORDERS})))
    return [issue(house, number) for number in range(keys)]


def issue(house: House, number: int = 0, *, expires: Moment | None = None) -> Pair:
    """Give the account one more key that may list orders."""
    issued = house.node.issue(ACME, label=f"key {number}", by=SPONSOR, expires=expires)
    assert isinstance(issued, Issued)
    done(house, GrantToKey(ACME, RoleId(1), issued.app_key))
    return Pair(issued.app_key, issued.token.reveal())


def block(house: House, pair: Pair) -> Change:
    """Take a key out of service."""
    return done(house, BlockKey(ACME, pair.app_key))


def done(house: House, command: Command, by: Actor = SPONSOR) -> Change:
    """Carry a command out."""
    change = house.node.carry_out(command, by=by)
    assert isinstance(change, Change), change
    return change
