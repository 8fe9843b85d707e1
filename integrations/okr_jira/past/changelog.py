"""Changelog: what Jira is asked once, so that the past of one selection can be told for any day.

Each candidate is read once, with its dates: one query per day would read every issue once per day
and dates in the token user's zone. Who was in which status is asked day by day, by ids alone, where
the server offers `status WAS`; elsewhere every day is worked out from the dates.

What is worked out for today must be what Jira itself selects today. It is compared before anything
is said about the past: a status that Jira knows by another name, a condition that a server ignores
or a resolution without a date show there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

from okr_core.errors import ConfigError, DataError
from okr_jira.past.issue import FIELDS, PastIssue, issues_of, statuses_of, undated
from okr_jira.past.query import RESOLVED, STATUS, PastQuery
from okr_jira.past.rules import Holds, Ids, PastRules
from okr_jira.read.fetching import ATTEMPTS, Fetcher
from okr_jira.read.fields import FieldNames
from okr_jira.read.jql import quoted, restricted
from okr_jira.read.planner import MARGIN
from okr_jira.read.queries import Query
from okr_jira.read.rows import Fetched
from okr_jira.read.zone import zone_of
from okr_jira.site.client import JiraClient
from okr_sources.session import Send

_SHOWN = 3
"""Issues that a message names."""


@dataclass(frozen=True, slots=True)
class PastIssues:
    """All that is known about one selection's past.

    Attributes:
        jql: The query of the candidates.
        fetched: What it gave.
        issues: The candidates, sorted by id.
        selected: Whether a candidate was selected at a time.
        done: Whether it was done then.
        by_history: Time → the query that was asked about it; empty where dates tell.
        splits_done: Whether a condition means some done statuses and not others.
        requests: HTTP requests that all of it took.
    """

    jql: str
    fetched: Fetched
    issues: tuple[PastIssue, ...]
    selected: Holds
    done: Holds
    by_history: Mapping[datetime, str]
    splits_done: bool
    requests: int


class PastReader:
    """Reads one site for one reconstruction; threads may share it.

    Args:
        client: The site's endpoints.
        fetcher: Carries queries out.
        send: What each request goes through.
    """

    def __init__(self, client: JiraClient, fetcher: Fetcher, send: Send) -> None:
        self._client = client
        self._fetcher = fetcher
        self._send = send
        self._lock = Lock()
        self._history: bool | None = None
        self._listed: object = None
        self._user: object = None

    def read(self, query: PastQuery, moments: Sequence[datetime], *, ratio: bool) -> PastIssues:
        """Ask all that telling the selection's past takes.

        Args:
            query: The selection.
            moments: All times that will be asked about.
            ratio: Whether it also matters who was done.

        Raises:
            OkrError: Jira cannot be asked, or does not tell enough; the message says what lacks.
        """
        for _ in range(ATTEMPTS):
            past = self._read(query, moments, ratio=ratio)
            if query.changing is None or self._agrees(query, past):
                return past
        raise DataError(
            f"what dates tell about today is not what Jira selects today by `{query.selection}`.",
            hint="Try again later; if it stays, this selection has no past that can be told.",
        )

    def _read(self, query: PastQuery, moments: Sequence[datetime], *, ratio: bool) -> PastIssues:
        since = min(moments).astimezone(UTC).date() - MARGIN
        statuses = ratio or bool(query.clauses(STATUS))
        offered = statuses and self._history_offered()
        past, rules = self._candidates(query, since, ratio=ratio, offered=offered)
        unknown = rules.unknown(query, ratio=ratio)
        if offered:
            return self._with_history(query, past, rules, moments, unknown, ratio=ratio)
        if unknown:
            raise _untold(rules.names(unknown[0]))
        if statuses:
            _refuse_undated(past.issues)
        return past

    def _candidates(
        self, query: PastQuery, since: date, *, ratio: bool, offered: bool
    ) -> tuple[PastIssues, PastRules]:
        jql = query.candidates(since, touched=offered and bool(query.clauses(STATUS)))
        fetched = self._fetch(jql, FIELDS)
        issues = tuple(issues_of(fetched))
        matters = ratio or bool(query.clauses(STATUS))
        statuses = tuple(statuses_of(self._statuses(), fetched.fields)) if matters else ()
        zone = self._zone() if query.clauses(RESOLVED) else ZoneInfo("UTC")
        rules = PastRules(statuses, zone, offered)
        return _past_issues(query, rules, jql, fetched, issues, ratio=ratio), rules

    def _with_history(
        self,
        query: PastQuery,
        past: PastIssues,
        rules: PastRules,
        moments: Sequence[datetime],
        unknown: Iterable[Ids],
        *,
        ratio: bool,
    ) -> PastIssues:
        history: dict[Ids, dict[datetime, Ids]] = {}
        asked: dict[datetime, str] = {}
        requests = past.requests
        for ids in unknown:
            for moment in moments:
                was = self._was(rules.names(ids), moment)
                found = self._fetch(restricted(query.steady, was) if query.steady else was)
                requests += found.requests
                asked[moment] = f"{asked[moment]}; {was}" if moment in asked else was
                history.setdefault(ids, {})[moment] = frozenset(found.ids)
        told = replace(rules, history=history)
        new = _past_issues(query, told, past.jql, past.fetched, past.issues, ratio=ratio)
        return replace(new, by_history=asked, requests=requests)

    def _was(self, names: Sequence[str], moment: datetime) -> str:
        # DURING one minute and not ON: a date after ON means the whole day, and an issue that was
        # in two statuses on that day would be in both.
        nearest = moment + timedelta(seconds=30)
        minute = nearest.astimezone(self._zone()).strftime('"%Y-%m-%d %H:%M"')
        return f"status WAS IN ({', '.join(map(quoted, names))}) DURING ({minute}, {minute})"

    def _history_offered(self) -> bool:
        """Whether the server knows WAS; one that ignores it would select what never was."""
        known = statuses_of(self._statuses(), {})
        with self._lock:
            if self._history is None:
                self._history = bool(known) and self._offers_history(known[0].name)
        return self._history

    def _offers_history(self, name: str) -> bool:
        never = f'status WAS IN ({quoted(name)}) BEFORE "1971-01-01"'
        try:
            return not self._fetch(never).ids
        except ConfigError:
            return False

    def _agrees(self, query: PastQuery, past: PastIssues) -> bool:
        today = self._fetch(query.selection)
        told = {issue.id for issue in past.issues if past.selected(issue, None)}
        return told == set(today.ids)

    def _fetch(self, jql: str, fields: tuple[str, ...] = ()) -> Fetched:
        deployment = self._client.deployment
        query = Query("search", jql, fields, deployment=deployment)
        return self._fetcher.fetch(query, FieldNames())

    def _statuses(self) -> object:
        with self._lock:
            if self._listed is None:
                self._listed = self._send(self._client.statuses, endpoint="status")
        return self._listed

    def _zone(self) -> ZoneInfo:
        """Zone of the token's user, in which JQL's dates are read."""
        with self._lock:
            if self._user is None:
                self._user = self._send(self._client.myself, endpoint="myself")[0]
        name = zone_of(self._user)
        if not name:
            raise DataError(
                f"jira `{self._client.name}` does not tell the time zone of the token's user.",
                hint="Leave dates of resolution out of the query.",
            )
        return ZoneInfo(name)


def _untold(names: Sequence[str]) -> DataError:
    return DataError(
        f"dates do not tell which issues were in {', '.join(names)}, and the server does not "
        "offer `status WAS`.",
        hint="Bind it to done and not done: `statusCategory != Done`.",
    )


def _refuse_undated(issues: Iterable[PastIssue]) -> None:
    keys = undated(issues)
    if keys:
        more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
        raise DataError(
            f"{', '.join(keys[:_SHOWN])}{more}: done without a resolution date, and the server "
            "does not offer `status WAS`.",
            hint="Let the workflow set a resolution; these issues do not tell since when.",
        )


def _past_issues(
    query: PastQuery,
    rules: PastRules,
    jql: str,
    fetched: Fetched,
    issues: tuple[PastIssue, ...],
    *,
    ratio: bool,
) -> PastIssues:
    done: Holds = rules.done() if ratio else _never
    selected, split = rules.selected(query), rules.splits_done(query)
    return PastIssues(jql, fetched, issues, selected, done, {}, split, fetched.requests)


def _never(_: PastIssue, __: datetime | None) -> bool:
    return False
