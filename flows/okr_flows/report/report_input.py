"""The input of a report: everything that a report says about a cycle, read from the store alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from okr_core.basics import collector
from okr_core.basics.command import okr
from okr_core.basics.days import days_after
from okr_core.errors import DataError
from okr_core.plan.cycle import Cycle
from okr_core.record.entries import KINDS, Reading
from okr_core.record.evidence import Evidence, decode, re_add, remarks
from okr_core.record.failure import Failure
from okr_core.record.readings import acceptances
from okr_core.snapshot import Snapshot
from okr_flows.run.cycle import closed_at, current_workspace
from okr_report.report_input import Provenance, ReportInput
from okr_store.snapshot import read_snapshot

if TYPE_CHECKING:
    from okr_store import Store

EARLIER = 2
"""Cycles before this one that a comparison shows, besides those that its goals come from."""
_DAMAGED = Failure(f"its evidence is damaged: {okr('audit', 'verify').code} tells what was altered")


def read_report_input(
    store: Store, cycle: str, as_of: datetime, *, history: int = EARLIER
) -> ReportInput:
    """Read what a report of a cycle says, as it was known at `as_of`.

    Args:
        store: The open store, read only.
        cycle: Id of the cycle.
        as_of: Aware time.
        history: How many of the cycles that ended before come along for comparison; those that
            objectives were carried over from always do.

    Raises:
        InputError: No plan of the cycle was in force by then.
    """
    with collector.paused():
        snapshot = read_snapshot(store, cycle, as_of)
        return ReportInput(
            snapshot=snapshot,
            organization=snapshot.workspace.organization if snapshot.workspace else "",
            provenance=_provenance(store, snapshot),
            earlier=tuple(_earlier(store, snapshot, history)),
            audiences=_audiences(store),
        )


def _audiences(store: Store) -> Mapping[str, tuple[str, ...]] | None:
    """Those of the latest workspace: what was taken from an audience stays taken, looking back."""
    applied = current_workspace(store)
    return applied.audiences if applied else None


# Where numbers come from


def _provenance(store: Store, snapshot: Snapshot) -> dict[str, Provenance]:
    counting = {kr.id: snapshot.standings[kr.id].reading for kr in snapshot.plan.key_results()}
    digests = {reading.evidence for reading in counting.values() if reading and reading.evidence}
    found = {name: _decoded(content) for name, content in store.evidences(digests)}
    accepted = acceptances(snapshot.of_kind("acceptance"))
    return {name: _told(reading, found, accepted) for name, reading in counting.items()}


def _told(
    reading: Reading | None,
    found: Mapping[str, Evidence | Failure],
    accepted: Mapping[str, datetime],
) -> Provenance:
    if reading is None:
        return Provenance()
    evidence = found.get(reading.evidence, _DAMAGED) if reading.evidence else None
    note = "; ".join(_notes(reading, evidence, accepted))
    return Provenance(reading, evidence if isinstance(evidence, Evidence) else None, note)


def _notes(
    reading: Reading, evidence: Evidence | Failure | None, accepted: Mapping[str, datetime]
) -> Iterator[str]:
    """What a reader must know of the number; names no person: not every audience may see one."""
    if isinstance(evidence, Failure):
        yield evidence.reason
    elif evidence is not None:
        if _added_up(evidence) != reading.value:
            yield "its evidence does not add up to the value"
        yield from remarks(evidence)
    at = accepted.get(reading.supersedes) if reading.supersedes else None
    if at is not None:
        yield f"was suspect; a person said on {at:%Y-%m-%d} that it is true"


def _added_up(evidence: Evidence) -> Decimal | None:
    try:
        return re_add(evidence)
    except DataError:
        return None


def _decoded(content: bytes | None) -> Evidence | Failure:
    if content is None:
        return _DAMAGED
    try:
        return decode(content)
    except DataError as error:
        return Failure(error.message.rstrip("."))


# Cycles before


@dataclass(frozen=True, slots=True)
class _Past:
    """A cycle that has ended, and the cycles that its objectives were carried over from."""

    cycle: Cycle
    origins: frozenset[str]


def _earlier(store: Store, snapshot: Snapshot, history: int) -> Iterator[Snapshot]:
    """Earlier cycles, newest first: the last few, and all that goals were carried over from."""
    ended = sorted(_ended_before(store, snapshot), key=_ended_at, reverse=True)
    direct = _origins(objective.carried_from for objective in snapshot.plan.objectives)
    wanted = {past.cycle.id for past in ended[:history]} | _lineage(direct, ended)
    for past in ended:
        if past.cycle.id in wanted:
            yield _as_it_ended(store, past.cycle, snapshot.as_of)


def _ended_before(store: Store, snapshot: Snapshot) -> Iterator[_Past]:
    for name in store.cycles():
        revision = store.revision("plan", name, as_of=snapshot.as_of)
        if revision is None:
            continue
        # Only this is needed of each plan, and a plan of 5,000 key results is slow to validate.
        cycle = revision.cycle()
        if cycle.ends < snapshot.cycle.starts:
            objectives = revision.fields().get("objectives", ())
            yield _Past(cycle, _origins(each.get("carried_from") for each in objectives))


def _ended_at(past: _Past) -> tuple[date, date, str]:
    return past.cycle.ends, past.cycle.starts, past.cycle.id


def _origins(carried: Iterable[str | None]) -> frozenset[str]:
    """Cycles of references such as `2026-q3/onboarding`."""
    return frozenset(each.partition("/")[0] for each in carried if each)


def _lineage(direct: frozenset[str], ended: Iterable[_Past]) -> set[str]:
    """Cycles that objectives come from, step by step to where they began."""
    known = {past.cycle.id: past for past in ended}
    seen: set[str] = set()
    open_ = direct & known.keys()
    while open_:
        seen |= open_
        further = frozenset[str]().union(*(known[name].origins for name in open_))
        open_ = (further & known.keys()) - seen
    return seen


def _as_it_ended(store: Store, cycle: Cycle, as_of: datetime) -> Snapshot:
    """A cycle as at its closing, else at the end of its days of grace."""
    at = closed_at(store, cycle.id, as_of) or _over(store, cycle, as_of)
    # What syncs did is of no interest any more, and there is much of it.
    return read_snapshot(store, cycle.id, at, kinds=KINDS - {"sync"})


def _over(store: Store, cycle: Cycle, as_of: datetime) -> datetime:
    """When the last late number could arrive; later where its plan was only recorded later."""
    over = cycle.end_of(days_after(cycle.ends, cycle.grace_days))
    accepted = [each for each in store.revisions("plan", cycle.id) if each.state == "accepted"]
    recorded = min(each.decided_at or each.at for each in accepted)
    return min(max(over, recorded), as_of)
