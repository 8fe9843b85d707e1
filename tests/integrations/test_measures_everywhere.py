"""Every measure over the same six things in every tool: one table, one number for all of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import jira_world
import notion_world
import pytest
import stamina

from okr_core.record.evidence import Row, re_add
from okr_sandbox import issue
from okr_sandbox.notion.columns import number, select, status
from okr_sandbox.notion.workspace import NotionWorkspace
from okr_sources.answers import Answer, Ask, Observed

JIRA, NOTION = ("cloud", "datacenter"), ("notion",)
EVERYWHERE = (*JIRA, *NOTION)
START = notion_world.NOW - timedelta(days=13)
Binding = Mapping[str, object]


@dataclass(frozen=True)
class Thing:
    """One of the six.

    Attributes:
        tag: Label in Jira, select in Notion.
        points: Its points, None where nobody has set them.
        days: Days from created to resolved, None while it is open.
        refused: Whether it ended as something that will not be done.
    """

    tag: str
    points: Decimal | None
    days: int | None = None
    refused: bool = False


THINGS = [
    Thing("early", Decimal(1), days=2),
    Thing("early", Decimal("2.5"), days=4),
    Thing("early", Decimal(5)),
    Thing("late", None),
    Thing("late", Decimal(4), days=6, refused=True),
    Thing("late", Decimal(8), days=9),
]


@dataclass(frozen=True)
class Case:
    """A measure and what it is.

    Attributes:
        expected: Counted by hand from the table of things.
        jira: The binding in Jira besides its query; None where there is no such measure.
        notion: The binding in Notion besides its data source; None where there is none.
        selects: Which things, by tag; empty for all.
        frozen: Whether the scope was frozen while only the early ones were there.
    """

    expected: Decimal
    jira: Binding | None
    notion: Binding | None
    selects: str = ""
    frozen: bool = False

    def binding(self, tool: str) -> Binding | None:
        return self.jira if tool in JIRA else self.notion


def both(expected: object, **binding: object) -> Case:
    return Case(Decimal(str(expected)), binding, binding)


def weighed(expected: Decimal, **more: object) -> Case:
    jira = {"measure": {"done_ratio": {"weight": "Story Points"}}, **more}
    return Case(expected, jira, {"measure": {"done_ratio": {"weight": "Points"}}, **more})


def fielded(kind: str, expected: Decimal, **more: object) -> Case:
    jira = {"measure": {kind: "Story Points"}, **more}
    return Case(expected, jira, {"measure": {kind: "Points"}, **more})


def excluding(expected: Decimal, **binding: object) -> Case:
    jira = {**binding, "exclude": ["Won't Do"]}
    return Case(expected, jira, {**binding, "exclude": ["Cancelled"]})


def frozen(case: Case) -> Case:
    jira, notion = ({**(each or {}), "scope": "frozen"} for each in (case.jira, case.notion))
    return Case(case.expected, jira, notion, frozen=True)


CASES = {
    "count": both(6, measure="count"),
    "count of some": Case(Decimal(3), {"measure": "count"}, {"measure": "count"}, "late"),
    "count, scaled": both("0.6", measure="count", scale="0.1"),
    "count without refused ones": excluding(Decimal(5), measure="count"),
    "count by the tool itself": Case(Decimal(6), {"measure": "count", "exact": "false"}, None),
    "sum": fielded("sum", Decimal("20.5")),
    "sum, scaled": fielded("sum", Decimal(41), scale="2"),
    "average": fielded("average", Decimal("20.5") / 5),
    "share done": both(Decimal(4) / 6, measure="done_ratio"),
    "share done in percent": both(Decimal(400) / 6, measure="done_ratio", scale="100"),
    "share done without refused ones": excluding(Decimal("0.6"), measure="done_ratio"),
    "share done by weight": weighed(Decimal("15.5") / Decimal("20.5")),
    "lead time": Case(Decimal(5), {"measure": "lead_time"}, None),
    "latest": Case(Decimal(8), None, {"measure": {"latest": "Points"}}),
    "count, frozen": frozen(both(3, measure="count")),
    "sum, frozen": frozen(fielded("sum", Decimal("8.5"))),
    "average, frozen": frozen(fielded("average", Decimal("8.5") / 3)),
    "share done, frozen": frozen(both(Decimal(2) / 3, measure="done_ratio")),
    "share done by weight, frozen": frozen(weighed(Decimal("3.5") / Decimal("8.5"))),
}

Read = Callable[[Case, str, Sequence[Row] | None], Answer]


@dataclass(frozen=True)
class Tool:
    """One tool that holds the six things.

    Attributes:
        read: What it answers to a case about things of a tag ("" for all), in a frozen scope.
        one: What it answers about the points of the third thing.
    """

    read: Read
    one: Callable[[], Answer]


def bound(ask: Ask, binding: Binding) -> Ask:
    """The ask with this binding and the tool's connection."""
    connection = {"connection": ask.binding["connection"]}
    return replace(ask, binding={**connection, **binding}, cycle_starts=START.date())


def jira(stack: ExitStack, deployment: jira_world.Deployment) -> Tool:
    worlds = jira_world.Worlds(stack)
    issues = [
        issue(
            f"ALL-{n}",
            created=START,
            labels=["all", thing.tag],
            points=None if thing.points is None else float(thing.points),
            done=None if thing.days is None else START + timedelta(days=thing.days),
            resolution="Won't Do" if thing.refused else "Done",
        )
        for n, thing in enumerate(THINGS, 1)
    ]
    world = worlds(*issues, deployment=deployment)

    def read(case: Case, tag: str, rows: Sequence[Row] | None) -> Answer:
        selected = {"jql": f"labels = {tag or 'all'}", **(case.jira or {})}
        return world.read(bound(jira_world.ask("k", frozen=rows), selected))["k"]

    def one() -> Answer:
        return world.read(jira_world.ask("k", issue="ALL-3", field="Story Points"))["k"]

    return Tool(read, one)


def notion(stack: ExitStack) -> Tool:
    workspace = NotionWorkspace("Acme", seed=5)
    states = status(complete=("Done", "Cancelled"))
    columns = {
        "Name": "title",
        "Points": number(),
        "Tag": select("early", "late"),
        "Status": states,
    }
    source = workspace.data_source("Things", columns)  # type: ignore[arg-type]
    pages = []
    for n, thing in enumerate(THINGS):
        ended = "Cancelled" if thing.refused else "Done"
        state = "Not started" if thing.days is None else ended
        points = None if thing.points is None else float(thing.points)
        created = START + timedelta(minutes=n)
        cells = {"Name": f"Thing {n}", "Points": points, "Tag": thing.tag, "Status": state}
        pages.append(source.row(cells, created=created))
    world = notion_world.Worlds(stack).open(workspace)

    def read(case: Case, tag: str, rows: Sequence[Row] | None) -> Answer:
        some = {"filter": {"Tag": tag}} if tag else {}
        selected = {"data_source": source.id, **some, **(case.notion or {})}
        return world.read(bound(notion_world.ask("k", frozen=rows), selected))["k"]

    def one() -> Answer:
        place = {"page": pages[2].id, "property": "Points"}
        return world.read(bound(notion_world.ask("k"), place))["k"]

    return Tool(read, one)


@pytest.fixture(scope="module")
def tools() -> Iterator[Mapping[str, Tool]]:
    with ExitStack() as stack, stamina.set_testing(True, attempts=1, cap=True):
        yield {
            "cloud": jira(stack, "cloud"),
            "datacenter": jira(stack, "datacenter"),
            "notion": notion(stack),
        }


def observed(answer: Answer) -> Observed:
    assert isinstance(answer, Observed), answer
    return answer


@pytest.mark.parametrize(
    ("name", "tool"),
    [(name, tool) for name, case in CASES.items() for tool in EVERYWHERE if case.binding(tool)],
)
def test_a_measure_is_the_same_number_in_every_tool(
    tools: Mapping[str, Tool], name: str, tool: str
) -> None:
    case = CASES[name]
    read = tools[tool].read
    rows = observed(read(case, "early", None)).evidence.rows if case.frozen else None
    answer = observed(read(case, case.selects, rows))
    assert abs(answer.value - case.expected) < Decimal("1e-20")
    assert answer.value == re_add(answer.evidence)


@pytest.mark.parametrize("tool", EVERYWHERE)
def test_a_field_of_one_thing_is_the_same_number_in_every_tool(
    tools: Mapping[str, Tool], tool: str
) -> None:
    assert observed(tools[tool].one()).value == 5


def test_only_what_makes_no_sense_in_a_tool_is_left_out() -> None:
    left_out = {
        name: [tool for tool in EVERYWHERE if case.binding(tool) is None]
        for name, case in CASES.items()
    }
    assert {name: tools for name, tools in left_out.items() if tools} == {
        "count by the tool itself": ["notion"],
        "lead time": ["notion"],
        "latest": ["cloud", "datacenter"],
    }
