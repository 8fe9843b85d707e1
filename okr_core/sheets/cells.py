"""Cells: a spreadsheet as it was read: books of sheets of rows, each cell with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from okr_core.basics.visible import unseen, visible


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that holds something.

    Attributes:
        text: As people see it, without blanks at its ends.
        number: Where the file itself says that it is a number; percentages are times 100.
        unit: What the cell's format shows beside the number, such as `%` or `€`.
        day: Where the file itself says that it is a day.
        problem: Why it holds nothing that can be used, a sentence; empty: it does.
        merged: Whether its value is that of a merged area whose first cell is another one.
    """

    text: str
    number: Decimal | None = None
    unit: str = ""
    day: date | None = None
    problem: str = ""
    merged: bool = False


def text_cell(text: str) -> Cell | None:
    """The cell of a text; None where it holds nothing but blanks."""
    bare = " ".join(text.split())
    if not bare:
        return None
    if hidden := unseen(bare):
        problem = f"it holds {hidden}, a character that nobody sees. Type it anew"
        return Cell(visible(bare), problem=problem)
    return Cell(bare)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that holds something.

    Attributes:
        line: Its number, from 1; in a text file the line on which it ends.
        cells: Column, from 0 → what it holds; empty cells are not there.
        hidden: Whether people do not see it.
    """

    line: int
    cells: Mapping[int, Cell]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: rows from top to bottom; empty ones are not there.

    Attributes:
        name: Empty where the file has only this one.
    """

    name: str
    rows: tuple[SheetRow, ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """A file of sheets.

    Attributes:
        name: What messages call it, such as its path.
        semicolons: Whether cells are divided by semicolons, as where a comma marks decimals.
        remarks: What was noticed while reading, such as an old encoding; sentences.
    """

    name: str
    sheets: tuple[Sheet, ...]
    semicolons: bool = False
    remarks: tuple[str, ...] = field(default=())


def letters(column: int) -> str:
    """A column as spreadsheets name it.

    >>> letters(0), letters(25), letters(26), letters(701)
    ('A', 'Z', 'AA', 'ZZ')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def place(line: int, column: int) -> str:
    """A cell as spreadsheets name it.

    >>> place(4, 3)
    'D4'
    """
    return f"{letters(column)}{line}"
