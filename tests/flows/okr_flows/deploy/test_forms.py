"""What the forms of deployments offer, and that they take nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from okr_core.files.document import load_plan, load_workspace
from okr_flows.deploy.deploy import form_of
from okr_flows.deploy.deployments import FLOWS
from okr_flows.deploy.forms import MOST, choices_of, strict_form

WORKSPACE = """\
organization: Acme
people: {ada: {name: Ada}}
teams: {growth: {name: Growth}}
audiences: {board: [progress]}
connections:
  acme: {kind: jira, url: "https://acme.atlassian.net"}
  idle: {kind: notion}
"""
PLAN = """\
cycle: {id: q4, starts: 2026-10-01, ends: 2026-12-31}
objectives:
  - id: a
    title: A
    owner: ada
    key_results:
"""
BOUND = (
    "      - {{id: {id}, title: T, metric: {{kind: increase, baseline: 0, target: 9}}, "
    'source: {{jira: {{connection: acme, jql: "labels = x", measure: count}}}}}}\n'
)
BY_HAND = "      - {id: a.m, title: T, metric: {kind: increase, baseline: 0, target: 9}}\n"


def forms(*bound: str) -> dict[str, Any]:
    """Flow → its form, for a plan with these key results and one that is entered by hand."""
    return forms_of(PLAN + BY_HAND + "".join(BOUND.format(id=each) for each in bound))


def forms_of(plan: str) -> dict[str, Any]:
    """Flow → its form for a plan."""
    choices = choices_of(load_workspace(WORKSPACE), load_plan(plan))
    return {flow.name: strict_form(form_of(flow.entrypoint), choices) for flow in FLOWS}


def refused(form: Any, parameters: dict[str, object]) -> bool:
    """Whether Prefect's check would refuse the parameters."""
    return not Draft202012Validator(form).is_valid(parameters)


@pytest.mark.parametrize("flow", [flow.name for flow in FLOWS])
def test_every_form_is_a_valid_schema_that_takes_no_unknown_key_and_no_other_cycle(
    flow: str,
) -> None:
    form = forms("a.b")[flow]
    Draft202012Validator.check_schema(form)
    assert not refused(form, {"cycle": "q4"})
    assert not refused(form, {})
    assert refused(form, {"cycle": "q4", "cicle": "q4"})
    assert refused(form, {"cycle": "q9"})


def test_a_sync_offers_what_is_bound_and_the_connections_that_serve_it() -> None:
    form = forms("a.b", "a.c")["sync-progress"]
    assert form["properties"]["connection"]["enum"] == ["", "acme"]
    assert not refused(form, {"only": ["a.b", "a.c"]})
    assert refused(form, {"only": ["a.m"]})
    assert refused(form, {"connection": "idle"})
    assert all(field["description"] for field in form["properties"].values())


def test_a_report_offers_the_company_its_teams_and_its_audiences_and_no_person() -> None:
    form = forms("a.b")["report-cycle"]
    assert form["properties"]["audience"]["enum"] == ["company", "team:growth", "board"]
    assert refused(form, {"audience": "person:ada"})
    assert refused(form, {"formats": ["docx"]})
    assert refused(form, {"language": "de"})


def test_where_nothing_is_bound_no_key_result_is_taken() -> None:
    form = forms()["sync-progress"]
    Draft202012Validator.check_schema(form)
    assert refused(form, {"only": ["a.m"]})
    assert not refused(form, {"only": []})


def test_a_list_that_nobody_could_choose_from_stays_a_text() -> None:
    form = forms(*(f"a.k{number}" for number in range(MOST + 1)))["sync-progress"]
    assert "enum" not in str(form["properties"]["only"])
    assert not refused(form, {"only": ["anything"]})  # the flow refuses it


PARTS = (
    "      - {id: a.p, title: P, metric: {kind: milestones, parts: [{id: one, title: 1}]}}\n"
    "      - {id: a.s, title: S, metric: {kind: increase, baseline: 0, target: 9}, "
    "source: {key_results: {sum: [a.m]}}}\n"
)


def test_a_check_in_offers_people_and_what_they_may_check_in_on() -> None:
    form = forms_of(PLAN + BY_HAND + PARTS)["check-in"]
    assert form["properties"]["person"]["enum"] == ["", "ada"]
    assert form["properties"]["key_result"]["enum"] == ["", "a.m", "a.p/one"]
    whole = {"person": "ada", "key_result": "a.m", "value": "7", "confidence": "6", "sure": True}
    assert not refused(form, whole)
    for wrong in ({"person": "eve"}, {"key_result": "a.p"}, {"confidence": "11"}, {"sure": "no"}):
        assert refused(form, {**whole, **wrong}), wrong
    assert refused(form, {**whole, "note": "x" * 2001})
    assert all(field["description"] for field in form["properties"].values())


def test_where_okr_yaml_names_no_people_a_form_takes_any_name() -> None:
    workspace = load_workspace("organization: Acme")
    choices = choices_of(workspace, load_plan(PLAN + BY_HAND))
    form = strict_form(form_of("okr_flows.forms.decide.decide_form"), choices)
    Draft202012Validator.check_schema(form)
    assert not refused(form, {"person": "ada", "question": "Q4K7M", "reply": "act"})
