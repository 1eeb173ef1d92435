"""One bad row, or one bad change, stops nobody but whom it is about."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from tests.core.worlds import ACME, OPERATOR, SPONSOR
from tests.dose import dose
from tests.keys import KEYS
from tests.stores.vandal import OfFile, OfServer, Vandal, opened
from tests.test_node import CATALOGUE, GLOBEX, House, asking, done

from chaveiro.core.cause import Cause
from chaveiro.core.command import (
    ActivateKey,
    AddUser,
    CreateAccount,
    CreateRole,
    DeactivateKey,
    GrantToKey,
    ImportCatalogue,
)
from chaveiro.core.decision import Allowed, Denied
from chaveiro.core.keyring import Damaged, Part
from chaveiro.core.names import AccountName, Email, RoleId
from chaveiro.node import CannotTell, Issued, Node
from chaveiro.stores.port import RevisionMoved, StoreUnavailable
from chaveiro.stores.sql.chain import Chain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.promises.plugin import Proof

    from chaveiro.core.names import AppKey

BIA = Email("bia@acme.example")


@pytest.fixture(params=["sqlite", "postgres"])
def vandal(request: pytest.FixtureRequest, tmp_path: Path) -> Vandal:
    if request.param == "sqlite":
        return OfFile(tmp_path / "chaveiro.db")
    return OfServer(request.getfixturevalue("postgres"))


class Two(House):
    """Two accounts on one database: ACME with two keys of which one is revoked, GLOBEX with one."""

    def __init__(self, vandal: Vandal) -> None:
        self.vandal = vandal
        self.database = opened(vandal)
        super().__init__(self.database)
        self.good = self.furnish()
        self.revoked = self._linked(ACME, "revoked")
        done(self.node.carry_out(DeactivateKey(ACME, self.revoked.app_key), by=SPONSOR))
        done(self.node.carry_out(CreateAccount(GLOBEX, SPONSOR_OF_GLOBEX), by=OPERATOR))
        done(self.node.carry_out(ImportCatalogue(GLOBEX, CATALOGUE), by=SPONSOR))
        done(self.node.carry_out(CreateRole(GLOBEX, "Pedidos", LISTING), by=SPONSOR))
        self.other = self._linked(GLOBEX, "other")

    def _linked(self, account: AccountName, label: str) -> Issued:
        issued = self.node.issue(account, label=label, by=SPONSOR)
        assert isinstance(issued, Issued)
        done(self.node.carry_out(GrantToKey(account, RoleId(1), issued.app_key), by=SPONSOR))
        return issued

    def verdicts(self, node: Node) -> tuple[object, object, object]:
        """What the good key, the revoked one and the other account's are told."""
        return (
            node.check(ACME, asking(self.good)).verdict,
            node.check(ACME, asking(self.revoked)).verdict,
            node.check(GLOBEX, asking(self.other)).verdict,
        )

    def append(self, text: str, mac: str, account: str = ACME) -> None:
        seq = self.database.head().seq + 1
        self.vandal.run("INSERT INTO changes (seq, account, change, mac) VALUES (?, ?, ?, ?)", seq, account, text, mac)

    def genuine_mac(self, text: str, account: str = ACME) -> str:
        """As a newer version of Chaveiro would make it, which has the key."""
        anchor = self.database.anchor()
        assert anchor is not None
        return Chain(KEYS.audit).mac(anchor.mac, anchor.seq + 1, account, text)
