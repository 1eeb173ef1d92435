"""What was allowed and refused over time, drawn and as a table."""

import re
from xml.etree import ElementTree as ET

import pytest
from tests.doors.test_causes import Read

from chaveiro.core.names import Moment
from chaveiro.doors.console.chart import CAUSES_MAX, Bucket, timeline
from chaveiro.words.language import Language

START = 1_772_000_000.0
HOSTILE = "<script>alert(1)</script>\"'&"
SVG = re.compile(r"<svg class=.*?</svg>", re.DOTALL)


def buckets(count: int, *, hours: int = 1, allowed: int | None = 3) -> list[Bucket]:
    return [
        Bucket(Moment(START + place * 3600 * hours), allowed, {"The role lacks the resource": place % 7})
        for place in range(count)
    ]


def drawn(given: list[Bucket], language: Language = Language.EN, title: str = "Requests") -> str:
    text = str(timeline(given, language, title=title))
    for svg in SVG.findall(text):
        ET.fromstring(svg)  # noqa: S314 - our own
    return text


def bars(text: str) -> list[tuple[float, float, float, float]]:
    """Of the wide drawing: left, top, width and height of each."""
    svg = ET.fromstring(SVG.findall(text)[0])  # noqa: S314 - our own
    found = [one.attrib for one in svg.iter("rect") if "x" in one.attrib]
    return [(float(one["x"]), float(one["y"]), float(one["width"]), float(one["height"])) for one in found]


@pytest.mark.parametrize("given", [[], [Bucket(Moment(START))], [Bucket(Moment(START), 0, {"Blocked": 0})]])
def test_nothing_is_said_in_words(given: list[Bucket]) -> None:
    text = drawn(given)
    assert "Nothing happened." in text
    assert "<svg" not in text


@pytest.mark.parametrize("count", [1, 2, 24, 200])
def test_bars_stand_on_each_other_within_the_drawing(count: int) -> None:
    text = drawn(buckets(count))
    found = bars(text)
    assert len(found) == count + sum(1 for place in range(count) if place % 7)
    for left, top, width, height in found:
        assert left >= 44
        assert left + width <= 720
        assert width > 0
        assert height > 0
        assert top >= 12 - 0.01
        assert top + height <= 212.01
    Read(text)


def test_heights_are_in_proportion() -> None:
    text = drawn([Bucket(Moment(START), 10, {}), Bucket(Moment(START + 60), 5, {"Blocked": 5})])
    (_, _, _, whole), (_, below, _, half), (_, above, _, other) = bars(text)
    assert whole == pytest.approx(2 * half)
    assert half == other
    assert above + other == pytest.approx(below)


def test_text_from_elsewhere_stays_text() -> None:
    text = drawn([Bucket(Moment(START), 1, {HOSTILE: 2})], title=HOSTILE)
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_a_drawing_has_its_title_and_says_its_sums() -> None:
    text = drawn(buckets(24))
    assert text.count('role="img"') == 2
    assert '<title id="timeline-wide-title">Requests</title>' in text
    assert "Allowed: 72" in text
    assert "25 February 2026 at 06:13:20 UTC" in text


def test_the_table_says_the_same_in_figures() -> None:
    read = Read(drawn(buckets(30)))
    rows = [one for one in read.all("tr") if "data-at" in one]
    assert [float(one["data-at"] or 0) for one in rows] == [bucket.at for bucket in buckets(30)]
    values = [int(one["value"] or 0) for one in read.all("data")]
    assert values[0::2] == [3] * 30
    assert values[1::2] == [place % 7 for place in range(30)]


def test_many_causes_are_the_most_frequent_and_the_others_together() -> None:
    causes = {f"Cause {place}": 10 - place for place in range(8)}
    text = drawn([Bucket(Moment(START), None, causes)])
    names = re.findall(r'<th scope="col" class="number">([^<]+)</th>', text)
    assert names == [*list(causes)[:CAUSES_MAX], "Other causes"]
    assert "<b>18</b>" in text
    assert "Allowed" not in text
    assert "data-allowed" not in text


def test_nothing_but_classes_and_attributes_gives_it_its_look() -> None:
    assert "style=" not in drawn(buckets(5))


def test_series_differ_without_colour() -> None:
    causes = {f"Cause {place}": 1 for place in range(5)}
    patterns = re.findall(r'<pattern id="timeline-wide-p[2-9]".*?</pattern>', drawn([Bucket(Moment(START), 1, causes)]))
    assert len({re.sub(r"p\d|c\d", "", one) for one in patterns}) == 4


def test_days_are_named_where_it_is_about_days_and_hours_elsewhere() -> None:
    assert ">25 Feb<" in drawn(buckets(10, hours=24))
    assert ">06:13<" in drawn(buckets(10))
    assert ">25 de fev.<" in drawn(buckets(10, hours=24), Language.PT)
