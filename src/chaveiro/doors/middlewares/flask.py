"""Flask: every request of an application is judged, by its route or by what its view demands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, current_app, g, request

from chaveiro.doors.middlewares.demand import demanded, demanding
from chaveiro.doors.middlewares.environ import ARRIVED, IDENTITY, arrived, keep_back
from chaveiro.doors.middlewares.guard import Guard, Misread, headers_of, misread, named
from chaveiro.doors.middlewares.scope import who
from chaveiro.doors.middlewares.wsgi import answer
from chaveiro.wire.message import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import ParamSpec, TypeVar
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask

    from chaveiro.core.attempt import Need
    from chaveiro.doors.middlewares.port import Authorizer

    P = ParamSpec("P")
    R = TypeVar("R")

_NEED = "chaveiro_need"


class Chaveiro:
    """The extension. `g.chaveiro` says who calls; None where a path is open."""

    def __init__(
        self,
        app: Flask | None = None,
        authorizer: Authorizer | None = None,
        *,
        public: Iterable[str] = (),
        keep_credentials: bool = False,
    ) -> None:
        """Guard *app*, or those that `init_app` is given. Raises ValueError for a *public* path of two readings."""
        if authorizer is None:
            raise TypeError("name who decides: `embedded()` or `Remote(url)`")
        self._guard = Guard(authorizer, public=public, keep_credentials=keep_credentials)
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Judge every request of *app* before anything else that it does."""
        app.wsgi_app = _Received(app.wsgi_app, self._guard)  # type: ignore[method-assign] # as Flask has middlewares
        app.before_request_funcs.setdefault(None, []).insert(0, self._judge)

    def resource(self, product: str, key: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Judge a view's requests by a resource, and not by the catalogue. Raises NameMalformed."""
        return demanding(named(product, key), lambda *_, **__: g.get(_NEED))

    def _judge(self) -> Response | None:
        view = current_app.view_functions.get(request.endpoint or "")
        need: Need | None = demanded(view)
        verdict = self._guard.judge(request.environ[ARRIVED], need)
        if isinstance(verdict, Reply):
            body = b"" if request.method == "HEAD" else verdict.body
            return Response(body, verdict.status, headers_of(verdict))
        g.chaveiro = request.environ[IDENTITY] = who(verdict)
        setattr(g, _NEED, need)
        return None


class _Received:
    """Reads what came, and keeps back what the application is not to see, before Flask makes a request of it."""

    def __init__(self, app: WSGIApplication, guard: Guard) -> None:
        self._app = app
        self._guard = guard

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            came: Any = arrived(environ)
        except Misread as problem:
            return answer(misread(problem), environ, start_response)
        keep_back(environ, self._guard)
        environ[ARRIVED] = came
        return self._app(environ, start_response)
