"""All issues as they stand at one time, with indexes for the queries that everybody asks."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from okr_sandbox.jira.issues import Issue, State

Value = str | float | datetime
Values = tuple[Value, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One issue of a snapshot.

    Attributes:
        position: its place in the default order (newest first).
        state: the issue as it stands.
        issue: its history.
        category: key of its status category.
        id_json: the row as a page of ids shows it; written once, since pages hold thousands.
    """

    position: int
    state: State
    issue: Issue
    category: str
    id_json: bytes


@dataclass(slots=True, eq=False)
class Snapshot:
    """The rows between two changes of anything."""

    number: int
    rows: Sequence[Row]
    by_id: dict[str, Row] = field(init=False)
    by_key: dict[str, Row] = field(init=False)
    _indexes: dict[Callable[[Row], Values], dict[Value, list[Row]]] = field(
        init=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        self.by_id = {row.state.id: row for row in self.rows}
        self.by_key = {row.state.key: row for row in self.rows}
        for row in self.rows:
            for old in _old_keys(row):
                self.by_key.setdefault(old, row)

    def find(self, id_or_key: str) -> Row | None:
        """The issue with this id or key; keys from before a move still lead to it."""
        return self.by_id.get(id_or_key) or self.by_key.get(id_or_key.upper())

    def having(self, read: Callable[[Row], Values], wanted: Iterable[Value]) -> list[Row]:
        """Rows of which ``read`` gives one of the wanted values; each ``read`` is indexed once."""
        index = self._indexes.get(read)
        if index is None:
            index = self._indexes[read] = self._indexed(read)
        lists = [index[value] for value in dict.fromkeys(wanted) if value in index]
        if len(lists) == 1:
            return lists[0]
        unique = {row.position: row for rows in lists for row in rows}
        return [unique[position] for position in sorted(unique)]

    def _indexed(self, read: Callable[[Row], Values]) -> dict[Value, list[Row]]:
        index: dict[Value, list[Row]] = {}
        for row in self.rows:
            for value in read(row):
                index.setdefault(value, []).append(row)
        return index


class Timeline:
    """The snapshots of a company: one for each stretch of time in which nothing changes."""

    def __init__(self, issues: Sequence[Issue], category: Callable[[str], str]) -> None:
        self._issues = issues
        self._category = category
        self._moments = sorted({moment for issue in issues for moment in issue.moments()})
        self._id_json = {issue.id: b'{"id":"%s"}' % issue.id.encode() for issue in issues}
        self._recent: dict[int, Snapshot] = {}

    def at(self, now: datetime) -> Snapshot:
        """The snapshot that holds at ``now``; the last few are kept."""
        number = bisect_right(self._moments, now)
        snapshot = self._recent.get(number)
        if snapshot is None:
            snapshot = self._recent[number] = Snapshot(number, self._rows(now))
            if len(self._recent) > 3:
                del self._recent[next(iter(self._recent))]
        return snapshot

    def _rows(self, now: datetime) -> list[Row]:
        found = [(state, issue) for issue in self._issues if (state := issue.as_of(now))]
        found.sort(key=_newest_first, reverse=True)
        return [
            Row(position, state, issue, self._category(state.status), self._id_json[state.id])
            for position, (state, issue) in enumerate(found)
        ]


def _newest_first(pair: tuple[State, Issue]) -> tuple[datetime, str, int]:
    state = pair[0]
    return state.created, state.project, state.number


def _old_keys(row: Row) -> list[str]:
    start = row.issue.start.key
    moves = [str(change.values["key"]) for change in row.issue.changes if "key" in change.values]
    return [key for key in (start, *moves) if key != row.state.key] if moves else []
