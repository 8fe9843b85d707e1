"""The flow `sync-progress`, through Prefect: how runs end, what people see, what events say."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prefect_api import PrefectApi, Record
from sync_world import (
    CYCLE,
    FIRST,
    MONDAY,
    PLAN,
    WEEK,
    WORKSPACE,
    SyncWorld,
    slot_readings,
    values,
)
from wait import until

from okr_core.errors import InputError, StoreUnreachableError
from okr_flows.sync.report import SyncReport
from okr_sandbox import Fault
from okr_store import Store, open_store

pytestmark = pytest.mark.usefixtures("prefect_server")


@pytest.fixture(autouse=True)
def _tokens(world: SyncWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in world.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("OKR_STORE_URL", raising=False)


@pytest.fixture
def lite(sqlite_template: Path, tmp_path: Path) -> str:
    """A store without rows on SQLite: what Prefect shows is no matter of the engine."""
    return str(shutil.copy(sqlite_template, tmp_path / "lite.db"))


@pytest.fixture
def lite_store(lite: str) -> Iterator[Store]:
    with open_store(lite) as opened:
        yield opened


def sync(url: str, as_of: datetime | None = MONDAY, cycle: str = CYCLE) -> SyncReport:
    from okr_flows.sync.sync_progress import run_sync  # noqa: PLC0415 - the server's settings come first

    return run_sync(cycle, store_url=url, as_of=as_of)


def last_run(api: PrefectApi) -> Record:
    return api.flow_runs()[-1]


def named(plan: str, cycle: str) -> str:
    """The plan under an id of its own: artifacts and events are the cycle's."""
    return plan.replace("id: 2026-q4", f"id: {cycle}")


def test_a_sync_that_observes_everything_is_completed(
    world: SyncWorld, ready_url: str, prefect_server: PrefectApi
) -> None:
    with open_store(ready_url) as store:
        world.apply(store)
        report = sync(ready_url)
        assert values(store) == FIRST
        assert store.audit().ok
    assert report.totals == {"observed": 5}
    run = last_run(prefect_server)
    assert (run["name"], run["state_name"]) == ("Sync acme-2026-q4", "Completed")
    assert run["state"]["message"] == "5 of 5 key results observed"
    tasks = until(lambda: _four_tasks(prefect_server, run), "tasks are shown")
    assert set(tasks.values()) == {"Completed"}
    assert {"Read tracker", "Read wiki"} <= set(tasks)


def _four_tasks(api: PrefectApi, run: Record) -> dict[str, str]:
    tasks = api.task_runs(run["id"])
    return tasks if list(tasks.values()).count("Completed") == 4 else {}


def test_a_sync_of_this_process_that_leaves_something_open_is_given_back_under_a_name(
    world: SyncWorld, lite_store: Store, lite: str, prefect_server: PrefectApi
) -> None:
    world.apply(lite_store)
    sync(lite)
    unknown = PLAN.replace("{average: Score}", "{average: Rating}")
    renamed = unknown.replace("labels = checkout", "labels = payments")
    world.apply(lite_store, renamed, workspace=None)
    report = sync(lite, MONDAY + WEEK)
    run = last_run(prefect_server)
    assert (run["state_type"], run["state_name"]) == ("COMPLETED", "Needs attention")
    assert run["state"]["message"] == "3 of 5 key results observed, 1 suspect, 1 unavailable"
    assert report.exit_code == 4
    logged = until(lambda: prefect_server.logs(run["id"]), "the run has logged")
    assert "bugs.open is suspect: fell from 6 to 0 issues" in logged
    assert "okr accept bugs.open" in logged
    assert "talks.score is unavailable" in logged
    assert "Needs attention: 3 of 5 key results observed" in logged
    assert "Traceback" not in logged


def test_a_sync_with_a_connection_down_says_which(
    world: SyncWorld, lite_store: Store, lite: str, prefect_server: PrefectApi
) -> None:
    world.apply(lite_store)
    world.sandbox.faults.add(Fault(401, match="/v1/", times=None))
    report = sync(lite)
    run = last_run(prefect_server)
    assert (run["state_type"], run["state_name"]) == ("COMPLETED", "Connection down")
    assert "connection down: wiki (" in run["state"]["message"]
    assert set(values(lite_store)) == {"bugs.open", "scaling.done", "scaling.points"}
    assert report.exit_code == 4


def test_progress_and_a_page_with_links_are_shown_under_stable_keys(
    world: SyncWorld, lite: str, prefect_server: PrefectApi
) -> None:
    cycle = "shown"
    with open_store(lite) as store:
        world.apply(store, named(PLAN.replace("{average: Score}", "{average: Rating}"), cycle))
    for slot in (MONDAY, MONDAY, MONDAY + WEEK):
        world.sandbox.clock.set(slot)
        sync(lite, slot, cycle)
    pages = prefect_server.artifacts(f"okr-acme-sync-{cycle}")
    assert [page["type"] for page in pages] == ["markdown"] * 3
    first, again, later = pages
    assert first["data"] == again["data"] != later["data"]
    assert first["description"].startswith("4 of 5 key results observed, 1 unavailable, as of")
    needs, _, rows = first["data"].partition("###")
    assert "(`talks.score`): its source gave no value." in needs
    assert "Rating" in needs
    (row,) = [line for line in rows.splitlines() if "Open checkout bugs" in line]
    assert re.match(r"\| \[Open checkout bugs from 8 to 0\]\(http.+\) \| 6 bugs \| 25 % \|", row)
    progress = prefect_server.artifacts(f"okr-acme-progress-{cycle}")
    assert [each["type"] for each in progress] == ["progress"] * 3
    assert progress[0]["data"] == progress[1]["data"]
    assert progress[2]["data"] > progress[0]["data"]


def test_events_say_that_a_cycle_was_synced_and_once_that_a_value_is_suspect(
    world: SyncWorld, lite_store: Store, lite: str, prefect_server: PrefectApi
) -> None:
    cycle = "told"
    world.apply(lite_store, named(PLAN, cycle))
    sync(lite, MONDAY, cycle)
    renamed = PLAN.replace("labels = checkout", "labels = payments")
    world.apply(lite_store, named(renamed, cycle), workspace=None)
    for _ in range(2):
        sync(lite, MONDAY + WEEK, cycle)
    synced = until(lambda: _events(prefect_server, cycle, 3), "three syncs are told")
    assert {event["payload"]["observed"] for event in synced} == {5, 4}
    assert {event["payload"]["suspect"] for event in synced} == {0, 1}
    about = f"okr.keyresult.acme.{cycle}.bugs.open"
    (suspect,) = prefect_server.events("okr.keyresult.suspect", about)
    assert "fell from 6 to 0" in suspect["payload"]["why"]


def _events(api: PrefectApi, cycle: str, number: int) -> list[Record]:
    found = api.events("okr.progress.synced", f"okr.cycle.acme.{cycle}")
    return found if len(found) == number else []


def test_a_run_of_the_same_slot_changes_nothing(
    world: SyncWorld, lite_store: Store, lite: str, prefect_server: PrefectApi
) -> None:
    world.apply(lite_store)
    first = sync(lite)
    rows = list(lite_store.readings(CYCLE, as_of=None))
    world.sandbox.requests.clear()
    second = sync(lite, MONDAY + timedelta(seconds=40))
    assert world.sent == 0
    assert list(lite_store.readings(CYCLE, as_of=None)) == rows
    assert [r.value for r in second.readings] == [r.value for r in first.readings]
    assert last_run(prefect_server)["state_name"] == "Completed"


def test_the_slot_of_a_late_run_is_its_scheduled_start(
    world: SyncWorld,
    lite_store: Store,
    lite: str,
    prefect_server: PrefectApi,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from prefect.client.orchestration import get_client  # noqa: PLC0415
    from prefect.flow_engine import run_flow  # noqa: PLC0415
    from prefect.states import Scheduled  # noqa: PLC0415

    from okr_flows.sync.sync_progress import sync_progress  # noqa: PLC0415

    monkeypatch.setenv("OKR_STORE_URL", lite)
    world.apply(lite_store)
    planned = datetime.now(UTC) - timedelta(hours=6)
    with get_client(sync_client=True) as client:
        late = client.create_flow_run(
            sync_progress,
            parameters={"cycle": CYCLE},
            state=Scheduled(scheduled_time=planned),
        )
    run_flow(sync_progress, late, {"cycle": CYCLE}, return_type="state")
    assert last_run(prefect_server)["state_name"] == "Completed"
    slot = planned.replace(second=0, microsecond=0)
    assert len(slot_readings(lite_store, slot)) == 5


def test_live_readings_count_in_the_progress_of_their_run_and_of_its_repetition(
    world: SyncWorld, lite_store: Store, lite: str, prefect_server: PrefectApi
) -> None:
    cycle = "live"
    world.apply(lite_store, named(PLAN, cycle), WORKSPACE.replace(", reads_past: yes", ""))
    slot = datetime.now(UTC)
    for _ in range(2):
        sync(lite, slot, cycle)
    first, again = prefect_server.artifacts(f"okr-acme-progress-{cycle}")
    assert first["data"] == again["data"] > 0


def test_a_run_that_cannot_plan_is_refused_with_one_sentence_and_raises_it_here(
    world: SyncWorld, lite: str, prefect_server: PrefectApi
) -> None:
    with pytest.raises(InputError, match="no plan of cycle `2026-q4`"):
        sync(lite)
    run = last_run(prefect_server)
    assert (run["state_type"], run["state_name"]) == ("COMPLETED", "Refused")
    assert "no plan of cycle `2026-q4`" in run["state"]["message"]
    logged = until(lambda: prefect_server.logs(run["id"]), "the run has logged")
    assert "Traceback" not in logged
    with pytest.raises(StoreUnreachableError):
        sync("postgresql://okr@127.0.0.1:9/okr")
