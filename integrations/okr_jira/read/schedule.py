"""Schedule: which queries are still to come, and which key results can be answered already.

Everything here runs in the thread that reads the answers; only the work of a task runs elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from okr_core.errors import OkrError
from okr_jira.read import frozen
from okr_jira.read import rows as reading
from okr_jira.read.evidence import evidence_of, field_of, rows_of
from okr_jira.read.fetching import Fetcher, consistent
from okr_jira.read.fields import FieldNames
from okr_jira.read.jql import renaming
from okr_jira.read.planner import JiraPlan, Part, done_query, without
from okr_jira.read.queries import Query
from okr_jira.read.rows import Fetched
from okr_sources.answers import Unavailable
from okr_sources.send.steps import Steps, Task, task
from okr_sources.send.workers import outcome
from okr_sources.session import BaseSession


class Schedule:
    """Turns what queries give into answers and follow-up queries.

    Args:
        plan: What is asked.
        fetcher: Carries queries out.
        session: Judges evidence, and remembers how many issues a query found.
        url: Address of the site.
    """

    def __init__(self, plan: JiraPlan, fetcher: Fetcher, session: BaseSession, *, url: str) -> None:
        self._plan = plan
        self._fetcher = fetcher
        self._session = session
        self._url = url
        self._names = FieldNames()
        self._found: dict[str, Fetched] = {}
        self._parts: dict[str, list[Part]] = {}
        self._again: dict[tuple[str, str], list[Part]] = {}
        self._zone: str | None = None
        self._waiting: list[Part] = []
        self._expect(plan)

    def _expect(self, plan: JiraPlan) -> None:
        for part in plan.parts:
            for query in part.queries:
                self._parts.setdefault(query.id, []).append(part)

    def first(self) -> Steps:
        """What to begin with: every query, or the names of fields for those that need them."""
        if self._plan.zoned:
            # Whoever waits for it still has an answer where Jira does not tell: with a note.
            yield task(self._fetcher.zone, self._told, lambda _: self._told(""))
        named = [query for query in self._plan.queries if query.named]
        if named:
            then = partial(self._named, named)
            yield task(self._fetcher.names, then, partial(self._all_failed, named))
        yield from (self._query(query) for query in self._plan.queries if not query.named)

    def _named(self, queries: list[Query], names: FieldNames) -> Steps:
        self._names = names
        parts = [part for query in queries for part in self._parts[query.id]]
        lost: dict[str, Unavailable] = {}
        for part in parts:
            result = outcome(part.ask.key_result, partial(field_of, part, names))
            if result.error is not None:
                lost[part.ask.key_result] = self._unavailable(part, result.error)
        if lost:
            yield from lost.values()
            queries = self._anew(queries, without(self._plan, parts, lost))
        yield from (self._query(query) for query in queries)

    def _anew(self, queries: list[Query], plan: JiraPlan) -> list[Query]:
        """Ask what another plan asks in place of these queries."""
        for query in queries:
            del self._parts[query.id]
        self._expect(plan)
        return list(plan.queries)

    def _query(self, query: Query) -> Task:
        run = partial(self._fetcher.fetch, query, self._names)
        return task(run, partial(self._arrived, query), partial(self._failed, query))

    def _arrived(self, query: Query, found: Fetched) -> Steps:
        self._found[query.id] = found
        if query.memory:
            rows = len(found.ids) if found.estimate is None else found.estimate
            self._session.remember(query.memory, rows)
        for part in self._parts[query.id]:
            if all(each.id in self._found for each in part.queries):
                yield from self._gathered(part)

    def _gathered(self, part: Part) -> Steps:
        """All queries of the part are in; the zone of its days may still be on its way."""
        if part.zoned and self._zone is None:
            self._waiting.append(part)
        else:
            yield from self._complete(part)

    def _told(self, zone: str) -> Steps:
        self._zone, waiting = zone, self._waiting
        self._waiting = []
        for part in waiting:
            yield from self._complete(part)

    def _complete(self, part: Part) -> Steps:
        """All that it needs is in; two queries of one selection may disagree after an edit."""
        if part.done is None and self._uncategorised(part):
            yield from self._by_query(part)
            return
        if part.done is None or consistent(*self._pair(part, part.done)):
            yield from self._live(part)
            return
        pair = (part.whole.id, part.done.id)
        first = pair not in self._again
        self._again.setdefault(pair, []).append(part)
        if first:
            run = partial(self._fetcher.again, part.whole, part.done, self._names)
            then = partial(self._agreed, pair)
            yield task(run, then, partial(self._never_agreed, pair))

    def _uncategorised(self, part: Part) -> bool:
        share = part.binding.measured.kind == "done_ratio"
        return share and reading.uncategorised(self._found[part.whole.id]) > 0

    def _by_query(self, part: Part) -> Steps:
        """Let Jira find the done issues, as it does for large selections: statuses do not tell."""
        done = done_query(part.whole.jql, self._plan.memory, self._plan.deployment)
        waiting = self._parts.setdefault(done.id, [])
        asked = bool(waiting) or done.id in self._found
        told = replace(part, done=done)
        waiting.append(told)
        if done.id in self._found:
            yield from self._complete(told)
        elif not asked:
            yield self._query(done)

    def _agreed(self, pair: tuple[str, str], found: tuple[Fetched, Fetched]) -> Steps:
        self._found.update(zip(pair, found, strict=True))
        for part in self._again.pop(pair):
            yield from self._live(part)

    def _never_agreed(self, pair: tuple[str, str], error: OkrError) -> Steps:
        yield from (self._unavailable(part, error) for part in self._again.pop(pair))

    def _live(self, part: Part) -> Steps:
        """The selection is complete; issues of a frozen scope may have left it."""
        result = outcome(part.ask.key_result, partial(self._left, part))
        if result.error is not None:
            yield self._unavailable(part, result.error)
        elif result.value:
            share = part.binding.measured.kind == "done_ratio"
            fields = ("status",) if share else field_of(part, self._names).ids
            run = partial(self._fetcher.issues, result.value, fields)
            yield task(run, partial(self._answer, part), partial(self._part_failed, part))
        else:
            yield from self._answer(part, None)

    def _left(self, part: Part) -> tuple[str, ...]:
        if part.ask.frozen is None:
            return ()
        live = rows_of(part, *self._results(part), self._names)
        return frozen.left(live, part.ask.frozen)

    def _answer(self, part: Part, looked_up: Fetched | None) -> Steps:
        whole, done = self._results(part)
        evidence = partial(
            evidence_of,
            part,
            whole,
            done,
            self._names,
            connection=self._session.name,
            url=self._url,
            looked_up=looked_up,
            zone=self._zone if part.zoned else None,
        )
        question = renaming(part.whole.jql)
        yield self._session.judged(part.ask, part.binding, evidence, at=whole.at, question=question)

    def _results(self, part: Part) -> tuple[Fetched, Fetched | None]:
        done = None if part.done is None else self._found[part.done.id]
        return self._found[part.whole.id], done

    def _pair(self, part: Part, done: Query) -> tuple[Fetched, Fetched]:
        return self._found[part.whole.id], self._found[done.id]

    def _all_failed(self, queries: list[Query], error: OkrError) -> Steps:
        for query in queries:
            yield from self._failed(query, error)

    def _failed(self, query: Query, error: OkrError) -> Steps:
        # A part that waits for two failed queries answers twice; the session keeps the first.
        yield from (self._unavailable(part, error) for part in self._parts[query.id])

    def _part_failed(self, part: Part, error: OkrError) -> Steps:
        yield self._unavailable(part, error)

    def _unavailable(self, part: Part, error: OkrError) -> Unavailable:
        return self._session.unavailable(part.ask.key_result, error)
