"""Goals that wait for a person: at risk, missed, with a hypothesis to close, carried over again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from okr_core.basics.command import Command
from okr_core.basics.days import days_after
from okr_core.open.entry import (
    Answer,
    Asked,
    OpenKind,
    accountable,
    card_of,
    decide,
    is_over,
    owner_of,
)
from okr_core.plan.cycle import cutoff_of
from okr_core.plan.plan import KeyResult, Objective
from okr_core.progress.grades import FELL_SHORT
from okr_core.record.entries import Decided, HypothesisClosed
from okr_core.snapshot import Snapshot
from okr_core.words.figures import day_text

HOLDS = timedelta(days=28)
"""For how long it is decided what is done about a goal at risk; then that is asked again."""
_AFTERWARDS = 14
"""Days after the cut-off in which a post-mortem is to be written, and after the start in which is
decided about a goal that is carried over again."""
_AGAIN = 2
"""Carried over so often, a goal is rewritten or stopped."""


def risks(snapshot: Snapshot) -> Iterator[Asked]:
    """Objectives with a key result at risk, before its due day, about which nothing is decided."""
    if snapshot.closed or is_over(snapshot):
        return
    for objective in snapshot.plan.active_objectives:
        danger = [kr for kr in objective.active_key_results if _in_danger(snapshot, kr)]
        if danger and objective.weight and not _decided(snapshot, "risk", objective.id, HOLDS):
            yield Asked(
                objective.id,
                accountable(snapshot, objective.id),
                tuple(
                    _answer(snapshot, "risk", objective.id, word, means)
                    for word, means in (
                        ("act", "something is done about it; the note says what"),
                        ("revise", "the plan is going to be changed; the note says how"),
                        ("continue", "nothing changes; the note says why"),
                    )
                ),
                deadline=min(snapshot.plan.due_of(kr) for kr in danger),
                text="; ".join(kr.title for kr in danger),
            )


def _in_danger(snapshot: Snapshot, kr: KeyResult) -> bool:
    """Whether it is at risk or lost by a value that nobody doubts, before its due day."""
    known = snapshot.standings[kr.id]
    under_way = known.outcome is None and known.status in {"at_risk", "not_reached"}
    doubted = known.suspect is not None or kr.id in snapshot.unavailable
    return bool(kr.weight) and not kr.guard and under_way and not doubted


def guards(snapshot: Snapshot) -> Iterator[Asked]:
    """Guards that are broken where the goal is reached, also of a closed cycle."""
    for objective in snapshot.plan.active_objectives:
        known = snapshot.standings[objective.id]
        ended_well = known.outcome is not None and known.outcome not in {*FELL_SHORT, "open"}
        if not ended_well and known.status != "done":
            continue
        for guard in known.guards:
            if guard.broken_at is None or _decided(snapshot, "guard", guard.id):
                continue
            day = day_text(snapshot.cycle.day_of(guard.broken_at))
            yield Asked(
                guard.id,
                accountable(snapshot, guard.id),
                tuple(
                    _answer(snapshot, "guard", guard.id, word, means)
                    for word, means in (
                        ("act", "something is done about it; the note says what"),
                        ("stands", "what was reached was worth it; the note says why"),
                    )
                ),
                deadline=_after_cutoff(snapshot),
                text=f"{objective.title} is reached; the guard is broken since {day}.",
            )


def hypotheses(snapshot: Snapshot) -> Iterator[Asked]:
    """Hypotheses that nobody closed by their day or the end of the cycle, also of a closed one."""
    cycle = snapshot.cycle
    today = cycle.day_of(snapshot.as_of)
    for objective in snapshot.plan.active_objectives:
        said = objective.hypothesis
        if said is None or _learned(snapshot, objective):
            continue
        if is_over(snapshot) or (said.by is not None and said.by <= today):
            yield Asked(
                objective.id,
                accountable(snapshot, objective.id),
                tuple(
                    Answer(word, _say(snapshot, "hypothesis", objective.id, word, "reason"), means)
                    for word, means in (
                        (
                            "supported",
                            "what was believed is true; the reason says what shows it",
                        ),
                        ("refuted", "it is not, which is learning too"),
                    )
                ),
                deadline=said.by or days_after(cycle.ends, cycle.grace_days),
                text=said.belief,
            )


def _learned(snapshot: Snapshot, objective: Objective) -> bool:
    entries = snapshot.entries.get(objective.id, ())
    return any(isinstance(entry.body, HypothesisClosed) for entry in entries)


def post_mortems(snapshot: Snapshot) -> Iterator[Asked]:
    """Commitments that were missed, also of a closed cycle, without a post-mortem on record."""
    card = card_of(snapshot) if is_over(snapshot) else None
    for score in card.scores.values() if card else ():
        if score.kind != "objective" or not score.post_mortem:
            continue
        if score.unreported and snapshot.numbers_until is not None:
            continue  # a value may still come: it is asked for first
        if not _decided(snapshot, "post_mortem", score.id):
            missed = [
                snapshot.title_of(kr.id)
                for kr in _key_results(snapshot, score.id)
                if card and kr.id in card.scores and card.scores[kr.id].post_mortem
            ]
            means = "the note says what happened and what follows from it, or where that stands"
            yield Asked(
                score.id,
                accountable(snapshot, score.id),
                (_answer(snapshot, "post_mortem", score.id, "written", means),),
                deadline=_after_cutoff(snapshot),
                text="; ".join(missed),
            )


def _key_results(snapshot: Snapshot, objective: str) -> tuple[KeyResult, ...]:
    found = snapshot.agreement.plan.objectives_by_id.get(objective)
    return found.key_results if found else ()


def carried_over(snapshot: Snapshot) -> Iterator[Asked]:
    """Goals that are carried over for the second time or more: to be rewritten or stopped."""
    if snapshot.closed or is_over(snapshot):
        return
    for objective in snapshot.plan.active_objectives:
        often = snapshot.carried.get(objective.id, 0)
        if often >= _AGAIN and not _decided(snapshot, "carry_over", objective.id):
            yield Asked(
                objective.id,
                owner_of(snapshot),
                tuple(
                    _answer(snapshot, "carry_over", objective.id, word, means)
                    for word, means in (
                        ("rewrite", "another goal takes its place in the plan"),
                        ("stop", "the plan drops it"),
                    )
                ),
                deadline=days_after(snapshot.cycle.starts, _AFTERWARDS),
                value=f"×{often}",
                text=objective.carried_from or "",
            )


def _after_cutoff(snapshot: Snapshot) -> date:
    cycle = snapshot.cycle
    return days_after(cycle.day_of(cutoff_of(cycle)), _AFTERWARDS)


def _answer(snapshot: Snapshot, kind: OpenKind, item: str, word: str, means: str) -> Answer:
    return Answer(word, _say(snapshot, kind, item, word, "note"), means)


def _say(snapshot: Snapshot, kind: OpenKind, item: str, word: str, option: str) -> Command:
    return decide(snapshot.cycle.id, kind, item, word, **{option: "TEXT"})


def _decided(
    snapshot: Snapshot, kind: OpenKind, item: str, within: timedelta | None = None
) -> bool:
    """Whether an answer is on record that still holds."""
    since = snapshot.as_of - within if within else None
    return any(
        isinstance(entry.body, Decided)
        and entry.body.asked == kind
        and entry.at <= snapshot.as_of
        and (since is None or entry.at > since)
        for entry in snapshot.entries.get(item, ())
    )
