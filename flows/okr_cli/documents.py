"""Documents: the shape of everything that `--format json` prints, one type per document.

Ratios are numbers rounded half-even to 6 places, measured values decimal strings, times ISO 8601
in UTC. A document's `schema` names it and its version; `okr schema NAME` prints its JSON Schema.
"""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

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


class FailedReadingDocument(TroubleDocument):
    """Why the sync of that time could not read a key result."""

    at: str


class KeyResultDocument(TypedDict):
    """How a key result stands; `forecast` is null until a flow has computed one."""

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
    forecast: None
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
    progress: float | None
    teams: dict[str, float | None]
    objectives: list[ObjectiveDocument]


class FindingDocument(TypedDict):
    """One thing to correct in a file."""

    rule: str
    severity: Literal["error", "warning", "info"]
    file: str
    line: int
    path: str
    message: str
    fix: str


class CheckDocument(TypedDict):
    """What `okr check` found."""

    schema: Literal["okr.check/1"]
    files: list[str]
    findings: list[FindingDocument]
    errors: int
    warnings: int


class SyncedDocument(TypedDict):
    """The answer for one key result."""

    key_result: str
    value: str | None
    state: Literal["observed", "suspect", "unavailable"]
    existing: bool
    evidence: str | None
    link: str | None
    error: str | None
    hint: str | None


class SyncDocument(TypedDict):
    """What one sync found."""

    schema: Literal["okr.sync/1"]
    cycle: str
    as_of: str
    revision: int
    readings: list[SyncedDocument]
    requests: dict[str, int]
    failed: dict[str, str]


class FetchDocument(TypedDict):
    """One query of the request plan; `pages` is null where no run has counted the rows yet."""

    connection: str
    query: str
    endpoint: str
    fields: list[str]
    pages: int | None
    serves: list[str]


class RefusedDocument(TypedDict):
    """A key result that cannot be asked for."""

    key_result: str
    reason: str
    hint: str


class SyncPlanDocument(TypedDict):
    """What `okr sync --dry-run` would ask."""

    schema: Literal["okr.sync-plan/1"]
    cycle: str
    as_of: str
    fetches: list[FetchDocument]
    existing: list[str]
    refused: list[RefusedDocument]


class RowDocument(TypedDict):
    """One thing that counted; `value` is null where it holds nothing."""

    id: str
    value: str | None
    weight: str
    label: str


class EvidenceDocument(TypedDict):
    """What lets anyone add the number up again."""

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


class RevisionDocument(TypedDict):
    """A numbered revision of the workspace (empty scope) or of a cycle's plan."""

    kind: Literal["plan", "workspace"]
    scope: str
    number: int
    digest: str
    base: int
    at: str
    by: str
    via: str
    reason: str | None
    reason_class: str | None
    state: Literal["accepted", "proposed", "rejected"]
    decided_by: str | None
    decided_at: str | None
    decision_reason: str | None
    decision_reason_class: str | None


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


class ChangeDocument(TypedDict):
    """One difference between two revisions."""

    path: str
    item: str
    field: str
    old: str | None
    new: str | None
    kind: Literal["added", "removed", "changed", "moved"]
    protected: bool


class RevisionsDocument(TypedDict):
    """What `okr revisions list` knows."""

    schema: Literal["okr.revisions/1"]
    revisions: list[RevisionDocument]


class RevisionShownDocument(TypedDict):
    """One revision and what it changed."""

    schema: Literal["okr.revision/1"]
    revision: RevisionDocument
    changes: list[ChangeDocument]


class AppliedDocument(TypedDict):
    """One file: what it changed, and the revision that it became (null: none)."""

    file: str
    kind: Literal["plan", "workspace"]
    scope: str
    revision: int | None
    changes: list[ChangeDocument]


class ApplyDocument(TypedDict):
    """What `okr apply` recorded, or would record."""

    schema: Literal["okr.apply/1"]
    dry_run: bool
    files: list[AppliedDocument]


class PulledDocument(TypedDict):
    """One file that was written, or was current already."""

    file: str
    revision: int
    written: bool


class PullDocument(TypedDict):
    """What `okr pull` wrote."""

    schema: Literal["okr.pull/1"]
    files: list[PulledDocument]


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


class DiagnosisDocument(TypedDict):
    """One thing that was looked at, how it is, and what to do."""

    subject: str
    outcome: Literal["ok", "warning", "error"]
    message: str
    hint: str


class DoctorDocument(TypedDict):
    """What `okr doctor` looked at."""

    schema: Literal["okr.doctor/1"]
    checks: list[DiagnosisDocument]


class AuditDocument(TypedDict):
    """Whether the record holds.

    `links` decisions are chained; `readings` is how many live ones add up from their evidence to
    the value that is on record.
    """

    schema: Literal["okr.audit/1"]
    ok: bool
    links: int
    readings: int
    head: str
    heads: dict[str, str]
    problems: list[str]


class DeployedDocument(TypedDict):
    """One thing on the Prefect server that was, or would be, created, changed or deleted."""

    action: Literal["create", "change", "delete"]
    kind: Literal["work pool", "deployment", "schedule", "limit", "notice"]
    name: str
    cycle: str | None
    differs: list[str]


class DeployDocument(TypedDict):
    """What `okr deploy` changed, or would change, and what people paused."""

    schema: Literal["okr.deploy/1"]
    dry_run: bool
    changes: list[DeployedDocument]
    paused: list[str]


class ExcludedDocument(TypedDict):
    """How many rows leaving out a resolution or status would remove."""

    name: str
    rows: int


class TryDocument(TypedDict):
    """A number that is not in a plan yet; `value` is null where there is none."""

    schema: Literal["okr.try/1"]
    connection: str
    kind: str
    value: str | None
    measure: str | None
    query: str | None
    link: str | None
    complete: bool
    count: int | None
    rows: list[RowDocument]
    excluded: list[ExcludedDocument]
    notes: list[str]
    requests: int
    binding: dict[str, object]
    yaml: str
    unavailable: TroubleDocument | None


class PersonChangeDocument(TypedDict):
    """One thing that changes about a person."""

    person: str
    field: str
    old: str | None
    new: str


class UnmatchedDocument(TypedDict):
    """An account that belongs to nobody in okr.yaml; `similar` has the same name."""

    account: str
    name: str
    email: str | None
    similar: str | None
    reason: str


class PeopleDocument(TypedDict):
    """People that were imported, or would be."""

    schema: Literal["okr.people/1"]
    source: str
    written: bool
    people: int
    changes: list[PersonChangeDocument]
    unmatched: list[UnmatchedDocument]
    without: list[str]
