"""Chart: one picture with the finding that it shows, and the numbers as a table."""

from __future__ import annotations

from dataclasses import dataclass

from okr_report.theme import Spec

WIDE, NARROW = 1000, 304
"""Widths in pixels of the two drawings of a chart; a page shows the one that fits."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of a section.

    Attributes:
        spec: Vega-Lite, for one width.
        caption: The finding in words.
        columns: Headings of the table that says the same.
        rows: Its rows.
    """

    spec: Spec
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
