"""Syncs as real processes: two at once record once, and a kill at any step loses nothing."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from okr_command import Ran
from okr_processes import Processes, ended
from store_locks import all_held, writes_held
from sync_world import BOUND, FIRST, MONDAY, PLAN, SyncWorld, read, slot_readings
from wait import until

from okr_core.record.evidence import decode, re_add
from okr_flows.sync.plan import plan_sync
from okr_sandbox import Fault
from okr_store import open_store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

AS_OF = f"{MONDAY:%Y-%m-%dT%H:%M}"


@dataclass(frozen=True)
class Company:
    """A company whose plan is in a store, under a cycle of the test's own."""

    world: SyncWorld
    processes: Processes
    store_url: str
    cycle: str
    requests: int = 0
    """That one sync of it sends."""

    def start(self) -> subprocess.Popen[str]:
        """Start a sync of the slot."""
        arguments = ("--cycle", self.cycle, "--as-of", AS_OF, "--format", "json")
        return self.processes.okr("sync", *arguments, **self._variables)

    def start_flow(self) -> subprocess.Popen[str]:
        """Start the flow alone, as a worker does."""
        return self.processes.flow(self.cycle, MONDAY.isoformat(), **self._variables)

    def finish(self) -> Ran:
        """Sync the slot."""
        return ended(self.start())

    def runs_at(self, task: str) -> int:
        """How many runs of the cycle are in a task that begins so."""
        # One that could not look at its store has no mark of the workspace.
        names = [f"Sync acme-{self.cycle}", f"Sync {self.cycle}"]
        named = self.processes.api.flow_runs(name={"any_": names})
        running = [self.processes.api.task_runs(run["id"]) for run in named]
        return sum(
            any(name.startswith(task) and state == "Running" for name, state in tasks.items())
            for tasks in running
        )

    def read(self, times: int = 1) -> bool:
        """Whether so many syncs have been answered everything that they ask for."""
        return self.world.sent >= times * self.requests

    def recorded(self) -> set[str]:
        """Key results with a reading in the slot; more than one of each is an error."""
        with open_store(self.store_url) as store:
            return set(slot_readings(store, cycle=self.cycle))

    @property
    def _variables(self) -> dict[str, str]:
        return {**self.world.env, "OKR_STORE_URL": self.store_url}


@pytest.fixture
def company(ready_url: str, processes: Processes) -> Iterator[Company]:
    cycle = f"q-{uuid4().hex[:8]}"
    with SyncWorld.open() as world:
        with open_store(ready_url) as store:
            world.apply(store, PLAN.replace("id: 2026-q4", f"id: {cycle}"))
            read(plan_sync(store, cycle=cycle, as_of=MONDAY), world.env)
        requests = world.sent
        world.begin()
        yield Company(world, processes, ready_url, cycle, requests)


def assert_complete(company: Company) -> None:
    """Every key result has one reading in the slot, which its evidence proves."""
    with open_store(company.store_url) as store:
        found = slot_readings(store, cycle=company.cycle)
        assert {key: reading.value for key, reading in found.items()} == FIRST
        for reading in found.values():
            content = store.evidence(reading.evidence)
            assert content is not None
            assert re_add(decode(content)) == reading.value
        assert store.audit().ok


def test_two_syncs_at_once_record_once(company: Company) -> None:
    with writes_held(company.store_url):
        both = [company.start(), company.start()]
        until(lambda: company.read(times=2), "both have read and want to record")
    first, second = (ended(process) for process in both)
    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert_complete(company)
    told = [{r["key_result"]: r for r in ran.json["readings"]} for ran in (first, second)]
    for key in BOUND:
        one, other = (readings[key] for readings in told)
        assert {one["existing"], other["existing"]} == {True, False}
        assert one | {"existing": None} == other | {"existing": None}


Step = Callable[[Company], subprocess.Popen[str]]


def while_planning(company: Company) -> subprocess.Popen[str]:
    """Killed while it waits for the store that it plans from."""
    with all_held(company.store_url):
        process = company.start_flow()
        until(lambda: company.runs_at("Plan"), "the run plans")
        process.kill()
        process.wait()
    assert company.recorded() == set()
    return process


def while_reading(company: Company) -> subprocess.Popen[str]:
    """Killed while Notion is silent, after Jira's answers were recorded."""
    company.world.sandbox.faults.add(Fault("timeout", match="/v1/", times=None, delay=60))
    process = company.start()
    until(lambda: len(company.recorded()) == 3, "what Jira answered is recorded")
    assert company.runs_at("Read wiki")
    process.kill()
    process.wait()
    company.world.sandbox.faults.clear()
    assert company.recorded() == set(BOUND[:3])
    return process


def while_recording(company: Company) -> subprocess.Popen[str]:
    """Killed while it waits for another writer."""
    with writes_held(company.store_url):
        process = company.start()
        until(company.read, "the run has read and wants to record")
        process.kill()
        process.wait()
    assert company.recorded() == set()
    return process


def while_publishing(company: Company) -> subprocess.Popen[str]:
    """Killed as soon as everything is recorded, before anybody could be told."""
    process = company.start()
    until(lambda: len(company.recorded()) == 5, "everything is recorded", passing=True)
    process.kill()
    process.wait()
    return process


@pytest.mark.parametrize(
    "killed", [while_planning, while_reading, while_recording, while_publishing]
)
def test_the_next_sync_completes_what_a_killed_one_left(company: Company, killed: Step) -> None:
    process = killed(company)
    assert process.returncode == -signal.SIGKILL
    before = company.recorded()
    ran = company.finish()
    assert ran.code == 0, ran.err
    assert {r["key_result"]: r["existing"] for r in ran.json["readings"]} == {
        key: key in before for key in BOUND
    }
    assert_complete(company)
    artifacts = company.processes.api.artifacts(f"okr-acme-sync-{company.cycle}")
    assert artifacts[-1]["description"].startswith("5 of 5 key results observed")
