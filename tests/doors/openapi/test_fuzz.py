"""Requests made up from the document are answered as it says. `make fuzz` makes up many more."""

from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from tests.doors.openapi.examples import answering
from tests.doors.openapi.fuzz import Outcome, fuzz

from chaveiro.doors import check
from chaveiro.wire.message import Reply


def test_every_check_of_schemathesis_holds(tmp_path: Path) -> None:
    """Right requests and wrong ones, of every operation, by the same seed each time."""
    with answering() as (_, url):
        outcome = fuzz(url, tmp_path, examples=1, seed=1, phases="examples,fuzzing")
    assert outcome.failures == 0, outcome.told
    assert outcome.cases >= 100
    assert outcome.operations >= 90


@pytest.fixture
def undocumented(monkeypatch: pytest.MonkeyPatch) -> None:
    """A door that answers with a status of which the document knows nothing."""
    monkeypatch.setattr(check, "replied", lambda *_: Reply(418))


@pytest.mark.usefixtures("undocumented")
def test_schemathesis_finds_what_is_not_documented(tmp_path: Path) -> None:
    """So its checks are on."""
    found: list[Outcome] = []
    with suppress(AssertionError), answering() as (_, url):
        found.append(fuzz(url, tmp_path, examples=1, seed=1, phases="examples", path=check.PATH))
    assert found[0].failures > 0


@pytest.mark.usefixtures("undocumented")
def test_every_test_of_a_door_finds_it_too() -> None:
    """Whatever a test asks for: the answers of `listening` are compared with the document."""
    with pytest.raises(AssertionError, match="check, 418: the status is not documented"):
        _ask()


def _ask() -> None:
    with answering() as (_, url):
        httpx.post(f"{url}{check.PATH}", json={"method": "GET", "path": "/"})
