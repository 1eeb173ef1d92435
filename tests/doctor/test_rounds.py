"""A round through an account sees what was done to each key, and nothing about the others."""

from __future__ import annotations

from dataclasses import replace

from tests.world import WORLD

from chaveiro.catalogue import read_toml
from chaveiro.core.denial import Usage
from chaveiro.core.names import AccountName, Moment
from chaveiro.doctor.rounds import DAY_SECONDS, Severity, Sight, rounds

ACME = WORLD.keyrings[AccountName("acme")]
CATALOGUE = read_toml(ACME.catalogue)


def sights(about: str, **changed: object) -> set[Sight]:
    """What is seen of one key after it was changed."""
    key = replace(ACME.keys[about], **changed)  # type: ignore[index,arg-type]
    keyring = replace(ACME, keys={**ACME.keys, key.app_key: key})
    return {one.sight for one in rounds(keyring, {}, CATALOGUE, WORLD.now) if one.about == about}


SOUND = next(
    key.app_key
    for key in ACME.keys.values()
    if ACME.resources_of(ACME.in_force(key.grants, WORLD.now)) and key.expires is None and not key.renewing
)


def test_each_state_is_seen() -> None:
    """Unlinked, expired, about to expire, old, sharing a token."""
    other = next(key for key in ACME.keys.values() if key.app_key != SOUND)
    assert Sight.UNLINKED in sights(SOUND, grants=())
    assert Sight.EXPIRED in sights(SOUND, expires=Moment(WORLD.now))
    assert Sight.EXPIRES_SOON in sights(SOUND, expires=Moment(WORLD.now + 14 * DAY_SECONDS))
    assert Sight.EXPIRES_SOON not in sights(SOUND, expires=Moment(WORLD.now + 15 * DAY_SECONDS))
    assert Sight.EQUAL_TOKENS in sights(SOUND, digest=other.digest)
    assert not sights(SOUND) & {Sight.UNLINKED, Sight.EXPIRED, Sight.EXPIRES_SOON, Sight.EQUAL_TOKENS}
    assert Sight.NEVER_USED in sights(SOUND)


def test_a_renewal_is_safe_to_finish_once_the_new_token_alone_is_used() -> None:
    """The same rule by which `key finish` asks back."""
    key = replace(ACME.keys[SOUND], next_created=ACME.keys[SOUND].created)
    keyring = replace(ACME, keys={SOUND: key})
    first = len(key.retired) + 1

    def seen(old: float, new: float) -> set[Sight]:
        uses = {
            (SOUND, first + at): Usage(ACME.account, SOUND, first + at, Moment(when), 1)
            for at, when in enumerate((old, new))
            if when
        }
        return {one.sight for one in rounds(keyring, uses, CATALOGUE, WORLD.now)}

    assert Sight.RENEWAL_OPEN in seen(1, 2)
    assert Sight.RENEWAL_UNSAFE in seen(2, 1)
    assert Sight.RENEWAL_UNSAFE in seen(1, 0)


def test_the_most_urgent_comes_first() -> None:
    severities = [one.severity for one in rounds(ACME, {}, CATALOGUE, WORLD.now)]
    assert severities == sorted(severities, reverse=True)
    assert Severity.BROKEN in severities


def test_a_route_that_no_role_opens_is_seen_and_an_open_one_is_not() -> None:
    """An open route asks for no resource, an undecided one is meant to be denied."""
    text = '[[route]]\nmethod = "GET"\npath = "/needs"\nany_of = ["Nobody/Has"]\n'
    text += '[[route]]\nmethod = "GET"\npath = "/open"\nopen_to = "every linked key"\n'
    text += '[[route]]\nmethod = "GET"\npath = "/unknown"\nundecided = "nobody has asked"\n'
    found = rounds(ACME, {}, read_toml(text), WORLD.now)
    assert [one.about for one in found if one.sight is Sight.ROUTE_UNCALLABLE] == ["GET /needs"]
