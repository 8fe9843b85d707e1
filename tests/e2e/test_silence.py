"""Who is told of what on a real server: runs that died, never started, or found something."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from okr_command import Ran
from prefect_stage import Chat, Process, Stage, chat, server, staged
from wait import until

from okr_sandbox import Company, Fault, Sandbox, generated_issues

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
TODAY = datetime.now(UTC).date()


class Team:
    """A workspace whose one team is told through a chat; its cycle is deployed.

    Attributes:
        stage: The package, and where the server is.
        chat: What the team hears.
    """

    def __init__(self, stage: Stage, folder: Path, jira: Sandbox, chat: Chat) -> None:
        self.stage = stage
        self.folder = folder
        self.jira = jira
        self.chat = chat
        self.cycle = folder.name.replace("_", "-").strip("-").lower()[:40]
        (folder / "cycles").mkdir()

    @property
    def name(self) -> str:
        """Name of its deployments."""
        return f"crew-{self.cycle}"

    @property
    def pool(self) -> str:
        """Name of a work pool of its own."""
        return f"pool-{self.cycle}"

    @property
    def env(self) -> dict[str, str]:
        """What a worker has to know."""
        return {
            "OKR_STORE_URL": str(self.folder / "okr.db"),
            "OKR_ACME_USER": self.jira.jira_user,
            "OKR_ACME_TOKEN": self.jira.jira_token,
        }

    def okr(self, *arguments: str) -> Ran:
        """Run a command in the folder."""
        return self.stage.okr(*arguments, folder=self.folder, **self.env)

    def deploy(self) -> None:
        """Apply a plan with one key result of one connection, and deploy it."""
        block = (
            "from prefect.blocks.notifications import CustomWebhookNotificationBlock as Hook\n"
            f"Hook(name='hook', url='{self.chat.url}', json_data={{'subject': '{{{{subject}}}}', "
            f"'body': '{{{{body}}}}'}}).save('chat-{self.cycle}', overwrite=True)\n"
        )
        ran = self.stage.python(block)
        assert ran.code == 0, ran.err
        (self.folder / "okr.yaml").write_text(
            "organization: Acme\nid: crew\npeople: {ada: {name: Ada}}\n"
            "teams: {growth: {name: Growth}}\n"
            f"routes: {{growth: chat-{self.cycle}}}\nconnections:\n"
            f'  acme: {{kind: jira, url: "{self.jira.jira_url}", schedule: "0 6 * * *", '
            "timeout: 120, retries: 1}\n"
        )
        (self.folder / "cycles" / "plan.yaml").write_text(
            f"cycle: {{id: {self.cycle}, starts: {TODAY - timedelta(20)}, "
            f"ends: {TODAY + timedelta(60)}}}\nobjectives:\n"
            "  - id: flow\n    title: Work flows\n    team: growth\n    owner: ada\n"
            "    key_results:\n      - {id: flow.acme, title: Stories, "
            "metric: {kind: increase, baseline: 0, target: 100}, "
            "source: {jira: {connection: acme, jql: project = GEN, measure: count}}}\n"
        )
        for name in ("okr.yaml", "cycles/plan.yaml"):
            applied = self.okr("apply", name, "--by", "ada")
            assert applied.code == 0, applied.err
        deployed = self.okr("deploy", "--pool", self.pool, "--cycle", self.cycle)
        assert deployed.code == 0, deployed.err

    def start(self, flow: str = "sync-progress", **more: object) -> str:
        """Start a run by hand; its id."""
        found = self.stage.deployment(self.name, flow)["id"]
        asked = {"parameters": {"cycle": self.cycle}, **more}
        return str(self.stage.post(f"deployments/{found}/create_flow_run", asked)["id"])

    def state(self, run: str) -> dict[str, Any]:
        """The state of a run."""
        return dict(self.stage.get(f"flow_runs/{run}")["state"])

    def set(self, run: str, **state: str) -> None:
        """Set the state of a run."""
        self.stage.post(f"flow_runs/{run}/set_state", {"state": state})

    def wait_less(self, what: str, seconds: int) -> None:
        """What a person does in the UI who does not want to wait as long as the notice does."""
        (found,) = [each for each in self.automations() if each["name"].endswith(f":{what}")]
        trigger = {**found["trigger"], "within": seconds}
        kept = ("name", "description", "tags", "enabled", "actions")
        self.stage.put(
            f"automations/{found['id']}",
            {**{name: found[name] for name in kept}, "trigger": trigger},
        )

    def automations(self) -> list[dict[str, Any]]:
        """Those of this cycle."""
        return [
            each for each in self.stage.post("automations/filter") if self.cycle in each["tags"]
        ]

    def acted(self, how: str) -> bool:
        """Whether this cycle's mark of silent runs was `executed` or `failed`."""
        wanted = {"event": {"name": [f"prefect.automation.action.{how}"]}}
        found = self.stage.post("events/filter", {"filter": wanted})["events"]
        names = {each["resource"]["prefect.resource.name"] for each in found}
        return f"okr-notice-{self.name}:run silent" in names

    def worker(self) -> AbstractContextManager[Process]:
        """A worker that runs until the block ends."""
        command = ("prefect", "worker", "start", "--pool", self.pool)
        return self.stage.running(*command, env=self.env)


class Server:
    """The server of a stage, which can be killed and started again."""

    def __init__(self, stage: Stage, closing: ExitStack) -> None:
        self.stage = stage
        self._closing = closing
        self._running = closing.enter_context(server(stage))

    def restart(self) -> None:
        """Kill it, and start it again with what it had kept."""
        self._running.end(signal.SIGKILL)
        self._running = self._closing.enter_context(server(self.stage))


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with ExitStack() as closing:
        yield Server(staged(tmp_path_factory.mktemp("silence")), closing)


@pytest.fixture
def jira() -> Iterator[Sandbox]:
    with Sandbox(Company(issues=generated_issues(40, 0))) as sandbox:
        yield sandbox


@pytest.fixture
def team(prefect: Server, tmp_path: Path, jira: Sandbox) -> Iterator[Team]:
    with chat() as heard:
        found = Team(prefect.stage, tmp_path, jira, heard)
        found.deploy()
        yield found


def test_a_clock_that_ticked_and_stops_is_told_of(team: Team) -> None:
    team.wait_less("clock stopped", 10)
    ticked = {
        "occurred": datetime.now(UTC).isoformat(),
        "event": "okr.cycle.ticked",
        "resource": {
            "prefect.resource.id": f"okr.cycle.crew.{team.cycle}",
            "prefect.resource.name": team.cycle,
        },
        "id": str(uuid4()),
    }
    team.stage.post("events", [ticked])
    told = until(lambda: team.chat.about("has not ticked for 26 hours"), "it is told", seconds=240)
    assert told["subject"] == f"OKR {team.name}: the clock has stopped"
    assert f"`prefect worker start --pool {team.pool}` starts what is due" in told["body"]


def test_a_run_whose_worker_and_engine_were_killed_is_crashed_and_told(team: Team) -> None:
    team.jira.faults.add(Fault("timeout", delay=110, times=None))
    run = team.start()
    with team.worker() as worker:
        until(lambda: team.state(run)["type"] == "RUNNING", "it runs", seconds=150)
        until(lambda: _beats(team, run), "it shows that it is alive")
        worker.kill_with_children()
    told = until(lambda: team.chat.about("no sign of life"), "the notice comes", seconds=240)
    assert told["subject"] == f"OKR {team.name}: a run was lost"
    assert told["body"].startswith(f"Sync {team.name} has shown no sign of life")
    assert "/runs/flow-run/" in told["body"]
    ended = until(lambda: _ended(team, run), "it is crashed")
    assert (ended["type"], ended["name"]) == ("CRASHED", "Crashed")
    assert len(team.chat.messages) == 1


def _beats(team: Team, run: str) -> bool:
    wanted = {"event": {"name": ["prefect.flow-run.heartbeat"]}}
    found = team.stage.post("events/filter", {"filter": wanted})["events"]
    return any(each["resource"]["prefect.resource.id"].endswith(run) for each in found)


def _ended(team: Team, run: str) -> dict[str, Any] | None:
    state = team.state(run)
    return state if state["type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"} else None


def test_a_connection_that_is_down_is_told_by_the_run_itself_right_after_a_restart(
    team: Team, prefect: Server
) -> None:
    team.wait_less("run silent", 60)
    run = team.start()  # known to the server before it is killed: its events would be held back
    team.jira.faults.add(Fault(401, times=None))
    prefect.restart()
    with team.worker():
        told = until(lambda: team.chat.about("flow.acme is unavailable"), "it tells", seconds=120)
        ended = until(lambda: _ended(team, run), "it ends")
    assert "/runs/flow-run/" in told["body"]
    assert ended["name"] == "Connection down"
    assert ended["message"].startswith("Told growth: 0 of 1 key results observed")
    due = team.stage.get(f"flow_runs/{run}")["expected_start_time"]
    again = team.start(parameters={"cycle": team.cycle, "as_of": due})
    with team.worker():
        second = until(lambda: _ended(team, again), "the slot is read again", seconds=150)
    assert second["message"].startswith("Told before: ")
    # The server has not seen that the first has ended; it takes it for silent and is refused.
    until(lambda: team.acted("failed"), "the mark is refused", seconds=240)
    assert team.state(run)["name"] == "Connection down"
    assert len(team.chat.messages) == 1


def test_a_run_that_was_alive_all_the_same_ends_as_it_ends(team: Team) -> None:
    team.wait_less("run silent", 15)  # shorter than the time between two heartbeats
    team.jira.faults.add(Fault("timeout", delay=45))
    run = team.start()
    with team.worker():
        until(lambda: team.state(run)["type"] == "CRASHED", "it is taken for dead", seconds=150)
        until(lambda: team.state(run)["type"] != "CRASHED", "its end replaces that", seconds=150)
        ended = until(lambda: _ended(team, run), "it ends")
    assert ended["name"] == "Completed"


def test_a_finished_run_is_never_taken_for_dead(team: Team) -> None:
    team.wait_less("run silent", 45)
    run = team.start()
    with team.worker():
        until(lambda: _ended(team, run), "it ends", seconds=120)
    # One that shows that it is alive once, after the first has ended, and then never again.
    dead = team.start(name="the dead one")
    team.stage.post("events", [_heartbeat(team, dead)])
    until(lambda: team.chat.about("no sign of life"), "the dead one is told", seconds=240)
    assert team.state(dead)["type"] == "CRASHED"
    assert team.state(run)["name"] == "Completed"
    (told,) = team.chat.messages
    assert told["body"].startswith(f"the dead one (a run of {team.name}) has shown no sign of life")


def _heartbeat(team: Team, run: str) -> dict[str, object]:
    deployment = team.stage.deployment(team.name)
    return {
        "id": str(uuid4()),
        "event": "prefect.flow-run.heartbeat",
        "occurred": datetime.now(UTC).isoformat(),
        "resource": {"prefect.resource.id": f"prefect.flow-run.{run}"},
        "related": [
            {
                "prefect.resource.id": f"prefect.{kind}.{id_}",
                "prefect.resource.role": kind,
            }
            for kind, id_ in (("deployment", deployment["id"]), ("flow", deployment["flow_id"]))
        ],
    }


def test_every_other_way_in_which_a_run_goes_wrong_without_speaking_is_told(team: Team) -> None:
    """Late with no worker, stuck before it runs, cancelled, failed under a name nobody knows."""
    team.wait_less("run late", 10)
    team.wait_less("run pending", 10)
    team.start("score-cycle", name="late one")
    stuck, dropped, odd = (team.start(name=f"{name} one") for name in ("stuck", "dropped", "odd"))
    for name in ("Pending", "Submitting"):  # as a worker does it
        team.set(stuck, type="PENDING", name=name)
    team.set(dropped, type="CANCELLED", name="Cancelled", message="not today")
    team.set(odd, type="FAILED", name="Out of luck", message="no dice")
    for subject, said in (
        (
            "a sync needs attention",
            f"dropped one (a sync of {team.name}) ended Cancelled: not today",
        ),
        ("a sync needs attention", f"odd one (a sync of {team.name}) ended Out of luck: no dice"),
        ("a sync does not start", f"stuck one (a sync of {team.name}) was taken by a worker"),
        ("a score is late", f"`prefect worker start --pool {team.pool}` starts what is due"),
    ):
        told = until(lambda said=said: team.chat.about(said), said, seconds=240)  # type: ignore[misc]
        assert told["subject"] == f"OKR {team.name}: {subject}"


def test_deploying_again_makes_no_second_notice_and_keeps_what_a_person_paused(
    team: Team,
) -> None:
    names = sorted(each["name"] for each in team.automations())
    assert names == [
        f"okr-notice-{team.name}:{what}"
        for what in (
            f"chat-{team.cycle}",
            "clock stopped",
            "run late",
            "run lost",
            "run pending",
            "run silent",
        )
    ]
    lost = next(each for each in team.automations() if each["name"].endswith("lost"))
    team.stage.patch(f"automations/{lost['id']}", {"enabled": False})
    twice = {name: lost[name] for name in ("name", "description", "tags", "trigger", "actions")}
    team.stage.post("automations/", twice | {"enabled": True})
    foreign = {**twice, "name": f"{lost['name']} of ours", "tags": []}
    team.stage.post("automations/", foreign | {"tags": [team.cycle]})
    team.wait_less("run late", 10)
    again = team.okr("deploy", "--pool", team.pool, "--cycle", team.cycle)
    assert f"~ notice {lost['name']}" in again.out
    assert "within: 10 → 600" in again.out
    found = {each["name"]: each["enabled"] for each in team.automations()}
    assert sorted(found) == sorted([*names, foreign["name"]])
    assert len(team.automations()) == 7
    assert not found[lost["name"]]
    once_more = team.okr("deploy", "--pool", team.pool, "--cycle", team.cycle)
    assert once_more.out.startswith("Nothing to change")
