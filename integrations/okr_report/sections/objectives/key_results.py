"""Key results: each with its state, its way, its last word, its outlook and its provenance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from okr_core.plan.metrics import Metric
from okr_core.plan.plan import KeyResult, State
from okr_core.progress.trends import TrendLine
from okr_core.record.entries import CheckIn, Entry, Reading
from okr_core.score.scores import Score
from okr_core.words.vocabulary import Shown
from okr_report.report_facts import Look, Named, ReportFacts
from okr_report.sections.objectives.outlook import ForecastView, forecast_view
from okr_report.sections.objectives.provenance import ProvenanceView, provenance_view


@dataclass(frozen=True, slots=True)
class LastCheckIn:
    """The last check-in with a note or a confidence.

    Attributes:
        confidence: 0 to 10; None where the person said none.
    """

    by: Named | None
    at: datetime
    confidence: int | None
    note: str


@dataclass(frozen=True, slots=True)
class SuspectValue:
    """A value that waits for a person's word."""

    reading: str
    value: Decimal
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One time on the way; None: unknown then.

    Attributes:
        progress: In [0, 1].
        expected: In [0, 1]; of an objective the weighted mean of its active key results'.
    """

    at: datetime
    progress: Fraction | None
    expected: Fraction | None
    confidence: int | None = None
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class KeyResultView:
    """A key result with everything that is said about it.

    Attributes:
        role: Accountable; an owner is their own role.
        holders: Who holds that role; empty where it is a person's own.
        current: The value that counts.
        progress: In [0, 1]; None with the `reason`.
        raw: Progress before it is kept between 0 and 1.
        expected: Progress that should be reached by now; None without a pace.
        status: As displayed: stale data loses its green; None where the audience may not see it.
        outlook: The forecast, placed on the way from baseline to target; None once it is over.
        score: None without a scorecard, or where the item is not in it.
        unavailable: Why the last sync could not read it, and what to do.
        way: Week by week.
        provenance: Where the number comes from; None where the audience may not see it, or
            nothing was said.
        look: The word and mark that it shows; None where the audience may see neither.
    """

    id: str
    title: str
    state: State
    state_reason: str
    weight: Decimal
    role: Named | None
    holders: tuple[Named, ...]
    metric: Metric
    current: Decimal | None
    progress: Fraction | None
    raw: Fraction | None
    reason: str
    expected: Fraction | None
    gap: Fraction | None
    status: Shown | None
    stale: bool
    confidence: int | None
    observed_at: datetime | None
    starts: date
    due: date
    cadence: str
    outlook: ForecastView | None
    score: Score | None
    word: LastCheckIn | None
    waiting: SuspectValue | None
    unavailable: tuple[str, str] | None
    way: tuple[TrendPoint, ...]
    provenance: ProvenanceView | None
    look: Look | None


def key_result_view(facts: ReportFacts, kr: KeyResult) -> KeyResultView:
    """A key result of the plan in force."""
    known = facts.standing(kr.id)
    role = facts.plan.role_of(kr)
    failure = facts.snapshot.unavailable.get(kr.id)
    return KeyResultView(
        id=kr.id,
        title=kr.title,
        state=kr.state,
        state_reason=kr.state_reason,
        weight=kr.weight,
        role=facts.role(role),
        holders=facts.holders(role),
        metric=kr.metric,
        current=known.current,
        progress=known.progress.clamped,
        raw=known.progress.raw,
        reason=known.progress.reason,
        expected=known.expected,
        gap=known.gap,
        status=known.shown if facts.sees("progress") else None,
        stale=known.stale,
        confidence=known.confidence,
        observed_at=known.observed_at,
        starts=facts.plan.starts_of(kr),
        due=facts.plan.due_of(kr),
        cadence=kr.cadence,
        outlook=forecast_view(kr.metric, facts.forecast(kr), facts.as_of),
        score=facts.score(kr.id),
        word=_last_check_in(facts, kr.id),
        waiting=_suspect_value(known.suspect),
        unavailable=(failure.reason, failure.hint) if failure else None,
        way=_trend(facts.snapshot.trend.times, facts.snapshot.trend.items.get(kr.id)),
        provenance=provenance_view(facts, kr),
        look=facts.look(kr),
    )


def _suspect_value(reading: Reading | None) -> SuspectValue | None:
    if reading is None:
        return None
    return SuspectValue(reading.id, reading.value, reading.at, reading.reason)


def _last_check_in(facts: ReportFacts, item: str) -> LastCheckIn | None:
    said = [
        (entry, entry.body)
        for entry in facts.snapshot.entries.get(item, ())
        if isinstance(entry.body, CheckIn)
        and (entry.body.note or entry.body.confidence is not None)
    ]
    if not said:
        return None
    entry, body = max(said, key=lambda pair: pair[0].at)
    return LastCheckIn(said_by(facts, entry), entry.at, body.confidence, body.note)


def said_by(facts: ReportFacts, entry: Entry) -> Named | None:
    """Who said something; None for a flow, and where the audience may not see people."""
    return Named(entry.by, facts.person(entry.by)) if entry.by else None


def _trend(times: Sequence[datetime], line: TrendLine | None) -> tuple[TrendPoint, ...]:
    if line is None:
        return ()
    columns = (times, line.progress, line.expected, line.confidence, line.values)
    return tuple(TrendPoint(*row) for row in zip(*columns, strict=True))
