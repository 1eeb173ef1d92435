"""One bad row, or one bad change, stops nobody but whom it is about."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import suppress
from itertools import product
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from structlog.testing import capture_logs
from tests.core.worlds import ACME, ANA, LIST, NOW, OPERATOR, PEPPER, SPONSOR
from tests.dose import dose
from tests.keys import KEYS
from tests.stores.vandal import OfFile, OfServer, Vandal, opened
from tests.test_node import CATALOGUE, GLOBEX, House, asking, done

from chaveiro.core.attempt import Attempt, Need
from chaveiro.core.cause import Audience, Cause
from chaveiro.core.command import (
    EDIT_API_KEYS,
    ActivateKey,
    AddUser,
    CreateAccount,
    CreateRole,
    DeactivateKey,
    GrantToKey,
    GrantToUser,
    ImportCatalogue,
    Refusal,
)
from chaveiro.core.credential import digest
from chaveiro.core.decision import Allowed, Denied
from chaveiro.core.denial import DenialId
from chaveiro.core.keyring import Actor, ActorKind, Damaged, Part, Revision
from chaveiro.core.names import AccountName, Email, RoleId
from chaveiro.doctor.engine import diagnose
from chaveiro.node import CannotTell, Issued, Node
from chaveiro.stores import codec
from chaveiro.stores.port import StoreUnavailable
from chaveiro.stores.sql.chain import Chain
from chaveiro.stores.sql.rowmacs import RowMacs
from chaveiro.stores.sql.tables import METADATA, row_macs
from chaveiro.wire.answer import denial
from chaveiro.words.explain import explain
from chaveiro.words.language import Language

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.promises.plugin import Proof

    from chaveiro.doctor.engine import Diagnosis
    from chaveiro.words.explain import Explanation


BIA = Email("bia@acme.example")


@pytest.fixture(params=["sqlite", "postgres"])
def vandal(request: pytest.FixtureRequest, tmp_path: Path) -> Vandal:
    if request.param == "sqlite":
        return OfFile(tmp_path / "chaveiro.db")
    return OfServer(request.getfixturevalue("postgres"))


class Two(House):
    """Two accounts on one database: ACME with two keys of which one is revoked, GLOBEX with one."""

    def __init__(self, vandal: Vandal) -> None:
        self.vandal = vandal
        self.database = opened(vandal)
        super().__init__(self.database)
        self.good = self.furnish()
        self.revoked = self._linked(ACME, "revoked")
        done(self.node.carry_out(DeactivateKey(ACME, self.revoked.app_key), by=SPONSOR))
        done(self.node.carry_out(CreateAccount(GLOBEX, ANA), by=OPERATOR))
        done(self.node.carry_out(ImportCatalogue(GLOBEX, CATALOGUE), by=SPONSOR))
        done(self.node.carry_out(CreateRole(GLOBEX, "Pedidos", frozenset({LIST})), by=SPONSOR))
        self.other = self._linked(GLOBEX, "other")

    def _linked(self, account: AccountName, label: str) -> Issued:
        issued = self.node.issue(account, label=label, by=SPONSOR)
        assert isinstance(issued, Issued)
        done(self.node.carry_out(GrantToKey(account, RoleId(1), issued.app_key), by=SPONSOR))
        return issued

    def verdicts(self, node: Node) -> tuple[object, object, object]:
        """What the good key, the revoked one and the other account's are told."""
        return (
            node.check(ACME, asking(self.good)).verdict,
            node.check(ACME, asking(self.revoked)).verdict,
            node.check(GLOBEX, asking(self.other)).verdict,
        )

    def append(self, text: str, mac: str, account: str = ACME) -> None:
        seq = self.database.head().seq + 1
        self.vandal.run("INSERT INTO changes (seq, account, change, mac) VALUES (?, ?, ?, ?)", seq, account, text, mac)

    def genuine_mac(self, text: str, account: str = ACME) -> str:
        """As a newer version of Chaveiro would make it, which has the key."""
        anchor = self.database.anchor()
        assert anchor is not None
        return Chain(KEYS.audit).mac(anchor.mac, anchor.seq + 1, account, text)


@pytest.fixture
def two(vandal: Vandal) -> Iterator[Two]:
    house = Two(vandal)
    yield house
    house.database.close()


def served(house: Two, node: Node) -> bool:
    """Whether the good keys are let through, and the revoked one is told why it is not."""
    good, revoked, other = house.verdicts(node)
    refused = isinstance(revoked, Denied) and revoked.cause is Cause.KEY_INACTIVE
    return isinstance(good, Allowed) and refused and isinstance(other, Allowed)


def mangled(text: str, dice: random.Random) -> str:
    """A change with something wrong about it."""
    at = dice.randrange(len(text))
    value = json.loads(text)
    for name in dice.sample(sorted(value), 2):
        value[name] = dice.choice((None, "", -1, [], {}, "9" * 40, json.loads(text)))
    other: dict[str, Any] = json.loads(text)
    other["event"]["is"] = dice.choice(("KeyTeleported", "", "Change", "accountcreated"))
    choices = (
        text[:at],
        text[:at] + chr(dice.randrange(1, 0x2FF)) + text[at + 1 :],
        json.dumps(value, default=str)[:100_000],
        json.dumps(other),
        "",
        " ",
        "null",
        "[" * 20_000,
        text.replace('"is":"Change"', '"is":"Change","is":"Change"'),
        text[:-1] + ',"later":true}',
        text[:-1] + f',"filler":"{"x" * 200_000}"}}',
        text.replace('"at":', '"at":1e999,"was":'),
    )
    return dice.choice(choices)


def activation(house: Two, app_key: str | None = None) -> str:
    """A change that is well-formed, and that nobody made: the revoked key is back."""
    (made,) = house.vandal.run("SELECT change FROM changes WHERE change LIKE ? ORDER BY seq LIMIT 1", "%KeyDeact%")
    value = json.loads(made[0])
    value["event"] = {"is": "KeyActivated", "app_key": app_key or house.revoked.app_key}
    return json.dumps(value, separators=(",", ":"))


def test_bad_changes_in_the_feed_stop_nobody(two: Two, proof: Proof) -> None:
    """Mutated, blank, huge, of the future, forged: whoever follows goes on, with every real change among them."""
    count = dose(fast=500, merge=2_000, night=20_000) if isinstance(two.vandal, OfFile) else 60
    dice, follower = random.Random(14), two.another()
    texts = [row[0] for row in two.vandal.run("SELECT change FROM changes ORDER BY seq")]
    assert served(two, follower)
    for number in range(count):
        text = dice.choice((mangled(dice.choice(texts), dice), activation(two), activation(two, "nobody")))
        unlike = text not in texts and '"KeyActivated"' not in text
        genuine = (unlike and not readable(text)) or '"nobody"' in text  # else it would be a change like any other
        mac = two.genuine_mac(text) if genuine and dice.random() < 0.5 else dice.choice(("", "00" * 32))
        two.append(text, mac, dice.choice((ACME, ACME, "nobody", "")) if not mac else ACME)
        if number % 10 == 9:
            email = Email(f"u{number}@acme.example")
            done(two.node.carry_out(AddUser(ACME, email, "x"), by=SPONSOR))
            follower.known.refresh()
            assert served(two, follower), text[:200]
            assert served(two, two.node)
            assert email in follower.keyring(ACME).users, "what was really changed meanwhile"
            assert follower.known.revision == two.database.head()
    proof("G14", dose=f"{count} changes", figure="0 crashes, 0 wrong allows, all others served")


def readable(text: str) -> bool:
    try:
        codec.read_change(text)
    except codec.CodecError:
        return False
    return True


def test_a_change_that_was_taken_out_or_edited_before_it_was_followed_revokes_all_the_same(two: Two) -> None:
    """What others do not hear of stands in the rows; what does not follow in the chain makes them look there."""
    for statement in (
        "DELETE FROM changes WHERE seq = ?",
        "DELETE FROM changes WHERE seq >= ? - 1",  # and the one before, which all have followed
        "UPDATE changes SET account = 'globex' WHERE seq = ?",
        "UPDATE changes SET change = replace(change, 'KeyDeactivated', 'KeyActivated') WHERE seq = ?",
        "UPDATE changes SET account = 'globex', change = replace(change, '\"acme\"', '\"globex\"') WHERE seq = ?",
    ):
        follower = two.another()
        assert isinstance(follower.check(ACME, asking(two.good)).verdict, Allowed)
        done(two.node.carry_out(DeactivateKey(ACME, two.good.app_key), by=SPONSOR))
        two.vandal.run(statement, two.database.head().seq)
        done(two.node.carry_out(CreateRole(GLOBEX, f"{statement[:8]} {len(statement)}", frozenset({LIST})), by=SPONSOR))
        follower.known.refresh()
        assert isinstance(follower.check(ACME, asking(two.good)).verdict, Denied)
        done(two.node.carry_out(ActivateKey(ACME, two.good.app_key), by=SPONSOR))


VICTIMS = {
    "keys": "app_key = ?",
    "key_grants": "app_key = ?",
    "users": "email = 'bia@acme.example' AND ? <> ''",
    "row_macs": "name = ?",
}


def test_bad_rows_are_refused_and_stop_nobody(two: Two, proof: Proof) -> None:
    """Blank, huge, negative, of another kind: the key they belong to is refused, and every other key is served."""
    count = dose(fast=500, merge=2_000, night=10_000) if isinstance(two.vandal, OfFile) else 60
    dice, written = random.Random(41), 0
    done(two.node.carry_out(AddUser(ACME, BIA, "Bia"), by=SPONSOR))
    values = ("", " ", "x" * 300_000, "zz" * 32, "nowhere", -1, 0, 1, 9e99, 2**40, None, "10.0.0.0/8 nowhere", "\u202e")
    for table, where in VICTIMS.items():
        two.vandal.run(f"CREATE TABLE aside_{table} AS SELECT * FROM {table}")  # noqa: S608 - our own names, here and below
        for _ in range(count // len(VICTIMS)):
            column = dice.choice(METADATA.tables[table].c.keys())
            change = f"UPDATE {table} SET {column} = ? WHERE {where}"  # noqa: S608 - names of our own tables
            with suppress(sqlite3.Error, psycopg.Error):  # databases know their types
                two.vandal.run(change, dice.choice(values), two.revoked.app_key)
                written += 1
            good, revoked, other = two.verdicts(two.another())
            assert isinstance(good, Allowed)
            assert isinstance(other, Allowed)
            assert isinstance(revoked, Denied)
            two.vandal.run(f"DELETE FROM {table}")  # noqa: S608 - names of our own tables
            two.vandal.run(f"INSERT INTO {table} SELECT * FROM aside_{table}")  # noqa: S608 - names of our own tables
    assert written > count / 3
    assert served(two, two.another()), "and all is as it was"
    proof("G14", dose=f"{count} rows", figure="0 crashes, 0 wrong allows, all others served")


def test_a_damaged_key_is_refused_as_an_unknown_one_and_told_to_whoever_runs_it(two: Two) -> None:
    """A stranger reads what any wrong pair reads; the log has the account, the kind and the count, and no name."""
    unknown = two.node.check(ACME, asking(two.other)).verdict
    two.vandal.run("UPDATE keys SET label = 'x' WHERE app_key = ?", two.good.app_key)
    node = two.another()
    with capture_logs() as logs:
        verdicts = [node.check(ACME, asking(two.good)).verdict for _ in range(3)]
    assert verdicts == [unknown] * 3
    assert isinstance(unknown, Denied)
    assert (unknown.cause, unknown.proven) == (Cause.CREDENTIALS_INVALID, False)
    refused = {"event": "row_refused", "log_level": "error", "account": ACME, "part": "key", "count": 1}
    assert logs == [refused], "once, not with each request"
    assert (node.known.quarantine.now, node.known.quarantine.told) == (1, 1)
    assert node.keyring(ACME).damaged == {Damaged(Part.KEY, two.good.app_key)}


def test_a_genuine_row_that_nobody_can_read_is_one_key(two: Two) -> None:
    """Written with the key by a version that means something else by it: that key is refused, and no other."""
    two.vandal.run("UPDATE keys SET networks = 'nowhere' WHERE app_key = ?", two.revoked.app_key)
    with two.database._database.writing() as connection:
        connection.execute(row_macs.delete().where(row_macs.c.account == ACME))
        RowMacs(KEYS.rows).make(connection, ACME)
    node = two.another()
    good, revoked, other = two.verdicts(node)
    assert (type(good), type(revoked), type(other)) == (Allowed, Denied, Allowed)
    assert node.keyring(ACME).damaged == {Damaged(Part.KEY, two.revoked.app_key)}


def test_keepers_read_that_a_key_s_record_is_damaged_and_strangers_what_any_wrong_pair_reads(two: Two) -> None:
    """The one who can have a backup restored is told so; to whoever sends the pair not one byte differs."""
    unknown = diagnosed(two.node, two.other)
    assert [one.cause for one in unknown.findings] == [Cause.KEY_UNKNOWN]
    two.vandal.run("UPDATE keys SET label = 'x' WHERE app_key = ?", two.good.app_key)
    damaged = diagnosed(two.another(), two.good)
    assert [one.cause for one in damaged.findings] == [Cause.KEY_RECORD_DAMAGED]
    said = explain(damaged.findings[0], to=Audience.KEEPER, language=Language.EN)
    assert "backup" in said.remedy
    assert "issue a new pair" in said.remedy
    for language, to in product(Language, (Audience.STRANGER, Audience.HOLDER)):
        told = [explain(one.findings[0], to=to, language=language) for one in (unknown, damaged)]
        bodies = {body_of(one) for one in told}
        assert len(bodies) == 1
    answers = [two.another().check(ACME, asking(one)) for one in (two.other, two.good)]
    assert answers[0].verdict == answers[1].verdict


def diagnosed(node: Node, pair: Issued) -> Diagnosis:
    """Why ACME refuses a pair."""
    request = asking(pair)
    answer = node.check(ACME, request)
    assert isinstance(answer.verdict, Denied)
    attempt = Attempt(ACME, request.app_key, request.app_token, digest(PEPPER, pair.token.reveal()), Need((LIST,)), NOW)
    return diagnose(node.keyring(ACME), attempt, answer.verdict, digest=lambda text: digest(PEPPER, text))


def body_of(told: Explanation) -> bytes:
    """What a caller reads, with everything that is not about the cause the same."""
    denied = Denied(Cause.CREDENTIALS_INVALID, Revision("0badcafe", 7))
    return denial(denied, told, id=DenialId("01J00000000000000000000000"), required=None, causes="").body


def test_of_a_damaged_account_nobody_can_tell_and_others_go_on(two: Two) -> None:
    """Its keys are neither allowed nor refused; an account that adopted one serves its own keys as ever."""
    done(two.node.adopt(GLOBEX, two.good.app_key, by=SPONSOR))
    done(two.node.carry_out(GrantToKey(GLOBEX, RoleId(1), two.good.app_key), by=SPONSOR))
    assert isinstance(two.node.check(GLOBEX, asking(two.good)).verdict, Allowed)
    two.vandal.run("UPDATE accounts SET https_only = NOT https_only WHERE name = 'acme'")
    node = two.another()
    with capture_logs() as logs:
        assert node.check(ACME, asking(two.good)).verdict == CannotTell()
        assert node.check(ACME, asking(two.good, token="wrong")).verdict == CannotTell()
        assert isinstance(node.check(GLOBEX, asking(two.other)).verdict, Allowed)
        assert node.check(GLOBEX, asking(two.good)).verdict == CannotTell(), "its home may have revoked it"
    assert [one["event"] for one in logs] == ["row_refused"]
    two.vandal.run("UPDATE accounts SET https_only = NOT https_only WHERE name = 'acme'")
    two.clock.boot += 10
    assert isinstance(node.check(ACME, asking(two.good)).verdict, Allowed), "once it is mended"
    assert node.known.quarantine.now == 0


def test_a_damaged_person_can_do_nothing(two: Two) -> None:
    """Not even what they may by a role of theirs that is whole."""
    done(two.node.carry_out(AddUser(ACME, BIA, "Bia"), by=SPONSOR))
    done(two.node.carry_out(CreateRole(ACME, "Chaves", frozenset({EDIT_API_KEYS})), by=SPONSOR))
    done(two.node.carry_out(GrantToUser(ACME, RoleId(2), BIA), by=SPONSOR))
    bia = Actor(ActorKind.USER, BIA)
    assert isinstance(two.another().issue(ACME, label="x", by=bia), Issued)
    two.vandal.run("UPDATE users SET name = 'Bea' WHERE email = ?", BIA)
    assert isinstance(two.another().issue(ACME, label="y", by=bia), Refusal)


def test_text_that_is_none_spoils_its_own_row(tmp_path: Path) -> None:
    """SQLite takes bytes that are no UTF-8; whoever reads them next reads on."""
    house = Two(OfFile(tmp_path / "chaveiro.db"))
    house.vandal.run("UPDATE keys SET label = CAST(X'C3' AS TEXT) WHERE app_key = ?", house.revoked.app_key)
    house.vandal.run(
        "INSERT INTO changes SELECT max(seq) + 1, 'acme', CAST(X'C3' AS TEXT), CAST(X'FF' AS TEXT) FROM changes"
    )
    node = house.another()
    with suppress(StoreUnavailable):
        node.known.refresh()
    node.check(ACME, asking(house.good))  # each may be the first to find out
    node.known.refresh()
    good, revoked, other = house.verdicts(node)
    assert (type(good), type(revoked), type(other)) == (Allowed, Denied, Allowed)
    assert node.keyring(ACME).damaged == {Damaged(Part.KEY, house.revoked.app_key)}
    house.database.close()
