"""What is a team's, and what a person answers for or contributes to."""

from __future__ import annotations

from datetime import date

import pytest

from okr_core.errors import InputError
from okr_core.files.document import load_plan, load_workspace
from okr_core.plan.part import part_of_person, part_of_team, whole_of

WORKSPACE = load_workspace("""\
organization: Acme
timezone: Europe/Zurich
people:
  ada: {name: Ada Okafor}
  bo: {name: Bo Lind}
  cy: {name: Cy Twombly}
teams:
  growth: {name: Growth}
roles:
  lead: {held_by: [{person: ada, until: 2025-10-31}, {person: cy, from: 2025-11-01}]}
""")
PLAN = load_plan("""\
cycle: {id: 2025-q4, starts: 2025-10-01, ends: 2025-12-31, timezone: Europe/Zurich}
objectives:
  - id: one
    title: The first one
    team: growth
    role: lead
    key_results:
      - {id: one.a, title: A, metric: {kind: binary}}
      - {id: one.b, title: B, owner: bo, metric: {kind: binary}}
  - id: two
    title: The second one
    owner: bo
    key_results:
      - {id: two.a, title: A, metric: {kind: binary}}
      - {id: two.b, title: B, metric: {kind: binary}, contributors: {lead: 1}}
""")
OCTOBER, NOVEMBER = date(2025, 10, 15), date(2025, 11, 15)


def test_a_team_has_its_objectives_by_id_or_name() -> None:
    for name in ("growth", "GROWTH", " Growth "):
        assert part_of_team(PLAN, WORKSPACE, name).items == {"one", "one.a", "one.b"}
    with pytest.raises(InputError, match="no team `grwth`"):
        part_of_team(PLAN, WORKSPACE, "grwth")


def test_a_person_has_what_their_roles_of_that_day_answer_for_and_contribute_to() -> None:
    everything = {"one", "one.a", "one.b", "two", "two.b"}
    assert part_of_person(PLAN, WORKSPACE, "Ada Okafor", OCTOBER).items == everything
    assert part_of_person(PLAN, WORKSPACE, "ada", NOVEMBER).items == set()
    assert part_of_person(PLAN, WORKSPACE, "cy", NOVEMBER).items == everything


def test_a_key_result_of_ones_own_brings_its_objective_without_its_sisters() -> None:
    assert part_of_person(PLAN, WORKSPACE, "bo", OCTOBER).items == {
        *("one", "one.b", "two", "two.a", "two.b"),
    }


def test_who_is_not_there_is_answered_with_who_is() -> None:
    with pytest.raises(InputError, match="no person `adda`") as refused:
        part_of_person(PLAN, WORKSPACE, "adda", OCTOBER)
    assert "Closest: `ada`" in str(refused.value)


def test_the_whole_is_everything() -> None:
    assert len(whole_of(PLAN).items) == 6
