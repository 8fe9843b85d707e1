"""Key results: each with its state, its way, its last word, its outlook and its provenance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from okr_core.plan.metrics import Line, Metric
from okr_core.plan.plan import KeyResult, State
from okr_core.progress.bands import Verdict
from okr_core.progress.progress import progress_of
from okr_core.progress.trends import TrendLine
from okr_core.record.entries import CheckIn, Reading
from okr_core.record.score_records import ForecastRecord
from okr_core.score.recording import as_fraction
from okr_core.score.scores import Score
from okr_core.words.formula import formula_text
from okr_core.words.vocabulary import Basis, Method, Shown
from okr_report.report_facts import Look, Named, ReportFacts

SAMPLE = 10
"""Rows that are named; `okr explain` lists all."""


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
        metric: In force or, once it has ended, as first agreed.
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
        verdict: What a band is judged by over time.
        broken_at: Since when one that must always hold does not; None also where it is reached all
            the same, by a person's word.
        agreed: What its score goes by; None without a score, or before the end.
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
    verdict: Verdict | None
    broken_at: datetime | None
    agreed: AgreedTerms | None


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """What a key result's score goes by, as first agreed."""

    metric: Metric
    due: date


def key_result_view(facts: ReportFacts, kr: KeyResult) -> KeyResultView:
    """A key result of the plan in force."""
    known = facts.standing(kr.id)
    waiting = known.suspect
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
        metric=facts.snapshot.metric_of(kr),
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
        waiting=SuspectValue(waiting.id, waiting.value, waiting.at, waiting.reason)
        if waiting
        else None,
        unavailable=(failure.reason, failure.hint) if failure else None,
        way=_trend(facts.snapshot.trend.times, facts.snapshot.trend.items.get(kr.id)),
        provenance=provenance_view(facts, kr),
        look=facts.look(kr),
        verdict=known.verdict,
        broken_at=known.broken_at,
        agreed=_agreed(facts, kr),
    )


def _agreed(facts: ReportFacts, kr: KeyResult) -> AgreedTerms | None:
    score, agreed = facts.score(kr.id), facts.agreed.key_results_by_id.get(kr.id)
    if score is None or score.guard or not score.final or agreed is None or score.due is None:
        return None
    return AgreedTerms(agreed.metric, score.due)


def _last_check_in(facts: ReportFacts, item: str) -> LastCheckIn | None:
    said = [
        LastCheckIn(facts.named(entry.by), entry.at, body.confidence, body.note)
        for entry in facts.snapshot.entries.get(item, ())
        if isinstance(body := entry.body, CheckIn) and (body.note or body.confidence is not None)
    ]
    return max(said, key=lambda check_in: check_in.at, default=None)


def _trend(times: Sequence[datetime], line: TrendLine | None) -> tuple[TrendPoint, ...]:
    if line is None:
        return ()
    columns = (times, line.progress, line.expected, line.confidence, line.values)
    return tuple(TrendPoint(*row) for row in zip(*columns, strict=True))


@dataclass(frozen=True, slots=True)
class ForecastBand:
    """Where the value is expected to be on the due day: a band with a line.

    Attributes:
        values: P10, P50 and P90, in the metric's unit; P10 is the farthest from the target.
        shares: The same as raw progress: below 0 and above 1 where they lie beyond the ends.
        error: Mean absolute error of the method so far, in the metric's unit.
    """

    values: tuple[Decimal, Decimal, Decimal]
    shares: tuple[Fraction, Fraction, Fraction]
    method: Method
    error: Decimal | None


@dataclass(frozen=True, slots=True)
class ForecastView:
    """What is to be expected of a key result, as the last scoring run stored it.

    Attributes:
        basis: What `hit` rests on.
        hit: Probability that the target is reached on the due day, in [0, 1].
        band: None without a forecast, with the `reason`.
    """

    basis: Basis
    hit: Fraction | None
    readings: int
    reason: str
    band: ForecastBand | None


def forecast_view(
    metric: Metric, record: ForecastRecord | None, as_of: datetime
) -> ForecastView | None:
    """The outlook of a key result; None where no scoring run has looked at it, or it is over."""
    if record is None:
        return None
    band = _band(metric, record, as_of)
    return ForecastView(record.basis, as_fraction(record.hit), record.readings, record.reason, band)


def _band(metric: Metric, record: ForecastRecord, as_of: datetime) -> ForecastBand | None:
    low, middle, high = record.p10, record.p50, record.p90
    if low is None or middle is None or high is None or record.method is None:
        return None
    if not isinstance(metric, Line):
        return None
    shares = [_share(metric, value, as_of) for value in (low, middle, high)]
    p10, p50, p90 = shares
    if p10 is None or p50 is None or p90 is None:
        return None
    return ForecastBand((low, middle, high), (p10, p50, p90), record.method, record.error)


def _share(metric: Metric, value: Decimal, as_of: datetime) -> Fraction | None:
    return progress_of(metric, [Reading(at=as_of, value=value)], as_of).raw


@dataclass(frozen=True, slots=True)
class ProvenanceView:
    """Where a key result's number comes from: the same as `okr explain` says.

    Attributes:
        reading: Id of the reading that counts, empty where there is none.
        source: `manual`, or kind and connection such as `jira:acme`.
        query: What was asked, empty for people's values.
        link: Address at the source that a person can open, empty if there is none.
        formula: How the value becomes progress, with its numbers.
        observed_at: When it was looked up.
        revision: Number of the plan revision under which it was read.
        rows: Rows that counted.
        sample: The first of them: id or key, and the value with which it counted.
        complete: Whether all rows were read; None for people's values.
        digest: Of the evidence, empty without one.
        by: Person who said so, empty for a source.
        note: Such as that the value was reconstructed, or accepted by a person.
    """

    reading: str = ""
    source: str = ""
    query: str = ""
    link: str = ""
    formula: str = ""
    observed_at: datetime | None = None
    revision: int = 0
    rows: int = 0
    sample: tuple[tuple[str, Decimal | None], ...] = ()
    complete: bool | None = None
    digest: str = ""
    by: str = ""
    note: str = ""


def provenance_view(facts: ReportFacts, kr: KeyResult) -> ProvenanceView | None:
    """Where the number of a key result comes from; None where nobody may know or nothing is."""
    told = facts.report_input.provenance.get(kr.id)
    if told is None:
        return None
    known = facts.standing(kr.id)
    formula = formula_text(facts.snapshot.metric_of(kr), known.current, known.progress.raw)
    reading, evidence = told.reading, told.evidence
    if reading is None:
        return ProvenanceView(formula=formula)
    return ProvenanceView(
        reading=reading.id,
        source=reading.source,
        query=evidence.query if evidence else "",
        link=evidence.link if evidence else "",
        formula=formula,
        observed_at=reading.observed_at or reading.at,
        revision=reading.revision,
        rows=len(evidence.rows) if evidence else 0,
        sample=tuple((row.label or row.id, row.value) for row in evidence.rows[:SAMPLE])
        if evidence
        else (),
        complete=evidence.complete if evidence else None,
        digest=reading.evidence,
        by=reading.by,
        note=told.note,
    )
