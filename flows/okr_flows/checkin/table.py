"""Check-ins from a table: all of its rows or none, bad rows named by line."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from okr_core.errors import InputError
from okr_core.files.csv_rows import BadRows, CsvTable
from okr_core.plan.acting import Occasion
from okr_core.plan.values import typed_value
from okr_core.record.check_ins import NewCheckIn, Slot
from okr_flows.checkin.check_ins import CheckInText, read_check_in
from okr_flows.checkin.recording import RecordedCheckIns, record_check_ins
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
        occasion: When, and who checks in where a row names nobody. Where it is now, rows without
            a time are of today: the table stays the same table however often it comes today.

    Raises:
        DocumentError: Some rows are wrong; each is named with its line, nothing is recorded.
        InputError: There is no row.
        RefusalError: Another value stands for the time of a row, or the cycle is closed.
        UnbelievedError: A value is hard to believe, and not said to be meant.
    """
    known = in_force(store, cycle)
    if occasion.at == occasion.now:
        occasion = replace(occasion, day=known.plan.cycle.day_of(occasion.now))
    table = CsvTable(name, text, COLUMNS, "key_result")
    rows = read_table(known, table, occasion)
    places = [f"{name}:{line}: " for line, _ in rows]
    check_ins = [check_in for _, check_in in rows]
    return record_check_ins(store, known, check_ins, occasion, places)


def read_table(known: InForce, table: CsvTable, occasion: Occasion) -> list[tuple[int, NewCheckIn]]:
    """Understand all rows of a table, or name those that cannot be understood.

    Returns:
        Line and check-in of each row.

    Raises:
        DocumentError: Some rows are wrong; each is named with its line.
        InputError: There is no row.
    """
    found: list[tuple[int, NewCheckIn]] = []
    bad = BadRows(table)
    lines = _Lines()
    for line, row in table.rows():
        try:
            check_in = read_check_in(known, _text(row), occasion)
            lines.add(line, check_in)
        except InputError as error:
            bad.add(line, error)
        else:
            found.append((line, check_in))
    bad.refuse(empty=not found)
    return found


class _Lines:
    """Which line said what: no row says the same again, or another value for the same time."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, str, str], int] = {}
        self._values: dict[Slot, tuple[int, NewCheckIn]] = {}

    def add(self, line: int, check_in: NewCheckIn) -> None:
        """Take in a row.

        Raises:
            InputError: An earlier row stands against it.
        """
        key = check_in.name, check_in.when, check_in.by
        first = self._said.setdefault(key, line)
        if first != line:
            raise InputError(
                f"`{check_in.name}` is said twice for that time (also on line {first}).",
                hint="Keep one of them.",
            )
        if check_in.value is None:
            return
        first, other = self._values.setdefault(check_in.slot, (line, check_in))
        if check_in.contradicts(other):
            stands = typed_value(other.key_result.metric, other.value or Decimal(0))
            raise InputError(
                f"`{check_in.name}` has another value for that time on line {first} "
                f"({stands}, by {other.by}).",
                hint="Keep one of them.",
            )


def _text(row: dict[str, str]) -> CheckInText:
    name = row.get("key_result", "").strip()
    if not name:
        raise InputError("key_result is empty.", hint="Name a key result, or remove the line.")
    return CheckInText(**{**row, "key_result": name})
