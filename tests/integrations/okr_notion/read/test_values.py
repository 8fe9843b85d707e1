"""Values out of whatever Notion may send: a number, nothing, or a refusal; never 0 from missing."""

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.errors import DataError
from okr_notion.read.paging import page_of, whole_cell
from okr_notion.read.rows import Selection, newest
from okr_notion.read.schema import Property, schema_of
from okr_notion.read.values import done_in, instant_in, is_cut, number_in, option_in

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
    for read in (lambda c: done_in(c, frozenset({"Done"})), option_in, instant_in):
        with suppress(DataError):
            read(cell)
    assert is_cut(cell) in (True, False)


@given(st.dictionaries(st.sampled_from(["results", "has_more", "next_cursor", "properties", "id",
                                        "title", "object", "property_item"]), JSON))  # fmt: skip
def test_strange_answers_are_read_or_refused(body: dict[str, object]) -> None:
    for read in (page_of, schema_of, lambda b: whole_cell([b])):
        with suppress(DataError):
            read(body)


@given(
    st.dictionaries(st.sampled_from(["id", "created_time", "properties", "url", "object"]), JSON)
)
def test_strange_rows_are_read_or_refused(row: dict[str, object]) -> None:
    found = Property("a", "Score", "number")
    with suppress(DataError):
        newest([row], found, datetime(2026, 10, 1, tzinfo=UTC))
    with suppress(DataError):
        assert Selection("", "", {}).told(row, found, number_in) is None


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ({"type": "number", "number": 0.1}, "0.1"),
        ({"type": "number", "number": 12}, "12"),
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
    assert number_in(cell) == (None if value is None else Decimal(value))


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
    ],
)
def test_what_is_no_number_is_refused_and_never_zero(cell: object) -> None:
    with pytest.raises(DataError):
        number_in(cell)
