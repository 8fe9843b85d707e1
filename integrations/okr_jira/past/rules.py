"""Past rules: whether an issue fulfilled a query's changing conditions on a past day.

Pure. Status: as `status WAS` answers, where the server offers it. Else from the resolution date on
it is today's where that is done, and before it is one that is not done; which one, dates do not
tell. So conditions that only tell done from not done follow from dates, and others, such as
`status = "In Review"`, do not. Resolution and resolution date: from the resolution date on they
are what they are today, before they are empty.

What is told of an issue follows from that issue and from the site's statuses, never from which
other issues there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from okr_core.basics.command import okr
from okr_core.errors import DataError
from okr_jira.past.issue import PastIssue, Status
from okr_jira.past.jql_tree import Clause, Node
from okr_jira.past.query import RESOLUTION, STATUS, PastQuery

Moment = datetime | None
"""An aware time; None: today."""

Holds = Callable[[PastIssue, Moment], bool]
"""Whether a condition holds of an issue at a time."""

Ids = frozenset[str]
_POSITIVE = frozenset({"=", "in", "is"})
_EQUALITIES = frozenset({"=", "!=", "in", "not in", "is", "is not"})
_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M")
_COMPARED: Mapping[str, Callable[[datetime, datetime], bool]] = {
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
}


@dataclass(frozen=True, slots=True)
class PastRules:
    """What a site's conditions mean.

    Attributes:
        statuses: All statuses of the site.
        zone: Zone in which JQL's dates are read: the token user's.
        offered: Whether the server offers `status WAS`, which tells more than dates.
        history: Ids of statuses → time → ids of the issues that were in one of them then, as
            `status WAS` answered.
    """

    statuses: tuple[Status, ...]
    zone: ZoneInfo
    offered: bool = False
    history: Mapping[Ids, Mapping[datetime, Ids]] = field(default_factory=dict)

    def splits_done(self, query: PastQuery) -> bool:
        """Whether a condition means some of the site's done statuses and not others."""
        wanted = (self._wanted(clause) & self._done for clause in query.clauses(STATUS))
        return any(ids and ids != self._done for ids in wanted)

    def unknown(self, query: PastQuery, *, ratio: bool = False) -> list[Ids]:
        """Sets of statuses of which the history is asked who was in them.

        Args:
            query: The selection.
            ratio: Whether it also matters who was done.
        """
        wanted = [self._wanted(clause) for clause in query.clauses(STATUS)]
        wanted += [self._done] if ratio else []
        # Nobody is ever in one of no statuses, and Jira refuses the question.
        return list(dict.fromkeys(ids for ids in wanted if ids and not self.told_by_dates(ids)))

    def selected(self, query: PastQuery) -> Holds:
        """Whether an issue among the candidates was selected.

        Raises:
            DataError: A condition is not understood.
        """
        if query.changing is None:
            return lambda _, __: True
        return self._holds(query.changing)

    def done(self) -> Holds:
        """Whether an issue was done."""
        return self._in_status(self._done)

    def names(self, ids: Ids) -> list[str]:
        """Names of statuses, each once."""
        return sorted({status.name for status in self.statuses if status.id in ids})

    @property
    def _done(self) -> Ids:
        return frozenset(status.id for status in self.statuses if status.category == "done")

    def _holds(self, node: Node) -> Holds:
        if isinstance(node, Clause):
            return self._clause(node)
        parts = [self._holds(part) for part in node.parts]
        if node.join == "and":
            return lambda issue, moment: all(part(issue, moment) for part in parts)
        return lambda issue, moment: any(part(issue, moment) for part in parts)

    def _clause(self, clause: Clause) -> Holds:
        if clause.field in STATUS:
            return self._in_status(self._wanted(clause))
        if clause.operator in _EQUALITIES:
            return _resolution(clause)
        if clause.field in RESOLUTION or clause.operator not in _COMPARED:
            raise _not_understood(clause)
        return self._resolved(clause)

    def _in_status(self, wanted: Ids) -> Holds:
        if not wanted:
            return lambda _, __: False
        if not self.told_by_dates(wanted):
            return self._by_history(wanted)
        if self._open <= wanted:
            left_out = self._done - wanted
            return lambda issue, moment: not (issue.status in left_out and issue.done_by(moment))
        return lambda issue, moment: issue.status in wanted and issue.done_by(moment)

    def _by_history(self, wanted: Ids) -> Holds:
        held = self.history.get(wanted, {})

        def holds(issue: PastIssue, moment: Moment) -> bool:
            return issue.status in wanted if moment is None else issue.id in held[moment]

        return holds

    def told_by_dates(self, wanted: Ids) -> bool:
        """Whether dates tell who was in one of these statuses, and nothing better does."""
        return not self.offered and (self._open <= wanted or wanted <= self._done)

    @property
    def _open(self) -> Ids:
        return frozenset(status.id for status in self.statuses) - self._done

    def _wanted(self, clause: Clause) -> Ids:
        """Ids of the statuses that fulfil a clause.

        Raises:
            DataError: It names one that does not exist, or has an operator that statuses lack.
        """
        if clause.operator not in _EQUALITIES or any(v.empty or v.function for v in clause.values):
            raise _not_understood(clause)
        found: set[str] = set()
        for value in clause.values:
            meant = set(_meant(self.statuses, clause.field, value.text.casefold()))
            if not meant:
                raise DataError(
                    f"`{clause}` names a status that no workflow has: {value.text}.",
                    hint=f"Correct it; {okr('doctor').code} shows what the query selects.",
                )
            found |= meant
        everything = {status.id for status in self.statuses}
        return frozenset(found if clause.operator in _POSITIVE else everything - found)

    def _resolved(self, clause: Clause) -> Holds:
        limit, compared = self._time(clause), _COMPARED[clause.operator]

        def holds(issue: PastIssue, moment: Moment) -> bool:
            resolved = issue.resolved
            return resolved is not None and issue.resolved_by(moment) and compared(resolved, limit)

        return holds

    def _time(self, clause: Clause) -> datetime:
        for pattern in _FORMATS:
            try:
                local = datetime.strptime(clause.values[0].text, pattern)  # noqa: DTZ007 - next line
            except ValueError:
                continue
            return local.replace(tzinfo=self.zone)
        raise _not_understood(clause)


def _meant(statuses: Iterable[Status], field_: str, text: str) -> list[str]:
    by_category = field_ == "statuscategory"
    return [s.id for s in statuses if text in (s.category_names if by_category else s.names)]


def _resolution(clause: Clause) -> Holds:
    """Of an issue without one, only `is EMPTY` and its like hold, as in Jira."""
    positive = clause.operator in _POSITIVE
    named = [v for v in clause.values if not _is_empty(v.empty, clause, v.text)]
    wanted = frozenset(value.text.casefold() for value in named)
    empty = len(named) < len(clause.values)
    if clause.field not in RESOLUTION and named:
        raise _not_understood(clause)

    def holds(issue: PastIssue, moment: Moment) -> bool:
        if not issue.resolved_by(moment):
            return empty and positive
        if not named:
            return not positive
        return bool(wanted & issue.resolution) == positive

    return holds


def _is_empty(empty: bool, clause: Clause, text: str) -> bool:
    return empty or (clause.field in RESOLUTION and text.casefold() == "unresolved")


def _not_understood(clause: Clause) -> DataError:
    return DataError(
        f"the past of `{clause}` cannot be told.",
        hint="Compare with names or dates, or with EMPTY.",
    )
