"""The chain of changes shows what was done to it."""

from __future__ import annotations

import random
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event
from tests.dose import dose
from tests.keys import KEYS
from tests.stores.histories import ACME, NOON, OTHER, anything, carry_out, create, live
from tests.stores.vandal import OfFile, OfServer, Vandal, opened

from chaveiro.core.names import Moment
from chaveiro.stores.port import Anchor, AppKeyTaken, Break, Harm
from chaveiro.stores.sql import SqlStore
from chaveiro.stores.sql.chain import BEGINNING, Chain, Link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.promises.plugin import Proof

    from chaveiro.core.keyring import Revision

CHAIN = Chain(KEYS.audit)
THIEFS = Chain(bytes(32))  # who has the program, and not the key
TAMPERINGS = dose(fast=1_000, merge=10_000, night=50_000)


def chain_of(length: int, chain: Chain = CHAIN) -> list[Link]:
    """A chain as a store would have made it."""
    links, last = [], BEGINNING
    for seq in range(1, length + 1):
        account, change = ("acme", "other")[seq % 3 == 0], f'{{"at":{seq},"is":"Change"}}'
        last = Anchor(seq, chain.mac(last.mac, seq, account, change))
        links.append(Link(seq, account, change, last.mac))
    return links


def anchor_of(links: list[Link]) -> Anchor:
    return Anchor(links[-1].seq, links[-1].mac)


def renumbered(links: list[Link], chain: Chain | None = None) -> list[Link]:
    """The same changes with no gap between; with another's MACs, where they have a key."""
    made, last = [], BEGINNING
    for seq, link in enumerate(links, 1):
        mac = link.mac if chain is None else chain.mac(last.mac, seq, link.account, link.change)
        last = Anchor(seq, mac)
        made.append(Link(seq, link.account, link.change, mac))
    return made


def edit(links: list[Link], dice: random.Random) -> list[Link]:
    place = dice.randrange(len(links))
    changed = [links[place]._replace(change=links[place].change + " "), links[place]._replace(account="thief")]
    return [*links[:place], dice.choice(changed), *links[place + 1 :]]


def delete(links: list[Link], dice: random.Random) -> list[Link]:
    place = dice.randrange(len(links) - 1)
    left = [*links[:place], *links[place + 1 :]]
    return dice.choice((left, renumbered(left)))


def swap(links: list[Link], dice: random.Random) -> list[Link]:
    one, other = sorted(dice.sample(range(len(links)), 2))
    a, b = links[one], links[other]
    put = [*links]
    put[one], put[other] = b._replace(seq=a.seq), a._replace(seq=b.seq)
    return put


def put_between(links: list[Link], dice: random.Random) -> list[Link]:
    place = dice.randrange(len(links) + 1)
    mac = dice.choice(("", "00" * 32, links[place - 1].mac))
    return renumbered([*links[:place], Link(0, "acme", '{"is":"Change"}', mac), *links[place:]])


def forge(links: list[Link], dice: random.Random) -> list[Link]:
    """Change something, and make every MAC after it anew, by the program's own code and a guessed key."""
    place = dice.randrange(len(links))
    forged = THIEFS.mac(links[place - 1].mac if place else "", links[place].seq, "acme", "{}")
    put = [*links[:place], Link(links[place].seq, "acme", "{}", forged)]
    for link in links[place + 1 :]:
        put.append(link._replace(mac=THIEFS.mac(put[-1].mac, *link[:3])))
    return put


def truncate(links: list[Link], dice: random.Random) -> list[Link]:
    return links[: dice.randrange(len(links))]


KINDS: tuple[Callable[[list[Link], random.Random], list[Link]], ...] = (
    edit,
    delete,
    swap,
    put_between,
    forge,
    truncate,
)


def unseen(*, key: Chain | None, anchored: bool) -> dict[str, int]:
    """How many tamperings of each kind go unseen. Without *key* the thief knows it, as if there were none."""
    dice, missed = random.Random(13), {kind.__name__: 0 for kind in KINDS}
    chain = key or THIEFS
    for number in range(TAMPERINGS):
        links = chain_of(dice.randint(2, 40), chain)
        kind = KINDS[number % len(KINDS)]
        anchor = anchor_of(links) if anchored else None
        missed[kind.__name__] += chain.verified(kind(links, dice), anchor).holds
    return missed


def test_no_tampering_goes_unseen_with_key_and_anchor(proof: Proof) -> None:
    """Edited, deleted, swapped, put between, forged, cut off: each is seen, wherever it is."""
    assert unseen(key=CHAIN, anchored=True) == dict.fromkeys((kind.__name__ for kind in KINDS), 0)
    proof("G13", dose=TAMPERINGS, figure="0 tamperings of six kinds unseen")


def test_without_the_anchor_a_cut_goes_unseen() -> None:
    """And nothing else does: so the anchor is kept elsewhere."""
    found = unseen(key=CHAIN, anchored=False)
    assert found.pop("truncate") == sum(number % len(KINDS) == KINDS.index(truncate) for number in range(TAMPERINGS))
    assert set(found.values()) == {0}


def test_without_the_key_a_forgery_goes_unseen() -> None:
    """Where the thief knows the key, every forged chain holds until an anchor is held against it."""
    found = unseen(key=None, anchored=False)
    assert found["forge"] == sum(number % len(KINDS) == KINDS.index(forge) for number in range(TAMPERINGS))


@pytest.mark.parametrize(
    ("tampered", "expected"),
    [
        (lambda all_: [*all_[:3], all_[3]._replace(change="{}"), *all_[4:]], [Break(4, Harm.CHANGED)]),
        (lambda all_: [*all_[:9], all_[9]._replace(change="{}")], [Break(10, Harm.CHANGED)]),
        (lambda all_: [*all_[:3], *all_[4:]], [Break(4, Harm.MISSING)]),
        (lambda all_: all_[1:], [Break(1, Harm.MISSING)]),
        (lambda all_: [*all_[:3], all_[3]._replace(mac="00"), *all_[4:]], [Break(4, Harm.FORGED)]),
        (lambda all_: [Link(0, "acme", "{}", ""), *all_], [Break(0, Harm.FORGED)]),
        (lambda all_: [*all_, Link(11, "acme", "{}", "")], [Break(11, Harm.FORGED)]),
        (lambda all_: all_[:7], [Break(8, Harm.TRUNCATED)]),
        (lambda _all: [], [Break(1, Harm.TRUNCATED)]),
    ],
)  # fmt: skip
def test_the_place_and_the_harm_are_told(tampered: Callable[[list[Link]], list[Link]], expected: list[Break]) -> None:
    """Where the chain breaks, and what was done there."""
    links = chain_of(10)
    found = CHAIN.verified(tampered(links), anchor_of(links))
    assert list(found.breaks) == expected
    assert found.broken == len(expected)


def test_a_chain_that_goes_on_below_its_anchor_is_told() -> None:
    """Cut off, and continued by Chaveiro itself, which did not know: every MAC is right, and the anchor is not met."""
    links = chain_of(10)
    last = links[6]
    goes_on = []
    for seq in range(8, 13):
        text = f'{{"at":{seq},"is":"Another"}}'
        last = Link(seq, "acme", text, CHAIN.mac(last.mac, seq, "acme", text))
        goes_on.append(last)
    assert CHAIN.verified([*links[:7], *goes_on]).holds
    assert CHAIN.verified([*links[:7], *goes_on], anchor_of(links)).breaks == (Break(10, Harm.TRUNCATED),)


def test_a_line_of_another_history_is_told() -> None:
    """Written with the same key, under the same number, in a database that was put aside: here it follows nothing."""
    links, others = chain_of(10), []
    last = links[3]
    for seq in range(5, 11):
        text = f'{{"at":{seq},"is":"Another"}}'
        last = Link(seq, "acme", text, CHAIN.mac(last.mac, seq, "acme", text))
        others.append(last)
    assert CHAIN.verified([*links[:4], *others]).holds
    for place, other in enumerate(others, 4):
        put = [*links[:place], other, *links[place + 1 :]]
        assert not CHAIN.verified(put, anchor_of(links)).holds


def test_an_older_anchor_holds_in_a_longer_chain() -> None:
    """What was appended since is no harm."""
    links = chain_of(20)
    found = CHAIN.verified(links, Anchor(7, links[6].mac))
    assert (found.holds, found.head, found.changes) == (True, anchor_of(links), 20)


@pytest.fixture(params=["sqlite", "postgres"])
def vandal(request: pytest.FixtureRequest, quick_path: Path) -> Vandal:
    if request.param == "sqlite":
        return OfFile(quick_path / "chaveiro.db")
    return OfServer(request.getfixturevalue("postgres"))


def test_the_entries_are_what_was_acknowledged(vandal: Vandal, proof: Proof) -> None:
    """After thousands of random changes, some of which are broken off halfway, all that was acknowledged has its
    entry, in the chain, once and in its order; and nothing else has.
    """
    count = dose(fast=2_000, merge=10_000, night=50_000) if isinstance(vandal, OfFile) else 100
    store, dice = opened(vandal), random.Random(5)
    told: list[tuple[Revision, str]] = []
    faults = 0
    live(store, [create(), create(OTHER)])
    first = store.head()
    for number in range(count):
        account = dice.choice((ACME, OTHER))
        command = anything(dice, account)
        try:
            with broken_off(store, dice) if number % 5 == 0 else nullcontext():
                revision = carry_out(store, command, at=Moment(NOON + number))
            told.append((revision, account))
        except AppKeyTaken:
            continue
        except Fault:
            faults += 1
    assert faults > count / 40
    assert store.verify(store.anchor()).holds
    entries: list[tuple[Revision, str]] = []
    while page := store.changes(after=entries[-1][0] if entries else first):
        entries += [(one.revision, one.change.account) for one in page]
    assert entries == told
    for account in (ACME, OTHER):
        assert not store.keyring(account).damaged
    store.close()
    proof("G13", dose=f"{count} changes, a fault in every fifth", figure="entries = acknowledgements")


class Fault(Exception):
    """Where a test breaks something off."""


@contextmanager
def broken_off(store: SqlStore, dice: random.Random) -> Iterator[None]:
    """Let one of the next statements fail, if there are so many."""
    left = dice.randint(0, 30)

    def failing(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Fault

    with store._database.writing() as connection:
        engine = connection.engine
    event.listen(engine, "before_cursor_execute", failing)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", failing)


@pytest.mark.parametrize(
    ("statements", "harm"),
    [
        (["UPDATE changes SET change = replace(change, 'name', 'mane') WHERE seq = 7"], Break(7, Harm.CHANGED)),
        (["UPDATE changes SET account = 'other' WHERE seq = 7"], Break(7, Harm.CHANGED)),
        (["DELETE FROM changes WHERE seq = 7"], Break(7, Harm.MISSING)),
        (["DELETE FROM changes WHERE seq > 7"], Break(8, Harm.TRUNCATED)),
        (["UPDATE changes SET mac = '' WHERE seq = 7"], Break(7, Harm.FORGED)),
    ],
)
def test_a_store_says_what_was_done_to_its_chain(vandal: Vandal, statements: list[str], harm: Break) -> None:
    """On either database, by reading it in pages."""
    store, dice = opened(vandal), random.Random(1)
    live(store, [create(), *(anything(dice) for _ in range(20))])
    anchor = store.anchor()
    assert anchor is not None
    assert store.verify(anchor).holds
    assert str(anchor) == f"{anchor.seq}:{anchor.mac}"
    for statement in statements:
        vandal.run(statement)
    assert harm in store.verify(anchor).breaks
    store.close()


def test_an_empty_store_has_no_anchor(vandal: Vandal) -> None:
    """And its chain holds."""
    store = opened(vandal)
    assert store.anchor() is None
    assert store.verify().holds
    store.close()
