"""Taking over a catalogue: read aside, compared with the one there is, shown, and only then put in its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from chaveiro.catalogue import CatalogueMalformed, read_toml
from chaveiro.catalogue.document import looks_openapi
from chaveiro.catalogue.openapi import read_openapi
from chaveiro.catalogue.packaged import VTEX, packaged
from chaveiro.catalogue.writing import written
from chaveiro.core.command import ImportCatalogue, Reason, Refusal
from chaveiro.core.names import Moment
from chaveiro.doctor.simulation import DAY_SECONDS, Loss, rerouted
from chaveiro.doors.console.account.catalogue import CATALOGUE, IMPORTING, row
from chaveiro.doors.console.jobs import Told
from chaveiro.doors.console.refused import Refused, refused
from chaveiro.doors.console.room import Room
from chaveiro.doors.keeping.catalogued import Counted, Difference, counted, difference
from chaveiro.doors.keeping.furnishing import predefined
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from chaveiro.core.command import Command
    from chaveiro.core.denial import Use
    from chaveiro.core.keyring import Key, Keyring
    from chaveiro.doors.console.jobs import Progress
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

IMPORT: Final = f"{CATALOGUE}/import"
PREVIEW: Final = f"{CATALOGUE}/preview"
SHOWN_MAX: Final = 100  # routes of each kind in a preview; the others are counted
LOOK_BACK_DAYS: Final = 30
_STAGES: Final = 4

room = Room("settings")

_READING: Final = N_("Reading the catalogue")
_NOTHING_SENT: Final = N_("Choose a file, or paste a text.")
_NOT_UTF8: Final = N_("That is no text in UTF-8: save it as UTF-8 first.")
_WAIT: Final = N_("Three pieces of your work are under way already. Wait until one of them is done.")
_READ: Final = N_("The catalogue was read. Nothing is changed yet: look at what would be.")
_GONE: Final = N_("What was read is not kept any more. Read the catalogue again.")
_MOVED: Final = N_("Somebody imported another catalogue since this one was compared with it. Read it again.")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A catalogue that was read and found whole, and what it would change."""

    text: str = field(repr=False)
    before: str = field(repr=False)  # the catalogue it was compared with
    counted: Counted
    difference: Difference
    undeclared: tuple[str, ...]  # operations of an OpenAPI document that say nothing: they would be refused
    losses: tuple[Loss, ...]
    brings_roles: bool


@room.page(IMPORT, needs=IMPORTING)
def import_page(visit: Visit) -> Reply:
    """Ask for a catalogue."""
    return _form(visit)


@room.act(CATALOGUE, needs=IMPORTING)
def read(visit: Visit) -> Reply:
    """Read what was sent, aside. Nothing is changed by it."""
    own = visit.given("source") == VTEX
    upload = visit.files.get("file")
    body = upload.body if upload else b""
    try:
        text = packaged(VTEX) if own else body.decode("utf-8-sig") or visit.given("text")
    except UnicodeDecodeError:
        return _form(visit, status=422, error=visit.text(_NOT_UTF8))
    if not text.strip():
        return _form(visit, status=422, error=visit.text(_NOTHING_SENT))
    job = visit.console.jobs.start(
        visit.account,
        visit.who.user.email,
        visit.text(_READING),
        lambda progress: _prepared(visit, text, progress, brings_roles=own),
    )
    if job is None:
        return _form(visit, status=429, error=visit.text(_WAIT))
    return visit.go(f"/jobs/{job.id}")


@room.page(f"{PREVIEW}/{{id}}", needs=IMPORTING)
def preview_page(visit: Visit) -> Reply:
    """Show what a catalogue that was read would change."""
    prepared = _held(visit, visit.path["id"])
    return _preview(visit, visit.path["id"], prepared) if prepared else visit.missing()


@room.act(f"{CATALOGUE}/apply", needs=IMPORTING)
def apply(visit: Visit) -> Reply:
    """Put a catalogue that was shown in the place of the one there is."""
    job = visit.given("job")
    prepared = _held(visit, job)
    if prepared is None:
        return _form(visit, status=409, error=visit.text(_GONE))
    if visit.keyring.catalogue != prepared.before:
        return _form(visit, status=409, error=visit.text(_MOVED))
    wanted: list[Command] = [ImportCatalogue(visit.account, prepared.text)]
    if prepared.brings_roles:
        wanted.append(predefined(visit.account))
    for command in wanted:
        outcome = visit.carry_out(command)
        if isinstance(outcome, Refusal) and (not prepared.brings_roles or outcome.reason is not Reason.ALREADY_SO):
            return _preview(visit, job, prepared, refused(visit, outcome))
    return visit.go(CATALOGUE, done="catalogue_imported")


def _form(visit: Visit, *, status: int = 200, error: str = "") -> Reply:
    return visit.page("catalogue_import.html", status=status, error=error, there=bool(visit.keyring.catalogue))


def _preview(visit: Visit, job: str, prepared: Prepared, problem: Refused | None = None) -> Reply:
    change, language = prepared.difference, visit.language
    return visit.page(
        "catalogue_preview.html",
        status=problem.status if problem else 200,
        problem=problem,
        job=job,
        prepared=prepared,
        added=[row(one, language) for one in change.added[:SHOWN_MAX]],
        removed=[row(one, language) for one in change.removed[:SHOWN_MAX]],
        changed=[(row(one.before, language), row(one.after, language)) for one in change.changed[:SHOWN_MAX]],
        losses=_losses(visit, prepared),
        days=LOOK_BACK_DAYS,
    )


def _losses(visit: Visit, prepared: Prepared) -> list[tuple[Key, tuple[Use, ...]]]:
    """The keys that would be refused what they use, as far as there still are; none to whoever may not see keys."""
    if not visit.may(*VIEWING_KEYS):
        return []
    keys = visit.keyring.keys
    return [(keys[one.app_key], one.uses) for one in prepared.losses[:SHOWN_MAX] if one.app_key in keys]


def _held(visit: Visit, job_id: str) -> Prepared | None:
    job = visit.console.jobs.find(visit.account, visit.who.user.email, job_id)
    held = job.result.held if job and isinstance(job.result, Told) else None
    return held if isinstance(held, Prepared) else None


def _prepared(visit: Visit, text: str, progress: Progress, *, brings_roles: bool) -> Told:
    """Read a catalogue's text, or an OpenAPI document, and compare what it says with what the account has."""
    node = visit.console.node
    progress(0, _STAGES)
    undeclared: tuple[str, ...] = ()
    try:
        if looks_openapi(text):
            imported = read_openapi(text)
            text, undeclared = written(imported.entries, name=imported.name), imported.undeclared
        progress(1, _STAGES)
        catalogue = read_toml(text)
    except CatalogueMalformed as malformed:
        refusal = Refusal(Reason.CATALOGUE_MALFORMED, {"problem": str(malformed)})
        return Told(visit.refusal(refusal), IMPORT, failed=True)
    progress(2, _STAGES)
    keyring: Keyring = node.whole(node.keyring(visit.account))
    change = difference(node.catalogue(keyring), catalogue)
    progress(3, _STAGES)
    since = Moment(visit.at - LOOK_BACK_DAYS * DAY_SECONDS)
    losses = rerouted(keyring, catalogue, visit.console.store.uses(visit.account), since=since, at=visit.at)
    prepared = Prepared(text, keyring.catalogue, counted(catalogue), change, undeclared, losses, brings_roles)
    progress(_STAGES, _STAGES)
    return Told((visit.text(_READ),), f"{PREVIEW}/{{job}}", held=prepared)
