"""A drawing of what was allowed and refused over time, as SVG, and the same as a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from babel.dates import format_date
from markupsafe import Markup

from chaveiro.words import figures
from chaveiro.words.language import N_, Language, sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chaveiro.core.names import Moment

CAUSES_MAX: Final = 4  # that have a series of their own: more colours and patterns than that nobody tells apart
_DAY = 86400
_HEIGHT, _TOP, _LEFT, _BELOW = 200, 12, 44, 24
_WIDTHS: Final = (("wide", 720, 5), ("narrow", 330, 3))  # class, width, most labels below: text never shrinks on phones

# Behind each colour a pattern, so that series differ without it. Drawn with the page's own card as ground.
_MARKS: Final = (
    "",
    "",
    '<path class="over" d="M0 6L6 0M-1 1L1 -1M5 7L7 5"/>',
    '<path class="over" d="M3 0V6"/>',
    '<circle class="ground" cx="3" cy="3" r="1.4"/>',
    '<path class="over" d="M0 0L6 6M0 6L6 0"/>',
)


@dataclass(frozen=True, slots=True)
class Bucket:
    """What happened from one moment until the next bucket's: how often it was allowed, and refused, by title of cause."""

    at: Moment
    allowed: int | None = None  # None in every bucket of a drawing: nobody counted
    refused: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Series:
    name: str
    fill: int  # of `_MARKS`, and of the colours in style.css
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


def timeline(buckets: Sequence[Bucket], language: Language, *, title: str, id: str = "timeline") -> Markup:  # noqa: A002 - the attribute's name
    """Draw *buckets*, oldest first. *id* is the figure's own in its page: a name of ours, never somebody's text."""
    series = _series(buckets, language)
    if not any(one.total for one in series):
        return Markup('<div class="empty"><p>{}</p></div>').format(sentences(language).gettext(N_("Nothing happened.")))
    spoken = sentences(language)
    return Markup(
        '<figure class="timeline" id="{id}"><div data-drawing>{drawings}</div><div class="zoom" data-zoom-place hidden><p class="note">{how}</p></div>'
        "{legend}"
        '<button type="button" class="secondary outline" data-zoom aria-pressed="false" hidden>{zoom}</button>'
        "<details><summary>{as_table}</summary>{table}</details></figure>"
    ).format(
        id=id,
        drawings=_joined(_drawing(buckets, series, language, title, f"{id}-{name}", *shape) for name, *shape in _shapes()),
        legend=_legend(series, language, id),
        zoom=spoken.gettext(N_("Zoom")),
        how=spoken.gettext(N_("Drag across the time that you want to see; press twice to see all of it.")),
        as_table=spoken.gettext(N_("The same as a table")),
        table=_table(buckets, series, language, title),
    )


def _shapes() -> Iterable[tuple[str, str, int, int]]:
    return ((name, name, width, labels) for name, width, labels in _WIDTHS)


def _series(buckets: Sequence[Bucket], language: Language) -> list[_Series]:
    """What is drawn, from the bottom up: allowed, the most frequent causes, all others together."""
    spoken = sentences(language)
    totals: dict[str, int] = {}
    for bucket in buckets:
        for cause, count in bucket.refused.items():
            totals[cause] = totals.get(cause, 0) + count
    causes = sorted(totals, key=lambda cause: (-totals[cause], cause))
    own = causes if len(causes) <= CAUSES_MAX + 1 else causes[:CAUSES_MAX]
    found = [_Series(cause, place, _counts(buckets, cause)) for place, cause in enumerate(own, start=1)]
    if len(own) < len(causes):
        rest = [sum(one.refused.get(cause, 0) for cause in causes[CAUSES_MAX:]) for one in buckets]
        found.append(_Series(spoken.gettext(N_("Other causes")), CAUSES_MAX + 1, tuple(rest)))
    if any(one.allowed is not None for one in buckets):
        found.insert(0, _Series(spoken.gettext(N_("Allowed")), 0, tuple(one.allowed or 0 for one in buckets)))
    return found


def _counts(buckets: Sequence[Bucket], cause: str) -> tuple[int, ...]:
    return tuple(one.refused.get(cause, 0) for one in buckets)


# ------------------------------------------------------------------------------------------------------------ drawing


def _drawing(
    buckets: Sequence[Bucket], series: Sequence[_Series], language: Language, title: str, id: str, kind: str, width: int, labels: int
) -> Markup:  # fmt: skip
    highest = _ceiling(max(sum(counts) for counts in zip(*(one.counts for one in series), strict=True)))
    return Markup(
        '<svg class="{kind}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{id}-title {id}-desc">'
        '<title id="{id}-title">{title}</title><desc id="{id}-desc">{desc}</desc><defs>{patterns}</defs>'
        "{grid}{bars}{moments}</svg>"
    ).format(
        kind=kind,
        width=width,
        height=_TOP + _HEIGHT + _BELOW,
        id=id,
        title=title,
        desc=_told(buckets, series, language),
        patterns=_joined(_pattern(one.fill, id) for one in series),
        grid=_grid(highest, width, language),
        bars=_joined(_bars(series, highest, width, id)),
        moments=_joined(_moments(buckets, width, labels, language)),
    )


def _pattern(fill: int, id: str) -> Markup:
    return Markup(
        '<pattern id="{id}-p{fill}" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<rect class="c{fill}" width="6" height="6"/>{mark}</pattern>'
    ).format(id=id, fill=fill, mark=Markup(_MARKS[fill]))  # noqa: S704 - our own


def _bars(series: Sequence[_Series], highest: int, width: int, id: str) -> Iterable[Markup]:
    step = (width - _LEFT) / len(series[0].counts)
    gap = min(2.0, step / 5)
    for place, counts in enumerate(zip(*(one.counts for one in series), strict=True)):
        below = 0
        for one, count in zip(series, counts, strict=True):
            if count:
                yield Markup(
                    '<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="url(#{id}-p{fill})"/>'
                ).format(
                    x=_LEFT + place * step + gap / 2,
                    y=_TOP + _HEIGHT * (1 - (below + count) / highest),
                    width=min(step - gap, 60),
                    height=_HEIGHT * count / highest,
                    id=id,
                    fill=one.fill,
                )
            below += count


def _grid(highest: int, width: int, language: Language) -> Markup:
    """Lines at nothing, at half where that is a whole number, and at the top."""
    values = (0, highest // 2, highest) if highest % 2 == 0 else (0, highest)
    return _joined(
        Markup(
            '<line class="{kind}" x1="{left}" x2="{width}" y1="{y:.1f}" y2="{y:.1f}"/>'
            '<text x="{label}" y="{text:.1f}" text-anchor="end">{value}</text>'
        ).format(
            kind="grid" if value else "base",
            left=_LEFT,
            width=width,
            y=(y := _TOP + _HEIGHT * (1 - value / highest)),
            label=_LEFT - 6,
            text=y + 4,
            value=figures.number(value, language),
        )
        for value in values
    )


def _moments(buckets: Sequence[Bucket], width: int, most: int, language: Language) -> Iterable[Markup]:
    """When bars begin, below some of them: as many as there is room for."""
    step = (width - _LEFT) / len(buckets)
    every = max(1, -(-len(buckets) // most))
    by_day = len(buckets) > 1 and buckets[-1].at - buckets[0].at > 2 * _DAY
    for place in range(0, len(buckets), every):
        yield Markup('<text x="{x:.1f}" y="{y}">{text}</text>').format(
            x=_LEFT + place * step, y=_TOP + _HEIGHT + 17, text=_short(buckets[place].at, language, by_day=by_day)
        )


def _short(at: float, language: Language, *, by_day: bool) -> str:
    when = datetime.fromtimestamp(at, UTC)
    return format_date(when, "d MMM", locale=language.locale) if by_day else f"{when:%H:%M}"


def _ceiling(highest: int) -> int:
    """The least of 1, 2, 4, 6, 8, 10, 20, 40… that is no smaller: a height whose half is a whole number, too."""
    size = 1
    while size * 10 < highest:
        size *= 10
    return next(factor * size for factor in (1, 2, 4, 6, 8, 10) if factor * size >= highest)


# ------------------------------------------------------------------------------------------------- what it says in words


def _told(buckets: Sequence[Bucket], series: Sequence[_Series], language: Language) -> str:
    totals = figures.listed((f"{one.name}: {figures.number(one.total, language)}" for one in series if one.total), language)
    sentence = sentences(language).gettext(N_("From {first} to {last}. {totals}."))
    return sentence.format(
        first=figures.moment(buckets[0].at, language), last=figures.moment(buckets[-1].at, language), totals=totals
    )


def _legend(series: Sequence[_Series], language: Language, id: str) -> Markup:
    return Markup('<ul class="legend" role="list">{}</ul>').format(
        _joined(
            Markup(
                '<li><svg viewBox="0 0 16 16" aria-hidden="true"><defs>{pattern}</defs>'
                '<rect width="16" height="16" rx="3" fill="url(#{id}-p{fill})"/></svg><span>{name}</span> <b>{total}</b></li>'
            ).format(
                pattern=_pattern(one.fill, f"{id}-legend"),
                id=f"{id}-legend",
                fill=one.fill,
                name=one.name,
                total=figures.number(one.total, language),
            )
            for one in series
        )
    )


def _table(buckets: Sequence[Bucket], series: Sequence[_Series], language: Language, title: str) -> Markup:
    head = _joined(Markup('<th scope="col" class="number">{}</th>').format(one.name) for one in series)
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{title}">'
        '<table data-timeline{allowed}><caption class="unseen">{title}</caption>'
        '<thead><tr><th scope="col">{since}</th>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    ).format(
        title=title,
        allowed=Markup(' data-allowed="yes"') if series[0].fill == 0 else "",
        since=sentences(language).gettext(N_("From")),
        head=head,
        rows=_joined(
            Markup('<tr data-at="{at:.0f}"><th scope="row"><time datetime="{iso}">{told}</time></th>{cells}</tr>').format(
                at=bucket.at,
                iso=f"{datetime.fromtimestamp(bucket.at, UTC):%Y-%m-%dT%H:%M:%SZ}",
                told=figures.moment(bucket.at, language),
                cells=_joined(
                    Markup('<td class="number"><data value="{count}">{told}</data></td>').format(
                        count=one.counts[place], told=figures.number(one.counts[place], language)
                    )
                    for one in series
                ),
            )
            for place, bucket in enumerate(buckets)
        ),
    )


def _joined(pieces: Iterable[Markup]) -> Markup:
    return Markup("").join(pieces)
