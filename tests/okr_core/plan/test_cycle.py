"""A cycle's usual length is a quarter."""

from datetime import date

import pytest

from okr_core.plan.cycle import quarter_of


@pytest.mark.parametrize(
    ("day", "cycle", "starts", "ends"),
    [
        ("2026-01-01", "2026-q1", "2026-01-01", "2026-03-31"),
        ("2026-06-30", "2026-q2", "2026-04-01", "2026-06-30"),
        ("2026-12-31", "2026-q4", "2026-10-01", "2026-12-31"),
    ],
)
def test_a_quarter_ends_on_its_last_day(day: str, cycle: str, starts: str, ends: str) -> None:
    expected = (cycle, date.fromisoformat(starts), date.fromisoformat(ends))
    assert quarter_of(date.fromisoformat(day)) == expected
