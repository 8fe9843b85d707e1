"""Lessons: what a cycle taught: closed hypotheses, retired items, changes that were learned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

from okr_core.plan.revision import diff_plans
from okr_core.record.entries import HypothesisClosed
from okr_report.report_facts import ReportFacts

LessonKind = Literal["supported", "refuted", "retired", "changed"]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Something that was learned.

    Attributes:
        kind: A hypothesis supported or refuted, an item retired, or terms changed.
        item: What it is about; empty for a change of several items.
        belief: What was believed, of a hypothesis.
        text: What people said about it: the note, or the reason.
        evidence: What shows it, of a hypothesis.
        why: Class of the reason, of a change.
    """

    kind: LessonKind
    at: datetime
    item: str
    title: str
    belief: str = ""
    text: str = ""
    evidence: str = ""
    why: str = ""


def lessons(facts: ReportFacts) -> list[Lesson]:
    """What was learned, hypotheses first, oldest first within each."""
    return [*_hypotheses(facts), *_changes(facts), *_retired(facts)]


def _hypotheses(facts: ReportFacts) -> Iterator[Lesson]:
    for objective in facts.agreed.objectives:
        for entry in facts.snapshot.entries.get(objective.id, ()):
            if isinstance(body := entry.body, HypothesisClosed):
                belief = objective.hypothesis.belief if objective.hypothesis else ""
                texts = (belief, body.note, body.evidence)
                yield Lesson(body.outcome, entry.at, objective.id, objective.title, *texts)


def _changes(facts: ReportFacts) -> Iterator[Lesson]:
    """Revisions of what was agreed; a metric error taught nothing about the world."""
    begins = facts.agreed.cycle.start_of(facts.agreed.cycle.starts)
    known = sorted(facts.snapshot.versions, key=lambda version: (version.at, version.number))
    for before, after in pairwise(known):
        if after.at <= begins or after.reason_class in {None, "metric_error"}:
            continue
        agreed = [c for c in diff_plans(before.plan, after.plan) if c.protected]
        items = list(dict.fromkeys(change.item for change in agreed if change.item))
        item = items[0] if len(items) == 1 else ""
        title = facts.title(item) if item else ""
        yield Lesson(
            "changed", after.at, item, title, text=after.reason, why=after.reason_class or ""
        )


def _retired(facts: ReportFacts) -> Iterator[Lesson]:
    found = facts.snapshot.agreement.retired
    for item, gone in sorted(found.items(), key=lambda pair: (pair[1].at, pair[0])):
        parent = facts.objective_of(item)
        if parent is None or parent.id == item or parent.id not in found:
            yield Lesson("retired", gone.at, item, facts.title(item), text=gone.reason)
