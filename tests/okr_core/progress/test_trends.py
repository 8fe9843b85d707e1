"""Progress and confidence over time."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from score_samples import (
    AFTER,
    BEGINS,
    CYCLE,
    ENDS,
    goal,
    key_result,
    one,
    plan,
    reading,
    rise,
    said,
    versions,
    weekly,
)

from okr_core.plan.cycle import Cycle
from okr_core.progress.rollup import CYCLE as WHOLE
from okr_core.progress.rollup import roll_up, team_figures
from okr_core.progress.standings import standing
from okr_core.progress.trends import Trend, trend, trend_times
from okr_core.record.entries import CheckIn

WEEKS = trend_times(CYCLE, AFTER)


def on(*days: float) -> list[datetime]:
    return [BEGINS + timedelta(days=day) for day in days]


def test_a_reading_shows_from_its_time_on_and_nothing_is_known_before() -> None:
    found = trend(versions((-5, one())), {"kr": weekly([10, 30])}, {}, on(0, 7, 13.9, 14))
    line = found.items["kr"]
    assert line.progress == (None, Fraction(1, 10), Fraction(1, 10), Fraction(3, 10))
    assert line.values == (None, Decimal(10), Decimal(10), Decimal(30))
    assert line.expected == (Fraction(0), Fraction(1, 13), Fraction(1, 7), Fraction(2, 13))


def test_progress_beyond_the_target_or_below_the_baseline_is_clamped() -> None:
    found = trend(versions((-5, one())), {"kr": weekly([-20, 130])}, {}, on(7, 14))
    assert found.items["kr"].progress == (Fraction(0), Fraction(1))


def test_a_moved_target_shows_from_the_day_it_came_into_force() -> None:
    moved = versions((-5, one()), (40, one(metric=rise(200))))
    found = trend(moved, {"kr": weekly([50])}, {}, on(39, 40))
    assert found.items["kr"].progress == (Fraction(1, 2), Fraction(1, 4))


def test_before_the_first_plan_and_after_its_removal_an_item_is_unknown() -> None:
    both = plan(goal("o", key_result("kr"), key_result("other")))
    several = versions((3, one()), (10, both), (20, one()))
    found = trend(several, {"other": [reading(4, 50)]}, {}, on(2, 9, 11, 21))
    assert found.items["other"].progress == (None, None, Fraction(1, 2), None)
    assert found.items["other"].expected[1] is None
    assert found.teams[WHOLE] == (None, None, Fraction(1, 2), None)


def test_a_past_that_was_read_back_is_seen_by_the_first_plan() -> None:
    found = trend(versions((30, one())), {"kr": [reading(9, 10)]}, {}, on(5, 10, 31))
    assert found.items["kr"].progress == (None, Fraction(1, 10), Fraction(1, 10))


def test_a_key_result_that_joins_later_has_a_pace_from_that_day() -> None:
    both = plan(goal("o", key_result("kr"), key_result("late")))
    found = trend(versions((-5, one()), (45, both)), {}, {}, on(45, 68))
    assert found.items["late"].expected == (Fraction(0), Fraction(1, 2))


def test_a_later_revision_does_not_begin_the_pace_anew() -> None:
    both = plan(goal("o", key_result("kr"), key_result("late")))
    found = trend(versions((-5, one()), (45, both), (60, both)), {}, {}, on(68))
    assert found.items["kr"].expected == (Fraction(68, 91),)
    assert found.items["late"].expected == (Fraction(1, 2),)


def test_confidence_holds_until_the_next_word() -> None:
    told = [*said(5, CheckIn(confidence=7))["kr"], *said(12, CheckIn(confidence=3))["kr"]]
    found = trend(versions((-5, one())), {}, {"kr": told}, on(4, 5, 11, 12))
    assert found.items["kr"].confidence == (None, 7, 7, 3)
    assert found.items["o"].confidence == (None, None, None, None)


def test_what_a_person_will_correct_later_shows_as_it_was() -> None:
    wrong, right = reading(7, 90), reading(8, 40)
    fixed = [wrong, type(right)(right.at, right.value, id="r2", supersedes=wrong.id)]
    found = trend(versions((-5, one())), {"kr": fixed}, {}, on(7.5, 9))
    assert found.items["kr"].values == (Decimal(90), Decimal(40))


days = st.integers(0, 100).map(lambda quarter: quarter / 4)


@given(
    read=st.lists(st.tuples(days, st.integers(-20, 120)), max_size=8, unique_by=lambda r: r[0]),
    asked=st.lists(days, min_size=1, max_size=5),
)
def test_each_place_says_what_standing_and_roll_up_say_at_that_time(
    read: list[tuple[float, int]], asked: list[float]
) -> None:
    wide = plan(
        goal("a", key_result("kr", weight=3), key_result("other"), team="t"),
        goal("b", key_result("third"), counts={"a": 2}, weight=2),
    )
    readings = {"kr": [reading(*each) for each in read], "third": [reading(1, 40)]}
    known = versions((-5, wide))
    found = trend(known, readings, {}, on(*asked))
    for index, at in enumerate(on(*asked)):
        alone = standing(wide.resolved({}), readings, {}, at)
        figures = team_figures(wide, roll_up(wide, readings, {}, at))
        for name, each in alone.items():
            assert found.items[name].progress[index] == each.progress.clamped
            assert found.items[name].expected[index] == each.expected
            assert found.items[name].values[index] == each.current
        assert {t: line[index] for t, line in found.teams.items()} == {
            t: each.clamped for t, each in figures.items()
        }


def test_without_any_plan_there_is_nothing_to_draw() -> None:
    assert trend([], {}, {}, WEEKS) == Trend(WEEKS, {}, {})


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        trend(versions((-5, one())), {}, {}, [BEGINS.replace(tzinfo=None)])


def test_a_cycles_trend_runs_by_weeks_from_its_start_to_its_end() -> None:
    assert WEEKS[:2] == (BEGINS, BEGINS + timedelta(days=7))
    assert WEEKS[-1] == ENDS
    assert len(WEEKS) == 14


def test_the_trend_ends_with_now_while_the_cycle_runs() -> None:
    assert trend_times(CYCLE, on(15.5)[0])[-2:] == tuple(on(14, 15.5))
    assert trend_times(CYCLE, on(14)[0])[-2:] == tuple(on(7, 14))
    assert trend_times(CYCLE, on(-3)[0]) == tuple(on(-3))


def test_the_days_of_a_trend_end_at_local_midnight_on_both_sides_of_a_clock_change() -> None:
    zurich = Cycle(
        id="q4", starts=date(2026, 10, 21), ends=date(2026, 12, 31), timezone="Europe/Zurich"
    )
    first, second, *_ = trend_times(zurich, datetime(2026, 12, 1, tzinfo=UTC))
    assert (first.hour, second.hour) == (22, 23)


def test_steps_shorter_than_a_day_are_refused() -> None:
    with pytest.raises(ValueError, match="whole days"):
        trend_times(CYCLE, AFTER, timedelta(hours=3))
