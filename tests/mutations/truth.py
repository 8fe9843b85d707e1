"""Truth: which values an answer allows, read without any of the product's parsers.

A row's cell has options: the numbers that may be read from it, None for "no value". No option means
that nobody may make a number of the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from itertools import islice, product
from statistics import median

Options = frozenset[Fraction | None]
NOTHING: Options = frozenset({None})
IMPOSSIBLE: Options = frozenset()
_MOST = 256
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:?\d\d))?"
)


@dataclass(frozen=True)
class Truth:
    """What may be observed.

    Attributes:
        values: Any of these; none: the answer is no number.
        basis: All that the measure reads: where this is as it was, the value must be, too.
    """

    values: frozenset[Fraction] = frozenset()
    basis: object = None


def number(value: object) -> Options:
    """Options of a cell that should hold a number or null."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return IMPOSSIBLE
    if isinstance(value, int | Decimal):
        return frozenset({Fraction(value)})
    return IMPOSSIBLE


def number_or_text(value: object) -> Options:
    """The same where a text may spell it."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return frozenset({Fraction(Decimal(value))})
    return number(value)


def time(value: object) -> datetime | None:
    """A time or day as vendors write it; None for anything else."""
    found = _TIME.fullmatch(value) if isinstance(value, str) and value.isascii() else None
    if found is None:
        return None
    year, month, day, hour, minute, second, micro, zone = found.groups()
    try:
        at = datetime(int(year), int(month), int(day), tzinfo=UTC)
        if hour is None:
            return at
        offset = timedelta()
        if zone != "Z":
            offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
            offset = -offset if zone[0] == "-" else offset
        return at.replace(
            hour=int(hour),
            minute=int(minute),
            second=int(second),
            microsecond=int((micro or "0").ljust(6, "0")),
            tzinfo=timezone(offset),
        )
    except ValueError:
        return None


def combinations(cells: Sequence[Options]) -> Iterable[tuple[Fraction | None, ...]]:
    """Every way to read the cells."""
    return islice(product(*cells), _MOST)


def sums(cells: Sequence[Options]) -> frozenset[Fraction]:
    return frozenset(
        sum((value for value in way if value is not None), Fraction())
        for way in combinations(cells)
    )


def averages(cells: Sequence[Options]) -> frozenset[Fraction]:
    found = set()
    for way in combinations(cells):
        values = [value for value in way if value is not None]
        if values:
            found.add(sum(values, Fraction()) / len(values))
    return frozenset(found)


def medians(cells: Sequence[Options]) -> frozenset[Fraction]:
    found = set()
    for way in combinations(cells):
        values = [value for value in way if value is not None]
        if values:
            found.add(Fraction(median(values)))
    return frozenset(found)


def ratios(done: Sequence[Options], weights: Sequence[Options]) -> frozenset[Fraction]:
    """Shares done; a row without a weight is left out, or weighs nothing."""
    found = set()
    for way in combinations([*done, *weights]):
        values, heavy = way[: len(done)], way[len(done) :]
        whole = sum((weight or Fraction() for weight in heavy), Fraction())
        if whole and all(weight is None or weight >= 0 for weight in heavy):
            part = sum(
                ((v or 0) * (w or 0) for v, w in zip(values, heavy, strict=True)), Fraction()
            )
            found.add(part / whole)
    return frozenset(found)


def is_among(value: Decimal, allowed: Iterable[Fraction]) -> bool:
    """Whether a value is one of them, but for the rounding of a division to 28 digits."""
    exact = Fraction(value)
    return any(abs(exact - each) <= abs(each) * Fraction(1, 10**26) for each in allowed)


def frozen(document: object) -> object:
    """A document that can be compared, whatever the order of its keys."""
    if isinstance(document, dict):
        return tuple(sorted((key, frozen(value)) for key, value in document.items()))
    if isinstance(document, list):
        return ("list", *(frozen(each) for each in document))
    return (type(document).__name__, str(document))
