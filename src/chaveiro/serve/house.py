"""Settings become rooms: the pepper, the store, what is kept of denials, the node."""

from __future__ import annotations

import secrets
import socket
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from chaveiro.core.foreign import Foreign
from chaveiro.core.names import Moment
from chaveiro.denials import Denials
from chaveiro.doors.traces import traces
from chaveiro.node import Node
from chaveiro.passwords import Passwords
from chaveiro.serve.foreignkeys import foreign_keys
from chaveiro.serve.opening import Opening, cannot_start
from chaveiro.serve.pepper import Pepper, make_pepper, missing, read_pepper
from chaveiro.serve.refusal import CannotStart
from chaveiro.sessions import Sessions
from chaveiro.signins import SignIns
from chaveiro.snapshot import SnapshotFolder, boot
from chaveiro.stores.port import Limits, Store, StoreUnavailable, StoreUnreachable
from chaveiro.usertokens import UserTokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaveiro.doors.asgi import App
    from chaveiro.doors.checks import Checks
    from chaveiro.doors.leaks import Leaks
    from chaveiro.doors.place import Place
    from chaveiro.journal import FileJournal
    from chaveiro.settings import Settings

_MIB = 1024 * 1024

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class House:
    """Every room of one process. Whoever opened it closes it."""

    settings: Settings
    store: Store
    denials: Denials
    node: Node
    user_tokens: UserTokens
    sessions: Sessions
    passwords: Passwords
    sign_ins: SignIns
    foreign: Foreign
    journal: FileJournal | None = None

    def start(self) -> None:
        """Follow other processes' changes and keep denials in the background, until `close`."""
        self.denials.start()
        self.node.start()

    def checks(self, place: Place) -> Checks:
        """The doors for checks by HTTP, and no other."""
        from chaveiro.doors.checks import Checks  # noqa: PLC0415 - no command waits for it
        from chaveiro.doors.metrics import Metrics  # noqa: PLC0415 - likewise

        return Checks(self.node, place, Metrics(self.node, self.denials, self.sessions))

    def app(self, place: Place) -> App:
        """Every way in by HTTP. Raises CannotStart."""
        from chaveiro.doors.asgi import App  # noqa: PLC0415 - with it comes a framework, for which no command waits
        from chaveiro.doors.console.jobs import Jobs  # noqa: PLC0415 - likewise
        from chaveiro.doors.console.visit import Console  # noqa: PLC0415 - likewise

        console = Console(
            node=self.node,
            denials=self.denials,
            store=self.store,
            sessions=self.sessions,
            passwords=self.passwords,
            sign_ins=self.sign_ins,
            place=place,
            jobs=Jobs(),
            token_days_max=self.settings.token_days_max,
            began=self.node.now(),
            listens=self.settings.listens,
        )
        return App(self.node, self.denials, place, self.user_tokens, console, reports=self._leaks(place))

    def _leaks(self, place: Place) -> Leaks | None:
        path = self.settings.leak_reporters
        if path is None:
            return None
        from chaveiro.doors.leaks import Leaks  # noqa: PLC0415 - likewise
        from chaveiro.serve.reporters import reporters  # noqa: PLC0415 - likewise

        return Leaks(self.node, self.store, place, reporters(path))

    def close(self) -> None:
        """Write what is left, and let go of the store."""
        self.node.stop()
        self.denials.stop()
        if self.journal is not None:
            self.journal.close()
        self.store.close()


def open_house(settings: Settings) -> House:
    """Open the store with its pepper, and put a node before it. Raises CannotStart."""
    pepper = _pepper(settings)
    make_folder(settings.data)
    opening = Opening(settings, pepper, wall_clock)
    try:
        opening()
        return furnished(settings, opening.store, pepper, journal=opening.journal)
    except StoreUnavailable as surprise:
        opening.close()
        raise cannot_start(surprise) from None
    except BaseException:
        opening.close()
        raise


def serving_house(settings: Settings, *, accept_revived: bool = False, managed: bool = False) -> House:
    """Put a node before the store, to serve as soon as that is there. Raises CannotStart where people must act.

    With *accept_revived* an older database is taken: what was revoked since is revoked again, or let in where that is
    impossible. *managed*: by a process of this machine that writes for this one, too, what is remembered here.
    """
    pepper = _pepper(settings)
    make_folder(settings.data)
    opening = Opening(settings, pepper, wall_clock, serving=True, accept_revived=accept_revived, managed=managed)
    snapshot = _snapshot(settings, pepper)
    try:
        opening()
        return furnished(settings, opening.store, pepper, journal=opening.journal, snapshot=snapshot)
    except StoreUnreachable as away:
        _log.warning("store_unreachable", problem=str(away))
        return furnished(settings, opening.store, pepper, journal=opening.journal, snapshot=snapshot, opening=opening)
    except StoreUnavailable as surprise:
        opening.close()
        raise cannot_start(surprise) from None
    except BaseException:
        opening.close()
        raise


def _snapshot(settings: Settings, pepper: Pepper) -> SnapshotFolder | None:
    folder, began = settings.snapshot_path, boot()
    if folder is None or began is None:
        return None
    return SnapshotFolder(
        folder,
        key=pepper.snapshot,
        boot=began,
        boottime=boottime,
        stale_seconds_max=settings.stale_seconds_max,
    )


def furnished(
    settings: Settings,
    store: Store,
    pepper: Pepper,
    *,
    clock: Callable[[], Moment] | None = None,
    journal: FileJournal | None = None,
    snapshot: SnapshotFolder | None = None,
    opening: Callable[[], None] | None = None,
) -> House:
    """Put denials and a node before a store, which *opening* opens where it is not open yet.

    Raises CannotStart for keys that cannot be used, and StoreUnavailable without *opening*.
    """
    clock = clock or wall_clock
    denials = Denials(
        store,
        pepper=pepper.tokens,
        clock=clock,
        randomness=secrets.token_bytes,
        queue_max=settings.denial_queue_max,
        limits=Limits(settings.denials_max, settings.denials_of_account_max, settings.denials_of_episode_max),
    )
    foreign = Foreign(pepper.tokens, foreign_keys(settings.import_keys))
    user_tokens = UserTokens(pepper.tokens, clock=clock, mint=secrets.token_bytes)
    node = _node_class()(
        store,
        denials,
        pepper=pepper.tokens,
        clock=clock,
        boottime=boottime,
        mint=secrets.token_bytes,
        stale_seconds_max=settings.stale_seconds_max,
        user_tokens=user_tokens,
        name=settings.node_name or socket.gethostname(),
        journal=journal,
        opening=opening,
        snapshot=snapshot,
        foreign=foreign,
    )
    return House(
        settings=settings,
        store=store,
        denials=denials,
        node=node,
        user_tokens=user_tokens,
        sessions=Sessions(store, pepper=pepper.tokens, clock=clock, mint=secrets.token_bytes),
        passwords=Passwords(pepper.tokens),
        foreign=foreign,
        sign_ins=SignIns(pepper=pepper.tokens, clock=clock, boottime=boottime, mint=secrets.token_bytes),
        journal=journal,
    )


def _node_class() -> type[Node]:
    if traces() is None:
        return Node
    from chaveiro.doors.spans import TracedNode  # noqa: PLC0415 - with it comes OpenTelemetry

    return TracedNode


def _pepper(settings: Settings) -> Pepper:
    path = settings.pepper_path
    if path.exists():
        return read_pepper(path)
    database = settings.embedded_path
    if database is None:
        raise missing(path, database="database")
    if database.exists():
        raise missing(path, database=f"database `{database}`")
    for folder in {database.parent, path.parent}:
        make_folder(folder)
    try:
        make_pepper(path)
    except OSError as surprise:
        raise CannotStart(
            f"the pepper `{path}` cannot be written ({surprise.strerror}): make the folder writable for this user, "
            "or choose another with `CHAVEIRO_DATA`"
        ) from None
    return read_pepper(path)


def make_folder(folder: Path) -> None:
    """Make a folder for this user alone, where there is none. Raises CannotStart."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as surprise:
        raise CannotStart(
            f"the data folder `{folder}` cannot be made ({surprise.strerror}): "
            "choose one this user may write to with `CHAVEIRO_DATA`"
        ) from None


def wall_clock() -> Moment:
    """The time that people and expiry dates mean."""
    return Moment(time.time())


# Seconds that nobody can set, and that pass while the machine sleeps too where the system counts those.
boottime: Callable[[], float] = (
    partial(time.clock_gettime, time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic
)
