"""`chaveiro user`: people of an account, and existing pairs registered by hand."""

from __future__ import annotations

from typing import Annotated

import typer

from chaveiro.core.command import AddUser, GiveUserToken, GrantToKey, Reason, Refusal, RemoveUser
from chaveiro.core.credential import Secret, key_format
from chaveiro.core.event import KeyIssued
from chaveiro.core.keyring import Keyring, User
from chaveiro.doors.cli import printing, reading, texts
from chaveiro.doors.cli.account import Account
from chaveiro.doors.cli.desk import Desk, command, keyring_of
from chaveiro.doors.cli.pair import refuse_damaged
from chaveiro.doors.cli.reading import FROM_STDIN
from chaveiro.doors.keeping.key import example_role
from chaveiro.doors.keeping.texts import LINKED_TO_NO_ROLE, moment
from chaveiro.usertokens import user_id
from chaveiro.wire.link import set_up_link
from chaveiro.words.commands import command_line

app = typer.Typer(no_args_is_help=True)

Email = Annotated[
    str, typer.Argument(metavar="EMAIL", help="Their e-mail address, or an appKey; - reads it.", show_default=False)
]


@command(app, "add")
def add(
    desk: Desk,
    account: Account,
    email: Email,
    name: Annotated[
        str, typer.Option(metavar="NAME", help="Their full name, or an appToken; - reads it.", show_default=False)
    ],
    label: Annotated[str, typer.Option(metavar="TEXT", help="What a registered pair is for.")] = "",
) -> None:
    """Add a person. An appKey as EMAIL and its appToken as NAME register a pair that was made elsewhere.

    Give the values of a pair as - and they are read from standard input, one per line, or asked for without showing
    them.
    """
    if FROM_STDIN in {email, name} or _like_credential(email) or _like_credential(name):
        _register(desk, account, email, name, label)
        return
    asked = AddUser(reading.account(account), reading.email(email), reading.line(name, option="--name"))
    with desk.account(account) as (house, keyring):
        desk.carry_out(house, asked, by=desk.asker(keyring))
        after = keyring_of(house, keyring.account)
    said = desk.text(texts.USER_ADDED, email=asked.email, account=asked.account)
    desk.answer(_body(desk, after, after.users[asked.email]), said)


def _register(desk: Desk, account: str, email: str, name: str, label: str) -> None:
    asked = [what for what, value in (("appKey", email), ("appToken", name)) if value == FROM_STDIN]
    read = reading.secrets_from_stdin(*asked) if asked else []
    app_key = read.pop(0).reveal() if email == FROM_STDIN else email
    token = read.pop(0) if name == FROM_STDIN else Secret(name)
    refuse_damaged(desk, app_key, token)
    told = reading.line(label, option="--label") if label else desk.text(texts.REGISTERED_LABEL)
    with desk.account(account) as (house, keyring):
        by = desk.asker(keyring)
        done = house.node.register(keyring.account, app_key=app_key, app_token=token, label=told, by=by)
        if isinstance(done, Refusal):
            desk.refuse(done)
        if not isinstance(done.event, KeyIssued):  # what `register` does, told to the type checker
            raise TypeError(type(done.event).__name__)
    linking = command_line(GrantToKey(keyring.account, example_role(keyring), done.event.app_key))
    desk.answer(
        {"account": keyring.account, "appKey": app_key, "label": told, "registered": True, "roles": []},
        desk.text(texts.PAIR_REGISTERED, key=app_key, account=keyring.account),
        desk.text(LINKED_TO_NO_ROLE),
        printing.command(linking),
    )


def _like_credential(value: str) -> bool:
    return (
        reading.like_token(value) or key_format(value) is not None or value.lower().startswith(("cvk_", "vtexappkey-"))
    )


@command(app, "list")
def listed(desk: Desk, account: Account) -> None:
    """List the people of an account and the roles they hold."""
    with desk.account(account) as (_, keyring):
        desk.needs_user(keyring)
    rows = [
        (user.email, user.name, ", ".join(_roles(desk, keyring, user)), _standing(desk, keyring, user))
        for user in keyring.users.values()
    ]
    headings = [desk.text(one) for one in (texts.EMAIL, texts.NAME, texts.ROLES, "")]
    desk.answer([_body(desk, keyring, user) for user in keyring.users.values()], printing.table(headings, rows))


@command(app, "remove")
def remove(desk: Desk, account: Account, email: Email) -> None:
    """Remove a person, with the roles they hold."""
    asked = RemoveUser(reading.account(account), reading.email(email))
    with desk.account(account) as (house, keyring):
        _, found = desk.take_away(house, asked, by=desk.asker(keyring))
    said = desk.text(texts.USER_REMOVED, email=asked.email, account=asked.account)
    desk.answer_taken({"account": asked.account, "email": asked.email, "removed": True}, found, said)


@command(app, "invite")
def invite(
    desk: Desk,
    account: Account,
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="A user of the account.", show_default=False)],
) -> None:
    """Make a link by which a person chooses their password for the console. It works once, within 72 hours.

    It takes the place of a former link; a password that they have works until the new one is chosen.
    """
    asked = reading.email(email)
    with desk.account(account) as (house, keyring):
        secret = house.node.invite(keyring.account, asked, by=desk.asker(keyring))
        if isinstance(secret, Refusal):
            desk.refuse(secret)
        link = keyring_of(house, keyring.account).users[asked].set_up
        origin = house.settings.url
    if link is None:  # what `invite` did, told to the type checker
        raise TypeError(asked)
    url = set_up_link(origin, keyring.account, asked, secret).reveal()
    said = desk.text(texts.USER_INVITED, email=asked, until=moment(link.expires))
    body = {"account": keyring.account, "email": asked, "link": url, "expires": printing.iso(link.expires)}
    desk.answer(body, url, said)


@command(app, "token")
def token(
    desk: Desk,
    account: Account,
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="A user of the account.", show_default=False)],
) -> None:
    """Give a person's user token, for developing against the VTEX door. Only whoever runs the installation may.

    It lasts 24 hours, does what that person's roles allow at each moment, and ends at once with the person. The audit
    keeps that it was given.
    """
    asked = reading.email(email)
    if desk.by:
        desk.refuse(Refusal(Reason.NOT_OPERATOR))
    with desk.account(account) as (house, keyring):
        desk.carry_out(house, GiveUserToken(keyring.account, asked), by=desk.operator())
        given = house.user_tokens.give(asked, keyring.account, id=user_id(asked))
    said = desk.text(texts.USER_TOKEN_GIVEN, email=asked, until=moment(given.expires))
    body = {"account": keyring.account, "email": asked, "token": given.text, "expires": printing.iso(given.expires)}
    desk.answer(body, given.text, said)


def _standing(desk: Desk, keyring: Keyring, user: User) -> str:
    return desk.text(texts.SPONSOR) if user.email == keyring.sponsor else ""


def _roles(desk: Desk, keyring: Keyring, user: User) -> list[str]:
    return [f"{role} {keyring.roles[role].name}" for role in keyring.in_force(user.grants, desk.at)]


def _body(desk: Desk, keyring: Keyring, user: User) -> dict[str, object]:
    return {
        "email": user.email,
        "name": user.name,
        "sponsor": user.email == keyring.sponsor,
        "roles": list(keyring.in_force(user.grants, desk.at)),
        "added": printing.iso(user.added.at),
    }
