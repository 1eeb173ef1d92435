"""A denial, or a request examined, with everything that is known about it now, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaveiro.core.cause import Audience, Cause, Confidence, Finding
from chaveiro.doors.keeping import texts
from chaveiro.doors.keeping.chain import chain
from chaveiro.words import figures
from chaveiro.words.commands import command_line, in_turn
from chaveiro.words.explain import explain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chaveiro.core.cause import Fact
    from chaveiro.core.denial import Denial
    from chaveiro.core.keyring import Keyring
    from chaveiro.denials import Examined, Explained
    from chaveiro.doctor.remedy import Remedy
    from chaveiro.doors.keeping.chain import Link
    from chaveiro.words.explain import Explanation
    from chaveiro.words.language import Language

SURE: Mapping[Confidence, str] = {
    Confidence.VERIFIED: texts.CONFIRMED,
    Confidence.CERTAIN: texts.CERTAIN,
    Confidence.LIKELY: texts.LIKELY,
    Confidence.CANNOT_KNOW: texts.CANNOT_KNOW,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a remedy: what it does, and the line that does it."""

    what: str
    line: str


@dataclass(frozen=True, slots=True)
class Mending:
    """A remedy in words."""

    remedy: Remedy
    steps: tuple[Step, ...]  # one after the other


@dataclass(frozen=True, slots=True)
class Told:
    """A denial with everything that is known about it now."""

    denial: Denial
    keyring: Keyring
    explained: Explained
    links: tuple[Link, ...]
    findings: tuple[Explanation, ...]  # the cause first
    mendings: tuple[Mending, ...]  # of each finding in turn; none where it is fixed
    fixed: Explanation | None

    def against(self, cause: Cause) -> tuple[Mending, ...]:
        """The remedies against one of the causes, least first."""
        return against(self.mendings, cause)


@dataclass(frozen=True, slots=True)
class ToldExamined:
    """A request examined with everything that is known about it now. What is allowed has links alone."""

    examined: Examined
    links: tuple[Link, ...]
    findings: tuple[Explanation, ...]  # the cause first
    mendings: tuple[Mending, ...]

    def against(self, cause: Cause) -> tuple[Mending, ...]:
        """The remedies against one of the causes, least first."""
        return against(self.mendings, cause)


def told(explained: Explained, keyring: Keyring, language: Language) -> Told:
    """Tell a denial of an account, whose keyring as it is now has its external keys among its own."""
    denial, fixed = explained.denial, explained.fixed_since
    return Told(
        denial=denial,
        keyring=keyring,
        explained=explained,
        links=chain(denial, explained.then or keyring, language),
        findings=worded(denial.findings or (Finding(Cause.UNKNOWN_CAUSE),), language),
        mendings=() if fixed else mendings(explained.remedies, keyring, language),
        fixed=worded((fixed,), language)[0] if fixed else None,
    )


def told_examined(examined: Examined, keyring: Keyring, language: Language) -> ToldExamined:
    """Tell what became of a request that was examined."""
    return ToldExamined(
        examined=examined,
        links=chain(examined, keyring, language),
        findings=worded(examined.findings, language),
        mendings=mendings(examined.remedies, keyring, language),
    )


def worded(findings: Iterable[Finding], language: Language) -> tuple[Explanation, ...]:
    """Findings in the words of keepers."""
    return tuple(explain(one, to=Audience.KEEPER, language=language) for one in findings)


def mendings(remedies: Iterable[Remedy], keyring: Keyring, language: Language) -> tuple[Mending, ...]:
    """Remedies in words."""
    return tuple(Mending(one, _steps(one, keyring, language)) for one in remedies)


def against(some: Iterable[Mending], cause: Cause) -> tuple[Mending, ...]:
    """The remedies against one cause."""
    return tuple(one for one in some if one.remedy.against is cause)


def sure(cause: Explanation) -> str:
    """How sure a cause is, in words; empty where that is not told."""
    return texts.told(SURE[cause.confidence], cause.language) if cause.confidence else ""


def evidence(cause: Explanation) -> tuple[str, ...]:
    """What a cause stands on, each fact with what it is; without what the detail says already."""
    return tuple(
        _fact(name, fact, cause.language) for name, fact in cause.evidence.items() if name not in {"by", "why"}
    )


def _steps(remedy: Remedy, keyring: Keyring, language: Language) -> tuple[Step, ...]:
    said = in_turn(remedy.commands, language, roles=keyring.roles)
    return tuple(Step(what, command_line(one)) for what, one in zip(said, remedy.commands, strict=True))


def _fact(name: str, fact: Fact, language: Language) -> str:
    kind = "at" if isinstance(fact, float) else name
    return f"{texts.told(texts.EVIDENCE_OF.get(name, name), language)} {figures.told(kind, fact, language)}"
