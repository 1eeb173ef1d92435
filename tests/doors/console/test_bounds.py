"""What one request may cost: nobody stops the process, or keeps others from signing in, by what they send."""

from __future__ import annotations

from itertools import product
from string import ascii_lowercase
from time import perf_counter

import pytest
from tests.doors.console.browserless import Reader, console
from tests.doors.world import ACME, done

from chaveiro.catalogue.packaged import VTEX, packaged
from chaveiro.core.command import ImportCatalogue
from chaveiro.core.credential import Secret
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AppKey, Email
from chaveiro.doors.console.addresses import of_user
from chaveiro.passwords import Busy
from chaveiro.wire.link import set_up_link

SOON_SECONDS = 1.0  # what it took before was three of them, in which no request of anybody was decided
_CHOSEN = "trinta e duas chaves penduradas"
_BOUNDARY = "x"
_SLOW = "".join(
    (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="email"\r\n\r\n',
        "a" * 250_000,
        f"\r\n--{_BOUNDARY}--\r\n",
    )
)


@pytest.mark.parametrize("path", ["/console/sign-in", "/handover"])
def test_thousands_of_names_in_an_address_are_read_at_once(path: str) -> None:
    """Reading them is done where every request is decided, so that it must not grow with their square."""
    names = "&".join(map("".join, product(ascii_lowercase, repeat=3)))[:30_000]
    with console() as (_, origin):
        began = perf_counter()
        assert Reader(origin).get(f"{path}?{names}").status_code == 200
        assert perf_counter() - began < SOON_SECONDS


@pytest.mark.parametrize("charset", ["charset=punycode", 'charset="utf-7"', "charset=utf-8; charset=punycode"])
def test_nobody_chooses_how_a_form_is_decoded(charset: str) -> None:
    """No browser says it, and some decoders take seconds, in which nothing else is decided."""
    with console() as (_, origin):
        began = perf_counter()
        got = Reader(origin).post_raw(
            "/console/sign-in", _SLOW, f"multipart/form-data; boundary={_BOUNDARY}; {charset}"
        )
        assert got.status_code == 403
        assert "Nothing was changed" in got.text
        assert perf_counter() - began < SOON_SECONDS


def test_thousands_of_words_are_not_looked_for_in_a_thousand_routes() -> None:
    """Anybody who is signed in may search the catalogue: what they look for is a line of a hundred characters."""
    with console() as (world, origin):
        sponsor = Actor(ActorKind.USER, Email("ana@acme.example"))
        done(world.house, ImportCatalogue(ACME, packaged(VTEX)), sponsor)
        reader = Reader(origin)
        reader.sign_in()
        reader.get("/console/settings/catalogue")
        began = perf_counter()
        assert reader.get(f"/console/settings/catalogue?q={'a+' * 2_000}").status_code == 200
        assert perf_counter() - began < SOON_SECONDS


@pytest.mark.parametrize("moment", ["9999-12-31T23:59-23:59", "0001-01-01T00:00+23:59"])
def test_no_moment_is_kept_that_no_page_can_tell(moment: str) -> None:
    """It would be in the account, and every page that shows it would be an error from then on."""
    with console() as (world, origin):
        reader, app_key = Reader(origin), world.pairs["roleless"].app_key
        reader.sign_in()
        for address, fields in (
            (f"/console/keys/{app_key}/link", {"role": "1", "until": moment}),
            ("/console/keys/issue", {"id": "0" * 32, "label": "ERP", "handing": "here", "expires": moment}),
            (f"/console{of_user(Email('ana@acme.example'))}/roles", {"role": "1", "until": moment}),
        ):
            reader.get("/console/keys/issue")
            assert reader.post(address, fields).status_code in {200, 422}
        keyring = world.house.node.keyring(ACME)
        assert "0" * 32 not in {key.id for key in keyring.keys.values()}
        assert not keyring.keys[AppKey(app_key)].grants
        assert not keyring.users[Email("ana@acme.example")].grants


def test_a_link_that_is_made_up_costs_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two passwords are hashed at once: strangers who try links must not take both turns from people who sign in."""
    with console() as (world, origin):
        monkeypatch.setattr(world.house.passwords, "hashed", _busy)
        reader = Reader(origin)
        reader.get("/console/set-up")
        link = set_up_link(origin, ACME, Email("ana@acme.example"), Secret("made up")).reveal()
        got = reader.post("/console/set-up", {"code": link, "password": _CHOSEN, "password_again": _CHOSEN})
        assert got.status_code == 403


def _busy(*_: str) -> str:
    raise Busy
