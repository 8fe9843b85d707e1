"""The demo: one company, two quarters of it, in which its tools and people move.

`tracker` is what Jira holds, `wiki` what Notion holds, `voices` what people say; okr.yaml and the
plans beside them are what an ops person would write. `quarters` says which three months they are:
the plans are written for those of their names and are moved to others.
"""

from dataclasses import dataclass
from datetime import UTC, date, timedelta
from importlib.resources import files

from okr_sandbox.company import Company
from okr_sandbox.demo.quarters import WEEKS, Quarter
from okr_sandbox.demo.tracker import FIELDS, Numbers, closed_issues, running_issues
from okr_sandbox.demo.voices import check_ins, later_check_ins
from okr_sandbox.demo.wiki import Wiki

__all__ = [
    "CLOSED_PLAN",
    "RENAME_WEEK",
    "RUNNING_PLAN",
    "WEEKS",
    "WRITTEN_FOR",
    "Quarter",
    "World",
    "build_world",
    "check_ins",
    "later_check_ins",
    "text",
]

RENAME_WEEK = 8
"""Week of the closed quarter in which somebody renames the label `checkout`."""
WRITTEN_FOR = Quarter(date(2026, 10, 1))
"""The running quarter for which the files of the demo are written."""
CLOSED_PLAN, RUNNING_PLAN = "2026-q3.yaml", "2026-q4.yaml"


@dataclass(frozen=True, slots=True)
class World:
    """What the demo's sandbox serves.

    Attributes:
        company: Jira's issues and Notion's workspace.
        places: Mark in the demo's files → id at Notion.
    """

    company: Company
    places: dict[str, str]


def build_world(running: Quarter = WRITTEN_FOR, weeks: int = 8) -> World:
    """The company, the same in every run.

    Args:
        running: The quarter that is not over; the closed one is before it.
        weeks: How many of its weeks pass before somebody renames the label `question`.
    """
    closed_start = running.before.evening_to_the_end(0).astimezone(UTC)
    running_start = running.evening_since_the_start(0).astimezone(UTC)
    renamed = running.evening_since_the_start(weeks) + timedelta(hours=1)
    wiki = Wiki(closed_start)
    wiki.go_on(running_start)
    numbers: Numbers = {}
    company = Company(
        issues=[
            *closed_issues(closed_start, RENAME_WEEK, numbers),
            *running_issues(running_start, renamed, numbers),
        ],
        fields=FIELDS,
        projects={"GROW": "Growth", "PLAT": "Platform", "OPS": "Operations", "SUP": "Support"},
        timezone="Europe/Zurich",
        notion=wiki.workspace,
    )
    return World(company, dict(wiki.places))


def text(name: str, places: dict[str, str], running: Quarter = WRITTEN_FOR) -> str:
    """A file of the demo with its `{place}` marks filled in, its days moved to other quarters.

    Args:
        name: `okr.yaml`, or a plan.
        places: Mark → address or id; see `World.places`.
        running: The quarter that is not over.
    """
    content = files(__package__).joinpath(name).read_text(encoding="utf-8")
    if name == CLOSED_PLAN:
        content = running.before.moved(content, WRITTEN_FOR.before)
    if name == RUNNING_PLAN:
        content = running.moved(content, WRITTEN_FOR)
    for place, value in places.items():
        content = content.replace(f'"{{{place}}}"', f'"{value}"')
    return content
