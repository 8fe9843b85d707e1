"""SyncReport: what one sync found, for people, JSON and the final state of the run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

from okr_core.basics.exact import decimal_text
from okr_core.record.entries import Reading
from okr_core.record.failure import Failure

SyncState = Literal["observed", "suspect", "unavailable"]


@dataclass(frozen=True, slots=True)
class SyncedReading:
    """The answer for one key result.

    Attributes:
        reading: What was read; None if unavailable.
        failure: Why it is suspect or unavailable, and what to do; None if observed.
        existing: Whether an earlier run of the same slot had recorded it.
        link: Address at the source that a person can open.
    """

    key_result: str
    reading: Reading | None = None
    failure: Failure | None = None
    existing: bool = False
    link: str = ""

    @property
    def state(self) -> SyncState:
        """Whether it counts."""
        if self.reading is None:
            return "unavailable"
        return "suspect" if self.reading.state == "suspect" else "observed"

    @property
    def value(self) -> Decimal | None:
        """The value that was read; None if unavailable."""
        return self.reading.value if self.reading else None

    def as_json(self) -> dict[str, str | bool | None]:
        """The reading as `okr sync --format json` prints it."""
        read, failed = self.reading, self.failure
        return {
            "key_result": self.key_result,
            "value": None if self.value is None else decimal_text(self.value),
            "state": self.state,
            "existing": self.existing,
            "evidence": (read.evidence or None) if read else None,
            "link": self.link or None,
            "error": (failed.reason or None) if failed else None,
            "hint": (failed.hint or None) if failed else None,
        }


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one sync of a cycle found.

    Attributes:
        as_of: Business time of the run: the slot that its readings fill.
        readings: One per bound key result that was asked for, in the order of the plan.
        requests: Connection → HTTP requests sent.
        failed: Connection → why it could not be used at all.
    """

    cycle: str
    as_of: datetime
    revision: int
    readings: tuple[SyncedReading, ...] = ()
    requests: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def totals(self) -> Counter[SyncState]:
        """State → number of key results."""
        return Counter(reading.state for reading in self.readings)

    @property
    def needs_attention(self) -> bool:
        """Whether any key result is suspect or unavailable."""
        return any(reading.state != "observed" for reading in self.readings)

    @property
    def seen_at(self) -> datetime:
        """When the newest of its readings was taken: live ones are younger than the slot."""
        return max((r.reading.at for r in self.readings if r.reading), default=self.as_of)

    @property
    def exit_code(self) -> int:
        """0 fine, 3 every connection that was asked is down, 4 done with suspect or unavailable."""
        if self.failed and len(self.failed) == len(self.requests):
            return 3
        return 4 if self.needs_attention else 0

    @property
    def headline(self) -> str:
        """One line such as `22 of 24 key results observed, 1 suspect, 1 unavailable`."""
        totals = self.totals
        counted = len(self.readings)
        if not counted:
            return "no key result is bound to a source"
        line = f"{totals['observed']} of {counted} key results observed"
        for state in ("suspect", "unavailable"):
            if totals[state]:
                line += f", {totals[state]} {state}"
        return line

    def as_json(self) -> dict[str, object]:
        """The document `okr.sync/1`."""
        return {
            "schema": "okr.sync/1",
            "cycle": self.cycle,
            "as_of": self.as_of.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "revision": self.revision,
            "readings": [reading.as_json() for reading in self.readings],
            "requests": dict(self.requests),
            "failed": dict(self.failed),
        }
