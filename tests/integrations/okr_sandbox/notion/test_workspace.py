"""A workspace reads as it stood at any time."""

from datetime import UTC, date, datetime

import orjson
import pytest
from notion_sample import Sample

from okr_sandbox.notion.columns import status
from okr_sandbox.notion.records import Page
from okr_sandbox.notion.workspace import NotionWorkspace


def _cells(page: Page, at: datetime) -> dict[str, object]:
    assert isinstance(page.workspace, NotionWorkspace)
    state = page.workspace.at(at).page(page.id)
    assert state is not None
    return {**orjson.loads(state.json()), "score": state.values["Score"]}


def test_a_row_shows_the_value_that_it_had_then() -> None:
    first = Sample().first
    scores = [_cells(first, datetime(2026, 10, d, tzinfo=UTC))["score"] for d in (2, 12, 18, 19)]
    assert scores == [7.5, 8, 8, 9]


def test_a_row_appears_when_it_is_created_and_goes_to_the_trash_when_archived() -> None:
    sample = Sample()
    seen = []
    for day in (1, 2, 10, 20):
        rows = sample.workspace.at(datetime(2026, 10, day, 9, tzinfo=UTC)).rows(sample.interviews)
        seen.append([state.title for state in rows if not state.in_trash])
    assert seen == [
        ["Ann Example"],
        ["Grace", "Ann Example"],
        ["Kurt", "Grace", "Ann Example"],
        ["Kurt", "Ann Example"],
    ]


def test_the_time_of_the_last_edit_is_floored_to_the_minute_and_blind_to_rollups() -> None:
    sample = Sample()
    before = _cells(sample.first, datetime(2026, 10, 13, tzinfo=UTC))
    edit = datetime(2026, 10, 14, 9, 30, 59, tzinfo=UTC)
    sample.tasks.pages[0].change(edit, "Points", 1000)
    after = _cells(sample.first, datetime(2026, 10, 15, tzinfo=UTC))
    assert before["last_edited_time"] == after["last_edited_time"] == "2026-10-12T00:00:00.000Z"
    assert before["properties"] != after["properties"]
    task = sample.workspace.at(edit).page(sample.tasks.pages[0].id)
    assert task is not None
    assert orjson.loads(task.json())["last_edited_time"] == "2026-10-14T09:30:00.000Z"


def test_the_same_seed_gives_the_same_ids() -> None:
    assert [*Sample().workspace.pages] == [*Sample().workspace.pages]


def test_a_moment_is_computed_once_until_something_is_different() -> None:
    sample = Sample()
    noon = sample.workspace.at(datetime(2026, 10, 14, 12, tzinfo=UTC))
    assert sample.workspace.at(datetime(2026, 10, 14, 13, tzinfo=UTC)) is noon
    sample.third.change(date(2026, 10, 11), "Score", 1)
    assert sample.workspace.at(datetime(2026, 10, 14, 12, tzinfo=UTC)) is not noon


def test_a_builder_refuses_what_a_column_cannot_hold() -> None:
    ws = NotionWorkspace()
    source = ws.data_source("S", {"Name": "title", "Status": status(), "Score": "number"})
    with pytest.raises(ValueError, match="has no 'Stuck'; it has Not started"):
        source.row(Name="x", Status="Stuck")
    with pytest.raises(ValueError, match="cannot hold 'many'"):
        source.row(Name="x", Score="many")
    with pytest.raises(ValueError, match="has no time zone"):
        source.row(Name="x", created=datetime(2026, 10, 1))  # noqa: DTZ001
