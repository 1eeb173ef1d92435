"""The gate of the console: whose forms count, at every form there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.doors.console.browserless import Reader
from tests.doors.console.deeds import deed
from tests.doors.console.panorama import Panorama, email, panorama
from tests.doors.world import ACME, listening
from tests.promises.plugin import Proof

from chaveiro.doors.console.room import Entry
from chaveiro.doors.console.rooms import entries

UNSAFE = [entry for entry in entries() if entry.method == "POST"]
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


@dataclass
class Target:
    """The sponsor's browser, and what must not change."""

    made: Panorama
    ana: Reader
    token: str

    @property
    def state(self) -> tuple[object, ...]:
        store = self.made.world.house.store
        sessions = [one.id for who in ("ana", "bruno") for one in store.sessions(ACME, email(who))]
        return store.head(), sessions, dict(self.ana.cookies)


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    made = panorama()
    with listening(made.world.app()) as port:
        ana = made.reader(f"http://127.0.0.1:{port}")
        ana.get("/console/sessions")
        yield Target(made, ana, ana.form_token)


def is_apart(entry: Entry) -> bool:
    """Whether an entry is the same to everybody, so that there is no session whose token could be asked for."""
    return getattr(entry, "apart", False)


@pytest.mark.parametrize("entry", UNSAFE, ids=lambda one: one.path)
def test_a_form_from_elsewhere_changes_nothing(target: Target, entry: Entry, proof: Proof) -> None:
    """Whatever another site can make a browser send is refused, at every form there is, filled in as it must be."""
    form, before = deed(target.made, entry), target.state
    for name, headers in FORGERIES.items():
        got = target.ana.post(form.address, {**form.fields, "form_token": target.token}, headers, follow=False)
        assert got.status_code == 403, name
        assert "Nothing was changed" in got.text, name
    assert target.state == before
    proof("G20", dose=len(FORGERIES), figure="forms from elsewhere: 403, nothing changed")


@pytest.mark.parametrize("entry", [one for one in UNSAFE if not is_apart(one)], ids=lambda one: one.path)
def test_a_form_without_the_sessions_own_token_changes_nothing(target: Target, entry: Entry, proof: Proof) -> None:
    """No token, a wrong one, that of somebody who is not signed in, and another session's are refused alike."""
    stranger, bruno = Reader(target.ana.origin), target.made.reader(target.ana.origin, "bruno")
    stranger.get("/console/sign-in")
    bruno.get("/console/sessions")
    form, before = deed(target.made, entry), target.state
    for token in ("", "A" * len(target.token), stranger.form_token, bruno.form_token):
        got = target.ana.post(form.address, {**form.fields, "form_token": token}, follow=False)
        assert got.status_code == 403
        assert "Nothing was changed" in got.text
    assert target.state == before
    proof("G20", dose=4, figure="forms with another token or none: 403, nothing changed")


@pytest.mark.parametrize("entry", UNSAFE, ids=lambda one: one.path)
def test_a_form_is_never_read_from_an_address(target: Target, entry: Entry) -> None:
    """A link cannot do what a form does: not by GET, and not with its fields in the query."""
    form, before = deed(target.made, entry), target.state
    target.ana.get(f"{form.address}?form_token={target.token}", follow=False)
    got = target.ana.post(f"{form.address}?form_token={target.token}", {"form_token": ""}, follow=False)
    assert got.status_code == 403 or is_apart(entry)
    assert target.state == before
