"""Damaged headers through real clients: what arrives at a socket, or that the client refused to send it."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import threading
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, Self

from corpus.record import Record, Truth, denial
from corpus.scene import HEADERS, Scene, healthy

from chaveiro.core.cause import Cause

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

SECONDS_MAX: Final = 5.0
NODE_SECONDS_MAX: Final = 120.0
REPLY: Final = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
HEAD_BYTES_MAX: Final = 65536

# What happens to the token, and what is then true of it when it arrives as it was sent.
DAMAGES: Final[Mapping[str, tuple[Callable[[str], str], tuple[Cause, ...]]]] = {
    "outer blank": (lambda text: f" {text}  ", (Cause.TOKEN_OUTER_WHITESPACE,)),
    "blank inside": (lambda text: f"{text[:20]} {text[20:]}", (Cause.TOKEN_SPACE_INSIDE,)),
    "line break inside": (lambda text: f"{text[:20]}\n{text[20:]}", (Cause.TOKEN_LINE_BREAK_INSIDE,)),
    "line break after": (lambda text: f"{text}\n", (Cause.TOKEN_OUTER_WHITESPACE,)),
    "quotes": (lambda text: f'"{text}"', (Cause.TOKEN_SURROUNDING_QUOTES,)),
    "typographic quotes": (lambda text: f"\u201c{text}\u201d", (Cause.TOKEN_SURROUNDING_QUOTES,)),
    "no-break space": (lambda text: f"{text}\u00a0", (Cause.TOKEN_OUTER_WHITESPACE,)),
    "without width": (lambda text: f"{text[:9]}\u200b{text[9:]}", (Cause.TOKEN_INVISIBLE_CHARACTERS,)),
    "Cyrillic": (lambda text: f"\u0441{text[1:]}", (Cause.TOKEN_LOOKALIKE_LETTERS,)),
    "capitals": (str.upper, (Cause.TOKEN_LETTER_CASE_CHANGED,)),
    "scheme": (lambda text: f"Bearer {text}", (Cause.TOKEN_SCHEME_PREFIX,)),
}
# What is as true of what a client made of it: a header ends at its line break, and some write `?` for what they cannot.
ARRIVED: Final[Mapping[str, tuple[Cause, ...]]] = {
    "line break inside": (Cause.TOKEN_TRUNCATED, Cause.TOKEN_SPACE_INSIDE),
    "no-break space": (Cause.TOKEN_INVISIBLE_CHARACTERS, Cause.TOKEN_CHARACTER_EXTRA, Cause.TOKEN_TRAILING_PUNCTUATION),
    "without width": (Cause.TOKEN_CHARACTER_EXTRA,),
    "Cyrillic": (Cause.TOKEN_ONE_CHARACTER_WRONG, Cause.TOKEN_PREFIX_DAMAGED),
    "typographic quotes": (Cause.TOKEN_TRAILING_PUNCTUATION, Cause.TOKEN_EXTRA_TEXT),
}

_NODE: Final = """
const jobs = JSON.parse(require('fs').readFileSync(0));
(async () => { for (const [url, headers] of jobs) { try { await fetch(url, {headers}); } catch { } } })();
"""


class Recorder:
    """A socket on loopback that keeps the bytes of every head it is sent, under the path it was sent to."""

    def __init__(self) -> None:
        self.heads: dict[str, bytes] = {}
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def url(self, path: str) -> str:
        """Where to send a request that is kept under *path*."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/{path}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                self._keep(connection)

    def _keep(self, connection: socket.socket) -> None:
        connection.settimeout(SECONDS_MAX)
        head = b""
        while b"\r\n\r\n" not in head and len(head) < HEAD_BYTES_MAX:
            more = connection.recv(HEAD_BYTES_MAX)
            if not more:
                break
            head += more
        line, _, rest = head.partition(b"\r\n")
        if line.count(b" ") > 1:  # else the client gave up while it was writing
            self.heads[line.split(b" ")[1].decode("latin-1").strip("/")] = rest.partition(b"\r\n\r\n")[0]
            connection.sendall(REPLY)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One request to send: where to, with which two values."""

    url: str
    key: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """The pair as a program sets it."""
        return dict(zip(HEADERS, (self.key, self.token), strict=True))


def _urllib(parcels: Sequence[Parcel]) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for one in parcels:
        with suppress(ValueError, OSError):
            asked = urllib.request.Request(one.url, headers=one.headers)  # noqa: S310 - loopback
            direct.open(asked, timeout=SECONDS_MAX).close()


def _httpx(parcels: Sequence[Parcel]) -> None:
    import httpx  # noqa: PLC0415 - a client like the others: absent, it is left out

    with httpx.Client(trust_env=False, timeout=SECONDS_MAX) as client:
        for one in parcels:
            with suppress(ValueError, httpx.HTTPError):
                client.get(one.url, headers=one.headers)


def _requests(parcels: Sequence[Parcel]) -> None:
    import requests  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415 - likewise

    with requests.Session() as session:
        session.trust_env = False
        for one in parcels:
            with suppress(ValueError, OSError):
                session.get(one.url, headers=one.headers, timeout=SECONDS_MAX)


def _curl(parcels: Sequence[Parcel]) -> None:
    for one in parcels:
        headers = [part for name, value in one.headers.items() for part in ("-H", f"{name}: {value}")]
        command = ["curl", "--silent", "--noproxy", "*", "--max-time", str(SECONDS_MAX), *headers, one.url]
        subprocess.run(command, check=False, capture_output=True)


def _node(parcels: Sequence[Parcel]) -> None:
    jobs = json.dumps([[one.url, one.headers] for one in parcels]).encode()
    subprocess.run(["node", "-e", _NODE], input=jobs, check=False, capture_output=True, timeout=NODE_SECONDS_MAX)


def clients() -> dict[str, Callable[[Sequence[Parcel]], None]]:
    """The clients that this machine has."""
    modules = {name: send for name, send in (("httpx", _httpx), ("requests", _requests)) if find_spec(name)}
    programs = {name: send for name, send in (("curl", _curl), ("node", _node)) if shutil.which(name)}
    return {"urllib": _urllib, **modules, **programs}


def transported(each: int, seed: int = 2026) -> Iterator[Record]:
    """Records of what arrives, for every client and damage; what was refused is asked of the doctor by hand."""
    with Recorder() as recorder:
        for client, send in clients().items():
            scenes = {
                f"{client}/{at}-{nth}": (damage, healthy(seed + nth))
                for at, damage in enumerate(DAMAGES)
                for nth in range(each)
            }
            send([_parcel(recorder.url(path), damage, scene) for path, (damage, scene) in scenes.items()])
            for path, (damage, scene) in scenes.items():
                yield _record(path, client, damage, scene, recorder.heads.get(path))


def _parcel(url: str, damage: str, scene: Scene) -> Parcel:
    return Parcel(url, scene.pair.key, DAMAGES[damage][0](scene.pair.token))


def _record(path: str, client: str, damage: str, scene: Scene, head: bytes | None) -> Record:
    name = f"transport/{client} {damage}/{path.rpartition('-')[2]}"
    labels = DAMAGES[damage][1]
    if head is None:
        # The client said no. Whoever asks the doctor with the value in hand must be told what is wrong with it.
        kept = replace(scene, in_body=True, token=DAMAGES[damage][0](scene.pair.token))
        return Record(name, scene.random, "transport", kept, Truth((labels,)), (damage,), observable="client_only")
    lines = [line.partition(b":") for line in head.replace(b"\r\n", b"\n").split(b"\n")]
    raw = tuple((name.strip().lower(), value.strip(b" \t")) for name, _, value in lines if _)
    arrived = replace(scene, raw=raw, in_body=False)
    truth = None if denial(arrived) is None else Truth(((*labels, *ARRIVED.get(damage, ())),))
    return Record(name, scene.random, "transport", arrived, truth, (damage,))
