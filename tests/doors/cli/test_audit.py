"""The audit: what happened, when, and who asked for it through which door."""

from __future__ import annotations

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
