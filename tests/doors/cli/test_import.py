"""Keys of another system are brought in, by their tokens or by the digests that it kept of them."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
import random
import time
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest
from tests.dose import dose

from chaveiro.core.credential import mint_key, mint_token, mint_vtex_key, mint_vtex_token
from chaveiro.core.names import AccountName
from chaveiro.doors.cli.importing import command as importing

KEYS = dose(1_200, 10_000, 100_000)
MS_MAX = 10  # of processor for a key with a role, ten times what was seen
CHANCE = random.Random(5)
VTEX_KEY = mint_vtex_key(AccountName("acme"), CHANCE.randbytes(16))
VTEX_TOKEN = mint_vtex_token(CHANCE.randbytes(96)).reveal()
SECRET = bytes(range(40, 72))
TOKEN = "the-old-shop's-token-1"


def written(folder: Path, *rows: dict[str, Any], name: str = "keys.csv") -> Path:
    """A file of keys, as CSV or, by its name, as JSON lines."""
    path = folder / name
    if path.suffix == ".jsonl":
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
        return path
    columns = list(dict.fromkeys(column for row in rows for column in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), "utf-8")
    return path


def sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@pytest.mark.parametrize("name", ["keys.csv", "keys.jsonl"])
def test_a_pair_in_clear_works_as_if_it_had_been_made_here(chaveiro: Any, name: str) -> None:
    """With its roles, by name or number; the token is shown nowhere, and the file is to be deleted."""
    roles: Any = "Orders;2" if name.endswith("csv") else ["Orders", 2]
    row = {"appKey": VTEX_KEY, "appToken": VTEX_TOKEN, "label": "ERP, São Paulo", "owner": "Bia", "roles": roles}
    done = chaveiro(f"chaveiro key import acme {written(chaveiro.folder, row, name=name)}")
    assert done.code == 0
    assert "Keys brought into `acme`: 1. There already: 0. Left out: 0." in done.out
    assert "delete it" in done.out
    assert VTEX_TOKEN not in done.out + done.err
    assert chaveiro.asked(VTEX_KEY, VTEX_TOKEN).body["decision"] == "allow"
    shown = chaveiro(f"chaveiro key show acme {VTEX_KEY} --json").body
    assert (shown["label"], shown["owner"], shown["registered"]) == ("ERP, São Paulo", "Bia", True)
    assert [one["id"] for one in shown["roles"]] == [1, 2]
    assert shown["digest_kind"] is None


@pytest.fixture
def keyed(chaveiro: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A terminal whose installation has the keys of two other systems."""
    path = chaveiro.folder / "import-keys"
    path.write_text(
        f"# other systems\nshop hmac-sha256 {SECRET.hex()}\nerp hmac-sha512 base64:{b64encode(SECRET).decode()}\n"
    )
    path.chmod(0o600)
    monkeypatch.setenv("CHAVEIRO_IMPORT_KEYS", str(path))
    return chaveiro


DIGESTS = {
    "sha256": sha256(TOKEN),
    "SHA512": hashlib.sha512(TOKEN.encode()).hexdigest().upper(),
    "sha512": urlsafe_b64encode(hashlib.sha512(TOKEN.encode()).digest()).decode().rstrip("="),
    "hmac-sha256:shop": b64encode(hmac.digest(SECRET, TOKEN.encode(), "sha256")).decode(),
    "hmac-sha512:erp": hmac.digest(SECRET, TOKEN.encode(), "sha512").hex(),
}


@pytest.mark.parametrize("algorithm", DIGESTS)
def test_a_key_is_let_in_by_the_token_of_which_another_system_kept_a_digest(keyed: Any, algorithm: str) -> None:
    """And by no other; the digest itself, and what is kept, open nothing."""
    row = {"appKey": "old-1", "digest": DIGESTS[algorithm], "algorithm": algorithm, "roles": "1"}
    done = keyed(f"chaveiro key import acme {written(keyed.folder, row)}")
    assert done.code == 0
    assert "delete it" not in done.out
    assert keyed.asked("old-1", TOKEN).body["decision"] == "allow"
    for wrong in (TOKEN + "x", DIGESTS[algorithm], f"{algorithm}:{DIGESTS[algorithm]}"):
        assert keyed.asked("old-1", wrong).body["status"] == 401
    shown = keyed("chaveiro key show acme old-1 --json").body
    assert shown["digest_kind"] == algorithm.lower()
    assert algorithm.lower() in keyed("chaveiro key show acme old-1").out
    assert DIGESTS[algorithm].encode() not in (keyed.folder / "data" / "chaveiro.db").read_bytes()


def test_a_renewal_ends_what_the_other_system_knew(keyed: Any) -> None:
    """Both tokens work until it is finished; then the new one alone, and nothing is left of the other system."""
    row = {"appKey": "old-1", "digest": DIGESTS["hmac-sha256:shop"], "algorithm": "hmac-sha256:shop", "roles": "1"}
    keyed(f"chaveiro key import acme {written(keyed.folder, row)}")
    token = keyed("chaveiro key renew acme old-1 --json").body["appToken"]
    assert {keyed.asked("old-1", one).body["decision"] for one in (TOKEN, token)} == {"allow"}
    assert keyed("chaveiro key finish acme old-1").code == 0
    assert [keyed.asked("old-1", one).body["decision"] for one in (TOKEN, token)] == ["deny", "allow"]
    assert keyed("chaveiro key show acme old-1 --json").body["digest_kind"] is None


def test_without_the_other_systems_key_nobody_can_tell(keyed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not about its keys, nor about unknown ones, which must look the same; other keys go on."""
    own, token = keyed.linked()
    row = {"appKey": "old-1", "digest": DIGESTS["hmac-sha256:shop"], "algorithm": "hmac-sha256:shop", "roles": "1"}
    keyed(f"chaveiro key import acme {written(keyed.folder, row)}")
    monkeypatch.delenv("CHAVEIRO_IMPORT_KEYS")
    for key, shown in (("old-1", TOKEN), ("old-1", "wrong"), ("nobody-1", TOKEN), (own, token[:-1] + "!")):
        assert keyed.asked(key, shown).body["status"] == 503
    assert keyed.asked(own, token).body["decision"] == "allow"


def test_an_import_that_is_run_again_changes_nothing(chaveiro: Any) -> None:
    """Not a role, not a label, not an entry of the audit; also once a token was renewed."""
    rows = (
        {"appKey": "old-1", "digest": sha256("a"), "roles": "1"},
        {"appKey": "old-2", "digest": sha256("b"), "roles": ""},
    )
    line = f"chaveiro key import acme {written(chaveiro.folder, *rows)} --algorithm sha256 --json"
    assert chaveiro(line).body["imported"] == 2
    chaveiro("chaveiro key renew acme old-1")
    chaveiro("chaveiro key finish acme old-1")
    before = chaveiro("chaveiro audit show acme --json").body
    again = chaveiro(line)
    assert (again.code, again.body["imported"], again.body["unchanged"], again.body["left"]) == (0, 0, 2, [])
    assert chaveiro("chaveiro audit show acme --json").body == before


def test_each_key_has_its_own_entries_in_the_audit(chaveiro: Any) -> None:
    """By whoever asked, as for every other way in."""
    rows = [{"appKey": f"old-{n}", "digest": sha256(str(n)), "roles": "1", "state": "inactive"} for n in range(3)]
    chaveiro(f"chaveiro key import acme {written(chaveiro.folder, *rows)} --algorithm sha256")
    entries = chaveiro("chaveiro audit show acme --limit 9 --json").body
    named = [entry["event"] for entry in entries]
    assert named.count("KeyImported") == named.count("KeyGranted") == named.count("KeyDeactivated") == 3
    assert {entry["by"]["name"] for entry in entries} == {"ana@acme.example"}
    assert chaveiro("chaveiro audit verify").code == 0
    assert chaveiro.asked("old-1", "1").body["cause"] == "key_inactive"


def test_a_dry_run_changes_nothing_and_says_what_would_be(chaveiro: Any) -> None:
    """The same answer as the real one gives afterwards."""
    chaveiro("chaveiro account create globex --sponsor rui@globex.example")
    theirs = written(chaveiro.folder, {"appKey": "theirs", "digest": sha256("t")})
    chaveiro(f"chaveiro key import globex {theirs} --algorithm sha256")
    rows = (
        {"appKey": "old-1", "digest": sha256("a"), "roles": "1"},
        {"appKey": "theirs", "digest": sha256("t"), "roles": "1"},
        {"appKey": "old-2", "digest": "short", "roles": "1"},
    )
    line = f"chaveiro key import acme {written(chaveiro.folder, *rows)} --algorithm sha256"
    before = chaveiro("chaveiro audit show acme --json").body
    dry = chaveiro(f"{line} --dry-run --json")
    assert chaveiro("chaveiro audit show acme --json").body == before
    real = chaveiro(f"{line} --json")
    assert dry.code == real.code == 1
    assert dry.body | {"dry_run": False, "left": None} == real.body | {"left": None}
    by_line = [{one["line"]: one["why"] for one in body["left"]} for body in (dry.body, real.body)]
    assert by_line[0] == by_line[1]
    assert "another account" in by_line[0][3]


REFUSED = {
    "a token for an appKey": ({"appKey": VTEX_TOKEN, "digest": sha256("a")}, "a token stands in the place"),
    "no appKey": ({"appKey": "", "digest": sha256("a")}, "no appKey"),
    "an odd appKey": ({"appKey": "a b", "digest": sha256("a")}, "its appKey is none"),
    "a user's address": ({"appKey": "ana@acme.example", "digest": sha256("a")}, "its appKey is none"),
    "neither": ({"appKey": "k"}, "either an appToken or a digest"),
    "both": ({"appKey": "k", "appToken": VTEX_TOKEN, "digest": sha256("a")}, "either an appToken or a digest"),
    "no pair": ({"appKey": "k", "appToken": VTEX_TOKEN}, "not a pair"),
    "a damaged pair": ({"appKey": VTEX_KEY, "appToken": VTEX_TOKEN[:-1]}, "not a pair"),
    "bcrypt": ({"appKey": "k", "digest": "$2b$12$" + "a" * 53}, "slow kind"),
    "argon2": ({"appKey": "k", "digest": sha256("a"), "algorithm": "argon2id"}, "slow kind"),
    "another kind": ({"appKey": "k", "digest": sha256("a"), "algorithm": "md5"}, "no kind that can be verified"),
    "a key that is not here": (
        {"appKey": "k", "digest": sha256("a"), "algorithm": "hmac-sha256:x"},
        "no kind that can",
    ),
    "a short digest": ({"appKey": "k", "digest": sha256("a")[:-2]}, "not 32 bytes"),
    "no digest": ({"appKey": "k", "digest": "é" * 64}, "not 32 bytes"),
    "no role": ({"appKey": "k", "digest": sha256("a"), "roles": "Nobody"}, "one of its roles"),
    "no date": ({"appKey": "k", "digest": sha256("a"), "expires": "soon"}, "its `expires` is not a date"),
    "a date that has passed": ({"appKey": "k", "digest": sha256("a"), "expires": "2020-01-01"}, ""),
    "no network": ({"appKey": "k", "digest": sha256("a"), "networks": "10.0.0.1/8"}, "one of its networks"),
    "no state": ({"appKey": "k", "digest": sha256("a"), "state": "paused"}, "its state"),
    "a token as label": ({"appKey": "k", "digest": sha256("a"), "label": VTEX_TOKEN}, "its label"),
    "a token as owner": ({"appKey": "k", "digest": sha256("a"), "owner": f"x {VTEX_TOKEN}"}, "its owner"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_line_that_cannot_be_brought_is_told_by_its_number(chaveiro: Any, name: str) -> None:
    """Why, without a value of it; the lines around it are brought."""
    row, why = REFUSED[name]
    around = [{"appKey": key, "digest": sha256(key)} for key in ("before", "after")]
    path = written(chaveiro.folder, around[0], {"algorithm": "", **row}, around[1])
    for form in ("--json", ""):
        done = chaveiro(f"chaveiro key import acme {path} --algorithm sha256 --dry-run {form}")
        assert done.code == 1
        said = done.out + done.err
        assert VTEX_TOKEN not in said
        assert row.get("digest") not in said.split()
    body = chaveiro(f"chaveiro key import acme {path} --algorithm sha256 --json").body
    assert (body["imported"], [one["line"] for one in body["left"]]) == (2, [3])
    assert why in body["left"][0]["why"]


def test_what_is_no_row_holds_up_no_other(chaveiro: Any) -> None:
    """Whatever stands between."""
    good = [json.dumps({"appKey": key, "digest": sha256(key)}) for key in ("a", "b")]
    odd = [
        "{",
        "7",
        '{"appKey": 7}',
        '{"appKey": "c", "secret": "x"}',
        '{"appKey": "c", "roles": "1"}',
        '"\\ud800"',
        "[" * 5000,
    ]
    path = chaveiro.folder / "keys.jsonl"
    path.write_text("\n".join([good[0], *odd, "", good[1]]))
    body = chaveiro(f"chaveiro key import acme {path} --algorithm sha256 --json").body
    assert (body["imported"], [one["line"] for one in body["left"]]) == (2, [*range(2, 2 + len(odd))])
    path = chaveiro.folder / "keys.csv"
    lines = [
        b"appKey,digest,label",
        f"c,{sha256('c')},x".encode(),
        b"d",
        b"e,\xff\xfe,y",
        b'f,"x"y,z',
        f"g,{sha256('g')},w".encode(),
    ]
    path.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(lines))
    body = chaveiro(f"chaveiro key import acme {path} --algorithm sha256 --json").body
    assert (body["imported"], [one["line"] for one in body["left"]]) == (2, [3, 4, 5])


def test_the_same_key_twice_is_brought_once(chaveiro: Any) -> None:
    """Also in another batch; which of two tokens was meant, nobody knows: the first one counts, and it is said."""
    several = importing.AT_ONCE + 5
    rows = [{"appKey": f"k{n % several}", "digest": sha256(str(n))} for n in range(several + 3)]
    body = chaveiro(f"chaveiro key import acme {written(chaveiro.folder, *rows)} --algorithm sha256 --json").body
    assert body["imported"] == several
    assert {one["why"] for one in body["left"]} == {"the same key stands further up in the file"}
    again = written(chaveiro.folder, {"appKey": "k1", "digest": sha256("other")})
    (left,) = chaveiro(f"chaveiro key import acme {again} --algorithm sha256 --json").body["left"]
    assert "with another token" in left["why"]


def test_a_key_of_another_account_is_refused_by_itself(chaveiro: Any) -> None:
    """Although it stands in one transaction with others."""
    chaveiro("chaveiro account create globex --sponsor rui@globex.example")
    rows = [{"appKey": f"k{n}", "digest": sha256(str(n))} for n in range(5)]
    chaveiro(f"chaveiro key import globex {written(chaveiro.folder, rows[2])} --algorithm sha256")
    body = chaveiro(f"chaveiro key import acme {written(chaveiro.folder, *rows)} --algorithm sha256 --json").body
    assert (body["imported"], [(one["line"], one["appKey"]) for one in body["left"]]) == (4, [(4, "k2")])


def test_nobody_brings_keys_or_gives_roles_that_they_may_not(chaveiro: Any) -> None:
    """As for every other way in: the first is refused once, the second for each key; both are in the audit."""
    path = written(chaveiro.folder, *({"appKey": f"k{n}", "digest": sha256("a"), "roles": "1"} for n in range(3)))
    line = f"chaveiro key import acme {path} --algorithm sha256 --as bia@acme.example --json"
    refused = chaveiro(line)
    assert (refused.code, refused.body["refused"]) == (1, "not_delegated")
    chaveiro("chaveiro role create acme Keys --resource 'License Manager/EditApiKeys'")
    chaveiro("chaveiro role grant acme 3 --user bia@acme.example")
    done = chaveiro(line)
    assert (done.body["imported"], len(done.body["left"])) == (0, 3)
    assert chaveiro("chaveiro key list acme --json").body == []
    named = [entry["event"] for entry in chaveiro("chaveiro audit show acme --json").body]
    assert named.count("CommandRefused") == 4


def test_a_file_that_is_none_is_said_so(chaveiro: Any) -> None:
    """Exit code 2, and nothing is changed."""
    path = chaveiro.folder / "keys.csv"
    for content in (b"name,token\nx,y\n", b"appKey,appKey\n", b"", b"appKey,digest\n" + b"x" * 70_000):
        path.write_bytes(content)
        assert chaveiro(f"chaveiro key import acme {path}").code == 2
    assert chaveiro("chaveiro key import acme nowhere.csv").code == 2
    done = chaveiro(f"chaveiro key import acme {VTEX_TOKEN}.csv")
    assert done.code == 2
    assert VTEX_TOKEN not in done.out + done.err


def test_standard_input_is_read_as_it_comes(chaveiro: Any) -> None:
    """So that no file with tokens is left behind."""
    pair = json.dumps({"appKey": VTEX_KEY, "appToken": VTEX_TOKEN})
    done = chaveiro("chaveiro key import acme - --label Shop --role Orders --json", pair)
    assert (done.code, done.body["imported"]) == (0, 1)
    assert chaveiro.asked(VTEX_KEY, VTEX_TOKEN).body["decision"] == "allow"
    assert chaveiro(f"chaveiro key show acme {VTEX_KEY} --json").body["label"] == "Shop"


def test_a_native_pair_comes_from_another_installation(chaveiro: Any) -> None:
    """Its token names its appKey."""
    key = mint_key(CHANCE.randbytes(10))
    token = mint_token(key, CHANCE.randbytes(33)).reveal()
    path = written(chaveiro.folder, {"appKey": key, "appToken": token, "roles": "1"})
    assert chaveiro(f"chaveiro key import acme {path}").code == 0
    assert chaveiro.asked(key, token).body["decision"] == "allow"


@pytest.mark.parametrize(
    ("content", "mode"),
    [
        ("shop hmac-sha256 00112233445566778899aabbccddeeff", 0o640),
        ("shop sha256 00112233445566778899aabbccddeeff", 0o600),
        ("shop hmac-sha256 0011", 0o600),
        ("Shop! hmac-sha256 00112233445566778899aabbccddeeff", 0o600),
        ("shop hmac-sha256", 0o600),
        ("shop hmac-sha256 rot13:00112233445566778899aabbccddeeff", 0o600),
        ("shop hmac-sha256 00112233445566778899aabbccddeeff\n" * 2, 0o600),
        ("".join(f"k{n} hmac-sha256 00112233445566778899aabbccddeeff\n" for n in range(5)), 0o600),
    ],
)
def test_keys_of_other_systems_that_are_none_stop_the_start(
    chaveiro: Any, monkeypatch: pytest.MonkeyPatch, content: str, mode: int
) -> None:
    """With a sentence that quotes nothing of them."""
    path = chaveiro.folder / "import-keys"
    path.write_text(content)
    path.chmod(mode)
    monkeypatch.setenv("CHAVEIRO_IMPORT_KEYS", str(path))
    done = chaveiro("chaveiro key list acme")
    assert done.code == 2
    assert "import keys" in done.err
    assert "aabbcc" not in done.err


def test_many_keys_come_in_little_time(chaveiro: Any) -> None:
    """A hundred thousand within minutes, at the same pace as a thousand; the chain of the audit holds."""
    rows = [{"appKey": f"old-{n}", "digest": sha256(str(n)), "label": f"Shop {n}", "roles": "1"} for n in range(KEYS)]
    path = written(chaveiro.folder, *rows)
    began = time.process_time()
    done = chaveiro(f"chaveiro key import acme {path} --algorithm sha256 --json")
    took = time.process_time() - began
    print(f"{KEYS} keys with a role each: {took:.1f} s of processor, {KEYS / took:.0f} a second")  # noqa: T201 - run by hand, for its figure
    assert (done.code, done.body["imported"]) == (0, KEYS)
    assert chaveiro.asked(f"old-{KEYS - 1}", str(KEYS - 1)).body["decision"] == "allow"
    assert chaveiro("chaveiro audit verify").code == 0
    assert took / KEYS < MS_MAX / 1000
