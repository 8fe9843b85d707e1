"""Settling: what stands some days after the start is what was agreed."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from score_samples import AFTER, BEGINS, CYCLE, goal, key_result, plan, reading, rise, versions

from okr_core.plan.agreement import PlanVersion, agree
from okr_core.plan.plan import Plan
from okr_core.plan.settling import first_agreed, settled_at
from okr_core.progress.pace import expected_progress
from okr_core.score.score import scorecard

TWO = plan(goal("o", key_result("kr"), key_result("b")))
ONE = plan(goal("o", key_result("kr")))


def names(found: Plan) -> list[str]:
    return [kr.id for kr in found.key_results()]


def test_until_the_plan_has_settled_targets_may_still_change() -> None:
    eased = plan(goal("o", key_result("kr", metric=rise(50))))
    settling = scorecard(versions((-5, ONE), (13, eased)), {"kr": [reading(80, 40)]}, {}, AFTER)
    assert settling.scores["kr"].figures.computed == Fraction(40, 50)
    later = scorecard(versions((-5, ONE), (15, eased)), {"kr": [reading(80, 40)]}, {}, AFTER)
    assert later.scores["kr"].figures.computed == Fraction(40, 100)


def test_what_is_dropped_while_settling_leaves_no_trace() -> None:
    found = agree(versions((-5, TWO), (13, ONE)), AFTER)
    assert names(found.plan) == ["kr"]
    assert not found.retired


def test_items_of_the_first_agreement_start_with_the_cycle() -> None:
    found = agree(versions((60, TWO)), BEGINS + timedelta(days=61))
    starts = {kr.starts for kr in found.current.key_results()}
    assert starts == {CYCLE.starts}
    # Counted from the day of its first plan, a key result would be far ahead on day 61.
    kr = found.current.key_results_by_id["kr"]
    assert kr.starts is not None
    expected = expected_progress(kr.pace, kr.starts, CYCLE.ends, BEGINS + timedelta(days=61))
    assert expected is not None
    assert expected > Fraction(6, 10)


def test_what_is_added_after_the_first_agreement_starts_on_that_day() -> None:
    found = agree(
        versions(
            (-5, ONE),
            (13, TWO),
            (40, plan(goal("o", key_result("kr"), key_result("b"), key_result("c")))),
        ),
        AFTER,
    )
    starts = {kr.id: kr.starts for kr in found.current.key_results()}
    assert starts == {"kr": CYCLE.starts, "b": CYCLE.starts, "c": date(2026, 11, 10)}
    assert found.added == {"c": date(2026, 11, 10)}
    assert names(found.at_start) == ["kr", "b"]


def test_a_first_plan_after_half_time_is_the_agreement_itself() -> None:
    first = BEGINS + timedelta(days=60)
    assert settled_at(CYCLE, first) == first
    found = agree(versions((60, ONE), (60.1, TWO)), AFTER)
    assert found.added.keys() == {"b"}
    assert {kr.id: kr.starts for kr in found.current.key_results()}["b"] == date(2026, 11, 30)


def test_a_plan_settles_at_half_time_at_the_latest() -> None:
    assert settled_at(CYCLE, BEGINS + timedelta(days=40)) == BEGINS + timedelta(days=45)
    assert settled_at(CYCLE, BEGINS, 90) == BEGINS + timedelta(days=45)


def test_how_late_a_plan_was_first_agreed_is_told() -> None:
    quarter = CYCLE.model_copy(update={"ends": date(2026, 12, 31)})
    found = first_agreed(quarter, datetime(2026, 11, 30, 9, tzinfo=UTC))
    assert (found.day, found.days, found.late, found.afterwards) == (61, 92, True, False)
    assert not first_agreed(quarter, datetime(2026, 10, 14, 9, tzinfo=UTC)).late
    assert first_agreed(quarter, datetime(2027, 1, 2, tzinfo=UTC)).afterwards


def test_a_cut_off_that_changes_after_the_end_does_not_score() -> None:
    longer = plan(goal("o", key_result("kr")), cycle=CYCLE.model_copy(update={"grace_days": 30}))
    assert agree(versions((-5, ONE), (92, longer, "learned")), AFTER).plan.cycle.grace_days == 5
    assert agree(versions((-5, ONE), (80, longer, "learned")), AFTER).plan.cycle.grace_days == 30


@given(st.floats(-60, 120), st.integers(0, 200))
def test_a_plan_settles_after_its_first_revision_and_before_half_time(
    first: float, days: int
) -> None:
    at = BEGINS + timedelta(days=first)
    settled = settled_at(CYCLE, at, days)
    assert settled >= max(at, BEGINS)
    assert settled == at or settled <= BEGINS + timedelta(days=45.5)
    version = PlanVersion(1, at, ONE)
    assert agree([version], max(at, settled), days).settled == settled
