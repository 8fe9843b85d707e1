"""Key results that take their value from others."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.plan.agreement import PlanVersion
from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import AtMost, Increase
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.progress.rollup import roll_up
from okr_core.progress.standings import standing
from okr_core.record.entries import Entry, Reading, SyncRecord, UnavailableAnswer
from okr_core.score.score import scorecard
from okr_core.snapshot import Snapshot

CYCLE = Cycle(id="2026-q4", starts=date(2026, 10, 1), ends=date(2026, 12, 29))
NOW = datetime(2026, 11, 15, 12, tzinfo=UTC)
AFTER = datetime(2026, 12, 30, tzinfo=UTC)
HUNDRED = Increase(baseline=Decimal(0), target=Decimal(100))
OPERATIONS = {"sum": 80, "average": 40, "min": 30, "max": 50}


def measured(name: str, **more: object) -> KeyResult:
    return KeyResult.model_validate({"id": name, "title": name, "metric": HUNDRED} | more)


def total(operation: str = "sum", *names: str, **more: object) -> KeyResult:
    source = {"key_results": {operation: list(names or ("a", "b"))}}
    return measured("t", **{"source": source} | more)


def plan_of(*children: KeyResult, parent: KeyResult | None = None) -> Plan:
    return Plan(
        cycle=CYCLE,
        objectives=(
            Objective(id="top", title="top", key_results=(parent or total(),)),
            Objective(id="low", title="low", key_results=children),
        ),
    )


BOTH = plan_of(measured("a"), measured("b"))


def reading(value: object, days_ago: float = 1, **more: object) -> Reading:
    fresh = Reading(at=NOW - timedelta(days=days_ago), value=Decimal(str(value)))
    return replace(fresh, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_its_value_is_worked_out_from_the_others(operation: str) -> None:
    plan = plan_of(measured("a"), measured("b"), parent=total(operation))
    found = standing(plan, {"a": [reading(30)], "b": [reading(50)]}, {}, NOW)["t"]
    assert found.current == OPERATIONS[operation]
    assert found.progress.clamped == Fraction(OPERATIONS[operation], 100)


@pytest.mark.parametrize(
    ("plan", "of_b"),
    [
        (BOTH, []),
        (BOTH, [reading(50, 2), reading(0, state="suspect")]),
        (plan_of(measured("a"), measured("b", state="dropped", state_reason="x")), [reading(50)]),
        (plan_of(measured("a")), [reading(50)]),
    ],
    ids=["pending", "suspect", "retired", "not in the plan"],
)
def test_without_one_of_them_it_has_no_value_and_never_a_part_of_it(
    plan: Plan, of_b: Sequence[Reading]
) -> None:
    found = standing(plan, {"a": [reading(30)], "b": of_b}, {}, NOW)["t"]
    assert (found.current, found.progress.clamped, found.status) == (None, None, "pending")
    assert found.progress.reason == "`b` has no value"
    assert not found.unreported


_SEVERAL = st.lists(
    st.builds(
        reading,
        st.integers(0, 100),
        st.sampled_from([0.5, 3, 20, 40]),
        state=st.sampled_from(["observed", "observed", "suspect", "void"]),
    ),
    max_size=3,
)


@given(_SEVERAL, _SEVERAL, st.sampled_from([NOW, NOW - timedelta(days=10), AFTER]))
def test_a_sum_is_always_of_all_its_parts(
    of_a: list[Reading], of_b: list[Reading], at: datetime
) -> None:
    found = standing(BOTH, {"a": of_a, "b": of_b}, {}, at)
    parts = [found["a"].current, found["b"].current]
    if found["t"].current is not None:
        assert None not in parts
        assert found["t"].current == sum(part for part in parts if part is not None)
    assert roll_up(BOTH, {"a": of_a, "b": of_b}, {}, at)["t"] == found["t"].progress


def test_it_is_as_old_as_the_oldest_that_can_still_be_reported() -> None:
    old, new = reading(30, 30), reading(50, 1)
    found = standing(BOTH, {"a": [old], "b": [new]}, {}, NOW)["t"]
    assert (found.stale, found.observed_at) == (True, old.at)
    ended = plan_of(measured("a", due=date(2026, 11, 1)), measured("b"))
    found = standing(ended, {"a": [old], "b": [new]}, {}, NOW)["t"]
    assert (found.stale, found.observed_at) == (False, new.at)


def test_others_may_take_their_value_from_others_in_turn() -> None:
    middle = measured("b", source={"key_results": {"max": ["c", "d"]}})
    plan = plan_of(measured("a"), middle, measured("c"), measured("d"))
    known = {"a": [reading(30)], "c": [reading(10)], "d": [reading(20)]}
    assert standing(plan, known, {}, NOW)["t"].current == 50
    del known["d"]
    assert standing(plan, known, {}, NOW)["t"].progress.reason == "`b` has no value"


def test_a_loop_has_no_value() -> None:
    plan = plan_of(measured("a", source={"key_results": {"sum": ["t"]}}), measured("b"))
    assert standing(plan, {"b": [reading(1)]}, {}, NOW)["t"].current is None


def test_a_band_over_time_judges_what_it_was_whenever_one_of_the_others_changed() -> None:
    cap = total(metric=AtMost(bound=Decimal(60), judge="worst"))
    plan = plan_of(measured("a"), measured("b"), parent=cap)
    known = {"a": [reading(30, 20), reading(10, 5)], "b": [reading(40, 10)]}
    found = standing(plan, known, {}, NOW)["t"]
    assert found.current == 50
    assert found.broken_at == NOW - timedelta(days=10)


def test_it_is_scored_by_the_values_at_its_own_due_day() -> None:
    parent = total(due=date(2026, 11, 14))
    plan = plan_of(measured("a"), measured("b"), parent=parent)
    known = {"a": [reading(30, 5)], "b": [reading(20, 4), reading(70, 0.2)]}
    versions = [PlanVersion(1, datetime(2026, 9, 20, tzinfo=UTC), plan)]
    scores = scorecard(versions, known, {}, AFTER).scores
    assert scores["t"].figures.computed == Fraction(50, 100)
    assert scores["b"].figures.computed == Fraction(70, 100)
    known["b"] = [reading(70, 0.2)]
    assert scorecard(versions, known, {}, AFTER).scores["t"].reason == "`b` has no value"


def _failed(days_ago: float, *names: str) -> Entry:
    failures = tuple(UnavailableAnswer(key_result=name, reason="403") for name in names)
    at = NOW - timedelta(days=days_ago)
    body = SyncRecord(connection="acme", observed_at=at, unavailable=failures)
    return Entry(at=at, body=body)


def _read(days_ago: float, *names: str) -> Entry:
    at = NOW - timedelta(days=days_ago)
    return Entry(at=at, body=SyncRecord(connection="acme", observed_at=at, observed=names))


def _seen(known: dict[str, list[Reading]], *syncs: Entry, plan: Plan = BOTH) -> Snapshot:
    version = PlanVersion(1, datetime(2026, 9, 20, tzinfo=UTC), plan)
    return Snapshot(NOW, (version,), known, {"": syncs})


def test_a_source_that_could_not_be_read_is_named_and_no_old_value_of_it_is_added_up() -> None:
    known = {"a": [reading(30)], "b": [reading(50, 8)]}
    found = _seen(known, _read(8, "b"), _failed(1, "b")).standings["t"]
    assert (found.current, found.progress.clamped) == (None, None)
    assert found.progress.reason == "`b` has no value: its source could not be read"
    again = _seen(known, _failed(1, "b"), _read(0.5, "b")).standings["t"]
    assert again.current == 80


@given(
    st.lists(
        st.tuples(
            st.booleans(), st.sampled_from([20, 8, 3, 1, 0.1]), st.sampled_from(["a", "b", "c"])
        ),
        max_size=6,
    ),
    st.sampled_from(sorted(OPERATIONS)),
)
def test_what_takes_its_value_from_others_never_shows_one_without_all_of_them(
    syncs: list[tuple[bool, float, str]], operation: str
) -> None:
    plan = plan_of(
        measured("a"), measured("b"), measured("c"), parent=total(operation, "a", "b", "c")
    )
    known = {"a": [reading(30, 25)], "b": [reading(50, 25)], "c": [reading(10, 25)]}
    told = [(_read if read else _failed)(ago, name) for read, ago, name in syncs]
    snapshot = _seen(known, *told, plan=plan)
    found = snapshot.standings["t"]
    assert (found.current is None) == bool(snapshot.unavailable)
    if snapshot.unavailable:
        assert any(f"`{name}`" in found.progress.reason for name in snapshot.unavailable)
        assert snapshot.standings["top"].progress.clamped is None


def test_a_key_result_that_is_retired_late_leaves_those_above_it_without_a_value() -> None:
    gone = plan_of(measured("a"), measured("b", state="dropped", state_reason="x"))
    versions = [
        PlanVersion(1, datetime(2026, 9, 20, tzinfo=UTC), BOTH),
        PlanVersion(2, datetime(2026, 11, 20, tzinfo=UTC), gone, "learned"),
    ]
    known = {"a": [reading(30, 0.1)], "b": [reading(50, 0.1)]}
    scores = scorecard(versions, known, {}, AFTER).scores
    assert scores["b"].figures.computed == Fraction(50, 100)
    assert scores["t"].silent
    assert scores["t"].reason == "`b` has no value: it is retired"
    found = Snapshot(AFTER, tuple(versions), known).standings["t"]
    assert found.progress.reason == "`b` has no value: it is retired"
