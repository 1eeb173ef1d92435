"""Reading a pair: nothing is repaired, everything is counted, and what travels elsewhere is recognised."""

import base64

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chaveiro.core.attempt import Carrier, Field, Misplaced
from chaveiro.core.credential import mint_key, mint_token, mint_vtex_token
from chaveiro.core.names import AccountName
from chaveiro.wire.message import Message
from chaveiro.wire.read import APP_KEY_HEADER, APP_TOKEN_HEADER, OTHER_PARAMETER, Pair, pair, pair_of

KEY = mint_key(bytes(10))
TOKEN = mint_token(KEY, bytes(33)).reveal()
OTHER = mint_token(KEY, bytes(range(33))).reveal()
ACME = AccountName("acme")
QUERY, HEADER = Carrier.QUERY, Carrier.OTHER_HEADER


def read(*headers: tuple[str, str | bytes], query: str = "") -> Pair:
    coded = [(name.lower().encode(), value if isinstance(value, bytes) else value.encode()) for name, value in headers]
    found = pair(coded, query)
    assert pair_of(Message("GET", "/", tuple(coded)), query) == found
    return found


def test_both_headers_once_are_a_pair() -> None:
    """Two headers, in whatever letter case, give exactly their values."""
    found = read(("X-VTEX-API-AppKey", KEY), ("x-vtex-api-APPTOKEN", TOKEN), ("Accept", "*/*"))
    assert (found.app_key.text, found.app_token.text) == (KEY, TOKEN)
    assert (found.app_key.count, found.app_token.count) == (1, 1)
    assert not found.misplaced


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (" \t value \t ", "value"),
        ("a b", "a b"),
        ("\u00a0value\u2003", "\u00a0value\u2003"),
        ('"value "', '"value "'),
        ("valué", "valué"),
        (b"valu\xe9", "valué"),
        ("", ""),
    ],
)
def test_only_blanks_that_http_does_not_count_are_trimmed(value: str | bytes, kept: str) -> None:
    """SP and HTAB at both ends are no part of a field value; whatever else was sent stays for the doctor to see."""
    assert read(("X-VTEX-API-AppToken", value)).app_token.text == kept


@pytest.mark.parametrize(
    ("headers", "count"),
    [
        ((("X-VTEX-API-AppToken", TOKEN), ("X-VTEX-API-AppToken", TOKEN)), 2),
        ((("X-VTEX-API-AppToken", TOKEN), ("X_VTEX_API_AppToken", OTHER)), 2),
        ((("X-VTEX-API_AppToken", OTHER), ("X-VTEX-API-AppToken", TOKEN)), 2),
        ((("X-VTEX-API-AppToken", TOKEN), ("X_VTEX_API_APPTOKEN", "")), 2),
        ((("X-VTEX-API-AppToken", f"{TOKEN}, {OTHER}"),), 2),
        ((("X-VTEX-API-AppToken", f"{TOKEN} ,{TOKEN}"), ("X-VTEX-API-AppToken", OTHER)), 3),
        ((("X-VTEX-API-AppToken", f"{TOKEN},"),), 1),
        ((("X-VTEX-API-AppToken", "a,b"),), 1),
    ],
)
def test_every_value_counts_whatever_its_spelling(headers: tuple[tuple[str, str], ...], count: int) -> None:
    """A repetition, a second spelling and a list are all second values: the next reader might take that one."""
    found = read(("X-VTEX-API-AppKey", KEY), *headers)
    assert found.app_token.count == count
    assert not found.misplaced


@pytest.mark.parametrize(
    ("name", "part", "told"),
    [
        ("X_VTEX_API_APPKEY", Field.KEY, "X_VTEX_API_APPKEY"),
        ("x_vtex_api_apptoken", Field.TOKEN, "X_VTEX_API_APPTOKEN"),
        ("X-VTEX-API-App-Key", Field.KEY, "X-VTEX-API-App-Key"),
        ("vtex-api-appkey", Field.KEY, "VTEX-API-AppKey"),
        ("AppKey", Field.KEY, "AppKey"),
        ("apptoken", Field.TOKEN, "AppToken"),
        ("X-Api-Key", Field.KEY, "X-API-Key"),
        ("X-PROVIDER-API-AppToken", Field.TOKEN, "X-Provider-API-AppToken"),
        ("x-auth-token", Field.TOKEN, "X-Auth-Token"),
    ],
)
def test_known_wrong_names_are_recognised(name: str, part: Field, told: str) -> None:
    """A pair under another name is not read, but its owner can be told which name was used."""
    found = read((name, "whatever"))
    assert found == Pair(found.app_key, found.app_token, (Misplaced(part, HEADER, told),))
    assert found.app_key.count == found.app_token.count == 0


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        (f"Bearer {TOKEN}", [Field.TOKEN]),
        (f"AppKeyToken {KEY}:{TOKEN}", [Field.TOKEN, Field.KEY]),
        ("Basic " + base64.b64encode(f"{KEY}:{TOKEN}".encode()).decode(), [Field.TOKEN, Field.KEY]),
        (
            "Basic " + base64.b64encode(f"vtexappkey-acme-ABCDEF:{'Q' * 128}".encode()).decode(),
            [Field.TOKEN, Field.KEY],
        ),
        ("Basic not base64 at all", []),
        ("Bearer eyJhbGciOiJFUzI1NiJ9.e30.c2ln", []),
        ("Basic " + base64.b64encode(b"\xff\xfe").decode(), []),
    ],
)
def test_authorization_is_read_only_for_what_is_surely_ours(value: str, parts: list[Field]) -> None:
    """Backends have uses of their own for `Authorization`; only our own formats are recognised in it."""
    assert [one.part for one in read(("Authorization", value)).misplaced] == parts


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (f"appKey={KEY}&appToken=x", [(Field.KEY, "AppKey"), (Field.TOKEN, "AppToken")]),
        ("app_token=secret", [(Field.TOKEN, "App-Token")]),
        ("X-VTEX-API-AppToken=secret", [(Field.TOKEN, "X-VTEX-API-AppToken")]),
        (f"q={TOKEN}", [(Field.TOKEN, OTHER_PARAMETER)]),
        (f"api_key={KEY}", [(Field.KEY, "API-Key")]),
        (f"{TOKEN}", [(Field.TOKEN, OTHER_PARAMETER)]),
        (f"q={mint_vtex_token(bytes(range(96))).reveal()}", [(Field.TOKEN, OTHER_PARAMETER)]),
        (f"q=%63vt_{TOKEN[4:]}", [(Field.TOKEN, OTHER_PARAMETER)]),
        ("a=" + "x" * 70, [(Field.TOKEN, OTHER_PARAMETER)]),
        ("appToken=", []),
        ("an=acme&page=2&token=abc&key=1;api_key=2", []),
    ],
)
def test_credentials_in_the_query_are_found(query: str, told: list[tuple[Field, str]]) -> None:
    """By the names people use, and by values that can only be ours; the value itself is not kept."""
    assert read(query=query).misplaced == tuple(Misplaced(part, QUERY, name) for part, name in told)


def test_with_a_pair_in_its_headers_a_long_cursor_is_no_token() -> None:
    """Pages are often continued with long opaque values; refusing them would break APIs that work."""
    headers = (("X-VTEX-API-AppKey", KEY), ("X-VTEX-API-AppToken", TOKEN))
    assert not read(*headers, query="after=" + "x" * 70).misplaced
    assert not read(*headers, query=f"appKey={KEY}").misplaced, "an appKey is public"
    assert read(*headers, query=f"after={OTHER}").misplaced, "a token in a URL is logged everywhere"


@given(st.lists(st.tuples(st.binary(max_size=24), st.binary(max_size=80))), st.text(max_size=200))
def test_reading_never_fails_and_shows_nothing(headers: list[tuple[bytes, bytes]], query: str) -> None:
    """Whatever bytes arrive give a pair whose repr holds none of them."""
    sent = [*headers, (APP_KEY_HEADER, b"secret-key"), (APP_TOKEN_HEADER, b"secret-token")]
    found = pair(sent, query)
    assert found.app_key.count >= 1
    assert "secret" not in repr(found)


_NAMES = st.sampled_from(
    [APP_KEY_HEADER, APP_TOKEN_HEADER, b"x_vtex_api_appkey", b"app_token", b"x-api-key", b"authorization", b"accept"]
)
_VALUES = st.sampled_from([KEY, TOKEN, OTHER, f"{TOKEN},{OTHER}", f" {TOKEN}\t", f"Bearer {TOKEN}", "", "\u00e9"])


@given(
    st.lists(st.tuples(_NAMES, _VALUES.map(str.encode)), max_size=5),
    st.sampled_from(["", "page=2", f"appToken={TOKEN}", f"x={KEY}"]),
)
@example(
    [(APP_KEY_HEADER, KEY.encode()), (APP_TOKEN_HEADER, TOKEN.encode()), (b"x-api-key", OTHER.encode())], ""
)  # chance alone finds it in some runs, and in others not
def test_a_message_s_pair_is_its_headers_pair(headers: list[tuple[bytes, bytes]], query: str) -> None:
    """However it is read: whatever was sent, how often and where, is found alike."""
    assert pair_of(Message("GET", "/", tuple(headers)), query) == pair(headers, query)
