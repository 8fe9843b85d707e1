"""Spreadsheets for tests: rows as CSV texts and as workbooks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

HEAD = ("Team", "Objective", "Key result", "Owner", "Start", "Target", "Current")
Row = Sequence[Any]


def csv_file(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    """A CSV file of these lines."""
    path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
    return path


def workbook_file(
    path: Path, rows: Iterable[Row], dress: Callable[[Worksheet], None] | None = None
) -> Path:
    """A workbook of one sheet; `dress` formats it, merges and hides."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(list(row))
    if dress is not None:
        dress(sheet)
    book.save(path)
    return path


def workbook_bytes(rows: Iterable[Row]) -> bytes:
    """The bytes of a workbook of one sheet."""
    book, content = Workbook(), BytesIO()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(list(row))
    book.save(content)
    return content.getvalue()
