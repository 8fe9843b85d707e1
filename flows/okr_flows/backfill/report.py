"""BackfillReport: what one backfill worked out, for people and JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from okr_core.basics.exact import decimal_text
from okr_core.record.entries import Reading
from okr_core.record.failure import Failure

DayState = Literal["reconstructed", "kept", "unavailable"]


@dataclass(frozen=True, slots=True)
class PastDay:
    """One check-in day of a key result.

    Attributes:
        reading: What was reconstructed.
        failure: Why there is no value, with the moment that was asked about.
    """

    day: date
    reading: Reading | None = None
    failure: Failure | None = None

    @property
    def state(self) -> DayState:
        """`kept` where there was a reading already, so that nothing was asked."""
        if self.failure is not None:
            return "unavailable"
        return "kept" if self.reading is None else "reconstructed"

    def as_json(self) -> dict[str, str | None]:
        """The day as `okr backfill --format json` prints it."""
        read, failed = self.reading, self.failure
        at = read.at if read else failed.at if failed else None
        return {
            "day": self.day.isoformat(),
            "state": self.state,
            "at": _utc(at) if at else None,
            "value": decimal_text(read.value) if read else None,
            "evidence": (read.evidence or None) if read else None,
            "reason": (failed.reason or None) if failed else None,
            "hint": (failed.hint or None) if failed else None,
        }


@dataclass(frozen=True, slots=True)
class BackfilledKeyResult:
    """A key result's past.

    Attributes:
        days: Its check-in days, oldest first.
        failure: Why nothing could be asked; None if it could.
        assumptions: How its values were worked out and what that takes for granted.
    """

    key_result: str
    days: tuple[PastDay, ...]
    failure: Failure | None = None
    assumptions: tuple[str, ...] = ()

    def number_of(self, state: DayState) -> int:
        """How many of its days are in that state."""
        return sum(day.state == state for day in self.days)

    def as_json(self) -> dict[str, object]:
        """The key result as `okr backfill --format json` prints it."""
        return {
            "key_result": self.key_result,
            "reconstructed": self.number_of("reconstructed"),
            "kept": self.number_of("kept"),
            "unavailable": self.number_of("unavailable"),
            "error": (self.failure.reason or None) if self.failure else None,
            "hint": (self.failure.hint or None) if self.failure else None,
            "assumptions": list(self.assumptions),
            "days": [day.as_json() for day in self.days],
        }


@dataclass(frozen=True, slots=True)
class BackfillReport:
    """What one backfill of a cycle found.

    Attributes:
        until: Days that had not passed by then were not meant.
        dry_run: Whether nothing was recorded.
        key_results: In the order of the plan.
        requests: Connection → HTTP requests sent.
        failed: Connection → why it could not be used at all.
    """

    cycle: str
    until: datetime
    revision: int
    dry_run: bool
    key_results: tuple[BackfilledKeyResult, ...]
    requests: Mapping[str, int]
    failed: Mapping[str, str]

    @property
    def exit_code(self) -> int:
        """0 fine, 3 every connection that was asked is down, 4 done but some have no value."""
        if self.failed and len(self.failed) == len(self.requests):
            return 3
        missing = any(kr.failure or kr.number_of("unavailable") for kr in self.key_results)
        return 4 if missing else 0

    def number_of(self, state: DayState) -> int:
        """How many days of all key results are in that state."""
        return sum(kr.number_of(state) for kr in self.key_results)

    @property
    def headline(self) -> str:
        """One line such as `24 past values recorded, 6 days had one, 8 cannot be told`."""
        if not self.key_results:
            return "no key result is bound to a source"
        verb = "would be recorded" if self.dry_run else "recorded"
        line = f"{self.number_of('reconstructed')} past values {verb}"
        kept, missing = self.number_of("kept"), self.number_of("unavailable")
        line += f", {kept} days had one" if kept else ""
        return line + (f", {missing} cannot be told" if missing else "")

    def as_json(self) -> dict[str, object]:
        """The document `okr.backfill/1`."""
        return {
            "schema": "okr.backfill/1",
            "cycle": self.cycle,
            "as_of": _utc(self.until),
            "revision": self.revision,
            "dry_run": self.dry_run,
            "key_results": [kr.as_json() for kr in self.key_results],
            "requests": dict(self.requests),
            "failed": dict(self.failed),
        }


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
