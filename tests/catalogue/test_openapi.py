"""Any OpenAPI 3 document is a catalogue, once its operations say what they need; nothing outside it is ever read."""

import json
from contextlib import suppress
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaveiro.catalogue import Catalogue, CatalogueMalformed, read_toml
from chaveiro.catalogue.document import DOCUMENT_SIZE_MAX, looks_openapi, read_document
from chaveiro.catalogue.openapi import EXTENSION, UNDECLARED, read_openapi
from chaveiro.catalogue.route import Route, Undecided
from chaveiro.catalogue.writing import written
from chaveiro.core.attempt import AnyRole, Match, Need, NoRoute
from chaveiro.core.names import Resource

TOKEN = "cvt_1qts2000g40r40m30e209185gr38e1w8124gk2gahc5rr34d1p70x3rfjdrdv74sjnefr1"
READ, WRITE = Resource("Stock", "Read"), Resource("Stock", "Write")

YAML = """
openapi: 3.1.0
info:
  title: Stock
servers:
  - url: https://{host}/{base}/
    variables: {host: {default: api.example.com}, base: {default: v1}}
x-chaveiro-resources: [Stock/Read]
paths:
  /stock/{sku id}:
    get: {}
    put:
      x-chaveiro-resources:
        all_of: [Stock/Read, Stock/Write]
  /health:
    x-chaveiro-resources: {open_to: every linked key}
    get: {summary: "says: who is there"}
    post:
      x-chaveiro-resources: {undecided: "not built yet"}
  /shared: &shared
    post: {x-chaveiro-resources: [Stock/Write]}
  /copied: *shared
"""


def document(paths: Any, **more: Any) -> str:
    return json.dumps({"openapi": "3.0.3", "paths": paths, **more})


def one(operation: Any, **more: Any) -> str:
    return document({"/a": {"get": operation}}, **more)


GOOD = {EXTENSION: ["Stock/Read"]}


def test_an_operation_needs_what_it_declares() -> None:
    """Itself, else its path, else the document; below the path of the first server."""
    imported = read_openapi(YAML)
    assert (imported.name, imported.undeclared) == ("Stock", ())
    assert set(imported.entries) == {
        Route("GET", "/v1/stock/{sku_id}", Need((READ,))),
        Route("PUT", "/v1/stock/{sku_id}", Need((READ, WRITE), Match.ALL)),
        Route("GET", "/v1/health", AnyRole()),
        Undecided("POST", "/v1/health", "not built yet"),
        Route("POST", "/v1/shared", Need((WRITE,))),
        Route("POST", "/v1/copied", Need((WRITE,))),
    }


def test_what_was_read_is_kept_as_the_text_of_a_catalogue() -> None:
    """There is one format inside, and it says the same."""
    imported = read_openapi(YAML)
    again = read_toml(written(imported.entries, name=imported.name))
    assert (again.name, again.entries()) == ("Stock", imported.entries)


def test_json_and_yaml_say_the_same() -> None:
    """One document, two spellings."""
    paths = {"/a/{x}": {"get": GOOD, "post": {EXTENSION: {"all_of": ["Stock/Read", "Stock/Write"]}}}}
    text = 'openapi: 3.0.3\npaths:\n  "/a/{x}":\n    get: {x-chaveiro-resources: [Stock/Read]}\n    post:\n'
    text += "      x-chaveiro-resources:\n        all_of:\n        - Stock/Read\n        - Stock/Write\n"
    assert read_openapi(document(paths)).entries == read_openapi(text).entries


@pytest.mark.parametrize(
    ("servers", "path"),
    [
        ([], "/a"),
        ([{"url": "/"}], "/a"),
        ([{"url": "/v2"}], "/v2/a"),
        ([{"url": "https://api.example.com"}, {"url": "/other"}], "/a"),
        ([{"url": "https://api.example.com:8443/x/y/?z=1"}], "/x/y/a"),
    ],
)
def test_the_path_of_the_server_comes_before(servers: Any, path: str) -> None:
    """As requests have it; the nearest list of servers counts."""
    assert read_openapi(one(GOOD, servers=servers)).entries[0].path == path
    assert read_openapi(one({**GOOD, "servers": servers}, servers=[{"url": "/far"}])).entries[0].path == (
        path if servers else "/far/a"
    )


def test_a_path_item_may_stand_elsewhere_in_the_document() -> None:
    """A pointer within the document is followed."""
    paths = {"/a": {"$ref": "#/components/pathItems/a~1b"}}
    read = read_openapi(document(paths, components={"pathItems": {"a/b": {"get": GOOD}}}))
    assert read.entries == (Route("GET", "/a", Need((READ,))),)


def test_an_operation_that_declares_nothing_is_denied_and_hides_behind_no_other() -> None:
    """It is known as undecided: left out, a template beside it would let requests for it through."""
    imported = read_openapi(document({"/orders/{id}": {"get": GOOD}, "/orders/export": {"get": {}}}))
    assert imported.undeclared == ("GET /orders/export",)
    catalogue = Catalogue(imported.entries)
    assert catalogue.match("GET", "/orders/7") == Need((READ,))
    assert catalogue.match("GET", "/orders/export") == NoRoute("GET", "/orders/export")
    assert imported.entries[1] == Undecided("GET", "/orders/export", UNDECLARED)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "the document is not JSON: expecting property name enclosed in double quotes (line 1, column 2)"),
        ("openapi: [", "the document is not YAML (line 2, column 1): see https://yaml.org"),
        ("openapi: \x01", "the document is not YAML: it holds characters that no text should"),
        ("openapi: 3.1.0\n--- {}", "the file holds several YAML documents: import them one by one"),
        ("- openapi: 3", "the document is no table: an OpenAPI document begins with `openapi: 3.1.0`"),
        ("", "the document is no table: an OpenAPI document begins with `openapi: 3.1.0`"),
        ('{"a": 1, "a": 2}', "the name `a` stands twice in one table: keep one of them"),
        (
            f'{{"{TOKEN}": 1, "{TOKEN}": 2}}',
            "the name a value of 74 characters stands twice in one table: keep one of them",
        ),
        ("a: 1\nb: {c: 1,\n c: 2}", "the name `c` stands twice in one table: keep one of them (line 3)"),
        ("a: *b", "`*b` in line 1 names no anchor"),
        ("a: &b [*b]", "`*b` in line 1 names no anchor"),
        ("a: &b {c: 1}\nd: {<<: *b}", "`<<` in line 2 is not read: write out what it would bring"),
        ("? [a]\n: b", "a name in line 1 is no text: write one name for each value"),
        ('{"a":' + "[" * 100_000, "the document nests tables and lists too deep"),
        ("a: " + "[" * 500, "the document nests tables and lists too deep"),
        ('{"a": ' + "1" * 5000 + "}", "the document is not JSON: a number is too long"),
        ('{"swagger": "2.0"}', "/swagger: this is Swagger 2.0: convert it to OpenAPI 3.1 first"),
        ("openapi: 4.0.0", "/openapi: the document must be OpenAPI 3.0 or 3.1: begin it with `openapi: 3.1.0`"),
        ("a: 1", "/openapi: the document must be OpenAPI 3.0 or 3.1: begin it with `openapi: 3.1.0`"),
        (document({}), "/paths: the document has no operation: nothing would be let through"),
        (document([]), "/paths: here stands something else than a table"),
        (document({"/a/b": []}), "/paths/~1a~1b: here stands something else than a table"),
        (document({"/~": {"get": 1}}), "/paths/~1~0/get: here stands something else than a table"),
        (document({"a": {"get": GOOD}}), "/paths/a/get: a path begins with `/`"),
        (
            document({"/a?b=1": {"get": GOOD}}),
            "/paths/~1a?b=1/get: the path `/a?b=1` has a query: leave out `?` and what follows",
        ),
        (
            document({"/a/{x}{y}": {"get": GOOD}}),
            (
                "/paths/~1a~1{x}{y}/get: two parameters touch in `/a/{x}{y}`, so that nobody knows where one ends: "
                "put text between them"
            ),
        ),
        (
            one({}),
            'no operation has `x-chaveiro-resources`: write one, such as `x-chaveiro-resources: ["OMS/ListOrders"]`',
        ),
        (
            one({EXTENSION: []}),
            (
                "/paths/~1a/get/x-chaveiro-resources: `any_of` must list at least one resource, such as "
                '`["OMS/ListOrders"]`; where none is needed, write `open_to` with the value `every linked key`'
            ),
        ),
        (
            one({EXTENSION: "Stock/Read"}),
            (
                '/paths/~1a/get/x-chaveiro-resources: write a list, such as `["OMS/ListOrders"]`, of which one is '
                "enough, or a table with `any_of`, `all_of`, `open_to` or `undecided`"
            ),
        ),
        (
            one({EXTENSION: {"open_to": "everybody"}}),
            "/paths/~1a/get/x-chaveiro-resources: `open_to` has one value: write `every linked key`",
        ),
        (
            one({EXTENSION: {"one_of": []}}),
            (
                "/paths/~1a/get/x-chaveiro-resources: `one_of` is not known: use `any_of`, `all_of`, `open_to`, "
                "`undecided`"
            ),
        ),
        (
            one({}, **{EXTENSION: ["Stock"]}),
            (
                "/x-chaveiro-resources: `Stock` is not a resource: write product and key with a slash between, such as "
                "`OMS/ListOrders`"
            ),
        ),
        (
            one({EXTENSION: [1]}),
            "/paths/~1a/get/x-chaveiro-resources: a resource is a text such as `OMS/ListOrders`, in quotes",
        ),
        (
            document({"/a": {"$ref": "https://example.com/a.json"}}),
            "/paths/~1a/$ref: only what stands in the document itself is read: bundle it into one file first",
        ),
        (
            document({"/a": {"$ref": "other.yaml#/a"}}),
            "/paths/~1a/$ref: only what stands in the document itself is read: bundle it into one file first",
        ),
        (document({"/a": {"$ref": "#/nowhere"}}), "/paths/~1a/$ref: `#/nowhere` names nothing in the document"),
        (document({"/a": {"$ref": "#/paths/~1a"}}), "/paths/~1a/$ref: path items point at each other without end"),
        (
            one(GOOD, servers=[{"url": "/{v}"}]),
            "/servers/0/url: the variable `v` has no default: write one",
        ),
        (
            one(GOOD, servers=[{}]),
            "/servers/0: `url` is missing: write one such as `https://api.example.com/v1`, or `/v1`",
        ),
        (one(GOOD, servers=[{"url": "http://[x"}]), "/servers/0/url: `http://[x` is no address"),
    ],
)
def test_a_slip_is_told_with_its_place(text: str, message: str) -> None:
    """One sentence, the place as a JSON pointer, and what to write instead; no secret is quoted."""
    with pytest.raises(CatalogueMalformed) as refused:
        read_openapi(text)
    assert str(refused.value) == message


def test_a_document_is_bounded() -> None:
    """What is too large is refused unread, and a few lines never become a flood."""
    with pytest.raises(CatalogueMalformed, match="larger than 16 MiB"):
        read_openapi(" " * (DOCUMENT_SIZE_MAX + 1))
    lines = ["openapi: 3.1.0", "a0: &a0 [x]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]" for at in range(1, 40)]  # 10^39 elements
    assert read_document("\n".join(lines))["openapi"] == "3.1.0"


def test_a_tag_makes_nothing() -> None:
    """Whatever a tag asks for, what is read are texts, lists and tables."""
    assert read_document("a: !!python/object/apply:os.system [x]\nb: !!int 1\nc: yes") == {
        "a": ["x"],
        "b": "1",
        "c": "yes",
    }


@pytest.mark.parametrize(
    ("text", "openapi"),
    [
        ("openapi: 3.1.0", True),
        ('# mine\n"openapi": 3.1.0', True),
        ("info: {}\nopenapi: '3.0.0'", True),
        ("swagger: '2.0'", True),
        ("\ufeff  {}", True),
        ("[[route]]\nmethod = 'GET'", False),
        ('name = "openapi: 3"', False),
        ("", False),
    ],
)
def test_a_document_is_told_from_toml(text: str, openapi: bool) -> None:
    """By what it begins with, not by the file's name."""
    assert looks_openapi(text) is openapi


@pytest.mark.parametrize(
    ("url", "defaults"),
    [
        ("/" + "".join(f"{{v{one}}}" for one in range(40)), {f"v{one}": f"{{v{one + 1}}}" * 2 for one in range(40)}),
        ("/" + "{v}" * 300_000, {"v": "{v}"}),
        ("/{v}", {"v": "x" * 3_000}),
    ],
    ids=["doubling", "itself", "long"],
)
def test_a_server_s_variables_are_filled_in_once(url: str, defaults: dict[str, str]) -> None:
    """What a default names is not filled in again: forty that double would be a terabyte."""
    servers = [{"url": url, "variables": {name: {"default": value} for name, value in defaults.items()}}]
    with pytest.raises(CatalogueMalformed):
        read_openapi(document({"/a": {"get": {EXTENSION: ["Stock/Read"]}}}, servers=servers))


def test_many_resources_are_read_in_time_linear_in_their_number() -> None:
    """One that stands twice is found without comparing each with each."""
    named = [f"Stock/Read{one}" for one in range(200_000)]
    began = process_time()
    with pytest.raises(CatalogueMalformed, match="stands twice"):
        read_openapi(document({"/a": {"get": {EXTENSION: [*named, named[0]]}}}))
    assert process_time() - began < 10


def test_half_a_character_is_refused() -> None:
    """A lone surrogate, which no encoding has, as a terminal may hand over."""
    with pytest.raises(CatalogueMalformed):
        read_openapi("openapi: 3.1.0\nx: \ud800")


@given(st.text())
def test_no_document_surprises(text: str) -> None:
    """It is read, or refused with a sentence."""
    for read in (text, f"openapi: 3.1.0\n{text}", f"{{{text}"):
        with suppress(CatalogueMalformed):
            read_openapi(read)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["Stock/Read", "every linked key", "#/paths", "/"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["get", "$ref", "url", "servers", EXTENSION, "any_of", "open_to", "undecided", "/a", "/a/{x}"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=20,
)


@given(VALUES, VALUES, VALUES)
def test_no_shape_surprises(paths: Any, servers: Any, declared: Any) -> None:
    """Any value may stand anywhere; what is read is written, and read again as the same."""
    with suppress(CatalogueMalformed):
        imported = read_openapi(document(paths, servers=servers, **{EXTENSION: declared}))
        with suppress(CatalogueMalformed):
            assert read_toml(written(imported.entries)).entries() == imported.entries
