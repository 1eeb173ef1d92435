"""`chaveiro key`: issue pairs, see what they may do and when they last worked, renew, block and delete them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.text import Text

from chaveiro.core.command import (
    ActivateKey,
    BlockKey,
    DeactivateKey,
    DeleteKey,
    FinishRenewal,
    GrantToKey,
    Refusal,
)
from chaveiro.core.credential import public
from chaveiro.core.denial import Exposure
from chaveiro.core.keyring import Key, Keyring
from chaveiro.core.names import AppKey
from chaveiro.doors.cli import printing, reading, texts
from chaveiro.doors.cli.account import Account
from chaveiro.doors.cli.desk import Desk, command, keyring_of
from chaveiro.doors.cli.keycard import body, exposed, exposed_body, lines
from chaveiro.doors.cli.reading import Cannot
from chaveiro.doors.keeping import exposure
from chaveiro.doors.keeping.key import example_role, finishing, last_used, state
from chaveiro.doors.keeping.texts import KEY, LINKED_TO_NO_ROLE
from chaveiro.node import Issued
from chaveiro.serve import House
from chaveiro.words.commands import command_line

app = typer.Typer(no_args_is_help=True)

Chosen = Annotated[str, typer.Argument(metavar="APPKEY", help="The key: `key list`.", show_default=False)]
Why = Annotated[str, typer.Option(metavar="TEXT", help="Why, for the audit and for whoever asks.")]


@command(app, "issue")
def issue(
    desk: Desk,
    account: Account,
    *,
    label: Annotated[str, typer.Option(metavar="TEXT", help="What the integration is.", show_default=False)],
    owner: Annotated[str, typer.Option(metavar="TEXT", help="Who looks after the integration.")] = "",
    expires: Annotated[str | None, typer.Option(metavar="ISO", help="When it ends, such as 2027-01-31.")] = None,
    valid_from: Annotated[str | None, typer.Option(metavar="ISO", help="When it begins.")] = None,
    network: Annotated[
        list[str] | None, typer.Option(metavar="CIDR", help="Where it may be used from; repeatable.")
    ] = None,
) -> None:
    """Make a pair. Its token is shown once, and it is linked to no role yet."""
    called = reading.line(label, option="--label")
    kept_by = reading.line(owner, option="--owner") if owner else ""
    begin, end, from_networks = reading.moment(valid_from), reading.moment(expires), reading.networks(network or ())
    with desk.account(account) as (house, keyring):
        done = house.node.issue(
            keyring.account,
            label=called,
            by=desk.asker(keyring),
            owner=kept_by,
            valid_from=begin,
            expires=end,
            networks=from_networks,
        )
    if isinstance(done, Refusal):
        desk.refuse(done)
    linking = command_line(GrantToKey(keyring.account, example_role(keyring), done.app_key))
    _show_once(
        desk,
        done,
        {"label": called, "roles": []},
        [desk.text(LINKED_TO_NO_ROLE), desk.text(texts.NEXT)],
        linking,
    )


@command(app, "list")
def listed(desk: Desk, account: Account) -> None:
    """List an account's keys; one that is linked to no role is marked."""
    with desk.account(account) as (house, keyring):
        desk.needs_keys(keyring)
        whole, usage = house.node.whole(keyring), house.store.usage(keyring.account)
        exposures = house.store.exposures(keyring.account)
    rows = [
        (
            public(key.app_key),
            key.label,
            state(key, desk.language, desk.at) + _mark(desk, key, exposures),
            _linked(desk, whole, key),
            last_used(key, usage, desk.language),
        )
        for key in whole.keys.values()
    ]
    headings = [desk.text(one) for one in (KEY, texts.LABEL, texts.STATE, texts.ROLES, texts.LAST_USED)]
    shown = printing.table(headings, rows) if rows else desk.text(texts.NO_KEYS, account=keyring.account)
    desk.answer([body(whole, key, usage) | exposed_body(key, exposures) for key in whole.keys.values()], shown)


@command(app, "show")
def show(desk: Desk, account: Account, app_key: Chosen) -> None:
    """Show a key: its state, its roles, and when each of its tokens last worked."""
    asked = reading.app_key(app_key)
    with desk.account(account) as (house, keyring):
        desk.needs_keys(keyring)
        whole, usage = house.node.whole(keyring), house.store.usage(keyring.account)
        exposures = house.store.exposures(keyring.account, app_key=asked)
    key = _known(whole, asked)
    desk.answer(
        body(whole, key, usage) | exposed_body(key, exposures),
        printing.card(lines(desk, whole, key, usage)),
        *exposed(desk, whole, key, exposures),
    )


@command(app, "adopt")
def adopt(desk: Desk, account: Account, app_key: Chosen) -> None:
    """Add another account's key, so that roles of this one can be linked to it. Removing it takes those roles alone."""
    asked = reading.app_key(app_key)
    with desk.account(account) as (house, keyring):
        done = house.node.adopt(keyring.account, asked, by=desk.asker(keyring))
        if isinstance(done, Refusal):
            desk.refuse(done)
        after = house.node.whole(keyring_of(house, keyring.account))
        usage = house.store.usage(keyring.account)
    linking = command_line(GrantToKey(keyring.account, example_role(keyring), asked))
    desk.answer(
        {**body(after, after.keys[asked], usage), "next": linking},
        desk.text(texts.KEY_ADOPTED, key=asked, home=after.external[asked].home),
        desk.text(LINKED_TO_NO_ROLE),
        desk.text(texts.NEXT),
        printing.command(linking),
    )


@command(app, "activate")
def activate(desk: Desk, account: Account, app_key: Chosen) -> None:
    """Let a deactivated key work again."""
    with desk.account(account) as (house, keyring):
        asked = reading.app_key(app_key)
        desk.carry_out(house, ActivateKey(keyring.account, asked), by=desk.asker(keyring))
        after, usage = keyring_of(house, keyring.account), house.store.usage(keyring.account)
    desk.answer(body(after, after.keys[asked], usage), desk.text(texts.KEY_ACTIVATED, key=asked))


@command(app, "deactivate")
def deactivate(desk: Desk, account: Account, app_key: Chosen, why: Why = "") -> None:
    """Refuse a key until it is activated again."""
    reason = reading.line(why, option="--why") if why else ""
    with desk.account(account) as (house, keyring):
        asked = DeactivateKey(keyring.account, reading.app_key(app_key), reason)
        _take(desk, house, keyring, asked, texts.KEY_DEACTIVATED)


@command(app, "block")
def block(desk: Desk, account: Account, app_key: Chosen, why: Why = "") -> None:
    """Refuse a key because others may know its token."""
    reason = reading.line(why, option="--why") if why else ""
    with desk.account(account) as (house, keyring):
        _take(desk, house, keyring, BlockKey(keyring.account, reading.app_key(app_key), reason), texts.KEY_BLOCKED)


@command(app, "renew")
def renew(desk: Desk, account: Account, app_key: Chosen) -> None:
    """Give a key a second token, shown once. Both work until the renewal is finished."""
    asked = reading.app_key(app_key)
    with desk.account(account) as (house, keyring):
        done = house.node.renew(keyring.account, asked, by=desk.asker(keyring))
        if isinstance(done, Refusal):
            desk.refuse(done)
        after, usage = keyring_of(house, keyring.account), house.store.usage(keyring.account)
    used = last_used(after.keys[asked], usage, desk.language)
    steps = [desk.text(texts.BOTH_TOKENS_WORK, used=used), desk.text(texts.NEXT_FINISH)]
    tokens = body(after, after.keys[asked], usage)["tokens"]
    _show_once(desk, done, {"tokens": tokens}, steps, command_line(FinishRenewal(keyring.account, asked)))


@command(app, "finish")
def finish(desk: Desk, account: Account, app_key: Chosen) -> None:
    """Retire a key's first token; only the second works from then on."""
    asked = reading.app_key(app_key)
    with desk.account(account) as (house, keyring):
        key = keyring.keys.get(asked)
        ending = finishing(key, house.store.usage(keyring.account), desk.at) if key else None
        if ending and not ending.safe and sys.stdin.isatty():
            typer.confirm(desk.text(texts.FINISH_ANYWAY, doubt=ending.told(desk.language)), abort=True)
        _take(desk, house, keyring, FinishRenewal(keyring.account, asked), texts.RENEWAL_FINISHED)


@command(app, "delete")
def delete(desk: Desk, account: Account, app_key: Chosen) -> None:
    """Delete a key for good. Its requests are refused, and can still be explained. Its id stands for the appKey too."""
    asked = reading.app_key(app_key)
    with desk.account(account) as (house, keyring):
        named = _named(keyring, asked)
        _, found = desk.take_away(house, DeleteKey(keyring.account, named), by=desk.asker(keyring))
    said = desk.text(texts.KEY_RELEASED if named in keyring.external else texts.KEY_DELETED, key=asked)
    desk.answer_taken({"account": keyring.account, "appKey": asked, "deleted": True}, found, said)


def _mark(desk: Desk, key: Key, exposures: Sequence[Exposure]) -> str:
    return f", {desk.text(exposure.SEEN_IN_CLEAR)}" if exposure.live(key, exposures) else ""


def _take(
    desk: Desk, house: House, keyring: Keyring, asked: DeactivateKey | BlockKey | FinishRenewal, sentence: str
) -> None:
    usage = house.store.usage(keyring.account)  # before: once it is done, nothing is asked that could fail
    after, found = desk.take_away(house, asked, by=desk.asker(keyring))
    told = body(after, after.keys[asked.app_key], usage)
    desk.answer_taken(told, found, desk.text(sentence, key=asked.app_key))


def _show_once(desk: Desk, issued: Issued, more: dict[str, object], steps: list[str], following: str) -> None:
    """Print the pair with its token: the only place that ever does."""
    token = issued.token.reveal()
    shown = {
        "account": issued.change.account,
        "appKey": issued.app_key,
        "appToken": token,
        "note": desk.text(texts.TOKEN_ONCE),
        **more,
        "next": following,
    }
    pair = printing.pair(issued.app_key, token)
    desk.answer(shown, pair, desk.text(texts.TOKEN_ONCE), *steps, printing.command(following))


def _linked(desk: Desk, keyring: Keyring, key: Key) -> str | Text:
    roles = keyring.in_force(key.grants, desk.at)
    if not roles:
        return printing.marked(desk.text(texts.NO_ROLE_REFUSED), "bold red")
    return ", ".join(f"{role} {keyring.roles[role].name}" for role in roles)


def _known(keyring: Keyring, app_key: AppKey) -> Key:
    key = keyring.keys.get(app_key)
    if key is None:
        raise Cannot(texts.NO_SUCH_KEY, account=keyring.account)
    return key


def _named(keyring: Keyring, asked: AppKey) -> AppKey:
    """The key of that id, where it is one: what stands in the place of an appKey may be a token, and is not typed."""
    return next((key.app_key for key in keyring.keys.values() if key.id == str(asked)), asked)
