"""Paging: a list is whole, or it is said that it is not; nothing is counted of a part."""

from typing import Any

import pytest
from notion_sample import Sample
from notion_world import Worlds, answer_value, ask, unavailable

from okr_core.errors import DataError
from okr_notion.read.paging import (
    ROW_STOP,
    PropertyPages,
    Rows,
    ShiftedError,
    pages_expected,
    whole_cell,
)
from okr_notion.site.pages import Page, page_of
from okr_sources.gate.paging import IDLE


def row(number: int, **more: object) -> dict[str, object]:
    created = f"2026-10-01T{number // 60:02}:{number % 60:02}:00.000Z"
    return {"object": "page", "id": f"{number}", "created_time": created, **more}


def answer(*numbers: int, **keys: object) -> dict[str, object]:
    return {"object": "list", "results": [row(n) for n in numbers], **keys}


@pytest.mark.parametrize("keys", [{}, {"has_more": True}, {"has_more": False}])
def test_a_cursor_means_more_whatever_else_the_answer_says(keys: dict[str, object]) -> None:
    assert page_of(answer(1, next_cursor="c", **keys)).cursor == "c"


@pytest.mark.parametrize(
    "keys", [{"has_more": False}, {"next_cursor": None}, {"has_more": False, "next_cursor": None}]
)
def test_a_list_that_says_so_ends(keys: dict[str, object]) -> None:
    assert page_of(answer(1, **keys)) == Page((row(1),))


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"has_more": "true"},
        {"has_more": "false", "next_cursor": None},
        {"has_more": None, "next_cursor": None},
        {"has_more": 0},
        {"has_more": False, "next_cursor": 7},
        {"next_cursor": {"at": "c"}},
        {"has_more": True},
        {"has_more": True, "next_cursor": ""},
        {"has_more": False, "request_status": "incomplete"},
        {"has_more": False, "request_status": {"type": "stopped"}},
    ],
)
def test_a_list_that_does_not_say_whether_it_ends_is_refused(keys: dict[str, object]) -> None:
    with pytest.raises(DataError):
        page_of(answer(1, **keys))


@pytest.mark.parametrize("results", [None, {}, "", [None], ["page"], [[]]])
def test_results_that_are_no_list_of_objects_are_refused(results: object) -> None:
    with pytest.raises(DataError):
        page_of({"object": "list", "results": results, "has_more": False, "next_cursor": None})


@pytest.mark.parametrize("what", [None, "error", "page", "database"])
def test_an_answer_that_is_no_list_is_refused(what: object) -> None:
    with pytest.raises(DataError, match="not a list of rows"):
        page_of({**answer(has_more=False), "object": what})


def test_a_list_of_something_else_is_refused() -> None:
    blocks = answer(has_more=False, type="block")
    with pytest.raises(DataError, match="not a list of rows"):
        page_of(blocks, "page_or_data_source")
    assert page_of(blocks, "block") == page_of(blocks) == Page(())


@pytest.mark.parametrize(
    "strange",
    [
        {"object": None},
        {"object": "block"},
        {"object": ["page"]},
        {"id": None},
        {"id": 7},
        {"id": ""},
        {"in_trash": "true"},
        {"archived": 1},
    ],
)
def test_a_row_that_does_not_say_what_it_is_is_refused(strange: dict[str, object]) -> None:
    with pytest.raises(DataError):
        Rows().take(Page((row(1, **strange),)))


def test_rows_in_the_trash_and_data_sources_are_no_rows() -> None:
    rows = Rows()
    rows.take(
        Page(
            (
                row(1),
                row(2, in_trash=True),
                row(3, archived=True),
                row(4, object="data_source"),
                row(5, in_trash=False, archived=None),
            )
        )
    )
    assert list(rows.found) == ["1", "5"]
    assert rows.finished


@pytest.mark.parametrize("second", [[2, 3], [3, 3]])
def test_a_row_that_comes_twice_in_one_window_tells_that_rows_moved(second: list[int]) -> None:
    rows = Rows()
    rows.take(page_of(answer(1, 2, next_cursor="c")))
    with pytest.raises(ShiftedError):
        rows.take(page_of(answer(*second, has_more=False)))


def test_a_row_that_comes_again_in_the_next_window_counts_once() -> None:
    rows = Rows()
    rows.take(page_of(answer(1, 2, has_more=False, request_status={"type": "incomplete"})))
    assert "created_time" in str(rows.body()["filter"])
    rows.take(page_of(answer(2, 3, has_more=False)))
    assert list(rows.found) == ["1", "2", "3"]
    assert rows.finished


def test_a_full_window_is_followed_by_another_even_if_the_answer_forgets_to_say_so() -> None:
    rows = Rows()
    rows.take(Page(tuple(row(n) for n in range(ROW_STOP))))
    assert not rows.finished
    told = Rows()
    told.take(Page(tuple(row(n) for n in range(ROW_STOP)), stopped=False))
    assert told.finished
    assert pages_expected(ROW_STOP) == ROW_STOP // 100


def test_pages_that_bring_nothing_and_go_on_for_ever_end() -> None:
    rows, pages = Rows(), PropertyPages()
    item = {"object": "property_item", "type": "relation", "relation": {"id": "a"}}
    items = {"object": "list", "results": [item], "property_item": {}}
    for number in range(IDLE - 1):
        rows.take(Page((), f"c{number}"))
    with pytest.raises(DataError, match="never ends"):
        rows.take(Page((), "another"))
    for number in range(IDLE):
        pages.take({**items, "next_cursor": f"c{number}"})
    with pytest.raises(DataError, match="never ends"):
        pages.take({**items, "next_cursor": "another"})


def test_a_property_in_pages_is_whole_or_refused() -> None:
    pages = PropertyPages()
    item = {"object": "property_item", "type": "relation", "relation": {"id": "a"}}
    items = {"object": "list", "property_item": {"type": "relation", "id": "x"}}
    pages.take({**items, "results": [item], "next_cursor": "c"})
    assert not pages.finished
    with pytest.raises(DataError):
        pages.take({**items, "results": [item]})
    lacking = {"object": "property_item", "type": "relation"}
    with pytest.raises(DataError):
        whole_cell([{**items, "results": [lacking], "has_more": False}])


# Over real HTTP


def test_a_list_with_a_cursor_and_no_has_more_is_read_to_its_end(
    worlds: Worlds, sample: Sample
) -> None:
    def forgetful(where: str, asked: Any, body: Any) -> None:
        if where.endswith("/query") or "/query?" in where:
            del body["has_more"]

    for n in range(70):
        sample.tasks.row(Task=f"More {n}", created=sample.tasks.pages[0].created)
    world = worlds.open(sample.workspace, forgetful)
    assert answer_value(world.one(sample.tasks, measure="count")) == 110


def test_has_more_as_a_text_is_unavailable(worlds: Worlds, sample: Sample) -> None:
    def texts(where: str, asked: Any, body: Any) -> None:
        if "has_more" in body:
            body["has_more"] = str(body["has_more"]).lower()

    world = worlds.open(sample.workspace, texts)
    answer = unavailable(world.one(sample.tasks, measure="count"))
    assert "does not say whether more rows follow" in answer.reason


def test_rows_in_the_trash_are_left_out_of_every_measure(worlds: Worlds, sample: Sample) -> None:
    def junk(where: str, asked: Any, body: Any) -> None:
        if "/query" in where:
            gone = {**body["results"][0], "id": "00000000-0000-4000-8000-000000000001"}
            body["results"] += [
                {**gone, "in_trash": True},
                {"object": "data_source", "id": "00000000-0000-4000-8000-000000000002"},
            ]

    world = worlds.open(sample.workspace, junk)
    answers = world.read(
        ask("count", data_source=sample.tasks.id, measure="count"),
        ask("sum", data_source=sample.tasks.id, measure={"sum": "Points"}),
    )
    assert answer_value(answers["count"]) == 40
    assert answer_value(answers["sum"]) == sum(range(40))


def test_rows_that_move_while_they_are_read_are_read_again(worlds: Worlds, sample: Sample) -> None:
    for n in range(110):
        sample.tasks.row(Task=f"More {n}", created=sample.tasks.pages[0].created)
    seen: list[Any] = []

    def once(where: str, asked: Any, body: Any) -> None:
        if "/query" in where and asked.get("start_cursor") and not seen:
            seen.append(asked)
            body["results"][0] = last[0]
        elif "/query" in where:
            last[:] = body["results"][-1:]

    last: list[Any] = []
    world = worlds.open(sample.workspace, once)
    assert answer_value(world.one(sample.tasks, measure="count")) == 150
    assert world.sent == 4


def test_rows_that_keep_moving_are_unavailable(worlds: Worlds, sample: Sample) -> None:
    def always(where: str, asked: Any, body: Any) -> None:
        if "/query" in where:
            body["results"][1] = body["results"][0]

    world = worlds.open(sample.workspace, always)
    answer = unavailable(world.one(sample.tasks, measure="count"))
    assert "rows moved while they were read" in answer.reason
    assert world.sent == 3
