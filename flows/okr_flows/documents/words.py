"""What people say and decide: `okr checkin`, `accept`, `correct`, `retro`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from okr_core.basics.wire import Text, Time, Value
from okr_flows.documents.explain import ReadingDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInDocument:
    """One check-in as it is in the store; `earlier` says that it had been recorded before.

    `acted_for` is who was away and for whom `by` stood in; null: nobody.
    """

    id: str
    key_result: str
    part: Text
    at: Time
    value: Value | None
    confidence: int | None
    note: str
    said_at: Time
    by: str
    acted_for: Text
    earlier: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInsDocument:
    """What the store holds of what `okr checkin` was told."""

    schema: Literal["okr.checkin/1"] = "okr.checkin/1"
    cycle: str
    check_ins: tuple[CheckInDocument, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDocument:
    """The reading that `okr accept` or `okr correct` put in place."""

    schema: Literal["okr.decision/1"] = "okr.decision/1"
    cycle: str
    key_result: str
    reading: ReadingDocument
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningDocument:
    """What `okr retro` recorded: a hypothesis that is closed."""

    schema: Literal["okr.learning/1"] = "okr.learning/1"
    cycle: str
    objective: str
    outcome: Literal["supported", "refuted"]
    evidence: str
    note: str
    at: Time
    by: str
