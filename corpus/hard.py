"""Hard and ambiguous cases: what is least or first is not obvious, or nobody can tell."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Final

from msgspec import structs

from chaveiro.core.cause import Cause
from chaveiro.core.keyring import Grant
from chaveiro.core.names import AppKey, Moment
from corpus import damage, slips
from corpus.encoder import BODY, UPPER, Pair, letters, native_key, native_pair, native_token, tag
from corpus.faults import Change, Fault, damaged, fault
from corpus.scene import ACME, MARK, NOW, ORDERS, PRICES, Scene, key_of
from corpus.store_faults import store_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STORE: Final = {one.cause: one for one in store_faults()}


def hard_faults() -> Iterator[tuple[str, tuple[Fault, ...], tuple[int, ...]]]:
    """The shape of the pair, the faults in the order in which they happen, and the order in which they must be told."""
    for one in (*_on_the_way(), *_of_the_pair(), *_roles()):
        yield "native", (one,), (0,)
    for one in _legacy():
        yield "vtex", (one,), (0,)
    typo = damaged("token", "one_character_wrong", slips.one_wrong)
    # A token in capitals that stands in the appKey's field: the capitals are told of the field or of the token.
    capitals = fault("capitals", Cause.TOKEN_LETTER_CASE_CHANGED, _token_upper, Cause.KEY_LETTER_CASE_CHANGED)
    yield "native", (STORE[Cause.TOKEN_ROTATED], typo), (1, 0)
    yield "native", (fault("swapped", Cause.FIELDS_SWAPPED, _swapped), capitals), (0, 1)
    yield "native", (damaged("key", "one_character_wrong", slips.one_wrong), typo), (0, 1)
    yield "native", (STORE[Cause.NO_ROLE_LINKED], STORE[Cause.ROUTE_NOT_MAPPED]), (0, 1)


def _swapped(scene: Scene, _random: Random) -> Scene:
    return replace(scene, key=scene.token, token=scene.key)


def _token_upper(scene: Scene, _random: Random) -> Scene:
    """The token in capitals, in whichever field it stands."""
    return (
        scene.sends("key", scene.key.upper())
        if scene.key == scene.pair.token
        else scene.sends("token", scene.pair.token.upper())
    )


def _sends(make: Callable[[Scene, Random], str | None]) -> Change:
    return lambda scene, random: scene.sends("token", text) if (text := make(scene, random)) else None


def _on_the_way() -> Iterator[Fault]:
    wrong = Cause.TOKEN_ONE_CHARACTER_WRONG
    yield fault(
        "1 a client ends the header at its line break", Cause.TOKEN_TRUNCATED, _sends(lambda s, _: (s.token or "")[:40])
    )
    yield fault("2 a proxy drops the underscore's header", Cause.TOKEN_MISSING, lambda s, _: s.sends("token", None))
    yield fault("3 cut after ten characters", Cause.TOKEN_TRUNCATED, _sends(_ten_left))
    yield fault("19 doubled inside a run", Cause.TOKEN_CHARACTER_EXTRA, _sends(_run_doubled))
    yield fault("20 dropped from a run", Cause.TOKEN_CHARACTER_MISSING, _sends(_run_shortened))
    yield fault(
        "21 the user's password", Cause.TOKEN_UNRECOGNISED, _sends(lambda _, r: f"Tr0ub4dor&{r.randint(0, 99)}")
    )
    yield fault("22 inside 2 KiB of JSON", Cause.VALUE_OVERSIZED, _sends(_in_long_json))
    yield fault(
        "22 inside a little JSON",
        Cause.TOKEN_EXTRA_TEXT,
        _sends(lambda s, _: json.dumps({"t": s.token, "n": 1})),
        Cause.TOKEN_LABEL_PREFIX,
        Cause.TOKEN_SURROUNDING_QUOTES,
    )
    yield fault("26 empty", Cause.TOKEN_EMPTY, lambda s, _: s.sends("token", ""))
    yield fault("26 null in quotes", Cause.TOKEN_PLACEHOLDER_VALUE, lambda s, _: s.sends("token", '"null"'))
    yield fault("26 null", Cause.TOKEN_PLACEHOLDER_VALUE, lambda s, _: s.sends("token", "null"))
    yield fault(
        "27 right-to-left mark",
        Cause.TOKEN_INVISIBLE_CHARACTERS,
        _sends(_right_to_left),
    )
    yield fault("28 y and z exchanged", wrong, _sends(_qwertz(1)))
    yield fault(
        "28 y and z exchanged, twice",
        Cause.TOKEN_TWO_CHARACTERS_WRONG,
        _sends(_qwertz(2)),
        Cause.TOKEN_CHARACTERS_TRANSPOSED,
    )
    yield fault("28 y and z exchanged, thrice", Cause.TOKEN_SEVERAL_CHARACTERS_WRONG, _sends(_qwertz(3)))


def _of_the_pair() -> Iterator[Fault]:
    yield fault("5 of a key without a role", Cause.PAIR_MISMATCH, _key_without_role)
    yield fault(
        "10 128 letters for a native key",
        Cause.PAIR_MISMATCH,
        _sends(lambda _, r: letters(r, 128)),
        Cause.TOKEN_FOREIGN_CREDENTIAL,
    )
    yield fault("11 of another installation", Cause.KEY_UNKNOWN, _other_installation)
    yield fault("12 tags agree, the other key is known", Cause.TOKEN_OF_ANOTHER_KEY, _coincidence(known=True))
    yield fault("12 tags agree, the other key is not known", Cause.TOKEN_NEVER_ISSUED, _coincidence(known=False))
    yield fault(
        "18 five wrong, another token may be nearer",
        Cause.TOKEN_MISTYPED_BEYOND_REPAIR,
        _sends(_five_wrong),
        Cause.TOKEN_SEVERAL_CHARACTERS_WRONG,
    )
    yield replace(STORE[Cause.REGISTERED_TOKEN_SUSPECT], name="24 registered wrongly")
    yield replace(STORE[Cause.REGISTERED_PAIR_SWAPPED], name="24 registered swapped")
    yield fault("25 expired a second ago", Cause.KEY_EXPIRED, lambda s, _: s.with_key(expires=Moment(NOW - 1)))


def _roles() -> Iterator[Fault]:
    yield fault("13 a dead link that gave nothing of this", Cause.PERMISSION_MISSING_RESOURCE, _dead_beside_live)
    yield replace(STORE[Cause.GRANT_NOT_PROPAGATED], name="14 granted three seconds ago")


def _legacy() -> Iterator[Fault]:
    yield fault("8 two typos without a check part", Cause.TOKEN_UNVERIFIABLE, _letters_wrong(2))
    yield fault("30 one typo without a check part", Cause.TOKEN_ONE_CHARACTER_WRONG, _letters_wrong(1))
    yield fault("30 two letters exchanged", Cause.TOKEN_CHARACTERS_TRANSPOSED, _letters_exchanged)
    yield fault("9 all in small letters", Cause.TOKEN_LETTER_CASE_CHANGED, _sends(lambda s, _: (s.token or "").lower()))


# --------------------------------------------------------------------------------------------------------- how they are


def _ten_left(scene: Scene, random: Random) -> str:
    return (scene.token or "")[: random.randint(10, 14)]


def _right_to_left(scene: Scene, random: Random) -> str:
    return damage.insert(scene.token or "", "\u200f", random.randrange(74))


def _letters(_scene: Scene, random: Random) -> str:
    return letters(random, 128)


def _run_doubled(scene: Scene, random: Random) -> str | None:
    text = scene.token or ""
    runs = [at for at in range(BODY, len(text) - 1) if text[at] == text[at + 1]]
    return damage.insert(text, text[at], at) if runs and (at := random.choice(runs)) else None


def _run_shortened(scene: Scene, random: Random) -> str | None:
    """Not at the very end, where it is as true that the end was cut."""
    text = scene.token or ""
    runs = [at for at in range(BODY, len(text) - 2) if text[at] == text[at + 1]]
    return text[:at] + text[at + 1 :] if runs and (at := random.choice(runs)) else None


def _in_long_json(scene: Scene, random: Random) -> str:
    return json.dumps({"appKey": scene.key, "appToken": scene.token, "note": letters(random, 2048)})


def _qwertz(count: int) -> Callable[[Scene, Random], str | None]:
    """The letters y and z exchanged, as on a console that thinks of another keyboard."""

    def make(scene: Scene, _random: Random) -> str | None:
        text = scene.token or ""
        return text.translate(str.maketrans("yz", "zy")) if sum(c in "yz" for c in text) == count else None

    return make


def _key_without_role(scene: Scene, _random: Random) -> Scene:
    """The right token, under another key of the account that has no role."""
    other = AppKey(scene.other.key)
    keys = {**scene.keyring.keys, other: structs.replace(scene.keyring.keys[other], grants=())}
    return scene.with_keyring(keys=keys).sends("key", other)


def _other_installation(scene: Scene, random: Random) -> Scene:
    theirs = native_pair(random)
    return scene.sends("key", theirs.key).sends("token", theirs.token)


def _coincidence(*, known: bool) -> Change:
    """Two keys whose tags agree, though they differ: among two thousand there is such a pair, as with birthdays."""

    def change(scene: Scene, random: Random) -> Scene | None:
        seen: dict[str, str] = {}
        while True:
            key = native_key(random.getrandbits(80))
            twin = seen.setdefault(tag(key), key)
            if twin != key:
                break
        ours, theirs = (Pair(one, native_token(one, random.getrandbits(260))) for one in (key, twin))
        keys = {AppKey(pair.key): key_of(pair, "twin", ORDERS) for pair in ((ours, theirs) if known else (ours,))}
        changed = scene.with_keyring(keys={**scene.keyring.keys, **keys})
        return changed.sends("key", ours.key).sends("token", theirs.token)

    return change


def _five_wrong(scene: Scene, random: Random) -> str:
    return slips.wrong(scene.token or "", random, 5)[0]


def _dead_beside_live(scene: Scene, _random: Random) -> Scene:
    grants = (Grant(PRICES, ACME, MARK), Grant(ORDERS, ACME, MARK, Moment(NOW - 60)))
    changed = scene.with_key(grants=grants)
    return replace(changed, method="POST", target="/api/oms/pvt/orders/v1-01/cancel")


def _letters_wrong(count: int) -> Change:
    def change(scene: Scene, random: Random) -> Scene:
        text = scene.token or ""
        for at in random.sample(range(128), count):
            text = damage.replace_at(text, at, random.choice(UPPER.replace(text[at], "")))
        return replace(scene.sends("token", text), search=True)

    return change


def _letters_exchanged(scene: Scene, random: Random) -> Scene | None:
    text = scene.token or ""
    at = random.randrange(127)
    changed = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return replace(scene.sends("token", changed), search=True) if changed != text else None
