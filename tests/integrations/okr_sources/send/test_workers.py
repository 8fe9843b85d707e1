"""Workers: results as they come, and one broken job that stops no other."""

from threading import Event

from okr_core.errors import AccessError, DataError
from okr_sources.send.workers import Workers


def test_results_come_as_jobs_end_and_not_in_the_order_of_asking() -> None:
    second_is_done = Event()

    def first() -> str:
        second_is_done.wait(10)
        return "first"

    with Workers[str, str](2) as workers:
        workers.submit("first", first)
        workers.submit("second", lambda: "second")
        seen = []
        for result in workers.results():
            seen.append(result.key)
            second_is_done.set()
    assert seen == ["second", "first"]


def test_a_broken_job_is_a_result_and_stops_no_other() -> None:
    def refused() -> str:
        raise AccessError("no")

    def crashed() -> str:
        raise KeyError("the token is secret")

    with Workers[str, str](2) as workers:
        workers.submit("refused", refused)
        workers.submit("crashed", crashed)
        workers.submit("fine", lambda: "value")
        results = {result.key: result for result in workers.results()}
    assert results["fine"].value == "value"
    assert isinstance(results["refused"].error, AccessError)
    assert isinstance(results["crashed"].error, DataError)
    assert "secret" not in str(results["crashed"].error)


def test_jobs_may_be_added_while_results_are_taken() -> None:
    with Workers[int, int](1) as workers:
        workers.submit(3, lambda: 3)
        taken = []
        for result in workers.results():
            taken.append(result.key)
            if result.key:
                workers.submit(result.key - 1, lambda: 0)
    assert taken == [3, 2, 1, 0]
