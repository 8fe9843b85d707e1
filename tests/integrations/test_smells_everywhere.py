"""A number that smells waits for a person, whichever tool it was read from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import http_asks
import jira_world
import notion_world
import pytest
from small_internet import Said, Server

from okr_core.plan.metrics import Decrease, Increase, Metric
from okr_core.progress.smells import Previous
from okr_sandbox import issue
from okr_sandbox.notion.columns import number
from okr_sandbox.notion.workspace import NotionWorkspace
from okr_sources.answers import Answer, Ask, Observed, Suspect

Read = Callable[[Ask], Answer]
D = Decimal
TO_NOTHING = Decrease(baseline=D(8), target=D(0))
RISE = Increase(baseline=D(0), target=D(200))


class Tool:
    """Three things of 2 points each, in one of the tools; `nothing` is selected by a wrong word."""

    def __init__(self, read: Read, some: Callable[[str], Ask], none: Callable[[str], Ask]) -> None:
        self.read = read
        self.some = some
        self.none = none


def _measure(name: str, field: str) -> object:
    return name if name == "count" else {name: field}


def _jira(stack: ExitStack, deployment: jira_world.Deployment) -> Tool:
    issues = [
        issue(
            f"SHOP-{n}",
            created=datetime(2026, 10, 1, tzinfo=UTC),
            labels=["till"],
            points=2,
        )
        for n in range(1, 4)
    ]
    world = jira_world.Worlds(stack)(*issues, deployment=deployment)

    def asked(label: str) -> Callable[[str], Ask]:
        return lambda measure: jira_world.ask(
            "kr", jql=f"labels = {label}", measure=_measure(measure, "Story Points")
        )

    return Tool(lambda one: world.read(one)["kr"], asked("till"), asked("tlil"))


def _notion(stack: ExitStack) -> Tool:
    workspace = NotionWorkspace("Acme", seed=3)
    source = workspace.data_source("Talks", {"Name": "title", "Points": number()})
    for n in range(3):
        source.row(Name=f"till {n}", Points=2, created=date(2026, 10, 2))
    world = notion_world.Worlds(stack).open(workspace)

    def asked(word: str) -> Callable[[str], Ask]:
        selected = {"Name": f"~ {word}"}
        return lambda measure: notion_world.ask(
            "kr",
            data_source=source.id,
            filter=selected,
            measure=_measure(measure, "Points"),
        )

    return Tool(lambda one: world.read(one)["kr"], asked("till"), asked("tlil"))


def _http(stack: ExitStack) -> Tool:
    server = stack.enter_context(Server({"/n": Said({"till": [2, 2, 2], "tlil": []})}))

    def asked(word: str) -> Callable[[str], Ask]:
        written = {"count": f"length({word})", "sum": f"sum({word})"}
        return lambda measure: http_asks.ask("kr", url="/n", value=written[measure])

    def read(one: Ask) -> Answer:
        opened = http_asks.session(server.url, options=http_asks.LOCAL)
        return http_asks.read(opened, [one])["kr"]

    return Tool(read, asked("till"), asked("tlil"))


@pytest.fixture(params=["jira cloud", "jira datacenter", "notion", "http"])
def tool(request: pytest.FixtureRequest) -> Iterator[Tool]:
    with ExitStack() as stack:
        if request.param == "notion":
            yield _notion(stack)
        elif request.param == "http":
            yield _http(stack)
        else:
            yield _jira(stack, request.param.removeprefix("jira "))


def held(tool: Tool, ask: Ask, metric: Metric, before: Previous | None = None) -> Answer:
    return tool.read(replace(ask, metric=metric, previous=before))


def why(answer: Answer) -> str:
    assert isinstance(answer, Suspect), answer
    return answer.why


def test_a_first_count_of_nothing_reaches_no_target(tool: Tool) -> None:
    answer = held(tool, tool.none("count"), TO_NOTHING)
    assert why(answer).startswith("nothing matched: 0 ")
    assert "where the baseline is 8" in why(answer)


def test_a_first_count_of_something_may_be_the_target(tool: Tool) -> None:
    answer = held(tool, tool.some("count"), Decrease(baseline=D(8), target=D(3)))
    assert isinstance(answer, Observed), answer


def test_a_count_that_fell_to_nothing_waits_and_one_that_was_accepted_does_not(tool: Tool) -> None:
    fell = held(tool, tool.none("count"), TO_NOTHING, Previous(D(5), 5, D(5)))
    assert why(fell).startswith("fell from 5 to 0 ")
    accepted = held(tool, tool.none("count"), TO_NOTHING, Previous(D(0), 0, D(0)))
    assert isinstance(accepted, Observed), accepted


@pytest.mark.parametrize(("measure", "was", "now"), [("count", 8, 3), ("sum", 16, 6)])
def test_a_count_or_sum_that_should_rise_and_lost_much_waits(
    tool: Tool, measure: str, was: int, now: int
) -> None:
    answer = held(tool, tool.some(measure), RISE, Previous(D(was), 8, D(8)))
    assert f"fell from {was} to {now}" in why(answer)
    assert "and it should rise" in why(answer)
    again = held(tool, tool.some(measure), RISE, Previous(D(now), 3, D(3)))
    assert isinstance(again, Observed), again


def test_what_should_fall_may_lose_as_much(tool: Tool) -> None:
    answer = held(tool, tool.some("count"), TO_NOTHING, Previous(D(8), 8, D(8)))
    assert isinstance(answer, Observed), answer
