"""Whatever somebody typed, wherever it was kept or shown again, is text on every page of the console."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path

import httpx
import pytest
from tests.doors.console.browserless import Reader
from tests.doors.console.deeds import deed
from tests.doors.console.hostile import HOSTILE, Shape, Tree, harmless, stored
from tests.doors.console.panorama import Panorama, coded, pages_of, samples, shown
from tests.doors.world import ACME, listening
from tests.promises.plugin import Proof

from chaveiro.doors import console
from chaveiro.doors.console.rooms import entries

ROUNDS = 8
READ = re.compile(r"(?:asked|given|chosen)\(\s*\"(\w+)\"")
FILES = [one for one in Path(console.__file__).parent.rglob("*") if one.suffix in {".py", ".html"}]
SOURCE = "".join(one.read_text("utf-8") for one in FILES)
FIELD = re.compile(r" name=\"(\w+)\"")
NAMES = sorted({*READ.findall(SOURCE), *FIELD.findall(SOURCE), "q", "order", "with", "page", "resource"})


@dataclass
class Scene:
    """An account, where it answers, and what its pages are made of."""

    made: Panorama
    origin: str
    back: Callable[[], None]
    texts: Callable[[int], str]
    few: bool  # for what is the same with every text

    @property
    def rounds(self) -> int:
        return 2 if self.few else ROUNDS

    def pages(self) -> Iterator[httpx.Response]:
        """Every sample, and the page of everything that a text was given to."""
        for sample in samples(self.made):
            reader = self.made.reader(self.origin, sample.by)
            shown(reader, sample)
            self.back()
            yield reader.page
        reader = self.made.reader(self.origin)
        for address in self._addresses():
            yield reader.get(address, follow=False)

    def _addresses(self) -> Iterator[str]:
        node, paths = self.made.world.house.node, {entry.path for entry in entries()}
        keyring = node.keyring(ACME)
        for place in range(8 if self.few else len(HOSTILE)):
            app_key = self.made.app_key(f"hostile {place}")
            yield from (
                f"/console/keys/{app_key}{rest}"
                for rest in (("", "/delete", "/link", f"/unlink?role={place + 10}")[: 4 if place < 6 else 1])
            )
        yield from (f"/console/users/{coded(user)}" for user in list(keyring.users)[: 20 if self.few else None])
        yield from (f"/console/keys?page={page}" for page in (1, 2, 3))
        yield from (f"/console/users?page={page}" for page in (1, 2, 3))
        yield from (f"/console/failures?page={page}" for page in (1, 2, 3, 4))
        if "/console/roles/{role}" in paths:
            yield from (f"/console/roles/{role}" for role in list(keyring.roles)[: 20 if self.few else None])
        newest = self.made.world.house.store.denials(ACME, limit=6 * len(HOSTILE))
        yield from (f"/console/denials/{one.id}" for one in newest[:: 24 if self.few else 5])

    def asked(self) -> Iterator[httpx.Response]:
        """Every page with a text in each field of its address, and in what a browser says of itself."""
        reader = self.made.reader(self.origin)
        for number, entry in enumerate(one for one in entries() if one.method == "GET"):
            sample = next(pages_of(self.made, entry))
            for turn in range(self.rounds):
                shift = number + turn * len(HOSTILE) // self.rounds
                query = {name: self.texts((shift + place) % len(HOSTILE)) for place, name in enumerate(NAMES)}
                said = self.texts(shift % len(HOSTILE)).encode("ascii", "ignore").replace(b"\x00", b"").strip().decode()
                headers = {"User-Agent": said, "Accept-Language": said, "X-Forwarded-For": said}
                part = {"HX-Request": "true"} if sample.part else {}
                path = sample.address.partition("?")[0]
                yield reader.get(f"{path}?{httpx.QueryParams(query)}", {**headers, **part}, follow=False)

    def sent(self) -> Iterator[httpx.Response]:
        """Every form with a text in one field after the other, and in all at once."""
        reader = self.made.reader(self.origin)
        reader.get("/console/sessions")
        token, kept = reader.form_token, dict(reader.cookies)
        for number, entry in enumerate(one for one in entries() if one.method == "POST"):
            form = deed(self.made, entry)
            given = {
                name: value if isinstance(value, str) else next(iter(value), "") for name, value in form.fields.items()
            }
            for turn in range(self.rounds):
                text = self.texts((number * 7 + turn * len(HOSTILE) // self.rounds) % len(HOSTILE))
                everything = dict.fromkeys([*NAMES, *given], text)
                for fields in (everything, *({**given, name: text} for name in given)):
                    yield self._sent(reader, form.address, {**fields, "form_token": token})
                    reader.cookies = dict(kept)
                    self.back()

    def _sent(self, reader: Reader, address: str, fields: Mapping[str, str]) -> httpx.Response:
        got = reader.post(address, fields, follow=False)
        if got.status_code == 303 and not got.headers["location"].startswith("/console/sign-in"):
            return reader.get(got.headers["location"], follow=False)
        return got


@pytest.fixture(scope="module")
def plain() -> Iterator[Scene]:
    yield from _scene(harmless, few=True)


@pytest.fixture(scope="module")
def hostile() -> Iterator[Scene]:
    yield from _scene(HOSTILE.__getitem__, few=False)


def _scene(texts: Callable[[int], str], *, few: bool) -> Iterator[Scene]:
    made = stored(texts)
    with listening(made.world.app()) as port:
        yield Scene(made, f"http://127.0.0.1:{port}", made.kept(), texts, few)


@pytest.fixture(scope="module")
def shapes(plain: Scene) -> set[Shape]:
    """Every element that a template makes, with the attributes it gives it."""
    found: set[Shape] = set()
    strange = replace(plain, texts=lambda _: "¿ ?")  # as wrong as the others in most fields, and of no harm
    for ways in (plain.pages(), plain.asked(), plain.sent(), strange.asked(), strange.sent()):
        for got in ways:
            if is_page(got):
                tree = Tree(got.text)
                assert tree.wrong == []
                found |= tree.shapes
    return found


def is_page(got: httpx.Response) -> bool:
    kind: str = got.headers.get("content-type", "")
    return kind.startswith("text/html")


def judged(got: httpx.Response, shapes: set[Shape]) -> None:
    """No element, attribute or comment that the template does not have; nothing taken literally or computed."""
    assert got.status_code != 500, got.url
    if not is_page(got):
        return
    tree = Tree(got.text)
    assert tree.wrong == [], got.url
    if not got.url.path.startswith("/console/jobs/"):  # these differ by how far the work is
        assert tree.shapes - shapes == set(), got.url
    assert [one for one in HOSTILE if re.search(r"[<\"]", one) and one in got.text] == [], got.url
    assert "62615533" not in got.text, got.url
    assert "class &#39;str" not in got.text


def test_what_is_kept_is_text_on_every_page(hostile: Scene, shapes: set[Shape], proof: Proof) -> None:
    met: set[str] = set()
    for got in hostile.pages():
        judged(got, shapes)
        text = unescape(got.text)
        met.update(one for one in HOSTILE if one in text)
    keepable = {one for one in HOSTILE if one.isprintable() and len(one) <= 100}
    assert met >= keepable, keepable - met
    proof("G20", dose=f"{len(HOSTILE)} hostile texts in every field", figure="inert on every page")


def test_what_is_asked_for_is_text_on_every_page(hostile: Scene, shapes: set[Shape]) -> None:
    for got in hostile.asked():
        judged(got, shapes)
        for header in ("location", "set-cookie", "content-disposition", "hx-redirect", "link"):
            assert "evil" not in got.headers.get(header, "") or got.headers[header].startswith("/console")


def test_what_is_sent_is_text_on_every_page(hostile: Scene, shapes: set[Shape], proof: Proof) -> None:
    for got in hostile.sent():
        judged(got, shapes)
    proof("G20", dose=f"{len(HOSTILE)} hostile texts sent to every form", figure="inert in every answer")


def test_a_text_that_were_not_escaped_would_be_found() -> None:
    """Each of them that is an element, or ends one, changes what a page is made of."""
    template = '<p title="{0}">{0}</p><textarea>{0}</textarea><title>{0}</title>'
    shapes = Tree(template.format("text")).shapes
    for one in HOSTILE:
        if "<" in one or '"' in one:
            page = httpx.Response(200, html=template.format(one), request=httpx.Request("GET", "http://localhost"))
            with pytest.raises(AssertionError):
                judged(page, shapes)
