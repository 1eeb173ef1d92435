"""`catalogue match` tells what the decision would need, and which roles give it."""

from chaveiro.catalogue import Catalogue
from chaveiro.catalogue.match import enough, matched
from chaveiro.catalogue.route import Route, Undecided
from chaveiro.core.attempt import AnyRole, Match, Need, NoRoute
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
    living = (WIDE, EMPTY, NARROW, PAIR)
    assert enough(living, Need((LIST, VIEW))) == (NARROW, PAIR, WIDE)
    assert enough(living, Need((LIST, VIEW), Match.ALL)) == (PAIR, WIDE)
    assert enough(living, Need((Resource("Pricing", "read_prices"),))) == ()


def test_any_living_role_is_enough_where_no_resource_is_needed() -> None:
    """An empty role too: what is asked for is a key that somebody put to use."""
    found = matched(Catalogue([Route("GET", "/health", AnyRole(), "says who is there")]), KEYRING, "GET", "/health")
    assert (found.wanted, found.roles) == (AnyRole(), (EMPTY, NARROW, PAIR, WIDE))
    assert (found.predefined, found.note) == ((), "says who is there")


def test_why_nobody_knows_is_told() -> None:
    """The decision is told that there is no such route; whoever looks it up, that there is, and why it is denied."""
    catalogue = Catalogue([Undecided("GET", "/a/{x}", "nobody has asked"), Route("POST", "/a/{x}", Need((LIST,)))])
    found = matched(catalogue, KEYRING, "GET", "/a/1")
    assert (found.wanted, found.template, found.note) == (NoRoute("GET", "/a/1"), "/a/{x}", "nobody has asked")
    assert found.roles == ()


def test_predefined_roles_are_told_for_the_catalogue_of_vtex() -> None:
    """The one that gives the least first; the owner's, which gives nearly everything, last."""
    catalogue = Catalogue([Route("GET", "/orders", Need((LIST,)))], name="vtex")
    names = [role.name for role in matched(catalogue, KEYRING, "GET", "/orders").predefined]
    assert names[0] == "IntegrationProfile - Fulfillment Oms"
    assert names[-1] == "Owner (Admin Super)"


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
