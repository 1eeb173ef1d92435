"""The console's files: what is served, how long it is kept, and that what others wrote is what they published."""

import gzip
import hashlib
import tomllib
from pathlib import Path
from typing import Any

import pytest

from chaveiro.doors.console import static
from chaveiro.doors.console.static import FILES, FOLDER, address, static_file
from chaveiro.wire.message import Message, Reply

HERE = Path(static.__file__).parent / "static"
VENDOR = HERE / "vendor"
MANIFEST: list[dict[str, Any]] = tomllib.loads((VENDOR / "manifest.toml").read_text(encoding="utf-8"))["package"]
KEPT = [one for package in MANIFEST for one in (*package["files"], package["licence_text"])]


def got(target: str, accepted: str = "", method: str = "GET") -> tuple[Reply, dict[bytes, bytes]]:
    headers = ((b"accept-encoding", accepted.encode()),) if accepted else ()
    reply = static_file(Message(method, target, headers))
    return reply, dict(reply.headers)


@pytest.mark.parametrize("one", KEPT, ids=lambda one: one["file"])
def test_what_others_wrote_is_what_they_published(one: dict[str, str]) -> None:
    assert hashlib.sha256((VENDOR / one["file"]).read_bytes()).hexdigest() == one["sha256"]


def test_everything_of_others_is_in_the_manifest_with_its_licence() -> None:
    assert {one.name for one in VENDOR.iterdir()} == {one["file"] for one in KEPT} | {"manifest.toml"}
    for package in MANIFEST:
        assert package["name"]
        assert package["version"]
        assert package["licence"] in {"0BSD", "MIT"}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_kept_for_ever_under_an_address_of_its_content(name: str) -> None:
    reply, headers = got(address(name))
    content = (HERE / name).read_bytes()
    assert (reply.status, reply.body, headers[b"content-type"]) == (200, content, FILES[name])
    assert headers[b"cache-control"] == b"public, max-age=31536000, immutable"
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert address(name) == f"{FOLDER}{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5", "GZIP"])
def test_a_file_is_sent_small_to_whoever_takes_it_small(accepted: str) -> None:
    reply, headers = got(address("vendor/htmx.min.js"), accepted)
    assert headers[b"content-encoding"] == b"gzip"
    assert headers[b"vary"] == b"Accept-Encoding"
    assert gzip.decompress(reply.body) == (VENDOR / "htmx.min.js").read_bytes()


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "gzip; q=0.000", "x-gzip-like"])
def test_a_file_is_sent_as_it_is_to_everybody_else(accepted: str) -> None:
    reply, headers = got(address("style.css"), accepted)
    assert b"content-encoding" not in headers
    assert headers[b"vary"] == b"Accept-Encoding"
    assert reply.body == (HERE / "style.css").read_bytes()


@pytest.mark.parametrize(
    "name",
    ["", "../static.py", "%2e%2e/static.py", "vendor/manifest.toml", "vendor/../style.css", "/etc/passwd", "nothing"],
)
def test_nothing_else_is_handed_out(name: str) -> None:
    reply, _ = got(FOLDER + name)
    assert reply.status == 404


def test_a_file_is_only_read() -> None:
    reply, headers = got(address("style.css"), method="POST")
    assert (reply.status, headers[b"allow"]) == (405, b"GET, HEAD")


def test_a_template_names_no_file_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        address("nothing.css")


def test_nothing_is_said_inline() -> None:
    """Neither a style nor a script nor a handler: the policy would refuse it, and only a browser would tell."""
    templates = [one.read_text(encoding="utf-8") for one in (HERE.parent / "templates").rglob("*.html")]
    assert templates
    for text in templates:
        for inline in (
            " style=",
            "<style",
            "<script>",
            " onclick=",
            " onsubmit=",
            " onload=",
            "hx-on",
            "js:",
            "javascript:",
        ):
            assert inline not in text
