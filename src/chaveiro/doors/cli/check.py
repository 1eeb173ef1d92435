"""`chaveiro check`: decide one request, and read the answer as its caller would."""

from __future__ import annotations

import json
from typing import Annotated, Any, assert_never

import typer

from chaveiro.core.attempt import Need
from chaveiro.core.cause import Audience, Cause, Finding
from chaveiro.core.decision import Allowed, Denied
from chaveiro.core.denial import DenialId
from chaveiro.doors.cli import printing, reading, texts
from chaveiro.doors.cli.account import Account
from chaveiro.doors.cli.desk import CANNOT, NO, Desk, command
from chaveiro.doors.cli.reading import FROM_STDIN, Cannot
from chaveiro.doors.denied import reader
from chaveiro.node import Answer, CannotTell, Node
from chaveiro.wire import answer as wire
from chaveiro.wire.check import BodyMalformed, Question, question
from chaveiro.wire.message import Reply
from chaveiro.words.explain import explain

app = typer.Typer()


@command(app, "check")
def check(
    desk: Desk,
    account: Account,
    *,
    key: Annotated[str | None, typer.Option(metavar="APPKEY", help="The appKey as it is sent; - reads it.")] = None,
    token: Annotated[
        str | None, typer.Option(metavar="-", help="Write - : the appToken is read from standard input.")
    ] = None,
    user_token: Annotated[
        str | None,
        typer.Option(metavar="-", help="Instead of a pair. Write - : the user token is read from standard input."),
    ] = None,
    method: Annotated[str | None, typer.Option(metavar="METHOD", help="Such as GET.")] = None,
    path: Annotated[str | None, typer.Option(metavar="PATH", help="Path and query as they are sent.")] = None,
    resource: Annotated[
        str | None, typer.Option(metavar="PRODUCT/KEY", help="Ask for a resource instead of method and path.")
    ] = None,
    address: Annotated[str | None, typer.Option(metavar="IP", help="The address the request comes from.")] = None,
) -> None:
    """Decide one request and say what its caller reads. Exit code 0 allowed, 1 denied, 2 nobody can tell.

    The token is read from standard input, or asked for without showing it.
    """
    if (resource is None) == (method is None and path is None) or (method is None) != (path is None):
        raise Cannot(texts.PATH_OR_RESOURCE)
    name = reading.account(account)
    asked = {"account": name, **_presented(appKey=key, appToken=token, userToken=user_token)}
    if resource is None:
        asked |= {"method": method, "path": path}
    else:
        wanted = next(iter(reading.resources([resource])))
        asked["resource"] = {"product": wanted.product, "key": wanted.key}
    if address is not None:
        asked["address"] = reading.address(address)
    try:
        put = question(json.dumps(asked).encode())
    except BodyMalformed as malformed:
        desk.cannot(f"{malformed}.")
    if not isinstance(put, Question):
        raise TypeError("a command line hands on no headers")
    with desk.account(account) as (house, _):
        answer = house.node.check(name, put.request)
        body = _body(desk, house.node, answer)
    desk.answer(body, printing.card(_lines(desk, body)))
    if not isinstance(answer.verdict, Allowed):
        raise typer.Exit(CANNOT if isinstance(answer.verdict, CannotTell) else NO)


def _presented(**given: object) -> dict[str, object]:
    """What is presented, as given. A token typed at a terminal was refused before anything was read."""
    asked = [what for what, value in given.items() if value == FROM_STDIN]
    read = reading.secrets_from_stdin(*asked) if asked else []
    return given | {what: value.reveal() for what, value in zip(asked, read, strict=True)}


def _body(desk: Desk, node: Node, answer: Answer) -> dict[str, Any]:
    """Exactly what `POST /v1/check` answers."""
    body: dict[str, Any] = json.loads(_reply(desk, node, answer).body)
    return body


def _reply(desk: Desk, node: Node, answer: Answer) -> Reply:
    standing = answer.standing
    match answer.verdict:
        case Allowed() as allowed:
            return wire.allow_json(
                allowed, answer.account, node.known.role_names(answer.account, allowed.roles), standing=standing
            )
        case Denied() as denied:
            told = answer.told
            finding = told.finding if told else Finding(Cause.CREDENTIALS_INVALID)
            return wire.deny_json(
                denied,
                explain(finding, to=reader(denied), language=desk.language),
                id=told.id if told else DenialId(""),
                account=answer.account,
                required=answer.wanted if isinstance(answer.wanted, Need) else None,
                standing=standing,
            )
        case CannotTell() as unknown:
            words = explain(Finding(Cause.AUTHORIZATION_UNAVAILABLE), to=Audience.STRANGER, language=desk.language)
            seconds = unknown.retry_after_seconds
            return wire.unknown_json(words, account=answer.account, retry_after_seconds=seconds, standing=standing)
        case _ as never:
            assert_never(never)


def _lines(desk: Desk, body: dict[str, Any]) -> list[tuple[str, Any]]:
    verdicts = {"allow": (texts.ALLOWED, "bold green"), "deny": (texts.DENIED, "bold red")}
    sentence, style = verdicts.get(body["decision"], (texts.UNKNOWN, "bold yellow"))
    lines = [
        (texts.VERDICT, printing.marked(f"{desk.text(sentence)} ({body['status']})", style)),
        (texts.BY_ROLES, ", ".join(body["roles"])),
        (texts.CAUSE, body["cause"] or ""),
        (texts.DETAIL, ". ".join(body[part] for part in ("title", "detail") if body.get(part))),
        (texts.REMEDY, body.get("remedy") or ""),
        (texts.DENIAL, body["denial"] or ""),
        (texts.REVISION, body["revision"] or ""),
    ]
    shown = [(desk.text(name), value) for name, value in lines]
    if body["denial"]:
        shown.append((desk.text(texts.FOR_THE_KEEPER), f"chaveiro explain {body['denial']}"))
    return shown
