"""Asking why: what is pasted is judged and dropped, what stands in an address holds no secret, and nothing is noted."""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Iterator

import pytest
from tests.doors.console.browserless import Reader, console
from tests.doors.console.refusing import (
    ANA,
    VIEWER,
    app_key,
    broken,
    buttons,
    press,
    refuse,
    roles_of,
    steady,
    with_people,
)
from tests.doors.world import ACME, CANCEL, LIST, ORDERS, World, done, furnish

from chaveiro.core.command import EditRole
from chaveiro.core.credential import mint_key, mint_token
from chaveiro.core.names import RoleId

NEVER = mint_key(bytes(range(60, 70)))
NEVER_TOKEN = mint_token(NEVER, bytes(range(33))).reveal()
CANCELLING = "/api/oms/pvt/orders/1/cancel"
FORMS = {
    "curl": "curl 'https://api.example{path}?x=1' -H 'X-VTEX-API-AppKey: {key}' -H 'X-VTEX-API-AppToken: {token}'",
    "request": "GET {path} HTTP/1.1\r\nHost: a.example\r\nX-VTEX-API-AppKey: {key}\r\nX-VTEX-API-AppToken: {token}\r\n",
    "headers": "X-VTEX-API-AppKey: {key}\nX-VTEX-API-AppToken: {token}",
    "swapped": "X-VTEX-API-AppKey: {token}\nX-VTEX-API-AppToken: {key}",
    "query": "curl 'https://api.example{path}?appToken={token}&appKey={key}'",
    "path": "curl 'https://api.example{path}/{token}' -H 'X-VTEX-API-AppKey: {key}'",
    "method": "curl -X {token} https://api.example{path} -H 'X-VTEX-API-AppKey: {key}'",
    "header of another name": "curl https://api.example{path} -H 'Authorization: Bearer {token}'",
    "basic": "curl https://api.example{path} -u '{key}:{token}'",
    "env": "export VTEX_APP_KEY='{key}'\nVTEX_APP_TOKEN={token}\n",
    "name": "APP_TOKEN_{token}=x\nAPP_KEY={key}\n",
    "json": '{{"appKey": "{key}", "appToken": "{token}"}}',
    "lines": "{key}\n{token}\n",
    "token": "{token}",
    "nothing": "hello {token} there",
}


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[World, Reader]]:
    with console(with_people(furnish()), "ana@acme.example", VIEWER) as (world, origin):
        reader = Reader(origin)
        reader.sign_in()
        yield world, reader


@pytest.fixture
def own() -> Iterator[tuple[World, Reader]]:
    """A world that a test may change."""
    with console(with_people(furnish()), "ana@acme.example", VIEWER) as (world, origin):
        reader = Reader(origin)
        reader.sign_in()
        yield world, reader


def paste(reader: Reader, text: str, **more: str) -> int:
    reader.get("/console/diagnose")
    return reader.post("/console/diagnose", {"pasted": text, **more}).status_code


def pasted(world: World, name: str, form: str = "curl", path: str = ORDERS) -> str:
    pair = world.pairs[name]
    return FORMS[form].format(key=pair.app_key, token=pair.app_token, path=path)


# ---------------------------------------------------------------------------------------------------------- pasted


def test_a_pasted_request_is_judged_as_it_would_be_when_it_comes(world: tuple[World, Reader]) -> None:
    """Allowed ones say by which roles, refused ones where the chain breaks."""
    house, ana = world
    assert paste(ana, pasted(house, "good")) == 200
    assert set(broken(ana.page.text).values()) == {"ok"}
    assert "It would be allowed" in ana.text
    assert re.search(r"By these roles: Pedidos, só leitura (?!Cancelar)", ana.text)
    for form in ("curl", "request"):
        paste(ana, pasted(house, "roleless", form))
        assert broken(ana.page.text) == {"Request": "ok", "Key": "ok", "Role": "broken", "Resource": "unknown"}
        assert "It would be refused: The key is not linked to any role" in ana.text


@pytest.mark.parametrize("damage", ["", " ", "upper", "cut"])
@pytest.mark.parametrize("form", FORMS)
def test_a_pasted_secret_is_nowhere_afterwards(
    world: tuple[World, Reader],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    form: str,
    damage: str,
) -> None:
    """Not in the answer, its headers, a cookie, an address or a log, whatever it was pasted as; the field is empty."""
    house, ana = world
    pair = house.pairs["good"]
    token = pair.app_token
    damaged = {"": token, " ": f"{token[:20]} {token[20:]}", "upper": token.upper(), "cut": token[:-3]}[damage]
    caplog.set_level(logging.DEBUG)
    text = FORMS[form].format(key=pair.app_key, token=damaged, path=ORDERS)
    ana.get("/console/diagnose")
    got = ana.post("/console/diagnose", {"pasted": text}, follow=False)
    assert got.status_code in {200, 422}
    written = capfd.readouterr()
    everything = "".join((got.text, str(got.headers), str(ana.cookies), caplog.text, *written)).casefold()
    for piece in (token[10:22], token[30:44], token[-14:-4]):
        assert piece.casefold() not in everything
    assert re.search(r'<textarea id="pasted"[^>]*>\s*</textarea>', got.text)
    assert "nothing of it is kept, and the field below is empty" in ana.text


def test_nothing_is_noted_or_counted(own: tuple[World, Reader]) -> None:
    """Asking is no use of a key, and no refusal."""
    house, ana = own
    for name in ("good", "roleless", "blocked"):
        paste(ana, pasted(house, name))
    house.house.denials.drain()
    house.house.node.flush_usage()
    store = house.house.store
    assert (store.denials(ACME), store.episodes(ACME), store.usage(ACME)) == ((), (), {})


def test_a_pair_of_another_account_is_as_unknown_as_one_that_never_was(world: tuple[World, Reader]) -> None:
    """Byte for byte, whatever is asked of it, and from every page here."""
    house, ana = world
    other = house.pairs["globex good"]
    answers = []
    for key, token in ((other.app_key, other.app_token), (NEVER, NEVER_TOKEN)):
        texts = [FORMS[form].format(key=key, token=token, path=ORDERS) for form in ("curl", "headers", "lines")]
        seen = [(paste(ana, text), steady(ana.page.text)) for text in (*texts, key)]
        got = ana.get(f"/console/diagnose?key={key}&method=GET&path={ORDERS}")
        seen.append((got.status_code, steady(got.text).replace(key, "")))
        got = ana.get(f"/console/diagnose?key={key}&want=")
        seen.append((got.status_code, steady(got.text).replace(key, "")))
        answers.append(seen)
    assert answers[0] == answers[1]
    assert "globex" not in repr(answers)
    assert "not a key of this account" in repr(answers)


def test_a_denials_id_leads_to_its_page(own: tuple[World, Reader]) -> None:
    """Alone, or in the answer in which it was met."""
    house, ana = own
    id_ = refuse(house, "roleless")
    for text in (id_, json.dumps({"instance": f"urn:chaveiro:denial:{id_}", "cause": "no_role_linked"})):
        paste(ana, text)
        assert ana.page.url.path == f"/console/denials/{id_}"


def test_what_holds_nothing_is_said_to(world: tuple[World, Reader]) -> None:
    """Blank, prose, or too long."""
    _, ana = world
    assert paste(ana, "   ") == 422
    assert "Neither a pair nor a request was found" in ana.text
    got = ana.post("/console/diagnose", {"pasted": "x" * 300_000})
    assert got.status_code in {400, 413}


def test_an_app_key_alone_is_judged_with_its_own_token(world: tuple[World, Reader]) -> None:
    """What it is for may be said beside it; without that, any role is enough."""
    house, ana = world
    assert paste(ana, app_key(house, "good")) == 200
    assert "An appKey came alone" in ana.text
    assert "It would be allowed" in ana.text
    assert "Nothing says what is asked for" in ana.text
    paste(ana, app_key(house, "lacking"), method="GET", path=ORDERS)
    assert broken(ana.page.text)["Resource"] == "broken"


def test_several_pairs_are_judged_one_by_one(world: tuple[World, Reader]) -> None:
    """A file may hold one for each of two systems."""
    house, ana = world
    pairs = [house.pairs[name] for name in ("good", "blocked")]
    lines = [f"{at}_APP_KEY={one.app_key}\n{at}_APP_TOKEN={one.app_token}" for at, one in zip("AB", pairs, strict=True)]
    paste(ana, "\n".join(lines))
    assert "1. It would be allowed" in ana.text
    assert "2. It would be refused: The key is blocked" in ana.text


def test_where_a_request_comes_from_may_be_said(world: tuple[World, Reader]) -> None:
    """And what is no address is told."""
    house, ana = world
    assert paste(ana, pasted(house, "good"), address="203.0.113.7") == 200
    assert f"GET {ORDERS} (203.0.113.7)" in ana.text
    assert paste(ana, pasted(house, "good"), address="next door") == 422
    assert "Write an IP address" in ana.text


# ------------------------------------------------------------------------------------------------- a key and a wish


def test_a_question_may_stand_in_an_address(world: tuple[World, Reader]) -> None:
    """A key by its appKey or its label, with a method and a path, or with a resource."""
    house, ana = world
    for query in (f"key={app_key(house, 'lacking')}&method=GET&path={ORDERS}", "key=lacking&resource=OMS/ListOrders"):
        assert ana.get(f"/console/diagnose?{query}").status_code == 200
        assert broken(ana.page.text) == {"Request": "ok", "Key": "ok", "Role": "ok", "Resource": "broken"}
    ana.get(f"/console/diagnose?key=lacking&method=POST&path={CANCELLING}")
    assert "It would be allowed" in ana.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("key=nobody&method=GET&path=/a", "This account has no such key"),
        ("method=GET&path=/a", "Say which key"),
        ("key=good&method=BREW&path=/a", "Write a path such as"),
        ("key=good&method=GET&path=a", "Write a path such as"),
        ("key=good&resource=nonsense", "Write a resource as product and key"),
        ("key=good&address=x", "Write an IP address"),
        ("key=good&want=hello", "Line 1 is neither a method with a path nor a resource"),
    ],
)
def test_a_question_that_cannot_be_read_says_in_which_field(world: tuple[World, Reader], query: str, said: str) -> None:
    """With what would be right."""
    _, ana = world
    assert ana.get(f"/console/diagnose?{query}").status_code == 422
    assert said in ana.text


@pytest.mark.parametrize("field", ["key", "path", "resource", "want"])
def test_no_secret_comes_to_stand_in_an_address(world: tuple[World, Reader], field: str) -> None:
    """A token in any of the fields is refused before there is an address, and not shown again."""
    house, ana = world
    token = house.pairs["good"].app_token
    value = {"key": token, "path": f"/a?t={token}", "resource": f"OMS/{token}", "want": f"GET /a/{token}"}[field]
    fields = {
        "key": "good",
        "method": "GET",
        "path": "",
        "resource": "",
        **({"want": value} if field == "want" else {}),
    }
    ana.get("/console/diagnose")
    got = ana.post("/console/diagnose/ask", {**fields, field: value}, follow=False)
    assert got.status_code == 422
    assert token not in got.text
    assert "Leave secrets out here" in ana.text
    ana.get(f"/console/diagnose?key=good&method=GET&{field}={value}")
    assert ana.page.url.query == b""
    assert token not in ana.page.text
    assert "an address never holds a token" in ana.text


def test_a_form_leads_to_the_address_of_its_question(world: tuple[World, Reader]) -> None:
    """So that it can be kept and sent on."""
    house, ana = world
    ana.get("/console/diagnose")
    ana.post("/console/diagnose/ask", {"key": "roleless", "method": "GET", "path": ORDERS, "address": ""})
    key = app_key(house, "roleless")
    assert str(ana.page.url).endswith(f"/console/diagnose?key={key}&method=GET&path=%2Fapi%2Foms%2Fpvt%2Forders")
    assert broken(ana.page.text)["Role"] == "broken"


def test_its_button_mends_it_and_the_same_is_asked_again(own: tuple[World, Reader]) -> None:
    """After a pasted request as after a chosen one."""
    house, ana = own
    paste(ana, pasted(house, "roleless"))
    assert press(ana) == 200
    assert "Done. This is what would become of the same request now." in ana.text
    assert "It would be allowed" in ana.text
    assert roles_of(house, "roleless") == (1,)


def test_a_button_of_a_picture_that_is_gone_does_nothing_here_either(own: tuple[World, Reader]) -> None:
    """Nor one that was made up, nor for whoever may not."""
    house, ana = own
    paste(ana, pasted(house, "roleless"))
    done(house.house, EditRole(ACME, RoleId(1), add=frozenset({CANCEL})), ANA)
    assert press(ana) == 409
    assert "Nothing was done" in ana.text
    assert press(ana, mark="0" * 16) == 409
    action, fields = buttons(ana)[0]
    del fields["form_token"]
    vera = Reader(ana.origin)
    vera.sign_in(VIEWER)
    vera.get("/console/diagnose")
    assert vera.post(action, fields).status_code == 403
    assert roles_of(house, "roleless") == ()


# ------------------------------------------------------------------------------------------------------ which roles


def test_the_roles_that_are_enough_for_all_of_it_are_linked_at_once(own: tuple[World, Reader]) -> None:
    """What each wish needs, now and then; what would be enough alone; and the button."""
    house, ana = own
    ana.get("/console/diagnose")
    wishes = f"GET {ORDERS}\nPOST {CANCELLING}\n\nOMS/ListOrders\nGET /nowhere"
    ana.post("/console/diagnose/ask", {"key": "roleless", "want": wishes})
    assert ana.page.status_code == 200
    assert ana.text.count("✕ The key is not linked to any role ✓ allowed") == 3
    assert "✕ The key is not linked to any role ✕ No permission is defined for this path" in ana.text
    assert press(ana) == 200
    assert set(roles_of(house, "roleless")) == {1, 2}
    assert ana.text.count("✓ allowed ✓ allowed") == 3
    assert buttons(ana) == []


def test_a_cover_that_is_another_by_now_is_not_linked(own: tuple[World, Reader]) -> None:
    """Nothing is done, and the new one is offered."""
    house, ana = own
    ana.get(f"/console/diagnose?key=roleless&want=GET+{ORDERS}%0APOST+{CANCELLING}")
    done(house.house, EditRole(ACME, RoleId(2), add=frozenset({LIST})), ANA)
    assert press(ana) == 409
    assert roles_of(house, "roleless") == ()
    assert press(ana) == 200
    assert roles_of(house, "roleless") == (2,)


def test_without_wishes_it_is_all_that_the_key_was_refused(own: tuple[World, Reader]) -> None:
    """Of the last 30 days, as far as it would still be refused."""
    house, ana = own
    ana.get("/console/diagnose?key=roleless&want=")
    assert "the key was refused nothing that it would still lack" in ana.text
    refuse(house, "roleless")
    refuse(house, "roleless", CANCELLING, method="POST")
    ana.get("/console/diagnose?key=roleless&want=")
    assert press(ana) == 200
    assert set(roles_of(house, "roleless")) == {1, 2}
    assert "the key was refused nothing that it would still lack" in ana.text


def test_the_basic_header_is_read_as_a_server_reads_it(world: tuple[World, Reader]) -> None:
    """A pair under another name is told as what it is."""
    house, ana = world
    pair = house.pairs["good"]
    coded = base64.b64encode(f"{pair.app_key}:{pair.app_token}".encode()).decode()
    paste(ana, f"GET {ORDERS} HTTP/1.1\nAuthorization: Basic {coded}")
    assert broken(ana.page.text)["Request"] == "broken"
    assert coded not in ana.page.text
