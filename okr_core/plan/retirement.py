"""Retirement: items that were dropped, deferred or removed, and whether early enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple, cast

from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import KeyResult, Objective, Plan

How = Literal["dropped", "deferred", "removed"]


class Retirement(NamedTuple):
    """An item that is no longer pursued.

    Attributes:
        how: By its state or its objective's, or by its absence from the plan.
        at: When that came into force, in UTC.
        reason: As written in the plan.
        early: Before half-time of the cycle: it is not scored but counted as retired. Later ones
            are scored.
    """

    how: How
    at: datetime
    reason: str
    early: bool

    def __str__(self) -> str:
        return f"{self.how} on {self.at:%Y-%m-%d}: {self.reason or 'no reason given'}"


def half_time(cycle: Cycle) -> datetime:
    """The middle of a cycle, in UTC, before which an item may be retired unscored.

    Source: this product's rule.

    >>> from datetime import date
    >>> half_time(Cycle(id="q", starts=date(2026, 10, 1), ends=date(2026, 10, 4))).day
    3
    """
    begins = cycle.start_of(cycle.starts)
    return begins + (cycle.end_of(cycle.ends) - begins) / 2


def retirements(plans: Sequence[Plan], times: Sequence[datetime]) -> dict[str, Retirement]:
    """Objective or key result → how it was retired, for all that are not active any more.

    Args:
        plans: Versions, oldest first; the first is the one that was agreed.
        times: When each came into force.
    """
    half = half_time(plans[0].cycle)
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
    return {
        name: Retirement(how, at, reason, at < half)
        for name, (how, at, reason) in open_runs.items()
    }


def _states(plan: Plan) -> Iterator[tuple[str, tuple[How, str] | None]]:
    """Item → why it is not active; None where it is."""
    for objective in plan.objectives:
        gone = _why_not(objective)
        yield objective.id, gone
        for kr in objective.key_results:
            yield kr.id, gone or _why_not(kr)


def _why_not(item: Objective | KeyResult) -> tuple[How, str] | None:
    return None if item.active else (cast("How", item.state), item.state_reason)
