"""The accounts, roles and keys of `cases/world.toml`, built by commands as people would give them."""

import hashlib
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from chaveiro.catalogue.packaged import packaged
from chaveiro.core.change import Change, after
from chaveiro.core.command import (
    AddUser,
    BlockKey,
    Command,
    CreateAccount,
    CreateRole,
    DeactivateKey,
    DeleteKey,
    DeleteRole,
    FinishRenewal,
    GrantToKey,
    GrantToUser,
    ImportCatalogue,
    IssueKey,
    Refusal,
    RenewKey,
    SuspendAccount,
)
from chaveiro.core.credential import (
    Format,
    Secret,
    digest,
    mint_key,
    mint_token,
    mint_vtex_key,
    mint_vtex_token,
)
from chaveiro.core.keyring import Actor, ActorKind, Keyring, Revision
from chaveiro.core.names import AccountName, AppKey, KeyId, Moment, RoleId, account_name, email, plain_text, resource
from chaveiro.core.plan import plan

CASES_FOLDER = Path(__file__).parents[1] / "cases"
PEPPER = hashlib.sha256(b"chaveiro/cases/pepper").digest()
OPERATOR = Actor(ActorKind.OPERATOR, "operator")

FIELDS = {
    "account": {"name", "sponsor", "catalogue", "format", "https_only", "suspended"},
    "user": {"account", "email", "name", "roles"},
    "role": {"account", "name", "resources", "deleted"},
    "key": {
        "name", "account", "roles", "until", "inactive", "blocked", "expires", "valid_from", "networks", "renewal",
        "deleted", "format", "crossed",
    },
    "stranger": {"name", "account", "format"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One command: when, and by whom."""

    at: Moment
    command: Command
    by: Actor


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair of the world: its appKey, and each of its tokens."""

    account: AccountName
    app_key: AppKey
    format: Format
    tokens: dict[str, Secret] = field(repr=False)

    def token(self, number: str) -> str:
        """A token by its number; without one, the newest that was issued."""
        issued = [name for name in self.tokens if name != "never"]
        return self.tokens[number or issued[-1]].reveal()


def strict(entry: dict[str, Any], known: set[str], where: str) -> dict[str, Any]:
    """Refuse a field that nobody reads: a slip in a case would prove something else."""
    assert set(entry) <= known, f"{where}: {sorted(set(entry) - known)} is not known"
    return entry


def randomness(name: str, length: int) -> bytes:
    """The same bytes everywhere, for every name."""
    return hashlib.shake_256(f"chaveiro/cases/{name}".encode()).digest(length)


def moment(value: datetime | None) -> Moment | None:
    return None if value is None else Moment(value.timestamp())


class World:
    """Everything that cases are decided on."""

    def __init__(self, text: str) -> None:
        written = strict(tomllib.loads(text), {"built", "now", *FIELDS}, "world.toml")
        for kind, fields in FIELDS.items():
            for entry in written[kind]:
                strict(entry, fields, f"world.toml, {kind}")
        self._written = written
        self._built: datetime = written["built"]
        self.now = Moment(written["now"].timestamp())
        self.pairs = {entry["name"]: self._pair(entry) for entry in (*written["key"], *written["stranger"])}
        self.steps = tuple(self._steps())
        self.keyrings = self._keyrings()

    def install(self, carry_out: Callable[[Command, Actor], object], at: Callable[[Moment], object] = id) -> None:
        """Build the world by *carry_out*, which is a node's; *at* sets its clock before each command."""
        for step in self.steps:
            at(step.at)
            done = carry_out(step.command, step.by)
            assert not isinstance(done, Refusal), (step.command, done)

    def pair(self, name: str) -> Pair:
        return self.pairs[name]

    def _pair(self, entry: dict[str, Any]) -> Pair:
        name, account = entry["name"], account_name(entry["account"])
        shape = Format(entry.get("format") or self._account(account).get("format", "native"))
        if shape is Format.NATIVE:
            app_key = mint_key(randomness(name, 10))
            tokens = {number: mint_token(app_key, randomness(f"{name}/{number}", 33)) for number in ("1", "2", "never")}
        else:
            app_key = mint_vtex_key(account, randomness(name, 16))
            tokens = {number: mint_vtex_token(randomness(f"{name}/{number}", 96)) for number in ("1", "2", "never")}
        if "renewal" not in entry:
            del tokens["2"]
        return Pair(account, app_key, shape, tokens)

    def _account(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = next(entry for entry in self._written["account"] if entry["name"] == name)
        return found

    def _steps(self) -> Iterator[Step]:
        for minute, (command, by) in enumerate(self._commands()):
            yield Step(Moment(self._built.timestamp() + 60 * minute), command, by)

    def _commands(self) -> Iterator[tuple[Command, Actor]]:
        for entry in self._written["account"]:
            name, shape = account_name(entry["name"]), Format(entry.get("format", "native"))
            yield CreateAccount(name, email(entry["sponsor"]), shape, entry.get("https_only", False)), OPERATOR
        for command in (*self._managed(), *self._ended()):
            yield command, Actor(ActorKind.USER, self._account(command.account)["sponsor"])
        for entry in self._written["account"]:
            if "suspended" in entry:
                yield SuspendAccount(account_name(entry["name"]), entry["suspended"]), OPERATOR

    def _managed(self) -> Iterator[Command]:
        for entry in self._written["account"]:
            if "catalogue" in entry:
                yield ImportCatalogue(account_name(entry["name"]), packaged(entry["catalogue"]))
        for entry in self._written["role"]:
            resources = frozenset(map(resource, entry["resources"]))
            yield CreateRole(account_name(entry["account"]), plain_text(entry["name"], what="name"), resources)
        for entry in self._written["user"]:
            account, who = account_name(entry["account"]), email(entry["email"])
            yield AddUser(account, who, entry["name"])
            yield from (GrantToUser(account, self._role(account, role), who) for role in entry.get("roles", []))
        for entry in self._written["key"]:
            yield from self._key_commands(entry)

    def _ended(self) -> Iterator[Command]:
        for entry in self._written["role"]:
            if entry.get("deleted"):
                account = account_name(entry["account"])
                yield DeleteRole(account, self._role(account, entry["name"]))

    def _role(self, account: str, name: str) -> RoleId:
        names = [entry["name"] for entry in self._written["role"] if entry["account"] == account]
        return RoleId(names.index(name) + 1)

    def _key_commands(self, entry: dict[str, Any]) -> Iterator[Command]:
        account, pair = account_name(entry["account"]), self.pairs[entry["name"]]
        app_key, token = pair.app_key, pair.tokens["1"].reveal()
        if entry.get("crossed"):
            app_key, token = AppKey(token), app_key
        yield IssueKey(
            account=account,
            app_key=app_key,
            id=KeyId(randomness(f"{entry['name']}/id", 16).hex()),
            digest=digest(PEPPER, token),
            label=entry["name"],
            valid_from=moment(entry.get("valid_from")),
            expires=moment(entry.get("expires")),
            networks=tuple(map(ip_network, entry.get("networks", []))),
            registered="format" in entry,
        )
        for role in entry.get("roles", []):
            yield GrantToKey(account, self._role(account, role), app_key, moment(entry.get("until")))
        if "renewal" in entry:
            yield RenewKey(account, app_key, digest(PEPPER, pair.tokens["2"].reveal()))
            if entry["renewal"] == "finished":
                yield FinishRenewal(account, app_key)
        if "inactive" in entry:
            yield DeactivateKey(account, app_key, entry["inactive"])
        if "blocked" in entry:
            yield BlockKey(account, app_key, entry["blocked"])
        if entry.get("deleted"):
            yield DeleteKey(account, app_key)

    def _keyrings(self) -> dict[AccountName, Keyring]:
        keyrings: dict[AccountName, Keyring] = {}
        for seq, step in enumerate(self.steps, 1):
            held = keyrings.get(step.command.account)
            change = plan(held, step.command, by=step.by, at=step.at)
            assert isinstance(change, Change), (step.command, change)
            keyrings[step.command.account] = after(held, change, Revision("00000000", seq))
        return keyrings


WORLD = World((CASES_FOLDER / "world.toml").read_text("utf-8"))
