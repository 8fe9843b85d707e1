"""Check-ins from a CSV file: all of its rows or none, bad rows named by line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from okr_cli.checkin_book import Book, Said
from okr_cli.csv_rows import CsvTable
from okr_cli.desk import read_text
from okr_core.errors import DocumentError, Finding, InputError

COLUMNS = ("key_result", "at", "value", "confidence", "note", "by")


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
    table = CsvTable(name, read_text(path), COLUMNS, "key_result")
    for line, row in table.rows():
        try:
            said = _said(book, row)
        except InputError as error:
            findings.append(table.finding(line, error.message, error.hint))
            continue
        if said.key in seen:
            message = f"`{said.name}` is said twice for that time (also on line {seen[said.key]})."
            findings.append(table.finding(line, message, "Keep one of them."))
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
