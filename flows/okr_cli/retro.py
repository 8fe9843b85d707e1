"""`okr retro`: close an objective's hypothesis: what was believed, and what turned out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from okr_cli.desk import Desk
from okr_cli.moment import clock, locate_now
from okr_cli.options import HERE, NOW, By, Format, Moment, Place
from okr_cli.output import print_json, print_text
from okr_cli.person import VIA, deciding_person
from okr_cli.plain import time_json
from okr_core.entries import Entry, HypothesisClosed
from okr_core.errors import InputError, RefusalError

if TYPE_CHECKING:
    from okr_cli.documents.words import LearningDocument
    from okr_core.plan import Objective, Plan


def retro(
    objective: Annotated[str, Parameter(help="Id of the objective.")],
    outcome: Annotated[
        Literal["supported", "refuted"], Parameter(help="What turned out; both are learning.")
    ],
    /,
    *,
    evidence: Annotated[str, Parameter(help="What shows it: a link, a reading, an experiment.")],
    note: Annotated[str, Parameter(help="What was learned, in a sentence.")] = "",
    by: By = None,
    format_: Format = "text",
    moment: Moment = NOW,
    place: Place = HERE,
) -> int:
    """Close the hypothesis of an objective, with the evidence that shows how it turned out.

    A learning goal succeeds by that, supported or refuted. The last word counts.
    """
    with Desk.of(place).open_store() as store:
        cycle, as_of = locate_now(store, moment, clock())
        revision = store.revision("plan", cycle.id)
        assert revision is not None, "locate has found its plan"
        found = _with_hypothesis(revision.plan(), objective)
        workspace = store.revision("workspace", "")
        person = deciding_person(by, workspace.workspace() if workspace else None)
        body = HypothesisClosed(outcome=outcome, evidence=_told(evidence, found.id), note=note)
        entry = Entry(at=as_of, body=body, cycle=cycle.id, key_result=found.id, by=person, via=VIA)
        store.add_entries(cycle.id, [entry])
    if format_ == "json":
        print_json(_document(entry, body))
    else:
        belief = found.hypothesis.belief if found.hypothesis else ""
        print_text(f"{found.id}: {outcome}, by {person}. It was believed: {belief}")
    return 0


def _with_hypothesis(plan: Plan, name: str) -> Objective:
    found = plan.objectives_by_id.get(name)
    if found is None:
        raise InputError(
            f"cycle `{plan.cycle.id}` has no objective `{name}`.",
            hint="`okr status --ids` lists them.",
        )
    if found.hypothesis is None:
        raise RefusalError(
            f"objective `{name}` has no hypothesis to close.",
            hint="Write `hypothesis` into the plan before it is tested.",
        )
    return found


def _told(evidence: str, name: str) -> str:
    if not evidence.strip():
        raise RefusalError(
            f"the hypothesis of `{name}` cannot be closed without evidence.",
            hint="Say with --evidence what shows it.",
        )
    return evidence.strip()


def _document(entry: Entry, body: HypothesisClosed) -> LearningDocument:
    return {
        "schema": "okr.learning/1",
        "cycle": entry.cycle,
        "objective": entry.key_result,
        "outcome": body.outcome,
        "evidence": body.evidence,
        "note": body.note,
        "at": time_json(entry.at),
        "by": entry.by,
    }
