"""The desk at which every command is asked: which house, who asks, in what language, for people or programs."""

from __future__ import annotations

import inspect
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Concatenate, NoReturn, ParamSpec

import typer
from rich.console import RenderableType

from chaveiro.core.change import Change
from chaveiro.core.command import (
    Command,
    Reason,
    Refusal,
)
from chaveiro.core.fleet import UNHEARD, NodeSeen
from chaveiro.core.keyring import Actor, ActorKind, Keyring
from chaveiro.core.names import AccountName, Email, Moment
from chaveiro.doors.cli import printing, reading, texts
from chaveiro.doors.cli.reading import Cannot
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.doors.keeping.nodes import LOST
from chaveiro.doors.keeping.reach import InForce, in_force, summary
from chaveiro.doors.keeping.texts import told
from chaveiro.doors.pasted.found import PasteMalformed
from chaveiro.serve import CannotStart, House, open_house
from chaveiro.settings import Settings, SettingsMalformed, read_settings
from chaveiro.stores.port import AccountUnknown, StoreUnavailable
from chaveiro.words import figures
from chaveiro.words.explain import refuse
from chaveiro.words.language import Language, language_of_environment

NO = 1
CANNOT = 2

_P = ParamSpec("_P")

# What cannot be done because it was asked wrongly, rather than refused to whoever asked.
_ASKED_WRONGLY = frozenset(
    {
        Reason.ACCOUNT_UNKNOWN,
        Reason.CATALOGUE_MALFORMED,
        Reason.DAYS_OUT_OF_RANGE,
        Reason.KEY_NOWHERE,
        Reason.KEY_UNKNOWN,
        Reason.MOMENT_PASSED,
        Reason.NEVER_VALID,
        Reason.PAIR_MALFORMED,
        Reason.ROLE_UNKNOWN,
        Reason.USER_UNKNOWN,
    }
)


def now() -> Moment:
    """The time that people mean."""
    return Moment(time.time())


@dataclass(frozen=True, slots=True)
class Desk:
    """One command being asked. `text` gives the command line's own sentences in the language of whoever asks."""

    language: Language
    as_json: bool = False
    data: Path | None = None
    database: str | None = None
    by: str | None = None
    at: Moment = field(default_factory=now)

    # -- the house

    def settings(self, **chosen: object) -> Settings:
        """The settings with what the command line chose. Raises SettingsMalformed."""
        return read_settings(data=self.data, database=self.database, **chosen)

    @contextmanager
    def house(self, *, new: bool = False) -> Iterator[House]:
        """The house, open for the length of one command. A *new* one may be made, others must exist."""
        settings = self.settings()
        database = settings.embedded_path
        if not new and database is not None and not database.exists():
            raise Cannot(texts.NO_DATABASE, path=database)
        house = open_house(settings)
        try:
            yield house
        finally:
            house.close()

    @contextmanager
    def account(self, name: str) -> Iterator[tuple[House, Keyring]]:
        """The house and one account as it is now."""
        account = reading.account(name)
        with self.house() as house:
            yield house, keyring_of(house, account)

    # -- who asks

    def asker(self, keyring: Keyring) -> Actor:
        """The user named with `--as`, else the sponsor: whoever can read pepper and database stands in for them."""
        name = reading.email(self.by) if self.by else keyring.sponsor
        return Actor(ActorKind.USER, name, via=f"cli:{operating_user()}")

    def operator(self) -> Actor:
        """Whoever runs the installation."""
        return Actor(ActorKind.OPERATOR, operating_user(), via=f"cli:{operating_user()}")

    def needs_keys(self, keyring: Keyring) -> None:
        """Ask for the right to view the account's keys."""
        asker = self.asker(keyring)
        if not keyring.may(asker, VIEWING_KEYS, self.at):
            named = tuple(str(resource) for resource in VIEWING_KEYS)
            self.refuse(Refusal(Reason.NOT_DELEGATED, {"sponsor": keyring.sponsor, "resources": named}))

    def needs_user(self, keyring: Keyring) -> None:
        """Ask for a user of the account."""
        asker = self.asker(keyring)
        if Email(asker.name) not in keyring.users:
            self.refuse(Refusal(Reason.USER_UNKNOWN, {"user": asker.name}))

    # -- what is asked

    def carry_out(self, house: House, command: Command, *, by: Actor) -> Change:
        """Carry a command out, or say why not and leave."""
        done = house.node.carry_out(command, by=by)
        return self.refuse(done) if isinstance(done, Refusal) else done

    def take_away(self, house: House, command: Command, *, by: Actor) -> tuple[Keyring, InForce]:
        """Carry out what takes something away, or say why not and leave: the account after it, and where it is so.

        Once it is done, a store that is gone is no reason to say that it is not.
        """
        self.carry_out(house, command, by=by)
        return house.node.known.remembered(command.account), in_force(house.node, command.account)

    # -- what is answered

    def text(self, sentence: str, **facts: object) -> str:
        """One of the command line's own sentences in the language of whoever asks."""
        return told(sentence, self.language, **facts)

    def answer(self, body: Mapping[str, object] | Sequence[object], *shown: RenderableType) -> None:
        """Answer: *body* to programs, the rest to people."""
        if self.as_json:
            printing.put(printing.as_json(body))
        else:
            printing.show(*shown)

    def answer_taken(self, body: Mapping[str, object], found: InForce, *shown: RenderableType) -> None:
        """Answer that something was taken away, and where it is so by now."""
        out = [self._out(found, one) for one in found.out]
        self.answer({**body, **reach_body(found)}, *shown, summary(found, self.language), *out)

    def _out(self, found: InForce, node: NodeSeen) -> str:
        if node.report.id == UNHEARD:
            return f"  {self.text(LOST)}"
        age = round(max(0.0, found.reach.at - node.at), 1) if found.reach else 0.0
        told_age = figures.number(age, self.language)
        return f"  {self.text(texts.NODE_OUT, name=node.report.name, id=node.report.id, seconds=told_age)}"

    def refuse(self, refusal: Refusal) -> NoReturn:
        """Say why a command is refused, and leave."""
        message, remedy = refuse(refusal, self.language)
        if self.as_json:
            body = {"refused": refusal.reason, "message": message, "remedy": remedy}
            printing.put(printing.as_json(body))
        printing.console(stderr=True).print(f"{message}. {remedy}")
        raise typer.Exit(CANNOT if refusal.reason in _ASKED_WRONGLY else NO)

    def cannot(self, sentence: str, *, code: int = CANNOT) -> NoReturn:
        """Say why something cannot be done, and leave."""
        if self.as_json:
            printing.put(printing.as_json({"error": sentence}))
        printing.console(stderr=True).print(sentence)
        raise typer.Exit(code)


def keyring_of(house: House, account: AccountName) -> Keyring:
    """One account as it is now. Raises Cannot where there is none."""
    try:
        return house.node.keyring(account)
    except AccountUnknown:
        raise Cannot(texts.NO_SUCH_ACCOUNT, account=account) from None


def reach_body(found: InForce) -> dict[str, object]:
    """Where a change is in force, for programs."""
    at = found.reach.at if found.reach else found.latest_by
    return {
        "revision": str(found.revision),
        "effective": found.effective,
        "out": [
            {
                "node": one.report.id,
                "name": one.report.name,
                "revision": str(one.report.revision),
                "age_seconds": round(max(0.0, at - one.at), 1),
            }
            for one in found.out
        ],
        "latest_by": printing.iso(found.latest_by),
    }


def operating_user() -> str:
    """Whoever runs this process, as the operating system knows them: the environment could say anything."""
    with suppress(ImportError, KeyError):
        import pwd  # noqa: PLC0415 - only where there is one

        return pwd.getpwuid(os.getuid()).pw_name
    return str(os.getuid()) if hasattr(os, "getuid") else "unknown"


# ------------------------------------------------------------------------------------------ what every command takes

_PANEL = "Every command"


def _every_command(
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Answer with one JSON value.", rich_help_panel=_PANEL)
    ] = False,
    lang: Annotated[
        Language | None,
        typer.Option(help="Language of the answer; default: the environment's.", rich_help_panel=_PANEL),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of database, pepper, journal.", rich_help_panel=_PANEL),
    ] = None,
    database: Annotated[
        str | None, typer.Option(metavar="URL", help="URL of the database.", rich_help_panel=_PANEL)
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="EMAIL", help="The user who asks; default: the account's sponsor.", rich_help_panel=_PANEL
        ),
    ] = None,
) -> Desk:
    return Desk(lang or language_of_environment(os.environ), as_json, data, database, by)


_COMMON = inspect.signature(_every_command, eval_str=True).parameters


def command(app: typer.Typer, name: str) -> Callable[[Callable[Concatenate[Desk, _P], None]], Callable[..., None]]:
    """Make a function a command of *app*, with the options that every command takes gathered in its Desk."""

    def register(function: Callable[Concatenate[Desk, _P], None]) -> Callable[..., None]:
        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]

        def asked(**values: object) -> None:
            desk = _every_command(**{one: values.pop(one) for one in _COMMON})  # type: ignore[arg-type] # Typer read them
            answered(desk, lambda: function(desk, **values))  # type: ignore[call-arg,arg-type] # likewise

        parameters = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in (*own, *_COMMON.values())]
        asked.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # what Typer reads
        asked.__annotations__ = {one.name: one.annotation for one in parameters}
        asked.__doc__ = function.__doc__
        return app.command(name)(asked)

    return register


def answered(desk: Desk, ask: Callable[[], None]) -> None:
    """Ask, and turn every surprise that people can mend into one sentence."""
    try:
        ask()
    except (Cannot, PasteMalformed) as cannot:
        desk.cannot(desk.text(cannot.sentence, **cannot.facts))
    except (CannotStart, SettingsMalformed, StoreUnavailable) as surprise:
        desk.cannot(str(surprise))
    except UnicodeError:
        desk.cannot(desk.text(texts.NOT_UTF8))
