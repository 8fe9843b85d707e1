"""The demo: one company, its plan, and a quarter in which its tools and people move.

`tracker` is what Jira holds, `wiki` what Notion holds, `voices` what people say; okr.yaml and the
plan beside them are what an ops person would write.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

from okr_sandbox.company import Company
from okr_sandbox.demo.tracker import FIELDS, Tracker
from okr_sandbox.demo.voices import check_ins
from okr_sandbox.demo.wiki import Wiki

__all__ = ["CYCLE", "RENAME_WEEK", "WEEKS", "World", "build_world", "check_ins", "text", "week_at"]

CYCLE = "2026-q3"
WEEKS = 13
RENAME_WEEK = 8
"""Week in which somebody renames the label `checkout`."""
_ZONE = ZoneInfo("Europe/Zurich")
_START = datetime(2026, 7, 1, 18, tzinfo=_ZONE)
"""The hour of the weekly syncs: week w ends w weeks later."""


@dataclass(frozen=True, slots=True)
class World:
    """What the demo's sandbox serves.

    Attributes:
        company: Jira's issues and Notion's workspace.
        places: Mark in the demo's files → id at Notion.
    """

    company: Company
    places: dict[str, str]


def build_world() -> World:
    """The company, the same in every run."""
    start = _START.astimezone(UTC)
    wiki = Wiki(start)
    company = Company(
        issues=Tracker(start).issues(RENAME_WEEK),
        fields=FIELDS,
        projects={"GROW": "Growth", "PLAT": "Platform", "OPS": "Operations", "SUP": "Support"},
        timezone="Europe/Zurich",
        notion=wiki.workspace,
    )
    return World(company, dict(wiki.places))


def week_at(week: int) -> datetime:
    """Wednesday evening of a week from 1 to 13, when the demo syncs; 0 is the cycle's first day."""
    return _START + timedelta(days=7 * week)


def text(name: str, places: dict[str, str]) -> str:
    """A file of the demo with its `{place}` marks filled in.

    Args:
        name: `okr.yaml` or `2026-q3.yaml`.
        places: Mark → address or id; see `World.places`.
    """
    content = files(__package__).joinpath(name).read_text(encoding="utf-8")
    for place, value in places.items():
        content = content.replace(f'"{{{place}}}"', f'"{value}"')
    return content
