"""From key results to objectives, teams and the cycle."""

import random
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.basics.exact import total, weighted_mean
from okr_core.errors import InputError
from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import AtMost, Increase
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.progress.progress import Progress
from okr_core.progress.rollup import roll_up, team_figures
from okr_core.record.entries import Reading

AS_OF = datetime(2026, 11, 2, 9, tzinfo=UTC)
CYCLE = Cycle(id="2026-q4", starts=date(2026, 10, 1), ends=date(2026, 12, 31))
PERCENT = Increase(baseline=Decimal(0), target=Decimal(100))
WEIGHTS = st.decimals(0, 20, places=1)
VALUES = st.none() | st.integers(-100, 250)
Worked = list[tuple[Decimal, int | None]]


def key_result(name: str, weight: object = 1, **more: object) -> KeyResult:
    fields = {"id": name, "title": name, "metric": PERCENT, "weight": Decimal(str(weight))}
    return KeyResult.model_validate(fields | more)


def objective(name: str, *key_results: KeyResult, **more: object) -> Objective:
    fields = {"id": name, "title": name, "key_results": key_results}
    return Objective.model_validate(fields | more)


def rolled(*objectives: Objective, **percent: int) -> dict[str, Progress]:
    readings = {name: [Reading(at=AS_OF, value=Decimal(value))] for name, value in percent.items()}
    return roll_up(Plan(cycle=CYCLE, objectives=objectives), readings, {}, AS_OF)


def of(items: Worked) -> Progress:
    """An objective of key results with these weights and percents."""
    names = [f"k{i}" for i in range(len(items))]
    key_results = [key_result(name, w) for name, (w, _) in zip(names, items, strict=True)]
    values = {n: value for n, (_, value) in zip(names, items, strict=True) if value is not None}
    return rolled(objective("o", *key_results), **values)["o"]


def test_an_objective_is_the_weighted_mean_of_its_key_results() -> None:
    progress = of([(Decimal(3), 100), (Decimal(1), 20)])
    assert progress.raw == progress.clamped == Fraction(4, 5)
    assert progress.coverage == 1


def test_what_has_no_value_is_left_out_of_the_mean_and_shown_in_the_coverage() -> None:
    progress = of([(Decimal(1), 40), (Decimal(3), None)])
    assert progress.clamped == Fraction(2, 5)
    assert progress.coverage == Fraction(1, 4)


def test_one_key_result_beyond_its_target_does_not_pay_for_another() -> None:
    progress = of([(Decimal(1), 180), (Decimal(1), 20)])
    assert progress.raw == 1
    assert progress.clamped == Fraction(3, 5)


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ([], "no active key result or counted child"),
        ([(Decimal(0), 50)], "all weights are zero"),
        ([(Decimal(1), None)], "nothing that has weight has a value yet"),
        ([(Decimal(1), None), (Decimal(0), 50)], "nothing that has weight has a value yet"),
    ],
)
def test_nothing_to_count_is_no_number_and_a_reason(items: Worked, reason: str) -> None:
    progress = of(items)
    assert progress.raw is None
    assert progress.clamped is None
    assert progress.reason == reason


@given(st.lists(st.tuples(WEIGHTS, VALUES), max_size=8))
def test_a_roll_up_lies_between_the_least_and_the_most_of_its_items(items: Worked) -> None:
    progress = of(items)
    counted = [Fraction(value, 100) for weight, value in items if weight and value is not None]
    if not counted:
        assert progress.raw is None
        return
    clamped = [min(max(value, Fraction(0)), Fraction(1)) for value in counted]
    assert progress.raw is not None
    assert progress.clamped is not None
    assert min(counted) <= progress.raw <= max(counted)
    assert min(clamped) <= progress.clamped <= max(clamped)
    assert 0 <= progress.coverage <= 1


@given(st.lists(st.tuples(WEIGHTS, VALUES), max_size=8), st.randoms())
def test_a_roll_up_does_not_depend_on_the_order_of_its_items(
    items: Worked, chance: random.Random
) -> None:
    shuffled = list(items)
    chance.shuffle(shuffled)
    assert of(items) == of(shuffled)


@given(
    st.lists(st.tuples(WEIGHTS, st.fractions(-2, 2, max_denominator=500)), min_size=1, max_size=60)
)
def test_a_mean_is_what_adding_one_by_one_gives(items: list[tuple[Decimal, Fraction]]) -> None:
    weight = sum(Fraction(w) for w, _ in items)
    plain = sum(Fraction(w) * value for w, value in items) / weight if weight else None
    assert weighted_mean(items) == plain


@given(st.dictionaries(st.integers(1, 10_000), st.integers(-10_000, 10_000), max_size=60))
def test_a_sum_by_denominator_is_the_sum(sums: dict[int, int]) -> None:
    assert Fraction(*total(sums)) == sum(Fraction(n, d) for d, n in sums.items())


def test_only_counted_children_move_an_objective_and_by_their_weight() -> None:
    children = [
        objective(name, key_result(f"{name}k"), contributes_to=["top"]) for name in ("a", "b", "c")
    ]
    top = objective("top", key_result("topk", 2), counts={"a": Decimal(1), "b": Decimal(1)})
    progress = rolled(top, *children, topk=50, ak=100, ck=0)
    assert progress["top"].clamped == Fraction(2, 3)
    assert progress["top"].coverage == Fraction(3, 4)


def test_a_child_with_two_parents_counts_in_both() -> None:
    child = objective("c", key_result("ck"), contributes_to=["a", "b"])
    parents = [objective(name, counts={"c": Decimal(1)}) for name in ("a", "b")]
    progress = rolled(*parents, child, ck=30)
    assert progress["a"].clamped == progress["b"].clamped == Fraction(3, 10)


def test_dropped_and_deferred_items_do_not_count_and_are_listed_with_their_reason() -> None:
    gone = key_result("k2", 9, state="dropped", state_reason="the market closed")
    late = objective(
        "later",
        key_result("k3"),
        state="deferred",
        state_reason="next quarter",
        contributes_to=["o"],
    )
    top = objective("o", key_result("k1"), gone, counts={"later": Decimal(9)})
    progress = rolled(top, late, k1=50, k2=0, k3=0)
    assert progress["o"].clamped == Fraction(1, 2)
    assert progress["o"].coverage == 1
    assert progress["k2"].raw is None
    assert progress["k2"].reason == "dropped: the market closed"
    assert progress["later"].reason == "deferred: next quarter"
    assert progress["k3"].reason == "objective deferred: next quarter"


def test_figures_average_only_what_no_objective_of_the_set_counts() -> None:
    child = objective("child", key_result("ck"), team="web", contributes_to=["top"])
    top = objective("top", key_result("tk"), team="board", weight=3, counts={"child": Decimal(1)})
    other = objective("other", key_result("ok"), team="web")
    plan = Plan(cycle=CYCLE, objectives=(child, top, other))
    progress = rolled(child, top, other, ck=100, tk=0, ok=10)
    figures = team_figures(plan, progress)
    assert figures["board"].clamped == Fraction(1, 2)
    assert figures["web"].clamped == Fraction(11, 20)  # its parent is another team's
    assert figures[""].clamped == (3 * Fraction(1, 2) + Fraction(1, 10)) / 4


@given(
    st.lists(st.tuples(WEIGHTS, VALUES), min_size=1, max_size=5),
    st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4))),
)
def test_a_link_that_no_parent_counts_moves_no_figure(
    items: Worked, links: set[tuple[int, int]]
) -> None:
    """Links point from later objectives to earlier ones, so that they make no loop."""

    def figures(drawn: set[tuple[int, int]]) -> dict[str, Progress]:
        objectives = [
            objective(
                f"o{i}",
                key_result(f"k{i}"),
                weight=weight,
                team=("web", "board")[i % 2],
                contributes_to=[f"o{parent}" for child, parent in drawn if child == i > parent],
            )
            for i, (weight, _) in enumerate(items)
        ]
        values = {f"k{i}": value for i, (_, value) in enumerate(items) if value is not None}
        plan = Plan(cycle=CYCLE, objectives=tuple(objectives))
        return team_figures(plan, rolled(*objectives, **values))

    assert figures(links) == figures(set())


CAP = AtMost(bound=Decimal(20))


@pytest.mark.parametrize("value", [None, 5, 90])
def test_a_guard_has_no_part_in_any_figure(value: int | None) -> None:
    guard = key_result("g", metric=CAP, guard=True)
    readings = {"k": 40} | ({} if value is None else {"g": value})
    with_guard = rolled(objective("o", key_result("k"), guard), **readings)
    assert with_guard["o"] == rolled(objective("o", key_result("k")), k=40)["o"]
    assert (with_guard["g"].clamped is None) is (value is None)
    alone = rolled(objective("o", guard), **({} if value is None else {"g": value}))["o"]
    assert alone.reason == "no active key result or counted child"


def test_a_drawn_link_alone_leaves_nothing_out_of_the_cycles_figure() -> None:
    child = objective("child", key_result("ck"), contributes_to=["top"])
    top = objective("top", key_result("tk"))
    plan = Plan(cycle=CYCLE, objectives=(child, top))
    assert team_figures(plan, rolled(child, top, ck=100, tk=20))[""].clamped == Fraction(3, 5)


def test_the_child_of_a_dropped_parent_stands_for_itself() -> None:
    child = objective("child", key_result("ck"), contributes_to=["top"])
    top = objective("top", team="board", state="dropped", state_reason="no longer wanted")
    plan = Plan(cycle=CYCLE, objectives=(child, top))
    figures = team_figures(plan, rolled(child, top, ck=70))
    assert figures[""].clamped == Fraction(7, 10)
    assert figures["board"].raw is None
    assert figures["board"].reason == "no active objective"


def test_a_loop_of_counted_links_is_refused_by_name() -> None:
    a = objective("a", counts={"b": Decimal(1)})
    b = objective("b", counts={"a": Decimal(1)})
    with pytest.raises(InputError, match="`b` counts `a`, which counts it in turn"):
        rolled(a, b)


def test_a_counted_objective_that_is_not_in_the_plan_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="`a` counts `nowhere`"):
        rolled(objective("a", counts={"nowhere": Decimal(1)}))


def test_a_chain_of_thousands_of_objectives_rolls_up() -> None:
    count = 3000
    chain = [
        objective(
            f"o{i}",
            *([key_result("k")] if i == count - 1 else []),
            counts={f"o{i + 1}": Decimal(1)} if i < count - 1 else {},
        )
        for i in range(count)
    ]
    assert rolled(*chain, k=25)["o0"].clamped == Fraction(1, 4)
