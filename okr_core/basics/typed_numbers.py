"""Typed numbers: numbers as people type them and as this product prints them."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from okr_core.basics.numbers import ungrouped

MINUS = "\N{MINUS SIGN}"
_BLANK = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
_SEPARATED = re.compile(r"(-?)(\d+(?:[.,'’]\d+)+)(.*)", re.ASCII | re.DOTALL)
_WITH_MORE = re.compile(r"(-?\d+(?:\.\d+)?)\s*\D+", re.ASCII)
_THOUSAND = 3


def typed_number(text: str) -> Decimal | None:
    r"""The number of a text; None where it is none, or could be two.

    Thousands may be parted by an apostrophe or a blank, also by those that do not break and that we
    print, and a minus may be the sign that we print. Digits of other scripts, underscores and
    commas are none.

    >>> typed_number("11 100"), typed_number("\u22125.5"), typed_number("21,5")
    (Decimal('11100'), Decimal('-5.5'), None)
    """
    bare = ungrouped(text.strip().replace(MINUS, "-", 1))
    if not bare.isascii() or "_" in bare:
        return None
    try:
        value = Decimal(bare)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def number_to_write(text: str) -> str:
    """What somebody may write who meant a number by a text, such as `21.5`; empty: no idea.

    Where it could be two, both are named.

    >>> number_to_write("21,5"), number_to_write("1.234,5"), number_to_write("11,100")
    ('21.5', '1234.5', '11100 or 11.1')
    """
    bare = re.sub(rf"[{_BLANK}]", "", text.strip())
    bare = re.sub("^[\N{MINUS SIGN}\N{EN DASH}]", "-", bare)
    separated = _SEPARATED.fullmatch(bare)
    if separated is not None:
        sign, digits, _ = separated.groups()
        return " or ".join(f"{sign}{each}" for each in _readings(digits))
    if typed_number(bare) is not None and bare != text:
        return bare
    more = _WITH_MORE.fullmatch(bare)
    return more[1] if more else ""


def _readings(digits: str) -> list[str]:
    """The numbers that digits with points, commas or apostrophes between them may be."""
    marks = re.sub(r"\d", "", digits)
    whole = re.sub(r"\D", "", digits)
    *front, last = re.split(r"\D", digits)
    decimal = f"{''.join(front)}.{last}".rstrip("0").rstrip(".")
    if len(set(marks)) > 1:  # two signs: the last one parts the decimals
        return [decimal]
    grouped = all(len(each) == _THOUSAND for each in [*front[1:], last])
    if len(marks) > 1 or marks in "'’":
        return [whole] if grouped else []
    if marks == ".":
        return [decimal]
    return [whole, decimal] if grouped else [decimal]
