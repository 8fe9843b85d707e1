"""Heard: which key results spoke until their end, and which fell silent before."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import BaselineFinding, Binary, Milestones
from okr_core.plan.plan import KeyResult
from okr_core.progress.bands import judged_over_time
from okr_core.record.entries import Reading

_IRREVERSIBLE: frozenset[type] = frozenset({Milestones, Binary, BaselineFinding})
"""Kinds of which what is done stays done, so that the last word holds however old it is."""


def last_said_on(
    kr: KeyResult,
    reading: Reading | None,
    ends: datetime,
    lasts: timedelta,
    cycle: Cycle,
    *,
    lost: bool = False,
) -> date | None:
    """The local day of a key result's last value, where that is too old to speak for its end.

    Too old is more than cadence and grace before the end. Exempt are kinds whose state cannot be
    undone, bands judged by their share of time, where silence counts as not holding already, and
    bands judged by their worst value once they are broken, which no later word mends.

    Source: this product's rule, since whoever stops to speak in a good week must not score above
    whoever goes on.

    Args:
        kr: The key result, as first agreed.
        reading: The last value that scores; None: there is none, which is silence of its own.
        ends: End of the due day, or when it was retired (aware).
        lasts: Cadence and grace.
        cycle: Whose zone tells the day.
        lost: Whether its progress is 0 by what was said already.

    Returns:
        None where the last value is young enough.
    """
    if reading is None or type(kr.metric) in _IRREVERSIBLE:
        return None
    judge = kr.metric.judge if judged_over_time(kr.metric) else ""
    if judge == "share" or (judge == "worst" and lost):
        return None
    return cycle.day_of(reading.at) if reading.at < ends - lasts else None
