"""Who may ask what: every route for every kind of caller, as `authority.txt` has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.doors.vtex.world import ACME, ANA, GIL, GLOBEX, LIST, Shop
from tests.doors.world import done
from tests.promises.plugin import Proof

from chaveiro.catalogue.predefined import vtex_resources
from chaveiro.core.command import GrantToKey
from chaveiro.core.names import AppKey, Resource
from chaveiro.doors.vtex.app import routes

TEXT = (Path(__file__).parent / "authority.txt").read_text("utf-8").split("\n\n", 1)[1]
COLUMNS, *ROWS = ([cell.strip() for cell in line.split("|")] for line in TEXT.splitlines() if line)
KINDS = COLUMNS[1:-1]
GRANTED = "/api/license-manager/pvt/accounts/{account}"
EVERYTHING = {one.resource for one in vtex_resources().all if one.resource.product == "License Manager"}
NOTHING_AT_ALL = frozenset[Resource]()


def route(row: list[str]) -> str:
    return row[0].partition(",")[0].replace("…", GRANTED)


def needed(row: list[str]) -> list[Resource]:
    return sorted(one for one in EVERYTHING if one.key in row[-1].split())


# ------------------------------------------------------------------------------------------- a request of each route


class Sample:
    """Makes, for each route, a request that would be answered."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.pair = shop.key(LIST)
        self.role = shop.role(NOTHING_AT_ALL)  # everybody may give it: it gives nothing

    def of(self, row: list[str], who: str) -> tuple[str, str, dict[str, Any]]:
        """Method, target and body. *who* asks."""
        method, _, path = route(row).partition(" ")
        about = row[0].partition(", of ")[2]
        return method, *self._filled(method, path, about, who)

    def _filled(self, method: str, path: str, about: str, who: str) -> tuple[str, dict[str, Any]]:
        values: dict[str, Callable[[], str]] = {
            "{account}": lambda: "acme",
            "{productId}": lambda: "OMS",
            "{resourceKey}": lambda: "Create_Role" if "access" in path else "ListOrders",
            "{userId}": lambda: self._about(about, who),
            "{userIdOrEmail}": lambda: self._about(about, who),
            "{emailOrId}": lambda: "ana@acme.example",
            "{roleId}": lambda: str(self.role),
            "{id}": lambda: self.shop.kept(self.shop.key()).id,
            "{apiKey}": lambda: self._renewing() if "finish" in path else self.shop.key().app_key,
        }
        for name, value in values.items():
            path = path.replace(name, value() if name in path else "")
        return path, self._body(method, path)

    def _about(self, about: str, who: str) -> str:
        if about == "oneself":
            return who
        if about == "a guest":
            return self.shop.kept(self.shop.external()).id
        if about == "a key":
            pair = self.shop.key()
            done(self.shop.world.house, GrantToKey(ACME, self.shop.role(frozenset({LIST})), AppKey(pair.app_key)), ANA)
            return self.shop.kept(pair).id
        return self.shop.user(LIST)

    def _renewing(self) -> str:
        pair = self.shop.key()
        self.shop.node.renew(ACME, AppKey(pair.app_key), by=ANA)
        return pair.app_key

    def _body(self, method: str, path: str) -> dict[str, Any]:
        new = f"new{next(self.shop._numbers)}@acme.example"
        bodies: dict[str, Any] = {
            "/api/license-manager/users": {"email": new},
            "/api/license-manager/site/pvt/logins": {"email": new, "roles": [self.role]},
            "/api/license-manager/site/pvt/roles": {"name": new, "resources": []},
            "/api/vlm/appkeys": {"label": "new"},
            "/api/vtexid/apptoken/login": {"appkey": self.pair.app_key, "apptoken": self.pair.app_token},
            "/api/vtexid/credential/validate": {"token": self.shop.token(ANA.name)},
        }
        if method == "POST":
            return {"json": bodies[path]}
        if method == "PUT":
            return {"json": [self.role] if path.endswith("/roles") else {"isActive": False}}
        return {"params": {"authToken": self.shop.token(ANA.name)}} if path.endswith("authenticated/user") else {}


# ----------------------------------------------------------------------------------------------- a caller of each kind


class Callers:
    """Makes callers of each kind."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def of(self, kind: str, row: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
        """Every caller of a kind, by the name under which the door knows it, with what it shows."""
        needs = needed(row)
        others = sorted(EVERYTHING - set(needs))
        make: Callable[[list[Resource]], tuple[str, dict[str, str]]]
        match kind.partition(" ")[0].strip(","):
            case "sponsor":
                yield ANA.name, self.shop.sponsor
                return
            case "foreign":
                pair = self.shop.key(*others, *needs, account=GLOBEX)
                yield (pair.app_key, pair.headers) if "key" in kind else (GIL.name, self.shop.as_user(GIL.name, GLOBEX))
                return
            case "nobody":
                yield "nobody", {}
                return
            case "user":
                make = self._user
            case "guest":
                make = self._guest
            case _:
                make = self._key
        if kind.endswith("without"):
            yield make(others)
        elif kind.endswith("with"):
            yield from (make([one]) for one in needs)
        else:
            yield make([])

    def _user(self, resources: list[Resource]) -> tuple[str, dict[str, str]]:
        email = self.shop.user(*resources)
        return email, self.shop.as_user(email)

    def _key(self, resources: list[Resource]) -> tuple[str, dict[str, str]]:
        pair = self.shop.key(*resources)
        return pair.app_key, pair.headers

    def _guest(self, resources: list[Resource]) -> tuple[str, dict[str, str]]:
        pair = self.shop.external(*resources)
        return pair.app_key, pair.headers


# ----------------------------------------------------------------------------------------------------------- the cells

CELLS = [(row, kind) for row in ROWS for kind in KINDS if row[1 + KINDS.index(kind)] != "-"]


@pytest.mark.parametrize(("row", "kind"), CELLS, ids=[f"{row[0]}, {kind}" for row, kind in CELLS])
def test_a_cell(shop: Shop, row: list[str], kind: str, proof: Proof) -> None:
    """The status of the table, and on a 403 what is missing, by name."""
    expected = int(row[1 + KINDS.index(kind)])
    for who, shown in Callers(shop).of(kind, row):
        method, target, more = Sample(shop).of(row, who)
        told = shop.ask(method, target, shown, **more)
        assert told.status_code == expected, (who, told.text)
        if expected >= 400:
            refused(told, row, kind)
    proof("G12", dose=1, figure="cells of routes by kinds of caller, each as the table says")


def refused(told: httpx.Response, row: list[str], kind: str) -> None:
    """What every refusal says."""
    body = told.json()
    assert body["status"] == told.status_code
    assert body["title"] in body["Message"]
    assert body["error"]["message"] == body["Message"]
    assert told.headers["content-type"] == "application/problem+json"
    assert ("www-authenticate" in told.headers) is (told.status_code == 401)
    assert told.headers["cache-control"] == "no-store"
    if told.status_code == 403 and kind.endswith("without"):
        required = {one["key"] for one in body.get("required", {}).get("resources", [])}
        named = required if "required" in body else {one.key for one in needed(row) if one.key in body["Message"]}
        assert named >= {one.key for one in needed(row)}


def test_every_route_has_its_line() -> None:
    """What is new is refused by nobody unless somebody wrote down who may ask for it."""
    assert {route(row) for row in ROWS} == {f"{method} {path}" for method, path in routes()}


def test_every_cell_says_something() -> None:
    """A line of another length would leave a kind of caller out."""
    assert {len(row) for row in ROWS} == {len(COLUMNS)}
    for row in ROWS:
        for cell, kind in zip(row[1:-1], KINDS, strict=True):
            assert cell.isdigit() or (cell == "-" and kind.endswith(" with") and not needed(row)), (row[0], kind)


def test_the_resources_are_those_of_the_table() -> None:
    """A need that the door asks for, and the table does not name, would be a way in that nobody looked at."""
    for row in ROWS:
        asked = routes()[tuple(route(row).split(" ", 1))]  # type: ignore[index]  # a pair: split once
        if asked and ", of " not in row[0] and needed(row):
            assert {one.key for one in asked} == {one.key for one in needed(row)}, row[0]
