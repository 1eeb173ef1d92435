"""The reference has every cause, as it is."""

import re
from pathlib import Path

import pytest

from chaveiro.core.cause import Audience, Cause, Code
from chaveiro.words.causes import TEXTS

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "causes.md").read_text(encoding="utf-8")
ROWS = {
    name: [cell.strip() for cell in row.strip("|").split("|")]
    for row in PAGE.partition("## All causes")[2].splitlines()
    if row.startswith("| `")
    for name in re.findall(r"`(\w+)`", row.split("|")[1])
}
READERS = {Audience.STRANGER: "everybody", Audience.HOLDER: "after proof", Audience.KEEPER: "keepers"}


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_is_in_the_reference(cause: Cause) -> None:
    _, title, code, reader = ROWS[cause]
    assert title == TEXTS[cause].title.replace("{field}", "*field*")
    assert code == f"`{cause.code}`"
    assert reader == READERS[cause.audience]


def test_the_reference_invents_no_cause() -> None:
    assert set(ROWS) == set(Cause)


@pytest.mark.parametrize("code", Code)
def test_every_code_is_in_the_reference_with_its_status(code: Code) -> None:
    assert f"| `{code}` | {code.status} |" in PAGE
