"""A cycle that was stored with a year that nobody will see still opens."""

from __future__ import annotations

from datetime import UTC, date, datetime

from okr_core.basics.days import day_after, days_after
from okr_core.plan.cycle import Cycle


def test_its_days_begin_and_end_in_every_zone() -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"):
        far = Cycle(id="c", starts=date.min, ends=date.max, timezone=zone)
        assert far.start_of(far.starts) < datetime(3, 1, 1, tzinfo=UTC)
        assert far.end_of(far.ends) > datetime(9000, 1, 1, tzinfo=UTC)


def test_its_grace_and_what_is_expected_by_now_are_known() -> None:
    far = Cycle(id="c", starts=date(2026, 10, 1), ends=date.max)
    assert days_after(far.ends, far.grace_days) == date.max
    assert day_after(far.ends) == date.max
