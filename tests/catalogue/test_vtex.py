"""The packaged facts are VTEX's documented ones: counted, matched, and written anew byte for byte."""

import json
import random
import re
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.catalogue.reference import exactness, fits, route_of

from chaveiro.catalogue import Catalogue, read_toml
from chaveiro.catalogue.packaged import PACKAGED, packaged, packaged_file
from chaveiro.catalogue.route import Entry, Route
from chaveiro.core.attempt import Ambiguous, AnyRole, Match, Need, NoMethod, NoRoute
from chaveiro.core.names import Resource
from facts.__main__ import PACKAGED as FOLDER
from facts.__main__ import texts
from facts.overlay import OVERLAY, Overlay, Unresolved

# Facts that this project was written from; they are kept beside the repository, not in it.
FACTS = Path(__file__).parents[2].parent / "shared" / "reference"

UNDER_TWO_PRODUCTS = 8
WITHOUT_KEY = 8
CROSSINGS = 61
RANDOM_PATHS = 20_000


def records(kind: str) -> list[dict[str, Any]]:
    if not FACTS.exists():
        pytest.skip("NOT COMPARED with VTEX's documentation: its facts are not beside this checkout")
    listed: list[dict[str, Any]] = json.loads((FACTS / f"vtex-{kind}.json").read_text("utf-8"))
    return listed


@pytest.fixture(scope="module")
def operations() -> list[dict[str, Any]]:
    return records("operations")


@pytest.fixture(scope="module")
def vtex() -> Catalogue:
    return read_toml(packaged("vtex"))


@pytest.fixture(scope="module")
def spellings() -> dict[str, str]:
    """How the overlay reads a resource that documents spell otherwise."""
    overlay = tomllib.loads(OVERLAY.read_text("utf-8"))
    read = {one["written"]: one["is"] for one in overlay["spelling"]}
    for one in overlay["keyless"]:
        read[f"{one['product']}/{one['name']}"] = f"{one.get('is_product', one['product'])}/{one['key']}"
    return read


def documented(operation: dict[str, Any], spellings: dict[str, str]) -> set[str]:
    written = (f"{one['product']}/{one['key'] or one['resource']}" for one in operation["requires"])
    return {spellings.get(one, one) for one in written}


def example_of(path: str) -> str:
    return re.sub(r"\{[^}]*\}|(?<=/):\w+", "9", path)


# -- the tour


def test_the_tour_is_readable() -> None:
    """It is the text an account imports, and it names every resource it needs."""
    catalogue = read_toml(packaged("tour"))
    needs = [route.need for route in catalogue.routes() if isinstance(route.need, Need)]
    assert catalogue.name == "tour"
    assert len(catalogue.routes()) == len(needs) == 34
    assert catalogue.resource_names.keys() == {resource for need in needs for resource in need.resources}
    assert {tuple(sorted((str(one.route), str(one.other)))) for one in catalogue.crossings()} == {
        ("GET /api/oms/pvt/orders/order-group/{orderGroup}", "GET /api/oms/pvt/orders/{orderId}/conversation-message"),
        ("GET /api/oms/pvt/orders/order-group/{orderGroup}", "GET /api/oms/pvt/orders/{orderId}/payment-transaction"),
    }


def test_what_is_not_packaged_is_unknown() -> None:
    """A name is looked up in a list, never in a folder."""
    assert PACKAGED == ("tour", "vtex")
    with pytest.raises(KeyError):
        packaged("../tour")


def test_the_tour_is_a_part_of_the_whole(vtex: Catalogue) -> None:
    """Every route of the tour needs in VTEX's catalogue what it needs in the tour, under the same names."""
    tour = read_toml(packaged("tour"))
    whole = {route.name: route.need for route in vtex.routes()}
    assert {route.name: route.need for route in tour.routes()}.items() <= whole.items()
    assert tour.resource_names.items() <= vtex.resource_names.items()


# -- written from the facts


def test_the_packaged_files_are_what_the_facts_say() -> None:
    """`make catalogue` changes nothing: the files are the facts, read as the overlay says."""
    records("operations")
    for name, text in texts(FACTS).items():
        assert packaged_file(f"vtex/{name}") == text, f"run `make catalogue`: {name} is out of date"
        assert (FOLDER / name).read_text("utf-8") == text


@pytest.mark.parametrize(
    "kind", ["access", "spelling", "name", "keyless", "kept", "path", "product_id", "disagreeing", "added"]
)
def test_an_inconsistency_without_an_answer_stops_the_writing(kind: str, tmp_path: Path) -> None:
    """Each answer of the overlay is needed: without it nothing is written."""
    records("operations")
    blocks = re.split(r"(?m)^(?=\[)", OVERLAY.read_text("utf-8"))
    at = next(number for number, block in enumerate(blocks) if block.startswith(f"[[{kind}]]"))
    (tmp_path / "overlay.toml").write_text("".join(blocks[:at] + blocks[at + 1 :]), "utf-8")
    with pytest.raises(Unresolved):
        texts(FACTS, Overlay(tmp_path / "overlay.toml"))


def test_an_answer_without_a_question_stops_the_writing(tmp_path: Path) -> None:
    """What the documents no longer contradict leaves the overlay."""
    records("operations")
    more = '\n[[kept]]\nkey = "No such key"\nreason = "none"\n'
    (tmp_path / "overlay.toml").write_text(
        OVERLAY.read_text("utf-8").replace("\n[numbers]", f"{more}\n[numbers]"), "utf-8"
    )
    with pytest.raises(Unresolved, match="No such key"):
        texts(FACTS, Overlay(tmp_path / "overlay.toml"))


def test_every_answer_has_its_reason() -> None:
    """An overlay without reasons is a second set of facts."""
    overlay = tomllib.loads(OVERLAY.read_text("utf-8"))
    answers = [one for kind, entries in overlay.items() if kind not in {"numbers", "agreeing"} for one in entries]
    assert all(len(one["reason"].strip()) > 20 for one in [*answers, overlay["agreeing"]])


def test_no_sentence_of_vtex_is_carried_over() -> None:
    """Names, codes and paths are facts; the only lines for people are the overlay's own."""
    own = {one["says"] for one in tomllib.loads(OVERLAY.read_text("utf-8"))["access"] if "says" in one}
    entries = read_toml(packaged("vtex")).entries()
    assert {one.note if isinstance(one, Route) else one.why for one in entries} == own | {""}


# -- counted


def test_operations_are_as_many_as_documented(operations: list[dict[str, Any]], vtex: Catalogue) -> None:
    """1,062 operations of 76 documents are 1,008 routes; each counts once where it is described."""
    assert len(operations) == sum(len(one.apis) for one in vtex.entries()) == 1062
    assert Counter(one["api"] for one in operations) == Counter(api for one in vtex.entries() for api in one.apis)
    assert len(vtex.entries()) == len({(one["method"], re.sub(r"\{[^}]*\}", "{}", one["path"])) for one in operations})
    assert len(vtex.entries()) == 1008


def test_each_kind_of_access_is_as_frequent_as_documented(operations: list[dict[str, Any]], vtex: Catalogue) -> None:
    """844 with resources (841 any, 3 all), 55 + 51 + 33 open to linked keys, 31 + 48 that nobody can decide."""
    kinds = Counter(one["access"] for one in operations)
    assert kinds == {
        "resource": 844, "no-permission": 55, "no-resource": 51, "none": 33, "provider": 31, "undocumented": 48,
    }  # fmt: skip
    assert Counter(one["match"] for one in operations) == {"any": 841, "all": 3, None: 218}
    found = Counter(kind_of(entry) for entry in vtex.entries() for _ in entry.apis)
    # Where descriptions of one route disagree, all of them count as the one that the overlay takes.
    for taken, same in disagreements(operations):
        kinds.subtract(one["access"] for one in same)
        kinds[next(one["access"] for one in same if one["api"] == taken)] += len(same)
    assert found == kinds
    assert sum(route.need.match is Match.ALL for route in vtex.routes() if isinstance(route.need, Need)) == 3


def disagreements(operations: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """For each route that documents describe differently: the one that counts, and all descriptions."""
    for answer in tomllib.loads(OVERLAY.read_text("utf-8"))["disagreeing"]:
        for route in answer["routes"]:
            same = [one for one in operations if example_of(f"{one['method']} {one['path']}") == example_of(route)]
            assert len(same) == 2
            yield answer["taken"], same


def kind_of(entry: Entry) -> str:
    return KINDS[entry.note if isinstance(entry, Route) else entry.why]


KINDS: dict[str, str] = {
    one.get("says", ""): one["kind"] for one in tomllib.loads(OVERLAY.read_text("utf-8"))["access"]
}


def test_resources_are_as_many_as_documented(vtex: Catalogue) -> None:
    """573 records spell 540 keys, each of one product; 8 more have no key, and the one that the overlay gives them."""
    listed = records("resources")
    keys = {one["key"] for one in listed if one["key"]}
    named = {resource.key for resource in vtex.resource_names}
    assert (len(listed), len(keys), len(vtex.resource_names)) == (573, 540, 548)
    assert keys <= named
    assert len(named - keys) == len([one for one in listed if one["key"] is None]) == WITHOUT_KEY
    assert len({(one["product"], one["key"]) for one in listed if one["key"]}) == 540 + UNDER_TWO_PRODUCTS


def test_every_need_is_named(vtex: Catalogue) -> None:
    """No route asks for a resource that nobody could put into a role."""
    needed = {one for route in vtex.routes() if isinstance(route.need, Need) for one in route.need.resources}
    assert needed <= vtex.resource_names.keys()


# -- matched


def test_every_operation_is_matched_by_its_own_example_and_needs_what_it_documents(
    operations: list[dict[str, Any]], vtex: Catalogue, spellings: dict[str, str]
) -> None:
    """No other operation's resources are returned for it, unless the overlay prefers another description of it."""
    disagreed = {route for one in tomllib.loads(OVERLAY.read_text("utf-8"))["disagreeing"] for route in one["routes"]}
    for one in operations:
        entry = vtex.entry_of(one["method"], example_of(one["path"]))
        assert entry is not None
        assert example_of(entry.path) == example_of(one["path"])
        assert one["api"] in entry.apis
        if entry.name in disagreed:
            continue
        wanted = vtex.match(one["method"], example_of(one["path"]))
        if one["requires"]:
            assert isinstance(wanted, Need)
            assert set(map(str, wanted.resources)) == documented(one, spellings), entry.name
            assert wanted.match.value == one["match"]
        else:
            assert type(wanted) is (AnyRole if one["public"] else NoRoute)


def test_random_paths_never_match_ambiguously(vtex: Catalogue) -> None:
    """20,000 paths made of the catalogue's own segments: one route is the most exact, and the tree takes it."""
    rng = random.Random(20260807)
    entries = vtex.entries()
    by_length: dict[tuple[str, int], list[Entry]] = {}
    for one in entries:
        by_length.setdefault((one.method, one.path.count("/")), []).append(one)
    literals = sorted({part for one in entries for part in one.path[1:].split("/") if part and "{" not in part})
    taken = 0
    for _ in range(RANDOM_PATHS):
        template = rng.choice(entries)
        segments = a_path(rng, template.path, literals)
        method = rng.choice([template.method] * 5 + ["DELETE", "GET", "PATCH", "POST", "PUT"])
        candidates = by_length.get((method, len(segments)), [])
        fitting = sorted((one for one in candidates if fits(one, segments)), key=exactness)
        assert len(fitting) < 2 or exactness(fitting[0]) != exactness(fitting[1])
        expected = route_of(candidates, method, segments)
        target = "/" + "/".join(segments)
        assert vtex.entry_of(method, target) is expected
        wanted = vtex.match(method, target)
        if isinstance(expected, Route):
            assert wanted == expected.need
            taken += 1
        else:
            assert isinstance(wanted, NoRoute | NoMethod)
    assert taken > RANDOM_PATHS / 4


def a_path(rng: random.Random, template: str, literals: list[str]) -> list[str]:
    """A path that a template matches, and then other segments in some places."""
    segments = [
        re.sub(r"\{[^}]*\}", lambda _: rng.choice(["9", "x-1", "pvt"]), part) for part in template[1:].split("/")
    ]
    return [rng.choice([*literals, "9"]) if part and rng.random() < 0.15 else part for part in segments]


def test_crossing_routes_are_known(vtex: Catalogue) -> None:
    """Each two routes that one path matches, the more exact one taken by its first segment that differs."""
    crossings = vtex.crossings()
    assert len(crossings) == CROSSINGS
    assert all(one.clear for one in crossings)
    assert (
        "GET /api/oms/pvt/orders/order-group/{orderGroup}",
        "GET /api/oms/pvt/orders/{orderId}/payment-transaction",
    ) in {(str(one.route), str(one.other)) for one in crossings}
    assert all(vtex.entry_of(one.route.method, one.example) is one.route for one in crossings)


def test_a_path_that_can_be_read_twice_takes_no_route(vtex: Catalogue) -> None:
    """Whatever it would match."""
    assert isinstance(vtex.match("GET", "/api/oms/pvt/orders/..%2Fx"), Ambiguous)
    assert vtex.entry_of("GET", "/api/oms/pvt/orders/..%2Fx") is None


# -- what it costs


def test_it_is_small_and_read_in_a_moment() -> None:
    """An account keeps its text, and every process compiles it once for each import."""
    text = packaged("vtex")
    assert len(text.encode()) < 300 * 1024
    took = []
    for _ in range(3):
        begun = time.perf_counter()
        read_toml(text)
        took.append(time.perf_counter() - begun)
    assert min(took) < 1.0  # 0.07 s on an idle machine of 2025


def test_a_resource_is_matched_by_one_spelling(vtex: Catalogue, spellings: dict[str, str]) -> None:
    """No spelling that the overlay replaces is left anywhere."""
    assert not spellings.keys() - set(spellings.values()) & {str(one) for one in vtex.resource_names}
    assert {Resource(*one.split("/")) for one in spellings.values()} <= vtex.resource_names.keys()
