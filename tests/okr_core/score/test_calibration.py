"""Calibration: zones, base rates, Brier scores and prompts that are never penalties."""

import json
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from score_samples import BEGINS, CYCLE, one, reading, rise

from okr_core.errors import InputError
from okr_core.record.entries import CheckIn, Entry
from okr_core.score.calibration import base_rate, blind_probability, brier, foresight, zone_of
from okr_core.score.sandbagging import always_green, bunching, do_nothing, early

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors.json").read_text())


def check_in(day: float, confidence: int) -> Entry:
    return Entry(BEGINS + timedelta(days=day), CheckIn(confidence=confidence))


def test_brier_scores_as_published() -> None:
    row = VECTORS["brier"]
    assert brier(row["forecast"], row["outcome"]) == row["score"]


@pytest.mark.parametrize(
    ("f", "o"), [([], []), ([0.5], [1, 0]), ([1.1], [1]), ([float("nan")], [1])]
)
def test_what_is_no_forecast_has_no_brier_score(f: list[float], o: list[int]) -> None:
    with pytest.raises(InputError, match=r"cannot be judged|is no probability"):
        brier(f, o)


@pytest.mark.parametrize(
    ("p", "zone"),
    [
        ("0.14", "moonshot"),
        ("0.15", "hard"),
        ("0.29", "hard"),
        ("0.3", "challenging"),
        ("0.7", "challenging"),
        ("0.71", "safe"),
        ("0.85", "safe"),
        ("0.86", "timid"),
    ],
)
def test_an_aspirational_goal_has_a_zone_with_inclusive_edges(p: str, zone: str) -> None:
    assert zone_of(Decimal(p), "aspirational") == zone


def test_a_commitment_below_nine_in_ten_is_none() -> None:
    assert zone_of(Decimal("0.89"), "committed") == "not_a_commitment"
    assert zone_of(Decimal("0.9"), "committed") == "commitment"


def test_without_estimates_there_is_neither_probability_nor_zone() -> None:
    assert blind_probability([]) is None
    assert zone_of(None, "aspirational") is None


def test_a_short_history_is_drawn_towards_one_half() -> None:
    assert base_rate(2, 2) == Fraction(4, 6)


def test_confidence_is_judged_by_thirds_of_the_cycle_and_the_last_word_of_each() -> None:
    entries = {"kr": [check_in(1, 2), check_in(20, 8), check_in(40, 6), check_in(90.9, 10)]}
    thirds = foresight([(CYCLE, entries, {"kr": True})])
    assert [each.expected for each in thirds] == [Fraction(8, 10), Fraction(6, 10), 1]
    assert all(each.goals == each.successes == 1 for each in thirds)


def test_fewer_than_twenty_show_counts_only() -> None:
    def cycle_of(count: int) -> Fraction | None:
        names = [f"k{i}" for i in range(count)]
        entries = {name: [check_in(1, 8)] for name in names}
        return foresight([(CYCLE, entries, dict.fromkeys(names, True))])[0].score

    assert cycle_of(19) is None
    assert cycle_of(20) == Fraction(4, 100)


def test_a_target_that_going_on_as_before_meets_is_asked_about() -> None:
    before = [reading(-7 * week, 24 - 3 * week) for week in range(8)]
    assert [p.rule for p in do_nothing(one(metric=rise(60, 20)), {"kr": before[1:]})] == [
        "do_nothing"
    ]
    assert do_nothing(one(metric=rise(90, 20)), {"kr": before[1:]}) == []


def test_what_happens_in_the_cycle_does_not_make_its_target_easy() -> None:
    assert do_nothing(one(), {"kr": [reading(5, 100)]}) == []


def test_reaching_a_target_before_half_time_is_asked_about() -> None:
    later = BEGINS + timedelta(days=90)
    assert [p.subject for p in early(one(), {"kr": [reading(45, 100)]}, later)] == ["kr"]
    assert early(one(), {"kr": [reading(46, 100)]}, later) == []


def test_two_cycles_near_one_are_asked_about_from_six_scores_on() -> None:
    high = [Fraction(9, 10)] * 3
    assert always_green("growth", [high, high])
    assert not always_green("growth", [high, high[:2]])
    assert not always_green("growth", [high * 2])
    assert not always_green("growth", [high, [*high[:2], Fraction(89, 100)]])


def test_scores_that_bunch_just_above_070_are_asked_about() -> None:
    above, below = Fraction(71, 100), Fraction(69, 100)
    assert bunching("growth", [above] * 5)
    assert not bunching("growth", [above] * 4)
    assert not bunching("growth", [above] * 5 + [below] * 3)
    assert not bunching("growth", [Fraction(1, 2)] * 50)
