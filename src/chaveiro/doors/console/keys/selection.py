"""Which keys somebody asks for in the list, and in which order: all of it stands in the address."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from chaveiro.core.credential import is_token
from chaveiro.core.names import NameMalformed, RoleId, looks_secret, role_id
from chaveiro.doors.keeping.key import Standing, standing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from chaveiro.core.keyring import Key
    from chaveiro.core.names import Moment
    from chaveiro.doors.console.account.sighting import Sightings

TEXT_LENGTH_MAX: Final = 100
PAGES_MAX: Final = 100_000


class Trait(StrEnum):
    """What a key may have about it besides its state."""

    UNLINKED = "unlinked"
    FAILING = "failing"
    UNUSED = "unused"
    OLD = "old"
    EXTERNAL = "external"


class Order(StrEnum):
    """What the keys are sorted by."""

    LABEL = "label"
    USED = "used"  # what worked last comes first
    IDLE = "idle"  # what has not worked for longest comes first
    FAILED = "failed"  # what was refused last comes first
    AGE = "age"  # the oldest token comes first


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for. Nothing given: every key, by its label."""

    text: str = ""  # in label, owner, appKey or the name of a role
    state: Standing | None = None
    traits: frozenset[Trait] = frozenset()  # all of them at once
    role: RoleId | None = None
    order: Order = Order.LABEL
    page: int = 1
    looked_secret: bool = False  # what was searched for: it is not searched for, nor shown again

    @property
    def query(self) -> str:
        """The same as the query of an address; empty where nothing is asked for."""
        fields = [(name, value) for name, value in self.fields if value]
        if self.page > 1:
            fields.append(("page", str(self.page)))
        return f"?{urlencode(fields)}" if fields else ""

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """The same as fields of a form, without the page."""
        return (
            ("q", self.text),
            ("state", self.state or ""),
            *(("with", trait) for trait in sorted(self.traits)),
            ("role", str(self.role or "")),
            ("order", "" if self.order is Order.LABEL else self.order),
        )

    @property
    def narrow(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.text or self.state or self.traits or self.role)

    def on(self, page: int) -> Selection:
        """Another page of the same."""
        return replace(self, page=page)


def selection(asked: Mapping[str, Sequence[str]]) -> Selection:
    """Read what is asked for. What nobody knows asks for nothing."""

    def last(name: str) -> str:
        return (asked.get(name) or ("",))[-1].strip()

    text = last("q")
    secret = looks_secret(text)
    page = last("page")
    return Selection(
        text="" if secret else text[:TEXT_LENGTH_MAX],
        state=Standing(last("state")) if last("state") in set(Standing) else None,
        traits=frozenset(Trait(one) for one in asked.get("with", ()) if one in set(Trait)),
        role=_role(last("role")),
        order=Order(last("order")) if last("order") in set(Order) else Order.LABEL,
        page=min(int(page), PAGES_MAX) if page.isascii() and page.isdecimal() and len(page) < 10 and int(page) else 1,  # noqa: PLR2004 - more digits are no page
        looked_secret=secret,
    )


def selected(asked: Selection, seen: Sightings) -> list[Key]:
    """The keys that are asked for, in order."""
    tests = _tests(asked, seen)
    found = [key for key in seen.keyring.keys.values() if all(test(key) for test in tests)]
    found.sort(key=lambda key: folded(key.label))
    if asked.order is not Order.LABEL:
        found.sort(key=lambda key: _place(key, asked.order, seen))
    return found


@lru_cache(maxsize=1 << 16)
def folded(text: str) -> str:
    """A text as people search for it: neither case nor accents matter."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in plain if not unicodedata.combining(one))


def _role(text: str) -> RoleId | None:
    try:
        return role_id(text)
    except NameMalformed:
        return None


def _tests(asked: Selection, seen: Sightings) -> list[Callable[[Key], bool]]:
    tests: list[Callable[[Key], bool]] = []
    if asked.state is not None:
        tests.append(lambda key: standing(key, seen.at) is asked.state)
    if asked.role is not None:
        tests.append(lambda key: asked.role in seen.roles(key))
    if asked.text:
        tests.append(_finds(asked.text, seen))
    known: Mapping[Trait, Callable[[Key], bool]] = {
        Trait.UNLINKED: lambda key: not seen.roles(key),
        Trait.FAILING: seen.failing,
        Trait.UNUSED: lambda key: seen.used(key) is None,
        Trait.OLD: seen.old,
        Trait.EXTERNAL: lambda key: key.home is not None,
    }
    return tests + [known[trait] for trait in sorted(asked.traits)]


def _finds(text: str, seen: Sightings) -> Callable[[Key], bool]:
    words = folded(text).split()
    named = {word: frozenset(r.id for r in seen.keyring.living_roles if word in folded(r.name)) for word in words}

    def about(word: str, key: Key) -> bool:
        return (
            word in folded(key.label)
            or word in folded(key.owner)
            or (word in key.app_key.casefold() and not is_token(key.app_key))
            or not named[word].isdisjoint(seen.roles(key))
        )

    return lambda key: all(about(word, key) for word in words)


def _place(key: Key, order: Order, seen: Sightings) -> Moment | float:
    if order is Order.USED:
        return -(seen.used(key) or 0)
    if order is Order.IDLE:
        return seen.used(key) or 0
    if order is Order.FAILED:
        failure = seen.failure(key)
        return -(failure.last if failure else 0)
    return -(seen.days(key) if key.home is None else -1)
