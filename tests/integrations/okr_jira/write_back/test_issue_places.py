"""Properties, links and comments of single issues, and what their refusals say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from data_center import emulator, session_on
from jira_world import Deployment, World, Worlds

from okr_core.errors import AccessError, DataError, RetryableError
from okr_jira.site.errors import NoIssueError
from okr_jira.write_back.issue_places import IssuePlaces
from okr_sandbox import Fault, issue
from okr_sources.errors import UnauthorizedError

CREATED = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture(params=["cloud", "datacenter"])
def world(request: pytest.FixtureRequest, worlds: Worlds) -> World:
    deployment: Deployment = "cloud" if request.param == "cloud" else "datacenter"
    return worlds(issue("GROW-1", created=CREATED), deployment=deployment)


@pytest.fixture
def places(world: World) -> IssuePlaces:
    session = world.session()
    return IssuePlaces(session._client, session.send)


def test_a_property_is_read_as_it_was_written(places: IssuePlaces) -> None:
    assert places.property_of("GROW-1", "okr").value is None
    places.put_property("GROW-1", "okr", {"score": 0.7, "title": "上海团队"})
    held = places.property_of("GROW-1", "okr").value
    assert held == {"score": Decimal("0.7"), "title": "上海团队"}


def test_a_property_that_is_too_large_is_refused_in_jiras_words(places: IssuePlaces) -> None:
    with pytest.raises(DataError, match=r"GROW-1 \(400\)\. .* 32768 characters"):
        places.put_property("GROW-1", "okr", {"text": "x" * 40_000})


def test_a_link_of_the_same_global_id_is_replaced(places: IssuePlaces, world: World) -> None:
    for title in ("first", "second"):
        places.put_link("GROW-1", "okr:q4:a", {"title": title, "url": "https://okr.example/a"})
    found = places.link("GROW-1", "okr:q4:a")
    assert found is not None
    assert found["title"] == "second"
    assert places.link("GROW-1", "okr:q4:b") is None


def test_a_link_is_replaced_on_a_data_center_that_nobody_here_wrote() -> None:
    with emulator(date(2026, 11, 2)) as url, session_on(url) as session:
        places = IssuePlaces(session._client, session.send)
        for title in ("first", "second"):
            shown = {"title": title, "url": "https://okr.example/a"}
            places.put_link("JIRA820-1", "okr:q4:a", shown)
        assert places.link("JIRA820-1", "okr:q4:a") == shown
        assert places.link("JIRA820-1", "okr:q4:b") is None


def test_our_last_comment_is_found_among_those_of_people(places: IssuePlaces, world: World) -> None:
    person, comment = world.session()._client, "/issue/GROW-1/comment"
    for _ in range(130):
        person.of_issue("POST", comment, "GROW-1", body={"body": "a person says"})
    for mark in ("one", "two"):
        places.add_comment("GROW-1", "OKR a: 0.7", {"cycle": "q4", "item": "a", "mark": mark})
    person.of_issue("POST", comment, "GROW-1", body={"body": "OKR a: said a person"})
    places.add_comment("GROW-1", "OKR a: 0.8", {"cycle": "q3", "item": "a", "mark": "old"})
    assert places.last_mark("GROW-1", "q4", "a", "OKR a:") == "two"
    assert places.last_mark("GROW-1", "q4", "b", "OKR b:") is None


def test_an_issue_that_is_gone_is_named(places: IssuePlaces) -> None:
    with pytest.raises(NoIssueError, match="issue GROW-9 does not exist"):
        places.property_of("GROW-9", "okr")


def test_a_missing_permission_is_named_with_the_issue(places: IssuePlaces, world: World) -> None:
    world.sandbox.faults.add(Fault(403))
    with pytest.raises(AccessError, match=r"may not do this with issue GROW-1 \(403\)") as refused:
        places.put_property("GROW-1", "okr", {})
    assert "Edit Issues" in refused.value.hint


def test_a_token_that_is_unknown_is_no_missing_issue(places: IssuePlaces, world: World) -> None:
    world.sandbox.faults.add(Fault(401))
    with pytest.raises(UnauthorizedError):
        places.property_of("GROW-1", "okr")


def test_a_comment_is_sent_once_even_where_the_answer_is_lost(
    places: IssuePlaces, world: World
) -> None:
    world.sandbox.faults.add(Fault("drop"))
    with pytest.raises(RetryableError, match="closed the connection"):
        places.add_comment("GROW-1", "ours", {"cycle": "q4", "item": "a", "mark": "m"})
    assert len(world.sandbox.record) == 1
