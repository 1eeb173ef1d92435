"""The pages that every problem links to."""

import json
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaveiro.core.attempt import Need
from chaveiro.core.cause import Audience, Cause, Fact, Finding, Stage
from chaveiro.core.names import Resource
from chaveiro.doors.causes import pages
from chaveiro.doors.causes.examples import examples
from chaveiro.doors.causes.kinship import RELATED_MAX, related
from chaveiro.doors.causes.pages import Page, page
from chaveiro.doors.causes.samples import sample
from chaveiro.words.explain import explain
from chaveiro.words.language import Language

HOSTILE = "<script>alert(1)</script>\"'&"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
KEPT = [cause for cause in Cause if cause.audience is Audience.KEEPER]
VOID = {"meta", "link", "img", "br", "hr", "input"}


class Read(HTMLParser):
    """What a browser makes of a page; refuses what is not well nested."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        assert len(attrs) == len(dict(attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for one, attributes in self.tags if one == tag]

    def text(self, tag: str) -> str:
        return " ".join("".join(data for one, data in self.texts if one == tag).split())


def got(path: str, query: str = "", accept: str = BROWSER, accept_language: str = "") -> Page:
    return page(path, query, accept, accept_language)


def read(path: str, language: Language = Language.EN) -> Read:
    return Read(got(path, f"lang={language}").body.decode())


def headers(found: Page) -> dict[str, str]:
    return dict(found.headers)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_a_page_in_every_language(cause: Cause, language: Language) -> None:
    found = read(f"/causes/{cause}", language)
    assert found.all("html") == [{"lang": language.tag}]
    assert len(found.all("h1")) == 1
    assert found.text("title") == f"{found.text('h1')} · Chaveiro"
    for code in (cause, cause.code):
        assert code in found.text("code")


@pytest.mark.parametrize("language", Language)
def test_no_two_pages_have_one_title(language: Language) -> None:
    titles = [read(path, language).text("title") for path in ["/causes", *(f"/causes/{cause}" for cause in Cause)]]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("language", Language)
def test_the_index_leads_to_every_cause(language: Language) -> None:
    links = {urlsplit(str(link["href"])).path for link in read("/causes", language).all("a")}
    assert {f"/causes/{cause}" for cause in Cause} <= links


@pytest.mark.parametrize("path", ["/causes", "/causes/nothing", *(f"/causes/{cause}" for cause in Cause)])
def test_a_page_is_well_formed_and_its_links_lead_somewhere(path: str) -> None:
    found = read(path, Language.PT)
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in found.tags:
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        assert attributes.get("aria-labelledby") in {None, *ids}
    for tag in ("script", "style", "form", "iframe"):
        assert found.all(tag) == []
    assert all("alt" in image for image in found.all("img"))
    for address in [one["href"] for one in (*found.all("a"), *found.all("link"))]:
        target = urlsplit(str(address))
        assert target.netloc == ""
        if target.path == pages.DOCTOR:
            continue  # of another door; tests/doors/test_asgi.py
        if target.path:
            assert got(target.path, target.query).status == 200
        else:
            assert target.fragment in ids


def test_each_language_links_to_the_others() -> None:
    found = read("/causes/key_empty", Language.ES)
    links = [(link.get("rel"), link.get("hreflang"), link["href"]) for link in found.all("link")[:5]]
    assert links == [
        ("canonical", None, "/causes/key_empty?lang=es"),
        ("alternate", "en", "/causes/key_empty?lang=en"),
        ("alternate", "pt-BR", "/causes/key_empty?lang=pt"),
        ("alternate", "es-419", "/causes/key_empty?lang=es"),
        ("alternate", "x-default", "/causes/key_empty"),
    ]


@pytest.mark.parametrize(
    ("query", "accept_language", "tag"),
    [
        ("", "", "en"),
        ("", "pt-BR,pt;q=0.9", "pt-BR"),
        ("lang=es", "pt-BR", "es-419"),
        ("lang=es-AR", "", "es-419"),
        ("lang=xx", "pt", "pt-BR"),
        ("lang=", "es", "es-419"),
        ("x=1&lang=pt", "", "pt-BR"),
        ("&&&=;%%%", "", "en"),
        ("a&" * 10_000, "", "en"),
    ],
)
def test_the_language_is_the_chosen_one_or_the_browsers(query: str, accept_language: str, tag: str) -> None:
    found = got("/causes/key_empty", query, accept_language=accept_language)
    assert headers(found)["Content-Language"] == tag
    assert "Accept-Language" in headers(found)["Vary"]


def test_nothing_but_our_own_stylesheet_and_pictures_may_be_loaded() -> None:
    for path in ("/causes", "/causes/key_empty", "/causes/nothing", "/causes/style.css"):
        policy = headers(got(path))["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self';")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers(got(path))["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/causes/style.css", "/causes/icon.svg"])
def test_a_file_is_kept_by_browsers_until_it_changes(path: str) -> None:
    found = got(path)
    assert found.status == 200
    assert "immutable" in headers(found)["Cache-Control"]
    assert f"{path}?v=" in got("/causes").body.decode()


def test_the_stylesheet_loads_nothing_from_elsewhere() -> None:
    assert not re.search(rb"url\(|@import|https?:", got("/causes/style.css").body)


@given(st.text(max_size=100) | st.sampled_from([HOSTILE, "../key_empty", "key_empty/x", "KEY_EMPTY", "key_empty\n"]))
def test_an_unknown_cause_is_not_found_and_not_repeated(name: str) -> None:
    found = got(f"/causes/!{name}", f"lang=pt&x={name}")
    assert found.status == 404
    assert found.body == got("/causes/nothing", "lang=pt").body
    assert headers(found)["Cache-Control"] == "no-store"


def test_the_404_is_json_for_programs() -> None:
    found = got(f"/causes/{HOSTILE}", accept="application/json", accept_language="es")
    assert (found.status, found.content_type) == (404, "application/json")
    assert json.loads(found.body) == {"title": "Esa causa no existe"}


def test_whatever_a_sentence_holds_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Samples are ours; should one ever be somebody else's, it is text all the same."""
    facts: dict[str, Fact] = {"method": HOSTILE, "path": f"`{HOSTILE}`", "methods": (HOSTILE,)}
    monkeypatch.setattr(pages, "sample", lambda cause: Finding(cause, facts))
    text = pages._cause.__wrapped__(Cause.METHOD_NOT_MAPPED, Language.EN, json_wanted=False).body.decode()
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    Read(text)


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
        (BROWSER, "text/html; charset=utf-8"),
        ("application/json", "application/json"),
        ("application/problem+json, */*;q=0.1", "application/json"),
        ("text/html, application/json;q=0.9", "text/html; charset=utf-8"),
        ("text/html;q=0.1, application/json", "application/json"),
        ("application/json;q=0", "text/html; charset=utf-8"),
        ("x" * 100_000, "text/html; charset=utf-8"),
        (";;q=,/,", "text/html; charset=utf-8"),
    ],
)
def test_programs_that_ask_for_json_get_json(accept: str, content_type: str) -> None:
    found = got("/causes/key_empty", accept=accept)
    assert found.content_type == headers(found)["Content-Type"] == content_type
    assert "Accept" in headers(found)["Vary"]


@pytest.mark.parametrize("cause", Cause)
def test_json_says_what_the_page_says(cause: Cause) -> None:
    values = json.loads(got(f"/causes/{cause}", "lang=pt", "application/json").body)
    assert values["cause"] == cause
    assert values["code"] == cause.code
    assert values["status"] == cause.code.status
    assert values["facts"] == list(cause.facts)
    assert values["title"] == read(f"/causes/{cause}", Language.PT).text("h1")
    assert values["readable_by"][-1] == "keeper"
    assert set(values["related"]) <= set(Cause)


def test_the_index_lists_every_cause_for_programs() -> None:
    values = json.loads(got("/causes", accept="application/json").body)
    assert [one["cause"] for one in values["causes"]] == list(Cause)


@pytest.mark.parametrize("cause", KEPT)
def test_the_answer_on_a_keepers_page_tells_the_caller_nothing(cause: Cause) -> None:
    """What is shown as the caller's answer is what the caller would read, and no more."""
    body = got(f"/causes/{cause}", "lang=en").body.decode()
    answers = re.findall(r"HTTP/1\.1 .*?</code>", body, re.DOTALL)
    assert all(cause not in answer for answer in answers)
    if cause.stage is Stage.IDENTITY:
        assert answers == re.findall(
            r"HTTP/1\.1 .*?</code>", got("/causes/key_unknown", "lang=en").body.decode(), re.DOTALL
        )


@pytest.mark.parametrize("cause", Cause)
def test_a_sample_has_every_fact_of_its_cause(cause: Cause) -> None:
    found = sample(cause)
    assert set(cause.facts) <= set(found.facts)
    for language in Language:
        assert "?" not in explain(found, to=Audience.KEEPER, language=language).detail


@pytest.mark.parametrize("cause", Cause)
def test_examples_hold_no_placeholder_and_no_token(cause: Cause) -> None:
    for example in examples(cause):
        assert example.write
        for code in (example.write, example.instead):
            assert not re.search(r"\b(HEADER|VARIABLE|FIELD|VALUE)\b", code)
            assert not re.search(r"cvt_[0-9a-z]", code)


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_neighbours(cause: Cause) -> None:
    found = related(cause)
    assert 1 <= len(found) <= RELATED_MAX
    assert cause not in found
    assert len(set(found)) == len(found)
    assert all(one.field in {None, cause.field} or one.of(cause.field) is cause for one in found if cause.field)


def test_a_need_on_a_page_is_one_that_vtex_documents() -> None:
    assert sample(Cause.PERMISSION_MISSING_RESOURCE).facts["required"] == Need((Resource("OMS", "ListOrders"),))
