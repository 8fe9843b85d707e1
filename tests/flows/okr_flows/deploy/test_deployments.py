"""What Prefect should run for a cycle, and when."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from okr_core.errors import DocumentError
from okr_core.files.document import load_plan, load_workspace
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Workspace
from okr_flows.deploy.deploy import flow_at, form_of
from okr_flows.deploy.deployments import (
    FLOWS,
    Deployment,
    Schedule,
    ScheduledFlow,
    at,
    deployments_of,
)
from okr_sandbox.demo import build_world, text

ROOT = Path(__file__).resolve().parents[4]
WORKSPACE = """\
organization: Acme
people: {ada: {name: Ada}}
connections:
  acme: {kind: jira, url: https://acme.atlassian.net, runs_at_once: 2}
  wiki: {kind: notion, schedule: "30 7 * * 1"}
  idle: {kind: notion}
"""
JIRA = '{jira: {connection: acme, jql: "labels = x", measure: count}}'
NOTION = "{notion: {connection: wiki, data_source: x, measure: count}}"


def _schedules(*key_results: str, workspace: str = WORKSPACE) -> tuple[Schedule, ...]:
    return _deployments(*key_results, workspace=workspace)["sync-progress"].schedules


def _deployments(*key_results: str, workspace: str = WORKSPACE) -> dict[str, Deployment]:
    found = deployments_of(load_workspace(workspace), _plan(*key_results), "acme")
    return {each.flow: each for each in found}


def _plan(*key_results: str) -> Plan:
    lines = "\n".join(f"      - {{{each}}}" for each in key_results)
    return load_plan(
        "cycle: {id: q4, starts: 2026-10-01, ends: 2026-12-31, timezone: Asia/Shanghai}\n"
        "objectives:\n  - id: a\n    title: A\n    owner: ada\n    key_results:\n" + lines
    )


def _key_result(id_: str, source: str, **more: str) -> str:
    extra = "".join(f", {name}: {value}" for name, value in more.items())
    return (
        f"id: {id_}, title: T, metric: {{kind: increase, baseline: 0, target: 9}}, "
        f"source: {source}{extra}"
    )


def test_each_connection_that_serves_key_results_has_a_schedule_in_the_cycles_zone() -> None:
    acme, wiki = _schedules(_key_result("a.b", JIRA), _key_result("a.n", NOTION))
    assert (acme.slug, acme.timezone) == ("okr-sync-acme", "Asia/Shanghai")
    assert acme.parameters == {"cycle": "q4", "connection": "acme"}
    assert wiki.slug == "okr-sync-wiki"


def test_a_schedule_that_the_connection_names_wins() -> None:
    (wiki,) = _schedules(_key_result("a.n", NOTION))
    assert wiki.cron == "30 7 * * 1"


@pytest.mark.parametrize(
    ("cadences", "cron"),
    [
        (("weekly",), "0 6 * * 1-5"),
        (("monthly", "weekly"), "0 6 * * 1-5"),
        (("biweekly", "monthly"), "0 6 * * 1"),
        (("monthly",), "0 6 * * 1"),
    ],
)
def test_a_connection_is_read_as_often_as_its_fastest_key_result_needs(
    cadences: tuple[str, ...], cron: str
) -> None:
    key_results = [_key_result(f"a.k{n}", JIRA, cadence=each) for n, each in enumerate(cadences)]
    (acme,) = _schedules(*key_results)
    assert acme.cron == cron


def test_dropped_and_manual_key_results_ask_for_no_schedule() -> None:
    dropped = _key_result("a.b", JIRA, state="dropped", state_reason="changed our mind")
    assert _schedules(dropped, _key_result("a.m", "{manual: {}}")) == ()


def test_a_connection_that_people_check_in_with_is_read_as_often_as_they_say_something() -> None:
    said = WORKSPACE + '  talk: {kind: notion, check_ins: {data_source: "0"}}\n'
    by_hand = "id: a.c, title: T, metric: {kind: increase, baseline: 0, target: 9}"
    (talk,) = _schedules(by_hand, workspace=said)
    assert (talk.slug, talk.cron) == ("okr-sync-talk", "0 6 * * 1-5")
    assert talk.parameters == {"cycle": "q4", "connection": "talk"}


def test_a_connection_that_is_not_in_the_workspace_has_no_schedule() -> None:
    gone = '{jira: {connection: gone, jql: "labels = x", measure: count}}'
    assert _schedules(_key_result("a.b", gone)) == ()


def test_key_results_without_a_connection_are_read_by_name() -> None:
    http = '{http: {url: "https://example.com", value: n}}'
    (nameless,) = _schedules(_key_result("a.h", http), _key_result("a.i", http))
    assert nameless.slug == "okr-sync"
    assert nameless.parameters == {"cycle": "q4", "only": ["a.h", "a.i"]}


def test_what_no_cycle_has_reads_for_can_still_be_started_by_hand() -> None:
    by_hand = _deployments(_key_result("a.m", "{manual: {}}"))["sync-progress"]
    assert by_hand.schedules == ()


def test_a_later_flow_is_one_row_of_the_table() -> None:
    row = ScheduledFlow("run-cycle", "okr_flows.x.y", "Ticks", at("okr-run", "5 0 * * *", dry=True))
    (deployment,) = deployments_of(
        load_workspace(WORKSPACE), _plan(_key_result("a.b", JIRA)), "acme", [row]
    )
    assert deployment.full_name == "run-cycle/acme-q4"
    assert deployment.description.startswith("Ticks of Acme, cycle q4 (2026-10-01 to 2026-12-31).")
    assert deployment.schedules == (
        Schedule("okr-run", "5 0 * * *", "Asia/Shanghai", {"cycle": "q4", "dry": True}),
    )


@pytest.mark.parametrize("cron", ["daily", "0 6 * *", "61 * * * *", "0 6 * * 9", "0 0 6 * * 1"])
def test_a_schedule_that_is_none_is_an_error_with_its_line(cron: str) -> None:
    with pytest.raises(DocumentError, match=r"okr.yaml:5.*is no schedule. Write minute"):
        load_workspace(WORKSPACE.replace("30 7 * * 1", cron))


@pytest.mark.parametrize("row", FLOWS, ids=lambda row: row.name)
def test_the_entrypoint_leads_to_the_flow_which_takes_what_its_schedules_give(
    row: ScheduledFlow,
) -> None:
    flow = flow_at(row.entrypoint)
    assert flow.name == row.name
    deployment = _deployments(_key_result("a.b", JIRA))[row.name]
    for parameters in (deployment.parameters, *(each.parameters for each in deployment.schedules)):
        flow.validate_parameters(dict(parameters))


@pytest.mark.parametrize("row", FLOWS, ids=lambda row: row.name)
def test_the_form_explains_every_parameter_and_asks_for_nothing_that_it_does_not_have(
    row: ScheduledFlow,
) -> None:
    form: Any = form_of(row.entrypoint)
    assert "required" not in form  # what is missing would crash before the flow can refuse it
    shared = {f"#/definitions/{name}": each for name, each in form.get("definitions", {}).items()}
    for name, field in form["properties"].items():
        # Of a choice that is described in the same words Prefect keeps only the choice's own.
        assert {**shared.get(field.get("$ref"), {}), **field}.get("description"), name


def test_the_table_is_read_without_importing_prefect_or_a_flow() -> None:
    script = (
        "import sys, okr_flows.deploy.diff, okr_flows.deploy.deployments\n"
        "import okr_flows.deploy.deployments as t\n"
        "flows = {row.entrypoint.rpartition('.')[0] for row in t.FLOWS}\n"
        "sys.exit(bool({'prefect', *flows} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_prefect_yaml_deploys_what_okr_deploy_would() -> None:
    file = YAML(typ="safe").load((ROOT / "deployments" / "prefect.yaml").read_text())
    plan = load_plan(text("2026-q3.yaml", build_world().places))
    wanted = deployments_of(_demo(), plan, _demo().id or "")
    assert file["pull"] == []
    assert [_written(each) for each in file["deployments"]] == [
        (
            each.name,
            each.entrypoint,
            each.parameters,
            each.tags,
            each.schedules,
        )
        for each in wanted
    ]


def _written(deployment: dict[str, Any]) -> tuple[object, ...]:
    return (
        deployment["name"],
        deployment["entrypoint"],
        deployment["parameters"],
        tuple(deployment["tags"]),
        tuple(
            Schedule(each["slug"], each["cron"], each["timezone"], each["parameters"])
            for each in deployment.get("schedules", ())
        ),
    )


def _demo() -> Workspace:
    places = {"jira_url": "http://127.0.0.1:1/jira", "notion_url": "http://127.0.0.1:1/notion"}
    places |= {"page_url": "http://127.0.0.1:2", "mail_server": "127.0.0.1:3"}
    return load_workspace(text("okr.yaml", {**build_world().places, **places}))
