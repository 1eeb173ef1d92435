"""Figures as bars, in SVG: one group for each unit, on a logarithmic scale where a linear one would show nothing."""

from __future__ import annotations

from html import escape
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.measure import Figure

WIDTH, NAMES, RIGHT, ROW, TOP = 960, 400, 90, 24, 56
_WIDE: Final = 30.0  # times the smallest: beyond that a linear scale shows nothing of it
_UNITS: Final = {"us": "microseconds", "ms": "milliseconds", "s": "seconds", "bytes": "bytes"}
_STYLE: Final = (
    "text{font:13px system-ui,sans-serif;fill:#1f2933}.title{font-weight:600;font-size:15px}"
    ".axis{fill:#52606d;font-size:11px}.bar{fill:#3a7ca5}.spread{stroke:#1f2933;stroke-width:1.5}.grid{stroke:#d9e2ec}"
)


def bars(title: str, figures: Sequence[Figure]) -> str:
    """Draw what was measured of each unit; ratios stand in the table. Empty where there is nothing to draw."""
    groups = {unit: [one for one in figures if one.unit == unit and one.middle > 0] for unit in _UNITS}
    drawn, y = [], 0.0
    for unit, some in groups.items():
        if some:
            group = list(_group(f"{title}, {_UNITS[unit]}", some, y))
            drawn += group
            y += TOP + ROW * len(some) + 16
    if not drawn:
        return ""
    body = "\n".join(drawn)
    size = f'width="{WIDTH}" height="{y:.0f}" viewBox="0 0 {WIDTH} {y:.0f}"'
    back = f'<rect width="{WIDTH}" height="{y:.0f}" fill="#fff"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{_STYLE}</style>{back}\n{body}\n</svg>\n'


class _Scale:
    """Where a value is, from the left edge of the bars."""

    def __init__(self, figures: Sequence[Figure]) -> None:
        self._most = max(one.spread[1] for one in figures)
        least = min(one.middle for one in figures)
        self.logarithmic = self._most / least > _WIDE
        self._low = floor(log10(least)) if self.logarithmic else 0
        self._high = ceil(log10(self._most) + 1e-9) if self.logarithmic else 1

    def __call__(self, value: float) -> float:
        room = WIDTH - NAMES - RIGHT
        if not self.logarithmic:
            return room * value / self._most
        return room * min(max((log10(value) - self._low) / (self._high - self._low), 0.0), 1.0) if value > 0 else 0.0

    def ticks(self) -> Iterator[float]:
        if self.logarithmic:
            yield from (10.0**power for power in range(self._low, self._high + 1))
            return
        step = 10 ** floor(log10(self._most))
        step = next(step * part for part in (0.2, 0.5, 1, 2) if self._most / (step * part) <= 6)  # noqa: PLR2004 - at most six
        yield from (step * number for number in range(int(self._most / step) + 1))


def _group(title: str, figures: Sequence[Figure], y: float) -> Iterator[str]:
    scale = _Scale(figures)
    note = ", logarithmic" if scale.logarithmic else ""
    yield f'<text class="title" x="12" y="{y + 22:.0f}">{escape(title)}{note}</text>'
    bottom = y + TOP + ROW * len(figures)
    for value in scale.ticks():
        x = NAMES + scale(value)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{y + TOP - 8:.0f}" y2="{bottom:.0f}"/>'
        yield f'<text class="axis" x="{x:.1f}" y="{y + TOP - 12:.0f}" text-anchor="middle">{value:,.12g}</text>'
    for number, figure in enumerate(figures):
        yield from _bar(figure, scale, y + TOP + ROW * number)


def _bar(figure: Figure, scale: _Scale, y: float) -> Iterator[str]:
    low, high = (NAMES + scale(value) for value in figure.spread)
    middle, width = y + ROW / 2, max(scale(figure.middle), 1.0)
    name = figure.name if len(figure.name) <= 62 else f"{figure.name[:61]}…"  # noqa: PLR2004 - what fits
    yield f'<text x="{NAMES - 8}" y="{middle + 4:.0f}" text-anchor="end">{escape(name)}</text>'
    yield f'<rect class="bar" x="{NAMES}" y="{y + 4:.0f}" width="{width:.1f}" height="{ROW - 8}"/>'
    yield f'<line class="spread" x1="{low:.1f}" x2="{high:.1f}" y1="{middle:.1f}" y2="{middle:.1f}"/>'
    shown = f"{figure.middle:,.0f}" if figure.middle >= 100 else f"{figure.middle:.3g}"  # noqa: PLR2004 - three digits
    yield f'<text x="{max(high, NAMES + width) + 6:.1f}" y="{middle + 4:.0f}">{shown}</text>'
