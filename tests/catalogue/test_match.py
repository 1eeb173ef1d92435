"""`catalogue match` tells what the decision would need, and which roles give it."""

from chaveiro.catalogue import Catalogue
from chaveiro.catalogue.match import matched, roles_giving
from chaveiro.catalogue.route import Route
from chaveiro.core.attempt import Match, Need, NoRoute
from chaveiro.core.keyring import Keyring, Mark, Revision, Role
from chaveiro.core.names import AccountName, Email, Moment, Resource, RoleId

LIST, VIEW, CANCEL = (Resource("OMS", key) for key in ("ListOrders", "OMSViewer", "CancelAction"))
MARK = Mark(Moment(0), "ana@acme.example")
WIDE = Role(RoleId(1), "wide", frozenset({LIST, VIEW, CANCEL}))
GONE = Role(RoleId(2), "gone", frozenset({LIST}), deleted=MARK)
EMPTY = Role(RoleId(3), "empty", frozenset())
NARROW = Role(RoleId(4), "narrow", frozenset({LIST}))
PAIR = Role(RoleId(5), "pair", frozenset({LIST, VIEW}))
KEYRING = Keyring(
    AccountName("acme"),
    Revision("00000000", 1),
    Email("ana@acme.example"),
    MARK,
    roles={role.id: role for role in (WIDE, GONE, EMPTY, NARROW, PAIR)},
)


def test_the_roles_that_give_the_least_besides_come_first() -> None:
    """Only living roles that are enough alone: any-of by one resource, all-of by every one."""
    assert roles_giving(KEYRING, Need((LIST, VIEW))) == (NARROW, PAIR, WIDE)
    assert roles_giving(KEYRING, Need((LIST, VIEW), Match.ALL)) == (PAIR, WIDE)
    assert roles_giving(KEYRING, Need((Resource("Pricing", "read_prices"),))) == ()


def test_a_request_is_read_as_the_decision_would() -> None:
    """Template, need and roles; secrets are hidden, the query is left out."""
    catalogue = Catalogue([Route("GET", "/orders/{orderId}", Need((CANCEL,)))])
    found = matched(catalogue, KEYRING, "HEAD", f"/orders/{'A' * 128}?x=1")
    assert (found.method, found.path, found.template) == ("HEAD", "/orders/••••", "/orders/{orderId}")
    assert (found.wanted, found.roles) == (Need((CANCEL,)), (WIDE,))


def test_a_request_that_the_catalogue_does_not_know_has_no_roles() -> None:
    """No role would help; the catalogue has to know it first."""
    found = matched(Catalogue(()), KEYRING, "GET", "/a")
    assert (found.template, found.wanted, found.roles) == (None, NoRoute("GET", "/a"), ())
