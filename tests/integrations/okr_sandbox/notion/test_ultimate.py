"""A strict client that nobody here wrote reads the Notion sandbox."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from notion_sample import NOW, Sample

from okr_sandbox.company import Company
from okr_sandbox.server import Sandbox

uno = pytest.importorskip("ultimate_notion", reason="the strict client is not installed")


@pytest.fixture
def sample() -> Sample:
    return Sample()


@pytest.fixture
def session(sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    settings = tmp_path / "config.toml"
    settings.write_text(f'[ultimate_notion]\ntoken = "{sample.workspace.token}"\n')
    monkeypatch.setenv("ULTIMATE_NOTION_CONFIG", str(settings))
    with (
        Sandbox(Company(notion=sample.workspace), clock=NOW) as sandbox,
        uno.Session(
            base_url=sandbox.notion_url, notion_version="2025-09-03", retry=False
        ) as opened,
    ):
        yield opened


def test_it_knows_the_integration_and_the_people(session: Any, sample: Sample) -> None:
    assert session.whoami().name == "Acme integration"
    assert {user.name for user in session.all_users()} == {"Acme integration", "Ada"}


def test_it_understands_the_schema_of_a_data_source(session: Any, sample: Sample) -> None:
    source = session.get_ds(sample.interviews.id)
    kinds = {prop.name: type(prop).__name__ for prop in source.schema.get_props()}
    assert kinds["Status"] == "Status"
    assert kinds["Points"] == "Rollup"
    assert set(kinds) == set(sample.interviews.columns)
    assert [ds.title for ds in session.get_db(sample.interviews.database_id).data_sources] == [
        "Customer interviews"
    ]


def test_it_reads_every_cell_of_a_row(session: Any, sample: Sample) -> None:
    row = session.get_page(sample.first.id)
    cells = {name: row.props[name] for name in sample.interviews.columns}
    assert str(cells["Name"]) == "Ann Example"
    assert str(cells["Status"]) == "Talking"
    assert cells["Score"] == 8
    assert [str(tag) for tag in cells["Tags"]] == ["churn", "price"]
    assert cells["Paid"] is True
    assert cells["Double"] == 16
    assert cells["Created"].astimezone(dt.UTC) == dt.datetime(2026, 10, 1, 8, 15, tzinfo=dt.UTC)
    assert [person.name for person in cells["Owner"]] == ["Ada"]


def test_it_fetches_the_references_beyond_twenty_five(session: Any, sample: Sample) -> None:
    row = session.get_page(sample.first.id)
    assert len(row.props["Tasks"]) == 30


def test_it_queries_with_its_own_filters(session: Any, sample: Sample) -> None:
    tasks = session.get_ds(sample.tasks.id)
    assert len(tasks.get_all_pages()) == 40
    few = tasks.query.filter(uno.prop("Points") > 36).execute()
    assert sorted(page.title for page in few) == ["Task 37", "Task 38", "Task 39"]


def test_it_reads_the_blocks_of_a_page(session: Any, sample: Sample) -> None:
    home = session.get_page(sample.home.id)
    kinds = [type(block).__name__ for block in home.children]
    assert kinds[:3] == ["Paragraph", "Paragraph", "ToDoItem"]
    assert "Net promoter score" in {page.title for page in home.subpages}
