"""What a key or user may hold is what `decide` would say to whoever proved to be it."""

from dataclasses import replace

import pytest
from msgspec import structs
from tests.world import PEPPER, WORLD

from chaveiro.core.attempt import NOTHING, AnyRole, Attempt, Need, UserToken, presented
from chaveiro.core.credential import digest
from chaveiro.core.decision import Allowed, decide, may_hold
from chaveiro.core.keyring import Keyring, Mark
from chaveiro.core.names import AccountName, Moment, Resource

ACCOUNTS = sorted(WORLD.keyrings)
UNKNOWN = Resource("Nothing", "nothing")


def wanted(keyring: Keyring) -> list[Need | AnyRole]:
    """Everything that a role of the account gives, what none gives, and any role."""
    resources = {resource for role in keyring.roles.values() for resource in role.resources} | {UNKNOWN}
    return [AnyRole(), *(Need((one,)) for one in sorted(resources))]


@pytest.mark.parametrize("account", ACCOUNTS)
def test_a_key_may_hold_what_its_pair_is_allowed(account: AccountName) -> None:
    """Whatever state it is in. Where it calls from is nobody's who asks about it."""
    keyring = WORLD.keyrings[account]
    said = set()
    for pair in WORLD.pairs.values():
        key = keyring.keys.get(pair.app_key)
        if key is None:
            continue
        anywhere = replace(keyring, keys={**keyring.keys, key.app_key: structs.replace(key, networks=())})
        for need in wanted(keyring):
            token = pair.token("")
            asked = (presented(pair.app_key), presented(token), digest(PEPPER, token))
            attempt = Attempt(account, *asked, need, WORLD.now)
            allowed = isinstance(decide(anywhere, attempt), Allowed)
            assert may_hold(keyring, key, need, WORLD.now) is allowed, (key.label, need)
            said.add(allowed)
    assert said, account


@pytest.mark.parametrize("account", ACCOUNTS)
def test_a_user_may_hold_what_their_token_is_allowed(account: AccountName) -> None:
    """The sponsor everything, unless the account is suspended."""
    keyring = WORLD.keyrings[account]
    for user in keyring.users.values():
        for state in (keyring, replace(keyring, suspended=Mark(WORLD.now, "root"))):
            for need in wanted(keyring):
                claims = UserToken(user.email, account, 0, WORLD.now, Moment(WORLD.now + 60))
                shown = presented("a token")
                attempt = Attempt(
                    account, NOTHING, NOTHING, bytes(32), need, WORLD.now, user_token=shown, claims=claims
                )
                allowed = isinstance(decide(state, attempt), Allowed)
                assert may_hold(state, user, need, WORLD.now) is allowed, (user.email, need)
