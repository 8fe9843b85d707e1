"""Third step of a sync: record what was read, and tell what this run found."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from okr_core.record.entries import Entry, SyncRecord, UnavailableAnswer
from okr_flows.sync.known import recorded, synced_reading
from okr_flows.sync.plan import SyncPlan
from okr_flows.sync.read import ReadOutcome
from okr_flows.sync.report import SyncedReading, SyncReport
from okr_store import Store


def record_outcome(store: Store, plan: SyncPlan, outcome: ReadOutcome) -> tuple[SyncedReading, ...]:
    """Record one connection's readings; what another run recorded first stays.

    Readings, evidence and the record of the sync are one transaction, so that a killed run leaves
    all or nothing of a connection and the next run of the slot asks for what is missing.

    Returns:
        The answers of this connection as the store holds them: where another run of the slot was
        first, what that one recorded.
    """
    if not outcome.asked:
        return ()
    elsewhere = _recorded(store, plan, outcome, {a.key_result for a in outcome.unavailable})
    mine = _without(outcome, elsewhere)
    done = store.record(plan.cycle, mine.readings, [_sync_entry(plan, mine)])
    elsewhere |= _recorded(store, plan, outcome, done.taken)
    own = {reading.key_result: reading for reading in _synced(plan.cycle, mine)}
    return tuple({**own, **elsewhere}.values())


def _recorded(
    store: Store, plan: SyncPlan, outcome: ReadOutcome, key_results: Collection[str]
) -> dict[str, SyncedReading]:
    source = next(job.source for job in plan.jobs if job.name == outcome.connection)
    return recorded(store, plan.cycle, plan.as_of, dict.fromkeys(key_results, source))


def _without(outcome: ReadOutcome, elsewhere: Collection[str]) -> ReadOutcome:
    """The outcome without what could not be read here but was recorded by another run."""
    left = tuple(a for a in outcome.unavailable if a.key_result not in elsewhere)
    return replace(outcome, unavailable=left)


def report_of(
    plan: SyncPlan,
    outcomes: Iterable[ReadOutcome],
    synced: Iterable[SyncedReading],
) -> SyncReport:
    """The report of a run from its plan and what each connection answered."""
    refused = (SyncedReading(each.key_result, failure=each.failure) for each in plan.refused)
    by_id = {reading.key_result: reading for reading in (*plan.existing, *refused, *synced)}
    place = {job.name: number for number, job in enumerate(plan.jobs)}
    # Connections end in any order; in that of the plan two runs say the same alike.
    asked = sorted(
        (outcome for outcome in outcomes if outcome.asked),
        key=lambda outcome: place[outcome.connection],
    )
    return SyncReport(
        cycle=plan.cycle,
        as_of=plan.as_of,
        revision=plan.revision,
        readings=tuple(by_id[key] for key in plan.order if key in by_id),
        requests={outcome.connection: outcome.requests for outcome in asked},
        failed={outcome.connection: outcome.failed for outcome in asked if outcome.failed},
    )


def _synced(cycle: str, outcome: ReadOutcome) -> Iterable[SyncedReading]:
    for reading, _ in outcome.readings:
        id_ = reading.key_result
        link, notes = outcome.links.get(id_, ""), outcome.notes.get(id_, ())
        yield synced_reading(cycle, reading, link, notes)
    for answer in outcome.unavailable:
        yield SyncedReading(answer.key_result, failure=answer.failure)


def _sync_entry(plan: SyncPlan, outcome: ReadOutcome) -> Entry:
    states = {reading.key_result: reading.state for reading, _ in outcome.readings}
    body = SyncRecord(
        connection=outcome.connection,
        observed_at=outcome.observed_at,
        requests=outcome.requests,
        observed=tuple(key for key, state in states.items() if state == "observed"),
        suspect=tuple(key for key, state in states.items() if state == "suspect"),
        unavailable=tuple(
            UnavailableAnswer.of(each.key_result, each.failure) for each in outcome.unavailable
        ),
        counts=dict(outcome.counts),
        failed=outcome.failed,
    )
    # The key makes recording the same outcome again add nothing.
    key = f"{outcome.connection} {plan.as_of.isoformat()} {outcome.observed_at.isoformat()}"
    return Entry(at=plan.as_of, body=body, cycle=plan.cycle, via="flow", key=key)
