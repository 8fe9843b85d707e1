"""Identities that hold for every score."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from score_samples import AFTER, fall, goal, key_result, one, plan, reading, rise, versions

from okr_core.plan import Plan
from okr_core.score import scorecard
from okr_core.scores import Figures

VALUES = st.lists(st.integers(-300, 300), min_size=1, max_size=8)
REASONS = st.sampled_from([None, "external_shock", "strategy_change", "learned"])
TARGETS = st.integers(1, 300)
DAYS = st.integers(1, 90)


def headline(history: list[tuple[int, Plan]], values: list[int]) -> Figures:
    readings = [reading(7 * week, value) for week, value in enumerate(values, start=1)]
    return scorecard(versions(*history), {"kr": readings}, {}, AFTER).scores["kr"].figures


@given(VALUES, TARGETS)
def test_a_score_lies_between_0_and_1(values: list[int], target: int) -> None:
    for figure in headline([(-5, one(metric=rise(target)))], values):
        assert figure is not None
        assert 0 <= figure <= 1


@given(st.integers(-300, 300), st.integers(0, 300))
def test_nearer_to_the_target_never_scores_less(value: int, more: int) -> None:
    less, most = (headline([(-5, one())], [v]).computed for v in (value, value + more))
    assert less is not None
    assert most is not None
    assert less <= most


@given(VALUES, TARGETS, TARGETS, DAYS)
def test_a_mirrored_decrease_scores_the_same(
    values: list[int], target: int, shocked: int, day: int
) -> None:
    up: list[tuple[int, Plan]] = [(-5, one(metric=rise(target))), (day, one(metric=rise(shocked)))]
    down: list[tuple[int, Plan]] = [
        (-5, one(metric=fall(0, -target))),
        (day, one(metric=fall(0, -shocked))),
    ]
    assert headline(up, values) == headline(down, [-value for value in values])


@given(VALUES, st.lists(st.tuples(DAYS, TARGETS, DAYS, st.integers(0, 9), REASONS), max_size=4))
def test_no_change_of_metric_due_weight_or_ambition_moves_the_headline(
    values: list[int], changes: list[tuple[int, int, int, int, None]]
) -> None:
    def changed(target: int, due: int, weight: int) -> Plan:
        day = date.fromordinal(date(2026, 10, 1).toordinal() + due)
        kr = key_result("kr", metric=rise(target), due=day, weight=weight)
        ambition = "committed" if weight % 2 else "learning"
        return plan(goal("o", kr, key_result("b"), ambition=ambition, weight=weight))

    readings = {"kr": [reading(7 * w, v) for w, v in enumerate(values, start=1)]}
    readings["b"] = [reading(30, 30)]
    start = changed(100, 90, 2)
    history = versions(
        (-5, start), *((day, changed(t, due, w), why) for day, t, due, w, why in changes)
    )
    before = scorecard(versions((-5, start)), readings, {}, AFTER)
    after = scorecard(history, readings, {}, AFTER)
    for name in ("kr", "b", "o"):
        assert after.scores[name].figures.computed == before.scores[name].figures.computed
        assert after.scores[name].ambition == before.scores[name].ambition
    assert after.teams[""].computed == before.teams[""].computed


@given(VALUES, TARGETS, DAYS)
def test_a_metric_error_scores_as_if_it_had_never_been_made(
    values: list[int], target: int, day: int
) -> None:
    history = versions((-5, one()), (day, one(metric=rise(target)), "metric_error"))
    readings = {"kr": [reading(7 * w, v) for w, v in enumerate(values, start=1)]}
    corrected = scorecard(history, readings, {}, AFTER).scores["kr"].figures
    assert corrected == headline([(-5, one(metric=rise(target)))], values)


ITEMS = st.lists(st.tuples(st.integers(-50, 150), st.integers(1, 9)), min_size=1, max_size=6)


@given(ITEMS)
def test_a_roll_up_lies_between_its_lowest_and_highest_child(items: list[tuple[int, int]]) -> None:
    parts = [key_result(f"k{i}", weight=weight) for i, (_, weight) in enumerate(items)]
    readings = {f"k{i}": [reading(80, value)] for i, (value, _) in enumerate(items)}
    found = scorecard(versions((-5, plan(goal("o", *parts)))), readings, {}, AFTER).scores
    each = [found[part.id].figures.computed or Fraction(0) for part in parts]
    total = found["o"].figures.computed
    assert total is not None
    assert min(each) <= total <= max(each)


@given(st.permutations(range(5)), st.lists(st.integers(-50, 150), min_size=5, max_size=5))
def test_the_order_of_items_readings_and_versions_means_nothing(
    order: list[int], values: list[int]
) -> None:
    def shuffled(indices: list[int]) -> tuple[Figures, Figures]:
        parts = [key_result(f"k{i}", weight=i + 1) for i in indices]
        later = [key_result(f"k{i}", metric=rise(50)) for i in indices]
        readings = {
            f"k{i}": [reading(10 + j, Decimal(values[i] + j)) for j in indices] for i in indices
        }
        history = versions((-5, plan(goal("o", *parts))), (40, plan(goal("o", *later)), "learned"))
        history.sort(key=lambda version: indices[version.number])
        found = scorecard(history, readings, {}, AFTER)
        return found.scores["o"].figures, found.teams[""]

    assert shuffled(order) == shuffled([0, 1, 2, 3, 4])
