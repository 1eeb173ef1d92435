"""Listening for Envoy beside HTTP: in the same process where a setting says so, and nowhere in clear by mistake."""

import os
import signal
import sys
from pathlib import Path

import grpc
import pytest
from tests.doors.test_envoy import question
from tests.gateways.gates import free_port
from tests.test_serve import refused, running

from chaveiro.doors.envoy.messages import SERVICE, CheckResponse
from chaveiro.serve import CannotStart
from chaveiro.serve.grpc import answering_grpc, refuse_open
from chaveiro.settings import Settings, SettingsMalformed, read_settings
from chaveiro.wire.message import Message, Reply


async def nobody(_: Message) -> Reply:
    raise AssertionError("nobody asks")


def asked(address: str) -> int:
    """Ask without a pair; give the status that a caller would read."""
    with grpc.insecure_channel(address) as channel:
        ask = channel.unary_unary(f"/{SERVICE}/Check", response_deserializer=CheckResponse.FromString)
        answer = ask(question([]).SerializeToString(), timeout=10, wait_for_ready=True)
    return int(answer.denied_response.status.code)


def test_a_process_answers_by_grpc_as_well_and_stops_with_it(tmp_path: Path) -> None:
    """On a Unix socket here; SIGTERM ends both ways in, with exit code 0."""
    address = f"unix:{tmp_path}/grpc"
    with running(tmp_path, CHAVEIRO_GRPC_LISTEN=address, CHAVEIRO_ACCOUNT="acme") as process:
        assert asked(address) == 401
        process.popen.send_signal(signal.SIGTERM)
        assert process.popen.wait(20) == 0


def test_nobody_asks_by_grpc_unless_a_setting_says_where() -> None:
    """Off by default, and then the extra need not be there."""
    assert not Settings().grpc_listen
    with answering_grpc(nobody, Settings()):
        pass


@pytest.mark.parametrize("address", ["0.0.0.0:8421", "10.0.0.7:8421", "[::]:8421"])
def test_tokens_do_not_cross_a_network_in_clear(address: str) -> None:
    """A public address wants something in front that speaks TLS."""
    with pytest.raises(CannotStart, match="would send tokens in clear"):
        refuse_open(Settings(grpc_listen=address))
    refuse_open(Settings(grpc_listen=address, behind_proxy=True))


@pytest.mark.parametrize("address", ["", "127.0.0.1:8421", "[::1]:8421", "unix:/run/chaveiro/grpc"])
def test_this_machine_may_be_spoken_to_in_clear(address: str) -> None:
    """Over loopback, and over a Unix socket."""
    refuse_open(Settings(grpc_listen=address))


def test_a_process_with_a_public_address_does_not_start(tmp_path: Path) -> None:
    """It says why instead, and what would do."""
    said = refused(tmp_path, "--port", "0", CHAVEIRO_GRPC_LISTEN="0.0.0.0:8421")
    assert "would send tokens in clear" in said


def test_an_address_that_is_taken() -> None:
    """Two processes at one address would share its questions by chance."""
    settings = Settings(grpc_listen=f"127.0.0.1:{free_port()}")
    with (
        answering_grpc(nobody, settings),
        pytest.raises(CannotStart, match="cannot be listened on"),
        answering_grpc(nobody, settings),
    ):
        pass


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing is listened on."""
    monkeypatch.setitem(sys.modules, "grpc", None)
    with (
        pytest.raises(CannotStart, match="extra `grpc`"),
        answering_grpc(nobody, Settings(grpc_listen="127.0.0.1:0")),
    ):
        pass


@pytest.mark.parametrize(
    "value", ["8421", "localhost:8421", "127.0.0.1", "unix:relative", "[::1]", "http://127.0.0.1:1"]
)
def test_an_address_that_is_none(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """It is told how one is written."""
    monkeypatch.setitem(os.environ, "CHAVEIRO_GRPC_LISTEN", value)
    with pytest.raises(SettingsMalformed, match="GRPC_LISTEN"):
        read_settings()
