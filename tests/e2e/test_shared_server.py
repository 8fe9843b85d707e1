"""Several workspaces, and an earlier release, on one real Prefect server."""

from __future__ import annotations

from functools import partial

import pytest
from deployed_workspace import Workspace, start
from older_deployment import leave_older
from prefect_stage import Chat, Stage
from wait import until

NOTICES = ("clock stopped", "run late", "run lost", "run pending", "run silent", "team-chat")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_what_an_older_release_deployed_is_shown_and_taken_over_by_name_and_loses_nothing(
    prefect: Stage, workspace: Workspace, team_chat: Chat
) -> None:
    assert team_chat.messages == []
    workspace.apply({"acme": "0 6 * * *"}, routes="{growth: team-chat}")
    block = prefect.get("block_types/slug/custom-webhook/block_documents/name/team-chat")["id"]
    older = leave_older(prefect, workspace.cycle, workspace.pool, block)
    own = {"schedule": {"cron": "0 1 * * *"}, "active": False, "slug": "nightly"}
    prefect.post(f"deployments/{older['id']}/schedules", [own])
    run = prefect.post(f"deployments/{older['id']}/create_flow_run")["id"]
    # Beside it everything would run twice.
    refused = workspace.deploy()
    assert (refused.code, refused.out) == (1, "")
    assert (
        f"sync-progress/{workspace.cycle}: an earlier release deployed it, for Acme" in refused.err
    )
    assert f"`okr deploy --adopt {workspace.cycle} --dry-run`" in refused.err
    shown = workspace.deploy("--adopt", workspace.cycle, "--dry-run")
    taken = f"> deployment sync-progress/{workspace.cycle}: replaced by {workspace.name}\n"
    assert taken in shown.out
    upgraded = workspace.deploy("--adopt", workspace.cycle)
    assert upgraded.code == 0, upgraded.err
    assert taken in upgraded.out
    assert "    schedule nightly, which a person made, moves with it\n" in upgraded.out
    assert "- limit okr-sync-acme\n" in upgraded.out
    assert workspace.schedules() == {"okr-sync-acme": False, "nightly": False}
    left = prefect.deployment(workspace.cycle)
    assert (left["id"], left["schedules"]) == (older["id"], [])
    assert older["global_concurrency_limit"]["limit"] == 1
    assert left["global_concurrency_limit"] is None, "a run by hand would be cancelled"
    assert left["description"].startswith(f"Replaced by sync-progress/{workspace.name};")
    assert prefect.get(f"flow_runs/{run}")["deployment_id"] == older["id"]
    notices = {
        each["name"]: each["enabled"]
        for each in prefect.post("automations/filter")
        if workspace.cycle in each["tags"]
    }
    named = f"okr-notice-{workspace.name}:"
    assert set(notices) == {f"{named}{what}" for what in NOTICES}
    assert not notices[f"{named}team-chat"], "a person paused it"
    assert workspace.deploy().out.startswith("Nothing to change")


def test_what_an_older_release_deployed_for_somebody_else_is_left_alone(
    prefect: Stage, workspace: Workspace, team_chat: Chat
) -> None:
    assert team_chat.messages == []
    workspace.apply({"acme": "0 6 * * *"})
    block = prefect.get("block_types/slug/custom-webhook/block_documents/name/team-chat")["id"]
    older = leave_older(prefect, workspace.cycle, workspace.pool, block)
    theirs = {"description": f"Reads the bound key results of Other, cycle {workspace.cycle}."}
    prefect.patch(f"deployments/{older['id']}", theirs)
    before = prefect.deployment(workspace.cycle)
    deployed = workspace.deploy()
    assert deployed.code == 0, deployed.err
    assert f"sync-progress/{workspace.cycle} is left alone: an earlier release" in deployed.err
    assert prefect.deployment(workspace.cycle) == before
    assert "limit" not in deployed.out, "theirs still waits for it"


def test_two_workspaces_with_a_cycle_of_the_same_id_live_beside_each_other(
    prefect: Stage, workspace: Workspace, team_chat: Chat
) -> None:
    assert team_chat.messages == []
    other = workspace.beside("other")
    workspace.apply({"acme": "0 6 * * *"}, routes="{growth: team-chat}")
    other.apply({"jira": "0 7 * * *"}, routes="{growth: team-chat}")
    assert workspace.deploy().code == 0
    deployed = other.deploy()
    assert deployed.code == 0, deployed.err
    kinds = {line[0] for line in deployed.out.splitlines()[:-1]}
    assert kinds == {"+"}, deployed.out
    assert workspace.name not in deployed.out
    assert workspace.deploy().out.startswith("Nothing to change")
    assert workspace.schedules() == {"okr-sync-acme": True}
    assert other.schedules() == {"okr-sync-jira": True}
    # Neither takes away what is the other's when a connection and a route are gone.
    other.apply({"jira": "0 7 * * *"}, routes="{}")
    gone = other.deploy()
    assert sorted(line for line in gone.out.splitlines() if line.startswith("-")) == [
        f"- notice okr-notice-{other.name}:{what}" for what in NOTICES if what != "run silent"
    ]
    assert workspace.deploy().out.startswith("Nothing to change")


def test_a_workspace_takes_over_what_another_deployed_when_it_is_named(
    prefect: Stage, workspace: Workspace
) -> None:
    lost = workspace.beside("lost")
    lost.apply({"acme": "0 6 * * *"})
    assert lost.deploy().code == 0
    workspace.apply({"acme": "0 6 * * *"})
    assert lost.name not in workspace.deploy().out
    unknown = workspace.deploy("--adopt", "nothing")
    assert (unknown.code, unknown.out) == (2, "")
    assert "there is no deployment `nothing` that could be taken over" in unknown.err
    adopted = workspace.deploy("--adopt", lost.name)
    assert adopted.code == 0, adopted.err
    assert f"> deployment score-cycle/{lost.name}: replaced by {workspace.name}\n" in adopted.out
    assert lost.schedules() == {}
    assert workspace.schedules() == {"okr-sync-acme": True}


def test_a_deployment_that_has_our_name_and_not_our_mark_stops_the_deploy(
    prefect: Stage, workspace: Workspace
) -> None:
    workspace.apply({"acme": "0 6 * * *"})
    flow = prefect.post("flows/", {"name": "sync-progress"})["id"]
    prefect.post("deployments/", {"name": workspace.name, "flow_id": flow, "tags": ["by-hand"]})
    refused = workspace.deploy()
    assert (refused.code, refused.out) == (1, "")
    assert f"`okr deploy --adopt {workspace.name} --dry-run`" in refused.err
    assert workspace.deploy("--adopt", workspace.name).code == 0
    tags = prefect.deployment(workspace.name)["tags"]
    (mark,) = (tag for tag in tags if tag.startswith("okr-store:"))
    assert set(tags) == {"by-hand", "okr", "okr:acme", mark, workspace.cycle}


def test_a_worker_that_knows_another_workspaces_store_reads_and_records_nothing(
    prefect: Stage, workspace: Workspace
) -> None:
    other = workspace.beside("other")
    workspace.apply({"acme": "0 6 * * *"})
    other.apply({"acme": "0 6 * * *"})
    assert workspace.deploy().code == 0
    start(prefect, prefect.deployment(workspace.name), {})
    with prefect.running(
        "prefect", "worker", "start", "--pool", workspace.pool, env=other.env
    ) as worker:
        (run,) = until(lambda: prefect.ended(workspace.name), "the run ends", seconds=400)
    assert "belongs to workspace `acme`" in run["state"]["message"], "".join(worker.said)
    assert "okr-workspace-acme" in run["state"]["message"]
    status = other.okr("status", "--format", "json", "--cycle", other.cycle).json
    assert status["synced_at"] is None


def test_a_worker_finds_the_store_of_each_workspace_by_its_own_block(
    prefect: Stage, workspace: Workspace
) -> None:
    other = workspace.beside("other")
    for each in (workspace, other):
        each.apply({"acme": "0 6 * * *"})
        assert each.deploy().code == 0
        url = each.env["OKR_STORE_URL"]
        saved = prefect.python(
            "from okr_flows.workspace_block import OkrWorkspace; "
            f"OkrWorkspace(store_url='{url}').save('okr-workspace-{each.id}')"
        )
        assert saved.code == 0, saved.err
        start(prefect, prefect.deployment(each.name), {})
    env = {name: value for name, value in workspace.env.items() if name != "OKR_STORE_URL"}
    with prefect.running("prefect", "worker", "start", "--pool", workspace.pool, env=env) as worker:
        runs = [
            until(partial(prefect.ended, each.name), "the run ends", seconds=400)
            for each in (workspace, other)
        ]
    assert [run["state"]["name"] for (run,) in runs] == ["Completed"] * 2, "".join(worker.said)
    for each in (workspace, other):
        status = each.okr("status", "--format", "json", "--cycle", each.cycle).json
        assert (status["workspace"], status["synced_at"] is None) == (each.id, False)


def test_a_worker_without_the_variable_finds_the_store_by_the_block(
    prefect: Stage, workspace: Workspace
) -> None:
    workspace.apply({"acme": "0 6 * * *"})
    env = {name: value for name, value in workspace.env.items() if name != "OKR_STORE_URL"}
    flow = "from okr_flows.sync.sync_progress import sync_progress as sync"
    sync = f"{flow}; sync('{workspace.cycle}')"
    lost = prefect.python(sync, **env)
    assert "no block `OKR Workspace` named `okr-workspace`" in lost.err
    url = workspace.env["OKR_STORE_URL"]
    saved = prefect.python(
        "from okr_flows.run.workspace_block import OkrWorkspace; "
        f"OkrWorkspace(store_url='{url}').save('okr-workspace')"
    )
    assert saved.code == 0, saved.err
    found = prefect.python(sync, **env)
    assert found.code == 0, found.err
    assert url not in found.out + found.err
