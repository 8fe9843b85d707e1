"""Frozen scope: the issues of the first complete reading, and how they stand now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from okr_core.record.evidence import Row
from okr_jira.read import rows as reading
from okr_jira.read.binding import Measure
from okr_jira.read.rows import ZERO, Fetched


def missing(measure: Measure, live: Iterable[Row], frozen: Sequence[Row]) -> tuple[str, ...]:
    """Ids of the frozen scope that the selection no longer holds and that must be looked up.

    A count needs none: an issue that left the selection does not count.
    """
    if measure.kind == "count":
        return ()
    present = {row.id for row in live}
    return tuple(row.id for row in frozen if row.id not in present)


def kept(
    measure: Measure,
    live: Iterable[Row],
    frozen: Sequence[Row],
    looked_up: Fetched | None,
    field_ids: Sequence[str],
) -> list[Row]:
    """Rows of the frozen scope: its ids and weights with today's values.

    An issue that was deleted stays as not done (a share) or without a value (sum, average).

    Args:
        measure: What is computed.
        live: Rows of the selection as it is now.
        frozen: Rows of the first complete reading.
        looked_up: The missing issues that still exist.
        field_ids: Ids of the measure's field.
    """
    now = {row.id: row for row in live}
    if looked_up is not None:
        now.update(_elsewhere(measure, looked_up, field_ids))
    if measure.kind == "count":
        return [now[row.id] for row in frozen if row.id in now]
    if measure.kind == "done_ratio":
        return [_as_weighed(row, now.get(row.id)) for row in frozen]
    return [now.get(row.id, row._replace(value=None)) for row in frozen]


def deleted(live: Iterable[Row], frozen: Sequence[Row], looked_up: Fetched | None) -> int:
    """How many issues of the scope exist nowhere any more."""
    known = {row.id for row in live} | set(looked_up.ids if looked_up else ())
    return sum(row.id not in known for row in frozen)


def _as_weighed(then: Row, now: Row | None) -> Row:
    return then._replace(value=ZERO if now is None else now.value)


def _elsewhere(measure: Measure, fetched: Fetched, field_ids: Sequence[str]) -> dict[str, Row]:
    if measure.kind == "done_ratio":
        rows = reading.done_by_status(fetched)
    else:
        rows = reading.valued(fetched, field_ids)
    return {row.id: row for row in rows}
