"""Of a token nothing shows, in any output, but its prefix, four characters after it and the last four."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.doctor.hurt import Sent, hurt_pairs
from tests.doctor.node import SCRIPTS, evaluated, needs_node

from chaveiro import Format, examine_pair
from chaveiro.core.credential import masked
from chaveiro.doctor.examination import Examination
from chaveiro.doors.cli.app import run
from chaveiro.doors.doctor import words
from chaveiro.words.language import Language

HIDDEN_MIN = 39  # of the 65 characters that depend on a token's secret
SECRET = range(9, 74)
_MARKS = re.compile(r"\(\d+\)|<U\+[0-9A-F]+>|[^0-9A-Za-z_]")
# The same examples in every run: a failure here is a leak, and must not come and go.
# The first one found is told as it is, as looking for a shorter one takes minutes.
steady = settings(derandomize=True, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


def everything(examined: Examination) -> str:
    """All that a library user may print: renderings, facts, evidence, reprs."""
    facts = [repr((dict(one.facts), dict(one.evidence))) for one in examined.findings]
    return "\n".join([examined.key.shown, examined.token.shown, *facts, repr(examined), repr(examined.findings)])


def windows(shown: str, secrets: Sequence[str]) -> bool:
    """Say whether the letters of a rendering are those of one mask, or of masks beside each other."""
    letters = _MARKS.sub("", shown)
    heads = [secret[:8] + secret[-4:] if secret.startswith("cvt_") else secret[-4:] for secret in secrets]
    return letters in {"", *heads}


@settings(steady, max_examples=1500)
@given(hurt_pairs())
def test_of_a_library_users_examination(sent: Sent) -> None:
    """Not in a rendering, a fact, the evidence or a repr; and a rendering of a token opens no other window of it."""
    examined = examine_pair(sent.key, sent.token)
    assert sent.leaked(everything(examined)) == []
    facts = [str(fact) for one in examined.findings for fact in (*one.facts.values(), *one.evidence.values())]
    assert sent.leaked("\n".join([examined.token.shown, *facts]), run=5) == []
    for value in (examined.key, examined.token):
        if value.reading.kind == "token" and value.format is Format.NATIVE and not value.reading.joined:
            assert windows(value.shown, sent.secrets), (value.shown, sent)


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an account, a role and no key."""
    data = tmp_path_factory.mktemp("shown") / "data"
    for line in (
        ["account", "create", "acme", "--sponsor", "ana@acme.example"],
        ["catalogue", "import", "acme", "packaged:tour"],
    ):
        assert said([*line, "--data", str(data)])
    return data


def said(line: Sequence[str], typed: str = "") -> str:
    """What a command writes, to people or to programs."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "stdin", io.StringIO(typed)):
        run(list(line))
    return out.getvalue() + err.getvalue()


@settings(steady, max_examples=400)
@given(sent=hurt_pairs(), language=st.sampled_from(Language), way=st.integers(0, 4))
def test_of_the_command_line(sent: Sent, language: Language, way: int) -> None:
    """For people and for programs, by option, file, header and standard input, in each language."""
    lines: list[tuple[list[str], str]] = [
        ([f"--key={sent.key}", f"--token={sent.token}"], ""),
        ([], f"{sent.key}\n{sent.token}"),
        ([], sent.token),
        ([f"--header=X-VTEX-API-AppKey: {sent.key}", f"--header=X-Token: {sent.token}"], ""),
        (["--curl", "-"], f"curl -H 'X-VTEX-API-AppKey: {sent.key}' -H 'X-VTEX-API-AppToken: {sent.token}' https://a"),
    ]
    line, typed = lines[way]
    for ending in ([], ["--json"]):
        told = said(["doctor", *line, "--lang", language.value, *ending], typed)
        assert told
        assert sent.leaked(_unescaped(told)) == []


@settings(steady, max_examples=40)
@given(sent=hurt_pairs(), language=st.sampled_from(Language))
def test_of_a_denial_and_its_explanation(desk: Path, sent: Sent, language: Language) -> None:
    """Of what is answered, kept and explained to keepers, and of the list of what keeps failing."""
    account = ["--data", str(desk), "--lang", language.value]
    asked = ["check", "acme", f"--key={sent.key}", "--token", "-", "--method", "GET", "--path", "/api/oms/pvt/orders"]
    answer = said([*asked, "--json", *account], sent.token)
    told = [answer, said([*asked, *account], sent.token), said(["failures", "acme", *account])]
    denial = json.loads(answer).get("denial")
    assert denial
    told += [said(["explain", denial, *ending, *account]) for ending in ([], ["--json"])]
    for one in told:
        assert sent.leaked(_unescaped(one)) == []
    for kept in desk.rglob("*"):
        if kept.is_file():
            assert sent.leaked(kept.read_bytes().decode("latin-1")) == []


def _unescaped(text: str) -> str:
    return text + re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)


@needs_node
@settings(steady, max_examples=15)
@given(st.lists(hurt_pairs(), min_size=60, max_size=60))
def test_of_the_page(pairs: list[Sent]) -> None:  # sixty at a time, as starting Node takes longer than examining
    """Of its sentences in each language and its rendering, which opens no window that `masked` does not open."""
    files = [SCRIPTS / "engine.js", SCRIPTS / "telling.js"]
    page = """
    value.pairs.map(({ key, token }) => ({
      shown: [[key, chaveiro.read(key, "key")], [token, chaveiro.read(token, "token")]].map(
        ([text, reading]) => ({ kind: reading.kind, format: reading.format, cells: telling.rendering(text, reading) }),
      ),
      told: chaveiro.examine(key, token).map((found) => [
        JSON.stringify(found),
        ...Object.keys(value.words.languages).map((one) => JSON.stringify(telling.tell(found, value.words, one))),
      ]),
    }))"""
    value = {"pairs": [{"key": one.key, "token": one.token} for one in pairs], "words": json.loads(words.data())}
    for sent, found in zip(pairs, evaluated(files, page, value), strict=True):
        assert sent.leaked(json.dumps(found["told"])) == []
        for one in found["shown"]:
            assert sent.leaked("".join(cell["text"] for cell in one["cells"])) == []
            if one["kind"] == "token" and one["format"] == "native":
                assert _within_the_mask(one["cells"], sent), (sent, _letters(one["cells"]))


def _letters(cells: Sequence[dict[str, object]]) -> str:
    return "".join(str(one["text"]) for one in cells if one["state"] == "shown").lower()


def _within_the_mask(cells: Sequence[dict[str, object]], sent: Sent) -> bool:
    """Letters of the eight at the beginning and the four at the end of one of the tokens, in their order."""
    return any(_contains(secret[:8] + secret[-4:], _letters(cells)) for secret in sent.secrets)


def _contains(whole: str, read: str) -> bool:
    letters = iter(whole)
    return all(letter in letters for letter in read)


@settings(steady, max_examples=300)
@given(hurt_pairs())
def test_a_mask_hides_enough(sent: Sent) -> None:
    """Of the 65 characters that depend on the secret, at least 39; so all renderings of a token together do."""
    for token in sent.secrets:
        shown = masked(token)
        if token.startswith("cvt_"):
            opened = {*range(8), *range(len(token) - 4, len(token))}
            assert shown == f"{token[:8]}••••(74)••{token[-4:]}"
            assert len(set(SECRET) - opened) >= HIDDEN_MIN
        else:
            assert shown == f"••••(128)••{token[-4:]}"
