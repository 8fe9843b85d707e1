"""Pages that do not join are read again: an issue twice means that another one may be missing."""

from datetime import UTC, datetime
from typing import Any

import pytest
from jira_world import Deployment, Sent, World, Worlds, ask

from okr_sandbox import issue

START = datetime(2026, 9, 1, tzinfo=UTC)
SUM = ask("k", jql="labels = a", measure={"sum": "Story Points"})


def world_of(worlds: Worlds, deployment: Deployment, issues: int) -> World:
    return worlds(
        *(issue(f"GROW-{n + 1}", created=START, labels=["a"], points=1) for n in range(issues)),
        deployment=deployment,
    )


class Overlap:
    """The second page repeats an issue of the first, and so lacks one of its own.

    Args:
        times: How often; None always.
    """

    def __init__(self, times: int | None) -> None:
        self.times = times
        self.last: object = None

    def __call__(self, sent: Sent, answer: Any) -> object:
        if "search" not in sent.path:
            return answer
        if b"nextPageToken" not in sent.body and not answer.get("startAt"):
            self.last = answer["issues"][-2]
            return answer
        if self.times != 0:
            self.times = None if self.times is None else self.times - 1
            answer["issues"] = [answer["issues"][0], self.last, *answer["issues"][2:]]
        return answer


@pytest.mark.parametrize(("deployment", "issues"), [("cloud", 150), ("datacenter", 1200)])
def test_a_page_that_repeats_an_issue_is_read_again(
    worlds: Worlds, deployment: Deployment, issues: int
) -> None:
    world = world_of(worlds, deployment, issues)
    world.sandbox.altered = Overlap(1)
    found = world.found(SUM)
    assert found.value == issues
    assert found.evidence.requests == 2 + 2


@pytest.mark.parametrize(("deployment", "issues"), [("cloud", 150), ("datacenter", 1200)])
def test_pages_that_never_join_are_unavailable(
    worlds: Worlds, deployment: Deployment, issues: int
) -> None:
    world = world_of(worlds, deployment, issues)
    world.sandbox.altered = Overlap(None)
    assert "keep changing while being read" in world.refusal(SUM).reason
    assert sum(world.sent.values()) == 1 + 3 * 2


def test_pages_of_the_cloud_come_in_an_order_that_stays(worlds: Worlds) -> None:
    world = world_of(worlds, "cloud", 150)
    found = world.found(SUM)
    asked = [sent.body for sent in world.sandbox.record if "search" in sent.path]
    assert all(b"labels = a ORDER BY id ASC" in body for body in asked)
    assert found.evidence.query == "labels = a"
    assert found.evidence.requests == len(asked) == 2


def test_a_selection_that_loses_issues_between_two_pages_is_read_again(worlds: Worlds) -> None:
    """Also where the row that joins the pages is still the same."""
    world = world_of(worlds, "datacenter", 1200)
    once: list[int] = []

    def shrink(_: Sent, answer: Any) -> object:
        if isinstance(answer, dict) and answer.get("startAt") and not once:
            once.append(1)
            return {**answer, "issues": answer["issues"][:1], "total": 1000}
        return answer

    world.sandbox.altered = shrink
    assert world.value(SUM) == 1200
    assert once


@pytest.mark.parametrize("total", [0, 1, 149])
def test_more_issues_than_there_are_is_unavailable(worlds: Worlds, total: int) -> None:
    world = world_of(worlds, "datacenter", 150)
    world.sandbox.altered = lambda _, answer: (
        {**answer, "total": total} if isinstance(answer, dict) else answer
    )
    assert f"it has 150 of {total} issues" in world.refusal(SUM).reason


@pytest.mark.parametrize(
    "change", [{"isLast": False}, {"isLast": "true"}, {"isLast": 0}, {"nextPageToken": 7}]
)
def test_a_page_that_contradicts_itself_is_unavailable(
    worlds: Worlds, change: dict[str, object]
) -> None:
    world = world_of(worlds, "cloud", 5)
    world.sandbox.altered = lambda sent, answer: (
        {**answer, **change} if "search" in sent.path else answer
    )
    assert world.refusal(SUM).reason


def test_a_token_means_more_pages_whatever_else_is_said(worlds: Worlds) -> None:
    world = world_of(worlds, "cloud", 150)
    world.sandbox.altered = lambda sent, answer: (
        {**answer, "isLast": True} if "search" in sent.path else answer
    )
    assert world.value(SUM) == 150
