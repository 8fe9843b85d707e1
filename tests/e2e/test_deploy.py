"""Deployments on a real Prefect server with a process worker, from our wheel in an empty folder."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from deployed_workspace import EACH_MINUTE, Workspace, start
from prefect_stage import Chat, Stage
from wait import until

from okr_flows.deploy.deployments import FLOWS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_a_deployed_schedule_fires_by_itself_and_a_worker_in_an_empty_folder_syncs(
    prefect: Stage, workspace: Workspace
) -> None:
    where = prefect.python("import okr_flows; print(okr_flows.__file__)")
    assert "/wheel/okr_flows/" in where.out, "the worker would not run the wheel"
    workspace.apply({"acme": EACH_MINUTE})
    deployed = workspace.deploy()
    assert deployed.code == 0, deployed.err
    with prefect.running(
        "prefect", "worker", "start", "--pool", workspace.pool, env=workspace.env
    ) as worker:
        runs = until(lambda: prefect.ended(workspace.name), "a scheduled run ends", seconds=400)
    assert runs[0]["state"]["name"] == "Completed", "".join(worker.said)
    assert runs[0]["auto_scheduled"]
    assert runs[0]["parameters"] == {"cycle": workspace.cycle, "connection": "acme"}
    status = workspace.okr("status", "--format", "json", "--cycle", workspace.cycle).json
    assert status["objectives"][0]["key_results"][0]["current"] == "40"
    artifacts = prefect.post("artifacts/latest/filter")
    assert f"okr-acme-sync-{workspace.cycle}" in {each["key"] for each in artifacts}
    assert list(prefect.empty.iterdir()) == []


def test_a_scheduled_score_fires_by_itself_and_scores_what_was_read(
    prefect: Stage, workspace: Workspace
) -> None:
    workspace.apply({"acme": "0 6 * * *"})
    assert workspace.deploy().code == 0
    assert workspace.okr("sync", "--cycle", workspace.cycle).code == 0
    workspace.make_due("score-cycle")
    with prefect.running(
        "prefect", "worker", "start", "--pool", workspace.pool, env=workspace.env
    ) as worker:
        runs = until(
            lambda: prefect.ended(workspace.name, "score-cycle"), "a run ends", seconds=400
        )
    assert runs[0]["state"]["name"] == "Completed", "".join(worker.said)
    assert runs[0]["auto_scheduled"]
    assert runs[0]["parameters"] == {"cycle": workspace.cycle}
    artifacts = prefect.post("artifacts/latest/filter")
    assert f"okr-acme-scorecard-{workspace.cycle}" in {each["key"] for each in artifacts}
    assert list(prefect.empty.iterdir()) == []


def test_a_scheduled_report_fires_by_itself_and_each_route_gets_the_digest_of_the_week_once(
    prefect: Stage, workspace: Workspace, team_chat: Chat
) -> None:
    workspace.apply({"acme": "0 6 * * *"}, routes="{growth: team-chat}")
    assert workspace.deploy().code == 0
    assert workspace.okr("sync", "--cycle", workspace.cycle).code == 0
    workspace.make_due("report-cycle", digest=True)
    with prefect.running(
        "prefect", "worker", "start", "--pool", workspace.pool, env=workspace.env
    ) as worker:
        digest = until(lambda: team_chat.about("on track"), "the digest comes", seconds=400)
        until(lambda: prefect.ended(workspace.name, "report-cycle"), "one ends", seconds=400)
        workspace.make_due("report-cycle")
        runs = until(
            lambda: prefect.ended(workspace.name, "report-cycle")[1:], "two end", seconds=400
        )
    assert {run["state"]["name"] for run in runs} == {"Completed"}, "".join(worker.said)
    assert runs[0]["auto_scheduled"]
    assert runs[0]["parameters"] == {"cycle": workspace.cycle, "digest": True}
    assert workspace.cycle in digest["subject"]
    assert "needs attention" not in digest["subject"]
    assert len(team_chat.messages) == 1
    artifacts = prefect.post("artifacts/latest/filter")
    assert f"okr-acme-report-{workspace.cycle}" in {each["key"] for each in artifacts}
    assert list(prefect.empty.iterdir()) == []


def test_the_clock_alone_starts_scores_and_reports_and_ticks_each_hour(
    prefect: Stage, workspace: Workspace
) -> None:
    workspace.apply({"acme": "0 6 * * *"}, zone="Asia/Kolkata")
    assert workspace.deploy().code == 0
    planned = until(lambda: prefect.runs(workspace.name, "run-cycle", "SCHEDULED"), "it is planned")
    due = [
        datetime.fromisoformat(run["expected_start_time"]).astimezone(ZoneInfo("Asia/Kolkata"))
        for run in planned
    ]
    assert {f"{at:%M}" for at in due} == {"35"}
    for flow in ("score-cycle", "report-cycle"):
        assert workspace.schedules(flow) == {}


def test_a_route_is_told_of_a_suspect_reading_and_of_a_connection_that_is_down(
    prefect: Stage, workspace: Workspace, team_chat: Chat
) -> None:
    workspace.apply({"acme": "0 6 * * *"}, routes="{growth: team-chat}", target=1)
    assert workspace.deploy().code == 0
    workspace.make_due()
    with prefect.running(
        "prefect", "worker", "start", "--pool", workspace.pool, env=workspace.env
    ) as worker:
        suspect = until(
            lambda: team_chat.about("flow.acme is suspect"), "the notice comes", seconds=400
        )
        workspace.jira.stop()
        workspace.make_due()
        down = until(
            lambda: team_chat.about("flow.acme is unavailable"), "a second comes", seconds=400
        )
        # It tells before it ends, and ends with its worker.
        until(lambda: prefect.ended(workspace.name)[1:], "both have ended", seconds=400)
    assert suspect["subject"] == f"OKR {workspace.name}: a sync needs attention"
    assert "okr accept flow.acme" in suspect["body"], "".join(worker.said)
    assert "/runs/flow-run/" in suspect["body"]
    assert "does not answer" in down["body"] or "reach" in down["body"], down["body"]
    names = {each["state"]["name"] for each in prefect.ended(workspace.name)}
    assert names == {"Needs attention", "Connection down"}


@pytest.mark.parametrize("flow", [flow.name for flow in FLOWS if not flow.form])
def test_a_run_that_could_not_say_what_it_found_is_told_too(
    prefect: Stage, workspace: Workspace, team_chat: Chat, flow: str
) -> None:
    workspace.apply({"acme": "0 6 * * *"}, routes="{growth: team-chat}")
    assert workspace.deploy().code == 0
    lost = workspace.env | {"OKR_STORE_URL": str(workspace.folder / "nowhere.db")}
    # Started by hand: Prefect keeps back events of runs that its scheduler made in the last five
    # minutes, for a quarter of an hour.
    by_hand = prefect.deployment(workspace.name, flow)["id"]
    prefect.post(f"deployments/{by_hand}/create_flow_run")
    with prefect.running("prefect", "worker", "start", "--pool", workspace.pool, env=lost):
        told = until(lambda: team_chat.about("ended Failed"), "the notice comes", seconds=400)
    assert "nowhere.db" in told["body"]
    word = flow.partition("-")[0]
    assert told["subject"] == f"OKR {workspace.name}: a {word} needs attention"


def test_a_second_deploy_has_nothing_to_change(workspace: Workspace) -> None:
    workspace.apply({"acme": "0 6 * * *", "other": "0 7 * * *"})
    assert workspace.deploy().out.endswith(" changes made.\n")
    again = workspace.deploy()
    assert again.out == "Nothing to change: the server has what workspace and plans say.\n"


def test_a_dry_run_shows_the_changes_and_makes_none(workspace: Workspace) -> None:
    workspace.apply({"acme": "0 6 * * *"})
    before = workspace.prefect.post("deployments/count")
    shown = workspace.deploy("--dry-run")
    for each in FLOWS:
        assert f"+ deployment {each.name}/{workspace.name}\n" in shown.out
    for flow, slug in {"sync-progress": "okr-sync-acme", "run-cycle": "okr-tick"}.items():
        assert f"+ schedule {slug} of {flow}/{workspace.name}: " in shown.out
    assert "to make; none was made." in shown.out
    document = workspace.deploy("--dry-run", "--format", "json").json
    assert document["schema"] == "okr.deploy/1"
    named = {(each["kind"], each["name"], each["flow"]) for each in document["changes"]}
    assert ("deployment", workspace.name, "score-cycle") in named
    assert ("schedule", "okr-sync-acme", "sync-progress") in named
    assert ("work pool", workspace.pool, None) in named
    assert workspace.prefect.post("deployments/count") == before


def test_the_pool_is_of_the_type_that_was_asked_for_and_job_variables_are_kept(
    prefect: Stage, workspace: Workspace
) -> None:
    workspace.apply({"acme": "0 6 * * *"})
    unknown = workspace.deploy("--pool-type", "abacus")
    assert unknown.code == 2, unknown.out
    assert "Prefect knows no work pool of type `abacus`" in unknown.err
    options = ("--pool-type", "docker", "--work-queue", "night", "--job-variable", "image=okr:1")
    deployed = workspace.deploy(*options, "--job-variable", 'env={"A": "secret-b"}')
    assert deployed.code == 0, deployed.err
    assert "secret-b" not in deployed.out + deployed.err
    pool = prefect.get(f"work_pools/{workspace.pool}")
    assert pool["type"] == "docker"
    assert "image" in pool["base_job_template"]["variables"]["properties"]
    made = prefect.deployment(workspace.name)
    assert made["work_queue_name"] == "night"
    env = {"A": "secret-b", "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30"}
    assert made["job_variables"] == {"image": "okr:1", "env": env}
    assert workspace.deploy().out.startswith("Nothing to change")
    assert workspace.deploy("--job-variable", "image=okr:2").code == 0
    changed = prefect.deployment(workspace.name)["job_variables"]
    assert changed == {"image": "okr:2", "env": env}
    other = workspace.deploy("--pool-type", "process")
    assert (other.code, other.out) == (2, "")
    assert f"work pool `{workspace.pool}` is of type docker, not process" in other.err


def test_of_runs_that_are_late_together_only_the_newest_works_and_the_others_end_by_age(
    prefect: Stage, workspace: Workspace
) -> None:
    workspace.apply({"acme": "0 6 * * *"})
    assert workspace.deploy().code == 0
    workspace.make_three_late()
    by_hand = prefect.deployment(workspace.name)
    assert start(prefect, by_hand, {}).status_code == 201
    with prefect.running(
        "prefect", "worker", "start", "--pool", workspace.pool, env=workspace.env
    ) as worker:
        until(lambda: len(prefect.ended(workspace.name)) >= 4, "all have ended", seconds=400)
    ended = prefect.ended(workspace.name)
    scheduled = [run["state"]["name"] for run in ended if run["auto_scheduled"]]
    manual = [run["state"]["name"] for run in ended if not run["auto_scheduled"]]
    assert scheduled == ["Overtaken", "Overtaken", "Completed"], "".join(worker.said)
    assert manual == ["Completed"]
    assert "started too late" in ended[0]["state"]["message"]


def test_what_a_person_paused_stays_paused_and_what_is_gone_is_deleted(
    workspace: Workspace,
) -> None:
    workspace.apply({"acme": "0 6 * * *", "gone": "0 6 * * *"})
    assert workspace.deploy().code == 0
    deployment = workspace.prefect.deployment(workspace.name)
    place = f"deployments/{deployment['id']}/schedules"
    by_slug = {each["slug"]: each["id"] for each in deployment["schedules"]}
    workspace.prefect.patch(f"{place}/{by_slug['okr-sync-acme']}", {"active": False})
    own = {"schedule": {"cron": "0 1 * * *"}, "active": True, "slug": "nightly"}
    workspace.prefect.post(place, [own])
    tags = [*deployment["tags"], "mine"]
    workspace.prefect.patch(f"deployments/{deployment['id']}", {"tags": tags})
    workspace.apply({"acme": "0 9 * * *"})
    again = workspace.deploy()
    assert "cron: 0 6 * * * → 0 9 * * *" in again.out
    deployment_name = f"sync-progress/{workspace.name}"
    assert f"- schedule okr-sync-gone of {deployment_name}" in again.out
    assert f"schedule okr-sync-acme of {deployment_name} was paused" in again.err
    assert workspace.schedules() == {"okr-sync-acme": False, "nightly": True}
    assert "mine" in workspace.prefect.deployment(workspace.name)["tags"]


def test_a_route_whose_block_was_deleted_stops_everything_before_anything_is_done(
    workspace: Workspace,
) -> None:
    workspace.apply({"acme": "0 6 * * *"}, routes="{growth: gone-block}")
    refused = workspace.deploy()
    assert (refused.code, refused.out) == (2, "")
    assert "block `gone-block` in `routes` does not exist" in refused.err
    body = {"deployments": {"name": {"any_": [workspace.cycle]}}}
    assert workspace.prefect.post("deployments/count", body) == 0


def test_without_a_server_it_says_so(workspace: Workspace) -> None:
    workspace.apply({"acme": "0 6 * * *"})
    for address, said in (("", "no Prefect server is configured"), (None, "does not answer")):
        url = "http://127.0.0.1:9/api" if address is None else address
        ran = workspace.prefect.okr(
            "deploy", folder=workspace.folder, **workspace.env, PREFECT_API_URL=url
        )
        assert (ran.code, ran.out) == (3, ""), ran.err
        assert said in ran.err
        assert "prefect server start" in ran.err


def test_one_process_serves_the_same_schedules_and_ends_on_the_first_interrupt(
    prefect: Stage, workspace: Workspace
) -> None:
    workspace.apply({"acme": EACH_MINUTE})
    with prefect.running(
        "okr_stage_cli",
        "serve",
        "--cycle",
        workspace.cycle,
        folder=workspace.folder,
        env=workspace.env,
    ) as serving:
        until(lambda: serving.says("Serving"), "it serves", seconds=60)
        runs = until(lambda: prefect.ended(workspace.name), "a scheduled run ends", seconds=400)
        # Not earlier: as it starts it puts its schedules as they were.
        workspace.make_due("run-cycle")
        ticked = until(lambda: prefect.ended(workspace.name, "run-cycle"), "it ticks", seconds=400)
        form = prefect.deployment(workspace.name)["parameter_openapi_schema"]
        code = serving.end()
    assert form["additionalProperties"] is False
    assert form["properties"]["connection"]["enum"] == ["", "acme"]
    assert code == 0, "".join(serving.said)
    assert runs[0]["state"]["name"] == "Completed"
    assert ticked[0]["state"]["name"] == "Completed", "".join(serving.said)
    assert workspace.schedules() == {"okr-sync-acme": True}
    assert workspace.schedules("run-cycle") == {"okr-tick": True}
    kept = prefect.deployment(workspace.name)["job_variables"]["env"]
    assert kept == {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30"}


def test_serving_does_not_take_deployments_away_from_workers_that_poll(
    prefect: Stage, workspace: Workspace
) -> None:
    workspace.apply({"acme": "0 6 * * *"})
    assert workspace.deploy().code == 0
    with prefect.running(
        "prefect", "worker", "start", "--pool", workspace.pool, "--name", "ann", env=workspace.env
    ):
        workers = f"work_pools/{workspace.pool}/workers/filter"
        until(lambda: prefect.post(workers), "the worker polls", seconds=100)
        refused = workspace.okr("serve", "--cycle", workspace.cycle)
    assert (refused.code, refused.out) == (1, "")
    assert f"sync-progress/{workspace.name}" in refused.err
    assert f"which the pool `{workspace.pool}` hands to ann" in refused.err
    assert prefect.deployment(workspace.name)["work_pool_name"] == workspace.pool
