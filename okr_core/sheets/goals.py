"""Goals: the lines of a table as objectives and key results, or why they are none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from okr_core.basics.base import ID_PATTERN
from okr_core.errors import InputError
from okr_core.plan.plan import Ambition
from okr_core.sheets.cells import SheetRow
from okr_core.sheets.drafts import Goals, KeyResultDraft, ObjectiveDraft, WhoText
from okr_core.sheets.line import NUMBERS, Line, NotUnderstoodError, Reading
from okr_core.sheets.names import folded
from okr_core.sheets.places import Place, Remark, finding
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
        self._columns: dict[int | None, dict[str, int]] = {}

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
            except NotUnderstoodError:
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
        problems = self._table.problems(row)
        if problems:
            self._goals.problems += problems
            raise NotUnderstoodError
        if "type" in self._table.by_field and "title" in self._table.by_field:
            self._typed(row)
            return
        title = self._of(row).text("key_result") or self._of(row).text("title")
        objective = self._of(row).text("objective")
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
        return any(self._table.cell(row, name) for name in NUMBERS)

    def _is_heading(self, row: SheetRow) -> bool:
        """A line of one text, where no column names the objective, is the objective."""
        return "objective" not in self._table.by_field and len(row.cells) == 1

    def _level(self, row: SheetRow) -> str:
        word = self._table.text(row, "type")
        if _OBJECTIVE.fullmatch(word):
            return "objective"
        return "key_result" if _KEY_RESULT.fullmatch(word) else ""

    def _typed(self, row: SheetRow) -> None:
        level, title = self._level(row), self._of(row).text("title")
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
            raise NotUnderstoodError
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
            place, columns = self._table.place(row), self._columns_of(row, title)
            known = ObjectiveDraft(place, title, WhoText(place), columns, number=number)
            self._goals.begin(known)
        self._current = known
        known.team = known.team or self._team
        self._about_objective(row, known, title)

    def _about_objective(self, row: SheetRow, known: ObjectiveDraft, title: str) -> None:
        alone = not self._of(row).text("key_result") or self._of(row).text("title") == title
        known.ambition = known.ambition or self._ambition(row)
        if alone and not known.who:
            known.who = self._of(row).who()
        if alone and self._level(row) == "objective":
            known.weight = self._of(row).weight()
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
        measure, value = self._of(row).measured(title)
        id_ = self._table.text(row, "id").lower()
        draft = KeyResultDraft(
            self._table.place(row),
            title,
            self._of(row).who(),
            measure,
            self._columns_of(row, title),
            id=id_ if re.fullmatch(ID_PATTERN, id_) and re.search("[a-z]", id_) else "",
            weight=weight or self._of(row).weight(),
            begins=self._of(row).day("begins"),
            due=self._of(row).day("due"),
            value=value,
            at=self._of(row).day("at"),
            confidence=self._of(row).confidence(),
            note=self._table.text(row, "note"),
        )
        for remark in measure.remarks:
            self._remark(row, remark, "target")
        self._current.key_results.append(draft)

    def _columns_of(self, row: SheetRow, title: str) -> Mapping[str, int]:
        """Field → column; `title` is that whose cell was taken as the title, whatever its name."""
        named = (self._table.by_field.get(each) for each in ("key_result", "title", "objective"))
        places = [*(each.index for each in named if each), *row.cells]
        held = (each for each in places if each in row.cells and row.cells[each].text == title)
        found = next(held, None)
        if found not in self._columns:
            columns = {name: column.index for name, column in self._table.by_field.items()}
            self._columns[found] = columns if found is None else {**columns, "title": found}
        return self._columns[found]

    def _of(self, row: SheetRow) -> Line:
        return Line(self._table, row, self._reading, self._goals)

    def _problem(self, place: Place, error: InputError) -> None:
        self._goals.problems.append(finding(place, error))

    def _remark(self, row: SheetRow, text: str, name: str = "") -> None:
        self._goals.remarks.append(Remark(self._table.place(row, name), text))
