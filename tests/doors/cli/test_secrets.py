"""G7: no token in any message, and none left in a shell's history by our own doing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chaveiro.doors.cli import app, printing

TOKEN = "cvt_1qts2000g40r40m30e209185gr38e1w8124gk2gahc5rr34d1p70x3rfjdrdv74sjnefr1"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 4 + "ABCDEFGHIJKLMNOPQRSTUVWX"  # a token of VTEX's shape


def at_terminal(line: list[str], typed: str, data: Path) -> tuple[int, str]:
    """Run a line at a terminal, type something, and give what the terminal shows."""
    pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")
    ours, theirs = pty.openpty()
    environment = os.environ | {"CHAVEIRO_DATA": str(data), "LC_ALL": "C.UTF-8", "TERM": "xterm"}
    process = subprocess.Popen(
        [sys.executable, "-m", "chaveiro", *line],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    asked = typed.splitlines(keepends=True)
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
            if asked and shown.rstrip().endswith(b":"):
                os.write(ours, asked.pop(0).encode())
    except OSError:  # the other end is closed
        pass
    finally:
        os.close(ours)
    return process.wait(60), shown.decode()


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(["check", "acme", "--key", "k", "--token", TOKEN, "--resource", "A/B"], id="option"),
        pytest.param(["check", "acme", "--key", "k", f"--token={LETTERS}", "--resource", "A/B"], id="option with ="),
    ],
)
def test_a_token_typed_at_a_terminal_is_refused(line: list[str], tmp_path: Path) -> None:
    """It would stay in the shell's history; the sentence says how to pass it instead, and does not repeat it."""
    code, shown = at_terminal(line, "", tmp_path)
    assert code == 2
    assert "Write `-` instead" in " ".join(shown.split())
    assert TOKEN[8:40] not in shown
    assert LETTERS[:40] not in shown


def test_a_token_asked_for_at_a_terminal_is_not_shown(acme: Path) -> None:
    """What is typed is hidden, and judged."""
    line = ["check", "acme", "--key", "cvk_000g40r40m30e2098ek8vw", "--token", "-", "--resource", "OMS/ListOrders"]
    code, shown = at_terminal(line, f"{TOKEN}\n", acme)
    assert code == 1
    assert "credentials_invalid" in shown
    assert TOKEN[8:40] not in shown


@pytest.mark.parametrize("secret", [TOKEN, TOKEN.upper(), TOKEN[:50], LETTERS], ids=["whole", "upper", "cut", "vtex"])
@pytest.mark.parametrize(
    "line",
    [
        "chaveiro key show acme {secret}",
        "chaveiro key issue acme --label {secret}",
        "chaveiro key lose acme {secret}",
        "chaveiro key issue acme --label x {secret}",
        "chaveiro key list acme --{secret}",
        "chaveiro {secret}",
        "chaveiro account show {secret}",
        "chaveiro account create acme --sponsor {secret}",
        "chaveiro role create acme x --resource {secret}",
        "chaveiro role show acme {secret}",
        "chaveiro user add acme x --name {secret}",
        "chaveiro user add acme {secret} --name x",
        "chaveiro explain {secret}",
        "chaveiro catalogue import acme {secret}",
        "chaveiro catalogue match acme {secret} /x",
        "chaveiro catalogue match acme GET /x/{secret}",
        "chaveiro check acme --key {secret} --token {secret} --method GET --path /x/{secret}",
        "chaveiro check acme --key {secret} --token {secret} --resource A/{secret}",
        "chaveiro key list acme --as {secret}",
        "chaveiro key list acme --lang {secret}",
        "chaveiro serve --port {secret}",
    ],
)
def test_a_token_in_any_place_is_never_repeated(chaveiro: Any, line: str, secret: str) -> None:
    """Neither in words, nor in the parser's own messages, nor as JSON; nor in what is kept."""
    for ending in ("", " --json"):
        done = chaveiro(line.format(secret=secret) + ending)
        assert secret[8:40] not in done.out + done.err
    kept = b"".join(path.read_bytes() for path in (chaveiro.folder / "data").iterdir() if path.name != "pepper")
    assert secret[8:40].encode() not in kept


def test_a_surprise_prints_neither_its_message_nor_its_locals(chaveiro: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence says what kind of surprise it was and where, so that it can be reported."""

    def surprise(*_: object) -> None:
        secret = TOKEN
        raise KeyError(secret)

    monkeypatch.setattr(printing, "show", surprise)
    done = chaveiro("chaveiro account show acme")
    assert done.code == 2
    assert "KeyError in test_secrets.py:" in done.err
    assert len(done.err.splitlines()) == 1
    assert TOKEN not in done.out + done.err


def test_the_program_never_shows_locals() -> None:
    """Typer's own tracebacks would print every variable."""
    assert app.app.pretty_exceptions_enable is False
