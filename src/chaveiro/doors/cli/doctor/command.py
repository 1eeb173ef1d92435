"""`chaveiro doctor`: what is wrong with a pair, told from its own characters. Nothing is looked up, sent or kept."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from chaveiro.core.attempt import NOTHING, Field, Presented, presented
from chaveiro.doctor.examination import Examination, examine_presented
from chaveiro.doors.cli import printing, reading
from chaveiro.doors.cli.desk import NO, Desk, command
from chaveiro.doors.cli.doctor import asking, file, findings, request, texts
from chaveiro.doors.cli.doctor.account import visit
from chaveiro.doors.cli.reading import FROM_STDIN, Cannot
from chaveiro.doors.keeping.texts import NOTHING as DASH
from chaveiro.doors.pasted import forms, headers, variables
from chaveiro.doors.pasted.found import Found, Source
from chaveiro.doors.pasted.texts import FROM_HEADERS

app = typer.Typer()


@command(app, "doctor")
def doctor(
    desk: Desk,
    *,
    key: Annotated[str | None, typer.Option(metavar="APPKEY", help="The appKey as it is sent; - reads it.")] = None,
    token: Annotated[
        str | None, typer.Option(metavar="-", help="Write - : the appToken is read from standard input.")
    ] = None,
    from_environment: Annotated[
        bool, typer.Option("--from-environment", help="Read variables such as VTEX_APP_KEY and VTEX_APP_TOKEN.")
    ] = False,
    env: Annotated[Path | None, typer.Option(metavar="FILE", help="Read a file of variables, such as .env.")] = None,
    header: Annotated[
        list[str] | None, typer.Option(metavar="'NAME: VALUE'", help="A header as it is sent; repeatable.")
    ] = None,
    curl: Annotated[
        str | None, typer.Option(metavar="FILE", help="Read a curl command from a file; - reads standard input.")
    ] = None,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="Then send one GET with the pair, and read the answer.")
    ] = None,
    account: Annotated[
        str | None, typer.Option(metavar="ACCOUNT", help="For its keepers: look at all keys of an account instead.")
    ] = None,
    older_than: Annotated[
        str | None,
        typer.Option(metavar="DAYS", help="With --account: tokens to renew, such as 90d; default: the setting's."),
    ] = None,
    show_corrected: Annotated[
        bool, typer.Option("--show-corrected", help="Write the repaired pair in clear, to a terminal only.")
    ] = False,
) -> None:
    """Say what is wrong with a pair: offline, without account, settings or network, and without showing the token.

    Without options it reads standard input: a .env file, headers, JSON, a curl command, or appKey and appToken on a
    line each. With --url it then sends one request. Exit code 0 nothing is wrong, 1 something is, 2 it
    cannot be told.
    """
    if show_corrected and (desk.as_json or not sys.stdout.isatty()):
        raise Cannot(texts.SHOWN_TO_A_TERMINAL_ONLY)
    if account is not None:
        if show_corrected or url or key or token or from_environment or env or header or curl:
            raise Cannot(texts.ONE_SOURCE)
        visit(desk, account, older_than=older_than)
        return
    to = request.address(url) if url is not None else None
    source = _source(key=key, token=token, from_environment=from_environment, env=env, header=header, curl=curl)
    if not source.found:
        raise Cannot(texts.NO_PAIR_FOUND)
    examined = [(one, examined_of(one)) for one in source.found]
    body, shown = _body(desk, source, examined), _shown(desk, source, examined, corrected=show_corrected)
    code = int(bool(body["causes"]))
    if to is not None:
        if len(examined) > 1:
            raise Cannot(texts.ONE_PAIR_FOR_URL, count=len(examined))
        found, one = examined[0]
        result = asking.asked(desk, to, found, findings.findings_of(found, one))
        code = code or result.exit
        body |= {"url": asking.body(result), "exit": code}
        shown += ["", *asking.shown(desk, result)]
    desk.answer(body, *shown)
    if code:
        raise typer.Exit(code)


def examined_of(found: Found) -> Examination:
    """Examine a pair that was found somewhere."""
    elsewhere = {part: value.reveal() for part, value in found.elsewhere.items()}
    return examine_presented(found.app_key, found.app_token, found.misplaced, elsewhere=elsewhere)


def _source(
    *,
    key: str | None,
    token: str | None,
    from_environment: bool,
    env: Path | None,
    header: list[str] | None,
    curl: str | None,
) -> Source:
    """Read the one place that was named; without any, standard input or the terminal."""
    named = [key is not None or token is not None, from_environment, env is not None, bool(header), curl is not None]
    if sum(named) > 1:
        raise Cannot(texts.ONE_SOURCE)
    if key is not None or token is not None:
        return Source(texts.FROM_OPTIONS, (_of_options(key, token),))
    if from_environment:
        found = variables.pairs(variables.Named(*one) for one in os.environ.items())
        return Source(texts.FROM_ENVIRONMENT, found)
    if env is not None:
        return forms.env_file(file.content(env))
    if header:
        lines = [one for line in header if (one := headers.parsed(line))]
        return Source(FROM_HEADERS, forms.carried(headers.found(lines)))
    if curl is not None:
        return forms.curl_command(_typed() if curl == FROM_STDIN else file.content(Path(curl)))
    if sys.stdin.isatty():
        asked_key, asked_token = reading.secrets_from_stdin("appKey", "appToken")
        typed = Found(presented(asked_key.reveal()), presented(asked_token.reveal()))
        return Source(texts.FROM_PROMPT, (typed,))
    return forms.recognised(_typed())


def _typed() -> str:
    return forms.bounded(sys.stdin.read(forms.BYTES_MAX + 1))


def _of_options(key: str | None, token: str | None) -> Found:
    asked = [part for part, value in ((Field.KEY, key), (Field.TOKEN, token)) if value == FROM_STDIN]
    read = (
        dict(zip(asked, reading.secrets_from_stdin(*(f"app{one.title()}" for one in asked)), strict=True))
        if asked
        else {}
    )

    def given(part: Field, value: str | None) -> Presented:
        if part in read:
            return presented(read[part].reveal())
        return NOTHING if value is None else presented(value)

    return Found(given(Field.KEY, key), given(Field.TOKEN, token), alone=key is None or token is None)


def _shown(
    desk: Desk, source: Source, examined: list[tuple[Found, Examination]], *, corrected: bool
) -> list[RenderableType]:
    shown: list[RenderableType] = [printing.marked(desk.text(source.what), "dim")]
    for found, one in examined:
        shown += [*findings.shown(desk, found, one), ""]
        if corrected:
            shown += [*_corrected(desk, one), ""]
    shown += [desk.text(note) for note in source.notes]
    return shown if source.notes else shown[:-1]


def _corrected(desk: Desk, examined: Examination) -> list[RenderableType]:
    """The repaired pair in clear: only for whoever asked for it, at a terminal."""
    own_key, own_token = examined.corrected_key, examined.corrected_token
    if own_key is None and own_token is None:
        return [desk.text(texts.NOT_REPAIRED)]
    values = [one.reveal() if one else DASH for one in (own_key, own_token)]
    return [desk.text(texts.CORRECTED), printing.pair(*values)]


def _body(desk: Desk, source: Source, examined: list[tuple[Found, Examination]]) -> dict[str, object]:
    pairs = [findings.body(desk, found, one) for found, one in examined]
    causes = [one.cause.value for found, pair in examined for one in findings.findings_of(found, pair)]
    return {
        "exit": NO if causes else 0,
        "causes": list(dict.fromkeys(causes)),
        "read": desk.text(source.what),
        "notes": [desk.text(note) for note in source.notes],
        "pairs": pairs,
    }
