"""`chaveiro role`: make roles out of resources, and give them to people and keys."""

from __future__ import annotations

from typing import Annotated

import typer

from chaveiro.core.command import (
    CreateRole,
    DeleteRole,
    EditRole,
    GrantToKey,
    GrantToUser,
    SpreadResource,
    WithdrawFromKey,
    WithdrawFromUser,
)
from chaveiro.core.credential import public
from chaveiro.core.event import ResourceSpread, RoleCreated
from chaveiro.core.keyring import ExternalKey, Grant, Key, Keyring, Role
from chaveiro.core.names import AppKey, RoleId
from chaveiro.doors.cli import printing, reading, texts
from chaveiro.doors.cli.account import Account
from chaveiro.doors.cli.desk import Desk, command, keyring_of
from chaveiro.doors.cli.reading import Cannot
from chaveiro.doors.keeping.texts import LINKED_TO_NO_ROLE, NOTHING, moment

app = typer.Typer(no_args_is_help=True)

Number = Annotated[str, typer.Argument(metavar="ROLE_ID", help="The role's number: `role list`.", show_default=False)]
ToKey = Annotated[str | None, typer.Option("--key", metavar="APPKEY", help="The key that gets or loses it.")]
ToUser = Annotated[str | None, typer.Option("--user", metavar="EMAIL", help="The user who gets or loses it.")]


@command(app, "create")
def create(
    desk: Desk,
    account: Account,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What people call it.", show_default=False)],
    resource: Annotated[
        list[str],
        typer.Option(metavar="PRODUCT/KEY", help="What it lets its holders do; repeatable.", show_default=False),
    ],
) -> None:
    """Make a role out of resources."""
    asked = CreateRole(reading.account(account), reading.line(name, option="NAME"), reading.resources(resource))
    with desk.account(account) as (house, keyring):
        done = desk.carry_out(house, asked, by=desk.asker(keyring))
        after = keyring_of(house, keyring.account)
    if not isinstance(done.event, RoleCreated):  # what this command does, told to the type checker
        raise TypeError(type(done.event).__name__)
    number = done.event.role
    desk.answer(
        _body(after, after.roles[number]),
        desk.text(texts.ROLE_CREATED, number=number, name=asked.name, account=asked.account),
        desk.text(texts.NEXT),
        printing.command(f"chaveiro role grant {asked.account} {number} --key APPKEY"),
    )


@command(app, "list")
def listed(desk: Desk, account: Account) -> None:
    """List an account's roles, what each gives and how many hold it."""
    with desk.account(account) as (_, keyring):
        desk.needs_user(keyring)
    roles = keyring.living_roles
    rows = [
        (
            str(role.id),
            role.name,
            ", ".join(_resources(role)),
            str(len(_keys(keyring, role))),
            str(len(_users(keyring, role))),
        )
        for role in roles
    ]
    headings = [desk.text(one) for one in (texts.NUMBER, texts.NAME, texts.RESOURCES, texts.KEYS, texts.USERS)]
    shown = printing.table(headings, rows) if rows else desk.text(texts.NO_ROLES, account=keyring.account)
    desk.answer([_body(keyring, role) for role in roles], shown)


@command(app, "show")
def show(desk: Desk, account: Account, role_id: Number) -> None:
    """Show a role: what it gives, and who holds it."""
    number = reading.role(role_id)
    with desk.account(account) as (_, keyring):
        desk.needs_user(keyring)
    role = _known(keyring, number)
    gone = role.deleted
    lines = [
        (texts.NUMBER, str(role.id)),
        (texts.NAME, role.name),
        (texts.ORIGIN, desk.text(texts.PREDEFINED) if role.predefined else ""),
        (texts.DELETED, f"{moment(gone.at)}, {gone.by}" if gone else ""),
        (texts.RESOURCES, "\n".join(_resources(role)) or NOTHING),
        (texts.KEYS, "\n".join(_keys(keyring, role)) or NOTHING),
        (texts.USERS, "\n".join(_users(keyring, role)) or NOTHING),
    ]
    desk.answer(_body(keyring, role), printing.card((desk.text(name), value) for name, value in lines))


@command(app, "edit")
def edit(
    desk: Desk,
    account: Account,
    role_id: Annotated[str | None, typer.Argument(metavar="ROLE_ID", help="The role's number: `role list`.")] = None,
    *,
    add: Annotated[list[str] | None, typer.Option(metavar="PRODUCT/KEY", help="Add a resource; repeatable.")] = None,
    remove: Annotated[list[str] | None, typer.Option(metavar="PRODUCT/KEY", help="Take one away; repeatable.")] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Another name.")] = None,
    holding: Annotated[
        str | None,
        typer.Option(metavar="PRODUCT/KEY", help="Instead of one role, every role with this resource."),
    ] = None,
) -> None:
    """Rename a role, add resources to it, take resources from it. Or add one to every role that holds another."""
    if holding is not None:
        _spread(desk, account, holding, alone=role_id is None and name is None and not remove, add=add or [])
        return
    if role_id is None:
        raise Cannot(texts.WHICH_ROLE)
    called = None if name is None else reading.line(name, option="--name")
    if called is None and not add and not remove:
        raise Cannot(texts.EDIT_NOTHING)
    added, removed = reading.resources(add or ()), reading.resources(remove or ())
    asked = EditRole(reading.account(account), reading.role(role_id), called, added, removed)
    with desk.account(account) as (house, keyring):
        after, found = desk.take_away(house, asked, by=desk.asker(keyring))
    role = after.roles[asked.role]
    given = ", ".join(_resources(role)) or NOTHING
    said = desk.text(texts.ROLE_EDITED, number=role.id, name=role.name, resources=given)
    desk.answer_taken(_body(after, role), found, said)


def _spread(desk: Desk, account: str, holding: str, *, alone: bool, add: list[str]) -> None:
    """Add a resource wherever another one is held: what a resource was split into is given in one change."""
    if not alone or len(add) != 1:
        raise Cannot(texts.SPREAD_ONE)
    (held,), (given,) = reading.resources([holding]), reading.resources(add)
    with desk.account(account) as (house, keyring):
        done = desk.carry_out(house, SpreadResource(keyring.account, held, given), by=desk.asker(keyring))
        after = keyring_of(house, keyring.account)
    roles = [after.roles[one] for one in done.event.roles] if isinstance(done.event, ResourceSpread) else []
    named = ", ".join(f"{role.id} {role.name}" for role in roles)
    said = desk.text(texts.RESOURCE_SPREAD, resource=given, roles=named)
    desk.answer([_body(after, role) for role in roles], said)


@command(app, "delete")
def delete(desk: Desk, account: Account, role_id: Number) -> None:
    """Delete a role. Whoever held it loses what it gave."""
    asked = DeleteRole(reading.account(account), reading.role(role_id))
    with desk.account(account) as (house, keyring):
        after, found = desk.take_away(house, asked, by=desk.asker(keyring))
    role = after.roles[asked.role]
    held = len(_keys(after, role)) + len(_users(after, role))
    said = desk.text(texts.ROLE_DELETED, number=role.id, name=role.name, count=held)
    desk.answer_taken(_body(after, role), found, said)


@command(app, "grant")
def grant(
    desk: Desk,
    account: Account,
    role_id: Number,
    *,
    key: ToKey = None,
    user: ToUser = None,
    until: Annotated[str | None, typer.Option(metavar="ISO", help="When it ends, such as 2027-01-31T18:00Z.")] = None,
) -> None:
    """Give a role to a key or to a user."""
    name, number, end = reading.account(account), reading.role(role_id), reading.moment(until)
    to_key, to_user = _holder(key, user)
    asked = GrantToKey(name, number, to_key, end) if to_key else GrantToUser(name, number, reading.email(to_user), end)
    with desk.account(account) as (house, keyring):
        desk.carry_out(house, asked, by=desk.asker(keyring))
        after = keyring_of(house, name)
    role = after.roles[number]
    body = {"role": number, "name": role.name, "to": asked.to, "until": printing.iso(end)}
    if end is None:
        desk.answer(body, desk.text(texts.ROLE_GRANTED, number=number, name=role.name, to=asked.to))
    else:
        facts = {"number": number, "name": role.name, "to": asked.to, "until": moment(end)}
        desk.answer(body, desk.text(texts.ROLE_GRANTED_UNTIL, **facts))


@command(app, "withdraw")
def withdraw(desk: Desk, account: Account, role_id: Number, key: ToKey = None, user: ToUser = None) -> None:
    """Take a role from a key or from a user."""
    name, number = reading.account(account), reading.role(role_id)
    to_key, to_user = _holder(key, user)
    asked = WithdrawFromKey(name, number, to_key) if to_key else WithdrawFromUser(name, number, reading.email(to_user))
    with desk.account(account) as (house, keyring):
        after, found = desk.take_away(house, asked, by=desk.asker(keyring))
    said = [desk.text(texts.ROLE_WITHDRAWN, number=number, name=after.roles[number].name, to=asked.to)]
    if to_key and not after.in_force(_grants(after, to_key), desk.at):
        said.append(desk.text(LINKED_TO_NO_ROLE))
    desk.answer_taken({"role": number, "name": after.roles[number].name, "from": asked.to}, found, *said)


def _holder(key: str | None, user: str | None) -> tuple[AppKey | None, str]:
    if (key is None) == (user is None):
        raise Cannot(texts.KEY_OR_USER)
    return (None if key is None else reading.app_key(key)), user or ""


def _known(keyring: Keyring, number: RoleId) -> Role:
    role = keyring.roles.get(number)
    if role is None:
        raise Cannot(texts.NO_SUCH_ROLE, number=number, account=keyring.account)
    return role


def _resources(role: Role) -> list[str]:
    return sorted(str(resource) for resource in role.resources)


def _keys(keyring: Keyring, role: Role) -> list[str]:
    every: tuple[Key | ExternalKey, ...] = (*keyring.keys.values(), *keyring.external.values())
    return [public(key.app_key) for key in every if any(one.role == role.id for one in key.grants)]


def _grants(keyring: Keyring, app_key: AppKey) -> tuple[Grant, ...]:
    key = keyring.keys.get(app_key) or keyring.external[app_key]
    return key.grants


def _users(keyring: Keyring, role: Role) -> list[str]:
    return [user.email for user in keyring.users.values() if any(one.role == role.id for one in user.grants)]


def _body(keyring: Keyring, role: Role) -> dict[str, object]:
    return {
        "id": role.id,
        "name": role.name,
        "resources": _resources(role),
        "predefined": role.predefined,
        "deleted": printing.mark(role.deleted),
        "keys": _keys(keyring, role),
        "users": _users(keyring, role),
    }
