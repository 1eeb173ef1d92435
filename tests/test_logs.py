"""Every line of the log is in the reference, with its level and its members, and no other is."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
import structlog

import chaveiro
from chaveiro.serve.logs import configure_logs
from chaveiro.settings import Settings

SOURCES = Path(chaveiro.__file__).parent
REFERENCE = Path(__file__).parents[1] / "docs/reference/logs.md"
LEVELS = ("debug", "info", "warning", "error", "critical", "exception")
FREE = ("key", "token", "value", "query", "header", "body", "target", "url")  # what no line ever has a member for


def lines() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Every call of a logger: the event, its level, its members."""
    for source in SOURCES.rglob("*.py"):
        for call in ast.walk(ast.parse(source.read_text())):
            match call:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="_log"), attr=level)) if level in LEVELS:
                    event = call.args[0]
                    assert isinstance(event, ast.Constant), f"{source}: an event is a word that stands there"
                    yield str(event.value), level, frozenset(one.arg or "**" for one in call.keywords)


def documented() -> dict[str, tuple[str, set[str]]]:
    rows = re.findall(r"^\| `([a-z_]+)` \| ([a-z]+) \| ([^|]*)\|", REFERENCE.read_text(), re.MULTILINE)
    return {event: (level, set(re.findall(r"`([a-z_]+)`", members))) for event, level, members in rows}


def test_every_line_is_documented_and_no_other() -> None:
    """By its event, which has one level wherever it is logged, and the members it may have."""
    found: dict[str, tuple[str, set[str]]] = {}
    for event, level, members in lines():
        known, names = found.setdefault(event, (level, set()))
        assert known == level, event
        names.update(members)
    assert found == documented()


def test_every_logger_has_the_one_name() -> None:
    """Otherwise the lines above would not be all of them."""
    for source in SOURCES.rglob("*.py"):
        made = re.findall(r"^(.*)=\s*(?:structlog\.get_logger|logging\.getLogger)\(", source.read_text(), re.MULTILINE)
        assert {name.strip() for name in made} <= {"_log"}, source


def test_no_line_has_a_member_for_what_callers_present() -> None:
    """By the names of its members."""
    assert {name for _, _, names in lines() for name in names}.isdisjoint(FREE)


@pytest.mark.parametrize("format_", ["json", "console"])
def test_a_line_is_one_object_with_event_level_and_moment(
    format_: Literal["json", "console"], capsys: pytest.CaptureFixture[str]
) -> None:
    """And with its own members; an exception is told by its kind."""
    try:
        configure_logs(Settings(log_format=format_, log_level="info"))
        log = structlog.get_logger("chaveiro.test")
        log.debug("untold")
        log.info("store_back", exc_info=ValueError("a secret"))
        told = capsys.readouterr().err
    finally:
        structlog.reset_defaults()
    assert told.count("\n") == 1
    assert "a secret" not in told
    if format_ == "json":
        line = json.loads(told)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", line.pop("timestamp"))
        assert line == {"event": "store_back", "level": "info", "surprise": "ValueError"}
