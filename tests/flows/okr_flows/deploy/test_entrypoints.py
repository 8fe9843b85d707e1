"""Entrypoints: a worker loads a flow by the module path that its deployment holds."""

from importlib import import_module

import pytest
from prefect import Flow
from prefect.blocks.core import Block
from prefect.flows import load_flow_from_entrypoint

from okr_flows.deploy.deployments import FLOWS

EARLIER = {
    "okr_flows.sync_progress.sync_progress": "sync-progress",
    "okr_flows.score_cycle.score_cycle": "score-cycle",
    "okr_flows.report_cycle.report_cycle": "report-cycle",
}
"""What deployments of earlier releases hold until the next `okr deploy`."""


@pytest.mark.parametrize(
    ("entrypoint", "name"), [*EARLIER.items(), *((row.entrypoint, row.name) for row in FLOWS)]
)
def test_every_entrypoint_that_was_ever_deployed_loads_its_flow(entrypoint: str, name: str) -> None:
    flow: Flow[..., object] = load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False)
    assert flow.name == name


@pytest.mark.parametrize(
    "block",
    [
        "okr_flows.workspace_block.OkrWorkspace",
        "okr_jira.credentials.JiraCredentials",
        "okr_notion.credentials.NotionCredentials",
        "okr_http.credentials.HttpCredentials",
    ],
)
def test_scripts_of_earlier_releases_import_their_blocks(block: str) -> None:
    module, _, name = block.rpartition(".")
    assert issubclass(getattr(import_module(module), name), Block)
