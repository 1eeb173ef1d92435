"""Work that is done aside: whose it is, and how much of it is kept."""

from __future__ import annotations

from chaveiro.core.names import AccountName, Email
from chaveiro.doors.console.jobs import JOBS_MAX, KEPT_OF_USER_MAX, File, Job, Jobs, Progress

ACME, GLOBEX = AccountName("acme"), AccountName("globex")
ANA, EVE = Email("ana@acme.example"), Email("eve@globex.example")


def work(_: Progress) -> File:
    return File("a.csv", "text/csv", b"a")


def done(jobs: Jobs, account: AccountName, owner: Email) -> Job:
    """Start a piece of work and wait until it is done: one is done at a time."""
    job = jobs.start(account, owner, "work", work)
    assert job is not None
    jobs._pool.submit(lambda: None).result(10)
    return job


def test_nobody_puts_away_what_was_made_for_others() -> None:
    """Whoever begins more and more loses the oldest of their own."""
    jobs = Jobs()
    hers = done(jobs, ACME, ANA)
    his = [done(jobs, GLOBEX, EVE) for _ in range(JOBS_MAX + 1)]
    assert jobs.find(ACME, ANA, hers.id) is hers
    kept = [one for one in his if jobs.find(GLOBEX, EVE, one.id)]
    assert kept == his[-KEPT_OF_USER_MAX:]
