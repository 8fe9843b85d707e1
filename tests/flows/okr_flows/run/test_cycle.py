"""Which cycle and time are meant, and what is in force then."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from applied_store import CYCLE, NOW, apply, plan_document
from okr_command import PLAN

from okr_core.errors import InputError
from okr_flows.run.cycle import current_workspace, in_force, locate
from okr_store import Store

YEAR = PLAN.replace(
    "id: 2025-q4, starts: 2025-10-01, ends: 2025-12-31",
    "id: y2025, starts: 2025-01-01, ends: 2025-12-31",
)


def test_a_store_without_a_plan_is_named(store: Store) -> None:
    with pytest.raises(InputError, match="has no plan yet"):
        locate(store, None, None, NOW)
    with pytest.raises(InputError, match=f"no plan of cycle `{CYCLE}`. Run `okr apply` first"):
        locate(store, CYCLE, None, NOW)
    with pytest.raises(InputError, match=f"no plan of cycle `{CYCLE}`"):
        in_force(store, CYCLE)
    assert current_workspace(store) is None


def test_the_shortest_cycle_of_the_time_is_meant_unless_one_is_named(store: Store) -> None:
    apply(store, plan_document(), plan_document(YEAR))
    assert locate(store, None, None, NOW)[0].id == CYCLE
    assert locate(store, None, "2025-03-01", NOW)[0].id == "y2025"
    assert locate(store, "y2025", None, NOW)[0].id == "y2025"
    with pytest.raises(InputError, match="It has 2025-q4, y2025"):
        locate(store, "2031", None, NOW)


def test_the_time_is_local_to_the_cycle(applied: Store) -> None:
    assert locate(applied, None, None, NOW)[1] == NOW
    at = datetime(2025, 10, 10, 21, 59, 59, tzinfo=UTC)
    assert locate(applied, None, "2025-10-10", NOW)[1] == at


def test_a_time_to_come_can_be_looked_at(applied: Store) -> None:
    assert locate(applied, None, "2025-11-02", NOW)[1] > NOW


def test_what_is_in_force_is_the_plan_and_the_workspace_of_now(applied: Store) -> None:
    known = in_force(applied, CYCLE)
    assert (known.plan.cycle.id, known.revision) == (CYCLE, 1)
    assert known.workspace is not None
    assert set(known.workspace.people) == {"ada", "bo"}
