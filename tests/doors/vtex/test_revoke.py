"""A user token is refused as soon as its key's pair is, in every process, and never later."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.doors.vtex.world import ACME, ANA, LIST, Shop
from tests.doors.world import Credentials, done
from tests.promises.plugin import Proof

from chaveiro.core.attempt import NOTHING, Need, Request, presented
from chaveiro.core.command import BlockKey, Command, DeactivateKey, DeleteKey, WithdrawFromKey
from chaveiro.core.decision import Allowed
from chaveiro.core.names import AppKey, RoleId
from chaveiro.node import CannotTell, Node, Verdict
from chaveiro.serve.house import furnished
from chaveiro.serve.pepper import Pepper
from chaveiro.settings import Settings

ENDS: dict[str, Callable[[AppKey, RoleId], Command]] = {
    "deactivated": lambda key, _: DeactivateKey(ACME, key),
    "blocked": lambda key, _: BlockKey(ACME, key),
    "deleted": lambda key, _: DeleteKey(ACME, key),
    "withdrawn": lambda key, role: WithdrawFromKey(ACME, role, key),
}


def verdicts(node: Node, pair: Credentials, token: str) -> tuple[Verdict, Verdict]:
    """What a process says to the pair, and to the token that the pair was exchanged for."""
    need = Need((LIST,))
    by_pair = Request(presented(pair.app_key), presented(pair.app_token), need=need)
    by_token = Request(NOTHING, NOTHING, need=need, user_token=presented(token))
    return node.check(ACME, by_pair).verdict, node.check(ACME, by_token).verdict


@pytest.mark.parametrize("how", ENDS)
def test_another_process_refuses_both_with_the_same_reading(shop: Shop, how: str, proof: Proof) -> None:
    """Until it reads the change it believes the pair as well; from then on neither."""
    other = furnished(Settings(), shop.world.house.store, Pepper(bytes(range(7, 39))), clock=shop.clock)
    pair = shop.key(LIST)
    body = {"appkey": pair.app_key, "apptoken": pair.app_token}
    token = shop.ask("POST", "/api/vtexid/apptoken/login", json=body).json()["token"]
    other.node.known.refresh()
    assert all(isinstance(verdict, Allowed) for verdict in verdicts(other.node, pair, token))
    done(shop.world.house, ENDS[how](AppKey(pair.app_key), shop.role(frozenset({LIST}))), ANA)
    assert not any(isinstance(verdict, Allowed) for verdict in verdicts(shop.node, pair, token))
    assert all(isinstance(verdict, Allowed) for verdict in verdicts(other.node, pair, token))
    other.node.known.refresh()
    assert not any(isinstance(verdict, Allowed) for verdict in verdicts(other.node, pair, token))
    proof("G2", dose=1, figure="ways to revoke: refused at once here, with the next reading elsewhere")


def test_a_process_that_is_cut_off_believes_neither(shop: Shop, monkeypatch: pytest.MonkeyPatch, proof: Proof) -> None:
    """Once it has not read changes for as long as it may."""
    pair = shop.key(LIST)
    body = {"appkey": pair.app_key, "apptoken": pair.app_token}
    token = shop.ask("POST", "/api/vtexid/apptoken/login", json=body).json()["token"]
    monkeypatch.setattr(shop.node.known, "stale_seconds", lambda: 301.0)
    assert all(isinstance(verdict, CannotTell) for verdict in verdicts(shop.node, pair, token))
    proof("G2", dose="a process cut off for 301 s", figure="cannot tell, never an allow")
