"""The demo's company: its Jira and its Notion over one quarter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from okr_sandbox.company import Company
from okr_sandbox.demo.tracker import FIELDS, Tracker
from okr_sandbox.demo.wiki import Wiki

RENAME_WEEK = 8
"""Week in which somebody renames the label `checkout`."""
START = datetime(2026, 7, 1, 16, tzinfo=UTC)
"""18:00 in Zurich, the hour of the weekly syncs: week w ends w weeks later."""


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
    wiki = Wiki(START)
    company = Company(
        issues=Tracker(START).issues(RENAME_WEEK),
        fields=FIELDS,
        projects={"GROW": "Growth", "PLAT": "Platform", "OPS": "Operations", "SUP": "Support"},
        timezone="Europe/Zurich",
        notion=wiki.workspace,
    )
    return World(company, dict(wiki.places))
