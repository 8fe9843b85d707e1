"""What the demo's Jira holds: streams of issues that follow a weekly series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from okr_sandbox.jira.fields import Field, number_field
from okr_sandbox.jira.issues import Issue, issue, relabelled, resolve

CUSTOMER_REPORTS = "customfield_10100"
FIELDS: tuple[Field, ...] = (number_field(10100, "Customer reports"),)

OPEN_CHECKOUT = (47, 46, 44, 42, 39, 36, 34, 31, 28, 25, 22, 19, 16)
OPEN_INCIDENTS = (1, 2, 1, 1, 2, 3, 2, 1, 2, 1, 1, 1, 1)
OPEN_REGRESSIONS = (1, 2, 1, 2, 3, 2, 2, 1, 1, 2, 1, 1, 1)
OPEN_TICKETS = (58, 55, 52, 49, 45, 42, 38, 35, 32, 29, 26, 23, 21)
GUIDES_DONE = (2, 4, 5, 7, 9, 11, 13, 15, 17, 19, 20, 22, 23)
SAME_DAY_DONE = (8, 17, 25, 34, 43, 52, 62, 71, 81, 90, 100, 110, 119)
SCALING_POINTS = (5, 13, 18, 31, 39, 47, 55, 68, 76, 84, 97, 105, 113)
ARTICLE_POINTS = (3, 5, 8, 11, 13, 18, 21, 24, 29, 32, 34, 37, 42)
FIX_DAYS = (9, 8, 7, 6, 5, 4, 4, 3, 3, 3, 3, 2, 2)
"""Per week 1 to 13; what the key results of the plan then count."""


class Tracker:
    """Builds the issues of the quarter; same seed, same issues.

    Args:
        start: Beginning of week 1.
        seed: Seed of everything that is not fixed by a series.
    """

    def __init__(self, start: datetime, seed: int = 7) -> None:
        self._start = start
        self._random = Random(seed)  # noqa: S311 - a story, not a secret
        self._numbers: dict[str, Iterator[int]] = {}

    def issues(self, renamed_week: int) -> list[Issue]:
        """All issues; from `renamed_week` on the label `checkout` reads `payments`."""
        checkout = self._open("PLAT", OPEN_CHECKOUT, 48, type="Bug", labels=["checkout"])
        renamed = self._time(renamed_week, 0.1)
        return [
            *(relabelled(i, renamed, ["payments"]) for i in self._with_reports(checkout)),
            *self._open("OPS", OPEN_INCIDENTS, 1, type="Task", priority="Highest"),
            *self._open("PLAT", OPEN_REGRESSIONS, 1, type="Task", labels=["regression"]),
            *self._open("SUP", OPEN_TICKETS, 60, type="Task", labels=["ticket"]),
            *self._cumulative("GROW", GUIDES_DONE, 24, labels=["guided-setup"]),
            *self._weekly_batches("SUP", SAME_DAY_DONE, 10, labels=["same-day"]),
            *self._pointed("PLAT", SCALING_POINTS, labels=["scaling"]),
            *self._pointed("SUP", ARTICLE_POINTS, labels=["article"]),
            *self._fixes(),
        ]

    def _key(self, project: str) -> str:
        numbers = self._numbers.setdefault(project, count(1))
        return f"{project}-{next(numbers)}"

    def _time(self, week: int, part: float | None = None) -> datetime:
        """A moment inside a week, before its sync."""
        share = self._random.uniform(0.15, 0.95) if part is None else part
        return self._start + timedelta(days=7 * (week - 1 + share))

    def _before(self) -> datetime:
        return self._start - timedelta(days=self._random.uniform(5, 90))

    def _open(self, project: str, series: Sequence[int], first: int, **fields: Any) -> list[Issue]:
        """Issues of which `series[w]` are open at the end of week w; `first` before the quarter."""
        alive = [issue(self._key(project), created=self._before(), **fields) for _ in range(first)]
        closed: list[Issue] = []
        for week, wanted in enumerate(series, start=1):
            while len(alive) > wanted:
                done = alive.pop(0)
                closed.append(replace(done, changes=(resolve(self._time(week)),)))
            while len(alive) < wanted:
                created = self._time(week)
                alive.append(issue(self._key(project), created=created, **fields))
        return [*closed, *alive]

    def _with_reports(self, bugs: Sequence[Issue]) -> list[Issue]:
        """Bugs with customer reports: those fixed first had the most."""
        span = range(len(bugs))
        reports = [max(1, round(9 - 8 * place / len(span)) + place % 2) for place in span]
        return [
            replace(bug, start=replace(bug.start, custom={CUSTOMER_REPORTS: number}))
            for bug, number in zip(bugs, reports, strict=True)
        ]

    def _cumulative(
        self, project: str, done: Sequence[int], total: int, **fields: Any
    ) -> Iterator[Issue]:
        """`total` issues from the start on, of which `done[w]` are done at the end of week w."""
        weeks = [week for week, n in enumerate(_steps(done), start=1) for _ in range(n)]
        for place in range(total):
            at = self._time(weeks[place]) if place < len(weeks) else None
            yield issue(self._key(project), created=self._before(), done=at, **fields)

    def _weekly_batches(
        self, project: str, done: Sequence[int], batch: int, **fields: Any
    ) -> Iterator[Issue]:
        """`batch` issues a week, so many done that `done[w]` are after week w."""
        for week, number in enumerate(_steps(done), start=1):
            for place in range(max(batch, number)):
                created = self._time(week, 0.1)
                at = self._time(week) if place < number else None
                yield issue(self._key(project), created=created, done=at, **fields)

    def _pointed(self, project: str, series: Sequence[int], **fields: Any) -> Iterator[Issue]:
        """Issues with story points, done so that their sum follows the series; and two to come."""
        for week, points in enumerate(_steps(series), start=1):
            for part in _cards(points):
                created = self._before()
                yield issue(
                    self._key(project),
                    created=created,
                    points=part,
                    done=self._time(week),
                    **fields,
                )
        for points in (5, 8):
            yield issue(self._key(project), created=self._before(), points=points, **fields)

    def _fixes(self) -> Iterator[Issue]:
        """Fixes whose lead time shrinks over the quarter."""
        for week, days in enumerate(FIX_DAYS, start=1):
            for extra in (-1, 0, 1):
                done = self._time(week)
                created = done - timedelta(days=max(1, days + extra))
                yield issue(self._key("PLAT"), created=created, done=done, labels=["fix"])


def _steps(series: Sequence[int]) -> list[int]:
    return [b - a for a, b in zip((0, *series), series, strict=False)]


def _cards(points: int) -> Iterator[int]:
    """Story points as cards of a deck that add up."""
    for card in (13, 8, 5, 3, 2, 1):
        while points >= card:
            yield card
            points -= card
