"""Tokens that lie in files are found, named by their place, and never shown."""

from __future__ import annotations

import io
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.dose import dose

from chaveiro.core.credential import mint_key, mint_token, mint_vtex_key, mint_vtex_token
from chaveiro.core.names import AccountName
from chaveiro.doors.cli.scan.finding import CHUNK_BYTES, Likeness, Spotted, Wanted, spotted

NOTHING_BYTES = dose(4_000_000, 100_000_000, 1_000_000_000)

CHANCE = random.Random(7)
KEY = mint_key(CHANCE.randbytes(10))
TOKEN = mint_token(KEY, CHANCE.randbytes(33)).reveal()
OTHER_KEY = mint_key(CHANCE.randbytes(10))
VTEX_KEY = mint_vtex_key(AccountName("acme"), CHANCE.randbytes(16))
VTEX_TOKEN = mint_vtex_token(CHANCE.randbytes(96)).reveal()


def found(text: str | bytes, *, probable: bool = False, vtex: bool = False) -> list[Spotted]:
    raw = text.encode() if isinstance(text, str) else text
    return list(spotted(io.BytesIO(raw), Wanted(probable=probable, vtex=vtex)))


def test_a_token_is_found_by_line_and_column_with_the_key_beside_it() -> None:
    """The appKey is the one whose token it is, not the nearest one."""
    (one,) = found(f"# settings\nKEY={KEY}\nOLD={OTHER_KEY}\nTOKEN='{TOKEN}'\n")
    assert one == Spotted(4, 8, Likeness.TOKEN, f"{TOKEN[:8]}••••(74)••{TOKEN[-4:]}", KEY)


@pytest.mark.parametrize("around", ["x{}y", "https://api.example/?t={}&x=1", "_{}_", '{{"t":"{}"}}', "Bearer {}-old"])
def test_what_touches_a_token_does_not_hide_it(around: str) -> None:
    """Where the check part is right, it is one."""
    assert [one.likeness for one in found(around.format(TOKEN))] == [Likeness.TOKEN]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-16"])
def test_a_token_is_found_in_every_encoding_that_text_files_have(encoding: str) -> None:
    """Some systems write UTF-16 without saying so; the pair beside it is seen there, too."""
    (one,) = found(f"{KEY}\r\n{TOKEN}\r\n".encode(encoding))
    assert (one.line, one.app_key) == (2, KEY)


def test_a_token_is_found_wherever_the_reading_stops_between() -> None:
    """Across the ends of what is read at once, with its place and its key; each once."""
    for offset in range(CHUNK_BYTES - 4300, CHUNK_BYTES + 2300, 37):
        text = b"\n\n" + b"x" * offset + TOKEN.encode() + b"\n" + KEY.encode() + b"\n" * 3000
        assert [(one.line, one.column, one.app_key) for one in found(text)] == [(3, offset + 1, KEY)]


class _Drops:
    """A stream that comes in drops, as pipes do."""

    def __init__(self, raw: bytes) -> None:
        self._raw = io.BytesIO(raw)

    def read(self, _most: int) -> bytes:
        return self._raw.read(100)


def test_a_token_is_found_in_a_stream_that_comes_in_drops() -> None:
    """However little comes at once."""
    raw = (b"some line\n" * 700 + TOKEN.encode() + b"\n") * 3
    places = [one.line for one in spotted(_Drops(raw), Wanted())]  # type: ignore[arg-type] # `read` is all that is asked
    assert places == [701, 1402, 2103]


def test_one_wrong_character_is_no_token_and_named_only_when_asked_for() -> None:
    """Damaged ones are somebody's guess, so they are told apart."""
    damaged = TOKEN[:40] + ("0" if TOKEN[40] != "0" else "1") + TOKEN[41:]
    for text in (damaged, TOKEN.upper(), TOKEN[:-2]):
        assert not found(text)
        (one,) = found(text, probable=True)
        assert one.likeness is Likeness.PROBABLE
        assert one.shown == f"••••({len(text)})"
    assert not found("cvt_short and cvt_" + "x" * 150, probable=True)


def test_128_capital_letters_count_only_beside_a_key_of_vtex() -> None:
    """Alone they may be anything: protein sequences, for one."""
    assert not found(f"{VTEX_KEY} {VTEX_TOKEN}")
    (one,) = found(f"{VTEX_KEY}\n{VTEX_TOKEN}", vtex=True)
    assert (one.line, one.app_key, one.shown) == (2, VTEX_KEY, f"••••(128)••{VTEX_TOKEN[-4:]}")
    assert not found(VTEX_TOKEN, vtex=True)
    assert not found(f"{VTEX_KEY}\n{'.' * 4000}\n{VTEX_TOKEN}", vtex=True)
    assert not found(f"{VTEX_KEY}\n{VTEX_TOKEN}A", vtex=True)


def _other_text(chance: random.Random) -> Iterator[bytes]:
    """What lies in trees: sources, random bytes, base64, base32, capital letters, and what begins like a token."""
    read = (one.read_bytes() for one in Path(__file__).parent.glob("*.py"))
    sources = [one for one in read if b"cvt_1" not in one]  # some tests hold a published one
    alphabet = b"0123456789abcdefghjkmnpqrstvwxyz"
    while True:
        yield chance.choice(sources)
        yield chance.randbytes(50_000)
        yield b"".join(b"cvt_" + bytes(chance.choices(alphabet, k=70)) + b"\n" for _ in range(20))
        yield bytes(chance.choices(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=20_000))
        yield bytes(chance.choices(alphabet, k=20_000))


def test_nothing_is_found_where_no_token_is() -> None:
    """Not in any of this text, among it thousands of values that begin and end like tokens."""
    chance, left = random.Random(11), NOTHING_BYTES
    for raw in _other_text(chance):
        assert not found(raw, vtex=True)
        left -= len(raw)
        if left <= 0:
            break


# -- the command


def test_a_tree_is_searched_and_what_is_found_is_shown_masked(empty: Any) -> None:
    """File, line and column; exit code 1. The value itself is nowhere, not even as the name of a file."""
    tree = empty.folder / "tree"
    (tree / "deep").mkdir(parents=True)
    (tree / "deep" / ".env").write_text(f"CHAVEIRO_APP_KEY={KEY}\nCHAVEIRO_APP_TOKEN={TOKEN}\n")
    (tree / "blob.bin").write_bytes(b"\x00\xff" * 999 + TOKEN.encode() + b"\x00")
    (tree / TOKEN).write_text(f"again {TOKEN}")
    done = empty(f"chaveiro scan {tree}")
    assert done.code == 1
    assert f"{tree}/deep/.env:2:20: {TOKEN[:8]}••••(74)••{TOKEN[-4:]}, its appKey {KEY} lies beside it" in done.out
    assert f"{tree}/blob.bin:1:1999: " in done.out
    assert f"{tree}/***:1:7: " in done.out
    assert "Tokens found: 3, in 3 files." in done.err
    assert TOKEN[9:60] not in done.out + done.err
    as_json = empty(f"chaveiro scan {tree} --json")
    assert as_json.code == 1
    assert [one["likeness"] for one in as_json.body["found"]] == ["token"] * 3
    assert TOKEN[9:60] not in as_json.out


def test_a_clean_tree_is_exit_code_0(empty: Any) -> None:
    """And how much was read is told."""
    (empty.folder / "a.txt").write_text("nothing here")
    done = empty(f"chaveiro scan {empty.folder / 'a.txt'} --json")
    assert (done.code, done.body) == (0, {"found": [], "skipped": [], "files": 1, "bytes": 12})
    assert "No token was found in 1 files" in empty(f"chaveiro scan {empty.folder / 'a.txt'}").err


def test_nothing_is_passed_over_in_silence(empty: Any) -> None:
    """Links out of the tree, pipes, what git compressed and what cannot be read are named."""
    outside = empty.folder / "outside.txt"
    outside.write_text(TOKEN)
    tree = empty.folder / "tree"
    objects = tree / ".git" / "objects"
    for folder in (objects / "pack", objects / "info"):
        folder.mkdir(parents=True)
    (tree / "inside.txt").write_text("nothing")
    (tree / "in").symlink_to(tree / "inside.txt")
    (tree / "out").symlink_to(outside)
    (tree / "lost").symlink_to(tree / "nowhere")
    (tree / "round").symlink_to(tree)
    os.mkfifo(tree / "pipe")
    done = empty(f"chaveiro scan {tree} --json")
    assert done.code == 0
    assert {(Path(one["path"]).name, one["why"]) for one in done.body["skipped"]} == {
        ("objects", "compressed"), ("out", "link_out"), ("lost", "link_out"), ("pipe", "special"),
    }  # fmt: skip
    assert "git log -p --all | chaveiro scan -" in empty(f"chaveiro scan {tree}").err


def test_a_file_that_cannot_be_read_is_no_all_clear(empty: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2: nothing was found, and nobody knows whether there was something."""
    locked = empty.folder / "locked"
    locked.write_text(TOKEN)

    def refused(self: Path, *_: Any, **__: Any) -> Any:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refused)  # root may read everything
    done = empty(f"chaveiro scan {locked} --json")
    assert (done.code, done.body["skipped"]) == (2, [{"path": str(locked), "why": "unreadable"}])


def test_standard_input_is_searched_as_it_comes(empty: Any) -> None:
    """`git log -p | chaveiro scan -`."""
    done = empty("chaveiro scan - --json", f"+TOKEN={TOKEN}\n")
    assert (done.code, [one["file"] for one in done.body["found"]]) == (1, ["-"])


def test_a_path_that_is_not_there_is_said(empty: Any) -> None:
    """An answer of zero findings would be a lie."""
    done = empty("chaveiro scan nowhere --json")
    assert done.code == 2
    assert "`nowhere`" in json.loads(done.out)["error"]
