"""Fields: found by id or name in every language, and when not, with what was probably meant."""

from collections.abc import Mapping

import pytest

from okr_core.errors import ConfigError, DataError
from okr_jira.read.fields import FieldNames, is_system

TEAM_POINTS = "com.pyxis.greenhopper.jira:jsw-story-points"
FLOAT = "com.atlassian.jira.plugin.system.customfieldtypes:float"
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


def field(
    number: int, name: str, *clauses: str, custom: str = FLOAT, kind: str = "number"
) -> Mapping[str, object]:
    """A custom field as `GET field` shows it."""
    return {
        "id": f"customfield_{number}",
        "name": name,
        "clauseNames": [f"cf[{number}]", *clauses],
        "schema": {"type": kind, "custom": custom, "customId": number},
    }


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("customfield_11", ("customfield_11",)),
        ("timespent", ("timespent",)),
        ("summary", ("summary",)),
        ("Summary", ("summary",)),
        ("story points", ("customfield_10016",)),
        ("story_points", ("customfield_10016", "customfield_10026")),
    ],
)
def test_a_field_is_named_by_id_or_by_name(name: str, ids: tuple[str, ...]) -> None:
    assert SITE.ids(name) == ids


def test_ids_that_a_site_may_not_have_are_looked_up_like_names() -> None:
    assert not is_system("customfield_10016")
    assert is_system("status")
    with pytest.raises(ConfigError, match='field "customfield_99999" is unknown'):
        SITE.ids("customfield_99999")


def test_story_points_are_found_in_every_language_of_the_tokens_user() -> None:
    """Jira Software's field is known by its type; its name is translated."""
    german = FieldNames.of(
        [
            field(10016, "Story-Point-Schätzung", custom=TEAM_POINTS),
            field(10026, "Story Points"),
        ]
    )
    assert german.ids("story_points") == ("customfield_10026", "customfield_10016")
    assert german.ids(TEAM_POINTS) == ("customfield_10016",)


@pytest.mark.parametrize("shown", ["Aufwand", "Effort", "労力"])
def test_a_binding_outlives_a_change_of_the_users_language(shown: str) -> None:
    """What JQL calls a field does not change with who looks at it."""
    site = FieldNames.of([field(11, shown, "Effort"), field(12, "Cost", "Cost")])
    assert site.ids("Effort") == site.ids("effort") == ("customfield_11",)


def test_a_field_is_still_found_by_the_name_that_jira_translates() -> None:
    shown = {**field(11, "Aufwand"), "untranslatedName": "Effort"}
    assert FieldNames.of([shown]).ids("Effort") == ("customfield_11",)


def test_what_jql_calls_a_field_goes_before_what_another_one_is_shown_as() -> None:
    """In another language the name of one field may be that of another."""
    site = FieldNames.of([field(11, "Aufwand", "Effort"), field(12, "Effort", "Cost")])
    assert site.ids("Effort") == ("customfield_11",)


def test_equal_letters_are_equal_however_they_are_written() -> None:
    composed, apart = "Gr\u00f6\u00dfe", "Gro\u0308\u00dfe"
    pairs = [(composed, apart), (apart, composed), (apart, "GRÖSSE"), (composed, "GRO\u0308SSE")]
    for shown, written in pairs:
        assert FieldNames.of([field(11, shown)]).ids(written) == ("customfield_11",)


def test_two_story_point_fields_of_one_name_are_the_same_error_as_elsewhere() -> None:
    site = FieldNames.of([field(10016, "Story Points"), field(10099, "Story Points")])
    for name in ("story_points", "Story Points"):
        with pytest.raises(ConfigError, match="is ambiguous") as caught:
            site.ids(name)
        assert '"Story Points" (customfield_10016, number)' in caught.value.message
        assert '"Story Points" (customfield_10099, number)' in caught.value.message


def test_a_field_that_is_listed_twice_is_one_field() -> None:
    twice = FieldNames.of([field(11, "Effort"), field(11, "Effort")])
    assert twice.ids("Effort") == ("customfield_11",)


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


def test_ambiguous_fields_are_told_apart_by_their_type_and_their_project() -> None:
    scope = {"type": "PROJECT", "project": {"id": "10000", "key": "GROW"}}
    only_id = {"type": "PROJECT", "project": {"id": "10001"}}
    site = FieldNames.of(
        [
            field(11, "Effort"),
            {**field(12, "Effort"), "scope": scope},
            {**field(13, "Effort", kind="string"), "scope": only_id},
        ]
    )
    with pytest.raises(ConfigError) as caught:
        site.ids("Effort")
    assert caught.value.message == (
        'field "Effort" is ambiguous: "Effort" (customfield_11, number), '
        '"Effort" (customfield_12, number, project GROW), '
        '"Effort" (customfield_13, string, project 10001).'
    )


@pytest.mark.parametrize("kind", ["array", "user", "datetime", "option", "issuelink", "project"])
def test_a_field_of_a_type_that_is_never_a_number_is_refused_before_anything_is_read(
    kind: str,
) -> None:
    site = FieldNames.of([field(11, "Squad", kind=kind)])
    with pytest.raises(ConfigError) as caught:
        site.ids("Squad", key_result="k", place="source.jira.measure.sum")
    assert str(caught.value) == (
        f'field "Squad" of `k` can never be measured: "Squad" (customfield_11) is of type {kind}, '
        "not a number. Name a number field. Fix `source.jira.measure.sum`."
    )


@pytest.mark.parametrize("kind", ["number", "string", "any"])
def test_a_field_that_may_hold_numbers_can_be_measured(kind: str) -> None:
    assert FieldNames.of([field(11, "Size", kind=kind)]).ids("Size") == ("customfield_11",)


def test_a_site_without_story_points_says_so() -> None:
    with pytest.raises(ConfigError, match="story_points"):
        FieldNames().ids("story_points")


def test_an_answer_that_is_no_list_of_fields_is_an_error() -> None:
    with pytest.raises(DataError):
        FieldNames.of({"fields": []})


@pytest.mark.parametrize(
    "broken",
    [
        {"name": None},
        {"clauseNames": None},
        {"clauseNames": [None, 3]},
        {"schema": None},
        {"schema": {"type": None}},
        {"scope": {"project": None}},
    ],
)
def test_a_field_with_parts_missing_is_still_known_by_its_id(broken: Mapping[str, object]) -> None:
    assert FieldNames.of([{**field(11, "Effort"), **broken}]).ids("customfield_11")
