"""A flow of one's own that is served, as the guide shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from deployed_workspace import Workspace, start
from prefect_stage import Chat, Stage
from wait import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "flows.md"


def test_the_guides_flow_is_served_started_from_its_form_and_decides_who_is_told(
    prefect: Stage, workspace: Workspace, team_chat: Chat
) -> None:
    workspace.apply({"acme": "0 6 * * *"}, routes="{growth: team-chat}", target=1)
    code, _, _ = GUIDE.read_text().partition("```python\n")[2].partition("```")
    name = f"served-{workspace.cycle}"
    script = f'{code}\n\nif __name__ == "__main__":\n    monday.serve(name="{name}")\n'
    (workspace.folder / "own_flow.py").write_text(script)

    def served() -> dict[str, Any] | None:
        found = prefect.post("deployments/filter", {"deployments": {"name": {"any_": [name]}}})
        return dict(found[0]) if found else None

    env = {**workspace.env, "PYTHONPATH": str(workspace.folder)}
    with prefect.running("own_flow", env=env, folder=workspace.folder) as serving:
        deployment = until(served, "it is served", seconds=120)
        assert start(prefect, deployment, {"cycle": workspace.cycle}).status_code == 201
        (run,) = until(lambda: prefect.ended(name, "monday"), "its run ends", seconds=300)
    assert run["state"]["type"] == "COMPLETED", "".join(serving.said)
    below = prefect.post(
        "flow_runs/filter", {"flow_runs": {"parent_flow_run_id": {"any_": [run["id"]]}}}
    )
    states = {each["state_name"] for each in below}
    assert "Needs attention" in states, "the reading is suspect: there is something to tell"
    # Other tests' deployments stay on the server, and their late runs are told of in that chat.
    mine = [each for each in team_chat.messages if workspace.cycle in "".join(each.values())]
    assert not mine
