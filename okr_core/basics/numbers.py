"""Numbers as people write them: groups of thousands, both decimal marks, every minus sign.

A sheet's numbers are read by the decimal mark that its column proves (`number_written`), what is
typed on a command line by the one that we print (`typed_number`); `number_to_write` says how.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Literal

Mark = Literal[".", ","]
"""A decimal mark."""
MARKS: tuple[Mark, Mark] = (".", ",")

_MINUS = str.maketrans(dict.fromkeys("\N{MINUS SIGN}\N{EN DASH}\N{FULLWIDTH HYPHEN-MINUS}", "-"))
_WIDE = str.maketrans("０１２３４５６７８９．，％＋", "0123456789.,%+")
# A blank, a no-break blank, a narrow one, a thin one, a figure's width, an apostrophe.
_GROUPING = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}'\u2019"
_GROUPED = re.compile(
    rf"([-+]?\d{{1,3}})((?:[{_GROUPING}]\d{{3}})+)(?![\d{_GROUPING}])(.*)", re.ASCII
)
_SHAPE = re.compile(r"[-+]?(?:\d[\d.,]*|[.,]\d+)", re.ASCII)
MINUS = "\N{MINUS SIGN}"
_BLANK = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
_TORN = re.compile(rf"\d[{_BLANK}]+\d", re.ASCII)
"""A blank within a number that parts no thousands: nobody knows what was meant."""
_SEPARATED = re.compile(r"(-?)(\d+(?:[.,'’]\d+)+)(.*)", re.ASCII | re.DOTALL)
_WITH_MORE = re.compile(r"(-?\d+(?:\.\d+)?)\s*\D+", re.ASCII)
_THOUSAND = 3


def plain_signs(text: str) -> str:
    """The text with an ASCII minus sign and ASCII digits, without blanks at its ends.

    >>> plain_signs("−5 ")
    '-5'
    """
    return text.strip(f"{_GROUPING}\t").translate(_MINUS).translate(_WIDE)


def ungrouped(text: str) -> str:
    """The text without blanks or apostrophes between groups of three digits.

    >>> ungrouped("11 100"), ungrouped("1'234'567.5"), ungrouped("11 10")
    ('11100', '1234567.5', '11 10')
    """
    found = _GROUPED.fullmatch(text)
    if found is None:
        return text
    return found[1] + re.sub(f"[{_GROUPING}]", "", found[2]) + found[3]


def marks_told(text: str) -> Mark | None:
    """The decimal mark that a number proves to be one; None: it proves nothing.

    >>> marks_told("21,5"), marks_told("1.234.567"), marks_told("1.500"), marks_told("1.500,0")
    (',', ',', None, ',')
    """
    bare = ungrouped(plain_signs(text))
    if _SHAPE.fullmatch(bare) is None:
        return None
    points, commas = bare.count("."), bare.count(",")
    if points and commas:
        return "." if bare.rindex(".") > bare.rindex(",") else ","
    if points > 1 or commas > 1:
        return "," if points else "."
    mark: Mark = "." if points else ","
    if not points + commas or _may_group(bare, mark):
        return None
    return mark


def is_ambiguous(text: str) -> bool:
    """Whether a number can be read in two ways, such as `1.500`.

    >>> is_ambiguous("1.500"), is_ambiguous("0.500"), is_ambiguous("1500")
    (True, False, False)
    """
    bare = ungrouped(plain_signs(text))
    if _SHAPE.fullmatch(bare) is None or bare.count(".") + bare.count(",") != 1:
        return False
    return _may_group(bare, "." if "." in bare else ",")


def _may_group(bare: str, mark: Mark) -> bool:
    whole, _, rest = bare.lstrip("+-").partition(mark)
    return len(rest) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0")


def number_written(text: str, mark: Mark) -> Decimal | None:
    """The number of a text with that decimal mark; None: it is none.

    >>> number_written("1'234'567,50", ","), number_written("1,500,000.00", ".")
    (Decimal('1234567.50'), Decimal('1500000.00'))
    >>> number_written("11 100", "."), number_written("1.5.0", ","), number_written("20,5", ".")
    (Decimal('11100'), None, None)
    """
    bare = ungrouped(plain_signs(text))
    if _SHAPE.fullmatch(bare) is None:
        return None
    other = "," if mark == "." else "."
    whole, sign, rest = bare.partition(mark)
    if other in rest or mark in rest:
        return None
    if other in whole:
        first, *groups = whole.lstrip("+-").split(other)
        if not 1 <= len(first) <= 3 or any(len(group) != 3 for group in groups):
            return None
    digits = whole.replace(other, "")
    return Decimal(f"{digits}{'.' if sign else ''}{rest}")


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
    if _TORN.search(ungrouped(text.strip())):
        return ""
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
