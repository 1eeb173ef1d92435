"""Sessions of people: begun with a password, known by a secret that only the browser has, ended at any time.

A session says who somebody is, not what they may do: that is the account's affair at each request. Whether its user is
still there, and has still the same password, is asked by whoever lets a session in.
"""

from __future__ import annotations

import base64
import hmac
from contextlib import suppress
from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from chaveiro.core.credential import DIGEST_BYTES, Secret
from chaveiro.core.names import Moment
from chaveiro.core.session import Session, SessionId
from chaveiro.stores.port import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chaveiro.core.names import AccountName, Email
    from chaveiro.stores.port import Store

IDLE_SECONDS: Final = 8 * 3600
LIFE_SECONDS: Final = 7 * 86_400
TOUCH_SECONDS: Final = 60  # a session in use is written down so often at most
FRESH_SECONDS: Final = 600  # how long a password that was given stands for what needs it again
SESSIONS_MAX: Final = 50  # of one user; the one unseen for longest ends
AGENT_LENGTH_MAX: Final = 200
ADDRESS_LENGTH_MAX: Final = 64

_SECRET_BYTES: Final = 32
_SECRET_LENGTH: Final = 43
_ID_BYTES: Final = 8
_MASK_BYTES: Final = 32
_PURPOSE: Final = b"chaveiro/session/v1"
_CSRF: Final = b"chaveiro/csrf/v1"


class Sessions:
    """The sessions of one installation."""

    def __init__(
        self, store: Store, *, pepper: bytes, clock: Callable[[], Moment], mint: Callable[[int], bytes]
    ) -> None:
        """*mint* gives that many unpredictable bytes."""
        self._store = store
        self._key = blake2b(_PURPOSE, key=pepper, digest_size=DIGEST_BYTES).digest()
        self._clock = clock
        self._mint = mint
        self.refused = 0  # that browsers showed, and that there were not or not any more

    def begin(self, account: AccountName, email: Email, *, address: str, agent: str) -> tuple[Secret, Session]:
        """Begin a session of somebody whose password was right. The secret is for the browser alone."""
        now = self._clock()
        text = _coded(self._mint(_SECRET_BYTES))
        session = Session(
            id=SessionId(self._mint(_ID_BYTES).hex()),
            account=account,
            email=email,
            began=now,
            seen=now,
            confirmed=now,
            address=_line(address, ADDRESS_LENGTH_MAX),
            agent=_line(agent, AGENT_LENGTH_MAX),
        )
        self._store.forget_sessions(
            began_before=Moment(now - LIFE_SECONDS), seen_before=Moment(now - IDLE_SECONDS - TOUCH_SECONDS)
        )
        self._store.keep_session(session, digest=self._digest(text))
        self._bound(session)
        return Secret(text), session

    def find(self, text: str, *, used: bool = True) -> Session | None:
        """The session of what a browser shows; None where there is none, or where it is over.

        What nobody did, as it came from a page that only stays open, is no *use* of it.
        """
        found = self._store.session(self._digest(text)) if len(text) == _SECRET_LENGTH else None
        now = self._clock()
        if found is None or _over(found, now):
            self.refused += 1
            return None
        if not used or now - found.seen < TOUCH_SECONDS:
            return found
        with suppress(StoreUnavailable):  # a disk that cannot be written keeps nobody from looking
            self._store.touch_session(found.id, seen=now)
        return replace(found, seen=now)

    def confirm(self, session: Session) -> Session:
        """Note that the password was given once more, and was right."""
        now = self._clock()
        self._store.touch_session(session.id, seen=now, confirmed=now)
        return replace(session, seen=now, confirmed=now)

    def is_fresh(self, session: Session) -> bool:
        """Say whether the password was given so lately that it need not be asked for again."""
        return 0 <= self._clock() - session.confirmed <= FRESH_SECONDS

    def of(self, account: AccountName, email: Email | None = None) -> Sequence[Session]:
        """The sessions of an account, or of one of its users, that are not over; newest first."""
        now = self._clock()
        return tuple(one for one in self._store.sessions(account, email) if not _over(one, now))

    def end(self, account: AccountName, *ids: SessionId) -> None:
        """End these sessions of an account."""
        self._store.end_sessions(account, ids)

    # -- forms

    def csrf(self, text: str) -> str:
        """A word for the forms of whoever shows *text*, another one each time, so that no response repeats a secret."""
        mask = self._mint(_MASK_BYTES)
        return _coded(mask + _xor(mask, _proof(text)))

    def csrf_matches(self, text: str, token: str) -> bool:
        """Say whether a form was made for whoever shows *text*."""
        try:
            raw = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except ValueError:
            return False
        mask, masked = raw[:_MASK_BYTES], raw[_MASK_BYTES:]
        return hmac.compare_digest(_xor(mask, masked), _proof(text))

    # -- inside

    def _digest(self, text: str) -> bytes:
        return blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=DIGEST_BYTES).digest()

    def _bound(self, new: Session) -> None:
        """End what one user has too many of, though not the one that just began."""
        others = [one for one in self._store.sessions(new.account, new.email) if one.id != new.id]
        longest_unseen = sorted(others, key=lambda one: (one.seen, one.began))
        if ending := longest_unseen[: max(0, len(others) + 1 - SESSIONS_MAX)]:
            self._store.end_sessions(new.account, [one.id for one in ending])


def _over(session: Session, now: Moment) -> bool:
    return now - session.seen > IDLE_SECONDS or now - session.began > LIFE_SECONDS


def _line(text: str, length_max: int) -> str:
    """What a browser says of itself, as one line that can be kept and shown."""
    return "".join(one if one.isprintable() else "?" for one in text[:length_max])


def _proof(text: str) -> bytes:
    """What forms prove: it follows from the secret, and the secret not from it."""
    return hmac.digest(text.encode("utf-8", "surrogatepass"), _CSRF, "sha256")


def _xor(mask: bytes, value: bytes) -> bytes:
    """Both as one; nothing where they are not of the same length, which is no proof of anything."""
    return bytes(a ^ b for a, b in zip(mask, value, strict=True)) if len(mask) == len(value) else b""


def _coded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
