"""Retirement: what is retired late counts in the status as it does in the score."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from score_samples import AFTER, BEGINS, goal, key_result, plan, reading, versions

from okr_core.open.entries import open_entries
from okr_core.plan.plan import Plan
from okr_core.snapshot import Snapshot

BOTH = plan(goal("o", key_result("a"), key_result("b")))
OUT = {"state": "dropped", "state_reason": "no longer wanted"}
RETIRED = {
    "dropped": plan(goal("o", key_result("a"), key_result("b", **OUT))),
    "removed": plan(goal("o", key_result("a"))),
}
READINGS = {"a": [reading(40, 90), reading(88, 90)], "b": [reading(40, 10), reading(45, 10)]}


def seen(day: float, now: Plan, then: Plan = BOTH, at: float | None = None) -> Snapshot:
    """A cycle in which something is retired on a day."""
    as_of = AFTER if at is None else BEGINS + (AFTER - BEGINS) * at / 97
    known = {name: [r for r in several if r.at <= as_of] for name, several in READINGS.items()}
    return Snapshot(as_of, tuple(versions((-5, then), (day, now, "strategy_change"))), known)


@pytest.mark.parametrize("how", RETIRED)
def test_what_is_dropped_in_the_second_half_counts_on_in_the_status(how: str) -> None:
    snapshot = seen(60, RETIRED[how], at=70)
    assert snapshot.standings["o"].progress.clamped == Fraction(50, 100)
    assert snapshot.figures[""].clamped == Fraction(50, 100)
    assert (snapshot.standings["b"].status, snapshot.standings["b"].stale) == ("closed", False)
    assert snapshot.standings["o"].worst == "a"  # nothing is asked of what is dropped
    assert "b" not in {each.item for each in open_entries(snapshot)}


@pytest.mark.parametrize("how", RETIRED)
def test_what_is_dropped_in_the_first_half_counts_no_more(how: str) -> None:
    snapshot = seen(30, RETIRED[how], at=70)
    assert snapshot.standings["o"].progress.clamped == Fraction(90, 100)


def test_a_whole_objective_that_is_dropped_late_counts_on_in_the_figure_of_the_cycle() -> None:
    other = goal("p", key_result("b"))
    then = plan(goal("o", key_result("a")), other)
    now = plan(goal("o", key_result("a")), goal("p", key_result("b"), **OUT))
    snapshot = seen(60, now, then, at=70)
    assert snapshot.figures[""].clamped == Fraction(50, 100)
    assert snapshot.averages[""] == 2
    assert snapshot.standings["p"].status == "closed"
    early = seen(30, now, then, at=70)
    assert (early.figures[""].clamped, early.averages[""]) == (Fraction(90, 100), 1)


def test_of_an_objective_that_is_dropped_late_what_was_early_for_itself_stays_out() -> None:
    early = date(2026, 12, 1)
    then = plan(goal("o", key_result("a"), key_result("b", starts=early)))
    now = plan(goal("o", key_result("a"), key_result("b", starts=early), **OUT))
    snapshot = seen(65, now, then, at=70)
    assert snapshot.agreement.retired["b"].early
    assert snapshot.standings["o"].progress.clamped == Fraction(90, 100)


@given(st.integers(16, 90), st.sampled_from(sorted(RETIRED)))
def test_status_and_score_leave_out_the_same_items(day: int, how: str) -> None:
    snapshot = seen(day, RETIRED[how])
    assert snapshot.standings["o"].progress.clamped == snapshot.card().scores["o"].figures.effective
    newest = replace(snapshot.versions[-1], plan=snapshot.plan)
    one = replace(snapshot, versions=(), one=newest, changed=snapshot.versions)
    assert one.counting == snapshot.counting
