"""What `okr check` says of key results that take their value from others, and of guards."""

import pytest

from okr_core.errors import Finding
from okr_core.files.document import plan_findings, read_document

CYCLE = "cycle: {id: q4, starts: 2026-10-01, ends: 2026-12-31}\nobjectives:\n"
LINE = "metric: {kind: increase, baseline: 0, target: 9%s}"


def key_result(name: str, more: str = "", unit: str = "") -> str:
    metric = LINE % (f", unit: {unit}" if unit else "")
    return f"{{id: {name}, title: {name}, {metric}{', ' if more else ''}{more}}}"


def check(top: str, *low: str, more: str = "") -> list[Finding]:
    text = (
        f"{CYCLE}  - {{id: o, title: O, owner: ana{more}, key_results: [{top}]}}\n"
        "  - {id: p, title: P, owner: ana, contributes_to: [o], "
        f"key_results: [{', '.join(low)}]}}\n"
    )
    return plan_findings(read_document(text, "q4.yaml"), None, {})[1]


def derived(name: str, *children: str, operation: str = "sum", unit: str = "") -> str:
    source = f"source: {{key_results: {{{operation}: [{', '.join(children)}]}}}}"
    return key_result(name, source, unit)


def test_a_key_result_may_take_its_value_from_others_of_the_same_unit() -> None:
    assert not check(derived("t", "a", "b"), key_result("a"), key_result("b"))


@pytest.mark.parametrize(
    ("top", "rule", "told"),
    [
        (derived("t", "a", "bb"), "unknown-key-result", "`bb` is not in the plan"),
        (derived("t", "a", "b", unit="CHF"), "derived-unit", "`a` is measured in no unit"),
        (derived("t", "a", "done"), "derived-kind", "`done` is of kind binary"),
    ],
    ids=["unknown", "unit", "kind"],
)
def test_what_cannot_be_added_up_is_an_error(top: str, rule: str, told: str) -> None:
    done = "{id: done, title: done, metric: {kind: binary}}"
    found = check(top, key_result("a"), key_result("b"), done)
    assert {each.rule for each in found} == {rule}
    assert told in found[0].message


def test_a_loop_is_named_whole() -> None:
    (found,) = check(derived("t", "a"), derived("a", "t"))
    assert found.rule == "derived-loop"
    assert "`t` → `a` → `t`" in found.message


def test_what_a_parent_counts_moves_it_once() -> None:
    (found,) = check(derived("t", "a"), key_result("a"), more=", counts: {p: 1}")
    assert (found.rule, found.severity) == ("derived-twice", "error")


@pytest.mark.parametrize(
    "fields", ["{}", "{sum: [a], max: [a]}", "{sum: [a, a]}", "{product: [a]}"]
)
def test_one_operation_over_key_results_is_asked_for(fields: str) -> None:
    found = check(key_result("t", f"source: {{key_results: {fields}}}"), key_result("a"))
    assert found
    assert all(each.severity == "error" for each in found)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("metric: {kind: binary}, guard: true", "a guard is a band, not binary"),
        ("metric: {kind: at_most, bound: 5}, guard: true, weight: 2", "a guard has no weight"),
        (
            "metric: {kind: at_most, bound: 5}, guard: true, worth: {points: 3}",
            "a guard is worth nothing",
        ),
    ],
    ids=["kind", "weight", "worth"],
)
def test_a_guard_is_a_band_without_weight_and_worth(more: str, told: str) -> None:
    (found,) = check(f"{{id: g, title: G, {more}}}", key_result("a"))
    assert told in found.message
    assert not check("{id: g, title: G, metric: {kind: at_most, bound: 5}, guard: true}")
