"""Planner: the fewest requests that answer all asks exactly, decided before the first one.

Pure. Key results with the same selection share one fetch. A selection that only has to be counted
is read by ids alone, which the Cloud gives 5,000 per request instead of 100. A share of done issues
is two such counts, or one query with the status where that takes no more requests. Rows that are
read for a field serve counts and shares of the same selection for nothing.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from okr_core.errors import ConfigError
from okr_core.plan.cycle import zone_named
from okr_jira.read.binding import JiraBinding
from okr_jira.read.fields import CATEGORY_CHANGED, RESOLVED
from okr_jira.read.jql import DONE, holds_days, restricted
from okr_jira.read.queries import Query, chunks
from okr_jira.site.kinds import CLOUD, Deployment
from okr_sources.answers import Ask, Fetch, RequestPlan, Unavailable
from okr_sources.binding import binding_of
from okr_sources.session import unavailable
from okr_sources.source import Memory, query_digest

MARGIN = timedelta(days=2)
"""JQL reads dates in the token user's zone: ask for more, then cut exactly in the cycle's."""


@dataclass(frozen=True, slots=True)
class Part:
    """One key result and the queries that it takes its rows from.

    Attributes:
        whole: Query of its selection.
        done: Query of its done issues where those are counted on their own, else None.
    """

    ask: Ask
    binding: JiraBinding
    whole: Query
    done: Query | None = None

    @property
    def queries(self) -> tuple[Query, ...]:
        """All queries that it waits for."""
        return (self.whole,) if self.done is None else (self.whole, self.done)

    @property
    def zoned(self) -> bool:
        """Whether its query names days, which Jira reads in the token user's time zone."""
        return holds_days(self.binding.jql or "")


@dataclass(frozen=True, slots=True)
class JiraPlan:
    """The compiled plan of one connection."""

    queries: tuple[Query, ...]
    parts: tuple[Part, ...]
    refused: tuple[Unavailable, ...] = ()
    deployment: Deployment = CLOUD
    memory: Memory = field(default_factory=lambda: Memory({}))

    @property
    def named(self) -> bool:
        """Whether names of fields have to be looked up first."""
        return any(query.named for query in self.queries)

    @property
    def zoned(self) -> bool:
        """Whether the time zone of the token's user has to be asked for."""
        return any(part.zoned for part in self.parts)


@dataclass(slots=True)
class _Group:
    """All that is wanted of one selection."""

    jql: str
    memory: str
    fields: dict[str, None] = field(default_factory=dict)
    done: bool = False
    ids: bool = False
    estimate: bool = False


def plan_queries(asks: Sequence[Ask], memory: Memory, deployment: Deployment = CLOUD) -> JiraPlan:
    """The plan for all asks; a binding that cannot be planned is refused, the others are not.

    Args:
        asks: What is wanted.
        memory: How many issues the queries had last time.
        deployment: The kind of Jira that is asked.
    """
    bound, refused = _bound(asks, deployment)
    by_query = [(ask, binding) for ask, binding in bound if binding.measured.kind != "field"]
    by_issue = [(ask, binding) for ask, binding in bound if binding.measured.kind == "field"]
    groups = _grouped(by_query)
    chosen = {
        jql: cheapest(alternatives(group, memory, deployment)) for jql, group in groups.items()
    }
    parts = [_part(ask, binding, chosen[selection_of(ask, binding)]) for ask, binding in by_query]
    parts += _issue_parts(by_issue, deployment)
    queries = {query.id: query for part in parts for query in part.queries}
    return JiraPlan(tuple(queries.values()), tuple(parts), refused, deployment, memory)


def without(plan: JiraPlan, parts: Iterable[Part], lost: Container[str]) -> JiraPlan:
    """Those parts planned anew without the lost key results: nobody pays for what they wanted.

    Args:
        plan: What was planned.
        parts: All key results of some selections.
        lost: Key results that cannot be answered.
    """
    asks = {p.ask.key_result: p.ask for p in parts if p.ask.key_result not in lost}
    return plan_queries(list(asks.values()), plan.memory, plan.deployment)


def request_plan(connection: str, plan: JiraPlan) -> RequestPlan:
    """The plan as others see it."""
    serves: dict[str, list[str]] = {}
    for part in plan.parts:
        for query in part.queries:
            serves.setdefault(query.id, []).append(part.ask.key_result)
    endpoints = plan.deployment.endpoints
    fetches = [
        Fetch(query.text, endpoints[query.kind], query.fields, query.pages, tuple(serves[query.id]))
        for query in plan.queries
    ]
    if plan.named:
        named = [p.ask.key_result for p in plan.parts if any(q.named for q in p.queries)]
        fetches.insert(0, Fetch("names of fields", plan.deployment.lookup, (), 1, tuple(named)))
    if plan.zoned:
        zoned = tuple(part.ask.key_result for part in plan.parts if part.zoned)
        what = "time zone of the token's user"
        fetches.insert(0, Fetch(what, plan.deployment.user_lookup, (), 1, zoned))
    return RequestPlan(connection, tuple(fetches), plan.refused, plan)


def alternatives(group: _Group, memory: Memory, deployment: Deployment) -> list[tuple[Query, ...]]:
    """Ways to read a group, each of which answers all of it exactly; preferred ones first."""

    def search(jql: str, digest: str, *fields: str) -> Query:
        counted = memory.counts.get(digest)
        return Query("search", jql, fields, (), counted, digest, deployment)

    ids = search(group.jql, group.memory)
    done = done_query(group.jql, memory, deployment)
    status = ("status",) if group.done else ()
    rows = search(group.jql, group.memory, *sorted(group.fields), *status)
    if group.fields:
        return [(rows,)]
    if group.done:
        return [(ids, done), (rows,)]
    if group.ids:
        return [(ids,)]
    return [(Query("estimate", group.jql, memory=group.memory, deployment=deployment),)]


def done_query(jql: str, memory: Memory, deployment: Deployment) -> Query:
    """Ids of the done issues of a selection."""
    done = restricted(jql, DONE)
    digest = query_digest("jira", done)
    return Query("search", done, (), (), memory.counts.get(digest), digest, deployment)


def cheapest(ways: Iterable[tuple[Query, ...]]) -> tuple[Query, ...]:
    """The way with the fewest requests; of equal ones the first."""
    return min(ways, key=lambda way: sum(query.cost for query in way))


def selection_of(ask: Ask, binding: JiraBinding) -> str:
    """The ask's selection as one query.

    A lead time's holds issues that were resolved in the cycle, and those that were done in it
    without a resolution date, so that they can be told of: whatever was done was updated then.
    """
    if binding.measured.kind != "lead_time":
        return binding.selection
    since = f'{DONE} AND updated >= "{ask.cycle_starts - MARGIN}"'
    if binding.measured.by_status:
        return restricted(binding.selection, since)
    resolved = " AND ".join(_resolved(ask))
    return restricted(binding.selection, f"(({resolved}) OR ({since} AND resolved is EMPTY))")


def dated_selection_of(ask: Ask, binding: JiraBinding) -> str:
    """The ask's selection without issues that do not tell when they were resolved."""
    if binding.measured.kind != "lead_time":
        return binding.selection
    return restricted(binding.selection, *_resolved(ask))


def _resolved(ask: Ask) -> tuple[str, str]:
    last = ask.as_of.astimezone(zone_named(ask.timezone)).date()
    return f'resolved >= "{ask.cycle_starts - MARGIN}"', f'resolved <= "{last + MARGIN}"'


def fields_of(binding: JiraBinding) -> tuple[str, ...]:
    """Fields that the binding's measure reads, besides the status."""
    measure = binding.measured
    if measure.kind == "lead_time":
        dates = ("created", CATEGORY_CHANGED)
        return dates if measure.by_status else (*dates, RESOLVED)
    return (measure.field,) if measure.field else ()


def _bound(
    asks: Sequence[Ask], deployment: Deployment
) -> tuple[list[tuple[Ask, JiraBinding]], tuple[Unavailable, ...]]:
    bound: list[tuple[Ask, JiraBinding]] = []
    refused: list[Unavailable] = []
    for ask in asks:
        try:
            binding = binding_of(ask, JiraBinding)
            _refuse_unknown(binding, deployment)
            bound.append((ask, binding))
        except ConfigError as error:
            refused.append(unavailable(ask.key_result, error))
    return bound, tuple(refused)


def _refuse_unknown(binding: JiraBinding, deployment: Deployment) -> None:
    if binding.measured.by_status and not deployment.dates_status:
        raise ConfigError(
            f"{deployment.title} does not tell when a status changed its category: it has no "
            f"{CATEGORY_CHANGED}.",
            hint="Write `measure: lead_time` and let the workflow set a resolution.",
        )


def _grouped(bound: Iterable[tuple[Ask, JiraBinding]]) -> Mapping[str, _Group]:
    groups: dict[str, _Group] = {}
    for ask, binding in bound:
        jql = selection_of(ask, binding)
        group = groups.setdefault(jql, _Group(jql, _memory_of(binding)))
        group.fields.update(dict.fromkeys(fields_of(binding)))
        measure = binding.measured
        group.done |= measure.kind == "done_ratio"
        group.ids |= measure.kind == "count" and binding.exact
        group.estimate |= not binding.exact
    return groups


def _memory_of(binding: JiraBinding) -> str:
    """The window of a lead time moves every day; its number of issues is remembered without it."""
    measure = binding.measured
    window = (f"{measure.until} in the cycle",) if measure.kind == "lead_time" else ()
    return query_digest("jira", binding.selection, *window)


def _part(ask: Ask, binding: JiraBinding, way: tuple[Query, ...]) -> Part:
    apart = binding.measured.kind == "done_ratio" and len(way) > 1
    return Part(ask, binding, way[0], way[1] if apart else None)


def _issue_parts(bound: Sequence[tuple[Ask, JiraBinding]], deployment: Deployment) -> list[Part]:
    """Fields of single issues: issues in runs, each with all fields that are wanted."""
    keys = sorted({_key(binding) for _, binding in bound})
    fields = tuple(sorted({name for _, binding in bound for name in fields_of(binding)}))
    query_of = {
        key: Query("issues", fields=fields, keys=run, deployment=deployment)
        for run in chunks(keys, deployment.bulk)
        for key in run
    }
    return [Part(ask, binding, query_of[_key(binding)]) for ask, binding in bound]


def _key(binding: JiraBinding) -> str:
    return (binding.issue or "").upper()
