"""What Prefect's API shows to everyone who can open it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from prefect_asks import ask

Record = dict[str, Any]


@dataclass(frozen=True)
class PrefectApi:
    """A Prefect server.

    Attributes:
        url: Of its API.
    """

    url: str

    def flow_runs(self, **wanted: Record) -> list[Record]:
        """Flow runs, the newest last."""
        found = self._all("flow_runs", {"flow_runs": wanted} if wanted else {})
        return sorted(found, key=lambda run: str(run["created"]))

    def task_runs(self, flow_run: str) -> dict[str, str]:
        """Name → state of the tasks of a flow run."""
        wanted = {"flow_runs": {"id": {"any_": [flow_run]}}}
        return {str(run["name"]): str(run["state_name"]) for run in self._all("task_runs", wanted)}

    def task_tags(self) -> set[str]:
        """Tags of all tasks: for each, Prefect is asked for a slot before the task begins."""
        return {str(tag) for run in self._all("task_runs", {}) for tag in run["tags"]}

    def logs(self, flow_run: str) -> str:
        """What a flow run logged."""
        wanted = {"logs": {"flow_run_id": {"any_": [flow_run]}}}
        return "\n".join(str(line["message"]) for line in self._all("logs", wanted))

    def artifacts(self, key: str) -> list[Record]:
        """Every version of an artifact, the newest last."""
        found = self._all("artifacts", {"artifacts": {"key": {"any_": [key]}}})
        return sorted(found, key=lambda artifact: str(artifact["created"]))

    def events(self, name: str = "", resource: str = "") -> list[Record]:
        """Events of a name about a resource."""
        wanted: Record = {}
        if name:
            wanted["event"] = {"name": [name]}
        if resource:
            wanted["resource"] = {"id": [resource]}
        answer = self._post("events/filter", {"filter": wanted, "limit": 50})
        return list(answer["events"])

    def everything(self) -> str:
        """All that it keeps of runs, tasks, logs, artifacts and events, as one text."""
        tables = ("flows", "flow_runs", "task_runs", "logs", "artifacts")
        rows: list[Any] = [self._all(table, {}) for table in tables]
        events = self._post("events/filter", {"filter": {}, "limit": 50})
        rows.append(events["events"])
        while events.get("next_page"):
            events = ask("GET", events["next_page"]).json()
            rows.append(events["events"])
        return json.dumps(rows)

    def _all(self, table: str, wanted: Record) -> list[Record]:
        found: list[Record] = []
        while page := self._post(f"{table}/filter", {**wanted, "offset": len(found), "limit": 200}):
            found += page
        return found

    def _post(self, path: str, body: Record) -> Any:
        return ask("POST", f"{self.url}/{path}", body).json()
