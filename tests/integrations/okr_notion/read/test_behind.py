"""Behind: what rollups and formulas compute from, and which of them nobody sees the end of."""

from datetime import date
from typing import Any

import pytest
from altered import Alter
from notion_world import World, Worlds, answer_value, ask, observed, unavailable

from okr_notion.read.behind import UNTOLD, Behind, behind
from okr_notion.read.schema import schema_of
from okr_sandbox.notion.columns import Column, formula, number, relation, rollup
from okr_sandbox.notion.records import DataSource
from okr_sandbox.notion.workspace import NotionWorkspace


class House:
    """Tasks, the projects that hold them, and a portfolio of projects."""

    def __init__(self, worlds: Worlds, tasks: int = 40, alter: Alter | None = None) -> None:
        ws = self.workspace = NotionWorkspace("Acme", seed=3)
        self.tasks = ws.data_source("Tasks", {"Name": "title", "Hours": number()})
        rows = [
            self.tasks.row(Name=f"T{n}", Hours=1, created=date(2026, 10, 2)) for n in range(tasks)
        ]
        self.projects = ws.data_source(
            "Projects",
            {
                "Name": "title",
                "Tasks": relation(self.tasks),
                "Hours": rollup("Tasks", "Hours", "sum"),
                "Mean": rollup("Tasks", "Hours", "average"),
                "Budget": number(),
            },
        )
        self.project = self.projects.row(Name="P", Tasks=rows, Budget=7, created=date(2026, 10, 3))
        self.portfolio = ws.data_source(
            "Portfolio",
            {
                "Name": "title",
                "Projects": relation(self.projects),
                "All hours": rollup("Projects", "Hours", "sum"),
                "Budgets": rollup("Projects", "Budget", "sum"),
                "How many": rollup("Projects", "Hours", "count"),
                "Twice": formula(
                    "number",
                    lambda cells: 2 * float(str(cells["All hours"])),
                    expression='prop("All hours") * 2',
                ),
                "Four times": formula(
                    "number",
                    lambda cells: 2 * float(str(cells["Twice"])),
                    expression="{{notion:block_property:TWI:x:y}} * 2",
                ),
                "Mapped": formula(
                    "number",
                    lambda _: 25,
                    expression='prop("Projects").map(current.prop("Hours")).sum()',
                ),
                "Budgeted": formula(
                    "number",
                    lambda _: 7,
                    expression='prop("Projects").map(current.prop("Budget")).sum()',
                ),
            },
        )
        twice = self.portfolio.columns["Twice"]
        self.portfolio.columns["Twice"] = Column(
            twice.kind, twice.name, "TWI", formula=twice.formula
        )
        self.row = self.portfolio.row(Name="Q", Projects=[self.project], created=date(2026, 10, 4))
        self.world: World = worlds.open(ws, alter)


@pytest.fixture
def house(worlds: Worlds) -> House:
    return House(worlds)


def test_a_rollup_over_a_cut_off_list_asks_for_the_whole(house: House) -> None:
    assert answer_value(house.world.one(house.projects, measure={"sum": "Hours"})) == 40


@pytest.mark.parametrize(
    "shown",
    [None, {"type": None}, {"relation": None}, {"relation": "40"}, {"relation": {}}],
    ids=["missing", "without a type", "null", "a text", "an object"],
)
def test_a_rollup_whose_list_is_not_shown_asks_for_the_whole(
    worlds: Worlds, shown: dict[str, object] | None
) -> None:
    def hide(_: str, __: object, answer: Any) -> None:
        for row in [*answer.get("results", ()), answer]:
            cells = row.get("properties", {})
            if row["object"] != "page" or "Tasks" not in cells:
                continue
            if shown is None:
                del cells["Tasks"]
            else:
                cells["Tasks"] = {**cells["Tasks"], **shown, "has_more": False}

    house = House(worlds, alter=hide)
    assert answer_value(house.world.one(house.projects, measure={"sum": "Hours"})) == 40
    page = house.world.read(ask("kr", page=house.project.id, property="Hours"))["kr"]
    assert answer_value(page) == 40


@pytest.mark.parametrize("name", ["All hours", "Twice", "Four times", "Mapped"])
def test_what_is_computed_from_a_rollup_of_another_data_source_is_unavailable(
    house: House, name: str
) -> None:
    answer = unavailable(house.world.one(house.portfolio, measure={"sum": name}))
    assert "computed from a rollup of another data source" in answer.reason
    assert '"Hours" of data source "Projects"' in answer.hint
    page = house.world.read(ask("kr", page=house.row.id, property=name))["kr"]
    assert "computed from a rollup of another data source" in unavailable(page).reason


@pytest.mark.parametrize(("name", "value"), [("Budgets", 7), ("How many", 1), ("Budgeted", 7)])
def test_what_is_computed_from_plain_numbers_of_another_data_source_is_read(
    house: House, name: str, value: int
) -> None:
    assert answer_value(house.world.one(house.portfolio, measure={"sum": name})) == value
    page = house.world.read(ask("kr", page=house.row.id, property=name))["kr"]
    assert answer_value(page) == value


def test_other_data_sources_are_looked_at_once_and_planned_the_next_time(house: House) -> None:
    asks = [
        ask(name, data_source=house.portfolio.id, measure={"sum": name})
        for name in ("Budgets", "All hours", "Twice")
    ]
    asks.append(ask("page", page=house.row.id, property="Budgets"))
    house.world.read(*asks)
    assert house.world.sandbox.requests["GET /v1/data_sources/{data_source_id}"] == 2
    house.world.read(*asks)
    assert house.world.planned == house.world.sent


def test_one_nested_rollup_stops_no_other_key_result(house: House) -> None:
    answers = house.world.read(
        ask("bad", data_source=house.portfolio.id, measure={"sum": "All hours"}),
        ask("good", data_source=house.portfolio.id, measure={"sum": "Budgets"}),
        ask("count", data_source=house.portfolio.id, measure="count"),
    )
    unavailable(answers["bad"])
    assert [answer_value(answers[k]) for k in ("good", "count")] == [7, 1]


@pytest.mark.parametrize("measure", [{"average": "Mean"}, {"sum": "Mean"}])
def test_a_rollup_whose_list_is_visibly_empty_is_empty(house: House, measure: object) -> None:
    house.projects.row(Name="not begun", created=date(2026, 10, 3))
    answer = observed(house.world.one(house.projects, measure=measure))
    assert str(answer.value) == "1"
    assert answer.evidence.notes == ("1 row without a value: left out",)


def test_a_rollup_that_shows_nothing_over_a_list_that_is_there_is_unavailable(
    house: House,
) -> None:
    blank = house.tasks.row(Name="no hours", created=date(2026, 10, 2))
    house.projects.row(Name="unknown", Tasks=[blank], created=date(2026, 10, 3))
    answer = unavailable(house.world.one(house.projects, measure={"average": "Mean"}))
    assert "shows nothing" in answer.reason


def test_a_visibly_empty_rollup_of_one_page_is_empty(house: House) -> None:
    page = house.projects.row(Name="not begun", created=date(2026, 10, 3))
    answer = unavailable(house.world.read(ask("kr", page=page.id, property="Mean"))["kr"])
    assert 'property "Mean" of the page is empty' in answer.reason


def described(source: DataSource) -> dict[str, object]:
    """The columns as Notion describes them, names apart."""
    columns = {
        "R": {"id": "r%3A", "type": "relation", "relation": {"data_source_id": source.id}},
        "A": {"id": "a", "type": "formula", "formula": {"expression": 'prop("B") + 1'}},
        "B": {"id": "b", "type": "formula", "formula": {"expression": 'prop("A") + prop("C")'}},
        "C": {"id": "c", "type": "rollup", "rollup": {
            "function": "sum", "relation_property_id": "r%3A", "rollup_property_id": "h"}},
        "D": {"id": "d", "type": "formula", "formula": {"expression": 'prop("C more")'}},
        "E": {"id": "e", "type": "formula", "formula": {"expression": "C / 2"}},
    }  # fmt: skip
    return {name: {**column, "name": name} for name, column in columns.items()}


def test_formulas_are_followed_through_formulas_and_never_in_circles(house: House) -> None:
    schema = schema_of({"id": "x", "properties": described(house.tasks)})
    through = (Behind(house.tasks.id, "h"),)
    found = {p.name: (p.relations, p.behind) for p in schema.properties}
    for name in ("A", "B", "C", "E"):
        assert found[name] == (("r:",), through)
    assert found["D"] == ((), ())


def test_strange_descriptions_tell_nothing() -> None:
    for column in ({"id": "c", "type": "rollup"}, {"id": "c", "type": "formula", "formula": 7}):
        assert behind("C", {"C": column}) == ((UNTOLD,), ())


@pytest.mark.parametrize(
    ("column", "config"),
    [
        ("Hours", None),
        ("Hours", {"relation_property_id": None}),
        ("Hours", {"relation_property_id": 7}),
        ("Hours", {"rollup_property_id": None}),
        ("Twice", {"expression": None}),
        ("Twice", None),
    ],
    ids=str,
)
def test_what_does_not_say_from_what_it_is_computed_is_unavailable(
    worlds: Worlds, column: str, config: dict[str, object] | None
) -> None:
    def hide(_: str, __: object, answer: Any) -> None:
        found = answer.get("properties", {}).get(column)
        if answer["object"] == "data_source" and found is not None:
            kind = found["type"]
            found[kind] = None if config is None else {**found[kind], **config}

    house = House(worlds, alter=hide)
    source, row = house.projects, house.project
    if column == "Twice":
        source, row = house.portfolio, house.row
    said = f'Notion does not say what "{column}" is computed from'
    assert said in unavailable(house.world.one(source, measure={"sum": column})).reason
    page = house.world.read(ask("kr", page=row.id, property=column))["kr"]
    assert said in unavailable(page).reason
