"""Backfill: past check-in days of key results that nobody looked at, filled with reconstructions.

A person runs it, once, after a team has connected its tool in the middle of a quarter: it has no
schedule and no deployment. Live readings are never back-dated; these are the one exception, and
their evidence says so.

The whole use case, without Prefect: the flow `backfill-progress` makes tasks of the same steps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from okr_core.errors import OkrError
from okr_core.record.evidence import Evidence
from okr_flows.backfill.days import end_of_day
from okr_flows.backfill.plan import BackfillJob, BackfillPlan, plan_backfill
from okr_flows.backfill.read import PastOutcome, Slot, reconstruct_connection, unreadable
from okr_flows.backfill.report import BackfilledKeyResult, BackfillReport, PastDay
from okr_flows.run.at_once import Stop, at_once, never
from okr_flows.run.leases import WAIT, turn_at
from okr_flows.run.opening import Opening
from okr_flows.sync.listening import listening
from okr_sources.answers import Unavailable


def run_backfill(
    opening: Opening,
    *,
    cycle: str,
    until: datetime,
    now: datetime,
    env: Mapping[str, str],
    connection: str = "",
    only: Collection[str] = (),
    dry_run: bool = False,
    wait: float = WAIT,
) -> BackfillReport:
    """Fill past check-in days that have no reading; running it again changes nothing.

    All connections are asked at once; what one told is recorded as soon as it is there, in one
    transaction, and one that fails stops no other. No suspect rule applies: what the value was
    later says nothing about what it was before. But nothing is still not 0. Upon Ctrl-C who
    listens is told, and what was read is waited for so that it is recorded.

    Args:
        opening: Opens the store.
        cycle: Id of the cycle.
        until: Only days that had passed by then (aware), and by now.
        now: The time (aware).
        env: Variables that may hold tokens.
        connection: Ask this connection only.
        only: Ask for these key results only.
        dry_run: Ask, and record nothing.
        wait: Seconds to wait for the turn at a connection with `runs_at_once`.

    Raises:
        ConfigError: The store has no plan of that cycle or no workspace.
        InputError: `only` or `connection` names something that is not bound.
        RefusalError: The cycle is closed.
    """
    passed = min(until, now)
    with opening() as store:
        plan = plan_backfill(store, cycle=cycle, until=passed, connection=connection, only=only)

    def work(job: BackfillJob, stop: Stop) -> PastOutcome:
        return backfill_connection(opening, plan, job, env, stop, dry_run=dry_run, wait=wait)

    return report_of(plan, at_once(work, plan.jobs, listening().stopping), dry_run=dry_run)


def backfill_connection(
    opening: Opening,
    plan: BackfillPlan,
    job: BackfillJob,
    env: Mapping[str, str],
    stop: Stop = never,
    *,
    dry_run: bool = False,
    wait: float = WAIT,
) -> PastOutcome:
    """Ask one connection for the past in its turn, and record what it told before that ends.

    Never raises an error of ours: a connection that fails, or that others read for too long, is an
    answer too.

    Args:
        opening: Opens the store.
        plan: What the job is part of.
        job: Connection and asks.
        env: Variables that may hold its token.
        stop: Where it says so, the turn is waited for no longer.
        dry_run: Ask, and record nothing.
        wait: Seconds to wait for the turn where the connection has `runs_at_once`.
    """
    asked = job.connection
    try:
        with turn_at(opening, asked.name, asked.connection, wait=wait, stop=stop):
            outcome = reconstruct_connection(job, env=env, revision=plan.revision)
            return outcome if dry_run else recorded(opening, plan.cycle.id, job, outcome)
    except OkrError as error:
        return unreadable(job, error)


def recorded(opening: Opening, cycle: str, job: BackfillJob, outcome: PastOutcome) -> PastOutcome:
    """Record what a connection told; where the store does not take it, that is the outcome."""
    if not outcome.readings:
        return outcome
    try:
        with opening() as store:
            store.record(cycle, outcome.readings)
    except OkrError as error:
        return unreadable(job, error)
    return outcome


def report_of(
    plan: BackfillPlan, outcomes: Iterable[PastOutcome], *, dry_run: bool
) -> BackfillReport:
    """The report of a backfill from its plan and what each connection told, in any order."""
    found = {outcome.connection: outcome for outcome in outcomes}
    told = [found[job.connection.name] for job in plan.jobs]
    refused = {answer.key_result: answer for answer in plan.refused}
    past = _Past(plan, told)
    return BackfillReport(
        cycle=plan.cycle.id,
        until=plan.until,
        revision=plan.revision,
        dry_run=dry_run,
        key_results=tuple(past.key_result(id_, refused.get(id_)) for id_ in plan.order),
        requests={outcome.connection: outcome.requests for outcome in told},
        failed={outcome.connection: outcome.failed for outcome in told if outcome.failed},
    )


class _Past:
    """The day and the evidence of every slot."""

    def __init__(self, plan: BackfillPlan, outcomes: Iterable[PastOutcome]) -> None:
        self._plan = plan
        self._days: dict[Slot, PastDay] = {}
        self._evidence: dict[Slot, Evidence] = {}
        for outcome in outcomes:
            self._evidence.update(outcome.evidence)
            self._read(outcome)

    def _read(self, outcome: PastOutcome) -> None:
        day_of = self._plan.cycle.day_of
        for reading, _ in outcome.readings:
            self._days[reading.key_result, reading.at] = PastDay(day_of(reading.at), reading)
        for (key_result, moment), answer in outcome.unavailable.items():
            failure = replace(answer.failure, at=moment)
            self._days[key_result, moment] = PastDay(day_of(moment), failure=failure)

    def key_result(self, id_: str, refused: Unavailable | None) -> BackfilledKeyResult:
        days = [PastDay(day) for day in self._plan.kept[id_]]
        if refused is not None:
            return BackfilledKeyResult(id_, tuple(days), failure=refused.failure)
        days += [self._days[self._slot(id_, day)] for day in self._plan.missing[id_]]
        return BackfilledKeyResult(
            id_,
            tuple(sorted(days, key=lambda each: each.day)),
            assumptions=tuple(self._assumptions(id_)),
        )

    def _slot(self, id_: str, day: date) -> Slot:
        return id_, end_of_day(self._plan.cycle, day)

    def _assumptions(self, id_: str) -> Iterable[str]:
        """Of all its days, each once."""
        told = [e for (key_result, _), e in self._evidence.items() if key_result == id_]
        return dict.fromkeys(line for e in told for line in (e.reconstructed, *e.assumptions))
