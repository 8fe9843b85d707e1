"""What goes wrong in other OKR tools, and does not here: one test or more for each."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from score_samples import (
    AFTER,
    BEGINS,
    exported_score,
    goal,
    key_result,
    plan,
    reading,
    rise,
    versions,
)

from okr_core.basics.exact import ratio_json
from okr_core.errors import DocumentError
from okr_core.files.document import load_plan
from okr_core.forecast.forecast import forecasts
from okr_core.plan.metrics import AtLeast, AtMost, Band, Curve, Judge, Metric, Within
from okr_core.progress.standings import Standing, standing
from okr_core.record.entries import Reading
from okr_core.score.score import scorecard
from okr_core.score.scores import Score

PLAN = """
cycle: {id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31}
objectives:
  - id: o
    title: Fewer complaints
    owner: ana
    key_results:
      - {id: kr, title: A key result, metric: METRIC}
"""
LAST = 90.9
"""The evening of the last day."""
AT_LEAST = AtLeast(bound=Decimal(5))
AT_MOST = AtMost(bound=Decimal(5))
WITHIN = Within(low=Decimal(5), high=Decimal(7))


def score_of(metric: Metric, *readings: Reading, ambition: str = "committed") -> Score:
    agreed = plan(goal("o", key_result("kr", metric=metric), ambition=ambition))
    return scorecard(versions((-5, agreed)), {"kr": readings}, {}, AFTER).scores["kr"]


def standing_of(metric: Metric, value: int | str, day: float) -> Standing:
    agreed = plan(goal("o", key_result("kr", metric=metric)))
    at = BEGINS + timedelta(days=day)
    said = reading(min(day - 0.1, LAST), value)
    return standing(agreed, {"kr": [said]}, {}, at)["kr"]


# Start = target gave 0.5, Infinity or NaN.


@pytest.mark.parametrize(
    "metric",
    [
        "{kind: increase, baseline: 5, target: 5}",
        "{kind: decrease, baseline: 5, target: 5.0}",
        "{kind: curve, baseline: 5, target: 5}",
        "{kind: curve, baseline: 5, target: 5, points: [[5, 0.5]]}",
        "{kind: grade, baseline: 5, stretch: 5}",
    ],
)
def test_a_start_that_equals_its_target_is_refused_instead_of_a_half_infinity_or_nan(
    metric: str,
) -> None:
    with pytest.raises(DocumentError, match=r"plan\.yaml:8: key result `kr`.* equals baseline"):
        load_plan(PLAN.replace("METRIC", metric))


# Checkpoints of decreasing key results were turned upside down.

POINTS = st.dictionaries(st.integers(1, 99), st.integers(1, 99), max_size=4)


def checkpoints(points: dict[int, int], *, falling: bool) -> Curve:
    """A curve from 0 to 100 through points that rise, or its mirror image from 100 to 0."""
    ways = zip(sorted(points), sorted(points.values()), strict=True)
    places = tuple((Decimal(100 - x if falling else x), Decimal(y) / 100) for x, y in ways)
    ends = (100, 0) if falling else (0, 100)
    return Curve(baseline=Decimal(ends[0]), target=Decimal(ends[1]), points=places)


@given(POINTS, st.integers(-20, 120))
def test_checkpoints_of_a_decreasing_key_result_are_not_turned_upside_down(
    points: dict[int, int], value: int
) -> None:
    up = score_of(checkpoints(points, falling=False), reading(80, value))
    down = score_of(checkpoints(points, falling=True), reading(80, 100 - value))
    assert up.figures == down.figures


@given(POINTS, st.integers(0, 100), st.integers(0, 100))
def test_falling_further_past_checkpoints_never_scores_less(
    points: dict[int, int], one: int, other: int
) -> None:
    metric = checkpoints(points, falling=True)
    near, far = (score_of(metric, reading(80, v)).figures.computed for v in sorted((one, other)))
    assert near is not None
    assert far is not None
    assert near >= far


# A threshold that was met exactly counted as missed.


@pytest.mark.parametrize(
    ("metric", "value"),
    [(AT_LEAST, 5), (AT_MOST, 5), (WITHIN, 5), (WITHIN, 7), (rise(), 100), (rise(), "100.00")],
)
def test_a_threshold_that_is_met_exactly_is_not_missed(metric: Metric, value: int | str) -> None:
    found = score_of(metric, reading(80, value))
    assert found.figures.computed == 1
    assert found.success is True
    assert standing_of(metric, value, 95).status == "green"


@pytest.mark.parametrize("judge", ["latest", "worst", "average", "share"])
def test_a_threshold_met_exactly_all_the_time_is_met_for_every_judge(judge: Judge) -> None:
    exactly = [reading(day, 5) for day in range(0, 90, 7)]
    for band in (AT_LEAST, AT_MOST, WITHIN):
        found = score_of(band.model_copy(update={"judge": judge}), *exactly)
        assert found.figures.computed == 1


@pytest.mark.parametrize(("judge", "asked"), [("average", "1"), ("share", "0.5")])
def test_a_threshold_met_exactly_by_the_second_half_alone_is_met(judge: Judge, asked: str) -> None:
    days = [*range(0, 45, 5), 45.5, *range(50, 90, 5)]
    halves = [reading(day, 10 if day > 45 else 0) for day in days]
    band = AT_LEAST.model_copy(update={"judge": judge, "goal": Decimal(asked)})
    assert score_of(band, *halves).figures.computed == 1


@pytest.mark.parametrize(
    ("value", "grade", "success"), [(40, "yellow", False), (70, "green", True)]
)
def test_a_grade_and_a_success_begin_exactly_at_their_limit(
    value: int, grade: str, success: bool
) -> None:
    found = score_of(rise(), reading(80, value), ambition="aspirational")
    assert (found.grade, found.success) == (grade, success)


@pytest.mark.parametrize(
    ("gap", "status"), [(10, "ahead"), (-5, "on_track"), (-20, "behind"), (-21, "at_risk")]
)
def test_a_gap_exactly_at_its_limit_has_the_better_status(gap: int, status: str) -> None:
    # 45 of 91 days have passed, so that 4500 of 9100 are expected and 91 are one percent.
    found = standing_of(rise(9100), 4500 + 91 * gap, 45.5)
    assert found.gap == Fraction(gap, 100)
    assert found.status == status


# The screen and the export disagreed.


@given(st.integers(-5, 15), st.integers(1, 13), st.integers(1, 9))
def test_screen_and_export_show_one_figure_and_one_grade(
    value: int, target: int, weight: int
) -> None:
    parts = (key_result("kr", metric=rise(target), weight=weight), key_result("b", metric=rise(7)))
    readings = {"kr": [reading(80, value)], "b": [reading(80, 3)]}
    card = scorecard(versions((-5, plan(goal("o", *parts, team="t")))), readings, {}, AFTER)
    for score in card.scores.values():
        exported = exported_score(score)
        for name, figure in score.figures._asdict().items():
            assert exported[name] == ratio_json(figure)
        assert exported["grade"] == score.grade
        assert exported["success"] == score.success


def test_a_score_that_is_exported_as_070_keeps_the_grade_that_the_screen_shows() -> None:
    almost = score_of(rise(10**8), reading(80, 69_999_999), ambition="aspirational")
    exported = exported_score(almost)
    assert exported["computed"] == 0.7
    assert (exported["grade"], exported["success"]) == ("yellow", False)
    assert (almost.grade, almost.success) == ("yellow", False)


# Drifting past a value to maintain was rewarded.


@given(st.integers(0, 10**6))
def test_drift_past_a_value_to_maintain_is_not_rewarded(drift: int) -> None:
    assert score_of(WITHIN, reading(80, 7 + drift)).figures.computed == int(drift == 0)
    assert score_of(WITHIN, reading(80, 5 - drift)).figures.computed == int(drift == 0)
    for band, beyond in ((AT_LEAST, 5 + drift), (AT_MOST, 5 - drift)):
        assert standing_of(band, beyond, 40).progress.raw == 1


def test_drift_past_a_value_to_maintain_does_not_pay_for_another_key_result() -> None:
    parts = (key_result("kept", metric=AT_LEAST), key_result("b"))
    readings = {"kept": [reading(80, 5000)], "b": [reading(80, 20)]}
    card = scorecard(versions((-5, plan(goal("o", *parts)))), readings, {}, AFTER)
    assert card.scores["o"].figures.computed == Fraction(6, 10)


# One more daily sync changed a time-weighted figure.

DAILY = st.lists(st.integers(0, 10), min_size=1, max_size=20)
TIMED: tuple[Judge, ...] = ("average", "share")


def daily(values: Sequence[int]) -> list[Reading]:
    return [reading(day, value) for day, value in enumerate(values, start=1)]


@given(DAILY, st.sampled_from(TIMED), st.sampled_from([AT_LEAST, AT_MOST, WITHIN]), st.data())
def test_one_more_sync_of_the_same_value_does_not_change_a_time_weighted_band(
    values: list[int], judge: Judge, band: Band, data: st.DataObject
) -> None:
    metric = band.model_copy(update={"judge": judge})
    day = data.draw(st.integers(1, len(values) - 1)) if len(values) > 1 else None
    few = daily(values)
    again = [] if day is None else [reading(day + 0.5, values[day - 1])]
    assert score_of(metric, *few, *again).figures == score_of(metric, *few).figures


@given(DAILY, st.integers(1, 90), st.integers(1, 300))
def test_one_more_sync_does_not_change_the_score_weighted_by_the_time_of_each_version(
    values: list[int], day: int, target: int
) -> None:
    first, later = (plan(goal("o", key_result("kr", metric=rise(t)))) for t in (100, target))
    history = versions((-5, first), (day, later, "external_shock"))
    few = [*daily(values), reading(85, 60)]
    more = [*few, *(reading(each + 0.5, 1) for each in range(1, 80))]
    figures = [
        scorecard(history, {"kr": readings}, {}, AFTER).scores["kr"].figures
        for readings in (few, more)
    ]
    assert figures[0] == figures[1]


@given(st.lists(st.integers(0, 100), min_size=6, max_size=8), st.integers(0, 100))
def test_one_more_sync_between_two_check_in_days_does_not_change_a_forecast(
    values: list[int], between: int
) -> None:
    agreed = plan(goal("o", key_result("kr")))
    weekly = [reading(7 * week, value) for week, value in enumerate(values, start=1)]
    more = [*weekly, reading(7 * len(values) - 3, between)]
    as_of = BEGINS + timedelta(days=7 * len(values) + 1)
    assert forecasts(agreed, {"kr": weekly}, {}, as_of) == forecasts(
        agreed, {"kr": more}, {}, as_of
    )
