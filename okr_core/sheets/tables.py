"""Tables: where in a sheet the tables are, of goals or of people, and which column is what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from okr_core.errors import Finding, InputError
from okr_core.sheets.cells import Cell, Sheet, SheetRow, letters
from okr_core.sheets.days import looks_like_day
from okr_core.sheets.mapping import SheetMapping
from okr_core.sheets.places import Place, Remark, finding
from okr_core.sheets.quantities import looks_like_number
from okr_core.sheets.questions import Choice, Question
from okr_core.sheets.vocabulary import (
    CONTENT,
    LEFT_OUT,
    Content,
    Kind,
    fields_named,
    folded_header,
    kind_of,
)

How = Literal["name", "said", ""]
_LOOKED_AT = 200
_MOSTLY = 0.6
_SAMPLE = 24


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        index: From 0.
        header: Its name; where it has none, `column D`.
        field: What it is; empty: it is not read.
        how: Why: by its name, or because people said so; empty: it is not read.
        named: Its name where several columns have it, and `header` tells them apart.
        sample: The first of what it holds.
    """

    index: int
    header: str
    field: str = ""
    how: How = ""
    content: Content = "empty"
    sample: str = ""
    named: str = ""

    @property
    def shown(self) -> str:
        """Letter, name and an example."""
        example = f", such as {self.sample}" if self.sample else ""
        return f"{letters(self.index)} `{self.header}`{example}"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: a line of names, and the lines below it."""

    kind: Kind
    file: str
    sheet: Sheet
    line: int
    columns: tuple[Column, ...]
    rows: tuple[SheetRow, ...]
    questions: tuple[Question, ...] = ()
    remarks: tuple[Remark, ...] = ()
    by_field: Mapping[str, Column] = field(default_factory=dict)

    def cell(self, row: SheetRow, name: str) -> Cell | None:
        """What a row holds for a field; None: nothing."""
        column = self.by_field.get(name)
        return row.cells.get(column.index) if column else None

    def text(self, row: SheetRow, name: str) -> str:
        """The text of a row for a field, empty if there is none."""
        cell = self.cell(row, name)
        return cell.text if cell else ""

    def problems(self, row: SheetRow) -> list[Finding]:
        """Cells of a row that hold nothing that can be used, and are needed."""
        return [
            finding(self.place(row, name), InputError(f"{cell.problem}."))
            for name, column in self.by_field.items()
            if (cell := row.cells.get(column.index)) is not None and cell.problem
        ]

    def place(self, row: SheetRow, name: str = "") -> Place:
        """Where a row is, or its cell of a field."""
        column = self.by_field.get(name)
        return Place.of(self.file, self.sheet, row.line).at(column.index if column else None)

    @property
    def where(self) -> Place:
        """Where its columns are named."""
        return Place.of(self.file, self.sheet, self.line)

    def cells(self, *names: str) -> Iterator[Cell]:
        """All that its rows hold for some fields."""
        indexes = [self.by_field[name].index for name in names if name in self.by_field]
        for row in self.rows:
            yield from (row.cells[index] for index in indexes if index in row.cells)


def tables_in(file: str, sheet: Sheet, mapping: SheetMapping) -> list[Table]:
    """The tables of a sheet, from top to bottom and from left to right."""
    heads = [place for place, row in enumerate(sheet.rows) if _heads(row, mapping) is not None]
    found: list[Table] = []
    for head, following in pairwise([*heads, len(sheet.rows)]):
        rows, remarks = sheet.rows[head + 1 : following], []
        if following < len(sheet.rows) and rows and len(rows[-1].cells) == 1:
            caption = rows[-1]
            remarks.append(_left_out(file, sheet, caption, "a heading"))
            rows = rows[:-1]
        for columns in _parts(sheet.rows[head], rows):
            table = _table(file, sheet, [sheet.rows[head], *rows], columns, mapping)
            found += [table] if table is not None else []
        if found and remarks:
            found[-1] = _with(found[-1], remarks)
    above = sheet.rows[: heads[0]] if heads else ()
    if found and above:
        told = [_left_out(file, sheet, row, "above the columns' names") for row in above]
        found[0] = _with(found[0], told)
    return found


def _with(table: Table, remarks: Sequence[Remark]) -> Table:
    return replace(table, remarks=(*remarks, *table.remarks))


def _left_out(file: str, sheet: Sheet, row: SheetRow, why: str) -> Remark:
    text = next(iter(row.cells.values())).text[:40]
    return Remark(Place.of(file, sheet, row.line), f"`{text}` is left out: {why}")


def _heads(row: SheetRow, mapping: SheetMapping) -> Kind | None:
    """The kind of table that a row names the columns of; None: it names none."""
    cells = list(row.cells.values())
    headers = [cell.text for cell in cells if cell.number is None and cell.day is None]
    if len(cells) < 2 or row.hidden:
        return None
    said: dict[Kind, int] = {
        kind: sum(folded_header(header) in mapping.of(kind) for header in headers)
        for kind in ("goals", "people")
    }
    kind, known = kind_of(headers)
    if kind is None and max(said.values()) >= 2:
        kind = "goals" if said["goals"] >= said["people"] else "people"
    if kind is None or max(known, said[kind]) < 2:
        return None
    enough = 2 * max(known, said[kind]) >= len(cells) or known >= 3
    return kind if enough else None


def _parts(head: SheetRow, rows: Sequence[SheetRow]) -> list[list[int]]:
    """Columns of each table that stands side by side: what an empty column divides."""
    used = {index for row in rows for index in row.cells} | set(head.cells)
    parts: list[list[int]] = []
    for index in sorted(used):
        if parts and index == parts[-1][-1] + 1:
            parts[-1].append(index)
        else:
            parts.append([index])
    kinds = [kind_of([head.cells[i].text for i in part if i in head.cells]) for part in parts]
    alone = all(kind is not None and known >= 2 for kind, known in kinds)
    return parts if alone else [sorted(used)]


def _table(
    file: str,
    sheet: Sheet,
    rows: Sequence[SheetRow],
    indexes: Sequence[int],
    mapping: SheetMapping,
) -> Table | None:
    """The table of some columns; the first row names them."""
    head, *below = rows
    own = {index: head.cells[index] for index in indexes if index in head.cells}
    kind = _heads(SheetRow(head.line, own), mapping)
    if kind is None:
        return None
    wanted = set(indexes)
    held = tuple(
        SheetRow(row.line, cells, row.hidden)
        for row in below
        if (cells := {index: cell for index, cell in row.cells.items() if index in wanted})
    )
    columns, questions = _columns(kind, own, indexes, held, mapping)
    by_field = {column.field: column for column in columns if column.field}
    return Table(kind, file, sheet, head.line, columns, held, questions, (), by_field)


def _columns(
    kind: Kind,
    head: Mapping[int, Cell],
    indexes: Sequence[int],
    rows: Sequence[SheetRow],
    mapping: SheetMapping,
) -> tuple[tuple[Column, ...], tuple[Question, ...]]:
    plain = _told_apart([_column(index, head.get(index), rows) for index in indexes])
    said = mapping.of(kind)
    fixed = {each.index: said[key] for each in plain if (key := folded_header(each.header)) in said}
    named = _Naming(kind, [each for each in plain if each.index not in fixed], set(fixed.values()))
    chosen = named.chosen()
    columns = []
    for each in plain:
        if each.index in fixed:
            name = "" if fixed[each.index] == LEFT_OUT else fixed[each.index]
            columns.append(_named(each, name, "said"))
        else:
            name = chosen.get(each.index, "")
            columns.append(_named(each, name, "name" if name else ""))
    asked = [*named.questions(), *_said_twice(kind, columns)]
    about = {question.about for question in asked}
    missing = (each for each in _missing(kind, columns) if each.about not in about)
    return tuple(columns), (*asked, *missing)


def _said_twice(kind: Kind, columns: Sequence[Column]) -> Iterator[Question]:
    """Fields that people gave to two columns."""
    said = [each for each in columns if each.how == "said" and each.field]
    for name, count in Counter(each.field for each in said).items():
        if count > 1:
            yield _which(kind, name, [each for each in said if each.field == name])


def _told_apart(columns: Sequence[Column]) -> list[Column]:
    """Columns of one name get their letter: an answer about one is none about the other."""
    counted = Counter(folded_header(each.header) for each in columns)
    return [
        each
        if counted[folded_header(each.header)] < 2
        else replace(each, header=f"{each.header} {letters(each.index)}", named=each.header)
        for each in columns
    ]


def _named(column: Column, name: str, how: How) -> Column:
    return replace(column, field=name, how=how)


def _column(index: int, head: Cell | None, rows: Sequence[SheetRow]) -> Column:
    cells = [row.cells[index] for row in rows[:_LOOKED_AT] if index in row.cells]
    sample = cells[0].text[:_SAMPLE] if cells else ""
    header = head.text if head else f"column {letters(index)}"
    return Column(index, header, content=_content(cells), sample=sample)


def _content(cells: Sequence[Cell]) -> Content:
    if not cells:
        return "empty"
    most = len(cells) * _MOSTLY
    if sum("@" in cell.text for cell in cells) >= most:
        return "mail"
    if sum(looks_like_day(cell) for cell in cells) >= most:
        return "day"
    if sum(looks_like_number(cell) for cell in cells) >= most:
        return "number"
    return "text"


class _Naming:
    """Gives each column the field that its name and its content mean; no field to two columns."""

    def __init__(self, kind: Kind, columns: Sequence[Column], taken: set[str]) -> None:
        self._kind = kind
        self._columns = columns
        self._taken = taken
        self._claims: dict[str, list[Column]] = {}
        self._chosen: dict[int, str] = {}
        self._place()

    def chosen(self) -> dict[int, str]:
        """Index of a column → its field."""
        return self._chosen

    def questions(self) -> list[Question]:
        """One for each field that several columns claim."""
        return [
            _which(self._kind, name, claiming)
            for name, claiming in self._claims.items()
            if len(claiming) > 1
        ]

    def _place(self) -> None:
        # Those that may be one thing alone come first: the others take what is left.
        possible = {each.index: self._possible(each) for each in self._columns}
        for each in sorted(self._columns, key=lambda column: len(possible[column.index])):
            free = [name for name in possible[each.index] if name not in self._taken]
            own = [name for name in free if name not in self._claims]
            name = next(iter(own or free), "")
            if name:
                self._claims.setdefault(name, []).append(each)
        for name, claiming in self._claims.items():
            holding = [each for each in claiming if each.content != "empty"]
            if len(claiming) > 1 and len(holding) <= 1:
                claiming[:] = holding or claiming[:1]
            if len(claiming) == 1:
                self._chosen[claiming[0].index] = name

    def _possible(self, column: Column) -> list[str]:
        names = fields_named(self._kind, column.named or column.header)
        if len(names) < 2 or column.content == "empty":
            return list(names)
        fitting = [name for name in names if column.content in CONTENT.get(name, ("text",))]
        return fitting or list(names)


def _which(kind: Kind, name: str, claiming: Sequence[Column]) -> Question:
    """Which of several columns is meant."""
    listed = " and ".join(f"{letters(each.index)} `{each.header}`" for each in claiming)
    return Question(
        f"{kind}.{name}",
        f"{listed} may both be the {_said(name)}. Which one is it?",
        tuple(Choice(each.header, each.shown) for each in claiming),
        f'--column "…={name}"',
        others=tuple(each.header for each in claiming),
    )


def _missing(kind: Kind, columns: Sequence[Column]) -> list[Question]:
    """What a table needs and no column is."""
    held = {column.field for column in columns}
    asked = []
    if kind == "people":
        asked = [] if held & {"name", "email"} else ["name"]
    else:
        titled = "title" in held and held & {"type", "key_result", "objective", "parent"}
        asked += [] if "key_result" in held or titled else ["key_result"]
        asked += [] if "target" in held else ["target"]
    return [_asked(kind, name, columns) for name in asked]


def _asked(kind: Kind, name: str, columns: Sequence[Column]) -> Question:
    fitting = ("number", "text") if name == "target" else ("text",)
    free = [each for each in columns if not each.how and each.content in fitting]
    free.sort(key=lambda each: fitting.index(each.content))
    return Question(
        f"{kind}.{name}",
        f"No column is named as the {_said(name)}. Which one is it?",
        tuple(Choice(each.header, each.shown) for each in free),
        f'--column "…={name}"',
    )


def _said(name: str) -> str:
    return name.replace("_", " ")
