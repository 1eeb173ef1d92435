"""A pasted request judged for a keeper: as `check` would, explained as a kept denial is, and nothing written."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from msgspec import structs
from tests.core.worlds import ACME, ERP, LIST, NOW, TOKEN, Story, issue, working
from tests.dose import dose
from tests.house import House, request, told
from tests.keys import KEYS
from tests.promises.plugin import Proof
from tests.world import PEPPER as WORLD_PEPPER
from tests.world import WORLD

from chaveiro.core.ask import Ask
from chaveiro.core.attempt import Carrier, Field, Misplaced, Need, Presented, Request, Transport
from chaveiro.core.cause import Cause, Confidence
from chaveiro.core.command import GrantToKey, WithdrawFromKey
from chaveiro.core.credential import mint_key, mint_token, mint_vtex_token
from chaveiro.core.decision import Allowed, Denied
from chaveiro.core.names import AccountName, AppKey, Moment, Resource, RoleId, looks_secret
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.sql import SqlStore
from chaveiro.whatif import answered

DOSE = dose(10_000, 40_000, 1_000_000)
DIAGNOSES = dose(1_000, 1_000, 10_000)
ORDERS = "/api/oms/pvt/orders"
GLOBEX = AccountName("globex")
OTHER_KEY = mint_key(bytes(range(10, 20)))
OTHER_TOKEN = mint_token(OTHER_KEY, bytes(range(33))).reveal()


@pytest.fixture
def unlinked() -> House:
    story = working()
    story.do(WithdrawFromKey(ACME, RoleId(1), ERP))
    return told(story)


# ------------------------------------------------------------------------------------------------------ as `check` does


def damaged(rng: Random, text: str) -> str:
    place = rng.randrange(len(text))
    return rng.choice(
        [
            *[text] * 30,
            f"{text[:place]} {text[place:]}",
            f"{text} ",
            text.upper(),
            text[:place],
            f"{text[:place]}z{text[place + 1 :]}",
            f"Bearer {text}",
            "",
        ]
    )


def a_request(rng: Random) -> tuple[Request, AccountName]:
    pair, other = rng.choices(list(WORLD.pairs.values()), k=2)
    token = (pair if rng.random() < 0.9 else other).token(rng.choice(["", "1", "never"]))
    targets = [f"{ORDERS}?{token}", ORDERS, "/a//b", f"/{token}"]
    values = [damaged(rng, pair.app_key), damaged(rng, token)]
    if rng.random() < 0.05:
        values.reverse()
    key, secret = (Presented(value, rng.choice([1] * 20 + [0, 2])) for value in values)
    by_name = rng.random() < 0.3
    account = pair.account if rng.random() < 0.95 else other.account
    asked = Request(
        structs.replace(key, text=key.text if key.count else ""),
        structs.replace(secret, text=secret.text if secret.count else ""),
        method="" if by_name else rng.choice(["GET", "GET", "POST", "DELETE", "BREW"]),
        target="" if by_name else rng.choice(targets),
        need=Need((rng.choice([LIST, Resource("OMS", "CancelAction")]),)) if by_name else None,
        address=rng.choice(["", "10.1.2.3", "203.0.113.7"]),
        transport=rng.choice([*Transport]),
        misplaced=(Misplaced(Field.TOKEN, Carrier.QUERY, "appToken"),) if rng.random() < 0.05 else (),
    )
    return asked, account


def test_a_request_is_judged_as_it_is_when_it_comes_and_nothing_is_written(proof: Proof) -> None:
    """Thousands of random ones: the verdict of `check`, no value of theirs in what is told, the store as it was."""
    house, rng = House(MemoryStore(), WORLD_PEPPER, WORLD.now), Random(7)
    WORLD.install(lambda command, by: house.node.carry_out(command, by=by), lambda at: setattr(house, "at", at))
    house.at = WORLD.now
    before, causes, allowed, denied = house.content(), set(), 0, 0
    for _ in range(DOSE):
        asked, account = a_request(rng)
        seen = house.examined(asked, account)
        assert house.node.check(account, asked).verdict == seen.decision
        if isinstance(seen.decision, Denied):
            causes.add(seen.findings[0].cause)
            assert seen.told is not None
            denied += 1
        allowed += isinstance(seen.decision, Allowed)
        secret = asked.app_token.text
        assert not looks_secret(secret) or secret not in repr(seen)
    assert house.content() == before
    assert house.denials.noted == denied, "what was checked, and nothing of what was examined"
    assert allowed > 50
    assert len(causes) > 25
    proof("G10", dose=DOSE, figure=f"random requests examined as decided, {len(causes)} causes, the store as it was")


def test_a_thousand_diagnoses_leave_a_database_as_it_is_byte_by_byte(tmp_path: Path, proof: Proof) -> None:
    """Requests examined, kept denials explained, questions of what would be: no file differs, and no decision."""
    store, rng = SqlStore.open(f"sqlite:///{tmp_path}/chaveiro.db", keys=KEYS), Random(11)
    house = House(store, WORLD_PEPPER, WORLD.now)
    WORLD.install(lambda command, by: house.node.carry_out(command, by=by), lambda at: setattr(house, "at", at))
    house.at = WORLD.now
    asked = [a_request(rng) for _ in range(DIAGNOSES // 2)]
    answers = [house.node.check(account, one) for one, account in asked]
    house.denials.drain()
    kept = [answer.told.id for answer in answers if answer.told]
    before, doubles = bytes_of(tmp_path), 0
    for (one, account), answer in zip(asked, answers, strict=True):
        assert house.examined(one, account).decision == answer.verdict
    for number in range(DIAGNOSES - DIAGNOSES // 2):
        explained = house.denials.explained(kept[number % len(kept)])
        if explained is not None:
            ask = Ask(denial=explained.denial.id)
            keyring = house.node.keyring(explained.denial.account)
            answered(ask, keyring, house.node.catalogue(keyring), store, WORLD.now)
            doubles += 1
    assert doubles > DIAGNOSES / 4
    assert [name for name, content in bytes_of(tmp_path).items() if before.get(name) != content] == []
    assert [house.node.check(account, request).verdict for request, account in asked] == [
        one.verdict for one in answers
    ]
    store.close()
    proof(
        "G10", dose=DIAGNOSES, figure="diagnoses: every file of the database has the same bytes, every decision stands"
    )


def bytes_of(folder: Path) -> dict[str, bytes]:
    """The database and its log; its index of the log in memory changes whenever somebody reads."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}


# -------------------------------------------------------------------------------------------------------- what is told


def test_it_is_explained_as_the_denial_that_would_be_kept(unlinked: House) -> None:
    """The same findings, the same words for the caller, the same remedies."""
    asked = request(f"{TOKEN[:30]} {TOKEN[30:]}", method="GET", target="/orders?x=1")
    seen = unlinked.examined(asked)
    answer = unlinked.node.check(ACME, asked)
    assert answer.told is not None
    explained = unlinked.denials.explained(answer.told.id)
    assert explained is not None
    kept = explained.denial
    assert [one.cause for one in seen.findings] == [Cause.TOKEN_SPACE_INSIDE, Cause.NO_ROLE_LINKED]
    assert all(one.confidence is Confidence.VERIFIED for one in seen.findings)
    assert (seen.findings, seen.told, seen.app_key) == (kept.findings, answer.told.finding, kept.app_key)
    assert (seen.method, seen.path, seen.wanted, seen.at) == (kept.method, kept.path, kept.wanted, kept.at)
    assert seen.remedies == explained.remedies
    assert seen.remedies[0].commands == (GrantToKey(ACME, RoleId(1), ERP),)


def test_what_is_allowed_has_nothing_to_explain() -> None:
    """The roles by which it goes on stand in the decision; no use of the key is counted."""
    house = told(working())
    seen = house.examined(request())
    assert isinstance(seen.decision, Allowed)
    assert (seen.app_key, seen.findings, seen.remedies, seen.told) == (ERP, (), (), None)
    house.node.flush_usage()
    assert house.store.usage(ACME) == {}


def test_a_pair_of_another_account_is_as_unknown_as_one_that_never_was() -> None:
    """Even where both accounts have one sponsor: whoever may view the keys of one may not view the other's."""
    there = Story(account=GLOBEX)
    there.do(replace(issue(OTHER_KEY, OTHER_TOKEN), account=GLOBEX))
    never = mint_key(bytes(range(30, 40)))
    house = told(working(), there)
    pairs = [(OTHER_KEY, OTHER_TOKEN), (never, mint_token(never, bytes(33)).reveal())]
    seen = [house.examined(request(token, app_key)) for app_key, token in pairs]
    assert [one.cause for one in seen[0].findings] == [Cause.KEY_UNKNOWN]
    assert seen[0] == seen[1]
    assert GLOBEX not in repr(seen)


def test_what_was_decided_on_is_not_older_than_what_the_store_knows(unlinked: House) -> None:
    """A grant that this node has not heard of is on its way, not lacking."""
    keyring = unlinked.node.keyring(ACME)
    asked = request()
    attempt = structs.replace(unlinked.node.attempt(keyring, asked), at=Moment(NOW + 5000))
    story = working()
    story.do(WithdrawFromKey(ACME, RoleId(1), ERP))
    story.do(GrantToKey(ACME, RoleId(1), ERP))
    unlinked.store.commit(story.changes[-1], seen=keyring.revision)
    seen = unlinked.denials.examined(keyring, attempt, asked)
    assert [one.cause for one in seen.findings] == [Cause.GRANT_NOT_PROPAGATED]


def test_a_typing_error_is_searched_for_once_a_second_as_with_denials(unlinked: House) -> None:
    """Whoever pastes guesses gains no more than whoever sends them."""
    key, token = AppKey("vtexappkey-acme-ABCDEF"), mint_vtex_token(bytes(range(96))).reveal()
    story = working()
    story.do(issue(key, token))
    house = told(story)
    wrong = f"{token[:5]}{'Q' if token[5] != 'Q' else 'R'}{token[6:]}"
    first, second = (house.examined(request(wrong, key)) for _ in range(2))
    assert first.findings[0].cause is not second.findings[0].cause
    house.at = Moment(house.at + 2)
    assert house.examined(request(wrong, key)).findings[0].cause is first.findings[0].cause
