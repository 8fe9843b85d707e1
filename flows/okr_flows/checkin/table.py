"""Check-ins from a table: all of its rows or none, bad rows named by line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from okr_core.errors import Finding, InputError
from okr_core.files.csv_rows import CsvTable
from okr_core.plan.acting import Occasion
from okr_flows.checkin.check_ins import (
    CheckInText,
    NewCheckIn,
    RecordedCheckIns,
    read_check_in,
    record_check_ins,
)
from okr_flows.run.cycle import InForce, in_force

if TYPE_CHECKING:
    from okr_store import Store

COLUMNS = ("key_result", "at", "value", "confidence", "note", "by")


def check_in_table(
    store: Store, cycle: str, name: str, text: str, occasion: Occasion
) -> RecordedCheckIns:
    """Record the check-ins of a CSV text.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        name: What messages call the table, such as its path.
        text: The delimiter is a comma, semicolon or tab, whichever the first line uses; empty
            lines are skipped.
        occasion: When, and who checks in where a row names nobody.

    Raises:
        DocumentError: Some rows are wrong; each is named with its line, nothing is recorded.
        InputError: There is no row.
        RefusalError: Another value was recorded for the same time, or the cycle is closed.
    """
    known = in_force(store, cycle)
    check_ins = read_table(known, CsvTable(name, text, COLUMNS, "key_result"), occasion)
    return record_check_ins(store, known, check_ins, occasion)


def read_table(known: InForce, table: CsvTable, occasion: Occasion) -> Sequence[NewCheckIn]:
    """Understand all rows of a table, or name those that cannot be understood.

    Raises:
        DocumentError: Some rows are wrong; each is named with its line.
        InputError: There is no row.
    """
    found: list[NewCheckIn] = []
    findings: list[Finding] = []
    seen: dict[str, int] = {}
    for line, row in table.rows():
        try:
            check_in = read_check_in(known, _text(row), occasion)
        except InputError as error:
            findings.append(table.finding(line, error.message, error.hint))
            continue
        if check_in.key in seen:
            message = (
                f"`{check_in.name}` is said twice for that time "
                f"(also on line {seen[check_in.key]})."
            )
            findings.append(table.finding(line, message, "Keep one of them."))
        seen.setdefault(check_in.key, line)
        found.append(check_in)
    table.refuse(findings, empty=not found)
    return found


def _text(row: dict[str, str]) -> CheckInText:
    name = row.get("key_result", "").strip()
    if not name:
        raise InputError("key_result is empty.", hint="Name a key result, or remove the line.")
    return CheckInText(**{**row, "key_result": name})
