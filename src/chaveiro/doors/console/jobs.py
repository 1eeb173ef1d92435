"""Work that takes longer than a page may: done aside, watched on a page of its own, its result fetched there."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Final, NewType, Protocol

import structlog

from chaveiro.doors.console.page import download
from chaveiro.doors.console.room import Room

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaveiro.core.names import AccountName, Email
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

JobId = NewType("JobId", str)
JOBS_MAX: Final = 50  # kept in all; the oldest makes room, its result gone
JOBS_OF_USER_MAX: Final = 3  # under way at a time
KEPT_OF_USER_MAX: Final = 10  # whoever begins more loses the oldest of their own

room = Room("jobs")
_log = structlog.get_logger(__name__)


class Progress(Protocol):
    """Told by the work how far it is."""

    def __call__(self, done: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True)
class File:
    """A result to be saved."""

    name: str
    content_type: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Told:
    """A result to be read: sentences in the language of whoever asked, and where to go on."""

    sentences: tuple[str, ...]
    go_on: str  # a path below the console; `{job}` in it stands for the job's id
    failed: bool = False
    held: object = field(default=None, repr=False)  # what the page there works with


@dataclass(slots=True)
class Job:
    """One piece of work, and how far it is."""

    id: JobId
    account: AccountName
    owner: Email
    title: str
    done: int = 0
    total: int = 0
    result: File | Told | None = None
    failed: bool = False

    @property
    def over(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.failed or self.result is not None

    @property
    def go_on(self) -> str:
        """Where to go on once it is done; empty for a file."""
        return self.result.go_on.replace("{job}", self.id) if isinstance(self.result, Told) else ""


class Jobs:
    """Everything that one process does aside. It forgets all when it stops: nothing here is the only copy."""

    def __init__(self, *, workers: int = 1) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="console-job")
        self._jobs: OrderedDict[JobId, Job] = OrderedDict()
        self._lock = Lock()

    def start(
        self, account: AccountName, owner: Email, title: str, work: Callable[[Progress], File | Told]
    ) -> Job | None:
        """Begin; None where this user waits for enough already. The work never outlives an answer that is wrong."""
        with self._lock:
            own = [one for one in self._jobs.values() if (one.account, one.owner) == (account, owner)]
            if sum(not one.over for one in own) >= JOBS_OF_USER_MAX:
                return None
            for old in own[: max(0, len(own) + 1 - KEPT_OF_USER_MAX)]:
                del self._jobs[old.id]
            job = Job(JobId(secrets.token_hex(16)), account, owner, title)
            self._jobs[job.id] = job
            over = [one.id for one in self._jobs.values() if one.over]
            for oldest in over[: max(0, len(self._jobs) - JOBS_MAX)]:
                del self._jobs[oldest]
        self._pool.submit(_done, job, work)
        return job

    def find(self, account: AccountName, owner: Email, id: str) -> Job | None:  # noqa: A002 - a job's own word
        """A job of this user."""
        job = self._jobs.get(JobId(id))
        return job if job and (job.account, job.owner) == (account, owner) else None


def _done(job: Job, work: Callable[[Progress], File | Told]) -> None:
    def progress(done: int, total: int) -> None:
        job.done, job.total = done, total

    try:
        job.result = work(progress)
    except Exception as surprise:  # noqa: BLE001 - told on the job's page; the next job must still be done
        _log.error("job_failed", surprise=type(surprise).__name__)
        job.failed = True


@room.page("/jobs/{id}")
def job_page(visit: Visit) -> Reply:
    """Show how far a piece of work is; a script asks for the same again as a part of the page."""
    job = visit.console.jobs.find(visit.account, visit.who.user.email, visit.path["id"])
    if job is None:
        return visit.missing()
    job = replace(job)  # as it is at one moment: it may end while the page is written
    return visit.page(
        "job_part.html" if visit.is_fragment else "job.html", job=job, is_file=isinstance(job.result, File)
    )


@room.page("/jobs/{id}/file")
def job_file(visit: Visit) -> Reply:
    """Fetch a result."""
    job = visit.console.jobs.find(visit.account, visit.who.user.email, visit.path["id"])
    if job is None or not isinstance(job.result, File):
        return visit.missing()
    return download(job.result.name, job.result.content_type, job.result.body)
