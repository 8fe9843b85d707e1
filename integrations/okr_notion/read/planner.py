"""Planner: which requests answer all key results of a connection; pure, it sends nothing.

- Key results with the same data source and filter share one query with the union of properties.
- A `latest` that shares its selection with nobody reads the newest rows only: one request.
- A data source's properties are asked for once, and only where a name or a type matters.
- A page is read once for all its key results.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from okr_core.errors import ConfigError
from okr_notion.read.binding import NotionBinding
from okr_notion.read.days import Calendar
from okr_notion.read.filters import is_native
from okr_notion.read.paging import ROW_STOP, pages_expected
from okr_notion.site.ids import id_in, names_view
from okr_sources.answers import Ask, Fetch, RequestPlan, Unavailable
from okr_sources.binding import binding_of
from okr_sources.session import unavailable
from okr_sources.source import Memory, query_digest


@dataclass(frozen=True, slots=True)
class Wanted:
    """One key result and what its binding says."""

    ask: Ask
    binding: NotionBinding

    @property
    def key_result(self) -> str:
        """Its id."""
        return self.ask.key_result

    @property
    def calendar(self) -> Calendar:
        """The cycle's days; dates after today's are plans, not values."""
        zone = ZoneInfo(self.ask.timezone)
        return Calendar(zone, self.ask.as_of.astimezone(zone).date())


@dataclass(frozen=True, slots=True)
class PageRead:
    """One page, for all key results that it holds."""

    page: str
    wanted: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """One query of a data source.

    Attributes:
        source: Id as the binding writes it: of a data source, or of a database.
        filter: As written.
        wanted: At least one; their days are of one calendar.
        newest: Only the newest rows are read.
    """

    source: str
    filter: Mapping[str, object] | None
    wanted: tuple[Wanted, ...]
    newest: bool = False

    @property
    def calendar(self) -> Calendar:
        """Whose days its filter means."""
        return self.wanted[0].calendar

    @property
    def digest(self) -> str:
        """Its name in the memory of runs."""
        return query_digest("notion", self.source, _canonical(self.filter), str(self.newest))

    @property
    def needs_schema(self) -> bool:
        """Whether a name or type has to be looked up before the query can be sent."""
        short = self.filter is not None and not is_native(self.filter)
        return short or any(
            w.binding.names or w.binding.exclude or _is_ratio(w) for w in self.wanted
        )


@dataclass(frozen=True, slots=True)
class SourceRead:
    """One data source and its queries.

    Attributes:
        is_database: Whether the id is known to be a database's.
    """

    source: str
    queries: tuple[Query, ...]
    is_database: bool = False

    @property
    def needs_schema(self) -> bool:
        """Whether any of its queries does."""
        return any(query.needs_schema for query in self.queries)


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a session reads."""

    pages: tuple[PageRead, ...] = ()
    sources: tuple[SourceRead, ...] = ()

    @property
    def key_results(self) -> list[str]:
        """All that it answers for."""
        queries = [query for source in self.sources for query in source.queries]
        groups = [read.wanted for read in self.pages] + [query.wanted for query in queries]
        return [wanted.key_result for group in groups for wanted in group]


def plan_requests(connection: str, asks: Sequence[Ask], memory: Memory) -> RequestPlan:
    """Fewest requests that answer all asks exactly.

    Args:
        connection: Its name.
        asks: Bound key results; those whose binding is wrong are refused.
        memory: Rows that each query had last time.
    """
    wanted, refused = _checked(connection, asks)
    compiled = Compiled(
        pages=tuple(_pages(w for w in wanted if w.binding.page)),
        sources=tuple(_sources([w for w in wanted if w.binding.data_source], memory)),
    )
    return RequestPlan(
        connection=connection,
        fetches=tuple(_fetches(compiled, memory)),
        refused=tuple(refused),
        detail=compiled,
    )


def compiled_of(plan: RequestPlan) -> Compiled:
    """What `plan_requests` compiled.

    Raises:
        ConfigError: The plan is another source's.
    """
    if not isinstance(plan.detail, Compiled):
        raise ConfigError(
            "this request plan is not Notion's.", hint="Plan and read by one session."
        )
    return plan.detail


def database_digest(source: str) -> str:
    """Name under which runs remember that an id is a database's."""
    return query_digest("notion", "database", source)


def pages_digest(query: str) -> str:
    """What the planner's memory calls the pages of a query that fills a window, or more than one.

    Whether Notion says that a full window was the last decides about one more.
    """
    return query_digest("notion", "pages", query)


def lookups_digest(asked: str) -> str:
    """Name under which runs remember how many other data sources they looked at for this one."""
    return query_digest("notion", "lookups", asked)


def _checked(connection: str, asks: Iterable[Ask]) -> tuple[list[Wanted], list[Unavailable]]:
    wanted: list[Wanted] = []
    refused: list[Unavailable] = []
    for ask in asks:
        try:
            wanted.append(Wanted(ask, binding_of(ask, NotionBinding)))
        except ConfigError as error:
            refused.append(unavailable(ask.key_result, error, f"notion `{connection}`"))
    return wanted, refused


def _pages(wanted: Iterable[Wanted]) -> Iterable[PageRead]:
    groups: dict[str, list[Wanted]] = defaultdict(list)
    for each in wanted:
        groups[each.binding.page_id].append(each)
    return (PageRead(page, tuple(group)) for page, group in groups.items())


def _sources(wanted: Sequence[Wanted], memory: Memory) -> Iterable[SourceRead]:
    groups: dict[str, list[Wanted]] = defaultdict(list)
    for each in wanted:
        groups[id_in(str(each.binding.data_source))].append(each)
    for source, group in groups.items():
        as_view = any(names_view(str(w.binding.data_source)) for w in group)
        known = database_digest(source) in memory.counts
        yield SourceRead(source, tuple(_queries(source, group)), as_view or known)


def _queries(source: str, wanted: Iterable[Wanted]) -> Iterable[Query]:
    selections: dict[tuple[str, Calendar], list[Wanted]] = defaultdict(list)
    for each in wanted:
        selections[_canonical(each.binding.filter), each.calendar].append(each)
    for group in selections.values():
        written = group[0].binding.filter
        if not all(_is_newest(w) for w in group):
            yield Query(source, written, tuple(group))
            continue
        orders: dict[str, list[Wanted]] = defaultdict(list)
        for each in group:
            orders[each.binding.rows_measure.by].append(each)
        for order in orders.values():
            yield Query(source, written, tuple(order), newest=True)


def _is_newest(wanted: Wanted) -> bool:
    """Whether the newest rows are enough: rows that are left out might be the newest ones."""
    return wanted.binding.rows_measure.kind == "latest" and not wanted.binding.exclude


def _is_ratio(wanted: Wanted) -> bool:
    return wanted.binding.rows_measure.kind == "done_ratio"


def _fetches(compiled: Compiled, memory: Memory) -> Iterable[Fetch]:
    for page in compiled.pages:
        serves = tuple(w.key_result for w in page.wanted)
        fields = tuple(dict.fromkeys(str(w.binding.property_) for w in page.wanted))
        yield Fetch(f"page {page.page}", "GET /v1/pages/{page_id}", fields, 1, serves)
        yield from _lookups(page.page, serves, memory)
    for source in compiled.sources:
        yield from _source_fetches(source, memory)


def _source_fetches(source: SourceRead, memory: Memory) -> Iterable[Fetch]:
    serves = tuple(w.key_result for query in source.queries for w in query.wanted)
    if source.is_database:
        query = f"data sources of database {source.source}"
        yield Fetch(query, "GET /v1/databases/{database_id}", (), 1, serves)
    if source.needs_schema:
        query = f"properties of data source {source.source}"
        yield Fetch(query, "GET /v1/data_sources/{data_source_id}", (), 1, serves)
    yield from _lookups(source.source, serves, memory)
    for each in source.queries:
        pages = 1 if each.newest else _expected(each, memory)
        yield Fetch(
            query=described(source.source, each.filter),
            endpoint="POST /v1/data_sources/{data_source_id}/query",
            fields=tuple(dict.fromkeys(n for w in each.wanted for n in w.binding.names.values())),
            pages=pages,
            serves=tuple(w.key_result for w in each.wanted),
        )


def _expected(query: Query, memory: Memory) -> int | None:
    """Pages of all rows, from what the last run counted; None where nobody has counted yet."""
    rows = memory.counts.get(query.digest)
    if rows is None or rows < ROW_STOP:
        return None if rows is None else pages_expected(rows)
    return memory.counts.get(pages_digest(query.digest), pages_expected(rows))


def _lookups(asked: str, serves: tuple[str, ...], memory: Memory) -> Iterable[Fetch]:
    """What rollups and formulas compute from, as far as the last run had to know it."""
    known = memory.counts.get(lookups_digest(asked))
    if known:
        query = f"properties of data sources that {asked} computes from"
        yield Fetch(query, "GET /v1/data_sources/{data_source_id}", (), known, serves)


def described(source: str, written: Mapping[str, object] | None) -> str:
    """A query as a person could ask it again."""
    return f"data source {source}" + (f" where {_canonical(written)}" if written else "")


def _canonical(written: Mapping[str, object] | None) -> str:
    return json.dumps(written, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
