"""What Notion's filters and sorts select."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from notion_sample import NOW, Sample

from okr_sandbox.notion.errors import NotionRefusal
from okr_sandbox.notion.query import query
from okr_sandbox.notion.workspace import NotionWorkspace


@pytest.fixture(scope="module")
def sample() -> Sample:
    return Sample()


def _names(sample: Sample, wanted: Any = None, now: datetime = NOW, **body: Any) -> set[str]:
    moment = sample.workspace.at(now)
    found = query(moment, sample.interviews, {"filter": wanted, **body}, now)
    return {state.title.split()[0] for state in found.states}


@pytest.mark.parametrize(
    ("column", "kind", "condition", "expected"),
    [
        ("Score", "number", {"equals": 8}, {"Ann"}),
        ("Score", "number", {"does_not_equal": 8}, {"Grace", "Kurt"}),
        ("Score", "number", {"less_than": 8}, {"Grace"}),
        ("Score", "number", {"is_empty": True}, {"Kurt"}),
        (":UPp", "number", {"greater_than_or_equal_to": 4}, {"Ann", "Grace"}),
        ("%3AUPp", "number", {"is_not_empty": True}, {"Ann", "Grace"}),
        ("Paid", "checkbox", {"equals": True}, {"Ann"}),
        ("Paid", "checkbox", {"does_not_equal": True}, {"Grace", "Kurt"}),
        ("Status", "status", {"equals": "Planned"}, {"Grace"}),
        ("Segment", "select", {"does_not_equal": "Large"}, {"Grace", "Kurt"}),
        ("Segment", "select", {"is_empty": True}, {"Kurt"}),
        ("Tags", "multi_select", {"contains": "price"}, {"Ann"}),
        ("Tags", "multi_select", {"does_not_contain": "price"}, {"Grace", "Kurt"}),
        ("Tags", "multi_select", {"is_empty": True}, {"Grace", "Kurt"}),
        ("Name", "title", {"contains": "EXAMPLE"}, {"Ann"}),
        ("Name", "title", {"equals": "Kurt"}, {"Kurt"}),
        ("Name", "title", {"starts_with": "gr"}, {"Grace"}),
        ("Name", "title", {"ends_with": "t"}, {"Kurt"}),
        ("Note", "rich_text", {"is_not_empty": True}, {"Ann"}),
        ("Note", "rich_text", {"does_not_contain": "export"}, {"Grace", "Kurt"}),
        ("Link", "url", {"starts_with": "https"}, {"Ann"}),
        ("Papers", "files", {"is_not_empty": True}, {"Ann"}),
        ("When", "date", {"equals": "2026-10-13"}, {"Ann"}),
        ("When", "date", {"before": "2026-10-13"}, set()),
        ("When", "date", {"on_or_before": "2026-10-13"}, {"Ann"}),
        ("When", "date", {"after": "2026-10-12T23:59:59Z"}, {"Ann"}),
        ("When", "date", {"past_week": {}}, {"Ann"}),
        ("When", "date", {"this_week": {}}, {"Ann"}),
        ("When", "date", {"next_month": {}}, set()),
        ("When", "date", {"is_empty": True}, {"Grace", "Kurt"}),
        ("Created", "created_time", {"on_or_after": "2026-10-02"}, {"Grace", "Kurt"}),
        ("Double", "formula", {"number": {"greater_than": 8}}, {"Ann"}),
        ("Double", "formula", {"number": {"is_empty": True}}, {"Kurt"}),
        ("Shout", "formula", {"string": {"ends_with": "!"}}, {"Ann", "Grace", "Kurt"}),
        ("Good", "formula", {"checkbox": {"equals": True}}, set()),
        ("Day", "formula", {"date": {"is_not_empty": True}}, {"Ann"}),
        ("Points", "rollup", {"number": {"greater_than": 0}}, {"Ann"}),
        ("Dues", "rollup", {"date": {"after": "2026-11-01"}}, {"Ann"}),
        ("All", "rollup", {"any": {"number": {"equals": 3}}}, {"Ann"}),
        ("All", "rollup", {"none": {"number": {"equals": 3}}}, {"Grace", "Kurt"}),
        ("All", "rollup", {"every": {"number": {"less_than": 25}}}, {"Ann", "Grace", "Kurt"}),
    ],
)
def test_a_condition_selects_the_rows_that_meet_it(
    sample: Sample, column: str, kind: str, condition: Any, expected: set[str]
) -> None:
    assert _names(sample, {"property": column, kind: condition}) == expected


def test_people_relations_and_numbers_of_rows_are_found_by_id(sample: Sample) -> None:
    person = {"property": "Owner", "people": {"contains": sample.ada.id.replace("-", "")}}
    task = sample.tasks.pages[0].id
    related = {"property": "Tasks", "relation": {"contains": task}}
    assert _names(sample, {"and": [person, related]}) == {"Ann"}
    numbered = {"filter": {"property": "Key", "unique_id": {"less_than": 3}}}
    found = query(sample.workspace.at(NOW), sample.tasks, dict(numbered), NOW)
    assert {state.title for state in found.states} == {"Task 0", "Task 1"}


def test_conditions_combine_over_two_levels_and_no_more(sample: Sample) -> None:
    planned = {"property": "Status", "status": {"equals": "Planned"}}
    paid = {"property": "Paid", "checkbox": {"equals": True}}
    new = {"timestamp": "created_time", "created_time": {"on_or_after": "2026-10-10"}}
    assert _names(sample, {"or": [new, {"and": [planned, paid]}]}) == {"Kurt"}
    assert _names(sample, {"or": [planned, paid]}) == {"Ann", "Grace"}
    with pytest.raises(NotionRefusal, match="two levels"):
        _names(sample, {"or": [{"and": [{"or": [planned]}]}]})


def test_relative_dates_follow_the_clock(sample: Sample) -> None:
    soon = {"property": "When", "date": {"next_week": {}}}
    assert _names(sample, soon) == set()
    assert _names(sample, soon, datetime(2026, 10, 11, tzinfo=UTC)) == {"Ann"}


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"property": "Nope", "number": {"equals": 1}}, "Could not find property .*: Nope"),
        ({"property": "Score", "select": {"equals": "x"}}, "number does not match filter select"),
        ({"property": "Status", "status": {"equals": "Gone"}}, 'option "Gone" not found'),
        ({"property": "Score", "number": {"contains": 1}}, "contains is not an operator"),
        ({"property": "Score", "number": {"equals": "1"}}, "wrong type"),
        ({"property": "When", "date": {"before": "soon"}}, "ISO 8601"),
        ({"property": "Owner", "people": {"contains": "Ada"}}, "valid uuid"),
        ({"number": {"equals": 1}}, "body.filter.property should be defined"),
    ],
)
def test_a_wrong_filter_is_refused_with_the_reason(
    sample: Sample, wanted: Any, message: str
) -> None:
    with pytest.raises(NotionRefusal, match=message) as refused:
        _names(sample, wanted)
    assert (refused.value.status, refused.value.code) == (400, "validation_error")


def test_sorting_keeps_rows_without_a_value_last_in_both_directions() -> None:
    ws = NotionWorkspace()
    source = ws.data_source("Scores", {"Name": "title", "Score": "number"})
    for name, score in (("b", 2), ("none", None), ("c", 3), ("a", 1)):
        source.row(Name=name, Score=score, created=date(2026, 10, 1))
    for direction, expected in (("ascending", "a b c none"), ("descending", "c b a none")):
        body: dict[str, object] = {"sorts": [{"property": "Score", "direction": direction}]}
        found = query(ws.at(NOW), source, body, NOW)
        assert " ".join(state.title for state in found.states) == expected
