"""What people say and decide: `okr checkin`, `accept`, `correct`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from okr_cli.documents.explain import ReadingDocument


class CheckInDocument(TypedDict):
    """One check-in as it was recorded."""

    key_result: str
    part: str | None
    at: str
    value: str | None
    confidence: int | None
    note: str
    by: str


class CheckInsDocument(TypedDict):
    """What `okr checkin` recorded."""

    schema: Literal["okr.checkin/1"]
    cycle: str
    check_ins: list[CheckInDocument]


class DecisionDocument(TypedDict):
    """The reading that `okr accept` or `okr correct` put in place."""

    schema: Literal["okr.decision/1"]
    cycle: str
    key_result: str
    reading: ReadingDocument
    by: str


class LearningDocument(TypedDict):
    """What `okr retro` recorded: a hypothesis that is closed."""

    schema: Literal["okr.learning/1"]
    cycle: str
    objective: str
    outcome: Literal["supported", "refuted"]
    evidence: str
    note: str
    at: str
    by: str
