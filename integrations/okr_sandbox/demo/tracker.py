"""What the demo's Jira holds: the weekly series of its two quarters, and the issues behind them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from okr_sandbox.demo.streams import Streams
from okr_sandbox.jira.fields import Field, number_field
from okr_sandbox.jira.issues import Issue, relabelled

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
"""The closed quarter, per week 1 to 13; what the key results of its plan then count."""


FIRST_MONTH_DONE = (1, 3, 4, 6, 8, 10, 12, 13, 15, 16, 18, 19, 20)
OPEN_INVOICING = (17, 16, 17, 18, 17, 17, 16, 17, 16, 16, 15, 15, 14)
LATER_FIX_DAYS = (3, 2, 3, 3, 2, 4, 3, 2, 3, 2, 3, 2, 2)
LATER_SAME_DAY_DONE = (9, 19, 28, 38, 47, 56, 66, 75, 85, 94, 103, 113, 122)
OPEN_QUESTIONS = (19, 18, 18, 17, 16, 16, 15, 14, 13, 13, 12, 11, 10)
"""The running quarter, per week 1 to 13: what has not come yet comes as its weeks pass."""

Numbers = dict[str, Iterator[int]]


def closed_issues(start: datetime, renamed_week: int, numbers: Numbers) -> list[Issue]:
    """The closed quarter's issues; from `renamed_week` on the label `checkout` reads `payments`."""
    make = Streams(start, 7, numbers)
    checkout = make.open("PLAT", OPEN_CHECKOUT, 48, type="Bug", labels=["checkout"])
    renamed = make.time(renamed_week, 0.1)
    return [
        *(relabelled(i, renamed, ["payments"]) for i in make.with_reports(checkout)),
        *make.open("OPS", OPEN_INCIDENTS, 1, type="Task", priority="Highest"),
        *make.open("PLAT", OPEN_REGRESSIONS, 1, type="Task", labels=["regression"]),
        *make.open("SUP", OPEN_TICKETS, 60, type="Task", labels=["ticket"]),
        *make.cumulative("GROW", GUIDES_DONE, 24, labels=["guided-setup"]),
        *make.weekly_batches("SUP", SAME_DAY_DONE, 10, labels=["same-day"]),
        *make.pointed("PLAT", SCALING_POINTS, labels=["scaling"]),
        *make.pointed("SUP", ARTICLE_POINTS, labels=["article"]),
        *make.fixes(FIX_DAYS),
    ]


def running_issues(start: datetime, renamed: datetime, numbers: Numbers) -> list[Issue]:
    """The running quarter's issues; since `renamed` the label `question` reads `request`."""
    # What was there before was created in the night before: the closed quarter knows nothing of it.
    make = Streams(start, 17, numbers, earlier=(0.05, 0.9))
    questions = make.open("SUP", OPEN_QUESTIONS, 20, type="Task", labels=["question"])
    return [
        *(relabelled(issue, renamed, ["request"]) for issue in questions),
        *make.cumulative("GROW", FIRST_MONTH_DONE, 20, labels=["first-month"]),
        *make.open("PLAT", OPEN_INVOICING, 17, type="Defect", labels=["invoicing"]),
        *make.fixes(LATER_FIX_DAYS),
        *make.weekly_batches("SUP", LATER_SAME_DAY_DONE, 10, labels=["same-day"]),
    ]
