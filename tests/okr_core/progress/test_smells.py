"""Which numbers smell: nothing where there was something, a lost part, a value beyond belief."""

from dataclasses import replace
from decimal import Decimal

import pytest

from okr_core.plan.metrics import (
    AtLeast,
    AtMost,
    BaselineFinding,
    Binary,
    Curve,
    Decrease,
    Grade,
    Increase,
    Metric,
    Milestones,
    Part,
    Within,
)
from okr_core.progress.smells import Previous, SuspectLimits, Words, outside, smell_of
from okr_core.record.evidence import Evidence, Formula, Row, re_add

D = Decimal
ANYTHING = AtLeast(bound=D(1))
"""Without a baseline every value is believed, and 0 is not its target."""
RISING = Increase(baseline=D(31), target=D(45))
FROM_NOTHING = Increase(baseline=D(0), target=D(200))
CUTTING = Decrease(baseline=D(20), target=D(10))


def look(
    formula: Formula,
    values: list[int | None],
    *,
    metric: Metric = ANYTHING,
    before: Previous | None = None,
    limits: SuspectLimits | None = None,
    **more: object,
) -> str:
    rows = tuple(Row(str(n), None if v is None else D(v)) for n, v in enumerate(values))
    evidence = replace(Evidence("jira", "acme", "q", "m", formula, rows=rows), **more)  # type: ignore[arg-type]
    value = re_add(evidence)
    return smell_of(metric, value, evidence, before, limits=limits, words=Words("issues"))


# A selection that holds nothing


def test_a_selection_that_fell_to_nothing_is_suspect() -> None:
    why = look("count", [], before=Previous(D(480), 480, D(480)))
    assert why == "fell from 480 to 0 issues. Was something renamed?"


def test_a_selection_that_fell_to_nothing_after_a_corrected_value_is_suspect() -> None:
    """A person's correction has no evidence: nobody knows how many rows it had."""
    assert look("count", [], before=Previous(D(12))).startswith("fell from 12 to 0 issues.")


def test_nothing_that_was_nothing_before_is_fine() -> None:
    assert not look("count", [], metric=CUTTING, before=Previous(D(0), 0, D(0)))
    assert not look("sum", [None, None], before=Previous(D(0), 2, D(2)))


def test_a_binding_may_say_that_nothing_is_fine() -> None:
    limits = SuspectLimits(empty=False)
    assert not look("count", [], before=Previous(D(3), 3, D(3)), limits=limits)
    assert not look("count", [], metric=CUTTING, limits=limits)


def test_a_sum_whose_rows_all_lost_their_values_fell_to_nothing() -> None:
    why = look("sum", [None] * 8, metric=CUTTING, before=Previous(D(16), 8, D(8)))
    assert why == ("none of 8 issues has a value any more, where it was 16. Was something renamed?")


def test_an_estimate_that_fell_to_0_is_suspect() -> None:
    why = look("sum", [0], before=Previous(D(480), 1, D(1)), complete=False)
    assert why == "fell from 480 to 0 issues. Was something renamed?"


@pytest.mark.parametrize("formula", ["count", "sum"])
def test_a_first_selection_of_nothing_that_is_at_the_target_is_suspect(formula: Formula) -> None:
    """A misspelt label selects nothing, and `8 to 0` would be reached at once."""
    why = look(formula, [], metric=Decrease(baseline=D(8), target=D(0)))
    assert why == "nothing matched: 0 issues, where the baseline is 8. Is the query right?"


@pytest.mark.parametrize(
    ("metric", "suspect"),
    [
        (Decrease(baseline=D(100), target=D(10)), True),
        (Decrease(baseline=D(0), target=D(-5)), False),
        (Increase(baseline=D(-5), target=D(0)), True),
        (RISING, True),
        (FROM_NOTHING, False),
        (Curve(baseline=D(8), target=D(0), points=((D(4), D("0.5")),)), True),
        (Curve(baseline=D(0), target=D(8)), False),
        (Grade(baseline=D(20), stretch=D(0)), True),
        (Grade(baseline=D(0), stretch=D(20)), False),
        (Grade(), False),
        (AtMost(bound=D(5)), True),
        (AtLeast(bound=D(5)), False),
        (AtLeast(bound=D(5), baseline=D(4)), True),
        (Within(low=D(0), high=D(5)), True),
        (Within(low=D(1), high=D(5)), False),
        (Binary(), False),
        (BaselineFinding(), True),
        (Milestones(parts=(Part(id="a", title="A"),)), False),
    ],
)
def test_a_first_selection_of_nothing_waits_where_it_would_be_news(
    metric: Metric, suspect: bool
) -> None:
    why = look("count", [], metric=metric)
    assert bool(why) is suspect, why
    assert why.startswith("nothing matched: 0 issues") is suspect


def test_a_first_sum_of_rows_without_a_value_says_that_none_has_one() -> None:
    why = look("sum", [None, None], metric=Decrease(baseline=D(8), target=D(0)))
    assert why == "none of 2 issues has a value, where the baseline is 8. Is the query right?"


def test_a_first_value_of_0_that_something_says_is_fine() -> None:
    """Not nothing: one row says 0."""
    assert not look("sum", [0], metric=CUTTING)
    assert not look("value", [0], metric=Decrease(baseline=D(8), target=D(0)))


# A part that was lost


@pytest.mark.parametrize("formula", ["ratio", "average", "median"])
def test_a_denominator_that_lost_more_than_30_percent_is_suspect(formula: Formula) -> None:
    before = Previous(D(1), 10, D(10))
    assert not look(formula, [1] * 7, before=before)
    expected = "rests on 6 instead of 10 issues (40 % fewer). Was something renamed?"
    assert look(formula, [1] * 6, before=before) == expected
    assert not look(formula, [1] * 6, before=before, limits=SuspectLimits(shrink=D("0.5")))


@pytest.mark.parametrize("metric", [CUTTING, ANYTHING, AtMost(bound=D(500)), BaselineFinding()])
@pytest.mark.parametrize("formula", ["count", "sum"])
def test_counts_and_sums_that_need_not_rise_may_fall(formula: Formula, metric: Metric) -> None:
    limits = SuspectLimits(beyond=D(100))
    before = Previous(D(480), 480, D(480))
    assert not look(formula, [1], metric=metric, before=before, limits=limits)


@pytest.mark.parametrize(
    "metric",
    [
        FROM_NOTHING,
        Curve(baseline=D(0), target=D(200)),
        Grade(baseline=D(0), stretch=D(200)),
    ],
)
@pytest.mark.parametrize("formula", ["count", "sum"])
def test_a_count_or_sum_that_should_rise_and_shrinks_is_suspect(
    formula: Formula, metric: Metric
) -> None:
    before = Previous(D(10), 10, D(10))
    assert not look(formula, [1] * 7, metric=metric, before=before)
    assert look(formula, [1] * 6, metric=metric, before=before) == (
        "fell from 10 to 6 (40 % less), and it should rise. Was something renamed?"
    )


def test_a_falling_curve_and_grade_may_fall() -> None:
    before = Previous(D(100), 100, D(100))
    for metric in (Curve(baseline=D(200), target=D(0)), Grade(baseline=D(200), stretch=D(0))):
        assert not look("count", [1] * 20, metric=metric, before=before)


def test_a_single_value_and_the_latest_one_may_fall() -> None:
    for formula in ("value", "latest"):
        assert not look(formula, [3], metric=FROM_NOTHING, before=Previous(D(10), 1, D(1)))


def test_a_binding_says_how_much_a_rising_count_may_lose() -> None:
    before = Previous(D(10), 10, D(10))
    limits = SuspectLimits(shrink=D("0.5"))
    assert not look("count", [1] * 5, metric=FROM_NOTHING, before=before, limits=limits)
    assert look("count", [1] * 4, metric=FROM_NOTHING, before=before, limits=limits)


def test_a_first_count_far_below_its_baseline_is_suspect() -> None:
    metric = Increase(baseline=D(20), target=D(60))
    assert not look("count", [1] * 14, metric=metric)
    assert look("count", [1] * 13, metric=metric) == (
        "is 13, below the baseline of 20 (35 % less), and it should rise. Is the query right?"
    )


# Rows of a frozen scope that vanished


@pytest.mark.parametrize("formula", ["ratio", "sum", "average"])
def test_rows_of_a_frozen_scope_that_vanish_are_suspect(formula: Formula) -> None:
    before = Previous(D("0.5"), 3, D(3))
    why = look(formula, [1, None, None], before=before, missing=("1", "2"))
    assert why.startswith("2 of 3 issues of the frozen scope cannot be found any more: ")


def test_rows_that_a_person_accepted_as_deleted_are_not_asked_about_again() -> None:
    accepted = Previous(D("0.5"), 3, D(3), frozenset({"1", "2"}))
    assert not look("ratio", [1, 0, 0], before=accepted, missing=("1", "2"))
    more = look("ratio", [1, 0, 0], before=accepted, missing=("0", "1", "2"))
    assert more.startswith(
        "3 of 3 issues of the frozen scope cannot be found any more, 1 more than was accepted: "
    )


# Beyond belief


@pytest.mark.parametrize(
    ("metric", "fine", "suspect"),
    [
        (RISING, [17, 31, 45, 59], [16, 60, 0]),
        (CUTTING, [0, 10, 20, 30], [-1, 31]),
        (Curve(baseline=D(20), target=D(10)), [0, 30], [-1, 31]),
        (Grade(baseline=D(0), stretch=D(10)), [-7, 0, 10, 17], [-8, 18]),
        (Grade(), [0, 3], [4]),
        (Within(low=D(10), high=D(20)), [0, 30], [-1, 31]),
        (Within(low=D(10), high=D(10)), [-999, 999], []),
        (AtLeast(bound=D(30)), [-999, 999], []),
        (AtLeast(bound=D(30), baseline=D(28)), [-2, 20, 60], [-3, 61]),
        (AtMost(bound=D(5), baseline=D(20)), [-10, 35], [-11, 36]),
        (Binary(), [0, 1], [2]),
        (BaselineFinding(), [12345], []),
    ],
)
def test_a_value_beyond_what_the_metric_believes_is_suspect_read_or_typed(
    metric: Metric, fine: list[int], suspect: list[int]
) -> None:
    assert [value for value in fine if look("value", [value], metric=metric)] == []
    assert [value for value in suspect if not look("value", [value], metric=metric)] == []
    assert [value for value in fine if outside(metric, D(value))] == []
    assert [value for value in suspect if not outside(metric, D(value))] == []


def test_the_first_reading_is_judged_so_that_a_forgotten_scale_shows_at_once() -> None:
    assert look("value", [0], metric=RISING) == (
        "is 0, far outside 31 … 45. Is the query, the field or the scale right?"
    )


PERCENT = Decrease(unit="%", baseline=D(9), target=D(2))


@pytest.mark.parametrize("typed", ["0.03", "0", "0.99"])
def test_a_percentage_that_looks_like_a_share_is_asked_about_read_or_typed(typed: str) -> None:
    told = outside(Increase(unit="%", baseline=D(1), target=D(5)), D(typed))
    assert told == f"is {typed} %, below 1 where 1 … 5 % are meant: a share of one?"
    assert "a share of one? Is the query" in look("value", [0], metric=PERCENT)


@pytest.mark.parametrize(
    ("metric", "value", "before"),
    [
        (PERCENT, "1", None),
        (PERCENT, "0.9", "0.8"),
        (Increase(unit="h", baseline=D(1), target=D(5)), "0.03", None),
        (Increase(unit="%", baseline=D("0.5"), target=D(5)), "0.03", None),
        (AtMost(unit="%", bound=D(4), baseline=D(9)), "0.03", None),
    ],
)
def test_a_small_number_that_may_well_be_one_is_not_asked_about(
    metric: Metric, value: str, before: str | None
) -> None:
    assert outside(metric, D(value), D(before) if before else None) == ""


def test_a_value_that_a_person_has_accepted_is_not_doubted_again_on_that_side() -> None:
    accepted = Previous(D(70), 1, D(1))
    assert not look("value", [75], metric=RISING, before=accepted)
    assert look("value", [3], metric=RISING, before=accepted)
    assert not outside(RISING, D(75), D(70))
    assert outside(RISING, D(3), D(70))


def test_a_binding_may_widen_what_is_believed() -> None:
    assert not look("value", [3], metric=RISING, limits=SuspectLimits(beyond=D(2)))
