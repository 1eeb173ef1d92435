"""What was presented stays mute, and a need is never empty."""

import pytest

from chaveiro.core.attempt import Match, Need, Presented, Request, presented
from chaveiro.core.names import Resource

LIST = Resource("OMS", "ListOrders")
CANCEL = Resource("OMS", "CancelAction")


def test_no_repr_shows_what_was_presented() -> None:
    """A mistyped token is the token: attempts reach logs and exceptions, their values never."""
    request = Request(presented("cvk_secret"), presented("cvt_secret"), "GET", "/cvt_secret?x=cvt_secret")
    assert "secret" not in f"{request!r} {request} {request.app_key!s}"
    assert repr(Presented("abc", 2)) == "Presented(<3 characters>, count=2)"


def test_an_empty_need_is_refused() -> None:
    """No resource would mean that everything may be done."""
    with pytest.raises(ValueError, match="at least one resource"):
        Need(())


def test_any_asks_for_one_and_all_for_each() -> None:
    """A need is met by the union of what the roles give."""
    either, both = Need((LIST, CANCEL)), Need((LIST, CANCEL), Match.ALL)
    assert either.met_by(frozenset({CANCEL}))
    assert not either.met_by(frozenset())
    assert both.met_by(frozenset({LIST, CANCEL}))
    assert not both.met_by(frozenset({LIST}))
