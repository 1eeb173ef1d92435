"""Where checks are listened for: an address of their own, which may be a file."""

import socket
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest
from tests.doors.world import ORDERS, World, furnish
from tests.promises.plugin import Proof

from chaveiro.serve import CannotStart
from chaveiro.serve.listen import refuse_unsafe, server
from chaveiro.serve.sockets import Address, bound_file
from chaveiro.settings import Settings, SettingsMalformed, read_settings


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = furnish()
    yield world
    world.house.close()


@contextmanager
def answering(world: World, checks: socket.socket) -> Iterator[str]:
    """Everything on one port, checks alone on another socket."""
    app, ready = world.app(), Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = server(app, Settings(), ready.set, at_once=app.at_once)
        serving.answer_checks(app.checks, checks)
        thread = Thread(target=serving.run, args=([listener],))
        thread.start()
        try:
            assert ready.wait(10)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            serving.should_exit = True
            thread.join()


def test_checks_alone_are_answered_beside_everything_else(world: World, tmp_path: Path) -> None:
    """On a file that a gateway opens: what it forwards is believed. There is no way from there to anything else."""
    path = tmp_path / "check.sock"
    with ExitStack() as stack:
        url = stack.enter_context(answering(world, stack.enter_context(bound_file(path))))
        there = stack.enter_context(
            httpx.Client(transport=httpx.HTTPTransport(uds=str(path)), base_url="http://acme.localhost")
        )
        everything = stack.enter_context(httpx.Client(base_url=url))
        pair = world.pairs["good"].headers
        assert there.get(f"/authz/envoy{ORDERS}", headers=pair).status_code == 200
        asked = {"X-Original-Method": "GET", "X-Original-URI": ORDERS, "X-Original-Host": "acme.localhost"}
        assert there.get("/authz/auth-request", headers={**pair, **asked}).status_code == 200
        assert there.post("/v1/check", json={"account": "acme"}).status_code == 422
        for path_ in ("/healthz", "/readyz", "/metrics"):
            assert there.get(path_).status_code == everything.get(path_).status_code
        for path_ in ("/console", "/console/sign-in", "/openapi.json", "/doctor", "/causes", "/v1/simulate",
                      "/api/license-manager/users", "/", "/v1/checks", "/authz", "/authz/auth-request/x"):  # fmt: skip
            answer = there.get(path_)
            assert (answer.status_code, answer.headers.get("content-type")) == (404, "application/problem+json"), path_
        assert everything.get("/openapi.json").status_code == 200


def test_a_socket_is_its_users_and_groups_and_goes_with_its_process(tmp_path: Path) -> None:
    """Whoever may open it may ask for whom they like."""
    path = tmp_path / "check.sock"
    with bound_file(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
    assert not path.exists()


def test_a_socket_that_was_left_behind_is_replaced(tmp_path: Path) -> None:
    """A process that was killed keeps nobody from starting."""
    path = tmp_path / "check.sock"
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(path))
    left.close()
    with bound_file(path) as listener:
        listener.listen()
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(str(path))


def test_a_socket_that_is_in_use_is_left_alone(tmp_path: Path, proof: Proof) -> None:
    """So is whatever else stands there."""
    path, file = tmp_path / "check.sock", tmp_path / "file"
    file.write_text("somebody's")
    with bound_file(path) as listener:
        listener.listen()
        with pytest.raises(CannotStart, match="another process listens"), bound_file(path):
            pass
        assert path.exists()
    with pytest.raises(CannotStart, match="is no socket"), bound_file(file):
        pass
    with pytest.raises(CannotStart, match="cannot be listened on"), bound_file(tmp_path / "nowhere" / "a.sock"):
        pass
    assert file.read_text() == "somebody's"
    proof("G22", dose=3, figure="files that checks cannot be listened for on, each refused")


def test_a_socket_that_took_its_place_is_left_alone(tmp_path: Path) -> None:
    """Whoever ends takes only its own away."""
    path = tmp_path / "check.sock"
    with bound_file(path):
        path.unlink()
        path.write_text("another's")
    assert path.exists()


def test_checks_in_clear_need_loopback_or_a_proxy(proof: Proof) -> None:
    """TLS is not spoken there, so tokens would cross the network in clear."""
    with pytest.raises(CannotStart, match="--behind-proxy"):
        refuse_unsafe(Settings(check_listen="192.0.2.7:8421"))
    for safe in ("127.0.0.1:8421", "[::1]:8421", "localhost:0", "unix:/run/chaveiro/check.sock"):
        refuse_unsafe(Settings(check_listen=safe))
    refuse_unsafe(Settings(check_listen="192.0.2.7:8421", behind_proxy=True))
    proof("G22", dose=1, figure="checks on a public address in clear")


def test_workers_need_an_address_of_their_own(proof: Proof) -> None:
    """And are told how it is written."""
    with pytest.raises(CannotStart, match="--check-listen"):
        refuse_unsafe(Settings(workers=2))
    refuse_unsafe(Settings(workers=2, check_listen="unix:/run/a.sock"))
    proof("G22", dose=1, figure="workers that would listen nowhere")


@pytest.mark.parametrize(
    "text", ["8421", "127.0.0.1", "127.0.0.1:65536", "unix:relative", "unix:", "http://a:1", "a b:1"]
)
def test_an_address_that_is_none(text: str) -> None:
    """It is refused with an example of one."""
    with pytest.raises(SettingsMalformed, match=r"CHECK_LISTEN.*127\.0\.0\.1:8421"):
        read_settings(check_listen=text)


def test_addresses_are_read_as_they_are_written() -> None:
    """A host with brackets or without, or a file."""
    assert Address.read("[::1]:8421") == Address("::1", 8421)
    assert Address.read("127.0.0.1:0") == Address("127.0.0.1", 0)
    assert Address.read("unix:/run/a:b.sock") == Address(path="/run/a:b.sock")
