"""Vacancies: whoever comes and goes, each goal has somebody who is asked, or a named vacancy."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.files.document import load_plan
from okr_core.open.entries import open_entries
from okr_core.open.entry import accountable, owner_of
from okr_core.plan.agreement import PlanVersion
from okr_core.plan.handover import Handing, absences_handed, items_handed, roles_handed
from okr_core.plan.plan import Plan
from okr_core.plan.vacancies import gaps, in_place_of, vacancies
from okr_core.plan.workspace import Workspace
from okr_core.snapshot import Snapshot

_FIRST, _LAST = date(2026, 10, 1), date(2026, 12, 31)
_PLAN = load_plan("""\
cycle: {id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31, owner: head}
objectives:
  - id: company
    title: The company grows
    owner: dora
    key_results:
      - {id: company.more, title: More, metric: {kind: increase, baseline: 0, target: 9}}
  - id: sales
    title: More teams buy
    role: sales-lead
    contributes_to: [company]
    key_results:
      - {id: sales.new, title: New, owner: ben, metric: {kind: increase, baseline: 0, target: 9}}
      - {id: sales.kept, title: Kept, role: care, metric: {kind: increase, baseline: 0, target: 9}}
""")
_PEOPLE = ("ada", "ben", "cleo", "dora")
_days = st.none() | st.dates(_FIRST - timedelta(days=9), _LAST + timedelta(days=9))


def workspace(**people: dict[str, Any]) -> Workspace:
    """Ada leads sales, Cleo cares for customers, both in the circle growth; Dora heads it all."""
    roles = {
        "sales-lead": {"circle": "growth", "held_by": [{"person": "ada"}]},
        "care": {"circle": "growth", "held_by": [{"person": "cleo"}]},
        "head": {"held_by": [{"person": "dora"}]},
    }
    named = {name: {"name": name.title(), **people.get(name, {})} for name in _PEOPLE}
    return Workspace.model_validate({"organization": "Acme", "people": named, "roles": roles})


def snapshot(space: Workspace, day: date, plan: Plan = _PLAN) -> Snapshot:
    """The cycle at noon of a day, under a plan of its start."""
    starts = datetime(2026, 10, 1, tzinfo=UTC)
    at = max(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), starts)
    return Snapshot(at, (PlanVersion(1, starts, plan),), workspace=space, opened_by="ada")


@st.composite
def workspaces(draw: st.DrawFn) -> Workspace:
    """People who come, leave and come back, and roles that are held for a time."""
    space = workspace()
    people = {}
    for name, person in space.people.items():
        spell = {"from_": draw(_days), "until": draw(_days)}
        people[name] = person.model_copy(update=spell)
    roles = {}
    for name, role in space.roles.items():
        held = role.held_by[0].model_copy(update={"until": draw(_days)})
        roles[name] = role.model_copy(update={"held_by": (held,)})
    return space.model_copy(update={"people": people, "roles": roles})


@given(workspaces(), st.dates(_FIRST, _LAST))
def test_each_goal_has_somebody_who_is_asked_or_a_named_vacancy(
    space: Workspace, day: date
) -> None:
    known = snapshot(space, day)
    there = space.people_on(day)
    empty = {item for each in vacancies(known.plan, space, day) for item in each.items}
    for objective in known.plan.objectives:
        for item in (objective, *objective.key_results):
            to = accountable(known, item.id)
            assert set(to.people) <= set(there)
            assert to.people or not there
            assert to.holders or {item.id, objective.id} & empty
    assert set(owner_of(known).people) <= set(there)


@given(workspaces(), st.dates(_FIRST, _LAST))
def test_nothing_is_addressed_to_who_is_not_there(space: Workspace, day: date) -> None:
    for entry in open_entries(snapshot(space, day)):
        assert all(space.is_with_us(each, day) for each in entry.to.people), entry
        assert entry.to.people or not space.people_on(day), entry


@given(workspaces(), st.sampled_from(["sales-lead", "ben", "head"]))
def test_gaps_are_the_days_without_a_holder(space: Workspace, role: str) -> None:
    found = {
        gap.first + timedelta(days=n)
        for gap in gaps(space, role, _FIRST, _LAST)
        for n in range((gap.last - gap.first).days + 1)
    }
    every = [_FIRST + timedelta(days=n) for n in range((_LAST - _FIRST).days + 1)]
    assert found == {day for day in every if not space.holders(role, day)}


@given(workspaces(), st.dates(_FIRST, _LAST))
def test_a_handover_moves_what_is_held_from_its_day_on_and_no_day_before(
    space: Workspace, day: date
) -> None:
    handing = Handing("ada", "cleo", day)
    moved = roles_handed(space, handing)
    roles = {
        name: role.model_copy(update={"held_by": moved.get(name, role.held_by)})
        for name, role in space.roles.items()
    }

    def named(held: Workspace, at: date) -> set[str]:
        return {h.person for h in held.roles["sales-lead"].held_by if h.holds_on(at)}

    after = space.model_copy(update={"roles": roles})
    for number in range((_LAST - _FIRST).days + 1):
        at = _FIRST + timedelta(days=number)
        before = named(space, at)
        expected = {"cleo" if each == "ada" else each for each in before} if at >= day else before
        assert named(after, at) == expected


def test_who_is_asked_in_a_vacant_roles_place_is_the_nearest_who_is_there() -> None:
    day = date(2026, 11, 15)
    gone = {"until": date(2026, 11, 14)}
    circle = workspace(ada=gone)
    assert in_place_of(_PLAN, circle, "sales", day) == ("cleo",)
    parent = workspace(ada=gone, cleo=gone)
    assert in_place_of(_PLAN, parent, "sales.kept", day) == ("dora",)
    nobody = workspace(ada=gone, cleo=gone, dora=gone)
    assert in_place_of(_PLAN, nobody, "sales.kept", day) == ()
    assert accountable(snapshot(nobody, day), "sales.kept").people == ("ben",)


def test_the_last_day_is_still_theirs_and_the_next_is_not() -> None:
    space = workspace(ada={"until": date(2026, 11, 14)})
    held = [bool(space.holders("sales-lead", date(2026, 11, day))) for day in (14, 15)]
    assert held == [True, False]
    (found,) = vacancies(_PLAN, space, date(2026, 12, 1))
    assert (found.role, found.since, found.last) == ("sales-lead", date(2026, 11, 15), ("ada",))


@pytest.mark.parametrize(
    ("day", "there"),
    [
        pytest.param(date(2026, 10, 31), True, id="before"),
        pytest.param(date(2026, 11, 15), False, id="between"),
        pytest.param(date(2026, 12, 1), True, id="back"),
    ],
)
def test_who_comes_back_is_there_again_from_that_day(day: date, there: bool) -> None:
    space = workspace(ada={"until": date(2026, 10, 31), "from": date(2026, 12, 1)})
    assert space.is_with_us("ada", day) is there
    assert bool(space.holders("sales-lead", day)) is there


def test_who_joins_in_mid_cycle_is_asked_from_the_first_day_on() -> None:
    space = workspace(ben={"from": date(2026, 11, 16)})
    asked = [accountable(snapshot(space, date(2026, 11, day)), "sales.new") for day in (15, 16)]
    assert [(each.people, each.vacant) for each in asked] == [(("ada",), True), (("ben",), False)]


def test_a_time_is_judged_by_the_persons_own_day() -> None:
    space = workspace(ada={"until": date(2026, 11, 14), "timezone": "Asia/Tokyo"})
    last = datetime(2026, 11, 14, 23, 59, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert space.is_with_us("ada", last)
    assert not space.is_with_us("ada", last.astimezone(UTC) + timedelta(minutes=1))
    assert not space.is_with_us("zoe", last)


def test_an_absence_is_divided_where_its_stand_in_changes() -> None:
    away = {"starts": date(2026, 11, 1), "ends": date(2026, 11, 20), "stand_in": "ben"}
    space = workspace(cleo={"absences": [away]})
    found = absences_handed(space, Handing("ben", "ada", date(2026, 11, 10)))
    assert [(each.ends, each.stand_in) for each in found["cleo"]] == [
        (date(2026, 11, 9), "ben"),
        (date(2026, 11, 20), "ada"),
    ]


def test_an_item_that_is_handed_over_alone_names_the_taker_whoever_its_role() -> None:
    handing = Handing("ada", "ben", date(2026, 11, 1), items=("sales", "company.more"))
    found = [(each.item.id, each.key) for each in items_handed(_PLAN, handing)]
    assert found == [("company.more", "owner"), ("sales", "role")]
