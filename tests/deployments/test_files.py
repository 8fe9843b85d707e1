"""What the files under deployments/ set is what Prefect knows, and what this package expects."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from prefect.settings import PREFECT_SERVER_EVENTS_CAUSAL_ORDERING
from prefect.settings.legacy import _get_settings_fields
from prefect.settings.models.root import Settings
from ruamel.yaml import YAML

from okr_flows.deploy.deployments import FLOWS
from okr_flows.deploy.fields import HEARTBEAT_VARIABLE
from okr_flows.notify.notices import HEARTBEAT_SECONDS

FOLDER = Path(__file__).resolve().parents[2] / "deployments"


def _read(name: str) -> Any:
    return YAML(typ="safe").load((FOLDER / name).read_text(encoding="utf-8"))


@pytest.fixture
def services() -> dict[str, Any]:
    return dict(_read("compose.yaml")["services"])


def test_composed_settings_are_ones_that_prefect_knows(services: dict[str, Any]) -> None:
    known = set(_get_settings_fields(Settings))
    for name in ("server", "worker"):
        given = {each for each in services[name]["environment"] if each.startswith("PREFECT_")}
        assert given <= known
        assert services[name]["image"].startswith(f"prefecthq/prefect:{version('prefect')}-")


def test_a_composed_server_keeps_events_that_wait_for_others(services: dict[str, Any]) -> None:
    module = services["server"]["environment"][PREFECT_SERVER_EVENTS_CAUSAL_ORDERING.name]
    assert import_module(module).CausalOrdering


def test_composed_and_listed_runs_show_that_they_are_alive_as_often_as_notices_ask(
    services: dict[str, Any],
) -> None:
    assert services["worker"]["environment"][HEARTBEAT_VARIABLE] == str(HEARTBEAT_SECONDS)
    deployments = _read("prefect.yaml")["deployments"]
    assert len(deployments) == len(FLOWS)
    for each in deployments:
        env = each["work_pool"]["job_variables"]["env"]
        assert env == {HEARTBEAT_VARIABLE: str(HEARTBEAT_SECONDS)}
