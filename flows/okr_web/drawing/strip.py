"""Strip: every key result as one mark, by how far it is from what was expected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup, escape

_SIZES = {"wide": (1120, 13), "narrow": (328, 12)}
_MOST = 120
"""Marks that are drawn as links; more are drawn as columns."""
_LOW, _HIGH = -50, 30
"""Points at both ends of the axis; what lies beyond stands at the end."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A key result: `gap` is progress less what was expected."""

    id: str
    title: str
    look: str
    status: str
    gap: Fraction


@dataclass(frozen=True, slots=True)
class Words:
    """What stands at the axis, and what the strip shows for those who do not see it."""

    ticks: tuple[tuple[int, str], ...]
    label: str
    beside: str


def drawn(dots: Sequence[Dot], words: Words) -> Markup:
    """Both drawings; a mark leads to its key result, whose list below leads to the same places."""
    return _drawing(dots, words, "wide") + _drawing(dots, words, "narrow")


def _drawing(dots: Sequence[Dot], words: Words, kind: str) -> Markup:
    width, size = _SIZES[kind]
    step = size + 2
    columns = width // step
    places = [(_column(dot.gap, columns), dot) for dot in dots]
    tallest = max(Counter(column for column, _ in places).values(), default=1)
    fits = len(dots) <= _MOST and tallest <= 12
    high = step * (tallest if fits else 8) + 16
    base = high + 8
    parts = [f'<path class="base" d="M0,{base}H{width}"/>']
    zero = _x(0, width)
    parts.append(f'<path class="base" d="M{zero:.1f},{base}V8"/>')
    ticks = words.ticks if kind == "wide" else words.ticks[1:]
    for points, text in ticks:
        x = min(max(_x(points, width), 28), width - 28)
        parts.append(
            f'<text x="{x:.1f}" y="{base + 18}" text-anchor="middle">{escape(text)}</text>'
        )
    parts += _marks(places, step, size, base) if fits else _columns(places, step, base, tallest)
    inner = "".join(parts)
    return Markup(  # noqa: S704 - numbers; texts are escaped
        f'<svg class="{kind}" viewBox="0 0 {width} {base + 24}" width="{width}" '
        f'height="{base + 24}" role="group" aria-label="{escape(words.label)}">{inner}</svg>'
    )


def _x(points: float, width: int) -> float:
    return (points - _LOW) / (_HIGH - _LOW) * width


def _column(gap: Fraction, columns: int) -> int:
    share = (float(gap) * 100 - _LOW) / (_HIGH - _LOW)
    return min(max(int(share * columns), 0), columns - 1)


def _marks(places: list[tuple[int, Dot]], step: int, size: int, base: int) -> list[str]:
    stacked: Counter[int] = Counter()
    found = []
    for column, dot in sorted(places, key=lambda pair: (pair[0], pair[1].look, pair[1].id)):
        x, y = column * step, base - step * (stacked[column] + 1) - 2
        stacked[column] += 1
        told = escape(dot.title)
        found.append(
            f'<a class="{dot.look}" href="/goal/{dot.id}" tabindex="-1" aria-label="{told}">'
            f'<title>{told}</title><use href="#m-{dot.look}" x="{x}" y="{y}" '
            f'width="{size}" height="{size}"/></a>'
        )
    return found


def _columns(places: list[tuple[int, Dot]], step: int, base: int, tallest: int) -> list[str]:
    """Of many, a column for each place, as high as there are key results."""
    counts = Counter(column for column, _ in places)
    scale = step * 8 / tallest
    return [
        f'<rect class="pile" x="{column * step}" y="{base - count * scale:.1f}" '
        f'width="{step - 2}" height="{count * scale:.1f}"/>'
        for column, count in sorted(counts.items())
    ]
