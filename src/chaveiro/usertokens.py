"""User tokens: what VTEX clients get for a pair, or for being a user, and show instead of it for some hours.

A token is an ES256 JWT with VTEX's claims. It proves only whom it was given to, and when: whether that key or user may
still do anything is decided at each request by the account as it is then, so a token never outlives a revoke.

The signing keys follow from the installation's secret, a new one every 30 days: every process has the same without
asking a store, and the next one is published before it is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b, sha256
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from chaveiro.core.attempt import UserToken
from chaveiro.core.names import AccountName, Moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaveiro.core.names import Email

PERIOD_SECONDS: Final = 30 * 86_400  # how long one signing key signs
KEY_SECONDS: Final = 6 * 3600  # how long a token that was given for a pair lasts
USER_SECONDS: Final = 24 * 3600  # how long a user's lasts
LENGTH_MAX: Final = 2048
ISSUER: Final = "token-emitter"
AUDIENCE: Final = "admin"
ALGORITHM: Final = "ES256"
NUMBER: Final = "appTokenNumber"  # a claim of our own: a token given for a retired appToken ends with it
ISSUED: Final = "issuedAt"  # likewise: VTEX's `iat` has whole seconds, in which a user can be removed and added anew

_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the group of P-256 (FIPS 186)
_PURPOSE: Final = b"chaveiro/user-token/v1:"


@dataclass(frozen=True, slots=True)
class Given:
    """A user token at the one moment when it is handed out."""

    text: str = field(repr=False)
    expires: Moment


@lru_cache(maxsize=100_000)
def user_id(email: Email) -> UUID:
    """The id by which VTEX's clients know a user: it follows from the e-mail address. A key has one of its own."""
    return uuid5(NAMESPACE_URL, f"urn:chaveiro:user:{email}")


class UserTokens:
    """Gives user tokens, and reads the ones that it gave."""

    def __init__(self, secret: bytes, *, clock: Callable[[], Moment], mint: Callable[[int], bytes]) -> None:
        """Derive all signing keys from *secret*. *mint* gives that many unpredictable bytes."""
        self._clock = clock
        self._mint = mint
        self._key = lru_cache(maxsize=8)(lambda period: _derived(secret, period))

    def give(self, subject: str, account: AccountName, *, id: UUID, number: int = 0) -> Given:  # noqa: A002 - its name
        """Make a token for a key, *number* saying which of its appTokens was shown, or for a user (0)."""
        at = self._clock()
        now = int(at)
        expires = now + (KEY_SECONDS if number else USER_SECONDS)
        key = self._key(self._period())
        claims: dict[str, Any] = {
            "sub": subject,
            "account": account,
            "audience": AUDIENCE,
            "exp": expires,
            "userId": str(id),
            "iat": now,
            "iss": ISSUER,
            "jti": str(UUID(bytes=self._mint(16), version=4)),
            NUMBER: number,
            ISSUED: at,
        }
        if not number:
            claims["sess"] = str(UUID(bytes=self._mint(16), version=4))
        text = jwt.encode({"alg": ALGORITHM, "kid": key.kid, "typ": "jwt"}, claims, key, algorithms=[ALGORITHM])
        return Given(text, Moment(expires))

    def read(self, text: str) -> UserToken | None:
        """What a token says; None where its signature is not ours. It may have expired. Never raises."""
        if not text.isascii() or len(text) > LENGTH_MAX:
            return None
        try:
            return _claimed(jwt.decode(text, KeySet([*self._current()]), algorithms=[ALGORITHM]).claims)
        except (JoseError, ValueError, TypeError, KeyError, RecursionError):
            return None

    def jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The public keys that tokens are, were or will be signed with (RFC 7517)."""
        public = [dict(key.as_dict(private=False)) for key in self._current()]
        return {"keys": [{**key, "use": "sig", "alg": ALGORITHM} for key in public]}

    def _current(self) -> list[ECKey]:
        """The keys of this period first, then the one before, for tokens that still last, and the one to come."""
        now = self._period()
        return [self._key(period) for period in (now, now - 1, now + 1)]

    def _period(self) -> int:
        return int(self._clock()) // PERIOD_SECONDS


def _claimed(claims: dict[str, Any]) -> UserToken:
    """The claims of a token of ours. Raises KeyError or ValueError for whatever else our keys might have signed."""
    if claims["iss"] != ISSUER or claims["audience"] != AUDIENCE:
        msg = "another purpose"
        raise ValueError(msg)
    return UserToken(
        subject=str(claims["sub"]),
        account=AccountName(str(claims["account"])),
        number=int(claims[NUMBER]),
        issued=Moment(float(claims[ISSUED])),
        expires=Moment(int(claims["exp"])),
    )


def _derived(secret: bytes, period: int) -> ECKey:
    """One period's signing key, with its id: 40 hexadecimal digits, as VTEX has them."""
    seed = blake2b(_PURPOSE + str(period).encode(), key=secret[:64], digest_size=64).digest()
    private = ec.derive_private_key(int.from_bytes(seed) % (_ORDER - 1) + 1, ec.SECP256R1())
    kid = sha256(ECKey(private, private).thumbprint().encode()).hexdigest()[:40].upper()
    return ECKey(private, private, {"kid": kid})
