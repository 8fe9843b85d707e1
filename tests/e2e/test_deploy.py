"""Deployments on a real Prefect server with a process worker, from our wheel in an empty folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from okr_command import Ran
from older_deployment import leave_older
from prefect_stage import Chat, Stage, chat, stage
from wait import until

from okr_flows.deploy.deployments import FLOWS
from okr_sandbox import Company, Sandbox, generated_issues

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

TODAY = datetime.now(UTC).date()
"""Prefect's clock cannot be set: the cycle lies around the day of the test."""
EACH_MINUTE = "* * * * *"


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("stage")) as running:
        yield running


@pytest.fixture
def jira() -> Iterator[Sandbox]:
    with Sandbox(Company(issues=generated_issues(40, 0))) as sandbox:
        yield sandbox


class Workspace:
    """A workspace folder whose files a test writes anew."""

    def __init__(self, prefect: Stage, folder: Path, jira: Sandbox) -> None:
        self.prefect = prefect
        self.folder = folder
        self.jira = jira
        self.cycle = folder.name.replace("_", "-").strip("-").lower()[:40]
        (folder / "cycles").mkdir()

    @property
    def pool(self) -> str:
        """Name of a work pool of this test's own."""
        return f"pool-{self.cycle}"

    @property
    def env(self) -> dict[str, str]:
        """What a worker has to know: the store and the token, nothing of the folder."""
        return {
            "OKR_STORE_URL": str(self.folder / "okr.db"),
            "OKR_ACME_USER": self.jira.jira_user,
            "OKR_ACME_TOKEN": self.jira.jira_token,
        }

    def apply(
        self,
        schedules: dict[str, str],
        *,
        routes: str = "{}",
        target: int = 100,
        zone: str = "UTC",
    ) -> None:
        """Write and apply a plan with one key result per connection of `schedules`."""
        lines = [
            f'  {name}: {{kind: jira, url: "{self.jira.jira_url}", schedule: "{cron}", '
            "runs_at_once: 1}"
            for name, cron in schedules.items()
        ]
        workspace = (
            "organization: Acme\npeople: {ada: {name: Ada}}\nteams: {growth: {name: Growth}}\n"
            f"routes: {routes}\nconnections:\n" + "\n".join(lines) + "\n"
        )
        plan = (
            f"cycle: {{id: {self.cycle}, starts: {TODAY - timedelta(20)}, "
            f"ends: {TODAY + timedelta(60)}, timezone: {zone}}}\nobjectives:\n"
            "  - id: flow\n    title: Work flows\n    team: growth\n    owner: ada\n"
            "    key_results:\n"
        )
        for name in schedules:
            plan += (
                f"      - {{id: flow.{name}, title: Stories, "
                f"metric: {{kind: increase, baseline: 0, target: {target}}}, "
                f"source: {{jira: {{connection: {name}, jql: project = GEN, measure: count}}}}}}\n"
            )
        self._apply("okr.yaml", workspace)
        self._apply("cycles/plan.yaml", plan)

    def _apply(self, name: str, text: str) -> None:
        path = self.folder / name
        made_from = path.read_text().splitlines()[0] + "\n" if path.exists() else ""
        path.write_text(made_from + text)
        applied = self.okr(
            "apply", name, "--by", "ada", "--reason", "test", "--reason-class", "learned"
        )
        assert applied.code == 0, applied.err

    def okr(self, *arguments: str) -> Ran:
        """Run a command in the folder."""
        return self.prefect.okr(*arguments, folder=self.folder, **self.env)

    def deploy(self, *arguments: str) -> Ran:
        """Deploy this folder's cycle."""
        return self.okr("deploy", "--pool", self.pool, "--cycle", self.cycle, *arguments)

    def schedules(self, flow: str = "sync-progress") -> dict[str, bool]:
        """Slug → whether it is active."""
        found = self.prefect.deployment(self.cycle, flow)["schedules"]
        return {each["slug"]: each["active"] for each in found}

    def make_due_each_minute(self, flow: str) -> None:
        """What a person does in the UI who does not want to wait for the morning."""
        deployment = self.prefect.deployment(self.cycle, flow)
        for each in deployment["schedules"]:
            body = {"schedule": {"cron": EACH_MINUTE}, "parameters": each["parameters"]}
            self.prefect.patch(f"deployments/{deployment['id']}/schedules/{each['id']}", body)


@pytest.fixture
def workspace(prefect: Stage, tmp_path: Path, jira: Sandbox) -> Workspace:
    return Workspace(prefect, tmp_path, jira)


@pytest.fixture
def team_chat(prefect: Stage) -> Iterator[Chat]:
    with chat() as running:
        save = (
            "from prefect.blocks.notifications import CustomWebhookNotificationBlock as Hook\n"
            f"Hook(name='hook', url='{running.url}', json_data={{'subject': '{{{{subject}}}}', "
            "'body': '{{body}}'}).save('team-chat', overwrite=True)\n"
        )
        ran = prefect.python(save)
        assert ran.code == 0, ran.err
        yield running


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
        runs = until(lambda: prefect.ended(workspace.cycle), "a scheduled run ends", seconds=400)
    assert runs[0]["state"]["name"] == "Completed", "".join(worker.said)
    assert runs[0]["auto_scheduled"]
    assert runs[0]["parameters"] == {"cycle": workspace.cycle, "connection": "acme"}
    status = workspace.okr("status", "--format", "json", "--cycle", workspace.cycle).json
    assert status["objectives"][0]["key_results"][0]["current"] == "40"
    artifacts = prefect.post("artifacts/latest/filter")
    assert f"okr-sync-{workspace.cycle}" in {each["key"] for each in artifacts}
    assert list(prefect.empty.iterdir()) == []


def test_a_scheduled_score_fires_by_itself_and_scores_what_was_read(
    prefect: Stage, workspace: Workspace
) -> None:
    workspace.apply({"acme": "0 6 * * *"})
    assert workspace.deploy().code == 0
    assert workspace.okr("sync", "--cycle", workspace.cycle).code == 0
    workspace.make_due_each_minute("score-cycle")
    with prefect.running(
        "prefect", "worker", "start", "--pool", workspace.pool, env=workspace.env
    ) as worker:
        runs = until(
            lambda: prefect.ended(workspace.cycle, "score-cycle"), "a run ends", seconds=400
        )
    assert runs[0]["state"]["name"] == "Completed", "".join(worker.said)
    assert runs[0]["auto_scheduled"]
    assert runs[0]["parameters"] == {"cycle": workspace.cycle}
    artifacts = prefect.post("artifacts/latest/filter")
    assert f"okr-scorecard-{workspace.cycle}" in {each["key"] for each in artifacts}
    assert list(prefect.empty.iterdir()) == []


def test_a_scheduled_report_fires_by_itself_and_each_route_gets_the_digest_of_the_week_once(
    prefect: Stage, workspace: Workspace, team_chat: Chat
) -> None:
    workspace.apply({"acme": "0 6 * * *"}, routes="{growth: team-chat}")
    assert workspace.deploy().code == 0
    assert workspace.okr("sync", "--cycle", workspace.cycle).code == 0
    workspace.make_due_each_minute("report-cycle")
    with prefect.running(
        "prefect", "worker", "start", "--pool", workspace.pool, env=workspace.env
    ) as worker:
        digest = until(lambda: team_chat.about("on track"), "the digest comes", seconds=400)
        runs = until(
            lambda: prefect.ended(workspace.cycle, "report-cycle")[1:], "two end", seconds=400
        )
    assert {run["state"]["name"] for run in runs} == {"Completed"}, "".join(worker.said)
    assert runs[0]["auto_scheduled"]
    assert runs[0]["parameters"] == {"cycle": workspace.cycle, "digest": True}
    assert workspace.cycle in digest["subject"]
    assert "needs attention" not in digest["subject"]
    assert len(team_chat.messages) == 1
    artifacts = prefect.post("artifacts/latest/filter")
    assert f"okr-report-{workspace.cycle}" in {each["key"] for each in artifacts}
    assert list(prefect.empty.iterdir()) == []


@pytest.mark.parametrize(
    ("flow", "time", "days"),
    [("score-cycle", "06:30", {1, 2, 3, 4, 5}), ("report-cycle", "07:00", {1})],
)
def test_prefect_plans_scores_and_reports_for_after_the_reads_in_the_cycles_zone(
    prefect: Stage, workspace: Workspace, flow: str, time: str, days: set[int]
) -> None:
    workspace.apply({"acme": "0 6 * * *"}, zone="Asia/Shanghai")
    assert workspace.deploy().code == 0
    planned = until(lambda: prefect.runs(workspace.cycle, flow, "SCHEDULED"), "it is planned")
    due = [
        datetime.fromisoformat(run["expected_start_time"]).astimezone(ZoneInfo("Asia/Shanghai"))
        for run in planned
    ]
    assert {f"{at:%H:%M}" for at in due} == {time}
    assert {at.isoweekday() for at in due} <= days


def test_a_route_is_told_of_a_suspect_reading_and_of_a_connection_that_is_down(
    prefect: Stage, workspace: Workspace, team_chat: Chat
) -> None:
    workspace.apply({"acme": EACH_MINUTE}, routes="{growth: team-chat}", target=1)
    assert workspace.deploy().code == 0
    with prefect.running(
        "prefect", "worker", "start", "--pool", workspace.pool, env=workspace.env
    ) as worker:
        suspect = until(
            lambda: team_chat.about("flow.acme is suspect"), "the notice comes", seconds=400
        )
        workspace.jira.stop()
        down = until(
            lambda: team_chat.about("flow.acme is unavailable"), "a second comes", seconds=400
        )
    assert suspect["subject"] == f"OKR {workspace.cycle}: a sync needs attention"
    assert "okr accept flow.acme" in suspect["body"], "".join(worker.said)
    assert "/runs/flow-run/" in suspect["body"]
    assert "does not answer" in down["body"] or "reach" in down["body"], down["body"]
    names = {each["state"]["name"] for each in prefect.ended(workspace.cycle)}
    assert names == {"Needs attention", "Connection down"}


@pytest.mark.parametrize("flow", [flow.name for flow in FLOWS])
def test_a_run_that_could_not_say_what_it_found_is_told_too(
    prefect: Stage, workspace: Workspace, team_chat: Chat, flow: str
) -> None:
    workspace.apply({"acme": "0 6 * * *"}, routes="{growth: team-chat}")
    assert workspace.deploy().code == 0
    lost = workspace.env | {"OKR_STORE_URL": str(workspace.folder / "nowhere.db")}
    # Started by hand: Prefect keeps back events of runs that its scheduler made in the last five
    # minutes, for a quarter of an hour.
    by_hand = prefect.deployment(workspace.cycle, flow)["id"]
    prefect.post(f"deployments/{by_hand}/create_flow_run")
    with prefect.running("prefect", "worker", "start", "--pool", workspace.pool, env=lost):
        told = until(lambda: team_chat.about("ended Failed"), "the notice comes", seconds=400)
    assert "nowhere.db" in told["body"]
    word = flow.partition("-")[0]
    assert told["subject"] == f"OKR {workspace.cycle}: a {word} needs attention"


def test_a_second_deploy_has_nothing_to_change(workspace: Workspace) -> None:
    workspace.apply({"acme": "0 6 * * *", "other": "0 7 * * *"})
    assert workspace.deploy().out.endswith(" changes made.\n")
    again = workspace.deploy()
    assert again.out == "Nothing to change: the server has what workspace and plans say.\n"


def test_a_dry_run_shows_the_changes_and_makes_none(workspace: Workspace) -> None:
    workspace.apply({"acme": "0 6 * * *"})
    before = workspace.prefect.post("deployments/count")
    shown = workspace.deploy("--dry-run")
    slugs = {
        "sync-progress": "okr-sync-acme",
        "score-cycle": "okr-score",
        "report-cycle": "okr-report-digest",
    }
    for flow, slug in slugs.items():
        assert f"+ deployment {flow}/{workspace.cycle}\n" in shown.out
        assert f"+ schedule {slug} of {flow}/{workspace.cycle}: " in shown.out
    assert "to make; none was made." in shown.out
    document = workspace.deploy("--dry-run", "--format", "json").json
    assert document["schema"] == "okr.deploy/1"
    named = {(each["kind"], each["name"], each["flow"]) for each in document["changes"]}
    assert ("deployment", workspace.cycle, "score-cycle") in named
    assert ("schedule", "okr-sync-acme", "sync-progress") in named
    assert ("work pool", workspace.pool, None) in named
    assert workspace.prefect.post("deployments/count") == before


def test_a_server_of_an_older_release_is_brought_up_to_date_and_loses_nothing(
    prefect: Stage, workspace: Workspace, team_chat: Chat
) -> None:
    assert team_chat.messages == []
    workspace.apply({"acme": "0 6 * * *"}, routes="{growth: team-chat}")
    block = prefect.get("block_types/slug/custom-webhook/block_documents/name/team-chat")["id"]
    older = leave_older(prefect, workspace.cycle, workspace.pool, block)
    run = prefect.post(f"deployments/{older['id']}/create_flow_run")["id"]
    upgraded = workspace.deploy()
    assert upgraded.code == 0, upgraded.err
    assert (
        f"+ schedule okr-score of score-cycle/{workspace.cycle}: 30 6 * * 1-5 UTC" in upgraded.out
    )
    assert f"~ notice okr-notice-{workspace.cycle}:team-chat" in upgraded.out
    assert [line for line in upgraded.out.splitlines() if line.startswith("-")] == []
    assert prefect.deployment(workspace.cycle)["id"] == older["id"]
    assert prefect.get(f"flow_runs/{run}")["deployment_id"] == older["id"]
    assert workspace.schedules() == {"okr-sync-acme": False}
    notices = prefect.post("automations/filter")
    named = f"okr-notice-{workspace.cycle}:team-chat"
    (notice,) = (each for each in notices if each["name"] == named)
    assert not notice["enabled"]
    assert workspace.deploy().out.startswith("Nothing to change")


def test_what_a_person_paused_stays_paused_and_what_is_gone_is_deleted(
    workspace: Workspace,
) -> None:
    workspace.apply({"acme": "0 6 * * *", "gone": "0 6 * * *"})
    assert workspace.deploy().code == 0
    deployment = workspace.prefect.deployment(workspace.cycle)
    place = f"deployments/{deployment['id']}/schedules"
    by_slug = {each["slug"]: each["id"] for each in deployment["schedules"]}
    workspace.prefect.patch(f"{place}/{by_slug['okr-sync-acme']}", {"active": False})
    own = {"schedule": {"cron": "0 1 * * *"}, "active": True, "slug": "nightly"}
    workspace.prefect.post(place, [own])
    workspace.apply({"acme": "0 9 * * *"})
    again = workspace.deploy()
    assert "cron: 0 6 * * * → 0 9 * * *" in again.out
    deployment_name = f"sync-progress/{workspace.cycle}"
    assert f"- schedule okr-sync-gone of {deployment_name}" in again.out
    assert f"schedule okr-sync-acme of {deployment_name} was paused" in again.err
    assert workspace.schedules() == {"okr-sync-acme": False, "nightly": True}


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
        runs = until(lambda: prefect.ended(workspace.cycle), "a scheduled run ends", seconds=400)
        # Not earlier: as it starts it puts its schedules as they were.
        workspace.make_due_each_minute("score-cycle")
        scored = until(
            lambda: prefect.ended(workspace.cycle, "score-cycle"), "it scores", seconds=400
        )
        code = serving.end()
    assert code == 0, "".join(serving.said)
    assert runs[0]["state"]["name"] == "Completed"
    assert scored[0]["state"]["name"] == "Completed", "".join(serving.said)
    assert workspace.schedules() == {"okr-sync-acme": True}
    assert workspace.schedules("score-cycle") == {"okr-score": True}
    kept = prefect.deployment(workspace.cycle)["job_variables"]["env"]
    assert kept == {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30"}


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
