"""Sealed tokens: opened with the link's key, by the browser's own cryptography, and by nothing else."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from secrets import token_bytes

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tests.clients.programs import ENVIRONMENTS

from chaveiro.core.credential import Secret, mint_key, mint_token
from chaveiro.handover import NONCE_BYTES, sealed

NODE = shutil.which(str(ENVIRONMENTS / "node" / "bin" / "node")) or shutil.which("node")
TOKEN = mint_token(mint_key(bytes(10)), bytes(33)).reveal()
_OPEN = """
const { key, data } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const plain = (text) => atob(text.replaceAll("-", "+").replaceAll("_", "/"));
const bytes = (text) => Uint8Array.from(plain(text), (one) => one.charCodeAt(0));
(async () => {
  const whole = bytes(data);
  const made = await crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["decrypt"]);
  const open = await crypto.subtle.decrypt({ name: "AES-GCM", iv: whole.slice(0, 12) }, made, whole.slice(12));
  process.stdout.write(new TextDecoder().decode(open));
})();
"""


def opened(key: str, data: bytes) -> str:
    raw = base64.urlsafe_b64decode(key + "=")
    return AESGCM(raw).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], None).decode()


def test_the_link_s_key_opens_it() -> None:
    """256 bits, written so that they need no escaping in a URL."""
    key, data = sealed(Secret(TOKEN), mint=token_bytes)
    assert opened(key.reveal(), data) == TOKEN
    assert len(key.reveal()) == 43
    assert key.reveal().replace("-", "").replace("_", "").isalnum()


@pytest.mark.skipif(NODE is None, reason="no node here: `make clients` brings it")
def test_a_browser_opens_it() -> None:
    """With WebCrypto, as the page behind the link does."""
    assert NODE is not None
    key, data = sealed(Secret(TOKEN), mint=token_bytes)
    asked = json.dumps({"key": key.reveal(), "data": base64.b64encode(data).decode()})
    done = subprocess.run([NODE, "-e", _OPEN], input=asked, capture_output=True, text=True, check=True)
    assert done.stdout == TOKEN


def test_what_is_kept_says_nothing() -> None:
    """Neither token nor key is in it, no two are alike, and neither is shown where it is looked at."""
    found = [sealed(Secret(TOKEN), mint=token_bytes) for _ in range(10)]
    assert len({key.reveal() for key, _ in found} | {data[:NONCE_BYTES].hex() for _, data in found}) == 20
    for key, data in found:
        assert TOKEN.encode() not in data
        assert base64.urlsafe_b64decode(key.reveal() + "=") not in data
        assert key.reveal() not in repr((key, data))


def test_what_was_touched_does_not_open() -> None:
    """One bit more or less, anywhere; nor does another link's key open it."""
    key, data = sealed(Secret(TOKEN), mint=token_bytes)
    for at in range(len(data)):
        with pytest.raises(InvalidTag):
            opened(key.reveal(), data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    with pytest.raises(InvalidTag):
        opened(sealed(Secret(TOKEN), mint=token_bytes)[0].reveal(), data)
