"""A key's state, its tokens and whether a renewal may be finished, as values and in words."""

from typing import Any

import pytest
from msgspec import structs
from tests.core.worlds import ACME, ERP, NOW, PEPPER, working

from chaveiro.core.command import BlockKey, DeactivateKey, DeleteRole, RenewKey
from chaveiro.core.credential import digest
from chaveiro.core.denial import Usage
from chaveiro.core.keyring import Key
from chaveiro.core.names import Moment, RoleId
from chaveiro.doctor.renewal import QUIET_SECONDS
from chaveiro.doors.keeping.holders import holders, unlinked
from chaveiro.doors.keeping.key import (
    DAY_SECONDS,
    Finishing,
    Safety,
    Standing,
    finishing,
    last_use,
    last_used,
    standing,
    state,
    token,
    token_days,
)
from chaveiro.words.language import Language

AT = Moment(NOW + 1000)


def used(number: int, at: float, count: int = 1) -> dict[Any, Usage]:
    return {(ERP, number): Usage(ACME, ERP, number, Moment(at), count)}


def renewing() -> Key:
    story = working()
    story.do(RenewKey(ACME, ERP, digest(PEPPER, "another")))
    return story.key


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({}, Finishing(Safety.NEW_UNUSED)),
        (used(1, NOW + 9), Finishing(Safety.NEW_UNUSED)),
        (used(2, NOW + 9), Finishing(Safety.SAFE)),
        (used(1, NOW - QUIET_SECONDS) | used(2, NOW + 9), Finishing(Safety.SAFE)),
        (used(1, NOW + 8) | used(2, NOW + 9), Finishing(Safety.OLD_IN_USE, Moment(NOW + 8))),
        (used(1, NOW + 10) | used(2, NOW + 9), Finishing(Safety.OLD_IN_USE, Moment(NOW + 10))),
    ],
)
def test_a_renewal_is_safe_to_finish_once_only_the_new_token_is_in_use(usage: Any, expected: Finishing) -> None:
    """That the new one worked last does not tell: of two programs, either may be the last one to call.

    Said as a value for whoever decides, and in words that name when the old one last worked.
    """
    found = finishing(renewing(), usage, Moment(NOW + 20))
    assert found == expected
    assert found.safe is (expected.safety is Safety.SAFE)
    said = [found.told(language) for language in Language]
    assert len(set(said)) == 3
    assert all("2023-11-14" in one for one in said) is (expected.at is not None)


def test_without_a_renewal_there_is_nothing_to_finish() -> None:
    """However it was used."""
    assert finishing(working().key, used(1, NOW), NOW) is None


def test_what_people_decided_is_told_before_what_clocks_say() -> None:
    """In the order in which requests are refused."""
    story = working()
    plain = story.key
    story.do(DeactivateKey(ACME, ERP))
    stopped = story.key
    story.do(BlockKey(ACME, ERP))
    expired = structs.replace(plain, expires=Moment(NOW + 10))
    found = [
        standing(key, AT)
        for key in (plain, renewing(), expired, structs.replace(plain, valid_from=Moment(AT + 1)), stopped,
                    structs.replace(story.key, expires=Moment(NOW)))
    ]  # fmt: skip
    assert found == [
        Standing.ACTIVE,
        Standing.RENEWING,
        Standing.EXPIRED,
        Standing.NOT_YET_VALID,
        Standing.INACTIVE,
        Standing.BLOCKED,
    ]
    assert state(expired, Language.PT, AT) == "expirada"


def test_a_token_is_told_with_its_age_and_use() -> None:
    """Its number, when it was made and when it last worked; the newest counts for the age."""
    key = working().key
    assert token(key, 1, {}, Language.EN) == "1: made 2023-11-14 22:13:22 UTC, never used"
    assert token(key, 1, used(1, NOW + 60, 7), Language.EN).endswith(
        "last used 2023-11-14 22:14:20 UTC, 7 times in all"
    )
    assert (last_use(key, {}), last_used(key, {}, Language.EN)) == (None, "never")
    assert last_use(renewing(), used(1, NOW + 5) | used(2, NOW + 4)) == NOW + 5
    assert token_days(key, Moment(NOW + 3 * DAY_SECONDS + 60)) == 3


def test_whoever_holds_a_role_is_found_with_how_it_stands() -> None:
    """A grant that has run out, or of a deleted role, still shows who was given it."""
    story = working()
    keyring = story.keyring
    assert [(one.subject, one.in_force) for one in holders(keyring, RoleId(1), AT)] == [(story.key, True)]
    assert unlinked(keyring, AT) == ()
    story.do(DeleteRole(ACME, RoleId(1)))
    assert [(one.subject, one.in_force) for one in holders(story.keyring, RoleId(1), AT)] == [(story.key, False)]
    assert unlinked(story.keyring, AT) == (story.key,)
    assert holders(keyring, RoleId(2), AT) == ()
