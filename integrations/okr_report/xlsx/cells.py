"""Cells: what a column shows, and how it is formatted."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Literal

from okr_core.plan.metrics import Binary, Metric
from okr_core.words.figures import with_unit
from okr_report.locale import Locale
from okr_report.report_facts import Named

Kind = Literal["text", "long", "share", "score", "count", "number", "day", "moment"]
"""`long` wraps; `share` shows percents; `number` has the digits that matter of each value."""
_NEARLY = '[<0.9995]0.0 %;[<1]"99.9 %";0.0 %'
"""What is not reached is never 100 %, however close."""
FORMATS: dict[Kind, str] = {
    "share": _NEARLY,
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
_SHOWN = 4
"""Digits that matter to a reader; the cell has them all."""
CELL = 32_767
"""Characters that a cell holds, counted as UTF-16 does."""
_PICTURES = {code: 0x2400 + code for code in range(0x20) if code not in {0x09, 0x0A}}
_UNPRINTABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_UNUSUAL = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_REPLACED = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: Of its cells in a row, and of the word that stands above it.
        kind: Of its cells.
        width: In characters.
        needs: Words of `okr_report.audience`, one of which lets see it; none: everyone sees it.
        bars: Whether its shares are drawn as bars, too.
        heading: What stands above it where that is no word of ours.
    """

    name: str
    kind: Kind = "text"
    width: float = 12
    needs: tuple[str, ...] = ()
    bars: bool = False
    heading: str = ""

    def shown_to(self, sees: Collection[str]) -> bool:
        """Whether an audience that sees these words sees it."""
        return not self.needs or any(word in sees for word in self.needs)


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

    value: Decimal | Fraction
    format: str


@dataclass(frozen=True, slots=True)
class Strong:
    """A text that stands out: what the rows below it belong to.

    Attributes:
        right: It stands above figures.
    """

    text: str
    right: bool = False


@dataclass(frozen=True, slots=True)
class Indented:
    """A text that stands below another in a tree.

    Attributes:
        depth: 0 for what stands below nothing.
    """

    text: str
    depth: int


Placed = Strong | Indented
Cell = str | int | Decimal | Fraction | date | datetime | Formula | Quantity | Placed | Named | None


def quantity(metric: Metric | None, value: Decimal | None) -> Cell:
    """A value of a metric, with its unit; as text where a cell would change its whole digits."""
    if value is None or metric is None:
        return value
    if len(value.as_tuple().digits) > _EXACT <= value.adjusted():
        return f"{value:f}"
    digits = "0" if isinstance(metric, Binary) else digits_format(value)
    return Quantity(value, digits + _unit_format(getattr(metric, "unit", "")))


def digits_format(value: Decimal) -> str:
    """The format that shows the digits of a number that matter: whole ones, and four in all.

    >>> digits_format(Decimal("44.970414")), digits_format(Decimal(1200))
    ('#,##0.0#', '#,##0')
    >>> digits_format(Decimal("0.00012345"))
    '#,##0.0######'
    """
    places = _SHOWN - 1 - value.adjusted()
    if places <= 0 or value == value.to_integral_value():
        return "#,##0"
    return "#,##0.0" + "#" * (min(places, _EXACT) - 1)


def points(share: Fraction | None, locale: Locale) -> Cell:
    """A difference of shares, in points and with its sign."""
    if share is None:
        return None
    unit = f'" {locale("points", amount="").strip()}"'
    return Quantity(share * 100, f"+0.0{unit};\N{MINUS SIGN}0.0{unit};0.0{unit}")


@cache
def _unit_format(written: str) -> str:
    unit = written.replace('"', "''").strip()
    # A format holds 255 characters; a longer unit stands in its own column alone.
    return f'"{with_unit("", unit)}"' if unit and len(unit) <= 60 and unit.isprintable() else ""


def visible(text: str) -> str:
    r"""A text without what XML forbids: control characters become their pictures.

    >>> visible("a\x00b\r\nc\ud800")
    'a␀b\nc�'
    """
    if len(text) * 2 <= CELL and not _UNUSUAL.search(text):
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _cut(_UNPRINTABLE.sub(_REPLACED, lines.translate(_PICTURES)))


def _cut(text: str) -> str:
    if len(text) * 2 <= CELL:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= CELL * 2:
        return text
    return f"{units[: (CELL - 1) * 2].decode('utf-16-le', 'ignore')}…"
