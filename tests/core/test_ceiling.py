"""Nobody grants what they lack, or for longer than they have it: random accounts, random givers, random gifts."""

import math
from collections import Counter
from dataclasses import replace
from random import Random
from typing import TypeAlias

from tests.core.worlds import ACME, ANA, BIA, ERP, NOW, PEPPER
from tests.dose import dose
from tests.promises.plugin import Proof

from chaveiro.core.change import Change, after
from chaveiro.core.command import (
    EDIT_API_KEYS,
    SAVE_ROLE,
    SAVE_USER,
    Command,
    CreateRole,
    EditRole,
    GrantToKey,
    GrantToUser,
    Reason,
    SpreadResource,
)
from chaveiro.core.credential import digest
from chaveiro.core.keyring import Actor, ActorKind, Grant, Key, Keyring, Mark, Revision, Role, User
from chaveiro.core.names import Email, KeyId, Moment, Resource, RoleId
from chaveiro.core.plan import plan

CASES = dose(5_000, 50_000, 1_000_000)
MARK = Mark(Moment(0), ANA)
CAIO = Email("caio@acme.example")
POWERS = (SAVE_ROLE, SAVE_USER, EDIT_API_KEYS)
RESOURCES = (*POWERS, *(Resource("OMS", name) for name in ("List", "Cancel", "Refund", "Export")))
ENDS = (None, None, Moment(NOW + 100), Moment(NOW + 200), Moment(NOW - 1))
FOR_EVER = math.inf

Held: TypeAlias = dict[Resource, float]  # until when


def some(rng: Random, most: int = 4) -> frozenset[Resource]:
    return frozenset(rng.sample(RESOURCES, rng.randint(0, most)))


def an_account(rng: Random) -> Keyring:
    """A few roles, two users besides the sponsor, and a key, each with some of the roles for some time."""
    roles = {RoleId(number): Role(RoleId(number), f"role {number}", some(rng)) for number in range(1, 6)}
    if rng.random() < 0.2:
        roles[RoleId(5)] = replace(roles[RoleId(5)], deleted=MARK)

    def grants() -> tuple[Grant, ...]:
        return tuple(Grant(role, ACME, MARK, rng.choice(ENDS)) for role in rng.sample([*roles], rng.randint(0, 3)))

    key = Key(ERP, KeyId("0" * 32), "ERP", MARK, digest(PEPPER, "token"), grants=grants())
    users = {one: User(one, one, MARK, grants() if one != ANA else ()) for one in (ANA, BIA, CAIO)}
    return Keyring(ACME, Revision("00000000", 1), ANA, MARK, users=users, roles=roles, keys={ERP: key})


def a_gift(rng: Random) -> Command:
    role, until = RoleId(rng.randint(1, 5)), rng.choice(ENDS[:4])
    gifts: list[Command] = [
        CreateRole(ACME, "new", some(rng)),
        EditRole(ACME, role, add=some(rng), remove=some(rng, 1)),
        GrantToUser(ACME, role, rng.choice([BIA, CAIO]), until),
        GrantToKey(ACME, role, ERP, until),
        SpreadResource(ACME, rng.choice(RESOURCES), rng.choice(RESOURCES)),
    ]
    return rng.choice(gifts)


def held(keyring: Keyring, grants: tuple[Grant, ...]) -> Held:
    """What these grants give, and until when: worked out anew, sharing nothing with what is tested."""
    found: Held = {}
    for grant in grants:
        role = keyring.roles[grant.role]
        until = FOR_EVER if grant.until is None else float(grant.until)
        if role.deleted is None and until > NOW:
            found |= {resource: max(until, found.get(resource, 0.0)) for resource in role.resources}
    return found


def everybody(keyring: Keyring) -> dict[str, Held]:
    """What each user and key has."""
    subjects: list[User | Key] = [*keyring.users.values(), *keyring.keys.values()]
    return {one.email if isinstance(one, User) else one.app_key: held(keyring, one.grants) for one in subjects}


def test_nobody_grants_what_they_lack(proof: Proof) -> None:
    """Whoever gains a resource by a change gains no more than its giver had, and for no longer; no role holds more."""
    rng, outcomes = Random(12), Counter[str]()
    for _ in range(CASES):
        keyring, command = an_account(rng), a_gift(rng)
        name, kind = rng.choice([(BIA, ActorKind.USER), (str(ERP), ActorKind.KEY)])
        planned = plan(keyring, command, by=Actor(kind, name), at=NOW)
        if not isinstance(planned, Change):
            outcomes[planned.reason] += 1
            continue
        outcomes["done"] += 1
        changed, before = after(keyring, planned, Revision("00000000", 2)), everybody(keyring)
        giver = before[name]
        for subject, has in everybody(changed).items():
            gained = {one: until for one, until in has.items() if until > before[subject].get(one, 0.0)}
            assert all(giver.get(one, 0.0) >= until for one, until in gained.items()), (command, gained, giver)
        for number, role in changed.roles.items():
            had = keyring.roles[number].resources if number in keyring.roles else frozenset()
            assert role.resources - had <= set(giver), (command, giver)
    least = CASES / 50
    assert all(outcomes[one] > least for one in ("done", Reason.NOT_DELEGATED, Reason.BEYOND_OWN_ROLES)), outcomes
    assert outcomes[Reason.BEYOND_OWN_TIME] > CASES / 500, outcomes
    proof("G12", dose=CASES, figure=f"random gifts, {outcomes['done']:,} of them done, 0 beyond what the giver has")
