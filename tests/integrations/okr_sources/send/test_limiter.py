"""The limiter: listens to the server, recovers, and never lets more through than agreed."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.errors import RetryableError
from okr_sources.errors import ThrottledError
from okr_sources.send.lanes import WHOLE, Lanes
from okr_sources.send.limiter import Limiter


def test_no_more_requests_are_under_way_than_agreed() -> None:
    lanes = Lanes(2)
    assert [lanes.begin("search", 0) for _ in range(3)] == [True, True, False]
    lanes.end("search")
    assert lanes.begin("search", 0)


def test_a_burst_closes_its_endpoint_for_as_long_as_the_server_says() -> None:
    lanes = Lanes(4)
    assert lanes.begin("search", 0)
    lanes.throttled("search", began=0, now=1, seconds=10)
    lanes.end("search")
    assert not lanes.begin("search", 10.9)
    assert lanes.closed_for("search", 5) == 6
    assert lanes.begin("field", 1)
    assert lanes.begin("search", 11)


def test_a_quota_closes_the_whole_connection() -> None:
    lanes = Lanes(4)
    lanes.throttled(WHOLE, began=0, now=0, seconds=10)
    assert not lanes.begin("search", 9)
    assert not lanes.begin("field", 9)
    assert lanes.begin("field", 10)


def test_requests_that_were_sent_together_slow_us_down_once() -> None:
    lanes = Lanes(8)
    for _ in range(4):
        lanes.throttled("search", began=0, now=1, seconds=0)
    assert lanes.named["search"].width == 4
    lanes.throttled("search", began=2, now=3, seconds=0)
    assert lanes.named["search"].width == 2


def test_good_requests_win_back_what_was_lost_one_place_per_round() -> None:
    lanes = Lanes(8)
    lanes.throttled("search", began=0, now=1, seconds=0)
    for _ in range(4):
        lanes.good("search")
    assert 4.8 < lanes.named["search"].width <= 5
    for _ in range(100):
        lanes.good("search")
    assert lanes.named["search"].width == 8


@given(st.lists(st.sampled_from(["begin", "end", "slow", "good"]), max_size=60))
def test_whatever_happens_one_request_can_always_go_and_never_too_many(steps: list[str]) -> None:
    lanes, under_way, now = Lanes(4), 0, 0.0
    for step in steps:
        now += 1
        if step == "begin":
            under_way += lanes.begin("search", now)
        elif step == "end" and under_way:
            lanes.end("search")
            under_way -= 1
        elif step == "slow":
            lanes.throttled("search", began=now - 0.5, now=now, seconds=0)
        elif step == "good":
            lanes.good("search")
        assert under_way <= 4
        if not under_way:
            assert lanes.begin("search", now)
            lanes.end("search")


def test_threads_wait_for_each_other() -> None:
    limiter, most, now_under_way, lock = Limiter(3), 0, 0, Lock()
    together = Barrier(3, timeout=10)

    def request(_: int) -> None:
        nonlocal most, now_under_way
        with limiter.slot("search"):
            with lock:
                now_under_way += 1
                most = max(most, now_under_way)
            together.wait()
            with lock:
                now_under_way -= 1

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(request, range(12)))
    assert most == 3


def test_a_pause_longer_than_our_patience_is_told_and_not_slept() -> None:
    limiter = Limiter(4, patience=60)
    with pytest.raises(ThrottledError), limiter.slot("search"):
        raise ThrottledError("quota", retry_after=3600, scope="connection")
    with pytest.raises(RetryableError, match="pause of 3600 more seconds"), limiter.slot("field"):
        pass


def test_a_request_that_fails_makes_room_for_the_next() -> None:
    limiter, entered = Limiter(1), Event()
    with pytest.raises(ValueError, match="broken"), limiter.slot("search"):
        raise ValueError("broken")
    with limiter.slot("search"):
        entered.set()
    assert entered.is_set()
