"""Ticks: what the clock of a cycle has started, so that it starts nothing twice."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from okr_core.record.body import RecordedBody

TickJob = Literal["score", "report"]


class TickRecord(RecordedBody, decision=False, judges=False, after_close=True, words=()):
    """Something that was due at a time and was done; its entry's key names job and time.

    Attributes:
        slot: When it was due (aware).
        outcome: `done`, or `passed` where a later one of its kind takes its place, or a rule
            refused it.
        why: Why it was not done.
    """

    kind: Literal["tick"] = "tick"
    job: TickJob
    slot: datetime
    outcome: Literal["done", "passed"] = "done"
    why: str = ""
