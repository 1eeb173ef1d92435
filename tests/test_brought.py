"""Many commands at once, and keys that other systems' digests open: what one node writes and every node knows."""

from __future__ import annotations

from typing import Any

import pytest
from tests.core.worlds import ACME, ANA, LIST, OPERATOR, PEPPER, SPONSOR, user
from tests.test_node import House, asking, done

from chaveiro.core import foreign
from chaveiro.core.attempt import NOTHING, Need, Request, presented
from chaveiro.core.command import (
    CreateAccount,
    CreateRole,
    DeactivateKey,
    DeleteKey,
    GrantToKey,
    ImportKey,
    Reason,
    Refusal,
    SuspendAccount,
)
from chaveiro.core.credential import Secret
from chaveiro.core.decision import Allowed, Denied
from chaveiro.core.event import CommandRefused, KeyImported
from chaveiro.core.foreign import Algorithm, Foreign, ForeignKey, Kind
from chaveiro.core.names import AccountName, AppKey, KeyId, RoleId
from chaveiro.node import CannotTell

GLOBEX = AccountName("globex")
SHA512 = Kind("sha512")
OURS = Foreign(PEPPER)


def bring(number: int, *, account: AccountName = ACME, kind: Kind = SHA512, keys: Foreign = OURS) -> ImportKey:
    """A key whose token is `token N`."""
    algorithm = keys.algorithm(kind)
    assert algorithm is not None
    kept = keys.kept(kind, algorithm.digest(f"token {number}".encode(), b"k" * 32))
    return ImportKey(account, AppKey(f"old-{number}"), KeyId(f"{number:032x}"), kept, kind, f"Old {number}")


def group(number: int) -> tuple[Any, ...]:
    return bring(number), GrantToKey(ACME, RoleId(1), AppKey(f"old-{number}"))


def shown(number: int, token: str | None = None) -> Request:
    text = f"token {number}" if token is None else token
    return Request(presented(f"old-{number}"), presented(text), need=Need((LIST,)))


@pytest.fixture
def house() -> House:
    made = House()
    made.furnish()
    return made


def test_many_are_in_force_here_at_once_and_elsewhere_after_a_look(house: House) -> None:
    """With the same keyring as if they had come one by one."""
    other = house.another()
    assert not isinstance(other.check(ACME, shown(3)).verdict, Allowed)
    answers = house.node.carry_out_all(ACME, [group(number) for number in range(50)], by=SPONSOR)
    assert all(not isinstance(one, Refusal) and len(one) == 2 for one in answers)
    assert isinstance(house.node.check(ACME, shown(49)).verdict, Allowed)
    assert isinstance(house.node.check(ACME, shown(49, "token 48")).verdict, Denied)
    other.known.refresh()
    fresh = house.another()
    keyrings = [one.keyring(ACME) for one in (house.node, other, fresh)]
    assert keyrings[0] == keyrings[1] == keyrings[2]
    assert {one.foreign for one in keyrings} == {frozenset({SHA512})}
    assert isinstance(other.check(ACME, shown(7)).verdict, Allowed)


def test_of_a_group_all_is_done_or_nothing_and_refusals_are_in_the_audit(house: House) -> None:
    """The groups around it are carried out; a later one sees what an earlier one did."""
    bad = (bring(2), GrantToKey(ACME, RoleId(9), AppKey("old-2")))
    answers = house.node.carry_out_all(ACME, [group(1), bad, group(3), group(1)], by=SPONSOR)
    reasons = [one.reason if isinstance(one, Refusal) else None for one in answers]
    assert reasons == [None, Reason.ROLE_UNKNOWN, None, Reason.KEY_EXISTS]
    keys = house.node.keyring(ACME).keys
    assert ("old-1" in keys, "old-2" in keys, "old-3" in keys) == (True, False, True)
    refused = [one.change.event for one in house.store.changes() if isinstance(one.change.event, CommandRefused)]
    assert [one.command for one in refused] == ["grant_to_key", "import_key"]


def test_nobody_does_at_once_what_they_may_not_do_one_by_one(house: House) -> None:
    """Each command is authorized for itself."""
    (answer,) = house.node.carry_out_all(ACME, [group(1)], by=user("nobody@acme.example"))
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.NOT_DELEGATED
    (answer,) = house.node.carry_out_all(AccountName("nowhere"), [group(1)], by=SPONSOR)
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.ACCOUNT_UNKNOWN


def test_a_dry_run_writes_nothing(house: House) -> None:
    """Neither what would be done, nor what would be refused."""
    before = house.node.head()
    answers = house.node.carry_out_all(ACME, [group(1), (bring(1),)], by=SPONSOR, dry=True)
    assert [isinstance(one, Refusal) for one in answers] == [False, True]
    assert house.node.head() == before
    assert "old-1" not in house.node.keyring(ACME).keys


def test_a_key_of_another_account_is_in_nobody_elses_way(house: House) -> None:
    """It is refused, and what stood in the same transaction is done."""
    done(house.node.carry_out(CreateAccount(GLOBEX, ANA), by=OPERATOR))
    done(house.node.carry_out(bring(2, account=GLOBEX), by=SPONSOR))
    answers = house.node.carry_out_all(ACME, [group(number) for number in (1, 2, 3)], by=SPONSOR)
    assert [isinstance(one, Refusal) for one in answers] == [False, True, False]


def test_what_others_changed_meanwhile_is_planned_anew(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written on top of an account that has moved."""
    other, once = house.another(), iter([True])
    planned = house.node._planned_all

    def disturbed(*given: Any) -> Any:
        found = planned(*given)
        if next(once, False):
            done(other.carry_out(CreateRole(ACME, "Meanwhile", frozenset({LIST})), by=SPONSOR))
        return found

    monkeypatch.setattr(house.node, "_planned_all", disturbed)
    (answer,) = house.node.carry_out_all(ACME, [group(1)], by=SPONSOR)
    assert not isinstance(answer, Refusal)
    assert house.node.keyring(ACME) == house.another().keyring(ACME)
    assert [role.name for role in house.node.keyring(ACME).roles.values()] == ["Pedidos", "Meanwhile"]


def test_a_follower_takes_over_what_lies_between_keys_of_many(house: House) -> None:
    """Changes of other kinds and accounts, in their place in the order."""
    other = house.another()
    other.keyring(ACME)
    done(house.node.carry_out(CreateAccount(GLOBEX, ANA), by=OPERATOR))
    other.keyring(GLOBEX)
    for number in range(4):
        house.node.carry_out_all(ACME, [group(number)], by=SPONSOR)
        done(house.node.carry_out(bring(100 + number, account=GLOBEX), by=SPONSOR))
    done(house.node.carry_out(DeactivateKey(ACME, AppKey("old-1")), by=SPONSOR))
    done(house.node.carry_out(DeleteKey(ACME, AppKey("old-2")), by=SPONSOR))
    done(house.node.carry_out(SuspendAccount(GLOBEX), by=OPERATOR))
    other.known.refresh()
    for account in (ACME, GLOBEX):
        assert other.known.remembered(account) == house.node.keyring(account)
    assert other.known.revision == house.node.head()


# -- digests of other systems


def test_every_kind_of_the_account_is_made_whoever_is_named(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown appKey, one of ours and an imported one cost the same; without imported keys nothing is added."""
    made: list[tuple[str, ...]] = []
    digests = foreign.Foreign.digests

    def counted(self: Foreign, kinds: Any, token: str) -> Any:
        made.append(tuple(sorted(kinds)))
        return digests(self, kinds, token)

    monkeypatch.setattr(foreign.Foreign, "digests", counted)
    house.node.check(ACME, shown(1))
    assert made == []
    house.node.carry_out_all(ACME, [(bring(1),), (bring(2, kind=Kind("sha256")),)], by=SPONSOR)
    for number in (1, 2, 99):
        house.node.check(ACME, shown(number, "wrong"))
    own = next(key for key in house.node.keyring(ACME).keys.values() if not key.kind)
    house.node.check(ACME, Request(presented(own.app_key), presented("wrong"), need=Need((LIST,))))
    assert made == [("sha256", "sha512")] * 4


def test_where_another_systems_key_is_missing_nobody_can_tell(house: House) -> None:
    """Not of its keys, and not of unknown ones either; a pair that matches goes on."""
    issued = house.node.issue(ACME, label="ERP 2", by=SPONSOR)
    assert not isinstance(issued, Refusal)
    done(house.node.carry_out(GrantToKey(ACME, RoleId(1), issued.app_key), by=SPONSOR))
    keys = Foreign(PEPPER, [ForeignKey("shop", Algorithm.HMAC_SHA256, b"k" * 32)])
    done(house.node.carry_out(bring(1, kind=Kind("hmac-sha256:shop"), keys=keys), by=SPONSOR))
    for request in (shown(1), shown(99), shown(1, "wrong")):
        assert isinstance(house.node.check(ACME, request).verdict, CannotTell)
    assert isinstance(house.node.check(ACME, asking(issued)).verdict, Allowed)
    missing = Request(presented("old-1"), NOTHING, need=Need((LIST,)))
    assert isinstance(house.node.check(ACME, missing).verdict, Denied)
    house.node._foreign = keys
    done(house.node.carry_out(GrantToKey(ACME, RoleId(1), AppKey("old-1")), by=SPONSOR))
    assert isinstance(house.node.check(ACME, shown(1)).verdict, Allowed)
    assert isinstance(house.node.check(ACME, shown(99)).verdict, Denied)


def test_an_imported_key_is_let_in_where_it_is_adopted(house: House) -> None:
    """By the token that its home knows."""
    done(house.node.carry_out(CreateAccount(GLOBEX, ANA), by=OPERATOR))
    done(house.node.carry_out(bring(5, account=GLOBEX), by=SPONSOR))
    done(house.node.adopt(ACME, AppKey("old-5"), by=SPONSOR))
    done(house.node.carry_out(GrantToKey(ACME, RoleId(1), AppKey("old-5")), by=SPONSOR))
    assert isinstance(house.node.check(ACME, shown(5)).verdict, Allowed)
    assert isinstance(house.node.check(ACME, shown(5, "token 6")).verdict, Denied)


def test_a_key_is_found_by_its_token_of_whatever_kind(house: House) -> None:
    """Ours, imported, and nobody's."""
    issued = house.node.issue(ACME, label="ERP 2", by=SPONSOR)
    assert not isinstance(issued, Refusal)
    house.node.carry_out_all(ACME, [group(1)], by=SPONSOR)
    ours, brought, nobodys = house.node.holders([issued.token, Secret("token 1"), Secret("token 2")])
    assert [one.app_key for one in ours] == [issued.app_key]
    assert [one.app_key for one in brought] == ["old-1"]
    assert not nobodys


def test_an_imported_key_is_an_event_without_the_other_systems_digest(house: House) -> None:
    """What the audit holds opens nothing."""
    command = bring(1)
    change = done(house.node.carry_out(command, by=SPONSOR))
    assert isinstance(change.event, KeyImported)
    raw = Algorithm.SHA512.digest(b"token 1", b"")
    assert change.event.digest not in {raw, raw[:32]}
    assert raw.hex() not in repr(change) + repr(command)
