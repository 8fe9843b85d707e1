"""`okr revisions`: what was applied or proposed, what it changed, and who decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from okr_cli.shell.acting import actor, clock
from okr_cli.shell.home import Home
from okr_cli.shell.options import HERE, By, Format, Place
from okr_cli.shell.output import print_json, print_text, show
from okr_core.basics.command import okr
from okr_core.plan.revision import Change, ReasonClass
from okr_core.record.entries import RevisionDecision
from okr_core.words.figures import day_text
from okr_flows.documents.plan import RevisionDocument, RevisionsDocument, RevisionShownDocument
from okr_flows.formulate.revisions import (
    changes_of,
    decide_proposal,
    decision_of,
    revision_named,
)

if TYPE_CHECKING:
    from okr_store import RevisionHeader

Reference = Annotated[
    str, Parameter(help="`2026-q4:3`, `workspace:2`, or the number alone for this cycle's plan.")
]
_LONGEST = 160


def list_(
    *,
    cycle: Annotated[
        str | None, Parameter(help="Only the plan of this cycle [default: all and the workspace].")
    ] = None,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """List revisions: what they are of, their state, day, person and reason."""
    with Home.of(place).open_store() as store:
        found = store.revisions("plan", cycle) if cycle else store.revisions()
        why = {revision.reference: decision_of(store, revision) for revision in found}
    if format_ == "json":
        listed = tuple(RevisionDocument.of(each, why[each.reference]) for each in found)
        print_json(RevisionsDocument(revisions=listed))
    elif found:
        print_text("\n".join(_line(revision, why[revision.reference]) for revision in found))
    else:
        print_text(f"no revision yet; {okr('apply').code} makes the first.")
    return 0


def show_(reference: Reference, /, *, format_: Format = "text", place: Place = HERE) -> int:
    """Show what a revision changed against the one it was made from."""
    with Home.of(place).open_store() as store:
        revision = revision_named(store, reference, clock())
        changes = changes_of(store, revision)
        why = decision_of(store, revision)
    document = RevisionShownDocument(
        revision=RevisionDocument.of(revision, why), changes=tuple(changes)
    )
    show(format_, document, "\n".join([_line(revision, why), *change_lines(changes)]))
    return 0


def accept_(
    reference: Reference,
    /,
    *,
    reason: Annotated[str, Parameter(help="Why, in a sentence.")] = "",
    reason_class: Annotated[
        ReasonClass | None,
        Parameter(
            help="Needed where a target, due day, weight or ambition changes mid-cycle, "
            "unless the proposal names one."
        ),
    ] = None,
    by: By = None,
    place: Place = HERE,
) -> int:
    """Make a proposed revision the current one; a person does, by the rules of `okr apply`."""
    return _decide(reference, "accepted", reason, reason_class, by=by, place=place)


def reject_(
    reference: Reference,
    /,
    *,
    reason: Annotated[str, Parameter(help="Why, in a sentence.")],
    by: By = None,
    place: Place = HERE,
) -> int:
    """Refuse a proposed revision, with a reason."""
    return _decide(reference, "rejected", reason, None, by=by, place=place)


def _decide(
    reference: str,
    outcome: Literal["accepted", "rejected"],
    reason: str,
    reason_class: ReasonClass | None,
    *,
    by: str | None,
    place: Place,
) -> int:
    with Home.of(place).open_store() as store:
        decided = decide_proposal(
            store,
            reference,
            outcome,
            actor=actor(by),
            now=clock(),
            reason=reason,
            reason_class=reason_class,
        )
    print_text(f"{decided.reference} is {outcome} by {decided.decided_by}.")
    return 0


def _line(revision: RevisionHeader, decision: RevisionDecision | None) -> str:
    why = _why(revision.reason, revision.reason_class)
    who = f" by {revision.by}" if revision.by else ""
    decided = ""
    if revision.decided_at is not None:
        day = day_text(revision.decided_at.date())
        said = _why(decision.reason, decision.reason_class) if decision else ""
        decided = f"; {revision.state} by {revision.decided_by or 'nobody named'} on {day}{said}"
    head = f"{revision.reference}  {revision.state}  {day_text(revision.at.date())}"
    return f"{head}{who}{why}{decided}"


def _why(reason: str, kind: str) -> str:
    text = f': "{reason}"' if reason else ""
    return text + (f" ({kind.replace('_', ' ')})" if kind else "")


def change_lines(changes: Iterable[Change], indent: str = "  ") -> list[str]:
    """One line per change; long texts are cut, the files and `--format json` hold them whole."""
    return [indent + _short(" ".join(str(change).split())) for change in changes]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
