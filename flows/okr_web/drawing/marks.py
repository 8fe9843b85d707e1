"""Marks: the sign of a status beside its word, and the bar with a tick for what is expected."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from markupsafe import Markup

from okr_report.theme import MARKS

_DOING = "M-0.9,0A0.9,0.9,0,1,1,0.9,0A0.9,0.9,0,1,1,-0.9,0ZM0,-0.5A0.5,0.5,0,0,0,0,0.5Z"
_SHAPES: dict[str, str] = {**{name: mark.shape for name, mark in MARKS.items()}, "doing": _DOING}


def symbols(looks: Iterable[str]) -> Markup:
    """The shapes of these marks, once for a page; `mark` draws them."""
    parts = [
        f'<symbol id="m-{look}" viewBox="-1.2 -1.2 2.4 2.4">'
        f'<path d="{_SHAPES[look]}" fill="currentColor"/></symbol>'
        for look in sorted(set(looks))
    ]
    inner = "".join(parts)
    return Markup(  # noqa: S704 - shapes of this program alone
        f'<svg class="defs" aria-hidden="true"><defs>{inner}</defs></svg>'
    )


def mark(look: str) -> Markup:
    """The mark of a status; its word stands beside it."""
    assert look in _SHAPES, "a look is one of the theme's"
    return Markup(  # noqa: S704 - a word of this program
        f'<svg class="mark" aria-hidden="true"><use href="#m-{look}"/></svg>'
    )


def bar(progress: Fraction | None, expected: Fraction | None) -> Markup:
    """A bar of progress in [0, 1] with a tick where it should be by now; None leaves either out."""
    parts = ['<rect class="track" y="6" width="100" height="4"/>']
    if progress is not None:
        parts.append(f'<rect class="fill" y="6" width="{_place(progress)}" height="4"/>')
    if expected is not None:
        x = _place(expected)
        parts += [
            f'<line class="{kind}" x1="{x}" x2="{x}" y1="1" y2="15"/>' for kind in ("halo", "tick")
        ]
    inner = "".join(parts)
    return Markup(  # noqa: S704 - numbers only
        '<svg class="bar" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">'
        f"{inner}</svg>"
    )


def _place(share: Fraction) -> str:
    held = min(max(share, Fraction(0)), Fraction(1))
    return f"{round(float(held) * 100, 1):g}"
