"""Over time: how the cycle went, what moved, what slipped after a change, what was learned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Literal

from okr_core.plan.plan import KeyResult, Objective
from okr_core.plan.revision import ReasonClass
from okr_core.plan.settling import half_time
from okr_core.progress.rollup import CYCLE
from okr_core.progress.trends import WEEK
from okr_core.record.entries import HypothesisClosed
from okr_report.report_facts import GoalChange, Named, ReportFacts, over

_MOST = 6
_NOTICED = Fraction(1, 100)
"""A smaller move is noise on the first screen."""
LessonKind = Literal["supported", "refuted", "changed"]


@dataclass(frozen=True, slots=True)
class TeamTrend:
    """One line over time; None: unknown then.

    Attributes:
        team: None for the whole cycle.
        cycle: Its first and its last day, also while it runs.
        progress: In [0, 1], one per time.
        expected: Weighted mean of what the paces of its key results ask for, in [0, 1].
    """

    team: Named | None
    cycle: tuple[date, date]
    times: tuple[datetime, ...]
    progress: tuple[Fraction | None, ...]
    expected: tuple[Fraction | None, ...]


def team_trends(facts: ReportFacts) -> Iterator[TeamTrend]:
    """The whole cycle's way and, where there are several teams, each team's."""
    trend, teams = facts.snapshot.trend, list(facts.teams())
    if CYCLE in trend.teams and _known(trend.teams[CYCLE]):
        yield _way(facts, None, facts.plan.active_key_results)
    for team in teams if len(teams) > 1 else ():
        if _known(trend.teams.get(team.id, ())):
            yield _way(facts, team, facts.key_results_of(team))


def _known(progress: tuple[Fraction | None, ...]) -> bool:
    return sum(share is not None for share in progress) > 1


def _way(facts: ReportFacts, team: Named | None, key_results: tuple[KeyResult, ...]) -> TeamTrend:
    trend = facts.snapshot.trend
    asked = tuple(facts.expected(key_results, index) for index in range(len(trend.times)))
    cycle = (facts.plan.cycle.starts, facts.plan.cycle.ends)
    return TeamTrend(team, cycle, trend.times, trend.teams[team.id if team else CYCLE], asked)


@dataclass(frozen=True, slots=True)
class Move:
    """A key result whose progress changed.

    Attributes:
        before: Progress at the earlier time, in [0, 1].
        after: Progress now, in [0, 1].
    """

    id: str
    title: str
    before: Fraction
    after: Fraction

    @property
    def change(self) -> Fraction:
        """After − before."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Moves:
    """The largest moves since a time.

    Attributes:
        since: A week before in a running cycle, half-time in one that is over.
        rose: How many key results rose noticeably.
        fell: How many fell.
        still: How many did neither, of those known at both times.
        largest: The largest moves of either direction.
        half: Whether that time is half-time.
    """

    since: datetime
    rose: int
    fell: int
    still: int
    largest: tuple[Move, ...]
    half: bool = False

    @property
    def words(self) -> str:
        """The key of the sentence that tells them."""
        return "moved_since_half" if self.half else "moved_since"


def moves(facts: ReportFacts) -> Moves | None:
    """What moved; None where nothing is known at two times."""
    trend = facts.snapshot.trend
    index = _earlier(facts)
    if index is None:
        return None
    lines = ((kr, trend.items.get(kr.id)) for kr in facts.plan.active_key_results)
    found = [
        Move(kr.id, kr.title, before, after)
        for kr, line in lines
        if line
        and (before := line.progress[index]) is not None
        and (after := line.progress[-1]) is not None
    ]
    if not found:
        return None
    moved = [move for move in found if abs(move.change) >= _NOTICED]
    rose = sum(move.change > 0 for move in moved)
    largest = sorted(moved, key=lambda move: -abs(move.change))[:_MOST]
    counts = (rose, len(moved) - rose, len(found) - len(moved))
    return Moves(trend.times[index], *counts, tuple(largest), half=over(facts.phase))


def _earlier(facts: ReportFacts) -> int | None:
    """Place of the time to compare with: the last one that is early enough."""
    times = facts.snapshot.trend.times
    latest = half_time(facts.plan.cycle) if over(facts.phase) else times[-1] - WEEK
    early = [index for index, at in enumerate(times[:-1]) if at <= latest]
    return early[-1] if early else None


@dataclass(frozen=True, slots=True)
class Slipped:
    """What the last change of what was agreed touched, and fell behind after it.

    Attributes:
        since: When that change came into force.
        reason_class: Why it was made.
        objectives: Those that it touched, if they kept to their pace before it and are behind now.
    """

    since: datetime
    reason_class: ReasonClass
    objectives: tuple[Named, ...]


def slipped(facts: ReportFacts) -> Slipped | None:
    """What slipped; None where nothing agreed has changed mid-cycle, or nothing slipped."""
    changed = [(each, touched) for each in facts.goal_changes if (touched := _touched(facts, each))]
    if not changed:
        return None
    change, touched = changed[-1]
    before = [i for i, at in enumerate(facts.snapshot.trend.times[:-1]) if at < change.at]
    if not before:
        return None
    least = Fraction(facts.snapshot.policies.status.on_track)
    found = tuple(
        Named(objective.id, objective.title)
        for objective in facts.plan.active_objectives
        if objective.id in touched
        and _gap(facts, objective, before[-1], Fraction(-1)) >= least
        and _gap(facts, objective, -1, Fraction(0)) < least
    )
    return Slipped(change.at, change.why, found) if found else None


def _touched(facts: ReportFacts, change: GoalChange) -> frozenset[str]:
    """The objectives whose terms a change touched, planned now or earlier."""
    return frozenset(parent.id for item in change.items if (parent := facts.objective_of(item)))


def _gap(facts: ReportFacts, objective: Objective, index: int, unknown: Fraction) -> Fraction:
    """Progress − expectation then; `unknown` where either is: what is not known did not slip."""
    line = facts.snapshot.trend.items.get(objective.id)
    reached = line.progress[index] if line else None
    asked = facts.expected(objective, index)
    return unknown if reached is None or asked is None else reached - asked


@dataclass(frozen=True, slots=True)
class Lesson:
    """Something that was learned.

    Attributes:
        kind: A hypothesis supported or refuted, or terms changed.
        item: What it is about; empty for a change of several items, or of the cycle as a whole.
        belief: What was believed, of a hypothesis.
        text: What people said about it: the note, or the reason.
        evidence: What shows it, of a hypothesis.
        why: Class of the reason, of a change.
        items: Of a change: what of the agreement it is about; empty: the cycle as a whole.
    """

    kind: LessonKind
    at: datetime
    item: str
    title: str
    belief: str = ""
    text: str = ""
    evidence: str = ""
    why: str = ""
    items: tuple[Named, ...] = ()


def lessons(facts: ReportFacts) -> Iterator[Lesson]:
    """What was learned: hypotheses, then changes that somebody learned from; oldest first in each.

    What was dropped, or changed for another reason, is told where changes are.
    """
    for objective in facts.agreed.objectives:
        for entry in facts.snapshot.entries.get(objective.id, ()):
            if isinstance(body := entry.body, HypothesisClosed):
                belief = objective.hypothesis.belief if objective.hypothesis else ""
                texts = (belief, body.note, body.evidence)
                yield Lesson(body.outcome, entry.at, objective.id, objective.title, *texts)
    for change in facts.goal_changes:
        if change.why != "learned":
            continue
        items = tuple(Named(each, facts.title(each)) for each in change.items)
        item, title = items[0] if len(items) == 1 else ("", "")
        lesson = Lesson("changed", change.at, item, title, text=change.reason, why=change.why)
        yield replace(lesson, items=items)
