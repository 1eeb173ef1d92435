"""The pages name every command and option there is and none that there is not, and show real answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import chaveiro as library
from chaveiro import AccountName, Audience, Language, explain
from chaveiro.doors.cli.app import app
from chaveiro.wire import answer as wire

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT / "docs" / "reference" / "commands.md"
READMES = ("README.md", "README.pt.md", "README.es.md")
EVERY = {"--json", "--lang", "--data", "--database", "--as"}


def commands(group: Any, path: tuple[str, ...] = ("chaveiro",)) -> Iterator[tuple[str, Any]]:
    """Every command of the program with its whole name."""
    for name, one in group.commands.items():
        if hasattr(one, "commands"):
            yield from commands(one, (*path, name))
        else:
            yield " ".join((*path, name)), one


COMMANDS = dict(commands(typer.main.get_command(app)))


def sections(page: str) -> dict[str, str]:
    """What the page says of each command."""
    found = re.split(r"^#{2,3} (chaveiro .+)$", page, flags=re.MULTILINE)
    return {
        name: re.split(r"^## ", text, flags=re.MULTILINE)[0]
        for name, text in zip(found[1::2], found[2::2], strict=True)
    }


def test_every_command_has_its_entry_and_every_entry_its_command() -> None:
    """In the order in which the program lists them."""
    assert list(sections(REFERENCE.read_text("utf-8"))) == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_an_entry_names_exactly_the_options_there_are(name: str) -> None:
    """Those of every command stand once, at the top of the page; each entry shows the command at work."""
    page = REFERENCE.read_text("utf-8")
    text = sections(page)[name]
    own = {option for one in COMMANDS[name].params for option in one.opts if option.startswith("--")}
    table = set(re.findall(r"^\| `(--[a-z-]+)", text, flags=re.MULTILINE))
    assert own >= EVERY
    assert table == own - EVERY - {"--help"}
    assert f"$ {name}" in text or f"| {name}" in text
    assert set(re.findall(r"^\| `(--[a-z-]+)", page.partition("## chaveiro")[0], flags=re.MULTILINE)) == EVERY


@pytest.mark.parametrize("file", [*READMES, "docs/tutorial.md"])
def test_every_command_a_page_shows_exists(file: str) -> None:
    """With the options it shows."""
    page = (ROOT / file).read_text("utf-8")
    for line in re.findall(r"^\$ (?:.*\| )?(chaveiro [a-z].*)$", page, flags=re.MULTILINE):
        name = next((one for one in COMMANDS if f"{line} ".startswith(f"{one} ")), None)
        assert name, line
        options = {option for one in COMMANDS[name].params for option in one.opts}
        assert set(re.findall(r" (--[a-z-]+)", line)) <= options, line


@pytest.mark.parametrize("file", READMES)
def test_every_link_of_a_readme_leads_somewhere(file: str) -> None:
    """Within the source."""
    for link in re.findall(r"\]\(([^)#:]+)\)", (ROOT / file).read_text("utf-8")):
        assert (ROOT / link).exists(), link


def test_the_readme_shows_a_denial_as_it_is(chaveiro: Any) -> None:
    """The body of a key that is linked to no role, ids aside; and the library decides as the README says."""
    key, token = chaveiro.pair()
    page = (ROOT / "README.md").read_text("utf-8")
    shown = json.loads(re.findall(r"^```json\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)[0])
    lines = re.findall(r"^```python\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)[0]
    names: dict[str, Any] = {"app_key": key, "app_token": token}
    exec(lines.replace("chaveiro-data", "data"), names)  # noqa: S102 - our own page
    answer = names["house"].node.check(AccountName("acme"), names["request"])
    names["house"].close()
    assert names["allowed"] is False
    words = explain(answer.told.finding, to=Audience.HOLDER, language=Language.EN)
    reply = wire.denial(answer.verdict, words, id=answer.told.id, required=answer.wanted, causes="")
    assert json.loads(reply.body) | {"instance": ""} == shown | {"instance": ""}


def test_a_library_user_finds_every_name() -> None:
    """What is promised is there, in order, and nothing else is."""
    assert library.__all__ == sorted(library.__all__, key=lambda name: (name[0].islower(), name))
    assert all(hasattr(library, name) for name in library.__all__)
