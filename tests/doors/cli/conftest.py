"""The command line as people use it: a line, what is typed in, what comes out."""

from __future__ import annotations

import io
import json
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from chaveiro.doors.cli.app import run


@dataclass(frozen=True)
class Done:
    """What one command answered."""

    code: int
    out: str
    err: str

    @property
    def body(self) -> Any:
        return json.loads(self.out)


class Terminal:
    """A data folder of its own, in which commands are run one after the other."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def __call__(self, line: str, typed: str = "") -> Done:
        """Run a line that begins with `chaveiro`."""
        self._monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        self._capsys.readouterr()
        code = run(shlex.split(line)[1:])
        captured = self._capsys.readouterr()
        return Done(code, captured.out, captured.err)

    def pair(self, label: str = "ERP") -> tuple[str, str]:
        """Issue a pair in `acme`, linked to no role."""
        body = self(f"chaveiro key issue acme --label {label} --json").body
        return body["appKey"], body["appToken"]

    def linked(self, label: str = "ERP") -> tuple[str, str]:
        """Issue a pair in `acme`, linked to the role 1."""
        key, token = self.pair(label)
        assert self(f"chaveiro role grant acme 1 --key {key}").code == 0
        return key, token

    def asked(self, key: str, token: str, path: str = "/api/oms/pvt/orders") -> Done:
        """Decide a request of this pair."""
        return self(f"chaveiro check acme --key {key} --token - --method GET --path {path} --json", token)


@pytest.fixture
def empty(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """A terminal whose data folder does not exist yet."""
    monkeypatch.setenv("CHAVEIRO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    yield Terminal(tmp_path, capsys, monkeypatch)
    structlog.reset_defaults()


ACME = (
    "chaveiro account create acme --sponsor ana@acme.example",
    "chaveiro catalogue import acme packaged:tour",
    "chaveiro role create acme Orders --resource OMS/ListOrders",
    "chaveiro role create acme Prices --resource Pricing/read_prices",
    "chaveiro user add acme bia@acme.example --name Bia",
)


@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the account `acme`, its catalogue, a role for orders and one for prices, and the user Bia."""
    data = tmp_path_factory.mktemp("acme") / "data"
    for line in ACME:
        assert run([*shlex.split(line)[1:], "--data", str(data)]) == 0
    return data


@pytest.fixture
def chaveiro(empty: Terminal, acme: Path) -> Terminal:
    """A terminal with a copy of `acme` to itself."""
    shutil.copytree(acme, empty.folder / "data")
    return empty
