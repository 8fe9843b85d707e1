"""Bands: how readings over time become one judgement of a value that should be kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple, TypeGuard

from okr_core.plan.metrics import AtLeast, AtMost, Band, Judge, Metric, Within
from okr_core.record.entries import Reading

ZERO = Fraction(0)
ONE = Fraction(1)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """The time over which readings are judged.

    Attributes:
        ends: Aware; a reading at that very time is the last that counts.
        lasts: How long a reading holds where none follows: its cadence and the grace.
        begins: Aware; None: the first reading.
        bound: Whether a source supplies the readings; see `counting_readings`.
    """

    ends: datetime
    lasts: timedelta
    begins: datetime | None = None
    bound: bool = False

    def end_of(self, reading: Reading) -> datetime:
        """When a reading stops to hold where none follows, in UTC."""
        end = reading.at.astimezone(UTC) + self.lasts
        return min(end, reading.until) if reading.until else end


class Verdict(NamedTuple):
    """What a band is judged by.

    Attributes:
        progress: In [0, 1].
        value: What the judge looked at: the newest value, the worst one or the average, in the
            metric's unit; of `share` the share of the time that holds, in [0, 1].
        at: Of the judge `worst` when the worst value was read; None for the others.
        broken_at: Of the judge `worst` when it first did not hold; None: it always did.
    """

    progress: Fraction
    value: Fraction
    at: datetime | None = None
    broken_at: datetime | None = None


BANDS: frozenset[type] = frozenset({AtLeast, AtMost, Within})


def judged_over_time(metric: Metric) -> TypeGuard[Band]:
    """Whether it is a band for whose judgement earlier readings count too."""
    return type(metric) in BANDS and metric.judge != "latest"  # type: ignore[union-attr]


def holds(metric: Band, value: Decimal | Fraction) -> bool:
    """Whether a value lies in the band; its bounds do."""
    if type(metric) is AtLeast:
        return value >= metric.bound
    if type(metric) is AtMost:
        return value <= metric.bound
    assert type(metric) is Within
    return metric.low <= value <= metric.high


def judged(metric: Band, readings: Sequence[Reading], span: Span) -> Verdict | None:
    """Progress of a band in [0, 1] by its judge, and what it is judged by.

    `latest`: whether the newest reading holds. `worst`: whether each does. `average`: whether
    their mean, weighted by time, does. `share`: time that holds ÷ all time of the span ÷ goal, at
    most 1. Time that no reading covers is left out of `average`; for `share` it does not hold,
    else whoever is silent in bad weeks would have the better share. Where no time has passed yet,
    both judge the newest reading. A reading that still held when the span began is part of it.
    Drift beyond a bound earns nothing.

    Sources: UpRaise on values to maintain, bounds included; `share` is a service level indicator
    over its objective (Beyer et al. 2016, Site Reliability Engineering, chapter 4).

    Args:
        metric: The band.
        readings: Those that count, oldest first.
        span: Which time is judged.

    Returns:
        None where no reading lies in the span.
    """
    within = [r for r in readings if r.at <= span.ends and _reaches(r, span)]
    if span.begins is not None:
        begun = sum(r.at <= span.begins for r in within)
        within = within[max(begun - 1, 0) :]
    if not within:
        return None
    if metric.judge == "share":
        return _share(metric, within, span)
    return _JUDGES[metric.judge](metric, within, _lengths(within, span))


def _reaches(reading: Reading, span: Span) -> bool:
    return span.begins is None or reading.at >= span.begins or span.end_of(reading) > span.begins


def _lengths(readings: Sequence[Reading], span: Span) -> list[int]:
    """Microseconds for which each reading held."""
    times = [*(r.at.astimezone(UTC) for r in readings), span.ends.astimezone(UTC)]
    lengths = []
    for reading, (at, following) in zip(readings, pairwise(times), strict=True):
        begins = at if span.begins is None else max(at, span.begins)
        lengths.append(max((min(following, span.end_of(reading)) - begins) // _TICK, 0))
    return lengths


def _latest(metric: Band, readings: Sequence[Reading], _: Sequence[int]) -> Verdict:
    value = readings[-1].value
    return Verdict(ONE if holds(metric, value) else ZERO, Fraction(value))


def _worst(metric: Band, readings: Sequence[Reading], _: Sequence[int]) -> Verdict:
    worst = max(readings, key=lambda reading: _beyond(metric, reading.value))
    broken = next((r.at for r in readings if not holds(metric, r.value)), None)
    return Verdict(ONE if broken is None else ZERO, Fraction(worst.value), worst.at, broken)


def _beyond(metric: Band, value: Decimal) -> Decimal:
    """How far a value lies beyond the bound, or beyond the nearer one; negative inside."""
    if type(metric) is AtLeast:
        return metric.bound - value
    if type(metric) is AtMost:
        return value - metric.bound
    assert type(metric) is Within
    return max(metric.low - value, value - metric.high)


def _average(metric: Band, readings: Sequence[Reading], lengths: Sequence[int]) -> Verdict:
    covered = sum(lengths)
    if not covered:
        return _latest(metric, readings, lengths)
    weighted = (Fraction(r.value) * length for r, length in zip(readings, lengths, strict=True))
    mean = sum(weighted, ZERO) / covered
    return Verdict(ONE if holds(metric, mean) else ZERO, mean)


def _share(metric: Band, readings: Sequence[Reading], span: Span) -> Verdict:
    lengths = _lengths(readings, span)
    begins = span.begins if span.begins is not None else readings[0].at
    whole = (span.ends.astimezone(UTC) - begins.astimezone(UTC)) // _TICK
    if whole <= 0:
        now = ONE if holds(metric, readings[-1].value) else ZERO
        return Verdict(now, now)
    held = Fraction(
        sum(length for r, length in zip(readings, lengths, strict=True) if holds(metric, r.value)),
        whole,
    )
    return Verdict(min(held / Fraction(metric.goal), ONE), held)


_JUDGES: dict[Judge, Callable[[Band, Sequence[Reading], Sequence[int]], Verdict]] = {
    "latest": _latest,
    "worst": _worst,
    "average": _average,
}
