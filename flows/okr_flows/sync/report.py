"""SyncReport: what one sync found, for people, programs and the final state of the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from okr_core.basics.wire import Text, Time, Value, filled
from okr_core.record.entries import Reading
from okr_core.record.failure import Failure
from okr_flows.checkin.rows_recorded import MisreadRow

SyncState = Literal["observed", "suspect", "unavailable"]


@dataclass(frozen=True, slots=True)
class SyncedReading:
    """The answer for one key result.

    Attributes:
        reading: What was read; None if unavailable.
        failure: Why it is suspect or unavailable, and what to do; None if observed.
        existing: Whether an earlier run of the same slot had recorded it.
        link: Address at the source that a person can open.
        notes: What a reader must know of the value, one sentence each; see `evidence.remarks`.
    """

    key_result: str
    reading: Reading | None = None
    failure: Failure | None = None
    existing: bool = False
    link: str = ""
    notes: tuple[str, ...] = ()

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


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one sync of a cycle found.

    Attributes:
        as_of: Business time of the run: the slot that its readings fill.
        readings: One per bound key result that was asked for, in the order of the plan.
        requests: Connection → HTTP requests sent.
        failed: Connection → why it could not be used at all.
        check_ins: Check-ins that were new in the rows where people write them.
        misread: Rows of check-ins that were not recorded.
        unheard: Connection → why its rows could not be read.
    """

    cycle: str
    as_of: datetime
    revision: int
    readings: tuple[SyncedReading, ...] = ()
    requests: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    check_ins: int = 0
    misread: tuple[MisreadRow, ...] = ()
    unheard: dict[str, str] = field(default_factory=dict)

    @property
    def totals(self) -> Counter[SyncState]:
        """State → number of key results."""
        return Counter(reading.state for reading in self.readings)

    @property
    def needs_attention(self) -> bool:
        """Whether a key result is suspect or unavailable, or a check-in was not recorded."""
        unread = self.misread or self.unheard
        return bool(unread) or any(reading.state != "observed" for reading in self.readings)

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
        line = f"{totals['observed']} of {counted} key results observed"
        if not counted:
            line = "no key result is bound to a source"
        for state in ("suspect", "unavailable"):
            if totals[state]:
                line += f", {totals[state]} {state}"
        return "; ".join([line, *self._said])

    @property
    def _said(self) -> Iterator[str]:
        """What of check-ins is to be told: how many, and nothing that people wrote."""
        if self.check_ins:
            yield f"{self.check_ins} check-in{'s' if self.check_ins > 1 else ''} read"
        if rows := len(self.misread):
            yield f"{rows} row{'s' if rows > 1 else ''} of check-ins not recorded"
        if self.unheard:
            yield f"check-ins of {', '.join(self.unheard)} not read"


@dataclass(frozen=True, slots=True, kw_only=True)
class MisreadDocument:
    """A row of check-ins that was not recorded: what of it, why, and what to do."""

    link: Text
    wrong: Text
    reason: Text
    hint: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncedDocument:
    """The answer for one key result; `notes` say what a reader must know of its value."""

    key_result: str
    value: Value | None
    state: SyncState
    existing: bool
    evidence: Text
    link: Text
    notes: tuple[str, ...]
    error: Text
    hint: Text

    @classmethod
    def of(cls, synced: SyncedReading) -> SyncedDocument:
        """An answer."""
        evidence = synced.reading.evidence if synced.reading else ""
        why = synced.failure or Failure("")
        return filled(cls, synced, evidence=evidence, error=why.reason, hint=why.hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncDocument:
    """What one sync found."""

    schema: Literal["okr.sync/1"] = "okr.sync/1"
    cycle: str
    as_of: Time
    revision: int
    readings: tuple[SyncedDocument, ...]
    requests: dict[str, int]
    failed: dict[str, str]
    check_ins: int
    misread: tuple[MisreadDocument, ...]
    unheard: dict[str, str]

    @classmethod
    def of(cls, report: SyncReport) -> SyncDocument:
        """What `okr sync --format json` prints."""
        return filled(
            cls,
            report,
            readings=tuple(SyncedDocument.of(r) for r in report.readings),
            misread=tuple(filled(MisreadDocument, row) for row in report.misread),
        )
