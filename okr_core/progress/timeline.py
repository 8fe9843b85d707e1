"""Timeline: a plan seen from a time, and how long its readings last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from okr_core.basics.days import in_utc
from okr_core.plan.plan import KeyResult, Plan
from okr_core.plan.workspace import Policies
from okr_core.progress.bands import Span, judged_over_time
from okr_core.progress.progress import Measured, measure
from okr_core.record.entries import Reading


class Timeline:
    """A plan at a time, under its workspace's policies.

    Attributes:
        as_of: In UTC.
        lasts: Cadence → how long a reading counts as fresh: the cadence and the grace.
    """

    def __init__(self, plan: Plan, as_of: datetime, policies: Policies) -> None:
        stale = policies.staleness
        self.plan = plan
        self.as_of = in_utc(as_of)
        self.lasts = {
            cadence: timedelta(days=days + stale.grace_days)
            for cadence, days in (
                ("weekly", stale.weekly),
                ("biweekly", stale.biweekly),
                ("monthly", stale.monthly),
            )
        }
        # Only a band judged over time looks at its start and end, so the others share one span.
        self._spans = {c: Span(self.as_of, lasts) for c, lasts in self.lasts.items()}
        self._bound = {c: Span(self.as_of, lasts, bound=True) for c, lasts in self.lasts.items()}

    def measured(self, kr: KeyResult, readings: Sequence[Reading]) -> Measured:
        """Progress of a key result and the reading that it rests on."""
        return measure(kr.metric, readings, self.as_of, self._span(kr))

    def _span(self, kr: KeyResult) -> Span:
        if judged_over_time(kr.metric):
            cycle = self.plan.cycle
            return Span(
                ends=cycle.end_of(self.plan.due_of(kr)),
                lasts=self.lasts[kr.cadence],
                begins=cycle.start_of(self.plan.starts_of(kr)),
                bound=kr.bound,
            )
        return (self._bound if kr.source and kr.bound else self._spans)[kr.cadence]
