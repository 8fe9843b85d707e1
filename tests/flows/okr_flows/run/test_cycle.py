"""Which cycle and time are meant, and what is in force then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from applied_store import ADA, CYCLE, NOW, apply, apply_all, plan_document
from okr_command import PLAN, WORKSPACE

from okr_core.errors import InputError
from okr_core.plan.acting import Occasion
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_flows.close.close_cycle import close
from okr_flows.run.cycle import closed_at, current_workspace, in_force, locate
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


def test_a_role_is_vacant_on_a_day_on_which_nobody_holds_it(store: Store) -> None:
    held = "held_by: [{person: ada, until: 2025-10-31}]"
    apply_all(store, workspace=WORKSPACE.replace("held_by: [{person: ada}]", held))
    known = in_force(store, CYCLE)
    assert known.vacant_roles(NOW - timedelta(days=2)) == []
    assert known.vacant_roles(NOW) == ["growth-lead"]


def test_a_cycle_that_was_closed_says_when(applied: Store) -> None:
    at = datetime(2026, 1, 20, 9, tzinfo=UTC)
    assert closed_at(applied, CYCLE) is None
    pending = ("activation.launch", "activation.grade", "answers.time", "answers.bound")
    said = dict.fromkeys(pending, "never measured")
    check_in(applied, CYCLE, CheckInText("activation.week1", "38"), Occasion(NOW, NOW, ADA))
    close(applied, CYCLE, said, occasion=Occasion(at, at, ADA), reason="it held")
    assert closed_at(applied, CYCLE) == at
    assert closed_at(applied, CYCLE, at - timedelta(days=1)) is None
