"""What somebody asks the audit for, and looking back through it as far as one page may take."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from chaveiro.core import event as happened
from chaveiro.core.keyring import Revision
from chaveiro.core.names import Moment, RoleId, looks_secret
from chaveiro.stores.port import RevisionMoved
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from chaveiro.core.change import Change
    from chaveiro.core.event import Event
    from chaveiro.core.names import AccountName
    from chaveiro.stores.port import Committed, Store

TEXT_LENGTH_MAX: Final = 254
_WINDOW: Final = 5_000  # changes of all accounts that are searched for names at once
_REVISION: Final = re.compile(r"([0-9a-f]{8})\.([0-9]{1,18})")
_ROLE: Final = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class Kind:
    """Events that belong together."""

    name: str
    events: frozenset[type[Event]]


KINDS: Final[Mapping[str, Kind]] = {
    "refused": Kind(N_("Refused attempts"), frozenset({happened.CommandRefused})),
    "keys": Kind(
        N_("Keys and tokens"),
        frozenset(
            {
                happened.KeyIssued,
                happened.KeyImported,
                happened.LeakNoted,
                happened.KeyAdopted,
                happened.KeyReleased,
                happened.KeyActivated,
                happened.KeyDeactivated,
                happened.KeyBlocked,
                happened.KeyRenewed,
                happened.RenewalFinished,
                happened.KeyDeleted,
                happened.HandoverMade,
                happened.HandoverOpened,
            }
        ),
    ),
    "links": Kind(
        N_("Roles given and taken"),
        frozenset(
            {happened.KeyGranted, happened.KeyWithdrawn, happened.UserGranted, happened.UserWithdrawn},
        ),
    ),
    "roles": Kind(
        N_("What roles are"),
        frozenset(
            {
                happened.RoleCreated,
                happened.RoleEdited,
                happened.RoleDeleted,
                happened.ResourceSpread,
                happened.PredefinedRolesAdded,
            }
        ),
    ),
    "people": Kind(
        N_("People and sponsorship"),
        frozenset(
            {
                happened.UserAdded,
                happened.UserRemoved,
                happened.UserTokenGiven,
                happened.SetUpLinkGiven,
                happened.PasswordSet,
                happened.SponsorInvited,
                happened.TransferCancelled,
                happened.SponsorChanged,
            }
        ),
    ),
    "account": Kind(
        N_("Account, settings and catalogue"),
        frozenset(
            {
                happened.AccountCreated,
                happened.AccountSuspended,
                happened.AccountResumed,
                happened.SettingsEdited,
                happened.CatalogueImported,
            }
        ),
    ),
    "failures": Kind(N_("Failures muted"), frozenset({happened.EpisodeMuted, happened.EpisodeUnmuted})),
}
_OF_ROLES: Final = KINDS["links"].events | KINDS["roles"].events
_PERSON: Final = ("email", "to", "sponsor", "former")
_KEY: Final = ("app_key", "to")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which changes are asked for."""

    person: str = ""  # who asked, or whom it is about
    key: str = ""
    kind: str = ""
    role: RoleId | None = None
    since: date | None = None
    until: date | None = None
    before: Revision | None = None

    def query(self, *, before: Revision | None) -> str:
        """The same as the query of an address, from a revision on."""
        fields = {
            "person": self.person,
            "key": self.key,
            "kind": self.kind,
            "role": self.role or "",
            "since": self.since or "",
            "until": self.until or "",
            "before": before or "",
        }
        kept = [(name, str(value)) for name, value in fields.items() if value]
        return f"?{urlencode(kept)}" if kept else "?"

    def earlier(self, before: Revision | None) -> Asked:
        """The same, from a revision on."""
        return replace(self, before=before)

    @property
    def narrow(self) -> bool:
        """Whether something is left out."""
        return self != Asked(before=self.before)

    def naming(self) -> list[Collection[str]]:
        """What a store may leave out by: names, one of each group."""
        names: list[Collection[str]] = [{one} for one in (self.person, self.key) if one]
        if self.kind:
            names.append({one.__name__ for one in KINDS[self.kind].events})
        if self.role is not None:
            names.append({one.__name__ for one in _OF_ROLES})
        return names

    def fits(self, change: Change) -> bool:
        """Say whether a change is asked for, but for its date."""
        return (
            (not self.kind or type(change.event) in KINDS[self.kind].events)
            and (not self.person or self.person in _names(change, _PERSON))
            and (not self.key or self.key in _names(change, _KEY))
            and (self.role is None or self.role in _roles(change.event))
        )


@dataclass(frozen=True, slots=True)
class Found:
    """What was found on the way back."""

    changes: Sequence[Committed]
    goes_on: Revision | None  # before which there may be more; None: all was looked at
    until: Moment | None  # how far it was looked back


def asked(given: Mapping[str, Sequence[str]]) -> Asked:
    """Read what is asked for. What nobody understands leaves nothing out, and a secret is not looked for."""
    text = {name: _line(values) for name, values in given.items()}
    kind, role, before = text.get("kind", ""), text.get("role", ""), _REVISION.fullmatch(text.get("before", ""))
    return Asked(
        person=text.get("person", "").lower() if text.get("person", "").isascii() else text.get("person", ""),
        key=text.get("key", ""),
        kind=kind if kind in KINDS else "",
        role=RoleId(int(role)) if _ROLE.fullmatch(role) else None,
        since=_date(text.get("since", "")),
        until=_date(text.get("until", "")),
        before=Revision(before[1], int(before[2])) if before else None,
    )


def looked_back(store: Store, account: AccountName, wanted: Asked, *, rows: int, seconds: float) -> Found:
    """The newest changes that are asked for: at most *rows*, and as many as are found within so many seconds."""
    head, naming = store.head(), wanted.naming()
    before = _beginning(store, account, wanted) or Revision(head.epoch, head.seq + 1)
    since = _midnight(wanted.since) if wanted.since else Moment(float("-inf"))
    found: list[Committed] = []
    ends = monotonic() + seconds
    while before.seq > 1:
        after = Revision(before.epoch, max(before.seq - 1 - _WINDOW, 0)) if naming else None
        batch = store.newest_changes(account, after=after, before=before, naming=naming, limit=rows + 1)
        for one in batch:
            if one.change.at < since:
                return Found(found, None, None)
            if wanted.fits(one.change):
                found.append(one)
            if len(found) > rows:
                return Found(found[:rows], found[rows - 1].revision, found[rows - 1].change.at)
        if len(batch) > rows:
            before = batch[-1].revision
        elif after is None or after.seq == 0:
            break
        else:
            before = Revision(after.epoch, after.seq + 1)
        if monotonic() > ends:
            earlier = store.newest_changes(account, before=before, limit=1)
            return Found(found, before, earlier[0].change.at) if earlier else Found(found, None, None)
    return Found(found, None, None)


def _beginning(store: Store, account: AccountName, wanted: Asked) -> Revision | None:
    """Where to begin looking back: where a page before ended, else at the end of the last day that is asked for."""
    head = store.head()
    if wanted.before is not None and wanted.before.epoch == head.epoch:
        return min(wanted.before, Revision(head.epoch, head.seq + 1))
    if wanted.until is None:
        return None
    end = _midnight(wanted.until + timedelta(days=1)) if wanted.until < date.max else Moment(float("inf"))
    low, high = 0, head.seq  # changes up to `low` are earlier, those after `high` are later or of others
    while low < high:
        middle = (low + high) // 2
        try:
            following = store.changes(after=Revision(head.epoch, middle), account=account, limit=1)
        except RevisionMoved:
            return None
        if following and following[0].change.at < end:
            low = following[0].revision.seq
        else:
            high = middle
    return Revision(head.epoch, low + 1)


def _names(change: Change, fields: Sequence[str]) -> set[str]:
    return {change.by.name, *(str(getattr(change.event, name, "")) for name in fields)}


def _roles(event: Event) -> set[int]:
    named = {event.role} if hasattr(event, "role") else set()
    return {one if isinstance(one, int) else one.id for one in (*getattr(event, "roles", ()), *named)}


def _line(values: Sequence[str]) -> str:
    text = values[-1].strip() if values else ""
    return "" if looks_secret(text) or len(text) > TEXT_LENGTH_MAX else text


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date) -> Moment:
    return Moment(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
