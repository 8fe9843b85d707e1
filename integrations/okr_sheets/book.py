"""Book: which kind of file some bytes are, and the book that they hold."""

from __future__ import annotations

from collections.abc import Iterable

from okr_core.errors import InputError
from okr_core.sheets.cells import Book
from okr_sheets.table_text import table_text

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_KINDS = ((b"%PDF", "a PDF"), (b"\x1f\x8b", "a gzip archive"), (b"\x89PNG", "a picture"))
_SAVE_AS = "Save it as XLSX or CSV."


def read_book(name: str, data: bytes, known: Iterable[str] = ()) -> Book:
    """The book that a file holds: a CSV text in any usual encoding, or a workbook (XLSX).

    Args:
        name: What messages call the file.
        data: Its bytes.
        known: Names of columns, in any case: the delimiter of a text is the one that yields most
            of them.

    Raises:
        InputError: It is neither, it is damaged, or it would unpack to too much.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise InputError(f"{name}: the file is empty.", hint="Check that this is the right file.")
    if data.startswith(_OLD_EXCEL):
        raise InputError(
            f"{name}: this is an old Excel file (.xls), or one with a password.",
            hint="Open it in Excel and save it as XLSX without a password, or as CSV.",
        )
    if data.startswith(_ZIP):
        from okr_sheets.workbook import workbook  # noqa: PLC0415 - openpyxl takes a third of a second

        return workbook(name, data)
    for start, kind in _KINDS:
        if data.startswith(start):
            raise InputError(f"{name}: this is {kind}, not a spreadsheet.", hint=_SAVE_AS)
    return table_text(name, data, known)
