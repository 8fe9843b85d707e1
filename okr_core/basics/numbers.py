"""Numbers as people write them: groups of thousands, both decimal marks, every minus sign."""

from __future__ import annotations

import re
from decimal import Decimal
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
