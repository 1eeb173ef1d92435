"""New credentials out of fresh randomness, and the form in which they are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chaveiro.core.credential import (
    KEY_ID_BYTES,
    LINK_SECRET_BYTES,
    TOKEN_SECRET_BYTES,
    VTEX_KEY_BYTES,
    VTEX_TOKEN_BYTES,
    Format,
    Secret,
    digest,
    mint_key,
    mint_link_secret,
    mint_token,
    mint_vtex_key,
    mint_vtex_token,
)
from chaveiro.core.names import AppKey, KeyId

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaveiro.core.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Mint:
    """Where an installation makes its credentials. *randomness* gives that many unpredictable bytes."""

    pepper: bytes = field(repr=False)
    randomness: Callable[[int], bytes]

    def pair(self, keyring: Keyring) -> tuple[AppKey, Secret]:
        """A pair in the account's format."""
        if keyring.format is Format.NATIVE:
            app_key = mint_key(self.randomness(KEY_ID_BYTES))
        else:
            app_key = mint_vtex_key(keyring.account, self.randomness(VTEX_KEY_BYTES))
        return app_key, self.token(app_key)

    def token(self, app_key: AppKey) -> Secret:
        """A token in the format of its key."""
        if app_key.startswith("vtexappkey-"):
            return mint_vtex_token(self.randomness(VTEX_TOKEN_BYTES))
        return mint_token(app_key, self.randomness(TOKEN_SECRET_BYTES))

    def key_id(self) -> KeyId:
        """An id for a new key."""
        return KeyId(self.randomness(16).hex())

    def link_secret(self) -> Secret:
        """The secret of a link that works once."""
        return mint_link_secret(self.randomness(LINK_SECRET_BYTES))

    def kept(self, secret: Secret) -> bytes:
        """What is kept of a secret."""
        return digest(self.pepper, secret.reveal())
