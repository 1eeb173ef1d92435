"""Pages that show every macro of the console, from a small server, under the policy that the console is served with."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

import chaveiro.doors.console
from chaveiro.core.names import Moment
from chaveiro.doors.console.chart import Bucket, timeline
from chaveiro.doors.console.static import FOLDER, address, static_file
from chaveiro.wire.answer import moment
from chaveiro.wire.message import Message
from chaveiro.words import figures
from chaveiro.words.language import Language, sentences

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types htmx"
)
NOW = Moment(1_772_000_000.0)
APP_KEY = "vtexappkey-acme-GALLERY"
APP_TOKEN = "the-token-of-the-gallery-is-no-token-at-all"
SEALING = bytes(range(32))
LINK = f"#01GALLERY.{base64.urlsafe_b64encode(SEALING).decode().rstrip('=')}"
PAGES = {
    "gallery": "gallery.html",
    "setting-up": "setting_up.html",
    "issued": "issued.html",
    "hand-over": "hand_over.html",
}

_HERE = Path(__file__).parent
_TEMPLATES = Path(chaveiro.doors.console.__file__).parent / "templates"


@dataclass
class Gallery:
    """A server that runs, and what was asked of it."""

    origin: str = ""
    asked: list[str] = field(default_factory=list)
    posted: list[str] = field(default_factory=list)


def page(name: str, language: Language = Language.EN) -> str:
    """A page of the gallery, filled in as the console fills in its own."""
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(_HERE), FileSystemLoader(_TEMPLATES)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(sentences(language), newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    environment.globals |= {
        "static": address,
        "language": language,
        "languages": list(Language),
        "iso": moment,
        "tell_moment": lambda at: figures.moment(at, language),
        "tell_number": lambda count: figures.number(count, language),
    }
    return environment.get_template(name).render(
        at=NOW,
        account="acme",
        user=SimpleNamespace(email="ana.maria.de.oliveira@acme.example"),
        visit=SimpleNamespace(invitation=None),
        in_force=None,
        nav=_NAV,
        form_token="a-token",
        fresh=False,
        unconfirmed="",
        notice="The key is renamed.",
        language_links=[(one.value, f"?lang={one.value}") for one in Language],
        app_key=APP_KEY,
        app_token=APP_TOKEN,
        timeline=timeline(_buckets(), language, title="Requests of the last day"),
    )


_ROOMS = ("Overview", "Diagnose", "Failures", "Keys", "Roles", "Users", "Audit", "Health")
_NAV = tuple((name, f"#{name}", name == "Keys", 12 if name == "Failures" else 0) for name in _ROOMS)


def _buckets() -> list[Bucket]:
    names = (
        "The token belongs to another key",
        "The role lacks the resource",
        "The key is inactive",
        "The key is blocked",
        "No pair",
        "Too many requests",
    )
    return [
        Bucket(
            Moment(NOW - 86400 + hour * 3600),
            200 + 37 * hour % 150,
            {name: (hour * (7 + place) + place) % (40 // (place + 1)) for place, name in enumerate(names)},
        )
        for hour in range(24)
    ]


_HTML = (("content-type", "text/html; charset=utf-8"), ("content-security-policy", POLICY))
_JSON = (("content-type", "application/json"),)


class _Server(ThreadingHTTPServer):
    gallery: Gallery


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        asked = self.server.gallery.asked
        asked.append(self.path)
        path = self.path.partition("?")[0]
        if path.startswith(FOLDER):
            self._file()
        elif path == "/fragment":
            count = asked.count("/fragment")
            kept = '<input id="kept" aria-label="Kept while swapping" type="text">'
            more = f"<details><summary>More</summary><p>Told {count} times</p></details>"
            self._answer(200, f"<p>Asked {count} times</p>{kept}{more}".encode(), *_HTML)
        elif (template := PAGES.get(path.strip("/"))) is not None:
            self._answer(200, page(template).encode(), *_HTML)
        else:
            self._answer(204 if path == "/favicon.ico" else 404, b"", *_HTML)

    def do_POST(self) -> None:
        posted = self.server.gallery.posted
        posted.append(self.rfile.read(int(self.headers["content-length"])).decode())
        if self.path != "/hand-over":
            self._answer(200, b"<p>Posted</p>", *_HTML)
        elif len(posted) > 1:
            self._answer(410, b"{}", *_JSON)
        else:
            sealed = bytes(12) + AESGCM(SEALING).encrypt(bytes(12), APP_TOKEN.encode(), None)
            told = {"sealed": base64.urlsafe_b64encode(sealed).decode().rstrip("=")}
            self._answer(200, json.dumps(told).encode(), *_JSON)

    def _file(self) -> None:
        sent = tuple((name.lower().encode(), value.encode()) for name, value in self.headers.items())
        reply = static_file(Message("GET", self.path, sent))
        self._answer(reply.status, reply.body, *((name.decode(), value.decode()) for name, value in reply.headers))

    def _answer(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (*headers, ("content-length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Gallery]:
    """Serve the gallery on a loopback port of its own."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.gallery = Gallery(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.gallery
        finally:
            server.shutdown()
            thread.join()
