"""Connections are diagnosed with what a sync would ask of them, and without."""

from __future__ import annotations

from sync_world import CYCLE, MONDAY, WORKSPACE, SyncWorld

from okr_core.files.document import load_workspace
from okr_core.plan.workspace import Connection
from okr_flows.sync.diagnosis import diagnose_connections
from okr_flows.sync.plan import plan_sync
from okr_store import Store


def test_each_connection_says_how_it_is_and_whether_it_finds_what_it_serves(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    plan = plan_sync(store, cycle=CYCLE, as_of=MONDAY)
    connections = load_workspace(world.text(WORKSPACE)).connections
    found = list(diagnose_connections(plan, connections, world.env, now=MONDAY))
    assert {each.code for each in found} == {0}
    subjects = " ".join(each.check.subject for each in found)
    assert "jira `tracker`" in subjects
    assert "notion `wiki`" in subjects


def test_one_that_serves_nothing_yet_is_tried_all_the_same(world: SyncWorld) -> None:
    idle = {"spare": Connection(kind="jira", url=world.sandbox.jira_url)}
    (found,) = diagnose_connections(None, idle, {}, now=MONDAY)
    assert (found.check.subject, found.check.outcome, found.code) == ("jira `spare`", "error", 1)
    assert "OKR_SPARE_TOKEN" in f"{found.check.message} {found.check.hint}"
