"""CSV rows: a table that people made, row by row with its line; what is wrong is named by line."""

from __future__ import annotations

import csv
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from okr_core.basics.closest import closest
from okr_core.errors import DocumentError, Finding, InputError

_DELIMITERS = ",;\t"
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
MOST = 20
"""Bad rows that are named; the others are counted."""


@dataclass(frozen=True)
class Table(ABC):
    """Rows under columns that the first line names, in any order.

    Attributes:
        name: What messages call it, such as its path as the user wrote it.
        columns: Columns that it may have.
        required: The one that it must have.
    """

    name: str
    columns: Sequence[str]
    required: str

    @abstractmethod
    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Line and cells by column.

        Raises:
            DocumentError: A column is unknown or missing, or a row cannot be read.
        """

    def finding(self, line: int, message: str, fix: str) -> Finding:
        """What is wrong with a row."""
        return Finding("bad-row", "error", self.name, line, "", message, fix)

    def named(self, columns: Sequence[str]) -> list[str]:
        """The columns, as the first line names them.

        Raises:
            DocumentError: One is unknown, there twice, or missing.
        """
        columns = [column.strip().lower() for column in columns]
        if not columns:
            return columns
        listed = f"The columns are {', '.join(self.columns)}."
        unknown = [column for column in columns if column not in self.columns]
        if unknown:
            near = closest(unknown[0], self.columns)
            meant = f"Closest: `{near}`. " if near else ""
            message = f"column `{unknown[0]}` is unknown."
            raise DocumentError([self.finding(1, message, f"{meant}{listed}")])
        if self.required not in columns or len(set(columns)) < len(columns):
            message = f"column `{self.required}` is missing, or a column is there twice."
            raise DocumentError([self.finding(1, message, listed)])
        return columns


@dataclass(frozen=True)
class CsvTable(Table):
    """A CSV text.

    The delimiter is a comma, semicolon or tab, whichever the first line uses; empty lines are
    skipped.

    Attributes:
        text: All of it.
    """

    text: str

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Line and cells by column.

        Raises:
            DocumentError: A column is unknown or missing, or a row cannot be read.
        """
        # Line by line: as a whole, a text of a million lines would be there twice or more.
        lines = (match[0] for match in _LINE.finditer(self.text))
        head = next((match[0] for match in _LINE.finditer(self.text)), "")
        delimiter = max(_DELIMITERS, key=head.count)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            columns = self.named(next(reader, []))
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, self._row(cells, columns, reader.line_num)
        except csv.Error as error:
            message = f"the row cannot be read ({error})."
            raise DocumentError(
                [self.finding(reader.line_num, message, "Check its quotes.")]
            ) from error

    def _row(self, cells: list[str], columns: list[str], line: int) -> dict[str, str]:
        if len(cells) > len(columns):
            message = f"the row has {len(cells)} cells, the first line {len(columns)}."
            fix = 'Put quotes around text that holds the delimiter: "…".'
            raise DocumentError([self.finding(line, message, fix)])
        return dict(zip(columns, cells, strict=False))


class BadRows:
    """The rows of a table that are wrong: the first ones, and how many there are."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._findings: list[Finding] = []
        self._more = 0

    def add(self, line: int, error: InputError) -> None:
        """Take in what is wrong with a row."""
        if len(self._findings) < MOST:
            self._findings.append(self._table.finding(line, error.message, error.hint))
        else:
            self._more += 1

    def findings(self) -> list[Finding]:
        """What is wrong with the first rows, and how many others there are."""
        if not self._more:
            return list(self._findings)
        rest = f"{self._more:,} more rows are wrong."
        return [*self._findings, self._table.finding(0, rest, "Correct these first.")]

    def refuse(self, *, empty: bool) -> None:
        """Refuse the whole table where a row is wrong, or where there is none.

        Raises:
            DocumentError: With the first wrong rows and the number of the others.
            InputError: It is empty.
        """
        if findings := self.findings():
            raise DocumentError(findings)
        if empty:
            name, listed = self._table.name, ",".join(self._table.columns)
            raise InputError(f"{name}: there is no row.", hint=f"The columns are {listed}.")
