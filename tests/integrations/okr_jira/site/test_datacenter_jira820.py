"""Data Center against an emulator that nobody here wrote; what it should say is counted alone.

The emulator takes part of JQL and ignores clauses that it does not know: `resolution`, `id` and
order by id are such. So excluded resolutions and windows are tested on the sandbox instead; a
look-up by id gets every issue here and must take only those that were asked for.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from data_center import (
    EPIC_LINK,
    POINTS,
    Counter,
    days,
    emulator,
    fields_of,
    is_done,
    named,
    points,
    read,
    session_on,
)
from jira_world import NOW, ask

from okr_core.record.evidence import re_add
from okr_sources.answers import Observed, Suspect, Unavailable
from okr_sources.source import Memory

TODAY = date(2026, 11, 20)
STARTS = datetime(2026, 10, 1, tzinfo=UTC)
Fields = Mapping[str, object]


@pytest.fixture(scope="module")
def shared() -> Iterator[str]:
    """An emulator that no test changes."""
    with emulator(TODAY) as url:
        yield url


@pytest.fixture
def own() -> Iterator[Counter]:
    """An emulator of the test's own."""
    with emulator(TODAY) as url:
        yield Counter(url)


def value(url: str, **binding: object) -> Decimal:
    answer = read(url, ask("k", **binding))["k"]  # type: ignore[arg-type]
    assert isinstance(answer, Observed), answer
    assert answer.value == re_add(answer.evidence)
    return answer.value


def is_story(fields: Fields) -> bool:
    return named(fields, "issuetype") == "Story"


SELECTIONS: list[tuple[str, Callable[[Fields], object]]] = [
    ("project = JIRA820", lambda _: True),
    ("issuetype = Story", is_story),
    ("assignee = u03", lambda fields: named(fields, "assignee") == "u03"),
    ("assignee in (u01, u06)", lambda fields: named(fields, "assignee") in ("u01", "u06")),
    ("labels = mock", lambda fields: "mock" in list(fields["labels"])),  # type: ignore[call-overload]
    ('"Epic Link" = JIRA820-1', lambda fields: fields[EPIC_LINK] == "JIRA820-1"),
    (
        "issuetype = Bug AND statusCategory != Done",
        lambda fields: named(fields, "issuetype") == "Bug" and not is_done(fields),
    ),
    (
        "issuetype = Story AND (assignee = u01 OR assignee = u02) ORDER BY created DESC",
        lambda fields: is_story(fields) and named(fields, "assignee") in ("u01", "u02"),
    ),
]


@pytest.mark.parametrize(("jql", "keep"), SELECTIONS)
def test_a_count_is_what_plain_requests_count(
    shared: str, jql: str, keep: Callable[[Fields], object]
) -> None:
    counted = Counter(shared).issues(keep)
    assert counted
    answer = read(shared, ask("k", jql=jql, measure="count"))["k"]
    assert isinstance(answer, Observed)
    assert answer.value == len(counted)
    rows = answer.evidence.rows
    assert {row.id for row in rows} == {issue["id"] for issue in counted}
    assert {row.label for row in rows} == {issue["key"] for issue in counted}


def test_sum_and_average_of_story_points(shared: str) -> None:
    stories = points(Counter(shared).issues(is_story))
    for field in ("Story Points", POINTS, "story_points"):
        assert value(shared, jql="issuetype = Story", measure={"sum": field}) == sum(stories)
    average = value(shared, jql="issuetype = Story", measure={"average": "Story Points"})
    assert average == sum(stories) / len(stories)


def test_shares_done_by_count_and_by_weight(shared: str) -> None:
    stories = Counter(shared).issues(is_story)
    done = [issue for issue in stories if is_done(fields_of(issue))]
    assert 0 < len(done) < len(stories)
    share = value(shared, jql="issuetype = Story", measure="done_ratio", scale="100")
    assert share == Decimal(100 * len(done)) / len(stories)
    weighed = value(shared, jql="issuetype = Story", measure="done_ratio", weight="Story Points")
    assert weighed == sum(points(done)) / sum(points(stories))


def test_lead_time_of_issues_resolved_in_the_cycle(shared: str) -> None:
    bugs = Counter(shared).issues(lambda fields: named(fields, "issuetype") == "Bug")
    found = value(shared, jql="issuetype = Bug", measure="lead_time")
    assert abs(found - days(bugs, STARTS)) < Decimal("1e-20")


def test_a_field_of_one_issue(shared: str) -> None:
    with_points = Counter(shared).issues(lambda fields: fields[POINTS])[5]
    (expected,) = points([with_points])
    key = str(with_points["key"])
    assert value(shared, issue=key.lower(), field="Story Points") == expected


def test_an_issue_that_does_not_exist_stops_no_other(shared: str) -> None:
    with_points = Counter(shared).issues(lambda fields: fields[POINTS])[5]
    answers = read(
        shared,
        ask("gone", issue="JIRA820-99999", field="Story Points"),
        ask("here", issue=str(with_points["key"]), field="Story Points"),
    )
    assert isinstance(answers["here"], Observed)
    gone = answers["gone"]
    assert isinstance(gone, Unavailable)
    assert "JIRA820-99999 does not exist" in gone.reason


def test_a_count_without_a_list_is_the_exact_total_and_one_request(shared: str) -> None:
    with session_on(shared) as session:
        one = ask("k", jql="issuetype = Story", measure="count", exact="false")
        (answer,) = session.read(session.plan([one], Memory({})))
        assert session.requests == 1
    assert isinstance(answer, Observed)
    assert answer.value == len(Counter(shared).issues(is_story))
    assert answer.evidence.notes == ("Jira's own total: no list of issues",)


def test_all_measures_of_one_selection_are_one_fetch(shared: str) -> None:
    asks = [
        ask("count", jql="issuetype = Story", measure="count"),
        ask("sum", jql="issuetype = Story", measure={"sum": POINTS}),
        ask("share", jql="issuetype = Story", measure="done_ratio"),
    ]
    with session_on(shared) as session:
        answers = list(session.read(session.plan(asks, Memory({}))))
        assert session.requests == 1 + 1  # one names the fields
    assert all(isinstance(answer, Observed) for answer in answers)


def test_a_frozen_scope_keeps_its_issues_wherever_they_went(own: Counter) -> None:
    stories = own.issues(is_story)
    one = ask("k", jql="issuetype = Story AND labels = scope", measure="done_ratio", scope="frozen")
    is_open = [str(each["key"]) for each in stories if not is_done(fields_of(each))]
    for key in is_open[:4]:
        own.write(key, labels=["scope"])
    first = read(own.url, one)["k"]
    assert isinstance(first, Observed)
    assert first.value == 0
    own.move(is_open[0], "Done")
    own.move(is_open[1], "Done")
    own.write(is_open[1], labels=["elsewhere"])
    own.delete(is_open[2])
    own.write(is_open[5], labels=["scope"])
    later = read(own.url, replace(one, frozen=first.evidence.rows))["k"]
    assert isinstance(later, Suspect)  # deleted or hidden: Jira does not tell
    assert later.value == Decimal(2) / 4
    gone = f"1 of 4 issues of the frozen scope cannot be found any more: {is_open[2]}"
    assert gone in later.evidence.notes


def test_a_change_of_status_and_of_assignee_shows_in_the_next_reading(own: Counter) -> None:
    key = str(own.issues(is_story)[0]["key"])
    before = value(own.url, jql="assignee = u09", measure="count")
    mine = len(own.issues(lambda fields: named(fields, "assignee") == "u09"))
    assert before == mine
    own.write(key, assignee={"name": "u09"})
    assert value(own.url, jql="assignee = u09", measure="count") == len(
        own.issues(lambda fields: named(fields, "assignee") == "u09")
    )


def test_doctor_knows_the_server_its_user_and_every_query(shared: str) -> None:
    asks = [
        ask("k", jql="issuetype = Story", measure={"sum": "Story Points"}),
        ask("none", jql="labels = nothing-has-it", measure="count"),
    ]
    with session_on(shared, reads_past=True) as session:
        found = {check.subject: check for check in session.diagnose(asks, now=NOW)}
    assert found["access"].message == (
        f"{shared} is reachable (Jira Data Center 8.20.8) and knows us as Administrator."
    )
    count = len(Counter(shared).issues(is_story))
    assert found["query of `k`"].message == f"selects {count} issues: issuetype = Story"
    assert found["field of `k`"].outcome == "ok"
    assert found["query of `none`"].outcome == "warning"
    assert found["permissions"].outcome == "warning"  # the emulator has no such endpoint
    assert {check.outcome for check in found.values()} == {"ok", "warning"}
