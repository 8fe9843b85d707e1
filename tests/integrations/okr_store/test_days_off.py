"""Days off enter with the one reading of a cycle: pace, trend and forecast go by them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from report_cycles import add, reading

from okr_core.calendar.days_off import DaysOff
from okr_core.files.document import load_plan, load_workspace
from okr_core.plan.plan import Pace
from okr_core.progress.pace import expected_progress
from okr_core.record.entries import Entry
from okr_core.score.recording import closing
from okr_core.snapshot import Snapshot
from okr_store import Store
from okr_store.explanation import explain_key_result
from okr_store.scored_trend import read_scored_trend
from okr_store.snapshot import read_snapshot

BEGINS = datetime(2026, 10, 1, tzinfo=UTC)
AS_OF = datetime(2026, 12, 29, tzinfo=UTC)
PLAN = """\
cycle: {id: q, starts: 2026-10-01, ends: 2026-12-31}
objectives:
  - id: o
    title: Teams stay
    owner: ada
    ambition: aspirational
    key_results:
      - {id: k, title: Teams, metric: {kind: increase, baseline: 0, target: 100}, PACE}
"""
WORKSPACE = "organization: Acme\npeople: {ada: {name: Ada}}\n"
SHUTDOWN = """\
policies: {calendar: {days_off: [{starts: 2026-12-28, ends: 2026-12-31}], worked: [2026-12-19]}}
"""


def filled(
    store: Store, more: str = "", pace: str = "pace: {curve: workdays}", weeks: int = 12
) -> None:
    """A cycle of a company, read each week: a straight line that ends a little early."""
    add(store, load_workspace(WORKSPACE + more), BEGINS)
    add(store, load_plan(PLAN.replace("PACE", pace or "weight: 1")), BEGINS)
    at = (BEGINS + timedelta(weeks=week) for week in range(weeks))
    store.record("q", [(reading("k", 8 * i, each), None) for i, each in enumerate(at)], [])


def expected(snapshot: Snapshot) -> Fraction | None:
    return snapshot.standings["k"].expected


def test_holidays_of_the_company_s_country_are_no_working_days(store: Store) -> None:
    filled(store, "country: CH\nsubdivision: ZH\n")
    # 66 Mondays to Fridays without Christmas; three of them are still to come.
    assert expected(read_snapshot(store, "q", AS_OF)) == Fraction(62, 65)


def test_the_company_s_own_days_off_and_worked_days_count_too(store: Store) -> None:
    filled(store, f"country: CH\n{SHUTDOWN}")
    assert expected(read_snapshot(store, "q", AS_OF)) == 1
    before = datetime(2026, 12, 24, tzinfo=UTC)
    assert expected(read_snapshot(store, "q", before)) == Fraction(61, 62)


@pytest.mark.parametrize("more", ["", "country: ZZ\n"])
def test_without_a_country_or_with_one_of_which_no_holidays_are_known_weekends_are_off(
    store: Store, more: str
) -> None:
    filled(store, more)
    assert expected(read_snapshot(store, "q", AS_OF)) == Fraction(63, 66)


def test_every_reading_of_a_cycle_has_the_same_days_off(store: Store) -> None:
    filled(store, "country: CH\n")
    whole, newest = read_snapshot(store, "q", AS_OF), read_snapshot(store, "q", AS_OF, newest=True)
    told = Fraction(62, 65)
    assert expected(whole) == expected(newest) == told
    assert explain_key_result(store, "q", "k", as_of=AS_OF).standing.expected == told
    trend = read_scored_trend(store, "q", AS_OF).trend
    assert trend.times[-1] == AS_OF
    assert trend.items["k"].expected[-1] == told
    assert isinstance(whole.days_off, DaysOff)


def test_a_forecast_goes_by_the_working_days(store: Store) -> None:
    """Who keeps to the pace stands still while the company is closed, and comes in time after."""
    closed = "policies: {calendar: {days_off: [{starts: 2026-11-02, ends: 2026-11-27}]}}\n"
    filled(store, closed, weeks=0)
    pace = Pace(curve="workdays")
    days_off = read_snapshot(store, "q", BEGINS).days_off
    said = []
    for week in range(9):
        at = BEGINS + timedelta(weeks=week)
        due = expected_progress(pace, date(2026, 10, 1), date(2026, 12, 31), at, days_off)
        assert due is not None
        said.append((reading("k", round(100 * due), at), None))
    store.record("q", said, [])
    known = read_snapshot(store, "q", BEGINS + timedelta(weeks=8))
    kept, without = known.forecast()["k"], replace(known, days_off=()).forecast()["k"]
    assert kept.method == "pace"
    assert kept.p50 is not None
    assert without.p50 is not None
    assert round(kept.p50) == 100
    assert without.p50 < 90


def test_a_pace_of_all_days_asks_for_no_holidays(store: Store) -> None:
    filled(store, "country: CH\n", pace="")
    known = read_snapshot(store, "q", AS_OF)
    assert [*known.days_off] == []
    assert expected(known) == Fraction(89, 92)


def test_a_status_without_the_pace_of_working_days_does_not_load_the_holidays_of_the_world() -> (
    None
):
    code = "import okr_store.snapshot, sys; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_frozen_scores_stay_whatever_country_is_named_afterwards(store: Store) -> None:
    filled(store)
    over = datetime(2027, 1, 10, tzinfo=UTC)
    card = read_snapshot(store, "q", over).scorecard
    store.judge(Entry(over, closing(card, "all said"), "q", by="ada", key="closing"), 1)
    before = read_snapshot(store, "q", over)
    add(store, load_workspace(f"{WORKSPACE}country: CH\n{SHUTDOWN}"), over + timedelta(days=1))
    after = read_snapshot(store, "q", over + timedelta(days=2))
    assert after.closed
    assert after.scorecard.scores == before.scorecard.scores
    assert {n: s.shown for n, s in after.standings.items()} == {
        n: s.shown for n, s in before.standings.items()
    }
