"""Tokens and passwords show nowhere: not in logs, streams, Prefect, the store, nor in errors."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

import pytest
from prefect_api import PrefectApi
from sqlalchemy import make_url
from sync_world import (
    CYCLE,
    JIRA_TOKEN,
    MONDAY,
    NOTION_TOKEN,
    PLAN,
    WORKSPACE,
    SyncWorld,
)
from traces import everything_logged, found, shapes_of, store_rows, told_of
from wait import until

from okr_core.errors import OkrError
from okr_flows.sync.report import SyncReport
from okr_sandbox import Fault
from okr_sandbox.faults import FaultKind
from okr_store import open_store

PASSWORD = "pg-password-that-shows-nowhere"
KINDS = [401, *(pytest.param(k, marks=pytest.mark.slow) for k in (403, 500, "timeout", "drop"))]


@pytest.fixture
def secret_url(ready_url: str) -> str:
    """The store's URL, with a password where the engine has passwords."""
    if "://" not in ready_url:
        return ready_url
    url = make_url(ready_url).set(password=PASSWORD)
    return url.render_as_string(hide_password=False)


@pytest.fixture
def secrets(world: SyncWorld, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that must show nowhere; the tokens are where a worker has them."""
    # Prefect sets up logging when it is imported: not while everything is listened to.
    import okr_flows.sync.sync_progress  # noqa: F401, PLC0415

    for name, value in world.env.items():
        monkeypatch.setenv(name, value)
    user = world.env["OKR_TRACKER_USER"]
    return [
        *shapes_of(JIRA_TOKEN, user),
        *shapes_of(NOTION_TOKEN),
        *shapes_of(PASSWORD, "postgres"),
    ]


def sync(url: str, cycle: str = CYCLE) -> SyncReport:
    from okr_flows.sync.sync_progress import run_sync  # noqa: PLC0415 - the server's settings come first

    return run_sync(cycle, store_url=url, as_of=MONDAY)


@dataclass(frozen=True)
class Outlets:
    """Where a run shows something, logs and the store apart."""

    api: PrefectApi
    streams: pytest.CaptureFixture[str]

    def shown(self) -> list[str]:
        """Standard output and error, and what Prefect keeps once the last run's logs are there."""
        run = self.api.flow_runs()[-1]
        until(lambda: self.api.logs(run["id"]), "the run has logged")
        out, err = self.streams.readouterr()
        return [out, err, self.api.everything()]


@pytest.fixture
def outlets(prefect_server: PrefectApi, capfd: pytest.CaptureFixture[str]) -> Outlets:
    return Outlets(prefect_server, capfd)


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_shows_when_both_servers_misbehave(
    world: SyncWorld, secret_url: str, secrets: list[str], outlets: Outlets, kind: FaultKind
) -> None:
    cycle = f"q-{uuid4().hex[:8]}"
    patience = "timeout: 0.2" if kind == "timeout" else "timeout: 20"
    with open_store(secret_url) as store:
        plan = PLAN.replace("id: 2026-q4", f"id: {cycle}")
        world.apply(store, plan, WORKSPACE.replace("timeout: 20", patience))
    world.sandbox.faults.add(Fault(kind, times=None, delay=0.6, retry_after=0))
    with everything_logged() as logged:
        report = sync(secret_url, cycle)
    assert report.totals == {"unavailable": 5}
    assert any("httpx" in line for line in logged)
    told = f"okr.cycle.acme.{cycle}"
    until(lambda: outlets.api.events("okr.progress.synced", told), "the run is told")
    traces = [*logged, *outlets.shown(), store_rows(secret_url), repr(report)]
    assert found(secrets, *traces) == []


def test_no_secret_shows_when_the_store_cannot_be_reached(
    secrets: list[str], outlets: Outlets
) -> None:
    url = f"postgresql://okr:{PASSWORD}@127.0.0.1:9/okr"
    with everything_logged() as logged, pytest.raises(OkrError) as raised:
        sync(url)
    assert found(secrets, *logged, *outlets.shown(), told_of(raised.value)) == []
