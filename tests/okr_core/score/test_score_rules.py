"""Identities that hold for every score."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st
from score_samples import AFTER, fall, goal, key_result, one, plan, reading, rise, versions

from okr_core.plan.metrics import AtMost, Binary, Metric
from okr_core.plan.plan import Plan
from okr_core.score.score import scorecard
from okr_core.score.scores import Figures

VALUES = st.lists(st.integers(-300, 300), min_size=1, max_size=8)
REASONS = st.sampled_from([None, "external_shock", "strategy_change", "learned"])
TARGETS = st.integers(1, 300)
DAYS = st.integers(15, 89)
"""After the plan has settled."""


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


METRICS: st.SearchStrategy[Metric] = st.one_of(
    TARGETS.map(rise),
    TARGETS.map(lambda baseline: fall(baseline, 0)),
    TARGETS.map(lambda bound: AtMost(bound=Decimal(bound))),
    st.just(Binary()),
)


class Terms(NamedTuple):
    """What a revision may say about a key result, its objective and their links."""

    metric: Metric
    due: int
    weight: int
    ambition: str
    cadence: str
    home: str
    counted: int | None

    def plan(self) -> Plan:
        due = date(2026, 10, 1) + timedelta(days=self.due)
        kr = key_result("kr", metric=self.metric, due=due, weight=self.weight, cadence=self.cadence)
        several = {"a": [key_result("x")], "b": [key_result("y")]}
        several[self.home].append(kr)
        counts = {} if self.counted is None else {"b": self.counted}
        links = [] if self.counted is None else ["a"]
        return plan(
            goal("a", *several["a"], ambition=self.ambition, counts=counts, weight=self.weight),
            goal("b", *several["b"], ambition=self.ambition, contributes_to=links),
        )


TERMS = st.builds(
    Terms,
    METRICS,
    st.integers(1, 90),
    st.integers(0, 9),
    st.sampled_from(["committed", "aspirational", "learning"]),
    st.sampled_from(["weekly", "biweekly", "monthly"]),
    st.sampled_from(["a", "b"]),
    st.none() | st.integers(0, 9),
)
READ = {"x": [reading(60, 30)], "y": [reading(60, 90)]}


@given(VALUES, TERMS, st.lists(st.tuples(DAYS, TERMS, REASONS), max_size=5))
def test_no_change_of_metric_due_weight_or_ambition_moves_the_headline(
    values: list[int], first: Terms, changes: list[tuple[int, Terms, None]]
) -> None:
    readings = READ | {"kr": [reading(7 * w, v) for w, v in enumerate(values, start=1)]}
    agreed = scorecard(versions((-5, first.plan())), readings, {}, AFTER)
    history = versions((-5, first.plan()), *((d, terms.plan(), why) for d, terms, why in changes))
    found = scorecard(history, readings, {}, AFTER)
    for name, score in agreed.scores.items():
        assert found.scores[name].figures.computed == score.figures.computed
        assert (found.scores[name].grade, found.scores[name].success) == (
            score.grade,
            score.success,
        )
    assert found.teams[""].computed == agreed.teams[""].computed


@given(VALUES, TARGETS, TARGETS, DAYS, DAYS)
def test_a_metric_error_moves_the_headline_of_its_own_key_result_alone(
    values: list[int], mended: int, shocked: int, one_day: int, other_day: int
) -> None:
    def both(target: int, other: int) -> Plan:
        parts = (key_result("kr", metric=rise(target)), key_result("x", metric=rise(other)))
        return plan(goal("o", *parts))

    several = [reading(7 * w, v) for w, v in enumerate(values, start=1)]
    earlier, later = sorted((one_day, other_day))
    history = versions(
        (-5, both(100, 100)),
        (earlier, both(100, shocked), "external_shock"),
        (later, both(mended, shocked), "metric_error"),
    )
    found = scorecard(history, {"kr": several, "x": several}, {}, AFTER).scores
    assert (
        found["kr"].figures.computed == headline([(-5, one(metric=rise(mended)))], values).computed
    )
    assert found["x"].figures.computed == headline([(-5, one())], values).computed


@given(VALUES, TARGETS, DAYS)
def test_a_metric_error_scores_as_if_it_had_never_been_made(
    values: list[int], target: int, day: int
) -> None:
    history = versions((-5, one()), (day, one(metric=rise(target)), "metric_error"))
    readings = {"kr": [reading(7 * w, v) for w, v in enumerate(values, start=1)]}
    corrected = scorecard(history, readings, {}, AFTER).scores["kr"].figures
    assert corrected == headline([(-5, one(metric=rise(target)))], values)


@given(
    st.lists(st.tuples(st.integers(-50, 150), st.integers(0, 9)), min_size=3, max_size=3),
    st.integers(0, 9),
    st.integers(0, 9),
)
def test_a_roll_up_over_counted_links_lies_between_its_lowest_and_highest_item(
    items: list[tuple[int, int]], counted: int, deeper: int
) -> None:
    parts = [key_result(f"k{i}", weight=weight) for i, (_, weight) in enumerate(items)]
    tree = plan(
        goal("top", parts[0], counts={"mid": counted}),
        goal("mid", parts[1], contributes_to=["top"], counts={"low": deeper}),
        goal("low", parts[2], contributes_to=["mid"]),
    )
    readings = {f"k{i}": [reading(80, value)] for i, (value, _) in enumerate(items)}
    found = scorecard(versions((-5, tree)), readings, {}, AFTER).scores
    for name, own, child in (("top", "k0", "mid"), ("mid", "k1", "low"), ("low", "k2", "k2")):
        total = found[name].figures.computed
        several = [found[each].figures.computed for each in (own, child)]
        known = [each for each in several if each is not None]
        assert total is None or min(known) <= total <= max(known)


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
