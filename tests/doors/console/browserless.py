"""Somebody at the console without a browser: keeps cookies, says where a form came from, reads pages."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape

import httpx
from tests.doors.world import ACME, World, furnish, listening

from chaveiro.core.command import Refusal
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, Email

PASSWORD = "uma chave para cada porta"  # of everybody here
_TLS = ssl.create_default_context()  # made once: a client of its own for each request would read every certificate anew
_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
_TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL)


@dataclass
class Reader:
    """One browser's cookies and the page it shows."""

    origin: str
    language: str = "en"
    cookies: dict[str, str] = field(default_factory=dict)
    page: httpx.Response = field(default_factory=lambda: httpx.Response(204))

    def get(self, path: str, headers: Mapping[str, str] | None = None, *, follow: bool = True) -> httpx.Response:
        """Open an address."""
        said = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", **(headers or {})}
        return self._asked("GET", path, said, None, follow=follow)

    def post(
        self,
        path: str,
        fields: Mapping[str, str | Sequence[str]] | None = None,
        headers: Mapping[str, str | None] | None = None,
        *,
        follow: bool = True,
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> httpx.Response:
        """Send a form with the token of the page that is shown; a header that is None is left out."""
        said = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Origin": self.origin, **(headers or {})}
        sent: dict[str, str | Sequence[str]] = {"form_token": self.form_token, **(fields or {})}
        kept = {name: value for name, value in said.items() if value is not None}
        return self._asked("POST", path, kept, sent, follow=follow, files=files)

    def post_raw(self, path: str, body: str, content_type: str) -> httpx.Response:
        """Send a body that no browser makes, as one of our own pages would."""
        said = {"Sec-Fetch-Site": "same-origin", "Origin": self.origin, "Content-Type": content_type}
        with httpx.Client(base_url=self.origin, trust_env=False, timeout=30, verify=_TLS) as client:
            return client.post(path, headers={"Accept-Language": self.language, **said}, content=body)

    @property
    def form_token(self) -> str:
        """The token in the forms of the page that is shown."""
        found = _TOKEN.search(self.page.text)
        return unescape(found[1]) if found else ""

    @property
    def text(self) -> str:
        """What the page says to people, blanks folded."""
        return " ".join(unescape(_TAG.sub(" ", self.page.text)).split())

    def sign_in(
        self, email: str = "ana@acme.example", *, account: str = "acme", password: str = PASSWORD
    ) -> httpx.Response:
        """Sign in as somebody."""
        self.get("/console/sign-in")
        return self.post("/console/sign-in", {"account": account, "email": email, "password": password})

    def _asked(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        fields: Mapping[str, str | Sequence[str]] | None,
        *,
        follow: bool,
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> httpx.Response:
        said = {"Accept-Language": self.language, **headers}
        if self.cookies:
            said["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        with httpx.Client(base_url=self.origin, trust_env=False, timeout=30, verify=_TLS) as client:
            got = client.request(method, path, headers=said, data=fields, files=files)
        for header in got.headers.get_list("set-cookie"):
            name, _, rest = header.partition("=")
            value, _, attributes = rest.partition(";")
            self.cookies[name] = value
            if "Max-Age=0" in attributes:
                del self.cookies[name]
        if follow and got.status_code == 303:
            return self.get(got.headers["location"])
        self.page = got
        return got


def with_password(world: World, email: str, *, account: AccountName = ACME) -> None:
    """Let somebody sign in with the password of everybody here."""
    person, house = Email(email), world.house
    sponsor = Actor(ActorKind.USER, house.node.keyring(account).sponsor)
    secret = house.node.invite(account, person, by=sponsor)
    assert not isinstance(secret, Refusal), secret
    hashed = house.passwords.hashed(PASSWORD)
    done = house.node.set_up(account, person, secret, password=hashed, by=Actor(ActorKind.USER, person))
    assert not isinstance(done, Refusal), done


@contextmanager
def console(world: World | None = None, *people: str) -> Iterator[tuple[World, str]]:
    """A world whose sponsor, and *people*, can sign in, and the address where it answers."""
    world = world or furnish(accounts=2)
    for email in people or ("ana@acme.example",):
        with_password(world, email)
    with listening(world.app()) as port:
        yield world, f"http://127.0.0.1:{port}"
