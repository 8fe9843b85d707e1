"""Ticks: what is due is started once, in order; what fails is tried again, nothing refused is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from applied_store import CYCLE

from okr_core.errors import InputError, RetryableError
from okr_core.plan.acting import Actor, Occasion
from okr_core.record.ticks import TickRecord
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_flows.clock.report import TickReport
from okr_flows.clock.slots import Slot
from okr_flows.clock.tick import Jobs, tick, ticking
from okr_flows.close.close_cycle import close
from okr_flows.remind.report import RemindReport
from okr_flows.run.leases import held
from okr_flows.score.record import score
from okr_store import Store

HOUR = timedelta(hours=1)
MONDAY = datetime(2025, 11, 3, 8, 35, tzinfo=UTC)
SAID = datetime(2025, 10, 20, 9, tzinfo=UTC)


@dataclass
class Company:
    """A company's jobs: scores are real ones, of the others only that they were started is kept."""

    store: Store
    started: list[str] = field(default_factory=list)
    down: set[str] = field(default_factory=set)

    def jobs(self, now: datetime) -> Jobs:
        """What a tick starts."""
        return Jobs(partial(self._score, now), self._report, self._remind)

    def _score(self, now: datetime, slot: Slot) -> object:
        self._noted("score", slot.at)
        return score(self.store, CYCLE, slot.at, now=now)

    def _report(self, slot: Slot) -> str:
        self._noted("report", slot.at)
        return ""

    def _remind(self, at: datetime) -> RemindReport:
        self._noted("remind", at)
        return RemindReport()

    def _noted(self, what: str, at: datetime) -> None:
        if what in self.down:
            raise RetryableError(f"{what} is down.")
        self.started.append(f"{what} {at:%m-%d}")

    def tick(self, at: datetime, now: datetime | None = None) -> TickReport:
        """A tick at a time."""
        self.started.clear()
        return tick(self.store, CYCLE, at, self.jobs(now or at), now=now or at)


@pytest.fixture
def company(applied: Store) -> Company:
    """A company in which one number was said in October."""
    record_value(applied)
    return Company(applied)


def scored(store: Store) -> list[datetime]:
    """Times of which the store has scores."""
    return [entry.at for entry in store.entries(CYCLE, kinds=("scored",))]


def test_a_tick_scores_reports_and_reminds_and_the_next_one_only_reminds(company: Company) -> None:
    company.tick(MONDAY)
    assert company.started == ["score 11-03", "report 11-03", "remind 11-03"]
    company.tick(MONDAY + HOUR)
    assert company.started == ["remind 11-03"]


def test_days_without_a_tick_are_made_up_for_in_order(company: Company) -> None:
    company.tick(MONDAY)
    company.tick(MONDAY + timedelta(days=8))
    assert company.started == [
        *(f"score 11-{day:02}" for day in (4, 5, 6, 7, 10)),
        "report 11-10",
        "score 11-11",
        "remind 11-11",
    ]
    assert len(scored(company.store)) == len(set(scored(company.store)))


def test_what_fails_is_tried_again_in_the_same_order_and_holds_nothing_else_up(
    company: Company,
) -> None:
    company.tick(MONDAY)
    company.down = {"score"}
    report = company.tick(MONDAY + timedelta(days=2))
    assert (list(report.failed), company.started) == (["score"], ["remind 11-05"])
    assert report.incomplete
    company.down = set()
    company.tick(MONDAY + timedelta(days=2, hours=1))
    assert company.started == ["score 11-04", "score 11-05", "remind 11-05"]


def test_a_second_tick_at_the_same_time_does_nothing_and_says_who_is_at_it(
    company: Company,
) -> None:
    with held(company.store, ticking(CYCLE)):
        report = company.tick(MONDAY)
    assert (company.started, report.incomplete) == ([], False)
    assert f"the clock of cycle `{CYCLE}` is busy" in report.busy


def test_nobody_is_reminded_today_of_what_was_due_last_week(company: Company) -> None:
    company.tick(MONDAY, now=MONDAY + timedelta(days=7))
    assert company.started == ["score 11-03", "report 11-03"]


def test_a_score_that_a_rule_refuses_is_passed_and_not_tried_again(company: Company) -> None:
    # Nothing was read yet.
    first = datetime(2025, 10, 2, 8, 35, tzinfo=UTC)
    report = company.tick(first)
    records = [
        entry.body
        for entry in company.store.entries(CYCLE, kinds=("tick",))
        if isinstance(entry.body, TickRecord)
    ]
    refused = [body for body in records if body.outcome == "passed"]
    assert len(refused) == len(report.passed)
    company.tick(first + HOUR)
    assert company.started == ["remind 10-02"]


def test_what_was_scored_before_there_was_a_clock_is_not_scored_again(company: Company) -> None:
    slot = datetime(2025, 11, 3, 5, 30, tzinfo=UTC)
    score(company.store, CYCLE, slot, now=slot)
    company.tick(MONDAY)
    assert company.started == ["report 11-03", "remind 11-03"]
    assert scored(company.store) == [slot]


def test_of_a_closed_cycle_nothing_is_due(company: Company) -> None:
    january = datetime(2026, 1, 12, 8, 35, tzinfo=UTC)
    occasion = Occasion(january, january, Actor("test", "ada"))
    close(company.store, CYCLE, {}, occasion=occasion, reason="nothing was measured")
    report = company.tick(january + HOUR)
    assert (report.closed, company.started) == (True, [])


def test_a_tick_of_a_time_to_come_is_refused(company: Company) -> None:
    with pytest.raises(InputError, match="lies in the future"):
        company.tick(MONDAY, now=MONDAY - HOUR)


def test_what_a_tick_did_before_it_died_is_not_done_again(company: Company) -> None:
    class Killed(BaseException):
        """What ends a process."""

    def die(_slot: Slot) -> str:
        raise Killed

    dying = Jobs(company.jobs(MONDAY).score, die, company.jobs(MONDAY).remind)
    with pytest.raises(Killed):
        tick(company.store, CYCLE, MONDAY, dying, now=MONDAY)
    before = scored(company.store)
    company.tick(MONDAY + HOUR)
    assert company.started == ["report 11-03", "remind 11-03"]
    assert scored(company.store) == before != []


def record_value(store: Store) -> None:
    """A number that Ada said in October."""
    occasion = Occasion(SAID, SAID, Actor("test", "ada"))
    check_in(store, CYCLE, CheckInText("activation.week1", "36"), occasion)
