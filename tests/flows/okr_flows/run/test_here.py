"""Flows that somebody's own flow names go with it to where it is served."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import cloudpickle
import pytest
from prefect import Flow, flow

from okr_flows.backfill.backfill_progress import backfill_progress
from okr_flows.report.report_cycle import report_cycle
from okr_flows.score.score_cycle import score_cycle
from okr_flows.sync.sync_progress import sync_progress
from okr_flows.write_back.write_back_scores import write_back_scores

OURS = (sync_progress, score_cycle, report_cycle, backfill_progress, write_back_scores)
READ = "import cloudpickle, sys; print(cloudpickle.loads(sys.stdin.buffer.read()).name)"


@pytest.mark.parametrize("ours", OURS, ids=[each.name for each in OURS])
def test_a_served_flow_of_ones_own_takes_ours_to_its_process(ours: Flow[..., Any]) -> None:
    @flow(name="own")
    def own() -> None:
        ours()

    sent = cloudpickle.dumps(own)
    read = subprocess.run([sys.executable, "-c", READ], input=sent, capture_output=True, check=True)
    assert read.stdout.decode().strip() == "own"
