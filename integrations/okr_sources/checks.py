"""Checks: lines of `okr doctor` that every tool has."""

from __future__ import annotations

from datetime import datetime

from okr_sources.source import Check

MOST_SKEW = 60
"""Seconds by which clocks may differ: headers hold whole seconds, and answers take time."""


def clock_check(server: datetime | None, now: datetime, subject: str = "clock") -> Check:
    """What `okr doctor` says of the server's clock.

    Args:
        server: Its time (aware); None where it does not tell.
        now: This machine's time (aware).
        subject: What the line is about.
    """
    if server is None:
        return Check(subject, "warning", "the server does not tell its time.")
    ahead = (server - now).total_seconds()
    if abs(ahead) > MOST_SKEW:
        side = "ahead of" if ahead > 0 else "behind"
        message = f"the server's clock is {abs(ahead):.0f} s {side} ours."
        return Check(subject, "warning", message, "Set this machine's clock by NTP.")
    return Check(subject, "ok", f"clocks agree within {MOST_SKEW} s.")
