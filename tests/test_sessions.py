"""Sessions: begun, found by their secret alone, over in time, bounded; and what their forms prove."""

from __future__ import annotations

import base64
import hashlib
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaveiro.core.names import AccountName, Email, Moment
from chaveiro.sessions import (
    AGENT_LENGTH_MAX,
    FRESH_SECONDS,
    IDLE_SECONDS,
    LIFE_SECONDS,
    SESSIONS_MAX,
    TOUCH_SECONDS,
    Sessions,
)
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chaveiro.core.credential import Secret
    from chaveiro.core.session import Session, SessionId

ACME, OTHER = AccountName("acme"), AccountName("other")
ANA, BIA = Email("ana@acme.example"), Email("bia@acme.example")
PEPPER = bytes(range(32))
START = 1_800_000_000.0


def minting() -> Iterator[bytes]:
    for number in count():
        yield hashlib.sha256(str(number).encode()).digest()


class Desk:
    """Sessions on a store of their own, with a clock that stands until a test moves it."""

    def __init__(self, store: MemoryStore | None = None, pepper: bytes = PEPPER) -> None:
        self.now = START
        self.store = store or MemoryStore()
        fresh = minting()
        self.sessions = Sessions(
            self.store, pepper=pepper, clock=lambda: Moment(self.now), mint=lambda length: next(fresh)[:length]
        )

    def begin(self, email: Email = ANA, *, account: AccountName = ACME, agent: str = "Firefox") -> tuple[str, Session]:
        secret, session = self.sessions.begin(account, email, address="192.0.2.1", agent=agent)
        return secret.reveal(), session


def test_a_session_is_found_by_its_secret() -> None:
    """Who, since when, from where; 256 bits, and another for each."""
    desk = Desk()
    text, session = desk.begin()
    assert desk.sessions.find(text) == session
    assert (session.account, session.email, session.address, session.agent) == (ACME, ANA, "192.0.2.1", "Firefox")
    assert session.began == session.seen == session.confirmed == START
    assert len(base64.urlsafe_b64decode(text + "=")) == 32
    assert desk.begin()[0] != text


def test_a_secret_is_nowhere_but_with_its_browser() -> None:
    """Neither in the session, nor in what is kept, nor in the repr of what is given; and the id opens nothing."""
    desk = Desk()
    secret, session = desk.sessions.begin(ACME, ANA, address="", agent="")
    held: Secret = secret
    shown = f"{session!r} {held!r} {desk.store.__dict__!r}"
    assert held.reveal() not in shown
    assert desk.sessions.find(session.id) is None
    assert hashlib.blake2b(held.reveal().encode(), digest_size=32).digest() not in desk.store._sessions


def test_another_pepper_s_sessions_are_none_of_ours() -> None:
    """A copied database opens nothing."""
    desk = Desk()
    text, _ = desk.begin()
    assert Desk(desk.store, bytes(32)).sessions.find(text) is None


@pytest.mark.parametrize("text", ["", "x", "A" * 43, "\ud800" * 43, "\x00" * 43, "A" * 100_000])
def test_whatever_else_is_shown_is_no_session(text: str) -> None:
    """Of any length and kind."""
    desk = Desk()
    desk.begin()
    assert desk.sessions.find(text) is None


def test_an_idle_session_is_over() -> None:
    """After eight hours without a request; each one begins them anew."""
    desk = Desk()
    text, _ = desk.begin()
    for _ in range(3):
        desk.now += IDLE_SECONDS
        found = desk.sessions.find(text)
        assert found is not None
        assert found.seen == desk.now
    desk.now += IDLE_SECONDS + 1
    assert desk.sessions.find(text) is None
    assert desk.sessions.of(ACME) == ()


def test_no_session_outlives_a_week() -> None:
    """However busy it is."""
    desk = Desk()
    text, _ = desk.begin()
    while desk.now < START + LIFE_SECONDS:
        desk.now += IDLE_SECONDS / 2
        assert desk.sessions.find(text)
    desk.now = START + LIFE_SECONDS + 1
    assert desk.sessions.find(text) is None
    assert desk.sessions.of(ACME) == ()


def test_a_session_is_written_once_a_minute_at_most() -> None:
    """Whoever clicks through pages does not write at each of them."""
    desk = Desk()
    text, session = desk.begin()
    desk.now += TOUCH_SECONDS - 1
    assert desk.sessions.find(text) == session
    desk.now += 1
    desk.sessions.find(text)
    assert [one.seen for one in desk.store.sessions(ACME)] == [START + TOUCH_SECONDS]


def test_a_store_that_cannot_be_written_still_lets_people_look() -> None:
    """A full disk ends no session."""

    class Full(MemoryStore):
        def touch_session(self, session: SessionId, *, seen: Moment, confirmed: Moment | None = None) -> None:
            raise StoreUnavailable("full")

    desk = Desk(Full())
    text, session = desk.begin()
    desk.now += 3600
    assert desk.sessions.find(text) is not None
    with pytest.raises(StoreUnavailable):
        desk.sessions.confirm(session)


def test_a_password_stands_for_ten_minutes() -> None:
    """Then what needs it asks again, and what was given again stands anew."""
    desk = Desk()
    text, session = desk.begin()
    desk.now += FRESH_SECONDS
    assert desk.sessions.is_fresh(session)
    desk.now += 1
    assert not desk.sessions.is_fresh(session)
    again = desk.sessions.confirm(session)
    assert desk.sessions.is_fresh(again)
    assert desk.sessions.find(text) == again


def test_a_password_of_the_future_is_not_fresh() -> None:
    """A clock that was set back does not lengthen what it stands for."""
    desk = Desk()
    _, session = desk.begin()
    desk.now -= 1
    assert not desk.sessions.is_fresh(session)


def test_sessions_are_ended_by_hand() -> None:
    """One of them, several, and only those of the account."""
    desk = Desk()
    (first, one), (second, two), (third, _) = desk.begin(), desk.begin(BIA), desk.begin(account=OTHER)
    desk.sessions.end(OTHER, one.id, two.id)
    assert desk.sessions.find(first)
    desk.sessions.end(ACME, one.id, two.id)
    assert (desk.sessions.find(first), desk.sessions.find(second)) == (None, None)
    assert desk.sessions.find(third)


def test_one_user_s_sessions_are_bounded() -> None:
    """The one unseen for longest ends; other users lose nothing."""
    desk = Desk()
    bias, _ = desk.begin(BIA)
    texts = []
    for _ in range(SESSIONS_MAX):
        texts.append(desk.begin()[0])
        desk.now += 1
    desk.now += TOUCH_SECONDS
    assert desk.sessions.find(texts[0])
    newest, _ = desk.begin()
    assert len(desk.sessions.of(ACME, ANA)) == SESSIONS_MAX
    assert desk.sessions.find(texts[1]) is None
    assert all(desk.sessions.find(text) for text in (texts[0], texts[2], newest, bias))


def test_a_session_that_just_began_is_never_the_one_that_ends() -> None:
    """Not even where a clock was set back."""
    desk = Desk()
    for _ in range(SESSIONS_MAX):
        desk.begin()
    desk.now -= 3600
    assert desk.sessions.find(desk.begin()[0])


def test_sessions_that_are_over_are_deleted() -> None:
    """By the next one that begins."""
    desk = Desk()
    desk.begin()
    desk.now += IDLE_SECONDS + TOUCH_SECONDS + 1
    _, session = desk.begin(BIA)
    assert desk.store.sessions(ACME) == (session,)


def test_what_a_browser_calls_itself_is_one_short_line() -> None:
    """Whatever it sends."""
    desk = Desk()
    _, session = desk.begin(agent="a\r\n\x00\ud800\u202eb" + "c" * 1000)
    assert session.agent.startswith("a?????b")
    assert len(session.agent) == AGENT_LENGTH_MAX


# -- forms


def test_a_form_s_word_is_of_one_secret() -> None:
    """It matches the session it was made for, each time in another form, and no other session."""
    desk = Desk()
    (mine, _), (theirs, _) = desk.begin(), desk.begin()
    words = [desk.sessions.csrf(mine) for _ in range(20)]
    assert len(set(words)) == 20
    assert len({word[at : at + 8] for word in words for at in (0, 43)}) == 40
    assert all(desk.sessions.csrf_matches(mine, word) for word in words)
    assert not any(desk.sessions.csrf_matches(theirs, word) for word in words)
    assert all(mine not in word for word in words)


STANDING = Desk()
WORD = STANDING.sessions.csrf("secret")


@given(st.text(max_size=100) | st.binary(max_size=70).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_whatever_else_a_form_has_does_not_match(token: str) -> None:
    """Of any length; nothing raises."""
    assert not STANDING.sessions.csrf_matches("secret", token)


@given(st.integers(0, len(WORD) - 2), st.sampled_from("ABCDEFGHIJKLMNOPabcdefghijklmnop0123456789-_"))
def test_a_changed_word_does_not_match(at: int, other: str) -> None:
    """Anywhere in it."""
    changed = WORD[:at] + other + WORD[at + 1 :]
    assert STANDING.sessions.csrf_matches("secret", changed) is (changed == WORD)
