"""Handing a token over: sealed here, opened by the browser of whoever has the link, never readable in between.

The key is in the link's fragment alone, which no browser sends: whoever has the database has no token, and whoever
reads the server's logs has neither.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chaveiro.core.credential import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12  # what AES-GCM takes as it is (NIST SP 800-38D)


def sealed(token: Secret, *, mint: Callable[[int], bytes]) -> tuple[Secret, bytes]:
    """A new key for the link, and the token under it: AES-256-GCM, nonce first. *mint* gives unpredictable bytes."""
    key, nonce = mint(KEY_BYTES), mint(NONCE_BYTES)
    data = nonce + AESGCM(key).encrypt(nonce, token.reveal().encode(), None)
    return Secret(base64.urlsafe_b64encode(key).decode().rstrip("=")), data
