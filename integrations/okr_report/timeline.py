"""Timeline: where a time stands between the first and the last moment of a cycle."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from okr_core.plan.cycle import zone_named
from okr_report.reports import Header


def places(times: Iterable[datetime], header: Header) -> list[float]:
    """Each time as a share of the cycle, in [0, 1]; steps that are unequal stay so.

    Args:
        times: With a zone.
        header: Its `starts` and `ends` are days in its `timezone`, the last one included.
    """
    zone = zone_named(header.timezone)
    first = datetime.combine(header.starts, time.min, zone).timestamp()
    last = datetime.combine(header.ends + timedelta(days=1), time.min, zone).timestamp()
    shares = ((at.timestamp() - first) / (last - first) for at in times)
    return [round(min(max(share, 0.0), 1.0), 6) for share in shares]
