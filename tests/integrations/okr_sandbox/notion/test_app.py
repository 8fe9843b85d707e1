"""The Notion sandbox over real HTTP: who may enter, how lists end, what is refused."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notion_client import Client
from notion_client.errors import APIResponseError
from notion_sample import NOW, Sample

from okr_sandbox.company import Company
from okr_sandbox.faults import Fault
from okr_sandbox.notion.records import DataSource
from okr_sandbox.notion.workspace import NotionWorkspace
from okr_sandbox.server import Sandbox


class Scene:
    """A running sandbox with a client."""

    def __init__(self, sandbox: Sandbox, sample: Sample) -> None:
        self.sandbox = sandbox
        self.sample = sample
        token = sample.workspace.token
        self.notion: Any = Client(auth=token, base_url=sandbox.notion_url, retry=False)
        self.headers = {"Authorization": f"Bearer {token}", "Notion-Version": "2025-09-03"}
        self.http = httpx.Client(base_url=f"{sandbox.notion_url}/v1", headers=self.headers)

    def rows(self, source: DataSource, **asked: Any) -> list[str]:
        """The ids of all rows, page after page."""
        found: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.notion.data_sources.query(source.id, **asked, **cursor)
            found += [row["id"] for row in page["results"]]
            if not page["has_more"]:
                return found
            cursor = {"start_cursor": page["next_cursor"]}


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    sample = Sample()
    with Sandbox(Company(notion=sample.workspace), clock=NOW) as sandbox:
        running = Scene(sandbox, sample)
        with running.http, closing(running.notion):
            yield running


@pytest.fixture(autouse=True)
def _calm(scene: Scene) -> Iterator[None]:
    yield
    scene.sandbox.faults.clear()
    scene.sandbox.clock.set(NOW)


def test_a_wrong_token_gets_the_vendors_401(scene: Scene) -> None:
    answer = scene.http.get("users/me", headers={"Authorization": "Bearer other"})
    assert answer.status_code == 401
    assert answer.json() == {
        "object": "error",
        "status": 401,
        "code": "unauthorized",
        "message": "API token is invalid.",
    }


@pytest.mark.parametrize("version", ["", "2022-06-28"])
def test_another_api_version_is_refused(scene: Scene, version: str) -> None:
    answer = scene.http.get("users/me", headers={"Notion-Version": version})
    assert (answer.status_code, answer.json()["code"]) == (400, "missing_version")


@settings(max_examples=25, deadline=None)
@given(size=st.integers(1, 100))
def test_cursors_return_every_row_once_whatever_the_page_size(scene: Scene, size: int) -> None:
    found = scene.rows(scene.sample.tasks, page_size=size)
    assert sorted(found) == sorted(page.id for page in scene.sample.tasks.pages)
    assert len(found) == 40


@pytest.mark.parametrize("size", [0, 101, "many"])
def test_a_page_size_beyond_the_limits_is_refused(scene: Scene, size: Any) -> None:
    url = f"data_sources/{scene.sample.tasks.id}/query"
    answer = scene.http.post(url, json={"page_size": size})
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")


def test_an_unknown_cursor_is_refused(scene: Scene) -> None:
    with pytest.raises(APIResponseError, match="start_cursor"):
        scene.notion.data_sources.query(scene.sample.tasks.id, start_cursor=scene.sample.page.id)


def test_a_query_ends_silently_at_ten_thousand_rows() -> None:
    workspace = NotionWorkspace()
    source = workspace.data_source("Many", {"Name": "title", "Odd": "checkbox"})
    for i in range(10_050):
        source.row(Name=str(i), Odd=i < 5, created=date(2026, 10, 1))
    with Sandbox(Company(notion=workspace), clock=NOW) as sandbox:
        answers = _all_answers(sandbox, workspace, source)
        few = _all_answers(sandbox, workspace, source, {"equals": True})
    assert len({row["id"] for answer in answers for row in answer["results"]}) == 10_000
    stopped = {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"}
    assert all(answer["request_status"] == stopped for answer in answers)
    assert answers[-1]["next_cursor"] is None
    assert [len(answer["results"]) for answer in few] == [5]
    assert "request_status" not in few[0]


def _all_answers(
    sandbox: Sandbox, workspace: NotionWorkspace, source: DataSource, odd: Any = None
) -> list[Any]:
    asked: dict[str, Any] = {"filter_properties": ["title"]}
    if odd is not None:
        asked["filter"] = {"property": "Odd", "checkbox": odd}
    client: Any = Client(auth=workspace.token, base_url=sandbox.notion_url, retry=False)
    with closing(client) as notion:
        answers = [notion.data_sources.query(source.id, **asked)]
        while cursor := answers[-1]["next_cursor"]:
            answers.append(notion.data_sources.query(source.id, **asked, start_cursor=cursor))
    return answers


def test_a_page_shows_twenty_five_references_and_its_rollup_counts_only_those(
    scene: Scene,
) -> None:
    first = scene.sample.first
    cells = scene.notion.pages.retrieve(first.id)["properties"]
    assert len(cells["Tasks"]["relation"]) == 25
    assert cells["Tasks"]["has_more"] is True
    assert cells["Points"]["rollup"]["number"] == sum(range(25))
    read = scene.notion.pages.properties.retrieve
    start = read(first.id, cells["Points"]["id"], page_size=20)
    assert start["property_item"]["rollup"]["type"] == "incomplete"
    end = read(first.id, cells["Points"]["id"], start_cursor=start["next_cursor"])
    assert end["property_item"]["rollup"]["number"] == sum(range(30))
    all_of_them = read(first.id, cells["Tasks"]["id"])["results"]
    assert [item["relation"]["id"] for item in all_of_them] == [
        page.id for page in scene.sample.tasks.pages[:30]
    ]


def test_filter_properties_takes_a_decoded_id_and_refuses_one_that_was_encoded_twice(
    scene: Scene,
) -> None:
    source = scene.sample.interviews
    page = scene.notion.data_sources.query(source.id, filter_properties=[":UPp"])
    assert list(page["results"][0]["properties"]) == ["Score"]
    with pytest.raises(APIResponseError, match="Could not find property"):
        scene.notion.data_sources.query(source.id, filter_properties=["%3AUPp"])
    item = scene.notion.pages.properties.retrieve(scene.sample.first.id, "%3AUPp")
    assert item["number"] == 8


def test_what_is_not_shared_does_not_exist(scene: Scene) -> None:
    workspace = scene.sample.workspace
    hidden = workspace.data_source("Salaries", {"Name": "title"}, shared=False)
    row = hidden.row(Name="Ada")
    page = workspace.page("Diary", shared=False)
    for url in (f"data_sources/{hidden.id}", f"pages/{row.id}", f"pages/{page.id}"):
        answer = scene.http.get(url)
        assert (answer.status_code, answer.json()["code"]) == (404, "object_not_found")
        assert "shared with your integration" in answer.json()["message"]
    titles = [r["id"] for r in scene.notion.search(query="diary")["results"]]
    assert titles == []


def test_the_clock_decides_what_is_there(scene: Scene) -> None:
    source = scene.sample.interviews
    counts = []
    for day in (1, 5, 14, 21):
        scene.sandbox.clock.set(datetime(2026, 10, day, 12, tzinfo=UTC))
        counts.append(len(scene.rows(source)))
    assert counts == [1, 2, 3, 2]
    done = {"property": "Status", "status": {"equals": "Done"}}
    assert scene.rows(source, filter=done) == [scene.sample.first.id]


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"Name": {"title": [{"text": {"content": "x" * 2001}}]}}, "≤ `2000`"),
        ({"Tasks": {"relation": [{"id": str(i)} for i in range(101)]}}, "≤ `100`"),
        ({"Nope": {"number": 1}}, "Could not find property with name or id: Nope"),
        ({"Score": {"number": "many"}}, "should be a number"),
        ({"Score": {"checkbox": True}}, "expected to be number"),
        ({"Double": {"number": 1}}, "cannot be written"),
        ({"Status": {"status": {"name": "Stuck"}}}, '"Stuck" does not exist'),
        ({"When": {"date": {"start": "soon"}}}, "ISO 8601"),
    ],
)
def test_a_wrong_value_is_refused_and_nothing_is_written(
    scene: Scene, properties: Any, message: str
) -> None:
    before = scene.notion.pages.retrieve(scene.sample.third.id)
    with pytest.raises(APIResponseError, match=message) as refused:
        scene.notion.pages.update(scene.sample.third.id, properties=properties)
    assert refused.value.code == "validation_error"
    assert scene.notion.pages.retrieve(scene.sample.third.id) == before


def test_what_is_written_is_read_back_and_stamped_with_the_clock(scene: Scene) -> None:
    scene.notion.pages.update(scene.sample.third.id, properties={"Score": {"number": 2}})
    row = scene.notion.pages.retrieve(scene.sample.third.id)
    assert row["properties"]["Score"]["number"] == 2
    assert row["last_edited_time"] == "2026-10-14T12:30:00.000Z"
    assert row["last_edited_by"]["id"] == scene.sample.workspace.bot.id


def test_faults_come_through_the_gate(scene: Scene) -> None:
    source = scene.sample.tasks
    scene.sandbox.faults.add(Fault(429, retry_after=7, reason="workspace_rate_limit"))
    limited = scene.http.get("users/me")
    assert limited.headers["retry-after"] == "7"
    assert limited.json()["additional_data"] == {"rate_limit_reason": "workspace_rate_limit"}
    scene.sandbox.faults.add(Fault(529))
    assert scene.http.get("users/me").json()["code"] == "service_overload"
    scene.sandbox.faults.add(Fault("short_page", rows=3))
    assert len(scene.rows(source)) == 40
    scene.sandbox.faults.add(Fault("short_page", rows=3))
    assert len(scene.notion.data_sources.query(source.id)["results"]) == 3


def test_a_repeated_cursor_leads_to_the_same_page_again(scene: Scene) -> None:
    source = scene.sample.tasks
    scene.sandbox.faults.add(Fault("repeat_token"))
    stuck = scene.notion.data_sources.query(source.id, page_size=10)
    again = scene.notion.data_sources.query(
        source.id, page_size=10, start_cursor=stuck["next_cursor"]
    )
    assert again["results"] == stuck["results"]


def test_a_row_stop_cuts_a_small_query_like_a_large_one(scene: Scene) -> None:
    scene.sandbox.faults.add(Fault("row_stop", rows=15, times=None))
    found = scene.rows(scene.sample.tasks, page_size=10)
    assert len(found) == 15
    page = scene.notion.data_sources.query(scene.sample.tasks.id, page_size=10)
    assert page["request_status"]["type"] == "incomplete"
