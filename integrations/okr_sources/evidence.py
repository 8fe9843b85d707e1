"""Evidence: how it is written down, and how anyone adds its rows up again.

Sums, counts and products are exact. The divisions of average, ratio and median are rounded once,
half-even, to 28 significant digits where they do not end before; `re_add` is the one place where
a source's rows become a value, so a stored value always equals its evidence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation
from typing import get_args

from okr_core.errors import DataError
from okr_core.exact import canonical_json, digest
from okr_sources.answers import Evidence, Formula, Row

DIGITS = 28
"""Significant digits to which a division that does not end is rounded."""

VERSION = 1
"""Version of the encoding, in its `version` key."""

_EXACT = Context(prec=1000, rounding=ROUND_HALF_EVEN, traps=[Inexact, InvalidOperation])
_ROUNDED = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])
_ONE = Decimal(1)


def encode(evidence: Evidence) -> bytes:
    """The evidence as canonical JSON; `decode` gives an equal one back."""
    head = {
        field.name: getattr(evidence, field.name)
        for field in fields(Evidence)
        if field.name != "rows"
    }
    rows = [_encoded_row(row) for row in evidence.rows]
    return canonical_json({"version": VERSION, **head, "rows": rows})


def decode(content: bytes) -> Evidence:
    """The evidence that `encode` wrote.

    Raises:
        DataError: The bytes are no evidence, or of a newer version.
    """
    try:
        data = json.loads(content)
        if data.pop("version") != VERSION:
            raise DataError("evidence is of a newer version.", hint="Upgrade prefect-okr.")
        rows = tuple(_decoded_row(row) for row in data.pop("rows"))
        if data["formula"] not in get_args(Formula):
            raise DataError(
                f"evidence has the unknown formula {data['formula']!r}.",
                hint="Upgrade prefect-okr.",
            )
        scale, notes = Decimal(data.pop("scale")), tuple(data.pop("notes"))
        return Evidence(**data, scale=scale, notes=notes, rows=rows)
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError) as error:
        raise DataError(
            f"evidence cannot be read ({type(error).__name__}).",
            hint="`okr audit verify` tells whether the store was altered.",
        ) from error


def digest_of(content: bytes) -> str:
    """The name under which encoded evidence is stored: `sha256:` and 64 hex digits."""
    return digest(content)


def re_add(evidence: Evidence) -> Decimal:
    """The value that the rows add up to by the evidence's formula, times its scale.

    count: rows. sum: Σ value of rows that have one. average: the same ÷ rows that have one.
    ratio: Σ value·weight ÷ Σ weight. median: the middle value, or the mean of the two middle ones.
    latest and value: the one row's value. Count and sum of nothing are 0.

    Raises:
        DataError: Nothing to average or divide by, or not exactly one value; the message is
            `empty selection` where no row counts.
    """
    return _FORMULAS[evidence.formula](evidence)


def quotient(numerator: Decimal, denominator: Decimal) -> Decimal:
    """A division, rounded half-even to 28 significant digits where it does not end before.

    >>> quotient(Decimal(2), Decimal(3))
    Decimal('0.6666666666666666666666666667')
    """
    return _ROUNDED.divide(numerator, denominator)


def total(values: Iterable[Decimal]) -> Decimal:
    """The exact sum.

    >>> total([Decimal("0.1"), Decimal("1E+30")])
    Decimal('1000000000000000000000000000000.1')
    """
    result = Decimal(0)
    for value in values:
        result = _EXACT.add(result, value)
    return result


def denominator_of(evidence: Evidence) -> Decimal:
    """The summed weight of the rows: what a shrinking selection is judged by."""
    return total(row.weight for row in evidence.rows)


def _count(evidence: Evidence) -> Decimal:
    return _scaled(Decimal(len(evidence.rows)), evidence.scale)


def _sum(evidence: Evidence) -> Decimal:
    return _scaled(total(_values(evidence)), evidence.scale)


def _average(evidence: Evidence) -> Decimal:
    values = _some(_values(evidence), evidence)
    return quotient(_scaled(total(values), evidence.scale), Decimal(len(values)))


def _ratio(evidence: Evidence) -> Decimal:
    weight = denominator_of(evidence)
    if not weight:
        raise _nothing(evidence)
    reached = total(
        _EXACT.multiply(row.value, row.weight) for row in evidence.rows if row.value is not None
    )
    return quotient(_scaled(reached, evidence.scale), weight)


def _median(evidence: Evidence) -> Decimal:
    values = sorted(_some(_values(evidence), evidence))
    middle = len(values) // 2
    if len(values) % 2:
        return _scaled(values[middle], evidence.scale)
    both = _EXACT.add(values[middle - 1], values[middle])
    return quotient(_scaled(both, evidence.scale), Decimal(2))


def _single(evidence: Evidence) -> Decimal:
    values = _some(_values(evidence), evidence)
    if len(values) != 1:
        raise DataError(
            f"{len(values)} values where one was expected.", hint="Narrow the selection."
        )
    return _scaled(values[0], evidence.scale)


_FORMULAS: Mapping[Formula, Callable[[Evidence], Decimal]] = {
    "count": _count,
    "sum": _sum,
    "average": _average,
    "ratio": _ratio,
    "median": _median,
    "latest": _single,
    "value": _single,
}


def _values(evidence: Evidence) -> list[Decimal]:
    return [row.value for row in evidence.rows if row.value is not None]


def _some(values: list[Decimal], evidence: Evidence) -> list[Decimal]:
    if not values:
        raise _nothing(evidence)
    return values


def _nothing(evidence: Evidence) -> DataError:
    if not evidence.rows:
        return DataError("empty selection: no row to measure.", hint="Check the query.")
    return DataError(
        f"empty selection: none of {len(evidence.rows)} rows has a value to measure.",
        hint="Fill the field, or measure something else.",
    )


def _scaled(value: Decimal, scale: Decimal) -> Decimal:
    # 1 leaves the digits as written (5.0 stays 5.0).
    return value if scale == _ONE else _EXACT.multiply(value, scale)


def _encoded_row(row: Row) -> list[object]:
    """A row as a list without its trailing defaults: id, value, label, weight."""
    parts: list[object] = [row.id, row.value, row.label, row.weight]
    defaults = (_ONE, "", _ONE)
    while len(parts) > 1 and _same(parts[-1], defaults[len(parts) - 2]):
        parts.pop()
    return parts


def _same(part: object, default: object) -> bool:
    # Decimal("1.0") equals 1 but is written otherwise; the digest follows what is written.
    return part is not None and str(part) == str(default)


def _decoded_row(parts: list[str | None]) -> Row:
    missing: tuple[str | None, ...] = ("1", "", "1")[len(parts) - 1 :]
    name, value, label, weight = [*parts, *missing]
    return Row(
        id=str(name),
        value=None if value is None else Decimal(value),
        label=label or "",
        weight=Decimal(weight or "1"),
    )
