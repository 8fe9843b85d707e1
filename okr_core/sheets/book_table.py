"""Book table: the rows of a spreadsheet under known columns, as texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from okr_core.basics.exact import decimal_text
from okr_core.errors import DocumentError
from okr_core.files.csv_rows import Table
from okr_core.sheets.cells import Book, Cell, Sheet


@dataclass(frozen=True)
class BookTable(Table):
    """The first sheet of a book that has the column that is needed; else its first.

    Attributes:
        book: A CSV text or a workbook.
    """

    book: Book

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Line and cells by column; hidden rows are rows like others."""
        head, *rows = self._sheet().rows
        width = max(head.cells, default=-1) + 1
        columns = self.named([_text(head.cells.get(place)) for place in range(width)])
        for row in rows:
            for place, cell in row.cells.items():
                if place >= width:
                    message = f"the row has {place + 1} cells, the first line {width}."
                    fix = 'Put quotes around text that holds the delimiter: "…".'
                    raise DocumentError([self.finding(row.line, message, fix)])
                if cell.problem:
                    message = f"{columns[place]} cannot be used: {cell.problem}."
                    raise DocumentError([self.finding(row.line, message, "Correct the cell.")])
            yield row.line, {columns[place]: _text(cell) for place, cell in row.cells.items()}

    def _sheet(self) -> Sheet:
        for sheet in self.book.sheets:
            names = sheet.rows[0].cells.values() if sheet.rows else ()
            if self.required in {each.text.strip().lower() for each in names}:
                return sheet
        found = next((sheet for sheet in self.book.sheets if sheet.rows), None)
        if found is None:
            message = f"column `{self.required}` is missing."
            raise DocumentError([self.finding(1, message, f"Columns: {', '.join(self.columns)}.")])
        return found


def _text(cell: Cell | None) -> str:
    """As a person would type it: days in ISO, numbers without the thousands that are shown."""
    if cell is None:
        return ""
    if cell.day is not None:
        return cell.day.isoformat()
    return cell.text if cell.number is None else decimal_text(cell.number)
