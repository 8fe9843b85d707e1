"""Hypothesis: what an objective believed is closed, with the evidence of how it turned out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from okr_core.errors import RefusalError
from okr_core.plan.acting import Occasion, deciding_person
from okr_core.plan.ids import objective_named
from okr_core.plan.plan import Hypothesis, Objective
from okr_core.record.entries import Entry, HypothesisClosed
from okr_flows.run.cycle import in_force

if TYPE_CHECKING:
    from okr_store import Store


@dataclass(frozen=True, slots=True)
class ClosedHypothesis:
    """A hypothesis and what turned out, as it was recorded."""

    hypothesis: Hypothesis
    entry: Entry
    body: HypothesisClosed


def close_hypothesis(
    store: Store,
    cycle: str,
    objective: str,
    outcome: Literal["supported", "refuted"],
    *,
    occasion: Occasion,
    evidence: str,
    note: str = "",
) -> ClosedHypothesis:
    """Close the hypothesis of an objective; the last word counts.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        objective: Id of the objective, or a title that no other has.
        outcome: What turned out; both are learning.
        occasion: When it is decided, and by whom.
        evidence: What shows it: a link, a reading, an experiment.
        note: What was learned.

    Raises:
        InputError: The objective is unknown, or nobody in particular decides.
        RefusalError: It has no hypothesis, or evidence is missing.
    """
    known = in_force(store, cycle)
    found = objective_named(known.plan, objective)
    hypothesis = _hypothesis(found)
    person = deciding_person(occasion.actor, known.workspace)
    if not evidence.strip():
        raise RefusalError(
            f"the hypothesis of `{found.id}` cannot be closed without evidence.",
            hint="Say with --evidence what shows it.",
        )
    body = HypothesisClosed(outcome=outcome, evidence=evidence.strip(), note=note)
    entry = Entry(
        at=occasion.at,
        body=body,
        cycle=cycle,
        key_result=found.id,
        by=person,
        via=occasion.actor.via,
    )
    store.add_entries(cycle, [entry])
    return ClosedHypothesis(hypothesis, entry, body)


def _hypothesis(objective: Objective) -> Hypothesis:
    if objective.hypothesis is None:
        raise RefusalError(
            f"objective `{objective.id}` has no hypothesis to close.",
            hint="Write `hypothesis` into the plan before it is tested.",
        )
    return objective.hypothesis
