"""Activating, deactivating and blocking a key: what each will do, then doing it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from chaveiro.core.command import ActivateKey, BlockKey, DeactivateKey, Refusal
from chaveiro.core.names import NameMalformed, looks_secret, plain_text
from chaveiro.doors.console.key.found import ONE, crumbs, found, known, named, path_of
from chaveiro.doors.console.refused import Refused, foreseen, refused
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.doors.keeping.key import last_use
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from chaveiro.core.keyring import Key
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

room = Room("keys")
Switch: TypeAlias = ActivateKey | DeactivateKey | BlockKey

_SECRET = N_("This looks like a credential. A reason is kept, and read by others: keep secrets out of it.")
_NO_LINE = N_("A reason is one line of at most 100 characters, without blanks at its ends.")


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that is done with a key by pressing one button, and what is said before."""

    name: str
    kind: type[ActivateKey | DeactivateKey | BlockKey]
    heading: str
    will: tuple[str, ...]
    done: str  # of the notices
    danger: bool = False

    @property
    def has_reason(self) -> bool:
        """Whether a reason may be given."""
        return self.kind is not ActivateKey


ACTS: Final = (
    Act(
        "activate",
        ActivateKey,
        N_("Activate the key"),
        (
            N_("From then on requests with this key are allowed again, as far as its roles give what they need."),
            N_("Whoever has its token can use it at once."),
        ),
        "key_activated",
    ),
    Act(
        "deactivate",
        DeactivateKey,
        N_("Deactivate the key"),
        (
            N_("From then on every request with this key is refused."),
            N_("Its token and its roles stay as they are: activate it, and it works as before."),
        ),
        "key_deactivated",
        danger=True,
    ),
    Act(
        "block",
        BlockKey,
        N_("Block the key"),
        (
            N_("From then on every request with this key is refused. Block a key whose token others may know."),
            N_(
                "This cannot be undone with the token that it has now: the key is activated only once it has a new "
                "token and the renewal is finished."
            ),
        ),
        "key_blocked",
        danger=True,
    ),
)


def act_page(act: Act, visit: Visit) -> Reply:
    """Say what an act will do."""
    key = found(visit)
    if key is None:
        return visit.missing()
    return _form(act, visit, key, foreseen(visit, _command(act, visit, key)))


def do(act: Act, visit: Visit) -> Reply:
    """Do it."""
    key = found(visit)
    if key is None:
        return visit.missing()
    why = visit.given("why").strip() if act.has_reason else ""
    try:
        reason = plain_text(why, what="reason") if why else ""
    except NameMalformed:
        secret = looks_secret(why)
        error = visit.text(_SECRET if secret else _NO_LINE)
        return _form(act, visit, key, None, status=422, error=error, why="" if secret else why)
    done = visit.carry_out(_command(act, visit, key, reason))
    if isinstance(done, Refusal):
        stop = refused(visit, done)
        return _form(act, visit, key, stop, status=stop.status, why=reason)
    return visit.go(path_of(key), done=act.done)


def _command(act: Act, visit: Visit, key: Key, why: str = "") -> Switch:
    if act.kind is ActivateKey:
        return ActivateKey(visit.account, key.app_key)
    return BlockKey(visit.account, key.app_key, why) if act.kind is BlockKey else DeactivateKey(
        visit.account, key.app_key, why
    )  # fmt: skip


def _form(
    act: Act, visit: Visit, key: Key, stop: Refused | None, *, status: int = 200, error: str = "", why: str = ""
) -> Reply:
    path = path_of(key)
    return visit.page(
        "key_act.html",
        status=status,
        crumbs=crumbs(visit, key),
        called=named(key),
        key=key,
        heading=visit.text(act.heading),
        will=[visit.text(one) for one in act.will],
        here=f"{CONSOLE}{path}/{act.name}",
        back=CONSOLE + path,
        has_reason=act.has_reason,
        danger=act.danger,
        last_use=last_use(key, known(visit, key, refusals=0).usage),
        stop=stop,
        error=error,
        why=why,
    )


for _act in ACTS:
    room.page(f"{ONE}/{_act.name}", needs=VIEWING_KEYS)(partial(act_page, _act))
    room.act(f"{ONE}/{_act.name}", needs=VIEWING_KEYS)(partial(do, _act))
