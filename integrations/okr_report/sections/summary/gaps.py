"""Gaps: what is not known: missing, stale, suspect, unreadable, and figures restated since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from okr_report.report_facts import ReportFacts

UnknownKind = Literal["missing", "stale", "suspect", "unreadable", "restated"]


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
    found = [gap for kr in facts.plan.active_key_results for gap in _of(facts, kr.id, kr.title)]
    order = ("missing", "suspect", "unreadable", "stale", "restated")
    return sorted(found, key=lambda gap: order.index(gap.kind))


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
    elif failure is not None:
        yield Unknown("unreadable", item, title, known.observed_at, failure.reason)
    elif known.progress.raw is None:
        yield Unknown("missing", item, title, None, known.progress.reason)
    elif known.stale:
        yield Unknown("stale", item, title, known.observed_at, "")
