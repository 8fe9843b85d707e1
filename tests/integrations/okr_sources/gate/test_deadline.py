"""A query ends in time, with all its pages, repetitions and waits."""

import time
from collections.abc import Callable
from threading import Event

import pytest

from okr_core.errors import OkrError, RetryableError
from okr_core.plan.workspace import Connection
from okr_sources import ThrottledError
from okr_sources.gate.deadline import QUERY, query_within, seconds_left, seconds_of
from okr_sources.send.limiter import Limiter
from okr_sources.send.retry import Policy, call
from okr_sources.send.steps import Steps, carried_out, task
from okr_sources.send.workers import Workers


def test_a_query_may_take_a_multiple_of_what_one_answer_may() -> None:
    connection = Connection.model_validate({"kind": "jira", "timeout": "3"})
    assert seconds_of(connection) == 3 * QUERY


def test_outside_of_a_query_nothing_ends_it() -> None:
    assert seconds_left() == float("inf")


def test_a_query_inside_of_another_ends_no_later_than_that() -> None:
    with query_within(5), query_within(1000):
        assert seconds_left() <= 5
    assert seconds_left() == float("inf")


def test_threads_of_a_query_belong_to_it() -> None:
    with Workers[str, float](2) as workers:
        with query_within(5):
            workers.submit("inside", seconds_left)
        workers.submit("outside", seconds_left)
        left = {result.key: result.get() for result in workers.results()}
    assert left["inside"] <= 5
    assert left["outside"] == float("inf")


def test_what_follows_from_a_look_up_has_what_that_left_of_the_deadline() -> None:
    left: dict[str, list[float]] = {}

    def asked(what: str) -> Callable[[], None]:
        def work() -> None:
            left[what] = [seconds_left()]
            Event().wait(0.01)
            left[what].append(seconds_left())

        return work

    def failed(error: OkrError) -> Steps:
        raise error

    def nothing(_: None) -> Steps:
        yield from ()

    def queries(_: None) -> Steps:
        yield task(asked("one"), nothing, failed)
        yield task(asked("other"), nothing, failed)

    first = iter([task(asked("names"), queries, failed)])
    assert list(carried_out(first, 1, lambda spent: query_within(50 - spent))) == []
    assert left["one"][0] <= left["names"][1] < left["names"][0] <= 50
    # The other one waited for a thread, which costs nothing of its own time.
    assert left["one"][1] < left["other"][0] <= left["names"][1]


def test_a_wait_that_the_server_asks_for_counts_into_the_query() -> None:
    asked = []

    def busy() -> None:
        asked.append(1)
        raise ThrottledError("slow down.", retry_after=60)

    with query_within(30), pytest.raises(ThrottledError):
        call(busy, policy=Policy(seconds=150).within(seconds_left()))
    assert len(asked) == 1  # nobody waited a minute for an answer that would come too late


def test_a_policy_keeps_its_own_time_where_the_query_has_more() -> None:
    policy = Policy(seconds=10)
    assert policy.within(float("inf")) is policy
    assert policy.within(3).seconds == 3
    assert policy.within(-1).seconds > 0  # 0 would be no limit at all


def test_a_closed_lane_is_waited_for_no_longer_than_the_query_lasts() -> None:
    limiter = Limiter(1, patience=1000)
    with pytest.raises(ThrottledError), limiter.slot("search"):
        raise ThrottledError("slow down.", retry_after=500)
    with (
        pytest.raises(RetryableError, match="asked for a pause"),
        limiter.slot("search", patience=2),
    ):
        Event().set()


def test_time_that_is_over_is_over() -> None:
    with query_within(0):
        time.sleep(0)
        assert seconds_left() <= 0
