"""Days as people write them: with points, slashes, names of months, or in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

from okr_core.basics.numbers import plain_signs
from okr_core.errors import InputError
from okr_core.sheets.cells import Cell

Order = Literal["dmy", "mdy"]
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ].*)?", re.ASCII)
_POINTS = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4}|\d{2})", re.ASCII)
_SLASHES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})", re.ASCII)
_DAY_NAMED = re.compile(
    r"(\d{1,2})(?:\.|st|nd|rd|th)?[ -]([^\W\d]+)\.?,?[ -](\d{4}|\d{2})", re.IGNORECASE
)
_MONTH_NAMED = re.compile(r"([^\W\d]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.IGNORECASE)
_MONTHS = [
    "jan",
    "feb",
    "mar mär mrz",
    "apr",
    "may mai",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct okt",
    "nov",
    "dec dez",
]
_HINT = "Write it as 2026-12-31."


def looks_like_day(cell: Cell) -> bool:
    """Whether a cell holds a day."""
    if cell.day is not None:
        return True
    return cell.number is None and (
        bool(_SLASHES.fullmatch(_bare(cell))) or _parts(cell) is not None
    )


def day_orders(cells: Iterable[Cell]) -> tuple[set[Order], list[str]]:
    """Which orders of day and month the days of cells prove, and the texts that fit both."""
    proven: set[Order] = set()
    unclear: list[str] = []
    for cell in cells:
        found = _SLASHES.fullmatch(_bare(cell)) if cell.day is None else None
        if found is None:
            continue
        first, second = int(found[1]), int(found[2])
        if first > 12 >= second:
            proven.add("dmy")
        elif second > 12 >= first:
            proven.add("mdy")
        elif first != second:
            unclear.append(cell.text)
    return proven, unclear


def day_of(cell: Cell, order: Order | None) -> date:
    """The day of a cell.

    Args:
        cell: What holds it.
        order: Of days with slashes; None: each has to prove its own.

    Raises:
        InputError: It is none, or can be read in two ways.
    """
    if cell.problem:
        raise InputError(f"{cell.problem}.")
    if cell.day is not None:
        return cell.day
    if cell.number is not None:
        raise InputError(
            f"`{cell.text}` is a number without the format of a day.",
            hint="Format the cell as a date, or write it as 2026-12-31.",
        )
    parts = _slashed(cell, order) or _parts(cell)
    try:
        if parts is None:
            raise ValueError  # noqa: TRY301 - one message for both ways to be wrong
        return date(*parts)
    except ValueError:
        raise InputError(f"`{cell.text}` is no day.", hint=_HINT) from None


def _slashed(cell: Cell, order: Order | None) -> tuple[int, int, int] | None:
    found = _SLASHES.fullmatch(_bare(cell))
    if found is None:
        return None
    first, second, year = int(found[1]), int(found[2]), _year(found[3])
    own = order or next(iter(day_orders([cell])[0]), None)
    if own is None and first != second:
        raise InputError(f"`{cell.text}` can be two days.", hint=_HINT)
    return (year, first, second) if own == "mdy" else (year, second, first)


def _parts(cell: Cell) -> tuple[int, int, int] | None:
    """Year, month and day of what can be read in one way alone."""
    bare = _bare(cell)
    if found := _YEAR_FIRST.fullmatch(bare):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _POINTS.fullmatch(bare):
        return _year(found[3]), int(found[2]), int(found[1])
    if found := _DAY_NAMED.fullmatch(bare):
        return _named(found[3], found[2], found[1])
    if found := _MONTH_NAMED.fullmatch(bare):
        return _named(found[3], found[1], found[2])
    return None


def _named(year: str, month: str, day: str) -> tuple[int, int, int] | None:
    start = month.casefold()[:3]
    number = next((n for n, names in enumerate(_MONTHS, 1) if start in names.split()), None)
    return (_year(year), number, int(day)) if number else None


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def _bare(cell: Cell) -> str:
    return plain_signs(cell.text)
