"""What the forms of deployments take and refuse, on a real Prefect server."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from deployed_workspace import Workspace, start
from prefect_stage import Stage
from wait import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_a_form_takes_what_there_is_and_refuses_all_else_in_a_sentence(
    prefect: Stage, workspace: Workspace
) -> None:
    workspace.apply({"acme": "0 6 * * *", "other": "0 7 * * *"})
    assert workspace.deploy().code == 0
    sync, report = (
        prefect.deployment(workspace.name, each) for each in ("sync-progress", "report-cycle")
    )
    assert "schedules" in sync
    for parameters, said in (
        ({"cycle": "bogus"}, "'bogus' is not one of"),
        ({"connection": "bogus"}, "'bogus' is not one of ['', 'acme', 'other']"),
        ({"only": ["bogus"]}, "'bogus' is not one of ['flow.acme', 'flow.other']"),
        ({"conection": "acme"}, "'conection' was unexpected"),
    ):
        answer = start(prefect, sync, parameters)
        assert answer.status_code == 409, parameters
        assert said in answer.json()["detail"]
    assert start(prefect, report, {"audience": "team:bogus"}).status_code == 409
    assert start(prefect, report, {"audience": "team:growth", "formats": ["md"]}).status_code == 201
    whole = {"connection": "acme", "only": ["flow.acme"], "as_of": "2026-10-01T06:00:00Z"}
    assert start(prefect, sync, whole).status_code == 201


REFUSED: Mapping[str, Mapping[str, object]] = {
    "the store has no plan of cycle `bogus`.": {"cycle": "bogus"},
    "no cycle is named.": {"cycle": ""},
    "is bound to connection `bogus`.": {"connection": "bogus"},
    "key result `bogus` of cycle": {"only": ["bogus"]},
    "lies in the future": {"as_of": "2126-01-01T00:00:00Z"},
    "as_of `yesterday` does not fit. It takes a time with its zone": {"as_of": "yesterday"},
    "only `nope` does not fit. It takes a list of ids": {"only": "nope"},
}
"""What a run says → the parameters that it was started with past the form's check."""


def test_where_the_forms_check_is_switched_off_the_flow_refuses_in_our_words(
    prefect: Stage, workspace: Workspace
) -> None:
    workspace.apply({"acme": "0 6 * * *"})
    assert workspace.deploy().code == 0
    sync = prefect.deployment(workspace.name)
    said = {
        start(prefect, sync, parameters, enforce=False).json()["id"]: words
        for words, parameters in REFUSED.items()
    }
    with prefect.running(
        "prefect", "worker", "start", "--pool", workspace.pool, env=workspace.env
    ) as worker:
        until(
            lambda: prefect.ended(workspace.name)[len(REFUSED) - 1 :], "all have ended", seconds=600
        )
    for run in prefect.ended(workspace.name):
        assert run["state"]["type"] != "CRASHED", "".join(worker.said)
        lines = prefect.post("logs/filter", {"logs": {"flow_run_id": {"any_": [run["id"]]}}})
        assert not any("Traceback" in each["message"] for each in lines), lines
        assert said.pop(run["id"]) in run["state"]["message"], run["state"]


def test_a_persons_schedule_that_the_flow_would_refuse_is_told(workspace: Workspace) -> None:
    workspace.apply({"acme": "0 6 * * *"})
    assert workspace.deploy().code == 0
    place = f"deployments/{workspace.prefect.deployment(workspace.name)['id']}/schedules"
    wrong = {"connection": "gone"}
    own = {
        "schedule": {"cron": "0 1 * * *"},
        "active": True,
        "slug": "nightly",
        "parameters": wrong,
    }
    workspace.prefect.post(place, [own])
    again = workspace.deploy()
    assert again.out.startswith("Nothing to change")
    assert "schedule nightly of" in again.err
    assert "'gone' is not one of ['', 'acme']" in again.err
