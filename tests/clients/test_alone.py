"""Chaveiro without a gateway: it speaks TLS for VTEX's hosts itself, to whoever needs License Manager and no more."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from tests.clients.programs import Client, speaking
from tests.clients.shop import Shop, opened_alone


@pytest.fixture(scope="module")
def shop(folder: Path) -> Iterator[Shop]:
    with opened_alone(folder) as shop:
        yield shop


def test_it_speaks_tls_to_clients_itself(shop: Shop, vtex: Client) -> None:
    """A client that trusts the authority reaches it under the account's own host."""
    assert vtex.call("alive", shop.pairs["good"]).data["status"] == 200
    assert shop.proxy.opened["acme.vtexcommercestable.com.br:443"]


def test_a_client_that_trusts_another_authority_sends_it_nothing(shop: Shop, tmp_path: Path) -> None:
    """These tests show something only because clients look at certificates."""
    another = tmp_path / "another.pem"
    trustme.CA().cert_pem.write_to_path(another)
    with speaking("vtex", replace(shop, authority=another), tmp_path) as vtex:
        assert vtex.call("alive", shop.pairs["good"]).raised == "requests.exceptions.SSLError"


# -- these ask what Chaveiro does not answer without the door of VTEX


def test_the_account_is_read(shop: Shop, vtexpy: Client) -> None:
    """The same account as through a gateway."""
    told = vtexpy.call("account", shop.pairs["good"])
    assert not told.raised, told
    assert told.data["account_name"] == "acme"
