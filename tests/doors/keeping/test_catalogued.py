"""A catalogue in words, and what another one in its place would change."""

from __future__ import annotations

import pytest

from chaveiro.catalogue import Catalogue, read_toml
from chaveiro.doors.keeping.catalogued import Counted, counted, difference, need, with_words
from chaveiro.words.language import Language

BEFORE = """
name = "shop"

[[route]]
method = "GET"
path = "/a"
any_of = ["A/One", "A/Two"]

[[route]]
method = "GET"
path = "/b"
all_of = ["A/One", "B/Two"]

[[route]]
method = "GET"
path = "/c"
undecided = "nobody knows"

[[route]]
method = "GET"
path = "/d"
open_to = "every linked key"
note = "who am I"
"""


def catalogue(text: str = BEFORE) -> Catalogue:
    return read_toml(text)


def test_what_is_the_same_is_no_difference() -> None:
    """Neither notes nor order make one."""
    assert difference(catalogue(), catalogue(BEFORE.replace("who am I", "myself"))).nothing
    assert counted(catalogue()) == Counted("shop", routes=3, undecided=1, resources=3)


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ('"A/Two"', '"A/Three"', "GET /a"),
        ('any_of = ["A/One", "A/Two"]', 'all_of = ["A/One", "A/Two"]', "GET /a"),
        ('all_of = ["A/One", "B/Two"]', 'undecided = "lost"', "GET /b"),
        ('undecided = "nobody knows"', 'any_of = ["A/One"]', "GET /c"),
        ('open_to = "every linked key"', 'any_of = ["A/One"]', "GET /d"),
    ],
)
def test_a_route_that_needs_something_else_is_changed(old: str, new: str, changed: str) -> None:
    """Another resource, all instead of any, known instead of not, and the other way round."""
    found = difference(catalogue(), catalogue(BEFORE.replace(old, new)))
    assert [one.after.name for one in found.changed] == [changed]
    assert (found.added, found.removed, found.nothing) == ((), (), False)


def test_routes_come_and_go() -> None:
    """Another path or method is one route less and one more."""
    found = difference(catalogue(), catalogue(BEFORE.replace('"/a"', '"/e"')))
    assert [one.name for one in found.added] == ["GET /e"]
    assert [one.name for one in found.removed] == ["GET /a"]
    assert not found.changed


def test_what_a_route_needs_is_told_in_words() -> None:
    """One of several, all of them, nobody knows, any role; in the language of whoever reads."""
    assert [need(one, Language.EN) for one in catalogue().entries()] == [
        "one of: A/One or A/Two",
        "all of: A/One and B/Two",
        "refused, as nobody wrote down what it needs (nobody knows)",
        "no particular resource: any role is enough",
    ]


def test_routes_are_found_by_the_words_in_them() -> None:
    """In path, resources, notes and reasons, in any letter case; every word has to stand somewhere."""

    def found(*words: str) -> list[str]:
        return [one.path for one in with_words(catalogue(), words)]

    assert found() == ["/a", "/b", "/c", "/d"]
    assert found("ONE") == ["/a", "/b"]
    assert found("one", "b/two") == ["/b"]
    assert found("nobody") == ["/c"]
    assert found("who") == ["/d"]
    assert found("nothing") == []
