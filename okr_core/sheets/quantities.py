"""Quantities: a cell as a number with its unit, whichever way people wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from okr_core.basics.base import MAX_DIGITS
from okr_core.basics.exact import decimal_text
from okr_core.basics.numbers import (
    MARKS,
    Mark,
    is_ambiguous,
    marks_told,
    number_written,
    plain_signs,
)
from okr_core.errors import InputError
from okr_core.sheets.cells import Cell

Bound = Literal["", "at_least", "at_most"]
SIGNS: dict[Bound, str] = {"": "", "at_least": "≥", "at_most": "≤"}
_AT_LEAST = r">\s*=?|≥|=>|at least|no less than|min(?:imum|destens|\.)?|至少|不少于|不低于"
_AT_MOST = r"<\s*=?|≤|=<|at most|no more than|max(?:imum|imal|\.)?|höchstens|至多|不超过|不高于"
_QUANTITY = re.compile(
    rf"(?:(?P<least>{_AT_LEAST})|(?P<most>{_AT_MOST}))?\s*"
    r"(?P<before>[€$£¥￥]|(?-i:[A-Z]{3})(?=[\s\d]))?\s*"
    r"(?P<number>[-+]?[\d.,](?:[\d.,'’ \u00a0\u202f\u2009\u2007]*[\d.,])?)\s*"
    r"(?P<times>(?:(?-i:[kKM])|bn|Tsd|Mio|Mrd|million|billion|thousand)(?![A-Za-zäöü])\.?|[千万亿])?\s*"
    r"(?P<after>[^\d\s.,;:][^\d;:]{0,29})?",
    re.IGNORECASE,
)
_TIMES = {
    **dict.fromkeys(("k", "tsd", "thousand", "千"), Decimal(1000)),
    **dict.fromkeys(("m", "mio", "million"), Decimal(1_000_000)),
    **dict.fromkeys(("bn", "mrd", "billion"), Decimal(1_000_000_000)),
    "万": Decimal(10_000),
    "亿": Decimal(100_000_000),
}
_NEGATIVE = re.compile(r"\((.+)\)")
_DONE = frozenset(("done", "yes", "true", "live", "launched", "released"))
_DONE |= frozenset(("ja", "erledigt", "fertig", "wahr", "完成", "已完成", "是", "上线", "已上线"))
_OPEN = frozenset(("open", "no", "false", "nein", "offen", "falsch", "未完成", "否", "没有"))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as a cell holds it.

    Attributes:
        value: Percentages as people say them: 30 for 30 %.
        unit: What stands beside it; empty: nothing.
        bound: Whether it is written as a bound, such as `≥ 95`.
        remark: How it was understood, where that is not plain; a few words.
    """

    value: Decimal
    unit: str = ""
    bound: Bound = ""
    remark: str = ""

    @property
    def fraction(self) -> bool:
        """Whether it lies within 0 and 1 and is none of the two."""
        return 0 < self.value < 1


def state_written(text: str) -> Decimal | None:
    """1 for done, 0 for open, in whichever word; None: it is none of them.

    >>> state_written("Erledigt"), state_written("未完成"), state_written("12")
    (Decimal('1'), Decimal('0'), None)
    """
    word = text.strip().casefold()
    if word in _DONE:
        return Decimal(1)
    return Decimal(0) if word in _OPEN else None


def looks_like_number(cell: Cell) -> bool:
    """Whether a cell may hold a number, or done and open in words."""
    if cell.number is not None or cell.problem:
        return True
    return state_written(cell.text) is not None or _matched(cell.text) is not None


def decimal_marks(cells: Iterable[Cell]) -> tuple[set[Mark], list[str]]:
    """Which decimal marks the numbers of cells prove, and the texts that can be read both ways."""
    proven: set[Mark] = set()
    unclear: list[str] = []
    for cell in cells:
        found = None if cell.number is not None or cell.problem else _matched(cell.text)
        if found is None:
            continue
        mark = marks_told(found["number"])
        proven |= {mark} if mark else set()
        unclear += [cell.text] if is_ambiguous(found["number"]) else []
    return proven, unclear


def quantity(cell: Cell, mark: Mark | None) -> Quantity:
    """The number of a cell.

    Args:
        cell: What holds it.
        mark: The decimal mark of the sheet; None: each number has to prove its own.

    Raises:
        InputError: It is none, or can be read in two ways.
    """
    if cell.problem:
        raise InputError(f"{cell.problem}.")
    if cell.number is not None:
        return Quantity(_reasonable(cell.number), cell.unit)
    found = _matched(cell.text)
    if found is None:
        raise InputError(f"`{cell.text}` is no number.", hint="Write digits, such as 1250 or 40.5.")
    value = _reasonable(_value(found["number"], mark))
    times = _TIMES.get((found["times"] or "").rstrip(".").casefold(), Decimal(1))
    bound: Bound = "at_least" if found["least"] else "at_most" if found["most"] else ""
    negative = -1 if _NEGATIVE.fullmatch(cell.text) else 1
    exact = value if times == negative == 1 else _reasonable(value * times * negative)
    unit = (found["before"] or found["after"] or "").strip()
    remark = ""
    if times != 1 or negative < 0:
        remark = f"`{cell.text}` is {decimal_text(exact)}"
    return Quantity(exact, "%" if unit in {"%", "percent", "Prozent"} else unit, bound, remark)


def _matched(text: str) -> re.Match[str] | None:
    bare = plain_signs(text)
    inside = _NEGATIVE.fullmatch(bare)
    return _QUANTITY.fullmatch(inside[1] if inside else bare)


def _value(text: str, mark: Mark | None) -> Decimal:
    own = mark or marks_told(text) or ("." if not is_ambiguous(text) else None)
    if own is None:
        both = " or ".join(decimal_text(number_written(text, each) or Decimal(0)) for each in MARKS)
        raise InputError(f"`{text}` can be {both}.", hint=f"Write {both}.")
    value = number_written(text, own)
    if value is None:
        raise InputError(
            f"`{text}` is no number with a decimal `{own}`.",
            hint="Write digits, such as 1250 or 40.5.",
        )
    return value


def _reasonable(value: Decimal) -> Decimal:
    _, digits, exponent = value.as_tuple()
    if len(digits) > MAX_DIGITS or abs(int(exponent)) > MAX_DIGITS:
        raise InputError(
            f"the number has more than {MAX_DIGITS} digits.", hint="Write a shorter one."
        )
    whole = value.to_integral_value()
    return whole if value == whole else value
