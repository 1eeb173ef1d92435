"""Who plays in the tour: an account with its sponsor, a user, roles, and four pairs."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TypeVar

from chaveiro.catalogue.packaged import packaged
from chaveiro.core.command import AddUser, Command, CreateAccount, CreateRole, GrantToKey, ImportCatalogue, Refusal
from chaveiro.core.credential import Secret
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, AppKey, Email, Resource, RoleId
from chaveiro.doors.cli.demo import texts
from chaveiro.doors.keeping.texts import told
from chaveiro.node import Node
from chaveiro.serve import open_house
from chaveiro.settings import Settings
from chaveiro.words.language import Language

ACCOUNT = AccountName("acme")
SPONSOR = Email("ana@acme.example")
USER = Email("bia@acme.example")
ROLE_ORDERS = RoleId(1)
ROLE_PRICES = RoleId(2)
ROLE_KEYS = RoleId(3)  # made in the course of the tour

_OPERATOR = Actor(ActorKind.OPERATOR, "tour", via="demo")
_ANA = Actor(ActorKind.USER, SPONSOR, via="demo")
_Done = TypeVar("_Done")


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair of the tour. It ends with the tour, and is masked all the same."""

    label: str
    app_key: AppKey
    token: Secret


@dataclass(frozen=True, slots=True)
class Cast:
    """The pairs, by what is about to happen to them."""

    works: Pair
    unlinked: Pair
    lacking: Pair
    lost: Pair


def assemble(settings: Settings, language: Language) -> Cast:
    """Open the account in an empty data folder, as its operator and its sponsor would. Raises CannotStart."""
    with closing(open_house(settings)) as house:
        node = house.node
        _do(node, CreateAccount(ACCOUNT, SPONSOR), _OPERATOR)
        _do(node, ImportCatalogue(ACCOUNT, packaged("tour")), _ANA)
        _do(node, AddUser(ACCOUNT, USER, "Bia Souza"), _ANA)
        orders = frozenset({Resource("OMS", "ListOrders"), Resource("OMS", "OMSViewer")})
        _do(node, CreateRole(ACCOUNT, told(texts.ROLE_ORDERS, language), orders), _ANA)
        prices = frozenset({Resource("Pricing", "read_prices")})
        _do(node, CreateRole(ACCOUNT, told(texts.ROLE_PRICES, language), prices), _ANA)
        return Cast(
            works=_pair(node, texts.LABEL_ERP, language, ROLE_ORDERS),
            unlinked=_pair(node, texts.LABEL_NEW, language),
            lacking=_pair(node, texts.LABEL_PRICES, language, ROLE_PRICES),
            lost=_pair(node, texts.LABEL_LOST, language, ROLE_ORDERS),
        )


def _pair(node: Node, label: str, language: Language, role: RoleId | None = None) -> Pair:
    said = told(label, language)
    issued = _done(node.issue(ACCOUNT, label=said, by=_ANA))
    if role is not None:
        _do(node, GrantToKey(ACCOUNT, role, issued.app_key), _ANA)
    return Pair(said, issued.app_key, issued.token)


def _do(node: Node, command: Command, by: Actor) -> None:
    _done(node.carry_out(command, by=by))


def _done(done: _Done | Refusal) -> _Done:
    if isinstance(done, Refusal):  # cannot be, in an empty folder
        raise TypeError(done.reason)
    return done
