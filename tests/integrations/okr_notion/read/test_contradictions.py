"""An answer that contradicts itself, or is about something else, is never a number."""

from typing import Any

import pytest
from altered import Alter
from notion_sample import Sample
from notion_world import Worlds, answer_value, ask, unavailable

OTHER = "00000000-0000-4000-8000-000000000077"


def querying(change: Any) -> Alter:
    """Changes the answers to queries."""

    def alter(where: str, asked: Any, body: Any) -> None:
        if "/query" in where:
            change(body)

    return alter


def paging(change: Any) -> Alter:
    """Changes the answers about a page."""

    def alter(where: str, asked: Any, body: Any) -> None:
        if "GET /v1/pages/" in where and "/properties" not in where:
            change(body)

    return alter


@pytest.mark.parametrize("measure", ["count", {"sum": "Owner"}])
def test_a_full_list_that_is_shorter_than_what_the_row_shows_is_unavailable(
    worlds: Worlds, sample: Sample, measure: object
) -> None:
    def emptied(where: str, asked: Any, body: Any) -> None:
        if "/properties/" in where:
            body["results"] = body["results"][:3]

    crowd = [sample.workspace.user(f"P{n}", f"p{n}@acme.example") for n in range(30)]
    row = sample.interviews.row(Name="Crowd", Owner=crowd)
    world = worlds.open(sample.workspace, emptied)
    crowded = {"filter": {"Name": "Crowd"}, "measure": measure}
    answer = world.one(sample.interviews, **crowded)
    if measure == "count":  # needs no list
        assert answer_value(answer) == 1
        return
    reason = "the page shows 25 entries, and the full list has 3"
    assert reason in unavailable(answer).reason
    page = world.read(ask("kr", page=row.id, property="Owner"))["kr"]
    assert reason in unavailable(page).reason


@pytest.mark.parametrize("kind", ["error", "page", "block"])
def test_what_is_no_list_of_rows_is_unavailable(worlds: Worlds, sample: Sample, kind: str) -> None:
    def other(body: Any) -> None:
        body.update(object=kind, message="shard 7 is away.", results=[])

    world = worlds.open(sample.workspace, querying(other))
    answer = unavailable(world.one(sample.tasks, measure="count"))
    expected = "with an error under 200: shard 7 is away." if kind == "error" else "not a list"
    assert expected in answer.reason


def test_a_list_of_blocks_is_no_list_of_rows(worlds: Worlds, sample: Sample) -> None:
    blocks = querying(lambda body: body.update(type="block", block={}, results=[]))
    world = worlds.open(sample.workspace, blocks)
    assert "not a list" in unavailable(world.one(sample.tasks, measure="count")).reason


@pytest.mark.parametrize(
    ("change", "about"),
    [({"id": OTHER}, f"about `page` `{OTHER}`"), ({"object": "database"}, "about `database` `")],
)
def test_a_page_that_was_not_asked_for_is_unavailable(
    worlds: Worlds, sample: Sample, change: dict[str, str], about: str
) -> None:
    world = worlds.open(sample.workspace, paging(lambda body: body.update(change)))
    answer = world.read(ask("kr", page=sample.first.id, property="Score"))["kr"]
    assert f"page {sample.first.id} was asked for, and the answer is {about}" in (
        unavailable(answer).reason
    )


def test_a_data_source_that_was_not_asked_for_is_unavailable(
    worlds: Worlds, sample: Sample
) -> None:
    def other(where: str, asked: Any, body: Any) -> None:
        if where.startswith("GET /v1/data_sources/"):
            body["id"] = OTHER

    world = worlds.open(sample.workspace, other)
    answer = unavailable(world.one(sample.tasks, measure={"sum": "Points"}))
    assert f"about `data_source` `{OTHER}`" in answer.reason


def test_an_id_without_dashes_is_the_same(worlds: Worlds, sample: Sample) -> None:
    def undashed(body: Any) -> None:
        body["id"] = body["id"].replace("-", "").upper()

    world = worlds.open(sample.workspace, paging(undashed))
    assert answer_value(world.read(ask("kr", page=sample.first.id, property="Score"))["kr"]) == 8


def test_a_row_of_another_data_source_is_unavailable(worlds: Worlds, sample: Sample) -> None:
    def foreign(body: Any) -> None:
        body["results"][0]["parent"] = {"type": "data_source_id", "data_source_id": OTHER}

    world = worlds.open(sample.workspace, querying(foreign))
    answer = unavailable(world.one(sample.tasks, measure="count"))
    assert f"of data source {OTHER}" in answer.reason


def test_a_row_that_comes_with_and_without_dashes_is_one_row(
    worlds: Worlds, sample: Sample
) -> None:
    def again(body: Any) -> None:
        row = body["results"][0]
        body["results"].append({**row, "id": row["id"].replace("-", "").upper()})

    world = worlds.open(sample.workspace, querying(again))
    answer = unavailable(world.one(sample.tasks, measure="count"))
    assert "one came twice" in answer.reason


@pytest.mark.parametrize(
    ("number", "words"),
    [("7", "the text `7` is no number"), (True, "`true` is no number")],
)
def test_a_number_cell_says_what_it_holds_instead(
    worlds: Worlds, sample: Sample, number: object, words: str
) -> None:
    def other(body: Any) -> None:
        body["results"][0]["properties"]["Points"]["number"] = number

    world = worlds.open(sample.workspace, querying(other))
    assert words in unavailable(world.one(sample.tasks, measure={"sum": "Points"})).reason


@pytest.mark.parametrize("name", [None, "", "Done"])
def test_options_that_cannot_be_told_apart_are_no_share_done(
    worlds: Worlds, sample: Sample, name: str | None
) -> None:
    def alike(where: str, asked: Any, body: Any) -> None:
        if "GET /v1/data_sources/" in where:
            for option in body["properties"]["Status"]["status"]["options"]:
                option.update(name=name)

    world = worlds.open(sample.workspace, alike)
    answer = world.one(sample.interviews, measure="done_ratio")
    assert "option" in unavailable(answer).reason
