"""A round through an account sees what was done to each key, and nothing about the others."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
from msgspec import structs
from tests.world import WORLD

from chaveiro.catalogue import read_toml
from chaveiro.core.attempt import Need
from chaveiro.core.cause import Cause
from chaveiro.core.command import (
    Command,
    DeactivateKey,
    DeleteKey,
    EditRole,
    GrantToKey,
    RenewKey,
    WithdrawFromKey,
)
from chaveiro.core.credential import mint_vtex_token
from chaveiro.core.denial import DenialId, Exposure, InClear, Usage, Use
from chaveiro.core.episode import Episode, Face
from chaveiro.core.keyring import ExternalKey, Grant, Key, Keyring, Mark, Role
from chaveiro.core.names import AccountName, AppKey, Moment, Resource, RoleId
from chaveiro.doctor.rounds import DAY_SECONDS, SEVERITY, Records, Seen, Severity, Sight, rounds
from chaveiro.doctor.trial import carried_out

NOW = WORLD.now
ACME = WORLD.keyrings[AccountName("acme")]
CATALOGUE = read_toml(ACME.catalogue)
LONG_AGO = Mark(Moment(NOW - 40 * DAY_SECONDS), "ana@acme.example")
LATELY = Mark(Moment(NOW - DAY_SECONDS), "ana@acme.example")
LIST, CANCEL, PRICE = Resource("OMS", "ListOrders"), Resource("OMS", "CancelAction"), Resource("Pricing", "read_prices")
VIEW = Resource("License Manager", "ViewApiKeys")
SOUND = next(
    key.app_key
    for key in ACME.keys.values()
    if ACME.resources_of(ACME.in_force(key.grants, NOW)) and key.expires is None and not key.renewing
)
NOBODY = Records({})


def link(role: int, given: Mark = LONG_AGO, until: Moment | None = None) -> Grant:
    return Grant(RoleId(role), ACME.account, given, until)


def acme(*roles: frozenset[Resource] | set[Resource], **changed: Any) -> Keyring:
    """Acme with these roles alone, numbered from 1, and one key, which was changed."""
    own = {RoleId(at): Role(RoleId(at), f"role {at}", frozenset(given)) for at, given in enumerate(roles, 1)}
    key = structs.replace(ACME.keys[SOUND], created=LONG_AGO, **changed)
    return replace(ACME, roles=own or ACME.roles, keys={key.app_key: key}, users={})


def seen(keyring: Keyring, records: Records = NOBODY, **more: Any) -> dict[Sight, Seen]:
    """What is seen of the one key of a keyring."""
    own = [one for one in rounds(keyring, records, CATALOGUE, NOW, **more) if one.key == SOUND]
    assert len({one.sight for one in own}) == len(own)
    return {one.sight: one for one in own}


def test_a_key_whose_token_was_found_in_the_open_comes_first() -> None:
    """Although it is blocked: its keeper may not have heard of it. Blocked by a person, nothing is said."""
    found = Mark(LATELY.at, "reporter github", "https://code.example/.env")
    keyring = acme({LIST}, grants=(link(1),), blocked=found)
    (first, *_) = rounds(keyring, use(LIST), CATALOGUE, NOW)
    assert (first.sight, first.key, first.severity) == (Sight.LEAKED, SOUND, Severity.BROKEN)
    assert first.facts == {"at": found.at, "by": found.by, "place": found.why}
    assert first.commands == (RenewKey(ACME.account, SOUND, b""),)
    assert not seen(acme({LIST}, grants=(link(1),), blocked=LATELY))


def use(*resources: Resource, days: float = 1) -> Records:
    """The key was let in, so many days ago, with something that needs these."""
    last = Moment(NOW - days * DAY_SECONDS)
    usage = {(SOUND, 1): Usage(ACME.account, SOUND, 1, last, 1)}
    return Records(usage, [Use(ACME.account, SOUND, str(one), Need((one,)), last, 1) for one in resources])


def refused(cause: Cause, *hashes: str, count: int = 9, hours: float = 1, **changed: Any) -> Records:
    """The key was never let in, and refused for this cause until so many hours ago."""
    last = Moment(NOW - hours * 3600)
    first = Moment(last - 3600)
    faces = tuple(Face(one, first, last, count) for one in hashes or ("a",))
    episode = Episode(
        id=DenialId("0" * 26),
        account=ACME.account,
        app_key=SOUND,
        cause=cause,
        route="",
        first=first,
        last=last,
        count=count,
        newest=DenialId("1" * 26),
        wanted=Need((LIST,)),
        worked=None,
        between=None,
        faces=faces,
    )
    return Records({}, (), [replace(episode, **changed)])


@pytest.mark.parametrize(
    ("changed", "sight"),
    [
        ({"grants": ()}, Sight.UNLINKED),
        ({"grants": (link(2),)}, Sight.ROLES_EMPTY),
        ({"grants": (link(1, until=NOW),)}, Sight.LINKS_DEAD),
        ({"grants": (link(3),)}, Sight.LINKS_DEAD),
        ({"grants": (link(1), link(2))}, None),
    ],
)
def test_a_key_that_may_do_nothing_is_told_from_one_that_may(changed: dict[str, Any], sight: Sight | None) -> None:
    """By the reason: no link, links to roles that give nothing, links that are dead. The printed link mends it."""
    keyring = acme({LIST}, set(), {LIST}, **changed)
    gone = replace(keyring.roles[RoleId(3)], deleted=LATELY)
    keyring = replace(keyring, roles={**keyring.roles, gone.id: gone})
    found = seen(keyring)
    assert set(found) & {Sight.UNLINKED, Sight.ROLES_EMPTY, Sight.LINKS_DEAD} == ({sight} if sight else set())
    if sight:
        assert found[sight].commands == (GrantToKey(ACME.account, RoleId(1), SOUND),)
        assert found[sight].severity is Severity.BROKEN
        after = carried_out(keyring, found[sight].commands, NOW)
        assert after
        assert sight not in seen(after)


def test_the_link_that_is_suggested_is_what_was_asked_for_or_gives_least() -> None:
    """Never power over the account for want of something better; and nothing where no role gives what was refused."""

    def suggested(records: Records, *roles: set[Resource], **changed: Any) -> list[int]:
        found = seen(acme(*roles, **{"grants": (), **changed}), records)
        sight = Sight.LINKS_DEAD if changed else Sight.UNLINKED
        return [command.role for command in found[sight].commands if isinstance(command, GrantToKey)]

    lacking = refused(Cause.NO_ROLE_LINKED)
    assert suggested(NOBODY, {LIST, CANCEL}, {PRICE}) == [2]
    assert suggested(lacking, {LIST, CANCEL}, {PRICE}) == [1]
    assert suggested(NOBODY, {VIEW}, {LIST, CANCEL}) == [2]
    assert suggested(NOBODY, {VIEW}) == []
    assert suggested(lacking, {PRICE}) == []
    assert suggested(NOBODY, {PRICE}, {LIST, CANCEL}, grants=(link(2, until=NOW),)) == [2]


def test_dates_are_seen() -> None:
    """Expired, about to, an old token: by the period that was asked for."""
    assert Sight.EXPIRED in seen(acme(expires=NOW))
    assert Sight.EXPIRES_SOON in seen(acme(expires=Moment(NOW + 14 * DAY_SECONDS)))
    assert not seen(acme(expires=Moment(NOW + 15 * DAY_SECONDS))).keys() & {Sight.EXPIRED, Sight.EXPIRES_SOON}
    old = acme(token_created=Mark(Moment(NOW - 91 * DAY_SECONDS), "ana@acme.example"))
    assert seen(old)[Sight.TOKEN_OLD].commands == (RenewKey(ACME.account, SOUND, b""),)
    assert Sight.TOKEN_OLD not in seen(old, old_seconds=92 * DAY_SECONDS)
    assert Sight.TOKEN_OLD not in seen(acme())


def test_a_token_seen_in_clear_is_seen() -> None:
    """For as long as it works; once it is being renewed, the end of that is what mends it."""

    def exposed(*tokens: int) -> Records:
        at, last = Moment(NOW - 50), Moment(NOW - 9)
        return Records({}, exposures=[Exposure(ACME.account, SOUND, one, InClear.PLAIN, at, last, 2) for one in tokens])

    one = seen(acme(), exposed(1))[Sight.SEEN_IN_CLEAR]
    assert one.commands == (RenewKey(ACME.account, SOUND, b""),)
    assert one.facts == {"count": 2.0, "at": NOW - 50, "last": NOW - 9}
    assert Sight.SEEN_IN_CLEAR not in seen(acme(), exposed(2))
    assert Sight.SEEN_IN_CLEAR not in seen(acme())
    renewing = acme(next_digest=bytes(range(32)), next_created=LATELY)
    assert seen(renewing, exposed(1))[Sight.SEEN_IN_CLEAR].commands == ()


def test_an_expired_key_that_was_put_away_is_settled() -> None:
    """Somebody wanted it refused; it is not told again for as long as it is there."""
    keyring = acme(expires=NOW)
    after = carried_out(keyring, seen(keyring)[Sight.EXPIRED].commands, NOW)
    assert after
    assert seen(after) == {}


def test_a_shared_token_is_seen_on_both_keys() -> None:
    """The second token of an open renewal too."""
    other = next(key for key in ACME.keys.values() if key.app_key != SOUND)
    for twin in (
        structs.replace(other, digest=ACME.keys[SOUND].digest),
        structs.replace(other, next_digest=ACME.keys[SOUND].digest, next_created=LATELY),
    ):
        keyring = replace(acme(), keys={SOUND: ACME.keys[SOUND], twin.app_key: twin})
        found = {one.about for one in rounds(keyring, NOBODY, CATALOGUE, NOW) if one.sight is Sight.EQUAL_TOKENS}
        assert found == {SOUND, twin.app_key}
    assert Sight.EQUAL_TOKENS not in seen(acme())


def test_never_used_ends_with_the_first_success() -> None:
    """And a key that is a month old and never was is put away by the printed command."""
    assert seen(acme())[Sight.NEVER_USED].commands == (DeactivateKey(ACME.account, SOUND),)
    young = replace(acme(), keys={SOUND: structs.replace(acme().keys[SOUND], created=LATELY)})
    assert seen(young)[Sight.NEVER_USED].commands == ()
    assert Sight.NEVER_USED not in seen(acme(), use(LIST))


def test_a_renewal_is_safe_to_finish_once_the_new_token_alone_is_used() -> None:
    """The same rule by which `key finish` asks back."""
    keyring = acme(next_created=LATELY)
    first = len(keyring.keys[SOUND].retired) + 1

    def of(old: float, new: float) -> dict[Sight, Seen]:
        usage = {
            (SOUND, first + at): Usage(ACME.account, SOUND, first + at, Moment(when), 1)
            for at, when in enumerate((old, new))
            if when
        }
        return seen(keyring, Records(usage))

    assert of(1, 2)[Sight.RENEWAL_OPEN].facts["at"] == LATELY.at
    assert Sight.RENEWAL_UNSAFE in of(2, 1)
    assert Sight.RENEWAL_UNSAFE in of(1, 0)
    assert not seen(acme()).keys() & {Sight.RENEWAL_OPEN, Sight.RENEWAL_UNSAFE}


# ------------------------------------------------------------------------------------------------------ always failing


def test_a_key_that_was_only_ever_refused_is_seen_with_the_last_reason() -> None:
    """Until something worked; one refusal is an accident."""
    found = seen(acme({LIST}, {PRICE}, grants=(link(2),)), refused(Cause.PERMISSION_MISSING_RESOURCE))
    one = found[Sight.ALWAYS_FAILING]
    assert (one.facts["count"], one.facts["cause"]) == (9, "permission_missing_resource")
    assert one.facts["denial"] == "1" * 26
    assert one.commands == (GrantToKey(ACME.account, RoleId(1), SOUND),)
    assert one.severity is Severity.BROKEN
    assert Sight.NEVER_USED not in found
    lacking = acme({LIST}, {PRICE}, grants=(link(2),))
    worked = replace(refused(Cause.PERMISSION_MISSING_RESOURCE), usage=use(PRICE).usage)
    assert Sight.ALWAYS_FAILING not in seen(lacking, worked)
    assert Sight.ALWAYS_FAILING not in seen(lacking, refused(Cause.PERMISSION_MISSING_RESOURCE, count=1))
    other = refused(Cause.PERMISSION_MISSING_RESOURCE, app_key=AppKey("another"))
    assert Sight.ALWAYS_FAILING not in seen(lacking, other)


def test_what_was_mended_since_is_not_told_any_more() -> None:
    """A permission that is there now, a token that was made later; where a request came from nobody knows."""
    office = ip_network("10.0.0.0/8")
    for keyring, records, told in (
        (acme({LIST}, grants=(link(1),)), refused(Cause.NO_ROLE_LINKED), False),
        (acme({LIST}, grants=(link(1),), networks=(office,)), refused(Cause.NO_ROLE_LINKED), False),
        (acme({LIST}, grants=(link(1),), networks=(office,)), refused(Cause.IP_NOT_ALLOWED), True),
        (acme({LIST}, grants=(link(1),)), refused(Cause.TOKEN_ONE_CHARACTER_WRONG), True),
        (acme({LIST}, grants=(link(1),), token_created=LATELY), refused(Cause.TOKEN_NEVER_ISSUED, hours=48), False),
        (acme({LIST}, grants=(link(1),), token_created=LATELY), refused(Cause.TOKEN_NEVER_ISSUED, hours=1), True),
    ):
        assert (Sight.ALWAYS_FAILING in seen(keyring, records)) is told


@pytest.mark.parametrize(
    ("registered", "cause", "hashes", "suspect"),
    [
        (True, Cause.TOKEN_NEVER_ISSUED, ("a",), True),
        (True, Cause.TOKEN_UNVERIFIABLE, ("a",), True),
        (True, Cause.REGISTERED_TOKEN_SUSPECT, ("a",), True),
        (True, Cause.TOKEN_NEVER_ISSUED, ("a", "b"), False),
        (True, Cause.TOKEN_TRUNCATED, ("a",), False),
        (False, Cause.TOKEN_NEVER_ISSUED, ("a",), False),
    ],
)
def test_a_registered_token_is_suspect_where_one_other_was_always_sent(
    *, registered: bool, cause: Cause, hashes: tuple[str, ...], suspect: bool
) -> None:
    """Whole, the same one each time, by hand: then what was registered is as doubtful as what is sent."""
    found = seen(acme({LIST}, grants=(link(1),), registered=registered), refused(cause, *hashes))
    assert (Sight.TOKEN_SUSPECT in found, Sight.ALWAYS_FAILING in found) == (suspect, not suspect)
    if suspect:
        assert found[Sight.TOKEN_SUSPECT].commands == (RenewKey(ACME.account, SOUND, b""),)


# -------------------------------------------------------------------------------------------------------- over-granted


def test_what_was_not_used_for_thirty_days_is_taken_away_without_loss() -> None:
    """An idle role is unlinked, a role of its own thinned out; of a role that others hold people decide."""
    keyring = acme({LIST, CANCEL}, {PRICE}, grants=(link(1), link(2)))

    def told(keyring: Keyring, *resources: Resource, days: float = 1) -> tuple[Command, ...] | None:
        found = seen(keyring, use(*resources, days=days)).get(Sight.OVER_GRANTED)
        return found.commands if found else None

    account = ACME.account
    assert told(keyring, LIST, CANCEL, PRICE) is None
    assert told(keyring, LIST, CANCEL) == (WithdrawFromKey(account, RoleId(2), SOUND),)
    assert told(keyring, LIST, PRICE) == (EditRole(account, RoleId(1), remove=frozenset({CANCEL})),)
    assert told(keyring, LIST) == (
        WithdrawFromKey(account, RoleId(2), SOUND),
        EditRole(account, RoleId(1), remove=frozenset({CANCEL})),
    )
    assert told(keyring, LIST, CANCEL, PRICE, days=31) == (DeactivateKey(account, SOUND),)
    assert told(acme({LIST, CANCEL}, grants=(link(1, LATELY),)), LIST) is None
    shared = structs.replace(keyring.keys[SOUND], app_key=AppKey("cvk_other"), digest=bytes(32))
    assert told(replace(keyring, keys={**keyring.keys, shared.app_key: shared}), LIST, PRICE) == ()


def test_nothing_that_is_used_is_lost_by_the_commands() -> None:
    """Decided again on the account as it would be."""
    keyring = acme({LIST, CANCEL}, {PRICE}, {LIST}, grants=(link(1), link(2), link(3)))
    for used in ((LIST,), (PRICE,), (CANCEL,), (LIST, PRICE), (CANCEL, PRICE)):
        after = carried_out(keyring, seen(keyring, use(*used))[Sight.OVER_GRANTED].commands, NOW)
        assert after
        key = after.keys[SOUND]
        assert set(used) <= after.resources_of(after.in_force(key.grants, NOW))
    assert seen(keyring, use(LIST))[Sight.OVER_GRANTED].facts["days"] == 30


# ------------------------------------------------------------------------------------------------ a token as an appKey


@pytest.mark.parametrize("token", [mint_vtex_token(bytes(range(96))).reveal(), "cvt_1nq8j" + "0" * 60])
def test_a_token_in_the_key_column_is_told_by_a_mask_and_an_id(token: str) -> None:
    """It is somebody's secret, and no command or sentence shows it."""
    key = structs.replace(ACME.keys[SOUND], app_key=AppKey(token), grants=())
    keyring = replace(ACME, keys={key.app_key: key})
    (one,) = (one for one in rounds(keyring, NOBODY, CATALOGUE, NOW) if one.key)
    assert one.sight is Sight.PAIR_SWAPPED
    assert one.commands == (DeleteKey(ACME.account, AppKey(key.id)),)
    assert token[9:] not in repr(one)


# ----------------------------------------------------------------------------------------------------------- all of it


def test_the_most_urgent_comes_first() -> None:
    """And every sight has its urgency."""
    severities = [one.severity for one in rounds(ACME, NOBODY, CATALOGUE, NOW)]
    assert severities == sorted(severities, reverse=True)
    assert Severity.BROKEN in severities
    assert set(SEVERITY) == set(Sight)


def test_a_route_that_no_role_opens_is_seen_and_an_open_one_is_not() -> None:
    """An open route asks for no resource, an undecided one is meant to be denied."""
    text = '[[route]]\nmethod = "GET"\npath = "/needs"\nany_of = ["Nobody/Has"]\n'
    text += '[[route]]\nmethod = "GET"\npath = "/open"\nopen_to = "every linked key"\n'
    text += '[[route]]\nmethod = "GET"\npath = "/unknown"\nundecided = "nobody has asked"\n'
    found = rounds(ACME, NOBODY, read_toml(text), NOW)
    assert [one.about for one in found if one.sight is Sight.ROUTE_UNCALLABLE] == ["GET /needs"]


def test_no_command_is_told_twice_or_would_be_refused() -> None:
    """Whoever may ask for it can carry out every line on the account as it is."""
    keyring = acme({LIST}, grants=(link(1),), expires=NOW)
    idle = [one for one in rounds(keyring, NOBODY, CATALOGUE, NOW) if one.key]
    assert [one.sight for one in idle if one.commands] == [Sight.EXPIRED]
    assert {one.sight for one in idle} >= {Sight.NEVER_USED, Sight.OVER_GRANTED}
    for one in rounds(ACME, NOBODY, CATALOGUE, NOW):
        if one.sight is not Sight.PAIR_SWAPPED:
            assert carried_out(ACME, one.commands, NOW) is not None


def test_roles_and_routes_are_seen() -> None:
    """A role that nobody holds, a route whose need no role meets; each with its name."""
    keyring = acme({LIST}, {PRICE}, grants=(link(1),))
    found = rounds(keyring, NOBODY, CATALOGUE, NOW)
    assert [one.about for one in found if one.sight is Sight.ROLE_UNHELD] == ["role 2"]
    lost = {one.about for one in found if one.sight is Sight.ROUTE_UNCALLABLE}
    assert lost == {
        str(one)
        for one in CATALOGUE.routes()
        if isinstance(one.need, Need) and not one.need.met_by(frozenset({LIST, PRICE}))
    }
    assert lost


def test_a_role_that_an_external_key_holds_or_that_came_with_the_catalogue_is_no_idle_one() -> None:
    """Neither is for tidying up."""
    keyring = acme({LIST}, {PRICE})
    away = ExternalKey(AppKey("away"), AccountName("globex"), keyring.created, (link(1),))
    roles = {**keyring.roles, RoleId(2): replace(keyring.roles[RoleId(2)], predefined=True)}
    found = rounds(replace(keyring, roles=roles, external={away.app_key: away}), NOBODY, CATALOGUE, NOW)
    assert [one.about for one in found if one.sight is Sight.ROLE_UNHELD] == []


def test_a_pair_of_vtex_s_shape_that_was_registered_is_seen() -> None:
    """Its token has no check part."""
    vtex = next(key for keyring in WORLD.keyrings.values() for key in keyring.keys.values() if _vtex(key))
    keyring = replace(ACME, keys={vtex.app_key: vtex})
    assert Sight.REGISTERED in {one.sight for one in rounds(keyring, NOBODY, CATALOGUE, NOW)}
    assert Sight.REGISTERED not in seen(acme(registered=True))


def _vtex(key: Key) -> bool:
    return key.registered and key.app_key.startswith("vtexappkey-")


def test_a_long_round_leaves_room_for_others() -> None:
    """Whoever asks for a round is called back at each key, and again at each thing that was seen."""
    called = 0

    def pause() -> None:
        nonlocal called
        called += 1

    found = rounds(ACME, NOBODY, CATALOGUE, NOW, pause=pause)
    assert called == len(ACME.keys) + len(found)
