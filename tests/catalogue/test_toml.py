"""A catalogue's text is read strictly: a slip is told, with the entry it is in and what to write instead."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaveiro.catalogue import CatalogueMalformed, read_toml
from chaveiro.catalogue.known import KnownResource
from chaveiro.catalogue.route import Route, Undecided
from chaveiro.catalogue.toml import read_resources
from chaveiro.core.attempt import AnyRole, Match, Need
from chaveiro.core.names import Resource

TOKEN = "cvt_1qts2000g40r40m30e209185gr38e1w8124gk2gahc5rr34d1p70x3rfjdrdv74sjnefr1"

WHOLE = """
name = "tour"

[[route]]
method = "GET"
path = "/api/oms/pvt/orders"
any_of = ["OMS/ListOrders", "Checkout/AcessaTodosPedidos"]

[[route]]
method = "POST"
path = "/api/oms/pvt/orders/{orderId}/cancel"
all_of = ["OMS/CancelAction", "OMS/OMSViewer"]

[[resource]]
product = "OMS"
key = "ListOrders"
name = "List Orders"
"""


def route(text: str, *, method: str = '"GET"', path: str = '"/a"') -> str:
    return f"[[route]]\nmethod = {method}\npath = {path}\n{text}\n"


ONE_OF = (
    "route 1 (line 1): write one of `any_of` (one resource is enough) and `all_of` (every one is needed), "
    'such as `any_of = ["OMS/ListOrders"]`; or `open_to`, where no particular resource is needed, '
    "or `undecided`, where nobody knows"
)
KNOWN = "`method`, `path`, `any_of`, `all_of`, `open_to`, `undecided`, `note`, `apis`"
NONE_NEEDED = "where none is needed, write `open_to` with the value `every linked key`"
GOOD = 'any_of = ["OMS/a"]'


def test_a_catalogue_is_read() -> None:
    """Name, routes in their order, and names for people."""
    catalogue = read_toml(WHOLE)
    listing, cancelling = Resource("OMS", "ListOrders"), Resource("OMS", "CancelAction")
    assert catalogue.name == "tour"
    assert catalogue.routes() == (
        Route("GET", "/api/oms/pvt/orders", Need((listing, Resource("Checkout", "AcessaTodosPedidos")))),
        Route(
            "POST",
            "/api/oms/pvt/orders/{orderId}/cancel",
            Need((cancelling, Resource("OMS", "OMSViewer")), Match.ALL),
        ),
    )
    assert catalogue.resource_names == {listing: "List Orders"}


def test_a_route_may_be_open_or_undecided() -> None:
    """In words of its own, each; who describes it and a line for people may be told with it."""
    text = route('open_to = "every linked key"\nnote = "says who is there"\napis = ["Health", "Health"]')
    text += route('undecided = "nobody has asked"\napis = ["Health"]', path='"/b"')
    catalogue = read_toml(text)
    opened = Route("GET", "/a", AnyRole(), "says who is there", ("Health", "Health"))
    assert catalogue.entries() == (opened, Undecided("GET", "/b", "nobody has asked", ("Health",)))
    assert catalogue.routes() == (opened,)


def test_resources_may_have_category_and_numbers() -> None:
    """For people, and for systems that know them by number."""
    text = '[[resource]]\nproduct = "OMS"\nkey = "a"\nname = "A"\ncategory = "Access"\nid = 7\nproduct_id = 19\n'
    [known] = read_resources(text)
    assert known == KnownResource(Resource("OMS", "a"), "A", "Access", 7, 19)
    catalogue = read_toml(route(GOOD) + text)
    assert catalogue.resource_names == {known.resource: "A"}
    assert catalogue.resources.get(known.resource) == known


def test_names_are_optional() -> None:
    """Neither the catalogue nor its resources need one."""
    catalogue = read_toml(route(GOOD))
    assert (catalogue.name, dict(catalogue.resource_names)) == ("", {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the catalogue has no `[[route]]`: write at least one, or every request is denied"),
        ("a = ", "the catalogue is not TOML: invalid value (at end of document)"),
        ("\n\nname = tour", "the catalogue is not TOML: invalid value (at line 3, column 8)"),
        ('name = "a"\nname = "b"', "the catalogue is not TOML: cannot overwrite a value (at end of document)"),
        (
            f"{TOKEN} = 1\n{TOKEN} = 1",
            "the catalogue is not TOML: cannot overwrite a value (at end of document)",
        ),
        (f"[{TOKEN}]\n[{TOKEN}]", "the catalogue is not TOML: see https://toml.io"),
        ("a = " + "\n[" * 5000, "the catalogue is not TOML: invalid value (at line 1, column 5)"),
        ("a = " + "[\n" * 5000, "the catalogue is not TOML: it nests lists or tables too deep"),
        ("a = " + "1" * 996, "the catalogue: `a` is not known: use `name`, `route`, `resource`"),
        ("a = " + "1" * 997, "line 1 is longer than 1000 characters: break it"),
        (
            "#" * 900 + "\n" + "# é\n" * 300_000,
            "the catalogue is larger than 1 MiB: leave out what no integration calls",
        ),
        ("name = 1", "the catalogue: `name` must be a text in quotes"),
        ('name = ""', "the catalogue: the name must be one line of 1 to 100 characters without blanks at its ends"),
        ("route = 1", "`route` must be a list of entries: begin each with the line `[[route]]`"),
        ("[route]", "`route` must be a list of entries: begin each with the line `[[route]]`"),
        ("route = [1]", "`route` must be a list of entries: begin each with the line `[[route]]`"),
        (route("need = 1"), f"route 1 (line 1): `need` is not known: use {KNOWN}"),
        (
            f"[[route]]\n{TOKEN} = 1",
            f"route 1 (line 1): a value of 74 characters is not known: use {KNOWN}",
        ),
        ('[[route]]\nmethod = "GET"', "route 1 (line 1): `path` is missing"),
        (route(GOOD, path="1"), "route 1 (line 1): `path` must be a text in quotes"),
        (route(GOOD, method='"HEAD"'), "route 1 (line 1): HEAD is read as GET: write `GET`"),
        (route(GOOD, method='"Post"'), "route 1 (line 1): methods are written in capitals: write `POST`"),
        (
            "# one\n\n" + route(GOOD) + "\n" + route(GOOD, method='"LIST"'),
            "route 2 (line 8): `LIST` is not a method: write one of DELETE, GET, OPTIONS, PATCH, POST, PUT",
        ),
        (
            route(""),
            ONE_OF,
        ),
        (
            route(GOOD + '\nall_of = ["OMS/b"]'),
            ONE_OF,
        ),
        (
            route("any_of = []"),
            (
                'route 1 (line 1): `any_of` must list at least one resource, such as `["OMS/ListOrders"]`; '
                f"{NONE_NEEDED}"
            ),
        ),
        (
            route('all_of = "OMS/a"'),
            (
                'route 1 (line 1): `all_of` must list at least one resource, such as `["OMS/ListOrders"]`; '
                f"{NONE_NEEDED}"
            ),
        ),
        (
            route('open_to = "anybody"'),
            "route 1 (line 1): `open_to` has one value: write `every linked key`",
        ),
        (route('open_to = "every linked key"\nundecided = "x"'), ONE_OF),
        (
            route('undecided = "x"\nnote = "y"'),
            "route 1 (line 1): `undecided` says why already: leave `note` out",
        ),
        (route("undecided = true"), "route 1 (line 1): `undecided` must be a text in quotes"),
        (
            route('undecided = ""'),
            "route 1 (line 1): the undecided must be one line of 1 to 100 characters without blanks at its ends",
        ),
        (
            route(GOOD + '\napis = "Health"'),
            'route 1 (line 1): `apis` lists the documents that describe it, such as `["Orders API"]`',
        ),
        (
            route(GOOD) + "[[resource]]\nproduct = 'OMS'\nkey = 'a'\nname = 'A'\nid = true\n",
            "resource 1 (line 5): `id` must be a whole number from 1",
        ),
        (route("any_of = [1]"), "route 1 (line 1): a resource is a text such as `OMS/ListOrders`, in quotes"),
        (
            route('any_of = ["OMS.a"]'),
            (
                "route 1 (line 1): `OMS.a` is not a resource: write product and key with a slash between, such as "
                "`OMS/ListOrders`"
            ),
        ),
        (route('any_of = ["OMS/a", "OMS/a"]'), "route 1 (line 1): `OMS/a` stands twice in `any_of`: keep one of them"),
        (
            route(GOOD, path='"/a/{x}"') + route(GOOD, path='"/a/{y}"'),
            "route 2 (line 5): `GET /a/{y}` is route 1 (line 1) again: keep one of them",
        ),
        (
            route(GOOD, path='"/v{x}"') + route('any_of = ["OMS/b"]', path='"/{y}1"'),
            (
                "`GET /{y}1` and `GET /v{x}` both match `/vx1` and need different resources: "
                "change one of the paths, or give both the same resources"
            ),
        ),
        (
            route(GOOD) + "[[resource]]\nproduct = 'OMS'\nkey = 'a'\n",
            "resource 1 (line 5): `name` is missing",
        ),
        (
            route(GOOD) + "[[resource]]\nproduct = 'OMS'\nkey = 'a'\nname = 'A'\n" * 2,
            "resource 2 (line 9): `OMS/a` has a name already: keep one of them",
        ),
        (
            route(GOOD) + "[[resource]]\nproduct = 'O/S'\nkey = 'a'\nname = 'A'\n",
            (
                "resource 1 (line 5): `O/S/a` is not a resource: write product and key with a slash between, such as "
                "`OMS/ListOrders`"
            ),
        ),
        (
            route(GOOD) + f"[[resource]]\nproduct = 'OMS'\nkey = 'a'\nname = '{TOKEN}'\n",
            (
                "resource 1 (line 5): the name looks like a credential: "
                "keep secrets out of names, then renew that token if it is real"
            ),
        ),
        (
            f"name = '''\n[[route]]\n'''\n{route('any_of = []')}",  # only the number is sure then
            "the catalogue: the name must be one line of 1 to 100 characters without blanks at its ends",
        ),
        (
            f"# x\n{route(GOOD)}[[route]]\nmethod = '''\n[[route]]\n'''",
            "route 2: `path` is missing",
        ),
        ("route = [{method = 'GET'}]", "route 1: `path` is missing"),
    ],
)
def test_a_slip_is_told(text: str, message: str) -> None:
    """One sentence: the entry, the line, what to write."""
    with pytest.raises(CatalogueMalformed) as refused:
        read_toml(text)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("a", "the path `a` must begin with `/`, such as `/api/orders/{orderId}`"),
        ("/a?b=c", "the path `/a?b=c` has a query: leave out `?` and what follows"),
        ("/a//b", "the path `/a//b` holds `//`, which is always refused: write one `/`"),
        ("/a/../b", "the path `/a/../b` holds `..`, which is always refused: leave it out"),
        ("/a/.", "the path `/a/.` holds `.`, which is always refused: leave it out"),
        ("/{a}/{a}", "the path `/{a}/{a}` names two parameters `a`: rename one of them"),
        ("/{}", "`` is not a parameter's name in `/{}`: use letters, digits and `_`"),
        ("/{a b}", "`a b` is not a parameter's name in `/{a b}`: use letters, digits and `_`"),
        ("/{a}{b}", "two parameters touch in `/{a}{b}`, so that nobody knows where one ends: put text between them"),
        (
            "/x{a}{b}y",
            "two parameters touch in `/x{a}{b}y`, so that nobody knows where one ends: put text between them",
        ),
        (
            "/a b",
            (
                "`a b` cannot stand in the path `/a b`: use letters, digits and -_~!$&'()*+,=:@. "
                "and write parameters as `{name}`"
            ),
        ),
        (
            "/{a",
            (
                "`{a` cannot stand in the path `/{a`: use letters, digits and -_~!$&'()*+,=:@. "
                "and write parameters as `{name}`"
            ),
        ),
        (
            f"/{TOKEN};",
            (
                "a value of 75 characters cannot stand in the path a value of 76 characters: "
                "use letters, digits and -_~!$&'()*+,=:@. and write parameters as `{name}`"
            ),
        ),
        ("/" + "a" * 500, "the path is longer than 500 characters"),
    ],
)
def test_a_malformed_path_is_told(path: str, message: str) -> None:
    """What can never match, or in more than one way, is refused at import."""
    with pytest.raises(CatalogueMalformed) as refused:
        read_toml(route(GOOD, path=f'"{path}"'))
    assert str(refused.value) == f"route 1 (line 1): {message}"


@given(st.one_of(st.text(), st.text("[]{}\"'=.\n route#", max_size=200)))
def test_no_text_surprises(text: str) -> None:
    """Whatever is imported is a catalogue or a sentence."""
    for sent in (text, f"{WHOLE}\n{text}", WHOLE.replace("GET", text)):
        with suppress(CatalogueMalformed):
            assert read_toml(sent).routes()
