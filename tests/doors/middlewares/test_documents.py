"""The page on Python: every example runs as it stands, with a node in the process and with a Chaveiro elsewhere."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.doors.middlewares.serving import Caller
from tests.doors.world import ORDERS, Credentials, done, listening

from chaveiro import Actor, ActorKind, Email, Issued, open_house
from chaveiro.core.command import CreateAccount, CreateRole, GrantToKey, ImportCatalogue
from chaveiro.core.names import AccountName, AppKey, Resource, RoleId
from chaveiro.doors.place import Place
from chaveiro.settings import PREFIX, read_settings

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/how-to/python.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"```python\n# (\w+\.py)\n(.*?)```", PAGE, re.DOTALL))
APPS = ["fastapi_app", "asgi_app", "flask_app", "wsgi_app", "django_wsgi", "django_asgi"]
NAMING = {"fastapi_app", "flask_app", "django_wsgi", "django_asgi"}  # have a route that demands a resource by its name
ACME = AccountName("acme")
CATALOGUE = f"""
name = "orders"

[[route]]
method = "GET"
path = "{ORDERS}"
any_of = ["OMS/ListOrders"]
"""


@dataclass(frozen=True)
class Served:
    """The page's applications, and two pairs to ask them with."""

    ports: dict[str, int]
    may: Credentials
    may_not: Credentials


def written(mode: str) -> dict[str, str]:
    """The page's files, under whoever decides: the page says what to replace."""
    if mode == "embedded":
        return BLOCKS
    return {name: text if name == "remote.py" else _elsewhere(text) for name, text in BLOCKS.items()}


def _elsewhere(text: str) -> str:
    text = text.replace("from chaveiro import embedded\n", "").replace("Identity, embedded\n", "Identity\n")
    return "from remote import authorizer\n" + text.replace("embedded()", "authorizer")


@pytest.fixture(scope="module", params=["embedded", "remote"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("python")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    with ExitStack() as stack:
        house = open_house(read_settings(data=folder / "data"))
        stack.callback(house.close)
        ana = Actor(ActorKind.USER, "ana@acme.example")
        done(house, CreateAccount(ACME, Email(ana.name)), Actor(ActorKind.OPERATOR, "root"))
        done(house, ImportCatalogue(ACME, CATALOGUE), ana)
        done(house, CreateRole(ACME, "Orders", frozenset({Resource("OMS", "ListOrders")})), ana)
        pairs = []
        for label in ("may", "may not"):
            issued = house.node.issue(ACME, label=label, by=ana)
            assert isinstance(issued, Issued)
            pairs.append(Credentials(issued.app_key, issued.token.reveal()))
        done(house, GrantToKey(ACME, RoleId(1), AppKey(pairs[0].app_key)), ana)
        if request.param == "embedded":
            environment["CHAVEIRO_DATA"] = str(folder / "data")
        else:
            port = stack.enter_context(listening(house.app(Place(base_hosts=("localhost",)))))
            environment["AUTHORIZER"] = f"http://127.0.0.1:{port}"
        for name, text in written(request.param).items():
            (folder / name).write_text(text, "utf-8")
        program = [sys.executable, "-m", "tests.doors.middlewares.running", str(folder)]
        running = subprocess.Popen(
            program,
            cwd=ROOT,
            env={**environment, "DJANGO_SETTINGS_MODULE": "settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert running.stdout is not None
            assert running.stdout.readline() == "ready\n"
            yield Served(json.loads((folder / "ports").read_text("utf-8")), *pairs)
        finally:
            running.communicate("", timeout=60)
        assert running.returncode == 0


TRIES = 10


def asked(served: Served, app: str, path: str, pair: Credentials | None) -> tuple[int, str]:
    """What a caller hears, once anybody could tell: on a busy machine the second that an example waits is short."""
    caller = Caller(served.ports[app])
    sent = [(name.encode(), value.encode()) for name, value in (pair.headers if pair else {}).items()]
    answers = [caller.ask("GET", path, sent)]
    while answers[-1].status == 503 and len(answers) < TRIES:
        answers.append(caller.ask("GET", path, sent))
    answer = answers[-1]
    caller.close()
    return answer.status, answer.body.get("caller") or answer.body.get("cause") or answer.content.decode()


@pytest.mark.parametrize("app", APPS)
def test_an_example_lets_in_who_may_and_says_who_it_is(served: Served, app: str) -> None:
    """By the catalogue, and nobody else."""
    assert asked(served, app, ORDERS, served.may) == (200, served.may.app_key)
    assert asked(served, app, ORDERS, served.may_not) == (403, "no_role_linked")
    assert asked(served, app, ORDERS, None) == (401, "credentials_missing")


@pytest.mark.parametrize("app", APPS)
def test_an_example_s_named_resource_needs_no_route(served: Served, app: str) -> None:
    """Where there is one; elsewhere the catalogue has no such path."""
    expected = (200, served.may.app_key) if app in NAMING else (403, "route_not_mapped")
    assert asked(served, app, "/reports/orders", served.may) == expected
    assert asked(served, app, "/reports/orders", None)[0] == 401


@pytest.mark.parametrize("app", [app for app in APPS if app not in {"fastapi_app", "wsgi_app"}])
def test_an_example_s_open_path_is_open(served: Served, app: str) -> None:
    """Nobody is asked: the application itself has nothing there."""
    assert asked(served, app, "/healthz", None)[0] == 404
    assert asked(served, app, "/healthz/", None)[0] == 401


def test_the_page_has_an_example_of_each() -> None:
    """Every file that is run here, and no other."""
    names = {"remote", "fastapi_app", "asgi_app", "flask_app", "settings", "urls", "wsgi_app"}
    assert {name.removesuffix(".py") for name in BLOCKS} == names
    assert PAGE.count("```python") == len(BLOCKS)
