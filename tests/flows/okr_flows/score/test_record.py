"""A scoring is recorded once its time has come."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from applied_store import ADA, CYCLE, NOW

from okr_core.errors import BusyError, InputError
from okr_core.plan.acting import Occasion
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_flows.run.leases import judging
from okr_flows.score.record import preview, score
from okr_store import Store


def test_scores_of_a_time_to_come_can_be_looked_at_and_not_recorded(applied: Store) -> None:
    check_in(applied, CYCLE, CheckInText("activation.week1", "38"), Occasion(NOW, NOW, ADA))
    later = NOW + timedelta(days=1)
    with pytest.raises(InputError, match="2025-11-02 09:00 UTC lies in the future"):
        score(applied, CYCLE, later, now=NOW)
    assert preview(applied, CYCLE, later).card.cycle == CYCLE
    assert list(applied.entries(CYCLE, kinds=("scored",))) == []
    assert score(applied, CYCLE, later, now=later).recorded


def test_a_cycle_that_another_run_scores_is_busy_and_can_still_be_looked_at(applied: Store) -> None:
    check_in(applied, CYCLE, CheckInText("activation.week1", "38"), Occasion(NOW, NOW, ADA))
    other = applied.leases.acquire(judging(CYCLE).key, owner="worker-7")
    assert other is not None
    with pytest.raises(BusyError, match=f"cycle `{CYCLE}` is busy: worker-7 is scoring or closing"):
        score(applied, CYCLE, NOW, now=NOW, wait=0.1)
    assert list(applied.entries(CYCLE, kinds=("scored",))) == []
    assert preview(applied, CYCLE, NOW).card.cycle == CYCLE
    applied.leases.release(other)
    assert score(applied, CYCLE, NOW, now=NOW, wait=0).recorded


def test_who_becomes_at_risk_is_told_by_one_of_two_scorings_at_once(applied: Store) -> None:
    check_in(applied, CYCLE, CheckInText("activation.week1", "20"), Occasion(NOW, NOW, ADA))
    times = [NOW, NOW + timedelta(minutes=1)]
    with ThreadPoolExecutor(2) as threads:
        runs = [threads.submit(score, applied, CYCLE, at, now=times[1]) for at in times]
        reports = [run.result() for run in runs]
    # Of a time that a newer scoring has overtaken nobody is told.
    told = [name for each in reports if not each.overtaken for name in each.newly_at_risk]
    assert len(told) == len(set(told))
    assert told
