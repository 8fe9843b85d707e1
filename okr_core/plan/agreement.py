"""Agreement: the plan as first agreed, which is what a cycle is scored by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple, TypeVar

from pydantic import TypeAdapter, ValidationError

from okr_core.basics.command import okr
from okr_core.basics.days import in_utc, minute_text
from okr_core.errors import RefusalError
from okr_core.plan.metrics import Metric
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.retirement import Retirement, retirements
from okr_core.plan.revision import ReasonClass, added_days

_METRIC: TypeAdapter[Metric] = TypeAdapter(Metric)
_Value = TypeVar("_Value")
ByVersion = Mapping[int, Objective]
"""An objective in each version that had it, by the version's index."""


def corrected_key_result(held: KeyResult, old: KeyResult, new: KeyResult) -> KeyResult:
    """An earlier version of a key result with the error put right that a revision corrects.

    A field is replaced where it held the value that the revision replaced. What another, earlier
    revision had changed meanwhile (a target that was lowered after a shock) stays as it was agreed.

    Args:
        held: The earlier version.
        old: The version before the correction.
        new: The correction.
    """
    terms = {
        "metric": corrected_metric(held.metric, old.metric, new.metric),
        "due": _swapped(held.due, old.due, new.due),
        "weight": _swapped(held.weight, old.weight, new.weight),
    }
    return held.model_copy(update=terms)


def corrected_objective(held: Objective, old: Objective, new: Objective) -> Objective:
    """An earlier version of an objective with ambition, weight and links put right.

    Args:
        held: The earlier version.
        old: The version before the correction.
        new: The correction.
    """
    terms = {
        "ambition": _swapped(held.ambition, old.ambition, new.ambition),
        "weight": _swapped(held.weight, old.weight, new.weight),
        "counts": _counts(held.counts, old.counts, new.counts),
        "contributes_to": _links(held.contributes_to, old.contributes_to, new.contributes_to),
    }
    return held.model_copy(update=terms)


def corrected_metric(held: Metric, old: Metric, new: Metric) -> Metric:
    """An earlier metric with the fields put right that held the mistake.

    Where the corrected fields contradict the others, or another kind was meant all along, the
    whole corrected metric takes its place.

    >>> from okr_core.plan.metrics import Increase
    >>> def rise(baseline: int, target: int) -> Increase:
    ...     return Increase(baseline=Decimal(baseline), target=Decimal(target))
    >>> corrected_metric(rise(31, 45), rise(31, 50), rise(30, 50))
    Increase(kind='increase', unit='', baseline=Decimal('30'), target=Decimal('45'))
    """
    if old == new or held.kind != old.kind:
        return held
    if held == old or old.kind != new.kind:
        return new
    before, after = old.model_dump(), new.model_dump()
    terms = {
        field: _swapped(value, before[field], after[field])
        for field, value in held.model_dump().items()
    }
    try:
        return _METRIC.validate_python(terms)
    except ValidationError:
        return new


def _swapped(value: _Value, old: _Value, new: _Value) -> _Value:
    return new if value == old else value


def _counts(
    held: Mapping[str, Decimal], old: Mapping[str, Decimal], new: Mapping[str, Decimal]
) -> dict[str, Decimal]:
    found = dict(held)
    for child in {*old, *new}:
        if old.get(child) == new.get(child) or held.get(child) != old.get(child):
            continue
        if child in new:
            found[child] = new[child]
        else:
            del found[child]
    return found


def _links(held: tuple[str, ...], old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    gone = {link for link in old if link not in new}
    come = [link for link in new if link not in old and link not in held]
    return (*(link for link in held if link not in gone), *come)


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
        by: Person who recorded it.
        reason: What the person said about it.
    """

    number: int
    at: datetime
    plan: Plan
    reason_class: ReasonClass | None = None
    by: str = ""
    reason: str = ""


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
        plan: Every item ever planned, with the metric, starts, due, weight, ambition, cadence and
            links that were first agreed: those in force when the cycle began, or when the item
            was added. Titles, roles, teams and sources are the newest. Items retired before
            half-time are not active, those retired later are.
        current: The plan in force, starts filled in.
        revision: Number of the version in force.
        terms: Key result → what was in force when, oldest first; the first is the agreed one.
        retired: Objective or key result → how and when it was retired.
    """

    plan: Plan
    current: Plan
    revision: int
    terms: Mapping[str, tuple[Term, ...]]
    retired: Mapping[str, Retirement]


def agree(versions: Iterable[PlanVersion], as_of: datetime) -> Agreement:
    """The plan as first agreed, seen from `as_of`.

    Only a version with the reason class `metric_error` changes what was agreed: every earlier
    version that held the same mistake is put right, as if it had never been made. Moving an item,
    or removing and adding it again, changes nothing.

    Args:
        versions: Accepted revisions of one cycle's plan, in any order.
        as_of: Aware time; later versions are not known yet.

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
    trail = _from_start(known)
    return _agreed(trail, [_with_due(plan) for plan in resolved_plans(known)[-len(trail) :]])


def _from_start(known: Sequence[PlanVersion]) -> Sequence[PlanVersion]:
    """The version that was in force when the cycle began, and all after it."""
    for index, (version, following) in enumerate(pairwise(known)):
        # Each version says when the cycle begins: moving the start later reopens nothing.
        if following.at > version.plan.cycle.start_of(version.plan.cycle.starts):
            return known[index:]
    return known[-1:]


def resolved_plans(known: Iterable[PlanVersion]) -> list[Plan]:
    """Each version's plan with the starts of its key results filled in; versions oldest first."""
    added: dict[str, date] = {}
    plans: list[Plan] = []
    for version in known:
        added = added_days(added, version.plan, version.plan.cycle.day_of(version.at))
        plans.append(version.plan.resolved(added))
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


def _agreed(trail: Sequence[PlanVersion], plans: Sequence[Plan]) -> Agreement:
    histories = _Histories(plans, [v.reason_class == "metric_error" for v in trail])
    retired = retirements(plans, [version.at for version in trail])
    first, newest = plans[0].cycle, plans[-1].cycle
    cycle = first.model_copy(update={"cutoff": newest.cutoff, "grace_days": newest.grace_days})
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
    return Agreement(
        Plan.model_construct(cycle=cycle, objectives=objectives),
        plans[-1],
        trail[-1].number,
        _terms(trail, histories.key_results, cycle.start_of(cycle.starts)),
        retired,
    )


def _home(homes: Sequence[str], retired: Mapping[str, Retirement]) -> str:
    """The first objective a key result belonged to that it did not outlive by moving on."""
    lasting = (name for name in homes if name not in retired or not retired[name].early)
    return next(lasting, homes[0])


def _agreed_key_result(held: Mapping[int, KeyResult], gone: Retirement | None) -> KeyResult:
    first, newest = held[min(held)], held[max(held)]
    agreed = {name: getattr(first, name) for name in ("metric", "starts", "due", "weight")}
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
    begins = [max(version.at.astimezone(UTC), start) for version in trail]
    ends = [*begins[1:], None]
    return {
        name: tuple(Term(begins[i], ends[i], kr) for i, kr in versions.items())
        for name, versions in held.items()
    }
