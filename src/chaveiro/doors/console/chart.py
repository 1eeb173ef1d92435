"""A drawing of what was allowed and refused over time, as SVG, and the same as a table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from babel.dates import format_skeleton
from markupsafe import Markup

from chaveiro.wire.answer import moment
from chaveiro.words import figures
from chaveiro.words.language import N_, Language, sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from chaveiro.core.names import Moment

CAUSES_MAX: Final = 4  # that have a series of their own: more colours and patterns than that nobody tells apart
_DAY_SECONDS = 86400
_HEIGHT, _TOP, _LEFT, _BELOW, _BAR_WIDTH_MAX = 200, 12, 44, 24, 60

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
    """What happened from one moment on: how often it was allowed, and how often refused, by the title of the cause."""

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


@dataclass(frozen=True, slots=True)
class _Chart:
    buckets: Sequence[Bucket]
    series: Sequence[_Series]
    language: Language
    title: str
    name: str  # of the figure in its page, before which nothing is put and behind which its parts have theirs

    def says(self, sentence: str) -> str:
        return sentences(self.language).gettext(sentence)

    def number(self, count: int) -> str:
        return figures.number(count, self.language)

    def stacks(self) -> Iterator[tuple[int, ...]]:
        """What stands on each other, bucket by bucket."""
        return zip(*(one.counts for one in self.series), strict=True)


class _Shape(NamedTuple):
    kind: str
    width: int
    labels_max: int


_SHAPES: Final = (_Shape("wide", 720, 5), _Shape("narrow", 330, 3))  # two: text never shrinks on phones


def timeline(buckets: Sequence[Bucket], language: Language, *, title: str, name: str = "timeline") -> Markup:
    """Draw *buckets*, oldest first, and write their table. *name* is the figure's id: a word of ours, nobody's text."""
    chart = _Chart(buckets, _series(buckets, language), language, title, name)
    if not any(one.total for one in chart.series):
        return Markup('<div class="empty"><p>{}</p></div>').format(chart.says(N_("Nothing happened.")))
    return Markup(
        '<figure class="timeline" id="{name}"><div data-drawing>{drawings}</div>'
        '<div class="zoom" data-zoom-place hidden><p class="note">{how}</p></div>{legend}'
        '<button type="button" class="secondary outline" data-zoom aria-pressed="false" hidden>{zoom}</button>'
        "<details><summary>{as_table}</summary>{table}</details></figure>"
    ).format(
        name=name,
        drawings=_joined(_drawing(chart, shape) for shape in _SHAPES),
        legend=_legend(chart),
        zoom=chart.says(N_("Zoom")),
        how=chart.says(N_("Drag across the time that you want to see; press twice to see all of it.")),
        as_table=chart.says(N_("The same as a table")),
        table=_table(chart),
    )


def _series(buckets: Sequence[Bucket], language: Language) -> list[_Series]:
    """What is drawn, from the bottom up: allowed, the most frequent causes, all others together."""
    spoken = sentences(language)
    totals: Counter[str] = Counter()
    for bucket in buckets:
        totals.update(bucket.refused)
    causes = sorted(totals, key=lambda cause: (-totals[cause], cause))
    own = causes if len(causes) <= CAUSES_MAX + 1 else causes[:CAUSES_MAX]
    found = [_Series(cause, place, _counts(buckets, [cause])) for place, cause in enumerate(own, start=1)]
    if rest := causes[len(own) :]:
        found.append(_Series(spoken.gettext(N_("Other causes")), CAUSES_MAX + 1, _counts(buckets, rest)))
    if any(one.allowed is not None for one in buckets):
        found.insert(0, _Series(spoken.gettext(N_("Allowed")), 0, tuple(one.allowed or 0 for one in buckets)))
    return found


def _counts(buckets: Sequence[Bucket], causes: Sequence[str]) -> tuple[int, ...]:
    return tuple(sum(one.refused.get(cause, 0) for cause in causes) for one in buckets)


# ------------------------------------------------------------------------------------------------------------ drawing


def _drawing(chart: _Chart, shape: _Shape) -> Markup:
    name = f"{chart.name}-{shape.kind}"
    highest = _ceiling(max(sum(stack) for stack in chart.stacks()))
    return Markup(
        '<svg class="{kind}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{name}-title {name}-desc">'
        '<title id="{name}-title">{title}</title><desc id="{name}-desc">{desc}</desc><defs>{patterns}</defs>'
        "{grid}{bars}{moments}</svg>"
    ).format(
        kind=shape.kind,
        width=shape.width,
        height=_TOP + _HEIGHT + _BELOW,
        name=name,
        title=chart.title,
        desc=_told(chart),
        patterns=_joined(_pattern(one.fill, name) for one in chart.series),
        grid=_grid(chart, highest, shape.width),
        bars=_joined(_bars(chart, highest, shape.width, name)),
        moments=_joined(_moments(chart, shape)),
    )


def _pattern(fill: int, name: str) -> Markup:
    return Markup(
        '<pattern id="{name}-p{fill}" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<rect class="c{fill}" width="6" height="6"/>{mark}</pattern>'
    ).format(name=name, fill=fill, mark=Markup(_MARKS[fill]))  # noqa: S704 - our own


def _bars(chart: _Chart, highest: int, width: int, name: str) -> Iterator[Markup]:
    step = (width - _LEFT) / len(chart.buckets)
    gap = min(2.0, step / 5)
    for place, stack in enumerate(chart.stacks()):
        below = 0
        for one, count in zip(chart.series, stack, strict=True):
            below += count
            if count:
                yield Markup(
                    '<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}"'
                    ' fill="url(#{name}-p{fill})"/>'
                ).format(
                    x=_LEFT + place * step + gap / 2,
                    y=_TOP + _HEIGHT * (1 - below / highest),
                    width=min(step - gap, _BAR_WIDTH_MAX),
                    height=_HEIGHT * count / highest,
                    name=name,
                    fill=one.fill,
                )


def _grid(chart: _Chart, highest: int, width: int) -> Markup:
    """Lines at nothing, at half where that is a whole number, and at the top."""
    values = (0, highest // 2, highest) if highest % 2 == 0 else (0, highest)
    return _joined(_line(value / highest, chart.number(value), width) for value in values)


def _line(part: float, told: str, width: int) -> Markup:
    y = _TOP + _HEIGHT * (1 - part)
    return Markup(
        '<line class="{kind}" x1="{left}" x2="{width}" y1="{y:.1f}" y2="{y:.1f}"/>'
        '<text x="{label}" y="{text:.1f}" text-anchor="end">{told}</text>'
    ).format(
        kind="grid" if part else "base", left=_LEFT, width=width, y=y, label=_LEFT - 6, text=y + 4, told=told
    )  # fmt: skip


def _moments(chart: _Chart, shape: _Shape) -> Iterator[Markup]:
    """When bars begin, below some of them: as many as there is room for."""
    buckets = chart.buckets
    step = (shape.width - _LEFT) / len(buckets)
    by_day = buckets[-1].at - buckets[0].at > 2 * _DAY_SECONDS
    for place in range(0, len(buckets), -(-len(buckets) // shape.labels_max)):
        yield Markup('<text x="{x:.1f}" y="{y}">{text}</text>').format(
            x=_LEFT + place * step,
            y=_TOP + _HEIGHT + 17,
            text=_short(buckets[place].at, chart.language, by_day=by_day),
        )


def _short(at: float, language: Language, *, by_day: bool) -> str:
    when = datetime.fromtimestamp(at, UTC)
    return format_skeleton("MMMd", when, locale=language.locale) if by_day else f"{when:%H:%M}"


def _ceiling(highest: int) -> int:
    """The least of 1, 2, 4, 5, 6, 8, 10, 20, 40… that is no smaller."""
    size = 1
    while size * 10 < highest:
        size *= 10
    return next(factor * size for factor in (1, 2, 4, 5, 6, 8, 10) if factor * size >= highest)


# ----------------------------------------------------------------------------------------------- what it says in words


def _told(chart: _Chart) -> str:
    totals = (f"{one.name}: {chart.number(one.total)}" for one in chart.series if one.total)
    return chart.says(N_("From {first} to {last}. {totals}.")).format(
        first=figures.moment(chart.buckets[0].at, chart.language),
        last=figures.moment(chart.buckets[-1].at, chart.language),
        totals=figures.listed(totals, chart.language),
    )


def _legend(chart: _Chart) -> Markup:
    name = f"{chart.name}-legend"
    return Markup('<ul class="legend" role="list">{}</ul>').format(
        _joined(
            Markup(
                '<li><svg viewBox="0 0 16 16" aria-hidden="true"><defs>{pattern}</defs>'
                '<rect width="16" height="16" rx="3" fill="url(#{name}-p{fill})"/></svg>'
                "<span>{series}</span> <b>{total}</b></li>"
            ).format(
                pattern=_pattern(one.fill, name),
                name=name,
                fill=one.fill,
                series=one.name,
                total=chart.number(one.total),
            )
            for one in chart.series
        )
    )


def _table(chart: _Chart) -> Markup:
    head = _joined(Markup('<th scope="col" class="number">{}</th>').format(one.name) for one in chart.series)
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{title}">'
        '<table data-timeline{allowed}><caption class="unseen">{title}</caption>'
        '<thead><tr><th scope="col">{since}</th>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    ).format(
        title=chart.title,
        allowed=Markup(' data-allowed="yes"') if chart.series[0].fill == 0 else "",
        since=chart.says(N_("From")),
        head=head,
        rows=_joined(_row(chart, bucket, stack) for bucket, stack in zip(chart.buckets, chart.stacks(), strict=True)),
    )


def _row(chart: _Chart, bucket: Bucket, stack: Sequence[int]) -> Markup:
    cells = (
        Markup('<td class="number"><data value="{}">{}</data></td>').format(count, chart.number(count))
        for count in stack
    )
    return Markup(
        '<tr data-at="{at:.0f}"><th scope="row"><time datetime="{iso}">{told}</time></th>{cells}</tr>'
    ).format(
        at=bucket.at,
        iso=moment(bucket.at),
        told=figures.moment(bucket.at, chart.language),
        cells=_joined(cells),
    )


def _joined(pieces: Iterable[Markup]) -> Markup:
    return Markup("").join(pieces)
