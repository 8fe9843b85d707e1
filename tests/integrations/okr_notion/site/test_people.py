"""The persons of a Notion workspace, page by page."""

import pytest
from notion_world import Worlds

from okr_core.errors import AccessError
from okr_sandbox import Fault
from okr_sandbox.notion.workspace import NotionWorkspace
from okr_sources.source import People


def test_all_persons_are_listed_and_no_integration(worlds: Worlds) -> None:
    workspace = NotionWorkspace()
    for number in range(230):
        workspace.user(f"Person {number}", f"p{number}@acme.example")
    world = worlds.open(workspace)
    with world.session() as session:
        assert isinstance(session, People)
        people = session.people()
    assert len(people) == 230
    assert {person.email for person in people} == {f"p{n}@acme.example" for n in range(230)}
    assert world.sandbox.requests["GET /v1/users"] == 3


def test_a_missing_capability_is_named(worlds: Worlds) -> None:
    world = worlds.open(NotionWorkspace())
    world.sandbox.faults.add(Fault(403, match="/v1/users"))
    with world.session() as session, pytest.raises(AccessError, match="list of people"):
        session.people()
