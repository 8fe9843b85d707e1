"""A workspace folder whose cycle is deployed on a real Prefect server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from okr_command import Ran
from prefect_asks import ask
from prefect_stage import Stage
from wait import until

from okr_sandbox import Sandbox

TODAY = datetime.now(UTC).date()
"""Prefect's clock cannot be set: the cycle lies around the day of the test."""
EACH_MINUTE = "* * * * *"


def cycle_of(folder: Path) -> str:
    """Id of a test's own cycle."""
    return folder.name.replace("_", "-").strip("-").lower()[:40]


class Workspace:
    """A workspace folder whose files a test writes anew."""

    def __init__(self, prefect: Stage, folder: Path, jira: Sandbox, id_: str = "acme") -> None:
        self.prefect = prefect
        self.folder = folder
        self.jira = jira
        self.id = id_
        self.cycle = cycle_of(folder)
        (folder / "cycles").mkdir()

    def beside(self, id_: str) -> Workspace:
        """Another workspace on the same server, with a cycle of the same id."""
        folder = self.folder / id_
        folder.mkdir()
        other = Workspace(self.prefect, folder, self.jira, id_)
        other.cycle = self.cycle
        return other

    @property
    def name(self) -> str:
        """What the deployments of its cycle are called."""
        return f"{self.id}-{self.cycle}"

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
            f"organization: Acme\nid: {self.id}\n"
            "people: {ada: {name: Ada}}\nteams: {growth: {name: Growth}}\n"
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
        found = self.prefect.deployment(self.name, flow)["schedules"]
        return {each["slug"]: each["active"] for each in found}

    def make_due(self, flow: str = "sync-progress", **parameters: object) -> None:
        """What a person does in the UI who does not want to wait: each minute, in seconds first.

        A flow without a schedule is given one of the person's own, with these parameters.
        """
        first = datetime.now(UTC) + timedelta(seconds=12)
        self._schedule(flow, {"interval": 60, "anchor_date": first.isoformat()}, **parameters)

    def make_three_late(self) -> None:
        """The same, for a day without a worker: three syncs are due at once, and none after."""

        def late() -> bool:
            now = datetime.now(UTC)
            planned = self.prefect.runs(self.name, "sync-progress", "SCHEDULED")
            due = [datetime.fromisoformat(run["expected_start_time"]) for run in planned]
            return sum(at < now for at in due) == 3

        # The server looks for changed schedules every five seconds, and plans nothing that is past.
        first = datetime.now(UTC) + timedelta(seconds=45)
        rule = f"DTSTART:{first:%Y%m%dT%H%M%S}\nRRULE:FREQ=SECONDLY;INTERVAL=2;COUNT=3"
        self._schedule("sync-progress", {"rrule": rule, "timezone": "UTC"})
        until(late, "three are late", seconds=400)

    def _schedule(self, flow: str, schedule: Mapping[str, object], **parameters: object) -> None:
        deployment = self.prefect.deployment(self.name, flow)
        if not deployment["schedules"]:
            own = {"schedule": schedule, "active": True, "parameters": parameters}
            self.prefect.post(f"deployments/{deployment['id']}/schedules", [own])
        for each in deployment["schedules"]:
            body = {"schedule": schedule, "parameters": each["parameters"]}
            self.prefect.patch(f"deployments/{deployment['id']}/schedules/{each['id']}", body)


def start(
    prefect: Stage, deployment: Any, parameters: Mapping[str, object], *, enforce: bool = True
) -> httpx.Response:
    """What the server answers to whoever starts a run, by hand or from a form."""
    address = f"{prefect.url}/deployments/{deployment['id']}/create_flow_run"
    body = {"parameters": parameters, "enforce_parameter_schema": enforce}
    try:
        return ask("POST", address, body)
    except httpx.HTTPStatusError as refused:
        return refused.response
