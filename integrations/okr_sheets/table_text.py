"""Table text: a CSV file in any usual encoding, with whatever divides its cells."""

from __future__ import annotations

import codecs
import csv
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from okr_core.errors import InputError
from okr_core.sheets.cells import Book, Sheet, SheetRow, text_cell

_DELIMITERS = ",;\t|"
_SAID = re.compile(r"\ufeff?\"?sep=(.)\"?[\t ]*(?:\r\n?|\n)", re.IGNORECASE)
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff01-\uffe5≤≥]+")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_HEAD = 4096
_SLIPS = 20
"""Of so many characters one may be a sign for machines."""
_SIDES = 2
_LOOKED_AT = 30
"""Lines that the delimiter is found by: columns are named near the top."""
_BLANKS = " \t\r\n\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"


def table_text(name: str, data: bytes, known: Iterable[str]) -> Book:
    """The one sheet of a CSV text.

    Args:
        name: What messages call the file.
        data: Its bytes.
        known: Names of columns, in any case.

    Raises:
        InputError: It is no text, or its quotes do not close.
    """
    text, remarks = _decoded(name, data)
    said = _SAID.match(text)
    delimiter = said[1] if said else _delimiter(text, {each.casefold() for each in known})
    skipped = 1 if said else 0
    rows = tuple(_rows(name, text[said.end() :] if said else text, delimiter, skipped))
    return Book(name, (Sheet("", rows),), delimiter == ";", remarks)


def _decoded(name: str, data: bytes) -> tuple[str, tuple[str, ...]]:
    marked = next((encoding for bom, encoding in _BOMS if data.startswith(bom)), "")
    if marked:
        try:
            return data.decode(marked), ()
        except UnicodeDecodeError as error:
            raise InputError(
                f"{name}: byte {error.start} is no {marked.upper()}.",
                hint="Save the file as UTF-8.",
            ) from error
    for encoding, is_it in _guesses(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if is_it(text) and not _garbled(text):
            plain = encoding.startswith("utf")
            told = () if plain else (f"the file is not UTF-8 and was read as {encoding}",)
            return text, told
    raise InputError(
        f"{name}: this is neither a workbook nor a text in a usual encoding.",
        hint="Open it in the program that wrote it, and save it as XLSX or as CSV in UTF-8.",
    )


def _guesses(data: bytes) -> Sequence[tuple[str, Callable[[str], object]]]:
    """Encodings of a text without a mark, the most telling one first, and what else tells them.

    UTF-16 has zeros beside plain letters and signs; other texts have none.
    """
    head = data[:_HEAD]
    if 0 in head:
        little = head[1::2].count(0) >= head[::2].count(0)
        return [("utf-16-le" if little else "utf-16-be", bool)]
    return [("utf-8", bool), ("gb18030", _chinese), ("cp1252", bool)]


def _garbled(text: str) -> bool:
    """Whether more characters than slips explain are signs for machines, as where it is no text."""
    head = text[:_HEAD]
    return len(_CONTROLS.findall(head)) * _SLIPS > len(head)


def _chinese(text: str) -> bool:
    """Whether a text that was read as GB 18030 is Chinese, and no European one read wrongly.

    Read so, a letter with an accent and the letter behind it are one rare character in the middle
    of a word. What people write is common, such as 万 in 120万, and mostly stands in a row.
    """
    read = likely = 0
    for run in _CHINESE.finditer(text):
        read += len(run[0])
        around = text[max(run.start() - 1, 0) : run.start()], text[run.end() : run.end() + 1]
        beside = sum(each.isascii() and each.isalpha() for each in around)
        likely += len(run[0]) if _likely(run[0], beside) else 0
    return likely * 5 >= read * 4 > 0


def _likely(run: str, beside: int) -> bool:
    """Whether characters in a row are meant; `beside`: on how many sides a Latin letter stands."""
    common = sum(map(_common, run))
    if 2 * common < len(run):
        return len(run) > 1 and not beside
    return len(run) > 1 or beside < _SIDES


@functools.cache
def _common(character: str) -> bool:
    """Whether GB 2312 has it, the standard of the characters that are in daily use."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _delimiter(text: str, known: set[str]) -> str:
    """The delimiter that yields most known names of columns in one line, else most cells."""
    lines = [found[0] for found, _ in zip(_LINE.finditer(text), range(_LOOKED_AT), strict=False)]

    def yielded(delimiter: str) -> tuple[int, int]:
        rows = [line.strip().strip("\ufeff").split(delimiter) for line in lines]
        names = (sum(cell.strip(f'"{_BLANKS}').casefold() in known for cell in row) for row in rows)
        return max(names, default=0), sum(len(row) - 1 for row in rows)

    return max(_DELIMITERS, key=yielded)


def _rows(name: str, text: str, delimiter: str, skipped: int) -> Iterator[SheetRow]:
    lines = (found[0] for found in _LINE.finditer(text))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            found = {
                column: held
                for column, cell in enumerate(cells)
                if (held := text_cell(cell)) is not None
            }
            if found:
                yield SheetRow(reader.line_num + skipped, found)
    except csv.Error as error:
        raise InputError(
            f"{name}:{reader.line_num + skipped}: the row cannot be read ({error}).",
            hint="Check its quotes.",
        ) from error
