"""Published worked examples, with their sources in vectors.json."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from okr_core.basics.exact import apportion, weighted_mean
from okr_core.plan.metrics import Curve, Decrease, Increase, Metric, Within, marks
from okr_core.plan.plan import Pace
from okr_core.progress.pace import expected_progress
from okr_core.progress.progress import Progress, progress_of
from okr_core.record.entries import Reading

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "vectors.json").read_text())


AT = datetime(2026, 10, 5, tzinfo=UTC)


def number(value: float) -> Decimal:
    return Decimal(str(value))


def progress_at(metric: Metric, value: float) -> Progress:
    return progress_of(metric, [Reading(at=AT, value=number(value))], AT)


def line(baseline: float, target: float) -> Increase | Decrease:
    kind = Increase if target > baseline else Decrease
    return kind(baseline=number(baseline), target=number(target))


def test_the_examples_here_are_those_of_the_contract(shared_dir: Path) -> None:
    contract = json.loads((shared_dir / "design" / "vectors.json").read_text())
    for group, example in VECTORS.items():
        assert example == contract[group], group


@pytest.mark.parametrize("row", VECTORS["apportion"]["rows"])
def test_seats_are_apportioned_as_published(row: dict[str, Any]) -> None:
    assert apportion(row["weights"], row["total"]) == row["seats"]


@pytest.mark.parametrize("row", VECTORS["zones"]["rows"])
def test_commit_and_target_lie_at_30_and_70_percent_of_the_way(row: list[float]) -> None:
    baseline, stretch, commit, target = (Decimal(str(number)) for number in row)
    assert marks(baseline, stretch) == (commit, target)


@pytest.mark.parametrize("row", VECTORS["progress_raw_percent"]["rows"])
def test_raw_progress_is_the_share_of_the_way_from_baseline_to_target(row: list[float]) -> None:
    baseline, target, current, percent = row
    assert progress_at(line(baseline, target), current).raw == Fraction(int(percent), 100)


@pytest.mark.parametrize("row", VECTORS["progress_clamped_percent"]["rows"])
def test_clamped_progress_stays_between_nothing_and_all(row: list[float]) -> None:
    baseline, target, current, percent = row
    assert progress_at(line(baseline, target), current).clamped == Fraction(int(percent), 100)


@pytest.mark.parametrize("row", VECTORS["curve"]["rows"])
def test_a_curve_is_straight_between_its_points_and_flat_beyond_its_ends(row: list[float]) -> None:
    example = VECTORS["curve"]
    metric = Curve(
        baseline=number(example["baseline"]),
        target=number(example["target"]),
        points=tuple((number(x), number(y)) for x, y in example["points"]),
    )
    assert progress_at(metric, row[0]).raw == Fraction(number(row[1]))


@pytest.mark.parametrize("row", VECTORS["threshold"]["rows"])
def test_a_value_to_maintain_holds_up_to_both_bounds(row: list[int]) -> None:
    assert progress_at(Within(low=Decimal(5), high=Decimal(7)), row[0]).raw == row[1]


@pytest.mark.parametrize("row", VECTORS["rollup"]["rows"])
def test_a_roll_up_is_the_weighted_mean(row: dict[str, Any]) -> None:
    values = [Fraction(value) for value in row["values"]]
    weights = [Decimal(weight) for weight in row["weights"]]
    assert weighted_mean(zip(weights, values, strict=True)) == row["mean"]


@pytest.mark.parametrize("row", VECTORS["pace"]["rows"])
def test_a_linear_pace_expects_the_share_of_days_that_have_passed(row: dict[str, Any]) -> None:
    starts = date(2026, 10, 1)
    due = starts + timedelta(days=row["total"] - 1)
    now = datetime(2026, 10, 1, 9, tzinfo=UTC) + timedelta(days=row["elapsed"])
    assert expected_progress(Pace(), starts, due, now) == Fraction(number(row["expected"]))
