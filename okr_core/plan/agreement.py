"""Agreement: the plan as first agreed, which is what a cycle is scored by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from okr_core.basics.command import okr
from okr_core.basics.days import in_utc, minute_text
from okr_core.errors import RefusalError
from okr_core.plan.correction import corrected_key_result, corrected_objective
from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.retirement import Retirement, retirements
from okr_core.plan.revision import ReasonClass, added_days
from okr_core.plan.settling import (
    SETTLING_DAYS,
    FirstAgreed,
    Opening,
    first_agreed,
    settled_at,
    with_starts,
)

ByVersion = Mapping[int, Objective]
"""An objective in each version that had it, by the version's index."""


class Links(NamedTuple):
    """Links among all objectives.

    Attributes:
        counts: Parent → counted child → weight.
        parents: Child → what it contributes to, counted or not.
    """

    counts: dict[str, dict[str, Decimal]]
    parents: dict[str, tuple[str, ...]]


def agreed_links(histories: Mapping[str, ByVersion]) -> Links:
    """Each link as it was in the first version that had both of its ends.

    A link that would close a loop is left out: it can only come from versions that never were in
    force together, and the older link was agreed first.
    """
    found = Links({name: {} for name in histories}, dict.fromkeys(histories, ()))
    for version, child, parent in sorted(_edges(histories)):
        if _leads_to(found.parents, parent, child):
            continue
        found.parents[child] = (*found.parents[child], parent)
        weight = histories[parent][version].counts.get(child)
        if weight is not None:
            found.counts[parent][child] = weight
    return found


def _edges(histories: Mapping[str, ByVersion]) -> set[tuple[int, str, str]]:
    """(version, child, parent) of each link in the first version that had both ends."""
    edges = set()
    for child, history in histories.items():
        for version, objective in history.items():
            for parent in objective.contributes_to:
                if version == _first_shared(history, histories.get(parent, {})):
                    edges.add((version, child, parent))
    return edges


def _first_shared(child: ByVersion, parent: ByVersion) -> int | None:
    return min(child.keys() & parent.keys(), default=None)


def _leads_to(parents: Mapping[str, tuple[str, ...]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            waiting.extend(parents[name])
    return False


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """An accepted revision of a plan.

    Attributes:
        number: Of the revision.
        at: When it came into force (aware).
        plan: As it was written.
        reason_class: Why it changed what was agreed; None where it did not.
        by: Person who recorded or proposed it.
        approved_by: Who accepted a proposal; empty where nobody had to.
        reason: What the person said about it.
    """

    number: int
    at: datetime
    plan: Plan
    reason_class: ReasonClass | None = None
    by: str = ""
    reason: str = ""
    approved_by: str = ""


class Term(NamedTuple):
    """A key result as it was in force for a time, metric errors put right.

    Attributes:
        begins: In UTC.
        ends: In UTC, exclusive; None: still in force.
    """

    begins: datetime
    ends: datetime | None
    key_result: KeyResult


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a cycle is scored by.

    Attributes:
        plan: Every item since the first agreement, with the metric, starts, due, weight, ambition,
            cadence and links that were first agreed: those in force when the plan had settled, or
            when the item was added. Titles, roles, teams and sources are the newest. Items
            retired early are not active, those retired later are.
        at_start: The same of what was agreed at the start alone: nothing that was added since.
        current: The plan in force, starts filled in.
        revision: Number of the version in force.
        terms: Key result → what was in force when, oldest first; the first is the agreed one.
        retired: Objective or key result → how and when it was retired.
        added: Objective or key result → local day on which it was added, of those that are no part
            of the first agreement.
        versions: The version that was first agreed, and all after it.
        settled: When the plan stands as first agreed, in UTC; until then it may still settle.
        first: How late it was first agreed.
    """

    plan: Plan
    at_start: Plan
    current: Plan
    revision: int
    terms: Mapping[str, tuple[Term, ...]]
    retired: Mapping[str, Retirement]
    added: Mapping[str, date]
    versions: Sequence[PlanVersion]
    settled: datetime
    first: FirstAgreed


def agree(
    versions: Iterable[PlanVersion], as_of: datetime, settling_days: int = SETTLING_DAYS
) -> Agreement:
    """The plan as first agreed, seen from `as_of`.

    First agreed is what stands once the plan has settled (`okr_core.plan.settling`); what was
    dropped before leaves no trace, and until then what is in force counts.

    Only a version with the reason class `metric_error` changes what was agreed: every earlier
    version that held the same mistake is put right, as if it had never been made. Moving an item,
    or removing and adding it again, changes nothing.

    Args:
        versions: Accepted revisions of one cycle's plan, in any order.
        as_of: Aware time; later versions are not known yet.
        settling_days: The policy.

    Raises:
        RefusalError: No version was in force by then.
        ValueError: `as_of` has no time zone.
    """
    as_of = in_utc(as_of)
    every = sorted(versions, key=lambda v: (v.at, v.number))
    known = [v for v in every if v.at <= as_of]
    if not known:
        zone = every[0].plan.cycle.zone if every else UTC
        raise RefusalError(
            f"no plan was in force on {minute_text(as_of, zone)}.",
            hint=f"Apply one first: {okr('apply', 'PLAN.yaml').code}, or ask about a later time.",
        )
    trail = _from_agreed(known, settling_days)
    plans = resolved_plans(known, settling_days)[-len(trail) :]
    first, cycle = known[0].at, trail[0].plan.cycle
    settling = _Settling(
        settled_at(cycle, first, settling_days), first_agreed(cycle, first, settling_days)
    )
    return _agreed(trail, [_with_due(plan) for plan in plans], settling)


class _Settling(NamedTuple):
    at: datetime
    first: FirstAgreed


def _from_agreed(known: Sequence[PlanVersion], settling_days: int) -> Sequence[PlanVersion]:
    """The version that was in force when the plan had settled, and all after it."""
    for index, (version, following) in enumerate(pairwise(known)):
        # Each version says when the cycle begins: moving the start later reopens nothing.
        if following.at > settled_at(version.plan.cycle, known[0].at, settling_days):
            return known[index:]
    return known[-1:]


def resolved_plans(known: Sequence[PlanVersion], settling_days: int = SETTLING_DAYS) -> list[Plan]:
    """Each version's plan with the starts of its key results filled in; versions oldest first."""
    added: dict[str, date] = {}
    plans: list[Plan] = []
    for version in known:
        opening = Opening(known[0].at, known[0].plan.key_results_by_id)
        added = added_days(added, version.plan, version.plan.cycle.day_of(version.at))
        plans.append(with_starts(version.plan, added, opening, settling_days))
    return plans


def _with_due(plan: Plan) -> Plan:
    def dated(kr: KeyResult) -> KeyResult:
        # Filled in here, since the end of the cycle may move later.
        update = {"due": plan.due_of(kr), "starts": plan.starts_of(kr)}
        return kr.model_copy(update=update)

    objectives = tuple(
        o.model_copy(update={"key_results": tuple(map(dated, o.key_results))})
        for o in plan.objectives
    )
    return Plan.model_construct(cycle=plan.cycle, objectives=objectives)


class _Histories:
    """Every item in each version that had it, by the version's index, errors put right."""

    def __init__(self, plans: Sequence[Plan], corrections: Sequence[bool]) -> None:
        self.key_results: dict[str, dict[int, KeyResult]] = {}
        self.objectives: dict[str, dict[int, Objective]] = {}
        self.homes: dict[str, list[str]] = {}
        for index, plan in enumerate(plans):
            if corrections[index] and index:
                self._correct(plans[index - 1], plan)
            for objective in plan.objectives:
                self.objectives.setdefault(objective.id, {})[index] = objective
                for kr in objective.key_results:
                    self.key_results.setdefault(kr.id, {})[index] = kr
                    self.homes.setdefault(kr.id, []).append(objective.id)

    def _correct(self, before: Plan, after: Plan) -> None:
        for name, new in after.key_results_by_id.items():
            old = before.key_results_by_id.get(name)
            if old is not None and old != new:
                held = self.key_results[name]
                held.update({i: corrected_key_result(kr, old, new) for i, kr in held.items()})
        for name, goal in after.objectives_by_id.items():
            was = before.objectives_by_id.get(name)
            if was is not None and was != goal:
                several = self.objectives[name]
                several.update({i: corrected_objective(o, was, goal) for i, o in several.items()})


def _agreed(trail: Sequence[PlanVersion], plans: Sequence[Plan], settling: _Settling) -> Agreement:
    histories = _Histories(plans, [v.reason_class == "metric_error" for v in trail])
    first_held = {name: held[min(held)] for name, held in histories.key_results.items()}
    retired = retirements(plans, [version.at for version in trail], first_held)
    cycle = _cycle(trail, plans)
    children: dict[str, list[KeyResult]] = {}
    for name, held in histories.key_results.items():
        agreed = _agreed_key_result(held, retired.get(name))
        children.setdefault(_home(histories.homes[name], retired), []).append(agreed)
    links = agreed_links(histories.objectives)
    objectives = tuple(
        _agreed_objective(held, retired.get(name)).model_copy(
            update={
                "key_results": tuple(children.get(name, ())),
                "counts": links.counts[name],
                "contributes_to": links.parents[name],
            }
        )
        for name, held in histories.objectives.items()
    )
    whole = Plan.model_construct(cycle=cycle, objectives=objectives)
    since = {name: min(held) for name, held in histories.objectives.items()}
    since |= {name: min(held) for name, held in histories.key_results.items()}
    added = {name: cycle.day_of(trail[index].at) for name, index in since.items() if index}
    return Agreement(
        plan=whole,
        at_start=_without(whole, added, plans[0]),
        current=plans[-1],
        revision=trail[-1].number,
        terms=_terms(trail, histories.key_results, cycle.start_of(cycle.starts)),
        retired=retired,
        added=added,
        versions=trail,
        settled=settling.at,
        first=settling.first,
    )


def _cycle(trail: Sequence[PlanVersion], plans: Sequence[Plan]) -> Cycle:
    """The cycle as first agreed, with the cut-off that was last said before it ended."""
    first = plans[0].cycle
    ended = first.end_of(first.ends)
    known = [p.cycle for v, p in zip(trail, plans, strict=True) if v.at < ended] or [first]
    late = {"cutoff": known[-1].cutoff, "grace_days": known[-1].grace_days}
    return first.model_copy(update=late)


def _without(agreed: Plan, added: Mapping[str, date], first: Plan) -> Plan:
    """The agreed plan without what was added since, items and counted links."""
    if not added:
        return agreed
    objectives = tuple(
        objective.model_copy(
            update={
                "key_results": tuple(k for k in objective.key_results if k.id not in added),
                "counts": {
                    child: weight
                    for child, weight in objective.counts.items()
                    if child in first.objectives_by_id
                },
            }
        )
        for objective in agreed.objectives
        if objective.id not in added
    )
    return Plan.model_construct(cycle=agreed.cycle, objectives=objectives)


def _home(homes: Sequence[str], retired: Mapping[str, Retirement]) -> str:
    """The first objective a key result belonged to that it did not outlive by moving on."""
    lasting = (name for name in homes if name not in retired or not retired[name].early)
    return next(lasting, homes[0])


def _agreed_key_result(held: Mapping[int, KeyResult], gone: Retirement | None) -> KeyResult:
    first, newest = held[min(held)], held[max(held)]
    agreed = {name: getattr(first, name) for name in ("metric", "starts", "due", "weight", "guard")}
    return newest.model_copy(update={**agreed, "cadence": first.cadence, **_state(gone)})


def _agreed_objective(held: Mapping[int, Objective], gone: Retirement | None) -> Objective:
    first, newest = held[min(held)], held[max(held)]
    agreed = {"ambition": first.ambition, "weight": first.weight}
    return newest.model_copy(update={**agreed, **_state(gone)})


def _state(gone: Retirement | None) -> dict[str, str]:
    if gone is None or not gone.early:
        return {"state": "active", "state_reason": ""}
    return {"state": "deferred" if gone.how == "deferred" else "dropped", "state_reason": str(gone)}


def _terms(
    trail: Sequence[PlanVersion], held: Mapping[str, Mapping[int, KeyResult]], start: datetime
) -> dict[str, tuple[Term, ...]]:
    # Until a plan has settled it was not in force for a while: what is agreed then always was.
    begins = [start, *(max(version.at.astimezone(UTC), start) for version in trail[1:])]
    ends = [*begins[1:], None]
    return {
        name: tuple(Term(begins[i], ends[i], kr) for i, kr in versions.items())
        for name, versions in held.items()
    }
