"""Windows: which page of a Data Center's search comes next, as pure state.

Pages are counted off by rows, so an issue that leaves the selection between two pages moves the
next one up and an issue would be lost. Each page therefore begins with the last row of the one
before: another row there tells, and the search is read again. Beyond 10,000 rows there are no
pages: the next window is a query of its own, for what follows the last row.

What follows depends on Data Center's order: by project, then by number, and `id > n` compares
numbers within the project of the issue n. Issues of other projects come through
`project not in (…)`, which names those read so far. Where ids are compared as numbers, the same
clause holds: every project that has an issue up to n has been read from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from okr_core.basics.base import shortened
from okr_core.errors import DataError
from okr_jira.read.jql import restricted
from okr_jira.read.paging import MOST_PAGES, ids_of, shifted
from okr_jira.site.datacenter import total_of
from okr_jira.site.kinds import DATA_CENTER


@dataclass(slots=True)
class Windows:
    """One search in progress.

    Attributes:
        jql: The selection.
        size: Rows that a page is asked for; the server may give fewer.
        window: Rows of one query that can be paged through.
        start: Row of the window at which the next page begins.
        done: Whether the last page was taken.
        taken: Pages taken.
    """

    jql: str
    size: int
    window: int = DATA_CENTER.window
    start: int = 0
    done: bool = False
    taken: int = 0
    _last: str = ""
    _joining: bool = False
    _expected: int | None = None
    _total: int = 0
    _after: str = ""
    _ids: set[str] = field(default_factory=set)
    _projects: dict[str, None] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """What the next page is asked of."""
        return restricted(self.jql, self._after) if self._after else self.jql

    @property
    def room(self) -> int:
        """Rows that the next page may have: none beyond the window."""
        return min(self.size, self.window - self.start)

    def take(self, page: object) -> dict[str, Mapping[str, object]]:
        """Issues of the page that no earlier one had, by id and in their order.

        Raises:
            ShiftedError: The page does not join the one before.
            DataError: The page has no issues or no total, begins at another row than was asked
                for, or ends before its own total.
        """
        issues, total = _parsed(page, self.start)
        ids = ids_of(issues)
        self.taken += 1
        again = self._join(ids, total)
        fresh = dict(zip(ids[again:], issues[again:], strict=True))
        if len(fresh) < len(ids) - again or not self._ids.isdisjoint(fresh):
            raise shifted(self.jql)
        self._ids.update(fresh)
        self._projects.update(dict.fromkeys(map(_project_of, fresh.values())))
        self._turn(ids, total, progress=bool(fresh))
        return fresh

    def _join(self, ids: list[str], total: int) -> int:
        """Rows that the page repeats: the last one of the page before, where there was one.

        Raises:
            ShiftedError: It repeats another, or the selection has lost issues since.
            DataError: The page has more issues than there are.
        """
        joins = ids[:1] == [self._last] if self._joining else self._expected in (None, total)
        if not joins or (self._joining and total < self._total):
            raise shifted(self.jql)
        if total < self.start + len(ids):
            raise DataError(
                f"the answer contradicts itself: it has {self.start + len(ids)} of {total} issues.",
                hint="Try again later.",
            )
        self._total = total
        return 1 if self._joining else 0

    def _turn(self, ids: list[str], total: int, *, progress: bool) -> None:
        read = self.start + len(ids)
        if read >= total:
            self.done = True
            return
        if not progress or self.taken >= MOST_PAGES:
            raise DataError(
                f"the answer is truncated: it ends at {read} of {total} issues.",
                hint="Try again later; narrow the query if it stays.",
            )
        self._last, self._joining = ids[-1], read < self.window
        if self._joining:
            self.start = read - 1
            return
        self.start, self._expected = 0, total - read
        projects = ", ".join(f'"{name}"' for name in self._projects)
        self._after = f"(id > {self._last} OR project not in ({projects}))"


def _parsed(page: object, start: int) -> tuple[list[Mapping[str, object]], int]:
    if not isinstance(page, dict) or not isinstance(page.get("issues"), list):
        raise DataError("the answer has no list of issues.", hint="Check the url.")
    begins = page.get("startAt", start)
    if begins != start or isinstance(begins, bool):
        raise DataError(
            f"the answer begins at row {shortened(begins)}, and row {start} was asked for.",
            hint="Try again later.",
        )
    return page["issues"], total_of(page)


def _project_of(issue: Mapping[str, object]) -> str:
    return str(issue.get("key") or "").rpartition("-")[0]
