"""How runs of deployments end on a real server with a worker, and flows of one's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prefect_stage import Chat, Stage, chat, stage
from sync_world import PLAN, WORKSPACE, SyncWorld
from wait import until

from okr_flows.run.leases import judging, reading
from okr_store import open_store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
ERROR = 40
CANARIES = ("bugs.open", "talks.score", "SyncReport", "ScoreReport", "Nobody works around our bugs")
"""What the data of a state would show: ids, classes, titles."""
BEGAN = datetime.now(UTC).date() - timedelta(days=80)


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("stage")) as running:
        yield running


@pytest.fixture
def world() -> Iterator[SyncWorld]:
    with SyncWorld.open() as opened:
        opened.sandbox.clock.set(datetime.now(UTC))
        yield opened


class Deployed:
    """A workspace whose cycle is deployed; runs are started by hand."""

    def __init__(self, prefect: Stage, world: SyncWorld, folder: Path) -> None:
        self.prefect, self.world, self.folder = prefect, world, folder
        self.cycle = f"c{folder.name.replace('_', '').lower()[-20:]}"
        self.pool = f"pool-{self.cycle}"
        self.url = str(folder / "okr.db")

    @property
    def env(self) -> dict[str, str]:
        return {"OKR_STORE_URL": self.url, "OKR_PERSON": "ada", **self.world.env}

    def apply(self, old: str = "", new: str = "", at_once: str = "") -> None:
        """Record the company's plan around today, with a change.

        Args:
            old: Of the plan.
            new: What stands in its place.
            at_once: How many runs may read a connection at once; empty: any number.
        """
        plan = PLAN.replace(
            "id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31",
            f"id: {self.cycle}, starts: {BEGAN}, ends: {BEGAN + timedelta(90)}",
        )
        assert old in plan
        limit = f", runs_at_once: {at_once}" if at_once else ""
        workspace = WORKSPACE.replace(", reads_past: yes", limit)
        with open_store(self.url, create=True) as store:
            self.world.apply(store, plan.replace(old, new) if old else plan, workspace)

    def okr(self, *arguments: str) -> None:
        ran = self.prefect.okr(*arguments, folder=self.folder, **self.env)
        assert ran.code in {0, 4}, ran.err

    def deploy(self) -> None:
        self.okr("deploy", "--pool", self.pool, "--cycle", self.cycle)

    def run(self, flow: str, **parameters: str) -> dict[str, Any]:
        """Start a run by hand and wait until it has ended; the run as the server has it."""
        return self.ended(self.start(flow, **parameters))

    def start(self, flow: str, **parameters: str) -> str:
        """Start a run by hand; its id."""
        deployment = self.prefect.deployment(f"acme-{self.cycle}", flow)["id"]
        place = f"deployments/{deployment}/create_flow_run"
        # What the form refuses the flow refuses too, where the form is not asked.
        asked = {"parameters": parameters, "enforce_parameter_schema": False}
        return str(self.prefect.post(place, asked)["id"])

    def ended(self, id_: str) -> dict[str, Any]:
        """A run as the server has it, once it has ended."""

        def final() -> dict[str, Any] | None:
            run: dict[str, Any] = self.prefect.get(f"flow_runs/{id_}")
            ended = run["state_type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
            return run if ended else None

        return until(final, "a run ends", seconds=600)

    def logs(self, run: dict[str, Any], *, last: str) -> list[dict[str, Any]]:
        """What a run logged, once a line with that word is there."""

        def lines() -> list[dict[str, Any]] | None:
            wanted = {"logs": {"flow_run_id": {"any_": [run["id"]]}}, "limit": 200}
            found = list(self.prefect.post("logs/filter", wanted))
            return found if any(last in each["message"] for each in found) else None

        return until(lines, "the run has logged", seconds=60)

    def working(self, **more: str) -> Any:
        """A worker, until the end of the block."""
        arguments = ("prefect", "worker", "start", "--pool", self.pool)
        return self.prefect.running(*arguments, env=self.env | more)


@pytest.fixture
def deployed(prefect: Stage, world: SyncWorld, tmp_path: Path) -> Deployed:
    found = Deployed(prefect, world, tmp_path)
    found.apply()
    found.deploy()
    return found


def assert_quiet(lines: list[dict[str, Any]]) -> None:
    """Neither an error nor a traceback, nor an object as Python shows it."""
    assert [each["message"] for each in lines if each["level"] >= ERROR] == []
    text = "\n".join(each["message"] for each in lines)
    assert "Traceback" not in text
    assert "Report(" not in text


def test_a_run_that_needs_attention_has_its_name_and_one_sentence_and_no_error_in_its_log(
    deployed: Deployed,
) -> None:
    deployed.apply("{average: Score}", "{average: Rating}")
    with deployed.working() as worker:
        run = deployed.run("sync-progress")
        lines = deployed.logs(run, last="Needs attention")
    assert (run["state_type"], run["state_name"]) == ("FAILED", "Needs attention"), worker.said
    assert run["state"]["message"] == "4 of 5 key results observed, 1 unavailable"
    assert run["state"]["data"] is None
    assert run["end_time"] is not None
    assert run["run_count"] == 1, "what was read is not read again"
    assert_quiet(lines)
    assert "Traceback" not in "".join(worker.said)
    told = [each for each in lines if "talks.score" in each["message"]]
    assert len(told) == 1, "the one line that says what to do"
    others = "\n".join(each["message"] for each in lines if each not in told)
    assert [word for word in CANARIES if word in others] == []


def test_a_connection_that_is_down_ends_a_run_the_same_way(deployed: Deployed) -> None:
    deployed.world.sandbox.stop()
    with deployed.working():
        run = deployed.run("sync-progress", connection="wiki")
        assert_quiet(deployed.logs(run, last="Connection down"))
    assert (run["state_type"], run["state_name"]) == ("FAILED", "Connection down")
    assert "connection down: wiki" in run["state"]["message"]


def test_a_refusal_is_no_alarm_and_a_mistake_in_what_was_asked_for_is_one(
    deployed: Deployed,
) -> None:
    with deployed.working():
        unread = deployed.run("score-cycle")
        unknown = deployed.run("sync-progress", connection="nobody")
        assert_quiet(deployed.logs(unread, last="Finished"))
        assert_quiet(deployed.logs(unknown, last="nobody"))
    assert (unread["state_type"], unread["state_name"]) == ("COMPLETED", "Refused")
    assert unread["state"]["message"].endswith(".")
    assert (unknown["state_type"], unknown["state_name"]) == ("FAILED", "Failed")
    assert "bound to connection `nobody`" in unknown["state"]["message"]
    assert unknown["run_count"] == 1


def test_a_run_whose_turn_does_not_come_ends_once_with_who_is_at_it_whatever_it_does(
    deployed: Deployed,
) -> None:
    deployed.apply(at_once="1")
    with open_store(deployed.url) as store:
        for purpose in (judging(deployed.cycle), reading("tracker")):
            assert store.leases.acquire(purpose.key, owner="worker-7", seconds=3600)
    with deployed.working():
        started = [deployed.start("score-cycle"), deployed.start("sync-progress")]
        score, sync = [deployed.ended(each) for each in started]
        lines = deployed.logs(score, last="makes up for it")
        assert_quiet(lines)
        assert_quiet(deployed.logs(sync, last="busy"))
    for run in (score, sync):
        assert (run["state_type"], run["state_name"]) == ("FAILED", "Needs attention")
        assert run["run_count"] == 1, "waiting once more changes nothing"
    message = score["state"]["message"]
    busy = f"cycle `{deployed.cycle}` is busy: worker-7 is scoring or closing it, since "
    assert message.startswith(busy)
    assert message.endswith(" UTC; the next slot makes up for it.")
    assert any(message in each["message"] for each in lines)


def test_a_store_that_is_away_is_waited_for_and_then_told_in_one_sentence(
    deployed: Deployed,
) -> None:
    with deployed.working(OKR_STORE_URL="postgresql://okr@127.0.0.1:9/okr"):
        run = deployed.run("sync-progress")
        lines = deployed.logs(run, last="127.0.0.1")
    assert (run["state_type"], run["state_name"]) == ("FAILED", "Failed")
    assert run["run_count"] == 3
    assert "127.0.0.1" in run["state"]["message"]
    assert_quiet(lines)


OWN_FLOW = """
import json
from prefect import flow
from okr_flows.run.ending import Refused
from okr_flows.score.report import ScoreReport
from okr_flows.score.score_cycle import score_cycle
from okr_flows.sync.report import SyncReport
from okr_flows.sync.sync_progress import sync_progress


@flow
def monday(cycle: str) -> dict[str, object]:
    read = sync_progress(cycle)
    scored = score_cycle(cycle)
    nothing = sync_progress("no-such-cycle")
    assert isinstance(read, SyncReport), read
    assert isinstance(scored, ScoreReport), scored
    assert isinstance(nothing, Refused), nothing
    return {
        "values": {each.key_result: str(each.value) for each in read.readings},
        "code": read.exit_code,
        "headline": scored.headline,
        "at_risk": scored.newly_at_risk,
        "refused": str(nothing),
    }


print("FOUND " + json.dumps(monday("CYCLE")))
"""
AUTOMATION = """
from prefect.automations import Automation
from prefect.blocks.notifications import CustomWebhookNotificationBlock as Hook
from prefect.events.actions import SendNotification
from prefect.events.schemas.automations import EventTrigger

hook = Hook(name="hook", url="URL", json_data={"subject": "{{subject}}", "body": "{{body}}"})
Automation(
    name="mine: at risk",
    trigger=EventTrigger(
        expect={"okr.keyresult.at-risk"},
        match={"prefect.resource.id": "okr.keyresult.*"},
        for_each={"prefect.resource.id"},
        posture="Reactive",
        threshold=1,
        within=0,
    ),
    actions=[
        SendNotification(
            block_document_id=hook.save("mine", overwrite=True),
            subject="at risk",
            body="{{ event.resource.name }}",
        )
    ],
).create()
"""


@pytest.fixture
def heard() -> Iterator[Chat]:
    with chat() as running:
        yield running


def test_a_flow_of_ones_own_calls_ours_and_an_automation_of_ones_own_acts_on_what_they_say(
    prefect: Stage, world: SyncWorld, tmp_path: Path, heard: Chat
) -> None:
    ours = Deployed(prefect, world, tmp_path)
    ours.apply()
    made = prefect.python(AUTOMATION.replace("URL", heard.url))
    assert made.code == 0, made.err
    ran = prefect.python(OWN_FLOW.replace("CYCLE", ours.cycle), **ours.env)
    assert ran.code == 0, ran.err
    (line,) = [each for each in ran.out.splitlines() if each.startswith("FOUND ")]
    found = json.loads(line.removeprefix("FOUND "))
    assert set(found["values"]) == {
        "bugs.open", "scaling.done", "scaling.points", "talks.held", "talks.score",
    }  # fmt: skip
    assert found["code"] == 0
    assert found["headline"].startswith("Score ")
    assert "no plan of cycle `no-such-cycle`" in found["refused"]
    assert found["at_risk"], "nothing is at risk: the automation has nothing to act on"
    for name in found["at_risk"]:
        until(lambda name=name: heard.about(name), f"it hears of {name}", seconds=60)  # type: ignore[misc]
    assert "Traceback" not in ran.err
