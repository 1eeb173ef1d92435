"""Before proof, two installations that differ in everything answer the same bytes."""

import re
from collections.abc import Iterator

import httpx
import pytest
from tests.doors.world import ORDERS, Credentials, World, furnish, listening
from tests.promises.plugin import Proof

from chaveiro.core.credential import mint_key, mint_token
from chaveiro.core.names import AppKey

ASKED = {"X-Original-Method": "GET", "X-Original-URI": ORDERS, "X-Original-Host": "acme.localhost"}
FORWARDED = {
    "X-Forwarded-Method": "GET",
    "X-Forwarded-Uri": ORDERS,
    "X-Forwarded-Host": "acme.localhost",
    "X-Forwarded-Proto": "https",
}


@pytest.fixture(scope="module")
def full() -> Iterator[World]:
    world = furnish()
    yield world
    world.house.close()


@pytest.fixture(scope="module")
def doors(full: World) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """Two installations: one with accounts and keys, one that knows nobody."""
    empty = furnish(accounts=0)
    with (
        listening(full.app()) as one,
        listening(empty.app()) as other,
        httpx.Client(base_url=f"http://127.0.0.1:{one}") as asking_one,
        httpx.Client(base_url=f"http://127.0.0.1:{other}") as asking_other,
    ):
        yield asking_one, asking_other
    empty.house.close()


def strangers(world: World) -> dict[str, Credentials]:
    good, second = world.pairs["good"], world.pairs["roleless"]
    unknown = mint_key(b"0123456789")

    def wrong(app_key: str) -> Credentials:
        return Credentials(app_key, mint_token(AppKey(app_key), bytes(range(33))).reveal())

    return {
        "unknown key": Credentials(unknown, mint_token(unknown, bytes(33)).reveal()),
        "wrong token": wrong(good.app_key),
        "wrong token, roleless key": wrong(second.app_key),
        "wrong token, inactive key": wrong(world.pairs["inactive"].app_key),
        "wrong token, blocked key": wrong(world.pairs["blocked"].app_key),
        "deleted key": world.pairs["deleted"],
        "another account's key": world.pairs["globex good"],
        "another account's inactive key": world.pairs["globex inactive"],
    }


def seen(answer: httpx.Response) -> tuple[int, dict[str, str], str]:
    """Status, headers and body, without the three things that may differ."""
    headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
    told = re.sub(r"[0-9A-HJKMNP-TV-Z]{26}", "<denial>", answer.text)
    if "x-chaveiro-problem" in headers:
        headers["x-chaveiro-problem"] = re.sub(r"[0-9A-HJKMNP-TV-Z]{26}", "<denial>", headers["x-chaveiro-problem"])
    return answer.status_code, headers, told


@pytest.mark.parametrize("door", ["/v1/check", "/authz/auth-request", "/authz/forward-auth", "/authz/envoy" + ORDERS])
def test_nothing_that_the_store_knows_is_told_to_strangers(
    full: World, doors: tuple[httpx.Client, httpx.Client], door: str, proof: Proof
) -> None:
    """Unknown, wrong, inactive, deleted, somebody else's: one answer, whichever store was asked."""
    answers = set()
    for stranger in strangers(full).values():
        for client in doors:
            if door == "/v1/check":
                pair = {"appKey": stranger.app_key, "appToken": stranger.app_token}
                answer = client.post(door, json={"account": "acme", **pair, "method": "GET", "path": ORDERS})
                assert answer.json()["status"] == 401
            else:
                named = {"Host": "acme.localhost"} if "envoy" in door else {}
                answer = client.get(door, headers={**stranger.headers, **ASKED, **FORWARDED, **named})
                assert answer.status_code == 401
            status, headers, told = seen(answer)
            answers.add((status, tuple(sorted(headers.items())), told))
    assert len(answers) == 1
    proof(
        "G9",
        dose=len(strangers(full)) * len(doors),
        figure="answers, the same bytes at each door but for the denial's id",
    )


def test_a_holder_s_answer_does_differ(full: World, doors: tuple[httpx.Client, httpx.Client]) -> None:
    """The comparison above can fail: after proof, the two stores answer differently."""
    headers = {**full.pairs["roleless"].headers, **ASKED}
    one, other = (client.get("/authz/auth-request", headers=headers) for client in doors)
    assert (one.status_code, other.status_code) == (403, 401)
