"""Tick: what is due of a cycle is started in order, each of it once, by one tick at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from okr_core.errors import BusyError, InputError, OkrError, RefusalError
from okr_core.plan.acting import refuse_future
from okr_core.record.entries import Entry
from okr_core.record.ticks import TickJob, TickRecord
from okr_flows.clock.report import TickReport
from okr_flows.clock.slots import Slot, slots_due
from okr_flows.remind.report import RemindReport
from okr_flows.run.calendar import read_calendar
from okr_flows.run.cycle import closed_at, newest_scoring
from okr_flows.run.leases import Purpose, held
from okr_store import LeaseLostError, Store

OF_NOW = timedelta(hours=2)
"""How late a tick may be for people still to be reminded: nobody hears today of what was due last
week."""


@dataclass(frozen=True)
class Jobs:
    """What a tick starts; each raises what went wrong.

    Attributes:
        score: Scores the cycle as of a slot; the newest is shown and told besides.
        report: Reports on the cycle as of a slot; gives what it left undone, empty if nothing.
        remind: Reminds people of what waits for them at a time.
    """

    score: Callable[[Slot], object]
    report: Callable[[Slot], str]
    remind: Callable[[datetime], RemindReport]


def ticking(cycle: str) -> Purpose:
    """The tick of a cycle."""
    return Purpose(f"tick {cycle}", f"the clock of cycle `{cycle}`", "starting what is due")


def tick(
    store: Store,
    cycle: str,
    at: datetime,
    jobs: Jobs,
    *,
    now: datetime,
) -> TickReport:
    """Start what is due of a cycle at a time: scores, the report, reminders, in this order.

    Safe to run twice, at once and late. What was done is recorded after it was; what a crash
    swallowed in between is started again, which scores and reports forgive: a time is scored once,
    a route told once a week, and reminders keep records of their own. After days without a tick
    the scores of each day are made up for, oldest first; then comes the newest report.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        at: Business time of the tick (aware).
        jobs: What it starts.
        now: The time (aware).

    Raises:
        InputError: The cycle has no plan, or that is a time to come.
        LeaseLostError: This tick was stopped for so long that another took over.
    """
    refuse_future(at, now)
    dates = read_calendar(store, cycle, at).dates
    if closed_at(store, cycle) is not None:
        return TickReport(cycle, closed=True)
    try:
        with held(store, ticking(cycle), wait=0) as mine:
            last = _last_done(mine, cycle)
            due = slots_due(dates, last, at)
            round_ = _Round(mine, cycle, at, jobs)
            round_.start(due)
            if now - at <= OF_NOW:
                round_.remind()
            return round_.report()
    except BusyError as error:
        return TickReport(cycle, busy=error.message.rstrip("."))


@dataclass
class _Round:
    """One tick."""

    store: Store
    cycle: str
    at: datetime
    jobs: Jobs
    done: list[Slot] = field(default_factory=list)
    passed: dict[Slot, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    reminders: RemindReport | None = None

    def start(self, due: Iterable[Slot]) -> None:
        """Start what is due, in order; after a failure nothing of the same job is started."""
        for slot in due:
            if slot.job in self.failed:
                continue
            try:
                self._start(slot)
            except LeaseLostError:
                raise
            except (RefusalError, InputError) as error:  # as of then there was nothing to do
                self._record(slot, error.message)
                self.passed[slot] = str(error)
            except OkrError as error:
                self.failed[slot.job] = str(error)
            else:
                self._record(slot)
                self.done.append(slot)

    def _start(self, slot: Slot) -> None:
        if slot.job == "score":
            self.jobs.score(slot)
        elif undone := self.jobs.report(slot):
            self.notes.append(undone)

    def remind(self) -> None:
        """Remind people."""
        try:
            self.reminders = self.jobs.remind(self.at)
        except LeaseLostError:
            raise
        except OkrError as error:
            self.failed["remind"] = str(error)

    def _record(self, slot: Slot, why: str = "") -> None:
        body = TickRecord(job=slot.job, slot=slot.at, outcome="passed" if why else "done", why=why)
        entry = Entry(at=self.at, body=body, cycle=self.cycle, via="flow", key=slot.key)
        self.store.add_entries(self.cycle, [entry])

    def report(self) -> TickReport:
        """What it did."""
        return TickReport(
            cycle=self.cycle,
            done=tuple(self.done),
            passed=self.passed,
            failed=self.failed,
            notes=tuple(self.notes),
            reminders=self.reminders,
        )


def _last_done(store: Store, cycle: str) -> Mapping[TickJob, datetime]:
    """Job → its newest slot that was done; scores of before there was a clock count too."""
    found: dict[TickJob, datetime] = {}
    for entry in store.entries(cycle, kinds=("tick",)):
        if isinstance(entry.body, TickRecord):
            job, slot = entry.body.job, entry.body.slot
            found[job] = max(slot, found.get(job, slot))
    if "score" not in found and (scored := newest_scoring(store, cycle)) is not None:
        found["score"] = scored.at
    return found
