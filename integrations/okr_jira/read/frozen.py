"""Frozen scope: the issues of the first complete reading, and how they stand now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from okr_core.record.evidence import Row
from okr_jira.read import rows as reading
from okr_jira.read.binding import Measure
from okr_jira.read.rows import ZERO, Fetched, NumberField


def left(live: Iterable[Row], frozen: Sequence[Row]) -> tuple[str, ...]:
    """Ids of the frozen scope that the selection no longer holds and that must be looked up.

    A count does not count them, but it must know whether they are still there.
    """
    present = {row.id for row in live}
    return tuple(row.id for row in frozen if row.id not in present)


def missing(
    live: Iterable[Row], frozen: Sequence[Row], looked_up: Fetched | None
) -> tuple[str, ...]:
    """Ids of the frozen scope that are found nowhere: deleted, or hidden from the token's user.

    Jira says the same of both.
    """
    known = {row.id for row in live} | set(looked_up.ids if looked_up else ())
    return tuple(sorted(row.id for row in frozen if row.id not in known))


def kept(
    measure: Measure,
    live: Iterable[Row],
    frozen: Sequence[Row],
    looked_up: Fetched | None,
    field: NumberField,
) -> list[Row]:
    """Rows of the frozen scope: its ids and weights with today's values.

    An issue that is found nowhere stays as not done (a share) or without a value (sum, average).

    Args:
        measure: What is computed.
        live: Rows of the selection as it is now.
        frozen: Rows of the first complete reading.
        looked_up: The issues that left the selection and are still there.
        field: The measure's field.
    """
    now = {row.id: row for row in live}
    if measure.kind == "count":
        return [now[row.id] for row in frozen if row.id in now]
    if looked_up is not None:
        now.update(_elsewhere(measure, looked_up, field))
    if measure.kind == "done_ratio":
        return [_as_weighed(row, now.get(row.id)) for row in frozen]
    return [now.get(row.id, row._replace(value=None)) for row in frozen]


def _as_weighed(then: Row, now: Row | None) -> Row:
    return then._replace(value=ZERO if now is None else now.value)


def _elsewhere(measure: Measure, fetched: Fetched, field: NumberField) -> dict[str, Row]:
    if measure.kind == "done_ratio":
        rows = reading.done_by_status(fetched)
    else:
        rows = reading.valued(fetched, field)
    return {row.id: row for row in rows}
