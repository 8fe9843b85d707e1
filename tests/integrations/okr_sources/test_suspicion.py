"""Which good answers smell: a renamed label, a lost denominator, a value beyond belief."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from okr_core.plan.metrics import (
    AtLeast,
    AtMost,
    BaselineFinding,
    Binary,
    Decrease,
    Grade,
    Increase,
    Metric,
    Within,
)
from okr_core.record.evidence import Evidence, Formula, Row
from okr_sources.answers import Ask, Observed, Previous, Suspect
from okr_sources.binding import SuspectLimits
from okr_sources.suspicion import judge

NOW = datetime(2026, 11, 23, tzinfo=UTC)
GUARDED = AtLeast(bound=Decimal(0))
D = Decimal


def look(
    formula: Formula,
    values: list[int],
    *,
    metric: Metric = GUARDED,
    before: Previous | None = None,
    limits: SuspectLimits | None = None,
) -> Observed | Suspect:
    rows = tuple(Row(str(n), D(value)) for n, value in enumerate(values))
    evidence = Evidence("jira", "acme", "q", "m", formula, rows=rows)
    ask = Ask("k", {}, metric, date(2026, 10, 1), "UTC", NOW, before)
    return judge(ask, evidence, NOW, limits, noun="issues")


def why(answer: Observed | Suspect) -> str:
    return answer.why if isinstance(answer, Suspect) else ""


def test_a_selection_that_fell_to_nothing_is_suspect() -> None:
    answer = look("count", [], before=Previous(D(480), 480, D(480)))
    assert answer.value == 0
    assert why(answer) == "fell from 480 to 0 issues. Was something renamed?"


def test_nothing_that_was_nothing_before_or_was_never_read_is_fine() -> None:
    assert not why(look("count", []))
    assert not why(look("count", [], before=Previous(D(0), 0, D(0))))


def test_a_binding_may_say_that_nothing_is_fine() -> None:
    limits = SuspectLimits(empty=False)
    assert not why(look("count", [], before=Previous(D(3), 3, D(3)), limits=limits))


@pytest.mark.parametrize("formula", ["ratio", "average", "median"])
def test_a_denominator_that_lost_more_than_30_percent_is_suspect(formula: Formula) -> None:
    before = Previous(D(1), 10, D(10))
    assert not why(look(formula, [1] * 7, before=before))
    expected = "rests on 6 instead of 10 issues (40 % fewer). Was something renamed?"
    assert why(look(formula, [1] * 6, before=before)) == expected
    assert not why(look(formula, [1] * 6, before=before, limits=SuspectLimits(shrink=D("0.5"))))


@pytest.mark.parametrize("formula", ["count", "sum"])
def test_counts_and_sums_may_fall(formula: Formula) -> None:
    assert not why(look(formula, [1], before=Previous(D(480), 480, D(480))))


RISING = Increase(baseline=D(31), target=D(45))
CUTTING = Decrease(baseline=D(20), target=D(10))


@pytest.mark.parametrize(
    ("metric", "fine", "suspect"),
    [
        (RISING, [17, 31, 45, 59], [16, 60, 0]),
        (CUTTING, [0, 10, 20, 30], [-1, 31]),
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
def test_a_value_beyond_what_the_metric_believes_is_suspect(
    metric: Metric, fine: list[int], suspect: list[int]
) -> None:
    assert [value for value in fine if why(look("value", [value], metric=metric))] == []
    assert [v for v in suspect if not why(look("value", [v], metric=metric))] == []


def test_the_first_reading_is_judged_so_that_a_forgotten_scale_shows_at_once() -> None:
    answer = look("value", [0], metric=RISING)
    assert "is 0, below the 17 that baseline and target make believable" in why(answer)


def test_a_value_that_a_person_has_accepted_is_not_doubted_again_on_that_side() -> None:
    accepted = Previous(D(70), 1, D(1))
    assert not why(look("value", [75], metric=RISING, before=accepted))
    assert why(look("value", [3], metric=RISING, before=accepted))


def test_a_binding_may_widen_what_is_believed() -> None:
    assert not why(look("value", [3], metric=RISING, limits=SuspectLimits(beyond=D(2))))
