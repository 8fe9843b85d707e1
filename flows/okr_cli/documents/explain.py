"""Where a number comes from: `okr explain`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from okr_cli.documents.plan import RevisionDocument
from okr_cli.documents.status import TroubleDocument


class FailedReadingDocument(TroubleDocument):
    """Why the sync of that time could not read a key result."""

    at: str


class RowDocument(TypedDict):
    """One thing that counted; `value` is null where it holds nothing."""

    id: str
    value: str | None
    weight: str
    label: str


class EvidenceDocument(TypedDict):
    """What lets anyone add the number up again.

    `reconstructed` says how a past value was worked out, null where it was read when it held;
    `assumptions` what that takes for granted.
    """

    digest: str
    kind: str
    connection: str
    query: str
    measure: str
    formula: str
    scale: str
    complete: bool
    link: str | None
    requests: int
    rows: list[RowDocument]
    notes: list[str]
    reconstructed: str | None
    assumptions: list[str]
    added_up: str | None
    agrees: bool


class ReadingDocument(TypedDict):
    """One number, when it held, and who or what says so."""

    id: str
    part: str | None
    at: str
    value: str
    state: Literal["observed", "suspect", "void"]
    source: str
    observed_at: str
    supersedes: str | None
    reason: str | None
    until: str | None
    by: str | None
    revision: int


class ExplainDocument(TypedDict):
    """Where a number comes from: value ← rows ← query ← revision ← formula.

    `accepted_at` is when a person let the reading count; null where nobody had to. `unavailable`
    says why the last sync could not read it; null where it could.
    """

    schema: Literal["okr.explain/1"]
    cycle: str
    as_of: str
    key_result: str
    title: str
    metric: str
    unit: str
    current: str | None
    progress: float | None
    raw: float | None
    reason: str | None
    formula: str
    reading: ReadingDocument | None
    evidence: EvidenceDocument | None
    revision: RevisionDocument | None
    suspect: ReadingDocument | None
    accepted_at: str | None
    unavailable: FailedReadingDocument | None
    history: list[ReadingDocument]
