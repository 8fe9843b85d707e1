"""Workbook: the sheets of an XLSX file, with merged areas, formulas and formats understood."""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

from okr_core.basics.exact import decimal_text
from okr_core.errors import InputError
from okr_core.sheets.cells import Book, Cell, Sheet, SheetRow, text_cell

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell as OwnCell
    from openpyxl.cell.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

MAX_BYTES = 50 * 1024 * 1024
"""What a file may unpack to: a zip of 200 kB can become 400 MB."""
MAX_CELLS = 2_000_000
_DIGITS = 15
"""What Excel keeps of a number: the rest is noise of binary floats."""
_QUOTED = re.compile(r'"([^"]*)"|\[\$([^\]-]*)[^\]]*\]|\\(.)')
_SYMBOLS = "€$£¥￥"
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,  # which NotImplementedError is: an unknown way of packing
    ValueError,
)
"""What the standard library says of a damaged archive."""
_NO_VALUE = "it is a formula without a value. Open the file in Excel and save it"
_ERROR = "it shows an error of the spreadsheet. Correct it"


def workbook(name: str, data: bytes) -> Book:
    """The sheets of an XLSX file.

    Args:
        name: What messages call the file.
        data: Its bytes.

    Raises:
        InputError: It is another kind of file, damaged, or would unpack to too much.
    """
    _refuse_bomb(name, data)
    values = _loaded(name, data, formulas=False)
    try:
        formulas = _loaded(name, data, formulas=True)
        sheets = [
            _sheet(sheet, formulas[sheet.title], len(values.worksheets) > 1)
            for sheet in values.worksheets
        ]
    finally:
        values.close()
    return Book(name, tuple(sheets))


def _refuse_bomb(name: str, data: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MAX_BYTES:
                raise InputError(
                    f"{name}: it unpacks to more than {MAX_BYTES // 2**20} MiB.",
                    hint="Copy the table into a new file, or save the sheet as CSV.",
                )
            if "xl/workbook.xml" not in {part.filename for part in parts}:
                raise InputError(
                    f"{name}: this is a zip archive and no Excel workbook.",
                    hint="Save the sheet as XLSX or CSV.",
                )
            for part in parts:
                _refuse_definitions(name, archive, part)
    except _UNREADABLE as error:
        raise _damaged(name) from error


def _refuse_definitions(name: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """No spreadsheet program writes a document type; one can make a small file fill the memory."""
    if part.filename.endswith((".xml", ".rels")):
        with archive.open(part) as file:
            left = MAX_BYTES
            while (piece := file.read(65536)) and left > 0:
                left -= len(piece)
                if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
                    raise InputError(f"{name}: no spreadsheet program wrote this file.")


def _damaged(name: str) -> InputError:
    return InputError(
        f"{name}: the workbook is damaged.", hint="Open it in Excel and save it again, or as CSV."
    )


def _loaded(name: str, data: bytes, *, formulas: bool) -> Workbook:
    from openpyxl import load_workbook  # noqa: PLC0415 - only where a workbook is read

    try:
        return load_workbook(BytesIO(data), data_only=not formulas, keep_links=False)
    except Exception as error:
        # openpyxl reads what others wrote and fails in as many ways as there are mistakes.
        raise _damaged(name) from error


def _sheet(values: Worksheet, formulas: Worksheet, several: bool) -> Sheet:
    cells, written = _filled(values), _filled(formulas)
    first_of = _merged(values)
    lines: dict[int, dict[int, Cell]] = {}
    for (line, column), formula in written.items():
        found = _cell(cells.get((line, column)), formula)
        if found is not None:
            lines.setdefault(line, {})[column - 1] = found
    for (line, column), first in first_of.items():
        found = lines.get(first[0], {}).get(first[1] - 1)
        if found is not None:
            part = Cell(found.text, found.number, found.unit, found.day, found.problem, merged=True)
            lines.setdefault(line, {}).setdefault(column - 1, part)
    rows = (
        SheetRow(line, dict(sorted(lines[line].items())), _hidden(values, line))
        for line in sorted(lines)
    )
    name = values.title if several else ""
    return Sheet(name, tuple(rows), values.sheet_state != "visible")


def _filled(sheet: Worksheet) -> Mapping[tuple[int, int], OwnCell | MergedCell]:
    # Every other way makes the empty cells too: a million lines where somebody coloured the last.
    return sheet._cells  # noqa: SLF001


def _merged(sheet: Worksheet) -> dict[tuple[int, int], tuple[int, int]]:
    """Cell of a merged area → its first cell; only down: across, an area is one cell."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for area in sheet.merged_cells.ranges:
        top, left = int(area.min_row), int(area.min_col)
        for line in range(top + 1, min(int(area.max_row), top + MAX_CELLS) + 1):
            found[line, left] = top, left
    return found


def _hidden(sheet: Worksheet, line: int) -> bool:
    return line in sheet.row_dimensions and bool(sheet.row_dimensions[line].hidden)


def _cell(cell: OwnCell | MergedCell | None, formula: OwnCell | MergedCell) -> Cell | None:
    value = cell.value if cell is not None else None
    if cell is None or value is None:
        return None if formula.value is None else Cell("=…", problem=_NO_VALUE)
    if cell.data_type == "e":
        return Cell(str(value), problem=_ERROR)
    return _understood(value, str(cell.number_format))


def _understood(value: object, shown_as: str) -> Cell | None:
    if isinstance(value, bool):
        return Cell("done" if value else "open")
    if isinstance(value, int | float | Decimal):
        return _number(value, shown_as)
    if isinstance(value, datetime):
        return Cell(value.date().isoformat(), day=value.date())
    if isinstance(value, date):
        return Cell(value.isoformat(), day=value)
    if isinstance(value, time | timedelta):
        return Cell(str(value), problem="it is a time of day or a duration. Write it as a number")
    return text_cell(str(value))


def _number(value: float | Decimal, shown_as: str) -> Cell:
    exact = Decimal(format(value, f".{_DIGITS}g")) if isinstance(value, float) else Decimal(value)
    unit = "".join(_units(shown_as))
    number = _tidy(exact * 100 if unit == "%" else exact)
    text = decimal_text(number)
    return Cell(f"{text} {unit}" if unit else text, number=number, unit=unit)


def _tidy(number: Decimal) -> Decimal:
    whole = number.to_integral_value()
    return whole if number == whole else number.normalize()


def _units(shown_as: str) -> Iterator[str]:
    """What a format shows beside a number: a percent sign, or a text such as a currency's."""
    first = shown_as.split(";", maxsplit=1)[0]
    quoted = "".join(text or symbol for text, symbol, _ in _QUOTED.findall(first)).strip()
    bare = _QUOTED.sub("", first)
    if "%" in bare:
        yield "%"
    elif quoted and not quoted.isdigit():
        yield quoted
    else:
        yield next((symbol for symbol in _SYMBOLS if symbol in bare), "")
