"""Every answer of the Notion sandbox, and every request to it, against the vendor's document."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from notion_client import Client
from notion_sample import NOW, Sample
from openapi import Contract

from okr_sandbox.company import Company
from okr_sandbox.faults import Fault
from okr_sandbox.server import Sandbox

LATER_FIELDS = ("has_more",)
"""What the live API sends with a relation though the document leaves it out."""


@pytest.fixture(scope="session")
def contract(shared_dir: Path) -> Contract:
    path = shared_dir / "contracts" / "notion-2025-09-03.openapi.json"
    if not path.is_file():
        pytest.skip("Notion's OpenAPI document is not here")
    return Contract(path)


@pytest.fixture
def sample() -> Sample:
    return Sample()


class Checked:
    """A client whose traffic is checked both ways; counts the operations that it saw."""

    def __init__(self, sandbox: Sandbox, token: str, contract: Contract) -> None:
        self.contract = contract
        self.seen: set[tuple[str, int]] = set()
        self.root = httpx.URL(sandbox.notion_url).raw_path.decode()
        self.http = httpx.Client(event_hooks={"response": [self._check]})
        self.notion: Any = Client(  # typed as if every answer could be awaitable
            auth=token, base_url=sandbox.notion_url, client=self.http, retry=False
        )

    def _check(self, response: httpx.Response) -> None:
        response.read()
        request = response.request
        path = request.url.raw_path.decode().removeprefix(self.root)
        if response.status_code != 400:
            body = orjson.loads(request.content) if request.content else None
            self.contract.check_request(request.method, path, body=body)
        answer = _without_later_fields(response.json())
        name = self.contract.check_response(request.method, path, response.status_code, answer)
        self.seen.add((name, response.status_code))


def _without_later_fields(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_later_fields(item) for item in value]
    if not isinstance(value, dict):
        return value
    drop = LATER_FIELDS if value.get("type") == "relation" and "relation" in value else ()
    return {k: _without_later_fields(v) for k, v in value.items() if k not in drop}


@pytest.fixture
def sandbox(sample: Sample) -> Iterator[Sandbox]:
    with Sandbox(Company(notion=sample.workspace), clock=NOW) as running:
        yield running


@pytest.fixture
def checked(sandbox: Sandbox, sample: Sample, contract: Contract) -> Iterator[Checked]:
    found = Checked(sandbox, sample.workspace.token, contract)
    with found.http:
        yield found


def test_people_databases_and_data_sources_are_as_the_vendor_describes_them(
    checked: Checked, sample: Sample
) -> None:
    notion = checked.notion
    assert notion.users.me()["type"] == "bot"
    assert len(notion.users.list()["results"]) == 2
    assert notion.users.retrieve(sample.ada.id)["person"]["email"] == "ada@example.com"
    database = notion.databases.retrieve(sample.interviews.database_id)
    assert [s["id"] for s in database["data_sources"]] == [sample.interviews.id]
    columns = notion.data_sources.retrieve(sample.interviews.id)["properties"]
    assert columns["Score"]["id"] == "%3AUPp"
    assert [g["name"] for g in columns["Status"]["status"]["groups"]] == [
        "To-do",
        "In progress",
        "Complete",
    ]


def test_rows_with_a_cell_of_every_kind_are_as_the_vendor_describes_them(
    checked: Checked, sample: Sample
) -> None:
    rows = checked.notion.data_sources.query(
        sample.interviews.id,
        filter={"and": [{"property": "Score", "number": {"greater_than": 0}}]},
        sorts=[{"property": "Score", "direction": "descending"}],
        page_size=1,
        filter_properties=[":UPp", "title"],
    )
    assert rows["has_more"]
    assert list(rows["results"][0]["properties"]) == ["Score", "Name"]
    whole = checked.notion.data_sources.query(sample.interviews.id)
    assert len(whole["results"]) == 3
    assert set(whole["results"][0]["properties"]) == set(sample.interviews.columns)


def test_pages_and_each_of_their_properties_are_as_the_vendor_describes_them(
    checked: Checked, sample: Sample
) -> None:
    notion = checked.notion
    page = notion.pages.retrieve(sample.first.id)
    for cell in page["properties"].values():
        item = notion.pages.properties.retrieve(sample.first.id, cell["id"], page_size=7)
        assert item["object"] in ("property_item", "list")
    assert notion.pages.retrieve(sample.page.id)["parent"]["page_id"] == sample.home.id


def test_writing_is_as_the_vendor_describes_it(checked: Checked, sample: Sample) -> None:
    notion = checked.notion
    made = notion.pages.create(
        parent={"data_source_id": sample.interviews.id},
        properties={
            "Name": {"title": [{"text": {"content": "New"}}]},
            "Segment": {"select": {"name": "Huge"}},
            "When": {"date": {"start": "2026-10-14"}},
            "Tasks": {"relation": [{"id": sample.tasks.pages[0].id}]},
        },
        children=[{"paragraph": {"rich_text": [{"text": {"content": "Hello"}}]}}],
    )
    changed = notion.pages.update(made["id"], properties={"Score": {"number": 3}})
    assert changed["properties"]["Double"]["formula"]["number"] == 6
    notion.pages.update(made["id"], in_trash=True)
    comment = notion.comments.create(
        parent={"page_id": sample.page.id}, rich_text=[{"text": {"content": "On track"}}]
    )
    assert notion.comments.list(block_id=sample.page.id)["results"][0]["id"] == comment["id"]


def test_blocks_are_as_the_vendor_describes_them(checked: Checked, sample: Sample) -> None:
    notion = checked.notion
    bullet = {"bulleted_list_item": {"rich_text": [{"text": {"content": "A"}}]}}
    toggle = {"toggle": {"rich_text": [], "children": [bullet]}}
    appended = notion.blocks.children.append(sample.home.id, children=[toggle, bullet])
    inside = notion.blocks.children.list(appended["results"][0]["id"])
    block = inside["results"][0]
    assert block["parent"]["block_id"] == appended["results"][0]["id"]
    notion.blocks.update(block["id"], bulleted_list_item={"rich_text": []})
    notion.blocks.delete(block["id"])
    assert notion.blocks.retrieve(sample.home.id)["type"] == "child_page"
    kinds = [b["type"] for b in notion.blocks.children.list(sample.home.id)["results"]]
    assert {"paragraph", "to_do", "toggle", "child_page", "child_database"} <= set(kinds)


def test_search_is_as_the_vendor_describes_it(checked: Checked, sample: Sample) -> None:
    found = checked.notion.search(query="interviews")["results"]
    assert [one["id"] for one in found] == [sample.interviews.id]
    pages = checked.notion.search(
        filter={"property": "object", "value": "page"},
        sort={"timestamp": "last_edited_time", "direction": "ascending"},
        page_size=5,
    )
    assert len(pages["results"]) == 5
    assert pages["has_more"]


@pytest.mark.parametrize("status", [401, 403, 404, 409, 429, 500, 503])
def test_failures_have_the_bodies_that_the_vendor_documents(
    checked: Checked, sandbox: Sandbox, status: Any
) -> None:
    sandbox.faults.add(Fault(status, retry_after=3))
    answer = checked.http.get("users/me")
    assert answer.status_code == status
    assert answer.headers["retry-after"] == "3"
    assert checked.seen == {("GET /v1/users/me", status)}


def test_refusals_have_the_bodies_that_the_vendor_documents(
    checked: Checked, sample: Sample
) -> None:
    url = f"data_sources/{sample.interviews.id}/query"
    unknown = {"filter": {"property": "Nope", "number": {"equals": 1}}}
    assert checked.http.post(url, json=unknown).status_code == 400
    assert checked.http.post(url, content=b"{").json()["code"] == "invalid_json"
    gone = checked.http.get(f"pages/{sample.ada.id}")
    assert gone.json()["code"] == "object_not_found"
