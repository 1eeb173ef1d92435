"""The files of deploy/, as they are shipped: whole configurations of gateways, which the tests start."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

NGINX: Final = "nginx/nginx.conf"
NGINX_VTEX: Final = "nginx/vtex.conf"
CADDY: Final = "caddy/Caddyfile"


def gateway_file(name: str) -> str | None:
    """The text of a file: packaged, or in the checkout it came from. None where it is in neither."""
    package = Path(str(files("chaveiro")))
    for folder in (package, package.parents[1]):
        file = folder / "deploy" / name
        if file.is_file():
            return file.read_text("utf-8")
    return None
