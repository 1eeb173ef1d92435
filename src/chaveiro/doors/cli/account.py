"""`chaveiro account`: open, show, list, hand over, suspend and resume accounts."""

from __future__ import annotations

from typing import Annotated

import typer

from chaveiro.core.command import (
    AcceptSponsorship,
    CancelTransfer,
    CreateAccount,
    EditSettings,
    InviteSponsor,
    ResumeAccount,
    SuspendAccount,
)
from chaveiro.core.credential import Format
from chaveiro.core.keyring import Keyring
from chaveiro.core.names import TOKEN_DAYS_MAX
from chaveiro.doors.cli import printing, reading, texts, vtex
from chaveiro.doors.cli.desk import Desk, command, keyring_of
from chaveiro.doors.cli.reading import Cannot
from chaveiro.doors.keeping.texts import ACTIVE, moment
from chaveiro.words.commands import command_line

app = typer.Typer(no_args_is_help=True)

Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's name.", show_default=False)]
Why = Annotated[str, typer.Option(metavar="TEXT", help="Why, for the audit and for whoever asks.")]


@command(app, "create")
def create(
    desk: Desk,
    account: Account,
    sponsor: Annotated[str, typer.Option(metavar="EMAIL", help="The one user who handles keys.", show_default=False)],
    shape: Annotated[
        Format,
        typer.Option("--format", help="How new pairs look; vtex brings VTEX's catalogue and predefined roles too."),
    ] = Format.NATIVE,
    https_only: Annotated[
        bool, typer.Option("--https-only", help="Refuse requests that came over plain HTTP.")
    ] = False,
) -> None:
    """Open an account with its sponsor. The first one makes the database and the pepper too."""
    asked = CreateAccount(reading.account(account), reading.email(sponsor), shape, https_only)
    with desk.house(new=True) as house:
        desk.carry_out(house, asked, by=desk.operator())
        keyring = keyring_of(house, asked.account)
        if shape is Format.VTEX:
            vtex.furnish(desk, house, keyring)
            keyring = keyring_of(house, asked.account)
        pepper = house.settings.pepper_path
    catalogued = printing.command(f"chaveiro catalogue import {asked.account} FILE")
    desk.answer(
        {**_body(keyring), "pepper_file": str(pepper)},
        desk.text(texts.ACCOUNT_CREATED, account=asked.account, sponsor=asked.sponsor),
        desk.text(texts.PEPPER_KEPT, path=pepper),
        desk.text(texts.NEXT),
        *([] if keyring.catalogue else [catalogued]),
        printing.command(f"chaveiro role create {asked.account} NAME --resource PRODUCT/KEY"),
        printing.command(f"chaveiro key issue {asked.account} --label LABEL"),
    )


@command(app, "edit")
def edit(
    desk: Desk,
    account: Account,
    *,
    shape: Annotated[
        Format | None, typer.Option("--format", help="How new pairs look; those there are stay.", show_default=False)
    ] = None,
    https_only: Annotated[
        bool | None, typer.Option(help="Refuse requests that came over plain HTTP, or let them.", show_default=False)
    ] = None,
    token_days: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, max=TOKEN_DAYS_MAX, help="Days after which a token is called old.", show_default=False
        ),
    ] = None,
) -> None:
    """Change what an account decides for itself. What is not given stays as it is."""
    if shape is None and https_only is None and token_days is None:
        raise Cannot(texts.SETTINGS_NOTHING)
    with desk.account(account) as (house, keyring):
        asked = EditSettings(keyring.account, shape, https_only, token_days)
        desk.carry_out(house, asked, by=desk.asker(keyring))
        after = keyring_of(house, keyring.account)
    desk.answer(_body(after), desk.text(texts.ACCOUNT_EDITED, account=after.account))


@command(app, "show")
def show(desk: Desk, account: Account) -> None:
    """Show an account: its sponsor, its state, how much it holds."""
    with desk.account(account) as (house, keyring):
        desk.needs_user(keyring)
        days = house.settings.token_days_max
    desk.answer(_body(keyring), printing.card(_lines(desk, keyring, days)))


@command(app, "list")
def listed(desk: Desk) -> None:
    """List the accounts of this installation."""
    with desk.house() as house:
        keyrings = [keyring_of(house, account) for account in sorted(house.node.accounts)]
    rows = [
        (one.account, one.sponsor, _state(desk, one), str(len(one.keys)), str(len(one.roles)), str(len(one.users)))
        for one in keyrings
    ]
    headings = (texts.ACCOUNT, texts.SPONSOR, texts.STATE, texts.KEYS, texts.ROLES, texts.USERS)
    shown = printing.table([desk.text(one) for one in headings], rows) if rows else desk.text(texts.NO_ACCOUNTS)
    desk.answer([_body(one) for one in keyrings], shown)


@command(app, "transfer")
def transfer(
    desk: Desk,
    account: Account,
    to: Annotated[str | None, typer.Option(metavar="EMAIL", help="Offer the sponsorship to this user.")] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Accept the offer; say who accepts with --as.")] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="Take the offer back.")] = False,
) -> None:
    """Hand the sponsorship over: offer it with --to, then the other user accepts within 72 hours."""
    if [to is not None, accept, cancel].count(True) != 1:
        raise Cannot(texts.TRANSFER_ONE_OF)
    if accept and not desk.by:
        raise Cannot(texts.TRANSFER_WHO_ACCEPTS)
    with desk.account(account) as (house, keyring):
        name, by = keyring.account, desk.asker(keyring)
        if to is not None:
            desk.carry_out(house, InviteSponsor(name, reading.email(to)), by=by)
        else:
            desk.carry_out(house, AcceptSponsorship(name) if accept else CancelTransfer(name), by=by)
        after = keyring_of(house, name)
    if after.transfer:
        said = desk.text(texts.TRANSFER_OFFERED, to=after.transfer.to, until=moment(after.transfer.expires))
        accepting = f"{command_line(AcceptSponsorship(name))} --as {after.transfer.to}"
        desk.answer(_body(after), said, desk.text(texts.NEXT), printing.command(accepting))
    else:
        sentence = texts.TRANSFER_ACCEPTED if accept else texts.TRANSFER_CANCELLED
        desk.answer(_body(after), desk.text(sentence, sponsor=after.sponsor, account=name))


@command(app, "suspend")
def suspend(desk: Desk, account: Account, why: Why = "") -> None:
    """Refuse every key of an account until it is resumed."""
    reason = reading.line(why, option="--why") if why else ""
    with desk.account(account) as (house, keyring):
        after, found = desk.take_away(house, SuspendAccount(keyring.account, reason), by=desk.operator())
    desk.answer_taken(_body(after), found, desk.text(texts.ACCOUNT_SUSPENDED, account=after.account))


@command(app, "resume")
def resume(desk: Desk, account: Account) -> None:
    """Let an account's keys work again."""
    with desk.account(account) as (house, keyring):
        desk.carry_out(house, ResumeAccount(keyring.account), by=desk.operator())
        after = keyring_of(house, keyring.account)
    desk.answer(_body(after), desk.text(texts.ACCOUNT_RESUMED, account=after.account))


def _state(desk: Desk, keyring: Keyring) -> str:
    return desk.text(texts.SUSPENDED if keyring.suspended else ACTIVE)


def _lines(desk: Desk, keyring: Keyring, days: int) -> list[tuple[str, str]]:
    offer = keyring.transfer if keyring.transfer and desk.at < keyring.transfer.expires else None
    suspended = keyring.suspended
    lines = [
        (texts.ACCOUNT, keyring.account),
        (texts.SPONSOR, keyring.sponsor),
        (texts.OFFERED_TO, f"{offer.to} ({moment(offer.expires)})" if offer else ""),
        (texts.STATE, _state(desk, keyring)),
        (texts.SINCE, f"{moment(suspended.at)}, {suspended.by}" if suspended else ""),
        (texts.WHY, suspended.why if suspended else ""),
        (texts.FORMAT, keyring.format.value),
        (texts.HTTPS_ONLY, desk.text(texts.YES if keyring.https_only else texts.NO)),
        (texts.TOKEN_DAYS, str(keyring.token_days_max or desk.text(texts.AS_INSTALLED, days=days))),
        (texts.CREATED, moment(keyring.created.at)),
        (texts.KEYS, str(len(keyring.keys))),
        (texts.ROLES, str(len(keyring.living_roles))),
        (texts.USERS, str(len(keyring.users))),
        (texts.CATALOGUE, desk.text(texts.IMPORTED if keyring.catalogue else texts.NONE_IMPORTED)),
        (texts.REVISION, str(keyring.revision)),
    ]
    return [(desk.text(name), value) for name, value in lines]


def _body(keyring: Keyring) -> dict[str, object]:
    suspended, offer = keyring.suspended, keyring.transfer
    return {
        "account": keyring.account,
        "sponsor": keyring.sponsor,
        "transfer": {"to": offer.to, "until": printing.iso(offer.expires)} if offer else None,
        "suspended": printing.mark(suspended) if suspended else None,
        "format": keyring.format.value,
        "https_only": keyring.https_only,
        "token_days_max": keyring.token_days_max,
        "created": printing.iso(keyring.created.at),
        "keys": len(keyring.keys),
        "roles": len(keyring.living_roles),
        "users": len(keyring.users),
        "catalogue": bool(keyring.catalogue),
        "revision": str(keyring.revision),
    }
