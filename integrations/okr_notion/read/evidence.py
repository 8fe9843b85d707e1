"""Evidence: rows and what a binding measures, as evidence that adds up to the value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Final

from okr_core.basics.exact import decimal_text
from okr_core.errors import DataError
from okr_core.record.evidence import Evidence, Formula, Row, re_add
from okr_notion.read.columns import Columns
from okr_notion.read.days import Calendar, leaves_days_to_notion
from okr_notion.read.filters import is_native
from okr_notion.read.measure import MeasureKind
from okr_notion.read.planner import Wanted
from okr_notion.read.rows import RawRow, Selection, date_of, name_of, newest, title_of
from okr_notion.read.schema import Property
from okr_notion.read.values import options_in, ticked_in
from okr_notion.site.ids import link_to

FORMULAS: Final[Mapping[MeasureKind, Formula]] = {
    "count": "count",
    "sum": "sum",
    "average": "average",
    "done_ratio": "ratio",
    "latest": "latest",
}


def evidence_of(wanted: Wanted, columns: Columns, selection: Selection, name: str) -> Evidence:
    """What one key result's binding measures in a selection; `name` is the connection's.

    Raises:
        DataError: A value cannot be used, or nothing has one; the row is named.
    """
    binding = wanted.binding
    kept, notes = _without_excluded(wanted, columns, selection)
    notes = [*(said.rstrip(".") for said in about_query(wanted)), *notes]
    measured = _ROWS[binding.rows_measure.kind]
    rows, said = measured(wanted, columns, selection, kept)
    live = Evidence(
        kind="notion",
        connection=name,
        query=selection.query,
        measure=binding.rows_measure.words,
        formula=FORMULAS[binding.rows_measure.kind],
        scale=binding.scale,
        link=selection.link,
        requests=selection.requests,
        rows=tuple(sorted(rows, key=lambda row: row.id)),
    )
    notes += said
    if binding.scope == "frozen" and wanted.ask.frozen is not None:
        scope = {row.id: row for row in wanted.ask.frozen}
        pages = {key: page for key, page in selection.elsewhere.items() if key in scope}
        left = _not_excluded(columns, selection, pages.values())
        elsewhere, _ = measured(wanted, columns, selection, left)
        missing = scope.keys() - selection.rows.keys() - pages.keys()
        live, said = _frozen(live, wanted.ask.frozen, elsewhere, missing)
        notes += said
    if live.rows and all(row.value is None for row in live.rows):
        raise DataError(
            f"empty selection: none of {_counted(len(live.rows))} has a value to measure.",
            hint="Fill the property, or measure another.",
        )
    return replace(live, notes=(*notes, *_unfilled(live)))


def page_evidence(
    wanted: Wanted, page: RawRow, found: Property, cell: object, name: str
) -> Evidence:
    """The value of one property of one page.

    Raises:
        DataError: Nobody filled it, or it is no number.
    """
    identifier = str(page.get("id"))
    selection = Selection("", "", {}, {(identifier, found.id): cell})
    value = selection.number(page, found)
    if value is None:
        raise DataError(f'property "{found.name}" of the page is empty.', hint="Fill it in.")
    url = page.get("url")
    return Evidence(
        kind="notion",
        connection=name,
        query=f"page {identifier}, property {found.name}",
        measure=found.name,
        formula="value",
        scale=wanted.binding.scale,
        link=url if isinstance(url, str) else link_to(identifier),
        rows=(Row(identifier, value, label=title_of(page)),),
    )


def about_query(wanted: Wanted) -> Iterator[str]:
    """What a reader must know of what was asked."""
    written, calendar = wanted.binding.filter, wanted.calendar
    for _, said, fix in wanted.binding.remarks:
        yield said if written else f"{said} {fix}"
    if written and is_native(written) and leaves_days_to_notion(written) and not calendar.is_utc:
        yield (
            "The filter's days are days of UTC, as Notion reads them; the cycle's are those of "
            f"{calendar.zone}."
        )


def _without_excluded(
    wanted: Wanted, columns: Columns, selection: Selection
) -> tuple[list[RawRow], list[str]]:
    rows = list(selection.rows.values())
    kept = _not_excluded(columns, selection, rows)
    if len(kept) == len(rows):
        return rows, []
    names = ", ".join(sorted(wanted.binding.exclude))
    return kept, [f"{_counted(len(rows) - len(kept))} excluded ({names})"]


def _not_excluded(columns: Columns, selection: Selection, rows: Iterable[RawRow]) -> list[RawRow]:
    status = columns.status
    if status is None:
        return list(rows)
    is_excluded = partial(_has_one, columns.excluded, status)
    return [row for row in rows if not selection.told(row, status, is_excluded)]


def _has_one(names: Collection[str], found: Property, cell: object) -> bool:
    """Whether a cell shows one of these options."""
    return any(found.shown(*option) in names for option in options_in(cell))


Made = tuple[list[Row], list[str]]
"""Rows of the evidence, and what a reader must know of them."""


def _count(_: Wanted, __: Columns, ___: Selection, rows: Sequence[RawRow]) -> Made:
    return [Row(_id(row), label=title_of(row)) for row in rows], []


def _values(_: Wanted, columns: Columns, selection: Selection, rows: Sequence[RawRow]) -> Made:
    """Sum and average: a row that nobody filled stays, without a value."""
    return [_valued(row, columns, selection) for row in rows], []


def _latest(wanted: Wanted, columns: Columns, selection: Selection, rows: Sequence[RawRow]) -> Made:
    first = newest(rows, columns.by, wanted.calendar)
    if not first:
        return [], []
    made = [_valued(row, columns, selection) for row in first]
    if made[0].value is None:
        raise DataError(f"the newest one, {name_of(first[0])}, has no value yet.", hint="Fill it.")
    if len({row.value for row in made}) == 1:
        return made[:1], []
    return made[:1], [_tied(first, columns.by, wanted.calendar)]


def _tied(rows: Sequence[RawRow], by: Property | None, calendar: Calendar) -> str:
    """That several rows are the newest; they are not named, for a row may be a person."""
    at = date_of(rows[0], by, calendar.zone)
    assert at is not None
    when = at.astimezone(calendar.zone).isoformat(" ", "minutes")[:16].removesuffix(" 00:00")
    shared = f"{len(rows)} rows share the latest {by.name if by else 'time of creation'} ({when})"
    if rows[0].get("created_time") != rows[1].get("created_time"):
        chosen = "the one created last counts"
    else:
        chosen = "they were created in the same minute, and the one with the larger id counts"
    return f"{shared} with different values: {chosen}"


def _done(_: Wanted, columns: Columns, selection: Selection, rows: Sequence[RawRow]) -> Made:
    found = columns.done
    assert found is not None
    is_done = (
        ticked_in
        if found.type in ("checkbox", "formula")
        else partial(_has_one, columns.complete, found)
    )
    made: list[Row] = []
    for row in rows:
        weight = _weight(row, columns.weight, selection)
        if weight is not None:
            value = Decimal(selection.told(row, found, is_done))
            made.append(Row(_id(row), value, weight, title_of(row)))
    left = len(rows) - len(made)
    return made, [f"{_counted(left)} without a weight: left out"] if left else []


_ROWS: Final[
    Mapping[MeasureKind, Callable[[Wanted, Columns, Selection, Sequence[RawRow]], Made]]
] = {
    "count": _count,
    "sum": _values,
    "average": _values,
    "done_ratio": _done,
    "latest": _latest,
}


def _valued(row: RawRow, columns: Columns, selection: Selection) -> Row:
    assert columns.value is not None
    return Row(_id(row), selection.number(row, columns.value), label=title_of(row))


def _weight(row: RawRow, found: Property | None, selection: Selection) -> Decimal | None:
    if found is None:
        return Decimal(1)
    weight = selection.number(row, found)
    if weight is not None and weight < 0:
        raise DataError(
            f'"{found.name}" of {name_of(row)} is {decimal_text(weight)}; a weight is 0 or more.',
            hint="Correct it there.",
        )
    return weight


def _frozen(
    live: Evidence, scope: Sequence[Row], elsewhere: Iterable[Row], missing: Collection[str]
) -> tuple[Evidence, list[str]]:
    """Only the rows of the first complete reading, with their weights as they were then."""
    now = {row.id: row for row in live.rows}
    known = {row.id: row for row in elsewhere} | now
    kept = [_then(known[row.id], row) if row.id in known else _gone(row, live) for row in scope]
    if live.formula == "count":
        kept = [row for row in kept if row.id in now]
    left = sum(row.id not in now for row in scope)
    added = len(now) - (len(scope) - left)
    said = f"frozen scope of {_counted(len(scope))}: {left} left the selection"
    gone = f" ({len(missing)} of them in the trash, or not to be seen any more)" if missing else ""
    notes = [f"{said}{gone}, {added} new ones do not count"]
    notes += [f"without the frozen scope the value is {_live(live)}"] if left or added else []
    rows = tuple(sorted(kept, key=lambda row: row.id))
    return replace(live, rows=rows, missing=tuple(sorted(missing))), notes


def _then(now: Row, frozen: Row) -> Row:
    return Row(now.id, now.value, frozen.weight, now.label or frozen.label)


def _gone(frozen: Row, live: Evidence) -> Row:
    """A row that is missing stays: not done in a ratio, without a value elsewhere."""
    value = Decimal(0) if live.formula == "ratio" else None
    return Row(frozen.id, value, frozen.weight, frozen.label)


def _live(evidence: Evidence) -> str:
    try:
        return decimal_text(re_add(evidence))
    except DataError:
        return "unknown (empty selection)"


def _unfilled(evidence: Evidence) -> Iterable[str]:
    unfilled = sum(row.value is None for row in evidence.rows)
    return [f"{_counted(unfilled)} without a value: left out"] if unfilled else []


def _counted(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _id(row: RawRow) -> str:
    return str(row.get("id"))
