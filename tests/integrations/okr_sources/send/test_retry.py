"""The one retry policy: what may be repeated, how often, how long."""

from collections.abc import Callable, Iterator

import pytest
import stamina

from okr_core.errors import AccessError, ConfigError, DataError, OkrError, RetryableError
from okr_core.plan.workspace import Connection
from okr_sources.errors import ThrottledError
from okr_sources.send.retry import Policy, call

POLICY = Policy(attempts=4, seconds=60)


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=10, cap=True):
        yield


class Server:
    """Fails with these errors in turn, then answers."""

    def __init__(self, *errors: OkrError) -> None:
        self.errors = list(errors)
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


def test_a_request_is_repeated_until_it_is_answered() -> None:
    server = Server(RetryableError("busy"), ThrottledError("slow down", retry_after=3))
    assert call(server, policy=POLICY) == "answer"
    assert server.asked == 3


def test_attempts_are_bounded_and_the_last_error_is_told() -> None:
    server = Server(*(RetryableError(f"busy {n}") for n in range(9)))
    with pytest.raises(RetryableError, match="busy 3"):
        call(server, policy=POLICY)
    assert server.asked == 4


@pytest.mark.parametrize("error", [AccessError("no"), ConfigError("no"), DataError("no")])
def test_what_a_person_must_end_is_not_repeated(error: OkrError) -> None:
    server = Server(error)
    with pytest.raises(type(error)):
        call(server, policy=POLICY)
    assert server.asked == 1


def test_a_write_that_is_not_safe_is_sent_once() -> None:
    server = Server(RetryableError("busy"))
    with pytest.raises(RetryableError):
        call(server, policy=POLICY, safe=False)
    assert server.asked == 1


def test_no_wait_begins_that_would_end_after_the_time_that_is_left() -> None:
    server = Server(ThrottledError("quota", retry_after=3600))
    with pytest.raises(ThrottledError):
        call(server, policy=POLICY)
    assert server.asked == 1


def ticking(*times: float) -> Callable[[], float]:
    steps = iter(times)
    return lambda: next(steps)


def test_time_that_has_passed_counts() -> None:
    server = Server(ThrottledError("slow down", retry_after=30), RetryableError("busy"))
    with pytest.raises(ThrottledError):
        call(server, policy=POLICY, clock=ticking(0, 31))
    assert server.asked == 1


def test_a_connection_says_how_often_and_how_long() -> None:
    connection = Connection.model_validate({"kind": "jira", "retries": 3, "timeout": "20"})
    policy = Policy.of(connection)
    assert (policy.attempts, policy.seconds) == (3, 60)


def test_repetitions_are_logged_as_information_and_name_the_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level("DEBUG"):
        call(Server(RetryableError("jira `acme` is busy")), policy=POLICY)
    (record,) = caplog.records
    assert record.levelname == "INFO"
    assert "jira `acme` is busy" in record.getMessage()


def test_repetitions_are_silent_where_information_is_not_wanted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level("WARNING"):
        call(Server(RetryableError("jira `acme` is busy")), policy=POLICY)
    assert caplog.records == []
