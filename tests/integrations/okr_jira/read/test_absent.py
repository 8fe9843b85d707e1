"""Absent is not empty: what Jira did not give is never a number."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from jira_world import Deployment, Sent, World, Worlds
from jira_world import ask as ask_of

from okr_sandbox import issue
from okr_sources.answers import Ask

START = datetime(2026, 9, 1, tzinfo=UTC)
DONE = datetime(2026, 10, 20, tzinfo=UTC)
POINTS = "customfield_10016"
BOTH = pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
Alter = Callable[[dict[str, Any]], object]


def ask(key_result: str, **binding: Any) -> Ask:
    return ask_of(key_result, **binding)


def world_of(worlds: Worlds, deployment: Deployment = "cloud", issues: int = 3) -> World:
    return worlds(
        *(
            issue(f"GROW-{n + 1}", created=START, labels=["a"], points=2, done=DONE)
            for n in range(issues)
        ),
        deployment=deployment,
    )


def each_issue(world: World, change: Alter) -> None:
    """Answers whose issues come altered; an issue for which None is given is left out."""

    def altered(_: Sent, answer: Any) -> object:
        if isinstance(answer, dict) and "issues" in answer:
            answer["issues"] = [
                new for each in answer["issues"] if (new := change(each)) is not None
            ]
        return answer

    world.sandbox.altered = altered


def without_field(name: str, *, only: str = "") -> Alter:
    def change(each: dict[str, Any]) -> object:
        if not only or each["key"] == only:
            each.get("fields", {}).pop(name, None)
        return each

    return change


@BOTH
@pytest.mark.parametrize(
    "measure",
    [{"sum": POINTS}, {"average": "Story Points"}, {"done_ratio": {"weight": "story_points"}}],
)
def test_a_field_that_no_issue_has_is_unavailable_and_not_zero(
    worlds: Worlds, measure: object, deployment: Deployment
) -> None:
    world = world_of(worlds, deployment)

    def strip(each: dict[str, Any]) -> object:
        for name in (POINTS, "customfield_10026"):
            each["fields"].pop(name, None)
        return each

    each_issue(world, strip)
    answer = world.refusal(ask("k", jql="labels = a", measure=measure))
    assert "3 issues came without the field" in answer.reason
    assert "it may be hidden, or belong to other projects" in answer.hint


@BOTH
def test_a_field_that_the_site_does_not_have_is_unavailable_even_over_nothing(
    worlds: Worlds, deployment: Deployment
) -> None:
    world = world_of(worlds, deployment)
    for jql in ("labels = a", "labels = nobody"):
        answer = world.refusal(ask("k", jql=jql, measure={"sum": "customfield_99999"}))
        assert 'field "customfield_99999" of `k` is unknown' in answer.reason
    answer = world.refusal(ask("k", issue="GROW-1", field="customfield_99999"))
    assert 'field "customfield_99999" of `k` is unknown' in answer.reason


@BOTH
def test_a_field_that_only_some_projects_have_is_empty_in_the_others(
    worlds: Worlds, deployment: Deployment
) -> None:
    world = world_of(worlds, deployment)
    each_issue(world, without_field(POINTS, only="GROW-2"))
    found = world.found(ask("k", jql="labels = a", measure={"sum": POINTS}))
    assert found.value == 4
    assert f"1 of 3 issues have no {POINTS}" in found.evidence.notes


@BOTH
@pytest.mark.parametrize("shown", ["missing", None, [], "text"])
@pytest.mark.parametrize(
    "binding",
    [
        {"jql": "labels = a", "measure": {"sum": POINTS}},
        {"jql": "labels = a", "measure": "lead_time"},
        {"issue": "GROW-2", "field": POINTS},
    ],
    ids=["sum", "lead_time", "issue"],
)
def test_an_issue_without_its_fields_is_unavailable(
    worlds: Worlds, binding: dict[str, object], shown: object, deployment: Deployment
) -> None:
    world = world_of(worlds, deployment)

    def strip(each: dict[str, Any]) -> object:
        if each["key"] != "GROW-2":
            return each
        rest = {name: value for name, value in each.items() if name != "fields"}
        return rest if shown == "missing" else {**rest, "fields": shown}

    each_issue(world, strip)
    answer = world.refusal(ask("k", **binding))
    assert "issue GROW-2 came without its fields" in answer.reason


@BOTH
def test_a_field_of_one_issue_is_judged_as_in_a_selection(
    worlds: Worlds, deployment: Deployment
) -> None:
    world = world_of(worlds, deployment)
    each_issue(world, without_field(POINTS))
    answer = world.refusal(ask("k", issue="GROW-1", field=POINTS))
    assert f"1 issue came without the field {POINTS}, not even empty" in answer.reason
    answer = world.refusal(ask("k", issue="GROW-1", field="labels"))
    assert "is of type array, not a number" in answer.reason


@BOTH
@pytest.mark.parametrize("name", ["created", "resolutiondate"])
def test_a_lead_time_without_a_date_that_was_asked_for_is_unavailable(
    worlds: Worlds, name: str, deployment: Deployment
) -> None:
    world = world_of(worlds, deployment)
    each_issue(world, without_field(name, only="GROW-2"))
    answer = world.refusal(ask("k", jql="labels = a", measure="lead_time"))
    assert "issue GROW-2 came without its dates" in answer.reason


@BOTH
@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "is true, not a number"),
        (False, "is false, not a number"),
        ([3], "is a list, not a number"),
        ({"value": "3"}, "is an object, not a number"),
        ({"displayName": "Ada"}, "is an object, not a number"),
        ("many", 'is "many", not a number'),
        ("", 'is "", not a number'),
        ("x" * 90, f'is "{"x" * 39}…, not a number'),
    ],
    ids=str,
)
def test_a_value_that_is_no_number_names_the_field_as_written_and_what_it_holds(
    worlds: Worlds, value: object, said: str, deployment: Deployment
) -> None:
    world = world_of(worlds, deployment)

    def change(each: dict[str, Any]) -> object:
        if each["key"] == "GROW-2":
            each["fields"][POINTS] = value
        return each

    each_issue(world, change)
    for binding in (
        {"jql": "labels = a", "measure": {"sum": "Story Points"}},
        {"jql": "labels = a", "measure": "done_ratio", "weight": "Story Points"},
        {"issue": "GROW-2", "field": "Story Points"},
    ):
        answer = world.refusal(ask("k", **binding))
        wanted = said.replace("a number", "a number of at least 0") if "weight" in binding else said
        assert f'field "Story Points" ({POINTS}) of issue GROW-2 {wanted}' in answer.reason


def test_an_estimate_that_is_no_count_is_unavailable(worlds: Worlds) -> None:
    world = world_of(worlds)
    counts: tuple[object, ...] = (-1, 2.5, True, None, "3", [3])
    for count in counts:
        world.sandbox.altered = lambda _, __, count=count: {"count": count}
        answer = world.refusal(ask("k", jql="labels = a", measure="count", exact="false"))
        assert "the answer has no count" in answer.reason
    world.sandbox.altered = lambda _, __: {"count": 10**60}
    answer = world.refusal(ask("k", jql="labels = a", measure="count", exact="false"))
    assert "a count of more than 40 digits" in answer.reason
    world.sandbox.altered = lambda _, __: {}
    assert (
        "no count"
        in world.refusal(ask("k", jql="labels = a", measure="count", exact="false")).reason
    )


@BOTH
@pytest.mark.parametrize("shown", [None, 7, "", [], {}], ids=str)
def test_an_issue_without_an_id_is_unavailable_and_not_left_out(
    worlds: Worlds, shown: object, deployment: Deployment
) -> None:
    world = world_of(worlds, deployment)

    def change(each: dict[str, Any]) -> object:
        return {**each, "id": shown} if each.get("key", "GROW-2") == "GROW-2" else each

    each_issue(world, change)
    for binding in (
        {"jql": "labels = a", "measure": "count"},
        {"jql": "labels = a", "measure": {"sum": POINTS}},
        {"issue": "GROW-2", "field": POINTS},
    ):
        assert "without an id" in world.refusal(ask("k", **binding)).reason


@BOTH
@pytest.mark.parametrize("issues", [None, {}, "text", 0], ids=str)
def test_an_answer_without_a_list_of_issues_is_unavailable(
    worlds: Worlds, issues: object, deployment: Deployment
) -> None:
    world = world_of(worlds, deployment)
    world.sandbox.altered = lambda _, answer: (
        {**answer, "issues": issues} if isinstance(answer, dict) else answer
    )
    for binding in (
        {"jql": "labels = a", "measure": "count"},
        {"issue": "GROW-2", "field": POINTS},
    ):
        assert "has no list of issues" in world.refusal(ask("k", **binding)).reason


def test_another_issue_than_the_one_asked_for_by_id_is_not_it(worlds: Worlds) -> None:
    """Keys change when an issue moves, ids never do."""
    world = world_of(worlds)
    asked = issue("GROW-2", created=START).id
    each_issue(world, lambda each: {**each, "id": "1", "key": "OTHER-1"})
    answer = world.refusal(ask("k", issue=asked, field=POINTS))
    assert f"issue {asked} does not exist, or the token's user may not see it" in answer.reason


def test_two_issues_for_one_key_are_nobodys_number(worlds: Worlds) -> None:
    world = world_of(worlds)

    def two(sent: Sent, answer: Any) -> object:
        if "bulkfetch" in sent.path:
            (one,) = answer["issues"]
            answer["issues"] = [{**one, "id": n, "key": f"NEW-{n}"} for n in ("1", "2")]
        return answer

    world.sandbox.altered = two
    answer = world.refusal(ask("k", issue="GROW-2", field=POINTS))
    assert "2 issues answer to the key GROW-2 alone" in answer.reason
