"""How soon the console's pages begin, and how large they are: `python -m bench.console [KEYS ROLES]`, 10,000 and 200.

On SQLite, over HTTP on loopback: every page that can be read, the first time after the process began and twenty times
after that. Making the account takes minutes; it is kept in `build/bench-console` for the next time.
"""

import re
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from shutil import copy
from socket import create_server
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import perf_counter, process_time

from tests.keys import KEYS

from chaveiro.core.attempt import Request, presented
from chaveiro.core.command import AddUser, Command, CreateAccount, CreateRole, GrantToKey, ImportCatalogue, Refusal
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, AppKey, Email, Resource, RoleId
from chaveiro.doors.console.cookies import SESSION
from chaveiro.doors.console.rooms import entries
from chaveiro.doors.place import Place
from chaveiro.node import Issued
from chaveiro.serve.house import House, furnished
from chaveiro.serve.listen import server
from chaveiro.serve.pepper import Pepper
from chaveiro.settings import Settings
from chaveiro.stores.sql import SqlStore

ACCOUNT = AccountName("bench")
ANA = Email("ana@bench.example")
SPONSOR, OPERATOR = Actor(ActorKind.USER, ANA), Actor(ActorKind.OPERATOR, "root")
FOLDER = Path(__file__).parents[1] / "build" / "bench-console"
MEMORY = Path("/dev/shm")  # noqa: S108 - twenty thousand changes are written there in a fraction of the time
PATH = "/api/oms/pvt/orders"
CATALOGUE = f"""
name = "orders"

[[route]]
method = "GET"
path = "{PATH}"
any_of = ["OMS/ListOrders"]
"""
WARM = 20
FIRST_BYTE_MS_MAX, GZIP_BYTES_MAX = 150.0, 150_000


@dataclass(frozen=True, slots=True)
class Timed:
    """One page."""

    path: str
    status: int
    cold_ms: float
    warm_ms: float  # the median
    slow_ms: float  # what 95 of 100 stay below
    work_ms: float  # of a processor, asking included: what the same would take on a machine with nothing else to do
    size: int  # in bytes, compressed

    @property
    def fits(self) -> bool:
        """Whether it is as quick and as small as a page shall be."""
        return self.slow_ms <= FIRST_BYTE_MS_MAX and self.size <= GZIP_BYTES_MAX


def opened(keys: int, roles: int) -> House:
    """The account, made now or the last time."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{keys}-{roles}.db"
    if not path.exists():
        with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else FOLDER) as folder:
            house = _house(Path(folder) / path.name)
            _made(house, keys, roles)
            house.close()
            copy(Path(folder) / path.name, path)
    return _house(path)


def _house(path: Path) -> House:
    return furnished(Settings(), SqlStore.open(f"sqlite:///{path}", keys=KEYS), Pepper(bytes(range(7, 39))))


def _made(house: House, keys: int, roles: int) -> None:
    began = perf_counter()
    _do(house, CreateAccount(ACCOUNT, ANA), OPERATOR)
    _do(house, ImportCatalogue(ACCOUNT, CATALOGUE), SPONSOR)
    for number in range(roles):
        resources = {Resource("OMS", "ListOrders" if number % 2 else "CancelAction"), Resource("Role", f"R{number}")}
        _do(house, CreateRole(ACCOUNT, f"Perfil {number}", frozenset(resources)), SPONSOR)
        _do(house, AddUser(ACCOUNT, Email(f"p{number}@bench.example"), f"Pessoa {number}"), SPONSOR)
    for number in range(keys):
        issued = house.node.issue(ACCOUNT, label=f"Integração {number}", owner=f"Equipe {number % 50}", by=SPONSOR)
        assert isinstance(issued, Issued), issued
        if number % 10:
            _do(house, GrantToKey(ACCOUNT, RoleId(number % roles + 1), issued.app_key), SPONSOR)
        request = Request(presented(issued.app_key), presented(issued.token.reveal()), "GET", PATH)
        if number % 2 or number % 10 == 0:  # allowed, or refused as it is linked to no role
            house.node.check(ACCOUNT, request)
        if number % 500 == 0:
            house.node.flush_usage()
            house.denials.drain()
    house.node.flush_usage()
    house.denials.drain()
    print(f"made in {perf_counter() - began:.0f} s")


def _do(house: House, command: Command, by: Actor) -> None:
    outcome = house.node.carry_out(command, by=by)
    assert not isinstance(outcome, Refusal), outcome


def addresses(house: House) -> Iterator[tuple[str, str]]:
    """Every page, and where one of its kind is."""
    keyring = house.node.keyring(ACCOUNT)
    key = keyring.keys[AppKey(sorted(keyring.keys)[len(keyring.keys) // 2])]
    coded = urlsafe_b64encode(b"p3@bench.example").rstrip(b"=").decode()
    refused = house.store.denials(ACCOUNT, limit=1)[0]
    filled: Mapping[str, str] = {
        "/console/keys": key.app_key,
        "/console/users": coded,
        "/console/denials": refused.id,
        "/console/roles": "2",
        "/console/jobs": "0" * 32,
        "/console/settings/gateways": "nginx.conf",
        "/console/settings/catalogue/preview": "0" * 32,
    }
    for entry in entries():
        if entry.method == "GET":
            value = next((value for path, value in filled.items() if entry.path.startswith(f"{path}/{{")), "")
            yield entry.path, re.sub(r"\{\w+\}", value, entry.path)
    yield "/console/keys?q=", "/console/keys?q=9999"
    yield "/console/keys?with=failing", "/console/keys?with=failing&order=failed&page=3"
    yield "/console/keys?page=200", "/console/keys?page=200"
    yield "/console/diagnose?key=", f"/console/diagnose?key={refused.app_key}&method=GET&path={PATH}"


@contextmanager
def listening(house: House) -> Iterator[int]:
    """Answer on a free port of loopback."""
    with create_server(("127.0.0.1", 0)) as listener:
        ready = Event()
        serving = server(house.app(Place(base_hosts=("localhost",))), Settings(), ready.set)
        thread = Thread(target=serving.run, args=([listener],))
        thread.start()
        try:
            assert ready.wait(10)
            yield listener.getsockname()[1]
        finally:
            serving.should_exit = True
            thread.join()


def timed(port: int, cookie: str, path: str, address: str) -> Timed:
    """Ask for a page once, and then as often as it is worth."""
    taken, worked, status, size = [], [], 0, 0
    for _ in range(WARM + 1):
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        connection.connect()
        headers = {"Cookie": cookie, "Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
        if path.endswith(("/now", "/activity", "/count", "/first", "/figures", "overview/failures")):
            headers["HX-Request"] = "true"
        began, idle = perf_counter(), process_time()
        connection.request("GET", address, headers=headers)
        got = connection.getresponse()
        taken.append((perf_counter() - began) * 1000)
        worked.append((process_time() - idle) * 1000)
        status, size = got.status, len(got.read())
        connection.close()
    cold, *warm = taken
    return Timed(path, status, cold, median(warm), quantiles(warm, n=20)[-1], median(worked), size)


def main(keys: str = "10000", roles: str = "200") -> None:
    """Print one line per page."""
    house = opened(int(keys), int(roles))
    secret, _ = house.sessions.begin(ACCOUNT, ANA, address="127.0.0.1", agent="")
    pages = list(addresses(house))
    with listening(house) as port:
        found = [timed(port, f"{SESSION}={secret.reveal()}", *one) for one in pages]
    house.close()
    print(f"{int(keys):,} keys, {int(roles):,} roles; milliseconds to the first byte, bytes compressed")
    print(f"{'page':<44} {'status':>6} {'cold':>7} {'median':>7} {'p95':>7} {'work':>7} {'bytes':>8}")
    for one in sorted(found, key=lambda one: -one.work_ms):
        mark = "" if one.fits else "  too slow or too large"
        figures = f"{one.cold_ms:>7.0f} {one.warm_ms:>7.0f} {one.slow_ms:>7.0f} {one.work_ms:>7.0f} {one.size:>8,}"
        print(f"{one.path:<44} {one.status:>6} {figures}{mark}")
    fitting = sum(one.fits for one in found)
    print(f"{fitting} of {len(found)} within {FIRST_BYTE_MS_MAX:.0f} ms and {GZIP_BYTES_MAX:,} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
