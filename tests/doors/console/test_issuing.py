"""Issuing at the console: a token is shown once, to whoever issued it, and what comes next is told."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from html import unescape
from typing import Any

import httpx
import pytest
from msgspec import structs
from tests.doors.console.browserless import PASSWORD, Reader, console, with_password
from tests.doors.world import ACME, NOW, ORDERS, World, done, furnish
from tests.promises.plugin import Proof

from chaveiro.core.command import (
    AddUser,
    CreateAccount,
    CreateRole,
    DeleteKey,
    DeleteRole,
    EditSettings,
    GrantToUser,
    ImportCatalogue,
)
from chaveiro.core.keyring import Actor, ActorKind, Key
from chaveiro.core.names import AccountName, AppKey, Email, Moment, Resource, RoleId
from chaveiro.doors.console.keys.testcall import origin_of
from chaveiro.doors.console.keys.testcall import test_call as call_of
from chaveiro.doors.console.visit import Visit
from chaveiro.doors.place import Place
from chaveiro.sessions import FRESH_SECONDS
from chaveiro.stores.port import StoreUnavailable
from chaveiro.wire.message import Message
from chaveiro.words.language import Language

ANA = Actor(ActorKind.USER, Email("ana@acme.example"))
UNLINKED = "not linked to any role: every request will be refused"
ISSUE = "/console/keys/issue"


@pytest.fixture
def world() -> World:
    return furnish(accounts=2)


@pytest.fixture
def origin(world: World) -> Iterator[str]:
    with console(world) as (_, origin):
        yield origin


@pytest.fixture
def ana(origin: str) -> Reader:
    reader = Reader(origin)
    reader.sign_in()
    return reader


def fill_in(reader: Reader, **fields: Any) -> httpx.Response:
    """Open the form and send it."""
    form = reader.get(ISSUE).text
    found = re.search(r'name="id" value="([0-9a-f]{32})"', form)
    assert found, form
    return reader.post(ISSUE, {"id": found[1], "label": "ERP", "handing": "here", **fields}, follow=False)


def shown(page: httpx.Response) -> str:
    """The token on a page; empty where there is none."""
    found = re.search(r"cvt_[0-9a-z]{70}", page.text)
    return found[0] if found else ""


def issued(world: World, label: str = "ERP") -> Key:
    return next(key for key in world.house.node.keyring(ACME).keys.values() if key.label == label)


def check(origin: str, key: Key, token: str) -> str:
    body = {"account": "acme", "appKey": key.app_key, "appToken": token, "method": "GET", "path": ORDERS}
    answer: str = httpx.post(f"{origin}/v1/check", json=body, trust_env=False).json()["decision"]
    return answer


def test_a_key_is_issued_linked_and_its_token_works(world: World, origin: str, ana: Reader) -> None:
    page = fill_in(
        ana, owner="Bia", role=["1", "2"], valid_from="2026-01-01T08:00", expires="2027-01-31T18:00", networks=""
    )
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    key = issued(world)
    assert (key.label, key.owner) == ("ERP", "Bia")
    assert (key.valid_from, key.expires) == (1_767_254_400.0, 1_801_418_400.0), "both are UTC"
    assert check(origin, key, shown(page)) == "allow"
    assert UNLINKED not in page.text


def test_the_token_is_shown_in_no_other_answer(
    world: World, ana: Reader, capfd: pytest.CaptureFixture[str], proof: Proof
) -> None:
    """Neither on the page again, nor for the same form sent again, nor in the list, nor in what the server says."""
    token = shown(fill_in(ana, role=["1"]))
    key = issued(world)
    again = ana.post(ISSUE, {"id": key.id, "label": "ERP", "handing": "here"}, follow=False)
    assert again.status_code == 303
    assert "shown_already" in again.headers["set-cookie"]
    assert again.headers["location"] == f"/console/keys/{key.app_key}"
    assert len([one for one in world.house.node.keyring(ACME).keys.values() if one.label == "ERP"]) == 1
    for path in ("/console/keys", ISSUE, f"{ISSUE}/first?key={key.id}"):
        assert token not in ana.get(path).text
    ana.get(ISSUE)
    ana.post(ISSUE, {"id": key.id, "label": "ERP"}, follow=False)
    assert "was shown already" in ana.get("/console/keys").text
    said = capfd.readouterr()
    assert token not in said.out + said.err
    proof("G7", dose="a pair issued in the console", figure="its token in the one answer alone, and in no log")


def test_a_form_of_a_key_that_is_deleted_since_issues_nothing(world: World, ana: Reader) -> None:
    fill_in(ana)
    key = issued(world)
    done(world.house, DeleteKey(ACME, key.app_key), ANA)
    ana.get(ISSUE)
    assert not shown(ana.post(ISSUE, {"id": key.id, "label": "ERP"}, follow=False))
    assert "ERP" not in [one.label for one in world.house.node.keyring(ACME).keys.values()]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"label": ""}, "Write one line of 1 to 100 characters."),
        ({"label": "ab " * 40 + "."}, "Write one line of 1 to 100 characters."),
        ({"owner": "a\u202eb"}, "Write one line of 1 to 100 characters."),
        ({"expires": "tomorrow"}, "Write date and time such as 2027-01-31T18:00."),
        ({"valid_from": "9999-99-99"}, "Write date and time such as 2027-01-31T18:00."),
        ({"networks": "203.0.113.0/24\n\n10.0.0.1/8"}, "Line 3 has bits set after the mask: write 10.0.0.0/8."),
        ({"networks": "2001:db8::/32\nhere"}, "Line 2 is no network"),
        ({"networks": "10.0.0.1\n" * 101}, "A key has at most 100 networks."),
    ],
)
def test_what_cannot_be_read_is_named_and_nothing_is_lost(
    world: World, ana: Reader, fields: dict[str, str], said: str
) -> None:
    before = len(world.house.node.keyring(ACME).keys)
    got = fill_in(ana, **{"owner": "Bia", "role": ["2"], **fields})
    assert got.status_code == 422
    assert said in ana.text
    assert 'id="role-2" name="role" type="checkbox" value="2" checked' in got.text
    assert len(world.house.node.keyring(ACME).keys) == before


@pytest.mark.parametrize("field", ["label", "owner", "networks", "expires", "valid_from", "id", "role"])
def test_a_token_typed_into_a_field_is_not_shown_again(world: World, ana: Reader, field: str) -> None:
    token = world.pairs["good"].app_token
    got = fill_in(ana, **{field: token})
    assert token not in got.text


def test_what_the_account_refuses_is_told_with_what_helps(ana: Reader) -> None:
    got = fill_in(ana, expires="2020-01-01T00:00")
    assert got.status_code == 409
    assert "has already passed. Choose a later moment" in ana.text
    got = fill_in(ana, valid_from="2028-01-01T00:00", expires="2027-01-01T00:00")
    assert "would never be valid" in ana.text
    assert 'value="ERP"' in got.text


def test_a_role_that_is_gone_is_told_and_the_key_stays(world: World, origin: str, ana: Reader) -> None:
    ana.get(ISSUE)
    done(world.house, DeleteRole(ACME, RoleId(2)), ANA)
    page = fill_in(ana, role=["2", "1"])
    assert "Not linked to “Cancelar”: The role" in ana.text
    assert check(origin, issued(world), shown(page)) == "allow"


def test_a_key_without_roles_wears_its_sentence_and_can_be_linked_on_the_spot(
    world: World, origin: str, ana: Reader
) -> None:
    """Where a script asks, the answer is a part of the page, and the token stays where it is."""
    page = fill_in(ana)
    key, token = issued(world), shown(page)
    assert UNLINKED in page.text
    assert check(origin, key, token) == "deny"
    fields = {"key": key.id, "role": ["1"], "since": f"{NOW:.3f}"}
    part = ana.post(f"{ISSUE}/link", fields, {"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="next">')
    assert UNLINKED not in part.text
    assert token not in part.text
    assert check(origin, key, token) == "allow"
    ana.get(ISSUE)
    plain = ana.post(f"{ISSUE}/link", {**fields, "role": ["2"]}, follow=False)
    assert plain.headers["location"] == f"/console/keys/{key.app_key}"
    ana.get(ISSUE)
    again = ana.post(f"{ISSUE}/link", {**fields, "role": ["2"]}, follow=False)
    assert "is already given there" in again.text


def test_the_first_request_is_waited_for(world: World, origin: str, ana: Reader) -> None:
    """Nothing yet, refused with its cause, allowed."""
    page = fill_in(ana)
    waiting = re.search(r'hx-get="(/console/keys/issue/first[^"]+)"', page.text)
    assert waiting
    address, key, token = unescape(waiting[1]), issued(world), shown(page)

    def told() -> str:
        world.house.node.flush_usage()
        world.house.denials.drain()
        ana.get(address, {"HX-Request": "true"})
        return ana.text

    assert "Waiting for the first request" in told()
    check(origin, key, token)
    assert "Refused: The key is not linked to any role" in told()
    assert f"/console/denials/{world.house.store.denials(ACME)[0].id}" in ana.page.text
    ana.get(ISSUE)
    ana.post(f"{ISSUE}/link", {"key": key.id, "role": ["1"]}, follow=False)
    check(origin, key, token)
    assert "First success at 25 February 2026 at 06:13:20 UTC" in told()
    check(origin, key, token)
    assert "It works: 2 requests allowed so far" in told()


@pytest.mark.parametrize("path", [f"{ISSUE}/first?key={'0' * 32}", f"{ISSUE}/first"])
def test_nobody_waits_for_a_key_that_is_not_there(ana: Reader, path: str) -> None:
    assert ana.get(path).status_code == 404


@pytest.mark.skipif(shutil.which("bash") is None or shutil.which("curl") is None, reason="the command is for people")
@pytest.mark.parametrize(
    "more", [{}, {"networks": "203.0.113.0/24"}, {"label": 'd\'água "x" $HOME `id`'}], ids=["plain", "network", "odd"]
)
def test_the_command_runs_as_it_stands_and_gets_allowed(world: World, ana: Reader, more: dict[str, str]) -> None:
    """In a real shell, the token typed as it asks for it; the shell's arguments never hold it."""
    done(world.house, EditSettings(ACME, https_only=True), ANA)
    page = fill_in(ana, role=["1"], **more)
    command = unescape(re.findall(r"<code data-copied>(printf.*?)</code>", page.text, re.DOTALL)[0])
    token = shown(page)
    assert token not in command
    ran = subprocess.run(["bash", "-c", command], input=f"{token}\n", capture_output=True, text=True, check=True)
    answer = json.loads(ran.stdout.removeprefix("appToken: "))
    assert (answer["decision"], answer["account"]) == ("allow", "acme")


@pytest.mark.parametrize(
    ("more", "roles", "what"),
    [
        ("", ["1"], "GET /orders/1/item-1, which its roles give"),
        (
            '[[route]]\nmethod = "GET"\npath = "/open"\nopen_to = "every linked key"\n',
            ["1"],
            "GET /open, which its roles give",
        ),
        ("", [], "GET /a, as a gateway would ask. It will be refused"),
    ],
    ids=["what reads first", "any role", "no role"],
)
def test_the_call_asks_for_what_the_roles_give(
    world: World, ana: Reader, more: str, roles: list[str], what: str
) -> None:
    catalogue = (
        'name = "x"\n\n[[route]]\nmethod = "POST"\npath = "/a"\nany_of = ["OMS/ListOrders"]\n\n'
        '[[route]]\nmethod = "GET"\npath = "/orders/{id}/item-{n}"\nany_of = ["OMS/ListOrders"]\n\n'
        '[[route]]\nmethod = "GET"\npath = "/a"\nany_of = ["OMS/CancelAction"]\n\n'
    )
    done(world.house, ImportCatalogue(ACME, catalogue + more), ANA)
    fill_in(ana, role=roles)
    assert f"This asks for {what}" in ana.text


def test_without_a_catalogue_it_asks_for_a_resource(world: World, origin: str) -> None:
    bare, leo = AccountName("bare"), Email("leo@bare.example")
    sponsor = Actor(ActorKind.USER, leo)
    done(world.house, CreateAccount(bare, leo), Actor(ActorKind.OPERATOR, "root"))
    with_password(world, leo, account=bare)
    reader = Reader(origin)
    reader.sign_in(leo, account="bare")
    fill_in(reader)
    assert "This account has no role yet" in reader.text
    assert "This asks for License Manager/ViewApiKeys, as a gateway would ask. It will be refused" in reader.text
    done(world.house, CreateRole(bare, "Pedidos", frozenset({Resource("OMS", "ListOrders")})), sponsor)
    fill_in(reader, role=["1"])
    assert "This asks for OMS/ListOrders, which its roles give" in reader.text


# -- who


def test_a_user_is_told_which_roles_they_may_not_give(world: World, origin: str) -> None:
    bia, house = Email("bia@acme.example"), world.house
    done(house, AddUser(ACME, bia, "Bia"), ANA)
    editing = frozenset({Resource("License Manager", "EditApiKeys"), Resource("OMS", "ListOrders")})
    done(house, CreateRole(ACME, "Chaves", editing), ANA)
    done(house, GrantToUser(ACME, RoleId(3), bia), ANA)
    with_password(world, bia)
    reader = Reader(origin)
    reader.sign_in(bia)
    page = reader.get(ISSUE).text
    assert 'value="1" aria-describedby' in page
    assert 'value="2" disabled' in page
    assert "Nobody can give what they do not have" in reader.text
    token = fill_in(reader, role=["1", "2"])
    assert "Not linked to “Cancelar”: Nobody can give what they do not have" in reader.text
    assert check(origin, issued(world), shown(token)) == "allow"


def test_nobody_issues_without_the_right(world: World, origin: str) -> None:
    bia = Email("bia@acme.example")
    done(world.house, AddUser(ACME, bia, "Bia"), ANA)
    with_password(world, bia)
    reader = Reader(origin)
    reader.sign_in(bia)
    reader.get("/console/sessions")
    before = len(world.house.node.keyring(ACME).keys)
    for path in (ISSUE, f"{ISSUE}/link", "/console/keys/export"):
        assert reader.post(path, {"id": "0" * 32, "label": "ERP", "confirm_password": PASSWORD}).status_code == 403
        reader.get("/console/sessions")
    assert len(world.house.node.keyring(ACME).keys) == before


def test_the_password_is_asked_for_again_and_the_form_is_kept(world: World, ana: Reader) -> None:
    now = NOW + FRESH_SECONDS + 1
    world.house.sessions._clock = lambda: Moment(now)
    page = fill_in(ana, role=["1"], owner="Bia")
    assert not shown(page)
    assert "Give your password again" in page.text
    assert 'value="ERP"' in page.text
    assert 'value="1" checked' in page.text
    form = re.search(r'name="id" value="([0-9a-f]{32})"', page.text)
    assert form
    fields = {"id": form[1], "label": "ERP", "handing": "here", "role": ["1"]}
    assert "That is not your password" in ana.post(ISSUE, {**fields, "confirm_password": "wrong"}).text
    assert shown(ana.post(ISSUE, {**fields, "confirm_password": PASSWORD}))


def test_roles_are_searched_with_the_chosen_ones_kept(ana: Reader) -> None:
    part = ana.get(f"{ISSUE}/roles?find=CANC&role=1", {"HX-Request": "true"}).text
    assert re.findall(r'<label for="role-(\d+)"', part) == ["1", "2"]
    assert 'value="1" checked' in part
    part = ana.get(f"{ISSUE}/roles?find=leitura&role=x", {"HX-Request": "true"}).text
    assert re.findall(r'<label for="role-(\d+)"', part) == ["1"]


# -- a store that goes away


def test_a_store_that_stops_answering_takes_no_token_away(
    world: World, ana: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the pair is kept, whatever fails after it, its token is shown: nobody could ever show it again."""
    node, real = world.house.node, world.house.node.carry_out

    def fails(*_: Any, **__: Any) -> Any:
        raise StoreUnavailable("gone")

    def only_issue(command: Any, **more: Any) -> Any:
        outcome = real(command, **more)
        monkeypatch.setattr(node, "carry_out", fails)
        monkeypatch.setattr(node, "keyring", fails)
        return outcome

    ana.get(ISSUE)
    monkeypatch.setattr(node, "carry_out", only_issue)
    keyring = node.keyring
    page = ana.post(ISSUE, {"id": "a" * 32, "label": "ERP", "handing": "link", "role": ["1"]})
    monkeypatch.setattr(node, "keyring", keyring)
    assert page.status_code == 200
    assert shown(page)
    assert "could not be kept for a link" in page.text


# -- where it is reached


@pytest.mark.parametrize(
    ("public_url", "headers", "expected"),
    [
        ("https://keys.example/", {b"host": b"other.example"}, "https://keys.example"),
        ("", {b"host": b"keys.example", b"origin": b"https://keys.example"}, "https://keys.example"),
        ("", {b"host": b"keys.example:8443"}, "https://keys.example:8443"),
        ("", {b"host": b"127.0.0.1:8420"}, "http://127.0.0.1:8420"),
        ("", {b"host": b"localhost", b"x-forwarded-proto": b"https"}, "https://localhost"),
    ],
)
def test_the_command_names_the_address_that_people_use(
    world: World, public_url: str, headers: dict[bytes, bytes], expected: str
) -> None:
    place, house = Place(public_url=public_url), world.house
    told = house.app(place)._console
    message = Message("GET", "/console", tuple(headers.items()), peer="127.0.0.1")
    assert origin_of(Visit(told, message, Language.EN, "", NOW)) == expected


def test_a_token_in_the_place_of_an_appkey_is_in_no_command(world: World, ana: Reader) -> None:
    """Such a pair was registered the wrong way round, long ago."""
    key, token = issued(world, "good"), world.pairs["good"].app_token
    told = world.house.app(Place())._console
    visit = Visit(told, Message("GET", "/console", ()), Language.EN, "", NOW)
    assert call_of(visit, structs.replace(key, app_key=AppKey(token))) is None
