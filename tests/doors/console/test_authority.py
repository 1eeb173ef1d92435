"""Who may do what in the console: every way in for every kind of person, as `authority.txt` has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.doors.console.browserless import Reader
from tests.doors.console.deeds import deed
from tests.doors.console.panorama import Panorama, coded, pages_of, panorama
from tests.doors.world import ACME, listening
from tests.promises.plugin import Proof

from chaveiro.core.names import Email
from chaveiro.doors.console.room import Entry
from chaveiro.doors.console.rooms import entries

HEAD, TEXT = (Path(__file__).parent / "authority.txt").read_text("utf-8").split("\n\n", 1)
COLUMNS, *ROWS = ([cell.strip() for cell in line.split("|")] for line in TEXT.splitlines() if line)
WHO: Mapping[str, str | None] = {
    "sponsor": "ana",
    "key manager": "bruno",
    "viewer": "vera",
    "renewer": "rita",
    "user manager": "ugo",
    "role manager": "marta",
    "settings": "sara",
    "invited": "ines",
    "no role": "paulo",
    "other account": "gil",
    "nobody": None,
}
TABLE: Mapping[str, Mapping[str, str]] = {row[0]: dict(zip(COLUMNS[1:], row[1:], strict=True)) for row in ROWS}


@dataclass
class Place:
    """The account, where it answers, a browser for each kind of person, and the way back."""

    made: Panorama
    readers: Mapping[str, Reader]
    back: Callable[[], None]

    def asked(self, entry: Entry, who: str) -> httpx.Response:
        """Do what an entry is for, and undo it."""
        reader = self.readers[who]
        kept = dict(reader.cookies)
        try:
            if entry.method == "GET":
                sample = next(pages_of(self.made, entry))
                return reader.get(sample.address, {"HX-Request": "true"} if sample.part else {}, follow=False)
            form = deed(self.made, entry)
            reader.get("/console/sign-in" if WHO[who] is None else "/console/sessions")
            return reader.post(form.address, form.fields, follow=False)
        finally:
            reader.cookies = kept
            self.back()


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    made = panorama()
    with listening(made.world.app()) as port:
        origin = f"http://127.0.0.1:{port}"
        readers = {kind: made.reader(origin, who) for kind, who in WHO.items()}
        yield Place(made, readers, made.kept())


def said(got: httpx.Response) -> str:
    """The status, and where somebody is sent who must sign in first."""
    if got.headers.get("location", "").startswith("/console/sign-in?next="):
        return "sign in"
    return "sign in" if got.headers.get("hx-redirect", "") == "/console/sign-in" else str(got.status_code)


def title(entry: Entry) -> str:
    return f"{entry.method} {entry.path}"


@pytest.mark.parametrize("entry", entries(), ids=title)
def test_everybody_may_do_what_the_table_says(place: Place, entry: Entry, proof: Proof) -> None:
    """An entry that has no line is open to nobody, and fails here."""
    found = {kind: said(place.asked(entry, kind)) for kind in COLUMNS[1:]}
    assert TABLE.get(title(entry), {}) == found, " | ".join([title(entry), *found.values()])
    proof("G12", dose=1, figure="pages and forms, each for every kind of person as the table says")


def test_the_table_names_only_what_is_there() -> None:
    assert sorted(TABLE) == sorted(map(title, entries()))


@pytest.mark.parametrize("entry", entries(), ids=title)
def test_what_needs_a_resource_is_closed_to_whoever_has_none(place: Place, entry: Entry) -> None:
    """By address, too, and whatever a page shows."""
    if entry.needs:
        for kind in ("no role", "invited"):
            assert place.asked(entry, kind).status_code == 403
    if not entry.public:
        assert said(place.asked(entry, "nobody")) == "sign in"


# ------------------------------------------------------------------------------------------------- another account's


def ids_of(made: Panorama) -> Mapping[str, str]:
    """What things of acme are called in addresses and forms, each with a name of the same kind that nothing has."""
    store, keyring = made.world.house.store, made.world.house.node.keyring(ACME)
    keys = [*keyring.keys, *keyring.tombstones, *keyring.external]
    denials = [one.id for one in store.denials(ACME, limit=10_000)]
    episodes = [one.id for one in store.episodes(ACME, limit=1000)]
    sessions = [one.id for one in store.sessions(ACME)]
    own = {made.world.pairs[name].app_key for name in made.world.pairs if name.startswith("globex")}
    return {
        **{key: f"cvk_{number:022d}" for number, key in enumerate(keys) if key not in own},
        **{key.id: f"{number:032x}" for number, key in enumerate(keyring.keys.values()) if key.home is None},
        **{one: f"01KJTEK43RZ8Q0X2V6{number:08d}" for number, one in enumerate(dict.fromkeys([*denials, *episodes]))},
        **{one: f"{number:016x}" for number, one in enumerate(sessions)},
        **{coded(user): coded(Email(f"nobody{number}@acme.example")) for number, user in enumerate(keyring.users)},
    }


def exchanged(text: str, ids: Mapping[str, str]) -> str:
    """The same with what nothing is called in the place of every id."""
    return re.sub(r"[A-Za-z0-9_=-]+", lambda found: ids.get(found[0], found[0]), text)


def steady(got: httpx.Response, ids: Mapping[str, str]) -> list[str]:
    """All of an answer but what differs each time, and the id that was asked for."""
    names = {*ids, *ids.values()}
    text = re.sub(r'(?<=name="form_token" value=")[^"]+', "", got.text)
    text = re.sub(r'(?<=name="id" value=")[0-9a-f]{32}', "", text)
    headers = [
        (k, v)
        for k, v in got.headers.multi_items()
        if k not in {"date", "content-length", "set-cookie", "x-request-id"}
    ]
    told = f"{got.status_code} {headers} {text}"
    return re.sub(r"[A-Za-z0-9_-]+", lambda found: "ID" if found[0] in names else found[0], told).splitlines()


@pytest.mark.parametrize("entry", entries(), ids=title)
def test_what_another_account_has_is_as_unknown_as_what_nobody_has(place: Place, entry: Entry, proof: Proof) -> None:
    """To the byte, at every page and every form, for the sponsor of another account."""
    made, gil, ids = place.made, place.readers["other account"], ids_of(place.made)
    if entry.method == "GET":
        for sample in pages_of(made, entry):
            headers = {"HX-Request": "true"} if sample.part else {}
            theirs = gil.get(sample.address, headers, follow=False)
            nobodys = gil.get(exchanged(sample.address, ids), headers, follow=False)
            assert steady(theirs, ids) == steady(nobodys, ids)
        proof("G11", dose=1, figure="pages and forms: foreign and made up answered alike, byte for byte")
        return
    if entry.public or entry.path.endswith(
        ("/sign-out", "/sessions/password", "/keys/issue", "/export", "/settings/catalogue")
    ):
        return  # these name nothing that an account has
    form, answers, kept = deed(made, entry), list[list[str]](), dict(gil.cookies)
    for address, fields in (
        (form.address, form.fields),
        (
            exchanged(form.address, ids),
            {k: exchanged(v, ids) if isinstance(v, str) else v for k, v in form.fields.items()},
        ),
    ):
        gil.get("/console/sessions")
        answers.append(steady(gil.post(address, fields, follow=False), ids))
        gil.cookies = dict(kept)
        place.back()
    assert answers[0] == answers[1]
    proof("G11", dose=1, figure="pages and forms: foreign and made up answered alike, byte for byte")
