"""Who owes which check-in when."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from okr_core.calendar.days_off import DaysOff
from okr_core.calendar.people import (
    CheckInDue,
    Place,
    check_ins_by,
    check_ins_due,
    place_of,
    zone_of,
)
from okr_core.plan.calendar_policy import CalendarPolicy
from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import Increase
from okr_core.plan.plan import Cadence, KeyResult, Objective, Plan
from okr_core.plan.workspace import Absence, Holding, Person, Policies, Role, Workspace

HOLIDAYS = {
    Place("CH", "ZH"): DaysOff(frozenset({date(2026, 12, 25)})),
    Place("US"): DaysOff(frozenset({date(2026, 11, 26), date(2026, 12, 25)})),
}


def holidays(place: Place) -> DaysOff:
    return HOLIDAYS.get(place, DaysOff())


def kr(name: str, owner: str, cadence: Cadence = "weekly", **dates: date) -> KeyResult:
    metric = Increase(kind="increase", baseline=Decimal(0), target=Decimal(10))
    return KeyResult(id=name, title=name, metric=metric, role=owner, cadence=cadence, **dates)


def plan(*key_results: KeyResult, zone: str = "Europe/Zurich") -> Plan:
    cycle = Cycle(id="q4", starts=date(2026, 10, 1), ends=date(2026, 12, 31), timezone=zone)
    objective = Objective(id="o", title="O", role="ada", key_results=key_results)
    return Plan(cycle=cycle, objectives=(objective,))


def workspace(ada: Person | None = None, **roles: Role) -> Workspace:
    return Workspace(
        organization="Acme",
        timezone="Europe/Zurich",
        country="CH",
        subdivision="ZH",
        people={
            "ada": ada or Person(name="Ada"),
            "ben": Person(name="Ben", country="US", timezone="America/Los_Angeles"),
            "chi": Person(name="Chi"),
        },
        roles=roles,
    )


def away(first: int, last: int, stand_in: str | None = None) -> Absence:
    return Absence(starts=date(2026, 11, first), ends=date(2026, 11, last), stand_in=stand_in)


def of(found: tuple[CheckInDue, ...], month: int) -> list[tuple[str, str, int]]:
    return [(due.person, due.by, due.day.day) for due in found if due.day.month == month]


def test_each_person_checks_in_on_working_days_of_their_own_country_by_their_own_clock() -> None:
    found = check_ins_due(plan(kr("a", "ada"), kr("b", "ben")), workspace(), holidays)
    thanks = [due for due in found if due.day in (date(2026, 11, 26), date(2026, 11, 27))]
    assert [due.person for due in thanks] == ["ada", "ben"]
    ada, ben = thanks
    assert ada.due.isoformat() == "2026-11-27T16:00:00+00:00"
    assert ben.due.isoformat() == "2026-11-28T01:00:00+00:00"
    policy = Policies(calendar=CalendarPolicy(check_in="thursday"))
    moved = check_ins_due(
        plan(kr("b", "ben")), workspace().model_copy(update={"policies": policy}), holidays
    )
    assert date(2026, 11, 26) not in {due.day for due in moved}
    assert date(2026, 11, 25) in {due.day for due in moved}


def test_west_of_the_cycle_the_last_numbers_are_due_before_the_cycle_ends() -> None:
    found = check_ins_due(plan(kr("b", "ben")), workspace(), holidays)
    assert found[-1].day == date(2026, 12, 30)
    east = check_ins_due(plan(kr("a", "ada")), workspace(), holidays)
    assert east[-1].day == date(2026, 12, 31)
    end = plan(kr("a", "ada")).cycle.end_of(date(2026, 12, 31))
    assert found[-1].due <= end
    assert east[-1].due <= end


def test_while_one_is_away_the_stand_in_checks_in_and_only_then() -> None:
    ada = Person(name="Ada", absences=(away(2, 13, "chi"),))
    found = check_ins_due(plan(kr("a", "ada")), workspace(ada), holidays)
    assert of(found, 11) == [
        ("ada", "chi", 6),
        ("ada", "chi", 13),
        ("ada", "ada", 20),
        ("ada", "ada", 27),
    ]
    mine = check_ins_by(found, "chi")
    assert [due.stands_in for due in mine] == [True, True]
    assert mine[0].key_results == ("a",)


def test_a_stand_in_who_is_away_too_is_none_and_theirs_is_not_asked() -> None:
    people = {
        "ada": Person(name="Ada", absences=(away(2, 13, "chi"),)),
        "chi": Person(name="Chi", absences=(away(2, 8, "ben"),)),
    }
    both = workspace().model_copy(update={"people": {**workspace().people, **people}})
    found = check_ins_due(plan(kr("a", "ada")), both, holidays)
    assert of(found, 11)[0] == ("ada", "chi", 13)


def test_without_a_stand_in_it_moves_within_its_week_or_is_left_out() -> None:
    friday = Person(name="Ada", absences=(away(5, 6),))
    found = check_ins_due(plan(kr("a", "ada")), workspace(friday), holidays)
    assert of(found, 11)[0] == ("ada", "ada", 4)
    fortnight = Person(name="Ada", absences=(away(2, 15),))
    found = check_ins_due(plan(kr("a", "ada")), workspace(fortnight), holidays)
    assert of(found, 11) == [("ada", "ada", 20), ("ada", "ada", 27)]


def test_who_leaves_tells_the_last_numbers_on_the_last_day() -> None:
    left = Person(name="Ada", until=date(2026, 11, 10))
    found = check_ins_due(plan(kr("a", "ada")), workspace(left), holidays)
    assert found[-1].day == date(2026, 11, 10)


def test_who_hands_a_role_over_owes_nothing_after_and_the_other_nothing_before() -> None:
    lead = Role(
        held_by=(
            Holding(person="ada", until=date(2026, 11, 10)),
            Holding.model_validate({"person": "chi", "from": "2026-11-11"}),
        )
    )
    found = check_ins_due(plan(kr("a", "lead")), workspace(lead=lead), holidays)
    assert of(found, 11) == [
        ("ada", "ada", 6),
        ("chi", "chi", 13),
        ("chi", "chi", 20),
        ("chi", "chi", 27),
    ]


def test_a_person_checks_in_once_a_day_for_all_that_is_due() -> None:
    several = plan(
        kr("a", "ada"), kr("b", "ada", "monthly"), kr("c", "ada", due=date(2026, 11, 27))
    )
    found = check_ins_due(several, workspace(), holidays)
    at_end = next(due for due in found if due.day == date(2026, 11, 27))
    assert at_end.key_results == ("a", "c")
    assert next(d for d in found if d.day == date(2026, 11, 30)).key_results == ("b",)
    assert len({(due.person, due.key) for due in found}) == len(found)


def test_only_those_who_are_asked_for_are_told() -> None:
    everyone = check_ins_due(plan(kr("a", "ada"), kr("b", "ben")), workspace(), holidays)
    ben = check_ins_due(plan(kr("a", "ada"), kr("b", "ben")), workspace(), holidays, ["ben"])
    assert ben == tuple(due for due in everyone if due.person == "ben")


def test_what_is_dropped_or_takes_its_value_from_others_asks_nobody() -> None:
    dropped = kr("a", "ada").model_copy(update={"state": "dropped", "state_reason": "no"})
    metric = Increase(kind="increase", baseline=Decimal(0), target=Decimal(10))
    derived = KeyResult(
        id="c", title="c", metric=metric, role="ada", source={"key_results": {"sum": ["b"]}}
    )
    found = check_ins_due(plan(dropped, kr("b", "ben"), derived), workspace(), holidays)
    assert {name for due in found for name in due.key_results} == {"b"}


def test_a_person_without_place_or_zone_has_the_company_s() -> None:
    acme = workspace()
    assert place_of(acme, "ada") == Place("CH", "ZH")
    assert place_of(acme, "ben") == Place("US")
    assert zone_of(acme, "ada").key == "Europe/Zurich"
    assert zone_of(acme, "ben").key == "America/Los_Angeles"
    geneva = Person(name="Eve", subdivision="GE")
    there = acme.model_copy(update={"people": {"eve": geneva}})
    assert place_of(there, "eve") == Place("CH", "GE")
