"""What the section shows: how numbers are made, how old the data are, which versions made it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from okr_core.plan.workspace import Policies
from okr_core.record.entries import SyncRecord
from okr_core.record.readings import MANUAL
from okr_report.report_facts import Named, ReportFacts

_SHARED = {"decrease": "increase", "at_most": "at_least", "within": "at_least"}
"""Kind → the one with the same formula."""


@dataclass(frozen=True, slots=True)
class SourceAge:
    """Where values come from, and how old they are.

    Attributes:
        source: `manual`, or kind and connection such as `jira:acme`.
        key_results: How many take their current value from there.
        oldest: When the oldest of those values was observed.
        newest: When the newest was.
    """

    source: str
    key_results: int
    oldest: datetime
    newest: datetime


@dataclass(frozen=True, slots=True)
class Sync:
    """The last sync of a connection."""

    connection: str
    at: datetime
    observed: int
    suspect: int
    unavailable: int
    failed: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version of this report: closed first, then restated."""

    version: int
    at: datetime
    by: Named | None
    reason: str


@dataclass(frozen=True, slots=True)
class View:
    """Method, data and versions.

    Attributes:
        kinds: Metric kinds of this plan: only their formulas are told, and each formula once.
        standing: Whether the method of statuses is told.
        scored: Whether the method of scores is told.
        forecast: Whether the method of forecasts is told.
        policies: That decide on status and staleness.
        retired: Key results retired early: not scored.
    """

    kinds: tuple[str, ...]
    standing: bool
    scored: bool
    forecast: bool
    policies: Policies
    sources: tuple[SourceAge, ...]
    syncs: tuple[Sync, ...]
    versions: tuple[Version, ...]
    retired: int


def view(facts: ReportFacts) -> View | None:
    """The appendix; there always is one."""
    return View(
        kinds=_kinds(facts),
        standing=facts.sees("progress"),
        scored=facts.scorecard is not None,
        forecast=any(facts.forecast(kr) for kr in facts.plan.active_key_results),
        policies=facts.snapshot.policies,
        sources=tuple(_sources(facts)),
        syncs=tuple(_syncs(facts)),
        versions=tuple(_versions(facts)),
        retired=facts.scorecard.retired if facts.scorecard else 0,
    )


def _kinds(facts: ReportFacts) -> tuple[str, ...]:
    kinds = (kr.metric.kind for kr in facts.plan.key_results())
    return tuple(dict.fromkeys(_SHARED.get(kind, kind) for kind in kinds))


def _sources(facts: ReportFacts) -> Iterator[SourceAge]:
    seen: dict[str, list[datetime]] = defaultdict(list)
    for kr in facts.plan.active_key_results:
        at = facts.standing(kr.id).observed_at
        if at is not None:
            told = facts.report_input.provenance.get(kr.id)
            reading = told.reading if told else None
            usual = kr.source_kind if kr.bound else MANUAL
            seen[reading.source if reading else usual].append(at)
    for source, times in sorted(seen.items()):
        yield SourceAge(source, len(times), min(times), max(times))


def _syncs(facts: ReportFacts) -> Iterator[Sync]:
    last: dict[str, Sync] = {}
    for entry in sorted(facts.snapshot.of_kind("sync"), key=lambda entry: entry.at):
        if isinstance(body := entry.body, SyncRecord):
            counts = (len(body.observed), len(body.suspect), len(body.unavailable))
            last[body.connection] = Sync(body.connection, body.observed_at, *counts, body.failed)
    yield from sorted(last.values(), key=lambda sync: sync.connection)


def _versions(facts: ReportFacts) -> Iterator[Version]:
    closing = facts.snapshot.closing
    for number, entry in enumerate(
        (*([closing] if closing else ()), *facts.snapshot.restatements), 1
    ):
        yield Version(number, entry.at, facts.named(entry.by), getattr(entry.body, "reason", ""))
