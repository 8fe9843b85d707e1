"""Check-ins from a table: all of its rows or none, bad rows named by line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from okr_core.errors import Finding, InputError
from okr_core.files.csv_rows import BadRows, CsvTable, Table
from okr_core.plan.acting import Occasion
from okr_core.plan.values import typed_value
from okr_core.record.check_ins import NewCheckIn, Slot
from okr_core.sheets.book_table import BookTable
from okr_core.sheets.cells import Book
from okr_flows.checkin.check_ins import CheckInText, read_check_in
from okr_flows.checkin.recording import RecordedCheckIns, new_check_ins, record_check_ins
from okr_flows.run.cycle import InForce, in_force

if TYPE_CHECKING:
    from okr_store import Store

COLUMNS = ("key_result", "at", "value", "confidence", "note", "by")


@dataclass(frozen=True, slots=True)
class TableCheckIns:
    """The check-ins of a table, as they were understood; nothing is recorded yet.

    Attributes:
        occasion: When, and who checks in where a row names nobody.
        lines: Line of each check-in.
        left_out: What is wrong with the lines that were not understood and are left out.
    """

    name: str
    known: InForce
    occasion: Occasion
    lines: tuple[int, ...]
    check_ins: tuple[NewCheckIn, ...]
    left_out: tuple[Finding, ...] = ()

    @property
    def places(self) -> list[str]:
        """What a refusal puts before each."""
        return [f"{self.name}:{line}: " for line in self.lines]

    def new(self, store: Store) -> list[bool]:
        """Which of them would be recorded; the others were recorded earlier.

        Raises:
            RefusalError: See `check_in_table`.
            UnbelievedError: See there.
        """
        cycle = self.known.plan.cycle.id
        key_results = {each.key_result.id for each in self.check_ins}
        readings = tuple(store.readings(cycle, as_of=None, key_results=key_results))
        entries = tuple(store.entries(cycle, kinds=("check_in",), key_results=key_results))
        stands = readings, entries
        return new_check_ins(self.known, self.check_ins, self.occasion, stands, self.places)

    def record(self, store: Store) -> RecordedCheckIns:
        """Record them, all or none.

        Raises:
            RefusalError: See `check_in_table`.
            UnbelievedError: See there.
        """
        return record_check_ins(store, self.known, self.check_ins, self.occasion, self.places)


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
    table = CsvTable(name, COLUMNS, "key_result", text)
    return read_table(in_force(store, cycle), table, occasion).record(store)


def check_in_book(
    store: Store, cycle: str, book: Book, occasion: Occasion, *, skip: bool = False
) -> TableCheckIns:
    """Understand the check-ins of a spreadsheet; see `check_in_table`.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        book: The first of its sheets that has a column `key_result` counts.
        occasion: See `check_in_table`.
        skip: Whether rows that cannot be understood are left out, and told.

    Raises:
        DocumentError: See `check_in_table`.
        InputError: See there.
    """
    table = BookTable(book.name, COLUMNS, "key_result", book)
    return read_table(in_force(store, cycle), table, occasion, skip=skip)


def read_table(
    known: InForce, table: Table, occasion: Occasion, *, skip: bool = False
) -> TableCheckIns:
    """Understand all rows of a table, or name those that cannot be understood.

    Raises:
        DocumentError: Some rows are wrong; each is named with its line.
        InputError: There is no row.
    """
    if occasion.at == occasion.now:
        occasion = replace(occasion, day=known.plan.cycle.day_of(occasion.now))
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
    if not skip or not found:
        bad.refuse(empty=not found)
    numbers, check_ins = zip(*found, strict=True)
    return TableCheckIns(table.name, known, occasion, numbers, check_ins, tuple(bad.findings()))


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
