"""What Jira's measures say of small worlds; expected numbers are counted by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from jira_world import NOW, Worlds, ask, previous_of

from okr_core.record.evidence import re_add
from okr_sandbox import Change, changed, issue, number_field
from okr_sandbox.jira.issues import Issue
from okr_sources.answers import Observed, Unavailable

START = datetime(2026, 9, 1, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 5, tzinfo=UTC)


def team() -> list[Issue]:
    """Six issues: three done, one of them as Won't Do; points 1, 2.5, 5 and an estimate of 3."""
    return [
        issue("GROW-1", created=START, labels=["a"], points=1, done=OCTOBER),
        issue("GROW-2", created=START, labels=["a"], points=2.5, done=OCTOBER),
        issue("GROW-3", created=START, labels=["a"], points=5),
        issue("GROW-4", created=START, labels=["a"], estimate=3),
        issue("GROW-5", created=START, labels=["a"], done=OCTOBER, resolution="Won't Do"),
        issue("GROW-6", created=START, labels=["b"]),
    ]


def test_count_is_the_number_of_issues_selected(worlds: Worlds) -> None:
    assert worlds(*team()).value(ask("k", jql="labels = a", measure="count")) == 5


def test_an_order_by_changes_nothing(worlds: Worlds) -> None:
    one = ask("k", jql="labels = a ORDER BY created DESC", measure="count")
    assert worlds(*team()).value(one) == 5


def test_count_of_nothing_is_zero(worlds: Worlds) -> None:
    assert (
        worlds(*team()).value(ask("k", jql="project = GROW AND labels = c", measure="count")) == 0
    )


def test_scale_is_applied_at_the_end(worlds: Worlds) -> None:
    one = ask("k", jql="labels = a", measure="done_ratio", scale="100")
    assert worlds(*team()).value(one) == 60


def test_excluded_resolutions_do_not_count_but_unresolved_issues_do(worlds: Worlds) -> None:
    world = worlds(*team())
    jql, exclude = "labels = a OR labels = b", ["Won't Do", "Duplicate"]
    assert world.value(ask("k", jql=jql, measure="count", exclude=exclude)) == 5
    share = world.value(ask("k", jql=jql, measure="done_ratio", exclude=exclude))
    assert share == Decimal("0.4")


def test_sum_adds_up_a_field_exactly(worlds: Worlds) -> None:
    found = worlds(*team()).found(ask("k", jql="labels = a", measure={"sum": "Story Points"}))
    assert found.value == Decimal("8.5")
    assert found.evidence.notes == ("2 of 5 issues have no Story Points",)


def test_story_points_takes_whichever_of_the_two_fields_is_filled(worlds: Worlds) -> None:
    world = worlds(*team())
    assert world.value(ask("k", jql="labels = a", measure={"sum": "story_points"})) == Decimal(
        "11.5"
    )


def test_a_field_that_is_unknown_costs_the_others_nothing(worlds: Worlds) -> None:
    world = worlds(*(issue(f"GROW-{n}", created=START, labels=["a"]) for n in range(1, 151)))
    counted = ask("counted", jql="labels = a", measure="count")
    wrong = ask("wrong", jql="labels = a", measure={"sum": "Storypoints"})
    answers = world.read(counted, wrong)
    assert isinstance(answers["wrong"], Unavailable)
    assert "Storypoints" in answers["wrong"].reason
    assert isinstance(answers["counted"], Observed)
    assert answers["counted"].value == 150
    assert sum(world.sent.values()) == 2  # names of fields, and one page of ids


def test_a_field_that_is_named_stands_alone(worlds: Worlds) -> None:
    world = worlds(*team())
    assert world.value(ask("k", jql="labels = a", measure={"sum": "customfield_10026"})) == 3
    assert world.value(ask("k", jql="labels = a", measure={"sum": "Story point estimate"})) == 3


def test_average_leaves_out_issues_without_a_value(worlds: Worlds) -> None:
    world = worlds(*team())
    value = world.value(ask("k", jql="labels = a", measure={"average": "Story Points"}))
    assert value == Decimal(1 + Decimal("2.5") + 5) / 3


def test_a_share_done_counts_issues_or_their_weight(worlds: Worlds) -> None:
    world = worlds(*team())
    assert world.value(ask("k", jql="labels = a", measure="done_ratio")) == Decimal("0.6")
    weighted = {"done_ratio": {"weight": "story_points"}}
    value = world.value(ask("k", jql="labels = a", measure=weighted))
    assert value == Decimal("3.5") / Decimal("11.5")
    short = ask("k", jql="labels = a", measure="done_ratio", weight="story_points")
    assert world.value(short) == value


def test_average_share_and_lead_time_of_nothing_are_unavailable_not_zero(worlds: Worlds) -> None:
    world = worlds(*team())
    for measure in ({"average": "Story Points"}, "done_ratio", "lead_time"):
        answer = world.refusal(ask("k", jql="project = GROW AND labels = c", measure=measure))
        assert "empty selection" in answer.reason


def test_lead_time_is_the_median_of_days_of_issues_resolved_in_the_cycle(worlds: Worlds) -> None:
    def resolved(number: int, done: datetime, days: float) -> Issue:
        return issue(f"GROW-{number}", created=done - timedelta(days=days), done=done)

    last_minute = datetime(2026, 9, 30, 21, 59, tzinfo=UTC)  # 23:59 in Zurich
    world = worlds(
        resolved(1, last_minute, 100),
        resolved(2, last_minute + timedelta(minutes=1), 4),
        resolved(3, OCTOBER, 10.5),
        resolved(4, NOW, 7),
        issue("GROW-5", created=START),
        timezone="America/New_York",
    )
    one = ask("k", jql="project = GROW", measure="lead_time", zone="Europe/Zurich")
    assert world.value(one) == 7
    until = ask(
        "k",
        jql="project = GROW",
        measure="lead_time",
        zone="Europe/Zurich",
        as_of=NOW - timedelta(seconds=1),
    )
    assert world.value(until) == Decimal("7.25")


def test_a_field_of_one_issue_is_read_by_its_key(worlds: Worlds) -> None:
    world = worlds(
        issue("GROW-1", created=START, fields={"customfield_11000": 42}),
        fields=[number_field(11000, "NPS")],
    )
    found = world.found(ask("k", issue="grow-1", field="NPS"))
    assert found.value == 42
    assert found.evidence.link.endswith("/browse/GROW-1")


def test_an_empty_field_of_one_issue_is_unavailable(worlds: Worlds) -> None:
    world = worlds(issue("GROW-1", created=START))
    answer = world.refusal(ask("k", issue="GROW-1", field="Story Points"))
    assert answer.reason == "jira `acme`: field Story Points of issue GROW-1 is empty."


def test_an_issue_that_does_not_exist_is_unavailable_and_stops_no_other(worlds: Worlds) -> None:
    world = worlds(issue("GROW-1", created=START, points=3))
    answers = world.read(
        ask("gone", issue="GROW-9", field="Story Points"),
        ask("here", issue="GROW-1", field="Story Points"),
    )
    gone, here = answers["gone"], answers["here"]
    assert isinstance(gone, Unavailable)
    assert "GROW-9 does not exist" in gone.reason
    assert isinstance(here, Observed)
    assert here.value == 3
    assert world.sent["POST /rest/api/3/issue/bulkfetch"] == 1


def test_an_estimate_is_one_request_and_says_that_it_is_one(worlds: Worlds) -> None:
    world = worlds(*team())
    found = world.found(ask("k", jql="labels = a", measure="count", exact="false"))
    assert found.value == 5
    assert not found.evidence.complete
    assert world.sent == {"POST /rest/api/3/search/approximate-count": 1}


def test_evidence_names_the_issues_that_counted_and_opens_in_jira(worlds: Worlds) -> None:
    world = worlds(*team())
    evidence = world.found(ask("k", jql="labels = a", measure={"sum": "Story Points"})).evidence
    assert [row.label for row in evidence.rows] == [f"GROW-{n}" for n in range(1, 6)]
    assert evidence.measure == "sum of Story Points"
    assert evidence.link.endswith("/issues/?jql=labels%20%3D%20a")
    assert re_add(evidence) == Decimal("8.5")


def test_a_field_that_holds_no_number_is_unavailable(worlds: Worlds) -> None:
    world = worlds(*team())
    answer = world.refusal(ask("k", jql="labels = a", measure={"sum": "summary"}))
    assert 'field summary of issue GROW-1 is "GROW-1", not a number' in answer.reason


def test_a_renamed_label_is_suspect_and_asks_the_right_question(worlds: Worlds) -> None:
    renamed = changed(
        issue("GROW-1", created=START, labels=["checkout"]),
        Change(OCTOBER, {"labels": ("check-out",)}),
    )
    world = worlds(renamed, now=OCTOBER - timedelta(days=1))
    one = ask("bugs.open", jql="project = GROW AND labels = checkout", measure="count")
    before = world.found(one)
    world.sandbox.clock.set(NOW)
    answer = world.suspect(replace(one, previous=previous_of(before)))
    assert answer.value == 0
    assert answer.why == 'fell from 1 to 0 issues. Was the label "checkout" renamed?'
