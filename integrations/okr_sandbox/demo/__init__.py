"""The demo: one company, its plan, and a quarter in which its tools and people move.

`world` is what Jira and Notion hold, `voices` what people say; okr.yaml and the plan beside them
are what an ops person would write.
"""

from datetime import datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

from okr_sandbox.demo.voices import check_ins
from okr_sandbox.demo.world import RENAME_WEEK, World, build_world

__all__ = ["CYCLE", "RENAME_WEEK", "WEEKS", "World", "build_world", "check_ins", "text", "week_at"]

CYCLE = "2026-q3"
WEEKS = 13
_ZONE = ZoneInfo("Europe/Zurich")
_START = datetime(2026, 7, 1, 18, tzinfo=_ZONE)


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
