"""Marks: the small pictures in a line of text: status, bar, sparkline, way.

They are far below what a charting library is for: a bar is four rectangles, and a report holds a
thousand of them. Their colours are classes, so that they follow the theme of the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from markupsafe import Markup

Share = Fraction | None
BAR = 120
"""Width of a bar in pixels; a share of 1 ends there."""
_SPARK = (80, 20)
_WAY = (288, 96)
_BEYOND = Fraction(1)


def bar(
    progress: Share,
    expected: Share,
    status: str,
    band: tuple[Fraction, Fraction, Fraction] | None = None,
) -> Markup:
    """A thin bar with a tick where it should be by now, and under it where it is likely to end.

    Args:
        progress: In [0, 1]; None draws the track alone.
        expected: In [0, 1]; None: no tick.
        status: Gives the colour.
        band: P10, P50 and P90 of the forecast as raw progress.
    """
    parts = ['<rect class="track" y="6" width="120" height="1"/>']
    if progress is not None:
        parts.append(f'<rect class="{status}" y="4" width="{_x(progress)}" height="4"/>')
    if expected is not None:
        parts.append(f'<rect class="ink" x="{_x(expected, 2)}" y="1" width="2" height="10"/>')
    if band is not None:
        low, middle, high = (_x(share) for share in band)
        left, width = min(low, high), max(abs(high - low), 1)
        parts.append(f'<rect class="band" x="{left:g}" y="11" width="{width:g}" height="4"/>')
        parts.append(
            f'<rect class="ink" x="{min(middle, BAR - 1):g}" y="11" width="1" height="4"/>'
        )
    inner = "".join(parts)
    # Markup: numbers and the status words of this program, nothing that people wrote.
    return Markup(f'<svg class="bar" viewBox="0 0 120 16" aria-hidden="true">{inner}</svg>')  # noqa: S704


def _x(share: Fraction, thickness: int = 0) -> float:
    """A share in pixels of a bar, kept inside it."""
    return round(float(min(max(share, Fraction(0)), _BEYOND)) * (BAR - thickness), 1)


def spark(shares: Sequence[Share], at: Sequence[float]) -> Markup:
    """History as a line without axes; a gap where nothing was known. Empty below two points.

    Args:
        shares: In [0, 1], one per time.
        at: The times as shares of the cycle, see `okr_report.reports.Header`.
    """
    if sum(share is not None for share in shares) < 2:
        return Markup()
    width, height = _SPARK
    path, last = _path(shares, at, width - 4, height - 4, 2)
    x, y = last
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="spark" viewBox="0 0 {width} {height}" aria-hidden="true">'
        f'<path d="{path}"/><circle cx="{x:g}" cy="{y:g}" r="2"/></svg>'
    )


def way(
    progress: Sequence[Share],
    expected: Sequence[Share],
    at: Sequence[float],
    *,
    ends: tuple[str, str],
    status: str,
    band: tuple[Fraction, Fraction, Fraction] | None = None,
) -> Markup:
    """Progress against expected over time, with the forecast as a band and a line to its end.

    Args:
        progress: In [0, 1], one per time.
        expected: The same, by the pace.
        at: The times as shares of the cycle, see `okr_report.reports.Header`.
        ends: The first and the last day, as text.
        status: Colour of the last point.
        band: P10, P50 and P90 of the forecast as raw progress.
    """
    width, height = _WAY
    wide, high, top = width - 8, height - 28, 4
    parts = [
        f'<path class="rule" d="M0 {top + high}H{width}"/>',
        f'<path class="rule faint" d="M0 {top}H{width}"/>',
    ]
    reached, last = _path(progress, at, wide, high, top)
    if band is not None and reached and last[0] < wide:
        parts += _fan(band, last, width - 4, high, top)
    asked, _ = _path(expected, at, wide, high, top)
    parts.append(f'<path class="asked" d="{asked}"/><path class="line" d="{reached}"/>')
    if reached:
        parts.append(f'<circle class="{status}" cx="{last[0]:g}" cy="{last[1]:g}" r="4"/>')
    first, final = ends
    parts.append(
        f'<text x="0" y="{height - 4}">{first}</text>'
        f'<text x="{width}" y="{height - 4}" text-anchor="end">{final}</text>'
    )
    inner = "".join(parts)
    return Markup(  # noqa: S704 - numbers, and days that this program wrote
        f'<svg class="way" viewBox="0 0 {width} {height}" aria-hidden="true">{inner}</svg>'
    )


def _fan(
    band: tuple[Fraction, Fraction, Fraction],
    last: tuple[float, float],
    right: float,
    high: float,
    top: float,
) -> list[str]:
    low, middle, best = (_y(share, high, top) for share in band)
    x, y = last
    return [
        f'<path class="band" d="M{x:g} {y:g}L{right:g} {best:g}V{low:g}Z"/>',
        f'<path class="median" d="M{x:g} {y:g}L{right:g} {middle:g}"/>',
    ]


def _path(
    shares: Sequence[Share], at: Sequence[float], wide: float, high: float, top: float
) -> tuple[str, tuple[float, float]]:
    """A path through what is known, lifted over gaps, and its last point."""
    steps, drawn, last = [], False, (0.0, 0.0)
    for place, share in zip(at, shares, strict=True):
        if share is None:
            drawn = False
            continue
        last = (round(place * wide + 2, 1), _y(share, high, top))
        steps.append(f"{'L' if drawn else 'M'}{last[0]:g} {last[1]:g}")
        drawn = True
    return "".join(steps), last


def _y(share: Fraction, high: float, top: float) -> float:
    held = min(max(float(share), 0.0), 1.0)
    return round(top + high * (1 - held), 1)
