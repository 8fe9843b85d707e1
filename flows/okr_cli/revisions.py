"""`okr revisions`: what was applied or proposed, what it changed, and who decided."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from okr_cli.changes import change_lines
from okr_cli.desk import Desk
from okr_cli.documents import RevisionsDocument, RevisionShownDocument
from okr_cli.figures import day_text
from okr_cli.moment import clock, locate
from okr_cli.options import HERE, By, Format, Moment, Place
from okr_cli.output import print_json, print_text
from okr_cli.person import VIA, deciding_person
from okr_cli.plain import change_json, revision_json
from okr_cli.reason import Reason, unexplained, unexplained_policy
from okr_core.entries import RevisionDecision
from okr_core.errors import InputError
from okr_core.revision import Change, ReasonClass, diff_plans, diff_workspaces, needs_reason

if TYPE_CHECKING:
    from okr_store import Revision, RevisionHeader, Store

_REFERENCE = re.compile(r"(?:(?P<scope>[^:]+):)?(?P<number>\d{1,9})")
_WORKSPACE = "workspace"
Reference = Annotated[
    str, Parameter(help="`2026-q4:3`, `workspace:2`, or the number alone for this cycle's plan.")
]


def list_(
    *,
    cycle: Annotated[
        str | None, Parameter(help="Only the plan of this cycle [default: all and the workspace].")
    ] = None,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """List revisions: what they are of, their state, day, person and reason."""
    with Desk.of(place).open_store() as store:
        found = store.revisions("plan", cycle) if cycle else store.revisions()
        why = {_name(revision): _decision(store, revision) for revision in found}
    if format_ == "json":
        document: RevisionsDocument = {
            "schema": "okr.revisions/1",
            "revisions": [revision_json(each, why[_name(each)]) for each in found],
        }
        print_json(document)
    elif found:
        print_text("\n".join(_line(revision, why[_name(revision)]) for revision in found))
    else:
        print_text("no revision yet; `okr apply` makes the first.")
    return 0


def show_(reference: Reference, /, *, format_: Format = "text", place: Place = HERE) -> int:
    """Show what a revision changed against the one it was made from."""
    with Desk.of(place).open_store() as store:
        revision = _named(store, reference)
        changes = _changes(store, revision)
        why = _decision(store, revision)
    if format_ == "json":
        document: RevisionShownDocument = {
            "schema": "okr.revision/1",
            "revision": revision_json(revision, why),
            "changes": [change_json(change) for change in changes],
        }
        print_json(document)
    else:
        print_text("\n".join([_line(revision, why), *change_lines(changes)]))
    return 0


def accept_(
    reference: Reference,
    /,
    *,
    reason: Annotated[str, Parameter(help="Why, in a sentence.")] = "",
    reason_class: Annotated[
        ReasonClass | None,
        Parameter(
            negative="",
            help="Needed where a target, due day, weight or ambition changes mid-cycle, "
            "unless the proposal names one.",
        ),
    ] = None,
    by: By = None,
    place: Place = HERE,
) -> int:
    """Make a proposed revision the current one; a person does, by the rules of `okr apply`."""
    return _decide(
        reference, "accepted", Reason("", clock(), reason, reason_class or ""), by, place
    )


def reject_(
    reference: Reference,
    /,
    *,
    reason: Annotated[str, Parameter(help="Why, in a sentence.")],
    by: By = None,
    place: Place = HERE,
) -> int:
    """Refuse a proposed revision, with a reason."""
    return _decide(reference, "rejected", Reason("", clock(), reason), by, place)


def _decide(
    reference: str,
    outcome: Literal["accepted", "rejected"],
    said: Reason,
    by: str | None,
    place: Place,
) -> int:
    with Desk.of(place).open_store() as store:
        revision = _named(store, reference)
        applied = store.revision("workspace", "")
        person = deciding_person(by, applied.workspace() if applied else None)
        if outcome == "accepted" and revision.state == "proposed":
            _refuse_unexplained(store, revision, said)
        store.decide_revision(
            revision.kind,
            revision.scope,
            revision.number,
            outcome=outcome,
            by=person,
            at=said.at,
            reason=said.text,
            reason_class=said.kind,
            via=VIA,
        )
    print_text(f"{_name(revision)} is {outcome} by {person}.")
    return 0


def _refuse_unexplained(store: Store, revision: Revision, said: Reason) -> None:
    """Accepting is applying: what was agreed changes for a reason, the proposal's or this one."""
    told = replace(said, text=said.text or revision.reason, kind=said.kind or revision.reason_class)
    subject, command = _name(revision), f"revisions accept {_name(revision)}"
    changes = _changes(store, revision)
    if revision.kind == "plan":
        cycle = revision.written_plan().cycle
        started = revision.base > 0 and cycle.day_of(max(said.at, revision.at)) >= cycle.starts
        problem = unexplained(subject, needs_reason(changes, started), told, command)
    else:
        policies = needs_reason(changes, started=revision.base > 0)
        problem = unexplained_policy(subject, policies, told, command)
    if problem is not None:
        raise problem


def _decision(store: Store, revision: RevisionHeader) -> RevisionDecision | None:
    """What was said when the revision was decided; None where nobody had to decide."""
    if revision.decided_at is None:
        return None
    for entry in store.entries(revision.scope, kinds={"revision_decision"}):
        if entry.key == f"{revision.kind}:{revision.number}":
            assert isinstance(entry.body, RevisionDecision)
            return entry.body
    return None


def _named(store: Store, reference: str) -> Revision:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise InputError(
            f"{reference!r} names no revision.",
            hint="Write 2026-q4:3, workspace:2 or a number; `okr revisions list` shows them.",
        )
    scope = match["scope"] or locate(store, Moment(), clock())[0].id
    number = int(match["number"])
    if scope == _WORKSPACE:
        revision = store.revision("workspace", "", number)
    else:
        revision = store.revision("plan", scope, number)
    if revision is None:
        raise InputError(
            f"there is no revision {scope}:{match['number']}.",
            hint="`okr revisions list` shows those there are.",
        )
    return revision


def _changes(store: Store, revision: Revision) -> tuple[Change, ...]:
    base = store.revision(revision.kind, revision.scope, revision.base) if revision.base else None
    if revision.kind == "plan":
        return diff_plans(base.written_plan() if base else None, revision.written_plan())
    return diff_workspaces(base.workspace() if base else None, revision.workspace())


def _name(revision: RevisionHeader) -> str:
    return f"{revision.scope or _WORKSPACE}:{revision.number}"


def _line(revision: RevisionHeader, decision: RevisionDecision | None) -> str:
    why = _why(revision.reason, revision.reason_class)
    who = f" by {revision.by}" if revision.by else ""
    decided = ""
    if revision.decided_at is not None:
        day = day_text(revision.decided_at.date())
        said = _why(decision.reason, decision.reason_class) if decision else ""
        decided = f"; {revision.state} by {revision.decided_by or 'nobody named'} on {day}{said}"
    return f"{_name(revision)}  {revision.state}  {day_text(revision.at.date())}{who}{why}{decided}"


def _why(reason: str, kind: str) -> str:
    text = f': "{reason}"' if reason else ""
    return text + (f" ({kind.replace('_', ' ')})" if kind else "")
