"""Rows of check-ins in Notion: how they are asked for, and what of them cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from notion_sample import Sample
from notion_world import World, Worlds
from openapi import Contract
from pydantic import ValidationError

from okr_core.errors import ConfigError
from okr_notion.check_ins.fields import NotionCheckIns
from okr_sandbox.notion.records import DataSource
from okr_sources.rows_said import RowsAsk, SaidRow
from okr_sources.source import Memory

SINCE = datetime(2026, 10, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def rows(sample: Sample) -> DataSource:
    columns = {"Title": "title", "Key result": "rich_text", "Value": "rich_text", "Who": "people"}
    return sample.workspace.data_source("Check-ins", columns)  # type: ignore[arg-type]


def said(world: World, source: str, since: datetime = SINCE, **fields: str) -> Sequence[SaidRow]:
    with world.session() as session:
        asked = NotionCheckIns(data_source=source, **fields)
        return session.rows_said(RowsAsk(asked, since, Memory({})))


def test_rows_that_were_edited_since_come_in_the_order_of_their_edits(
    worlds: Worlds, sample: Sample, rows: DataSource
) -> None:
    for number in range(130):
        row = rows.row({"Key result": "a.b", "Value": str(number)}, created=SINCE)
        row.change(SINCE + DAY + timedelta(minutes=130 - number), "Value", f"{number}0")
    world = worlds.open(sample.workspace)
    found = said(world, rows.id)
    assert [row.value for row in found] == [f"{number}0" for number in reversed(range(130))]
    assert world.sandbox.requests.total() == 3  # two pages, and who wrote them
    assert said(world, rows.id, SINCE + 2 * DAY) == []


def test_a_database_with_one_data_source_will_do(
    worlds: Worlds, sample: Sample, rows: DataSource
) -> None:
    rows.row({"Key result": "a.b", "Value": "1"}, created=SINCE, by=sample.ada)
    [row] = said(worlds.open(sample.workspace), rows.database_id)
    assert (row.key_result, row.value, row.own) == ("a.b", "1", True)
    assert row.author is not None
    assert (row.author.name, row.author.email) == ("Ada", "ada@example.com")


def test_a_property_that_is_written_must_be_there_and_others_may_be_missing(
    worlds: Worlds, sample: Sample, rows: DataSource
) -> None:
    rows.row({"Key result": "a.b", "Value": "1"}, created=SINCE)
    world = worlds.open(sample.workspace)
    assert said(world, rows.id)[0].confidence == ""
    with pytest.raises(ConfigError, match='property "Sure" of page') as refused:
        said(world, rows.id, confidence="Sure")
    assert "It has" in refused.value.hint or "Closest" in refused.value.hint


def test_a_row_that_cannot_be_read_says_why_and_stops_no_other(
    worlds: Worlds, sample: Sample, rows: DataSource
) -> None:
    both = (sample.ada, sample.workspace.user("Bo", "bo@example.com"))
    rows.row({"Key result": "a.b", "Value": "1", "Who": both}, created=SINCE)
    rows.row({"Key result": "a.b", "Value": "2"}, created=SINCE + DAY)
    broken, whole = said(worlds.open(sample.workspace), rows.id, person="Who")
    assert broken.failure is not None
    assert broken.failure.reason == '"Who" names 2 people.'
    assert (whole.failure, whole.value) == (None, "2")


def test_what_is_in_the_trash_is_not_said(worlds: Worlds, sample: Sample, rows: DataSource) -> None:
    rows.row({"Key result": "a.b", "Value": "1"}, created=SINCE, archived=SINCE + DAY)
    assert said(worlds.open(sample.workspace), rows.id) == []


def test_fields_that_there_are_not_are_refused() -> None:
    with pytest.raises(ValidationError):
        NotionCheckIns.model_validate({"data_source": "0" * 32, "valeu": "Value"})
    with pytest.raises(ValidationError):
        NotionCheckIns.model_validate({"value": "Value"})


def test_every_request_is_one_that_the_vendors_document_allows(
    worlds: Worlds, sample: Sample, rows: DataSource, shared_dir: Path
) -> None:
    path = shared_dir / "contracts" / "notion-2025-09-03.openapi.json"
    if not path.is_file():
        pytest.skip("Notion's OpenAPI document is not here")
    contract = Contract(path)
    rows.row({"Key result": "a.b", "Value": "1"}, created=SINCE)
    world = worlds.open(sample.workspace)
    said(world, rows.id)
    seen = {
        contract.check_request(
            sent.method,
            sent.url.raw_path.decode().partition("/notion")[2],
            body=orjson.loads(sent.content) if sent.content else None,
        )
        for sent in world.traffic
    }
    assert seen == {"POST /v1/data_sources/{data_source_id}/query", "GET /v1/users"}
