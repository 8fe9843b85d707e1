"""What the section shows: what was measured and what people said, each with when and by whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from okr_core.plan.metrics import Metric
from okr_core.record.entries import CheckIn, ReadingState
from okr_report.audience.audience import KINDS
from okr_report.report_facts import Named, ReportFacts


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """A number, when it held and where it comes from.

    Attributes:
        part: Id of a milestone; empty for the key result itself.
        metric: As planned now; None where the key result is no longer planned.
        by: Who said so; None for a source, or where the audience may not see it.
    """

    key_result: str
    title: str
    part: str
    at: datetime
    value: Decimal
    metric: Metric | None
    state: ReadingState
    source: str
    by: Named | None
    reason: str


@dataclass(frozen=True, slots=True)
class CheckInRow:
    """What a person said about a key result or objective."""

    item: str
    title: str
    at: datetime
    by: Named | None
    confidence: int | None
    value: Decimal | None
    metric: Metric | None
    note: str


@dataclass(frozen=True, slots=True)
class View:
    """Readings and check-ins, by item in the order of the plan, each oldest first.

    Attributes:
        sees: What the audience may see: a column of anything else is left out.
    """

    readings: tuple[ReadingRow, ...]
    check_ins: tuple[CheckInRow, ...]
    sees: tuple[str, ...] = KINDS


def view(facts: ReportFacts) -> View | None:
    """All readings and check-ins until the time of the report; None where there are none."""
    found = View(tuple(_readings(facts)), tuple(_check_ins(facts)), facts.granted)
    return found if found.readings or found.check_ins else None


def _items(facts: ReportFacts) -> Iterator[str]:
    """Every item, in the order of the plan as first agreed."""
    for objective in facts.agreed.objectives:
        yield objective.id
        yield from (kr.id for kr in objective.key_results)


def _readings(facts: ReportFacts) -> Iterator[ReadingRow]:
    for item in _items(facts):
        known = [r for r in facts.snapshot.readings.get(item, ()) if r.at <= facts.as_of]
        if not known:
            continue
        title, metric = facts.title(item), _metric(facts, item)
        for reading in sorted(known, key=lambda each: (each.at, each.sequence)):
            yield ReadingRow(
                item,
                title,
                reading.part,
                reading.at,
                reading.value,
                metric,
                reading.state,
                reading.source,
                facts.named(reading.by),
                reading.reason,
            )


def _check_ins(facts: ReportFacts) -> Iterator[CheckInRow]:
    for item in _items(facts):
        known = [e for e in facts.snapshot.entries.get(item, ()) if e.at <= facts.as_of]
        for entry in sorted(known, key=lambda each: each.at):
            said = entry.body
            # What an audience may see nothing of has nothing left to say.
            if not isinstance(said, CheckIn) or (said.confidence, said.value, said.note) == (
                None,
                None,
                "",
            ):
                continue
            yield CheckInRow(
                item,
                facts.title(item),
                entry.at,
                facts.named(entry.by),
                said.confidence,
                said.value,
                _metric(facts, item),
                said.note,
            )


def _metric(facts: ReportFacts, item: str) -> Metric | None:
    for plan in (facts.plan, facts.agreed):
        if item in plan.key_results_by_id:
            return plan.key_results_by_id[item].metric
    return None
