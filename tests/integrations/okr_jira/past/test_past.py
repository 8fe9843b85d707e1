"""The past worked out from dates is what the sandbox says when its clock stands there."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from jira_past import BEGAN, DAYS, at_the_time, issues, reconstructed, reviewed
from jira_world import Deployment, World, Worlds, ask
from openapi import Contract

from okr_core.record.evidence import decode, encode, re_add
from okr_jira.past.past import BY_DATES, BY_HISTORY
from okr_jira.past.query import (
    DELETED,
    DONE_WHEN_RESOLVED,
    NEVER_DONE,
    NO_HISTORY,
    SAME_RESOLUTION,
    SAME_STATUS,
    past_query,
)
from okr_sandbox import Company, Fault, Issue, changed, issue, relabelled
from okr_sandbox.jira.issues import Change
from okr_sources.answers import Ask, Observed, Unavailable
from okr_sources.past import PastAsk, past_session

BOTH = pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
SINCE = DAYS[0].date() - timedelta(days=2)
SELECTIONS = {
    "all": "labels = checkout",
    "open": "labels = checkout AND status != Done",
    "not done": "labels = checkout AND statusCategory != Done",
    "neither": 'labels = checkout AND status not in (Done, "Closed")',
    "closed": "labels = checkout AND status = Closed",
    "category": 'labels = checkout AND statusCategory in ("To Do", "In Progress")',
    "unresolved": "labels = checkout AND resolution is EMPTY",
    "unresolved too": "labels = checkout AND resolution = Unresolved AND type = Bug",
    "resolved": "project = GROW AND resolution is not EMPTY",
    "dropped": 'project = GROW AND resolution = "Won\'t Do"',
    "not dropped": 'project = GROW AND resolution != "Won\'t Do"',
    "of October": 'labels = slow AND resolved >= "2026-10-10" AND resolved < "2026-11-01"',
    "either": 'labels = slow AND (resolution is EMPTY OR resolved >= "2026-10-20")',
    "negated": "project = GROW AND NOT (statusCategory = Done OR labels = slow)",
    "bare": "statusCategory = Done",
    "two": "(type = Bug OR labels = slow) AND statusCategory != Done ORDER BY created",
}


def counts() -> list[Ask]:
    return [ask(name, jql=jql, measure="count") for name, jql in SELECTIONS.items()]


def shares() -> list[Ask]:
    jql, dropped = "labels = checkout", ["Won't Do", "Duplicate"]
    return [
        ask("share", jql=jql, measure="done_ratio", scale="100"),
        ask("share without dropped", jql=jql, measure="done_ratio", exclude=dropped),
        ask("count without dropped", jql=jql, measure="count", exclude=dropped),
        ask("days", jql="type = Bug", measure="lead_time"),
    ]


@pytest.fixture
def world(worlds: Worlds, deployment: Deployment) -> World:
    return worlds(*issues(), deployment=deployment)


@BOTH
def test_each_past_day_is_what_jira_said_on_that_day(world: World) -> None:
    asks = [*counts(), *shares()]
    with world.session() as session:
        found = reconstructed(session, asks)
    moved = set()
    for moment in DAYS:
        then = at_the_time(world, moment, [replace(one, as_of=moment) for one in asks])
        for name, answer in then.items():
            told = found[name, moment]
            if isinstance(answer, Unavailable):
                assert isinstance(told, Unavailable), (name, moment)
                continue
            assert isinstance(told, Observed), (name, moment, told)
            assert told.value == answer.value, (name, moment)
            rows = [(row.id, row.value) for row in answer.evidence.rows]
            assert [(row.id, row.value) for row in told.evidence.rows] == rows, (name, moment)
            if told.value != found[name, DAYS[-1]].value:  # type: ignore[union-attr]
                moved.add(name)
    assert moved == {one.key_result for one in asks}, "a number that never moves proves nothing"


@pytest.mark.parametrize(("zone", "user"), [("Asia/Kolkata", "UTC"), ("UTC", "America/New_York")])
def test_dates_of_a_query_are_read_in_the_users_zone_and_days_end_in_the_cycles(
    worlds: Worlds, zone: str, user: str
) -> None:
    at = [datetime.fromisoformat(f"2026-10-{n:02}T23:59:59+05:30") for n in range(5, 25)]
    world = worlds(*issues(), timezone=user)
    asks = [
        ask("k", zone=zone, jql='labels = checkout AND resolved >= "2026-10-12"', measure="count"),
        ask("open", zone=zone, jql="labels = checkout AND status != Done", measure="count"),
    ]
    with world.session() as session:
        found = reconstructed(session, asks, at)
    for moment in at:
        for name, answer in at_the_time(world, moment, asks).items():
            assert isinstance(answer, Observed)
            assert found[name, moment].value == answer.value  # type: ignore[union-attr]


def test_a_date_of_resolution_is_a_day_of_the_tokens_user(worlds: Worlds) -> None:
    late = datetime.fromisoformat("2026-10-11T22:30:00-04:00")  # the 12th in UTC
    world = worlds(issue("GROW-1", created=BEGAN, done=late), timezone="America/New_York")
    asks = [
        ask("11th", jql='project = GROW AND resolved < "2026-10-12"', measure="count"),
        ask("12th", jql='project = GROW AND resolved >= "2026-10-12"', measure="count"),
    ]
    with world.session() as session:
        found = reconstructed(session, asks)
    for name, values in (("11th", [0, 1, 1]), ("12th", [0, 0, 0])):
        told = [found[name, moment] for moment in DAYS[:3]]
        assert [each.value for each in told] == values  # type: ignore[union-attr]


def test_the_history_is_asked_in_the_zone_of_the_tokens_user(worlds: Worlds) -> None:
    left = Change(DAYS[1] + timedelta(hours=2), {"status": "To Do"})
    entered = Change(DAYS[1] - timedelta(hours=2), {"status": "In Review"})
    brief = changed(issue("GROW-1", created=BEGAN), entered, left)
    world = worlds(brief, timezone="America/New_York")
    one = ask("k", jql='project = GROW AND status = "In Review"', measure="count")
    with world.session() as session:
        found = reconstructed(session, [one])
    assert [found["k", moment].value for moment in DAYS] == [0, 1, 0, 0, 0, 0, 0]  # type: ignore[union-attr]


@BOTH
def test_where_dates_do_not_tell_the_history_does(worlds: Worlds, deployment: Deployment) -> None:
    several = [
        reviewed(each, each.start.created + timedelta(days=2, minutes=30)) if n % 4 else each
        for n, each in enumerate(issues(12))
        if n % 6 != 1
    ]
    world = worlds(*several, deployment=deployment)
    asks = [
        ask("review", jql='labels = checkout AND status = "In Review"', measure="count"),
        ask("work", jql='statusCategory = "In Progress" AND type = Bug', measure="count"),
    ]
    days = [moment + timedelta(seconds=1) for moment in DAYS]
    with world.session() as session:
        found = reconstructed(session, asks, days)
    values = set()
    for moment in days:
        for name, answer in at_the_time(world, moment, asks).items():
            told = found[name, moment]
            assert isinstance(answer, Observed)
            assert isinstance(told, Observed), told
            assert told.value == answer.value, (name, moment)
            assert told.evidence.reconstructed == BY_HISTORY
            assert NEVER_DONE not in told.evidence.assumptions
            values.add(told.value)
    assert len(values) > 2


def test_issues_without_a_resolution_date_are_told_by_the_history(worlds: Worlds) -> None:
    moved = Change(BEGAN + timedelta(days=10), {"status": "Done"})
    plain = [changed(issue(f"GROW-{n}", created=BEGAN), moved) for n in (1, 2)]
    world = worlds(*plain, issue("GROW-3", created=BEGAN, done=BEGAN + timedelta(days=20)))
    one = ask("k", jql="project = GROW", measure="done_ratio")
    still = ask("open", jql="project = GROW AND status != Done", measure="count")
    with world.session() as session:
        found = reconstructed(session, [one, still])
    opened = [found["open", moment].value for moment in DAYS]  # type: ignore[union-attr]
    assert opened == [3, 1, 0, 0, 0, 0, 0]
    values = [found["k", moment].value for moment in DAYS]  # type: ignore[union-attr]
    third = Decimal(2) / 3
    assert [round(value, 3) for value in values] == [round(v, 3) for v in (0, third, 1, 1, 1, 1, 1)]


def test_several_done_statuses_are_told_apart_by_the_history(worlds: Worlds) -> None:
    closed = Change(DAYS[2], {"status": "Closed"})
    first = changed(issue("GROW-1", created=BEGAN, done=DAYS[0], done_status="Resolved"), closed)
    second = issue("GROW-2", created=BEGAN, done=DAYS[3], done_status="Resolved")
    world = worlds(first, second)
    asks = [ask("k", jql="project = GROW AND status != Closed", measure="count")]
    with world.session() as session:
        found = reconstructed(session, asks)
    told = [found["k", moment] for moment in DAYS]
    assert [each.value for each in told] == [2, 2, 1, 1, 1, 1, 1]  # type: ignore[union-attr]
    assert told[0].evidence.reconstructed == BY_HISTORY  # type: ignore[union-attr]


def test_a_condition_that_tells_done_statuses_apart_takes_them_for_granted_without_a_history(
    worlds: Worlds,
) -> None:
    jql, split = "project = GROW AND statusCategory != Done", "project = GROW AND status != Done"
    asks = [ask("k", jql=split, measure="count"), ask("any", jql=jql, measure="count")]
    done = issue("GROW-1", created=BEGAN, done=DAYS[1])
    with worlds(company=Company(issues=[done], history=False)).session() as session:
        found = reconstructed(session, asks)
    told, told_any = found["k", DAYS[0]], found["any", DAYS[0]]
    assert isinstance(told, Observed)
    assert isinstance(told_any, Observed)
    assert told.evidence.reconstructed == BY_DATES
    assert SAME_STATUS in told.evidence.assumptions
    assert SAME_STATUS not in told_any.evidence.assumptions


def again(n: int, *, cleared: bool) -> Issue:
    """Done in the first week, open in the third, done in the fourth."""
    gone = {"resolution": None, "resolved": None} if cleared else {}
    opened = Change(DAYS[1] + HOUR, {"status": "In Progress", **gone})
    resolved = {"resolution": "Done", "resolved": DAYS[2] + HOUR} if cleared else {}
    done = Change(DAYS[2] + HOUR, {"status": "Done", **resolved})
    return changed(issue(f"GROW-{n}", created=BEGAN, done=BEGAN + 2 * HOUR), opened, done)


HOUR = timedelta(hours=1)
STRANGE_LIVES = {
    "reopened without clearing the resolution": again(1, cleared=False),
    "reopened": again(1, cleared=True),
    "still open": changed(
        issue("GROW-1", created=BEGAN, done=BEGAN + 2 * HOUR),
        Change(DAYS[1] + HOUR, {"status": "In Progress"}),
    ),
    "resolution set before done": changed(
        issue("GROW-1", created=BEGAN),
        Change(BEGAN + HOUR, {"resolution": "Done", "resolved": BEGAN + HOUR}),
        Change(DAYS[2] + HOUR, {"status": "Done"}),
    ),
    "resolution corrected later": changed(
        issue("GROW-1", created=BEGAN, done=BEGAN + 2 * HOUR),
        Change(DAYS[3] + HOUR, {"resolution": "Won't Do", "resolved": DAYS[3] + HOUR}),
    ),
    "resolved, then closed": changed(
        issue("GROW-1", created=BEGAN, done=BEGAN + 2 * HOUR, done_status="Resolved"),
        Change(DAYS[2] + HOUR, {"status": "Closed"}),
    ),
}
CONDITIONS = ("statusCategory != Done", "statusCategory = Done", "status != Closed")


@BOTH
@pytest.mark.parametrize("life", STRANGE_LIVES)
def test_whatever_became_of_an_issue_since_each_day_is_what_jira_said_on_that_day(
    worlds: Worlds, deployment: Deployment, life: str
) -> None:
    other = issue("GROW-2", created=BEGAN, done=DAYS[4])
    world = worlds(STRANGE_LIVES[life], other, deployment=deployment)
    asks = [
        ask(f"k{n}", jql=f"project = GROW AND {each}", measure="count")
        for n, each in enumerate(CONDITIONS)
    ]
    asks.append(ask("share", jql="project = GROW", measure="done_ratio"))
    with world.session() as session:
        found = reconstructed(session, asks)
    for moment in DAYS:
        for name, answer in at_the_time(world, moment, asks).items():
            told = found[name, moment]
            assert isinstance(answer, Observed)
            assert isinstance(told, Observed), told
            assert told.value == answer.value, (name, moment)


@pytest.mark.parametrize("life", STRANGE_LIVES)
def test_without_a_history_dates_tell_and_what_they_take_for_granted_is_said(
    worlds: Worlds, life: str
) -> None:
    company = Company(issues=[STRANGE_LIVES[life]], history=False)
    asks = [
        ask("open", jql="project = GROW AND statusCategory != Done", measure="count"),
        ask("share", jql="project = GROW", measure="done_ratio"),
        ask("fixed", jql="project = GROW AND resolution = Done", measure="count"),
    ]
    with worlds(company=company).session() as session:
        found = reconstructed(session, asks)
    for moment in DAYS:
        for name in ("open", "share"):
            told = found[name, moment]
            if isinstance(told, Observed):
                assert told.evidence.assumptions[-3:] == (
                    NO_HISTORY, DONE_WHEN_RESOLVED, NEVER_DONE,
                )  # fmt: skip
        told = found["fixed", moment]
        assert isinstance(told, Observed)
        assert told.evidence.assumptions[-1] == SAME_RESOLUTION


@pytest.mark.parametrize("history", [True, False])
@pytest.mark.parametrize("life", STRANGE_LIVES)
def test_what_is_told_of_an_issue_does_not_depend_on_its_neighbours(
    worlds: Worlds, life: str, history: bool
) -> None:
    asks = [ask("k", jql="project = GROW AND status != Closed", measure="count")]
    moved = Change(BEGAN + 3 * HOUR, {"status": "Resolved", "resolution": "Done"})
    neighbour = issue("GROW-9", created=BEGAN, done=BEGAN + HOUR, done_status="Resolved")
    neighbour = changed(neighbour, moved)
    values = []
    for several in ([], [neighbour]):
        company = Company(issues=[STRANGE_LIVES[life], *several], history=history)
        with worlds(company=company).session() as session:
            found = reconstructed(session, asks)
        values.append([found["k", moment].value - len(several) for moment in DAYS])  # type: ignore[union-attr]
    assert values[0] == values[1]


@pytest.mark.parametrize("field", ["filter", "savedFilter", "request", "searchRequest"])
def test_a_filter_that_hides_its_conditions_is_refused_with_the_way_out(
    worlds: Worlds, field: str
) -> None:
    with worlds(*issues(3)).session() as session:
        found = reconstructed(session, [ask("k", jql=f"{field} = 10001", measure="count")])
    for answer in found.values():
        assert isinstance(answer, Unavailable)
        assert "hides its conditions" in answer.reason
        assert "Write the query of the filter out" in answer.hint


def test_evidence_names_the_query_of_the_plan_and_what_was_asked_instead(worlds: Worlds) -> None:
    world = worlds(*issues(6))
    jql = 'labels = checkout AND status = "In Progress"'
    asks = [ask("k", jql=jql, measure="count"), ask("all", jql="labels = slow", measure="count")]
    with world.session() as session:
        found = reconstructed(session, asks)
    told, plain = found["k", DAYS[0]], found["all", DAYS[0]]
    assert isinstance(told, Observed)
    assert isinstance(plain, Observed)
    assert told.evidence.query == jql
    read, was = told.evidence.notes
    assert (
        read == f"worked out from the issues of: {past_query(jql).candidates(SINCE, touched=True)}"
    )
    minute = '"2026-10-08 00:00"'
    assert was == (
        f'asked about that time: status WAS IN ("In Progress") DURING ({minute}, {minute})'
    )
    assert (plain.evidence.query, plain.evidence.notes) == ("labels = slow", ())


def test_what_is_not_told_by_dates_is_as_it_is_today_and_the_evidence_says_so(
    worlds: Worlds,
) -> None:
    world = worlds(relabelled(issue("GROW-1", created=BEGAN, labels=["a"]), DAYS[3], ["b"]))
    jql = 'labels = b AND project = GROW AND created >= "2026-01-01"'
    with world.session() as session:
        found = reconstructed(session, [ask("k", jql=jql, measure="count")])
    told = found["k", DAYS[0]]
    assert isinstance(told, Observed)
    assert told.value == 1
    assumed = ("selected by today's labels, project", DELETED)
    assert told.evidence.assumptions == assumed
    assert told.evidence.reconstructed == BY_DATES


@BOTH
def test_reconstructed_evidence_adds_up_after_it_was_stored_and_links_to_the_query(
    world: World,
) -> None:
    with world.session() as session:
        found = reconstructed(session, shares())
    for (name, _), answer in found.items():
        if isinstance(answer, Unavailable):
            assert answer.reason == "jira `acme`: empty selection: no row to measure.", name
            continue
        evidence = decode(encode(answer.evidence))
        assert evidence == answer.evidence
        assert re_add(evidence) == answer.value
        assert evidence.complete
        assert evidence.link.startswith(world.sandbox.jira_url)
        assert all(row.label.startswith("GROW-") for row in evidence.rows)


def test_a_share_of_nothing_is_unavailable_and_a_count_of_nothing_is_0(worlds: Worlds) -> None:
    world = worlds(issue("GROW-1", created=DAYS[1] + timedelta(hours=1)))
    asks = [ask("share", jql="project = GROW", measure="done_ratio")]
    asks += [ask("count", jql="project = GROW", measure="count")]
    with world.session() as session:
        found = reconstructed(session, asks)
    for moment in DAYS[:2]:
        assert isinstance(found["share", moment], Unavailable)
        assert found["count", moment].value == 0  # type: ignore[union-attr]
    assert found["share", DAYS[2]].value == 0  # type: ignore[union-attr]


REFUSED = [
    ({"measure": {"sum": "Story Points"}}, "Story Points holds what it is today"),
    (
        {"measure": "done_ratio", "weight": "Story Points"},
        "holds what it is today, not what it was",
    ),
    ({"measure": "count", "scope": "frozen"}, "frozen at the first reading"),
    ({"measure": "count", "exact": "false"}, "Jira's estimate"),
    ({"jql": "resolved >= startOfWeek()", "measure": "count"}, "something else on each day"),
    ({"jql": "project = GROW AND created >= -7d", "measure": "count"}, "something else"),
    ({"jql": "sprint in openSprints()", "measure": "count"}, "something else on each day"),
    ({"jql": "updated >= 2026-10-01", "measure": "count"}, "hides the one before"),
    ({"jql": "status was Done", "measure": "count"}, "`WAS` asks for history"),
    ({"jql": "labels = x OR status = Done", "measure": "count"}, "joins by OR"),
    ({"jql": "project = GROW AND status = Dne", "measure": "count"}, "Dne"),
    ({"jql": "nosuchfield = 1", "measure": "count"}, "nosuchfield"),
]


@pytest.mark.parametrize(("binding", "reason"), REFUSED)
def test_what_cannot_be_told_is_unavailable_with_its_reason_and_stops_no_other(
    worlds: Worlds, binding: dict[str, object], reason: str
) -> None:
    world = worlds(*issues(5))
    refused = ask("refused", **{"jql": "project = GROW", **binding})  # type: ignore[arg-type]
    good = ask("good", jql="labels = checkout", measure="count")
    with world.session() as session:
        found = reconstructed(session, [refused, good])
    for moment in DAYS:
        answer = found["refused", moment]
        assert isinstance(answer, Unavailable), answer
        assert reason in answer.reason
        assert answer.hint
        assert isinstance(found["good", moment], Observed)


def test_a_field_of_one_issue_has_no_past(worlds: Worlds) -> None:
    world = worlds(*issues(5))
    with world.session() as session:
        found = reconstructed(session, [ask("k", issue="GROW-1", field="Story Points")])
    answer = found["k", DAYS[0]]
    assert isinstance(answer, Unavailable)
    assert "holds what it is today" in answer.reason


@BOTH
def test_each_issue_is_read_once_however_many_days_and_key_results(
    world: World, deployment: Deployment
) -> None:
    asks = [
        ask("all", jql="labels = checkout", measure="count"),
        ask("share", jql="labels = checkout", measure="done_ratio"),
    ]
    world.sandbox.requests.clear()
    with world.session() as session:
        reconstructed(session, asks)
        assert session.requests == sum(world.sent.values())
    version = "3" if deployment == "cloud" else "2"
    assert world.sent[f"GET /rest/api/{version}/status"] == 1


def test_open_issues_take_a_request_per_day_and_old_ones_are_not_read(worlds: Worlds) -> None:
    old = BEGAN - timedelta(days=400)
    done = [issue(f"OLD-{n}", created=old, labels=["checkout"], done=old) for n in range(1, 251)]
    world = worlds(*issues(), *done)
    world.sandbox.requests.clear()
    one = ask("k", jql="labels = checkout AND statusCategory != Done", measure="count")
    with world.session() as session:
        found = reconstructed(session, [one])
    assert isinstance(found["k", DAYS[0]], Observed)
    candidates, known, today = 1, 1, 1
    assert world.sent == {
        "POST /rest/api/3/search/jql": candidates + known + today + len(DAYS),
        "GET /rest/api/3/status": 1,
        "GET /rest/api/3/myself": 1,
    }


DOCUMENTED = [
    ("project = GROW", "count", 5, 1),
    ("project = GROW", "done_ratio", 5 + 3 + 7, 1 + 3 + 7),
    ("project = GROW AND statusCategory != Done", "count", 5 + 4 + 7, 1 + 4 + 7),
]


@BOTH
def test_requests_are_those_that_the_documentation_states(
    worlds: Worlds, deployment: Deployment
) -> None:
    world = worlds(*issues(500), deployment=deployment)
    for jql, measure, cloud, datacenter in DOCUMENTED:
        with world.session() as session:
            reconstructed(session, [ask("k", jql=jql, measure=measure)])
            assert session.requests == (cloud if deployment == "cloud" else datacenter), jql


def test_a_history_takes_one_request_per_day_and_a_few_more(worlds: Worlds) -> None:
    world = worlds(*issues(40))
    one = ask("k", jql='project = GROW AND status = "In Progress"', measure="count")
    with world.session() as session:
        reconstructed(session, [one])
        candidates, statuses, known, zone, today = 1, 1, 1, 1, 1
        assert session.requests == candidates + statuses + known + zone + today + len(DAYS)


def test_with_a_wrong_token_every_day_is_unavailable_and_nothing_raised(worlds: Worlds) -> None:
    world = worlds(*issues(3))
    asks = [ask("k", jql="labels = checkout", measure="count")]
    with world.session(token="wrong") as session:
        found = reconstructed(session, asks)
    for answer in found.values():
        assert isinstance(answer, Unavailable)
        assert answer.connection_down


def test_a_session_of_jira_offers_its_past_and_moments_may_differ(worlds: Worlds) -> None:
    world = worlds(*issues(6))
    first = PastAsk(ask("one", jql="labels = checkout", measure="count"), DAYS[:1])
    second = PastAsk(ask("two", jql="labels = checkout", measure="count"), DAYS[2:4])
    with world.session() as session:
        past = past_session(session)
        assert past is not None
        found = [
            (each.answer.key_result, each.moment) for each in past.reconstruct([first, second])
        ]
    assert found == [("one", DAYS[0]), ("two", DAYS[2]), ("two", DAYS[3])]


def test_requests_keep_to_atlassians_document(worlds: Worlds, shared_dir: Path) -> None:
    contract = Contract(shared_dir / "contracts" / "jira-cloud-v3.openapi.json")
    world = worlds(*issues(12))
    asks = [*counts(), *shares(), ask("review", jql='status = "In Review"', measure="count")]
    with world.session() as session:
        reconstructed(session, asks)
    used = {
        contract.check_request(
            sent.method, sent.path, parse_qs(sent.query), json.loads(sent.body or "null")
        )
        for sent in world.sandbox.record
    }
    assert used == {
        "POST /rest/api/3/search/jql",
        "GET /rest/api/3/status",
        "GET /rest/api/3/myself",
    }


def test_an_overloaded_server_is_asked_again_and_a_broken_one_is_temporary(worlds: Worlds) -> None:
    world = worlds(*issues(6))
    one = ask("k", jql="labels = checkout AND status != Done", measure="count")
    world.sandbox.faults.add(Fault(429, "search", retry_after=0))
    with world.session() as session:
        found = reconstructed(session, [one])
    assert isinstance(found["k", DAYS[0]], Observed)
    world.sandbox.faults.add(Fault(500, "search", times=None))
    with world.session() as session:
        answer = reconstructed(session, [one])["k", DAYS[0]]
    assert isinstance(answer, Unavailable)
    assert answer.temporary


def test_dates_before_the_cycle_do_not_matter_to_lead_times(worlds: Worlds) -> None:
    world = worlds(*issues())
    one = ask("k", jql="project = GROW", measure="lead_time", starts=date(2026, 10, 12))
    with world.session() as session:
        found = reconstructed(session, [one])
    for moment in DAYS:
        then = at_the_time(world, moment, [replace(one, as_of=moment)])["k"]
        told = found["k", moment]
        assert isinstance(told, type(then))
        if isinstance(then, Observed) and isinstance(told, Observed):
            assert told.value == then.value
