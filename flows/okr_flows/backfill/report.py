"""BackfillReport: what one backfill worked out, for people and programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from okr_core.basics.wire import Text, Time, Value, filled
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

    @property
    def missing(self) -> Failure | None:
        """Why it, or the first of its days without a value, has none; None: all have one."""
        failures = (self.failure, *(day.failure for day in self.days))
        return next((each for each in failures if each is not None), None)

    def number_of(self, state: DayState) -> int:
        """How many of its days are in that state."""
        return sum(day.state == state for day in self.days)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDayDocument:
    """One check-in day; `kept` where there was a reading already, `at` the moment asked about."""

    day: str
    state: DayState
    at: Time | None
    value: Value | None
    evidence: Text
    reason: Text
    hint: Text

    @classmethod
    def of(cls, past: PastDay) -> PastDayDocument:
        """A check-in day."""
        read, why = past.reading, past.failure or Failure("")
        return cls(
            day=past.day.isoformat(),
            state=past.state,
            at=read.at if read else why.at,
            value=read.value if read else None,
            evidence=read.evidence if read else "",
            reason=why.reason,
            hint=why.hint,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfilledDocument:
    """One key result's past; the numbers count its days by state.

    `error` says why nothing could be asked; `assumptions` how its values were worked out and what
    that takes for granted.
    """

    key_result: str
    reconstructed: int
    kept: int
    unavailable: int
    error: Text
    hint: Text
    assumptions: tuple[str, ...]
    days: tuple[PastDayDocument, ...]

    @classmethod
    def of(cls, past: BackfilledKeyResult) -> BackfilledDocument:
        """A key result's past."""
        why = past.failure or Failure("")
        states: tuple[DayState, ...] = ("reconstructed", "kept", "unavailable")
        counts = {state: past.number_of(state) for state in states}
        days = tuple(PastDayDocument.of(day) for day in past.days)
        return filled(cls, past, error=why.reason, hint=why.hint, days=days, **counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillDocument:
    """What one backfill found, and recorded unless it was a dry run."""

    schema: Literal["okr.backfill/1"] = "okr.backfill/1"
    cycle: str
    as_of: Time
    revision: int
    dry_run: bool
    key_results: tuple[BackfilledDocument, ...]
    requests: dict[str, int]
    failed: dict[str, str]

    @classmethod
    def of(cls, report: BackfillReport) -> BackfillDocument:
        """What `okr backfill --format json` prints."""
        return filled(
            cls,
            report,
            as_of=report.until,
            key_results=tuple(BackfilledDocument.of(kr) for kr in report.key_results),
            requests=dict(report.requests),
            failed=dict(report.failed),
        )
