"""The program: its commands by noun, and the last line of defence, where no surprise prints what it held."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import structlog
import typer

from chaveiro.doors.cli import printing, reading, texts
from chaveiro.doors.cli.account import app as accounts
from chaveiro.doors.cli.audit import app as auditing
from chaveiro.doors.cli.backup import app as backing_up
from chaveiro.doors.cli.catalogue import app as catalogues
from chaveiro.doors.cli.check import app as checking
from chaveiro.doors.cli.demo.tour import app as touring
from chaveiro.doors.cli.desk import CANNOT
from chaveiro.doors.cli.doctor.command import app as examining
from chaveiro.doors.cli.explain import app as explaining
from chaveiro.doors.cli.failures import app as failing
from chaveiro.doors.cli.importing.command import add_import
from chaveiro.doors.cli.key import app as keys
from chaveiro.doors.cli.moving import app as moving
from chaveiro.doors.cli.nodes import app as listing
from chaveiro.doors.cli.reading import Cannot
from chaveiro.doors.cli.role import app as roles
from chaveiro.doors.cli.scan.command import app as scanning
from chaveiro.doors.cli.serving import app as serving
from chaveiro.doors.cli.simulate import app as simulating
from chaveiro.doors.cli.user import app as users
from chaveiro.doors.keeping.texts import told
from chaveiro.serve import forbid_cores
from chaveiro.words.language import language_of_environment

app = typer.Typer(
    name="chaveiro",
    help="Says whether an API key and token may do what they ask and, when they may not, why and what would fix it.",
    epilog="Exit codes: 0 yes, 1 no (a denial, a refusal), 2 it cannot be done as it was asked.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they would print local variables, tokens among them
    rich_markup_mode="rich",
)

app.add_typer(touring)
app.add_typer(serving)
app.add_typer(listing)
app.add_typer(accounts, name="account", help="Accounts, their sponsor, their state.")
app.add_typer(users, name="user", help="People, and existing pairs registered by hand.")
app.add_typer(roles, name="role", help="Roles, and who holds them.")
add_import(keys)
app.add_typer(keys, name="key", help="Pairs of appKey and appToken.")
app.add_typer(checking)
app.add_typer(examining)
app.add_typer(scanning)
app.add_typer(explaining)
app.add_typer(failing)
app.add_typer(simulating)
app.add_typer(auditing, name="audit", help="What happened, and whether the entries are what was written.")
app.add_typer(moving)
app.add_typer(backing_up)
app.add_typer(catalogues, name="catalogue", help="What each request needs.")

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command, and leave with its exit code."""
    forbid_cores()
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code: 0 yes, 1 no, 2 it cannot be done as it was asked."""
    printing.write_plainly()
    language = language_of_environment(os.environ)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        reading.refuse_secrets(arguments)
        return int(_program()(list(arguments), prog_name="chaveiro", standalone_mode=False) or 0)
    except Cannot as cannot:
        return _told(told(cannot.sentence, language, **cannot.facts))
    except typer.TyperException as usage:
        command = getattr(getattr(usage, "ctx", None), "command_path", "chaveiro")
        message = _without_secrets(usage.format_message(), arguments)
        return _told(f"{message} {told(texts.USAGE, language, command=command)}" if message else "")
    except (KeyboardInterrupt, typer.Abort):
        return _INTERRUPTED
    except BrokenPipeError:  # whoever read the answer has enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as surprise:  # noqa: BLE001 - its message and its locals may hold a token: neither is printed
        frame = traceback.extract_tb(surprise.__traceback__)[-1]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        return _told(told(texts.SURPRISE, language, kind=type(surprise).__name__, place=place))


@cache
def _program() -> Callable[..., int | None]:
    """The commands, read once: a process may run many."""
    return typer.main.get_command(app)


def _told(sentence: str) -> int:
    if sentence:
        printing.console(stderr=True).print(sentence)
    return CANNOT


def _without_secrets(message: str, arguments: Sequence[str]) -> str:
    """What the parser quotes of the command line, with what may be a token left out."""
    for argument in sorted(arguments, key=len, reverse=True):
        if reading.like_token(argument):
            message = message.replace(argument, "***")
    return message
