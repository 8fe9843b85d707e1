"""What goes on into the next cycle begins where the last one ended."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.files.document import dump_plan, load_plan
from okr_core.iteration.carry_over import CarriedOver, carry_over, times_carried
from okr_core.iteration.metrics import Actual, carried_metric
from okr_core.plan.cycle import Cycle, next_days
from okr_core.plan.metrics import AtMost, Binary, Curve, Decrease, Grade, Increase, Milestones, Part
from okr_core.progress.progress import curve_ratio

NEXT = Cycle(id="2027-q1", starts=date(2027, 1, 1), ends=date(2027, 3, 31))
LAST = Cycle(id="2026-q4", starts=date(2026, 10, 1), ends=date(2026, 12, 31))
TEXT = """\
cycle: {id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31}
objectives:
  - id: a
    title: A
    owner: ada
    hypothesis: {belief: it helps, by: 2026-11-15}
    contributes_to: [b]
    mirror: {notion: {connection: wiki, page: 1f2e}}
    key_results:
      - id: a.k
        title: From 10 to 20
        metric: {kind: increase, baseline: 10, target: 20}
        due: 2026-12-11
        pace: {steps: {2026-10-31: 0.2, 2026-12-11: 1}}
        source: {jira: {connection: acme, jql: "resolved >= 2026-10-01", measure: count}}
      - {id: a.out, title: Out, metric: {kind: binary}, state: dropped, state_reason: no}
      - id: a.late
        title: Late
        metric: {kind: binary}
        due: 2026-12-31
        state: deferred
        state_reason: no time
  - id: b
    title: B
    owner: ada
    counts: {a: 1}
    key_results: []
"""


def carried(*chosen: str, **values: str) -> CarriedOver:
    actuals = {f"a.{name}": Actual(Decimal(value)) for name, value in values.items()}
    return carry_over(load_plan(TEXT), chosen, NEXT, actuals)


def test_days_move_with_the_cycle_and_none_passes_its_end() -> None:
    (objective,) = carried("a", k="12").plan.objectives
    key_result = objective.key_results[0]
    assert key_result.due == date(2027, 3, 13)
    assert key_result.pace.steps == {date(2027, 1, 31): Decimal("0.2"), date(2027, 3, 13): 1}
    assert objective.hypothesis is not None
    assert objective.hypothesis.by == date(2027, 2, 15)
    assert objective.key_results[1].due is None


def test_links_to_goals_that_do_not_go_on_are_left_out_with_the_places_of_the_last_cycle() -> None:
    (alone,) = carried("a", k="12").plan.objectives
    assert (alone.contributes_to, alone.mirror) == ((), {})
    (parent,) = carried("b").plan.objectives
    assert parent.counts == {}
    both = carried("a", "b", k="12").plan.objectives
    assert both[0].contributes_to == ("b",)
    assert both[1].counts == {"a": Decimal(1)}


def test_what_was_dropped_stays_out_and_what_was_deferred_comes_back() -> None:
    found = carried("a", k="12")
    assert [(each.before.id, each.outcome) for each in found.key_results] == [
        ("a.k", "carried"),
        ("a.out", "dropped"),
        ("a.late", "unread"),
    ]
    assert all(each.active for each in found.plan.key_results())


def test_a_query_that_names_days_of_the_last_cycle_is_told() -> None:
    assert carried("a", k="12").key_results[0].dated == ("2026-10-01",)


def test_the_draft_is_a_plan_that_loads_back_equal() -> None:
    plan = carried("a", "b", k="12.5").plan
    assert load_plan(dump_plan(plan)) == plan
    assert plan.objectives[0].key_results[0].title == "From 12.5 to 20"


@pytest.mark.parametrize(
    ("metric", "actual", "after"),
    [
        (
            Increase(baseline=Decimal(1), target=Decimal(9)),
            Actual(Decimal("3.123456789")),
            Increase(baseline=Decimal("3.12346"), target=Decimal(9)),
        ),
        (
            Decrease(baseline=Decimal(9), target=Decimal(1)),
            Actual(Decimal(11)),
            Decrease(baseline=Decimal(11), target=Decimal(1)),
        ),
        (
            Increase(baseline=Decimal(1), target=Decimal(9)),
            Actual(),
            Increase(baseline=Decimal(1), target=Decimal(9)),
        ),
        (Increase(baseline=Decimal(1), target=Decimal(9)), Actual(Decimal(10), reached=True), None),
        (
            Curve(
                baseline=Decimal(0),
                target=Decimal(100),
                points=((Decimal(20), Decimal("0.5")), (Decimal(60), Decimal("0.8"))),
            ),
            Actual(Decimal(20)),
            Curve(
                baseline=Decimal(20),
                target=Decimal(100),
                points=((Decimal(60), Decimal("0.6")),),
            ),
        ),
        (
            Grade(baseline=Decimal(0), stretch=Decimal(10)),
            Actual(Decimal(2)),
            Grade(
                baseline=Decimal(2),
                commit=Decimal("3.0"),
                target=Decimal("7.0"),
                stretch=Decimal(10),
            ),
        ),
        (Binary(), Actual(Decimal(0)), Binary()),
        (Binary(), Actual(Decimal(1), reached=True), None),
        (
            AtMost(bound=Decimal(4), baseline=Decimal(9)),
            Actual(Decimal(3), reached=True),
            AtMost(bound=Decimal(4), baseline=Decimal(3)),
        ),
        (
            Milestones(parts=(Part(id="a", title="A"), Part(id="b", title="B"))),
            Actual(done=frozenset("a")),
            Milestones(parts=(Part(id="b", title="B"),)),
        ),
        (Milestones(parts=(Part(id="a", title="A"),)), Actual(done=frozenset("a")), None),
    ],
)
def test_a_metric_goes_on_from_what_was_reached(
    metric: Increase, actual: Actual, after: object
) -> None:
    assert carried_metric(metric, actual) == after


@given(st.decimals(min_value=-5, max_value=99, places=2))
def test_a_grade_and_a_curve_stay_in_order_wherever_they_stopped(value: Decimal) -> None:
    grade = Grade(baseline=Decimal(0), stretch=Decimal(100))
    after = carried_metric(grade, Actual(value))
    assert after is None or isinstance(after, Grade)  # its own rules took it
    curve = Curve(baseline=Decimal(0), target=Decimal(100), points=((Decimal(50), Decimal("0.9")),))
    goes_on = carried_metric(curve, Actual(value))
    assert isinstance(goes_on, Curve)
    assert curve_ratio(goes_on, value)[0] == 0


@pytest.mark.parametrize(
    ("cycle", "id_", "days"),
    [
        (LAST, "2027-q1", ("2027-01-01", "2027-03-31")),
        (LAST, "2027-q3", ("2027-07-01", "2027-09-30")),
        (LAST, "spring", ("2027-01-01", "2027-03-31")),
        (
            Cycle(id="2026-q4", starts=date(2026, 11, 1), ends=date(2027, 1, 31)),
            "2027-q1",
            ("2027-02-01", "2027-04-30"),
        ),
        (
            Cycle(id="2026", starts=date(2026, 1, 1), ends=date(2026, 12, 31)),
            "2027",
            ("2027-01-01", "2027-12-31"),
        ),
        (
            Cycle(id="s6", starts=date(2026, 10, 5), ends=date(2026, 10, 18)),
            "s7",
            ("2026-10-19", "2026-11-01"),
        ),
    ],
)
def test_the_next_cycle_lasts_as_long_as_the_last(
    cycle: Cycle, id_: str, days: tuple[str, str]
) -> None:
    starts, ends = next_days(cycle, id_)
    assert (str(starts), str(ends)) == days


def test_a_line_that_runs_in_a_circle_ends() -> None:
    assert times_carried("q1/a", lambda cycle, _: "q1/a" if cycle == "q2" else "q2/a") == 2
