"""The request plan: decided without a server, never more requests than another exact way."""

from datetime import timedelta
from itertools import product
from math import ceil

from hypothesis import given
from hypothesis import strategies as st
from jira_world import ask

from okr_jira.read.jql import DONE, restricted
from okr_jira.read.planner import JiraPlan, plan_queries, request_plan
from okr_jira.read.queries import Query
from okr_jira.site.kinds import DATA_CENTER
from okr_sources.answers import Ask
from okr_sources.source import Memory, query_digest

UNKNOWN = Memory({})


def counts(**known: int) -> Memory:
    return Memory({query_digest("jira", f"labels = {label}"): n for label, n in known.items()})


def shape(plan: JiraPlan) -> list[tuple[str, tuple[str, ...]]]:
    return [(query.jql, query.fields) for query in plan.queries]


def test_identical_queries_of_many_key_results_are_one_query() -> None:
    asks = [ask(f"k{n}", jql="labels = a", measure="count") for n in range(200)]
    plan = request_plan("acme", plan_queries(asks, UNKNOWN))
    assert len(plan.fetches) == 1
    assert len(plan.fetches[0].serves) == 200


def test_queries_that_differ_in_spaces_or_order_by_are_one_query() -> None:
    asks = [
        ask("k1", jql="labels = a", measure="count"),
        ask("k2", jql=" labels  =\n a ORDER BY rank", measure="count"),
    ]
    assert shape(plan_queries(asks, UNKNOWN)) == [("labels = a", ())]


def test_a_count_asks_for_ids_alone_by_the_five_thousand() -> None:
    (query,) = plan_queries([ask("k", jql="labels = a", measure="count")], counts(a=12_000)).queries
    assert (query.fields, query.page_size, query.pages) == ((), 5000, 3)


def test_the_number_of_pages_is_unknown_until_somebody_has_counted() -> None:
    plan = request_plan(
        "acme", plan_queries([ask("k", jql="labels = a", measure="count")], UNKNOWN)
    )
    assert plan.fetches[0].pages is None


def test_a_share_done_is_two_counts_sharing_the_whole_with_a_count() -> None:
    asks = [
        ask("k1", jql="labels = a", measure="done_ratio"),
        ask("k2", jql="labels = a", measure="count"),
    ]
    expected = [("labels = a", ()), ("(labels = a) AND statusCategory = Done", ())]
    assert shape(plan_queries(asks, UNKNOWN)) == expected
    assert shape(plan_queries(asks, counts(a=5000))) == expected


def test_a_share_done_that_fitted_one_page_last_time_is_one_request_with_the_status() -> None:
    asks = [ask("k1", jql="labels = a", measure="done_ratio")]
    assert shape(plan_queries(asks, counts(a=100))) == [("labels = a", ("status",))]
    assert len(plan_queries(asks, counts(a=101)).queries) == 2


def test_a_sum_asks_for_its_field_alone_and_serves_counts_and_shares_for_nothing() -> None:
    summed = ask("k1", jql="labels = a", measure={"sum": "customfield_1"})
    assert shape(plan_queries([summed], UNKNOWN)) == [("labels = a", ("customfield_1",))]
    asks = [
        summed,
        ask("k2", jql="labels = a", measure="count"),
        ask("k3", jql="labels = a", measure="done_ratio"),
        ask("k4", jql="labels = a", measure={"average": "customfield_2"}),
    ]
    fields = ("customfield_1", "customfield_2", "status")
    assert shape(plan_queries(asks, UNKNOWN)) == [("labels = a", fields)]


def test_fields_are_looked_up_once_and_only_where_a_binding_names_one() -> None:
    plain = [
        ask("k0", jql="labels = a", measure="done_ratio"),
        ask("k4", jql="labels = c", measure={"sum": "timespent"}),
    ]
    by_id = [ask("k1", jql="labels = a", measure={"sum": "customfield_1"})]
    by_name = [
        ask("k2", jql="labels = a", measure={"sum": "Effort"}),
        ask("k3", jql="labels = b", measure={"sum": "Cost"}),
    ]
    assert not plan_queries(plain, UNKNOWN).named
    assert plan_queries(by_id, UNKNOWN).named
    fetches = request_plan("acme", plan_queries([*by_id, *by_name], UNKNOWN)).fetches
    lookups = [fetch for fetch in fetches if fetch.endpoint == "GET /rest/api/3/field"]
    assert len(lookups) == 1
    assert {"k1", "k2", "k3"} == set(lookups[0].serves)


def test_an_estimate_is_used_only_where_nobody_reads_the_selection_anyway() -> None:
    rough = ask("k1", jql="labels = a", measure="count", exact="false")
    assert [query.kind for query in plan_queries([rough], UNKNOWN).queries] == ["estimate"]
    exact = ask("k2", jql="labels = a", measure="count")
    assert [query.kind for query in plan_queries([rough, exact], UNKNOWN).queries] == ["search"]


def test_fields_of_single_issues_are_fetched_in_bulk() -> None:
    asks = [ask(f"k{n}", issue=f"A-{n}", field=f"customfield_{n % 3}") for n in range(250)]
    queries = plan_queries(asks, UNKNOWN).queries
    assert [len(query.keys) for query in queries] == [100, 100, 50]
    assert {query.fields for query in queries} == {
        ("customfield_0", "customfield_1", "customfield_2")
    }


def test_lead_times_ask_for_the_cycle_with_a_margin_for_every_time_zone() -> None:
    (query,) = plan_queries([ask("k", jql="a = 1 OR b = 2", measure="lead_time")], UNKNOWN).queries
    window = 'resolved >= "2026-09-29" AND resolved <= "2026-11-25"'
    undated = 'statusCategory = Done AND updated >= "2026-09-29" AND resolved is EMPTY'
    assert query.jql == f"(a = 1 OR b = 2) AND (({window}) OR ({undated}))"
    assert query.fields == ("created", "resolutiondate", "statuscategorychangedate")


def test_a_lead_time_until_the_status_is_done_asks_for_what_was_done_in_the_cycle() -> None:
    one = ask("k", jql="a = 1", measure={"lead_time": {"until": "statuscategorychangedate"}})
    (query,) = plan_queries([one], UNKNOWN).queries
    assert query.jql == '(a = 1) AND statusCategory = Done AND updated >= "2026-09-29"'
    assert query.fields == ("created", "statuscategorychangedate")
    (refused,) = plan_queries([one], UNKNOWN, DATA_CENTER).refused
    assert "has no statuscategorychangedate" in refused.reason


def test_the_users_zone_is_asked_for_once_and_only_where_a_query_names_days() -> None:
    plain = [ask("k1", jql="labels = a AND updated >= -7d", measure="lead_time")]
    days = [
        ask("k2", jql="created >= 2026-10-01", measure="count"),
        ask("k3", jql="resolved >= startOfMonth()", measure="count"),
    ]
    assert not plan_queries(plain, UNKNOWN).zoned
    fetches = request_plan("acme", plan_queries([*plain, *days], UNKNOWN)).fetches
    (lookup,) = [fetch for fetch in fetches if fetch.endpoint == "GET /rest/api/3/myself"]
    assert lookup.serves == ("k2", "k3")


def test_the_size_of_a_lead_time_is_remembered_from_one_day_to_the_next() -> None:
    one = ask("k", jql="labels = a", measure="lead_time")
    later = ask("k", jql="labels = a", measure="lead_time", as_of=one.as_of + timedelta(days=7))
    (before,), (after,) = (plan_queries([each], UNKNOWN).queries for each in (one, later))
    assert before.jql != after.jql
    assert before.memory == after.memory


def test_a_wrong_binding_is_refused_and_the_others_are_planned() -> None:
    asks = [
        ask("bad", jql="labels = a", measure="median"),
        ask("good", jql="labels = a", measure="count"),
    ]
    plan = plan_queries(asks, UNKNOWN)
    assert [refused.key_result for refused in plan.refused] == ["bad"]
    assert "measure `median` is unknown" in plan.refused[0].reason
    assert [part.ask.key_result for part in plan.parts] == ["good"]


MEASURES = st.sampled_from(
    ["count", "done_ratio", {"sum": "customfield_1"}, {"average": "customfield_2"}]
)
WANTED = st.lists(st.tuples(st.sampled_from("abc"), MEASURES), min_size=1, max_size=12)
SIZES = st.fixed_dictionaries({label: st.integers(0, 30_000) for label in "abc"})


def _asks(wanted: list[tuple[str, object]]) -> list[Ask]:
    return [
        ask(f"k{n}", jql=f"labels = {label}", measure=measure)
        for n, (label, measure) in enumerate(wanted)
    ]


def _least_requests(measures: list[object], rows: int, done: int) -> int:
    """Fewest requests for one selection, by trying every set of queries that answers it."""
    fields = [m for m in measures if isinstance(m, dict)]
    best = 10**9
    # Which of these four are sent: ids, done ids, rows with all fields, rows with fields + status.
    for ids, reached, plain, status in product((0, 1), repeat=4):
        if fields and not (plain or status):
            continue
        if "done_ratio" in measures and not (status or (reached and (ids or plain))):
            continue
        if "count" in measures and not (ids or plain or status):
            continue
        pages = [max(1, ceil(rows / 5000)), max(1, ceil(done / 5000)), max(1, ceil(rows / 100))]
        cost = ids * pages[0] + reached * pages[1] + (plain + status) * pages[2]
        best = min(best, cost)
    return best


@given(WANTED, SIZES, st.floats(0, 1))
def test_no_other_exact_way_takes_fewer_requests(
    wanted: list[tuple[str, object]], sizes: dict[str, int], share: float
) -> None:
    done = {label: int(rows * share) for label, rows in sizes.items()}
    known = {query_digest("jira", f"labels = {name}"): rows for name, rows in sizes.items()}
    for name, rows in done.items():
        known[query_digest("jira", restricted(f"labels = {name}", DONE))] = rows
    plan = plan_queries(_asks(wanted), Memory(known))
    planned = sum(query.pages or 0 for query in plan.queries)
    grouped = {label: [m for each, m in wanted if each == label] for label, _ in wanted}
    least = sum(
        _least_requests(measures, sizes[label], done[label]) for label, measures in grouped.items()
    )
    assert planned == least


@given(WANTED)
def test_every_ask_is_served_and_no_query_is_sent_twice(wanted: list[tuple[str, object]]) -> None:
    asks = _asks(wanted)
    plan = plan_queries(asks, UNKNOWN)
    assert [part.ask for part in plan.parts] == asks
    assert len({query.id for query in plan.queries}) == len(plan.queries)
    sent: set[Query] = set(plan.queries)
    assert all(query in sent for part in plan.parts for query in part.queries)


def test_a_data_center_is_planned_by_its_own_pages() -> None:
    asks = [
        ask("k", jql="labels = a", measure="count"),
        ask("d", jql="labels = b", measure="done_ratio"),
        ask("rough", jql="labels = c", measure="count", exact="false"),
        ask("f", issue="A-1", field="Story Points"),
    ]
    plan = plan_queries(asks, counts(a=12_000, b=5_000), DATA_CENTER)
    fetches = request_plan("acme", plan).fetches
    assert [(each.endpoint, each.fields, each.pages) for each in fetches] == [
        ("GET /rest/api/2/field", (), 1),
        ("GET /rest/api/2/search", (), 11 + 3),
        ("GET /rest/api/2/search", ("status",), 6),
        ("GET /rest/api/2/search", (), 1),
        ("GET /rest/api/2/search", ("Story Points",), 1),
    ]
