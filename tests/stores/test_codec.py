"""Changes and denials as text."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stores.contract import denial
from tests.stores.histories import ACME, EVERY_EVENT, KEY_1, NOON, OPERATOR, RESOURCES, ROLE_1, live

from chaveiro.core.attempt import Wanted
from chaveiro.core.change import Change
from chaveiro.core.credential import Secret
from chaveiro.core.event import Event, KeyDeactivated, KeyIssued, RoleCreated
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import Moment
from chaveiro.stores import codec
from chaveiro.stores.codec import CodecError
from chaveiro.stores.memory import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Callable


def changes() -> list[Change]:
    store = MemoryStore()
    live(store, EVERY_EVENT)
    return [one.change for one in store.changes()]


def issued() -> dict[str, Any]:
    """A written change that has something of everything."""
    written = [codec.written(one) for one in changes() if isinstance(one.event, KeyIssued)]
    found: dict[str, Any] = json.loads(written[0])
    return found


def test_every_event_has_a_written_form() -> None:
    """Every event is read as it was written."""
    known = changes()
    assert {type(one.event) for one in known} == set(get_args(Event))
    for one in known:
        assert codec.read_change(codec.written(one)) == one


def test_every_kind_of_denial_has_a_written_form() -> None:
    """The kinds of what may be wanted are five, and the contract of stores writes each of them."""
    assert len(get_args(Wanted)) == 5
    assert codec.read_denial(codec.written(denial(1))) == denial(1)


@given(why=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), at=st.floats(0, 1e12))
def test_any_text_and_moment_come_back(why: str, at: float) -> None:
    """Quotes, line breaks, letters of any script and moments of any precision survive."""
    change = Change(ACME, Moment(at), Actor(ActorKind.USER, "ana", "cli"), KeyDeactivated(KEY_1, why))
    assert codec.read_change(codec.written(change)) == change


def test_a_set_is_written_in_one_order() -> None:
    """The same change is the same text in every process, whatever order its sets have there."""
    written = codec.written(Change(ACME, NOON, OPERATOR, RoleCreated(ROLE_1, "r", frozenset(RESOURCES))))
    assert written.index("Não é ASCII") > written.index("ListOrders")
    assert json.loads(written)["event"]["resources"] == sorted([*one] for one in RESOURCES)


def test_written_changes_hold_no_digest_but_in_hexadecimal() -> None:
    """A digest is 64 digits of base 16, which no token is."""
    digest = issued()["event"]["digest"]
    assert len(digest) == 64
    assert set(digest) <= set("0123456789abcdef")


def test_a_secret_has_no_written_form() -> None:
    """A token cannot be stored, wherever somebody might put it."""
    with pytest.raises(CodecError, match="no written form"):
        codec._form(Secret)
    with pytest.raises(CodecError) as caught:
        codec.written(Change(ACME, NOON, OPERATOR, KeyDeactivated(KEY_1, Secret("cvt_secret"))))  # type: ignore[arg-type]
    assert "cvt_secret" not in str(caught.value)


def test_what_cannot_be_read_cannot_be_written() -> None:
    """A value of another type than its annotation is refused when it is written, not when it is needed."""
    event = KeyDeactivated(KEY_1, "")
    wrong: tuple[Change, ...] = (
        Change(ACME, NOON, OPERATOR, replace(event, why=None)),  # type: ignore[arg-type]
        Change(ACME, NOON, OPERATOR, replace(event, why=ActorKind.KEY)),  # type: ignore[arg-type]
        Change(ACME, Moment(float("nan")), OPERATOR, event),
        Change(ACME, Moment(True), OPERATOR, event),  # noqa: FBT003 - a moment that is none
        Change(ACME, NOON, replace(OPERATOR, kind="user"), event),  # type: ignore[arg-type]
        Change(ACME, NOON, OPERATOR, OPERATOR),  # type: ignore[arg-type]
        Change(ACME, NOON, OPERATOR, RoleCreated(ROLE_1, "r", {RESOURCES[0]})),  # type: ignore[arg-type]
        Change(ACME, NOON, OPERATOR, replace(RoleCreated(ROLE_1, "r", frozenset()), role="1")),  # type: ignore[arg-type]
    )
    for change in wrong:
        with pytest.raises(CodecError):
            codec.written(change)


def _event(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda change: change["event"].update(values)


@pytest.mark.parametrize(
    "damage",
    [
        _event(more=1),
        _event(**{"is": "KeyVanished"}),
        _event(**{"is": "Change"}),
        _event(**{"is": None}),
        _event(digest="ABCD"),
        _event(digest="ab cd"),
        _event(digest="abc"),
        _event(digest=None),
        _event(label=7),
        _event(label="a\x00"),
        _event(registered=0),
        _event(registered=None),
        _event(expires="soon"),
        _event(expires=True),
        _event(expires=[1]),
        _event(networks="10.0.0.0/8"),
        _event(networks=["10.0.0.1/8"]),
        _event(networks=["nowhere"]),
        _event(networks=[167772160]),
        _event(networks=None),
        lambda change: change["event"].pop("label"),
        lambda change: change["event"].pop("is"),
        lambda change: change.pop("by"),
        lambda change: change["by"].update(kind="OPERATOR"),
        lambda change: change["by"].update(kind=["user"]),
        lambda change: change.update(event=None),
        lambda change: change.update(event=[]),
        lambda change: change.update(account={}),
        lambda change: change.update(at="now"),
    ],
)
def test_reading_is_strict(damage: Callable[[dict[str, Any]], None]) -> None:
    """An unknown event, a field too many or too few, another type: an error, never a guess."""
    change = issued()
    codec.read_change(json.dumps(change))
    damage(change)
    with pytest.raises(CodecError):
        codec.read_change(json.dumps(change))


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{}", "{", "NaN", '{"is":NaN}', '"Change"', "[" * 100_000, '{"is":"Change","is":"Change"}'],
)
def test_what_is_no_change_is_no_change(text: str) -> None:
    """Text of any kind is refused with the same error."""
    with pytest.raises(CodecError):
        codec.read_change(text)


def test_half_characters_and_doubles_are_not_read() -> None:
    """What could not have been written is not read either."""
    written = json.dumps(issued())
    with pytest.raises(CodecError, match="half of a character"):
        codec.read_change(written.replace("label 1", "\\ud800"))
    created = codec.written(Change(ACME, NOON, OPERATOR, RoleCreated(ROLE_1, "r", frozenset(RESOURCES[:1]))))
    with pytest.raises(CodecError, match="twice"):
        codec.read_change(created.replace('["OMS","ListOrders"]', '["OMS","ListOrders"],["OMS","ListOrders"]'))
    with pytest.raises(CodecError, match="too long or too short"):
        codec.read_change(created.replace('["OMS","ListOrders"]', '["OMS"]'))
    with pytest.raises(CodecError, match=r"`Change\.at`"):
        codec.read_change(created.replace(f'"at":{NOON}', '"at":1e999'))


def test_errors_quote_nothing() -> None:
    """What is wrong is said with the place, not with the value."""
    change = issued()
    change["event"]["digest"] = "cvt_secret"
    with pytest.raises(CodecError, match=r"`Change.event`: `KeyIssued.digest`") as caught:
        codec.read_change(json.dumps(change))
    assert "cvt_secret" not in str(caught.value)
