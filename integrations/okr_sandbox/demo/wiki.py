"""What the demo's Notion holds: rows that appear and change over the quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from okr_sandbox.notion.columns import Column, Kind, select, status
from okr_sandbox.notion.records import DataSource
from okr_sandbox.notion.workspace import NotionWorkspace

Columns = Mapping[str, Column | Kind]

ACTIVATED = (4, 9, 14, 19, 25, 30, 36, 42, 49, 55, 62, 69, 76)
"""Trials activated by the end of each week."""
SETUP_MINUTES = (44, 38, 31, 26, 22, 19, 17, 16, 15, 14, 14, 13, 13)
INTERVIEWS = (1, 3, 4, 6, 8, 9, 11, 12, 14, 15, 17, 18, 20)
STORIES = (2, 2, 3, 3, 4, 5, 5, 6, 7, 7, 8, 9, 10)
HIRED = (0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6)
AVAILABILITY = (
    *(99.95, 99.97, 99.93, 99.96, 99.62, 99.94, 99.98),
    *(99.95, 99.97, 99.91, 99.96, 99.95, 99.97),
)
BUDGET = (48, 52, 55, 60, 96, 88, 70, 66, 61, 64, 58, 55, 57)
BUILDINGS = (1200, 1250, 1300, 1300, 1450, 1500, 1600, 1600, 1750, 1900, 2000, 2150, 2200)
NPS = (32, 32, 33, 34, 35, 37, 38, 40, 41, 42, 43, 44, 45)
RENEWED = (78.0, 78.6, 79.4, 80.2, 81.1, 82.0, 82.9, 83.8, 84.7, 85.6, 86.4, 87.3, 88.2)
SAVED = (8.0, 8.2, 8.5, 8.9, 9.2, 9.5, 9.9, 10.3, 10.6, 10.9, 11.3, 11.6, 12.1)
MEDIAN_SAVING = (10.5, 10.9, 11.4, 11.8, 12.2, 12.9, 13.3, 13.9, 14.4, 14.8, 15.3, 15.7, 16.2)

LATER_ACTIVATED = (6, 12, 19, 26, 33, 41, 49, 57, 65, 74, 83, 92, 102)
LATER_MINUTES = (13, 13, 12, 13, 12, 12, 11, 12, 11, 11, 10, 11, 10)
LATER_NPS = (44, 44, 45, 45, 46, 46, 47, 47, 48, 48, 49, 49, 50)
"""The running quarter, per week 1 to 13."""


class Wiki:
    """Builds the Notion workspace: that of the closed quarter, and what the running one adds.

    Attributes:
        workspace: What the sandbox serves.
        places: Mark in the plan → id of a data source or page.

    Args:
        start: Beginning of the closed quarter's week 1.
        seed: Seed of ids and of what no series fixes.
    """

    def __init__(self, start: datetime, seed: int = 11) -> None:
        self._start = start
        self._random = Random(seed)  # noqa: S311 - a story, not a secret
        self.workspace = NotionWorkspace("Lumen Buildings", seed=seed)
        self.places: dict[str, str] = {}
        self._trials("trials", "Trials", ACTIVATED, SETUP_MINUTES, 0.9)
        self._interviews()
        self._stories()
        self._service()
        self._series("loadtests", "Load tests", "Buildings", BUILDINGS)
        self._series("surveys", "客户调查", "NPS", NPS)
        self._contracts()
        self._candidates()
        self._figures()

    def go_on(self, start: datetime) -> None:
        """Add what the running quarter reads.

        Args:
            start: Beginning of its week 1.
        """
        self._start = start
        self._trials("new_trials", "Trials, new set-up", LATER_ACTIVATED, LATER_MINUTES, 0.12)
        self._series("new_surveys", "客户调查（新）", "NPS", LATER_NPS)

    def _time(self, week: int, part: float | None = None) -> datetime:
        share = self._random.uniform(0.15, 0.9) if part is None else part
        return self._start + timedelta(days=7 * (week - 1 + share))

    def _source(self, place: str, name: str, columns: Columns) -> DataSource:
        source = self.workspace.data_source(name, columns)
        self.places[place] = source.id
        return source

    def _trials(
        self,
        place: str,
        name: str,
        activated: Sequence[int],
        typical_minutes: Sequence[int],
        part: float,
    ) -> None:
        """13 new trials a week, of which so many in all are activated by that part of it."""
        states = status(("Signed up",), ("Setting up",), ("Activated",))
        columns: Columns = {"Team": "title", "Status": states, "Setup minutes": "number"}
        source = self._source(place, name, columns)
        before = 0
        for week, done in enumerate(activated, start=1):
            for number in range(13):
                created = self._time(week, 0.1)
                row = source.row(
                    {"Team": f"Team {week:02}-{number + 1:02}", "Status": "Signed up"},
                    created=created,
                )
                minutes = typical_minutes[week - 1] + self._random.randint(-4, 4)
                row.change(self._time(week), "Setup minutes", minutes)
                if number < done - before:
                    row.change(self._time(week, part), "Status", "Activated")
            before = done

    def _interviews(self) -> None:
        columns: Columns = {
            "Name": "title",
            "Status": status(),
            "Topic": select("Churn", "Pricing"),
            "Value named": "number",
        }
        source = self._source("interviews", "Interviews", columns)
        for number in range(1, 23):
            week = next((w for w, n in enumerate(INTERVIEWS, start=1) if n >= number), None)
            pricing = number % 3 == 1
            row = source.row(
                {"Name": f"Interview {number}", "Topic": "Pricing" if pricing else "Churn"},
                created=self._time(max(1, (week or 13) - 1), 0.2),
            )
            if week is not None:
                row.change(self._time(week), "Status", "Done")
                if pricing:
                    row.change(self._time(week), "Value named", 3 + number // 4)

    def _stories(self) -> None:
        columns: Columns = {"Title": "title", "Stage": select("Draft", "Review", "Published")}
        source = self._source("stories", "Customer stories", columns)
        for number in range(1, 12):
            week = next((w for w, n in enumerate(STORIES, start=1) if n >= number), None)
            row = source.row({"Title": f"Story {number}", "Stage": "Draft"}, created=self._start)
            if week is not None:
                row.change(self._time(week, 0.05 if number < 3 else None), "Stage", "Published")

    def _service(self) -> None:
        columns: Columns = {"Week": "title", "Availability": "number", "Budget spent": "number"}
        source = self._source("service", "Service log", columns)
        for week, (up, spent) in enumerate(zip(AVAILABILITY, BUDGET, strict=True), start=1):
            source.row(
                {"Week": f"Week {week}", "Availability": up, "Budget spent": spent},
                created=self._time(week),
            )

    def _series(self, place: str, name: str, column: str, values: Sequence[int]) -> None:
        columns: Columns = {"Name": "title", column: "number"}
        source = self._source(place, name, columns)
        for week, value in enumerate(values, start=1):
            source.row({"Name": f"{name} {week}", column: value}, created=self._time(week))

    def _contracts(self) -> None:
        """100 contracts of 5,000 to 14,900; the renewed amount follows the series."""
        columns: Columns = {
            "客户": "title",
            "状态": status(("待续约",), ("沟通中",), ("已续约",)),
            "合同额": "number",
            "节能率": "number",
        }
        source = self._source("contracts", "合同", columns)
        amounts = [5000 + 100 * place for place in range(100)]
        total, renewed = sum(amounts), 0
        for place, amount in enumerate(amounts):
            renewed += amount
            share = 100 * renewed / total
            row = source.row(
                {"客户": f"客户 {place + 1:03}", "状态": "沟通中", "合同额": amount, "节能率": 8},
                created=self._start,
            )
            week = next((w for w, s in enumerate(RENEWED, start=1) if s >= share), None)
            if week is not None:
                row.change(self._time(week, 0.06 if week == 1 else None), "状态", "已续约")
            for number, value in enumerate(SAVED, start=1):
                row.change(self._time(number, 0.5), "节能率", round(value + (place % 5 - 2) / 2, 1))

    def _candidates(self) -> None:
        columns: Columns = {
            "Name": "title",
            "Stage": status(("Applied",), ("Interview",), ("Hired",)),
        }
        source = self._source("candidates", "Candidates", columns)
        for number in range(1, 31):
            week = next((w for w, n in enumerate(HIRED, start=1) if n >= number), None)
            row = source.row(
                {"Name": f"Candidate {number}", "Stage": "Applied"}, created=self._start
            )
            if week is not None:
                row.change(self._time(week), "Stage", "Hired")

    def _figures(self) -> None:
        columns: Columns = {"Name": "title", "Median saving": "number"}
        source = self.workspace.data_source("Company figures", columns)
        row = source.row({"Name": "Savings", "Median saving": 10}, created=self._start)
        for week, value in enumerate(MEDIAN_SAVING, start=1):
            row.change(self._time(week, 0.5), "Median saving", value)
        self.places["savings_page"] = row.id
