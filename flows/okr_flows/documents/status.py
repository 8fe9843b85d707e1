"""How a cycle stands: `okr status`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, cast

from okr_core.basics.wire import Ratio, Text, Time, Value, filled
from okr_core.open.entries import open_entries
from okr_core.open.entry import accountable
from okr_core.plan.part import whole_of
from okr_core.progress.bands import judged_over_time
from okr_flows.documents.forecast import ForecastDocument
from okr_flows.documents.open import OpenEntryDocument
from okr_flows.owed.owed import owed_in

if TYPE_CHECKING:
    from okr_core.plan.metrics import Metric
    from okr_core.plan.part import Part
    from okr_core.plan.plan import KeyResult, Objective
    from okr_core.progress.bands import Verdict
    from okr_core.record.entries import Reading
    from okr_core.snapshot import Snapshot

OutcomeWord = Literal["reached", "not_reached", "green", "yellow", "red", "learned", "open"]
StatusWord = Literal[
    "closed", "not_begun", "pending", "done", "ahead", "on_track", "behind", "at_risk", "not_known",
    "reached", "not_reached", "green", "yellow", "red", "learned", "open",
]  # fmt: skip


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
class JudgedDocument:
    """What a band is judged by over time.

    `value` is the worst value, the average or, of `share`, the share of the time that holds;
    `broken_at` is when one that must always hold did not.
    """

    by: Literal["worst", "average", "share"]
    value: Ratio
    at: Time | None
    broken_at: Time | None

    @classmethod
    def of(cls, metric: Metric, verdict: Verdict | None) -> JudgedDocument | None:
        """What a verdict says; None without one."""
        if verdict is None or not judged_over_time(metric):
            return None
        by = cast('Literal["worst", "average", "share"]', metric.judge)
        return filled(cls, verdict, by=by)


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleDocument:
    """Why something could not be done, and what to do."""

    reason: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyResultDocument:
    """How a key result stands; `forecast` is null until a scoring has stored one.

    `outcome` is how it ended, null before its due day has passed; what has ended has no `expected`,
    its `progress` is its score, and `raw` is without a person's word. `shown` is `left_out` of what
    was left out of all figures.
    `never_reported` says that somebody is to be asked for a first word.
    """

    id: str
    title: str
    role: str | None
    held_by: tuple[str, ...]
    state: Literal["active", "dropped", "deferred"]
    guard: bool
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
    outcome: OutcomeWord | None
    due: date
    judged: JudgedDocument | None
    never_reported: bool
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
        progress, to = known.progress, accountable(snapshot, kr.id)
        return cls(
            id=kr.id,
            title=kr.title,
            role=to.role,
            held_by=to.holders,
            state=kr.state,
            guard=kr.guard,
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
            outcome=known.outcome,
            due=snapshot.plan.due_of(kr),
            judged=JudgedDocument.of(snapshot.metric_of(kr), known.verdict),
            never_reported=known.unreported,
            stale=known.stale,
            confidence=known.confidence,
            forecast=ForecastDocument.of(snapshot.forecasts.get(kr.id)),
            observed_at=known.observed_at,
            suspect=SuspectDocument.of(known.suspect) if known.suspect else None,
            unavailable=filled(TroubleDocument, trouble) if trouble else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardDocument:
    """A guard that does not hold; `broken_at` is null where nobody knows whether it does."""

    id: str
    broken_at: Time | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveDocument:
    """How an objective stands; dropped and deferred ones are listed and do not count.

    `worst` is the id of the item whose status it shows while it is under way; of `counted` items
    `ended` have ended, and `fell_short` of these without success.
    """

    id: str
    title: str
    team: str | None
    role: str | None
    held_by: tuple[str, ...]
    state: Literal["active", "dropped", "deferred"]
    progress: Ratio | None
    coverage: Ratio
    reason: Text
    status: StatusWord
    shown: str
    outcome: OutcomeWord | None
    worst: Text
    counted: int
    ended: int
    fell_short: int
    guards: tuple[GuardDocument, ...]
    pending: int
    key_results: tuple[KeyResultDocument, ...]

    @classmethod
    def of(cls, snapshot: Snapshot, objective: Objective) -> ObjectiveDocument:
        """How an objective and its key results stand in a cycle."""
        known, to = snapshot.standings[objective.id], accountable(snapshot, objective.id)
        return filled(
            cls,
            known,
            title=objective.title,
            team=objective.team,
            role=to.role,
            held_by=to.holders,
            state=objective.state,
            progress=known.progress.clamped,
            coverage=known.progress.coverage,
            reason=known.progress.reason,
            guards=tuple(filled(GuardDocument, guard) for guard in known.guards),
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

    `averaged` is how many objectives `progress` is the mean of, by weight, and `averages` of how
    many the figure of each team is.
    `workspace` is the id that names in Prefect carry; `numbers_until` is when the last numbers
    count for what has ended, null where nothing has or that time is past. Where `team` or `person`
    is not null, `objectives` and `open` have that part alone; figures are those of the whole cycle.
    """

    schema: Literal["okr.status/1"] = "okr.status/1"
    workspace: Text
    cycle: str
    revision: int
    as_of: Time
    synced_at: Time | None
    closed_at: Time | None
    numbers_until: Time | None
    progress: Ratio | None
    averaged: int
    teams: dict[str, Ratio | None]
    averages: dict[str, int]
    team: str | None
    person: str | None
    connections: tuple[ConnectionReadDocument, ...]
    objectives: tuple[ObjectiveDocument, ...]
    open: tuple[OpenEntryDocument, ...]

    @classmethod
    def of(
        cls, snapshot: Snapshot, workspace: str = "", part: Part | None = None
    ) -> StatusDocument:
        """How a cycle of that workspace stands, or the part of it that is asked for."""
        part = part or whole_of(snapshot.plan)
        teams = {team: each.clamped for team, each in snapshot.figures.items()}
        averages = {**snapshot.averages}
        return filled(
            cls,
            snapshot,
            workspace=workspace,
            cycle=snapshot.plan.cycle.id,
            progress=teams.pop("", None),
            averaged=averages.pop("", 0),
            teams=teams,
            averages=averages,
            connections=tuple(
                filled(ConnectionReadDocument, each) for each in snapshot.connections_read
            ),
            team=part.team or None,
            person=part.person or None,
            objectives=tuple(ObjectiveDocument.of(snapshot, o) for o in part.objectives),
            open=tuple(map(OpenEntryDocument.of, owed_in(snapshot, part, open_entries(snapshot)))),
        )
