"""Queries rewritten for a past day, without HTTP: any condition, any day, against the sandbox."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jira_past import BEGAN, DAYS, issues
from jira_world import NOW

from okr_core.errors import DataError
from okr_jira.past.issue import FIELDS, issues_of, statuses_of
from okr_jira.past.jql_tree import parse
from okr_jira.past.query import STATUS, past_query
from okr_jira.past.rules import PastRules
from okr_jira.read.jql import quoted
from okr_jira.read.rows import Fetched
from okr_sandbox import Company
from okr_sandbox.gate import SandboxClock
from okr_sandbox.jira.site import Site

ZONE = ZoneInfo("America/New_York")
SITE = Site(Company(issues=list(issues(30)), timezone=ZONE.key), SandboxClock(NOW))
STATUSES = ["To Do", "In Progress", "Done", "Closed", "Resolved"]
CATEGORIES = ["To Do", "In Progress", "Done", "new", "done"]
RESOLUTIONS = ["Done", "Won't Do", "Unresolved", "Duplicate"]


def listed(field: str, names: list[str]) -> st.SearchStrategy[str]:
    some = st.lists(st.sampled_from(names), min_size=1, max_size=3).map(
        lambda each: f"({', '.join(map(quoted, each))})"
    )
    one = st.sampled_from(names).map(quoted)
    return st.one_of(
        st.tuples(st.sampled_from(["in", "not in"]), some),
        st.tuples(st.sampled_from(["=", "!="]), one),
    ).map(lambda pair: f"{field} {pair[0]} {pair[1]}")


dates = st.dates(date(2026, 9, 20), date(2026, 11, 20))
conditions = st.one_of(
    listed("status", STATUSES),
    listed("statusCategory", CATEGORIES),
    listed("resolution", RESOLUTIONS),
    st.sampled_from(["resolution is EMPTY", "resolved is not EMPTY", "Resolution is not null"]),
    st.tuples(st.sampled_from([">", ">=", "<", "<="]), dates).map(
        lambda t: f'resolved {t[0]} "{t[1]}"'
    ),
)
queries = st.recursive(
    conditions,
    lambda inner: st.one_of(
        inner.map(lambda one: f"NOT ({one})"),
        st.tuples(inner, st.sampled_from(["AND", "OR", "and"]), inner).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        ),
    ),
    max_leaves=5,
)
moments = st.integers(0, 49 * 24).map(lambda hours: BEGAN + timedelta(hours=hours))


def selected(jql: str, at: datetime) -> set[str]:
    return {row.state.id for row in SITE.select(jql, at)}


def fetched(jql: str) -> Fetched:
    """What the API shows today of the issues that a query selects."""
    snapshot = SITE.timeline.at(NOW)
    shown = [SITE.renderer.issue(r, FIELDS, "", snapshot) for r in SITE.select(jql, NOW)]
    fields = {str(each["id"]): each["fields"] for each in shown}
    return Fetched(tuple(fields), NOW, fields)  # type: ignore[arg-type]


def statuses() -> Iterator[dict[str, object]]:
    for number, (name, key) in enumerate(SITE.catalog.statuses.items()):
        found = {row["name"]: row for row in rendered_statuses()}
        yield found.get(name, {"id": f"n{number}", "name": name, "statusCategory": {"key": key}})


def rendered_statuses() -> Iterator[dict[str, object]]:
    for fields in fetched("project = GROW").fields.values():
        yield fields["status"]  # type: ignore[misc]


KNOWN = list(statuses())


def told(jql: str, moment: datetime, *, offered: bool) -> set[str] | None:
    """What was selected then, by WAS where that is offered, else by dates; None: not told."""
    query = past_query(jql)
    touched = offered and bool(query.clauses(STATUS))
    found = fetched(query.candidates((moment - timedelta(days=2)).date(), touched=touched))
    rules = PastRules(tuple(statuses_of(KNOWN, found.fields)), ZONE, offered)
    unknown = rules.unknown(query)
    if unknown and not offered:
        return None
    local = moment.astimezone(ZONE).strftime('"%Y-%m-%d %H:%M"')
    history = {}
    for ids in unknown:
        names = ", ".join(map(quoted, rules.names(ids)))
        was = selected(f"status WAS IN ({names}) DURING ({local}, {local})", NOW)
        history[ids] = {moment: frozenset(was)}
    holds = replace(rules, history=history).selected(query)
    today = {issue.id for issue in issues_of(found) if holds(issue, None)}
    assert today == selected(jql, NOW), "what is told about today is not what is selected today"
    return {i.id for i in issues_of(found) if i.created <= moment and holds(i, moment)}


@given(queries, moments, st.booleans())
@example("NOT (resolution = Done OR status = Done)", DAYS[2], True)
@example('(resolution is EMPTY OR resolved >= "2026-10-20")', DAYS[3], False)
@example('status = "In Progress" AND resolution = Unresolved', DAYS[1], True)
@example('statusCategory not in ("To Do", "In Progress", "Done")', DAYS[1], True)
def test_any_condition_on_any_past_day_is_what_jira_said_on_that_day(
    jql: str, moment: datetime, offered: bool
) -> None:
    selection = f"project = GROW AND {jql}"
    found = told(selection, moment, offered=offered)
    assert found == selected(selection, moment) or (found is None and not offered)


@pytest.mark.parametrize(
    ("jql", "steady", "changing"),
    [
        ("labels = a AND status != Done", "labels = a", "status != Done"),
        ("status = Done", "", "status = Done"),
        ("(a = 1 OR b = 2) AND resolved > 2026-10-01", "(a = 1 OR b = 2)", "resolved > 2026-10-01"),
        ("NOT (labels = a OR statusCategory = Done)", "labels != a", "statusCategory != Done"),
        ('"Epic Link" = G-1 AND cf[10010] ~ "a (b" && resolution IS NOT EMPTY',
         '"Epic Link" = G-1 AND cf[10010] ~ "a (b"', "resolution is not EMPTY"),
        ("assignee in (currentUser(), membersOf(x)) AND type in (Bug, 'New Task')",
         "assignee in (currentUser(), membersOf(x)) AND type in (Bug, 'New Task')", "None"),
    ],
)  # fmt: skip
def test_a_selection_is_split_into_what_is_sent_and_what_is_told_from_dates(
    jql: str, steady: str, changing: str
) -> None:
    query = past_query(jql)
    assert (query.steady, str(query.changing)) == (steady, changing)


def test_candidates_are_what_is_selected_today_or_was_resolved_since() -> None:
    since = date(2026, 9, 29)
    query = past_query("labels = a AND resolution = X")
    told = 'labels = a AND ((resolution = X) OR resolved >= "2026-09-29")'
    assert query.candidates(since) == told
    undated = '(statusCategory = Done AND resolved is EMPTY AND updated >= "2026-09-29")'
    query = past_query("labels = a AND status != Done")
    assert query.candidates(since) == (
        f'labels = a AND ((status != Done) OR resolved >= "2026-09-29" OR {undated})'
    )
    assert query.candidates(since, touched=True).endswith('OR updated >= "2026-09-29")')
    assert past_query("labels = a").candidates(since) == "labels = a"


def test_only_what_can_have_changed_is_listed_as_taken_for_granted() -> None:
    jql = 'Labels = a AND project in (A, B) AND created >= "2026-01-01" AND key != A-1'
    assert past_query(jql).assumptions[0] == "selected by today's Labels, project"
    assert len(past_query('created >= "2026-01-01" AND status = Done').assumptions) == 1


@pytest.mark.parametrize(
    "jql",
    [
        "due <= 7d",
        "created >= -1w",
        "created >= '-4w 2d'",
        "resolved > startOfMonth()",
    ],
)
def test_what_means_something_else_each_day_is_refused(jql: str) -> None:
    with pytest.raises(DataError, match="something else on each day"):
        past_query(jql)


def test_a_duration_is_no_date() -> None:
    assert past_query("originalEstimate > 5d AND labels = a").changing is None


STRANGE = ["status changed", "status WAS NOT Done", "a = 1 AND", "a 1", "a in (1", "(a = 1"]


@pytest.mark.parametrize("jql", STRANGE)
def test_what_is_not_understood_is_said_and_never_guessed(jql: str) -> None:
    with pytest.raises(DataError, match=r"history|not understood"):
        parse(jql)


@given(queries)
def test_a_tree_is_written_as_a_query_that_reads_the_same(jql: str) -> None:
    tree = parse(jql)
    assert parse(str(tree)) == tree
    assert selected(f"project = GROW AND ({tree})", NOW) == selected(
        f"project = GROW AND {jql}", NOW
    )


def test_the_sample_is_not_trivial() -> None:
    counts = {Decimal(len(selected("status = Done", moment))) for moment in DAYS}
    assert len(counts) > 4
