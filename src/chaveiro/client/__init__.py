"""A Chaveiro that runs elsewhere, asked over HTTP. Needs the extra `client` (httpx)."""

from chaveiro.client.client import Client

__all__ = ["Client"]
