"""What people say in Prefect's forms, on a real server with a worker: recorded, or red."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from deployed_workspace import Workspace, start
from prefect_stage import Stage
from wait import until

from okr_store import open_store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
FORMS = ("check-in", "decide")
SAID = {"person": "ada", "key_result": "flow.acme", "confidence": "7", "note": "canary-note"}


def test_a_form_takes_a_check_in_and_a_wrong_answer_ends_red_in_one_sentence(
    prefect: Stage, workspace: Workspace
) -> None:
    workspace.apply({"acme": "0 6 * * *"})
    assert workspace.deploy().code == 0
    check_in, decide = (prefect.deployment(workspace.name, flow) for flow in FORMS)
    form = check_in["parameter_openapi_schema"]
    assert form["additionalProperties"] is False
    assert form["properties"]["person"]["enum"] == ["", "ada"]
    assert form["properties"]["key_result"]["enum"] == ["", "flow.acme"]
    assert len(form["properties"]["confidence"]["enum"]) == 12
    assert start(prefect, check_in, {**SAID, "person": "eve"}).status_code == 409
    ends: Mapping[str, tuple[str, str]] = {
        begun(prefect, check_in, SAID): ("COMPLETED", "flow.acme: recorded"),
        begun(prefect, check_in, {**SAID, "confidence": "", "value": "4"}): (
            "FAILED",
            "`flow.acme` is read from jira; a value by hand hides that.",
        ),
        begun(prefect, decide, {"person": "ada", "question": "Q0000", "reply": "act"}): (
            "FAILED",
            "waits under `Q0000`",
        ),
    }
    with prefect.running("prefect", "worker", "start", "--pool", workspace.pool, env=workspace.env):
        until(lambda: len(ended(prefect, workspace)) == len(ends), "all have ended", seconds=600)
    for run in ended(prefect, workspace):
        kind, said = ends[run["id"]]
        state = run["state"]
        assert state["type"] == kind, state
        assert said in state["message"]
        assert state["name"] == ("Refused" if kind == "FAILED" else "Completed")
        logged = str(prefect.post("logs/filter", {"logs": {"flow_run_id": {"any_": [run["id"]]}}}))
        assert "Traceback" not in logged
        # What was typed is in the run's parameters, which say so, and nowhere else.
        assert "canary-note" not in logged + str(state)
        assert ("canary-note" in str(run["parameters"])) == (run["flow_id"] == check_in["flow_id"])
    with open_store(workspace.env["OKR_STORE_URL"]) as store:
        [entry] = store.entries(workspace.cycle, kinds=("check_in",))
    assert (entry.by, entry.via, entry.key_result) == ("ada", "form", "flow.acme")


def ended(prefect: Stage, workspace: Workspace) -> list[Any]:
    """Runs of both forms that have ended."""
    return [run for flow in FORMS for run in prefect.ended(workspace.name, flow)]


def begun(prefect: Stage, deployment: Mapping[str, object], said: Mapping[str, object]) -> str:
    """Id of a run that somebody started from a form."""
    answer = start(prefect, deployment, said)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])
