"""VTEX's clients are told on headers where what they took away is in force; bodies stay VTEX's."""

from __future__ import annotations

from datetime import datetime
from time import time

import pytest
from tests.doors.vtex.world import ACME, ANA, LIST, Shop

from chaveiro.core.fleet import NodeId, NodeReport
from chaveiro.core.keyring import Revision
from chaveiro.core.names import AppKey
from chaveiro.node import Issued
from chaveiro.stores.port import StoreUnavailable
from chaveiro.usertokens import user_id
from chaveiro.wire.answer import IN_FORCE

USERS = "/api/license-manager/users"


def acts(shop: Shop) -> dict[str, tuple[str, str, object]]:
    """What takes something away at this door."""
    pair, person, gone = shop.key(LIST), shop.user(LIST), shop.user(LIST)
    renewing = shop.key(LIST)
    assert isinstance(shop.node.renew(ACME, AppKey(renewing.app_key), by=ANA), Issued)
    role, id_ = shop.role(frozenset({LIST})), shop.kept(pair).id
    return {
        "switched off": ("PUT", f"/api/vlm/appkeys/{id_}", {"isActive": False}),
        "withdrawn from a key": ("DELETE", f"{USERS}/{id_}/roles/{role}", None),
        "withdrawn from a user": ("DELETE", f"{USERS}/{user_id(person).hex}/roles/{role}", None),
        "removed": ("DELETE", f"{USERS}/{user_id(gone).hex}", None),
        "finished": ("PATCH", f"/api/vtexid/apikey/{renewing.app_key}/apitoken/finish-renewal", None),
    }


NAMES = ("switched off", "withdrawn from a key", "withdrawn from a user", "removed", "finished")


@pytest.mark.parametrize("name", NAMES)
def test_what_was_taken_away_says_where_that_is_in_force(shop: Shop, name: str) -> None:
    """The change, whether every node has it, and from when on none decides as before."""
    method, path, body = acts(shop)[name]
    late = NodeReport(NodeId("0" * 16), "api-2", Revision("00000000", 1), 300.0)
    shop.node._store.report(late)
    answer = shop.ask(method, path, shop.sponsor, json=body) if body else shop.ask(method, path, shop.sponsor)
    assert answer.status_code in {200, 204}, answer.text
    assert answer.headers.get_list("X-Chaveiro-Revision") == [str(shop.node.known.revision)]
    assert answer.headers["X-Chaveiro-Effective"] == "false"
    latest_by = datetime.fromisoformat(answer.headers["X-Chaveiro-Latest-By"]).timestamp()
    assert time() + 240 < latest_by <= time() + 301
    shop.node._store.leave(late)


@pytest.mark.parametrize("name", NAMES)
def test_a_store_that_is_gone_by_then_makes_nothing_undone(
    shop: Shop, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is done, and nobody can tell where."""
    method, path, body = acts(shop)[name]

    def gone() -> None:
        raise StoreUnavailable("the plug was pulled")

    monkeypatch.setattr(shop.node._store, "nodes", gone)
    answer = shop.ask(method, path, shop.sponsor, json=body) if body else shop.ask(method, path, shop.sponsor)
    assert answer.status_code in {200, 204}, answer.text
    assert answer.headers["X-Chaveiro-Effective"] == "unknown"


def test_what_takes_nothing_away_says_nothing(shop: Shop) -> None:
    """Reading, switching on, giving a role, and taking away what nobody had."""
    pair, person = shop.key(LIST), shop.user()
    role, id_ = shop.role(frozenset({LIST})), shop.kept(pair).id
    for method, path, body in (
        ("GET", "/api/vlm/appkeys", None),
        ("PUT", f"/api/vlm/appkeys/{id_}", {"isActive": True}),
        ("DELETE", f"{USERS}/{user_id(person).hex}/roles/{role}", None),
        ("PUT", f"{USERS}/{user_id(person).hex}/roles", [role]),
    ):
        answer = shop.ask(method, path, shop.sponsor, json=body) if body else shop.ask(method, path, shop.sponsor)
        assert answer.status_code in {200, 204}, answer.text
        assert not {name.lower() for name in IN_FORCE} & set(answer.headers), path
