"""Bars: progress in characters, for places that draw nothing."""

from __future__ import annotations

from fractions import Fraction

from okr_core.words.figures import NOTHING, percent
from okr_report.outline.pieces import figure

WIDTH = 10


def bar(share: Fraction | None) -> str:
    r"""A share as a bar with its percents; what is not known has no bar.

    Only what is reached fills the bar, and what is begun shows.

    >>> bar(Fraction(43, 100)), bar(Fraction(1, 500)), bar(None)
    ('■■■■□□□□□□\xa043\xa0%', '■□□□□□□□□□\xa0<\xa01\xa0%', '–')
    """
    if share is None:
        return NOTHING
    kept = min(max(share, Fraction(0)), Fraction(1))
    full = max(int(kept * WIDTH), 1 if kept else 0)
    return figure(f"{'■' * full}{'□' * (WIDTH - full)} {percent(share)}")
