"""Settling: when a plan stands as first agreed, and from which day its key results count."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from okr_core.basics.days import days_after
from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import Plan

SETTLING_DAYS = 14
"""Days in which a plan may still settle, where no policy says otherwise."""


def half_time(cycle: Cycle) -> datetime:
    """The middle of a cycle, in UTC.

    Source: this product's rule.

    >>> half_time(Cycle(id="q", starts=date(2026, 10, 1), ends=date(2026, 10, 4))).day
    3
    """
    begins = cycle.start_of(cycle.starts)
    return begins + (cycle.end_of(cycle.ends) - begins) / 2


@dataclass(frozen=True, slots=True)
class Opening:
    """The first accepted revision of a plan.

    Attributes:
        at: When it came into force (aware).
        key_results: Those that it has.
    """

    at: datetime
    key_results: Collection[str] = ()


def settled_at(cycle: Cycle, first: datetime, settling_days: int = SETTLING_DAYS) -> datetime:
    """When the plan of a cycle stands as first agreed, in UTC: what is in force then is agreed.

    `settling_days` local days after the later of the cycle's start and the first accepted revision,
    not later than the cycle's half-time. A first revision that is later is the agreement itself.

    Source: this product's rule.

    Args:
        cycle: The cycle, as the version in force says.
        first: When the first accepted revision came into force (aware).
        settling_days: The policy.

    >>> from datetime import UTC
    >>> quarter = Cycle(id="q", starts=date(2026, 10, 1), ends=date(2026, 12, 31))
    >>> settled_at(quarter, datetime(2026, 9, 20, tzinfo=UTC)).date()
    datetime.date(2026, 10, 15)
    >>> settled_at(quarter, datetime(2026, 11, 30, 9, tzinfo=UTC)).date()
    datetime.date(2026, 11, 30)
    """
    day = days_after(max(cycle.starts, cycle.day_of(first)), settling_days)
    settled = cycle.start_of(min(day, cycle.day_of(half_time(cycle))))
    return max(first, settled)


@dataclass(frozen=True, slots=True)
class FirstAgreed:
    """How late a plan was first agreed.

    Attributes:
        day: Day of the cycle on which its first revision was accepted; 1 is the first.
        days: Days of the cycle.
        late: Whether that was after the days in which a plan may settle: every figure says so.
        afterwards: Whether the cycle had ended: its figures are shown, but nothing is a success.
    """

    day: int
    days: int
    late: bool
    afterwards: bool


def first_agreed(cycle: Cycle, first: datetime, settling_days: int = SETTLING_DAYS) -> FirstAgreed:
    """How late the plan of a cycle was first agreed; arguments as of `settled_at`."""
    local = cycle.day_of(first)
    number, days = day_number(cycle, local)
    return FirstAgreed(
        number, days, local >= days_after(cycle.starts, max(settling_days, 1)), local > cycle.ends
    )


def day_number(cycle: Cycle, day: date) -> tuple[int, int]:
    """Which day of its cycle a day is, counted from 1, and how many there are.

    >>> quarter = Cycle(id="q", starts=date(2026, 10, 1), ends=date(2026, 12, 31))
    >>> day_number(quarter, date(2026, 11, 30))
    (61, 92)
    """
    return (day - cycle.starts).days + 1, (cycle.ends - cycle.starts).days + 1


def with_starts(
    plan: Plan, added: Mapping[str, date], opening: Opening, settling_days: int = SETTLING_DAYS
) -> Plan:
    """The plan with the starts of its key results filled in where none is written.

    What was added while the plan settled starts with the cycle, what was added later on that day.

    Args:
        plan: A version of the plan, as it was written.
        added: Key result → local day of the revision that first added it.
        opening: The first accepted revision.
        settling_days: The policy.
    """
    cycle = plan.cycle
    settled = settled_at(cycle, opening.at, settling_days)

    def begins(name: str, day: date) -> date:
        agreed = name in opening.key_results or cycle.end_of(day) <= settled
        return cycle.starts if agreed else day

    return plan.resolved({name: begins(name, day) for name, day in added.items()})
