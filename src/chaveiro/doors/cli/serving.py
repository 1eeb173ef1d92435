"""`chaveiro serve`: answer checks and gateways until somebody stops it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chaveiro.doors.cli.desk import NO, Desk, command
from chaveiro.serve import CannotStartYet
from chaveiro.serve import serve as run

app = typer.Typer()


@command(app, "serve")
def serve(
    desk: Desk,
    *,
    host: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(metavar="PORT", help="Port to listen on; 0 takes a free one.")] = None,
    check_listen: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Another address, for checks alone: HOST:PORT or unix:/path."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="COUNT", help="Processes that answer checks there; 0: this one does.")
    ] = None,
    behind_proxy: Annotated[
        bool | None, typer.Option("--behind-proxy", help="A proxy in front speaks TLS: a public address is meant.")
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option(metavar="FILE", help="Certificate chain (PEM).")] = None,
    tls_key: Annotated[Path | None, typer.Option(metavar="FILE", help="Private key (PEM).")] = None,
    trusted_proxies: Annotated[
        str | None, typer.Option(metavar="CIDR,...", help="Gateways whose forwarded headers are believed.")
    ] = None,
    account: Annotated[
        str | None, typer.Option(metavar="ACCOUNT", help="The one account to decide for; else the request says.")
    ] = None,
    public_url: Annotated[str | None, typer.Option(metavar="URL", help="Where callers reach this process.")] = None,
    log_level: Annotated[str | None, typer.Option(metavar="LEVEL", help="debug, info, warning or error.")] = None,
    log_format: Annotated[str | None, typer.Option(metavar="FORMAT", help="json or console.")] = None,
    accept_revived: Annotated[
        bool,
        typer.Option("--accept-revived", help="Start on an older database: revoke again what can be, let in the rest."),
    ] = False,
) -> None:
    """Answer programs, gateways and VTEX's clients. What is not given is read from CHAVEIRO_* in the environment."""
    settings = desk.settings(
        host=host,
        port=port,
        check_listen=check_listen,
        workers=workers,
        behind_proxy=behind_proxy,
        tls_cert=tls_cert,
        tls_key=tls_key,
        trusted_proxies=trusted_proxies,
        account=account,
        public_url=public_url,
        log_level=log_level,
        log_format=log_format,
    )
    try:
        run(settings, accept_revived=accept_revived)
    except CannotStartYet as yet:
        desk.cannot(str(yet), code=NO)  # not CANNOT: whoever starts it again may have more luck
