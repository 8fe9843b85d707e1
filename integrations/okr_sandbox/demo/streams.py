"""Streams of issues that follow a weekly series: what the demo's Jira is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from okr_sandbox.jira.issues import Issue, issue, resolve

CUSTOMER_REPORTS = "customfield_10100"


class Streams:
    """Builds the issues of a quarter; same seed, same issues.

    Args:
        start: Beginning of week 1.
        seed: Seed of everything that is not fixed by a series.
        numbers: Project → its next numbers; those of the quarter before it go on.
        earlier: Days between which what was there before the quarter was created.
    """

    def __init__(
        self,
        start: datetime,
        seed: int,
        numbers: dict[str, Iterator[int]],
        earlier: tuple[float, float] = (5, 90),
    ) -> None:
        self._start = start
        self._random = Random(seed)  # noqa: S311 - a story, not a secret
        self._numbers = numbers
        self._earlier = earlier

    def _key(self, project: str) -> str:
        numbers = self._numbers.setdefault(project, count(1))
        return f"{project}-{next(numbers)}"

    def time(self, week: int, part: float | None = None) -> datetime:
        """A moment inside a week, before its sync."""
        share = self._random.uniform(0.15, 0.95) if part is None else part
        return self._start + timedelta(days=7 * (week - 1 + share))

    def _before(self) -> datetime:
        return self._start - timedelta(days=self._random.uniform(*self._earlier))

    def open(self, project: str, series: Sequence[int], first: int, **fields: Any) -> list[Issue]:
        """Issues of which `series[w]` are open at the end of week w; `first` before the quarter."""
        alive = [issue(self._key(project), created=self._before(), **fields) for _ in range(first)]
        closed: list[Issue] = []
        for week, wanted in enumerate(series, start=1):
            while len(alive) > wanted:
                done = alive.pop(0)
                closed.append(replace(done, changes=(resolve(self.time(week)),)))
            while len(alive) < wanted:
                created = self.time(week)
                alive.append(issue(self._key(project), created=created, **fields))
        return [*closed, *alive]

    def with_reports(self, bugs: Sequence[Issue]) -> list[Issue]:
        """Bugs with customer reports: those fixed first had the most."""
        span = range(len(bugs))
        reports = [max(1, round(9 - 8 * place / len(span)) + place % 2) for place in span]
        return [
            replace(bug, start=replace(bug.start, custom={CUSTOMER_REPORTS: number}))
            for bug, number in zip(bugs, reports, strict=True)
        ]

    def cumulative(
        self, project: str, done: Sequence[int], total: int, **fields: Any
    ) -> Iterator[Issue]:
        """`total` issues from the start on, of which `done[w]` are done at the end of week w."""
        weeks = [week for week, n in enumerate(_steps(done), start=1) for _ in range(n)]
        for place in range(total):
            at = self.time(weeks[place]) if place < len(weeks) else None
            yield issue(self._key(project), created=self._before(), done=at, **fields)

    def weekly_batches(
        self, project: str, done: Sequence[int], batch: int, **fields: Any
    ) -> Iterator[Issue]:
        """`batch` issues a week, so many done that `done[w]` are after week w."""
        for week, number in enumerate(_steps(done), start=1):
            for place in range(max(batch, number)):
                created = self.time(week, 0.1)
                at = self.time(week) if place < number else None
                yield issue(self._key(project), created=created, done=at, **fields)

    def pointed(self, project: str, series: Sequence[int], **fields: Any) -> Iterator[Issue]:
        """Issues with story points, done so that their sum follows the series; and two to come."""
        for week, points in enumerate(_steps(series), start=1):
            for part in _cards(points):
                created = self._before()
                yield issue(
                    self._key(project),
                    created=created,
                    points=part,
                    done=self.time(week),
                    **fields,
                )
        for points in (5, 8):
            yield issue(self._key(project), created=self._before(), points=points, **fields)

    def fixes(self, typical: Sequence[int]) -> Iterator[Issue]:
        """Three fixes a week; their lead time is about so many days."""
        for week, days in enumerate(typical, start=1):
            for extra in (-1, 0, 1):
                done = self.time(week)
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
