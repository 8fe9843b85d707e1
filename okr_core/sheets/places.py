"""Places: where in a file something stands, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from okr_core.errors import Finding, InputError
from okr_core.sheets.cells import Sheet, letters


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a sheet, or a cell of it.

    Attributes:
        file: What messages call the file.
        sheet: Name of the sheet; empty where the file has only one.
        line: From 1.
        column: From 0; None: the line as a whole.
    """

    file: str
    sheet: str
    line: int
    column: int | None = None

    @classmethod
    def of(cls, file: str, sheet: Sheet, line: int) -> Place:
        """A line of a sheet."""
        return cls(file, sheet.name, line)

    def at(self, column: int | None) -> Place:
        """A cell of the same line."""
        return Place(self.file, self.sheet, self.line, column)

    @property
    def cell(self) -> str:
        """The cell as spreadsheets name it, or the line; with its sheet."""
        name = f"line {self.line}" if self.column is None else f"{letters(self.column)}{self.line}"
        return f"{self.sheet} {name}".strip()

    def __str__(self) -> str:
        return self.cell


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was understood, or left out, so that people can object to it."""

    place: Place | None
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.place else self.text


class CellError(InputError):
    """What is wrong with one field of a line.

    Attributes:
        field: Which one; its column tells the cell.
    """

    def __init__(self, message: str, *, hint: str = "", field: str = "") -> None:
        super().__init__(message, hint=hint)
        self.field = field


def finding(place: Place, error: InputError) -> Finding:
    """What could not be understood of a line."""
    where = "" if place.column is None else f"{place.cell}: "
    file = f"{place.file}, sheet {place.sheet}" if place.sheet else place.file
    told = where.removeprefix(f"{place.sheet} ") if place.sheet else where
    message = told + error.message
    return Finding("not-understood", "error", file, place.line, place.cell, message, error.hint)


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
