"""Chart: the values of a key result over its cycle, beside what was expected and where it is to be.

Two drawings of each, wide and narrow, so that their text keeps its size on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import Markup, escape

_WIDE, _NARROW = (700, 320), (328, 280)
_TICKS = 4


@dataclass(frozen=True, slots=True)
class Point:
    """A value: `at` as a share of the cycle's length, and whether a person said it."""

    at: float
    value: float
    said: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day below the axis, at a share of the cycle's length."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn.

    Attributes:
        points: By time; the last one is the current value.
        expected: The way that the pace asks for, as shares of time and values; empty: none.
        target: Value that is asked for, with its text.
        days: First, today and last day.
        now: Text beside the last point.
        target_word: Word above the target's line.
        expected_word: Word along the expected way.
        label: What the chart shows, for those who do not see it.
        caption: What it finds.
        legend: What its signs mean.
    """

    points: tuple[Point, ...]
    expected: tuple[tuple[float, float], ...]
    target: tuple[float, str] | None
    days: tuple[Day, ...]
    now: str
    target_word: str
    expected_word: str
    label: str
    caption: str
    legend: str


def drawn(chart: Chart) -> Markup:
    """Both drawings."""
    return _drawing(chart, _WIDE, "wide") + _drawing(chart, _NARROW, "narrow")


def _drawing(chart: Chart, size: tuple[int, int], kind: str) -> Markup:
    width, height = size
    left, right, top, bottom = 44, width - 8, 44, height - 28
    ticks = _ticks(_values(chart))
    low, high = ticks[0], ticks[-1]

    def x(at: float) -> str:
        return f"{left + (right - left) * min(max(at, 0), 1):.1f}"

    def y(value: float) -> str:
        return f"{bottom - (bottom - top) * (value - low) / (high - low):.1f}"

    parts = []
    for place, tick in enumerate(ticks):
        line = "rule" if place else "base"
        parts.append(f'<path class="{line}" d="M{left},{y(tick)}H{right}"/>')
        parts.append(
            f'<text x="{left - 8}" y="{_below(y(tick), 4)}" text-anchor="end">{tick:g}</text>'
        )
    parts += _aim(chart, y, left, right)
    anchors = ("start", *["middle"] * (len(chart.days) - 2), "end")
    for day, anchor in zip(chart.days, anchors, strict=True):
        parts.append(f'<path class="base" d="M{x(day.at)},{bottom}v4"/>')
        parts.append(
            f'<text x="{x(day.at)}" y="{height - 4}" text-anchor="{anchor}">'
            f"{escape(day.text)}</text>"
        )
    if len(chart.expected) > 1:
        way = " L".join(f"{x(at)},{y(value)}" for at, value in chart.expected)
        parts.append(f'<path class="asked" d="M{way}"/>')
        parts.append(_along(chart, x, y))
    if chart.points:
        parts += _line(chart, x, y, kind)
    inner = "".join(parts)
    return Markup(  # noqa: S704 - numbers; texts are escaped
        f'<svg class="{kind}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(chart.label)}">{inner}</svg>'
    )


def _values(chart: Chart) -> list[float]:
    found = [point.value for point in chart.points] + [value for _, value in chart.expected]
    return found + ([chart.target[0]] if chart.target else []) or [0.0, 1.0]


def _aim(chart: Chart, y: object, left: int, right: int) -> list[str]:
    if chart.target is None or not callable(y):
        return []
    value, text = chart.target
    told = f"{escape(chart.target_word)} {escape(text)}"
    place = _below(str(y(value)), -6)
    return [
        f'<path class="aim" d="M{left},{y(value)}H{right}"/>',
        f'<text class="ink" x="{left + 4}" y="{place}">{told}</text>',
    ]


def _along(chart: Chart, x: object, y: object) -> str:
    """The word beside the expected way, a third along it, on the side away from the line."""
    assert callable(x)
    assert callable(y)
    at, value = chart.expected[len(chart.expected) // 3]
    rises = chart.expected[-1][1] >= chart.expected[0][1]
    place = _below(str(y(value)), -10 if rises else 20)
    anchor = "end" if rises else "start"
    return (
        f'<text x="{x(at)}" y="{place}" text-anchor="{anchor}">{escape(chart.expected_word)}</text>'
    )


def _line(chart: Chart, x: object, y: object, kind: str) -> list[str]:
    assert callable(x)
    assert callable(y)
    way = " L".join(f"{x(each.at)},{y(each.value)}" for each in chart.points)
    found = [f'<path class="line" d="M{way}"/>']
    radius = 5 if kind == "wide" else 4
    found += [
        f'<circle class="dot" cx="{x(each.at)}" cy="{y(each.value)}" r="{radius}"/>'
        for each in chart.points[:-1]
        if each.said
    ]
    last = chart.points[-1]
    found.append(f'<circle class="today" cx="{x(last.at)}" cy="{y(last.value)}" r="5"/>')
    behind = last.at > 0.7
    anchor, shift = ("end", -8) if behind else ("start", 8)
    rises = not chart.expected or chart.expected[-1][1] >= chart.expected[0][1]
    place = _below(str(y(last.value)), 22 if rises else -14)
    found.append(
        f'<text class="ink halo-text" x="{float(x(last.at)) + shift:.1f}" y="{place}" '
        f'text-anchor="{anchor}">{escape(chart.now)}</text>'
    )
    return found


def _below(place: str, shift: float) -> str:
    return f"{float(place) + shift:.1f}"


def _ticks(values: Sequence[float]) -> list[float]:
    """Round numbers that span the values, about `_TICKS` steps of them."""
    low, high = min(values), max(values)
    if low == high:
        low, high = low - abs(low or 1) / 2, high + abs(high or 1) / 2
    rough = (high - low) / _TICKS
    unit = 10 ** floor(log10(rough))
    step = next(unit * each for each in (1, 2, 2.5, 5, 10) if unit * each >= rough * 0.999)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(step * place, 10) for place in range(first, last + 1)]
