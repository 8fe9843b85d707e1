"""Past: what key results of Jira were on earlier days, worked out from what Jira knows today.

Counts, shares done by count and lead times follow from which issues there were and which of them
were done. Numbers in fields do not: what a field held on an earlier day is not in it any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from urllib.parse import quote

from okr_core.errors import DataError, OkrError
from okr_core.record.evidence import ONE, Evidence, Row, re_add
from okr_jira.past.changelog import PastIssues, PastReader
from okr_jira.past.issue import PastIssue
from okr_jira.past.query import (
    DONE_WHEN_RESOLVED,
    NEVER_DONE,
    NO_HISTORY,
    RESOLUTION,
    RESOLVED,
    SAME_RESOLUTION,
    SAME_STATUS,
    STATUS,
    PastQuery,
    past_query,
)
from okr_jira.read import rows as reading
from okr_jira.read.binding import JiraBinding
from okr_jira.read.evidence import FORMULAS, cycle_start
from okr_jira.read.planner import dated_selection_of
from okr_sources.answers import Ask, Observed
from okr_sources.binding import binding_of
from okr_sources.past import SAY_IT, PastAnswer, PastAsk
from okr_sources.send.workers import Workers, outcome
from okr_sources.session import BaseSession

BY_DATES = "from creation and resolution dates, as they are today"
BY_HISTORY = "from creation and resolution dates and `status WAS`"
UNDATED = "done issues without a resolution date are left out"
Bound = tuple[PastAsk, JiraBinding]


def reconstruct(
    asks: Sequence[PastAsk], reader: PastReader, session: BaseSession, *, url: str
) -> Iterator[PastAnswer]:
    """One answer per ask and moment, as selections come in; equal selections are asked once.

    Args:
        asks: What is wanted, and for which times.
        reader: Looks at the site.
        session: The connection, and how many selections it asks about at the same time.
        url: Address of the site, for links.
    """
    groups: dict[str, list[Bound]] = {}
    for asked in asks:
        found = outcome(asked.ask.key_result, partial(_bound, asked))
        if found.error is not None:
            yield from _refused(asked, found.error, session)
        else:
            selection, bound = found.get()
            groups.setdefault(selection, []).append(bound)
    workers: Workers[str, list[PastAnswer]] = session.workers()
    with workers:
        for selection, bounds in groups.items():
            work = partial(_told, selection, bounds, reader, session, url)
            workers.submit(selection, partial(_in_time, work, session))
        for result in workers.results():
            if result.error is None:
                yield from result.get()
                continue
            for asked, _ in groups[result.key]:
                yield from _refused(asked, result.error, session)


def _in_time(work: Callable[[], list[PastAnswer]], session: BaseSession) -> list[PastAnswer]:
    with session.query_deadline():
        return work()


def _bound(asked: PastAsk) -> tuple[str, Bound]:
    binding = binding_of(asked.ask, JiraBinding)
    _refuse_untold(binding)
    last = replace(asked.ask, as_of=max(asked.moments))
    return dated_selection_of(last, binding), (asked, binding)


def _refuse_untold(binding: JiraBinding) -> None:
    """Refuse what is not in an issue any more.

    Raises:
        DataError: The message says what.
    """
    measure = binding.measured
    if measure.field:
        raise DataError(
            f"{measure.words} cannot be told about a past day: {measure.field} holds what it is "
            "today, not what it was.",
            hint=SAY_IT,
        )
    if measure.by_status:
        raise DataError(
            f"{measure.words} cannot be told about a past day: issues tell when their status last "
            "changed its category, not when it did before.",
            hint=SAY_IT,
        )
    if binding.scope == "frozen":
        raise DataError(
            "its scope is frozen at the first reading: before, it was another one.",
            hint=SAY_IT,
        )
    if not binding.exact:
        raise DataError(
            "its count is Jira's estimate, which there is for today only.",
            hint="Leave `exact: false` out, and every issue is read.",
        )


@dataclass(frozen=True, slots=True)
class _Selection:
    """One selection's past, and whose it is.

    Attributes:
        session: The connection.
        url: Address of the site, for links.
    """

    query: PastQuery
    past: PastIssues
    session: BaseSession
    url: str

    def answer(self, ask: Ask, binding: JiraBinding, moment: datetime) -> PastAnswer:
        """What the key result was then."""
        result = outcome(ask.key_result, partial(self._observed, ask, binding, moment))
        if result.error is None:
            return PastAnswer(moment, result.get())
        return PastAnswer(moment, self.session.unavailable(ask.key_result, result.error))

    def _observed(self, ask: Ask, binding: JiraBinding, moment: datetime) -> Observed:
        rows = _ROWS[binding.measured.kind](ask, self.past, moment)
        evidence = self._evidence(binding, moment, rows)
        return Observed(ask.key_result, re_add(evidence), evidence, self.past.fetched.at)

    def _evidence(self, binding: JiraBinding, moment: datetime, rows: Sequence[Row]) -> Evidence:
        jql, asked = self.past.jql, self.past.by_history.get(moment)
        return Evidence(
            kind="jira",
            connection=self.session.name,
            query=self.query.selection,
            measure=binding.measured.words,
            formula=FORMULAS[binding.measured.kind],
            scale=binding.scale,
            link=f"{self.url}/issues/?jql={quote(jql, safe='')}",
            requests=self.past.requests,
            rows=tuple(rows),
            notes=tuple(self._asked(moment)),
            reconstructed=BY_DATES if asked is None else BY_HISTORY,
            assumptions=tuple(self._assumptions(binding, by_dates=asked is None)),
        )

    def _asked(self, moment: datetime) -> Iterator[str]:
        if self.past.jql != self.query.selection:
            yield f"worked out from the issues of: {self.past.jql}"
        if moment in self.past.by_history:
            yield f"asked about that time: {self.past.by_history[moment]}"

    def _assumptions(self, binding: JiraBinding, *, by_dates: bool) -> Iterator[str]:
        yield from self.query.assumptions
        kind = binding.measured.kind
        if by_dates and (self.query.clauses(STATUS) or kind == "done_ratio"):
            yield from (NO_HISTORY, DONE_WHEN_RESOLVED, NEVER_DONE)
            if self.past.splits_done:
                yield SAME_STATUS
        if kind == "lead_time":
            yield UNDATED
        if self.query.clauses(RESOLUTION | RESOLVED) or kind == "lead_time":
            yield SAME_RESOLUTION


def _told(
    selection: str, bounds: Sequence[Bound], reader: PastReader, session: BaseSession, url: str
) -> list[PastAnswer]:
    query = past_query(selection)
    moments = sorted({moment for asked, _ in bounds for moment in asked.moments})
    ratio = any(binding.measured.kind == "done_ratio" for _, binding in bounds)
    told = _Selection(query, reader.read(query, moments, ratio=ratio), session, url)
    return [
        told.answer(asked.ask, binding, moment)
        for asked, binding in bounds
        for moment in asked.moments
    ]


def _there(past: PastIssues, moment: datetime) -> Iterator[PastIssue]:
    """Issues that the selection had then."""
    for issue in past.issues:
        if issue.created <= moment and past.selected(issue, moment):
            yield issue


def _counted(_: Ask, past: PastIssues, moment: datetime) -> list[Row]:
    return [Row(issue.id, label=issue.label) for issue in _there(past, moment)]


def _done(_: Ask, past: PastIssues, moment: datetime) -> list[Row]:
    return [
        Row(issue.id, ONE if past.done(issue, moment) else reading.ZERO, label=issue.label)
        for issue in _there(past, moment)
    ]


def _lead_times(ask: Ask, past: PastIssues, moment: datetime) -> list[Row]:
    there = replace(past.fetched, ids=tuple(issue.id for issue in _there(past, moment)))
    return reading.lead_times(there, cycle_start(ask), moment)


_ROWS: Mapping[str, Callable[[Ask, PastIssues, datetime], list[Row]]] = {
    "count": _counted,
    "done_ratio": _done,
    "lead_time": _lead_times,
}


def _refused(asked: PastAsk, error: OkrError, session: BaseSession) -> Iterator[PastAnswer]:
    answer = session.unavailable(asked.ask.key_result, error)
    for moment in asked.moments:
        yield PastAnswer(moment, answer)
