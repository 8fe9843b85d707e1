"""Past query: a selection split into what a server is asked today and what its past is told from.

Pure. Conditions on status, resolution and resolution date changed over time, and the history or
dates tell how; they are evaluated here, day by day (`okr_jira.past.rules`). All other conditions
are sent as they are: they select by what holds today, which is an assumption that the evidence
lists, or no value where it would be wrong: `updated`, relative dates and functions such as
`openSprints()` mean
another thing on each day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from okr_core.errors import DataError
from okr_jira.past.jql_tree import Clause, Node, clauses, conjuncts, joined, parse
from okr_jira.read.jql import DONE

STATUS = frozenset({"status", "statuscategory"})
RESOLUTION = frozenset({"resolution"})
RESOLVED = frozenset({"resolved", "resolutiondate"})
_CHANGING = STATUS | RESOLUTION | RESOLVED
_NEVER_CHANGES = frozenset({"created", "createddate", "creator", "id", "key", "issue", "issuekey"})
_LOST = frozenset({"updated", "updateddate", "lastviewed", "statuscategorychangeddate"})
"""Fields of which each change hides the one before."""

_STEADY_FUNCTIONS = frozenset({"currentuser", "membersof"})
_DURATIONS = frozenset(
    {"originalestimate", "timeoriginalestimate", "remainingestimate", "timeestimate", "timespent"}
)
_RELATIVE = re.compile(r"[+-]?\d+[yMwdhm](\s+\d+[yMwdhm])*")
_HIDES = frozenset({"filter", "savedfilter", "request", "searchrequest"})
"""Fields that stand for a whole query, whose conditions nobody sees here."""
DELETED = "issues that were deleted since are not counted"
NO_HISTORY = "the server does not offer `status WAS`, so that dates had to tell"
SAME_STATUS = "an issue that is done today has had its status since it was done"
DONE_WHEN_RESOLVED = (
    "an issue that is done today has been done since its resolution date, no sooner and no later"
)
NEVER_DONE = "an issue that is open today was never done, also where it was reopened"
SAME_RESOLUTION = (
    "an issue has had today's resolution since its resolution date, and none before, also where it "
    "was reopened or the resolution was corrected"
)


@dataclass(frozen=True, slots=True)
class PastQuery:
    """A selection, ready to be asked about the past.

    Attributes:
        selection: As it is asked today.
        steady: Conditions that are sent as they are, empty if none.
        changing: Conditions that are evaluated for each day; None: there are none.
        assumptions: What is taken for granted about the steady ones.
    """

    selection: str
    steady: str
    changing: Node | None
    assumptions: tuple[str, ...]

    def candidates(self, since: date, *, touched: bool = False) -> str:
        """A query of all issues that are selected today or were on some day from `since` on.

        An issue that is not selected today, and was not resolved since, was not selected before
        either: nothing that the dates tell of it has changed. One that is done without a resolution
        date may have been selected until it was updated last.

        Args:
            since: Some day before the first one that matters, in whichever zone it is read.
            touched: Whether changes count that only the history tells: of any issue updated since.
        """
        if self.changing is None:
            return self.selection
        field = "updated" if touched else "resolved"
        undated = ""
        if not touched and self.clauses(STATUS):
            undated = f' OR ({DONE} AND resolved is EMPTY AND updated >= "{since}")'
        changed = f'(({self.changing}) OR {field} >= "{since}"{undated})'
        return f"{self.steady} AND {changed}" if self.steady else changed

    def clauses(self, fields: frozenset[str]) -> list[Clause]:
        """Changing clauses about these fields."""
        found = clauses(self.changing) if self.changing is not None else ()
        return [clause for clause in found if clause.field in fields]


def past_query(selection: str) -> PastQuery:
    """The selection, split.

    Args:
        selection: JQL without an ORDER BY.

    Raises:
        DataError: Something in it cannot be told about the past; the message says what.
    """
    tree = parse(selection)
    for clause in clauses(tree):
        _refuse_unsteady(clause)
    steady: list[Node] = []
    changing: list[Node] = []
    for part in conjuncts(tree):
        kinds = {clause.field in _CHANGING for clause in clauses(part)}
        if len(kinds) > 1:
            raise DataError(
                f"`{part}` joins by OR what dates tell and what they do not.",
                hint="Make it two key results, or leave one of the conditions out.",
            )
        (changing if kinds == {True} else steady).append(part)
    return PastQuery(
        selection=selection,
        steady=_sent(steady),
        changing=joined("and", changing) if changing else None,
        assumptions=(*_as_today(steady), DELETED),
    )


def _sent(parts: list[Node]) -> str:
    return " AND ".join(str(p) if isinstance(p, Clause) else f"({p})" for p in parts)


def _as_today(parts: Iterable[Node]) -> list[str]:
    fields = {clause.field: clause.name for part in parts for clause in clauses(part)}
    names = [name for field, name in fields.items() if field not in _NEVER_CHANGES]
    if not names:
        return []
    return [f"selected by today's {', '.join(names)}"]


def _refuse_unsteady(clause: Clause) -> None:
    if clause.field in _HIDES:
        raise DataError(
            f"`{clause}` hides its conditions, and some of them may have changed.",
            hint="Write the query of the filter out in its place.",
        )
    if clause.field in _LOST:
        raise DataError(
            f"`{clause}` cannot be told about a past day: each change hides the one before.",
            hint=f"Leave {clause.name} out of the query.",
        )
    for value in clause.values:
        relative = _RELATIVE.fullmatch(value.text) and clause.field not in _DURATIONS
        call = value.function and value.text.casefold() not in _STEADY_FUNCTIONS
        if relative or call:
            raise DataError(
                f"`{clause}` means something else on each day.",
                hint="Write a date, such as 2026-10-01, or a name.",
            )
