"""The persons of a Notion workspace, page by page."""

from typing import Any

import pytest
from notion_world import Worlds

from okr_core.errors import AccessError, DataError
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


def test_a_person_without_a_name_or_an_address_stops_nobody_else(worlds: Worlds) -> None:
    def nameless(where: str, asked: Any, body: Any) -> None:
        for user in body.get("results", ()):
            if user["name"] == "Nameless":
                user.update(name=None, avatar_url=None)
            if user["name"] == "Hidden":
                user["person"] = {}

    workspace = NotionWorkspace()
    for name in ("Ada", "Nameless", "Hidden"):
        workspace.user(name, f"{name.lower()}@acme.example")
    with worlds.open(workspace, nameless).session() as session:
        found = {(person.name, person.email) for person in session.people()}
    assert found == {("Ada", "ada@acme.example"), ("", "nameless@acme.example"), ("Hidden", "")}


@pytest.mark.parametrize("broken", [{"has_more": "yes"}, {"results": None}])
def test_a_list_of_people_that_does_not_end_well_is_refused(
    worlds: Worlds, broken: dict[str, object]
) -> None:
    world = worlds.open(NotionWorkspace(), lambda _, __, body: {**body, **broken})
    with world.session() as session, pytest.raises(DataError):
        session.people()
