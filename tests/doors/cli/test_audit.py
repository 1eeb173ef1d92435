"""The audit: what happened, when, and who asked for it through which door."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from chaveiro.doors.cli.desk import operating_user


def test_every_change_and_every_refusal_has_a_line(chaveiro: Any) -> None:
    """Oldest first; the sponsor's changes are the sponsor's, through the command line of an operating user."""
    key, _ = chaveiro.pair()
    chaveiro(f"chaveiro key block acme {key} --why 'seen in a log'")
    chaveiro("chaveiro key issue acme --label Mine --as bia@acme.example")
    lines = chaveiro("chaveiro audit acme --json").body
    assert [one["event"] for one in lines[-3:]] == ["KeyIssued", "KeyBlocked", "CommandRefused"]
    assert lines[0]["by"] == {"kind": "operator", "name": operating_user(), "via": f"cli:{operating_user()}"}
    assert lines[-2]["by"] == {"kind": "user", "name": "ana@acme.example", "via": f"cli:{operating_user()}"}
    assert lines[-1]["by"]["name"] == "bia@acme.example"
    assert "seen in a log" in chaveiro("chaveiro audit acme").out


def test_the_newest_lines_are_kept_when_fewer_are_asked_for(chaveiro: Any) -> None:
    """A limit takes away old lines, not new ones."""
    whole = chaveiro("chaveiro audit acme --json").body
    assert chaveiro("chaveiro audit acme --limit 2 --json").body == whole[-2:]


def test_nobody_changes_the_name_under_which_they_are_audited(chaveiro: Any, monkeypatch: Any) -> None:
    """The operating system says who ran the command; the environment could say anything."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    chaveiro("chaveiro account suspend acme")
    assert "somebody-else" not in str(chaveiro("chaveiro audit acme --json").body)


def test_the_chain_is_verified_against_a_head_kept_elsewhere(chaveiro: Any) -> None:
    """It holds, and through the head that was noted earlier; a database without its end is told from one that grew."""
    noted = chaveiro("chaveiro audit head").out.strip()
    chaveiro.pair()
    found = chaveiro(f"chaveiro audit verify --head {noted} --json")
    assert (found.code, found.body["holds"], found.body["breaks"]) == (0, True, [])
    newest = chaveiro("chaveiro audit head --json").body
    assert found.body["head"] == newest
    assert found.body["changes"] == newest["seq"] == int(noted.partition(":")[0]) + 1
    assert "holds" in chaveiro("chaveiro audit verify").out
    written(chaveiro, "DELETE FROM changes WHERE seq > 3")
    assert chaveiro("chaveiro audit verify").code == 0, "nobody could know"
    cut = chaveiro(f"chaveiro audit verify --head {noted} --json")
    assert (cut.code, cut.body["breaks"]) == (1, [{"seq": 4, "harm": "truncated"}])


def test_what_was_edited_is_named_by_its_number(chaveiro: Any) -> None:
    """In the language of whoever asks; what happened in an account can still be read."""
    written(chaveiro, "UPDATE changes SET change = replace(change, 'O', 'Q') WHERE seq = 3")
    found = chaveiro("chaveiro audit verify --json")
    (broken,) = found.body["breaks"]
    assert (found.code, broken["harm"]) == (1, "changed")
    shown = chaveiro("chaveiro audit verify").out
    assert str(broken["seq"]) in shown
    assert "changed after it was written" in shown
    assert chaveiro("chaveiro audit acme").code == chaveiro("chaveiro audit show acme").code == 0


def test_an_account_named_as_a_command_is_shown_by_show(chaveiro: Any) -> None:
    """`audit head` is the command; `audit show head` is the account."""
    chaveiro("chaveiro account create head --sponsor ana@head.example")
    assert ":" in chaveiro("chaveiro audit head").out
    (opened,) = chaveiro("chaveiro audit show head --json").body
    assert opened["event"] == "AccountCreated"


def test_an_empty_database_has_no_head(empty: Any) -> None:
    """And a chain that holds."""
    empty("chaveiro account create acme --sponsor ana@acme.example")
    written(empty, "DELETE FROM changes")
    assert empty("chaveiro audit head").out.strip() == "none yet"
    assert empty("chaveiro audit verify").code == 0


def written(terminal: Any, *statements: str) -> None:
    """Write to the database past Chaveiro."""
    with closing(sqlite3.connect(terminal.folder / "data" / "chaveiro.db", isolation_level=None)) as database:
        for statement in statements:
            assert database.execute(statement).rowcount > 0


def test_rows_are_compared_with_the_changes(chaveiro: Any) -> None:
    """What is there though no change made it is named; in order, all agree. The chain holds either way."""
    chaveiro.pair()
    found = chaveiro("chaveiro audit verify --rows --json")
    assert (found.code, found.body["rows"]["agree"], found.body["rows"]["differences"]) == (0, True, [])
    assert found.body["rows"]["parts"] > 3
    assert "what the changes make of them" in chaveiro("chaveiro audit verify --rows").out
    written(chaveiro, "INSERT INTO muted_episodes VALUES ('acme', 'd-1', 1, 1.0, '', '')")
    assert chaveiro("chaveiro audit verify").code == 0
    assert "rows" not in chaveiro("chaveiro audit verify --json").body
    odd = chaveiro("chaveiro audit verify --rows --json")
    assert (odd.code, odd.body["holds"], odd.body["rows"]["different"]) == (1, True, 1)
    assert odd.body["rows"]["differences"] == [
        {"account": "acme", "kind": "muted_episode", "name": "d-1", "unlike": "revived"}
    ]
    shown = chaveiro("chaveiro audit verify --rows").out
    assert "Muted episode" in shown
    assert "by the changes it is not" in shown


def test_a_key_put_back_as_it_was_is_named(chaveiro: Any) -> None:
    """Its rows and MAC are Chaveiro's own, so it is believed; only the changes tell that it was switched off."""
    key, _ = chaveiro.pair()
    with closing(sqlite3.connect(chaveiro.folder / "data" / "chaveiro.db")) as database:
        ((mac,),) = database.execute("SELECT mac FROM row_macs WHERE part = 'key'").fetchall()
    chaveiro(f"chaveiro key deactivate acme {key}")
    written(
        chaveiro,
        "UPDATE keys SET inactive_at = NULL, inactive_by = NULL, inactive_why = NULL",
        f"UPDATE row_macs SET mac = '{mac}' WHERE part = 'key'",  # noqa: S608 - hexadecimal digits
    )
    odd = chaveiro("chaveiro audit verify --rows --json")
    assert odd.body["rows"]["differences"] == [{"account": "acme", "kind": "key", "name": key, "unlike": "other"}]
