"""The cases of `cases/`, read strictly: what was sent, and the answer that every door gives."""

import tomllib
from dataclasses import dataclass
from typing import Any

from tests.edits import edited
from tests.world import CASES_FOLDER, PEPPER, WORLD, strict

from chaveiro.catalogue import Catalogue, read_toml
from chaveiro.core.attempt import (
    NOTHING,
    Attempt,
    Carrier,
    Field,
    Misplaced,
    Need,
    Presented,
    Request,
    Transport,
    Wanted,
    presented,
)
from chaveiro.core.cause import Cause, Code
from chaveiro.core.credential import digest
from chaveiro.core.keyring import Keyring
from chaveiro.core.names import AccountName, Resource, account_name, resource

__all__ = ["CASES", "PEPPER", "UNREACHED", "WORLD", "Case", "Expected", "attempt"]

FILES = ("allowed", "presence", "relation", "shape", "identity", "lifecycle", "context", "authorization")
HEADERS = {Field.KEY: "X-VTEX-API-AppKey", Field.TOKEN: "X-VTEX-API-AppToken"}
_SENT = {
    "account", "key", "token", "key_text", "token_text", "key_edit", "token_edit", "swap", "both", "without", "twice",
    "as_header", "in_query", "method", "path", "resource", "address", "transport",
}  # fmt: skip
_ANSWERED = {"decision", "status", "code", "told", "cause", "facts", "roles"}


@dataclass(frozen=True, slots=True)
class Expected:
    """The answer to one case."""

    decision: str
    status: int
    code: Code | None
    told: Cause | None  # what the caller reads
    cause: Cause | None  # what the account's keepers read
    facts: dict[str, Any]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One request and its answer."""

    file: str
    name: str
    account: AccountName
    values: dict[Field, str]  # as they were sent; a part that was not sent is absent
    twice: frozenset[Field]
    as_header: dict[Field, str]
    in_query: dict[Field, str]
    method: str
    path: str
    resource: Resource | None
    address: str
    transport: Transport
    expected: Expected

    def __repr__(self) -> str:
        return f"Case({self.file}: {self.name})"

    @property
    def target(self) -> str:
        """Path and query as they were sent."""
        parameters = "&".join(f"{name}={self.values[part]}" for part, name in self.in_query.items())
        if not parameters:
            return self.path
        return f"{self.path}{'&' if '?' in self.path else '?'}{parameters}"

    @property
    def request(self) -> Request:
        """The request as the core knows it."""
        placed = {(part, Carrier.QUERY): name for part, name in self.in_query.items()}
        placed |= {(part, Carrier.OTHER_HEADER): name for part, name in self.as_header.items()}
        return Request(
            app_key=self._presented(Field.KEY),
            app_token=self._presented(Field.TOKEN),
            method="" if self.resource else self.method,
            target="" if self.resource else self.target,
            need=Need((self.resource,)) if self.resource else None,
            address=self.address,
            transport=self.transport,
            misplaced=tuple(Misplaced(part, carrier, name) for (part, carrier), name in placed.items()),
        )

    def headers(self) -> list[tuple[bytes, bytes]]:
        """The pair as raw HTTP headers, one character of a text in UTF-8."""
        sent = []
        for part, text in self.values.items():
            if part not in self.in_query:
                name = self.as_header.get(part, HEADERS[part]).encode()
                sent += [(name, text.encode("utf-8", "surrogatepass"))] * (2 if part in self.twice else 1)
        return sent

    def _presented(self, part: Field) -> Presented:
        if part not in self.values or part in self.in_query or part in self.as_header:
            return NOTHING
        return Presented(self.values[part], 2) if part in self.twice else presented(self.values[part])


def attempt(case: Case, keyring: Keyring) -> Attempt:
    """The attempt that a node makes of a case."""
    request = case.request
    return Attempt(
        account=keyring.account,
        app_key=request.app_key,
        app_token=request.app_token,
        digest=digest(PEPPER, request.app_token.text),
        wanted=_wanted(keyring, request),
        at=WORLD.now,
        address=request.address,
        transport=request.transport,
        misplaced=request.misplaced,
    )


def _wanted(keyring: Keyring, request: Request) -> Wanted:
    if request.need:
        return request.need
    catalogue = read_toml(keyring.catalogue) if keyring.catalogue else Catalogue(())
    return catalogue.match(request.method, request.target)


def _read(file: str) -> list[Case]:
    document = strict(tomllib.loads((CASES_FOLDER / f"{file}.toml").read_text("utf-8")), {"case"}, file)
    return [_case(file, entry) for entry in document["case"]]


def _case(file: str, entry: dict[str, Any]) -> Case:
    name = entry["name"]
    strict(entry, {"name"} | _SENT | _ANSWERED, f"{file}: {name}")
    return Case(
        file=file,
        name=name,
        account=account_name(entry.get("account", "acme")),
        values=_values(entry),
        twice=frozenset({Field(entry["twice"])} if "twice" in entry else ()),
        as_header={Field(part): named for part, named in entry.get("as_header", {}).items()},
        in_query={Field(part): named for part, named in entry.get("in_query", {}).items()},
        method=entry.get("method", "GET"),
        path=entry.get("path", "/api/oms/pvt/orders"),
        resource=resource(entry["resource"]) if "resource" in entry else None,
        address=entry.get("address", ""),
        transport=Transport(entry.get("transport", "https")),
        expected=_expected(entry),
    )


def _values(entry: dict[str, Any]) -> dict[Field, str]:
    key = entry.get("key", "erp")
    owner, _, number = entry.get("token", key).partition("/")
    whole = {
        Field.KEY: entry.get("key_text", WORLD.pair(key.partition("/")[0]).app_key),
        Field.TOKEN: entry.get("token_text", WORLD.pair(owner).token(number)),
    }
    values = {part: _changed(text, part, whole, entry) for part, text in whole.items()}
    if entry.get("swap"):
        values = {Field.KEY: values[Field.TOKEN], Field.TOKEN: values[Field.KEY]}
    if "both" in entry:
        values = dict.fromkeys(values, values[Field(entry["both"])])
    without = entry.get("without", "")
    assert without in {"", "key", "token", "both"}, without
    return {part: text for part, text in values.items() if without not in {part, "both"}}


def _changed(text: str, part: Field, whole: dict[Field, str], entry: dict[str, Any]) -> str:
    edits = entry.get(f"{part}_edit", [])
    for edit in [edits] if isinstance(edits, str) else edits:
        text = (
            f"{whole[Field.KEY]}:{whole[Field.TOKEN]}" if edit == "join" else edited(text, edit, header=HEADERS[part])
        )
    return text


def _expected(entry: dict[str, Any]) -> Expected:
    allowed = entry["decision"] == "allow"
    assert ("roles" in entry) is allowed, entry["name"]
    assert all((name in entry) is not allowed for name in ("status", "code", "told", "cause")), entry["name"]
    return Expected(
        decision=entry["decision"],
        status=entry.get("status", 200),
        code=None if allowed else Code(entry["code"]),
        told=None if allowed else Cause(entry["told"]),
        cause=None if allowed else Cause(entry["cause"]),
        facts=entry.get("facts", {}),
        roles=tuple(entry.get("roles", ())),
    )


CASES = [case for file in FILES for case in _read(file)]
UNREACHED: dict[str, str] = tomllib.loads((CASES_FOLDER / "unreached.toml").read_text("utf-8"))
