"""The doctor page as it is served: closed to the outside, in three languages, and whole in one file."""

import base64
import hashlib
import json
import re

import pytest

from chaveiro.doors.doctor.page import OFFLINE, PATH, doctor_page
from chaveiro.doors.doctor.words import CAUSES, shell
from chaveiro.wire.message import Reply
from chaveiro.words.language import Language

PAGES = (PATH, OFFLINE)
WORDS = f"{PATH}/words.json"
FILES = tuple(f"{PATH}/{name}" for name in ("engine.js", "telling.js", "page.js", "style.css"))


def got(path: str, query: str = "", accept_language: str = "", public_url: str = "") -> Reply:
    return doctor_page(path, query, accept_language, public_url)


def text(path: str, query: str = "", public_url: str = "") -> str:
    return got(path, query, public_url=public_url).body.decode()


def header(reply: Reply, name: str) -> str:
    return dict(reply.headers)[name.encode()].decode()


@pytest.mark.parametrize("path", [*PAGES, *FILES, WORDS])
def test_nothing_may_be_loaded_sent_or_framed(path: str) -> None:
    """No source but our own files, or on the copy their hashes; no text may become markup."""
    policy = {one.split()[0]: one.split()[1:] for one in header(got(path), "content-security-policy").split("; ")}
    for name in ("default-src", "connect-src", "form-action", "base-uri", "frame-ancestors", "trusted-types"):
        assert policy[name] == ["'none'"]
    assert policy["require-trusted-types-for"] == ["'script'"]
    for name in ("script-src", "style-src"):
        assert policy[name] == ["'self'"] or all(one.startswith("'sha256-") for one in policy[name])


def test_the_served_page_has_no_script_or_style_of_its_own() -> None:
    page = text(PATH)
    assert re.findall(r"<script(?![^>]*(?: src=|application/json))", page) == []
    assert "<style" not in page
    assert re.findall(r' (?:on\w+|style)="', page) == []


def test_the_copy_is_one_file_whose_scripts_are_named_by_their_hashes() -> None:
    """In the header for a browser that fetches it, and in the file for one that opens it from a disk."""
    page = text(OFFLINE)
    assert re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', page) == []
    bodies = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", page, re.DOTALL)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in bodies]
    assert len(hashes) == 4
    inside = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert inside
    for policy in (header(got(OFFLINE), "content-security-policy"), inside[1].replace("&#39;", "'")):
        assert all(one in policy for one in hashes)


def test_no_file_would_end_the_script_that_holds_it() -> None:
    for path in FILES:
        assert not re.search(r"</script|</style|<!--", text(path), re.IGNORECASE)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", Language)
def test_every_language_is_in_every_page(path: str, language: Language) -> None:
    """The shell in the language that was asked for; the words of all three, for whoever changes it there."""
    reply = got(path, f"lang={language}")
    page = reply.body.decode()
    assert header(reply, "content-language") == language.tag
    assert f'<html lang="{language.tag}"' in page
    assert shell(language)["clear"] in page
    found = re.search(r'id="words">(.*?)</script>', page, re.DOTALL)
    assert found
    words = json.loads(found[1])["languages"]
    assert set(words) == set(Language)
    for spoken in words.values():
        assert set(spoken["causes"]) == set(CAUSES)
        assert all(place < len(spoken["sentences"]) for row in spoken["causes"].values() for place in row)


def test_a_copy_leads_to_the_causes_of_its_installation_or_nowhere() -> None:
    assert 'data-causes="https://auth.example/causes"' in text(OFFLINE, public_url="https://auth.example/")
    assert 'data-causes=""' in text(OFFLINE)


def test_files_may_be_kept_for_ever_by_the_address_that_names_their_content() -> None:
    for path in FILES:
        named = re.search(rf'"{path}\?(v=[0-9a-f]{{12}})"', text(PATH))
        assert named
        assert "immutable" in header(got(path, named[1]), "cache-control")


@pytest.mark.parametrize("path", [*FILES, WORDS])
@pytest.mark.parametrize("query", ["", "v=000000000000"])
def test_what_an_address_does_not_name_is_asked_for_again_within_the_hour(path: str, query: str) -> None:
    """Pages of other doors use these files by their names alone, and get new ones after an upgrade."""
    assert header(got(path, query), "cache-control") == "public, max-age=3600"


def test_the_words_may_be_fetched_by_pages_of_other_doors() -> None:
    words = json.loads(got(WORDS).body)
    assert set(words["languages"]) == {"pt", "es", "en"}
    assert "key_truncated" in words["languages"]["en"]["causes"]


@pytest.mark.parametrize("path", [f"{PATH}/page.py", f"{PATH}/template.html", f"{PATH}/../x", f"{PATH}/words.py"])
def test_nothing_else_is_served(path: str) -> None:
    assert got(path).status == 404


def test_nothing_that_was_asked_is_repeated() -> None:
    assert "hunter2" not in text(PATH, "token=hunter2&lang=hunter2")
