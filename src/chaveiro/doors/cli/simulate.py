"""`chaveiro simulate`: what would let a key do something, and who would lose what by an edit. Nothing is changed."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from chaveiro.core.ask import DAYS_DEFAULT, DAYS_MAX, Ask
from chaveiro.core.attempt import AnyRole, Need, NoMethod, NoRoute
from chaveiro.core.decision import Allowed
from chaveiro.core.keyring import Keyring
from chaveiro.doctor.simulation import Outcome, Preview, Simulation
from chaveiro.doors.cli import printing, reading, texts
from chaveiro.doors.cli.account import Account
from chaveiro.doors.cli.desk import NO, Desk, command
from chaveiro.doors.cli.explain import denial_id
from chaveiro.doors.cli.reading import Cannot
from chaveiro.doors.keeping.texts import ANY_ROLE, NEEDS_NOTHING_KNOWN, REQUEST, moment
from chaveiro.doors.supposed import cause_of, supposed_body
from chaveiro.whatif import NotKnown
from chaveiro.words import figures
from chaveiro.words.commands import command_line, in_turn
from chaveiro.words.explain import refuse

app = typer.Typer()


@command(app, "simulate")
def simulate(
    desk: Desk,
    account: Account,
    *,
    key: Annotated[str | None, typer.Option(metavar="APPKEY", help="The key that should be able to do it.")] = None,
    method: Annotated[str | None, typer.Option(metavar="METHOD", help="Such as GET.")] = None,
    path: Annotated[str | None, typer.Option(metavar="PATH", help="Path and query as they would be sent.")] = None,
    resource: Annotated[
        str | None, typer.Option(metavar="PRODUCT/KEY", help="A resource instead of method and path.")
    ] = None,
    denial: Annotated[str | None, typer.Option(metavar="DENIAL_ID", help="What was denied, instead of --key.")] = None,
    address: Annotated[str | None, typer.Option(metavar="IP", help="The address it would come from.")] = None,
    days: Annotated[
        int | None,
        typer.Option(metavar="N", help="--key alone: all it was refused in N days. --role: what counts as used."),
    ] = None,
    role: Annotated[str | None, typer.Option(metavar="ROLE_ID", help="The role that would be edited.")] = None,
    add: Annotated[
        list[str] | None, typer.Option(metavar="PRODUCT/KEY", help="What it would give; repeatable.")
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option(metavar="PRODUCT/KEY", help="What it would not give any more; repeatable.")
    ] = None,
    delete: Annotated[bool, typer.Option("--delete", help="The role would be deleted.")] = False,
) -> None:
    """Say which roles would let a key do something, or who would lose what by an edit of a role. Changes nothing.

    Exit code 0: it would be allowed, or nobody would lose anything. 1: it would not, or somebody would.
    """
    if days is not None and not 1 <= days <= DAYS_MAX:
        raise Cannot(texts.DAYS_BOUNDS, most=DAYS_MAX)
    wished = (denial is not None, resource is not None, method is not None and path is not None)
    edits = (bool(add or remove), delete)
    if role is not None:
        if sum(edits) != 1 or any((key, method, path, resource, denial, address)):
            raise Cannot(texts.SIMULATE_ROLE)
    elif any(edits) or sum(wished) > 1 or (method is None) != (path is None) or (key is None) == (denial is None):
        raise Cannot(texts.SIMULATE_WHAT)
    asked = Ask(
        app_key=reading.app_key(key) if key is not None else None,
        method=method or "",
        path=path or "",
        resource=next(iter(reading.resources([resource]))) if resource is not None else None,
        denial=denial_id(denial) if denial is not None else None,
        address=reading.address(address) if address is not None else "",
        days=days or DAYS_DEFAULT,
        role=reading.role(role) if role is not None else None,
        add=reading.resources(add or ()),
        remove=reading.resources(remove or ()),
        delete=delete,
    )
    with desk.account(account) as (house, keyring):
        desk.needs_keys(keyring)
        whole = house.node.whole(keyring)
        found = house.denials.supposed(asked, whole, house.node.catalogue(whole))
    if found is NotKnown.KEY:
        raise Cannot(texts.NO_SUCH_KEY, account=keyring.account)
    if isinstance(found, NotKnown):
        raise Cannot(texts.NO_DENIAL_OF_ACCOUNT, account=keyring.account)
    if isinstance(found, Preview):
        shown = _preview(desk, whole, found, asked.days)
    else:
        shown = _simulation(desk, whole, found, asked.days)
    desk.answer(supposed_body(found, whole, desk.language), *shown)
    if not _is_fine(found):
        raise typer.Exit(NO)


def _is_fine(found: Simulation | Preview) -> bool:
    if isinstance(found, Preview):
        return not found.losses and found.refusal is None
    return all(isinstance(one.then, Allowed) for one in found.outcomes)


def _simulation(desk: Desk, keyring: Keyring, found: Simulation, days: int) -> list[RenderableType]:
    if not found.outcomes:
        return [desk.text(texts.LACKS_NOTHING, key=found.app_key, days=days)]
    headings = [desk.text(one) for one in (REQUEST, texts.NEEDS, texts.NOW, texts.AFTER)]
    shown: list[RenderableType] = [printing.table(headings, [_outcome(desk, one) for one in found.outcomes])]
    if any(isinstance(one.wish.wanted, NoRoute | NoMethod) for one in found.outcomes):
        shown += ["", desk.text(NEEDS_NOTHING_KNOWN)]
    if found.commands:
        sentence = texts.LINK_THESE if found.cover else texts.MAKE_A_ROLE
        excess = found.cover.excess if found.cover else 0
        shown += ["", desk.text(sentence, excess=excess)]
        for what, one in zip(in_turn(found.commands, desk.language, roles=keyring.roles), found.commands, strict=True):
            shown += [what, printing.command(command_line(one))]
    if found.cover and not found.cover.exact:
        shown.append(desk.text(texts.CHOSEN_GREEDILY))
    others = [f"{one.role.id} {one.role.name} (+{one.excess})" for one in found.alone]
    if others:
        shown += ["", f"{desk.text(texts.ENOUGH_ALONE)} {', '.join(others)}."]
    return shown


def _outcome(desk: Desk, one: Outcome) -> list[str | Text]:
    wanted = one.wish.wanted
    needs = desk.text(ANY_ROLE) if isinstance(wanted, AnyRole) else "-"
    if isinstance(wanted, Need):
        needs = figures.needed(wanted, desk.language)
    now, then = (cause_of(decision, desk.language) for decision in (one.now, one.then))
    allowed = desk.text(texts.ALLOWED)
    return [one.wish.name, needs, now or allowed, then or allowed]


def _preview(desk: Desk, keyring: Keyring, found: Preview, days: int) -> list[RenderableType]:
    if found.refusal is not None:
        message, remedy = refuse(found.refusal, desk.language)
        return [f"{message}. {remedy}"]
    if not found.losses:
        return [desk.text(texts.NOBODY_LOSES, days=days)]
    routes = {use.route for loss in found.losses for use in loss.uses}
    shown: list[RenderableType] = [
        desk.text(texts.WOULD_LOSE, keys=len(found.losses), routes=len(routes), days=days),
    ]
    for loss in found.losses:
        rows = [(use.route, moment(use.last), str(use.count)) for use in loss.uses]
        headings = [desk.text(one) for one in (REQUEST, texts.LAST_USED, texts.TIMES)]
        name = f"{loss.app_key} {keyring.keys[loss.app_key].label}"
        shown += ["", Text(name, style="bold"), printing.table(headings, rows)]
    return shown
