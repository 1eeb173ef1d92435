"""The round at the command line: for keepers, with commands that run as printed."""

from __future__ import annotations

from typing import Any


def test_an_unlinked_key_is_told_and_mended_by_the_printed_command(chaveiro: Any) -> None:
    """Exit code 1 while requests are refused, 0 afterwards."""
    key, token = chaveiro.pair()
    done = chaveiro("chaveiro doctor --account acme --json")
    assert done.code == 1
    (unlinked,) = [one for one in done.body["findings"] if one["finding"] == "unlinked"]
    assert unlinked["about"] == key
    for line in unlinked["commands"]:
        assert chaveiro(line).code == 0
    after = chaveiro("chaveiro doctor --account acme")
    assert after.code == 0
    assert token[9:40] not in done.out + after.out


def test_whoever_may_not_view_keys_sees_nothing(chaveiro: Any) -> None:
    key, _ = chaveiro.pair()
    done = chaveiro("chaveiro doctor --account acme --as bia@acme.example")
    assert done.code == 1
    assert key not in done.out + done.err
    assert chaveiro("chaveiro doctor --account acme --older-than soon").code == 2
    assert chaveiro("chaveiro doctor --account acme --key -").code == 2
