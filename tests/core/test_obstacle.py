"""What is in the way of a key or user that is named is what `decide` would say to whoever proved to be it."""

from dataclasses import replace

import pytest
from tests.core.test_may_hold import ACCOUNTS, wanted
from tests.world import PEPPER, WORLD

from chaveiro.core.attempt import NOTHING, Attempt, NoRoute, Transport, UserToken, presented
from chaveiro.core.credential import digest
from chaveiro.core.decision import Allowed, decide, obstacle
from chaveiro.core.keyring import Mark
from chaveiro.core.names import AccountName, Moment

ADDRESSES = ("", "192.0.2.7", "203.0.113.9")


@pytest.mark.parametrize("account", ACCOUNTS)
def test_what_is_in_a_key_s_way_is_what_its_pair_is_told(account: AccountName) -> None:
    """The same cause, or none, from wherever it calls."""
    keyring = WORLD.keyrings[account]
    said = set()
    for pair in WORLD.pairs.values():
        key = keyring.keys.get(pair.app_key)
        if key is None:
            continue
        token = pair.token("")
        asked = (presented(pair.app_key), presented(token), digest(PEPPER, token))
        for need in (*wanted(keyring), NoRoute("GET", "/")):
            for address in ADDRESSES:
                for transport in Transport:
                    attempt = Attempt(account, *asked, need, WORLD.now, address=address, transport=transport)
                    decision = decide(keyring, attempt)
                    cause = None if isinstance(decision, Allowed) else decision.cause
                    assert obstacle(keyring, key, attempt) is cause
                    said.add(cause)
    assert said, account


@pytest.mark.parametrize("account", ACCOUNTS)
def test_what_is_in_a_user_s_way_is_what_their_token_is_told(account: AccountName) -> None:
    """The sponsor's as well."""
    keyring = WORLD.keyrings[account]
    for user in keyring.users.values():
        for state in (keyring, replace(keyring, suspended=Mark(WORLD.now, "root"))):
            for need in (*wanted(keyring), NoRoute("GET", "/")):
                claims = UserToken(user.email, account, 0, WORLD.now, Moment(WORLD.now + 60))
                attempt = Attempt(
                    account, NOTHING, NOTHING, bytes(32), need, WORLD.now, user_token=presented("a"), claims=claims
                )
                decision = decide(state, attempt)
                assert obstacle(state, user, attempt) is (None if isinstance(decision, Allowed) else decision.cause)
