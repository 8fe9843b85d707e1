"""Many believable issues from a seed, for benchmarks and for trying things out."""

from datetime import UTC, datetime, timedelta
from random import Random

from okr_sandbox.jira.issues import Issue, issue

QUARTER = datetime(2026, 10, 1, tzinfo=UTC)
"""When the generated quarter starts."""

_TYPES = ("Story", "Story", "Story", "Task", "Bug")
_PRIORITIES = ("Highest", "High", "Medium", "Medium", "Low")
_POINTS = (1, 2, 3, 5, 8)


def generated_issues(
    n: int,
    seed: int = 0,
    *,
    labels: int = 200,
    project: str = "GEN",
    start: datetime = QUARTER,
    days: int = 91,
) -> list[Issue]:
    """``n`` issues, the same for the same arguments.

    Issue number i carries the label ``kr-001`` … in turn, so that every label has n / labels
    issues. About two thirds are resolved within the quarter; one in ten has no story points, one
    resolved issue in twenty is resolved as "Won't Do". Every issue exists at ``start``.

    Args:
        n: how many.
        seed: other seeds give other issues.
        labels: number of labels over which the issues are spread.
        project: key of the project.
        start: start of the quarter.
        days: its length; issues are resolved within it.
    """
    random = Random(seed)  # noqa: S311 - not a secret
    return [
        _made(random, f"{project}-{place + 1}", label(place % labels + 1), start, days)
        for place in range(n)
    ]


def label(number: int) -> str:
    """Name of the generated label; numbers start at 1.

    >>> label(7)
    'kr-007'
    """
    return f"kr-{number:03d}"


def _made(random: Random, key: str, name: str, start: datetime, days: int) -> Issue:
    done = None
    if random.random() < 0.66:
        done = start + timedelta(minutes=random.randrange(1, days * 1440))
    return issue(
        key,
        summary=f"Step {key}",
        created=start - timedelta(minutes=random.randrange(1, 60 * 1440)),
        type=random.choice(_TYPES),
        priority=random.choice(_PRIORITIES),
        labels=(name,),
        points=None if random.random() < 0.1 else random.choice(_POINTS),
        assignee=f"person-{random.randrange(1, 13):02d}",
        reporter=f"person-{random.randrange(1, 13):02d}",
        done=done,
        resolution="Won't Do" if random.random() < 0.05 else "Done",
    )
