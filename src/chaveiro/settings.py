"""Every setting: name, type, default, one sentence. Read once, in `serve`, into one frozen value."""

from __future__ import annotations

import os
import re
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

PREFIX: Final = "CHAVEIRO_"
EMBEDDED: Final = "sqlite:///"  # and the path of a file

Network = IPv4Network | IPv6Network

_ACCOUNT = re.compile(r"[a-z0-9]{1,32}")
_CHECK_LISTEN = re.compile(r"unix:/[^\0]{1,100}|(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}")
_PORTS = 65_536
_GRPC_LISTEN = re.compile(r"(?:[0-9.]{7,15}|\[[0-9A-Fa-f:]{2,45}\]):[0-9]{1,5}|unix:/[^\x00]{1,100}")
_NODE_NAME = re.compile(r"[A-Za-z0-9._-]{0,64}")


class SettingsMalformed(ValueError):
    """A setting cannot be meant as it stands; the message names it and what it may be, never its value."""


class Settings(BaseSettings):
    """What an installation decides for itself. With every default, things work on one machine."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", validate_default=True)

    data: Path = Field(
        default=Path("chaveiro-data"),
        description="Folder of what this machine keeps: embedded database, pepper, journal, snapshot.",
    )
    database: str = Field(
        default="",
        repr=False,  # it may hold a password
        description="URL of the database; empty: `chaveiro.db` in the data folder (SQLite).",
    )
    pepper_file: Path | None = Field(
        default=None,
        description="File of the installation's secret; empty: `pepper` in the data folder, made on first start.",
    )
    import_keys: Path | None = Field(
        default=None,
        description="File of the keys under which other systems digested the tokens of imported keys; empty: none.",
    )
    leak_reporters: Path | None = Field(
        default=None,
        description="File of the public keys of those who report leaked tokens; empty: nobody may.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8420, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    grpc_listen: str = Field(
        default="",
        description="Where Envoy asks by gRPC: `HOST:PORT` or `unix:/PATH`; empty: nowhere. Needs the extra `grpc`.",
    )
    tls_cert: Path | None = Field(default=None, description="Certificate chain (PEM) to answer HTTPS with.")
    tls_key: Path | None = Field(default=None, description="Private key (PEM) of the certificate.")
    behind_proxy: bool = Field(
        default=False, description="Listen on a public address without TLS, because a proxy in front speaks it."
    )
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = Field(
        default=(IPv4Network("127.0.0.0/8"), IPv6Network("::1/128")),
        description="Networks of the gateways whose forwarded headers are believed, comma-separated.",
    )
    account: str = Field(
        default="", description="The one account this process decides for; empty: the request says which."
    )
    base_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("localhost", "myvtex.com", "vtexcommercestable.com.br", "vtexcommercebeta.com.br"),
        description="Hosts whose subdomain is the account: `acme.localhost` asks for `acme`. Comma-separated.",
    )
    public_url: str = Field(
        default="", description="Where callers reach this process, for links to cause pages; empty: links are relative."
    )
    language: Literal["en", "es", "pt"] = Field(
        default="en", description="Language for callers who ask for none we speak."
    )
    node_name: str = Field(
        default="",
        description="What people call this process among others that share the database; empty: the host's name.",
    )
    stale_seconds_max: float = Field(
        default=300,
        ge=0,
        le=3600,
        description="How long a process cut off from its database may go on answering; 0: not at all.",
    )
    snapshot: str = Field(
        default="",
        description="Folder of what a process needs to start while its database, on another machine, is down; "
        "empty: `snapshot` in the data folder; `off`: none.",
    )
    drain_seconds: float = Field(
        default=0,
        ge=0,
        le=300,
        description="How long a process that was told to stop takes new requests, while `/readyz` says `draining`.",
    )
    check_listen: str = Field(
        default="",
        description="Another address, on which checks alone are answered and no TLS is spoken: `127.0.0.1:8421`, or "
        "`unix:/path` for a gateway on the same machine; empty: none.",
    )
    workers: int = Field(
        default=0,
        ge=0,
        le=64,
        description="Processes that answer checks on that other address, beside this one for all else; 0: this one.",
    )
    connections_per_address_max: int = Field(
        default=1_000,
        ge=1,
        description="Connections from one address that is no trusted proxy's; further ones are told to come again.",
    )
    ballast_mib: int = Field(
        default=8,
        ge=0,
        le=1024,
        description="Room held on the disk beside an SQLite database, in MiB, so that a full disk stops no revocation.",
    )
    denial_queue_max: int = Field(
        default=10_000,
        ge=1,
        le=1_000_000,
        description="Refusals waiting to be explained; further ones are counted and dropped.",
    )
    denials_max: int = Field(
        default=100_000,
        ge=1,
        description="Single denials kept in all; strangers' are forgotten first, then the oldest.",
    )
    denials_of_account_max: int = Field(default=10_000, ge=1, description="Single denials kept of one account.")
    denials_of_episode_max: int = Field(
        default=500, ge=1, description="Single denials kept of one episode; the episode goes on counting."
    )
    token_days_max: int = Field(
        default=90,
        ge=1,
        le=36_500,
        description="Days after which a token is called old, unless the account chose; VTEX warns after three months.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least important message that is logged. No level logs what callers presented."
    )
    log_format: Literal["console", "json"] = Field(
        default="json", description="How messages are written to standard error."
    )

    @field_validator("trusted_proxies", "base_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("base_hosts")
    @classmethod
    def _folded(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(host.lower().strip(".") for host in value)

    @field_validator("stale_seconds_max")
    @classmethod
    def _worth_it(cls, value: float) -> float:
        if 0 < value < 1:
            msg = "write 0, or 1 and more: a poll alone takes part of a second"
            raise ValueError(msg)
        return value

    @field_validator("check_listen")
    @classmethod
    def _address(cls, value: str) -> str:
        port = "" if value.startswith("unix:") else value.rpartition(":")[2]
        if value and not (_CHECK_LISTEN.fullmatch(value) and int(port or 0) < _PORTS):
            msg = (
                "write a host and a port, such as `127.0.0.1:8421`, or a file's whole path, such as `unix:/run/a.sock`"
            )
            raise ValueError(msg)
        return value

    @field_validator("public_url")
    @classmethod
    def _absolute(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            msg = "write it with its scheme, such as `https://auth.example.com`"
            raise ValueError(msg)
        return value.rstrip("/")

    @field_validator("account")
    @classmethod
    def _account(cls, value: str) -> str:
        if value and not _ACCOUNT.fullmatch(value):
            msg = "an account's name has 1 to 32 lower-case letters and digits"
            raise ValueError(msg)
        return value

    @field_validator("node_name")
    @classmethod
    def _node_name(cls, value: str) -> str:
        if not _NODE_NAME.fullmatch(value):
            msg = "a node's name has up to 64 letters, digits, dots, dashes and underscores, such as `api-1`"
            raise ValueError(msg)
        return value

    @field_validator("grpc_listen")
    @classmethod
    def _grpc_listen(cls, value: str) -> str:
        if value and not _GRPC_LISTEN.fullmatch(value):
            msg = "write an address and a port, such as `127.0.0.1:8421` or `[::1]:8421`, or `unix:/run/chaveiro/grpc`"
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _both_of_tls(self) -> Settings:
        if (self.tls_cert is None) != (self.tls_key is None):
            msg = f"`{PREFIX}TLS_CERT` and `{PREFIX}TLS_KEY` go together: set both or neither"
            raise ValueError(msg)
        return self

    @property
    def database_url(self) -> str:
        """The database's URL, that of the embedded one where none is set."""
        return self.database or f"{EMBEDDED}{self.data / 'chaveiro.db'}"

    @property
    def embedded_path(self) -> Path | None:
        """The database's file on this machine, which is there whenever this process is; None: it is a server's."""
        url = self.database_url
        return Path(url.removeprefix(EMBEDDED).partition("?")[0]) if url.startswith(EMBEDDED) else None

    @property
    def is_embedded(self) -> bool:
        """Whether the database is a file on this machine."""
        return self.embedded_path is not None

    @property
    def snapshot_path(self) -> Path | None:
        """The folder of what is left behind for a start without the database; None where that is of no use."""
        if self.is_embedded or self.snapshot == "off" or self.stale_seconds_max == 0:
            return None
        return Path(self.snapshot) if self.snapshot else self.data / "snapshot"

    @property
    def url(self) -> str:
        """Where people reach this process: the public URL, else the address it listens on."""
        return self.public_url or f"{'https' if self.tls_cert else 'http'}://{self.listens}"

    @property
    def listens(self) -> str:
        """The address and port on which this process listens."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def journal_path(self) -> Path:
        """The file that remembers what was revoked."""
        return self.data / "journal"

    @property
    def pepper_path(self) -> Path:
        """The file of the installation's secret."""
        return self.pepper_file or self.data / "pepper"


def read_settings(**chosen: object) -> Settings:
    """Read the environment's `CHAVEIRO_*`; what was *chosen* on the command line goes first.

    Raises SettingsMalformed.
    """
    _refuse_unknown(os.environ)
    try:
        given: dict[str, Any] = {name: value for name, value in chosen.items() if value is not None}
        return Settings(**given)
    except ValidationError as malformed:
        raise SettingsMalformed("; ".join(_told(error) for error in malformed.errors())) from None


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    for name in sorted(environment):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = get_close_matches(name.upper(), known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else "docs/reference/settings.md lists every one"
            raise SettingsMalformed(f"there is no setting `{name}`: {hint}")


def _told(error: ErrorDetails) -> str:
    sentence = str(error["msg"]).removeprefix("Value error, ")
    where = "".join(f"`{PREFIX}{str(part).upper()}`: " for part in error["loc"][:1])
    return f"{where}{sentence[:1].lower()}{sentence[1:]}"
