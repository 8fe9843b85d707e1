"""Notes: what stands but is not obvious is said with the number."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from jira_world import NOW, Deployment, Sent, World, Worlds, ask

from okr_core.errors import DataError
from okr_jira.read import rows
from okr_jira.read.rows import Fetched
from okr_sandbox import Change, issue
from okr_sandbox.jira.fields import Field
from okr_sandbox.jira.issues import Issue

START = datetime(2026, 10, 1, tzinfo=UTC)
BOTH = pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
LEAD = ask("k", jql="labels = a", measure="lead_time")
BY_STATUS = ask("k", jql="labels = a", measure={"lead_time": {"until": "statuscategorychangedate"}})


def issues_in(answer: Any) -> list[dict[str, Any]]:
    """Issues of an answer that has some."""
    return list(answer["issues"]) if isinstance(answer, dict) and "issues" in answer else []


def workflows() -> list[Issue]:
    """Two issues that were resolved, three that are done without a resolution, one that was before
    the cycle, one that is open."""
    before = datetime(2026, 7, 1, tzinfo=UTC)
    return [
        issue("OPS-1", created=START, labels=["a"], done=START + timedelta(days=4)),
        issue("OPS-2", created=START, labels=["a"], done=START + timedelta(days=6)),
        *(
            issue(
                f"TEAM-{n}",
                created=START,
                labels=["a"],
                changes=[
                    Change(START + timedelta(days=30), {"status": "Done"}),
                    Change(START + timedelta(days=40), {"status": "Closed"}),
                ],
            )
            for n in range(1, 4)
        ),
        issue(
            "TEAM-8",
            created=before,
            labels=["a"],
            changes=[
                Change(before + timedelta(days=1), {"status": "Done"}),
                Change(START + timedelta(days=1), {"labels": ("a", "late")}),
            ],
        ),
        issue("TEAM-9", created=START, labels=["a"]),
    ]


def test_done_issues_without_a_resolution_date_are_counted_and_told_of(worlds: Worlds) -> None:
    found = worlds(*workflows()).found(LEAD)
    assert found.value == 5
    assert found.evidence.notes == ("3 done issues have no resolution date",)


def test_a_server_that_does_not_date_statuses_counts_all_that_were_touched(worlds: Worlds) -> None:
    found = worlds(*workflows(), deployment="datacenter").found(LEAD)
    assert found.value == 5
    assert found.evidence.notes == ("4 done issues have no resolution date",)


def test_a_lead_time_can_end_when_the_status_became_done(worlds: Worlds) -> None:
    """A later change within the category moves nothing."""
    found = worlds(*workflows()).found(BY_STATUS)
    assert found.value == 30
    assert len(found.evidence.rows) == 5
    assert found.evidence.measure == "median days from created to done"
    assert found.evidence.notes == ()


def test_a_lead_time_of_none_but_undated_issues_offers_the_other_field(worlds: Worlds) -> None:
    world = worlds(*workflows()[2:])
    answer = world.refusal(LEAD)
    assert "empty selection: 3 done issues have no resolution date" in answer.reason
    assert "`lead_time: {until: statuscategorychangedate}`" in answer.hint


@BOTH
def test_an_issue_that_was_resolved_before_it_was_created_is_no_lead_time(
    worlds: Worlds, deployment: Deployment
) -> None:
    world = worlds(*workflows(), deployment=deployment)

    def early(_: Sent, answer: Any) -> object:
        for each in issues_in(answer):
            if each["key"] == "OPS-1":
                each["fields"]["created"] = "2026-11-01T00:00:00.000+0000"
        return answer

    world.sandbox.altered = early
    answer = world.refusal(LEAD)
    assert "issue OPS-1 was resolved before it was created" in answer.reason
    assert answer.hint


def test_an_issue_that_was_resolved_at_once_took_no_time() -> None:
    at = START.isoformat()
    fetched = Fetched(("1",), NOW, {"1": {"created": at, "resolutiondate": at}})
    assert rows.lead_times(fetched, START, NOW)[0].value == 0
    later = {"created": at, "resolutiondate": (START - timedelta(microseconds=1)).isoformat()}
    with pytest.raises(DataError):
        rows.lead_times(Fetched(("1",), NOW, {"1": later}), START - timedelta(1), NOW)


def zoned(worlds: Worlds, timezone: str, deployment: Deployment = "cloud") -> World:
    return worlds(
        issue("GROW-1", created=START + timedelta(hours=3), labels=["a"]),
        timezone=timezone,
        deployment=deployment,
    )


@BOTH
@pytest.mark.parametrize(
    "days",
    ["created >= 2026-09-01", "created >= '2026/09/01 10:00'", "created >= startOfYear()"],
)
def test_days_in_a_query_are_told_of_where_the_users_zone_is_not_the_cycles(
    worlds: Worlds, days: str, deployment: Deployment
) -> None:
    world = zoned(worlds, "America/Los_Angeles", deployment)
    found = world.found(
        ask("k", jql=f"labels = a AND {days}", measure="count", zone="Asia/Shanghai")
    )
    (note,) = found.evidence.notes
    assert note == (
        "days in the query are read in America/Los_Angeles, the time zone of the token's user, and "
        "not in Asia/Shanghai, the cycle's"
    )
    world.found(ask("k", jql=f"labels = a AND {days}", measure="count", zone="Asia/Shanghai"))
    assert sum(world.sent.values()) == world.planned == 1 + 1


def test_one_request_tells_the_zone_to_all_queries_that_name_days(worlds: Worlds) -> None:
    world = zoned(worlds, "America/Los_Angeles")
    asks = [
        ask(f"k{n}", jql=f"labels = a AND created >= 2026-09-0{n}", measure="count", zone="UTC")
        for n in range(1, 4)
    ]
    answers = world.read(*asks).values()
    assert world.sent["GET /rest/api/3/myself"] == 1
    assert all(len(getattr(answer, "evidence").notes) == 1 for answer in answers)  # noqa: B009


@pytest.mark.parametrize(
    ("theirs", "ours", "jql"),
    [
        ("Asia/Shanghai", "Asia/Shanghai", "created >= 2026-09-01"),
        ("Europe/Berlin", "Europe/Zurich", "created >= 2026-09-01"),
        ("America/Los_Angeles", "Asia/Shanghai", "created >= -90d"),
        ("America/Los_Angeles", "Asia/Shanghai", "summary !~ '2026-09-01'"),
    ],
)
def test_nothing_is_said_where_no_day_can_be_another(
    worlds: Worlds, theirs: str, ours: str, jql: str
) -> None:
    world = zoned(worlds, theirs)
    found = world.found(ask("k", jql=f"labels = a AND {jql}", measure="count", zone=ours))
    assert found.evidence.notes == ()


@pytest.mark.parametrize("zone", [None, 7, "Nowhere/Else", "missing"])
def test_a_zone_that_jira_does_not_tell_is_told_of_and_stops_nothing(
    worlds: Worlds, zone: object
) -> None:
    world = zoned(worlds, "UTC")

    def altered(sent: Sent, answer: Any) -> object:
        if sent.path.endswith("/myself"):
            del answer["timeZone"]
            return answer if zone == "missing" else {**answer, "timeZone": zone}
        return answer

    world.sandbox.altered = altered
    found = world.found(ask("k", jql="labels = a AND created >= 2026-09-01", measure="count"))
    assert found.value == 1
    (note,) = found.evidence.notes
    assert note == (
        "days in the query are read in the time zone of the token's user, which Jira does not "
        "tell; the cycle's is UTC"
    )


@BOTH
def test_two_different_story_points_of_one_issue_are_told_of(
    worlds: Worlds, deployment: Deployment
) -> None:
    world = worlds(
        issue("A-1", created=START, labels=["a"], points=8, estimate=3),
        issue("A-2", created=START, labels=["a"], points=5, estimate=5),
        issue("A-3", created=START, labels=["a"], estimate=1),
        deployment=deployment,
    )
    note = (
        "1 issue has two different values of story_points; the one of company-managed projects "
        "counts"
    )
    for measure in ({"sum": "story_points"}, {"average": "story_points"}):
        found = world.found(ask("k", jql="labels = a", measure=measure))
        assert note in found.evidence.notes
    weighed = ask("k", jql="labels = a", measure="done_ratio", weight="story_points")
    assert note in world.found(weighed).evidence.notes
    alone = world.found(ask("k", issue="A-1", field="story_points"))
    assert alone.value == 8
    assert alone.evidence.notes == (note,)
    for key in ("A-2", "A-3"):
        assert world.found(ask("k", issue=key, field="story_points")).evidence.notes == ()


def test_story_points_add_up_in_every_language_of_the_tokens_user(worlds: Worlds) -> None:
    """The user's language renames the field of team-managed projects; another one is unused."""
    translated = Field(
        "customfield_10026",
        "Story-Point-Schätzung",
        "number",
        custom_type="com.pyxis.greenhopper.jira:jsw-story-points",
    )
    world = worlds(
        issue("A-1", created=START, labels=["a"], estimate=Decimal("5.3")),
        issue("A-2", created=START, labels=["a"], estimate=3),
        fields=[translated],
    )
    assert world.value(ask("k", jql="labels = a", measure={"sum": "story_points"})) == Decimal(
        "8.3"
    )


def four_issues() -> list[Issue]:
    return [
        issue(f"A-{n}", created=START, labels=["a"], points=n, done=NOW if n < 3 else None)
        for n in range(1, 5)
    ]


def no_category(_: Sent, answer: Any) -> object:
    for each in issues_in(answer):
        if each.get("key") == "A-1" and "status" in each.get("fields", {}):
            each["fields"]["status"]["statusCategory"] = None
    return answer


@BOTH
def test_a_status_without_a_category_gives_the_same_share_whatever_the_plan(
    worlds: Worlds, deployment: Deployment
) -> None:
    """Where statuses do not tell, Jira's own search does, as for large selections."""
    world = worlds(*four_issues(), deployment=deployment)
    share = ask("k", jql="labels = a", measure="done_ratio")
    whole = world.found(share)  # by two queries of ids: nobody has counted the issues yet
    world.sandbox.altered = no_category
    by_status = world.found(share)
    assert (whole.value, by_status.value) == (Decimal("0.5"), Decimal("0.5"))
    (note,) = by_status.evidence.notes
    assert note == (
        "Jira gave the status of 1 issue no category; which issues are done is what it finds by "
        "`statusCategory = Done`"
    )
    weighed = world.found(ask("k", jql="labels = a", measure="done_ratio", weight="Story Points"))
    assert weighed.value == Decimal("0.3")


@BOTH
def test_a_category_that_is_needed_to_look_up_a_frozen_scope_and_missing_is_unavailable(
    worlds: Worlds, deployment: Deployment
) -> None:
    issues = [
        issue(
            f"A-{n}",
            created=START,
            labels=["a"],
            changes=[Change(START + timedelta(days=5), {"labels": ()})],
        )
        for n in (1, 2)
    ]
    world = worlds(*issues, now=START + timedelta(days=1), deployment=deployment)
    share = ask("k", jql="labels = a", measure="done_ratio", scope="frozen")
    first = world.found(share)
    world.sandbox.clock.set(NOW)
    world.sandbox.altered = no_category
    later = ask(
        "k", jql="labels = a", measure="done_ratio", scope="frozen", frozen=first.evidence.rows
    )
    assert "Jira gave the status of issue A-1 no category" in world.refusal(later).reason
