"""The link by which a person chooses their password for the console."""

from __future__ import annotations

import time
from base64 import urlsafe_b64decode
from datetime import datetime
from typing import Any

import pytest

from chaveiro.core.change import Change
from chaveiro.core.command import Reason, Refusal
from chaveiro.core.credential import Secret
from chaveiro.core.event import SetUpLinkGiven
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, Email
from chaveiro.serve import open_house
from chaveiro.settings import read_settings

HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"
INVITE = "chaveiro user invite acme bia@acme.example"


def taken(link: str) -> Change | Refusal:
    """What the console does with a link: read its fragment, and choose a password."""
    account, named, secret = link.partition("#")[2].split(".")
    email = Email(urlsafe_b64decode(f"{named}{'=' * (-len(named) % 4)}").decode())
    house = open_house(read_settings())
    try:
        by = Actor(ActorKind.USER, email, "console")
        return house.node.set_up(AccountName(account), email, Secret(secret), password=HASH, by=by)
    finally:
        house.close()


def test_the_link_sets_that_person_s_password_once(chaveiro: Any) -> None:
    """Its secret stands in the fragment, which no server and no proxy is sent."""
    body = chaveiro(f"{INVITE} --json").body
    before, _, fragment = body["link"].partition("#")
    assert before == "http://127.0.0.1:8420/console/set-up"
    assert fragment.startswith("acme.YmlhQGFjbWUuZXhhbXBsZQ.")
    assert len(fragment.rpartition(".")[2]) == 43
    assert isinstance(taken(body["link"]), Change)
    assert taken(body["link"]) == Refusal(Reason.SET_UP_INVALID)


def test_a_new_link_takes_the_place_of_the_former(chaveiro: Any) -> None:
    """So that one which went astray can be made worthless."""
    former, newer = (chaveiro(f"{INVITE} --json").body["link"] for _ in range(2))
    assert taken(former) == Refusal(Reason.SET_UP_INVALID)
    assert isinstance(taken(newer), Change)


def test_the_link_stands_alone_on_its_line_and_says_until_when(chaveiro: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it can be copied; it begins where people reach this installation."""
    monkeypatch.setenv("CHAVEIRO_PUBLIC_URL", "https://auth.example.com")
    link, told = chaveiro(INVITE).out.splitlines()
    assert link.startswith("https://auth.example.com/console/set-up#acme.")
    assert "bia@acme.example" in told
    assert "works once" in told
    until = datetime.fromisoformat(chaveiro(f"{INVITE} --json").body["expires"]).timestamp()
    assert until == pytest.approx(time.time() + 72 * 3600, abs=60)


def test_the_audit_says_that_it_was_given_and_taken_and_shows_nothing_of_it(chaveiro: Any) -> None:
    """Neither the secret, nor its digest, nor the password's hash, to people or to programs."""
    link = chaveiro(f"{INVITE} --json").body["link"]
    taken(link)
    house = open_house(read_settings())
    try:
        digest = next(
            one.change.event.digest.hex()
            for one in house.store.changes(account=AccountName("acme"))
            if isinstance(one.change.event, SetUpLinkGiven)
        )
    finally:
        house.close()
    shown = [chaveiro(f"chaveiro audit acme{more}").out for more in ("", " --json")]
    shown += [chaveiro(f"chaveiro user list acme{more}").out for more in ("", " --json")]
    assert "Link to choose a password given to bia@acme.example, until " in shown[0]
    assert "Password of bia@acme.example set" in shown[0]
    for kept in (link.rpartition(".")[2], digest, "argon2id"):
        assert kept not in "".join(shown)


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("chaveiro user invite acme eva@acme.example", 2, "no user eva@acme.example"),
        ("chaveiro user invite acme bia@acme.example --as bia@acme.example", 1, "None of your roles"),
        ("chaveiro user invite acme nobody", 2, "not an e-mail address"),
        ("chaveiro user invite globex bia@acme.example", 2, "globex"),
    ],
)
def test_nobody_else_is_given_one(chaveiro: Any, line: str, code: int, told: str) -> None:
    """Not for a stranger, and not by somebody who may not add users."""
    done = chaveiro(line)
    assert done.code == code
    assert told in done.err
    assert "set-up#" not in done.out


def test_whoever_may_add_users_does_not_become_the_sponsor(chaveiro: Any) -> None:
    """The sponsor's link is the sponsor's own."""
    role = chaveiro("chaveiro role create acme People --resource 'License Manager/Save_User' --json").body["id"]
    chaveiro(f"chaveiro role grant acme {role} --user bia@acme.example")
    assert chaveiro("chaveiro user invite acme ana@acme.example --as bia@acme.example").code == 1
    assert chaveiro(f"{INVITE} --as bia@acme.example").code == 0
    assert chaveiro("chaveiro user invite acme ana@acme.example").code == 0
