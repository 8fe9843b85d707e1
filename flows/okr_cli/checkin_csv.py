"""Check-ins from a CSV file: all of its rows or none, bad rows named by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from okr_cli.checkin_book import Book, Said
from okr_cli.desk import read_text
from okr_core.errors import DocumentError, Finding, InputError

COLUMNS = ("key_result", "at", "value", "confidence", "note", "by")
_DELIMITERS = ",;\t"


def read_csv(book: Book, path: Path) -> list[Said]:
    """The check-ins of a CSV file.

    The delimiter is a comma, semicolon or tab, whichever the first line uses; the encoding is
    UTF-8, with or without a byte order mark; empty lines are skipped.

    Raises:
        DocumentError: Some rows are wrong; each is named with its line.
        InputError: The file cannot be read or is empty.
    """
    name = str(path)
    found: list[Said] = []
    findings: list[Finding] = []
    seen: dict[str, int] = {}
    for line, row in _rows(read_text(path), name):
        try:
            said = _said(book, row)
        except InputError as error:
            findings.append(_finding(name, line, error.message, error.hint))
            continue
        if said.key in seen:
            message = f"`{said.name}` is said twice for that time (also on line {seen[said.key]})."
            findings.append(_finding(name, line, message, "Keep one of them."))
        seen.setdefault(said.key, line)
        found.append(said)
    if findings:
        raise DocumentError(findings)
    if not found:
        raise InputError(f"{name}: there is no row.", hint=f"The columns are {','.join(COLUMNS)}.")
    return found


def _said(book: Book, row: Mapping[str, str]) -> Said:
    name = row.get("key_result", "").strip()
    if not name:
        raise InputError("key_result is empty.", hint="Name a key result, or remove the line.")
    return book.read(name, row)


def _rows(text: str, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    head = text.splitlines()[0] if text.strip() else ""
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = _columns([cell.strip().lower() for cell in next(reader, [])], name)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            yield reader.line_num, _row(cells, columns, name, reader.line_num)
    except csv.Error as error:
        line = reader.line_num
        message = f"the row cannot be read ({error})."
        raise DocumentError([_finding(name, line, message, "Check its quotes.")]) from error


def _row(cells: list[str], columns: list[str], name: str, line: int) -> dict[str, str]:
    if len(cells) > len(columns):
        message = f"the row has {len(cells)} cells, the first line {len(columns)}."
        fix = 'Put quotes around text that holds the delimiter: "…".'
        raise DocumentError([_finding(name, line, message, fix)])
    return dict(zip(columns, cells, strict=False))


def _columns(columns: list[str], name: str) -> list[str]:
    if not columns:
        return columns
    unknown = [column for column in columns if column not in COLUMNS]
    if unknown:
        near = get_close_matches(unknown[0], COLUMNS, n=1)
        closest = f"Closest: `{near[0]}`. " if near else ""
        fix = f"{closest}The columns are {', '.join(COLUMNS)}."
        raise DocumentError([_finding(name, 1, f"column `{unknown[0]}` is unknown.", fix)])
    if "key_result" not in columns or len(set(columns)) < len(columns):
        message = "column `key_result` is missing, or a column is there twice."
        fix = f"The columns are {', '.join(COLUMNS)}."
        raise DocumentError([_finding(name, 1, message, fix)])
    return columns


def _finding(name: str, line: int, message: str, fix: str) -> Finding:
    return Finding("bad-row", "error", name, line, "", message, fix)
