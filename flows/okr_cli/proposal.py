"""Proposal: what a file would change, and whether the rules let it become a revision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, Protocol

from okr_cli.files import SourceFile
from okr_cli.moment import When
from okr_cli.person import VIA
from okr_cli.reason import Reason, unexplained, unexplained_policy
from okr_core.cycle import zone_named
from okr_core.document import base_of
from okr_core.dump import plan_json, workspace_json
from okr_core.errors import RefusalError
from okr_core.plan import Plan
from okr_core.revision import (
    Change,
    added_days,
    diff_plans,
    diff_workspaces,
    needs_reason,
    plan_digest,
    workspace_digest,
)
from okr_core.workspace import Workspace

if TYPE_CHECKING:
    from okr_store import NewRevision, Revision


@dataclass(frozen=True, slots=True)
class Proposal:
    """A file beside the revision that is current.

    Attributes:
        scope: Cycle of a plan, empty for the workspace.
        current: Number of the current revision, 0 if there is none.
        revision: What would be recorded; None if the file says the same as the current revision.
        problem: Why it may not be; None: it may.
    """

    file: SourceFile
    scope: str
    current: int
    changes: tuple[Change, ...] = ()
    revision: NewRevision | None = None
    problem: RefusalError | None = None

    @property
    def name(self) -> str:
        """What it is a revision of."""
        return f"plan {self.scope}" if self.scope else "the workspace"

    def refuse_problems(self) -> None:
        """Raise the problem, if there is one.

        Raises:
            RefusalError: The base is stale, or a reason is missing.
        """
        if self.problem is not None:
            raise self.problem


class Known(Protocol):
    """What knows the current revisions: a store, or nothing yet."""

    def revision(self, kind: Literal["plan", "workspace"], scope: str) -> Revision | None:
        """The accepted revision that holds now."""

    def last_reading(self, cycle: str) -> datetime | None:
        """When the newest reading of the cycle held; None: there is none."""


class NothingYet:
    """Stands for a store that was not made yet, so that a dry run makes none."""

    def revision(self, kind: str, scope: str) -> None:
        """There is none."""

    def last_reading(self, cycle: str) -> None:
        """There is none."""


def propose(store: Known, file: SourceFile, said: Reason, when: When) -> Proposal:
    """Compare a file without errors with the current revision of what it is about.

    Args:
        store: Knows the current revision.
        file: Without errors.
        said: Who applies, now, and why.
        when: Since when it holds.
    """
    if isinstance(file.found, Plan):
        zone = file.found.cycle.zone
        return _plan_proposal(
            store, file, file.found, replace(said, at=when.in_zone(zone, said.at))
        )
    assert isinstance(file.found, Workspace)
    zone = zone_named(file.found.timezone)
    return _workspace_proposal(
        store, file, file.found, replace(said, at=when.in_zone(zone, said.at))
    )


def _plan_proposal(store: Known, file: SourceFile, plan: Plan, said: Reason) -> Proposal:
    scope = plan.cycle.id
    current = store.revision("plan", scope)
    old = current.written_plan() if current else None
    digest = plan_digest(plan)
    number = current.number if current else 0
    if current and current.digest == digest:
        return Proposal(file, scope, number)
    changes = diff_plans(old, plan)
    day = plan.cycle.day_of(said.at)
    started = old is not None and day >= plan.cycle.starts
    problem = (
        _stale(file, current)
        or (_backdated(store, file, scope, said) if any(map(_moves_scores, changes)) else None)
        or unexplained(file.shown, needs_reason(changes, started), said, "apply")
    )
    added = added_days(old, current.added if current else {}, plan, day)
    content = _Content(plan_json(plan), digest, added)
    revision = _revision(file, scope, content, number, said)
    return Proposal(file, scope, number, changes, revision, problem)


def _moves_scores(change: Change) -> bool:
    """Whether a change, dated back, could move a score: what was agreed, and what counts at all."""
    return change.protected or change.kind != "changed" or change.field.startswith("state")


def _backdated(store: Known, file: SourceFile, cycle: str, said: Reason) -> RefusalError | None:
    """A plan is not changed for a past that was measured by it: scores would move unseen."""
    measured = store.last_reading(cycle)
    if measured is None or said.at >= measured:
        return None
    return RefusalError(
        f"{file.shown}: {said.at:%Y-%m-%d %H:%M} UTC is before the last reading of `{cycle}` "
        f"({measured:%Y-%m-%d %H:%M}); a plan does not change for a past that was measured.",
        hint="Apply it without --as-of; a mistake of the start is put right with "
        "`--reason-class metric_error`.",
    )


def _workspace_proposal(
    store: Known, file: SourceFile, workspace: Workspace, said: Reason
) -> Proposal:
    current = store.revision("workspace", "")
    old = current.workspace() if current else None
    digest = workspace_digest(workspace)
    number = current.number if current else 0
    if current and current.digest == digest:
        return Proposal(file, "", number)
    changes = diff_workspaces(old, workspace)
    policies = needs_reason(changes, started=old is not None)
    problem = _stale(file, current) or unexplained_policy(file.shown, policies, said, "apply")
    revision = _revision(file, "", _Content(workspace_json(workspace), digest), number, said)
    return Proposal(file, "", number, changes, revision, problem)


@dataclass(frozen=True, slots=True)
class _Content:
    document: str
    digest: str
    added: Mapping[str, date] = field(default_factory=dict)


def _revision(
    file: SourceFile, scope: str, content: _Content, base: int, said: Reason
) -> NewRevision:
    from okr_store import NewRevision  # noqa: PLC0415 - the rules above load without SQLAlchemy

    return NewRevision(
        kind=file.kind,
        scope=scope,
        document=content.document,
        added=dict(content.added),
        digest=content.digest,
        base=base,
        at=said.at,
        by=said.by,
        via=VIA,
        reason=said.text,
        reason_class=said.kind,
        state="accepted",
        text=file.text,
    )


def _stale(file: SourceFile, current: Revision | None) -> RefusalError | None:
    if current is None:
        return None
    base = base_of(file.text)
    if base is not None and (base.number, base.digest) == (current.number, current.digest):
        return None
    made_from = f"was made from revision {base.number}" if base else "names no base"
    who = f" by {current.by}" if current.by else ""
    return RefusalError(
        f"{file.shown} {made_from}, but revision {current.number}{who} is the latest.",
        hint="Keep your file under another name, run `okr pull --force`, and make your changes "
        "again in the new file.",
    )
