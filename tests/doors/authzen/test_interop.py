"""The working group's interop decisions, asked over HTTP and answered by roles."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.doors.authzen.conftest import KEYS, USERS
from tests.doors.world import OPERATOR, World, done, furnish, listening

from chaveiro.core.command import (
    AddUser,
    CreateAccount,
    CreateRole,
    GrantToKey,
    GrantToUser,
    ImportCatalogue,
)
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, Email, resource
from chaveiro.node import Issued

FACTS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("interop.toml").read_text())
PEOPLE = {email.partition("@")[0]: Email(email) for email in FACTS["people"]}
ACCOUNT = AccountName("interop")


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    world = furnish(accounts=0)
    headers = furnished(world)
    with (
        listening(world.app()) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}/access/v1", headers=headers) as client,
    ):
        yield client
    world.house.close()


def furnished(world: World) -> dict[str, str]:
    """Make the account as the facts tell it; the pair of whoever enforces."""
    sponsor = Email("sponsor@interop.example")
    by = Actor(ActorKind.USER, sponsor)
    done(world.house, CreateAccount(ACCOUNT, sponsor), OPERATOR)
    routes = (
        f'[[route]]\nmethod = "{one["method"]}"\npath = "{one["path"]}"\nany_of = ["{one["needs"]}"]\n'
        for one in FACTS["route"]
    )
    done(world.house, ImportCatalogue(ACCOUNT, 'name = "todo"\n' + "".join(routes)), by)
    for name, resources in FACTS["roles"].items():
        done(world.house, CreateRole(ACCOUNT, name, frozenset(map(resource, resources))), by)
    done(world.house, CreateRole(ACCOUNT, "enforcer", frozenset({KEYS, USERS})), by)
    roles = {role.name: role.id for role in world.house.node.keyring(ACCOUNT).roles.values()}
    for email, names in FACTS["people"].items():
        done(world.house, AddUser(ACCOUNT, Email(email), email), by)
        for name in names:
            done(world.house, GrantToUser(ACCOUNT, roles[name], Email(email)), by)
    issued = world.house.node.issue(ACCOUNT, label="gateway", by=by)
    assert isinstance(issued, Issued)
    done(world.house, GrantToKey(ACCOUNT, roles["enforcer"], issued.app_key), by)
    return {"X-VTEX-API-AppKey": issued.app_key, "X-VTEX-API-AppToken": issued.token.reveal()}


def asked(person: str, one: dict[str, Any]) -> dict[str, Any]:
    about = one["resource"]
    if about.get("owner") == person:
        about = about | one["others"]
    id_ = about.get("id") or (PEOPLE[person] if about["type"] == "user" else f"todo-of-{person}")
    return {
        "subject": {"type": "user", "id": PEOPLE[person]},
        "action": {"name": one["action"]},
        "resource": {"type": about["type"], "id": id_, "properties": {"ownerID": about.get("owner", person)}},
    }


TODO = [(person, one) for one in FACTS["todo"] for person in PEOPLE]
BY_ROLES = [(person, one) for person, one in TODO if person not in one.get("by_ownership", ())]


@pytest.mark.parametrize("person", PEOPLE)
def test_the_application_s_decisions_are_answered_as_published(client: httpx.Client, person: str) -> None:
    """One by one, and as a list."""
    of_person = [one for who, one in BY_ROLES if who == person]
    expected = [person in one["yes"] for one in of_person]
    bodies = [asked(person, one) for one in of_person]
    assert [client.post("/evaluation", json=body).json()["decision"] for body in bodies] == expected
    listed = client.post("/evaluations", json={"evaluations": bodies}).json()["evaluations"]
    assert [one["decision"] for one in listed] == expected


@pytest.mark.parametrize("person", PEOPLE)
def test_the_gateways_decisions_are_answered_as_published(client: httpx.Client, person: str) -> None:
    """By method and template, and by a path that was received."""
    for one in FACTS["route"]:
        for path in (one["path"], one["path"].partition("{")[0] + ("7" if "{" in one["path"] else "")):
            told = client.post(
                "/evaluation",
                json={
                    "subject": {"type": "user", "id": PEOPLE[person]},
                    "action": {"name": one["method"]},
                    "resource": {"type": "route", "id": path},
                },
            )
            assert told.json()["decision"] is (person in one["yes"]), (path, told.text)


def test_what_roles_cannot_say_is_counted() -> None:
    """Of the application's 40 decisions four stand on whose the item is, and of the gateways' 25 none."""
    assert (len(TODO), len(TODO) - len(BY_ROLES)) == (40, 4)
    assert len(FACTS["route"]) * len(PEOPLE) == 25
