"""A page of the console as it is sent: rendered in one language, closed to everything that is not our own."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from chaveiro.doors.console.static import address, takes_gzip
from chaveiro.wire.answer import NO_STORE, moment
from chaveiro.wire.message import Reply
from chaveiro.words import figures
from chaveiro.words.language import Language, sentences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.wire.message import Headers, Message

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types htmx"
)
# `same-origin`, not `no-referrer`: under that one browsers send forms with `Origin: null`, which we refuse.
_CLOSED: Final = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"clipboard-read=(), camera=(), microphone=(), geolocation=(), payment=()"),
    (b"x-robots-tag", b"noindex"),
    NO_STORE,
)
_HTML: Final = (b"content-type", b"text/html; charset=utf-8")
_JSON: Final = (b"content-type", b"application/json")
_GZIP_FROM: Final = 1024  # bytes; below that it is not worth it
_HERE = Path(__file__).parent


def rendered(template: str, language: Language, values: Mapping[str, Any]) -> str:
    """A template filled in. Every text in it is escaped."""
    return _environment(language).get_template(template).render(values)


def html(text: str, language: Language, *headers: tuple[bytes, bytes], status: int = 200) -> Reply:
    """A page as a reply."""
    told = ((b"content-language", language.tag.encode()), *headers)
    return Reply(status, (_HTML, *_CLOSED, *told), text.encode())


def redirect(to: str, *headers: tuple[bytes, bytes]) -> Reply:
    """Send the browser on to another page of ours, to be read with GET."""
    return Reply(303, ((b"location", to.encode("ascii")), *_CLOSED, *headers))


def data(status: int, body: object, *headers: tuple[bytes, bytes]) -> Reply:
    """What a script of one of our own pages reads."""
    return Reply(status, (_JSON, *_CLOSED, *headers), json.dumps(body).encode())


def download(name: str, content_type: str, body: bytes) -> Reply:
    """A file to be saved, never shown."""
    told = (
        (b"content-type", content_type.encode()),
        (b"content-disposition", f'attachment; filename="{name}"'.encode("ascii")),
    )
    return Reply(200, (*told, *_CLOSED), body)


def compressed(reply: Reply, message: Message) -> Reply:
    """A reply as small as its reader can take it. What a page holds that others may guess at is masked each time."""
    coded = any(name == b"content-encoding" for name, _ in reply.headers)
    if coded or len(reply.body) < _GZIP_FROM or not takes_gzip(message):
        return reply
    headers: Headers = (*reply.headers, (b"content-encoding", b"gzip"), (b"vary", b"Accept-Encoding"))
    return Reply(reply.status, headers, gzip.compress(reply.body, 6, mtime=0))


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(sentences(language), newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    environment.filters["codes"] = codes
    environment.globals |= {
        "static": address,
        "language": language,
        "languages": list(Language),
        "iso": moment,
        "tell_moment": lambda at: figures.moment(at, language),
        "tell_number": lambda count: figures.number(count, language),
    }
    return environment


def codes(text: str) -> Markup:
    """Set what stands between backticks as code."""
    pieces = str(escape(text)).split("`")
    return Markup("".join(f"<code>{one}</code>" if i % 2 else one for i, one in enumerate(pieces)))  # noqa: S704 - escaped
