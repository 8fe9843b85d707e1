"""Who acts for a person who is away, and in what."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from okr_core.plan.stand_in import PASSES, ActKind, acting_stand_in, acts_for, named_by, stand_ins
from okr_core.plan.workspace import Absence, Person, Workspace

AWAY = Absence(starts=date(2026, 10, 5), ends=date(2026, 10, 16), stand_in="ben")
ACME = Workspace(
    organization="Acme",
    people={
        "ada": Person(name="Ada", absences=(AWAY,)),
        "ben": Person(name="Ben", until=date(2026, 10, 14)),
        "chi": Person(name="Chi"),
    },
)


@pytest.mark.parametrize("kind", ["check_in", "comment", "help", "at_risk_decision"])
def test_a_stand_in_does_what_cannot_wait(kind: ActKind) -> None:
    assert acts_for(ACME, "ben", "ada", AWAY.starts, kind)


@pytest.mark.parametrize("kind", ["ballot", "estimate", "approval", "second_person"])
def test_a_stand_in_never_speaks_a_person_s_own_word(kind: ActKind) -> None:
    assert not acts_for(ACME, "ben", "ada", AWAY.starts, kind)


def test_every_kind_of_act_says_whether_it_passes() -> None:
    assert {*PASSES} == {*get_args(ActKind)}


@pytest.mark.parametrize(("day", "stands"), [(4, False), (5, True), (16, True), (17, False)])
def test_a_stand_in_acts_from_the_first_to_the_last_day_of_the_absence(
    day: int, stands: bool
) -> None:
    assert acts_for(ACME, "ben", "ada", date(2026, 10, day), "check_in") is stands


def test_nobody_else_acts_and_nobody_for_a_person_who_is_not_known() -> None:
    assert not acts_for(ACME, "chi", "ada", AWAY.starts, "check_in")
    assert not acts_for(ACME, "ada", "ben", AWAY.starts, "check_in")
    assert stand_ins(ACME, "dan", AWAY.starts) == ()


def test_whom_somebody_stands_in_for_is_known_by_who_names_them() -> None:
    assert named_by(ACME, "ben") == {"ada"}
    assert named_by(ACME, "ada") == frozenset()


def test_a_stand_in_who_has_left_is_none() -> None:
    assert acting_stand_in(ACME, "ada", date(2026, 10, 14)) == "ben"
    assert acting_stand_in(ACME, "ada", date(2026, 10, 15)) is None
