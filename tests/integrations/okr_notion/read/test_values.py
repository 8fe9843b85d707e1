"""Values out of whatever Notion may send: a number, nothing, or a refusal; never 0 from missing."""

from contextlib import suppress
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.errors import DataError
from okr_notion.read.days import Calendar
from okr_notion.read.paging import whole_cell
from okr_notion.read.rows import Selection, newest
from okr_notion.read.schema import Property, schema_of
from okr_notion.read.values import (
    is_cut,
    moment_in,
    number_in,
    option_in,
    options_in,
    ticked_in,
)
from okr_notion.site.pages import page_of

KINDS = ("number", "checkbox", "formula", "rollup", "relation", "people", "title", "rich_text",
         "status", "select", "multi_select", "files", "date", "button", "unique_id")  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["type", "number", "string", "boolean", "name", "plain_text", "x",
                         "results", "has_more", "next_cursor", "properties", "id", "options",
                         "property_item", "object", "groups", "start", "date"]),
        inner | st.sampled_from(KINDS), max_size=5),
    max_leaves=12,
)  # fmt: skip
CELLS = JSON | st.builds(
    lambda kind, content: {"type": kind, kind: content}, st.sampled_from(KINDS), JSON
)


@given(CELLS)
def test_strange_cells_are_a_number_nothing_or_a_refusal(cell: object) -> None:
    try:
        value = number_in(cell)
    except DataError:
        return
    assert value is None or value.is_finite()
    if value == 0:
        assert isinstance(cell, dict)
        content = cell[cell["type"]]
        assert "0" in str(content) or content in (False, []) or "False" in str(content)


@given(CELLS)
def test_strange_cells_tell_done_option_and_date_or_are_refused(cell: object) -> None:
    for read in (ticked_in, options_in, option_in, lambda c: moment_in(c, UTC)):
        with suppress(DataError):
            read(cell)
    assert is_cut(cell) in (True, False)


@given(st.dictionaries(st.sampled_from(["results", "has_more", "next_cursor", "properties", "id",
                                        "title", "object", "property_item"]), JSON))  # fmt: skip
def test_strange_answers_are_read_or_refused(body: dict[str, object]) -> None:
    with suppress(DataError):
        page = page_of(body)
        assert list(page.results) == body["results"]
        assert page.cursor == (body.get("next_cursor") or "")
    for read in (schema_of, lambda b: whole_cell([b])):
        with suppress(DataError):
            read(body)


@given(
    st.dictionaries(st.sampled_from(["id", "created_time", "properties", "url", "object"]), JSON)
)
def test_strange_rows_are_read_or_refused(row: dict[str, object]) -> None:
    found = Property("a", "Score", "number")
    with suppress(DataError):
        newest([row], found, Calendar(UTC, date(2026, 10, 1)))
    with suppress(DataError):
        assert Selection("", "", {}).told(row, found, number_in) is None


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ({"type": "number", "number": 0.1}, "0.1"),
        ({"type": "number", "number": 12}, "12"),
        ({"type": "number", "number": 4.0}, "4.0"),
        ({"type": "number", "number": -0.5}, "-0.5"),
        ({"type": "number", "number": None}, None),
        ({"type": "checkbox", "checkbox": True}, "1"),
        ({"type": "formula", "formula": {"type": "number", "number": 2.5}}, "2.5"),
        ({"type": "formula", "formula": {"type": "string", "string": "7"}}, "7"),
        ({"type": "rollup", "rollup": {"type": "number", "number": 3}}, "3"),
        ({"type": "select", "select": {"name": "8"}}, "8"),
        ({"type": "select", "select": None}, None),
        ({"type": "relation", "relation": [{"id": "x"}]}, "1"),
        ({"type": "rich_text", "rich_text": []}, None),
    ],
)
def test_a_cell_is_the_number_that_a_person_sees(cell: object, value: str | None) -> None:
    found = number_in(cell)
    assert (None if found is None else str(found)) == value


@pytest.mark.parametrize(
    "cell",
    [
        None,
        {},
        {"type": "number"},
        {"type": "number", "number": "7"},
        {"type": "number", "number": float("nan")},
        {"type": "number", "number": float("inf")},
        {"type": "formula", "formula": {"type": "number", "number": None}},
        {"type": "formula", "formula": {"type": "date", "date": {"start": "2026-10-01"}}},
        {"type": "rollup", "rollup": {"type": "number", "number": None}},
        {"type": "rollup", "rollup": {"type": "unsupported", "unsupported": {}}},
        {"type": "rollup", "rollup": {"type": "incomplete", "incomplete": {}}},
        {"type": "rollup", "rollup": {"type": "array", "array": []}},
        {"type": "status", "status": {"name": "Done"}},
        {"type": "button", "button": {}},
        {"type": "number", "number": True},
        {"type": "number", "number": 1e308},
        {"type": "number", "number": 10**50},
        {"type": "number", "number": 1e-300},
        {"type": "checkbox", "checkbox": None},
        {"type": "checkbox", "checkbox": 1},
        {"type": "formula", "formula": {"type": "boolean", "boolean": 1}},
        {"type": "formula", "formula": {"type": "number", "number": True}},
        {"type": "relation", "relation": None},
        {"type": "relation", "relation": {"id": "x"}},
        {"type": "relation", "relation": [{"id": "x"}, {"id": "x"}]},
        {"type": "relation", "relation": [{}]},
        {"type": "people", "people": [None]},
        {"type": "multi_select", "multi_select": None},
        {"type": "rich_text", "rich_text": None},
        {"type": "rich_text", "rich_text": [{"plain_text": "1"}, {}]},
        {"type": "rich_text", "rich_text": [{"plain_text": "1_2"}]},
        {"type": "rich_text", "rich_text": [{"plain_text": "\u0661\u0662"}]},
        {"type": "rich_text", "rich_text": [{"plain_text": "Infinity"}]},
        {"type": "title", "title": [{"plain_text": "1e999999999999999999999"}]},
        {"type": "select", "select": {}},
        {"type": "select", "select": "8"},
        {"type": "status", "status": {"name": None}},
    ],
)
def test_what_is_no_number_is_refused_and_never_zero(cell: object) -> None:
    with pytest.raises(DataError):
        number_in(cell)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ({"type": "status", "status": {"id": "d", "name": "Done"}}, ["Done"]),
        ({"type": "select", "select": {"name": "Open"}}, ["Open"]),
        ({"type": "select", "select": None}, []),
        ({"type": "multi_select", "multi_select": [{"name": "A"}, {"name": "B"}]}, ["A", "B"]),
        ({"type": "multi_select", "multi_select": []}, []),
    ],
)
def test_options_are_those_that_are_chosen(cell: object, names: list[str]) -> None:
    assert [name for _, name in options_in(cell)] == names


@pytest.mark.parametrize(
    ("cell", "ticked"),
    [
        ({"type": "checkbox", "checkbox": True}, True),
        ({"type": "formula", "formula": {"type": "boolean", "boolean": False}}, False),
    ],
)
def test_a_checkbox_and_a_formula_are_ticked_or_not(cell: object, ticked: bool) -> None:
    assert ticked_in(cell) is ticked


@pytest.mark.parametrize(
    "cell",
    [
        {"type": "checkbox", "checkbox": None},
        {"type": "checkbox", "checkbox": "true"},
        {"type": "formula", "formula": {"type": "boolean", "boolean": None}},
        {"type": "formula", "formula": {"type": "string", "boolean": True}},
        {"type": "multi_select", "multi_select": None},
        {"type": "multi_select", "multi_select": [{}]},
        {"type": "status", "status": "Done"},
        {"type": "status", "status": {}},
        {"type": "number", "number": 1},
    ],
)
def test_what_does_not_tell_is_neither_done_nor_open(cell: object) -> None:
    for read in (ticked_in, options_in):
        with pytest.raises(DataError):
            read(cell)


@pytest.mark.parametrize(
    ("cell", "at"),
    [
        ({"type": "date", "date": None}, None),
        ({"type": "date", "date": {"start": "2026-10-01"}}, "2026-10-01T00:00:00+08:00"),
        ({"type": "date", "date": {"start": "2026-10-01T09:00:00"}}, "2026-10-01T17:00:00+08:00"),
        (
            {"type": "date", "date": {"start": "2026-10-01T09:00:00", "time_zone": "Asia/Tokyo"}},
            "2026-10-01T08:00:00+08:00",
        ),
        ({"type": "created_time", "created_time": "2026-10-01T09:00:00.000Z"},
         "2026-10-01T17:00:00+08:00"),
    ],
)  # fmt: skip
def test_a_date_is_a_day_of_the_cycles_zone_and_a_time_is_a_time(
    cell: object, at: str | None
) -> None:
    found = moment_in(cell, ZoneInfo("Asia/Shanghai"))
    assert found == (None if at is None else datetime.fromisoformat(at))


@pytest.mark.parametrize(
    "cell",
    [
        {"type": "date", "date": {}},
        {"type": "date", "date": {"start": None}},
        {"type": "date", "date": {"start": 20261001}},
        {"type": "date", "date": "2026-10-01"},
        {"type": "date", "date": {"start": "2026-10-01T09:00:00", "time_zone": "../etc"}},
        {"type": "created_time", "created_time": None},
    ],
)
def test_a_strange_date_is_refused_and_is_not_an_empty_one(cell: object) -> None:
    with pytest.raises(DataError):
        moment_in(cell, UTC)


def test_lists_that_may_go_on_are_known_by_their_length() -> None:
    for kind in ("relation", "people", "title", "rich_text"):
        assert is_cut({"type": kind, kind: [{}] * 25})
        assert not is_cut({"type": kind, kind: [{}] * 24})
    assert is_cut({"type": "relation", "relation": [], "has_more": "true"})
    assert not is_cut({"type": "multi_select", "multi_select": [{}] * 25})
