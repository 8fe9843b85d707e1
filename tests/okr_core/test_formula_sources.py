"""Every formula says where it comes from."""

from collections.abc import Callable

import pytest

from okr_core.forecast import band as forecast_band
from okr_core.forecast import forecast
from okr_core.forecast import methods as forecast_methods
from okr_core.plan import retirement, settling
from okr_core.progress import bands, grades, pace, progress, rollup
from okr_core.score import calibration, sandbagging, score

FORMULAS: tuple[Callable[..., object], ...] = (
    bands.judged,
    calibration.base_rate,
    calibration.blind_probability,
    calibration.brier,
    calibration.foresight,
    calibration.zone_of,
    forecast.forecasts,
    forecast_band.choose,
    forecast_band.simulate,
    forecast_methods.holt,
    forecast_methods.theil_sen,
    grades.grade_of,
    grades.success_of,
    progress.curve_ratio,
    progress.grade_ratio,
    progress.straight_ratio,
    pace.expected_parts,
    pace.expected_progress,
    settling.half_time,
    retirement.retirements,
    rollup.roll_up,
    sandbagging.always_green,
    sandbagging.bunching,
    sandbagging.do_nothing,
    sandbagging.early,
    score.scorecard,
)


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda each: each.__name__)
def test_a_formula_names_its_source(formula: Callable[..., object]) -> None:
    assert "Source: " in (formula.__doc__ or "") or "Sources: " in (formula.__doc__ or "")
