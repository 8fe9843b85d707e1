"""Queries: the readings that were live at a time, all of them or only those that count."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    FromClause,
    Row,
    ScalarSelect,
    Select,
    func,
    or_,
    select,
    union_all,
)

from okr_core.record.entries import Reading
from okr_core.record.readings import MANUAL
from okr_store.database import names_in, streamed
from okr_store.private import person_of, public_id
from okr_store.tables import people, readings, texts

COUNTING = ("observed", "suspect")


@dataclass(frozen=True, slots=True)
class ReadingFilter:
    """Which readings are wanted.

    Attributes:
        as_of: As the store would have answered then; None: as it answers now.
        key_results: Only of these; None: all.
        history: Of these all readings, of the others the latest only; None: all of all.
    """

    as_of: datetime | None
    key_results: Collection[str] | None = None
    history: Collection[str] | None = None


def reading_rows(source: FromClause = readings) -> Select[Any]:
    """Select readings with the words and the person behind them."""
    joined = source.outerjoin(people, people.c.subject == readings.c.by).outerjoin(
        texts, texts.c.id == readings.c.reason
    )
    return select(readings, people.c.person, texts.c.text.label("words")).select_from(joined)


def reading_of(row: Row[Any]) -> Reading:
    """The reading that a row of `reading_rows` holds."""
    return Reading(
        at=row.at,
        value=row.value,
        key_result=row.key_result,
        part=row.part,
        sequence=row.sequence,
        id=public_id("r", row.sequence),
        state=row.state,
        source=row.source,
        as_of=row.as_of,
        observed_at=row.observed_at,
        supersedes="" if row.supersedes is None else public_id("r", row.supersedes),
        reason=row.words or "",
        until=row.until,
        evidence=row.evidence or "",
        revision=row.revision,
        by=person_of(row.by, row.person),
    )


def stream_readings(connection: Connection, cycle: str, wanted: ReadingFilter) -> Iterator[Reading]:
    """Live readings by key result, part, time and sequence."""
    c = readings.c
    if wanted.history is None:
        conditions = [*_live(readings, cycle, wanted.as_of), *_of(connection, wanted.key_results)]
    else:
        conditions = [c.sequence.in_(_chosen(connection, cycle, wanted))]
    statement = reading_rows().where(*conditions)
    ordered = statement.order_by(c.key_result, c.part, c.at, c.sequence)
    yield from map(reading_of, streamed(connection, ordered))


def every_reading(connection: Connection, cycle: str, names: Collection[str]) -> Iterator[Reading]:
    """Readings of key results in any state, superseded ones too, in the order of recording."""
    c = readings.c
    statement = reading_rows().where(c.cycle == cycle, *_of(connection, names))
    yield from map(reading_of, streamed(connection, statement.order_by(c.sequence)))


def _of(connection: Connection, names: Collection[str] | None) -> list[ColumnElement[bool]]:
    return [] if names is None else [names_in(connection, readings.c.key_result, names)]


def _live(table: FromClause, cycle: str, as_of: datetime | None) -> list[ColumnElement[bool]]:
    """A reading that counts or is suspect, and that no other had replaced by then."""
    c, later = table.c, readings.alias("later")
    conditions = [c.cycle == cycle, c.state.in_(COUNTING)]
    # Of all cycles: corrections are few, and their own small index finds them.
    replaced: list[ColumnElement[bool]] = [later.c.supersedes.is_not(None)]
    if as_of is not None:
        conditions += [c.at <= as_of, or_(c.decided_at.is_(None), c.decided_at <= as_of)]
        replaced.append(later.c.decided_at <= as_of)
    return [*conditions, c.sequence.not_in(select(later.c.supersedes).where(*replaced))]


def _chosen(connection: Connection, cycle: str, wanted: ReadingFilter) -> CompoundSelect[Any]:
    """Per part the newest readings that may count; all of the key results in history.

    The newest observed one may be a manual one that does not count where a source is bound (that
    depends on the plan), so the newest that has an end, the newest of a source and a suspect one
    after that come along. They are often the same, and each is one index probe: faster than a
    window over everything that was ever read.
    """
    c, r = readings.c, readings.alias("r")
    parts = select(c.key_result, c.part).where(
        c.cycle == cycle, *_of(connection, wanted.key_results)
    )
    each = parts.distinct().subquery("each")
    live = _live(r, cycle, wanted.as_of)
    holding = [*live]
    if wanted.as_of is not None:  # an observed value that has run out gives way
        holds = or_(r.c.until.is_(None), r.c.until > wanted.as_of)
        holding.append(or_(holds, r.c.state == "suspect"))
    suspect, observed = r.c.state == "suspect", r.c.state == "observed"
    sourced = r.c.source != MANUAL
    probes: list[ColumnElement[Any]] = [
        _newest(each, r, [*holding, or_(suspect, sourced)]),
        # Where none holds any more, the last that ran out tells why there is no value.
        func.coalesce(_newest(each, r, [*holding, observed]), _newest(each, r, [*live, observed])),
        _newest(each, r, [*holding, observed, or_(sourced, r.c.until.is_not(None))]),
        _newest(each, r, [*holding, observed, sourced]),
    ]
    newest = [select(probe).select_from(each) for probe in probes]
    if not wanted.history:
        return union_all(*newest)
    every = select(c.sequence).where(
        *_live(readings, cycle, wanted.as_of),
        *_of(connection, wanted.key_results),
        names_in(connection, c.key_result, wanted.history),
    )
    return union_all(*newest, every)


def _newest(
    each: FromClause, r: FromClause, conditions: list[ColumnElement[bool]]
) -> ScalarSelect[Any]:
    newest = select(r.c.sequence).where(
        r.c.key_result == each.c.key_result, r.c.part == each.c.part, *conditions
    )
    ordered = newest.order_by(r.c.at.desc(), r.c.sequence.desc()).limit(1)
    return ordered.correlate(each).scalar_subquery()
