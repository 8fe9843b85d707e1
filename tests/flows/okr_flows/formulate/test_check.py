"""Texts are checked by all rules that applying them takes, whatever door they come through."""

from __future__ import annotations

import pytest
from okr_command import PLAN, WORKSPACE

from okr_core.errors import DocumentError
from okr_core.files.document import load_workspace
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Workspace
from okr_flows.formulate.check import check, proposed_workspace, refuse_errors

ACME = load_workspace(WORKSPACE)


def rules(text: str, workspace: Workspace | None = ACME) -> list[str]:
    (document,) = check({"plan.yaml": text}, workspace, {})
    return [finding.rule for finding in document.findings if finding.severity == "error"]


def test_a_plan_is_checked_against_the_workspace_that_is_given() -> None:
    stranger = PLAN.replace("role: growth-lead", "role: nobody-knows")
    assert (rules(PLAN), rules(stranger)) == ([], ["unknown-role"])
    assert rules(stranger, None) == []


def test_a_workspace_among_the_texts_is_the_one_that_plans_refer_to() -> None:
    renamed = WORKSPACE.replace("growth-lead:", "growth-head:")
    workspace, plan = check({"plan.yaml": PLAN, "okr.yaml": renamed}, ACME, {})
    assert (workspace.kind, plan.kind) == ("workspace", "plan")
    assert [each.rule for each in plan.findings if each.severity == "error"] == ["unknown-role"]
    assert proposed_workspace([plan, workspace]) == workspace.found


@pytest.mark.parametrize(
    ("written", "instead", "rule"),
    [
        ("measure: count", "measure: counts", "invalid"),
        ("source: {jira:", "source: {jirra:", "unknown-source"),
    ],
)
def test_bindings_are_checked_by_the_source_that_reads_them(
    written: str, instead: str, rule: str
) -> None:
    assert rule in rules(PLAN.replace(written, instead))


@pytest.mark.parametrize(
    ("connection", "rule"),
    [
        ("{kind: jiraa, url: https://acme.example}", "unknown-source"),
        ("{kind: jira, url: http://acme.example}", "open-http"),
        ("{kind: jira}", "missing"),
        ("{kind: notion, options: {report_parent: here}}", "report-page"),
    ],
)
def test_a_connection_that_no_request_could_use_is_named(connection: str, rule: str) -> None:
    text = WORKSPACE.replace("{kind: jira, url: https://acme.atlassian.net}", connection)
    (document,) = check({"okr.yaml": text}, None, {})
    assert [finding.rule for finding in document.findings] == [rule]


def test_an_address_may_come_from_the_environment() -> None:
    text = WORKSPACE.replace(", url: https://acme.atlassian.net", "")
    (document,) = check({"okr.yaml": text}, None, {"OKR_ACME_URL": "https://acme.example"})
    assert document.findings == ()


def test_what_is_no_yaml_is_a_finding_and_its_name_says_what_it_was_meant_to_be() -> None:
    broken = check({"a/okr.yaml": "people: {", "b/q4.yaml": "cycle: {"}, None, {})
    assert [(each.kind, each.found) for each in broken] == [("workspace", None), ("plan", None)]
    with pytest.raises(DocumentError) as refused:
        refuse_errors(broken)
    assert {finding.file for finding in refused.value.findings} == {"a/okr.yaml", "b/q4.yaml"}


def test_without_errors_nothing_is_refused() -> None:
    documents = check({"okr.yaml": WORKSPACE, "plan.yaml": PLAN}, None, {})
    refuse_errors(documents)
    assert [type(each.found) for each in documents] == [Workspace, Plan]


@pytest.mark.parametrize(
    ("carried", "told"),
    [
        ("onboarding", "`onboarding` names no objective."),
        ("2026-q4/onboarding", "is of this cycle"),
        ("2026-q3/onbording", "cycle `2026-q3` has no objective `onbording`."),
        ("2026-q3/onboarding", ""),
    ],
    ids=["no cycle", "own cycle", "unknown", "known"],
)
def test_what_an_objective_is_carried_from_is_there(carried: str, told: str) -> None:
    cycle = (
        "cycle: {{id: {0}, starts: {1}, ends: {2}}}\nobjectives:\n  - {{id: {3}, title: T{4}}}\n"
    )
    earlier = cycle.format("2026-q3", "2026-07-01", "2026-09-30", "onboarding", "")
    more = f", carried_from: {carried}"
    now = cycle.format("2026-q4", "2026-10-01", "2026-12-31", "activation", more)
    found = check({"q4.yaml": now, "q3.yaml": earlier}, None, {})[0]
    messages = [each.message for each in found.findings if each.rule == "carried-from"]
    assert len(messages) == bool(told)
    assert told in "".join(messages)
