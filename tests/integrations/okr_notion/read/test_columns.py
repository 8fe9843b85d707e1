"""Columns: what a binding names is found whatever the letters, and what tells done is told."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from unicodedata import normalize

import pytest
from notion_sample import Sample
from notion_world import World, Worlds, answer_value, ask, observed, suspect, unavailable

from okr_core.errors import ConfigError
from okr_core.files.document import read_document
from okr_notion.read.binding import NotionBinding
from okr_notion.read.columns import columns_of
from okr_notion.read.schema import Property, Schema, folded
from okr_sandbox.notion.columns import multi_select, select, status
from okr_sandbox.notion.records import DataSource
from okr_sandbox.notion.workspace import NotionWorkspace

COMPOSED, APART = "État", normalize("NFD", "État")


def binding(measure: object, **more: object) -> NotionBinding:
    fields = {"connection": "wiki", "data_source": "a" * 32, "measure": measure, **more}
    return NotionBinding.model_validate(fields)


def test_names_are_found_by_id_by_name_and_by_their_letters() -> None:
    schema = Schema(
        "T", "", (Property("ab", COMPOSED, "number"), Property("x", "Points", "number"))
    )
    for written in ("ab", COMPOSED, APART, APART.upper(), COMPOSED.lower()):
        assert schema.find(written).id == "ab"
    assert folded(APART) == folded(COMPOSED)


def test_an_id_that_is_another_ones_name_is_ambiguous() -> None:
    schema = Schema("T", "", (Property("title", "Name", "title"), Property("a", "title", "number")))
    with pytest.raises(ConfigError, match="ambiguous"):
        schema.find("title")
    assert schema.find("Name").id == "title"


def test_options_are_found_by_id_by_name_and_by_their_letters() -> None:
    found = Property("s", "Stage", "select", ("Gagné", "Perdu"), ("o1", "o2"))
    for written in ("o1", "Gagné", normalize("NFD", "gagné"), "GAGNÉ"):
        assert found.option(written) == "Gagné"
    assert found.option("Open") == ""
    assert found.chosen(["o1", "perdu"]) == frozenset({"Gagné", "Perdu"})
    assert found.chosen(["o1", "Open"]) is None


def test_options_that_differ_in_case_alone_are_told_apart() -> None:
    found = Property("s", "Stage", "select", ("done", "Done"), ("o1", "o2"))
    assert (found.option("Done"), found.option("done"), found.option("DONE")) == (
        "Done",
        "done",
        "",
    )


@pytest.mark.parametrize("kind", ["unique_id", "url", "email", "created_by", "date", "button"])
@pytest.mark.parametrize(
    "measure", [{"sum": "P"}, {"average": "P"}, {"latest": "P"}, {"done_ratio": {"weight": "P"}}]
)
def test_types_that_can_never_be_measured_are_refused_with_those_that_can(
    kind: str, measure: object
) -> None:
    done = Property("s", "S", "status", complete=frozenset({"Done"}))
    schema = Schema("T", "", (Property("p", "P", kind), Property("h", "Hours", "number"), done))
    with pytest.raises(ConfigError, match=f"is a {kind}, which is no number") as caught:
        columns_of(binding(measure), schema)
    assert '"Hours" (number, id h)' in caught.value.hint


# What is done, over real HTTP


def deals(workspace: NotionWorkspace) -> DataSource:
    source = workspace.data_source(
        "Deals",
        {
            "Name": "title",
            "Stage": select("Open", "Won", "Closed: lost"),
            "Flow": status(("Open", "Doing", "Won"), (), ()),
            "Tags": multi_select("open", "won", "old"),
            "Points": "number",
        },
    )
    for n in range(4):
        name = "Won" if n < 3 else "Open"
        source.row(
            Name=f"D{n}",
            Stage=name,
            Flow=name,
            Tags=["old", name.lower()],
            Points=n,
            created=date(2026, 10, 4),
        )
    return source


@pytest.fixture
def deal_world(worlds: Worlds) -> tuple[World, DataSource]:
    workspace = NotionWorkspace(seed=3)
    source = deals(workspace)
    return worlds.open(workspace), source


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ({"by": "Stage", "done": ["Won"]}, "0.75"),
        ({"by": "stage", "done": "won"}, "0.75"),
        ({"by": "Flow", "done": ["Won", "Doing"]}, "0.75"),
        ({"by": "Tags", "done": ["won"]}, "0.75"),
        ({"by": "Stage", "done": ["Won"], "weight": "Points"}, "0.5"),
        ({"done": ["Doing", "Won"]}, "0.75"),
    ],
)
def test_a_done_ratio_goes_by_the_options_that_are_named(
    deal_world: tuple[World, DataSource], written: object, value: str
) -> None:
    world, source = deal_world
    answer = observed(world.one(source, measure={"done_ratio": written}))
    assert str(answer.value) == value
    assert "done is" in answer.evidence.measure


@pytest.mark.parametrize("measure", ["done_ratio", {"done_ratio": {"by": "Flow"}},
                                     {"done_ratio": {"by": "Stage"}}])  # fmt: skip
def test_where_no_option_means_done_the_options_are_offered_to_paste(
    deal_world: tuple[World, DataSource], measure: object
) -> None:
    world, source = deal_world
    refused = unavailable(world.one(source, measure=measure))
    pasted = re.search(r"`(measure: .*)`", refused.hint)
    assert pasted is not None, refused
    said: Any = read_document(pasted[1], "hint").data
    ratio = said["measure"]["done_ratio"]
    assert {"Open", "Won"} < set(ratio["done"])
    ratio["done"] = ["Won"]
    assert str(answer_value(world.one(source, **said))) == "0.75"


def test_a_name_that_is_no_option_lists_the_options(deal_world: tuple[World, DataSource]) -> None:
    world, source = deal_world
    wish = {"done_ratio": {"by": "Stage", "done": ["Won", "Released"]}}
    refused = unavailable(world.one(source, measure=wish))
    assert "Released" in refused.reason
    assert "Options: Open, Won, Closed: lost." in refused.hint


@pytest.mark.parametrize("done", [[], "", [""], [7], {"a": "b"}])
def test_done_names_options(done: object) -> None:
    with pytest.raises(ValueError, match="`done` names no options"):
        binding({"done_ratio": {"by": "Stage", "done": done}})


def test_excluded_options_are_found_by_their_letters(deal_world: tuple[World, DataSource]) -> None:
    world, source = deal_world
    answer = observed(world.one(source, measure="count", exclude=["won"]))
    assert answer.value == 1


def test_a_row_of_a_frozen_scope_that_is_excluded_now_has_not_vanished(
    deal_world: tuple[World, DataSource],
) -> None:
    world, source = deal_world
    fields: Mapping[str, Any] = {
        "data_source": source.id,
        "measure": {"done_ratio": {"by": "Stage", "done": ["Won"]}},
        "exclude": ["Closed: lost"],
        "scope": "frozen",
    }
    first = observed(world.read(ask("kr", **fields))["kr"])
    source.pages[0].change(date(2026, 10, 6), "Stage", "Closed: lost")
    again = observed(world.read(ask("kr", frozen=first.evidence.rows, **fields))["kr"])
    assert (str(first.value), str(again.value)) == ("0.75", "0.5")


def test_a_row_that_moved_to_another_data_source_waits_for_a_person(
    deal_world: tuple[World, DataSource], sample: Sample
) -> None:
    world, source = deal_world
    fields: Mapping[str, Any] = {
        "data_source": source.id,
        "filter": {"Points": ">= 0"},
        "measure": {"sum": "Points"},
        "scope": "frozen",
    }
    first = observed(world.read(ask("kr", **fields))["kr"])
    other = world.workspace.data_source("Archive", {"Name": "title", "Points": "number"})
    moved = source.pages.pop()
    moved.source = other
    other.pages.append(moved)
    world.workspace.touch(None)
    again = suspect(world.read(ask("kr", frozen=first.evidence.rows, **fields))["kr"])
    assert "cannot be found any more" in again.why
    assert again.evidence.missing == (moved.id,)


def test_an_option_that_was_renamed_meanwhile_is_found_by_its_id(worlds: Worlds) -> None:
    def renamed(where: str, asked: Any, body: Any) -> None:
        for row in body["results"] if "/query" in where else ():
            option = row["properties"]["Stage"]["select"]
            option["name"] = option["name"].replace("Won", "Gewonnen")

    workspace = NotionWorkspace(seed=3)
    source = deals(workspace)
    world = worlds.open(workspace, renamed)
    measure = {"done_ratio": {"by": "Stage", "done": ["Won"]}}
    assert str(answer_value(world.one(source, measure=measure))) == "0.75"


@pytest.mark.parametrize("more", [{"measure": {"done_ratio": {"by": "Stage", "done": ["Won"]}}},
                                  {"measure": "count", "exclude": ["Closed: lost"]}])  # fmt: skip
def test_an_option_that_was_added_meanwhile_is_unavailable(
    worlds: Worlds, more: dict[str, Any]
) -> None:
    def added(where: str, asked: Any, body: Any) -> None:
        if "/query" in where:
            body["results"][0]["properties"]["Stage"]["select"] = {"id": "new", "name": "Signed"}

    workspace = NotionWorkspace(seed=3)
    source = deals(workspace)
    refused = unavailable(worlds.open(workspace, added).one(source, **more))
    assert "its option `Signed` was not there" in refused.reason
    assert "sync again" in refused.hint
