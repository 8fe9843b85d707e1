"""Work that waits for servers is done at once; what was done is kept, whatever else happens."""

from __future__ import annotations

import signal
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


def test_ctrl_c_tells_the_jobs_to_stop_and_waits_for_what_they_have() -> None:
    kept, told = list[str](), list[str]()

    def work(job: str, stop: Stop) -> None:
        while not stop():
            Event().wait(0.01)
        kept.append(job)

    main = main_thread().ident
    assert main is not None
    # What ran before in this process, such as a server, may have taken the handler away.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    Timer(0.1, signal.pthread_kill, (main, signal.SIGINT)).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            at_once(work, ["one", "two"], lambda: told.append("stopping"))
    finally:
        signal.signal(signal.SIGINT, before)
    assert sorted(kept) == ["one", "two"]
    assert told == ["stopping"]
