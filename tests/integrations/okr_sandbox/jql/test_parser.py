"""What JQL selects, and how Jira words what it refuses."""

from collections.abc import Iterator
from functools import cache

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jira_sample import NOW, client_of, company, keys

from okr_sandbox import Sandbox, SandboxClock
from okr_sandbox.jira.site import Site


@pytest.fixture(scope="module")
def jira() -> Iterator[httpx.Client]:
    with Sandbox(company(), clock=NOW) as sandbox, client_of(sandbox) as client:
        yield client


@pytest.mark.parametrize(
    ("jql", "selected"),
    [
        ("labels = growth", "GROW-1 GROW-2"),
        ("LABELS IN (growth, outage) AND project = OPS", "OPS-1 OPS-3"),
        ("labels = 'no such label'", ""),
        ("labels != growth", "GROW-3 OPS-1 OPS-2 OPS-3"),
        ("NOT labels = growth", "GROW-3 OPS-1 OPS-2 OPS-3"),
        ("labels IS EMPTY", "GROW-4"),
        ("labels is not null and project = grow", "GROW-1 GROW-2 GROW-3"),
        ("project = Growth AND NOT (labels = growth OR labels is empty)", "GROW-3"),
        ("status = 'In Progress'", "GROW-3"),
        ("status was 'In Progress'", "GROW-2 GROW-3"),
        ("status was 'In Progress' ON 2026-10-08", "GROW-2"),
        ("status was in ('In Progress', Done) BEFORE 2026-10-05", "OPS-3"),
        ("status was not 'To Do' AND project = OPS", ""),
        ("statusCategory = Done", "GROW-2 OPS-3"),
        ("statusCategory != done AND type = Bug", "OPS-1 OPS-2"),
        ("resolution = Unresolved AND project = OPS", "OPS-1 OPS-2"),
        ('resolution in ("Won\'t Do", Duplicate)', "OPS-3"),
        ("resolution = EMPTY and labels = checkout", "GROW-3"),
        ("resolved >= 2026-10-12 AND resolved < '2026/10/13 00:00'", "GROW-2"),
        ("resolutiondate IS EMPTY AND labels = outage", "OPS-1"),
        ("created >= startOfMonth(-1) and created <= endOfMonth(-1)", "GROW-4 OPS-1 OPS-2 OPS-3"),
        ("updated > -8d", "OPS-2"),
        ("updated >= -22d and updated <= -1w", "GROW-3 OPS-2"),
        ("created < startOfYear(1) and type = Epic", "GROW-1"),
        ("priority > Medium", "GROW-1 OPS-1"),
        ("priority <= low", "GROW-4"),
        ("assignee = 'Ana Ruiz'", "GROW-2"),
        ("assignee in (ana@example.com, ben)", "GROW-2 GROW-3"),
        ("reporter = ana", "GROW-4"),
        ("assignee = currentUser()", ""),
        ("parent = GROW-1", "GROW-2 GROW-3"),
        ("parent in (GROW-1) AND 'Epic Link' = GROW-1 AND sprint = 'Sprint 7'", "GROW-3"),
        ("key in (OPS-1, grow-2)", "GROW-2 OPS-1"),
        ("issuekey > GROW-2", "GROW-3 GROW-4"),
        ("cf[10016] > 3", "GROW-3"),
        ("'Story Points' in (3, 5)", "GROW-2 GROW-3"),
        ("'Story point estimate' = 8", "GROW-4"),
        ("Impact is not EMPTY", "OPS-3"),
        ("summary ~ form", "GROW-2 GROW-3"),
        ("summary ~ 'slow form'", "GROW-2"),
        ("text ~ '\"form is\"'", "GROW-2"),
        ("summary ~ 'pay*'", "GROW-3"),
        ("summary !~ form AND labels = growth", "GROW-1"),
        ("labels = growth OR labels = outage AND type = Epic", "GROW-1 GROW-2"),
        ("(labels = growth || labels = outage) && !type = Epic", "GROW-2 OPS-1 OPS-3"),
    ],
)
def test_a_query_selects_what_jira_would_select(
    jira: httpx.Client, jql: str, selected: str
) -> None:
    assert sorted(keys(jira, jql)) == selected.split()


def test_order_by_sorts_by_several_fields_and_puts_empty_values_last(jira: httpx.Client) -> None:
    assert keys(jira, "project = GROW ORDER BY cf[10016] DESC, key") == [
        *("GROW-3", "GROW-2"),
        *("GROW-1", "GROW-4"),
    ]
    assert keys(jira, "project = OPS ORDER BY priority, created DESC") == [
        "OPS-3",
        "OPS-2",
        "OPS-1",
    ]


def test_without_an_order_the_newest_come_first(jira: httpx.Client) -> None:
    assert keys(jira, "project = GROW") == ["GROW-4", "GROW-3", "GROW-2", "GROW-1"]


@pytest.mark.parametrize(
    ("jql", "message"),
    [
        ("", "Unbounded JQL queries are not allowed here"),
        ("ORDER BY created", "Unbounded JQL queries are not allowed here"),
        ("labels =", "Expecting either a value, list or function but got the end of the query"),
        ("labels growth", "Expecting operator but got 'growth'"),
        ("labels = a labels = b", "Expecting either 'OR' or 'AND' but got 'labels'"),
        ("(labels = a", "Expecting ')' before the end of the query."),
        ("labels = 'a", "The quoted string 'a' has not been completed."),
        ("labels in growth", "expects a list of values"),
        ("labels = [a]", "is a reserved JQL character"),
        ("AND labels = a", "Expecting a field name but got 'AND'"),
        ("labels = a ORDER created", "Expecting 'by' but got 'created'"),
        ("Storypoints = 3", "Field 'Storypoints' does not exist or you do not have permission"),
        ("labels = a ORDER BY nothing", "Field 'nothing' does not exist"),
        ("project = NONE", "The value 'NONE' does not exist for the field 'project'."),
        ("status = Donne", "The value 'Donne' does not exist for the field 'status'."),
        ("key = GROW-99", "An issue with key 'GROW-99' does not exist for field 'key'."),
        ("key = GROW-7", "An issue with key 'GROW-7' does not exist for field 'key'."),
        ("cf[10016] = many", "The value 'many' does not exist for the field 'Story Points'."),
        ("labels > a", "The operator '>' is not supported by the 'labels' field."),
        ("summary = a", "The operator '=' is not supported by the 'summary' field."),
        ("labels is growth", "must be EMPTY"),
        ("created > yesterday", "Date value 'yesterday' for field 'created' is invalid."),
        ("created > yesterday()", "Unable to find JQL function 'yesterday()'."),
        ("created > startOfDay(soon)", "does not accept the argument 'soon'"),
        ("assignee in membersOf(staff)", "Unable to find JQL function 'membersOf()'."),
    ],
)
def test_a_query_that_jira_refuses_is_400_with_its_message(
    jira: httpx.Client, jql: str, message: str
) -> None:
    answer = jira.post("/search/jql", json={"jql": jql})
    assert answer.status_code == 400
    assert message in answer.json()["errorMessages"][0]


def test_a_date_is_read_in_the_token_users_time_zone() -> None:
    tokyo = company()
    tokyo.timezone = "Asia/Tokyo"
    with Sandbox(tokyo, clock=NOW) as sandbox, client_of(sandbox) as client:
        assert client.get("/myself").json()["timeZone"] == "Asia/Tokyo"
        # OPS-1 was created on 1 October at 18:00 in Tokyo, that is at 09:00 UTC.
        assert keys(client, "key = OPS-1 and created >= '2026-10-01 18:00'") == ["OPS-1"]
        assert keys(client, "key = OPS-1 and created >= '2026-10-01 18:01'") == []


_CLAUSES = (
    *("labels = growth", "labels in (outage, checkout)", "status = Done", "assignee = ana"),
    *("cf[10016] > 3", "created >= 2026-10-01", "resolved < -30d", "summary ~ form"),
    *("priority >= Medium", "type != Bug", "sprint is empty", "parent = GROW-1"),
)
_FIELDS = ("labels", "status", "assignee", "cf[10016]", "created", "resolved", "summary")
queries = st.recursive(
    st.sampled_from(_CLAUSES),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(("AND", "OR")), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        inner.map(lambda query: f"NOT ({query})"),
    ),
    max_leaves=5,
)


@cache
def _site() -> Site:
    return Site(company(), SandboxClock(NOW))


def _selected(jql: str) -> set[str]:
    return {row.state.key for row in _site().select(jql, NOW)}


@given(queries)
def test_not_selects_the_others_except_those_with_an_empty_field(jql: str) -> None:
    inside, outside = _selected(jql), _selected(f"NOT ({jql})")
    assert not inside & outside
    filled = " AND ".join(f"{field} IS NOT EMPTY" for field in _FIELDS if field in jql)
    if not ("sprint" in jql or "parent" in jql):
        complete = _selected(filled) if filled else _selected("created is not empty")
        assert complete <= inside | outside


@given(queries, queries)
def test_and_is_the_intersection_and_or_the_union(left: str, right: str) -> None:
    assert _selected(f"({left}) AND ({right})") == _selected(left) & _selected(right)
    assert _selected(f"({left}) OR ({right})") == _selected(left) | _selected(right)


@given(queries)
def test_two_negations_are_none(jql: str) -> None:
    assert _selected(f"NOT (NOT ({jql}))") == _selected(jql)
