"""Way: the values of a key result over its cycle, as a chart and as a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction

from okr_core.plan.metrics import Decrease, Increase
from okr_core.plan.plan import KeyResult
from okr_core.progress.pace import expected_progress
from okr_core.record.entries import Reading
from okr_core.words.figures import target_of
from okr_web.drawing.chart import Chart, Day, Point
from okr_web.pages.items import Facts
from okr_web.voice import Voice, is_numeric

_STEPS = 24
"""Places at which the expected way is drawn."""


def _observed(facts: Facts, kr: KeyResult) -> list[Reading]:
    live = facts.snapshot.readings.get(kr.id, ())
    return [each for each in live if each.state == "observed" and not each.part]


def chart_of(facts: Facts, kr: KeyResult) -> Chart | None:
    """The chart of a key result; None where it is no number, or has no two values yet."""
    readings = _observed(facts, kr)
    if len(readings) < 2 or not is_numeric(kr.metric):
        return None
    voice, cycle = facts.voice, facts.cycle
    starts, ends = cycle.start_of(cycle.starts), cycle.end_of(cycle.ends)

    def place(at: datetime) -> float:
        return (at - starts) / (ends - starts)

    aim = target_of(kr.metric)
    unit = kr.metric.unit
    today = facts.snapshot.as_of
    middle = [Day(place(today), voice.day(today))] if 0.15 < place(today) < 0.85 else []
    last = readings[-1]
    value = voice.value(kr.metric, last.value)
    return Chart(
        points=tuple(Point(place(r.at), float(r.value), bool(r.by)) for r in readings),
        expected=tuple(_way(facts, kr)),
        target=None if aim is None else (float(aim), voice.figure(aim, unit)),
        days=(
            Day(0, voice.day(cycle.starts)),
            *middle,
            Day(1, voice.day(cycle.ends)),
        ),
        now=value,
        target_word=voice("target_word"),
        expected_word=voice("expected_word"),
        label=voice(
            "chart_label",
            title=kr.title,
            first=voice.value(kr.metric, readings[0].value),
            first_day=voice.day(readings[0].at),
            last=value,
            last_day=voice.day(last.at),
            asked=voice.asked(kr.metric),
        ),
        caption=_caption(voice, kr, readings),
        legend=voice("chart_legend"),
    )


def _caption(voice: Voice, kr: KeyResult, readings: list[Reading]) -> str:
    """What the chart finds: which way the value went of late."""
    last = readings[-1]
    month = [r for r in readings if r.at >= last.at - timedelta(days=28)]
    before = month[0]
    values = {
        "old": voice.value(kr.metric, before.value),
        "new": voice.value(kr.metric, last.value),
        "day": voice.day(before.at),
    }
    if last.value == before.value:
        return voice("caption_still", **values)
    aims_down = isinstance(kr.metric, Decrease) or kr.metric.kind == "at_most"
    better = (last.value < before.value) == aims_down
    return voice("caption_better" if better else "caption_worse", **values)


def _way(facts: Facts, kr: KeyResult) -> Iterator[tuple[float, float]]:
    """What the pace asks for over the cycle, as values."""
    metric, cycle = kr.metric, facts.cycle
    if not isinstance(metric, Increase | Decrease):
        return
    starts, due = facts.plan.starts_of(kr), facts.plan.due_of(kr)
    whole = (cycle.ends - cycle.starts).days + 1
    days = (due - starts).days + 1
    for step in range(_STEPS + 1):
        day = starts + timedelta(days=round(days * step / _STEPS))
        share = expected_progress(
            kr.pace, starts, due, cycle.start_of(day), facts.snapshot.days_off, zone=cycle.zone
        )
        if share is not None:
            value = float(metric.baseline) + float(metric.target - metric.baseline) * float(share)
            yield (day - cycle.starts).days / whole, value


def numbers_of(facts: Facts, kr: KeyResult) -> Iterator[tuple[str, str, str]]:
    """Day, value and what was expected of each reading, the newest first."""
    way = list(_way(facts, kr))
    for reading in reversed(_observed(facts, kr)):
        expected = ""
        if way and isinstance(kr.metric, Increase | Decrease):
            share = _share_at(facts, kr, reading.at)
            metric = kr.metric
            if share is not None:
                steps = (metric.target - metric.baseline) * share.numerator / share.denominator
                expected = facts.voice.figure(
                    round(metric.baseline + steps, 1).normalize() + 0, metric.unit
                )
        yield facts.voice.day(reading.at), facts.voice.value(kr.metric, reading.value), expected


def _share_at(facts: Facts, kr: KeyResult, at: datetime) -> Fraction | None:
    plan, zone = facts.plan, facts.cycle.zone
    starts, due = plan.starts_of(kr), plan.due_of(kr)
    return expected_progress(kr.pace, starts, due, at, facts.snapshot.days_off, zone=zone)
