"""Carry-over: the next cycle's plan, drafted from what the last one reached.

Goals keep their ids and name where they come from (`carried_from`); how often one was carried over
is counted along that line. Days move with the cycle. Where an item lives in another tool
(`mirror`) is left out: that place shows the score of the cycle that is over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from okr_core.basics.exact import canonical_json, decimal_text
from okr_core.iteration.metrics import Actual, carried_metric
from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import Metric, Milestones
from okr_core.plan.plan import Hypothesis, KeyResult, Objective, Pace, Plan

Outcome = Literal["carried", "unread", "reached", "dropped"]
"""Of a key result: it goes on, with or without a value ever said; its target is reached; it was
given up."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class CarriedKeyResult:
    """What became of a key result of a goal that is carried over.

    Attributes:
        before: As it was in the last cycle.
        after: As it is drafted for the next; None: it is left out.
        actual: How far it came.
        dated: What its source says that names the last cycle or a day of it.
    """

    objective: str
    before: KeyResult
    after: KeyResult | None
    actual: Actual
    outcome: Outcome
    dated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """The draft of the next cycle, and what became of each key result."""

    plan: Plan
    key_results: tuple[CarriedKeyResult, ...]


def carry_over(
    plan: Plan, chosen: Collection[str], cycle: Cycle, actuals: Mapping[str, Actual]
) -> CarriedOver:
    """Draft the plan of a cycle from objectives of an earlier one.

    Args:
        plan: The earlier cycle's, as it was written.
        chosen: Ids of the objectives that go on.
        cycle: The next one.
        actuals: Key result → how far it came; what is not in it was never said or read.
    """
    moved = _Moved(plan.cycle, cycle)
    found: list[CarriedKeyResult] = []
    objectives = []
    for objective in plan.objectives:
        if objective.id not in chosen:
            continue
        each = [
            _carried(objective, kr, actuals.get(kr.id, Actual()), moved)
            for kr in objective.key_results
        ]
        found += each
        kept = tuple(one.after for one in each if one.after is not None)
        objectives.append(_objective(objective, kept, chosen, moved))
    return CarriedOver(Plan(cycle=cycle, objectives=tuple(objectives)), tuple(found))


def times_carried(origin: str | None, origin_of: Callable[[str, str], str | None]) -> int:
    """How often a goal was carried over, by the line of what it comes from.

    Args:
        origin: Such as `2026-q3/onboarding`; None: it is new.
        origin_of: Cycle and objective → the origin of that one; None: it was new, or is not known.

    >>> line = {"2026-q4": "2026-q3/nps", "2026-q3": None}
    >>> times_carried("2026-q4/nps", lambda cycle, _: line[cycle])
    2
    """
    seen: set[str] = set()
    while origin and origin not in seen:
        seen.add(origin)
        cycle, _, name = origin.partition("/")
        origin = origin_of(cycle, name)
    return len(seen)


@dataclass(frozen=True, slots=True)
class _Moved:
    """Days of one cycle as days of the next: as far from its start, and never after its end."""

    before: Cycle
    after: Cycle

    def day(self, day: date) -> date:
        moved = self.after.starts + timedelta(days=(day - self.before.starts).days)
        return min(max(moved, self.after.starts), self.after.ends)

    def due(self, day: date | None) -> date | None:
        return None if day is None or day >= self.before.ends else self.day(day)


def _objective(
    objective: Objective, kept: tuple[KeyResult, ...], chosen: Collection[str], moved: _Moved
) -> Objective:
    hypothesis = objective.hypothesis
    changes = {
        "state": "active",
        "state_reason": "",
        "carried_from": f"{moved.before.id}/{objective.id}",
        "contributes_to": tuple(each for each in objective.contributes_to if each in chosen),
        "counts": {name: each for name, each in objective.counts.items() if name in chosen},
        "hypothesis": _hypothesis(hypothesis, moved) if hypothesis else None,
        "mirror": {},
        "key_results": kept,
    }
    return objective.model_copy(update=changes)


def _hypothesis(hypothesis: Hypothesis, moved: _Moved) -> Hypothesis:
    by = moved.day(hypothesis.by) if hypothesis.by else None
    return hypothesis.model_copy(update={"by": by})


def _carried(
    objective: Objective, kr: KeyResult, actual: Actual, moved: _Moved
) -> CarriedKeyResult:
    if kr.state == "dropped":
        return CarriedKeyResult(objective.id, kr, None, actual, "dropped")
    metric = carried_metric(kr.metric, actual)
    if metric is None:
        return CarriedKeyResult(objective.id, kr, None, actual, "reached")
    unread = actual.value is None and not actual.done
    after = kr.model_copy(
        update={
            "title": _title(kr, metric),
            "metric": _dated(metric, moved),
            "state": "active",
            "state_reason": "",
            "starts": moved.day(kr.starts) if kr.starts else None,
            "due": moved.due(kr.due),
            "pace": _pace(kr.pace, moved),
            "mirror": {},
        }
    )
    outcome: Outcome = "unread" if unread else "carried"
    return CarriedKeyResult(objective.id, kr, after, actual, outcome, _named(kr, moved.before))


def _title(kr: KeyResult, metric: Metric) -> str:
    """The title, with the new baseline where it names the old one, once and only there."""
    old, new = (_baseline(each) for each in (kr.metric, metric))
    if old is None or new is None or old == new:
        return kr.title
    number = re.compile(rf"(?<![\d.,]){re.escape(decimal_text(old))}(?![.,]?\d)")
    if len(number.findall(kr.title)) != 1:
        return kr.title
    return number.sub(decimal_text(new), kr.title)


def _baseline(metric: Metric) -> Decimal | None:
    found: Decimal | None = getattr(metric, "baseline", None)
    return found


def _dated(metric: Metric, moved: _Moved) -> Metric:
    if not isinstance(metric, Milestones):
        return metric
    parts = tuple(each.model_copy(update={"due": moved.due(each.due)}) for each in metric.parts)
    return metric.model_copy(update={"parts": parts})


def _pace(pace: Pace, moved: _Moved) -> Pace:
    if not pace.steps:
        return pace
    return Pace(steps={moved.day(day): share for day, share in sorted(pace.steps.items())})


def _named(kr: KeyResult, cycle: Cycle) -> tuple[str, ...]:
    """Days of the cycle and its id, where the key result's source names them."""
    text = canonical_json(kr.source).decode()
    days = [each for each in _DAY.findall(text) if str(cycle.starts) <= each <= str(cycle.ends)]
    return tuple(dict.fromkeys([*days, *([cycle.id] if cycle.id in text else [])]))
