"""A worker of an older release: its run fails and says what to do; the store is left alone."""

from __future__ import annotations

import pytest
from exports import exported
from prefect_api import PrefectApi
from sqlalchemy import text
from store_samples import raw_engine
from sync_world import CYCLE, MONDAY, SyncWorld

from okr_core.errors import ConfigError
from okr_store import Store
from okr_store.schema import VERSIONS


def set_version(url: str, version: str) -> None:
    with raw_engine(url).begin() as connection:
        connection.execute(text(f"UPDATE okr_version SET version_num = '{version}'"))


def test_a_worker_refuses_a_newer_store_before_it_asks_anyone(
    world: SyncWorld, store: Store, ready_url: str, prefect_server: PrefectApi
) -> None:
    from okr_flows.sync.sync_progress import run_sync  # noqa: PLC0415 - the server's settings come first

    world.apply(store)
    before = exported(ready_url)
    set_version(ready_url, "9999")
    with pytest.raises(ConfigError, match="9999 is newer than this release knows"):
        run_sync(CYCLE, store_url=ready_url, as_of=MONDAY)
    run = prefect_server.flow_runs()[-1]
    assert (run["state_type"], run["state_name"]) == ("COMPLETED", "Refused")
    assert "Upgrade `prefect-okr` here." in run["state"]["message"]
    assert world.sent == 0
    set_version(ready_url, VERSIONS[-1])
    assert exported(ready_url) == before
