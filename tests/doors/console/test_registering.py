"""A pair registered by hand: refused at once and explained where it would never work, and never sent back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog
from tests.doors.console.browserless import PASSWORD, Reader, console
from tests.doors.world import ACME, GLOBEX, NOW, World, done, furnish

from chaveiro.core.command import EDIT_API_KEYS, AddUser, CreateRole, GrantToUser
from chaveiro.core.credential import Secret, mint_key, mint_token, mint_vtex_key, mint_vtex_token
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AppKey, Email, Moment, Resource, RoleId

ANA, BIA, CAIO = (Email(f"{name}@acme.example") for name in ("ana", "bia", "caio"))
SPONSOR = Actor(ActorKind.USER, ANA)
REGISTER = "/console/users/register"
KEY = mint_key(bytes(range(10)))
TOKEN = mint_token(KEY, bytes(range(33))).reveal()
OTHER = mint_token(mint_key(bytes(10)), bytes(range(33))).reveal()
VTEX_KEY = mint_vtex_key(ACME, bytes(range(16)))
VTEX_TOKEN = mint_vtex_token(bytes(range(96))).reveal()
WRONG = f"{TOKEN[:39]}{'0' if TOKEN[39] != '0' else '1'}{TOKEN[40:]}"

DAMAGED = {
    "swapped": (TOKEN, KEY, "swapped"),
    "swapped and damaged": (f" {TOKEN}", KEY.upper(), "swapped"),
    "swapped, of VTEX": (VTEX_TOKEN, VTEX_KEY, "swapped"),
    "one wrong character": (KEY, WRONG, "at position 40"),
    "a blank inside": (KEY, f"{TOKEN[:30]} {TOKEN[30:]}", "at position 31"),
    "a blank after": (KEY, f"{TOKEN} ", "at position 75"),
    "a blank before the key": (f" {KEY}", TOKEN, "at position 1"),
    "a tab": (KEY, f"{TOKEN}\t", "tab"),
    "quotes": (KEY, f'"{TOKEN}"', "quot"),
    "letter case of the key": (KEY.upper(), TOKEN, "Upper and lower case"),
    "letter case of the token": (KEY, TOKEN.upper(), "Upper and lower case"),
    "cut": (KEY, TOKEN[:64], "64 characters"),
    "of another key": (KEY, OTHER, "another"),
    "of two formats": (KEY, VTEX_TOKEN, "another"),
    "masked": (KEY, f"{TOKEN[:8]}••••••••{TOKEN[-4:]}", "mask"),
    "look-alikes": (KEY, TOKEN.replace(TOKEN[20], "а", 1), "look"),  # noqa: RUF001 - a Cyrillic letter
    "twice the token": (TOKEN, TOKEN, "Both values are appTokens"),
    "twice the key": (KEY, KEY, "Both values are appKeys"),
    "no token": (KEY, "", "empty"),
    "no key": ("", TOKEN, "empty"),
    "something else": (KEY, "correct horse battery staple", "does not look like"),
    "far too long": (KEY, "x" * 5000, "5,000 characters"),
}


def peopled() -> World:
    """Bia handles keys, and may give one of the roles; Caio may not."""
    world = furnish(accounts=2)
    for person in (BIA, CAIO):
        done(world.house, AddUser(ACME, person, person), SPONSOR)
    held = frozenset({EDIT_API_KEYS, Resource("OMS", "ListOrders")})
    done(world.house, CreateRole(ACME, "Chaves", held), SPONSOR)
    done(world.house, GrantToUser(ACME, RoleId(3), BIA), SPONSOR)
    return world


@pytest.fixture
def world() -> World:
    return peopled()


@pytest.fixture(scope="module")
def unchanged() -> Iterator[tuple[World, Reader]]:
    """A world in which nothing is registered, and Ana at the form."""
    with console(peopled()) as (world, origin):
        yield world, reader(origin, ANA)


@pytest.fixture
def origin(world: World) -> Iterator[str]:
    with console(world, ANA, BIA, CAIO) as (_, origin):
        yield origin


def reader(origin: str, person: Email) -> Reader:
    someone = Reader(origin)
    someone.sign_in(person)
    someone.get(REGISTER)
    return someone


def pair(key: str, token: str, **more: str | list[str]) -> dict[str, str | list[str]]:
    return {"app_key": key, "app_token": token, **more}


def secret_pieces(value: str) -> list[str]:
    """A value, and pieces of it that would help somebody; nothing of an appKey that is whole."""
    if value in {"", KEY, VTEX_KEY}:
        return []
    return [value, *(value[at : at + 12] for at in range(8, len(value) - 12, 12))]


@pytest.mark.parametrize(("key", "token"), [(KEY, TOKEN), (VTEX_KEY, VTEX_TOKEN)])
def test_a_whole_pair_is_kept_and_leads_to_its_key(world: World, origin: str, key: str, token: str) -> None:
    """It is linked to the roles that were chosen, and called what was written, or by how it came."""
    ana = reader(origin, ANA)
    done = ana.post(REGISTER, pair(key, token, label=" Marketplace ", role=["1", "2"]), follow=False)
    assert (done.status_code, done.headers["location"]) == (303, f"/console/keys/{key}")
    kept = world.house.node.keyring(ACME).keys[AppKey(key)]
    assert (kept.label, kept.registered, [one.role for one in kept.grants]) == ("Marketplace", True, [1, 2])


def test_without_a_label_it_is_called_by_how_it_came(world: World, origin: str) -> None:
    reader(origin, ANA).post(REGISTER, pair(KEY, TOKEN), follow=False)
    assert world.house.node.keyring(ACME).keys[KEY].label == "registered by hand"


@pytest.mark.parametrize("case", DAMAGED)
def test_what_would_never_work_is_explained_and_not_kept(unchanged: tuple[World, Reader], case: str) -> None:
    """In the doctor's words, with positions and what to do, and without a piece of what was sent."""
    key, token, told = DAMAGED[case]
    world, ana = unchanged
    before = dict(world.house.node.keyring(ACME).keys)
    with structlog.testing.capture_logs() as logs:
        got = ana.post(REGISTER, pair(key, token, label="Loja"))
    assert got.status_code == 422
    assert told in ana.text
    assert "This pair would never work, and was not registered" in ana.text
    assert "What to do" in ana.text
    assert 'aria-invalid="true"' in got.text
    assert 'value="Loja"' in got.text
    assert world.house.node.keyring(ACME).keys == before
    answer = got.text + str(got.headers) + str(logs)
    assert [piece for piece in secret_pieces(token) if piece in answer] == []
    assert [piece for piece in secret_pieces(key) if piece in answer] == []


def test_only_a_whole_appkey_comes_back_into_its_field(unchanged: tuple[World, Reader]) -> None:
    """It is public. What is not one may be a token in the wrong field."""
    _, ana = unchanged
    assert f'value="{KEY}"' in ana.post(REGISTER, pair(KEY, WRONG)).text
    for damaged in (KEY[:-1], f"{KEY} ", KEY.upper(), TOKEN, WRONG, "hunter2"):
        got = ana.post(REGISTER, pair(damaged, WRONG, label=WRONG))
        assert damaged.strip() not in got.text
        assert WRONG not in got.text


def test_the_token_s_field_is_hidden_and_remembered_by_nobody(unchanged: tuple[World, Reader]) -> None:
    _, ana = unchanged
    ana.get(REGISTER)
    field = ana.page.text.split('id="app_token"')[1].split(">")[0]
    assert 'type="password"' in field
    assert 'autocomplete="off"' in field
    assert "value=" not in field


def test_a_pair_is_registered_once(world: World, origin: str) -> None:
    """The page leads to the key there is; of a key of another account it says no more than that it is taken."""
    ana = reader(origin, ANA)
    ana.post(REGISTER, pair(KEY, TOKEN), follow=False)
    ana.get(REGISTER)
    got = ana.post(REGISTER, pair(KEY, TOKEN))
    assert got.status_code == 409
    assert "already taken" in ana.text
    assert f'href="/console/keys/{KEY}"' in got.text
    theirs = Actor(ActorKind.USER, Email("ana@globex.example"))
    world.house.node.register(GLOBEX, app_key=VTEX_KEY, app_token=Secret(VTEX_TOKEN), label="x", by=theirs)
    got = ana.post(REGISTER, pair(VTEX_KEY, VTEX_TOKEN))
    assert got.status_code == 409
    assert "/console/keys/" not in got.text
    assert "globex" not in got.text


def test_a_label_holds_no_credential(world: World, origin: str) -> None:
    ana = reader(origin, ANA)
    got = ana.post(REGISTER, pair(KEY, TOKEN, label=TOKEN))
    assert got.status_code == 422
    assert "with no credential in it" in ana.text
    assert TOKEN not in got.text
    assert KEY not in world.house.node.keyring(ACME).keys


def test_a_role_that_cannot_be_linked_is_told_and_the_key_stays(world: World, origin: str) -> None:
    bia = reader(origin, BIA)
    assert 'value="2" disabled' in bia.page.text
    got = bia.post(REGISTER, pair(KEY, TOKEN, role=["1", "2"]))
    assert got.status_code == 409
    assert "Cancelar : Nobody can give what they do not have" in bia.text
    assert f'href="/console/keys/{KEY}"' in got.text
    assert [one.role for one in world.house.node.keyring(ACME).keys[KEY].grants] == [1]


def test_whoever_may_not_reads_who_may(world: World, origin: str) -> None:
    caio = reader(origin, CAIO)
    assert caio.page.status_code == 403
    assert f"The sponsor of this account is {ANA}" in caio.text
    caio.get("/console/sessions")
    assert caio.post(REGISTER, pair(KEY, TOKEN)).status_code == 403
    assert KEY not in world.house.node.keyring(ACME).keys


def test_the_password_is_asked_for_again(world: World, origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token has to be given again with it: it is not sent back."""
    monkeypatch.setattr(world.house.sessions, "_clock", lambda: Moment(NOW + 601))
    ana = reader(origin, ANA)
    monkeypatch.setattr(world.house.sessions, "_clock", lambda: Moment(NOW + 1202))
    got = ana.post(REGISTER, pair(KEY, TOKEN, label="Loja"))
    assert "Your password, again" in ana.text
    assert TOKEN not in got.text
    assert 'value="Loja"' in got.text
    assert KEY not in world.house.node.keyring(ACME).keys
    ana.post(REGISTER, pair(KEY, TOKEN, confirm_password=PASSWORD), follow=False)
    assert KEY in world.house.node.keyring(ACME).keys
