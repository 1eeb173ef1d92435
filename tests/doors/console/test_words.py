"""No page of the console says in English what has words in Portuguese or Spanish."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from io import BytesIO

import pytest
from babel.messages.pofile import read_po
from tests.doors.console.panorama import Panorama, panorama, samples, shown
from tests.doors.world import listening

from chaveiro import words
from chaveiro.words.language import Language

SPOKEN = {"title", "placeholder", "aria-label", "alt", "data-confirm", "label", "summary"}
UNSPOKEN = {"script", "style", "code", "pre", "samp", "kbd"}  # what is written there is for machines
# What is no English here: how a language calls itself, and how keys of this account are called.
SAME = frozenset({"English", "inactive", "blocked", "deleted"})
LITERAL_MIN = 6  # shorter pieces of a sentence with something in it prove nothing
HOLE = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]|`[^`]*`")


class Spoken(HTMLParser):
    """Everything that a page says to people, piece by piece; apart from what is set as code."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._within: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said += [value or "" for name, value in attrs if name in SPOKEN]
        if tag in UNSPOKEN:
            self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if not self._within and data.strip():
            self.said.append(" ".join(data.split()))


@cache
def english(language: Language) -> Mapping[str, tuple[str, re.Pattern[str]]]:
    """Every sentence that a language says otherwise, or cannot say yet: its longest piece, and its shape."""
    path = files(words) / "locale" / language / "LC_MESSAGES" / "chaveiro.po"
    found: dict[str, tuple[str, re.Pattern[str]]] = {}
    for message in read_po(BytesIO(path.read_bytes())):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        for one in map(str, ids):
            pieces: list[str] = HOLE.split(re.sub(r"\s+", " ", one.strip()))
            longest = max(pieces, key=len, default="")
            if one and one not in strings and one not in SAME and (len(pieces) == 1 or len(longest) >= LITERAL_MIN):
                found[one] = longest, re.compile(".*?".join(re.escape(piece) for piece in pieces), re.DOTALL)
    return found


def left(text: str, language: Language) -> Iterator[str]:
    """The English sentences that a page still says."""
    said = Spoken(text).said
    everything = "\n".join(said)
    for sentence, (longest, shape) in english(language).items():
        if longest in everything and any(_says(one, longest, shape) for one in said):
            yield sentence


def _says(said: str, longest: str, shape: re.Pattern[str]) -> bool:
    """Whether a piece is the sentence or, where that is long enough to be no coincidence, holds it."""
    return bool(shape.fullmatch(said) or (len(longest.split()) > 2 and shape.search(said)))


@pytest.fixture(scope="module")
def scene() -> Iterator[tuple[Panorama, str]]:
    made = panorama()
    with listening(made.world.app()) as port:
        yield made, f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("language", [Language.PT, Language.ES])
def test_no_english_is_left(scene: tuple[Panorama, str], language: Language) -> None:
    made, origin = scene
    back, found = made.kept(), dict[str, set[str]]()
    for sample in samples(made):
        reader = made.reader(origin, sample.by, language)
        shown(reader, sample)
        back()
        if reader.page.headers.get("content-type", "").startswith("text/html"):
            for sentence in left(reader.page.text, language):
                found.setdefault(sentence, set()).add(sample.name)
    assert [f"{sentence} ({', '.join(sorted(names))})" for sentence, names in found.items()] == []


def test_english_is_found() -> None:
    """A sentence of a page, one with something in it, and one in an attribute."""
    assert list(left("<h1>Sign in</h1>", Language.PT)) == ["Sign in"]
    assert list(left("<p title='Skip to the content'>", Language.ES)) == ["Skip to the content"]
    assert list(left("<code>Sign in</code>", Language.PT)) == []
    assert list(left("<h1>Entrar</h1>", Language.PT)) == []
