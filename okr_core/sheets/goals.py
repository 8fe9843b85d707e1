"""Goals: the lines of a table as objectives and key results, or why they are none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from okr_core.basics.base import ID_PATTERN
from okr_core.basics.exact import decimal_text
from okr_core.basics.numbers import Mark
from okr_core.errors import Finding, InputError
from okr_core.plan.plan import Ambition
from okr_core.sheets.cells import Cell, SheetRow
from okr_core.sheets.days import Order, day_of
from okr_core.sheets.drafts import KeyResultDraft, ObjectiveDraft, WhoText
from okr_core.sheets.metrics import (
    Measured,
    MissingStartError,
    done_or_not,
    header_unit,
    measured,
    way_in,
)
from okr_core.sheets.names import folded
from okr_core.sheets.places import Place, Remark, finding
from okr_core.sheets.quantities import Quantity, quantity, state_written
from okr_core.sheets.tables import Table

_OBJECTIVE = re.compile(r"(?:o|objective|goal|ziel|big rock|目标)[\s\d.#-]*", re.IGNORECASE)
_KEY_RESULT = re.compile(
    r"(?:kr|key ?result|kpi|schlüssel(?:ergebnis|resultat)|关键结果|关键成果)[\s\d.#-]*",
    re.IGNORECASE,
)
_ALIGNED = re.compile(
    r"(?P<title>.*?)\s*\(\s*weight:\s*(?P<weight>[\d.]+)\s*%\s*,\s*Id:\s*(?P<id>\w+)\s*\)"
)
_AMBITIONS: dict[str, Ambition] = {
    **dict.fromkeys(
        ("aspirational", "stretch", "moonshot", "ambitioniert", "挑战型", "愿景型"), "aspirational"
    ),
    **dict.fromkeys(("committed", "verbindlich", "commitment", "承诺型"), "committed"),
    **dict.fromkeys(("learning", "lernen", "lernziel", "学习型"), "learning"),
}
_QUARTER = re.compile(
    r"(?:q|第)\s*([1-4一二三四])\D*?(\d{4})|(\d{4})\D{0,4}?(?:q|第)\s*([1-4一二三四])",
    re.IGNORECASE,
)
_CHINESE = {"一": "1", "二": "2", "三": "3", "四": "4"}
_NUMBERS = ("start", "target", "current", "progress")
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


@dataclass(slots=True)
class Goals:
    """What the lines of tables say, and what could not be understood of them.

    Attributes:
        without_start: Places of key results that have a target and no start.
        periods: Other periods that lines are of.
    """

    objectives: list[ObjectiveDraft] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    without_start: list[Place] = field(default_factory=list)
    periods: set[str] = field(default_factory=set)

    def objective(self, title: str, number: str = "") -> ObjectiveDraft | None:
        """The objective of that title or number."""
        key = folded(title)
        for each in self.objectives:
            if folded(each.title) == key or (number and each.number == number):
                return each
        return None


class _NotUnderstoodError(Exception):
    """A line is told of already."""


def read_goals(table: Table, reading: Reading, goals: Goals) -> None:
    """Take the lines of a table into what other tables said."""
    _Lines(table, reading, goals).read()


def quarter_named(text: str) -> str:
    """The cycle that a period means; empty where it is no quarter of a year.

    >>> quarter_named("Q4 2026"), quarter_named("2026年第四季度"), quarter_named("Annual 2026")
    ('2026-q4', '2026-q4', '')
    """
    found = _QUARTER.search(text)
    if found is None:
        return ""
    number, year = found[1] or found[4], found[2] or found[3]
    return f"{year}-q{_CHINESE.get(number, number)}"


class _Lines:
    """Goes through the lines of a table, and remembers the objective that they are below."""

    def __init__(self, table: Table, reading: Reading, goals: Goals) -> None:
        self._table = table
        self._reading = reading
        self._goals = goals
        self._current: ObjectiveDraft | None = None
        self._team = ""

    def read(self) -> None:
        hidden = [row.line for row in self._table.rows if row.hidden]
        if hidden:
            listed = ", ".join(map(str, hidden[:10])) + (" …" if len(hidden) > 10 else "")
            told = f"hidden lines are left out ({listed}); show them to have them read"
            self._goals.remarks.append(Remark(self._table.where, told))
        rows = [row for row in self._table.rows if not row.hidden and self._in_period(row)]
        for row in self._objectives_first(rows):
            try:
                self._line(row)
            except InputError as error:
                self._problem(self._table.place(row), error)
            except _NotUnderstoodError:
                pass

    def _objectives_first(self, rows: list[SheetRow]) -> list[SheetRow]:
        """Where lines name their parents, a parent may stand below its children."""
        if not {"type", "parent"} <= self._table.by_field.keys():
            return rows
        return sorted(rows, key=lambda row: self._level(row) != "objective")

    def _in_period(self, row: SheetRow) -> bool:
        period = quarter_named(self._table.text(row, "period"))
        if not period or period == self._reading.cycle:
            return True
        self._goals.periods.add(period)
        self._remark(row, f"left out: it is of {period}", "period")
        return False

    def _line(self, row: SheetRow) -> None:
        if "type" in self._table.by_field and "title" in self._table.by_field:
            self._typed(row)
            return
        title = self._text(row, "key_result") or self._text(row, "title")
        objective = self._text(row, "objective")
        if not objective and self._is_heading(row):
            self._begin(row, next(iter(row.cells.values())).text)
            return
        if objective:
            self._begin(row, objective)
        if title:
            self._add(row, title)
        elif not objective or self._measures(row):
            raise InputError("the line names no key result.", hint="Name it, or remove the line.")

    def _measures(self, row: SheetRow) -> bool:
        return any(self._table.cell(row, name) for name in _NUMBERS)

    def _is_heading(self, row: SheetRow) -> bool:
        """A line of one text, where no column names the objective, is the objective."""
        return "objective" not in self._table.by_field and len(row.cells) == 1

    def _level(self, row: SheetRow) -> str:
        word = self._table.text(row, "type")
        if _OBJECTIVE.fullmatch(word):
            return "objective"
        return "key_result" if _KEY_RESULT.fullmatch(word) else ""

    def _typed(self, row: SheetRow) -> None:
        level, title = self._level(row), self._text(row, "title")
        if not level:
            word = self._table.text(row, "type") or "nothing"
            self._remark(row, f"left out: its type is {word}, not objective or key result", "type")
        elif not title:
            raise InputError("the line has no title.", hint="Fill it, or remove the line.")
        elif level == "objective":
            self._begin(row, title)
        else:
            weight = self._below(row)
            self._add(row, title, weight)

    def _below(self, row: SheetRow) -> Decimal | None:
        """Find the objective that a key result names as its parent; its weight there, if told."""
        parent = self._table.text(row, "parent")
        if not parent:
            return None
        found = _ALIGNED.search(parent)
        title, number = (found["title"], found["id"]) if found else (parent, parent)
        objective = self._goals.objective(title, number)
        if objective is None:
            self._problem(
                self._table.place(row, "parent"),
                InputError(
                    f"no objective of the sheet is `{title[:60]}`.",
                    hint="Name one of its objectives.",
                ),
            )
            raise _NotUnderstoodError
        self._current = objective
        return Decimal(found["weight"]) if found else None

    def _begin(self, row: SheetRow, title: str) -> None:
        """Begin an objective, or go on with the one of that title."""
        team = self._table.text(row, "team")
        if (
            not team
            and self._team
            and self._current
            and folded(self._current.title) != folded(title)
        ):
            self._remark(row, f"team {self._team}, as above")
        self._team = team or self._team
        number = self._table.text(row, "id") if "type" in self._table.by_field else ""
        known = self._goals.objective(title, number)
        if known is None:
            known = ObjectiveDraft(
                self._table.place(row), title, WhoText(self._table.place(row)), number=number
            )
            self._goals.objectives.append(known)
        self._current = known
        known.team = known.team or self._team
        self._about_objective(row, known, title)

    def _about_objective(self, row: SheetRow, known: ObjectiveDraft, title: str) -> None:
        alone = not self._text(row, "key_result") or self._text(row, "title") == title
        known.ambition = known.ambition or self._ambition(row)
        if alone and not known.who:
            known.who = self._who(row)
        if alone and self._level(row) == "objective":
            known.weight = self._weight(row)
            known.parent = self._table.text(row, "parent")
        if alone or "type" not in self._table.by_field:
            known.why = known.why or self._table.text(row, "why")

    def _ambition(self, row: SheetRow) -> Ambition | None:
        text = self._table.text(row, "ambition")
        word = text.casefold().removesuffix(" goal").removesuffix("目标").strip()
        if text and word not in _AMBITIONS:
            self._remark(row, f"left out: `{text}` is no ambition", "ambition")
        return _AMBITIONS.get(word)

    def _add(self, row: SheetRow, title: str, weight: Decimal | None = None) -> None:
        """Add a key result to the objective."""
        if self._current is None:
            raise InputError(
                f"`{title[:60]}` stands below no objective.",
                hint="Fill the column of the objective.",
            )
        measure, value = self._measured(row, title)
        id_ = self._table.text(row, "id").lower()
        draft = KeyResultDraft(
            self._table.place(row),
            title,
            self._who(row),
            measure,
            id=id_ if re.fullmatch(ID_PATTERN, id_) and re.search("[a-z]", id_) else "",
            weight=weight or self._weight(row),
            begins=self._day(row, "begins"),
            due=self._day(row, "due"),
            value=value,
            at=self._day(row, "at"),
            confidence=self._confidence(row),
            note=self._table.text(row, "note"),
        )
        for remark in measure.remarks:
            self._remark(row, remark, "target")
        self._current.key_results.append(draft)

    def _who(self, row: SheetRow) -> WhoText:
        name = self._table.text(row, "owner")
        email, role = self._table.text(row, "email"), self._table.text(row, "role")
        field_ = "owner" if name else "email" if email else "role"
        return WhoText(self._table.place(row, field_), name, email, role)

    def _measured(self, row: SheetRow, title: str) -> tuple[Measured, Decimal | None]:
        target = self._table.cell(row, "target")
        if target is not None and target.number is None and state_written(target.text):
            return done_or_not(), self._state(row)
        start, last = self._quantity(row, "start"), self._quantity(row, "target")
        if last is None:
            start, last = self._in_title(row, title, start)
        current = self._quantity(row, "current")
        if start is None and not last.bound and self._reading.start is not None:
            start = Quantity(self._reading.start)
            self._remark(row, f"begins at {decimal_text(self._reading.start)}, as said")
        try:
            found = measured(start, last, current, self._unit(row))
            value = None if current is None else found.value(current)
        except MissingStartError as error:
            self._goals.without_start.append(self._table.place(row))
            self._problem(self._table.place(row), error)
            raise _NotUnderstoodError from None
        return found, value if value is not None else self._reached(row, found)

    def _state(self, row: SheetRow) -> Decimal | None:
        cell = self._table.cell(row, "current")
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
            self._problem(self._table.place(row, "current"), error)
            raise _NotUnderstoodError
        return state

    def _in_title(
        self, row: SheetRow, title: str, start: Quantity | None
    ) -> tuple[Quantity | None, Quantity]:
        """Start and target that the title names."""
        found = way_in(title)
        if found is None:
            raise InputError(
                "it has no target.", hint="Fill it; or write `done` where it is done or not."
            )
        first, last = (quantity(Cell(text), self._reading.mark) for text in found)
        self._remark(row, f"from {found[0]} to {found[1]}, as the title says")
        return start or first, last

    def _reached(self, row: SheetRow, found: Measured) -> Decimal | None:
        """Where it stands, of a sheet that tells the part of the way alone."""
        part = self._quantity(row, "progress")
        way = found.metric
        if part is None or way.kind not in ("increase", "decrease"):
            return None
        value = way.baseline + (way.target - way.baseline) * part.value / 100
        whole = value.to_integral_value()
        value = whole if value == whole else round(value, 6).normalize()
        self._remark(
            row,
            f"{decimal_text(part.value)} % of the way is {decimal_text(value)}",
            "progress",
        )
        return value

    def _unit(self, row: SheetRow) -> str:
        unit = self._table.text(row, "unit").strip("()")
        if unit:
            return (
                "%"
                if unit.casefold() in ("%", "percent", "percentage", "prozent", "百分比")
                else unit
            )
        headers = (
            self._table.by_field[each].header for each in _NUMBERS if each in self._table.by_field
        )
        return next((found for each in headers if (found := header_unit(each))), "")

    def _quantity(self, row: SheetRow, name: str) -> Quantity | None:
        return self._read(row, name, lambda cell: quantity(cell, self._reading.mark))

    def _day(self, row: SheetRow, name: str) -> date | None:
        return self._read(row, name, lambda cell: day_of(cell, self._reading.order))

    def _weight(self, row: SheetRow) -> Decimal | None:
        found = self._quantity(row, "weight")
        return None if found is None else found.value

    def _confidence(self, row: SheetRow) -> int | None:
        def read(cell: Cell) -> int:
            found = quantity(cell, self._reading.mark)
            value = found.value / 10 if found.unit == "%" else found.value
            if value != int(value) or not 0 <= value <= 10:
                raise InputError(
                    f"`{cell.text}` is no confidence.", hint="Write a whole number from 0 to 10."
                )
            return int(value)

        return self._read(row, "confidence", read)

    def _read(self, row: SheetRow, name: str, read: Callable[[Cell], _Read]) -> _Read | None:
        """What is read of a cell; a cell that is not understood is told of by itself."""
        cell = self._table.cell(row, name)
        if cell is None:
            return None
        try:
            if cell.merged and (name in _NUMBERS):
                raise InputError(  # noqa: TRY301 - told of as what cannot be read is
                    "it is part of merged cells.", hint="Unmerge them and fill each."
                )
            return read(cell)
        except InputError as error:
            self._problem(self._table.place(row, name), error)
            raise _NotUnderstoodError from None

    def _text(self, row: SheetRow, name: str) -> str:
        cell = self._table.cell(row, name)
        if cell is None:
            return ""
        if cell.problem:
            self._problem(self._table.place(row, name), InputError(f"{cell.problem}."))
            raise _NotUnderstoodError
        return "" if cell.merged and name in ("key_result", "title") else cell.text

    def _problem(self, place: Place, error: InputError) -> None:
        self._goals.problems.append(finding(place, error))

    def _remark(self, row: SheetRow, text: str, name: str = "") -> None:
        self._goals.remarks.append(Remark(self._table.place(row, name), text))


def lines_of(places: list[Place], most: int = 8) -> str:
    """Lines as a sentence names them.

    >>> lines_of([Place("a.csv", "", 3), Place("a.csv", "", 5)])
    'lines 3, 5'
    """
    return ("line " if len(places) == 1 else "lines ") + ", ".join(_few(places, most))


def _few(places: list[Place], most: int) -> Iterator[str]:
    yield from (str(place.line) for place in places[:most])
    if len(places) > most:
        yield "…"
