"""The sponsorship changes hands by an invitation, and everybody reads who may handle keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.doors.console.browserless import PASSWORD, Reader, console
from tests.doors.world import ACME, NOW, World, done, furnish

from chaveiro.core.command import EDIT_API_KEYS, AddUser, CreateRole, GrantToKey, GrantToUser, InviteSponsor
from chaveiro.core.keyring import Actor, ActorKind, Keyring
from chaveiro.core.names import AppKey, Email, Moment, RoleId
from chaveiro.doors.console.addresses import of_user

ANA, BIA, CAIO, DORA = (Email(f"{name}@acme.example") for name in ("ana", "bia", "caio", "dora"))
SPONSOR = Actor(ActorKind.USER, ANA)
PAGE = "/console/sponsor"
BANNER = "You are invited to become the sponsor of this account, until 28 February 2026"


@pytest.fixture
def world() -> World:
    """Nobody but the sponsor has a role; Dora has no password."""
    world = furnish(accounts=2)
    for person in (BIA, CAIO, DORA):
        done(world.house, AddUser(ACME, person, person), SPONSOR)
    return world


@pytest.fixture
def origin(world: World) -> Iterator[str]:
    with console(world, ANA, BIA, CAIO) as (_, origin):
        yield origin


def reader(origin: str, person: Email) -> Reader:
    someone = Reader(origin)
    someone.sign_in(person)
    someone.get(PAGE)
    return someone


def account(world: World) -> Keyring:
    return world.house.node.keyring(ACME)


class TestTransfer:
    def test_it_goes_on_by_invitation(self, world: World, origin: str) -> None:
        """Offered, told on every page to whoever is invited, accepted by them."""
        ana, bia = reader(origin, ANA), reader(origin, BIA)
        assert f'<option value="{BIA}">' in ana.page.text
        ana.post(f"{PAGE}/invite", {"to": " Bia@acme.example "})
        assert "The invitation is open. Nothing changes before it is accepted." in ana.text
        assert account(world).sponsor == ANA
        for page in ("/console", "/console/users", "/console/sessions"):
            bia.get(page)
            assert BANNER in bia.text
        bia.get(PAGE)
        assert BANNER not in bia.text
        assert f"{ANA} offers you the sponsorship of this account." in bia.text
        bia.post(f"{PAGE}/accept")
        assert "You are the sponsor of this account now." in bia.text
        assert account(world).sponsor == BIA
        ana.get(PAGE)
        assert f"Only {BIA} can hand the sponsorship over." in ana.text

    def test_nobody_else_is_told_on_every_page(self, world: World, origin: str) -> None:
        """On the sponsor's page everybody reads that an invitation is open, and may not answer it."""
        done(world.house, InviteSponsor(ACME, BIA), SPONSOR)
        for person in (ANA, CAIO):
            other = reader(origin, person)
            assert f"Open until 28 February 2026 at 06:13:20 UTC: {BIA}" in other.text
            assert "Accept" not in other.text
            other.get("/console")
            assert "You are invited" not in other.text

    def test_it_is_taken_back(self, world: World, origin: str) -> None:
        done(world.house, InviteSponsor(ACME, BIA), SPONSOR)
        ana, bia = reader(origin, ANA), reader(origin, BIA)
        ana.post(f"{PAGE}/cancel")
        assert "The invitation is taken back." in ana.text
        bia.get(PAGE)
        assert "offers you" not in bia.text
        assert bia.post(f"{PAGE}/accept").status_code == 409
        assert "Nobody is invited to become the sponsor user." in bia.text
        assert account(world).sponsor == ANA

    def test_what_only_others_may_do_is_refused(self, world: World, origin: str) -> None:
        done(world.house, InviteSponsor(ACME, BIA), SPONSOR)
        caio, ana = reader(origin, CAIO), reader(origin, ANA)
        for someone, act in ((caio, "accept"), (caio, "cancel"), (caio, "invite"), (ana, "accept")):
            assert someone.post(f"{PAGE}/{act}", {"to": CAIO}).status_code == 403
        assert "Another user was invited" in ana.text
        assert (account(world).sponsor, account(world).transfer is None) == (ANA, False)

    @pytest.mark.parametrize(
        ("to", "status", "told"),
        [
            ("bia", 422, "That is no e-mail address"),
            ("ana@globex.example", 409, "has no user ana@globex.example"),
            (ANA, 409, "It is already so."),
        ],
    )
    def test_only_another_user_is_invited(self, world: World, origin: str, to: str, status: int, told: str) -> None:
        ana = reader(origin, ANA)
        assert ana.post(f"{PAGE}/invite", {"to": to}).status_code == status
        assert told in ana.text
        assert account(world).transfer is None

    def test_whoever_cannot_sign_in_is_noticed(self, world: World, origin: str) -> None:
        """The page leads to where they are given a link."""
        ana = reader(origin, ANA)
        ana.post(f"{PAGE}/invite", {"to": DORA})
        assert "They have no password yet, and cannot sign in to accept." in ana.text
        assert f'href="/console{of_user(DORA)}"' in ana.page.text

    def test_an_offer_that_ended_is_over(self, world: World) -> None:
        """No banner, no answer; the sponsor may invite anew."""
        done(world.house, InviteSponsor(ACME, BIA), SPONSOR)
        with console(world, ANA, BIA) as (_, origin):
            world.house.node._clock = lambda: Moment(NOW + 259_200)
            ana, bia = reader(origin, ANA), reader(origin, BIA)
            assert f"The invitation of {BIA} ended on 28 February 2026 at 06:13:20 UTC without an answer." in ana.text
            assert "offers you" not in bia.text
            assert bia.post(f"{PAGE}/accept").status_code == 409
            ana.post(f"{PAGE}/invite", {"to": CAIO})
            assert "The invitation is open." in ana.text

    def test_the_password_is_asked_for_again(self, world: World, origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """To offer it, and to accept."""
        ana, bia = reader(origin, ANA), reader(origin, BIA)
        monkeypatch.setattr(world.house.sessions, "_clock", lambda: Moment(NOW + 601))
        ana.post(f"{PAGE}/invite", {"to": BIA})
        assert "Your password, again" in ana.text
        assert account(world).transfer is None
        ana.post(f"{PAGE}/invite", {"to": BIA, "confirm_password": PASSWORD})
        assert account(world).transfer is not None
        bia.post(f"{PAGE}/accept", {"confirm_password": "not mine at all"})
        assert "That is not your password." in bia.text
        assert account(world).sponsor == ANA
        bia.post(f"{PAGE}/accept", {"confirm_password": PASSWORD})
        assert account(world).sponsor == BIA


class TestKeepers:
    def test_everybody_reads_who_may_handle_keys(self, world: World, origin: str) -> None:
        """A key that may is shown to whoever may see keys, and counted for everybody else."""
        good = world.pairs["good"].app_key
        done(world.house, CreateRole(ACME, "Chaves", frozenset({EDIT_API_KEYS})), SPONSOR)
        done(world.house, GrantToUser(ACME, RoleId(3), BIA, Moment(NOW + 3600)), SPONSOR)
        done(world.house, GrantToKey(ACME, RoleId(3), AppKey(good)), SPONSOR)
        bia, caio = reader(origin, BIA), reader(origin, CAIO)
        for someone in (bia, caio):
            someone.get("/console/users/keepers")
            assert f"{ANA} i sponsor Everything, as the sponsor of the account" in someone.text
            assert "Renew tokens Through: Chaves (until 25 February 2026 at 07:13:20 UTC)" in someone.text
            assert f'href="/console{of_user(CAIO)}"' not in someone.page.text
        assert f'href="/console/keys/{good}"' in bia.page.text
        assert good not in caio.page.text
        assert "1 key may do so as well." in caio.text
