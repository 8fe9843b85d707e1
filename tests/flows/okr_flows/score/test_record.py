"""A scoring is recorded once its time has come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from applied_store import ADA, CYCLE, NOW

from okr_core.errors import InputError
from okr_core.plan.acting import Occasion
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_flows.score.record import preview, score
from okr_store import Store


def test_scores_of_a_time_to_come_can_be_looked_at_and_not_recorded(applied: Store) -> None:
    check_in(applied, CYCLE, CheckInText("activation.week1", "38"), Occasion(NOW, NOW, ADA))
    later = NOW + timedelta(days=1)
    with pytest.raises(InputError, match="2025-11-02 09:00 UTC lies in the future"):
        score(applied, CYCLE, later, now=NOW)
    assert preview(applied, CYCLE, later).card.cycle == CYCLE
    assert list(applied.entries(CYCLE, kinds=("scored",))) == []
    assert score(applied, CYCLE, later, now=later).recorded
