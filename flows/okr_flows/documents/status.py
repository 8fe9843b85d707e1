"""How a cycle stands: `okr status`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from okr_core.basics.wire import Ratio, Text, Time, Value, filled
from okr_core.open.entries import open_entries
from okr_flows.documents.forecast import ForecastDocument
from okr_flows.documents.open import OpenEntryDocument

if TYPE_CHECKING:
    from okr_core.plan.plan import KeyResult, Objective
    from okr_core.record.entries import Reading
    from okr_core.snapshot import Snapshot

StatusWord = Literal[
    "closed", "pending", "missed", "done", "ahead", "on_track", "behind", "at_risk"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectDocument:
    """A value that waits for a person."""

    reading: str
    value: Value
    reason: str
    observed_at: Time

    @classmethod
    def of(cls, reading: Reading) -> SuspectDocument:
        """What a suspect reading asks a person to look at."""
        observed_at = reading.observed_at or reading.at
        return filled(cls, reading, reading=reading.id, observed_at=observed_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleDocument:
    """Why something could not be done, and what to do."""

    reason: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyResultDocument:
    """How a key result stands; `forecast` is null until a scoring has stored one."""

    id: str
    title: str
    state: Literal["active", "dropped", "deferred"]
    metric: str
    unit: str
    current: Value | None
    raw: Ratio | None
    progress: Ratio | None
    reason: Text
    expected: Ratio | None
    gap: Ratio | None
    status: StatusWord
    shown: str
    stale: bool
    confidence: int | None
    forecast: ForecastDocument | None
    observed_at: Time | None
    suspect: SuspectDocument | None
    unavailable: TroubleDocument | None

    @classmethod
    def of(cls, snapshot: Snapshot, kr: KeyResult) -> KeyResultDocument:
        """How a key result stands in a cycle."""
        known, trouble = snapshot.standings[kr.id], snapshot.unavailable.get(kr.id)
        progress = known.progress
        return cls(
            id=kr.id,
            title=kr.title,
            state=kr.state,
            metric=kr.metric.kind,
            unit=kr.metric.unit,
            current=known.current,
            raw=progress.raw,
            progress=progress.clamped,
            reason=progress.reason,
            expected=known.expected,
            gap=known.gap,
            status=known.status,
            shown=known.shown,
            stale=known.stale,
            confidence=known.confidence,
            forecast=ForecastDocument.of(snapshot.forecasts.get(kr.id)),
            observed_at=known.observed_at,
            suspect=SuspectDocument.of(known.suspect) if known.suspect else None,
            unavailable=filled(TroubleDocument, trouble) if trouble else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveDocument:
    """How an objective stands; dropped and deferred ones are listed and do not count."""

    id: str
    title: str
    team: str | None
    state: Literal["active", "dropped", "deferred"]
    progress: Ratio | None
    coverage: Ratio
    reason: Text
    status: StatusWord
    shown: str
    pending: int
    key_results: tuple[KeyResultDocument, ...]

    @classmethod
    def of(cls, snapshot: Snapshot, objective: Objective) -> ObjectiveDocument:
        """How an objective and its key results stand in a cycle."""
        known = snapshot.standings[objective.id]
        return filled(
            cls,
            known,
            title=objective.title,
            team=objective.team,
            state=objective.state,
            progress=known.progress.clamped,
            coverage=known.progress.coverage,
            reason=known.progress.reason,
            key_results=tuple(KeyResultDocument.of(snapshot, kr) for kr in objective.key_results),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionReadDocument:
    """When a connection was read; `read_at` is null if never, `due_at` when it is to be next."""

    name: Text
    kind: str
    schedule: str
    read_at: Time | None
    tried_at: Time | None
    due_at: Time | None
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusDocument:
    """What `okr status` knows: a cycle's objectives and key results at a time.

    `workspace` is the id that names in Prefect carry.
    """

    schema: Literal["okr.status/1"] = "okr.status/1"
    workspace: Text
    cycle: str
    revision: int
    as_of: Time
    synced_at: Time | None
    closed_at: Time | None
    progress: Ratio | None
    teams: dict[str, Ratio | None]
    connections: tuple[ConnectionReadDocument, ...]
    objectives: tuple[ObjectiveDocument, ...]
    open: tuple[OpenEntryDocument, ...]

    @classmethod
    def of(cls, snapshot: Snapshot, workspace: str = "") -> StatusDocument:
        """How a cycle of that workspace stands."""
        teams = {team: each.clamped for team, each in snapshot.figures.items()}
        return filled(
            cls,
            snapshot,
            workspace=workspace,
            cycle=snapshot.plan.cycle.id,
            progress=teams.pop("", None),
            teams=teams,
            connections=tuple(
                filled(ConnectionReadDocument, each) for each in snapshot.connections_read
            ),
            objectives=tuple(ObjectiveDocument.of(snapshot, o) for o in snapshot.plan.objectives),
            open=tuple(map(OpenEntryDocument.of, open_entries(snapshot))),
        )
