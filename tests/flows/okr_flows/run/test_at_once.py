"""Work that waits for servers is done at once; what was done is kept, whatever else happens."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from threading import Event, Timer, main_thread

import pytest

from okr_flows.run.at_once import Stop, at_once


def test_all_jobs_run_at_the_same_time() -> None:
    here = {"first": Event(), "second": Event()}

    def work(job: str, _stop: Stop) -> str:
        here[job].set()
        other = here["second" if job == "first" else "first"]
        assert other.wait(30), "the other job never began"
        return job

    assert sorted(at_once(work, list(here))) == ["first", "second"]


def test_what_one_job_raises_comes_after_the_others_have_ended() -> None:
    ended = list[str]()

    def work(job: str, _stop: Stop) -> None:
        if job == "broken":
            raise ValueError(job)
        ended.append(job)

    with pytest.raises(ValueError, match="broken"):
        at_once(work, ["broken", "whole"])
    assert ended == ["whole"]


@pytest.fixture
def main() -> Iterator[int]:
    """The thread that Ctrl-C comes to."""
    # What ran before in this process, such as a server, may have taken the handler away.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    ident = main_thread().ident
    assert ident is not None
    yield ident
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_tells_the_jobs_to_stop_and_waits_for_what_they_have(main: int) -> None:
    kept, told = list[str](), list[str]()

    def work(job: str, stop: Stop) -> None:
        while not stop():
            Event().wait(0.01)
        kept.append(job)

    Timer(0.1, signal.pthread_kill, (main, signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        at_once(work, ["one", "two"], lambda: told.append("stopping"))
    assert sorted(kept) == ["one", "two"]
    assert told == ["stopping"]


@pytest.mark.timeout(60)
def test_ctrl_c_just_as_a_job_ends_waits_for_the_others_and_no_longer(main: int) -> None:
    for _ in range(100):
        ended, first = list[str](), Event()

        def work(job: str, _stop: Stop, ended: list[str] = ended, first: Event = first) -> None:
            if job == "first":
                Event().wait(0.0005)
                first.set()
            else:
                first.wait(30)
                signal.pthread_kill(main, signal.SIGINT)
            ended.append(job)

        with pytest.raises(KeyboardInterrupt):
            at_once(work, ["first", "second"])
        assert sorted(ended) == ["first", "second"]


@pytest.mark.timeout(60)
def test_ctrl_c_just_as_jobs_begin_stops_those_that_began_and_begins_no_other(main: int) -> None:
    for _ in range(100):
        began, ended = list[str](), list[str]()

        def work(job: str, stop: Stop, began: list[str] = began, ended: list[str] = ended) -> None:
            began.append(job)
            if job == "second":
                signal.pthread_kill(main, signal.SIGINT)
            while not stop():
                Event().wait(0.001)
            ended.append(job)

        with pytest.raises(KeyboardInterrupt):
            at_once(work, ["first", "second", "third"])
        assert sorted(ended) == sorted(began)
        assert {"first", "second"} <= set(began)
