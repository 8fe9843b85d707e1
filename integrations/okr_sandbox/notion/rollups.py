"""Rollups: one value out of the cells of related rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Final

from okr_sandbox.notion.columns import Column, DateRange, Rollup, RollupAnswer, Value
from okr_sandbox.notion.values import People, date_json, shown


@dataclass(frozen=True, slots=True)
class Rolled:
    """The result of a rollup.

    Attributes:
        function: Notion's name of the aggregate.
        kind: what the result is; Notion may also decline with unsupported or incomplete.
        value: the number or date; None where there was nothing to aggregate.
        items: the cells of an array.
        column: what the array's cells are.
    """

    function: str
    kind: RollupAnswer
    value: Value = None
    items: tuple[Value, ...] = ()
    column: Column | None = None

    def plain(self) -> Value:
        """The number or date, None for anything else."""
        return self.value


def roll(spec: Rollup, column: Column | None, cells: "Sequence[Value | Rolled]") -> Rolled:
    """Aggregate the cells of a column; an unknown function or column is unsupported.

    The average, median, minimum and maximum of nothing are None, its sum and counts are 0.
    """
    values = [cell.plain() if isinstance(cell, Rolled) else cell for cell in cells]
    if spec.answers in ("unsupported", "incomplete"):
        return Rolled(spec.function, spec.answers)
    if column is None:
        return Rolled(spec.function, "unsupported")
    if spec.function in ("show_original", "show_unique"):
        return Rolled(spec.function, "array", items=tuple(values), column=column)
    if spec.function in _DATES:
        days = sorted((v for v in values if isinstance(v, DateRange)), key=lambda v: v.start)
        return Rolled(spec.function, "date", _DATES[spec.function](days) if days else None)
    aggregate = _NUMBERS.get(spec.function)
    if aggregate is None:
        return Rolled(spec.function, "unsupported")
    return Rolled(spec.function, "number", aggregate(values))


def rolled_json(rolled: Rolled, people: People) -> dict[str, object]:
    """A rollup's result as Notion shows it."""
    body: object = {}
    if rolled.kind == "number":
        body = as_written(rolled.value)
    elif rolled.kind == "date":
        body = date_json(rolled.value) if isinstance(rolled.value, DateRange) else None
    elif rolled.kind == "array" and rolled.column is not None:
        column = rolled.column
        body = [
            {"type": column.kind, column.kind: shown(column, item, people)}
            for item in rolled.items[:100]
        ]
    return {"type": rolled.kind, rolled.kind: body, "function": rolled.function}


def as_written(value: Value) -> Value:
    """A value as Notion writes it: JavaScript knows no difference between 4 and 4.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _filled(values: Sequence[Value]) -> list[Value]:
    return [value for value in values if value not in (None, "", ())]


def _numbers(values: Sequence[Value]) -> list[int | float]:
    return [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _checked(values: Sequence[Value]) -> int:
    return sum(value is True for value in values)


def _range(values: Sequence[Value]) -> int | float | None:
    found = _numbers(values)
    return max(found) - min(found) if found else None


_DATES: Final[dict[str, Callable[[Sequence[DateRange]], DateRange]]] = {
    "earliest_date": lambda days: days[0],
    "latest_date": lambda days: days[-1],
    "date_range": lambda days: DateRange(days[0].start, days[-1].end or days[-1].start),
}

_NUMBERS: Final[dict[str, Callable[[Sequence[Value]], int | float | None]]] = {
    "count": len,
    "count_values": lambda v: len(_filled(v)),
    "empty": lambda v: len(v) - len(_filled(v)),
    "not_empty": lambda v: len(_filled(v)),
    "unique": lambda v: len(set(_filled(v))),
    "percent_empty": lambda v: _share(len(v) - len(_filled(v)), len(v)),
    "percent_not_empty": lambda v: _share(len(_filled(v)), len(v)),
    "sum": lambda v: sum(_numbers(v)),
    "average": lambda v: fmean(found) if (found := _numbers(v)) else None,
    "median": lambda v: median(found) if (found := _numbers(v)) else None,
    "min": lambda v: min(_numbers(v), default=None),
    "max": lambda v: max(_numbers(v), default=None),
    "range": _range,
    "checked": _checked,
    "unchecked": lambda v: len(v) - _checked(v),
    "percent_checked": lambda v: _share(_checked(v), len(v)),
    "percent_unchecked": lambda v: _share(len(v) - _checked(v), len(v)),
}
