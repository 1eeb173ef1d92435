"""What every answer of the console is closed to: headers, cookies, and nothing said inline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from tests.doors.console.browserless import Reader
from tests.doors.console.deeds import deed
from tests.doors.console.panorama import Panorama, pages_of, panorama, samples, shown
from tests.doors.world import listening
from tests.promises.plugin import Proof

from chaveiro.doors.console.rooms import entries
from chaveiro.doors.place import Place
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import StoreUnavailable

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types htmx"
)
HEADERS = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "clipboard-read=(), camera=(), microphone=(), geolocation=(), payment=()",
    "x-robots-tag": "noindex",
}
COOKIE = re.compile(
    r"__Host-chaveiro-[a-z]+=[^;]*(?:; Max-Age=\d+)?; Path=/; Secure; HttpOnly; SameSite=Strict(?:; Max-Age=\d+)?"
)
LOADED = {
    "script": "src",
    "link": "href",
    "img": "src",
    "form": "action",
    "iframe": "src",
    "object": "data",
    "use": "href",
}
SINGLE = {"content-type", "location", "content-length", *HEADERS}


class Failing(MemoryStore):
    """A store that can be lost."""

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("_") and object.__getattribute__(self, "__dict__").get("lost"):
            raise StoreUnavailable("the database does not answer")
        return super().__getattribute__(name)


@dataclass
class Inline(HTMLParser):
    """Finds what the policy would refuse, or what comes from elsewhere."""

    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._within = tag
        if tag == "style" or (tag == "script" and "src" not in given):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on", "hx-vals", "hx-vars")):
                self.found.append(f"{tag} {name}")
            if re.match(r"\s*(?:javascript|vbscript|data):", value or "", re.IGNORECASE):
                self.found.append(f"{tag} {name}={value}")
        address = given.get(LOADED.get(tag, ""), "/")
        if not (address or "").startswith(("/", "#", "?")) or (address or "").startswith("//"):
            self.found.append(f"{tag} from {address}")

    def handle_data(self, data: str) -> None:
        if self._within == "script" and data.strip():
            self.found.append(f"script: {data[:40]}")

    def handle_endtag(self, tag: str) -> None:
        self._within = ""


def closed(got: httpx.Response) -> None:
    """What holds for every answer, whatever its status."""
    names = [name for name, _ in got.headers.multi_items()]
    assert [one for one in SINGLE if names.count(one) > 1] == []
    assert {name: got.headers.get(name) for name in HEADERS} == HEADERS
    for cookie in got.headers.get_list("set-cookie"):
        assert COOKIE.fullmatch(cookie), cookie
        assert len(cookie) < 4096
    if got.headers.get("content-type", "").startswith("text/html"):
        assert got.headers["content-type"] == "text/html; charset=utf-8"
        inline = Inline()
        inline.feed(got.text)
        assert inline.found == []


@pytest.fixture(scope="module")
def scene() -> Iterator[tuple[Panorama, str]]:
    made = panorama(Failing)
    with listening(made.world.app()) as port:
        yield made, f"http://127.0.0.1:{port}"


def test_every_page_is_closed(scene: tuple[Panorama, str], proof: Proof) -> None:
    made, origin = scene
    back = made.kept()
    seen = set()
    for sample in samples(made):
        reader = made.reader(origin, sample.by)
        shown(reader, sample)
        closed(reader.page)
        seen.add(reader.page.status_code)
        back()
    assert seen >= {200, 403, 404}
    proof("G20", dose=f"{len(list(samples(made)))} pages", figure="every header, cookie and element as it must be")


def test_every_answer_to_a_form_is_closed(scene: tuple[Panorama, str]) -> None:
    """Done, with nothing in it, with nonsense in it, forged, and sent by nobody who is signed in."""
    made, origin = scene
    back = made.kept()
    seen = set()
    for entry in entries():
        if entry.method != "POST":
            continue
        form = deed(made, entry)
        nonsense = dict.fromkeys(form.fields, "\u0000<?>")
        for who, fields, headers in (
            ("ana", form.fields, {}),
            ("ana", {}, {}),
            ("ana", nonsense, {}),
            ("ana", form.fields, {"Origin": "null"}),
            ("paulo", form.fields, {}),
            (None, form.fields, {}),
        ):
            reader = made.reader(origin, who)
            reader.get("/console/sessions" if who else "/console/sign-in")
            closed(reader.post(form.address, fields, headers, follow=False))
            seen.add(reader.page.status_code)
            back()
    assert seen >= {200, 303, 403, 422} or len(entries()) < 20


def test_whoever_is_not_signed_in_meets_closed_answers(scene: tuple[Panorama, str]) -> None:
    made, origin = scene
    for sample in samples(made):
        nobody = Reader(origin)
        for headers in ({}, {"HX-Request": "true"}, {"Sec-Fetch-Site": "cross-site"}):
            closed(nobody.get(sample.address, headers, follow=False))
    assert made.reader(origin).get("/console/sessions", {"Host": "localhost"}).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "HEAD"])
def test_other_methods_are_closed(scene: tuple[Panorama, str], method: str) -> None:
    for path in ("/console", "/console/sign-in", "/console/nowhere"):
        with httpx.Client(base_url=scene[1], trust_env=False) as client:
            got = client.request(method, path)
        assert got.status_code in {200, 303, 404, 405}
        closed(got)


def test_when_nobody_can_tell_that_is_said_on_a_closed_page(scene: tuple[Panorama, str]) -> None:
    """At every page and every form: 503 and when to ask again, never the sign-in, and nobody is signed out."""
    made, origin = scene
    ana = made.reader(origin)
    ana.get("/console/sessions")
    cookies, token = dict(ana.cookies), ana.form_token
    for entry in entries():
        public = entry.public
        form = deed(made, entry) if entry.method == "POST" else None
        address = form.address if form else next(pages_of(made, entry)).address
        store = made.world.house.store
        object.__setattr__(store, "lost", True)
        try:
            got = (
                ana.post(address, {**form.fields, "form_token": token}, follow=False)
                if form
                else ana.get(address, follow=False)
            )
        finally:
            object.__setattr__(store, "lost", False)
        closed(got)
        assert ana.cookies == cookies
        if not public:
            assert got.status_code == 503, entry
            assert int(got.headers["retry-after"]) > 0


def test_a_surprise_is_told_on_a_closed_page(scene: tuple[Panorama, str], monkeypatch: pytest.MonkeyPatch) -> None:
    made, origin = scene
    ana = made.reader(origin)

    def surprised(*_: object) -> None:
        raise RuntimeError("a secret that must not be told")

    monkeypatch.setattr(made.world.house.sessions, "of", surprised)
    got = ana.get("/console/sessions")
    closed(got)
    assert got.status_code == 500
    assert "secret" not in got.text


def test_over_plain_http_the_answer_is_closed() -> None:
    made = panorama()
    with listening(made.world.app(Place(base_hosts=("localhost",)))) as port:
        reader = Reader(f"http://127.0.0.1:{port}")
        said = {"Host": "auth.example", "X-Forwarded-Proto": "http"}
        assert reader.get("/console/sign-in", said).status_code == 403
        closed(reader.page)


def test_a_page_that_is_sent_small_is_closed(scene: tuple[Panorama, str]) -> None:
    ana = scene[0].reader(scene[1])
    got = ana.get("/console/sessions", {"Accept-Encoding": "gzip"})
    assert got.headers["content-encoding"] == "gzip"
    closed(got)


def test_what_is_inline_is_found() -> None:
    """Each kind of it, so that a page without any is one that was looked at."""
    for text, found in (
        ("<style>a{}</style>", "<style>"),
        ("<script>alert(1)</script>", "<script>"),
        ("<p style='a'>", "p style"),
        ("<img onerror=a src=/>", "img onerror"),
        ("<a href=' javascript:a'>", "a href= javascript:a"),
        ("<script src=https://cdn.example/x.js></script>", "script from https://cdn.example/x.js"),
        ("<img src=//cdn.example/x>", "img from //cdn.example/x"),
    ):
        inline = Inline()
        inline.feed(text)
        assert found in inline.found
