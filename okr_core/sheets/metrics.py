"""Metrics: what start, target and unit of a line measure: direction, unit and scale."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from pydantic import ValidationError

from okr_core.basics.exact import decimal_text
from okr_core.errors import InputError
from okr_core.plan.metrics import AtLeast, AtMost, Binary, Decrease, Increase, Metric
from okr_core.sheets.quantities import SIGNS, Quantity

PERCENT = "%"
_NUMBER = r"[-+−]?\d[\d.,'’ \u00a0\u202f]*\s*(?:%|[^\W\d_]{1,12}\b)?"
_WAY = re.compile(
    rf"(?:\bfrom|\bvon|从|由)\s*(?P<start>{_NUMBER}?)\s*"
    rf"(?:\bto\b|\bauf\b|→|->|(?:提高|提升|增加|增长|降低|减少|下降|降|升)?(?:到|至|为))\s*"
    rf"(?P<target>{_NUMBER})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a line measures.

    Attributes:
        scale: What its bare numbers are times: 100 where they are fractions of a percentage.
        remarks: What was concluded, a few words each.
    """

    metric: Metric
    scale: Decimal
    remarks: tuple[str, ...]

    def value(self, current: Quantity) -> Decimal:
        """A value of the same line, in the metric's unit.

        Raises:
            InputError: Its unit is another.
        """
        unit = self.metric.unit
        if current.unit and current.unit != unit:
            raise InputError(
                f"the unit is {current.unit}, and that of the target is {unit or 'none'}.",
                hint="Write both in one unit.",
            )
        return _plain(current.value if current.unit else current.value * self.scale)


def way_in(title: str) -> tuple[str, str] | None:
    """Start and target that a title names, such as `from 31 % to 45 %`; None: it names none.

    >>> way_in("Activation from 31 % to 45 %"), way_in("把转化率从 3% 提高到 5%")
    (('31 %', '45 %'), ('3%', '5%'))
    """
    found = _WAY.search(title)
    return (found["start"].strip(), found["target"].strip()) if found else None


def measured(
    start: Quantity | None, target: Quantity, current: Quantity | None, unit: str
) -> Measured:
    """What is measured from start to target.

    Args:
        start: None where the line names none.
        target: The number to reach, or not to leave.
        current: Where it stands: it tells whether numbers are fractions of a percentage.
        unit: What a column of units or the column's name says; empty: nothing.

    Raises:
        InputError: Units differ, or start and target do not make a metric.
    """
    said = [each for each in (start, target, current) if each is not None]
    shown = _one_unit([*(each.unit for each in said), unit])
    scale, remarks = _scale(said, shown, unit)
    first = None if start is None else _scaled(start, scale)
    last = _scaled(target, scale)
    try:
        metric = _metric(first, last, shown)
    except ValidationError as error:
        message = error.errors(include_url=False, include_input=False)[0]["msg"]
        raise InputError(message.removeprefix("Value error, ")) from None
    return Measured(metric, scale, (*remarks, *_bound_told(metric, first, last)))


def _bound_told(metric: Metric, start: Quantity | None, target: Quantity) -> Iterator[str]:
    """What a bound means beside a start: something to reach, or to keep where it holds already."""
    if start is None or not target.bound or start.value == target.value:
        return
    bound = f"`{SIGNS[target.bound]} {decimal_text(target.value)}`"
    begin = decimal_text(start.value)
    if isinstance(metric, AtLeast | AtMost):
        yield f"{begin} is within {bound} already, which is to be kept"
    else:
        yield f"{bound} is to be reached from {begin}; without a start it would be to keep"


def done_or_not() -> Measured:
    """What is measured where a line says that something shall be done."""
    return Measured(Binary(), Decimal(1), ())


def _one_unit(units: list[str]) -> str:
    named = list(dict.fromkeys(filter(None, units)))
    if len(named) > 1:
        raise InputError(
            f"several units stand in one line: {', '.join(named)}.", hint="Write one of them."
        )
    return named[0] if named else ""


def _scale(said: list[Quantity], shown: str, unit: str) -> tuple[Decimal, tuple[str, ...]]:
    """What bare numbers are times, where the unit is per cent."""
    bare = [each for each in said if not each.unit]
    if shown != PERCENT or not any(each.fraction for each in bare):
        return Decimal(1), ()
    if len(bare) < len(said) and not unit:
        raise InputError(
            "some numbers of the line are in per cent, and others are fractions.",
            hint="Write all of them in one way, such as 30 %.",
        )
    if any(not 0 <= each.value <= 1 for each in bare) or len(bare) < len(said):
        return Decimal(1), ()
    example = next(each for each in bare if each.fraction)
    value = _plain(example.value * 100)
    return Decimal(100), (f"{decimal_text(example.value)} is {decimal_text(value)} %",)


def _scaled(said: Quantity, scale: Decimal) -> Quantity:
    return said if said.unit else replace(said, value=_plain(said.value * scale))


def _plain(value: Decimal) -> Decimal:
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


def _metric(start: Quantity | None, target: Quantity, unit: str) -> Metric:
    value = decimal_text(target.value)
    begin = None if start is None or start.value == target.value else start.value
    if target.bound == "at_least" and (begin is None or begin > target.value):
        return AtLeast(unit=unit, bound=target.value, baseline=begin)
    if target.bound == "at_most" and (begin is None or begin < target.value):
        return AtMost(unit=unit, bound=target.value, baseline=begin)
    if start is None:
        raise MissingStartError
    if start.value == target.value:
        raise InputError(
            f"start and target are both {value}.",
            hint=f"Where it should stay there, write `≥ {value}` or `≤ {value}` as the target.",
        )
    low, high = start.value, target.value
    if low < high:
        return Increase(unit=unit, baseline=low, target=high)
    return Decrease(unit=unit, baseline=low, target=high)


class MissingStartError(InputError):
    """A line has a target and no start."""

    def __init__(self) -> None:
        super().__init__(
            "it has a target and no start.",
            hint="Fill the start; or say where all of these begin: `--start 0`.",
        )


def header_unit(header: str) -> str:
    """The unit that the name of a column holds in brackets; empty: it holds none.

    >>> header_unit("Target (%)"), header_unit("Zielwert in %"), header_unit("Target")
    ('%', '%', '')
    """
    return next(_units(header), "")


def _units(header: str) -> Iterator[str]:
    if found := re.search(
        r"[(（\[]\s*(?:in )?(%|€|\$|£|EUR|USD|CHF|h|Tage|days)\s*[)）\]]", header
    ):
        yield found[1]
    elif header.rstrip().endswith("%"):
        yield PERCENT
