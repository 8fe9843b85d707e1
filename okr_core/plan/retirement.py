"""Retirement: items that were dropped, deferred or removed, and whether early enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple, TypeVar, cast

from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.settling import half_time

_Item = TypeVar("_Item", Objective, KeyResult)
How = Literal["dropped", "deferred", "removed"]


class Retirement(NamedTuple):
    """An item that is no longer pursued.

    Attributes:
        how: By its state or its objective's, or by its absence from the plan.
        at: When that came into force, in UTC.
        reason: As written in the plan.
        early: Before the middle of its own days: it is not scored but counted as retired. Later
            ones are scored.
    """

    how: How
    at: datetime
    reason: str
    early: bool

    def __str__(self) -> str:
        return f"{self.how} on {self.at:%Y-%m-%d}: {self.reason or 'no reason given'}"


def retirements(
    plans: Sequence[Plan], times: Sequence[datetime], agreed: Mapping[str, KeyResult]
) -> dict[str, Retirement]:
    """Objective or key result → how it was retired, for all that are not active any more.

    A key result is retired early before the middle of its own days, from `starts` to `due` as first
    agreed; so nobody drops in week 12 what was due in week 4. An objective is, if all its key
    results are; one without any before the cycle's half-time.

    Source: this product's rule.

    Args:
        plans: Versions, oldest first; the first is the one that was agreed.
        times: When each came into force.
        agreed: Key result → itself as first agreed, its starts and due filled in.
    """
    open_runs: dict[str, tuple[How, datetime, str]] = {}
    ever: set[str] = set()
    for plan, at in zip(plans, times, strict=True):
        states = dict(_states(plan))
        ever.update(states)
        for name in ever:
            state = states.get(name, ("removed", "removed from the plan"))
            if state is None:
                open_runs.pop(name, None)
            else:
                open_runs.setdefault(name, (state[0], at.astimezone(UTC), state[1]))
    cycle = plans[0].cycle
    found = {
        name: Retirement(how, at, reason, at < _middle(cycle, agreed.get(name)))
        for name, (how, at, reason) in open_runs.items()
    }
    return {name: _as_its_key_results(name, gone, found, plans) for name, gone in found.items()}


def counting(plan: Plan, agreed: Plan, retired: Mapping[str, Retirement]) -> Plan:
    """The plan in force as it counts: with what was retired too late to count no more.

    Status and score leave out the same items.

    Source: this product's rule.

    Args:
        plan: The plan in force, its starts filled in.
        agreed: As first agreed: it has what was removed from the plan.
        retired: Objective or key result → how it was retired, of all that are not active.
    """
    late = {name for name, gone in retired.items() if not gone.early}
    if not late:
        return plan
    objectives = [_counting(each, plan, agreed, retired) for each in plan.objectives]
    objectives += [
        each
        for each in agreed.objectives
        if each.id in late and each.id not in plan.objectives_by_id
    ]
    return Plan.model_construct(cycle=plan.cycle, objectives=tuple(objectives))


def _counting(
    objective: Objective, plan: Plan, agreed: Plan, retired: Mapping[str, Retirement]
) -> Objective:
    then = agreed.objectives_by_id.get(objective.id)
    removed = [
        kr
        for kr in (then.key_results if then else ())
        if kr.id in retired and not retired[kr.id].early and kr.id not in plan.key_results_by_id
    ]
    own = (_with_state(kr, retired.get(kr.id)) for kr in objective.key_results)
    changed = {"key_results": (*own, *removed)}
    return _with_state(objective, retired.get(objective.id)).model_copy(update=changed)


def _with_state(item: _Item, gone: Retirement | None) -> _Item:
    """The item as it counts: active where it was retired late, out where it was early."""
    if gone is None or (gone.early and not item.active):
        return item
    state = "dropped" if gone.early else "active"
    return item.model_copy(update={"state": state, "state_reason": gone.reason})


def _middle(cycle: Cycle, kr: KeyResult | None) -> datetime:
    """Until when an item may be retired unscored, in UTC."""
    if kr is None or kr.starts is None or kr.due is None:
        return half_time(cycle)
    begins = cycle.start_of(kr.starts)
    return begins + (cycle.end_of(kr.due) - begins) / 2


def _as_its_key_results(
    name: str, gone: Retirement, found: Mapping[str, Retirement], plans: Sequence[Plan]
) -> Retirement:
    """An objective's retirement: early only if every key result that it had was."""
    several = [plan.objectives_by_id[name] for plan in plans if name in plan.objectives_by_id]
    inside = {kr.id for objective in several for kr in objective.key_results}
    own = [found[each] for each in inside if each in found]
    return gone._replace(early=all(each.early for each in own)) if own else gone


def _states(plan: Plan) -> Iterator[tuple[str, tuple[How, str] | None]]:
    """Item → why it is not active; None where it is."""
    for objective in plan.objectives:
        gone = _why_not(objective)
        yield objective.id, gone
        for kr in objective.key_results:
            yield kr.id, gone or _why_not(kr)


def _why_not(item: Objective | KeyResult) -> tuple[How, str] | None:
    return None if item.active else (cast("How", item.state), item.state_reason)
