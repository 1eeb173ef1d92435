"""What a pasted request asks for: method, target and host, as the program that sends it would send them."""

import base64

import pytest

from chaveiro.core.attempt import Carrier, Field, Transport, presented
from chaveiro.doors.pasted.forms import BYTES_MAX, bounded, curl_command, recognised
from chaveiro.doors.pasted.found import Asked, PasteMalformed

KEY, TOKEN = "vtexappkey-acme-ABCDEF", "A" * 128
PAIR = f"-H 'X-VTEX-API-AppKey: {KEY}' -H 'X-VTEX-API-AppToken: {TOKEN}'"
HEADERS = f"X-VTEX-API-AppKey: {KEY}\nX-VTEX-API-AppToken: {TOKEN}"


def asked(text: str) -> Asked:
    found = recognised(text).asked
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("command", "method", "target"),
    [
        ("curl https://a.example/api/orders?page=2", "GET", "/api/orders?page=2"),
        ("curl https://a.example", "GET", "/"),
        ("curl 'https://a.example?an=acme#top'", "GET", "/?an=acme"),
        ("curl a.example/api/orders", "GET", "/api/orders"),
        ("curl -sS --url https://a.example/x", "GET", "/x"),
        ("curl -X DELETE https://a.example/x", "DELETE", "/x"),
        ("curl -XPUT https://a.example/x", "PUT", "/x"),
        ("curl --request=PATCH https://a.example/x -d '{}'", "PATCH", "/x"),
        ("curl https://a.example/x --data-raw '{\"a\": 1}'", "POST", "/x"),
        ("curl https://a.example/x --json '{}'", "POST", "/x"),
        ("curl https://a.example/x -F a=b", "POST", "/x"),
        ("curl https://a.example/x -T file", "PUT", "/x"),
        ("curl -sI https://a.example/x", "HEAD", "/x"),
        ("curl --head https://a.example/x", "HEAD", "/x"),
        ("curl -G https://a.example/x -d a=b --data-urlencode 'c=d e'", "GET", "/x?a=b&c=d%20e"),
        ("curl --get 'https://a.example/x?n=1' --data-urlencode 'plain&text'", "GET", "/x?n=1&plain%26text"),
        ("curl https://a.example/x | jq .data", "GET", "/x"),
        ('curl ^"https://a.example/x?a=1^&b=2^" ^\n  -X ^"POST^"', "POST", "/x?a=1&b=2"),
        ("curl.exe `\n  -X POST `\n  https://a.example/x", "POST", "/x"),
    ],
)
def test_a_curl_command_asks_for_what_curl_would_send(command: str, method: str, target: str) -> None:
    """Options stand before and behind the address, joined and apart, from every shell."""
    found = asked(f"{command} {PAIR}")
    assert (found.method, found.target, found.host) == (method, target, "a.example")


def test_a_header_names_the_host_before_the_address() -> None:
    """As curl sends it, so that whoever tests against an address sees the account that is meant."""
    assert asked(f"curl https://203.0.113.7/x -H 'Host: acme.example' {PAIR}").host == "acme.example"
    assert asked(f"curl https://user:word@acme.example:8443/x {PAIR}").host == "acme.example:8443"


@pytest.mark.parametrize(
    ("text", "method", "target", "host", "transport"),
    [
        (f"GET /api/x?a=1 HTTP/1.1\r\nHost: acme.example\r\n{HEADERS}", "GET", "/api/x?a=1", "acme.example", "unknown"),
        (f"POST https://acme.example/x\n{HEADERS}\n\n{{}}", "POST", "/x", "acme.example", "https"),
        (f"  DELETE http://acme.example/x HTTP/1.0\n{HEADERS}", "DELETE", "/x", "acme.example", "http"),
        (f":method: PUT\n:authority: acme.example\n:scheme: https\n:path: /x?y\n{HEADERS}", "PUT", "/x?y",
         "acme.example", "https"),
    ],
)  # fmt: skip
def test_a_request_asks_for_what_its_first_line_says(
    text: str, method: str, target: str, host: str, transport: str
) -> None:
    """As HTTP/1 writes it, with a whole address, and as HTTP/2 is shown."""
    source = recognised(text)
    assert source.asked == Asked(method, target, host, Transport(transport))
    assert [(one.app_key, one.app_token) for one in source.found] == [(presented(KEY), presented(TOKEN))]


@pytest.mark.parametrize("text", [HEADERS, f"APP_KEY={KEY}\nAPP_TOKEN={TOKEN}", f"curl {PAIR}", f"{KEY}\n{TOKEN}"])
def test_a_pair_alone_asks_for_nothing(text: str) -> None:
    """Then whoever judges it must ask."""
    source = recognised(text)
    assert source.found
    assert source.asked is None


@pytest.mark.parametrize("text", ["curl https://acme.example/x", "GET /x HTTP/1.1\nHost: acme.example"])
def test_a_request_without_a_pair_is_a_request_all_the_same(text: str) -> None:
    """That nothing was presented is what is wrong with it."""
    source = recognised(text)
    assert source.found == ()
    assert source.asked is not None
    assert (source.asked.method, source.asked.target) == ("GET", "/x")


@pytest.mark.parametrize("line", ["curl 'https://acme.example/x?{}'", "GET /x?{} HTTP/1.1\nHost: acme.example"])
def test_a_credential_in_the_query_is_seen_and_not_shown(line: str) -> None:
    """It is told as misplaced; what was asked for keeps it out of its repr."""
    source = recognised(line.format(f"appToken={TOKEN}"))
    assert [(one.part, one.carrier) for one in source.found[0].misplaced] == [(Field.TOKEN, Carrier.QUERY)]
    assert TOKEN not in repr(source)


def test_the_request_that_would_be_sent_has_everything_that_was_pasted() -> None:
    """The pair, where it should go, what is misplaced, from where and how it would come."""
    basic = base64.b64encode(f"{KEY}:{TOKEN}".encode()).decode()
    source = recognised(f"curl -X POST https://acme.example/x?y -H 'Authorization: Basic {basic}'")
    assert source.asked is not None
    request = source.found[0].request(source.asked, address="203.0.113.7")
    assert (request.method, request.target, request.address) == ("POST", "/x?y", "203.0.113.7")
    assert request.transport is Transport.SECURE
    assert {one.part for one in request.misplaced} == set(Field)


def test_what_is_no_curl_command_or_too_long_is_refused_without_being_repeated() -> None:
    """The sentence names the remedy, and nothing of what was pasted."""
    with pytest.raises(PasteMalformed) as refused:
        curl_command(f"wget {TOKEN}")
    assert TOKEN not in repr(refused.value)
    with pytest.raises(PasteMalformed):
        bounded("A" * (BYTES_MAX + 1))
