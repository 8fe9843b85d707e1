"""Reading: a book as goals and people, with what was concluded, what is open, what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from okr_core.basics.numbers import Mark
from okr_core.errors import Finding, InputError
from okr_core.sheets.cells import Book
from okr_core.sheets.days import Order, day_orders
from okr_core.sheets.drafts import Goals, PersonDraft
from okr_core.sheets.goals import read_goals
from okr_core.sheets.line import Reading
from okr_core.sheets.mapping import SheetMapping
from okr_core.sheets.people import people_drafts
from okr_core.sheets.places import Remark, lines_of
from okr_core.sheets.quantities import decimal_marks
from okr_core.sheets.questions import Choice, Question
from okr_core.sheets.tables import Table, tables_in

_NUMBERS = ("start", "target", "current", "weight", "confidence", "progress")
_DAYS = ("due", "begins", "at")


@dataclass(slots=True)
class SheetReading:
    """What a book says.

    Attributes:
        goals: Of all tables of goals.
        people: Of all tables of people.
        remarks: What was concluded or left out.
        questions: What has to be said before the reading can be used.
    """

    tables: tuple[Table, ...]
    goals: Goals
    people: list[PersonDraft] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    @property
    def problems(self) -> list[Finding]:
        """Lines that were not understood."""
        return self.goals.problems


def read_sheets(
    book: Book, mapping: SheetMapping, cycle: str, only: Sequence[str] = ()
) -> SheetReading:
    """What a book says of a cycle, as far as it can be said without asking.

    Args:
        book: A file as it was read.
        mapping: What people said about it already.
        cycle: Id of the cycle: lines of other periods are left out.
        only: Names of the sheets to read; empty: all that are not hidden.

    Raises:
        InputError: No table is found, or a sheet of that name.
    """
    tables, remarks = _tables(book, mapping, only)
    goals_tables = [table for table in tables if table.kind == "goals"]
    mark, told, asked = _mark(book, goals_tables, mapping)
    order, more, also = _order(goals_tables, mapping)
    result = SheetReading(tuple(tables), Goals())
    result.remarks += [*(Remark(None, each) for each in book.remarks), *remarks, *told, *more]
    result.questions += [question for table in tables for question in table.questions]
    result.questions += [*asked, *also]
    for table in tables:
        result.remarks += table.remarks
        if table.questions:
            continue
        if table.kind == "goals":
            read_goals(table, Reading(mark, order, mapping.start, cycle), result.goals)
        else:
            result.people += people_drafts(table)
            shown = (row for row in table.rows if not row.hidden)
            result.goals.problems += [each for row in shown for each in table.problems(row)]
    result.questions += _start(result.goals)
    return result


def _tables(
    book: Book, mapping: SheetMapping, only: Sequence[str]
) -> tuple[list[Table], list[Remark]]:
    names = [sheet.name for sheet in book.sheets]
    unknown = [name for name in only if name not in names]
    if unknown:
        listed = ", ".join(filter(None, names)) or "one without a name"
        raise InputError(
            f"{book.name}: there is no sheet `{unknown[0]}`.", hint=f"There is {listed}."
        )
    tables, remarks = [], []
    for sheet in book.sheets:
        if only and sheet.name not in only:
            continue
        if sheet.hidden and not only:
            remarks.append(Remark(None, f"sheet {sheet.name} is hidden and left out"))
            continue
        found = tables_in(book.name, sheet, mapping)
        tables += found
        if sheet.rows and not found and len(book.sheets) > 1:
            told = f"sheet {sheet.name} is left out: no line names columns that are known"
            remarks.append(Remark(None, told))
    if not tables:
        raise InputError(
            f"{book.name}: no line names columns such as objective, key result, target.",
            hint="Write their names into the first line, or say which is which: "
            '`--column "NAME=key_result" --column "NAME=target"`.',
        )
    return tables, remarks


def _mark(
    book: Book, tables: Iterable[Table], mapping: SheetMapping
) -> tuple[Mark | None, list[Remark], list[Question]]:
    if mapping.decimal is not None:
        told = f"the decimal mark is `{mapping.decimal}`, as said"
        return mapping.decimal, [Remark(None, told)], []
    proven, unclear = decimal_marks(cell for table in tables for cell in table.cells(*_NUMBERS))
    if len(proven) == 1:
        mark = next(iter(proven))
        return mark, [Remark(None, f"the decimal mark is `{mark}`")] if unclear else [], []
    if proven or not unclear:
        return None, [], []
    if book.semicolons:
        told = f"the decimal mark is `,`, as where semicolons divide cells: `{unclear[0]}`"
        return ",", [Remark(None, told)], []
    question = Question(
        "decimal",
        f"`{unclear[0]}` can be read in two ways. Which is the decimal mark?",
        (Choice(".", "the point"), Choice(",", "the comma")),
        "--decimal …",
    )
    return None, [], [question]


def _order(
    tables: Iterable[Table], mapping: SheetMapping
) -> tuple[Order | None, list[Remark], list[Question]]:
    if mapping.days is not None:
        return mapping.days, [_first(mapping.days, ", as said")], []
    proven, unclear = day_orders(cell for table in tables for cell in table.cells(*_DAYS))
    if len(proven) == 1:
        order = next(iter(proven))
        return order, [_first(order)] if unclear else [], []
    if proven or not unclear:
        return None, [], []
    question = Question(
        "days",
        f"`{unclear[0]}` can be two days. What stands first?",
        (Choice("dmy", "the day"), Choice("mdy", "the month")),
        "--days …",
    )
    return None, [], [question]


def _first(order: Order, why: str = "") -> Remark:
    first = "day" if order == "dmy" else "month"
    return Remark(None, f"days such as 4/5/2026 have the {first} first{why}")


def _start(goals: Goals) -> Iterator[Question]:
    if goals.without_start:
        count = len(goals.without_start)
        are = "key result has" if count == 1 else "key results have"
        yield Question(
            "start",
            f"{count} {are} a target and no start ({lines_of(goals.without_start)}). "
            "Did all of these begin at 0?",
            (Choice("0", "yes, at 0"),),
            "--start …",
            optional=True,
        )
