"""Attention: what needs a person, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from okr_core.plan.plan import KeyResult
from okr_report.report_facts import Named, ReportFacts, over

OpenDecisionKind = Literal[
    "suspect", "unreadable", "unmeasured", "post_mortem", "hypothesis", "risk", "unreported",
    "guard",
]  # fmt: skip
UnknownKind = Literal["missing", "stale", "suspect", "unreadable", "restated"]
UNKNOWN_KINDS: tuple[UnknownKind, ...] = ("missing", "suspect", "unreadable", "stale", "restated")
"""In the order in which they are told."""

_LOSING = frozenset({"at_risk", "not_reached"})


@dataclass(frozen=True, slots=True)
class OpenDecision:
    """Something that waits for a person.

    Attributes:
        kind: A suspect value to accept or correct; a source that could not be read; a key result
            without a value when its cycle is over; a committed miss whose owner is asked for a
            post-mortem; a hypothesis to close; a key result at risk, or that cannot be reached any
            more, before its due day; one of which nobody ever said anything; a broken guard.
        item: Objective or key result.
        role: Who is accountable.
        text: Why, as people or the source said it; empty where the kind says it all.
        fix: What to do, as the source said it.
    """

    kind: OpenDecisionKind
    item: str
    title: str
    role: Named | None
    text: str = ""
    fix: str = ""


def open_decisions(facts: ReportFacts) -> list[OpenDecision]:
    """What needs a decision, most urgent kinds first."""
    progress = facts.sees("progress")
    open_values = progress and facts.phase != "closed"
    return [
        *(_suspects(facts) if open_values else ()),
        *(_unreadable(facts) if open_values else ()),
        *(_unmeasured(facts) if progress and facts.phase == "ended" else ()),
        *_post_mortems(facts),
        *_hypotheses(facts),
        *(_risks(facts) if open_values else ()),
        *(_unreported(facts) if open_values else ()),
        *(_guards(facts) if open_values else ()),
    ]


def _open_decision(
    facts: ReportFacts, kind: OpenDecisionKind, kr: KeyResult, text: str = "", fix: str = ""
) -> OpenDecision:
    return OpenDecision(kind, kr.id, kr.title, facts.role(facts.plan.role_of(kr)), text, fix)


def _suspects(facts: ReportFacts) -> Iterator[OpenDecision]:
    for kr in facts.plan.active_key_results:
        waiting = facts.standing(kr.id).suspect
        if waiting is not None:
            yield _open_decision(facts, "suspect", kr, waiting.reason)


def _unreadable(facts: ReportFacts) -> Iterator[OpenDecision]:
    for kr in facts.plan.active_key_results:
        failure = facts.snapshot.unavailable.get(kr.id)
        if failure is not None and facts.under_way(kr.id):
            yield _open_decision(facts, "unreadable", kr, failure.reason, failure.hint)


def _unmeasured(facts: ReportFacts) -> Iterator[OpenDecision]:
    """Only once its cycle is over: before that nobody has to decide anything."""
    for kr in facts.plan.weighed_key_results:
        known = facts.standing(kr.id)
        if known.progress.clamped is None and known.suspect is None:
            yield _open_decision(facts, "unmeasured", kr)


def _post_mortems(facts: ReportFacts) -> Iterator[OpenDecision]:
    for kr in facts.plan.active_key_results:
        score = facts.score(kr.id)
        if score is not None and score.post_mortem:
            yield _open_decision(facts, "post_mortem", kr)


def _hypotheses(facts: ReportFacts) -> Iterator[OpenDecision]:
    """Those whose day has passed and that nobody has closed."""
    today = facts.plan.cycle.day_of(facts.as_of)
    for objective in facts.plan.active_objectives:
        said = objective.hypothesis
        entries = facts.snapshot.entries.get(objective.id, ())
        if said is None or any(entry.body.kind == "hypothesis_closed" for entry in entries):
            continue
        if over(facts.phase) or (said.by is not None and said.by < today):
            role = facts.role(objective.accountable)
            yield OpenDecision("hypothesis", objective.id, objective.title, role, said.belief)


def _risks(facts: ReportFacts) -> Iterator[OpenDecision]:
    """Those at risk or lost, furthest behind first, of which nothing else is asked already.

    What has no weight moves nothing, and what has ended has an outcome.
    """
    for kr in sorted(facts.plan.weighed_key_results, key=lambda kr: facts.standing(kr.id).gap or 0):
        known = facts.standing(kr.id)
        asked = known.suspect is not None or kr.id in facts.snapshot.unavailable
        weighty = kr.weight and facts.plan.objective_of[kr.id].weight
        if weighty and known.status in _LOSING and facts.under_way(kr.id) and not asked:
            yield _open_decision(facts, "risk", kr)


def _unreported(facts: ReportFacts) -> Iterator[OpenDecision]:
    """Those of which nobody ever said anything, though they have begun long enough ago."""
    for kr in facts.plan.active_key_results:
        if facts.standing(kr.id).unreported and kr.id not in facts.snapshot.unavailable:
            yield _open_decision(facts, "unreported", kr)


def _guards(facts: ReportFacts) -> Iterator[OpenDecision]:
    """Broken ones: what was reached may not have been worth it."""
    for objective in facts.plan.active_objectives:
        for guard in facts.standing(objective.id).guards:
            kr = facts.plan.key_results_by_id.get(guard.id)
            if guard.broken_at is not None and kr is not None:
                yield _open_decision(facts, "guard", kr)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A key result about which something is not known, or was known wrongly.

    Attributes:
        at: When the value was observed, or the score restated; None: never.
        reason: Why, as the source or a person said it.
    """

    kind: UnknownKind
    item: str
    title: str
    at: datetime | None
    reason: str


def unknowns(facts: ReportFacts) -> list[Unknown]:
    """What is not known, by kind."""
    found = [each for kr in facts.plan.weighed_key_results for each in _of(facts, kr.id, kr.title)]
    return sorted(found, key=lambda unknown: UNKNOWN_KINDS.index(unknown.kind))


def _of(facts: ReportFacts, item: str, title: str) -> Iterator[Unknown]:
    # What an audience may not see is not what nobody knows.
    if facts.sees("progress"):
        yield from _of_value(facts, item, title)
    score = facts.score(item)
    if score is not None and score.restated is not None:
        yield Unknown("restated", item, title, score.restated.at, score.restated.reason)


def _of_value(facts: ReportFacts, item: str, title: str) -> Iterator[Unknown]:
    known, failure = facts.standing(item), facts.snapshot.unavailable.get(item)
    if known.suspect is not None:
        yield Unknown("suspect", item, title, known.suspect.at, known.suspect.reason)
    elif failure is not None and facts.under_way(item):
        yield Unknown("unreadable", item, title, known.observed_at, failure.reason)
    elif known.progress.raw is None:
        yield Unknown("missing", item, title, None, known.progress.reason)
    elif known.stale:
        yield Unknown("stale", item, title, known.observed_at, "")
