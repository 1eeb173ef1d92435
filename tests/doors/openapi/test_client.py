"""A client generated from the document works, as it comes from the generator."""

import json
import subprocess
from pathlib import Path

import httpx
import pytest
from tests.doors.openapi.examples import PAIR, answering
from tests.doors.openapi.fuzz import ENVIRONMENT

from chaveiro.doors.openapi.examples import OTHER

SPEAKS = Path(__file__).with_name("speak_generated.py")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[object]]:
    """What a program is told that calls a live process through a generated client."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "config.yml").write_text("package_name_override: chaveiro_client\npost_hooks: []\n")
    with answering() as (_, url):
        (folder / "openapi.json").write_bytes(httpx.get(f"{url}/openapi.json").content)
        command = [
            str(ENVIRONMENT / "openapi-python-client"), "generate", "--path", "openapi.json", "--meta", "none",
            "--output-path", "chaveiro_client", "--config", "config.yml",
        ]  # fmt: skip
        made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stdout + made.stderr
        asked = {"url": url, "appKey": PAIR.app_key, "appToken": PAIR.app_token, "other": OTHER.app_key}
        done = subprocess.run(
            [str(ENVIRONMENT / "python"), str(SPEAKS)],
            env={"PYTHONPATH": str(folder)},
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    answers: dict[str, list[object]] = json.loads(done.stdout)
    return answers


def test_a_program_asks_and_is_answered(told: dict[str, list[object]]) -> None:
    """Allow, deny with its cause, and what would let a key do it, as typed values."""
    assert told["allowed"] == ["allow", ["Pedidos", "Chaves"]]
    assert told["refused"] == ["deny", "token_truncated"]
    assert told["commands"] == [f"chaveiro role grant acme 1 --key {OTHER.app_key}"]


def test_a_program_manages_people_and_keys(told: dict[str, list[object]]) -> None:
    """Two operations of the License Manager: a page of people, and a new pair with its token."""
    assert told["users"] == ["ana@acme.example", "bia@acme.example"]
    assert told["issued"] == ["Loja nova", True, 74]


def test_a_refusal_is_a_typed_value_too(told: dict[str, list[object]]) -> None:
    """Its status and code are what a program branches on."""
    assert told["stranger"] == [401, "credentials_missing"]
