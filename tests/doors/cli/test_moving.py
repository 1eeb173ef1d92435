"""`chaveiro move`: what people and programs are told, and what nobody is shown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.postgres import PostgresServer

from chaveiro.doors.cli import moving as door
from chaveiro.serve import Obstacle

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to" / "postgresql.md"
PASSWORD = "h1dden-and-never-shown"


@pytest.fixture
def url(postgres: PostgresServer) -> str:
    """An empty database, by a URL with a password in both places where one may stand."""
    plain = postgres.url(postgres.new_database())
    return plain.replace("postgres@", f"postgres:{PASSWORD}@") + f"?sslpassword={PASSWORD}&connect_timeout=2"


def shown(url: str) -> str:
    """The URL as it may be seen."""
    return url.replace(f":{PASSWORD}", "").partition("?")[0]


def test_a_pair_works_after_the_move_as_before(chaveiro: Any, url: str) -> None:
    """With the same pepper, told the new database; the file refuses, and says where to go."""
    pair = chaveiro.linked()
    assert chaveiro.asked(*pair).code == 0
    done = chaveiro(f"chaveiro move --to '{url}'")
    assert (done.code, done.err) == (0, "")
    assert f"chaveiro serve --database {shown(url)}" in done.out
    assert re.search(r"^ *keys +1 +[0-9a-f]{32}$", done.out, flags=re.MULTILINE)
    there = f"chaveiro check acme --key {pair[0]} --token - --method GET --path /api/oms/pvt/orders --json"
    assert chaveiro(f"{there} --database '{url}'", pair[1]).code == 0
    refused = chaveiro(there, pair[1])
    assert refused.code == 2
    assert f"has moved to `{shown(url)}`" in refused.err
    for line in ("chaveiro serve --port 0", "chaveiro account list", f"chaveiro key deactivate acme {pair[0]}"):
        assert chaveiro(line).code == 2, line


def test_programs_are_told_every_table(chaveiro: Any, url: str) -> None:
    """One JSON value, and nothing on standard error."""
    done = chaveiro(f"chaveiro move --to '{url}' --json")
    assert (done.code, done.err) == (0, "")
    found = {one["table"]: one for one in done.body["tables"]}
    assert (found["accounts"]["rows"], found["users"]["rows"]) == (1, 2)
    assert sum(one["rows"] for one in found.values()) == done.body["rows"]
    assert set(done.body["seconds"]) == {"copying", "verifying", "loading"}
    assert (done.body["to"], done.body["accounts"], done.body["resumed"]) == (shown(url), 1, 0)


def test_the_password_is_never_shown(chaveiro: Any, url: str, postgres: PostgresServer) -> None:
    """Neither where it moves, nor where it is refused, goes back, or cannot be reached; nor is it kept."""
    asked = [f"chaveiro move --to '{url}' {more}" for more in ("", "", "--undo", "--undo --json", "--json")]
    dead = url.replace(f":{postgres.port}/", ":1/")
    asked += [f"chaveiro move --to '{dead}'", f"chaveiro move --to '{url}x' nonsense", f"chaveiro move --to 'x{url}'"]
    said = [chaveiro(line) for line in asked]
    assert [one.code for one in said] == [0, 2, 0, 2, 2, 2, 2, 2]
    assert PASSWORD not in "".join(one.out + one.err for one in said)
    assert PASSWORD.encode() not in b"".join(file.read_bytes() for file in (chaveiro.folder / "data").iterdir())
    for (value,) in postgres.execute("SELECT value FROM meta", shown(url).rpartition("/")[2]):
        assert PASSWORD not in value


def test_it_goes_back(chaveiro: Any, url: str) -> None:
    """The file works again, and the database refuses."""
    pair = chaveiro.linked()
    chaveiro(f"chaveiro move --to '{url}'")
    done = chaveiro(f"chaveiro move --to '{url}' --undo")
    assert (done.code, "is the truth again" in done.out) == (0, True)
    assert chaveiro.asked(*pair).code == 0
    assert chaveiro(f"chaveiro account list --database '{url}'").code == 2


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_a_refusal_is_one_sentence(chaveiro: Any, url: str, postgres: PostgresServer, language: str) -> None:
    """In the language of whoever asks, with exit code 2."""
    postgres.execute("CREATE TABLE theirs (x int)", shown(url).rpartition("/")[2])
    done = chaveiro(f"chaveiro move --to '{url}' --lang {language}")
    assert (done.code, done.out) == (2, "")
    assert len(done.err.strip().splitlines()) == 1
    assert "Chaveiro" in done.err


def test_every_obstacle_has_its_sentence() -> None:
    """None is told by its name."""
    assert set(door._SENTENCES) == set(Obstacle)


def test_nothing_to_move_is_said(empty: Any, url: str) -> None:
    """And nothing is made."""
    done = empty(f"chaveiro move --to '{url}'")
    assert (done.code, "no SQLite database to move" in done.err) == (2, True)
    assert not (empty.folder / "data").exists()


def test_another_pepper_is_refused(chaveiro: Any, url: str) -> None:
    """The one beside the file is not the file's."""
    pepper = chaveiro.folder / "data" / "pepper"
    pepper.write_bytes(bytes(reversed(pepper.read_bytes())))
    done = chaveiro(f"chaveiro move --to '{url}'")
    assert (done.code, "is not the one this database was made with" in done.err) == (2, True)


def test_a_bar_shows_people_how_far_it_is(chaveiro: Any, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a terminal alone."""
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    done = chaveiro(f"chaveiro move --to '{url}'")
    assert done.code == 0
    assert "Copying" in done.err
    assert "Verifying" in done.err


def test_the_page_makes_a_database_that_is_enough(chaveiro: Any, postgres: PostgresServer) -> None:
    """Its statements, as they stand there; the user they make has no other right."""
    found = re.search(r"```sql\n(.*?)```", HOW_TO.read_text("utf-8"), flags=re.DOTALL)
    assert found
    for statement in found[1].replace("chaveiro", "of_the_page").split(";\n")[:-1]:
        postgres.execute(statement)
    url = postgres.url("of_the_page").replace("postgres@", "of_the_page@")
    assert chaveiro(f"chaveiro move --to {url}").code == 0
    assert chaveiro(f"chaveiro account list --database {url}").code == 0


def test_a_database_that_cannot_write_every_name_is_refused(chaveiro: Any, postgres: PostgresServer) -> None:
    """Only UTF-8 can."""
    postgres.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    done = chaveiro(f"chaveiro move --to {postgres.url('latin')}")
    assert (done.code, "not in UTF-8" in done.err) == (2, True)
