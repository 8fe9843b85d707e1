"""What a simple source need not do itself: numbers, statuses, ids, blocks."""

import doctest
from decimal import Decimal
from types import ModuleType

import pytest

from okr_core.errors import AccessError, ConfigError, DataError, OkrError, RetryableError
from okr_sources import censor, credentials, simple, source
from okr_sources.errors import ThrottledError, UnauthorizedError
from okr_sources.send import headers, login, refusal
from okr_sources.send.refusal import error_of
from okr_sources.simple import number_of
from okr_sources.testing import watching


@pytest.mark.parametrize(
    "module", [censor, credentials, headers, login, refusal, simple, source, watching]
)
def test_examples_in_docstrings_run(module: ModuleType) -> None:
    ran = doctest.testmod(module)
    assert ran.attempted > 0
    assert ran.failed == 0


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, ConfigError),
        (400, ConfigError),
        (401, UnauthorizedError),
        (403, AccessError),
        (404, ConfigError),
        (408, RetryableError),
        (409, ConfigError),
        (425, RetryableError),
        (429, ThrottledError),
        (500, RetryableError),
        (503, ThrottledError),
        (529, ThrottledError),
    ],
)
def test_a_status_is_an_error_that_says_what_to_do(status: int, kind: type[OkrError]) -> None:
    error = error_of(status, "deals.csv")
    assert type(error) is kind
    assert "deals.csv" in error.message
    assert error.hint


def test_only_200_is_success() -> None:
    assert error_of(200, "deals.csv") is None


@pytest.mark.parametrize("status", [201, 202, 203, 204, 206, 299])
def test_what_is_accepted_partial_or_empty_is_no_whole_answer(status: int) -> None:
    error = error_of(status, "deals.csv")
    assert type(error) is DataError
    assert str(status) in error.message


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("30", 30.0), (" 0 ", 0.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("", None), ("²", None)],
)
def test_retry_after_is_obeyed_as_seconds_or_as_a_date(header: str, seconds: float | None) -> None:
    error = error_of(429, "deals.csv", header)
    assert isinstance(error, ThrottledError)
    assert error.retry_after == seconds


@pytest.mark.parametrize("text", ["NaN", "inf", "1,5", "1 000", "won", "٣"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="is no number"):
        number_of(text)


def test_a_number_in_a_table_stays_as_it_is_written() -> None:
    assert str(number_of(" 1.10 ")) == "1.10"
    assert number_of("-3e2") == Decimal(-300)
