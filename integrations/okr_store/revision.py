"""Revision: one numbered version of a plan or of the workspace, with who recorded it and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, TypeVar

from pydantic import ValidationError

from okr_core.basics.command import okr
from okr_core.errors import ConfigError
from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import Plan
from okr_core.plan.settling import SETTLING_DAYS, Opening, with_starts
from okr_core.plan.workspace import Workspace

DocumentKind = Literal["plan", "workspace"]
RevisionState = Literal["proposed", "accepted", "rejected"]
Outcome = Literal["accepted", "rejected"]
_Document = TypeVar("_Document", Plan, Workspace)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRevision:
    """A plan or workspace about to be recorded.

    Attributes:
        scope: Cycle id of a plan, empty for the workspace.
        document: Canonical JSON of what is written, without defaults filled in.
        digest: Digest of the plan or workspace.
        at: Since when it holds (aware).
        base: Number of the accepted revision that it was made from, 0 for none.
        text: YAML as the person wrote it.
        added: Key result → local day of the revision that added it.
        state: `accepted`, or `proposed` where a named person has to decide.
    """

    kind: DocumentKind
    scope: str
    document: str
    digest: str
    at: datetime
    base: int = 0
    by: str = ""
    via: str = ""
    reason: str = ""
    reason_class: str = ""
    state: Literal["accepted", "proposed"] = "accepted"
    text: str = ""
    added: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionHeader:
    """Who recorded a revision, when and why, and its state now; without its document.

    Attributes:
        number: 1-based, per kind and scope.
        state: The state it was recorded with, or what was decided since.
        decided_by: Person who accepted or rejected a proposal, empty if nobody had to.
        decided_at: When, None if nobody had to.
    """

    kind: DocumentKind
    scope: str
    number: int
    base: int
    digest: str
    at: datetime
    by: str
    via: str
    reason: str
    reason_class: str
    state: RevisionState
    decided_by: str
    decided_at: datetime | None

    @property
    def reference(self) -> str:
        """How it is named: `2026-q4:3` or `workspace:2`."""
        return f"{self.scope or 'workspace'}:{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision(RevisionHeader):
    """A revision with its document; for the rest see `RevisionHeader` and `NewRevision`.

    Attributes:
        added: Key result → local day of the revision that first added it, whatever was removed
            and added again since.
        opening: Of a plan: its first accepted revision; itself where none is accepted.
    """

    document: str
    text: str
    added: Mapping[str, date]
    opening: Opening

    def plan(self, settling_days: int = SETTLING_DAYS) -> Plan:
        """The plan, each key result with the day on which its pace starts.

        Args:
            settling_days: The policy: what was added while the plan settled starts with the cycle.

        Raises:
            ConfigError: The document is damaged.
        """
        return with_starts(self.written_plan(), self.added, self.opening, settling_days)

    def written_plan(self) -> Plan:
        """The plan as it was written; raises as `plan` does."""
        return self._read(Plan)

    def workspace(self) -> Workspace:
        """The workspace; raises as `plan` does."""
        return self._read(Workspace)

    def cycle(self) -> Cycle:
        """The plan's cycle alone: a plan of 5,000 key results is slow to read; raises as `plan`."""
        try:
            return Cycle.model_validate(self.fields().get("cycle"))
        except ValidationError as error:
            raise unreadable(self, "is damaged") from error

    def fields(self) -> dict[str, Any]:
        """The document as it is written, unchecked; raises as `plan` does where it is none."""
        try:
            found = json.loads(self.document)
        except (ValueError, RecursionError) as error:
            raise unreadable(self, "is damaged") from error
        if not isinstance(found, dict):
            raise unreadable(self, "is damaged")
        return found

    def _read(self, kind: type[_Document]) -> _Document:
        try:
            return kind.model_validate_json(self.document)
        except ValidationError as error:
            raise unreadable(self, "is damaged") from error


def unreadable(of: RevisionHeader, what: str) -> ConfigError:
    """The error of a document that cannot be read."""
    return ConfigError(
        f"the document of revision {of.number} of {document_name(of)} {what} in the store.",
        hint=f"{okr('audit', 'verify').code} lists what was altered; restore the last backup.",
    )


def document_name(of: NewRevision | RevisionHeader) -> str:
    """How the document of a revision is called in a sentence."""
    return f"plan `{of.scope}`" if of.kind == "plan" else "workspace"
