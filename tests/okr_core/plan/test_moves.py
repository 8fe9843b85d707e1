"""What moves a figure: every field of a plan and every kind of entry says so."""

import pytest

from okr_core.files.document import load_plan
from okr_core.plan.cycle import Cycle
from okr_core.plan.moves import CYCLE, ENTRIES, KEY_RESULT, OBJECTIVE
from okr_core.plan.plan import KeyResult, Objective
from okr_core.plan.revision import diff_plans, needs_reason
from okr_core.record.entries import JUDGED_BY, KINDS

PLAN = """
cycle: {id: q4, starts: 2026-10-01, ends: 2026-12-31}
objectives:
  - id: goal
    title: Revenue grows
    owner: ana
    team: sales
    ambition: AMBITION
    hypothesis: {belief: Guides help}
    why: It pays us
    key_results:
      - id: kr
        title: Revenue from 0 to 100
        metric: {kind: increase, baseline: 0, target: 100}
        cadence: weekly
        pace: {curve: linear}
        contributors: {ana: 1}
  - {id: other, title: Another goal, owner: ana, contributes_to: [goal]}
"""


def test_every_field_of_a_plan_says_whether_it_moves_a_figure() -> None:
    assert CYCLE.keys() == set(Cycle.model_fields)
    assert OBJECTIVE.keys() == set(Objective.model_fields)
    assert KEY_RESULT.keys() == set(KeyResult.model_fields)


def test_every_kind_of_entry_says_whether_it_moves_a_figure() -> None:
    assert ENTRIES.keys() == KINDS


def test_what_scores_rest_on_moves_figures() -> None:
    assert not [kind for kind in JUDGED_BY if not ENTRIES[kind]]


def test_what_moves_a_figure_asks_for_a_reason_in_every_part_of_a_plan() -> None:
    for part in (*CYCLE.values(), *OBJECTIVE.values(), *KEY_RESULT.values()):
        assert part.moves <= (part.asks != "never")


def _asked(old: str, new: str, ambition: str = "aspirational") -> set[str]:
    before = PLAN.replace("AMBITION", ambition)
    assert old in before
    changes = diff_plans(load_plan(before), load_plan(before.replace(old, new)))
    assert changes
    return {change.field or change.kind for change in needs_reason(changes, started=True)}


@pytest.mark.parametrize(
    ("old", "new", "asked"),
    [
        ("target: 100}", "target: 90}", {"metric.target"}),
        ("cadence: weekly", "cadence: monthly", {"cadence"}),
        ("cadence: weekly", "starts: 2026-10-20", {"starts"}),
        ("cadence: weekly", "state: dropped\n        state_reason: sold", {"state"}),
        ("cadence: weekly", "worth: {points: 5}", {"worth.points"}),
        ("contributors: {ana: 1}", "contributors: {ana: 2}", {"contributors.ana"}),
        (
            "contributors: {ana: 1}",
            "source: {jira: {jql: a}}",
            {"contributors.ana", "source.jira.jql"},
        ),
        ("title: Revenue from 0 to 100", "title: Revenue grows a lot", {"title"}),
        ("title: Another goal", "title: Goal number 2", {"title"}),
        ("team: sales", "team: marketing", {"team"}),
        ("ends: 2026-12-31", "ends: 2026-12-30", {"cycle.ends"}),
        ("ends: 2026-12-31", "ends: 2026-12-31, grace_days: 9", {"cycle.grace_days"}),
        ("ends: 2026-12-31", 'ends: 2026-12-31, cutoff: "2027-01-04T12:00"', {"cycle.cutoff"}),
        ("team: sales", "team: sales\n    counts: {other: 1}", {"counts.other"}),
        (
            "  - {id: other, title: Another goal, owner: ana, contributes_to: [goal]}",
            "",
            {"removed"},
        ),
        ("[goal]}", "[goal]}\n  - {id: third, title: Third, owner: ana}", {"added"}),
    ],
)
def test_what_is_agreed_asks_for_a_reason(old: str, new: str, asked: set[str]) -> None:
    assert _asked(old, new) == asked


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("why: It pays us", "why: It pays everyone"),
        ("belief: Guides help", "belief: Guides help a lot"),
        ("curve: linear", "curve: s_curve"),
        ("title: Revenue grows", "title: Revenue rises"),
        ("title: Another goal, owner: ana", "title: Another goal, owner: bo"),
        (", contributes_to: [goal]", ""),
        ("why: It pays us", "mirror: {jira: {issue: A-1}}"),
    ],
)
def test_words_roles_and_drawn_links_ask_for_none(old: str, new: str) -> None:
    assert not _asked(old, new)


def test_the_hypothesis_of_a_learning_objective_is_what_it_is_judged_by() -> None:
    change = "belief: Guides help", "belief: Guides help a lot"
    assert _asked(*change, ambition="learning") == {"hypothesis.belief"}
