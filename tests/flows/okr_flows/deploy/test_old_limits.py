"""Limits of an earlier release, as a server tells of them and as one deletes them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from prefect_api import PrefectApi
from prefect_asks import ask

from okr_flows.deploy.diff import Change, Key
from okr_flows.deploy.old_limits import OldLimit, old_limits
from okr_flows.run.names import CycleNames
from okr_flows.run.prefect_api import API, api_client


def limit(api: PrefectApi, name: str) -> None:
    ask("POST", f"{api.url}/v2/concurrency_limits/", {"name": name, "limit": 2})


def _limits(address: str, connections: list[str]) -> list[OldLimit]:
    with api_client({API: address}) as client:
        return old_limits(client, connections)


def older_deployment(api: PrefectApi, cycle: str, slug: str, at_once: int | None) -> None:
    """A deployment as an earlier release made it, or none: this one has no limit."""
    flow = ask("POST", f"{api.url}/flows/", {"name": "sync-progress"}).json()["id"]
    body: dict[str, Any] = {
        "name": cycle,
        "flow_id": flow,
        "tags": ["okr", cycle],
        "schedules": [
            {"slug": slug, "schedule": {"cron": "0 6 * * *", "timezone": "UTC"}, "active": False}
        ],
        "concurrency_limit": at_once,
        "parameters": {"cycle": cycle},
        "entrypoint": "okr_flows.sync_progress.sync_progress",
    }
    ask("POST", f"{api.url}/deployments/", body)


def test_limits_of_the_workspaces_connections_are_told_with_their_taken_slots(
    prefect_server: PrefectApi,
) -> None:
    for name in ("okr-sync-told", "okr-sync-strange", "told"):
        limit(prefect_server, name)
    taken = {"names": ["okr-sync-told"], "slots": 1}
    ask("POST", f"{prefect_server.url}/v2/concurrency_limits/increment", taken)
    found = _limits(prefect_server.url, ["told", "other"])
    assert found == [OldLimit("okr-sync-told", slots=2, taken=1, running=0)]


def test_what_is_no_prefect_server_has_no_limits(prefect_server: PrefectApi) -> None:
    with pytest.raises((httpx.HTTPError, ValueError)):
        _limits(f"{prefect_server.url}/elsewhere", ["told"])


def test_only_limits_that_no_deployment_of_that_release_waits_for_are_deleted(
    prefect_server: PrefectApi,
) -> None:
    from okr_flows.deploy.server import prefect_server as reached  # noqa: PLC0415 - imports Prefect

    for name in ("okr-sync-mine", "okr-sync-ours", "okr-sync-new", "okr-sync-else"):
        limit(prefect_server, name)
    older_deployment(prefect_server, "lim-mine", "okr-sync-mine", at_once=1)
    older_deployment(prefect_server, "lim-theirs", "okr-sync-ours", at_once=1)
    older_deployment(prefect_server, "lim-new", "okr-sync-new", at_once=None)
    with reached() as server:
        mine = CycleNames("acme", "lim-mine")
        adopted = server.strangers([mine], ["lim-mine"])
        assert len(adopted) == 1
        limits = list(server.old_limits(["mine", "ours", "new"], adopted))
        assert limits == [Key("limit", "okr-sync-mine"), Key("limit", "okr-sync-new")]
        for key in (*limits, limits[0]):  # one that is gone already is no error
            server.apply(Change("delete", key))
        assert server.old_limits(["mine"], adopted) == {}
    left = _limits(prefect_server.url, ["mine", "ours", "new", "else"])
    assert sorted(each.name for each in left) == ["okr-sync-else", "okr-sync-ours"]
