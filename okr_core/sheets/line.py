"""Line: what one line of a table of goals says, cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from okr_core.basics.exact import decimal_text
from okr_core.basics.numbers import Mark
from okr_core.errors import InputError
from okr_core.sheets.cells import Cell, SheetRow
from okr_core.sheets.days import Order, day_of
from okr_core.sheets.drafts import Goals, WhoText
from okr_core.sheets.metrics import (
    Measured,
    MissingStartError,
    done_or_not,
    header_unit,
    measured,
    way_in,
)
from okr_core.sheets.places import Place, Remark, finding
from okr_core.sheets.quantities import SIGNS, Quantity, quantity, state_written
from okr_core.sheets.tables import Table

NUMBERS = ("start", "target", "current", "progress")
"""Fields that say what is measured."""
_PERCENT = ("%", "percent", "percentage", "prozent", "百分比")
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Reading:
    """How numbers and days of a sheet are read.

    Attributes:
        mark: The decimal mark; None: each number has to prove its own.
        order: Of days with slashes; None: each has to prove its own.
        start: Where key results begin whose start is empty; None: nobody said so.
        cycle: Id of the cycle: lines of another period are left out.
    """

    mark: Mark | None
    order: Order | None
    start: Decimal | None
    cycle: str


class NotUnderstoodError(Exception):
    """A line cannot be understood, and is told of already."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table of goals.

    What cannot be understood is told of in `goals`, and raises `NotUnderstoodError`.
    """

    table: Table
    row: SheetRow
    reading: Reading
    goals: Goals

    def who(self) -> WhoText:
        """Who is accountable, as it names them."""
        name = self._raw("owner")
        email, role = self._raw("email"), self._raw("role")
        field_ = "owner" if name else "email" if email else "role"
        return WhoText(self._place(field_), name, email, role)

    def measured(self, title: str) -> tuple[Measured, Decimal | None]:
        """What it measures, and where that stands; None: it does not say."""
        target = self.table.cell(self.row, "target")
        if target is not None and target.number is None and state_written(target.text):
            return done_or_not(), self._state()
        start, last = self.quantity("start"), self.quantity("target")
        if last is None:
            start, last = self._in_title(title, start)
        current = self.quantity("current")
        if start is None and not last.bound and self.reading.start is not None:
            start = Quantity(self.reading.start)
            self._remark(f"begins at {decimal_text(self.reading.start)}, as said")
        try:
            found = measured(start, last, current, self._unit())
            value = None if current is None else found.value(current)
        except MissingStartError as error:
            self.goals.without_start.append(self._place())
            self._problem(self._place(), error)
            raise NotUnderstoodError from None
        return found, value if value is not None else self._reached(found)

    def _state(self) -> Decimal | None:
        cell = self.table.cell(self.row, "current")
        if cell is None:
            return None
        if cell.number is not None and cell.number in (0, 1):
            return cell.number
        state = state_written(cell.text)
        if state is None and cell.text.strip() in ("0", "1"):
            state = Decimal(cell.text.strip())
        if state is None:
            error = InputError(
                f"`{cell.text}` is neither done nor open.", hint="Write one of them."
            )
            self._problem(self._place("current"), error)
            raise NotUnderstoodError
        return state

    def _in_title(self, title: str, start: Quantity | None) -> tuple[Quantity | None, Quantity]:
        """Start and target that the title names."""
        found = way_in(title)
        if found is None:
            raise InputError(
                "it has no target.", hint="Fill it; or write `done` where it is done or not."
            )
        first, last = (quantity(Cell(text), self.reading.mark) for text in found)
        self._remark(f"from {found[0]} to {found[1]}, as the title says")
        return start or first, last

    def _reached(self, found: Measured) -> Decimal | None:
        """Where it stands, of a sheet that tells the part of the way alone."""
        part = self.quantity("progress")
        way = found.metric
        if part is None or way.kind not in ("increase", "decrease"):
            return None
        value = way.baseline + (way.target - way.baseline) * part.value / 100
        whole = value.to_integral_value()
        value = whole if value == whole else round(value, 6).normalize()
        self._remark(
            f"{decimal_text(part.value)} % of the way is {decimal_text(value)}",
            "progress",
        )
        return value

    def _unit(self) -> str:
        unit = self._raw("unit").strip("()")
        if unit:
            return "%" if unit.casefold() in _PERCENT else unit
        headers = (
            self.table.by_field[each].header for each in NUMBERS if each in self.table.by_field
        )
        return next((found for each in headers if (found := header_unit(each))), "")

    def quantity(self, name: str) -> Quantity | None:
        """The number of a field; what was concluded about it is told."""
        found = self._read(name, lambda cell: quantity(cell, self.reading.mark))
        if found is not None:
            if found.remark:
                self._remark(found.remark, name)
            if found.bound and name != "target":
                sign, number = SIGNS[found.bound], decimal_text(found.value)
                self._remark(f"`{sign} {number}` is taken as {number}", name)
        return found

    def day(self, name: str) -> date | None:
        """The day of a field."""
        return self._read(name, lambda cell: day_of(cell, self.reading.order))

    def weight(self) -> Decimal | None:
        """The weight."""
        found = self.quantity("weight")
        return None if found is None else found.value

    def confidence(self) -> int | None:
        """The confidence, 0 to 10."""

        def read(cell: Cell) -> int:
            found = quantity(cell, self.reading.mark)
            value = found.value / 10 if found.unit == "%" else found.value
            if value != int(value) or not 0 <= value <= 10:
                raise InputError(
                    f"`{cell.text}` is no confidence.", hint="Write a whole number from 0 to 10."
                )
            return int(value)

        return self._read("confidence", read)

    def _read(self, name: str, read: Callable[[Cell], _Read]) -> _Read | None:
        """What is read of a cell; a cell that is not understood is told of by itself."""
        cell = self.table.cell(self.row, name)
        if cell is None:
            return None
        try:
            if cell.merged and (name in NUMBERS):
                raise InputError(  # noqa: TRY301 - told of as what cannot be read is
                    "it is part of merged cells.", hint="Unmerge them and fill each."
                )
            return read(cell)
        except InputError as error:
            self._problem(self._place(name), error)
            raise NotUnderstoodError from None

    def text(self, name: str) -> str:
        """The text of a field; a merged area names one key result, in its first line."""
        cell = self.table.cell(self.row, name)
        if cell is None:
            return ""
        return "" if cell.merged and name in ("key_result", "title") else cell.text

    def _raw(self, name: str) -> str:
        return self.table.text(self.row, name)

    def _place(self, name: str = "") -> Place:
        return self.table.place(self.row, name)

    def _problem(self, place: Place, error: InputError) -> None:
        self.goals.problems.append(finding(place, error))

    def _remark(self, text: str, name: str = "") -> None:
        self.goals.remarks.append(Remark(self._place(name), text))
