"""Retry-After and Date: seconds, dates, and what is neither."""

from datetime import UTC, datetime

import pytest

from okr_sources.send.headers import header_time, retry_after, server_time

NOW = datetime(2026, 10, 21, 7, 27, tzinfo=UTC)
THEN = "Wed, 21 Oct 2026 07:28:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30),
        ({"Retry-After": " 2.5 "}, 2.5),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": THEN}, 60),
        ({"Retry-After": THEN, "Date": "Wed, 21 Oct 2026 07:27:50 GMT"}, 10),
        ({"Retry-After": THEN, "Date": "yesterday"}, 60),
        ({"Retry-After": "Wed, 21 Oct 2026 07:00:00 GMT"}, 0),
        ({"Retry-After": "Wednesday, 21-Oct-26 07:28:00 GMT"}, 60),
        ({"Retry-After": "Wed Oct 21 07:28:00 2026"}, 60),
    ],
)
def test_a_wait_is_a_number_or_a_date_by_the_servers_clock(
    headers: dict[str, str], seconds: float
) -> None:
    assert retry_after(headers, NOW) == seconds


@pytest.mark.parametrize(
    "text", ["", "soon", "-5", "nan", "inf", "1e9", "²", "1,5", "Wed, 21 Oct 99999999999 7:28 GMT"]
)
def test_what_is_no_wait_is_none(text: str) -> None:
    assert retry_after({"Retry-After": text}, NOW) is None
    assert retry_after({}, NOW) is None


def test_times_are_aware() -> None:
    assert server_time({"Date": THEN}) == datetime(2026, 10, 21, 7, 28, tzinfo=UTC)
    assert header_time("Wed, 21 Oct 2026 07:28:00 -0000") == server_time({"Date": THEN})
    assert server_time({}) is None
