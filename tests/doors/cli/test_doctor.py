"""The doctor at the command line: every way in, what it says, what it never says, and its exit codes."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.doctor.errors import CLASSES, CLASSES_OF_DEPTH_2, fresh_pair
from tests.doors.cli.test_secrets import at_terminal

from chaveiro.core.credential import masked

KEY, TOKEN = fresh_pair(Random(11))
KEY_HEADER, TOKEN_HEADER = "X-VTEX-API-AppKey", "X-VTEX-API-AppToken"
OTHER_KEY, OTHER_TOKEN = fresh_pair(Random(12))
CURL = f"""curl 'https://api.acme.example/api/oms/pvt/orders' \\
  -H '{KEY_HEADER}: {KEY}' \\
  --header "{TOKEN_HEADER}: {TOKEN}" \\
  --compressed"""
WINDOWS = f'curl ^"https://a.example/a?b=1^&c=2^" ^\r\n -H ^"{KEY_HEADER}: {KEY}^" ^\r\n -H ^"{TOKEN_HEADER}: {TOKEN}^"'


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of whoever runs the tests is taken for a pair."""
    for name in list(os.environ):
        if "KEY" in name.upper() or "TOKEN" in name.upper():
            monkeypatch.delenv(name)
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(f"{KEY}\n{TOKEN}\n", id="two lines"),
        pytest.param(f"{KEY}\r\n{TOKEN}\r\n", id="two lines of Windows"),
        pytest.param(f"{KEY_HEADER}: {KEY}\n{TOKEN_HEADER}: {TOKEN}\n", id="headers"),
        pytest.param(
            f"GET / HTTP/1.1\r\nHost: a\r\n{KEY_HEADER.lower()}:{KEY}\r\n{TOKEN_HEADER}: {TOKEN}\r\n", id="HTTP"
        ),
        pytest.param(f"VTEX_APP_KEY={KEY}\nVTEX_APP_TOKEN={TOKEN}\n", id=".env"),
        pytest.param(f"\ufeffexport APP_KEY='{KEY}' # the key\nexport APP_TOKEN=\"{TOKEN}\"\n", id=".env, dressed"),
        pytest.param(f"# a comment\n\nX_VTEX_API_APPKEY = {KEY} # c\nX_VTEX_API_APPTOKEN = {TOKEN}", id=".env, blanks"),
        pytest.param(f"$env:VTEX_APP_KEY = '{KEY}'\n$env:VTEX_APP_TOKEN = '{TOKEN}'", id="PowerShell"),
        pytest.param(json.dumps({"vtex": {"appKey": KEY, "appToken": TOKEN}}), id="JSON"),
        pytest.param(json.dumps([{"name": "APP_KEY", "value": KEY}, {"name": "APP_TOKEN", "value": TOKEN}]), id="list"),
        pytest.param(json.dumps({"headers": {KEY_HEADER: KEY, TOKEN_HEADER: TOKEN}}), id="JSON of headers"),
        pytest.param(CURL, id="curl"),
        pytest.param(f"$ {CURL}\n", id="curl after a prompt"),
        pytest.param(WINDOWS, id="curl of the Windows prompt"),
        pytest.param(
            f"curl.exe -sSH \"{KEY_HEADER}: {KEY}\" `\n -H '{TOKEN_HEADER}: {TOKEN}' https://a", id="PowerShell curl"
        ),
        pytest.param(f"curl -H$'{KEY_HEADER}: {KEY}' --header={TOKEN_HEADER}:\\ {TOKEN} https://a", id="curl, quoted"),
    ],
)
def test_a_sound_pair_is_read_from_any_text(empty: Any, typed: str) -> None:
    """Exit code 0, both values whole, and the token masked."""
    done = empty("chaveiro doctor --json", typed)
    assert (done.code, done.body["causes"], done.err) == (0, [], "")
    (pair,) = done.body["pairs"]
    assert pair["key"]["shown"] == KEY
    assert pair["token"]["shown"] == masked(TOKEN)
    assert pair["together"] is True
    assert not (empty.folder / "data").exists()


def test_every_way_in_by_option(empty: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Options, environment, files, headers; a dash reads standard input."""
    (empty.folder / "pair.env").write_bytes(f"VTEX_APP_KEY={KEY}\r\nVTEX_APP_TOKEN='{TOKEN}'\r\n".encode("utf-16"))
    (empty.folder / "request.sh").write_text(CURL)
    monkeypatch.setenv("VTEX_APP_KEY", KEY)
    monkeypatch.setenv("VTEX_APP_TOKEN", TOKEN)
    for line, typed in (
        (f"--key {KEY} --token -", f"{TOKEN}\n"),
        ("--key - --token -", f"{KEY}\n{TOKEN}\n"),
        (f"--key {KEY} --token {TOKEN}", ""),
        ("--from-environment", ""),
        ("--env pair.env", ""),
        (f"--header '{KEY_HEADER}: {KEY}' --header '{TOKEN_HEADER}: {TOKEN}'", ""),
        ("--curl request.sh", ""),
        ("--curl -", CURL),
    ):
        done = empty(f"chaveiro doctor {line}", typed)
        assert (done.code, done.err) == (0, "")
        assert masked(TOKEN) in done.out
        assert TOKEN[9:40] not in done.out
    told = empty("chaveiro doctor --env pair.env --json").body
    assert told["pairs"][0]["names"] == ["VTEX_APP_KEY", "VTEX_APP_TOKEN"]
    assert len(told["notes"]) == 2


def test_several_pairs_of_one_file_are_told_apart(empty: Any) -> None:
    """What belongs together has the same name but for `KEY` and `TOKEN`; other variables are not looked at."""
    typed = (
        f"APP_KEY_ORDERS={KEY}\nAPP_KEY_PRICES={OTHER_KEY}\nAPP_TOKEN_ORDERS={OTHER_TOKEN}\n"
        f"APP_TOKEN_PRICES={OTHER_TOKEN}\nSTRIPE_KEY=sk_live_{'a1' * 15}\nSESSION_TOKEN=abc\n"
    )
    done = empty("chaveiro doctor --json", typed)
    assert done.code == 1
    assert [one["causes"] for one in done.body["pairs"]] == [["pair_mismatch"], []]
    assert [one["names"][0] for one in done.body["pairs"]] == ["APP_KEY_ORDERS", "APP_KEY_PRICES"]


@pytest.mark.parametrize(
    ("typed", "causes"),
    [
        pytest.param(f"{TOKEN}\n{KEY}\n", ["fields_swapped"], id="swapped"),
        pytest.param(f"{KEY}\n{OTHER_TOKEN}\n", ["pair_mismatch"], id="of two pairs"),
        pytest.param(f"APP_KEY={KEY}\nAPP_TOKEN=\n", ["token_empty"], id="empty"),
        pytest.param(f"APP_KEY={KEY}\n", ["token_missing"], id="missing"),
        pytest.param(f'APP_KEY={KEY}\nAPP_TOKEN="{TOKEN}\n', ["token_surrounding_quotes"], id="quote on one side"),
        pytest.param(f'APP_KEY={KEY}\nAPP_TOKEN="{TOKEN} "\n', ["token_outer_whitespace"], id="blank in quotes"),
        pytest.param(
            f"APP_KEY={KEY}\nAPP_TOKEN='{TOKEN[:30]}\n{TOKEN[30:]}'\n", ["token_line_break_inside"], id="two lines"
        ),
        pytest.param(f"{TOKEN[:30]}\n{TOKEN[30:]}\n", ["token_line_break_inside"], id="one value on two lines"),
        pytest.param(f"{TOKEN}", [], id="one value alone"),
        pytest.param(f"{KEY}:{TOKEN}", ["key_and_token_joined"], id="joined"),
        pytest.param(
            f"x-api-key: {KEY}\n{TOKEN_HEADER}: {TOKEN}x\n", ["wrong_header_name", "token_character_extra"], id="name"
        ),
        pytest.param(f"curl -u {KEY}:{TOKEN} https://a", ["wrong_header_name", "wrong_header_name"], id="curl -u"),
        pytest.param(f"curl 'https://a/b?appKey={KEY}&appToken={TOKEN}'", ["credentials_in_query"] * 2, id="query"),
        pytest.param(f"{CURL} -H '{TOKEN_HEADER}: {TOKEN}'", ["token_duplicated"], id="twice"),
        pytest.param(f"{KEY_HEADER}: {KEY}\n{TOKEN_HEADER}: Bearer {TOKEN}\n", ["token_scheme_prefix"], id="scheme"),
        pytest.param(f"{KEY}\nghp_{'a1B2' * 9}\n", ["token_foreign_credential"], id="foreign"),
        pytest.param("vtexappkey-acme-ABCDE\n" + "A" * 127, ["key_truncated", "token_truncated"], id="VTEX, cut"),
        pytest.param(
            f"curl -H $'{KEY_HEADER}: {KEY}' -H $'{TOKEN_HEADER}: {TOKEN}\\u200b' a",
            ["token_invisible_characters"],
            id="ANSI",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_causes(empty: Any, typed: str, causes: list[str]) -> None:
    """All causes at once, in the order in which they are told elsewhere; exit code 1."""
    done = empty("chaveiro doctor --json", typed)
    assert [one for pair in done.body["pairs"] for one in pair["causes"]][: len(causes)] == causes
    assert done.code == done.body["exit"] == bool(causes)
    assert done.body["causes"] == list(dict.fromkeys(one for pair in done.body["pairs"] for one in pair["causes"]))
    for secret in (TOKEN, OTHER_TOKEN):
        assert secret[9:24] not in done.out


def test_people_read_the_defect_its_place_and_its_remedy(empty: Any) -> None:
    """The mask with its marks, how sure it is, what would come next."""
    done = empty("chaveiro doctor", f'{KEY}\n"{TOKEN[:29]} {TOKEN[29:]}"\n')
    assert done.code == 1
    assert f'"{TOKEN[:8]}••␠••••(74)••{TOKEN[-4:]}"' in done.out
    assert "at position 31" in done.out
    assert "follows from what was sent" in done.out
    assert "would stand in the way next" in done.out
    assert done.out.index("blank inside") < done.out.index("quotation marks")


@pytest.mark.parametrize(("language", "word"), [("pt", "não"), ("es", "no"), ("en", "not")])
def test_it_speaks_three_languages(empty: Any, language: str, word: str) -> None:
    said = empty(f"chaveiro doctor --lang {language}", f"{KEY}\n{TOKEN[:50]}\n").out
    assert f" {word} " in said


def outputs(empty: Any) -> Iterator[tuple[str, str]]:
    """What is said of every kind of damage, in every form of answer."""
    rng = Random(13)
    for error in (*CLASSES, *CLASSES_OF_DEPTH_2):
        key, token = fresh_pair(rng)
        text = error.do(token, rng).text
        (empty.folder / "x.env").write_text(f"APP_KEY={key}\nAPP_TOKEN={text}\n", encoding="utf-8")
        forms = (
            (["doctor", "--key", key, "--token", text], ""),
            (["doctor", "--key", text, "--token", text], ""),
            (["doctor", "--env", "x.env"], ""),
            (["doctor"], f"{key}\n{text}"),
            (["doctor"], text),
            (["doctor", "--header", f"X-Token: {text}"], ""),
        )
        for line, typed in rng.sample(forms, 2):
            for ending in ([], ["--json"]):
                done = empty(shlex.join(["chaveiro", *line, *ending]), typed)
                yield token, done.out + done.err


def test_no_damage_makes_it_show_more_than_the_mask(empty: Any) -> None:
    """G7: of every token only head and last four characters are ever printed, so 39 of 65 and more stay hidden."""
    for token, said in outputs(empty):
        middle = token[8:-4]
        assert not [middle[at : at + 4] for at in range(len(middle) - 3) if middle[at : at + 4] in said.lower()]


def test_a_token_typed_at_a_terminal_is_refused(tmp_path: Path) -> None:
    """It would stay in the shell's history, in an option as in a header."""
    for line in (["--key", KEY, "--token", TOKEN], ["--header", f"{TOKEN_HEADER}: {TOKEN}"]):
        code, shown = at_terminal(["doctor", *line], "", tmp_path)
        assert code == 2
        assert "Write `-` instead" in " ".join(shown.split())
        assert TOKEN[8:30] not in shown


def test_the_corrected_pair_is_shown_to_a_terminal_alone(empty: Any, tmp_path: Path) -> None:
    """Asked for at a terminal it is written in clear; into a pipe, a file or JSON it never is."""
    code, shown = at_terminal(
        ["doctor", "--key", KEY, "--token", "-", "--show-corrected"], f"{TOKEN.upper()}\n", tmp_path
    )
    assert code == 1
    assert TOKEN in shown
    assert TOKEN.upper() not in shown
    done = empty("chaveiro doctor --show-corrected", f"{KEY}\n{TOKEN}\n")
    assert done.code == 2
    assert TOKEN[9:30] not in done.out + done.err


def test_what_is_typed_at_a_terminal_is_hidden(tmp_path: Path) -> None:
    """A token that is asked for is shown masked."""
    code, shown = at_terminal(["doctor", "--key", KEY, "--token", "-"], f"{TOKEN}\n", tmp_path)
    assert code == 0
    assert masked(TOKEN) in shown
    assert TOKEN[8:30] not in shown


@pytest.mark.parametrize(
    ("line", "typed", "said"),
    [
        ("doctor", "", "VTEX_APP_KEY"),
        ("doctor --from-environment", "", "VTEX_APP_KEY"),
        ("doctor --env nowhere.env", "", "nowhere.env"),
        ("doctor --env . ", "", "cannot be read"),
        ("doctor --curl -", "wget https://a", "curl"),
        ("doctor --env a --curl b", "", "Say once"),
        ("doctor --header 'no header'", "", "X-VTEX-API-AppToken"),
        ("doctor", "x" * (1024 * 1024 + 1), "1 MiB"),
        ("doctor --key -", "", "standard input"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(empty: Any, line: str, typed: str, said: str) -> None:
    done = empty(f"chaveiro {line}", typed)
    assert done.code == 2
    assert said in done.err
    assert len(done.err.splitlines()) == 1


def test_bytes_that_are_no_text_are_said_to_be_none(empty: Any) -> None:
    (empty.folder / "bad.env").write_bytes(b"APP_TOKEN=\xff\xfa\xc3")
    done = empty("chaveiro doctor --env bad.env")
    assert done.code == 2
    assert "UTF-8" in done.err
