"""A room of the console: its pages and its acts, what each needs, and where it is asked for the password again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaveiro.core.names import Resource
    from chaveiro.doors.console.visit import Visit
    from chaveiro.wire.message import Reply

    Answering: TypeAlias = Callable[[Visit], Reply]

CONSOLE: Final = "/console"


@dataclass(frozen=True, slots=True)
class Entry:
    """One way into a room."""

    method: str  # GET or POST
    path: str  # below the console, with `{names}` that `Visit.path` holds
    answer: Answering
    needs: tuple[Resource, ...] = ()  # one of them, or to be the sponsor; none: whoever is signed in
    public: bool = False  # for people who are not signed in, too
    again: Answering | None = None  # asks for the password first, and shows this page until it is right
    apart: bool = False  # public, and the same to everybody: neither sessions nor form tokens count


@dataclass(frozen=True, slots=True)
class Room:
    """What belongs together, under one entry of the navigation."""

    name: str  # of that entry
    count: Callable[[Visit], int] | None = None  # of what waits there, told beside the entry and at its `/count`
    entries: list[Entry] = field(default_factory=list)

    def page(
        self, path: str, *, needs: tuple[Resource, ...] = (), public: bool = False
    ) -> Callable[[Answering], Answering]:
        """Make a function the answer to a GET. It changes nothing."""
        return self._entry("GET", path, needs, None, public=public)

    def act(
        self, path: str, *, needs: tuple[Resource, ...] = (), again: Answering | None = None, public: bool = False
    ) -> Callable[[Answering], Answering]:
        """Make a function the answer to a form that is sent. *again* asks for the password first.

        Whether somebody may do it is judged where every command is: `needs` only keeps others off the page.
        """
        return self._entry("POST", path, needs, again, public=public)

    def apart(self, method: str, path: str) -> Callable[[Answering], Answering]:
        """Make a function the answer at an address of its own, outside the console, to whoever asks."""

        def register(answer: Answering) -> Answering:
            self.entries.append(Entry(method, path, answer, public=True, apart=True))
            return answer

        return register

    def _entry(
        self, method: str, path: str, needs: tuple[Resource, ...], again: Answering | None, *, public: bool
    ) -> Callable[[Answering], Answering]:
        def register(answer: Answering) -> Answering:
            self.entries.append(Entry(method, CONSOLE + path, answer, needs, public, again))
            return answer

        return register
