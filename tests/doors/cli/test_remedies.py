"""Every remedy that `chaveiro explain` prints, run as printed: the request passes, or meets what was announced."""

from __future__ import annotations

import ast
import inspect
import re
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from tests.world import WORLD

from chaveiro.core.cause import Cause, Stage
from chaveiro.core.credential import mint_token
from chaveiro.core.names import AccountName, AppKey
from chaveiro.doctor import remedy
from chaveiro.serve.pepper import read_pepper
from chaveiro.stores.sql import SqlStore
from chaveiro.stores.sql.rowmacs import RowMacs
from chaveiro.words.commands import command_line

DAY = 86_400
STEPS_MAX = 8
ORDERS, BOTH = "/api/oms/pvt/orders", "/both"
VTEX_KEY = "vtexappkey-acme-ABCDEF"
ALL_OF = """
name = "both"

[[route]]
method = "GET"
path = "/both"
all_of = ["OMS/ListOrders", "Pricing/read_prices"]

[[route]]
method = "GET"
path = "/open"
open_to = "every linked key"
"""


@dataclass
class Scene:
    """An installation in which one request is refused."""

    run: Any
    pass_days: Callable[[float], None]
    key: str = ""
    token: str = field(default="", repr=False)
    path: str = ORDERS
    user_token: str = field(default="", repr=False)

    def __call__(self, line: str, typed: str = "") -> Any:
        """Run a command that must succeed."""
        done = self.run(line, typed)
        assert done.code == 0, (line, done.err)
        return done

    def issue(self, *roles: int) -> Scene:
        self.key, self.token = self.run.pair()
        for role in roles:
            self(f"chaveiro role grant acme {role} --key {self.key}")
        return self

    def register(self) -> Scene:
        """Register a pair that was made elsewhere."""
        self.key, self.token = VTEX_KEY, "A" * 128
        self(f"chaveiro user add acme {self.key} --name -", self.token)
        self(f"chaveiro role grant acme 1 --key {self.key}")
        return self

    def on_key(self, *verbs: str) -> Scene:
        for verb in verbs:
            done = self(f"chaveiro key {verb} acme {self.key}")
            self.token = _new_token(done.out) or self.token
        return self

    def sql(self, statement: str) -> Scene:
        """Do what no command does, as a version that did would have written it."""
        file = self.run.folder / "data" / "chaveiro.db"
        with closing(sqlite3.connect(file)) as database, database:
            database.execute("pragma foreign_keys = off")
            assert database.execute(statement).rowcount == 1
            database.execute("delete from row_macs where account = 'acme'")
        keys = read_pepper(file.with_name("pepper")).macs
        with closing(SqlStore.open(f"sqlite:///{file}", keys=keys)) as store, store._database.writing() as connection:
            RowMacs(keys.rows).make(connection, AccountName("acme"))
        return self

    def sends(self, token: str) -> Scene:
        self.token = token
        return self

    def ask(self) -> Any:
        if self.user_token:
            asked = f"chaveiro check acme --user-token - --method GET --path {self.path} --json"
            return self.run(asked, self.user_token)
        return self.run.asked(self.key, self.token, self.path)


def _new_token(shown: str) -> str:
    found = re.search(r"^appToken +(\S+)$", shown, re.MULTILINE)
    return found[1] if found else ""


def wrong(token: str, *places: int) -> str:
    """The token with other characters in these places."""
    return "".join("z" if at in places and one != "z" else "y" if at in places else one for at, one in enumerate(token))


# ------------------------------------------------------------------------------------------------------------ the table


def rotated(scene: Scene) -> Scene:
    old = scene.issue(1).token
    return scene.on_key("renew", "finish").sends(old)


def never_issued(scene: Scene) -> Scene:
    scene.issue(1)
    return scene.sends(mint_token(AppKey(scene.key), bytes(range(33))).reveal())


def suspect(scene: Scene) -> Scene:
    scene.register().sends("B" * 128)
    for _ in range(2):
        assert scene.ask().code == 1
    return scene


def blocked_before_its_renewal(scene: Scene) -> Scene:
    return scene.issue(1).on_key("block", "renew")


def blocked_within_its_renewal(scene: Scene) -> Scene:
    return scene.issue(1).on_key("renew", "block")


def blocked_and_renewed(scene: Scene) -> Scene:
    return scene.issue(1).on_key("block", "renew", "finish")


def lapsed(scene: Scene) -> Scene:
    until = time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime(time.time() + DAY))
    scene.issue()
    scene(f"chaveiro role grant acme 1 --key {scene.key} --until {until}")
    scene.pass_days(2)
    return scene


def deleted(scene: Scene) -> Scene:
    scene.issue(1)("chaveiro role delete acme 1")
    return scene


def foreign(scene: Scene) -> Scene:
    scene("chaveiro account create globex --sponsor ana@acme.example")
    scene("chaveiro role create globex Theirs --resource OMS/ListOrders")
    return scene.issue(1).sql("update key_grants set role_account = 'globex'")


def emptied(scene: Scene) -> Scene:
    scene.issue(2)("chaveiro role edit acme 2 --remove Pricing/read_prices")
    return scene


def misspelt(scene: Scene) -> Scene:
    scene("chaveiro role create acme Typo --resource oms/listorders")
    return scene.issue(3)


def both(scene: Scene) -> Scene:
    (scene.run.folder / "both.toml").write_text(ALL_OF, "utf-8")
    scene("chaveiro catalogue import acme both.toml")
    scene.path = BOTH
    return scene.issue()


def opened(scene: Scene) -> Scene:
    both(scene).path = "/open"
    return scene


def by_user_token(scene: Scene) -> Scene:
    scene.user_token = scene("chaveiro user token acme bia@acme.example --json").body["token"]
    return scene


def suspended(scene: Scene) -> Scene:
    scene.issue(1)("chaveiro account suspend acme")
    return scene


def everything_at_once(scene: Scene) -> Scene:
    old = scene.issue(2).token
    scene.on_key("renew", "finish", "block")("chaveiro account suspend acme")
    return scene.sends(old)


def rotated_and_cut_off(scene: Scene) -> Scene:
    old = scene.issue().token
    return scene.on_key("renew", "finish", "deactivate").sends(old)


ROWS: dict[str, tuple[Cause, Callable[[Scene], Scene]]] = {
    "the account is suspended": (Cause.ACCOUNT_SUSPENDED, suspended),
    "the key is inactive": (Cause.KEY_INACTIVE, lambda scene: scene.issue(1).on_key("deactivate")),
    "the key is inactive and has no role": (Cause.KEY_INACTIVE, lambda scene: scene.issue().on_key("deactivate")),
    "the key is blocked": (Cause.KEY_BLOCKED, lambda scene: scene.issue(1).on_key("block")),
    "blocked, then a renewal was begun": (Cause.KEY_BLOCKED, blocked_before_its_renewal),
    "blocked while a renewal was open": (Cause.KEY_BLOCKED, blocked_within_its_renewal),
    "blocked, renewed and forgotten": (Cause.KEY_BLOCKED, blocked_and_renewed),
    "the token was replaced": (Cause.TOKEN_ROTATED, rotated),
    "replaced, inactive and without role": (Cause.TOKEN_ROTATED, rotated_and_cut_off),
    "replaced, suspended, blocked, with the wrong role": (Cause.TOKEN_ROTATED, everything_at_once),
    "the token was never issued": (Cause.TOKEN_NEVER_ISSUED, never_issued),
    "another token of VTEX's shape": (Cause.TOKEN_UNVERIFIABLE, lambda scene: scene.register().sends("B" * 128)),
    "a registered token never worked": (Cause.REGISTERED_TOKEN_SUSPECT, suspect),
    "a masked token": (Cause.TOKEN_MASKED_VALUE, lambda s: s.issue(1).sends(f"{s.token[:9]}…{s.token[-4:]}")),
    "half of a token": (Cause.TOKEN_TRUNCATED, lambda scene: scene.issue(1).sends(scene.token[:40])),
    "a token with eight wrong characters": (
        Cause.TOKEN_MISTYPED_BEYOND_REPAIR,
        lambda scene: scene.issue(1).sends(wrong(scene.token, *range(10, 66, 7))),
    ),
    "no token at all": (Cause.TOKEN_UNRECOGNISED, lambda scene: scene.issue(1).sends("correct horse")),
    "no role": (Cause.NO_ROLE_LINKED, Scene.issue),
    "no role, and a route that needs two resources": (Cause.NO_ROLE_LINKED, both),
    "no role, and a route that any role opens": (Cause.NO_ROLE_LINKED, opened),
    "the role was deleted": (Cause.ROLE_DELETED, deleted),
    "the link has ended": (Cause.ROLE_LINK_EXPIRED, lapsed),
    "the role is another account's": (Cause.ROLE_OF_ANOTHER_ACCOUNT, foreign),
    "the role is empty": (Cause.ROLE_EMPTY, emptied),
    "the resource is misspelt": (Cause.PERMISSION_NAME_MISMATCH, misspelt),
    "a user's token, and no role": (Cause.NO_ROLE_LINKED, by_user_token),
    "the role lacks the resource": (Cause.PERMISSION_MISSING_RESOURCE, lambda scene: scene.issue(2)),
}

# Causes of a missing permission for which nothing is printed, and why.
WITHOUT = {
    Cause.PATH_AMBIGUOUS: "the caller sends another path",
    Cause.ROUTE_NOT_MAPPED: "a catalogue is a file, and the route a line of it",
    Cause.METHOD_NOT_MAPPED: "likewise",
    Cause.GRANT_NOT_PROPAGATED: "the permission is given already; it takes a moment",
}


# ------------------------------------------------------------------------------------------------------------- the test


@pytest.fixture(scope="module")
def executed() -> set[tuple[str, ...]]:
    """The remedies that were run, as the lines that were printed."""
    return set()


@pytest.fixture(scope="module")
def sites() -> Iterator[dict[tuple[str, ...], set[int]]]:
    """Where in the code each remedy was made: lines printed, to the lines of `remedy.py`."""
    made: dict[tuple[str, ...], set[int]] = {}
    real = remedy.Remedy

    class Noting(real):  # type: ignore[misc,valid-type] # a name in place of the class it stands for
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            lines = tuple(command_line(one) for one in self.commands)
            made.setdefault(lines, set()).add(sys._getframe(1).f_lineno)

    remedy.Remedy = Noting  # type: ignore[misc] # for the length of this module
    yield made
    remedy.Remedy = real  # type: ignore[misc]  # as it was


@pytest.fixture
def scene(chaveiro: Any, monkeypatch: pytest.MonkeyPatch) -> Scene:
    real, passed = time.time, [0.0]
    monkeypatch.setattr("time.time", lambda: real() + passed[0] * DAY)

    def pass_days(days: float) -> None:
        passed[0] += days

    return Scene(chaveiro, pass_days)


@pytest.mark.parametrize("name", ROWS)
def test_a_remedy_run_as_printed_lets_the_request_go_on(
    scene: Scene, name: str, executed: set[tuple[str, ...]], sites: dict[tuple[str, ...], set[int]]
) -> None:
    """Each alternative in an installation of its own, until the request is allowed; no cause comes unannounced."""
    cause, build = ROWS[name]
    build(scene)
    data, kept = scene.run.folder / "data", scene.run.folder / "kept"
    told = explained(scene)
    assert told["cause"] == cause
    assert ours(told), "nothing is printed that could be run"
    shutil.copytree(data, kept)
    for number in range(len(ours(told))):
        shutil.rmtree(data)
        shutil.copytree(kept, data)
        followed(replace(scene), told, number, executed)


def explained(scene: Scene) -> dict[str, Any]:
    """What a keeper reads of the request, which must be refused."""
    done = scene.ask()
    assert done.code == 1, done.out
    body: dict[str, Any] = scene(f"chaveiro explain {done.body['denial']} --json").body
    return body


def ours(told: dict[str, Any]) -> list[list[str]]:
    """The remedies against the cause itself."""
    return [one["commands"] for one in told["remedies"] if one["against"] == told["cause"]]


def followed(scene: Scene, told: dict[str, Any], number: int, executed: set[tuple[str, ...]]) -> None:
    """Run one remedy, then the first one of each next obstacle, until the request passes."""
    announced = [one["cause"] for one in told["next"]]
    for _ in range(STEPS_MAX):
        lines = ours(told)[number]
        executed.add(tuple(lines))
        for line in lines:
            scene.token = _new_token(scene(line).out) or scene.token
        if scene.ask().code == 0:
            assert not announced, f"announced, and not met: {announced}"
            return
        told = explained(scene)
        assert announced, f"not announced: {told['cause']}"
        assert told["cause"] == announced.pop(0)
        assert [one["cause"] for one in told["next"]] == announced
        number = 0
    pytest.fail("it comes to no end")


def test_every_remedy_there_is_was_run(executed: set[tuple[str, ...]], sites: dict[tuple[str, ...], set[int]]) -> None:
    """By its place in the code. Comes after the rows of the table."""
    if not executed:
        pytest.fail("run this module as a whole: the rows of the table come first")
    tree = ast.parse(inspect.getsource(remedy))
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and getattr(one.func, "id", "") == "Remedy"]
    run = set().union(*(lines for commands, lines in sites.items() if commands in executed))
    assert all(run & set(range(one.lineno, (one.end_lineno or 0) + 1)) for one in calls), "a remedy without a row"
    assert len(calls) >= 7


def test_every_cause_with_a_remedy_has_a_row() -> None:
    """As the code has them: tokens that are lost, states that a command ends, permissions that are missing."""
    acme = WORLD.keyrings[AccountName("acme")]
    key = next(iter(acme.keys.values()))
    states = {cause for cause in Cause if any(True for _ in remedy._for_state(acme, key, cause))}
    needs = {cause for cause in Cause if cause.stage is Stage.AUTHORIZATION} - set(WITHOUT)
    assert {cause for cause, _ in ROWS.values()} == states | needs


def test_every_shape_of_a_remedy_against_a_state_was_run(executed: set[tuple[str, ...]]) -> None:
    """Verb by verb."""
    acme = WORLD.keyrings[AccountName("acme")]
    key = next(iter(acme.keys.values()))
    there = {shape(map(command_line, some)) for cause in Cause for some in remedy._for_state(acme, key, cause)}
    assert there <= {shape(lines) for lines in executed}
    assert len(there) == 6


def shape(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(" ".join(line.split()[1:3]) for line in lines)
