"""Scoring: compute a cycle's scores and forecasts, and record them once per time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from okr_core.open.entries import ASKED_BY
from okr_core.plan.acting import refuse_future
from okr_core.record.entries import JUDGED_BY, Entry
from okr_core.record.score_records import Scored
from okr_core.words.vocabulary import Told
from okr_flows.close.close_cycle import close_by_policy
from okr_flows.run.cycle import closed_at, newest_scoring
from okr_flows.run.leases import WAIT, held, judging
from okr_flows.score.report import ScoreReport, computed
from okr_store import Store
from okr_store.snapshot import read_snapshot


def score(
    store: Store, cycle: str, as_of: datetime, *, now: datetime, wait: float = WAIT
) -> ScoreReport:
    """Compute the scores of a time and record them; a second run for that time changes nothing.

    Where the policy closes cycles by itself, one that takes no more numbers is closed with it.

    One run at a time, since each tells what changed since the one before.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        as_of: Business time (aware).
        now: The time (aware).
        wait: Seconds to wait for another run.

    Raises:
        InputError: That is a time to come, or no plan of the cycle was in force by then.
        RefusalError: The cycle has not begun, nothing was read by then, or the plan was revised
            while it was scored; nothing was recorded.
        BusyError: Another run scores or closes the cycle for longer.
    """
    refuse_future(as_of, now)
    if closed_at(store, cycle) is not None:  # nothing is recorded, so nobody has to wait
        return _scored(store, cycle, as_of)
    with held(store, judging(cycle), wait=wait) as mine:
        report = _scored(mine, cycle, as_of)
    if report.overtaken or not close_by_policy(store, cycle, report.snapshot, now):
        return report
    return _scored(store, cycle, as_of)


def _scored(store: Store, cycle: str, as_of: datetime) -> ScoreReport:
    report = preview(store, cycle, as_of)
    if report.snapshot.closed:
        return report
    body = report.as_record()
    at = as_of.astimezone(UTC)
    entry = Entry(at=at, body=body, cycle=cycle, via="flow", key=at.isoformat())
    fresh = store.judge(entry, report.card.revision)
    newest = newest_scoring(store, cycle)
    return replace(
        report,
        recorded=fresh is not None or _recorded(store, cycle, at) == body,
        overtaken=newest is not None and newest.at > at,
    )


def _recorded(store: Store, cycle: str, at: datetime) -> object:
    """What an earlier run recorded for that time."""
    last = newest_scoring(store, cycle, at)
    return last.body if last is not None else None


def preview(store: Store, cycle: str, as_of: datetime) -> ScoreReport:
    """Compute the scores of a time; records nothing.

    Raises:
        InputError: No plan of the cycle was in force by then.
        RefusalError: The cycle has not begun, or nothing was read by then.
    """
    snapshot = read_snapshot(store, cycle, as_of, kinds={*JUDGED_BY, *ASKED_BY})
    last = newest_scoring(store, cycle, as_of)
    return computed(snapshot, _seen_before(store, cycle, as_of, last))


def _seen_before(
    store: Store, cycle: str, as_of: datetime, last: Entry | None
) -> Mapping[str, Told]:
    """Statuses of the last scoring before that time, which may itself be recorded already."""
    if last is not None and last.at == as_of:
        earlier = [e for e in store.entries(cycle, kinds=("scored",), as_of=as_of) if e.at < as_of]
        last = earlier[-1] if earlier else None
    return last.body.status if last and isinstance(last.body, Scored) else {}
