"""The tree finds what a scan over all routes would find, and refuses routes that nobody could tell apart."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from tests.catalogue.reference import methods_of, route_of

from chaveiro.catalogue import Catalogue, CatalogueMalformed
from chaveiro.catalogue.overlap import same_need
from chaveiro.catalogue.route import ROUTES_MAX, SIBLINGS_MAX, Route, Undecided
from chaveiro.catalogue.template import Segment
from chaveiro.core.attempt import Ambiguous, AnyRole, Match, Need, NoMethod, NoRoute
from chaveiro.core.names import Resource


def need(*keys: str, match: Match = Match.ANY) -> Need:
    return Need(tuple(Resource("OMS", key) for key in keys), match)


def routes(*lines: str) -> list[Route]:
    """One route per line, `METHOD PATH`; each needs a resource of its own, named by its place."""
    split = (line.split(" ") for line in lines)
    return [Route(method, path, need(f"r{at}")) for at, (method, path) in enumerate(split)]


def taken(lines: list[str], method: str, target: str) -> str | None:
    return template_of(Catalogue(routes(*lines)), method, target)


def template_of(catalogue: Catalogue, method: str, target: str) -> str | None:
    found = catalogue.find(method, target)
    return found.path if isinstance(found, Route) else None


@pytest.mark.parametrize(
    ("templates", "target", "template"),
    [
        (["/a/b", "/a/{x}"], "/a/b", "/a/b"),
        (["/a/b", "/a/{x}"], "/a/c", "/a/{x}"),
        (["/a/{x}/c", "/a/b/d"], "/a/b/c", "/a/{x}/c"),  # the literal was a dead end
        (["/a/{x}/c", "/a/b/d"], "/a/b/d", "/a/b/d"),
        (["/a/{x}/c", "/a/b/{y}"], "/a/b/c", "/a/b/{y}"),  # the first segment in which they differ decides
        (["/{x}/b/c/d", "/a/{y}/c/e", "/a/b/{z}/f"], "/a/b/c/d", "/{x}/b/c/d"),
        (["/{x}/b/c/d", "/a/{y}/c/e", "/a/b/{z}/f"], "/a/b/c/g", None),
        (["/v{n}/a", "/{x}/a", "/v1/a"], "/v1/a", "/v1/a"),
        (["/v{n}/a", "/{x}/a", "/v1/a"], "/v2/a", "/v{n}/a"),
        (["/v{n}/a", "/{x}/a", "/v1/a"], "/v/a", "/{x}/a"),  # a parameter takes one character at least
        (["/v{n}/a", "/{x}/b"], "/v2/b", "/{x}/b"),
        (["/a", "/a/"], "/a", "/a"),
        (["/a", "/a/"], "/a/", "/a/"),
        (["/a"], "/a/", None),  # another path, until the catalogue says otherwise
        (["/a/{x}"], "/a/", None),
        (["/"], "/", "/"),
        (["/{x}"], "/", None),
        (["/{day}F{from}T{to}"], "/1F08T12", "/{day}F{from}T{to}"),
        (["/{day}F{from}T{to}"], "/FFTT", None),
        (["/{day}F{from}T{to}"], "/1FFTTT", "/{day}F{from}T{to}"),
        (["/{day}F{from}T{to}"], "/1T08F12", None),
        (["/carrier@{a}@{b}"], "/carrier@x@y", "/carrier@{a}@{b}"),
        (["/carrier@{a}@{b}"], "/carrier%40x%40y", "/carrier@{a}@{b}"),
        (["/carrier@{a}@{b}"], "/carrier@x", None),
        (["/{x}"], "/caf%C3%A9", "/{x}"),
        (["/api/{x}"], "/API/a", None),  # letter case matters
    ],
)
def test_the_more_exact_route_is_taken(templates: list[str], target: str, template: str | None) -> None:
    """Literal text before text with parameters before a parameter alone, and no dead end hides another route."""
    assert taken([f"GET {one}" for one in templates], "GET", target) == template


def test_a_route_of_another_method_hides_nothing() -> None:
    """The more exact route is looked for among those of the request's method."""
    lines = ["GET /a/{x}", "POST /a/b", "POST /a/{x}"]
    assert taken(lines, "GET", "/a/b") == "/a/{x}"
    assert taken(lines, "POST", "/a/b") == "/a/b"


def test_the_four_answers() -> None:
    """A need, or in which way the catalogue does not know the request, the secret in its path hidden."""
    catalogue = Catalogue(routes("GET /a/{x}", "POST /a/b", "PUT /a/b"))
    assert catalogue.match("GET", "/a/b?c") == need("r0")
    assert catalogue.match("HEAD", "/a/b") == need("r0")
    assert catalogue.match("PATCH", "/a/b") == NoMethod("PATCH", "/a/b", ("GET", "POST", "PUT"))
    assert catalogue.match("get", f"/a/{'A' * 128}") == NoMethod("get", "/a/••••", ("GET",))
    assert catalogue.match("X" * 99, "/b?c") == NoRoute("••••", "/b")
    assert catalogue.match("GET", "/a/../b") == Ambiguous("..")
    assert template_of(catalogue, "GET", "/a/../b") is None


@pytest.mark.parametrize("method", ["", "get", "Get", "HEAD ", "GETX", "OPTIONS", "\x00", "GET,POST"])
def test_only_a_method_that_is_written_down_is_known(method: str) -> None:
    """Methods are compared letter by letter; there is no override and no default."""
    assert isinstance(Catalogue(routes("GET /a")).match(method, "/a"), NoMethod)


def test_a_route_of_which_nobody_knows_what_it_needs_is_denied() -> None:
    """Also where a template beside it would let the request through: what is more exact is taken."""
    undecided = Undecided("GET", "/a/b", "nobody has asked")
    catalogue = Catalogue([*routes("GET /a/{x}"), undecided])
    assert catalogue.match("GET", "/a/c") == need("r0")
    assert catalogue.match("GET", "/a/b") == NoRoute("GET", "/a/b")
    assert catalogue.match("PUT", "/a/b") == NoMethod("PUT", "/a/b", ("GET",))
    assert (catalogue.entry_of("GET", "/a/b"), catalogue.entry_of("GET", "/b")) == (undecided, None)
    assert Catalogue([undecided]).match("PUT", "/a/b") == NoRoute("PUT", "/a/b")


def test_routes_meet_in_the_same_answer_or_are_a_conflict() -> None:
    """Open, undecided and a need are three answers; a note makes no difference."""
    opened, closed = (Route("GET", "/v{x}", one) for one in (AnyRole(), need("r")))
    unknown = Undecided("GET", "/v{x}", "nobody has asked")
    for one in (opened, closed, unknown):
        for other in (opened, closed, unknown):
            meeting = [one, replace(other, path="/{y}1")]
            if one is other:
                assert Catalogue(meeting).crossings() == ()
            else:
                with pytest.raises(CatalogueMalformed, match="both match `/vx1`"):
                    Catalogue(meeting)


def test_an_empty_catalogue_knows_nothing() -> None:
    """Whoever has written nothing down lets nobody through."""
    assert Catalogue(()).match("GET", "/a") == NoRoute("GET", "/a")


def test_routes_are_listed_as_written() -> None:
    """For listings: every route, in its order."""
    written = routes("GET /b", "GET /a")
    assert Catalogue(written).routes() == tuple(written)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["GET /a/{x}", "GET /a/{y}"], "`GET /a/{x}` and `GET /a/{y}` are the same route: keep one of them"),
        (["GET /a", "GET /a"], "`GET /a` and `GET /a` are the same route: keep one of them"),
        (
            ["GET /v{x}/a", "GET /{y}1/a"],
            (
                "`GET /{y}1/a` and `GET /v{x}/a` both match `/vx1/a` and need different resources: "
                "change one of the paths, or give both the same resources"
            ),
        ),
        (["HEAD /a"], "the method is one of DELETE, GET, OPTIONS, PATCH, POST, PUT in capitals; HEAD is read as GET"),
        (["get /a"], "the method is one of DELETE, GET, OPTIONS, PATCH, POST, PUT in capitals; HEAD is read as GET"),
    ],
)
def test_routes_that_cannot_be_told_apart_are_refused(lines: list[str], message: str) -> None:
    """The message names both."""
    with pytest.raises(CatalogueMalformed) as refused:
        Catalogue(routes(*lines))
    assert str(refused.value) == message


@pytest.mark.parametrize(
    "lines",
    [
        ["GET /v{x}/a", "POST /{y}1/a"],  # another method
        ["GET /v{x}/a", "GET /{y}1/b"],  # another end
        ["GET /v{x}/a", "GET /w{y}/a"],  # no text fits both
        ["GET /v{x}/a/v{y}", "GET /v{x}/b/w{y}"],
    ],
)
def test_routes_that_never_meet_are_no_conflict(lines: list[str]) -> None:
    """Only a path that both could match makes two routes a conflict."""
    assert Catalogue(routes(*lines)).crossings() == ()


def test_routes_that_meet_with_the_same_need_are_no_conflict() -> None:
    """Whichever is taken, the answer is the same."""
    same = [Route("GET", path, need("r")) for path in ("/v{x}", "/{y}1", "/{z}")]
    assert Catalogue(same).match("GET", "/v1") == need("r")
    assert Catalogue(same).crossings() == ()


def test_crossing_routes_are_listed_with_a_path_that_both_match() -> None:
    """Each is the more exact one in another segment: a reader should know which of them is taken."""
    catalogue = Catalogue(routes("GET /a/{x}/c", "GET /a/b/{y}", "GET /a/{x}/{y}", "GET /{z}/b/v{w}"))
    listed = [(str(one.route), str(one.other), one.example, one.clear) for one in catalogue.crossings()]
    assert listed == [
        ("GET /a/b/{y}", "GET /a/{x}/c", "/a/b/c", True),
        ("GET /a/b/{y}", "GET /{z}/b/v{w}", "/a/b/vx", True),
        ("GET /a/{x}/{y}", "GET /{z}/b/v{w}", "/a/b/vx", True),
    ]
    assert len(catalogue.crossings(limit=1)) == 1


def test_needs_are_the_same_when_the_same_keys_meet_them() -> None:
    """Order does not matter, and one resource is one resource."""
    assert same_need(need("a", "b"), need("b", "a"))
    assert same_need(need("a"), need("a", match=Match.ALL))
    assert not same_need(need("a", "b"), need("a", "b", match=Match.ALL))
    assert not same_need(need("a"), need("a", "b"))


def test_a_catalogue_that_would_be_slow_is_refused() -> None:
    """Too many routes, too many patterns in one place, too many that overlap: told at import, not felt later."""
    with pytest.raises(CatalogueMalformed, match="more than 5000 routes"):
        Catalogue(routes(*(f"GET /{at}" for at in range(ROUTES_MAX + 1))))
    with pytest.raises(CatalogueMalformed, match="more than 100 paths differ"):
        Catalogue(routes(*(f"GET /v{at}-{{x}}" for at in range(SIBLINGS_MAX + 1))))
    deep = [
        "/" + "/".join(["a", f"{{p{at}}}"][bit] for at, bit in enumerate(bits)) for bits in product((0, 1), repeat=10)
    ]
    with pytest.raises(CatalogueMalformed, match="too many paths overlap"):
        Catalogue(Route("GET", head + path, need("r")) for head in ("/v{x}", "/{x}1") for path in deep)


TEXTS = st.text("ab@", min_size=1, max_size=2)
PARTS = st.one_of(
    TEXTS,
    st.just("{}"),
    st.builds("{}{{}}{}".format, st.text("ab", max_size=1), st.text("ab", max_size=1)),
    st.builds("{{}}{}{{}}{}".format, TEXTS, st.text("ab", max_size=1)),
)
SHAPES = st.tuples(st.sampled_from(["GET", "POST"]), st.lists(PARTS, min_size=1, max_size=4).map("/".join))


def numbered(shape: str) -> str:
    """Give every parameter its own name."""
    pieces = shape.split("{}")
    return "".join(piece + (f"{{p{at}}}" if at < len(pieces) - 1 else "") for at, piece in enumerate(pieces))


@given(
    st.lists(SHAPES, min_size=1, max_size=12, unique=True),
    st.lists(st.lists(st.text("ab@", min_size=1, max_size=4), min_size=1, max_size=4), min_size=1, max_size=8),
)
def test_matching_equals_a_scan(shapes: list[tuple[str, str]], paths: list[list[str]]) -> None:
    """On random catalogues and paths, the tree takes the route that the reference takes."""
    every = [Route(method, "/" + numbered(shape), need(f"r{at}")) for at, (method, shape) in enumerate(shapes)]
    try:
        catalogue = Catalogue(every)
    except CatalogueMalformed:
        reject()
    for path, method in product(paths, ["GET", "POST", "PUT"]):
        target = "/" + "/".join(path)
        wanted = catalogue.match(method, target)
        expected = route_of(every, method, path)
        assert template_of(catalogue, method, target) == (expected.path if expected else None)
        if isinstance(expected, Route):
            assert wanted == expected.need
        elif known := methods_of(every, path):
            assert wanted == NoMethod(method, target, tuple(sorted(known)))
        else:
            assert wanted == NoRoute(method, target)


@given(SHAPES, SHAPES, st.text("ab@", min_size=1, max_size=6))
def test_two_segments_share_a_text_exactly_if_one_fits_both(
    one: tuple[str, str], two: tuple[str, str], text: str
) -> None:
    """The text that is found fits both; where none is found, no text does."""
    ours, theirs = (Segment(tuple(shape[1].split("/")[0].split("{}"))) for shape in (one, two))
    shared = ours.shared(theirs)
    assert (shared is None) == (theirs.shared(ours) is None)
    if shared is not None:
        assert ours.fits(shared)
        assert theirs.fits(shared)
    else:
        assert not (ours.fits(text) and theirs.fits(text))


@given(st.text(), st.text())
def test_no_request_surprises(method: str, target: str) -> None:
    """Whatever is sent has one of the four answers."""
    catalogue = Catalogue(routes("GET /a/{x}", "POST /{y}F{z}", "GET /"))
    for sent in (target, f"/{target}"):
        assert isinstance(catalogue.match(method, sent), Need | Ambiguous | NoRoute | NoMethod)
        assert template_of(catalogue, method, sent) in {None, "/a/{x}", "/{y}F{z}", "/"}
