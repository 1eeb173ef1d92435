"""A path is read only where gateway and backend cannot read it differently."""

from urllib.parse import quote, unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chaveiro.catalogue.path import HIDDEN, SHOWN_LENGTH_MAX, canonical, shown, shown_method
from chaveiro.core.attempt import Ambiguous
from chaveiro.core.names import looks_secret

TOKEN = "cvt_1qts2000g40r40m30e209185gr38e1w8124gk2gahc5rr34d1p70x3rfjdrdv74sjnefr1"

READ = [
    ("/", ("",)),
    ("/a", ("a",)),
    ("/a/", ("a", "")),  # the slash at the end makes another path
    ("/api/oms/pvt/orders", ("api", "oms", "pvt", "orders")),
    ("/api/oms/pvt/orders?page=1&f=a/../b;c\\d//", ("api", "oms", "pvt", "orders")),  # a query is no path
    ("/a?", ("a",)),
    ("/a-b_c~d!e$f&g'h(i)j*k+l,m=n:o@p.q", ("a-b_c~d!e$f&g'h(i)j*k+l,m=n:o@p.q",)),
    ("/.well-known/jwks.json", (".well-known", "jwks.json")),
    ("/a/...", ("a", "...")),
    ("/a/.b/..c/d..", ("a", ".b", "..c", "d..")),
    ("/a%20b", ("a b",)),
    ("/a%20b/", ("a b", "")),
    ("/ana%40acme.example", ("ana@acme.example",)),
    ("/caf%C3%A9/caf%c3%a9", ("café", "café")),
    ("/%F0%9F%94%91", ("🔑",)),
    ("/a%2Bb+c", ("a+b+c",)),
]

AMBIGUOUS = [
    ("", "no leading /"),
    ("*", "no leading /"),
    ("api/oms", "no leading /"),
    ("?a", "no leading /"),
    ("acme.example:443", "no leading /"),
    ("http://acme.example/api/oms", "://"),
    ("//", "//"),
    ("//acme.example/a", "//"),
    ("/a//b", "//"),
    ("/a//", "//"),
    ("/.", "."),
    ("/a/./b", "."),
    ("/..", ".."),
    ("/a/../b", ".."),
    ("/a/..", ".."),
    ("/a/%2e%2e/b", "%2E"),
    ("/a/.%2E/b", "%2E"),
    ("/a/b%2Ejson", "%2E"),
    ("/a%2fb", "%2F"),
    ("/a%2Fb", "%2F"),
    ("/a%5cb", "%5C"),
    ("/a%00", "%00"),
    ("/a%0d%0ab", "%0D"),
    ("/a%7f", "%7F"),
    ("/a%C2%85b", "U+0085"),
    ("/a%252fb", "%25"),
    ("/100%25", "%25"),
    ("/a%3Bb", "%3B"),
    ("/a%23b", "%23"),
    ("/a%3Fb", "%3F"),
    ("/%61pi", "%61"),
    ("/a%2Db", "%2D"),
    ("/a;b", ";"),
    ("/a/..;/b", ";"),
    ("/a\\b", "\\"),
    ("/a#b", "#"),
    ("/a?b#c", "#"),
    ("/a?b c", "U+0020"),
    ("/a?b\r\nHost: x", "U+000D"),
    ("/a b", "U+0020"),
    ("/a\tb", "U+0009"),
    ("/a\x00", "U+0000"),
    ("/a\x7f", "U+007F"),
    ("/caf\xc3\xa9", "U+00C3"),
    ("/\u2024\u2024/b", "U+2024"),
    ("/\ud800", "U+D800"),
    ("/a%", "%"),
    ("/a%2", "%"),
    ("/a%zz", "%"),
    ("/a%u002f", "%"),
    ("/a%C3", "UTF-8"),
    ("/a%FF", "UTF-8"),
    ("/a%C0%AF", "UTF-8"),  # an overlong slash
    ("/a%ED%A0%80", "UTF-8"),  # a lone surrogate
    ("/a{b}", "{"),
    ('/a"b', '"'),
    ("/a|b", "|"),
    ("/a<b>", "<"),
    ("/a[b]^`", "["),
]


@pytest.mark.parametrize(("target", "segments"), READ)
def test_a_plain_path_is_read(target: str, segments: tuple[str, ...]) -> None:
    """Segments are decoded once; the query is nobody's path."""
    assert canonical(target) == segments


@pytest.mark.parametrize(("target", "part"), AMBIGUOUS)
def test_a_path_that_can_be_read_in_two_ways_is_refused(target: str, part: str) -> None:
    """What is ambiguous is named by itself, its code or its code point."""
    assert canonical(target) == Ambiguous(part)


PIECES = st.sampled_from(
    ["/", "//", ".", "..", "a", "orders", "%2F", "%2e", "%25", "%", "%C3", "%A9", ";", "\\", "#", "?", "é", " ", "\x00"]
)
TARGETS = st.one_of(
    st.text(), st.lists(PIECES).map("".join), st.text(st.characters(max_codepoint=255)).map("/".__add__)
)


@given(TARGETS)
def test_no_target_surprises(target: str) -> None:
    """Whatever is sent is read, refused and shown; what is named as ambiguous is short and never the caller's text."""
    read = canonical(target)
    if isinstance(read, Ambiguous):
        assert len(read.part) <= len("no leading /")
    seen = shown(target)
    assert len(seen) <= SHOWN_LENGTH_MAX
    assert seen.replace("•", "").replace("…", "").isascii()
    assert seen.isprintable()


@given(TARGETS)
def test_what_is_read_is_read_alike_by_everybody(target: str) -> None:
    """Decoding twice, resolving dots, merging slashes, cutting parameters: none of them makes another path of it."""
    read = canonical(target)
    if isinstance(read, Ambiguous):
        return
    path = target.partition("?")[0]
    assert "/" + "/".join(read) == unquote(path) == unquote(unquote(path))
    assert not {".", ".."} & set(read)
    assert "" not in read[:-1]
    assert not any(mark in segment for segment in read for mark in "/\\;#?%\x00")


@given(st.lists(st.text(st.characters(codec="utf-8", min_codepoint=0xA0), min_size=1), min_size=1))
def test_whatever_a_client_codes_as_it_should_is_read_back(segments: list[str]) -> None:
    """A value without delimiters and dots, percent-coded by a usual library, arrives as it was."""
    spelt = [f"a b@{segment}" for segment in segments]
    assert canonical("/" + "/".join(quote(segment, safe="") for segment in spelt)) == tuple(spelt)


@pytest.mark.parametrize(
    ("target", "seen"),
    [
        ("", ""),
        ("/", "/"),
        ("/api/oms/pvt/orders?appToken=x", "/api/oms/pvt/orders"),
        ("/a#b", "/a"),
        (f"/a/{TOKEN}/b", f"/a/{HIDDEN}/b"),
        (f"/a/{TOKEN.upper()}", f"/a/{HIDDEN}"),
        (f"/a/x=CVT_{TOKEN[4:20].upper()}", f"/a/{HIDDEN}"),
        (f"/a/{'%' + '%'.join(f'{ord(c):02x}' for c in TOKEN)}", f"/a/{HIDDEN}"),
        (f"/a/{quote('%' + '%'.join(f'{ord(c):02x}' for c in TOKEN))}", f"/a/{HIDDEN}"),
        (f"/{'ABCDEFGH' * 16}", f"/{HIDDEN}"),
        (TOKEN, HIDDEN),
        ("http://user:word@acme.example/a", HIDDEN),
        ("/a b\x00é€", "/a%20b%00%C3%A9%E2%82%AC"),
        ("/a b", "/a%20b"),
        ("/é(a)&b", "/%C3%A9(a)&b"),
        ("/\ud800", "/%ED%A0%80"),
        ("/a%2f..;b", "/a%2f..;b"),
        ("/" + "a/" * 99 + "b", "/" + "a/" * 99 + "b"),
        ("/" + "a/" * 200, "/" + "a/" * 99 + "…"),
    ],
)
def test_a_path_is_shown_without_query_and_secrets(target: str, seen: str) -> None:
    """What a record or a message shows of a path gives no credential away."""
    assert shown(target) == seen


@given(st.text("abc/%.", max_size=20), st.sampled_from(["", "x=", "%20"]))
@example("/a/", "")
def test_no_token_is_shown_wherever_it_stands(before: str, glue: str) -> None:
    """A token in a path is hidden with all that touches it."""
    seen = shown(f"{before}{glue}{TOKEN}")
    assert TOKEN not in unquote(unquote(seen))
    assert not looks_secret(unquote(seen).replace("/", " "))


def test_a_method_is_shown_only_if_it_is_one() -> None:
    """A secret in the place of the method stays out of records as well."""
    assert [shown_method(method) for method in ("GET", "get", "M-SEARCH", "", TOKEN, "G T")] == [
        "GET",
        "get",
        "M-SEARCH",
        "",
        HIDDEN,
        HIDDEN,
    ]
