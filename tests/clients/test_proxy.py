"""The proxy of the tests: nothing leaves this machine, whatever a client tries."""

import ssl

import httpx
import pytest
from tests.clients.proxy import Proxy, proxying
from tests.clients.shop import HOSTS
from tests.gateways.gates import Script, answering, free_port


def through(proxy: Proxy) -> httpx.Client:
    return httpx.Client(proxy=proxy.url, verify=ssl.create_default_context(), timeout=10)


@pytest.mark.parametrize(
    "url",
    [
        "https://vtex.example/",
        "https://acme.vtexcommercestable.com.br:8443/",
        "https://acme.vtexcommercestable.com.br.evil.example/",
        "https://a.b.vtexcommercestable.com.br/",
        "https://vtexcommercestable.com.br/",
        "https://127.0.0.1/",
    ],
)
def test_it_opens_no_tunnel_elsewhere(url: str) -> None:
    """Another host, another port and a host that only looks like one are refused, and counted."""
    with proxying(HOSTS, to=free_port()) as proxy, through(proxy) as client:
        with pytest.raises(httpx.ProxyError, match="403"):
            client.get(url)
        assert sum(proxy.refused.values()) == 1
        assert not proxy.opened


def test_it_passes_no_request_on_in_clear() -> None:
    """It is a proxy for tunnels alone; what it notes of anything else has no query, which may carry a token."""
    answered = Script()
    with answering(answered) as behind, proxying(HOSTS, to=behind) as proxy, through(proxy) as client:
        assert client.get("http://acme.vtexcommercestable.com.br/?authToken=secret").status_code == 403
        assert dict(proxy.refused) == {"GET http://acme.vtexcommercestable.com.br/": 1}
        assert not answered.received


def test_a_client_meets_the_certificate_of_whoever_it_asked_for() -> None:
    """The tunnel is the client's own: a server without TLS behind it is found out by the client, not hidden by us."""
    with answering(Script()) as behind, proxying(HOSTS, to=behind) as proxy, through(proxy) as client:
        with pytest.raises(httpx.ConnectError, match="SSL"):
            client.get("https://acme.vtexcommercestable.com.br/")
        assert dict(proxy.opened) == {"acme.vtexcommercestable.com.br:443": 1}
