"""Files and their revisions: `okr check`, `apply`, `pull`, `revisions`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


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
