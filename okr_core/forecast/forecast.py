"""Forecast: where a key result will be on its due day, how sure that is, and on what it rests."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from okr_core.basics.days import in_utc
from okr_core.forecast.series import STEPS, Sample, Series, ends_of_line, resample
from okr_core.plan.plan import KeyResult, Plan
from okr_core.progress.derived import Derivations
from okr_core.progress.pace import expected_progress, last_check_in
from okr_core.progress.progress import progress_of
from okr_core.record.entries import Entry, Reading
from okr_core.record.readings import counting_readings
from okr_core.words.vocabulary import Basis, Method

if TYPE_CHECKING:  # numpy takes longer to load than most commands to run
    from okr_core.forecast.band import Estimate

ENOUGH = 6
"""Readings, one per step of the cadence, from which there is a forecast."""
DIGITS = 6
"""Significant digits of a forecast value: an estimate has no more."""


class Forecast(NamedTuple):
    """What is to be expected of one key result.

    Attributes:
        id: Of the key result.
        basis: What `hit` rests on: the `forecast`; the actual value, since its due day has passed
            (`reached_due`); the last `confidence`; the `blind` estimate; or nothing (`none`).
        hit: Probability that the target is reached on the due day, in [0, 1].
        method: Which one was chosen; None without a forecast.
        p10: Value on the due day, in the metric's unit: nine of ten paths end nearer to the
            target or beyond; of a decreasing key result it is the highest of the three.
        p50: The forecast itself.
        p90: One of ten paths ends nearer to the target or beyond.
        error: Mean absolute error of the method so far, in the metric's unit.
        readings: Readings behind it, one per step of the cadence.
        reason: Why there is no forecast, empty where there is one.
    """

    id: str
    basis: Basis
    hit: Fraction | None
    method: Method | None = None
    p10: Decimal | None = None
    p50: Decimal | None = None
    p90: Decimal | None = None
    error: Decimal | None = None
    readings: int = 0
    reason: str = ""


def forecasts(
    plan: Plan,
    readings: Mapping[str, Sequence[Reading]],
    entries: Mapping[str, Sequence[Entry]],
    as_of: datetime,
    days_off: Collection[date] = (),
    *,
    blind: Mapping[str, Decimal] | None = None,
) -> dict[str, Forecast]:
    """A forecast of every active key result, by id, in the order of the plan.

    Numbers on a line with at least 6 readings, one per step of the cadence, are forecast: readings
    are resampled to the cadence; last value, pace, Theil-Sen and damped Holt compete by mean
    absolute error over rolling origins; the band comes from simulated paths, seeded by the key
    result's id, so that the same data always give the same numbers. For all others P(hit) is the
    last confidence ÷ 10, else the blind estimate, else None. Sources: `okr_core.forecast.methods`
    and `okr_core.forecast.band` name those of each step.

    P10 to P90 holds about 80 % of the ends over many key results, not of every kind alike: more
    where progress is straight, less where it comes in steps or bends without the plan saying so
    (`benchmarks/forecast.py`).

    Args:
        plan: The current plan, its starts filled in (`Plan.resolved`); its targets count.
        readings: Key result → its readings, in any order.
        entries: Key result → its entries; check-ins count.
        as_of: Aware time; later readings and entries do not count.
        days_off: Holidays, for the pace `workdays`.
        blind: Key result → probability that the team estimated blindly.

    Raises:
        ValueError: `as_of` has no time zone.
    """
    forecasting = _Forecasting(plan, in_utc(as_of), days_off)
    found: dict[str, Forecast] = {}
    ready: list[Series] = []
    derivations = Derivations(plan, readings)
    for kr in plan.weighed_key_results:  # a guard has no target to hit
        known = readings.get(kr.id, ())
        if kr.derivation is not None:
            known = derivations.of(kr, forecasting.as_of).readings
        prepared = forecasting.prepare(kr, known)
        if isinstance(prepared, Series):
            ready.append(prepared)
        found[kr.id] = _without(
            kr.id, prepared, entries.get(kr.id, ()), forecasting.as_of, (blind or {}).get(kr.id)
        )
    if ready:
        from okr_core.forecast.band import estimate  # noqa: PLC0415 - numpy: only if needed

        found.update((each.series.id, _stated(each)) for each in estimate(ready))
    return found


class _Not(NamedTuple):
    """Why there is no forecast; `hit` where the outcome is known already."""

    reason: str
    readings: int = 0
    hit: Fraction | None = None


@dataclass
class _Forecasting:
    """One forecast of a whole plan: expectations that many key results share are kept."""

    plan: Plan
    as_of: datetime
    days_off: Collection[date]

    def __post_init__(self) -> None:
        self._expected: dict[tuple[str, date, date, date], float] = {}
        self._ends: dict[date, datetime] = {}

    def prepare(self, kr: KeyResult, readings: Sequence[Reading]) -> Series | _Not:
        """The series of a key result, or why there is none."""
        ends = self._end_of(self.plan.due_of(kr))
        if self.as_of >= ends:
            return self._over(kr, readings, ends)
        line = ends_of_line(kr.metric)
        if line is None:
            return _Not("only a number between a baseline and a target is forecast")
        counting = counting_readings(readings, self.as_of, bound=kr.bound)
        sample = resample([r for r in counting if not r.part], STEPS[kr.cadence])
        seen = 0 if sample is None else sample.observed
        if sample is None or seen < ENOUGH:
            return _Not(f"insufficient data: {seen} of {ENOUGH} {kr.cadence} readings", seen)
        return self._ready(kr, line, sample, ends)

    def _ready(
        self, kr: KeyResult, line: tuple[Decimal, Decimal], sample: Sample, ends: datetime
    ) -> Series:
        step = STEPS[kr.cadence]
        baseline, target = line
        way = target - baseline
        count = len(sample.values)
        length = ends - self.plan.cycle.start_of(self.plan.starts_of(kr))
        return Series(
            kr.id,
            baseline,
            target,
            [float((value - baseline) / way) for value in sample.values],
            [self._expect(kr, sample.ends - step * back) for back in range(count - 1, -1, -1)],
            1.0,
            (ends - sample.ends) / step,
            min(step / length, 1.0) if length > timedelta(0) else 1.0,
            sample.observed,
        )

    def _expect(self, kr: KeyResult, at: datetime) -> float:
        starts, due = self.plan.starts_of(kr), self.plan.due_of(kr)
        day = self.plan.cycle.day_of(at)
        if kr.pace.steps:
            return float(expected_progress(kr.pace, starts, due, day, self.days_off) or 0)
        key = (kr.pace.curve, starts, due, day)
        if key not in self._expected:
            expected = expected_progress(kr.pace, starts, due, day, self.days_off)
            self._expected[key] = float(expected or 0)
        return self._expected[key]

    def _over(self, kr: KeyResult, readings: Sequence[Reading], ends: datetime) -> _Not:
        last = ends - timedelta.resolution
        reached = progress_of(kr.metric, readings, last, cadence=kr.cadence, bound=kr.bound)
        hit = None if reached.clamped is None else Fraction(int(reached.clamped == 1))
        return _Not("its due day has passed", hit=hit)

    def _end_of(self, due: date) -> datetime:
        if due not in self._ends:
            self._ends[due] = self.plan.cycle.end_of(due)
        return self._ends[due]


def _without(
    name: str,
    prepared: Series | _Not,
    entries: Sequence[Entry],
    as_of: datetime,
    blind: Decimal | None,
) -> Forecast:
    """What is said without a forecast: confidence, else the blind estimate, else nothing."""
    if isinstance(prepared, Series):
        return Forecast(name, "none", None)
    if prepared.hit is not None:
        return Forecast(name, "reached_due", prepared.hit, reason=prepared.reason)
    basis, hit = _said(entries, as_of, blind)
    return Forecast(name, basis, hit, readings=prepared.readings, reason=prepared.reason)


def _said(
    entries: Sequence[Entry], as_of: datetime, blind: Decimal | None
) -> tuple[Basis, Fraction | None]:
    confidence, _ = last_check_in(entries, as_of)
    if confidence is not None:
        return "confidence", Fraction(confidence, 10)
    return ("none", None) if blind is None else ("blind", Fraction(blind))


def _stated(estimate: Estimate) -> Forecast:
    series = estimate.series
    p10, p50, p90 = (_in_unit(series, p) for p in estimate.percentiles)
    error = _rounded(abs(series.target - series.baseline) * Decimal(estimate.error))
    return Forecast(
        series.id,
        "forecast",
        estimate.hit,
        estimate.method,
        p10,
        p50,
        p90,
        error,
        series.observed,
    )


def _in_unit(series: Series, way: float) -> Decimal:
    return _rounded(series.baseline + (series.target - series.baseline) * Decimal(way))


def _rounded(value: Decimal) -> Decimal:
    """To `DIGITS` significant digits, without an exponent."""
    return Decimal(format(Decimal(f"{value:.{DIGITS}g}"), "f"))
