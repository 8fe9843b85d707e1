"""Of all that waits, what waits for one person; what is theirs to report."""

from datetime import date

import pytest
from web_company import PLAN, WORKSPACE

from okr_core.basics.command import okr
from okr_core.files.document import load_plan, load_workspace
from okr_core.open.entry import Addressee, Answer, OpenEntry, OpenKind
from okr_flows.owed.waiting import is_to_report, roles_of, waiting_for

DAY = date(2026, 11, 24)


def entry(kind: OpenKind, item: str, deadline: date | None, *people: str) -> OpenEntry:
    answer = Answer("act", okr("decide"), "it is done")
    to = Addressee(None, people)
    return OpenEntry(f"Q{item}", kind, item, item, "?", to, (answer,), deadline=deadline)


def test_what_waits_for_others_is_left_out_and_what_is_due_first_comes_first() -> None:
    entries = [
        entry("check_in", "late", date(2026, 11, 20), "ada", "ben"),
        entry("check_in", "never", None, "ada"),
        entry("check_in", "later", date(2026, 11, 10), "ada"),
        entry("check_in", "theirs", date(2026, 11, 1), "ben"),
        entry("risk", "goal", date(2026, 10, 1), "ada"),
        entry("risk", "nobody's", date(2026, 10, 1)),
    ]
    assert [each.item for each in waiting_for("ada", entries)] == [
        "later",
        "late",
        "never",
        "goal",
    ]


def test_roles_are_those_of_the_day() -> None:
    workspace = load_workspace(WORKSPACE)
    assert roles_of("ada", workspace, DAY) == ("growth-lead", "onboarding")
    assert roles_of("ada", workspace, date(2025, 1, 1)) == ("onboarding",)
    assert roles_of("ada", None, DAY) == ()


@pytest.mark.parametrize(
    ("person", "key_result", "theirs"),
    [
        ("ada", "word.referrals", True),
        ("chloe", "activation.week1", True),
        ("ada", "activation.week1", True),
        ("ada", "arrive.lead", False),
        ("noah", "word.referrals", False),
    ],
)
def test_who_holds_the_role_or_contributes_reports(
    person: str, key_result: str, theirs: bool
) -> None:
    plan, workspace = load_plan(PLAN), load_workspace(WORKSPACE)
    kr = plan.key_results_by_id[key_result]
    assert is_to_report(person, kr, plan, workspace, DAY) is theirs


def test_what_is_dropped_or_follows_from_others_is_nobody_s_to_report() -> None:
    text = PLAN.replace(
        "title: Median set-up time from 42 to 15 minutes\n",
        "title: Median set-up time from 42 to 15 minutes\n"
        "        state: dropped\n        state_reason: no use\n",
    )
    plan, workspace = load_plan(text), load_workspace(WORKSPACE)
    kr = plan.key_results_by_id["activation.setup"]
    assert not is_to_report("chloe", kr, plan, workspace, DAY)
