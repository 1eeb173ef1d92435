"""Any WSGI application: judged before it sees a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chaveiro.doors.middlewares.environ import ARRIVED, IDENTITY, arrived, keep_back
from chaveiro.doors.middlewares.guard import Guard, Misread, headers_of, misread, phrase
from chaveiro.doors.middlewares.scope import who
from chaveiro.wire.message import Reply

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from chaveiro.doors.middlewares.port import Authorizer


class ChaveiroMiddleware:
    """Judges each request by the account's catalogue. `environ["chaveiro"]` says who calls; None where it is open."""

    def __init__(
        self,
        app: WSGIApplication,
        authorizer: Authorizer,
        *,
        public: Iterable[str] = (),
        keep_credentials: bool = False,
    ) -> None:
        """Stand before *app*, outermost. Raises ValueError for a *public* path that can be read in two ways."""
        self._app = app
        self._guard = Guard(authorizer, public=public, keep_credentials=keep_credentials)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass on what may go on, and answer the rest."""
        try:
            came = arrived(environ)
        except Misread as problem:
            return answer(misread(problem), environ, start_response)
        verdict = self._guard.judge(came)
        if isinstance(verdict, Reply):
            return answer(verdict, environ, start_response)
        keep_back(environ, self._guard)
        environ[ARRIVED] = came
        environ[IDENTITY] = who(verdict)
        return self._app(environ, start_response)


def answer(reply: Reply, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer a request with a reply."""
    start_response(phrase(reply.status), headers_of(reply))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [reply.body]
