"""In VTEX's place, one host serves two: what is Chaveiro's goes to Chaveiro, all else to the API."""

import ssl
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPSConnection

import pytest
from tests.clients.shop import ORDERS_API, Shop

Ask = Callable[[str], tuple[int, str, bytes]]


@pytest.fixture(scope="module")
def ask(shop: Shop) -> Ask:
    """Send a target exactly as written, with a pair that may list orders."""
    trusting = ssl.create_default_context(cafile=shop.authority)

    def asked(target: str) -> tuple[int, str, bytes]:
        with closing(HTTPSConnection("127.0.0.1", shop.proxy.port, context=trusting, timeout=10)) as connection:
            connection.set_tunnel("acme.vtexcommercestable.com.br", 443)
            connection.request("GET", target, headers=shop.pairs["good"].headers)
            answer = connection.getresponse()
            return answer.status, answer.headers.get_content_type(), answer.read()

    return asked


def test_the_link_of_a_problem_leads_to_its_page(ask: Ask) -> None:
    """A problem names its page by a path, which is on the host that was asked."""
    status, kind, page = ask("/causes/no_role_linked")
    assert (status, kind) == (200, "text/html")
    assert b"no_role_linked" in page


@pytest.mark.parametrize("neighbour", ["/api/vlmx/account", "/api/license-managers", "/api/vtexid.json", "/API/vlm"])
def test_what_only_looks_like_chaveiro_s_is_judged_as_the_api_s(ask: Ask, neighbour: str) -> None:
    """A route that the catalogue does not have is refused like any other, and says so."""
    status, _, problem = ask(neighbour)
    assert status == 403
    assert b"route_not_mapped" in problem


@pytest.mark.parametrize(
    "target",
    [
        "/api/vlm/../oms/pvt/orders",
        "/api/vlm/%2e%2e/oms/pvt/orders",
        "/api/vlm/..%2Foms/pvt/orders",
        "/api/vlm//../../oms/pvt/orders",
        f"{ORDERS_API}/../../../vlm/account",
        f"/causes/..{ORDERS_API}",
        "/api%2Fvlm/account",
        "//api/vlm/account",
    ],
)
def test_a_path_that_leads_from_one_to_the_other_leads_nowhere(shop: Shop, ask: Ask, target: str) -> None:
    """The gateway chooses by the path as it reads it, and hands it on as it was sent: whoever gets it refuses it."""
    shop.orders.received.clear()
    status, _, _ = ask(target)
    assert 400 <= status < 500
    assert not shop.orders.received
