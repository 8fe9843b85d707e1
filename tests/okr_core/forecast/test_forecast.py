"""Forecasts: which method, how wide a band, how likely the target, and when there is none."""

import json
import math
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from score_samples import (
    BEGINS,
    ENDS,
    fall,
    goal,
    key_result,
    one,
    plan,
    reading,
    rise,
    said,
    weekly,
)

from okr_core.errors import InputError
from okr_core.forecast.band import Choice, simulate
from okr_core.forecast.forecast import Forecast, forecasts
from okr_core.forecast.methods import holt, theil_sen
from okr_core.plan.metrics import Binary, Decrease, Grade, Increase
from okr_core.plan.plan import Pace
from okr_core.record.entries import CheckIn

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors.json").read_text())
AS_OF = BEGINS + timedelta(days=50)
STEADY = [7, 15, 22, 31, 38, 46, 54]


def the(values: list[float], **fields: object) -> Forecast:
    return forecasts(one(**fields), {"kr": weekly(values)}, {}, AS_OF)["kr"]


def test_holt_forecasts_as_published() -> None:
    row = VECTORS["holt"]
    found = holt(row["y"], row["alpha"], row["beta"], 5, row["phi"])
    assert [round(each, 2) for each in found] == row["forecast"]


def test_theil_sen_does_not_follow_a_wild_value() -> None:
    assert theil_sen(range(6), [1, 2, 3, 400, 5, 6]) == (1.0, 1.0)


def test_theil_sen_takes_points_in_any_order_and_at_any_distance() -> None:
    assert theil_sen([9, 1, 4, 4], [19, 3, 9, 9]) == (2.0, 1.0)


@pytest.mark.parametrize(("x", "y"), [([], []), ([1], [2]), ([3, 3], [1, 2]), ([1, 2], [1])])
def test_points_that_make_no_line_are_refused(x: list[float], y: list[float]) -> None:
    with pytest.raises(InputError, match="make no line"):
        theil_sen(x, y)


def test_a_single_value_has_no_trend_to_follow() -> None:
    with pytest.raises(InputError, match="no trend"):
        holt([1.0], 0.5, 0.5, 1)


def test_a_steady_key_result_is_forecast_to_go_on() -> None:
    found = the([float(v) for v in STEADY])
    assert found.basis == "forecast"
    assert found.p50 is not None
    assert 95 < found.p50 < 105
    assert found.p10 is not None
    assert found.p90 is not None
    assert found.p10 < found.p50 < found.p90
    assert found.readings == 7


def test_a_value_that_stands_still_is_forecast_by_the_last_value() -> None:
    found = the([20] * 6)
    assert found.method == "last_value"
    assert found.p50 == 20


def test_six_quiet_weeks_do_not_prove_that_nothing_can_move() -> None:
    found = the([60] * 6)
    assert found.hit is not None
    assert 0 < found.hit < Fraction(1, 2)


def test_a_declared_pace_is_followed_where_it_foretells_the_readings() -> None:
    late = [100 * (week / 13) ** 2 for week in range(1, 8)]
    found = the(late, pace=Pace(curve="back_loaded"))
    assert found.method == "pace"
    assert found.p50 is not None
    assert abs(found.p50 - 100) < 1


def test_an_hour_before_due_the_forecast_is_what_was_just_measured() -> None:
    jumpy = [*range(0, 60, 5), 100]  # the last week brought the rest at once
    readings = [reading(7 * week - 1 / 24, value) for week, value in enumerate(jumpy, start=1)]
    last = readings[-1].at
    found = forecasts(one(due=last.date()), {"kr": readings}, {}, last)["kr"]
    assert found.p50 is not None
    assert 99 < found.p50 <= 100


def test_five_readings_are_not_enough() -> None:
    found = the([float(v) for v in STEADY[:5]])
    assert (found.basis, found.hit, found.p50) == ("none", None, None)
    assert found.reason == "insufficient data: 5 of 6 weekly readings"


def test_six_readings_within_a_week_are_one_of_the_cadence() -> None:
    daily = [reading(day, day) for day in range(1, 4)]
    found = forecasts(one(), {"kr": daily}, {}, AS_OF)["kr"]
    assert found.reason.startswith("insufficient data: 1 of 6")


def test_syncing_daily_instead_of_weekly_changes_nothing() -> None:
    few = [reading(7 * week, week * 8) for week in range(1, 8)]
    many = few + [reading(7 * week - 2, week * 8 - 3) for week in range(1, 8)]
    assert forecasts(one(), {"kr": many}, {}, AS_OF) == forecasts(one(), {"kr": few}, {}, AS_OF)


def test_a_reading_some_hours_late_still_is_its_weeks() -> None:
    late = weekly(STEADY)
    late[3] = reading(28.4, STEADY[3])
    assert forecasts(one(), {"kr": late}, {}, AS_OF)["kr"].readings == 7


def test_without_a_forecast_the_last_confidence_speaks_then_the_blind_estimate() -> None:
    short = {"kr": weekly([10])}
    sure = said(8, CheckIn(confidence=7))
    blind = {"kr": Decimal("0.4")}
    spoken = forecasts(one(), short, sure, AS_OF, blind=blind)["kr"]
    assert (spoken.basis, spoken.hit) == ("confidence", Fraction(7, 10))
    silent = forecasts(one(), short, {}, AS_OF, blind=blind)["kr"]
    assert (silent.basis, silent.hit) == ("blind", Fraction(2, 5))


def test_confidence_said_later_is_not_known_yet() -> None:
    found = forecasts(one(), {}, said(60, CheckIn(confidence=9)), AS_OF)["kr"]
    assert found.hit is None


@pytest.mark.parametrize("metric", [Binary(), Grade()])
def test_only_numbers_on_a_line_are_forecast(metric: Binary | Grade) -> None:
    assert the([0, 0, 0, 1, 1, 1, 1], metric=metric).basis == "none"


def test_after_due_the_outcome_is_known() -> None:
    readings = {"kr": weekly([*STEADY, 60, 70, 80, 90, 100])}
    found = forecasts(one(), readings, {}, ENDS)["kr"]
    assert (found.basis, found.hit) == ("reached_due", Fraction(1))


def test_retired_key_results_are_not_forecast() -> None:
    gone = one(state="dropped", state_reason="no budget")
    assert forecasts(gone, {"kr": weekly(STEADY)}, {}, AS_OF) == {}


def test_a_key_result_due_sooner_has_less_time_to_go() -> None:
    soon = the([float(v) for v in STEADY], due=date(2026, 11, 26))
    assert soon.p50 is not None
    assert soon.p50 < 65
    assert soon.hit is not None
    assert soon.hit < Fraction(1, 20)


@pytest.mark.parametrize("steps", [2, 4, 9])
def test_a_band_widens_with_the_steps_that_are_still_to_come(steps: int) -> None:
    count = 9
    choice = Choice(np.zeros(1, dtype=np.intp), np.ones(1), np.full(1, 0.05), count)

    def width(ahead: float) -> float:
        ends = simulate(["kr"], np.full(1, 0.5), choice, np.full(1, ahead)).percentiles[0]
        return float(ends[2] - ends[0])

    # A walk whose drift is unknown: its variance grows as h + h²/n.
    wider = math.sqrt((steps + steps**2 / count) / (1 + 1 / count))
    assert width(steps) / width(1) == pytest.approx(wider, rel=0.1)


def test_the_same_readings_leave_more_open_for_a_later_due_day() -> None:
    jumpy = [20.0, 28, 19, 31, 22, 27, 24]

    def width(days: int) -> Decimal:
        found = the(jumpy, due=(AS_OF + timedelta(days=days)).date())
        assert found.p10 is not None
        assert found.p90 is not None
        return found.p90 - found.p10

    widths = [width(days) for days in (7, 14, 21, 35)]
    assert widths == sorted(widths)
    assert 2 * widths[-1] > 3 * widths[0]


def test_the_same_data_give_the_same_numbers_in_another_process() -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from test_forecast import AS_OF, STEADY, forecasts, one, weekly\n"
        "print(forecasts(one(), {'kr': weekly(STEADY)}, {}, AS_OF)['kr'])"
    )
    here = Path(__file__).parent
    support = here.parents[1] / "support"
    said_there = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(support)!r})\n{script}", here],
        check=True, capture_output=True, text=True, env={"PYTHONHASHSEED": "7"},
    ).stdout  # fmt: skip
    assert said_there.strip() == str(the([float(v) for v in STEADY]))


def test_key_results_are_forecast_alike_alone_and_in_company() -> None:
    many = plan(goal("o", *(key_result(f"kr{i}") for i in range(30)), key_result("kr")))
    readings = {f"kr{i}": weekly([v + i for v in STEADY]) for i in range(30)}
    company = forecasts(many, {**readings, "kr": weekly(STEADY)}, {}, AS_OF)
    assert company["kr"] == the([float(v) for v in STEADY])


def test_each_key_result_draws_its_own_numbers() -> None:
    two = plan(goal("o", key_result("a"), key_result("b")))
    found = forecasts(two, {"a": weekly(STEADY), "b": weekly(STEADY)}, {}, AS_OF)
    assert found["a"].p50 == found["b"].p50
    assert found["a"].p10 != found["b"].p10


VALUES = st.lists(st.integers(-50, 150), min_size=6, max_size=7)


@settings(max_examples=40, deadline=None)
@given(VALUES)
def test_a_mirrored_decrease_has_the_mirrored_forecast(values: list[int]) -> None:
    up = the([float(v) for v in values], metric=rise())
    down = the([100.0 - v for v in values], metric=fall())
    assert (up.method, up.hit) == (down.method, down.hit)
    for rising, falling in zip(up[4:7], down[4:7], strict=True):
        assert isinstance(rising, Decimal)
        assert isinstance(falling, Decimal)
        assert float(rising) == pytest.approx(100 - float(falling), abs=0.01)


@settings(max_examples=40, deadline=None)
@given(VALUES, st.randoms())
def test_the_order_of_key_results_and_readings_means_nothing(
    values: list[int], chance: Random
) -> None:
    parts = [key_result(f"kr{i}") for i in range(4)]
    readings = {part.id: weekly([v + i for v in values]) for i, part in enumerate(parts)}
    ordered = forecasts(plan(goal("o", *parts)), readings, {}, AS_OF)
    for several in (parts, *readings.values()):
        chance.shuffle(several)  # type: ignore[arg-type]
    assert forecasts(plan(goal("o", *parts)), readings, {}, AS_OF) == ordered


@settings(max_examples=40, deadline=None)
@given(VALUES, st.sampled_from([Decimal("0.001"), Decimal(1000), Decimal(10) ** 30]))
def test_the_unit_of_measure_does_not_matter(values: list[int], scale: Decimal) -> None:
    plain = the([float(v) for v in values])
    metric = Increase(baseline=Decimal(0), target=100 * scale)
    readings = {"kr": [reading(7 * w, v * scale) for w, v in enumerate(values, start=1)]}
    scaled = forecasts(one(metric=metric), readings, {}, AS_OF)["kr"]
    assert (scaled.method, scaled.hit) == (plain.method, plain.hit)


@settings(max_examples=40, deadline=None)
@given(VALUES, st.integers(0, 200))
def test_a_higher_target_is_never_likelier(values: list[int], more: int) -> None:
    at_start = [float(v) for v in values]
    near, far = (the(at_start, metric=rise(100 + extra)) for extra in (0, more))
    assert near.hit is not None
    assert far.hit is not None
    if near.p50 is not None and near.p50 > 0 and near.method == far.method:
        assert far.hit <= near.hit


def test_reading_a_status_does_not_load_numpy() -> None:
    script = "import sys, okr_core.forecast.forecast; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_baseline_equal_to_target_never_reaches_a_forecast() -> None:
    with pytest.raises(ValueError, match="target equals baseline"):
        Decrease(baseline=Decimal(5), target=Decimal(5))
