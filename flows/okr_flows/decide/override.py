"""Override: a named person's score beside the computed one."""

from __future__ import annotations

from dataclasses import dataclass

from okr_core.plan.acting import Occasion, deciding_person
from okr_core.record.entries import Entry
from okr_core.score.closing import checked_override, parse_score
from okr_flows.score.record import preview
from okr_flows.score.report import ScoreReport, computed
from okr_store import Store

WITHDRAWN = "none"


@dataclass(frozen=True, slots=True)
class OverriddenScore:
    """An override, and the scores of the cycle with it.

    Attributes:
        proposed: It waits for a second person and moves no score until then.
    """

    by: str
    report: ScoreReport
    proposed: bool = False


def override_score(
    store: Store,
    cycle: str,
    key_result: str,
    score: str,
    *,
    occasion: Occasion,
    reason: str,
    record: bool = True,
) -> OverriddenScore:
    """Set the score of a key result beside the computed one, or withdraw what was set.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        key_result: Id of the key result.
        score: From 0 to 1 as a person writes it; `none` withdraws an earlier override.
        occasion: When it is decided, and by whom.
        reason: Why the computed score does not say what happened.
        record: Whether it is recorded, or only tried out.

    Raises:
        InputError: The score is none, or nobody in particular decides.
        RefusalError: The key result is unknown, retired early or of a closed cycle, or the reason
            is missing.
    """
    at, actor = occasion.at, occasion.actor
    snapshot = preview(store, cycle, at).snapshot
    value = None if score == WITHDRAWN else parse_score(score)
    person = deciding_person(actor, snapshot.workspace)
    body = checked_override(
        snapshot.scorecard,
        key_result,
        value,
        by=person,
        reason=reason,
        closed=snapshot.closed,
        proposed=snapshot.second_person_required,
    )
    entry = Entry(at=at, body=body, cycle=cycle, key_result=key_result, by=person, via=actor.via)
    if record:
        store.add_entries(cycle, [entry])
    report = computed(snapshot.with_entry(entry))
    return OverriddenScore(person, report, body.proposed)
