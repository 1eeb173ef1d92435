"""Starting and stopping: a real process, and every reason not to become one."""

import json
import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from tests.promises.plugin import Proof

from chaveiro.core.command import CreateAccount
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, Email, Moment
from chaveiro.serve import CannotStart, open_house
from chaveiro.serve.house import furnished
from chaveiro.serve.listen import place, refuse_unsafe, server
from chaveiro.serve.pepper import Pepper
from chaveiro.settings import Settings
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.sql.hold import Hold

OPERATOR = Actor(ActorKind.OPERATOR, "root")
CANARY = "cvt_canary0canary0canary0canary0canary0canary0canary0canary0canary0canary"


class Process(NamedTuple):
    """A started process, its address, and the file that holds everything it said."""

    popen: "subprocess.Popen[str]"
    url: str
    said: Path


def command(data: Path, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CHAVEIRO_")}
    with (data / "stderr.log").open("w") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "chaveiro", "serve", *arguments],
            stdout=subprocess.PIPE,
            stderr=said,
            env=clean | {"CHAVEIRO_DATA": str(data / "data")} | environment,
            text=True,
        )


@contextmanager
def running(data: Path, *arguments: str, **environment: str) -> Iterator[Process]:
    process = command(data, "--port", "0", *arguments, **environment)
    assert process.stdout is not None
    try:
        ready = re.fullmatch(r"chaveiro is ready at (\S+)\n", process.stdout.readline())
        assert ready, (data / "stderr.log").read_text()
        yield Process(process, ready[1], data / "stderr.log")
    finally:
        process.kill()
        process.stdout.close()
        process.wait(10)


def refused(data: Path, *arguments: str, code: int = 2, **environment: str) -> str:
    """Start what must not start: an exit code, nothing on standard output, a sentence on the other."""
    process = command(data, *arguments, **environment)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == code
    assert "ready" not in said
    return (data / "stderr.log").read_text()


# ------------------------------------------------------------------------------------------------------ a real process


def test_what_passes_by_itself_has_an_exit_code_of_its_own(tmp_path: Path) -> None:
    """Whoever starts services again (not after 2) comes back once a move or a restore has ended."""
    data = tmp_path / "data"
    open_house(Settings(data=data)).close()
    with closing(sqlite3.connect(data / "chaveiro.db", isolation_level=None)) as mover:
        mover.execute("BEGIN IMMEDIATE")
        assert "was locked by others" in refused(tmp_path, "--port", "0", code=1)
    with Hold(data, alone=True):
        assert "is being restored" in refused(tmp_path, "--port", "0", code=1)


def test_it_says_once_that_it_is_ready_and_stops_when_asked(tmp_path: Path, proof: Proof) -> None:
    """One line on standard output; SIGTERM lets what was begun be finished, and the exit code is 0."""
    with running(tmp_path) as process:
        assert httpx.get(f"{process.url}/readyz").status_code == 200
        port = int(process.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as slow:
            slow.sendall(b"POST /v1/check HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{")
            httpx.get(f"{process.url}/healthz")  # the one before has been received
            process.popen.send_signal(signal.SIGTERM)
            while True:  # until nobody is taken in any more
                with suppress(httpx.TransportError):
                    httpx.get(f"{process.url}/healthz")
                    continue
                break
            slow.sendall(b"}")
            assert slow.recv(100).startswith(b"HTTP/1.1 422 ")
        assert process.popen.wait(15) == 0
        assert process.popen.stdout is not None
        assert not process.popen.stdout.read()
    proof("G15", dose="SIGTERM in the middle of a request", figure="the request is answered, nobody else is taken in")


def test_a_second_start_finds_everything_again(tmp_path: Path) -> None:
    """Database and pepper are made once, for their owner alone."""
    with running(tmp_path):
        pass
    data = tmp_path / "data"
    pepper = (data / "pepper").read_bytes()
    assert len(pepper) == 32
    assert {path.stat().st_mode & 0o077 for path in (data, data / "pepper")} == {0}
    with running(tmp_path) as process:
        assert httpx.get(f"{process.url}/readyz").json()["status"] == "ready"
    assert (data / "pepper").read_bytes() == pepper


def test_no_level_of_logging_tells_what_was_presented(tmp_path: Path, proof: Proof) -> None:
    """Headers, query, path, body, JSON names, ids, malformed messages: the canary is in no byte on disk."""
    with running(tmp_path, CHAVEIRO_LOG_LEVEL="debug", CHAVEIRO_LOG_FORMAT="console") as process:
        with httpx.Client(base_url=process.url) as client:
            pair = {"X-VTEX-API-AppKey": CANARY, "X-VTEX-API-AppToken": CANARY}
            asked = {"X-Original-Method": "GET", "X-Original-URI": f"/{CANARY}?t={CANARY}", "X-Original-Host": "a"}
            client.get(f"/authz/auth-request?t={CANARY}", headers={**pair, **asked})
            client.get("/authz/auth-request", headers={**pair, "X-Request-Id": CANARY, "User-Agent": CANARY})
            client.get(f"/authz/envoy/{CANARY}?appToken={CANARY}", headers={**pair, "Cookie": f"a={CANARY}"})
            client.get(f"/{CANARY}", headers={"Referer": CANARY, "Authorization": f"Bearer {CANARY}"})
            body = {"appKey": CANARY, "appToken": CANARY, "method": CANARY, "path": f"/{CANARY}?{CANARY}"}
            assert CANARY not in client.post("/v1/check", json=body).text
            assert CANARY not in client.post("/v1/check", json={CANARY: CANARY}).text
            assert CANARY not in client.post("/v1/check", json={**body, "account": CANARY}).text
            assert CANARY not in client.post("/v1/check", content=CANARY).text
        with socket.create_connection(("127.0.0.1", int(process.url.rpartition(":")[2])), timeout=10) as raw:
            raw.sendall(f"{CANARY} {CANARY}\r\nX: {CANARY}\r\n\r\n".encode())
            assert CANARY.encode() not in raw.recv(4096)
        process.popen.send_signal(signal.SIGTERM)
        assert process.popen.wait(15) == 0
    for file in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert CANARY.encode() not in file.read_bytes(), file
    proof(
        "G7",
        dose="a process that logs at its loudest, malformed messages included",
        figure="0 found in any byte on disk",
    )


def aborted(folder: Path, *arguments: str) -> None:
    """Start a program to which a core of any size is allowed, wait until it has the canary, and let it crash."""

    def allow() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)

    clean = {name: value for name, value in os.environ.items() if not name.startswith("CHAVEIRO_")}
    with subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=clean | {"CHAVEIRO_DATA": str(folder / "data"), "CANARY": CANARY},
        cwd=folder,
        text=True,
        preexec_fn=allow,  # noqa: PLW1509 - there is one thread here, and what is set is not Python's
    ) as process:
        assert process.stdout is not None
        if address := re.search(r"http\S+", process.stdout.readline()):
            body = {"appKey": "cvk_0", "appToken": CANARY, "method": "GET", "path": "/"}
            assert httpx.post(f"{address[0]}/v1/check", json=body).json()["decision"] == "deny"
        process.send_signal(signal.SIGABRT)
        assert process.wait(30) == -signal.SIGABRT


def holds_canary(folder: Path) -> bool:
    return any(CANARY.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a crash leaves nothing unless somebody asks for it")
def test_a_crash_leaves_no_picture_of_what_was_in_memory(tmp_path: Path, proof: Proof) -> None:
    """A process that crashes with tokens in its memory writes none of them to the disk, whatever its limits were."""
    left, ours = tmp_path / "left", tmp_path / "ours"
    left.mkdir()
    ours.mkdir()
    aborted(ours, "-m", "chaveiro", "serve", "--port", "0")
    assert not holds_canary(ours)
    assert not list(ours.glob("core*"))
    pattern = Path("/proc/sys/kernel/core_pattern").read_text().strip()
    if not pattern.startswith(("|", "/")):  # else the system keeps cores where no test may look
        aborted(left, "-c", "import os, time; print(len(os.environ['CANARY']), flush=True); time.sleep(60)")
        assert holds_canary(left), "else nothing would have been found anyway"
    proof("G7", dose="a process that crashes with a token in memory", figure="no core, 0 found in any byte on disk")


def test_of_an_exception_its_kind_alone_is_logged() -> None:
    """Ours or a library's, with its traceback or without: a message may quote what somebody sent."""
    lines = f"""
import logging, structlog
from chaveiro.serve.logs import configure_logs
from chaveiro.settings import Settings
configure_logs(Settings(log_level="debug"))
try:
    raise LookupError("{CANARY}")
except LookupError as surprise:
    logging.getLogger("library").exception("theirs")
    structlog.get_logger().error("ours", exc_info=True)
    structlog.get_logger().error("given", exc_info=surprise)
"""
    said = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True).stderr
    assert CANARY not in said
    assert all(name in said for name in ("theirs", "ours", "given"))
    assert said.count("LookupError") >= 2


def test_connections_leave_files_for_the_database(settings: Settings) -> None:
    """However many come: what a process may open is never all theirs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with closing(open_house(settings)) as house:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1000, hard))
        try:
            made = server(house.app(place(settings)), settings, lambda: None)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert made.config.crowd.most == 800


def test_messages_are_json_where_machines_read_them(tmp_path: Path) -> None:
    """One object per line, with level and time; nobody can fill the log by repeating a mistake."""
    with running(tmp_path) as process:
        port = int(process.url.rpartition(":")[2])
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
                raw.sendall(b"nonsense\r\n\r\n")
                assert raw.recv(100).startswith(b"HTTP/1.1 400 ")
            httpx.get(f"{process.url}/authz/auth-request", headers={"Connection": "Upgrade", "Upgrade": "h2c"})
        said = [json.loads(line) for line in process.said.read_text().splitlines()]
    assert [one["event"] for one in said] == ["gateway_incomplete"], "once, however often somebody repeats it"
    assert said[0]["level"] == "warning"
    assert said[0]["timestamp"]


# ------------------------------------------------------------------------------------------------- reasons not to start


def test_a_port_that_is_taken(tmp_path: Path, proof: Proof) -> None:
    """Said before anything is made on disk."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = refused(tmp_path, "--port", str(taken.getsockname()[1]))
    assert "--port" in said
    assert not (tmp_path / "data").exists()
    proof("G22", dose=1, figure="a port that is taken, said before anything is made on disk")


def test_an_unknown_setting(tmp_path: Path, proof: Proof) -> None:
    """With the one that was probably meant."""
    assert "CHAVEIRO_PORT" in refused(tmp_path, CHAVEIRO_PORTS="1")
    proof("G22", dose=1, figure="an unknown setting, with the one that was meant")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])  # noqa: S104
def test_a_public_address_needs_tls_or_a_proxy(tmp_path: Path, host: str, proof: Proof) -> None:
    """Tokens do not travel in clear because somebody forgot something; loopback needs neither."""
    with pytest.raises(CannotStart, match=r"CHAVEIRO_TLS_CERT.*--behind-proxy"):
        refuse_unsafe(Settings(host=host))
    refuse_unsafe(Settings(host=host, behind_proxy=True))
    for loopback in ("127.0.0.1", "127.9.9.9", "::1", "localhost"):
        refuse_unsafe(Settings(host=loopback))
    proof("G22", dose=1, figure="public addresses in clear")


def test_a_host_without_an_address(proof: Proof) -> None:
    """A name that leads nowhere is a typing error."""
    with pytest.raises(CannotStart, match="CHAVEIRO_HOST"):
        refuse_unsafe(Settings(host="nowhere.invalid"))
    proof("G22", dose=1, figure="a host without an address")


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_certificate_that_cannot_be_used(tmp_path: Path, content: str | None, proof: Proof) -> None:
    """Said before the first caller finds out."""
    file = tmp_path / "pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(CannotStart, match="check paths"):
        refuse_unsafe(Settings(tls_cert=file, tls_key=file))
    proof("G22", dose=1, figure="unusable certificates")


@pytest.mark.parametrize("networks", ["0.0.0.0/0", "10.0.0.0/8,::/0"])
def test_proxies_that_are_everybody(networks: str, proof: Proof) -> None:
    """Whoever may say which request is asked about may say anything."""
    with pytest.raises(CannotStart, match="names everybody"):
        refuse_unsafe(Settings.model_validate({"trusted_proxies": networks}))
    proof("G22", dose=1, figure="lists of proxies that name everybody")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation with one account."""
    settings = Settings(data=tmp_path / "data")
    house = open_house(settings)
    house.node.carry_out(CreateAccount(AccountName("acme"), Email("ana@acme.example")), by=OPERATOR)
    house.close()
    return settings


def test_people_who_signed_in_are_known_to_every_process(settings: Settings) -> None:
    """Their sessions, their passwords and their devices outlive the process in which they signed in."""
    account, email, password = AccountName("acme"), Email("ana@acme.example"), "quatro cavalos no telhado"
    house = open_house(settings)
    secret, session = house.sessions.begin(account, email, address="192.0.2.1", agent="Firefox")
    kept, device = house.passwords.hashed(password), house.sign_ins.device(account, email)
    house.close()
    again = open_house(settings)
    assert again.sessions.find(secret.reveal()) == session
    assert again.passwords.matches(kept, password)
    assert again.sign_ins.known(device, account, email)
    again.close()


def test_no_lease_is_stretched_by_setting_the_clock() -> None:
    """How old the last proof of freshness is, is counted by a clock that nobody sets forth or back."""
    wall = 2_000_000_000.0
    house = furnished(Settings(), MemoryStore(), Pepper(bytes(range(7, 39))), clock=lambda: Moment(wall))
    for step in (-3600, 7200):
        wall += step
        assert 0 <= house.node.known.stale_seconds() < 300
    house.close()


def test_a_pepper_that_is_gone(settings: Settings, proof: Proof) -> None:
    """A new one would make every token wrong, so none is made."""
    settings.pepper_path.unlink()
    with pytest.raises(CannotStart, match="missing") as refused:
        open_house(settings)
    assert "backup" in str(refused.value)
    assert not settings.pepper_path.exists()
    proof("G22", dose=1, figure="a pepper that is gone")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_pepper_that_others_can_read(settings: Settings, mode: int, proof: Proof) -> None:
    """A secret that others can read is none."""
    settings.pepper_path.chmod(mode)
    with pytest.raises(CannotStart, match="chmod 600"):
        open_house(settings)
    proof("G22", dose=1, figure="modes under which others can read the pepper")


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        (b"", "0 bytes"),
        (bytes(range(31)), "31 bytes"),
        (bytes(range(65)), "65 bytes"),
        (bytes(32), "not random"),
        (b"changeme" * 4, "not random"),
        (bytes(range(32)), "not random"),
        (b"a" * 64, "not random"),
    ],
    ids=["empty", "short", "long", "zeros", "word", "counted", "repeated"],
)
def test_a_pepper_that_is_no_secret(settings: Settings, secret: bytes, said: str, proof: Proof) -> None:
    """Too short, a default, or one that anybody would try."""
    settings.pepper_path.write_bytes(secret)
    with pytest.raises(CannotStart, match=said):
        open_house(settings)
    proof("G22", dose=1, figure="peppers that are no secret")


def test_a_pepper_of_another_installation(settings: Settings, proof: Proof) -> None:
    """It is recognised before a single token is refused because of it."""
    right = settings.pepper_path.read_bytes()
    settings.pepper_path.write_bytes(os.urandom(32))
    with pytest.raises(CannotStart, match="not the one"):
        open_house(settings)
    settings.pepper_path.write_bytes(right)
    open_house(settings).close()
    proof("G22", dose=1, figure="a pepper of another installation")


def test_a_pepper_that_is_no_file(settings: Settings) -> None:
    """Whatever the file system says is said, with the path."""
    settings.pepper_path.unlink()
    settings.pepper_path.mkdir()
    settings.pepper_path.chmod(0o700)
    with pytest.raises(CannotStart, match="cannot be read"):
        open_house(settings)


def test_a_pepper_kept_elsewhere(tmp_path: Path) -> None:
    """Its folder and the database's are made, for their owner alone."""
    settings = Settings(data=tmp_path / "data", pepper_file=tmp_path / "secrets" / "pepper")
    open_house(settings).close()
    assert settings.pepper_path.stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "data" / "pepper").exists()


def test_a_data_folder_that_cannot_be(tmp_path: Path, proof: Proof) -> None:
    """A file in its place, or a folder nobody may write to."""
    (tmp_path / "data").write_text("")
    with pytest.raises(CannotStart, match="CHAVEIRO_DATA"):
        open_house(Settings(data=tmp_path / "data"))
    proof("G22", dose=1, figure="a data folder that cannot be")


def test_a_database_that_is_none(tmp_path: Path, proof: Proof) -> None:
    """The store's own sentence is passed on."""
    settings = Settings(data=tmp_path / "data")
    open_house(settings).close()
    (tmp_path / "data" / "chaveiro.db").write_bytes(b"no database" * 1000)
    with pytest.raises(CannotStart):
        open_house(settings)
    proof("G22", dose=1, figure="a database that is none")


def test_no_unfinished_pepper_is_left(tmp_path: Path) -> None:
    """It is there whole, or not at all."""
    open_house(Settings(data=tmp_path / "data")).close()
    assert not [path for path in (tmp_path / "data").iterdir() if path.name.startswith(".")]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
def test_https_is_answered_with_the_certificate(tmp_path: Path) -> None:
    """TLS needs two settings, and then the address may be public."""
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
    named = ("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert))
    subprocess.run(["openssl", *made, *named], check=True, capture_output=True)
    with running(tmp_path, "--tls-cert", str(cert), "--tls-key", str(key)) as process:
        assert process.url.startswith("https://127.0.0.1:")
        trusting = ssl.create_default_context(cafile=str(cert))
        assert httpx.get(f"{process.url}/readyz", verify=trusting).status_code == 200
        with pytest.raises(httpx.TransportError):
            httpx.get(process.url.replace("https:", "http:") + "/readyz")
