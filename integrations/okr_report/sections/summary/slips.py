"""Slips: objectives that kept to their pace until something agreed changed, and no longer do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from okr_core.plan import Objective
from okr_core.revision import ReasonClass
from okr_core.sums import weighted_mean
from okr_report.facts import Facts, Named


@dataclass(frozen=True, slots=True)
class Slips:
    """What fell behind after the last change of what was agreed.

    Attributes:
        since: When that change came into force.
        reason_class: Why it was made.
        objectives: Those that kept to their pace before it and are behind now.
    """

    since: datetime
    reason_class: ReasonClass
    objectives: tuple[Named, ...]


def slips(facts: Facts) -> Slips | None:
    """What slipped; None where nothing agreed has changed mid-cycle, or nothing slipped."""
    begins = facts.agreed.cycle.start_of(facts.agreed.cycle.starts)
    changes = [
        (version.at, version.reason_class)
        for version in facts.known.versions
        # An error that is put right changes no goal.
        if version.reason_class
        and version.reason_class != "metric_error"
        and begins < version.at <= facts.as_of
    ]
    if not changes:
        return None
    since, why = max(changes, key=lambda change: change[0])
    times = facts.material.trend.times
    before = [index for index, at in enumerate(times[:-1]) if at <= since]
    if not before:
        return None
    least = Fraction(facts.known.policies.status.on_track)
    found = tuple(
        Named(objective.id, objective.title)
        for objective in facts.objectives
        if _gap(facts, objective, before[-1], Fraction(-1)) >= least
        and _gap(facts, objective, -1, Fraction(0)) < least
    )
    return Slips(since, why, found) if found else None


def _gap(facts: Facts, objective: Objective, index: int, unknown: Fraction) -> Fraction:
    """Progress − expectation then; `unknown` where either is: what is not known did not slip."""
    items = facts.material.trend.items
    line = items.get(objective.id)
    reached = line.progress[index] if line else None
    asked = weighted_mean(
        (kr.weight, expected)
        for kr in objective.key_results
        if kr.state == "active"
        and kr.id in items
        and (expected := items[kr.id].expected[index]) is not None
    )
    return unknown if reached is None or asked is None else reached - asked
