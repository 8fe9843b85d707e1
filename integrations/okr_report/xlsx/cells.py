"""Cells: what a column shows, and how it is formatted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from okr_core.metrics import Binary, Metric

Kind = Literal["text", "long", "share", "score", "count", "number", "day", "moment"]
"""`long` wraps; `share` shows percents, `score` two places; `number` is as written."""
FORMATS: dict[Kind, str] = {
    "share": "0 %",
    "score": "0.000",
    "count": "#,##0",
    "number": "General",
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
FIGURES: frozenset[Kind] = frozenset({"share", "score", "count", "number", "day", "moment"})
"""Kinds whose cells stand to the right."""
_EXACT = 15
"""Digits that a number in a cell keeps."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        heading: What stands above it.
        kind: Of its cells.
        width: In characters.
        bars: Whether its shares are drawn as bars, too.
    """

    heading: str
    kind: Kind = "text"
    width: float = 12
    bars: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula, with the value that it gives.

    Attributes:
        text: Without the equals sign; made of our own words and of references only.
        value: What viewers that do not calculate show; None: nothing.
    """

    text: str
    value: Fraction | str | int | None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with the format that says its unit."""

    value: Decimal
    format: str


@dataclass(frozen=True, slots=True)
class Strong:
    """A text that stands out: what the rows below it belong to.

    Attributes:
        right: It stands above figures.
    """

    text: str
    right: bool = False


Cell = str | int | Decimal | Fraction | date | datetime | Formula | Quantity | Strong | None


def quantity(metric: Metric, value: Decimal | None) -> Cell:
    """A value of a metric, with its unit; as text where a cell would round it."""
    if value is None:
        return None
    if len(value.as_tuple().digits) > _EXACT:
        return f"{value:f}"
    return Quantity(value, unit_format(metric))


def unit_format(metric: Metric) -> str:
    """The format of a metric's values."""
    if isinstance(metric, Binary):
        return "0"
    unit = getattr(metric, "unit", "").replace('"', "''").strip()
    # A format holds 255 characters; a longer unit stands in its own column alone.
    return f'General" {unit}"' if unit and len(unit) <= 60 and unit.isprintable() else "General"
