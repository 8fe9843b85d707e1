"""Notion as a source: the public contract, the plan's requests, and the vendor's document."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import httpx
import orjson
import pytest
from notion_sample import Sample
from notion_world import TOKEN, World, Worlds, answer_value, ask, observed
from openapi import Contract

from okr_notion import SOURCE
from okr_sources.answers import Ask, Unavailable
from okr_sources.testing import SourceContract

COUNTS = ("count", {"sum": "Score"})
MEANS = ({"average": "Score"}, "done_ratio", {"latest": "Score"})


class TestNotion(SourceContract):
    source = SOURCE
    secret = TOKEN

    @pytest.fixture(autouse=True)
    def _world(self, worlds: Worlds) -> None:
        self.sample = Sample()
        self.world = worlds.open(self.sample.workspace)
        self.url = self.world.sandbox.notion_url

    def requests_seen(self) -> int:
        return self.world.sent

    def asks(self) -> Sequence[Ask]:
        tasks, talks = self.sample.tasks.id, self.sample.interviews.id
        return [
            ask("count", data_source=tasks, measure="count"),
            ask("sum", data_source=tasks, measure={"sum": "Points"}),
            ask("some", data_source=tasks, filter={"Done": "yes"}, measure={"average": "Points"}),
            ask("ratio", data_source=talks, measure="done_ratio"),
            ask("latest", data_source=tasks, filter={"Done": "no"}, measure={"latest": "Points"}),
            ask("of database", data_source=self.sample.tasks.database_id, measure="count"),
            ask("page", page=self.sample.first.id, property="Score"),
        ]

    def broken_asks(self) -> Sequence[Ask]:
        return [
            ask("unknown", data_source=self.sample.tasks.id, measure={"sum": "Pionts"}),
            ask("no page", page="0" * 32, property="Score"),
            ask("no binding", data_source=self.sample.tasks.id),
        ]

    def counts_of_nothing(self) -> Sequence[Ask]:
        return [self._of_none(f"0 {n}", measure) for n, measure in enumerate(COUNTS)]

    def means_of_nothing(self) -> Sequence[Ask]:
        return [self._of_none(f"none {n}", measure) for n, measure in enumerate(MEANS)]

    def _of_none(self, key_result: str, measure: object) -> Ask:
        source = self.sample.interviews.id
        return ask(key_result, data_source=source, filter={"Name": "no such name"}, measure=measure)


@pytest.fixture(scope="module")
def contract(shared_dir: Path) -> Contract:
    path = shared_dir / "contracts" / "notion-2025-09-03.openapi.json"
    if not path.is_file():
        pytest.skip("Notion's OpenAPI document is not here")
    return Contract(path)


def everything(sample: Sample) -> list[Ask]:
    """Asks whose requests are of every kind that we send."""
    tasks, talks = sample.tasks.id, sample.interviews.id
    wishes: list[dict[str, object]] = [
        {"Status": ["Done", "!= Planned"], "Segment": "is not empty", "Tags": "churn"},
        {"Score": "> 3", "When": "past week", "Created": ">= 2026-10-01", "Owner": sample.ada.id},
        {"Name": "~ a", "Paid": "true", "Link": "!~ x", "Mail": "!= a", "Papers": "is empty"},
        {"or": [{"and": [{"property": "Score", "number": {"equals": "3"}},
                         {"timestamp": "created_time", "created_time": {"past_month": ""}}]},
                {"property": "Double", "formula": {"number": {"is_empty": "true"}}}]},
    ]  # fmt: skip
    return [
        *(ask(f"f{i}", data_source=talks, filter=w, measure={"sum": "Score"})
          for i, w in enumerate(wishes)),
        *(ask(f"l{i}", data_source=talks, filter=w,
              measure={"latest": {"property": "Score", "by": "When"}}, exclude=["Dropped"])
          for i, w in enumerate(wishes)),
        ask("latest", data_source=tasks, filter={"Key": "> 3"},
            measure={"latest": {"property": "Points", "by": "Due"}}),
        ask("cut", data_source=talks, measure={"sum": "Points"}),
        ask("pages", page=sample.first.id, property="Points"),
        ask("database", data_source=sample.tasks.database_id, measure="count"),
    ]  # fmt: skip


def test_every_request_is_one_that_the_vendors_document_allows(
    worlds: Worlds, sample: Sample, contract: Contract
) -> None:
    for i in range(120):
        sample.tasks.row(Task=f"More {i}", Points=i)
    world = worlds.open(sample.workspace)
    answers = world.read(*everything(sample))
    with world.session() as session:
        session.diagnose(everything(sample), now=session.now())
    reasons = [a.reason for a in answers.values() if isinstance(a, Unavailable)]
    assert all("empty selection" in r or "none of" in r for r in reasons), reasons
    seen = {checked(request, contract) for request in world.traffic}
    assert seen == {
        "GET /v1/users/me",
        "GET /v1/databases/{database_id}",
        "GET /v1/data_sources/{data_source_id}",
        "POST /v1/data_sources/{data_source_id}/query",
        "GET /v1/pages/{page_id}",
        "GET /v1/pages/{page_id}/properties/{property_id}",
    }


def checked(request: httpx.Request, contract: Contract) -> str:
    body = orjson.loads(request.content) if request.content else None
    path = request.url.raw_path.decode().partition("/notion")[2]
    assert request.headers["Notion-Version"] == "2025-09-03"
    return contract.check_request(request.method, path, body=body)


def test_queries_ask_for_the_properties_that_count_and_no_other(
    world: World, sample: Sample
) -> None:
    talks = sample.interviews
    world.read(
        ask("a", data_source=talks.id, measure={"sum": "Score"}),
        ask("b", data_source=talks.id, measure="done_ratio"),
    )
    assert asked_for(world) == [{talks.columns["Score"].id, talks.columns["Status"].id}]
    world.traffic.clear()
    world.read(ask("c", data_source=talks.id, measure="count"))
    assert asked_for(world) == [{"title"}]


def asked_for(world: World) -> list[set[str]]:
    queries = [r.url for r in world.traffic if r.url.path.endswith("/query")]
    return [
        {unquote(part.partition("=")[2]) for part in url.query.decode().split("&")}
        for url in queries
    ]


def test_key_results_with_the_same_selection_share_its_pages(
    worlds: Worlds, sample: Sample
) -> None:
    for i in range(300):
        sample.tasks.row(Task=f"More {i}", Points=i)
    world = worlds.open(sample.workspace)
    asks = [ask(f"kr{i}", data_source=sample.tasks.id, measure={"sum": "Points"}, scale=i)
            for i in range(1, 30)]  # fmt: skip
    world.read(*asks)
    answers = world.read(*asks)
    assert world.planned == world.sent == 1 + 4
    total = sum(range(40)) + sum(range(300))
    assert [answer_value(answers[f"kr{i}"]) for i in range(1, 30)] == [
        total * i for i in range(1, 30)
    ]


def test_a_page_is_read_once_for_all_its_key_results(world: World, sample: Sample) -> None:
    names = ("Score", "Tags", "Paid")
    world.read(*(ask(name, page=sample.first.id, property=name) for name in names))
    assert world.planned == world.sent == 1


def test_the_link_of_the_evidence_leads_to_the_database_or_the_data_source(
    world: World, sample: Sample
) -> None:
    bare = observed(world.one(sample.tasks, measure="count")).evidence.link
    known = observed(world.one(sample.tasks, measure={"sum": "Points"})).evidence.link
    assert bare.endswith(sample.tasks.database_id.replace("-", ""))
    assert known.endswith(sample.tasks.id.replace("-", ""))


def test_a_past_answer_is_read_where_the_clock_stands(world: World, sample: Sample) -> None:
    world.sandbox.clock.set(datetime(2026, 10, 11, tzinfo=UTC))
    answer = world.read(ask("kr", page=sample.first.id, property="Score"))["kr"]
    assert str(answer_value(answer)) == "7.5"
