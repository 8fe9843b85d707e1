"""A place of work: a workspace, its store, trackers, chat, and workers, on a Prefect server."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from okr_command import Ran
from patience import until
from prefect_stage import Chat, chat
from servers import PrefectServer
from trackers import ISSUES, Tracker
from workers import Run, Workers

from okr_store import open_store

BOUND = (1, 2)
CYCLE = "this-quarter"
YEARLY = "0 6 1 1 *"
"""A schedule that is not due while this runs; runs are started by hand, for a slot."""
LATE_SECONDS = 20.0
"""How long the notice of late runs waits here; as deployed it is minutes."""
WORKING = ("RUNNING", "PENDING", "CANCELLING")
OVER = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


@dataclass
class Place:
    """A workspace whose connection `slow` takes one run at a time, and `fast` any number.

    Attributes:
        server: The Prefect server.
        folder: With `okr.yaml`; no worker knows it.
        store_url: Where its store is.
        slow: The tracker behind `slow`; it can be held.
        fast: The tracker behind `fast`.
        chat: What its route was told.
        crew: Its workers.
    """

    server: PrefectServer
    folder: Path
    store_url: str
    slow: Tracker
    fast: Tracker
    chat: Chat
    schedules: Mapping[str, str]
    crew: Workers = field(init=False)

    def __post_init__(self) -> None:
        self.crew = Workers(self.server.stage, self.pool, self.env)

    @classmethod
    @contextmanager
    def open(
        cls,
        server: PrefectServer,
        folder: Path,
        store_url: str = "",
        schedules: Mapping[str, str] | None = None,
    ) -> Iterator[Place]:
        """A place with nothing applied; with the block its trackers, chat and workers end."""
        (folder / "cycles").mkdir(parents=True)
        with ExitStack() as open_:
            slow, fast = (open_.enter_context(Tracker()) for _ in range(2))
            place = cls(
                server=server,
                folder=folder,
                store_url=store_url or str(folder / "okr.db"),
                slow=slow,
                fast=fast,
                chat=open_.enter_context(chat()),
                schedules=schedules or {"slow": YEARLY, "fast": YEARLY},
            )
            try:
                yield place
            finally:
                place.clear()

    @property
    def pool(self) -> str:
        """Its work pool: what belongs to it on the server is known by it."""
        return f"pool-{self.folder.name}"

    @property
    def env(self) -> dict[str, str]:
        """What a worker knows: the store and tokens, nothing of the folder."""
        tokens = {"OKR_STORE_URL": self.store_url}
        for name in ("slow", "fast"):
            tokens[f"OKR_{name.upper()}_USER"] = self.slow.jira_user
            tokens[f"OKR_{name.upper()}_TOKEN"] = self.slow.jira_token
        return tokens

    def key_results(self, connection: str) -> tuple[str, ...]:
        """The key results that are bound to a connection."""
        return tuple(f"flow.{connection}-{number}" for number in BOUND)

    def set_up(self) -> None:
        """Apply the plan and deploy it; the chat's block is on the server."""
        self.apply()
        self.deploy()

    def apply(self) -> None:
        """Make the store from the files."""
        self._write()
        for name in ("okr.yaml", "cycles/plan.yaml"):
            self.must("apply", name, "--by", "ada", "--reason", "new", "--reason-class", "learned")

    def deploy(self, *arguments: str) -> str:
        """Deploy the cycle; what it said."""
        return self.must("deploy", "--pool", self.pool, *arguments).out

    def okr(self, *arguments: str) -> Ran:
        """Run a command in the folder."""
        return self.server.stage.okr(*arguments, folder=self.folder, **self.env)

    def must(self, *arguments: str) -> Ran:
        """Run a command that ends well."""
        ran = self.okr(*arguments)
        assert ran.code == 0, f"okr {' '.join(arguments)} ended with {ran.code}: {ran.err}"
        return ran

    def deployment(self) -> Run:
        """Its deployment of `sync-progress`."""
        wanted = {
            "work_pools": {"name": {"any_": [self.pool]}},
            "flows": {"name": {"any_": ["sync-progress"]}},
        }
        (found,) = self.server.stage.post("deployments/filter", wanted)
        return dict(found)

    def wait_less(self) -> float:
        """Have the notice of late runs wait seconds instead of minutes; seconds that it spares."""
        mine = str(self.deployment()["id"])
        spared = 0.0
        for each in self.server.stage.post("automations/filter"):
            trigger = each["trigger"]
            if each["name"].endswith("late") and mine in json.dumps(trigger):
                spared = max(spared, trigger["within"] - LATE_SECONDS)
                kept = {key: each[key] for key in ("name", "description", "tags", "enabled")}
                body = {"actions": each["actions"], "trigger": {**trigger, "within": LATE_SECONDS}}
                self.server.stage.put(f"automations/{each['id']}", kept | body)
        return spared

    def start(self, connection: str, slot: datetime) -> str:
        """Have a worker sync a connection for a slot; the run's id."""
        asked = {"cycle": CYCLE, "connection": connection, "as_of": slot.isoformat()}
        place = f"deployments/{self.deployment()['id']}/create_flow_run"
        return str(self.server.stage.post(place, {"parameters": asked})["id"])

    def run(self, run: str) -> Run:
        """A run as the server has it."""
        return dict(self.server.stage.get(f"flow_runs/{run}"))

    def runs(self, *types: str) -> list[Run]:
        """Runs of its pool whose state is of these types, the first due first."""
        wanted = {
            "work_pools": {"name": {"any_": [self.pool]}},
            "flow_runs": {"state": {"type": {"any_": types}}},
            "sort": "EXPECTED_START_TIME_ASC",
        }
        return list(self.server.stage.post("flow_runs/filter", wanted))

    def is_over(self, run: str) -> Run | None:
        """The run, once it has ended."""
        found = self.run(run)
        return found if found["state_type"] in OVER else None

    def over(self, run: str, *, seconds: float) -> Run:
        """The run at its end."""
        return until(lambda: self.is_over(run), f"run {run} ends", seconds=seconds)

    def running(self, run: str, *, seconds: float = 240) -> Run:
        """The run while a process of a worker works on it."""

        def works() -> Run | None:
            found = self.run(run)
            assert found["state_type"] not in OVER, f"it ended: {found['state']}"
            return found if found["state_type"] == "RUNNING" else None

        return until(works, f"run {run} runs", seconds=seconds)

    def readings(self, slot: datetime) -> Counter[tuple[str, str]]:
        """Key result and source → live readings of a slot."""
        with open_store(self.store_url) as store:
            live = [r for r in store.readings(CYCLE, as_of=None) if r.as_of == slot]
        wrong = [r.value for r in live if r.value != ISSUES]
        assert not wrong, f"the tracker has {ISSUES} issues, the store says {wrong}"
        return Counter((r.key_result, r.source) for r in live)

    def clear(self) -> None:
        """Answer what is held, end what still runs and its workers."""
        self.slow.release()
        self.crew.dismiss()
        with suppress(httpx.HTTPError):  # where the server is gone nobody knows of more
            for run in self.runs(*WORKING):
                self.crew.kill_engine(run)

    def _write(self) -> None:
        today = datetime.now(UTC).date()
        workspace = (
            "organization: Acme\npeople: {ada: {name: Ada}}\nteams: {growth: {name: Growth}}\n"
            f"routes: {{growth: {self.pool}}}\nconnections:\n"
        )
        plan = (
            f"cycle: {{id: {CYCLE}, starts: {today - timedelta(20)}, "
            f"ends: {today + timedelta(60)}, timezone: UTC}}\nobjectives:\n"
            "  - id: flow\n    title: Work flows\n    team: growth\n    owner: ada\n"
            "    key_results:\n"
        )
        for name, cron in self.schedules.items():
            url = (self.slow if name == "slow" else self.fast).jira_url
            limit = ", runs_at_once: 1" if name == "slow" else ""
            workspace += (
                f'  {name}: {{kind: jira, url: "{url}", timeout: 120, schedule: "{cron}"{limit}}}\n'
            )
            for key in self.key_results(name):
                plan += (
                    f"      - {{id: {key}, title: Stories, "
                    "metric: {kind: increase, baseline: 0, target: 100}, source: "
                    f"{{jira: {{connection: {name}, jql: project = GEN, measure: count}}}}}}\n"
                )
        (self.folder / "okr.yaml").write_text(workspace)
        (self.folder / "cycles/plan.yaml").write_text(plan)


def save_chats(server: PrefectServer, places: list[Place]) -> None:
    """Put the block of each place's chat on the server, by the name of its pool."""
    script = "from prefect.blocks.notifications import CustomWebhookNotificationBlock as Hook\n"
    for place in places:
        body = "{'subject': '{{subject}}', 'body': '{{body}}'}"
        script += (
            f"Hook(name='hook', url='{place.chat.url}', json_data={body}, allow_private_urls=True)"
            f".save('{place.pool}', overwrite=True)\n"
        )
    ran = server.stage.python(script)
    assert ran.code == 0, ran.err


def told_after(chat_: Chat, since: float, word: str) -> float | None:
    """Seconds from a moment until the chat was told something with a word; None: it was not."""
    heard = zip(chat_.times, chat_.messages, strict=False)  # the last may just be coming
    return next(
        (at - since for at, each in heard if at >= since and word in str(each).lower()), None
    )


def names(runs: list[dict[str, Any]]) -> str:
    """How runs ended, in words."""
    counted = Counter(str(run["state_name"]) for run in runs)
    return ", ".join(f"{number} {name}" for name, number in sorted(counted.items()))
