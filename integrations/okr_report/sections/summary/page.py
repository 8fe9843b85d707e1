"""What the section's template needs beside its view: what the marks of its dots mean."""

from __future__ import annotations

from collections import Counter

from okr_report.locale import Locale
from okr_report.sections.summary.view import View
from okr_report.theme import MARKS


def page(view: View, locale: Locale) -> dict[str, object]:  # noqa: ARG001 - one signature for all
    """`legend`: what marks show and how many of each are drawn, in the order of the palette."""
    counts = Counter(dot.look for dot in view.dots if dot.share is not None)
    palette = list(MARKS)
    return {"legend": sorted(counts.items(), key=lambda pair: palette.index(pair[0]))}
