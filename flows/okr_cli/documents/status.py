"""How a cycle stands: `okr status`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from okr_cli.documents.score import ForecastDocument

StatusWord = Literal[
    "closed", "pending", "missed", "done", "ahead", "on_track", "behind", "at_risk"
]


class SuspectDocument(TypedDict):
    """A value that waits for a person."""

    reading: str
    value: str
    reason: str
    observed_at: str


class TroubleDocument(TypedDict):
    """Why something could not be done, and what to do."""

    reason: str
    hint: str


class KeyResultDocument(TypedDict):
    """How a key result stands; `forecast` is null until a scoring has stored one."""

    id: str
    title: str
    state: Literal["active", "dropped", "deferred"]
    metric: str
    unit: str
    current: str | None
    raw: float | None
    progress: float | None
    reason: str | None
    expected: float | None
    gap: float | None
    status: StatusWord
    shown: str
    stale: bool
    confidence: int | None
    forecast: ForecastDocument | None
    observed_at: str | None
    suspect: SuspectDocument | None
    unavailable: TroubleDocument | None


class ObjectiveDocument(TypedDict):
    """How an objective stands; dropped and deferred ones are listed and do not count."""

    id: str
    title: str
    team: str | None
    state: Literal["active", "dropped", "deferred"]
    progress: float | None
    coverage: float
    reason: str | None
    status: StatusWord
    shown: str
    pending: int
    key_results: list[KeyResultDocument]


class StatusDocument(TypedDict):
    """What `okr status` knows: a cycle's objectives and key results at a time."""

    schema: Literal["okr.status/1"]
    cycle: str
    revision: int
    as_of: str
    synced_at: str | None
    closed_at: str | None
    progress: float | None
    teams: dict[str, float | None]
    objectives: list[ObjectiveDocument]
