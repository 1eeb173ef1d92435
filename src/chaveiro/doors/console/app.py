"""The console: every room behind one gate, which says who comes in, and lets only our own pages change anything."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import structlog
from msgspec import structs
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from chaveiro.doors.console import cookies, page, signing, static
from chaveiro.doors.console.origin import from_elsewhere, is_ours, is_private
from chaveiro.doors.console.room import CONSOLE, Entry, Room
from chaveiro.doors.console.rooms import NAVIGATION, ROOMS, entries
from chaveiro.doors.console.visit import FORM_TOKEN, Console, SignedIn, Upload, Visit
from chaveiro.node.answer import RETRY_SECONDS
from chaveiro.stores.port import AccountUnknown, DiskFull, StoreUnavailable
from chaveiro.wire.link import HANDOVER
from chaveiro.words.language import Language, language_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from chaveiro.wire.message import Message, Reply

    Scope = dict[str, Any]

VISITED: Final = "chaveiro.visit"  # under which a request's scope carries message and console
FORM_BYTES_MAX: Final = 256 * 1024
UPLOAD_BYTES_MAX: Final = 8 * 1024 * 1024  # a catalogue as OpenAPI, from whoever is signed in
FIELDS_MAX: Final = 5_000  # a role may hold every resource there is
UPLOADS: Final = frozenset({f"{CONSOLE}/settings/catalogue"})
_LANGUAGE_DAYS: Final = 400

_log = structlog.get_logger(__name__)


def is_console(path: str) -> bool:
    """Say whether a path is one of the console's."""
    return path in {CONSOLE, HANDOVER} or path.startswith(f"{CONSOLE}/")


def console_app() -> Starlette:
    """All rooms. It answers requests that `arrived_console` made."""
    return Starlette(
        routes=[Route(entry.path, _endpoint(entry), methods=[entry.method]) for entry in entries()],
        exception_handlers={HTTPException: _nowhere},
    )


def arrived_console(message: Message, console: Console) -> Scope | Reply:
    """A request as the application reads it, or the file it asks for."""
    if message.path.startswith(static.FOLDER):
        return static.static_file(message)
    if not is_private(message, console.place):
        visit = Visit(console, message, _language(message, console), "", console.node.now())
        return visit.page("not_private.html", status=403)
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": message.method,
        "scheme": "https",
        "path": message.path,
        "raw_path": message.path.encode("latin-1"),
        "root_path": "",
        "query_string": message.query.encode("latin-1"),
        "headers": list(message.headers),
        "client": None,
        "server": None,
        VISITED: (console, message),
    }


def body_bytes_max(message: Message, console: Console) -> int:
    """How long a request's body may be. Whoever nobody knows sends no files. May wait for the store."""
    if message.method != "POST" or message.path not in UPLOADS:
        return FORM_BYTES_MAX
    try:
        known = console.sessions.find(cookies.read(message, cookies.SESSION))
    except StoreUnavailable:  # told on a page, by whoever asks the store next
        return FORM_BYTES_MAX
    return UPLOAD_BYTES_MAX if known else FORM_BYTES_MAX


def _endpoint(entry: Entry) -> Any:  # noqa: ANN401 - what Starlette takes for an endpoint
    async def endpoint(request: Request) -> Response:
        form, files = await _form(request)
        visit = _visit(request, form, files)
        return _response(await run_in_threadpool(_answer, entry, visit))

    return endpoint


async def _form(request: Request) -> tuple[Mapping[str, Sequence[str]], Mapping[str, Upload]]:
    console, message = request.scope[VISITED]
    if request.method != "POST" or not is_ours(message, console.place):
        return {}, {}  # what does not count costs nothing to read
    fields: dict[str, list[str]] = {}
    files: dict[str, Upload] = {}
    async with request.form(max_files=1, max_fields=FIELDS_MAX, max_part_size=UPLOAD_BYTES_MAX) as sent:
        for name, value in sent.multi_items():
            if isinstance(value, UploadFile):
                files[name] = Upload(await value.read())
            else:
                fields.setdefault(name, []).append(value)
    return fields, files


def _query(request: Request) -> Mapping[str, Sequence[str]]:
    """Every value by its name, read once: asked for name by name, thousands of names would take seconds."""
    query: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        query.setdefault(name, []).append(value)
    return query


def _visit(request: Request, form: Mapping[str, Sequence[str]], files: Mapping[str, Upload]) -> Visit:
    console, message = request.scope[VISITED]
    return Visit(
        console=console,
        message=message,
        language=_language(message, console, request.query_params.get("lang")),
        secret="",
        at=console.node.now(),
        path=dict(request.path_params),
        query=_query(request),
        form=form,
        files=files,
    )


def _answer(entry: Entry, visit: Visit) -> Reply:
    """Answer at one entry, in a thread: the console may wait for the store."""
    headers = _chosen_language(visit)
    try:
        visit = visit if entry.apart else _recognized(visit)
        if not (visit.secret or entry.apart):
            visit = replace(visit, secret=secrets.token_urlsafe(32))
            headers = (*headers, cookies.keep(cookies.VISIT, visit.secret))
        reply = _admitted(entry, visit)
    except DiskFull:
        reply = replace(visit, signed_in=None).page("disk_full.html", status=507)
    except StoreUnavailable:
        retry = (b"retry-after", str(RETRY_SECONDS).encode())
        reply = replace(visit, signed_in=None).page("cannot_tell.html", retry, status=503)
    except Exception as surprise:  # noqa: BLE001 - people read a page, and the log says what it was
        _log.error("console_failed", surprise=type(surprise).__name__, entry=entry.path)
        reply = replace(visit, signed_in=None).page("went_wrong.html", status=500)
    reply = page.compressed(reply, visit.message)
    return structs.replace(reply, headers=(*reply.headers, *headers))


def _admitted(entry: Entry, visit: Visit) -> Reply:
    if entry.method == "POST" and not _meant(entry, visit):
        return visit.page("forged.html", status=403)
    if entry.public:
        return entry.answer(visit)
    if visit.signed_in is None:
        return _to_sign_in(entry, visit)
    visit = replace(visit, nav=_navigation(visit, entry))
    if entry.needs and not visit.may(*entry.needs):
        return visit.page("not_delegated.html", status=403, needs=entry.needs)
    if entry.again is not None:
        visit = visit.confirmed()
        if not visit.fresh:
            return entry.again(visit)
    return entry.answer(visit)


def _meant(entry: Entry, visit: Visit) -> bool:
    """Say whether a form was sent by one of our own pages and, where it matters, to whoever sends it now."""
    given = visit.given(FORM_TOKEN)
    ours = is_ours(visit.message, visit.console.place)
    return ours and (entry.apart or visit.console.sessions.csrf_matches(visit.secret, given))


def _recognized(visit: Visit) -> Visit:
    """The visit with whoever is signed in. Raises StoreUnavailable."""
    secret = cookies.read(visit.message, cookies.SESSION)
    used = not visit.is_fragment or visit.message.method != "GET"  # parts of a page are asked for by its clock
    session = visit.console.sessions.find(secret, used=used) if secret else None
    if session is None:
        return replace(visit, secret=cookies.read(visit.message, cookies.VISIT))
    node = visit.console.node
    try:
        keyring = node.whole(node.keyring(session.account))
    except AccountUnknown:
        return visit
    user = keyring.users.get(session.email)
    changed = user.password_set.at if user and user.password_set else 0.0
    if user is None or session.began < user.added.at or session.confirmed < changed:
        return visit
    return replace(visit, secret=secret, signed_in=SignedIn(session, secret, keyring, user))


def _to_sign_in(entry: Entry, visit: Visit) -> Reply:
    if entry.method == "GET" and from_elsewhere(visit.message):
        return visit.page("arriving.html")
    wanted = visit.message.target if entry.method == "GET" else CONSOLE
    to = f"{signing.SIGN_IN}?{urlencode({'next': wanted})}"
    if visit.is_fragment:
        return page.html("", visit.language, (b"hx-redirect", f"{CONSOLE}{signing.SIGN_IN}".encode()), status=401)
    return visit.go(to)


def _navigation(visit: Visit, entry: Entry) -> tuple[tuple[str, str, bool, int | None], ...]:
    if visit.is_fragment:
        return ()  # a part of a page is sent without it
    here = next(room.name for room in ROOMS if entry in room.entries)
    return tuple(
        (visit.text(name), CONSOLE + path, room.name == here, room.count(visit) if room.count else None)
        for room, name, path in NAVIGATION
        if _seen(room, CONSOLE + path, visit)
    )


def _seen(room: Room, path: str, visit: Visit) -> bool:
    needs = next(one.needs for one in room.entries if one.path == path and one.method == "GET")
    return not needs or visit.may(*needs)


def _language(message: Message, console: Console, chosen: str | None = None) -> Language:
    for wish in (chosen, cookies.read(message, cookies.LANGUAGE)):
        if wish in set(Language):
            return Language(wish)
    accepted = b", ".join(message.values(b"accept-language")).decode("latin-1")
    return language_of(accepted) if accepted else console.place.language


def _chosen_language(visit: Visit) -> tuple[tuple[bytes, bytes], ...]:
    chosen = visit.asked("lang")
    return (cookies.keep(cookies.LANGUAGE, chosen, days=_LANGUAGE_DAYS),) if chosen in set(Language) else ()


def _nowhere(request: Request, surprise: Exception) -> Response:
    if not isinstance(surprise, HTTPException):
        raise TypeError(type(surprise).__name__)
    visit = _visit(request, {}, {})
    return _response(visit.page("missing.html", status=surprise.status_code))


def _response(reply: Reply) -> Response:
    response = Response(reply.body, status_code=reply.status)
    response.raw_headers.extend(reply.headers)
    return response
