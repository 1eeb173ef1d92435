"""One request as it was received: what was said once, what twice, and by which host."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaveiro.wire.message import Message

_NAMES = st.sampled_from([b"host", b"x-original-uri", b"x_original_uri", b"x-original_uri", b"accept"])
_HEADERS = st.lists(st.tuples(_NAMES, st.sampled_from([b"/a", b" /b\t", b""])), max_size=6)


@given(_HEADERS)
def test_what_is_said_under_a_name_is_what_was_said_once_in_its_own_spelling(
    headers: list[tuple[bytes, bytes]],
) -> None:
    """Said twice, or with `_` for `-`, nobody knows what was meant; that it was said is known all the same."""
    message = Message("GET", "/", tuple(headers))
    for name in (b"host", b"x-original-uri", b"accept"):
        meant = [(sent, value) for sent, value in headers if sent.replace(b"_", b"-") == name]
        once = len(meant) == 1 and meant[0][0] == name
        assert message.one(name) == (meant[0][1].strip(b" \t").decode() if once else None)
        assert message.says(name) is bool(meant)
        assert message.names_none_of(frozenset({name})) is not bool(meant)


@pytest.mark.parametrize(
    ("sent", "host"),
    [
        (b"acme.localhost:8080", "acme.localhost"),
        (b"ACME.localhost.", "acme.localhost"),
        (b"[::1]:80", "[::1]"),
        (b"a b", None),
        (b"", None),
        (b"a" * 254, None),
        (b"a" * 400, None),
    ],
)
def test_a_host_is_read_alike_each_time(sent: bytes, host: str | None) -> None:
    """Without its port, in lower case; nonsense and what is too long are none."""
    for _ in range(2):
        assert Message("GET", "/", ((b"host", sent),)).host == host
