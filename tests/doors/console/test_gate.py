"""The gate of the console: whose forms count, what every page is closed to, what its cookies are."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from tests.doors.console.browserless import PASSWORD, Reader, console

from chaveiro.doors.console.room import Entry
from chaveiro.doors.console.rooms import entries

UNSAFE = [entry for entry in entries() if entry.method == "POST"]
PAGES = [entry for entry in entries() if entry.method == "GET"]
SAMPLES = {
    "app_key": "cvk_0000000000000000000000",
    "id": "1",
    "email": "YW5h",
    "denial": "01KJTEK43RZ8Q0X2V6M4W9N7BD",
    "file": "nginx.conf",
}
FORGERIES: dict[str, dict[str, str | None]] = {
    "foreign origin": {"Origin": "https://evil.example"},
    "no origin": {"Origin": None},
    "null origin": {"Origin": "null"},
    "a port of its own": {"Origin": "http://127.0.0.1:1"},
    "text/plain": {"Content-Type": "text/plain"},
    "JSON": {"Content-Type": "application/json"},
    "no Sec-Fetch-Site": {"Sec-Fetch-Site": None},
    "a sister's site": {"Sec-Fetch-Site": "same-site"},
    "another site": {"Sec-Fetch-Site": "cross-site"},
    "typed in": {"Sec-Fetch-Site": "none"},
}


@pytest.fixture(scope="module")
def ana() -> Iterator[Reader]:
    with console() as (_, origin):
        reader = Reader(origin)
        reader.sign_in()
        yield reader


def address(entry: Entry) -> str:
    return re.sub(r"\{(\w+)(?::path)?\}", lambda found: SAMPLES[found[1]], entry.path)


@pytest.mark.parametrize("entry", UNSAFE, ids=lambda one: one.path)
@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_form_from_elsewhere_changes_nothing(ana: Reader, entry: Entry, forgery: str) -> None:
    """Whatever another site can make a browser send is refused, at every form there is."""
    ana.get("/console/sessions")
    before = dict(ana.cookies)
    got = ana.post(address(entry), {"confirm_password": PASSWORD}, FORGERIES[forgery], follow=False)
    assert got.status_code == 403
    assert "Nothing was changed" in got.text
    assert ana.cookies == before


@pytest.mark.parametrize("entry", [one for one in UNSAFE if not one.apart], ids=lambda one: one.path)
def test_a_form_without_the_sessions_own_token_changes_nothing(ana: Reader, entry: Entry) -> None:
    """No token, a wrong one, and somebody else's are refused alike."""
    other = Reader(ana.origin)
    other.get("/console/sign-in")
    for token in ("", "A" * 86, other.form_token):
        assert ana.post(address(entry), {"form_token": token}, follow=False).status_code == 403
