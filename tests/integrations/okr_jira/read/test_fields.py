"""Fields: found by id or name, and when not, with what was probably meant."""

import pytest

from okr_core.errors import ConfigError, DataError
from okr_jira.read.fields import FieldNames, is_id

SITE = FieldNames.of(
    [
        {"id": "summary", "name": "Summary"},
        {"id": "customfield_10016", "name": "Story Points"},
        {"id": "customfield_10026", "name": "Story point estimate"},
        {"id": "customfield_11", "name": "Effort"},
        {"id": "customfield_12", "name": "Effort"},
        {"id": "customfield_13", "name": "effort "},
        {"no": "id"},
    ]
)


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("customfield_99", ("customfield_99",)),
        ("timespent", ("timespent",)),
        ("summary", ("summary",)),
        ("Summary", ("summary",)),
        ("story points", ("customfield_10016",)),
        ("story_points", ("customfield_10016", "customfield_10026")),
    ],
)
def test_a_field_is_named_by_id_or_by_name(name: str, ids: tuple[str, ...]) -> None:
    assert SITE.ids(name) == ids


def test_ids_need_no_lookup_and_names_do() -> None:
    assert is_id("customfield_10016")
    assert is_id("status")
    assert not is_id("Story Points")
    assert not is_id("story_points")


def test_an_unknown_field_lists_what_is_closest_and_where_it_is_written() -> None:
    with pytest.raises(ConfigError) as caught:
        SITE.ids("Storypoints", key_result="flow", place="source.jira.measure.sum")
    assert str(caught.value) == (
        'field "Storypoints" of `flow` is unknown. Closest: "Story Points" (customfield_10016), '
        '"Story point estimate" (customfield_10026). Fix `source.jira.measure.sum`.'
    )


def test_a_field_like_no_other_lists_what_there_is() -> None:
    with pytest.raises(ConfigError, match=r'field "qqqqqq" is unknown\. There are "'):
        SITE.ids("qqqqqq")


def test_an_ambiguous_field_lists_all_that_it_may_be() -> None:
    with pytest.raises(ConfigError, match=r"customfield_11\), .*customfield_12\)"):
        SITE.ids("Effort")
    assert SITE.known("Effort") == ()


def test_a_site_without_story_points_says_so() -> None:
    with pytest.raises(ConfigError, match="story_points"):
        FieldNames().ids("story_points")


def test_an_answer_that_is_no_list_of_fields_is_an_error() -> None:
    with pytest.raises(DataError):
        FieldNames.of({"fields": []})
