"""Filters: both written forms, and one more condition without nesting deeper than Notion allows."""

from datetime import UTC, date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.errors import ConfigError
from okr_notion.read.days import Calendar
from okr_notion.read.filters import both, check_shape, compiled
from okr_notion.read.schema import Property, Schema

SCHEMA = Schema(
    "Talks",
    "",
    (
        Property("title", "Name", "title"),
        Property("a", "Score", "number"),
        Property("b", "Status", "status", options=("To do", "Done")),
        Property("c", "Tags", "multi_select", options=("x", "y")),
        Property("d", "When", "date"),
        Property("e", "Paid", "checkbox"),
        Property("f", "Sum", "rollup"),
    ),
)
OCTOBER = Calendar(UTC, date(2026, 10, 14))
EXTRA: dict[str, object] = {"timestamp": "created_time", "created_time": {"on_or_after": "2026"}}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"Score": ">= 9"}, {"property": "Score", "number": {"greater_than_or_equal_to": 9}}),
        ({"Score": "7.5"}, {"property": "Score", "number": {"equals": 7.5}}),
        ({"Score": 7}, {"property": "Score", "number": {"equals": 7}}),
        ({"b": "Done"}, {"property": "Status", "status": {"equals": "Done"}}),
        ({"Status": "!= Done"}, {"property": "Status", "status": {"does_not_equal": "Done"}}),
        ({"Tags": "x"}, {"property": "Tags", "multi_select": {"contains": "x"}}),
        (
            {"When": "< 2026-10-01"},
            {"property": "When", "date": {"before": "2026-10-01T00:00:00.000+00:00"}},
        ),
        ({"Paid": "yes"}, {"property": "Paid", "checkbox": {"equals": True}}),
        ({"Name": "= > 3 users"}, {"property": "Name", "title": {"equals": "> 3 users"}}),
        ({"When": "is empty"}, {"property": "When", "date": {"is_empty": True}}),
        (
            {"Tags": ["x", "y"], "Score": ["> 1", "< 5"]},
            {
                "and": [
                    {
                        "or": [
                            {"property": "Tags", "multi_select": {"contains": "x"}},
                            {"property": "Tags", "multi_select": {"contains": "y"}},
                        ]
                    },
                    {"property": "Score", "number": {"greater_than": 1}},
                    {"property": "Score", "number": {"less_than": 5}},
                ]
            },
        ),
    ],
)
def test_the_short_form_follows_the_propertys_type(
    written: dict[str, object], expected: object
) -> None:
    assert compiled(written, SCHEMA, OCTOBER).json == expected


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"Scor": "1"}, "unknown"),
        ({"Score": "many"}, "no number"),
        ({"Status": "Later"}, "no option"),
        ({"Status": "> Done"}, "has no `>`"),
        ({"Paid": "maybe"}, "neither true nor false"),
        ({"Sum": "3"}, "short form"),
        ({"When": "~ 2026"}, "has no `~`"),
        ({"When": ">= next Monday"}, "neither a day nor a time"),
    ],
)
def test_what_a_type_does_not_have_is_refused(written: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        compiled(written, SCHEMA, OCTOBER)


def test_text_of_yaml_becomes_the_json_that_notion_wants() -> None:
    written: dict[str, object] = {
        "and": [
            {"property": "Score", "number": {"equals": "3"}},
            {"property": "Paid", "checkbox": {"equals": "true"}},
            {"property": "Name", "title": {"equals": "3"}},
            {"property": "Sum", "rollup": {"any": {"number": {"less_than": "2.5"}}}},
            {"property": "When", "date": {"is_empty": "true"}},
        ]
    }
    assert compiled(written, None, OCTOBER).json == {
        "and": [
            {"property": "Score", "number": {"equals": 3}},
            {"property": "Paid", "checkbox": {"equals": True}},
            {"property": "Name", "title": {"equals": "3"}},
            {"property": "Sum", "rollup": {"any": {"number": {"less_than": 2.5}}}},
            {"property": "When", "date": {"is_empty": True}},
        ]
    }


@pytest.mark.parametrize(
    "written",
    [{}, {"Status": []}, {"Status": {"equals": "Done"}}, {"Status": [["Done"]]},
     {"and": [{"or": [{"and": [{"property": "x"}]}]}]}],
)  # fmt: skip
def test_shapes_that_no_schema_makes_right_are_refused_at_once(written: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w+"):
        check_shape(written)


def leaf(value: int) -> dict[str, object]:
    return {"property": "p", "number": {"equals": value}}


LEAVES = st.integers(0, 5).map(leaf)


def compounds(inner: st.SearchStrategy[dict[str, object]]) -> st.SearchStrategy[dict[str, object]]:
    parts = st.lists(inner, min_size=1, max_size=3)
    return st.builds(lambda key, members: {key: members}, st.sampled_from(["and", "or"]), parts)


def holds(node: object, value: int) -> bool:
    assert isinstance(node, dict)
    if "and" in node:
        return all(holds(part, value) for part in node["and"])
    if "or" in node:
        return any(holds(part, value) for part in node["or"])
    if "timestamp" in node:
        return value % 2 == 0
    return bool(node["number"]["equals"] == value)


@given(st.one_of(LEAVES, compounds(LEAVES), compounds(st.one_of(LEAVES, compounds(LEAVES)))))
def test_one_more_condition_means_and_and_stays_shallow_enough(written: dict[str, object]) -> None:
    joined = both(written, EXTRA)
    check_shape(joined)
    for value in range(6):
        assert holds(joined, value) == (holds(written, value) and value % 2 == 0)
