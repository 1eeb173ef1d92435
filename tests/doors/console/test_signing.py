"""Signing in: who gets a session, what ends it, and what nobody learns on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.doors.console.browserless import PASSWORD, Reader, console, with_password
from tests.doors.world import ACME, GLOBEX, NOW, World, done, furnish, listening
from tests.promises.plugin import Proof

from chaveiro.core.command import AddUser, ChangePassword, Refusal, RemoveUser
from chaveiro.core.credential import Secret
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import Email, Moment
from chaveiro.doors.place import Place
from chaveiro.passwords import Busy
from chaveiro.sessions import FRESH_SECONDS, IDLE_SECONDS
from chaveiro.wire.link import set_up_link

ANA, RUI = Email("ana@acme.example"), Email("rui@acme.example")
SPONSOR = Actor(ActorKind.USER, ANA)
SESSION = "__Host-chaveiro-session"
OTHER = "trinta e duas chaves penduradas"


@pytest.fixture
def world() -> Iterator[tuple[World, str]]:
    world = furnish(accounts=2)
    done(world.house, AddUser(ACME, RUI, "Rui"), SPONSOR)
    with console(world, ANA, RUI) as (world, origin):
        yield world, origin


def test_whoever_has_the_password_gets_a_session_and_a_known_device(world: tuple[World, str]) -> None:
    """The cookies are bound to the host, to TLS and to our pages, unreadable for scripts, and small."""
    reader = Reader(world[1])
    reader.get("/console/sign-in")
    got = reader.post("/console/sign-in", {"account": "acme", "email": ANA, "password": PASSWORD}, follow=False)
    assert got.status_code == 303
    assert got.headers["location"] == "/console"
    set_ = got.headers.get_list("set-cookie")
    assert {one.partition("=")[0] for one in set_} >= {SESSION, "__Host-chaveiro-device"}
    for one in set_:
        assert one.startswith("__Host-")
        assert re.search(r"; Path=/; Secure; HttpOnly; SameSite=Strict", one)
        assert "Domain" not in one
        assert len(one) < 4096


WRONG = {
    "password": {"password": "not the password"},
    "person": {"email": "nobody@acme.example"},
    "account": {"account": "nowhere"},
    "no address": {"email": "<script>alert(1)</script>"},
    "no account": {"account": "../acme"},
    "other account": {"account": "globex"},
}


def test_what_was_wrong_is_not_said(world: tuple[World, str]) -> None:
    """Password, person and account are refused with the same words, so that nobody learns who is here."""
    said = set()
    for wrong in WRONG.values():
        reader = Reader(world[1])
        reader.get("/console/sign-in")
        got = reader.post("/console/sign-in", {"account": "acme", "email": ANA, "password": PASSWORD} | wrong)
        assert got.status_code == 403
        assert SESSION not in reader.cookies
        assert PASSWORD not in got.text
        said.add(reader.text.partition("Account")[0])
    assert len(said) == 1


def test_a_person_without_a_password_cannot_sign_in(world: tuple[World, str]) -> None:
    done(world[0].house, AddUser(ACME, Email("eva@acme.example"), "Eva"), SPONSOR)
    reader = Reader(world[1])
    reader.get("/console/sign-in")
    for password in ("", PASSWORD):
        got = reader.post("/console/sign-in", {"account": "acme", "email": "eva@acme.example", "password": password})
        assert got.status_code == 403


def test_failures_of_one_address_wait_and_a_known_device_does_not(world: tuple[World, str]) -> None:
    """Ten wrong passwords, then the address waits; a browser where she signed in before does not."""
    known = Reader(world[1])
    known.sign_in()
    known.post("/console/sign-out")
    stranger = Reader(world[1])
    stranger.get("/console/sign-in")
    wrong = {"account": "acme", "email": ANA, "password": "not the password"}
    statuses = [stranger.post("/console/sign-in", wrong).status_code for _ in range(11)]
    assert statuses == [403] * 10 + [429]
    assert int(stranger.page.headers["retry-after"]) > 0
    assert known.sign_in().status_code == 200
    assert SESSION in known.cookies


def test_pages_lead_to_the_sign_in_and_back(world: tuple[World, str]) -> None:
    reader = Reader(world[1])
    reader.get("/console/sessions")
    assert reader.page.url.path == "/console/sign-in"
    assert 'name="next" value="/console/sessions"' in reader.page.text
    reader.post(
        "/console/sign-in",
        {"account": "acme", "email": ANA, "password": PASSWORD, "next": "/console/sessions"},
    )
    assert reader.page.url.path == "/console/sessions"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/console/../x",
        "/consolex",
        "/\\evil",
        "/console/sign-in",
        "javascript:1",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(world: tuple[World, str], wanted: str) -> None:
    reader = Reader(world[1])
    reader.get("/console/sign-in")
    fields = {"account": "acme", "email": ANA, "password": PASSWORD, "next": wanted}
    got = reader.post("/console/sign-in", fields, follow=False)
    assert got.headers["location"] == "/console"


def test_a_link_from_elsewhere_opens_without_signing_in_again(world: tuple[World, str]) -> None:
    """Browsers keep the cookie back on the way from another site: a page of ours asks again by itself."""
    reader = Reader(world[1])
    reader.sign_in()
    kept, reader.cookies = reader.cookies, {}
    got = reader.get("/console/sessions", {"Sec-Fetch-Site": "cross-site"})
    assert got.status_code == 200
    assert '<meta http-equiv="refresh" content="0">' in got.text
    reader.cookies = kept
    assert "Where you are signed in" in reader.get("/console/sessions").text


def test_a_session_ends_by_hand_and_elsewhere(world: tuple[World, str], proof: Proof) -> None:
    here, there = Reader(world[1]), Reader(world[1])
    here.sign_in()
    there.sign_in()
    here.get("/console/sessions")
    other = re.findall(r'name="session" value="([0-9a-f]{16})"', here.page.text)
    assert len(other) == 1
    here.post("/console/sessions/end", {"session": other[0]})
    assert "The session is ended." in here.text
    assert there.get("/console/sessions").url.path == "/console/sign-in"
    here.post("/console/sign-out")
    assert "You are signed out." in here.text
    assert here.get("/console/sessions").url.path == "/console/sign-in"
    proof("G20", dose="sessions in two browsers", figure="ended by hand, here and elsewhere")


def test_nobody_ends_the_session_of_another(world: tuple[World, str]) -> None:
    ana, rui = Reader(world[1]), Reader(world[1])
    ana.sign_in(ANA)
    rui.sign_in(RUI)
    session = world[0].house.sessions.of(ACME, ANA)[0].id
    rui.get("/console/sessions")
    assert rui.post("/console/sessions/end", {"session": session}).status_code == 404
    assert ana.get("/console/sessions").url.path == "/console/sessions"


def test_who_is_removed_is_out_at_once_and_stays_out_when_added_anew() -> None:
    clock = [NOW]
    world = furnish(accounts=1, clock=lambda: clock[0])
    done(world.house, AddUser(ACME, RUI, "Rui"), SPONSOR)
    with console(world, RUI) as (_, origin):
        rui = Reader(origin)
        rui.sign_in(RUI)
        done(world.house, RemoveUser(ACME, RUI), SPONSOR)
        assert rui.get("/console/sessions").url.path == "/console/sign-in"
        clock[0] = Moment(NOW + 1)
        done(world.house, AddUser(ACME, RUI, "Rui"), SPONSOR)
        assert rui.get("/console/sessions").url.path == "/console/sign-in"
        with_password(world, RUI)
        assert rui.get("/console/sessions").url.path == "/console/sign-in"


def test_another_password_ends_every_other_session(world: tuple[World, str]) -> None:
    here, there = Reader(world[1]), Reader(world[1])
    here.sign_in()
    there.sign_in()
    here.get("/console/sessions")
    here.post("/console/sessions/password", {"password": OTHER, "password_again": OTHER})
    assert "Your password is changed." in here.text
    assert there.get("/console/sessions").url.path == "/console/sign-in"
    assert here.get("/console/sessions").url.path == "/console/sessions"
    assert Reader(world[1]).sign_in().status_code == 403
    assert Reader(world[1]).sign_in(password=OTHER).status_code == 200


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("curta", "at least 12"),
        ("x" * 257, "at most 256"),
        ("ana@acme.example", "e-mail address"),
        ("123456789012", "tried first"),
    ],
)
def test_a_weak_password_is_not_taken_and_not_repeated(world: tuple[World, str], password: str, said: str) -> None:
    reader = Reader(world[1])
    reader.sign_in()
    reader.get("/console/sessions")
    got = reader.post("/console/sessions/password", {"password": password, "password_again": password})
    assert got.status_code == 422
    assert said in reader.text
    assert not re.search(f'name="[^"]*"[^>]*value="{re.escape(password)}"', got.text)


class TestSetUp:
    """The one-time link."""

    def test_it_works_once(self, world: tuple[World, str]) -> None:
        link = self.link(world, RUI)
        reader = Reader(world[1])
        reader.get("/console/set-up")
        reader.post("/console/set-up", {"code": link, "password": OTHER, "password_again": OTHER})
        assert "Your password is set, and you are signed in." in reader.text
        again = Reader(world[1])
        again.get("/console/set-up")
        got = again.post("/console/set-up", {"code": link, "password": OTHER, "password_again": OTHER})
        assert got.status_code == 403
        assert "does not count any more" in again.text
        assert SESSION not in again.cookies

    def test_it_ends_what_was_open_with_the_former_password(self, world: tuple[World, str]) -> None:
        rui = Reader(world[1])
        rui.sign_in(RUI)
        link = self.link(world, RUI)
        reader = Reader(world[1])
        reader.get("/console/set-up")
        reader.post("/console/set-up", {"code": link, "password": OTHER, "password_again": OTHER})
        assert rui.get("/console/sessions").url.path == "/console/sign-in"

    def test_a_mistake_in_the_password_does_not_use_it_up(self, world: tuple[World, str]) -> None:
        link = self.link(world, RUI)
        reader = Reader(world[1])
        reader.get("/console/set-up")
        got = reader.post("/console/set-up", {"code": link, "password": OTHER, "password_again": "another one"})
        assert got.status_code == 422
        assert OTHER not in got.text
        reader.post("/console/set-up", {"code": link, "password": OTHER, "password_again": OTHER})
        assert "Your password is set" in reader.text

    @pytest.mark.parametrize(
        "code", ["", "acme", "acme.YW5h.x", "acme.!!.x", "#", "nowhere.YW5hQGFjbWUuZXhhbXBsZQ.x", "<script>"]
    )
    def test_what_is_no_link_is_refused_and_not_repeated(self, world: tuple[World, str], code: str) -> None:
        reader = Reader(world[1])
        reader.get("/console/set-up")
        got = reader.post("/console/set-up", {"code": code, "password": OTHER, "password_again": OTHER})
        assert got.status_code == 403
        assert "does not count any more" in reader.text
        assert "<script>" not in got.text

    @staticmethod
    def link(world: tuple[World, str], email: Email) -> str:
        secret = world[0].house.node.invite(ACME, email, by=SPONSOR)
        assert isinstance(secret, Secret), secret
        return set_up_link(world[1], ACME, email, secret).reveal()


def test_after_a_while_the_password_is_asked_for_again() -> None:
    """What is dangerous wants it within ten minutes; a wrong one does nothing, and does not end the session."""
    clock = [NOW]
    world = furnish(accounts=1, clock=lambda: clock[0])
    with console(world) as (_, origin):
        reader = Reader(origin)
        reader.sign_in()
        clock[0] = Moment(NOW + FRESH_SECONDS + 1)
        reader.get("/console/sessions")
        assert 'name="confirm_password"' in reader.page.text
        fields = {"password": OTHER, "password_again": OTHER}
        reader.post("/console/sessions/password", fields)
        assert "Give your password again" in reader.text
        reader.post("/console/sessions/password", {**fields, "confirm_password": "not the password"})
        assert "That is not your password." in reader.text
        reader.post("/console/sessions/password", {**fields, "confirm_password": PASSWORD})
        assert "Your password is changed." in reader.text


def test_a_password_that_was_changed_while_it_was_checked_opens_nothing(
    world: tuple[World, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checking one may wait for its turn: whoever has the former password must not be let in after all."""
    house, reader = world[0].house, Reader(world[1])
    matches = house.passwords.matches

    def slowly(kept: str, password: str) -> bool:
        right = matches(kept, password)
        done(house, ChangePassword(ACME, RUI, house.passwords.hashed(OTHER)), Actor(ActorKind.USER, RUI))
        return right

    monkeypatch.setattr(house.passwords, "matches", slowly)
    assert reader.sign_in(RUI).status_code == 403
    assert SESSION not in reader.cookies
    monkeypatch.undo()
    assert reader.sign_in(RUI, password=OTHER).status_code == 200


def test_a_form_without_the_password_takes_nobodys_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is asked for again and was not given there is nothing to check."""
    clock = [NOW]
    world = furnish(accounts=1, clock=lambda: clock[0])
    with console(world) as (_, origin):
        reader = Reader(origin)
        reader.sign_in()
        clock[0] = Moment(NOW + FRESH_SECONDS + 1)
        reader.get("/console/sessions")

        def busy(*_: str) -> bool:
            raise Busy

        monkeypatch.setattr(world.house.passwords, "matches", busy)
        reader.post("/console/sessions/password", {"password": OTHER, "password_again": OTHER})
        assert "Give your password again" in reader.text


def test_a_session_nobody_uses_ends() -> None:
    clock = [NOW]
    world = furnish(accounts=1, clock=lambda: clock[0])
    with console(world) as (_, origin):
        reader = Reader(origin)
        reader.sign_in()
        clock[0] = Moment(NOW + IDLE_SECONDS + 1)
        assert reader.get("/console/sessions").url.path == "/console/sign-in"


def test_a_page_that_stays_open_keeps_no_session_alive() -> None:
    """Its parts are asked for by a script every few seconds, whoever sits before it or does not."""
    clock = [NOW]
    world = furnish(accounts=1, clock=lambda: clock[0])
    with console(world) as (_, origin):
        reader = Reader(origin)
        reader.sign_in()
        for hours in range(1, 9):
            clock[0] = Moment(NOW + hours * 3600)
            assert reader.get("/console/overview/figures/now", {"HX-Request": "true"}).status_code == 200
        clock[0] = Moment(NOW + IDLE_SECONDS + 1)
        assert reader.get("/console/overview/figures/now", {"HX-Request": "true"}).status_code == 401


def test_a_token_that_nobody_fetched_is_thrown_away_by_the_next_sign_in() -> None:
    """What was sealed for a day is not kept for ever where no other token is handed over."""
    clock = [NOW]
    world = furnish(accounts=1, clock=lambda: clock[0])
    store = world.house.store
    with console(world) as (_, origin):
        store.seal("handover/0", b"sealed", until=NOW)
        clock[0] = Moment(NOW + 1)
        Reader(origin).sign_in()
        store.seal("handover/0", b"another", until=clock[0])  # refused where there is one of that name


def test_over_plain_http_from_elsewhere_there_is_no_console() -> None:
    """Where the proxy in front says that the way was plain, no password is asked for."""
    world = furnish(accounts=1)
    with listening(world.app(Place(base_hosts=("localhost",)))) as port:
        reader = Reader(f"http://127.0.0.1:{port}")
        said = {"Host": "auth.example", "X-Forwarded-Proto": "http"}
        got = reader.get("/console/sign-in", said)
        assert got.status_code == 403
        assert "needs HTTPS" in got.text
        assert reader.get("/console/sign-in", {**said, "X-Forwarded-Proto": "https"}).status_code == 200


def test_behind_a_proxy_the_public_address_is_ours() -> None:
    world = furnish(accounts=1)
    with_password(world, ANA)
    place = replace(Place(base_hosts=("localhost",)), public_url="https://auth.example")
    with listening(world.app(place)) as port:
        reader = Reader(f"http://127.0.0.1:{port}")
        reader.get("/console/sign-in")
        fields = {"account": "acme", "email": ANA, "password": PASSWORD}
        assert reader.post("/console/sign-in", fields, {"Origin": "https://auth.example"}).status_code == 200
        assert reader.post("/console/sign-out", {}, {"Origin": "https://other.example"}).status_code == 403


@pytest.mark.parametrize(("chosen", "said"), [("pt", "Entrar"), ("es", "Iniciar sesión"), ("en", "Sign in")])
def test_a_language_chosen_by_hand_is_remembered(world: tuple[World, str], chosen: str, said: str) -> None:
    reader = Reader(world[1], language="de")
    reader.get(f"/console/sign-in?lang={chosen}")
    got = reader.get("/console/sign-in")
    assert f"<h1>{said}</h1>" in got.text
    assert got.headers["content-language"].partition("-")[0] == chosen


def test_a_person_of_one_account_is_nobody_in_another(world: tuple[World, str]) -> None:
    """The same address may be a user of two accounts, each with a password of its own."""
    house = world[0].house
    done(house, AddUser(GLOBEX, ANA, "Ana"), Actor(ActorKind.USER, "ana@globex.example"))
    reader = Reader(world[1])
    reader.get("/console/sign-in")
    assert reader.post("/console/sign-in", {"account": "globex", "email": ANA, "password": PASSWORD}).status_code == 403
    secret = house.node.invite(GLOBEX, ANA, by=SPONSOR)
    assert isinstance(secret, Refusal)
