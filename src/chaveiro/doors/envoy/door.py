"""Envoy asks by gRPC (`ext_authz`): its question becomes a message of HTTP, and the answer to that becomes its answer.

Nothing is decided here, and no header is read.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import unquote

from chaveiro.doors.envoy.messages import CheckResponse
from chaveiro.doors.gateways import ENVOY
from chaveiro.doors.place import FORWARDED_FOR
from chaveiro.wire.answer import IDENTITY, STANDING, plain_problem
from chaveiro.wire.message import Message, Reply
from chaveiro.wire.read import APP_KEY_HEADER, APP_TOKEN_HEADER, USER_TOKEN_HEADER

HEAD_BYTES_MAX: Final = 32 * 1024  # as by HTTP
HEADERS_MAX: Final = 100
_NOSNIFF: Final = (b"x-content-type-options", b"nosniff")
# What a backend learns of its caller comes from here or not at all, and what its caller proved itself by ends here.
_TOLD: Final = tuple(name.lower() for name in (*IDENTITY, *STANDING))
_ENDS_HERE: Final = (
    APP_KEY_HEADER.decode(),
    APP_TOKEN_HEADER.decode(),
    USER_TOKEN_HEADER.decode(),
    "proxy-authorization",
)
# gRPC's own codes, beside the status that the caller reads.
_OK, _INVALID, _DENIED, _EXHAUSTED, _UNAVAILABLE, _UNAUTHENTICATED = 0, 3, 7, 8, 14, 16
_CODES: Final = {400: _INVALID, 401: _UNAUTHENTICATED, 403: _DENIED, 429: _EXHAUSTED}


def asked(request: Any, peer: str) -> Message | Reply:  # noqa: ANN401 - protobuf's classes are made at run time
    """The message that Envoy would have sent by HTTP, or a refusal to read one so long. *peer*: as gRPC writes it.

    A header that came twice stands there twice where Envoy says each on its own (`encode_raw_headers`), else as one
    value with a comma; either is refused later on.
    """
    http = request.attributes.request.http
    raw = [(each.key, each.raw_value or each.value.encode()) for each in http.header_map.headers]
    sent = raw or [(each.key, each.value.encode()) for each in http.headers]
    headers = [(name.lower().encode(), value) for name, value in sent if not name.startswith(":") and name != "host"]
    if http.host:
        headers.append((b"host", http.host.encode()))
    # Who is connected to Envoy, as its last word on the way that the request took.
    if address := request.attributes.source.address.socket_address.address:
        headers.append((FORWARDED_FOR, address.encode()))
    target = dict(raw).get(":path", b"") if raw else _unsure(http.path)
    length = len(target) + sum(len(name) + len(value) for name, value in headers)
    if length > HEAD_BYTES_MAX or len(headers) > HEADERS_MAX:
        detail = f"A head has at most {HEAD_BYTES_MAX // 1024} KiB and {HEADERS_MAX} fields."
        return plain_problem(431, "Request Header Fields Too Large", detail)
    return Message(http.method, ENVOY + target.decode("latin-1"), tuple(headers), peer=address_of_peer(peer))


def _unsure(target: str) -> bytes:
    """The target, where Envoy does not say it in bytes: its `!` may stand for any byte, so that no route fits."""
    path, mark, query = target.encode().partition(b"?")
    return path.replace(b"!", b"\xff") + mark + query


def address_of_peer(peer: str) -> str:
    """The address in gRPC's name for a peer (`ipv4:127.0.0.1:5000`); empty for a Unix socket.

    What is neither is no address, and believed by nobody.
    """
    family, _, rest = unquote(peer).partition(":")
    if family == "unix":
        return ""
    return rest.rpartition(":")[0].strip("[]") or "unknown"


def answered(reply: Reply) -> Any:  # noqa: ANN401 - likewise
    """An answer as Envoy wants it: 200 and no other status lets the request on."""
    response = CheckResponse()
    if reply.status == 200:  # noqa: PLR2004 - exactly this one
        _allow(response, reply)
    else:
        _deny(response, reply)
    return response


def _allow(response: Any, reply: Reply) -> None:  # noqa: ANN401 - likewise
    response.status.code = _OK
    response.ok_response.SetInParent()
    told = {name.decode(): value.decode() for name, value in reply.headers}
    for name in _TOLD:
        if name in told:
            _say(response.ok_response.headers, name, told[name])
        else:
            response.ok_response.headers_to_remove.append(name)
    response.ok_response.headers_to_remove.extend(_ENDS_HERE)


def _deny(response: Any, reply: Reply) -> None:  # noqa: ANN401 - likewise
    response.status.code = _CODES.get(reply.status, _UNAVAILABLE)
    denied = response.denied_response
    denied.status.code = reply.status
    denied.body = reply.body.decode()
    for name, value in (*reply.headers, _NOSNIFF):
        _say(denied.headers, name.decode(), value.decode())


def _say(headers: Any, name: str, value: str) -> None:  # noqa: ANN401 - likewise
    header = headers.add().header
    header.key, header.value = name, value
