"""Trend: progress, expectation and confidence over time, for a chart or a sparkline."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from okr_core.basics.days import in_utc
from okr_core.plan.agreement import PlanVersion, resolved_plans
from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import Plan
from okr_core.plan.settling import SETTLING_DAYS
from okr_core.plan.workspace import Policies
from okr_core.progress.progress import Progress, unknown
from okr_core.progress.rollup import team_figures
from okr_core.progress.standings import Standing, standing
from okr_core.record.entries import Entry, Reading

WEEK = timedelta(days=7)
Kind = Literal["objective", "key_result"]


@dataclass(frozen=True, slots=True)
class TrendLine:
    """One key result or objective over time; every tuple has one place per time, None: unknown.

    Attributes:
        id: Of the key result or objective.
        progress: In [0, 1]. Also None where the item was not planned, or no longer counted.
        expected: Progress that the pace asked for, in [0, 1]; key results only.
        confidence: The last one said by then, 0 to 10; key results only.
        values: The value that counted; key results only.
    """

    id: str
    kind: Kind
    progress: tuple[Fraction | None, ...]
    expected: tuple[Fraction | None, ...]
    confidence: tuple[int | None, ...]
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """A cycle over time.

    Attributes:
        times: As they were asked for, in UTC.
        items: Key result or objective → its line; whatever was in force at any of the times.
        teams: Team → progress in [0, 1] at each time; the cycle under the empty id.
    """

    times: tuple[datetime, ...]
    items: Mapping[str, TrendLine]
    teams: Mapping[str, tuple[Fraction | None, ...]]


class _Standings(NamedTuple):
    """How everything stood at one time."""

    standings: Mapping[str, Standing]
    teams: Mapping[str, Fraction | None]


_BEFORE = _Standings({}, {})
"""No plan was in force yet."""


def trend(
    versions: Iterable[PlanVersion],
    readings: Mapping[str, Sequence[Reading]],
    entries: Mapping[str, Sequence[Entry]],
    times: Sequence[datetime],
    days_off: Collection[date] = (),
    *,
    policies: Policies | None = None,
    settling_days: int = SETTLING_DAYS,
) -> Trend:
    """How a cycle stood at each of several times, by the plan that was in force then.

    Each place is what `standing`, `roll_up` and `team_figures` say for that time: readings and
    check-ins that are later do not count, and a target that moved shows from then on. This is the
    way that was seen, not the score: `scorecard` judges by the plan as first agreed. A past that
    was read back for the time before the first plan (`okr backfill`) is seen by that plan.

    Args:
        versions: Accepted revisions of the cycle's plan, in any order.
        readings: Key result → its readings, with those of its parts, in any order.
        entries: Key result → its entries; check-ins count.
        times: Aware times, in any order; `trend_times` gives a cycle's weeks.
        days_off: Holidays, for the pace `workdays`.
        policies: The workspace's; None: the defaults.
        settling_days: The policy that was in force when the cycle began.

    Raises:
        InputError: The counted links of a version form a loop or name no objective of its plan.
        ValueError: A time has no time zone.
    """
    known = _in_force(versions, settling_days)
    asked = tuple(in_utc(time) for time in times)
    moments = []
    for time in asked:
        plan = _plan_of(known, time, readings)
        if plan is None:
            moments.append(_BEFORE)
        else:
            stood = standing(plan, readings, entries, time, days_off, policies=policies)
            moments.append(_Standings(stood, _teams(plan, stood)))
    kinds = {each.id: each.kind for moment in moments for each in moment.standings.values()}
    teams = {team: None for moment in moments for team in moment.teams}
    return Trend(
        asked,
        {name: _line(name, kind, moments) for name, kind in kinds.items()},
        {team: tuple(moment.teams.get(team) for moment in moments) for team in teams},
    )


def ending(way: Trend, standings: Mapping[str, Standing], figures: Mapping[str, Progress]) -> Trend:
    """A trend whose last place says how its items and teams stand now: what has ended by its score.

    Args:
        way: Up to now.
        standings: How everything stands now.
        figures: The same of teams; the cycle's under the empty id.
    """
    items = {
        name: _ending(line, standings[name])
        if name in standings and standings[name].outcome is not None
        else line
        for name, line in way.items.items()
    }
    teams = {
        team: (*shares[:-1], figures[team].clamped) if team in figures else shares
        for team, shares in way.teams.items()
    }
    return replace(way, items=items, teams=teams)


def _ending(line: TrendLine, stands: Standing) -> TrendLine:
    progress = (*line.progress[:-1], stands.progress.clamped)
    return replace(line, progress=progress, values=(*line.values[:-1], stands.current))


def trend_times(cycle: Cycle, as_of: datetime, every: timedelta = WEEK) -> tuple[datetime, ...]:
    """The times of a cycle's trend: its first midnight, that of every so many days, and the last.

    Args:
        cycle: Whose local midnights end a day.
        as_of: Aware time. The trend ends with it, or with the cycle's end once that has passed.
        every: Whole days between two times, at least one; what is left of a day is cut off.

    Returns:
        In UTC, oldest first; before the cycle begins `as_of` alone.

    Raises:
        ValueError: `as_of` has no time zone, or `every` is shorter than a day.

    >>> from datetime import UTC
    >>> cycle = Cycle(id="2026-q4", starts=date(2026, 10, 1), ends=date(2026, 12, 31))
    >>> [f"{at:%d %b %H:%M}" for at in trend_times(cycle, datetime(2026, 10, 9, 12, tzinfo=UTC))]
    ['01 Oct 00:00', '08 Oct 00:00', '09 Oct 12:00']
    """
    if every.days < 1:
        raise ValueError(f"every {every} is shorter than a day. Give whole days.")
    last = min(in_utc(as_of), cycle.end_of(cycle.ends))
    steps = range(0, (cycle.ends - cycle.starts).days + 1, every.days)
    midnights = (cycle.start_of(cycle.starts + timedelta(days=step)) for step in steps)
    return (*(at for at in midnights if at < last), last)


def _in_force(versions: Iterable[PlanVersion], settling_days: int) -> list[tuple[datetime, Plan]]:
    """When each version's plan came into force, oldest first, starts filled in."""
    known = sorted(versions, key=lambda v: (in_utc(v.at), v.number))
    plans = resolved_plans(known, settling_days)
    return [(in_utc(v.at), plan) for v, plan in zip(known, plans, strict=True)]


def _plan_of(
    known: Sequence[tuple[datetime, Plan]],
    time: datetime,
    readings: Mapping[str, Sequence[Reading]],
) -> Plan | None:
    """The plan in force at a time, or the first one where readings are older than it."""
    for at, plan in reversed(known):
        if at <= time:
            return plan
    older = any(reading.at <= time for several in readings.values() for reading in several)
    return known[0][1] if known and older else None


def _teams(plan: Plan, stood: Mapping[str, Standing]) -> dict[str, Fraction | None]:
    figures = team_figures(plan, {name: each.progress for name, each in stood.items()})
    return {team: progress.clamped for team, progress in figures.items()}


def _line(name: str, kind: Kind, moments: Sequence[_Standings]) -> TrendLine:
    absent = Standing(name, kind, unknown("not planned"))
    stood = [moment.standings.get(name, absent) for moment in moments]
    return TrendLine(
        name,
        kind,
        tuple(each.progress.clamped for each in stood),
        tuple(each.paced for each in stood),
        tuple(each.confidence for each in stood),
        tuple(each.current for each in stood),
    )
