"""What the section shows: revisions since the cycle began, and what people put right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from okr_core.plan.plan import Plan
from okr_core.plan.revision import Change, ReasonClass
from okr_core.record.entries import (
    Acceptance,
    Body,
    Correction,
    Entry,
    Override,
    Resolution,
    ScopeChange,
)
from okr_core.record.score_records import Restatement
from okr_report.report_facts import Named, ReportFacts

EventKind = Literal[
    "correction", "acceptance", "override", "scope_change", "resolution", "restatement"
]


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a revision changed.

    Attributes:
        title: Of the item, as it is called now; empty for the cycle as a whole.
        field: Such as `metric.target`; empty where the item as a whole came, went or moved.
        agreed: It changes what was agreed: it needed a reason class.
    """

    item: str
    title: str
    field: str
    old: str | None
    new: str | None
    kind: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class Revision:
    """An accepted revision of the plan since the cycle began."""

    number: int
    at: datetime
    by: Named | None
    reason: str
    reason_class: ReasonClass | None
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """What a named person put right: a value or a score.

    Attributes:
        old: Value or score before, where that is known; of an override the computed score.
        new: Value or score after; None where it was withdrawn, or nothing was set.
        version: Of the report that shows a restatement first; 0 otherwise.
    """

    kind: EventKind
    at: datetime
    by: Named | None
    item: str
    title: str
    reason: str
    old: Decimal | Fraction | None = None
    new: Decimal | Fraction | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Retired:
    """An item that is no longer pursued.

    Attributes:
        early: Early: it is not scored but counted as retired.
    """

    item: str
    title: str
    how: str
    at: datetime
    reason: str
    early: bool


@dataclass(frozen=True, slots=True)
class View:
    """What changed mid-cycle; each part oldest first."""

    revisions: tuple[Revision, ...]
    events: tuple[Event, ...]
    retired: tuple[Retired, ...]


def view(facts: ReportFacts) -> View | None:
    """What changed since the cycle began; None where nothing did."""
    found = View(tuple(_revisions(facts)), tuple(_events(facts)), tuple(_retired(facts)))
    return found if found.revisions or found.events or found.retired else None


def _revisions(facts: ReportFacts) -> Iterator[Revision]:
    for after, changes in facts.revisions:
        settled = after.at > facts.snapshot.agreement.settled
        terms = tuple(_term(facts, after.plan, change, settled=settled) for change in changes)
        if terms:
            by = facts.named(after.by)
            yield Revision(after.number, after.at, by, after.reason, after.reason_class, terms)


def _term(facts: ReportFacts, after: Plan, change: Change, *, settled: bool) -> Term:
    item = change.item
    now = after.objectives_by_id.get(item) or after.key_results_by_id.get(item)
    title = now.title if now else facts.title(item) if item else ""
    return Term(
        item, title, change.field, change.old, change.new, change.kind, settled and change.protected
    )


def _events(facts: ReportFacts) -> Iterator[Event]:
    found = [
        event
        for entries in facts.snapshot.entries.values()
        for entry in entries
        if (event := _event(facts, entry)) is not None
    ]
    yield from sorted(found, key=lambda event: (event.at, event.item))


def _event(facts: ReportFacts, entry: Entry) -> Event | None:
    found = _correction(facts, entry.body, entry.key_result)
    if found is None:
        return None
    by, version = facts.named(entry.by), getattr(entry.body, "version", 0)
    kind, reason, old, new = found
    title = facts.title(entry.key_result)
    return Event(kind, entry.at, by, entry.key_result, title, reason, old, new, version)


_Correction = tuple[EventKind, str, Decimal | Fraction | None, Decimal | Fraction | None]


def _correction(facts: ReportFacts, body: Body, item: str) -> _Correction | None:
    """Kind, reason, old and new; scores are fractions, values decimals."""
    match body:
        case Correction():
            return "correction", body.reason, facts.values.get(body.reading), body.value
        case Acceptance():
            return "acceptance", body.note, None, facts.values.get(body.reading)
        case Override():
            score = facts.score(item)
            computed = score.figures.computed if score else None
            return "override", body.reason, computed, _share(body.score)
        case Restatement():
            return "restatement", body.reason, _share(body.old), _share(body.new)
        case ScopeChange() | Resolution():
            return body.kind, body.reason, None, None
        case _:
            return None


def _share(score: Decimal | None) -> Fraction | None:
    return None if score is None else Fraction(score)


def _retired(facts: ReportFacts) -> Iterator[Retired]:
    for item, gone in facts.retired:
        yield Retired(item, facts.title(item), gone.how, gone.at, gone.reason, gone.early)
