"""Revisions: what one changed, what was decided about it, and how a proposal is decided."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, Protocol

from okr_core.basics.command import Command, okr
from okr_core.errors import InputError, RefusalError
from okr_core.plan.acting import Act, Actor, deciding_person
from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import Plan
from okr_core.plan.revision import Change, ReasonClass, diff_plans, diff_workspaces, needs_reason
from okr_core.plan.settling import settled_at
from okr_core.plan.workspace import Policies
from okr_core.record.entries import RevisionDecision
from okr_core.score.second_person import SecondPerson
from okr_flows.run.cycle import current_workspace, locate

if TYPE_CHECKING:
    from okr_store import Revision, RevisionHeader, Store

_REFERENCE = re.compile(r"(?:(?P<scope>[^:]+):)?(?P<number>\d{1,9})")
_WORKSPACE = "workspace"
_NAMED = 3


class KnowsRevisions(Protocol):
    """What knows revisions as they were at a time: a store, or nothing yet."""

    def revision(
        self,
        kind: Literal["plan", "workspace"],
        scope: str,
        number: int | None = None,
        as_of: datetime | None = None,
    ) -> Revision | None:
        """The accepted revision that holds now or then, or the one of that number."""


def revision_named(store: Store, reference: str, now: datetime) -> Revision:
    """The revision of a reference; a number alone is of the plan of this time's cycle.

    Raises:
        InputError: It is no reference, or there is no such revision.
    """
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise InputError(
            f"{reference!r} names no revision.",
            hint="Write 2026-q4:3, workspace:2 or a number; "
            f"{okr('revisions', 'list').code} shows them.",
        )
    scope = match["scope"] or locate(store, None, None, now)[0].id
    number = int(match["number"])
    if scope == _WORKSPACE:
        revision = store.revision("workspace", "", number)
    else:
        revision = store.revision("plan", scope, number)
    if revision is None:
        raise InputError(
            f"there is no revision {scope}:{match['number']}.",
            hint=f"{okr('revisions', 'list').code} shows those there are.",
        )
    return revision


def objectives_applied(store: Store, cycle: str) -> frozenset[str] | None:
    """Ids of the objectives of a cycle's plan as it is now; None: no plan of it was applied."""
    revision = store.revision("plan", cycle)
    if revision is None:
        return None
    return frozenset(each["id"] for each in revision.fields().get("objectives", ()))


def changes_of(store: Store, revision: Revision) -> tuple[Change, ...]:
    """What a revision changed against the one that it was made from."""
    base = store.revision(revision.kind, revision.scope, revision.base) if revision.base else None
    if revision.kind == "plan":
        return diff_plans(base.written_plan() if base else None, revision.written_plan())
    return diff_workspaces(base.workspace() if base else None, revision.workspace())


def decision_of(store: Store, revision: RevisionHeader) -> RevisionDecision | None:
    """What was said when the revision was decided; None where nobody had to decide."""
    if revision.decided_at is None:
        return None
    for entry in store.entries(revision.scope, kinds={"revision_decision"}):
        if entry.key == f"{revision.kind}:{revision.number}":
            assert isinstance(entry.body, RevisionDecision)
            return entry.body
    return None


def decide_proposal(
    store: Store,
    reference: str,
    outcome: Literal["accepted", "rejected"],
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
    reason_class: ReasonClass | None = None,
) -> Revision:
    """Accept or reject a proposed revision; accepting is by the rules of applying.

    Args:
        store: The open store.
        reference: See `revision_named`.
        outcome: What is decided.
        actor: Who decides.
        now: When.
        reason: Why; empty: the proposal's.
        reason_class: Why what was agreed changes; None: the proposal's.

    Returns:
        The revision as decided.

    Raises:
        InputError: The revision is unknown, or nobody in particular decides.
        RefusalError: It is no proposal, its base is stale, a reason is missing, or it waits for a
            second person, who is none that proposed it or is accountable for what it changes.
    """
    revision = revision_named(store, reference, now)
    person = deciding_person(actor, current_workspace(store))
    act = Act(person, now, actor.via, reason, reason_class or "")
    if outcome == "accepted" and revision.state == "proposed":
        _refuse_unexplained(store, revision, act)
        _refuse_alone(store, revision, act)
    return store.decide_revision(
        revision.kind,
        revision.scope,
        revision.number,
        outcome=outcome,
        by=act.by,
        at=act.at,
        reason=act.reason,
        reason_class=act.reason_class,
        via=act.via,
    )


def _refuse_unexplained(store: Store, revision: Revision, act: Act) -> None:
    """What was agreed changes for a reason, the proposal's or this one."""
    explained = replace(
        act,
        reason=act.reason or revision.reason,
        reason_class=act.reason_class or revision.reason_class,
    )
    subject = revision.reference
    command = okr("revisions accept", subject)
    changes = changes_of(store, revision)
    if revision.kind == "plan":
        base = store.revision("plan", revision.scope, revision.base) if revision.base else None
        agreed = agreed_since(store, base)
        started = agreed is not None and max(act.at, revision.at) > agreed
        problem = unexplained(subject, needs_reason(changes, started), explained, command)
    else:
        policies = needs_reason(changes, started=revision.base > 0)
        problem = unexplained_policy(subject, policies, explained, command)
    if problem is not None:
        raise problem


def _refuse_alone(store: Store, revision: Revision, act: Act) -> None:
    """Where a second person is required, whoever proposed or is accountable accepts nothing."""
    if revision.kind != "plan" or not revision.base:
        return
    base = store.revision("plan", revision.scope, revision.base)
    changes = changes_of(store, revision)
    at = max(act.at, revision.at)
    if base is None or not waits_for_second(store, base, at, changes):
        return
    plans, space = [base.written_plan(), revision.written_plan()], current_workspace(store)

    def holders(role: str, day: date) -> set[str]:
        return {each.person for each in space.holders(role, day)} if space else set()

    second = SecondPerson(plans, holders, (), act.at)
    day = base.cycle().day_of(act.at)
    touched = {kr for change in changes if change.protected for kr in _touched(plans, change.item)}
    if all(second.may_approve(kr, revision.by, act.by, day) for kr in touched or {""}):
        return
    why = "proposed it" if act.by == revision.by else "is accountable for what it changes"
    raise RefusalError(
        f"{revision.reference} waits for a second person; {act.by} {why}.",
        hint="Somebody else accepts it, named by `--by` or OKR_PERSON.",
    )


def _touched(plans: Sequence[Plan], item: str) -> set[str]:
    """The key result of that id, or those of the objective."""
    for plan in reversed(plans):
        if item in plan.key_results_by_id:
            return {item}
        if item in plan.objectives_by_id:
            return {kr.id for kr in plan.objectives_by_id[item].key_results}
    return set()


def agreed_since(known: KnowsRevisions, current: Revision | None) -> datetime | None:
    """When a plan stood, or will stand, as first agreed, in UTC; None: there is no plan yet.

    Args:
        known: Knows the workspace, whose policy says how long a plan may settle.
        current: The plan's revision in force.
    """
    if current is None:
        return None
    cycle = current.cycle()
    settling_days = policies_of(known, cycle).settling_days
    return settled_at(cycle, current.opening.at, settling_days)


def policies_of(known: KnowsRevisions, cycle: Cycle) -> Policies:
    """The policies that a cycle goes by: those in force when it began, else the first there were.

    Args:
        known: Knows the workspace.
        cycle: The cycle.
    """
    begun = known.revision("workspace", "", as_of=cycle.start_of(cycle.starts))
    applied = begun or known.revision("workspace", "", 1) or known.revision("workspace", "")
    return applied.workspace().policies if applied else Policies()


def waits_for_second(
    known: KnowsRevisions, current: Revision | None, at: datetime, changes: Sequence[Change]
) -> bool:
    """Whether a revision of a plan is only proposed until a second person accepts it.

    Args:
        known: Knows the workspace, whose policy says so.
        current: The plan's revision that it changes.
        at: From when it would hold (aware).
        changes: What it changes: what moves no figure waits for nobody.
    """
    agreed = agreed_since(known, current)
    if current is None or agreed is None or not needs_reason(changes, started=at > agreed):
        return False
    return policies_of(known, current.cycle()).second_person == "required"


def unexplained(
    subject: str, changes: Sequence[Change], act: Act, command: Command
) -> RefusalError | None:
    """The refusal of changes to what was agreed, where reason or reason class is missing.

    Args:
        subject: The file or revision that holds the changes.
        changes: Those that need a reason; none: nothing is refused.
        act: Who wants them, and why.
        command: The command to say it with, without reason and class.
    """
    if not changes or (act.reason and act.reason_class):
        return None
    return RefusalError(
        f"{subject}: the plan is agreed, and {_few_words(changes)}.",
        hint=f"Say why: {okr(*command.words, reason='TEXT', reason_class='learned').code} (or "
        "external_shock, metric_error, strategy_change).",
    )


def unexplained_policy(
    subject: str, changes: Sequence[Change], act: Act, command: Command
) -> RefusalError | None:
    """The refusal of changed policies without a reason; arguments as of `unexplained`."""
    if not changes or act.reason:
        return None
    return RefusalError(
        f"{subject}: {changes[0].path} changed, and policies are fixed for a cycle.",
        hint=f"Say why: {okr(*command.words, reason='TEXT').code}.",
    )


def _few_words(changes: Sequence[Change]) -> str:
    named = [_named_change(change) for change in changes]
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return ", ".join(named[:_NAMED]) + more


def _named_change(change: Change) -> str:
    """An item and its field, or that it came or went."""
    if change.kind in {"added", "removed"}:
        return f"`{change.item}` was {change.kind}"
    return f"{f'`{change.item}` ' if change.item else ''}{change.field} changed"
