"""The planner: fewest requests, decided before the first one, with what the last run knew."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notion_world import ask

from okr_core.errors import DataError
from okr_notion.read.paging import Rows, pages_expected
from okr_notion.read.planner import compiled_of, plan_requests
from okr_notion.site.pages import Page
from okr_sources.answers import Fetch, RequestPlan
from okr_sources.source import Memory

A, B = "a" * 32, "b" * 32
NOTHING = Memory({})
QUERY = "POST /v1/data_sources/{data_source_id}/query"
SCHEMA = "GET /v1/data_sources/{data_source_id}"


def ends(plan: RequestPlan) -> list[str]:
    return [fetch.endpoint for fetch in plan.fetches]


def queries(plan: RequestPlan) -> list[Fetch]:
    return [fetch for fetch in plan.fetches if fetch.endpoint == QUERY]


def test_identical_selections_are_one_query_whatever_is_measured() -> None:
    wish = {"property": "Status", "status": {"equals": "Done"}}
    same = dict(reversed(list(wish.items())))
    plan = plan_requests(
        "wiki",
        [
            ask("a", data_source=A, filter=wish, measure="count"),
            ask("b", data_source=A, filter=same, measure={"sum": "Points"}),
            ask("c", data_source=A, filter=wish, measure={"average": "Score"}),
        ],
        NOTHING,
    )
    assert ends(plan) == [SCHEMA, QUERY]
    assert queries(plan)[0].serves == ("a", "b", "c")
    assert queries(plan)[0].fields == ("Points", "Score")


def test_a_count_with_notions_own_filter_needs_no_schema() -> None:
    wish = {"property": "Status", "status": {"equals": "Done"}}
    plan = plan_requests("wiki", [ask("a", data_source=A, filter=wish, measure="count")], NOTHING)
    assert ends(plan) == [QUERY]


@pytest.mark.parametrize(
    "fields",
    [
        {"measure": "count", "filter": {"Status": "Done"}},
        {"measure": "count", "exclude": ["Cancelled"]},
        {"measure": {"sum": "Points"}},
        {"measure": "done_ratio"},
    ],
)
def test_the_schema_is_asked_for_where_a_name_or_type_matters(fields: dict[str, Any]) -> None:
    plan = plan_requests("wiki", [ask("a", data_source=A, **fields)], NOTHING)
    assert ends(plan) == [SCHEMA, QUERY]


def test_the_latest_alone_is_one_request_and_rides_along_where_all_rows_are_read() -> None:
    latest = ask("a", data_source=A, measure={"latest": "NPS"})
    plan = plan_requests("wiki", [latest], NOTHING)
    assert [fetch.pages for fetch in queries(plan)] == [1]
    plan = plan_requests("wiki", [latest, ask("b", data_source=A, measure="count")], NOTHING)
    assert [fetch.serves for fetch in queries(plan)] == [("a", "b")]


def test_each_order_of_newest_rows_is_a_query_of_its_own() -> None:
    asks = [
        ask("a", data_source=A, measure={"latest": "NPS"}),
        ask("b", data_source=A, measure={"latest": "Other"}),
        ask("c", data_source=A, measure={"latest": {"property": "NPS", "by": "Day"}}),
    ]
    assert [f.serves for f in queries(plan_requests("wiki", asks, NOTHING))] == [("a", "b"), ("c",)]


def test_pages_are_expected_from_what_the_last_run_found() -> None:
    asks = [ask("a", data_source=A, measure="count"), ask("b", data_source=B, measure="count")]
    first = plan_requests("wiki", asks, NOTHING)
    assert [fetch.pages for fetch in first.fetches] == [None, None]
    query = compiled_of(first).sources[0].queries[0]
    again = plan_requests("wiki", asks, Memory({query.digest: 950}))
    assert [fetch.pages for fetch in again.fetches] == [10, None]


def test_a_page_serves_all_its_key_results_once() -> None:
    asks = [ask("a", page=A, property="NPS"), ask("b", page=A, property="Score"),
            ask("c", page=B, property="NPS")]  # fmt: skip
    plan = plan_requests("wiki", asks, NOTHING)
    assert [(fetch.fields, fetch.serves) for fetch in plan.fetches] == [
        (("NPS", "Score"), ("a", "b")),
        (("NPS",), ("c",)),
    ]


def test_a_wrong_binding_is_refused_without_a_request() -> None:
    plan = plan_requests("wiki", [ask("a", data_source=A, measure="mean")], NOTHING)
    assert plan.fetches == ()
    assert "measure `mean` is unknown" in plan.refused[0].reason


def served(rows: Rows, created: list[int], size: int, stop: int) -> None:
    """Answer one request as Notion does: by the window's start, the cursor, the stop."""
    body = rows.body()
    text = str(body.get("filter", ""))
    start = int(text.split("on_or_after': '")[1].split("'", 1)[0]) if "on_or_after" in text else 0
    found = sorted((at, i) for i, at in enumerate(created) if at >= start)
    begin = int(str(body.get("start_cursor", 0)))
    end = min(begin + size, stop, len(found))
    page = tuple(
        {"object": "page", "id": f"{i}", "created_time": f"{at:06}"} for at, i in found[begin:end]
    )
    more = end < min(stop, len(found))
    rows.take(Page(page, str(end) if more else "", stopped=len(found) > stop))


@given(st.lists(st.integers(0, 30), max_size=120), st.integers(1, 7), st.integers(32, 40))
def test_every_row_is_found_once_or_the_query_is_refused(
    created: list[int], size: int, stop: int
) -> None:
    rows = Rows()
    try:
        while not rows.finished:
            served(rows, created, size, stop)
    except DataError:
        assert max(created.count(at) for at in created) >= stop
        return
    assert sorted(rows.found, key=int) == [f"{i}" for i in range(len(created))]


@given(st.integers(0, 60_000))
def test_pages_expected_are_those_that_windows_take(rows: int) -> None:
    pages, left = 0, rows
    while left > 10_000:
        pages, left = pages + 100, left - 9_999
    assert pages_expected(rows) == pages + max(1, -(-left // 100))
