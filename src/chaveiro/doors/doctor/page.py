"""The doctor page: examines a pair in the browser alone. The server sends files, and never sees what is pasted."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from chaveiro.doors.doctor import words
from chaveiro.wire.answer import plain_problem
from chaveiro.wire.message import Reply
from chaveiro.words.language import Language, language_wanted

PATH: Final = "/doctor"
OFFLINE: Final = f"{PATH}/offline"
CAUSES: Final = "/causes"  # of another door
ICON: Final = f"{CAUSES}/icon.svg"

_HERE = Path(__file__).parent
_SCRIPTS: Final = ("engine.js", "telling.js", "page.js")
_STYLE: Final = "style.css"
WORDS: Final = "words.json"  # what `telling.js` tells with, for the pages of other doors
TYPES: Final = dict.fromkeys(_SCRIPTS, "text/javascript; charset=utf-8") | {_STYLE: "text/css; charset=utf-8"}
_PAGE_SECONDS, _FILE_SECONDS = 3600, 31536000

# Nothing may be fetched, sent or framed, and no text may become markup: what is pasted has no way out.
_CLOSED: Final = (
    "default-src 'none'; {sources}; connect-src 'none'; form-action 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_FRAMED: Final = "; frame-ancestors 'none'"  # a header may say it, an element in the page may not


def doctor_page(path: str, query: str, accept_language: str, public_url: str) -> Reply:
    """Answer a GET below `/doctor`. Nothing that was asked is repeated in the answer."""
    name = path.removeprefix(PATH).strip("/")
    if name in TYPES:
        return _file(name, query)
    if name == WORDS:
        policy = _policy(offline=False)
        return _reply(words.data().encode(), "application/json", policy, f"public, max-age={_PAGE_SECONDS}")
    if name not in {"", "offline"}:
        return plain_problem(404, "Not Found", "there is nothing here; docs/reference/http.md lists every address")
    return _page(language_wanted(query, accept_language), public_url, offline=bool(name))


@cache  # pages are few and never change, and anybody may ask for them
def _page(language: Language, public_url: str, *, offline: bool) -> Reply:
    policy = _policy(offline=offline)
    body = _template().render(
        language=language,
        languages=list(Language),
        text=words.shell(language),
        words=words.data(),
        offline=offline,
        policy=policy,
        path=PATH,
        offline_path=OFFLINE,
        causes=CAUSES if not offline else f"{public_url.rstrip('/')}{CAUSES}" if public_url else "",
        icon=ICON,
        scripts=_SCRIPTS,
        files={name: Markup(_content(name)) for name in TYPES} if offline else {},  # noqa: S704 - our own files
        addresses={name: f"{PATH}/{name}?{_mark(name)}" for name in TYPES},
    )
    headers = (("Content-Language", language.tag), ("Vary", "Accept-Language"))
    return _reply(body.encode(), "text/html; charset=utf-8", policy, f"public, max-age={_PAGE_SECONDS}", *headers)


def _file(name: str, query: str) -> Reply:
    """A file, to be kept for ever where its address names this very content; pages of other doors name none."""
    cached = f"{_FILE_SECONDS}, immutable" if query == _mark(name) else f"{_PAGE_SECONDS}"
    return _reply(_content(name).encode(), TYPES[name], _policy(offline=False), f"public, max-age={cached}")


def _mark(name: str) -> str:
    return f"v={_hash(name).hex()[:12]}"


def _reply(body: bytes, content_type: str, policy: str, cached: str, *headers: tuple[str, str]) -> Reply:
    said = (
        ("Content-Type", content_type),
        ("Cache-Control", cached),
        ("Content-Security-Policy", policy + _FRAMED),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "clipboard-read=(), camera=(), microphone=(), geolocation=()"),
        *headers,
    )
    return Reply(200, tuple((name.lower().encode(), value.encode()) for name, value in said), body)


def _policy(*, offline: bool) -> str:
    scripts = " ".join(_source(name) for name in _SCRIPTS) if offline else "'self'"
    style = _source(_STYLE) if offline else "'self'"
    icons = "data:" if offline else "'self'"
    return _CLOSED.format(sources=f"script-src {scripts}; style-src {style}; img-src {icons}")


def _source(name: str) -> str:
    return f"'sha256-{base64.b64encode(_hash(name)).decode()}'"


@cache
def _content(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


@cache
def _hash(name: str) -> bytes:
    return hashlib.sha256(_content(name).encode()).digest()


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["codes"] = _codes
    return environment.get_template("template.html")


def _codes(text: str) -> Markup:
    """Set what stands between backticks as code."""
    pieces = str(escape(text)).split("`")
    return Markup("".join(f"<code>{one}</code>" if i % 2 else one for i, one in enumerate(pieces)))  # noqa: S704 - escaped
