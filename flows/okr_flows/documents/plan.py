"""Files and their revisions: `okr check`, `apply`, `pull`, `revisions`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from okr_core.basics.wire import Text, Time, filled
from okr_core.errors import Finding
from okr_core.plan.revision import Change

if TYPE_CHECKING:
    from okr_core.record.entries import RevisionDecision
    from okr_store import RevisionHeader


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDocument:
    """What `okr check` found."""

    schema: Literal["okr.check/1"] = "okr.check/1"
    files: tuple[str, ...]
    findings: tuple[Finding, ...]
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionDocument:
    """A numbered revision of the workspace (empty scope) or of a cycle's plan."""

    kind: Literal["plan", "workspace"]
    scope: str
    number: int
    digest: str
    base: int
    at: Time
    by: str
    via: str
    reason: Text
    reason_class: Text
    state: Literal["accepted", "proposed", "rejected"]
    decided_by: Text
    decided_at: Time | None
    decision_reason: Text
    decision_reason_class: Text

    @classmethod
    def of(
        cls, revision: RevisionHeader, decision: RevisionDecision | None = None
    ) -> RevisionDocument:
        """A revision, with what was said when it was decided, where somebody had to."""
        return filled(
            cls,
            revision,
            decision_reason=decision.reason if decision else "",
            decision_reason_class=decision.reason_class if decision else "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionsDocument:
    """What `okr revisions list` knows."""

    schema: Literal["okr.revisions/1"] = "okr.revisions/1"
    revisions: tuple[RevisionDocument, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionShownDocument:
    """One revision and what it changed."""

    schema: Literal["okr.revision/1"] = "okr.revision/1"
    revision: RevisionDocument
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedDocument:
    """One file: what it changed, and the revision that it became (null: none).

    `proposed`: it holds only once a second person accepts it.
    """

    file: str
    kind: Literal["plan", "workspace"]
    scope: str
    revision: int | None
    proposed: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyDocument:
    """What `okr apply` recorded, or would record.

    `workspace` is the id that names in Prefect carry; null where there is no workspace yet.
    """

    schema: Literal["okr.apply/1"] = "okr.apply/1"
    dry_run: bool
    workspace: Text
    files: tuple[AppliedDocument, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PulledDocument:
    """One file that was written, or was current already."""

    file: str
    revision: int
    written: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PullDocument:
    """What `okr pull` wrote."""

    schema: Literal["okr.pull/1"] = "okr.pull/1"
    files: tuple[PulledDocument, ...]
