"""`decide` against an independent reference, and against itself with no check left out, on random worlds."""

import random
from collections import Counter
from dataclasses import replace
from ipaddress import ip_network
from itertools import product
from typing import Any

from tests.core.reference import judge
from tests.dose import dose
from tests.promises.plugin import Proof

from chaveiro.core.attempt import (
    Ambiguous,
    AnyRole,
    Attempt,
    Carrier,
    Field,
    Match,
    Misplaced,
    Need,
    NoMethod,
    NoRoute,
    Presented,
    Transport,
    Wanted,
)
from chaveiro.core.cause import Cause
from chaveiro.core.credential import digest
from chaveiro.core.decision import AFTER_PROOF, BEFORE_PROOF, NO_KEY, Allowed, Denied, Grounds, decide, grounds_of
from chaveiro.core.keyring import NO_DIGEST, Grant, Key, Keyring, Mark, Revision, Role
from chaveiro.core.names import AccountName, AppKey, Email, KeyId, Moment, Resource, RoleId

PEPPER = bytes(range(32))
DOSE = dose(100_000, 1_000_000, 10_000_000)
WHOLE = dose(20_000, 100_000, 1_000_000)
ATTEMPTS_PER_WORLD = 100
SEEN_AT_LEAST = 500

RESOURCES = [("OMS", "ListOrders"), ("OMS", "CancelAction"), ("Pricing", "read_prices"), ("oms", "ListOrders")]
NETWORKS = ["10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32"]
ADDRESSES = ["10.1.2.3", "192.0.2.7", "203.0.113.9", "2001:db8::1", "", "not an address"]
MARK = Mark(Moment(0), "ana@acme.example")
REACHABLE = {
    Cause.VALUE_OVERSIZED,
    Cause.CREDENTIALS_IN_QUERY,
    Cause.WRONG_HEADER_NAME,
    Cause.CREDENTIALS_MISSING,
    Cause.KEY_MISSING,
    Cause.TOKEN_MISSING,
    Cause.KEY_DUPLICATED,
    Cause.TOKEN_DUPLICATED,
    Cause.KEY_EMPTY,
    Cause.TOKEN_EMPTY,
    Cause.CREDENTIALS_INVALID,
    Cause.ACCOUNT_SUSPENDED,
    Cause.KEY_BLOCKED,
    Cause.KEY_INACTIVE,
    Cause.KEY_EXPIRED,
    Cause.KEY_NOT_YET_VALID,
    Cause.INSECURE_TRANSPORT,
    Cause.IP_NOT_ALLOWED,
    Cause.NO_ROLE_LINKED,
    Cause.PATH_AMBIGUOUS,
    Cause.ROUTE_NOT_MAPPED,
    Cause.METHOD_NOT_MAPPED,
    Cause.PERMISSION_MISSING_RESOURCE,
}


def rarely(rng: random.Random, chance: float = 0.08) -> bool:
    return rng.random() < chance


def a_world(rng: random.Random) -> dict[str, Any]:
    roles = {
        number: {"resources": rng.sample(RESOURCES, rng.randint(0, 3)), "deleted": rarely(rng)}
        for number in range(1, rng.randint(2, 5))
    }
    keys = {}
    for number in range(rng.randint(1, 6)):
        tokens = [f"token-{number}-{turn}" for turn in range(rng.choice([1, 1, 2]))]
        keys[f"key-{number}"] = {
            "tokens": tokens,
            "blocked": rarely(rng),
            "inactive": rarely(rng),
            "expires": rng.choice([None, None, None, None, 150.0]),
            "from": rng.choice([None, None, None, None, 50.0]),
            "networks": rng.sample(NETWORKS, rng.choice([0, 0, 0, 1, 2])),
            "grants": [
                (rng.choice(["acme", "acme", "acme", "globex"]), role, rng.choice([None, None, 120.0]))
                for role in rng.sample(range(1, 6), rng.randint(0, 4))
            ],
        }
    return {
        "name": "acme",
        "suspended": rarely(rng),
        "https_only": rarely(rng, 0.3),
        "roles": roles,
        "keys": keys,
    }


def an_attempt(rng: random.Random, world: dict[str, Any]) -> dict[str, Any]:
    app_key = rng.choice([*world["keys"]] * 5 + ["key-unknown", "", "x" * 1025])
    tokens = world["keys"].get(app_key, {"tokens": ["token-0-0"]})["tokens"]
    token = rng.choice([*tokens * 9, "token-0-0", "token-9-9", "", "é" * 9, "x" * 1025])
    sent = not rarely(rng, 0.01)
    return {
        "keys": [app_key] * (sent and rng.choice([1] * 15 + [0, 2])),
        "tokens": [token] * (sent and rng.choice([1] * 15 + [0, 2])),
        "query": rarely(rng, 0.02),
        "elsewhere": rng.choice([set()] * 9 + [{"key"}, {"token"}]),
        "wanted": rng.choice(
            [("need", rng.choice(["any", "all"]), rng.sample(RESOURCES, rng.randint(1, 3)))] * 8
            + [("any_role",), ("path_ambiguous",), ("route_not_mapped",), ("method_not_mapped",)]
        ),
        "at": rng.choice([10.0, 50.0, 100.0, 120.0, 130.0, 150.0, 200.0]),
        "address": rng.choice(ADDRESSES),
        "transport": rng.choice(["https", "http", "unknown"]),
    }


def as_keyring(world: dict[str, Any]) -> Keyring:
    roles = {
        RoleId(number): Role(
            RoleId(number),
            f"role {number}",
            frozenset(Resource(*resource) for resource in role["resources"]),
            MARK if role["deleted"] else None,
        )
        for number, role in world["roles"].items()
    }
    keys = {}
    for name, record in world["keys"].items():
        digests = [digest(PEPPER, token) for token in record["tokens"]]
        keys[AppKey(name)] = Key(
            AppKey(name),
            KeyId("0" * 32),
            name,
            MARK,
            digests[0],
            digests[1] if len(digests) > 1 else NO_DIGEST,
            next_created=MARK if len(digests) > 1 else None,
            grants=tuple(
                Grant(RoleId(role), AccountName(account), MARK, until) for account, role, until in record["grants"]
            ),
            inactive=MARK if record["inactive"] else None,
            blocked=MARK if record["blocked"] else None,
            valid_from=record["from"],
            expires=record["expires"],
            networks=tuple(ip_network(network) for network in record["networks"]),
        )
    return Keyring(
        AccountName("acme"),
        Revision("00000000", 1),
        Email("ana@acme.example"),
        MARK,
        https_only=world["https_only"],
        suspended=MARK if world["suspended"] else None,
        roles=roles,
        keys=keys,
    )


def as_attempt(plain: dict[str, Any]) -> Attempt:
    kind, *rest = plain["wanted"]
    without_need: dict[str, Wanted] = {
        "any_role": AnyRole(),
        "path_ambiguous": Ambiguous("//"),
        "route_not_mapped": NoRoute("GET", "/"),
        "method_not_mapped": NoMethod("PUT", "/", ("GET",)),
    }
    wanted = without_need.get(kind) or Need(tuple(Resource(*resource) for resource in rest[1]), Match(rest[0]))
    misplaced = [Misplaced(Field(part), Carrier.OTHER_HEADER, "x-api-key") for part in sorted(plain["elsewhere"])]
    if plain["query"]:
        misplaced.append(Misplaced(Field.TOKEN, Carrier.QUERY, "appToken"))
    token = "".join(plain["tokens"][:1])
    return Attempt(
        AccountName("acme"),
        Presented("".join(plain["keys"][:1]), len(plain["keys"])),
        Presented(token, len(plain["tokens"])),
        digest(PEPPER, token),
        wanted,
        Moment(plain["at"]),
        plain["address"],
        Transport(plain["transport"]),
        tuple(misplaced),
    )


def test_decide_and_the_reference_never_differ(proof: Proof) -> None:
    """100,000 random attempts on 1,000 random worlds: the same answer each time, and every cause seen often."""
    rng = random.Random(20260101)
    seen: Counter[str] = Counter()
    for _ in range(DOSE // ATTEMPTS_PER_WORLD):
        world = a_world(rng)
        keyring = as_keyring(world)
        for _ in range(ATTEMPTS_PER_WORLD):
            plain = an_attempt(rng, world)
            expected = judge(world, plain)
            decision = decide(keyring, as_attempt(plain))
            given = list(decision.roles) if isinstance(decision, Allowed) else decision.cause
            assert given == expected, plain
            seen["allowed" if isinstance(given, list) else Cause(given)] += 1
    assert set(seen) - {"allowed"} == REACHABLE
    assert min(seen.values()) >= SEEN_AT_LEAST, seen
    assert sum(seen.values()) == DOSE
    least = min(seen.values())
    proof("G1", dose=DOSE, figure=f"decisions, 0 differences, each of {len(seen)} answers seen {least:,} times")


def every_check(keyring: Keyring, attempt: Attempt) -> Allowed | Denied:
    """The decision, each check of the table asked in its turn, and nothing remembered."""
    key = keyring.keys.get(AppKey(attempt.app_key.text), NO_KEY)
    for before in BEFORE_PROOF:
        if cause := before(key, attempt):
            return Denied(cause, keyring.revision)
    grounds = grounds_of(keyring, key, attempt.at)
    for after in AFTER_PROOF:
        if cause := after(grounds, key, attempt):
            return Denied(cause, keyring.revision, key.app_key)
    return Allowed(key.app_key, grounds.roles, keyring.revision)


def test_leaving_out_what_cannot_refuse_never_changes_a_decision(proof: Proof) -> None:
    """Asking only the checks that can refuse a key at all gives what asking every one gives, cause and roles alike."""
    rng = random.Random(20260202)
    left_out = 0
    for _ in range(WHOLE // ATTEMPTS_PER_WORLD):
        world = a_world(rng)
        kept, anew = as_keyring(world), as_keyring(world)
        for _ in range(ATTEMPTS_PER_WORLD):
            attempt = as_attempt(an_attempt(rng, world))
            decision = decide(kept, attempt)
            assert decision == every_check(anew, attempt)
            if isinstance(decision, Allowed):
                grounds = grounds_of(kept, kept.keys[AppKey(attempt.app_key.text)], attempt.at)
                left_out += len(AFTER_PROOF) - len(grounds.doubts)
    assert left_out > WHOLE // 10
    proof("G1", dose=WHOLE, figure="decisions with the checks left out that cannot refuse, 0 differences")


def said(keyring: Keyring, key: Key, at: Moment) -> Grounds:
    """What an account says to a key, with nothing remembered."""
    return grounds_of(replace(keyring), key, at)


def test_keys_with_the_same_terms_are_judged_alike() -> None:
    """Whatever an account has to say to one of them it says to all, so that it may be kept for all."""
    rng = random.Random(20260303)
    shared = 0
    for _ in range(400):
        worlds = [as_keyring(a_world(rng)) for _ in range(3)]
        account = worlds[0]
        for one, other in product((key for world in worlds for key in world.keys.values()), repeat=2):
            if one is not other and one.terms is other.terms:
                shared += 1
                assert said(account, one, Moment(100)) == said(account, other, Moment(100))
    assert shared > 200
