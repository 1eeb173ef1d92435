"""The pages that explain causes: what the `type` of every problem links to. In a browser, HTML; for programs, JSON."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from chaveiro.core.attempt import Field
from chaveiro.core.cause import Audience, Cause, Stage
from chaveiro.core.decision import Denied
from chaveiro.core.denial import DenialId
from chaveiro.core.keyring import Revision
from chaveiro.doors.causes.examples import examples
from chaveiro.doors.causes.kinship import related
from chaveiro.doors.causes.samples import APP_KEY, sample
from chaveiro.wire.answer import denial, unavailable
from chaveiro.words import figures
from chaveiro.words.causes import TEXTS
from chaveiro.words.explain import Explanation, explain
from chaveiro.words.language import N_, Language, language_wanted, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chaveiro.wire.message import Reply

INDEX: Final = "/causes"
DOCTOR: Final = "/doctor"  # a page of another door
STYLE: Final = f"{INDEX}/style.css"
ICON: Final = f"{INDEX}/icon.svg"
ACCEPT_LENGTH_MAX: Final = 1000
NAME_LENGTH_MAX: Final = 24  # what a phone shows on one line
SAMPLE_HOST: Final = "https://auth.example"
SAMPLE_DENIAL: Final = DenialId("01KJTEK43RZ8Q0X2V6M4W9N7BD")

_HERE = Path(__file__).parent
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
_PAGE_SECONDS, _FILE_SECONDS = 3600, 31536000
_FILES = {STYLE: ("style.css", "text/css; charset=utf-8"), ICON: ("icon.svg", "image/svg+xml")}
_MEDIA_RANGE = re.compile(r"\s*([\w.+*-]+/[\w.+*-]+)\s*(?:;\s*[qQ]=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?")
_CODE = re.compile(r"`([^`]+)`|(X-VTEX-API-App(?:Key|Token))")

_NAMES = frozenset(Cause)

# Found by keepers after the fact, and no answer that a caller ever gets from here.
_TOLD_LATER = frozenset({Cause.UPSTREAM_DENIED, Cause.FIXED_SINCE})

_STAGES: tuple[tuple[Stage, str, str], ...] = (
    (Stage.PRESENCE, N_("Is there a pair?"), N_("Told from the request alone, so everybody reads these.")),
    (Stage.RELATION, N_("Is each value in its place?"), N_("Told from the request alone, so everybody reads these.")),
    (Stage.SHAPE, N_("Is each value whole?"), N_("Told from the request alone, so everybody reads these.")),
    (
        Stage.IDENTITY,
        N_("Is the pair known?"),
        N_("Callers read one and the same answer for all of these. Keepers of the account's keys read which it was."),
    ),
    (
        Stage.LIFECYCLE,
        N_("Are account and key in force?"),
        N_("Callers read these once their pair has matched."),
    ),
    (Stage.CONTEXT, N_("From where, and how often?"), N_("Callers read these once their pair has matched.")),
    (
        Stage.AUTHORIZATION,
        N_("May the key do this?"),
        N_("Callers read these once their pair has matched. What they read always names the required permission."),
    ),
    (Stage.ELSEWHERE, N_("Or was it something else?"), N_("No judgement of the pair and its roles.")),
)


@dataclass(frozen=True, slots=True)
class Page:
    """A reply, ready to be sent: *headers* hold the content type too."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...]


def page(path: str, query: str, accept: str, accept_language: str) -> Page:
    """Answer a GET below `/causes`. Nothing that was asked is repeated in the answer."""
    if path in _FILES:
        return _file(path)
    language = language_wanted(query, accept_language)
    name = path.removeprefix(INDEX).strip("/")
    if not name:
        return _index(language, json_wanted=_prefers_json(accept))
    if name not in _NAMES:
        return _unknown(language, json_wanted=_prefers_json(accept))
    return _cause(Cause(name), language, json_wanted=_prefers_json(accept))


@cache  # pages are few and never change, and anybody may ask for them
def _index(language: Language, *, json_wanted: bool) -> Page:
    if json_wanted:
        return _json(200, _index_values(language), language)
    return _html(200, "index.html", language, INDEX, stages=_stages(language))


@cache
def _unknown(language: Language, *, json_wanted: bool) -> Page:
    if json_wanted:
        return _json(404, {"title": _not_found(language)}, language)
    return _html(404, "unknown.html", language, "")


@cache
def _cause(cause: Cause, language: Language, *, json_wanted: bool) -> Page:
    if json_wanted:
        return _json(200, _values(cause, language), language)
    return _html(200, "cause.html", language, f"{INDEX}/{cause}", **_told(cause, language))


def _not_found(language: Language) -> str:
    return sentences(language).gettext(N_("There is no such cause"))


def _told(cause: Cause, language: Language) -> dict[str, Any]:
    """What a cause's page says."""
    keeper = explain(sample(cause), to=Audience.KEEPER, language=language)
    caller = None if cause in _TOLD_LATER else explain(sample(cause), to=_caller(cause), language=language)
    return {
        "cause": cause,
        "keeper": keeper,
        "caller": caller,
        "text": explain(sample(cause), to=max(cause.audience, Audience.HOLDER), language=language),
        "coarser": caller is not None and caller.cause is not cause,
        "examples": examples(cause),
        "answer": "" if caller is None else _answer(caller),
        "related": [(one, _title(one, language)) for one in related(cause)],
        "from_request": cause.stage <= Stage.SHAPE,
        "has_figures": any(name in TEXTS[cause].detail for name in (f"{{{fact}}}" for fact in cause.facts)),
    }


def _caller(cause: Cause) -> Audience:
    proven = Stage.LIFECYCLE <= cause.stage <= Stage.AUTHORIZATION or cause is Cause.UNKNOWN_CAUSE
    return Audience.HOLDER if proven else Audience.STRANGER


def _title(cause: Cause, language: Language) -> str:
    return explain(sample(cause), to=Audience.KEEPER, language=language).title


def _answer(told: Explanation) -> str:
    """The answer that a caller gets, written by the same function that answers requests."""
    if told.cause is Cause.AUTHORIZATION_UNAVAILABLE:
        return _shown(unavailable(told, retry_after_seconds=5, causes=SAMPLE_HOST))
    proven = told.cause.stage > Stage.IDENTITY
    denied = Denied(told.cause, Revision("", 0), APP_KEY if proven else None)
    return _shown(denial(denied, told, id=SAMPLE_DENIAL, required=None, causes=SAMPLE_HOST))


def _shown(reply: Reply) -> str:
    head = [
        f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}",
        *(f"{name.decode()}: {value.decode()}" for name, value in reply.headers),
    ]
    values = json.loads(reply.body).items()
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in values)
    return "\n".join((*head, "", "{", lines, "}"))


def _stages(language: Language) -> Iterator[tuple[str, str, list[tuple[str, list[tuple[Cause, str]]]]]]:
    spoken = sentences(language)
    for stage, title, intro in _STAGES:
        rows = [_row(cause, language) for cause in Cause if cause.stage is stage and cause.of(Field.KEY) is cause]
        yield spoken.gettext(title), spoken.gettext(intro), rows


def _row(cause: Cause, language: Language) -> tuple[str, list[tuple[Cause, str]]]:
    """A line of the index: the causes of either value share one."""
    if cause.field is None:
        return _title(cause, language), [(cause, cause.value)]
    either = figures.listed(figures.FIELDS.values(), language, either=True)
    title = sentences(language).gettext(TEXTS[cause].title).format(field=either, header="")
    return title, [(cause.of(part), figures.FIELDS[part]) for part in Field]


def _values(cause: Cause, language: Language) -> dict[str, Any]:
    told = _told(cause, language)
    text, caller = told["text"], told["caller"]
    return {
        "cause": cause.value,
        "stage": cause.stage.name.lower(),
        "code": cause.code.value,
        "status": cause.code.status,
        "readable_by": [one.name.lower() for one in Audience if one >= cause.audience],
        "others_read": None if caller is None or caller.cause is cause else caller.cause.value,
        "title": text.title,
        "detail": text.detail,
        "remedy": text.remedy,
        "facts": list(cause.facts),
        "field": cause.field,
        "related": [one.value for one, _ in told["related"]],
        "language": language.tag,
    }


def _index_values(language: Language) -> dict[str, Any]:
    causes = [
        {
            "cause": cause.value,
            "stage": cause.stage.name.lower(),
            "code": cause.code.value,
            "status": cause.code.status,
            "title": _title(cause, language),
            "href": f"{INDEX}/{cause}",
        }
        for cause in Cause
    ]
    return {"causes": causes, "language": language.tag}


def _html(status: int, template: str, language: Language, path: str, **values: object) -> Page:
    body = (
        _environment(language)
        .get_template(template)
        .render(language=language, languages=list(Language), path=path, **values)
    )
    return _page(status, "text/html; charset=utf-8", body, language)


def _json(status: int, values: dict[str, Any], language: Language) -> Page:
    body = json.dumps(values, ensure_ascii=False, indent=2) + "\n"
    return _page(status, "application/json", body, language)


def _page(status: int, content_type: str, body: str, language: Language) -> Page:
    cached = f"public, max-age={_PAGE_SECONDS}" if status == 200 else "no-store"  # noqa: PLR2004 - found
    headers = (
        ("Content-Type", content_type),
        ("Content-Language", language.tag),
        ("Vary", "Accept, Accept-Language"),
        ("Cache-Control", cached),
        *_HEADERS,
    )
    return Page(status, content_type, body.encode(), headers)


def _file(path: str) -> Page:
    content_type = _FILES[path][1]
    cached = ("Cache-Control", f"public, max-age={_FILE_SECONDS}, immutable")
    return Page(200, content_type, _content(path), (("Content-Type", content_type), cached, *_HEADERS))


@cache
def _content(path: str) -> bytes:
    return (_HERE / _FILES[path][0]).read_bytes()


@cache
def _versioned(path: str) -> str:
    """The address of a file, new whenever its content is, so that it may be kept for ever."""
    return f"{path}?v={hashlib.sha256(_content(path)).hexdigest()[:12]}"


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(sentences(language), newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    environment.filters["codes"] = _codes
    environment.globals |= {"style": _versioned(STYLE), "icon": _versioned(ICON), "index": INDEX, "doctor": DOCTOR}
    return environment


def _codes(text: str) -> Markup:
    """Set what stands between backticks, and header names, as code."""
    return Markup(_CODE.sub(_code, str(escape(text))))  # noqa: S704 - escaped before


def _code(found: re.Match[str]) -> str:
    text = found[1] or found[2]
    kind = ' class="name"' if len(text) <= NAME_LENGTH_MAX else ""
    return f"<code{kind}>{text}</code>"


def _prefers_json(accept: str) -> bool:
    """Whether JSON is preferred to HTML by name; `*/*` and nothing at all mean a person."""
    ranges = accept[:ACCEPT_LENGTH_MAX].split(",")
    asked = {found[1].lower(): float(found[2] or 1) for one in ranges if (found := _MEDIA_RANGE.fullmatch(one))}
    named = max(asked.get("application/json", 0.0), asked.get("application/problem+json", 0.0))
    return named > asked.get("text/html", 0.0)
