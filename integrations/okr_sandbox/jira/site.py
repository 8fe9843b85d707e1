"""One company's Jira site: its issues at the sandbox's time, and what clients wrote to it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from okr_sandbox.company import Company
from okr_sandbox.gate import SandboxClock
from okr_sandbox.jira.answers import JiraError, missing_issue
from okr_sandbox.jira.catalog import Person, catalog_of
from okr_sandbox.jira.fields import all_fields
from okr_sandbox.jira.render import Renderer
from okr_sandbox.jira.snapshot import Row, Snapshot, Timeline
from okr_sandbox.jql.clauses import columns_of
from okr_sandbox.jql.dates import Calendar
from okr_sandbox.jql.match import Matcher
from okr_sandbox.jql.parser import parse
from okr_sandbox.jql.tokens import JqlError

UNBOUNDED = (
    "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
)
_KEPT = 2000
BOT = "okr-bot"
"""Account id of the token's user."""


@dataclass(slots=True)
class Written:
    """What clients wrote: entity properties, remote links, comments."""

    properties: dict[str, dict[str, object]] = field(default_factory=dict)
    """Values by key, by ``issue/ID`` or ``comment/ID``."""
    links: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    comments: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    last_id: int = 10000

    def next_id(self) -> int:
        """A new id for a link or a comment."""
        self.last_id += 1
        return self.last_id


class Site:
    """What the handlers of the Jira app share."""

    def __init__(self, company: Company, clock: SandboxClock, *, cloud: bool = True) -> None:
        _check_unique(company)
        me = Person(BOT, "OKR bot", company.jira_user)
        self.clock = clock
        self.me = me
        self.zone = ZoneInfo(company.timezone)
        self.first_weekday = company.first_weekday
        people = (me, *company.people)
        self.catalog = catalog_of(company.issues, company.statuses, company.projects, people)
        self.fields = all_fields(company.fields, cloud=cloud)
        self.columns = columns_of(self.catalog, self.fields, me.account_id, history=company.history)
        self.renderer = Renderer(self.catalog, self.fields, self.zone)
        self.timeline = Timeline(company.issues, self.catalog.statuses.__getitem__)
        self.timeline.at(clock.now())  # now, so that no benchmark's first request waits for it
        self.written = Written()
        self._company = company
        self._selections: dict[tuple[str, int, datetime | None], list[Row]] = {}

    @property
    def granted(self) -> Collection[str]:
        """Permissions that the token's user has now."""
        return self._company.granted

    def snapshot(self) -> Snapshot:
        """The issues at the sandbox's time."""
        return self.timeline.at(self.clock.now())

    def row(self, id_or_key: str) -> Row:
        """The issue.

        Raises:
            JiraError: 404, there is none now.
        """
        found = self.snapshot().find(id_or_key)
        if found is None:
            raise missing_issue()
        return found

    def select(self, jql: str, now: datetime, *, checked: bool = True) -> list[Row]:
        """The rows that a query selects at ``now``; kept until something changes.

        Args:
            jql: the query.
            now: the time.
            checked: whether an issue that does not exist is an error; else it is none.

        Raises:
            JiraError: 400, the query is unbounded or refused.
        """
        snapshot = self.timeline.at(now)
        if not checked:
            return self._searched(jql, now, snapshot, checked=False)[0]
        for moment in (None, now):
            kept = self._selections.get((jql, snapshot.number, moment))
            if kept is not None:
                return kept
        rows, timed = self._searched(jql, now, snapshot)
        if len(self._selections) >= _KEPT:
            self._selections.clear()
        self._selections[jql, snapshot.number, now if timed else None] = rows
        return rows

    def _searched(
        self, jql: str, now: datetime, snapshot: Snapshot, *, checked: bool = True
    ) -> tuple[list[Row], bool]:
        calendar = Calendar(now, self.zone, self.first_weekday)
        matcher = Matcher(self.columns, calendar, snapshot, checked=checked)
        try:
            query = parse(jql)
            rows = matcher.select(query)
        except JqlError as error:
            raise JiraError(400, str(error)) from error
        if query.where is None:
            raise JiraError(400, UNBOUNDED)
        return rows, matcher.timed

    def properties(self, entity: str) -> Mapping[str, object]:
        """Properties of ``issue/ID`` or ``comment/ID`` by key."""
        return self.written.properties.get(entity, {})


def _check_unique(company: Company) -> None:
    """Two issues of one id would hide each other, in every count.

    Raises:
        ValueError: names the first two.
    """
    keys: dict[str, str] = {}
    for issue in company.issues:
        if issue.id in keys:
            raise ValueError(
                f"issues {keys[issue.id]} and {issue.start.key} share the id {issue.id}; "
                "give one of them an id of its own"
            )
        keys[issue.id] = issue.start.key
