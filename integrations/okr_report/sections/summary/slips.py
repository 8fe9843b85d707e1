"""Slipped: objectives that kept to their pace until something agreed changed, and no longer do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from okr_core.basics.exact import weighted_mean
from okr_core.plan.plan import Objective
from okr_core.plan.revision import ReasonClass, diff_plans
from okr_report.report_facts import Named, ReportFacts


@dataclass(frozen=True, slots=True)
class Slipped:
    """What the last change of what was agreed touched, and fell behind after it.

    Attributes:
        since: When that change came into force.
        reason_class: Why it was made.
        objectives: Those that it touched, and those that serve them, if they kept to their pace
            before it and are behind now.
    """

    since: datetime
    reason_class: ReasonClass
    objectives: tuple[Named, ...]


def slipped(facts: ReportFacts) -> Slipped | None:
    """What slipped; None where nothing agreed has changed mid-cycle, or nothing slipped."""
    change = _last_change(facts)
    if change is None:
        return None
    before = [i for i, at in enumerate(facts.snapshot.trend.times[:-1]) if at < change.at]
    if not before:
        return None
    least = Fraction(facts.snapshot.policies.status.on_track)
    found = tuple(
        Named(objective.id, objective.title)
        for objective in facts.plan.active_objectives
        if _concerned(facts, objective, change.objectives)
        and _gap(facts, objective, before[-1], Fraction(-1)) >= least
        and _gap(facts, objective, -1, Fraction(0)) < least
    )
    return Slipped(change.at, change.reason_class, found) if found else None


class _Change(NamedTuple):
    """A change of what was agreed, and the objectives that it touched."""

    at: datetime
    reason_class: ReasonClass
    objectives: frozenset[str]


def _last_change(facts: ReportFacts) -> _Change | None:
    """The last one mid-cycle; an error that is put right changes no goal."""
    begins = facts.agreed.cycle.start_of(facts.agreed.cycle.starts)
    known = sorted(
        (v for v in facts.snapshot.versions if v.at <= facts.as_of), key=lambda v: (v.at, v.number)
    )
    found = None
    for before, after in pairwise(known):
        why = after.reason_class
        if after.at <= begins or why is None or why == "metric_error":
            continue
        agreed = (c.item for c in diff_plans(before.plan, after.plan) if c.protected)
        touched = frozenset(parent.id for item in agreed if (parent := facts.objective_of(item)))
        found = _Change(after.at, why, touched) if touched else found
    return found


def _concerned(facts: ReportFacts, objective: Objective, touched: frozenset[str]) -> bool:
    """Whether a change touched an objective, or one that it serves."""
    objectives = facts.plan.objectives_by_id
    counted = any(objective.id in objectives[up].counts for up in touched if up in objectives)
    return counted or not touched.isdisjoint({objective.id, *objective.contributes_to})


def _gap(facts: ReportFacts, objective: Objective, index: int, unknown: Fraction) -> Fraction:
    """Progress − expectation then; `unknown` where either is: what is not known did not slip."""
    items = facts.snapshot.trend.items
    line = items.get(objective.id)
    reached = line.progress[index] if line else None
    asked = weighted_mean(
        (kr.weight, expected)
        for kr in objective.key_results
        if kr.active and kr.id in items and (expected := items[kr.id].expected[index]) is not None
    )
    return unknown if reached is None or asked is None else reached - asked
