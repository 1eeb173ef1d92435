"""The rules by which nobody answers wrongly, and how each is taken away: from the real code, or from the truth."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from chaveiro.core.change import after
from chaveiro.core.fleet import reach
from chaveiro.core.names import Moment
from chaveiro.node import Node
from chaveiro.node import node as nodes
from chaveiro.node.knowledge import Knowledge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from chaveiro.core.change import Change
    from chaveiro.core.fleet import Reach
    from chaveiro.core.keyring import Keyring

_refresh, _follow, _still_knows = Knowledge.refresh, Knowledge._follow, Knowledge.still_knows


def _always(*_: object, **__: object) -> bool:
    return True


def _refresh_late(known: Knowledge) -> None:
    """Take the moment at which the answer came for the one up to which it tells."""
    _refresh(known)
    known._proved_at = known._boottime()


def _refresh_by_the_wall(known: Knowledge) -> None:
    _refresh(known)
    known._proved_at = known._clock()


def _stale_by_the_wall(known: Knowledge) -> float:
    return known._clock() - known._proved_at


def _follow_keeping_all(known: Knowledge, *given: Any) -> None:
    """Go on in another epoch with what was known in the last one."""
    kept = dict(known._keyrings)
    _follow(known, *given)
    known._keyrings = {**kept, **known._keyrings}


def _follow_accounts_first(known: Knowledge, *given: Any) -> None:
    """Learn which accounts there are, and only then from where on changes are followed."""
    head = known._store.head
    accounts = frozenset(known._store.accounts())
    before = known.revision.epoch
    _follow(known, *given)
    if known.revision.epoch != before:
        known._accounts, known._cursor = accounts, head()


def _recall(known: Knowledge, account: Any) -> Keyring:
    """Load an account of whatever epoch it is."""
    held = known._keyrings.get(account)
    if held is None:
        with known._lock:
            held = known._keyrings[account] = known._store.keyring(account)
    return held


def _commit(known: Knowledge, change: Change, keyring: Keyring | None) -> None:
    """Take over an own change without asking whether its epoch is over."""
    revision = known._store.commit(change, seen=keyring.revision if keyring else None)
    with known._lock:
        held = known._keyrings.get(change.account, keyring)
        if held is None or held.revision.seq < revision.seq:
            known._keyrings[change.account] = after(held, change, revision)
        known._accounts |= {change.account}


def _still_fresh(known: Knowledge, keyring: Keyring, at_least: Any) -> bool:
    """Ask again, after an account was loaded, for everything but the time that passed."""
    with patch.object(Knowledge, "may_decide", _always):
        return _still_knows(known, keyring, at_least)


def _reach_soon(*given: Any, **more: Any) -> Reach:
    """Call a change in force wherever nodes can be reached."""
    found = reach(*given, **more)
    return replace(found, latest_by=Moment(found.at + 0.2))


def _reach_of_others(node: Node, revision: Any, *, wait_seconds: float) -> Reach:
    """Take for granted that whoever is asked knows."""
    at, seen = node.nodes()
    return reach(revision, [one for one in seen if one.report.id != node.id], at=at)


def _patched(**parts: Callable[..., Any]) -> Callable[[], AbstractContextManager[object]]:
    """Put other methods into what every node knows."""

    @contextmanager
    def patching() -> Iterator[None]:
        with ExitStack() as stack:
            for name, part in parts.items():
                stack.enter_context(patch.object(Knowledge, name, part))
            yield

    return patching


def _untouched() -> AbstractContextManager[object]:
    """The code stays as it is: the truth does without the rule."""
    return nullcontext()


RULES: dict[str, Callable[[], AbstractContextManager[object]]] = {
    # A lease is checked before each decision, and once more after whatever may have taken time.
    "lease": _patched(may_decide=_always),
    "lease after loading": _patched(still_knows=_still_fresh),
    # It begins when the poll was sent, and is measured by a clock that neither people nor pauses move.
    "lease from sending": _patched(refresh=_refresh_late),
    "boottime": _untouched,
    "no wall clock": _patched(refresh=_refresh_by_the_wall, stale_seconds=_stale_by_the_wall),
    # A bookmark of another epoch is refused, and what was known in it forgotten, wherever it came from.
    "epoch": _untouched,
    "forgetting": _patched(_follow=_follow_keeping_all),
    "one epoch at a time": _patched(recall=_recall, still_knows=_always),
    "own change of an ended epoch": _patched(commit=_commit),
    "head before accounts": _patched(_follow=_follow_accounts_first),
    # Numbers are drawn in the order of commits, and a commit is seen whole or not at all.
    "order": _untouched,
    "atomicity": _untouched,
    # Whoever insists on a revision is answered by it.
    "waiting": _patched(comes_to=_always, is_at=_always),
    # What is said about reach holds for every node that could decide otherwise.
    "report first": _untouched,
    "latest by": lambda: patch.object(nodes, "reach", _reach_soon),
    "reach of oneself": lambda: patch.object(Node, "reach", _reach_of_others),
    "unheard": _untouched,
}


# What a world is best about for the absence of a rule to show.
THEME: dict[str, str] = {
    "lease": "cuts",
    "lease after loading": "pauses",
    "lease from sending": "pauses",
    "boottime": "pauses",
    "no wall clock": "clocks",
    "epoch": "turns",
    "forgetting": "turns",
    "one epoch at a time": "turns",
    "own change of an ended epoch": "turns",
    "head before accounts": "births",
    "order": "anything",
    "atomicity": "anything",
    "waiting": "anything",
    "report first": "reaching",
    "latest by": "cuts",
    "reach of oneself": "reaching",
    "unheard": "turns",
}
