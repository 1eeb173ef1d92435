"""Handing a token over by a link: read once, by whoever has all of the link, and by nobody else."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tests.doors.console.browserless import Reader, console
from tests.doors.console.test_issuing import check, fill_in, issued, shown
from tests.doors.world import ACME, NOW, World, done, furnish

from chaveiro.core.command import Command, DeleteKey, HandOver, RenewKey
from chaveiro.core.credential import Secret
from chaveiro.core.event import HandoverMade, HandoverOpened
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, AppKey, Email, Moment
from chaveiro.core.plan import HANDOVER_SECONDS
from chaveiro.wire.link import Offered, handover_link, read_offer

ANA = Actor(ActorKind.USER, Email("ana@acme.example"))


@pytest.fixture
def world() -> World:
    return furnish(accounts=2)


@pytest.fixture
def origin(world: World) -> Iterator[str]:
    with console(world) as (_, origin):
        yield origin


@pytest.fixture
def offer(origin: str) -> tuple[str, str]:
    """What a link's two parts are, of a key that was just issued."""
    reader = Reader(origin)
    reader.sign_in()
    page = fill_in(reader, role=["1"], handing="link")
    assert not shown(page), "the token itself is not shown"
    found = re.search(r"(http[^<]*/handover)#([0-9A-Za-z_-]+)\.([0-9A-Za-z_-]{43})<", unescape(page.text))
    assert found
    assert found[1] == f"{origin}/handover"
    return found[2], found[3]


def opened(origin: str, offered: str) -> httpx.Response:
    """What the page behind the link asks, with nothing that tells who asks."""
    headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    return httpx.post(f"{origin}/handover", data={"id": offered}, headers=headers, trust_env=False)


def unsealed(answer: httpx.Response, key: str) -> str:
    """What the browser does with it."""
    sealed, opener = (
        base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) for text in (answer.json()["sealed"], key)
    )
    return AESGCM(opener).decrypt(sealed[:12], sealed[12:], None).decode()


def test_whoever_has_the_link_reads_a_token_that_works(world: World, origin: str, offer: tuple[str, str]) -> None:
    answer = opened(origin, offer[0])
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/json"
    assert "set-cookie" not in answer.headers
    key = issued(world)
    assert answer.json()["appKey"] == key.app_key
    assert check(origin, key, unsealed(answer, offer[1])) == "allow"


def test_wrong_used_and_expired_are_one_answer(world: World, origin: str, offer: tuple[str, str]) -> None:
    """Byte for byte, and it says who can help."""
    key = issued(world)
    other = handover_link("", Offered(AccountName("acme"), AppKey("cvk_nobody"), "0" * 32), Secret("x")).reveal()
    forged = handover_link("", Offered(ACME, key.app_key, "0" * 32), Secret("x")).reveal()
    strange = handover_link("", Offered(AccountName("nobody"), key.app_key, offer[0][:32]), Secret("x")).reveal()
    cut = [link.partition("#")[2].rpartition(".")[0] for link in (other, forged, strange)]
    wrong = [*cut, "", "x", offer[0][:40], offer[0].upper(), "é" * 50, "\ud800".encode("utf-8", "surrogatepass").hex()]
    answers = {(got.status_code, got.content) for got in (opened(origin, one) for one in wrong)}
    assert opened(origin, offer[0]).status_code == 200, "wrong ids use nothing up"
    used = opened(origin, offer[0])
    answers.add((used.status_code, used.content))
    assert len(answers) == 1
    (status, content), *_ = answers
    assert status == 404
    assert b"ask for the key to be renewed" in content


def test_it_is_open_for_a_day(world: World, origin: str, offer: tuple[str, str]) -> None:
    world.house.node._clock = lambda: Moment(NOW + HANDOVER_SECONDS)
    assert opened(origin, offer[0]).status_code == 404
    world.house.node._clock = lambda: Moment(NOW + HANDOVER_SECONDS - 1)
    assert opened(origin, offer[0]).status_code == 200


@pytest.mark.parametrize("act", ["renew", "delete", "offer anew"])
def test_a_newer_token_or_offer_or_none_ends_it(world: World, origin: str, offer: tuple[str, str], act: str) -> None:
    key = issued(world).app_key
    commands: dict[str, Command] = {
        "renew": RenewKey(ACME, key, b"x" * 32),
        "delete": DeleteKey(ACME, key),
        "offer anew": HandOver(ACME, key, "f" * 32),
    }
    done(world.house, commands[act], ANA)
    assert opened(origin, offer[0]).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Origin": "{origin}"},
        {"Origin": "{origin}", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "{origin}", "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"},
    ],
)
def test_only_our_own_page_opens_it(origin: str, offer: tuple[str, str], headers: dict[str, str]) -> None:
    """A preview of a link, or another site, uses nothing up."""
    said = {name: value.format(origin=origin) for name, value in headers.items()}
    got = httpx.post(f"{origin}/handover", data={"id": offer[0]}, headers=said, trust_env=False)
    assert got.status_code == 403
    assert httpx.get(f"{origin}/handover", trust_env=False).status_code == 200
    assert opened(origin, offer[0]).status_code == 200


def test_the_page_is_the_same_for_everybody_and_keeps_nothing(origin: str, offer: tuple[str, str]) -> None:
    signed_in = Reader(origin)
    signed_in.sign_in()
    pages = {signed_in.get("/handover").content, Reader(origin).get("/handover").content}
    assert len(pages) == 1
    assert "set-cookie" not in signed_in.page.headers
    assert signed_in.page.headers["cache-control"] == "no-store"
    assert "?lang=" not in signed_in.page.text, "another language is another page, without what stood behind the #"


def test_it_opens_also_for_somebody_who_is_signed_in(origin: str, offer: tuple[str, str]) -> None:
    """Their browser kept the session's cookie back when the link led here, and sends it with the form."""
    reader = Reader(origin)
    reader.sign_in()
    reader.get("/handover")
    assert reader.post("/handover", {"id": offer[0]}).status_code == 200


def test_the_audit_tells_both_and_nothing_of_either_secret(
    world: World, origin: str, offer: tuple[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    opened(origin, offer[0])
    changes = [one.change for one in world.house.store.changes(account=ACME)]
    made, read = (
        next(one for one in changes if isinstance(one.event, kind)) for kind in (HandoverMade, HandoverOpened)
    )
    assert made.by.name == "ana@acme.example"
    assert read.by.kind is ActorKind.KEY
    said = capfd.readouterr()
    assert offer[1] not in repr(changes) + said.out + said.err


def test_what_is_kept_is_not_the_token(world: World, origin: str, offer: tuple[str, str]) -> None:
    sealed = dict(world.house.store._sealed)  # type: ignore[attr-defined]  # the memory store
    answer = opened(origin, offer[0])
    token = unsealed(answer, offer[1])
    assert sealed
    assert token.encode() not in repr(sealed).encode()
    assert offer[1] not in repr(sealed)
    assert not world.house.store._sealed  # type: ignore[attr-defined]  # likewise


@pytest.mark.parametrize("text", ["", "0" * 32, "0" * 32 + "YWNtZQ", "0" * 32 + "LmE", "0" * 32 + "/+==", "é" * 40])
def test_half_an_offer_is_none(text: str) -> None:
    assert read_offer(text) is None


def test_an_offer_reads_as_it_was_written() -> None:
    offered = Offered(ACME, AppKey("vtexappkey-acme-ABCDEF"), "0123456789abcdef" * 2)
    link = handover_link("https://keys.example", offered, Secret("k" * 43)).reveal()
    assert link.startswith("https://keys.example/handover#0123456789abcdef")
    assert read_offer(link.partition("#")[2].rpartition(".")[0]) == offered
