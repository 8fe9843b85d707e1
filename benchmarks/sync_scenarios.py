"""The scenarios of sync.py and start.py: what the sandbox holds and what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from okr_sandbox import Company, generated_issues
from okr_sandbox.notion.columns import status
from okr_sandbox.notion.workspace import NotionWorkspace

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
DATA_SOURCE = "data-source"


@dataclass(frozen=True, slots=True)
class Wish:
    """One key result: a selection (label or team) and a measure (count, ratio, sum)."""

    name: str
    selection: str
    measure: str

    @property
    def jql(self) -> str:
        return f"project = GEN AND labels = {self.selection}"

    @property
    def notion_filter(self) -> dict[str, object]:
        return {"property": "Team", "rich_text": {"equals": self.selection}}


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is measured.

    Attributes:
        tool: `jira` or `notion`.
        size: Issues or rows in all.
        each: Issues or rows of one key result.
    """

    number: int
    title: str
    tool: str
    size: int
    each: int
    wishes: tuple[Wish, ...]

    def company(self) -> Company:
        """What the sandbox serves."""
        if self.tool == "jira":
            labels = len({wish.selection for wish in self.wishes})
            return Company(issues=generated_issues(self.size, labels=labels))
        return Company(notion=_rows(self.size, self.each))


def _wishes(number: int, measures: tuple[str, ...], prefix: str) -> tuple[Wish, ...]:
    return tuple(
        Wish(f"kr{place:03d}", f"{prefix}{place:03d}", measures[place % len(measures)])
        for place in range(1, number + 1)
    )


def _rows(size: int, each: int) -> NotionWorkspace:
    random = Random(3)
    workspace = NotionWorkspace("Benchmark", seed=3)
    columns = {"Name": "title", "Team": "rich_text", "Status": status(), "Score": "number"}
    source = workspace.data_source("Work", columns)  # type: ignore[arg-type]
    for place in range(size):
        source.row(
            {
                "Name": f"Row {place}",
                "Team": f"team-{place // each + 1:03d}",
                "Status": random.choice(("Not started", "In progress", "Done")),
                "Score": random.randrange(1, 100),
            }
        )
    return workspace


SCENARIOS = {
    1: Scenario(
        *(1, "200 key results over 20,000 issues", "jira", 20_000, 100),
        _wishes(200, ("count", "ratio", "sum"), "kr-"),
    ),
    2: Scenario(
        *(2, "10 key results of 5,000 issues each", "jira", 50_000, 5_000),
        _wishes(10, ("count", "ratio"), "kr-"),
    ),
    3: Scenario(
        *(3, "100 key results over 5,000 Notion rows", "notion", 5_000, 50),
        _wishes(100, ("count", "ratio", "sum"), "team-"),
    ),
    4: Scenario(
        *(4, "12 key results over 1,200 issues", "jira", 1_200, 100),
        _wishes(12, ("count", "ratio", "sum"), "kr-"),
    ),
}
