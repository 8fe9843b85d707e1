"""Proposal: what a document would change, and whether the rules let it become a revision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, Protocol

from okr_core.basics.command import okr
from okr_core.basics.days import minute_text
from okr_core.errors import RefusalError
from okr_core.files.document import Base, base_of, with_base
from okr_core.plan.acting import Act, Actor, acting_person
from okr_core.plan.cycle import Cycle, zone_named
from okr_core.plan.dump import plan_json, workspace_json
from okr_core.plan.plan import Plan
from okr_core.plan.revision import (
    Change,
    added_days,
    diff_plans,
    diff_workspaces,
    needs_reason,
    plan_digest,
    workspace_digest,
)
from okr_core.plan.when import When
from okr_core.plan.workspace import Workspace
from okr_flows.formulate.check import CheckedDocument, proposed_workspace, refuse_errors
from okr_flows.formulate.revisions import unexplained, unexplained_policy
from okr_flows.run.names import workspace_id

if TYPE_CHECKING:
    from okr_store import NewRevision, Revision, Store

_COMMAND = okr("apply")
NOW = When()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A document beside the revision that is current.

    Attributes:
        current: Number of the current revision, 0 if there is none.
        revision: What would be recorded; None if it says the same as the current revision.
        problem: Why it may not be; None: it may.
    """

    document: CheckedDocument
    current: int
    changes: tuple[Change, ...] = ()
    revision: NewRevision | None = None
    problem: RefusalError | None = None

    @property
    def scope(self) -> str:
        """Cycle of a plan, empty for the workspace."""
        found = self.document.found
        return found.cycle.id if isinstance(found, Plan) else ""

    @property
    def name(self) -> str:
        """What it is a revision of."""
        return f"plan {self.scope}" if self.scope else "the workspace"


@dataclass(frozen=True, slots=True)
class Applied:
    """A document that became a revision.

    Attributes:
        number: Of the revision.
        text: The document's text with that revision as its base.
    """

    proposal: Proposal
    number: int
    text: str


class Known(Protocol):
    """What knows the current revisions: a store, or nothing yet."""

    def revision(
        self, kind: Literal["plan", "workspace"], scope: str, number: int | None = None
    ) -> Revision | None:
        """The accepted revision that holds now, or the one of that number."""

    def last_reading(self, cycle: str) -> datetime | None:
        """When the newest reading of the cycle held; None: there is none."""


class NothingYet:
    """Stands for a store that was not made yet, so that a dry run makes none."""

    def revision(self, kind: str, scope: str, number: int | None = None) -> None:
        """There is none."""

    def last_reading(self, cycle: str) -> None:
        """There is none."""


def propose(
    known: Known,
    documents: Sequence[CheckedDocument],
    *,
    actor: Actor,
    now: datetime,
    when: When = NOW,
    reason: str = "",
    reason_class: str = "",
) -> list[Proposal]:
    """Compare documents with the current revisions of what they are about.

    Args:
        known: Knows the current revisions.
        documents: What is to become a revision.
        actor: Who applies: one of the people of the workspace that is applied with it, else of
            the current one.
        now: The time (aware).
        when: Since when they hold.
        reason: Why, in a sentence.
        reason_class: A `ReasonClass`, empty if none was given.

    Raises:
        DocumentError: A document has errors.
        InputError: The person is unknown.
        RefusalError: A base is stale, a reason is missing, or one is dated back over readings.
    """
    refuse_errors(documents)
    person = acting_person(actor, proposed_workspace(documents) or _workspace(known))
    act = Act(person, now, actor.via, reason, reason_class)
    proposals = [_proposal(known, document, act, when) for document in documents]
    for proposal in proposals:
        if proposal.problem is not None:
            raise proposal.problem
    return proposals


def _workspace(known: Known) -> Workspace | None:
    current = known.revision("workspace", "")
    return current.workspace() if current else None


def apply_proposals(store: Store, proposals: Sequence[Proposal]) -> list[Applied]:
    """Record proposals as revisions, all or none.

    Raises:
        RefusalError: A base became stale meanwhile, or a cycle is closed; nothing was recorded.
    """
    changed = [proposal for proposal in proposals if proposal.revision is not None]
    revisions = store.add_revisions([p.revision for p in changed if p.revision is not None])
    return [
        _applied(proposal, revision) for proposal, revision in zip(changed, revisions, strict=True)
    ]


def _applied(proposal: Proposal, revision: Revision) -> Applied:
    base = Base(revision.number, revision.digest)
    return Applied(proposal, revision.number, with_base(proposal.document.text, base))


def _proposal(known: Known, document: CheckedDocument, act: Act, when: When) -> Proposal:
    found = document.found
    if isinstance(found, Plan):
        since = replace(act, at=when.in_zone(found.cycle.zone, act.at))
        return _plan_proposal(known, document, found, since)
    assert found is not None, "a document without errors says something"
    since = replace(act, at=when.in_zone(zone_named(found.timezone), act.at))
    return _workspace_proposal(known, document, found, since)


def _plan_proposal(known: Known, document: CheckedDocument, plan: Plan, act: Act) -> Proposal:
    cycle = plan.cycle.id
    current = known.revision("plan", cycle)
    old = current.written_plan() if current else None
    digest = plan_digest(plan)
    number = current.number if current else 0
    if current and current.digest == digest:
        return Proposal(document, number)
    changes = diff_plans(old, plan)
    day = plan.cycle.day_of(act.at)
    started = old is not None and day >= plan.cycle.starts
    problem = (
        _stale(document, current)
        or (
            _backdated(known, document, plan.cycle, act)
            if any(map(_moves_scores, changes))
            else None
        )
        or unexplained(document.name, needs_reason(changes, started), act, _COMMAND)
    )
    added = added_days(current.added if current else {}, plan, day)
    content = _Content("plan", cycle, plan_json(plan), digest, added)
    return Proposal(document, number, changes, _revision(document, content, number, act), problem)


def _moves_scores(change: Change) -> bool:
    """Whether a change, dated back, could move a score: what was agreed, and what counts at all."""
    return change.protected or change.kind != "changed" or change.field.startswith("state")


def _backdated(
    known: Known, document: CheckedDocument, cycle: Cycle, act: Act
) -> RefusalError | None:
    """A plan is not changed for a past that was measured by it: scores would move unseen."""
    measured = known.last_reading(cycle.id)
    if measured is None or act.at >= measured:
        return None
    return RefusalError(
        f"{document.name}: {minute_text(act.at, cycle.zone)} is before the last reading of "
        f"`{cycle.id}` ({minute_text(measured, cycle.zone)}); a plan does not change for a past "
        "that was measured.",
        hint="Apply it without --as-of; a mistake of the start is put right with "
        "`--reason-class metric_error`.",
    )


def _workspace_proposal(
    known: Known, document: CheckedDocument, workspace: Workspace, act: Act
) -> Proposal:
    current = known.revision("workspace", "")
    old = current.workspace() if current else None
    digest = workspace_digest(workspace)
    number = current.number if current else 0
    if current and current.digest == digest:
        return Proposal(document, number)
    changes = diff_workspaces(old, workspace)
    policies = needs_reason(changes, started=old is not None)
    problem = (
        _stale(document, current)
        or (_renamed(known, document, workspace) if current else None)
        or unexplained_policy(document.name, policies, act, _COMMAND)
    )
    content = _Content("workspace", "", workspace_json(workspace), digest)
    return Proposal(document, number, changes, _revision(document, content, number, act), problem)


@dataclass(frozen=True, slots=True)
class _Content:
    kind: Literal["plan", "workspace"]
    scope: str
    json: str
    digest: str
    added: Mapping[str, date] = field(default_factory=dict)


def _revision(document: CheckedDocument, content: _Content, base: int, act: Act) -> NewRevision:
    from okr_store import NewRevision  # noqa: PLC0415 - the rules above load without SQLAlchemy

    return NewRevision(
        kind=content.kind,
        scope=content.scope,
        document=content.json,
        added=dict(content.added),
        digest=content.digest,
        base=base,
        at=act.at,
        by=act.by,
        via=act.via,
        reason=act.reason,
        reason_class=act.reason_class,
        state="accepted",
        text=document.text,
    )


def _renamed(known: Known, document: CheckedDocument, workspace: Workspace) -> RefusalError | None:
    """A workspace's id never changes: deployments, artifacts and events carry it."""
    kept = workspace_id(known)
    if workspace.id in {None, kept}:
        return None
    return RefusalError(
        f"{document.name}: id `{workspace.id}` is another workspace's; this store's is `{kept}`, "
        "and what Prefect shows of it is named so.",
        hint=f"Write `id: {kept}`; another workspace needs a store of its own.",
    )


def _stale(document: CheckedDocument, current: Revision | None) -> RefusalError | None:
    if current is None:
        return None
    base = base_of(document.text)
    if base is not None and (base.number, base.digest) == (current.number, current.digest):
        return None
    made_from = f"was made from revision {base.number}" if base else "names no base"
    who = f" by {current.by}" if current.by else ""
    return RefusalError(
        f"{document.name} {made_from}, but revision {current.number}{who} is the latest.",
        hint=f"Keep your file under another name, run {okr('pull', '--force').code}, and make your "
        "changes again in the new file.",
    )
