"""The page of one key, and the parts of it that are kept up to date while somebody looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chaveiro.core.command import (
    ActivateKey,
    BlockKey,
    DeactivateKey,
    DeleteKey,
    FinishRenewal,
    GrantToKey,
    RenewKey,
    WithdrawFromKey,
)
from chaveiro.core.credential import public
from chaveiro.core.names import AppKey
from chaveiro.doors.console.key.activity import USES_SHOWN, needed, timelines
from chaveiro.doors.console.key.asking import may, who_may
from chaveiro.doors.console.key.facts import facts, linked, safety, tokens
from chaveiro.doors.console.key.found import ONE, REFUSALS_SHOWN, buried, crumbs, found, known, named, path_of
from chaveiro.doors.console.key.refusals import failures_of, refused
from chaveiro.doors.console.key.step import TEST_CALL, next_step
from chaveiro.doors.console.keys.listing import KEYS
from chaveiro.doors.console.keys.testcall import test_call
from chaveiro.doors.console.room import CONSOLE, Room
from chaveiro.doors.keeping import exposure
from chaveiro.doors.keeping.handling import VIEWING_KEYS
from chaveiro.doors.keeping.key import Standing, finishing, last_use, standing, state
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chaveiro.core.command import Command
    from chaveiro.core.keyring import Key
    from chaveiro.doors.console.key.found import Known
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

room = Room("keys")
_KINDS = {
    Standing.ACTIVE: "ok",
    Standing.RENEWING: "info",
    Standing.NOT_YET_VALID: "info",
    Standing.INACTIVE: "off",
}
_RENEW, _FINISH = N_("Renew the token"), N_("Finish the renewal")
_ACTIVATE, _DEACTIVATE, _BLOCK = N_("Activate"), N_("Deactivate"), N_("Block")
_DELETE, _RELEASE = N_("Delete"), N_("Remove from this account")


@dataclass(frozen=True, slots=True)
class Act:
    """What can be done with a key now, and where."""

    name: str
    href: str
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Exposed:
    """That a token was seen in clear."""

    told: tuple[str, ...]
    advice: str
    act: Act | None


@room.page(ONE, needs=VIEWING_KEYS)
def key_page(visit: Visit) -> Reply:
    """Show a key: how it is, what to do next, what it may do, did and was refused."""
    key = found(visit)
    if key is None:
        return _gone(visit)
    what, path = known(visit, key), path_of(key)
    return visit.page(
        "key.html",
        crumbs=crumbs(visit),
        key=key,
        called=named(key),
        path=CONSOLE + path,
        acts=[*_acts(visit, key)],
        facts=facts(visit, key),
        roles=linked(visit, key, path),
        may_link=may(visit, GrantToKey),
        may_unlink=may(visit, WithdrawFromKey),
        who_may=who_may(visit, GrantToKey),
        timelines=timelines(visit, key.app_key),
        **_now(visit, what),
        **_activity(visit, what),
    )


@room.page(f"{ONE}/now", needs=VIEWING_KEYS)
def now_part(visit: Visit) -> Reply:
    """How the key is now, and what to do next."""
    key = found(visit)
    if key is None or not visit.is_fragment:
        return visit.missing() if key is None else visit.go(path_of(key))
    return visit.page("key_now.html", **_now(visit, known(visit, key, refusals=1)))


@room.page(f"{ONE}/activity", needs=VIEWING_KEYS)
def activity_part(visit: Visit) -> Reply:
    """When its tokens worked, what it was refused, what it used."""
    key = found(visit)
    if key is None or not visit.is_fragment:
        return visit.missing() if key is None else visit.go(path_of(key))
    return visit.page("key_activity.html", key=key, path=CONSOLE + path_of(key), **_activity(visit, known(visit, key)))


def _now(visit: Visit, what: Known) -> dict[str, Any]:
    key, step = what.key, next_step(visit, what)
    return {
        "kind": _KINDS.get(standing(key, visit.at), "bad"),
        "state": state(key, visit.language, visit.at),
        "step": step,
        "exposed": _exposed(visit, what),
        "last_use": last_use(key, what.usage),
        "test_call": test_call(visit, key) if step.href == f"#{TEST_CALL}" else None,
    }


def _exposed(visit: Visit, what: Known) -> Exposed | None:
    """That others may know a token which works, and where that is mended."""
    if not what.exposures:
        return None
    key = what.key
    command, suffix, name = (FinishRenewal, "/finish", _FINISH) if key.renewing else (RenewKey, "/renew", _RENEW)
    return Exposed(
        tuple(exposure.told(one, visit.language) for one in what.exposures),
        exposure.advice(visit.language),
        Act(visit.text(name), f"{CONSOLE}{path_of(key)}{suffix}") if may(visit, command) else None,
    )


def _activity(visit: Visit, what: Known) -> dict[str, Any]:
    key = what.key
    uses = visit.console.store.uses(visit.account, app_key=key.app_key)
    ending = None if key.home else finishing(key, what.usage, visit.at)
    return {
        "tokens": tokens(key, what.usage),
        "ending": ending,
        "ending_told": safety(visit, ending) if ending else "",
        "refusals": refused(visit, what),
        "refusals_full": len(what.denials) == REFUSALS_SHOWN,
        "all_refusals": failures_of(key.app_key),
        "revision": str(visit.keyring.revision),
        "uses": [(use, needed(visit, use)) for use in uses[:USES_SHOWN]],
        "more_uses": max(0, len(uses) - USES_SHOWN),
    }


def _acts(visit: Visit, key: Key) -> Iterator[Act]:
    """What whoever looks may do with the key as it is."""
    for name, act, kind, danger in _possible(key):
        if may(visit, kind):
            yield Act(visit.text(name), f"{CONSOLE}{path_of(key)}/{act}", danger)


def _possible(key: Key) -> Iterator[tuple[str, str, type[Command], bool]]:
    if key.home:
        yield _RELEASE, "delete", DeleteKey, True
        return
    if key.renewing:
        yield _FINISH, "finish", FinishRenewal, False
    else:
        yield _RENEW, "renew", RenewKey, False
    if key.inactive or key.blocked:
        yield _ACTIVATE, "activate", ActivateKey, False
    if not key.inactive:
        yield _DEACTIVATE, "deactivate", DeactivateKey, False
    if not key.blocked:
        yield _BLOCK, "block", BlockKey, True
    yield _DELETE, "delete", DeleteKey, True


def _gone(visit: Visit) -> Reply:
    """A key that was deleted, or that its home has no more; anything else is unknown."""
    if (stone := buried(visit)) is not None:
        return visit.page(
            "key_deleted.html",
            crumbs=crumbs(visit),
            stone=stone,
            app_key=public(stone.app_key),
            failures=failures_of(stone.app_key),
            timelines=timelines(visit, stone.app_key),
        )
    if (away := visit.keyring.external.get(AppKey(visit.path["app_key"]))) is not None:
        release = f"{CONSOLE}{KEYS}/{away.app_key}/delete" if may(visit, DeleteKey) else ""
        who = who_may(visit, DeleteKey)
        return visit.page("key_away.html", crumbs=crumbs(visit), away=away, release=release, who=who)
    return visit.missing()
