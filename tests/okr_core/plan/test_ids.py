"""Ids: what a person typed is a key result's id or title, with a part where it has milestones."""

from __future__ import annotations

import pytest

from okr_core.errors import InputError
from okr_core.files.document import load_plan
from okr_core.plan.ids import key_result_named, objective_named, part_named

PLAN = load_plan("""\
cycle: {id: 2025-q4, starts: 2025-10-01, ends: 2025-12-31}
objectives:
  - id: one
    title: Ship safely
    owner: ada
    key_results:
      - {id: one.bugs, title: Bugs from 10 to 1, metric: {kind: decrease, baseline: 10, target: 1}}
      - {id: one.tests, title: A/B tests, metric: {kind: increase, baseline: 0, target: 9}}
      - {id: one.same, title: Twice, metric: {kind: increase, baseline: 0, target: 9}}
      - id: one.launch
        title: Launch
        metric:
          kind: milestones
          parts: [{id: beta, title: Beta}, {id: live, title: Live}]
  - id: two
    title: one.bugs
    owner: ada
    key_results:
      - {id: two.same, title: TWICE, metric: {kind: increase, baseline: 0, target: 9}}
      - {id: two.id, title: one.tests, metric: {kind: increase, baseline: 0, target: 9}}
""")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("one.bugs", ("one.bugs", "")),
        ("Bugs from 10 to 1", ("one.bugs", "")),
        ("bugs  FROM 10 to 1", ("one.bugs", "")),
        ("A/B tests", ("one.tests", "")),
        ("one.launch/beta", ("one.launch", "beta")),
        ("Launch/live", ("one.launch", "live")),
    ],
)
def test_a_key_result_is_known_by_id_and_title(name: str, found: tuple[str, str]) -> None:
    kr, part = part_named(PLAN, name)
    assert (kr.id, part) == found


def test_an_id_is_nobody_elses_title() -> None:
    assert key_result_named(PLAN, "one.tests").title == "A/B tests"


def test_a_title_of_several_is_answered_with_their_ids() -> None:
    with pytest.raises(InputError, match=r"named twice: `one\.same`, `two\.same`\."):
        key_result_named(PLAN, "twice")


def test_an_objective_is_known_by_id_and_title() -> None:
    assert objective_named(PLAN, "ship safely").id == objective_named(PLAN, "one").id == "one"
    with pytest.raises(InputError, match="has no objective `ship`"):
        objective_named(PLAN, "ship")


@pytest.mark.parametrize("name", ["bugs", "one.bugs/x", "Launch", "Launch/x", "x/y"])
def test_what_names_none_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        part_named(PLAN, name)
