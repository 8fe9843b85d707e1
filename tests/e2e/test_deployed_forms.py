"""What the forms of deployments take and refuse, on a real Prefect server."""

from __future__ import annotations

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


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"cycle": "bogus"}, "the store has no plan of cycle `bogus`."),
        ({"cycle": ""}, "no cycle is named."),
        ({"connection": "bogus"}, "is bound to connection `bogus`."),
        ({"only": ["bogus"]}, "key result `bogus` of cycle"),
        ({"as_of": "2126-01-01T00:00:00Z"}, "lies in the future."),
    ],
    ids=["cycle", "no-cycle", "connection", "key-result", "future"],
)
def test_where_the_forms_check_is_switched_off_the_flow_refuses_in_our_words(
    prefect: Stage, workspace: Workspace, parameters: dict[str, object], said: str
) -> None:
    workspace.apply({"acme": "0 6 * * *"})
    assert workspace.deploy().code == 0
    sync = prefect.deployment(workspace.name)
    assert start(prefect, sync, parameters, enforce=False).status_code == 201
    with prefect.running(
        "prefect", "worker", "start", "--pool", workspace.pool, env=workspace.env
    ) as worker:
        (run,) = until(lambda: prefect.ended(workspace.name), "the run ends", seconds=400)
    assert run["state"]["type"] != "CRASHED", "".join(worker.said)
    assert said in run["state"]["message"], run["state"]


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
