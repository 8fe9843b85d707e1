"""A plan that moves from Jira Cloud to a Data Center: one changed line, and the same numbers."""

from pathlib import Path

from sync_world import FIRST, JIRA_TOKEN, MONDAY, PLAN, SyncWorld, company, synced, values

from okr_sandbox import Sandbox
from okr_store import open_store

CLOUD = """\
organization: Acme
people: {ada: {name: Ada}}
connections:
  tracker: {kind: jira, url: "<jira>", reads_past: yes}
  wiki: {kind: notion, url: "<notion>", reads_past: yes}
"""
DATA_CENTER = CLOUD.replace('url: "<jira>",', 'deployment: datacenter, url: "<jira>",')
JIRA_ONLY = [key for key in FIRST if not key.startswith("talks")]


def test_one_line_of_the_workspace_changes_and_no_number_does(tmp_path: Path) -> None:
    texts, found = {}, {}
    env = {"OKR_TRACKER_TOKEN": JIRA_TOKEN, "OKR_TRACKER_USER": "okr-bot@example.com"}
    for deployment, workspace in (("cloud", CLOUD), ("datacenter", DATA_CENTER)):
        served, talks = company()
        path = str(tmp_path / f"{deployment}.db")
        with (
            Sandbox(served, clock=MONDAY, deployment=deployment) as sandbox,  # type: ignore[arg-type]
            open_store(path, create=True) as store,
        ):
            places = {"jira": sandbox.jira_url, "notion": sandbox.notion_url, "talks": talks}
            world = SyncWorld(sandbox, places, env)
            world.apply(store, PLAN, workspace)
            texts[deployment] = world.text(workspace).replace(sandbox.url, "https://acme.example")
            synced(store, env, MONDAY, *JIRA_ONLY)
            found[deployment] = values(store)
            if deployment == "datacenter":
                assert {endpoint.split("/")[3] for endpoint in sandbox.requests} == {"2"}
    before, after = (texts[name].splitlines() for name in ("cloud", "datacenter"))
    assert len(before) == len(after)
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 1
    assert found["cloud"] == found["datacenter"] == {key: FIRST[key] for key in JIRA_ONLY}
