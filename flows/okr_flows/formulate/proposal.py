"""Proposal: what a document would change, and whether the rules let it become a revision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, Protocol

from okr_core.basics.command import Command, okr
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
from okr_core.plan.settling import first_agreed
from okr_core.plan.when import When
from okr_core.plan.workspace import Workspace
from okr_flows.formulate.check import CheckedDocument, proposed_workspace, refuse_errors
from okr_flows.formulate.revisions import (
    KnowsRevisions,
    agreed_since,
    unexplained,
    unexplained_policy,
    waits_for_second,
)
from okr_flows.run.names import workspace_id

if TYPE_CHECKING:
    from okr_store import NewRevision, Revision, Store

APPLY = okr("apply")
NOW = When()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A document beside the revision that is current.

    Attributes:
        current: Number of the current revision, 0 if there is none.
        revision: What would be recorded; None if it says the same as the current revision.
        problem: Why it may not be; None: it may.
        since: From when a first plan counts, where its cycle has begun; else empty.
    """

    document: CheckedDocument
    current: int
    changes: tuple[Change, ...] = ()
    revision: NewRevision | None = None
    problem: RefusalError | None = None
    since: str = ""

    @property
    def scope(self) -> str:
        """Cycle of a plan, empty for the workspace."""
        found = self.document.found
        return found.cycle.id if isinstance(found, Plan) else ""

    @property
    def waits(self) -> bool:
        """Whether it holds only once a second person accepts it."""
        return self.revision is not None and self.revision.state == "proposed"

    @property
    def name(self) -> str:
        """What it is a revision of."""
        return f"plan {self.scope}" if self.scope else "the workspace"


@dataclass(frozen=True, slots=True)
class Applied:
    """A document that became a revision, or is proposed as one.

    Attributes:
        number: Of the revision.
        text: The document's text with that revision as its base; as it is where it is proposed.
    """

    proposal: Proposal
    number: int
    text: str


class Known(KnowsRevisions, Protocol):
    """What knows revisions and readings: a store, or nothing yet."""

    def last_reading(self, cycle: str) -> datetime | None:
        """When the newest reading of the cycle held; None: there is none."""


class NothingYet:
    """Stands for a store that was not made yet, so that a dry run makes none."""

    def revision(
        self, kind: str, scope: str, number: int | None = None, as_of: datetime | None = None
    ) -> None:
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
    command: Command = APPLY,
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
        command: The `okr` command that takes the reason, for what a refusal advises.

    Raises:
        DocumentError: A document has errors.
        InputError: The person is unknown.
        RefusalError: A base is stale, a reason is missing, or one is dated back over readings;
            all documents that may not be are named.
    """
    refuse_errors(documents)
    person = acting_person(actor, proposed_workspace(documents) or _workspace(known))
    act = Act(person, now, actor.via, reason, reason_class)
    comparing = _Comparing(known, command)
    proposals = [_proposal(comparing, document, act, when) for document in documents]
    _refuse_together([each.problem for each in proposals if each.problem is not None])
    return proposals


def _refuse_together(problems: Sequence[RefusalError]) -> None:
    """Refuse what may not be: all of it at once, so that nobody corrects one file at a time."""
    if not problems:
        return
    if len(problems) == 1:
        raise problems[0]
    raise RefusalError("\n".join(map(str, problems)))


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
    if revision.state == "proposed":  # the file is still made from the one in force
        return Applied(proposal, revision.number, proposal.document.text)
    base = Base(revision.number, revision.digest)
    return Applied(proposal, revision.number, with_base(proposal.document.text, base))


@dataclass(frozen=True, slots=True)
class _Comparing:
    """What knows the current revisions, and the command that is told to be used again."""

    known: Known
    command: Command


def _proposal(comparing: _Comparing, document: CheckedDocument, act: Act, when: When) -> Proposal:
    found = document.found
    if isinstance(found, Plan):
        since = replace(act, at=when.in_zone(found.cycle.zone, act.at))
        return _plan_proposal(comparing, document, found, since)
    assert found is not None, "a document without errors says something"
    since = replace(act, at=when.in_zone(zone_named(found.timezone), act.at))
    return _workspace_proposal(comparing, document, found, since)


def _plan_proposal(
    comparing: _Comparing, document: CheckedDocument, plan: Plan, act: Act
) -> Proposal:
    known, cycle = comparing.known, plan.cycle.id
    current = known.revision("plan", cycle)
    old = current.written_plan() if current else None
    digest = plan_digest(plan)
    number = current.number if current else 0
    if current and current.digest == digest:
        return Proposal(document, number)
    changes = diff_plans(old, plan)
    day = plan.cycle.day_of(act.at)
    agreed = agreed_since(known, current)
    started = agreed is not None and act.at > agreed
    problem = (
        _stale(document, current)
        or (
            _backdated(known, document, plan.cycle, act)
            if any(map(_moves_scores, changes))
            else None
        )
        or unexplained(document.name, needs_reason(changes, started), act, comparing.command)
    )
    added = added_days(current.added if current else {}, plan, day)
    content = _Content("plan", cycle, plan_json(plan), digest, added)
    since = "" if old else _since(plan.cycle, act.at)
    waits = waits_for_second(known, current, act.at, changes)
    revision = _revision(document, content, number, act, "proposed" if waits else "accepted")
    return Proposal(document, number, changes, revision, problem, since)


def _since(cycle: Cycle, at: datetime) -> str:
    """From when a plan counts that is first applied in its cycle or after it."""
    if cycle.day_of(at) <= cycle.starts:
        return ""
    first = first_agreed(cycle, at)
    if first.afterwards:
        return (
            f"The cycle has ended: {cycle.id} is recorded afterwards. Its figures are shown, and "
            "nothing in it is a success or a miss."
        )
    return (
        f"It counts from the start of the cycle, {cycle.starts}; first agreed on day {first.day} "
        f"of {first.days}."
    )


def _moves_scores(change: Change) -> bool:
    """Whether a change, dated back, could move a score: what was agreed, and what counts at all."""
    return change.protected or change.kind != "changed"


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
    comparing: _Comparing, document: CheckedDocument, workspace: Workspace, act: Act
) -> Proposal:
    known = comparing.known
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
        or unexplained_policy(document.name, policies, act, comparing.command)
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


def _revision(
    document: CheckedDocument,
    content: _Content,
    base: int,
    act: Act,
    state: Literal["accepted", "proposed"] = "accepted",
) -> NewRevision:
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
        state=state,
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
