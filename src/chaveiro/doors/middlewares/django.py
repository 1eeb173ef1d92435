"""Django, under WSGI and ASGI: every request is judged, by its route or by what its view demands.

Settings: `CHAVEIRO = {"authorizer": …, "public": [...], "keep_credentials": False}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.urls import Resolver404, resolve

from chaveiro.doors.middlewares import environ, scope
from chaveiro.doors.middlewares.demand import NotJudged, demanded, demanding
from chaveiro.doors.middlewares.guard import Guard, Misread, headers_of, misread, named
from chaveiro.doors.middlewares.scope import who
from chaveiro.wire.message import Reply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import ParamSpec, TypeVar

    from django.http import HttpRequest

    from chaveiro.core.attempt import Need
    from chaveiro.doors.middlewares.guard import Arrived, Open
    from chaveiro.wire.identity import Identity

    P = ParamSpec("P")
    R = TypeVar("R")

SETTING: Final = "CHAVEIRO"
_NEED: Final = "_chaveiro_need"


def resource(product: str, key: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Judge a view's requests by a resource, and not by the catalogue. Raises NameMalformed."""
    return demanding(named(product, key), lambda request, *_, **__: getattr(request, _NEED, None))


class ChaveiroMiddleware:
    """Stands first in `MIDDLEWARE`. `request.chaveiro` says who calls; None where a path is open."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        """Read the setting. Raises ImproperlyConfigured."""
        self._get_response = get_response
        self._guard = _configured()
        self._is_async = iscoroutinefunction(get_response)
        self.process_view = self._aconfirm if self._is_async else self._confirm
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        """Pass on what may go on, and answer the rest."""
        if self._is_async:
            return self._ajudged(request)
        came = _arrived(request)
        if isinstance(came, Reply):
            return _response(came, request)
        need = _demand(request)
        refused = self._passed(request, came, need, self._guard.judge(came, need))
        return self._get_response(request) if refused is None else refused

    async def _ajudged(self, request: HttpRequest) -> HttpResponse:
        came = _arrived(request)
        if isinstance(came, Reply):
            return _response(came, request)
        need = _demand(request)
        refused = self._passed(request, came, need, await self._guard.ajudge(came, need))
        return await self._get_response(request) if refused is None else refused

    def _confirm(self, request: HttpRequest, view: object, *_: object) -> None:
        """Let no view run but the one that was judged: a middleware after this one may choose another path."""
        if demanded(view) != getattr(request, _NEED, None):
            raise NotJudged("a view was reached that is not the one that was judged")

    async def _aconfirm(self, request: HttpRequest, view: object, *_: object) -> None:
        self._confirm(request, view)

    def _passed(
        self, request: HttpRequest, came: Arrived, need: Need | None, verdict: Identity | Open | Reply
    ) -> HttpResponse | None:
        """Tell the application who calls; or give what the caller is answered with."""
        if isinstance(verdict, Reply):
            return _response(verdict, request)
        if hasattr(request, "scope"):
            scope.told(request.scope, came, verdict, self._guard)
        else:
            request.environ[environ.ARRIVED] = came
            request.environ[environ.IDENTITY] = who(verdict)
        environ.keep_back(request.META, self._guard)
        request.__dict__.pop("headers", None)  # which Django makes once, of what stands in META
        request.__dict__.pop("COOKIES", None)  # likewise
        request.chaveiro = who(verdict)
        setattr(request, _NEED, need)
        return None


def _configured() -> Guard:
    given = getattr(settings, SETTING, None)
    if not isinstance(given, dict) or "authorizer" not in given:
        raise ImproperlyConfigured(f'set `{SETTING} = {{"authorizer": embedded()}}`, or `Remote(url)` in its place')
    if unknown := given.keys() - {"authorizer", "public", "keep_credentials"}:
        raise ImproperlyConfigured(f"`{SETTING}` has `{min(unknown)}`, which nobody reads")
    try:
        return Guard(
            given["authorizer"],
            public=given.get("public", ()),
            keep_credentials=given.get("keep_credentials", False),
        )
    except ValueError as malformed:
        raise ImproperlyConfigured(f"`{SETTING}`: {malformed}") from None


def _arrived(request: HttpRequest) -> Arrived | Reply:
    try:
        return scope.arrived(request.scope) if hasattr(request, "scope") else environ.arrived(request.environ)
    except Misread as problem:
        return misread(problem)


def _demand(request: HttpRequest) -> Need | None:
    """What the view demands that Django will call."""
    try:
        return demanded(resolve(request.path_info, getattr(request, "urlconf", None)).func)
    except Resolver404:
        return None


def _response(reply: Reply, request: HttpRequest) -> HttpResponse:
    body = b"" if request.method == "HEAD" else reply.body
    return HttpResponse(body, status=reply.status, headers=dict(headers_of(reply)))
