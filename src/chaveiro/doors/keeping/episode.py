"""What keeps failing, in words: since when, how often, and which change began it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chaveiro.core.cause import Audience, Finding
from chaveiro.doctor.episode import Deployments
from chaveiro.doors.keeping import texts
from chaveiro.words.commands import event_described
from chaveiro.words.explain import explain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.core.change import Change
    from chaveiro.core.keyring import Keyring
    from chaveiro.doctor.episode import Traced
    from chaveiro.words.language import Language

_DEPLOYMENTS: Mapping[Deployments, str] = {
    Deployments.ONE_WORKS: texts.ONE_DEPLOYMENT_WORKS,
    Deployments.TWO_FAIL: texts.TWO_DEPLOYMENTS_FAIL,
}


def title(traced: Traced, language: Language) -> str:
    """The cause of an episode in the words of its own page."""
    return explain(Finding(traced.episode.cause), to=Audience.KEEPER, language=language).title


def key(traced: Traced, keyring: Keyring, language: Language) -> str:
    """Whose requests they are."""
    app_key = traced.episode.app_key
    known = keyring.keys.get(app_key) if app_key else None
    return f"{known.app_key} {known.label}" if known else app_key or texts.told(texts.UNKNOWN_KEY, language)


def counted(traced: Traced, language: Language) -> str:
    """Since when it fails, and how often it did."""
    episode = traced.episode
    return texts.told(texts.FAILED_TIMES, language, first=texts.moment(episode.first), count=episode.count)


def success(traced: Traced, language: Language) -> str:
    """When it last worked before; empty where no key is known."""
    if traced.worked is not None:
        return texts.moment(traced.worked)
    return texts.told(texts.NEVER, language) if traced.episode.app_key else ""


def suspect(traced: Traced, keyring: Keyring, language: Language) -> tuple[str, str]:
    """The change that most likely began it, and that this was verified, where it was; both empty where none is."""
    if traced.suspect is None:
        return "", ""
    verified = texts.told(texts.SUSPECT_VERIFIED, language) if traced.suspect.verified else ""
    return change(traced.suspect.change, keyring, language), verified


def others(traced: Traced, keyring: Keyring, language: Language) -> tuple[str, ...]:
    """What else was changed between the last success and the first denial."""
    guilty = traced.suspect.change if traced.suspect else None
    return tuple(change(one, keyring, language) for one in traced.changes if one != guilty)


def note(traced: Traced, language: Language) -> str:
    """What its fingerprints tell of two deployments; empty where nothing."""
    return texts.told(_DEPLOYMENTS[traced.deployments], language) if traced.deployments else ""


def change(one: Change, keyring: Keyring, language: Language) -> str:
    """A change in one line: when, what, by whom."""
    what = event_described(one, language, roles=keyring.roles)
    return f"{texts.moment(one.at)}  {what} ({one.by.name})"
