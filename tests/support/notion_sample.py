"""A small Notion workspace with one cell of every kind, for tests of the sandbox."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from okr_sandbox.notion.columns import (
    Value,
    formula,
    multi_select,
    number,
    relation,
    rollup,
    select,
    status,
    unique_id,
)
from okr_sandbox.notion.records import DataSource, Page
from okr_sandbox.notion.workspace import NotionWorkspace

NOW = datetime(2026, 10, 14, 12, 30, 40, tzinfo=UTC)  # a Wednesday


class Sample:
    """Interviews and the tasks that they led to."""

    def __init__(self) -> None:
        self.workspace = NotionWorkspace("Acme", seed=7)
        ws = self.workspace
        self.ada = ws.user("Ada", "ada@example.com")
        self.home = ws.page("Home", blocks=["First", "Second"])
        self.home.write("Ship it", "to_do", checked=True)
        self.tasks = self._tasks()
        self.interviews = self._interviews()
        self.page = ws.page("Net promoter score", parent=self.home)

    def _tasks(self) -> DataSource:
        tasks = self.workspace.data_source(
            "Tasks",
            {
                "Task": "title",
                "Points": number(),
                "Done": "checkbox",
                "Due": "date",
                "Key": unique_id("T"),
            },
            parent=self.home,
        )
        for i in range(40):
            tasks.row(
                Task=f"Task {i}",
                Points=i,
                Done=i % 2 == 0,
                Due=date(2026, 11, 1 + i % 28),
                created=date(2026, 10, 1),
            )
        return tasks

    def _interviews(self) -> DataSource:
        source = self.workspace.data_source(
            "Customer interviews",
            {
                "Name": "title",
                "Status": status(("Planned",), ("Talking",), ("Done", "Dropped")),
                "Score": number(id=":UPp"),
                "Segment": select("Small", "Large"),
                "Tags": multi_select("churn", "price"),
                "When": "date",
                "Owner": "people",
                "Paid": "checkbox",
                "Note": "rich_text",
                "Link": "url",
                "Mail": "email",
                "Phone": "phone_number",
                "Papers": "files",
                "Tasks": relation(self.tasks),
                "Points": rollup("Tasks", "Points", "sum"),
                "Dues": rollup("Tasks", "Due", "latest_date"),
                "All": rollup("Tasks", "Points", "show_original"),
                "Double": formula("number", _double),
                "Shout": formula("string", lambda cells: f"{cells['Name']}!"),
                "Good": formula("boolean", lambda cells: cells["Score"] == 9),
                "Day": formula("date", lambda cells: cells["When"]),
                "Created": "created_time",
                "Author": "created_by",
                "Edited": "last_edited_time",
                "Editor": "last_edited_by",
            },
        )
        self.first = self._first(source)
        self.second = source.row(
            Name="Grace",
            Status="Planned",
            Score=4,
            Segment="Small",
            created=date(2026, 10, 2),
            archived=date(2026, 10, 20),
        )
        self.third = source.row(Name="Kurt", created=date(2026, 10, 10), shared=True)
        return source

    def _first(self, source: DataSource) -> Page:
        return source.row(
            {"Mail": "ann@example.com"},
            Name="Ann Example",
            Status="Talking",
            Score=7.5,
            Segment="Large",
            Tags=["churn", "price"],
            When=(date(2026, 10, 13), date(2026, 10, 15)),
            Owner=self.ada,
            Paid=True,
            Note="Wants exports",
            Link="https://example.com/ann",
            Phone="+49 30 1",
            Papers=["https://example.com/a.pdf"],
            Tasks=self.tasks.pages[:30],
            created=datetime(2026, 10, 1, 8, 15, 59, tzinfo=UTC),
            changes={
                "Score": [(date(2026, 10, 12), 8), (date(2026, 10, 19), 9)],
                "Status": [(date(2026, 10, 19), "Done")],
            },
        )


def _double(cells: Mapping[str, Value]) -> float | None:
    score = cells["Score"]
    return 2 * score if isinstance(score, int | float) else None
