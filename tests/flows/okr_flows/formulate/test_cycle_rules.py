"""Plans of several cycles: one file each, no days twice, nothing carried over from nothing."""

from __future__ import annotations

import pytest

from okr_core.errors import Finding
from okr_core.files.cycle_rules import cycle_in
from okr_flows.formulate.check import OtherPlans, check

Q3, Q4 = "2026-07-01, ends: 2026-09-30", "2026-10-01, ends: 2026-12-31"
YEAR = "2026-01-01, ends: 2026-12-31"


def plan(cycle: str, days: str, extra: str = "", carried: str = "") -> str:
    line = f"    carried_from: {carried}\n" if carried else ""
    return (
        f"cycle: {{id: {cycle}, starts: {days}{extra}}}\n"
        "objectives:\n"
        "  - id: onboarding\n"
        "    title: New teams reach value\n"
        "    owner: ada\n"
        f"{line}"
        "    key_results:\n"
        "      - {id: k, title: K, metric: {kind: binary}}\n"
    )


def findings(others: OtherPlans | None = None, **texts: str) -> list[Finding]:
    files = {f"{name}.yaml": text for name, text in texts.items()}
    documents = check(files, None, {}, others or OtherPlans())
    return [finding for document in documents for finding in document.findings]


def test_two_files_of_one_cycle_name_each_other() -> None:
    found = findings(a=plan("2026-q4", Q4), b=plan("2026-q4", Q3))
    assert [each.rule for each in found] == ["duplicate-cycle"] * 2
    assert str(found[0]).startswith("a.yaml:1: cycle: id: `2026-q4` is also the cycle of b.yaml:1.")
    assert {each.severity for each in found} == {"error"}


def test_a_file_that_is_not_checked_itself_is_named_too() -> None:
    broken = plan("2026-q4", Q4) + "      - {id: }}\n"
    others = OtherPlans({"q4.yaml": broken, "broken.yaml": "2026-q4: {"})
    (found,) = findings(others, copy=plan("2026-q4", Q3))
    assert "q4.yaml:1" in found.message


def test_a_copy_that_cannot_be_built_is_still_a_copy() -> None:
    rules = [each.rule for each in findings(a=plan("q", Q4), b=plan("q", Q4, ", endz: 1"))]
    assert rules.count("duplicate-cycle") == 2


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (plan("2026-q3", Q3), plan("2026-q4", Q4), False),
        (plan("2026", YEAR), plan("2026-q4", Q4), True),
        (plan("2026", YEAR), plan("2026-q4", Q4, ", parent: 2026"), False),
        (plan("2026-q4", Q4, ", parent: 2026"), plan("2026", YEAR), False),
        (plan("2026-q4", Q4), plan("autumn", "2026-09-01, ends: 2026-10-01"), True),
    ],
)
def test_days_that_two_cycles_share_are_warned_of_unless_one_is_part_of_the_other(
    one: str, other: str, told: bool
) -> None:
    found = findings(a=one, b=other)
    assert [(each.rule, each.severity) for each in found] == (
        [("overlapping-cycles", "warning")] if told else []
    )


def test_the_warning_names_both_the_days_and_what_to_write() -> None:
    (found,) = findings(a=plan("2026", YEAR), b=plan("2026-q4", Q4))
    assert str(found) == (
        "b.yaml:1: cycle: `2026-q4` and `2026` (a.yaml:1) are both under way from 2026-10-01 to "
        "2026-12-31. Correct the days, or write `parent: 2026` into `2026-q4` if it is part of it."
    )


@pytest.mark.parametrize(
    ("carried", "message"),
    [
        ("2026-q3/onboarding", ""),
        ("2026-q2/start", ""),
        ("2026-q3/onbording", "cycle `2026-q3` has no objective `onbording`."),
        ("2025-q1/start", "there is no plan of cycle `2025-q1`, neither in a file nor applied."),
        ("2026-q4/onboarding", "`2026-q4/onboarding` is of this cycle itself."),
        ("onboarding", "`onboarding` names no objective of another cycle."),
    ],
)
def test_what_is_carried_over_comes_from_an_objective_that_there_was(
    carried: str, message: str
) -> None:
    others = OtherPlans({"q3.yaml": plan("2026-q3", Q3)}, {"2026-q2": {"start"}}.get)
    found = findings(others, q4=plan("2026-q4", Q4, carried=carried))
    assert [each.rule for each in found] == (["unknown-origin"] if message else [])
    assert all(message in each.message and each.severity == "error" for each in found)


def test_the_objective_that_was_meant_is_named() -> None:
    (found,) = findings(a=plan("2026-q3", Q3), b=plan("2026-q4", Q4, carried="2026-q3/onbording"))
    assert found.fix == "Closest: `2026-q3/onboarding`."
    assert found.line == 6


def test_days_shared_with_a_file_that_is_not_checked_itself_are_warned_of() -> None:
    others = OtherPlans({"year.yaml": plan("2026", YEAR)})
    (found,) = findings(others, q4=plan("2026-q4", Q4))
    assert "`2026` (year.yaml:1)" in found.message
    assert findings(others, q4=plan("2026-q4", Q4, ", parent: 2026")) == []


@pytest.mark.parametrize(
    "text",
    [
        "cycle: {id: q4, starts: 2026-10-01,\n  ends: 2026-12-31\n}\nobjectives: [\n",
        "# a\n\ncycle:\n\n  # the last one\n  id: q4\nobjectives: [{id: a}]\n",
        "objectives: []\ncycle:\n  id: q4\n",
        "{cycle: {id: q4}, objectives: []}",
        "cycle:\r\n  id: q4\r\nobjectives: []\r\n",
    ],
)
def test_the_cycle_of_a_file_is_found_however_it_is_written(text: str) -> None:
    file = cycle_in(text, "a.yaml")
    assert file is not None
    assert file.cycle_id == "q4"
