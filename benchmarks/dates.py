"""How long the calendar of a company takes: its dates, and every check-in of everybody.

    python benchmarks/dates.py [--teams 50] [--people 500] [--rounds 5]

People work in five countries and have two key results each, in all cadences; a fifth of them are
away once, half of those with a stand-in. Timed is CPU from the workspace to the dates: first with
holidays that nobody has looked up yet, then as a server does that has. The files of all people come
on top.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import get_args

from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import Increase
from okr_core.plan.plan import Cadence, KeyResult, Objective, Plan
from okr_core.plan.workspace import Absence, Person, Workspace
from okr_flows.run.calendar import Calendar

PLACES = (
    ("CH", "Europe/Zurich"),
    ("DE", "Europe/Berlin"),
    ("US", "America/New_York"),
    ("CN", "Asia/Shanghai"),
    ("GB", "Europe/London"),
)
CADENCES: tuple[Cadence, ...] = get_args(Cadence)
CHANGED = datetime(2026, 9, 1, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teams", type=int, default=50)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    staff = workspace(options.people)
    goals = plan(options.teams, options.people)
    first, calendar = timed(staff, goals)
    again = [timed(staff, goals)[0] for _ in range(options.rounds)]
    number = len(goals.active_key_results)
    print(f"{options.teams} teams, {options.people} people, {number} key results:")
    print(f"  dates and {len(calendar.check_ins):,} check-ins, at first  {first:6.2f} s of CPU")
    print(
        f"  again, median of {options.rounds}                     {statistics.median(again):6.2f} s"
    )
    begun = time.process_time()
    size = sum(len(calendar.file(person)) for person in staff.people)
    passed = time.process_time() - begun
    print(f"  {len(staff.people)} files, {size // 1000:,} kB in all         {passed:6.2f} s")


def timed(staff: Workspace, goals: Plan) -> tuple[float, Calendar]:
    begun = time.process_time()
    calendar = Calendar(goals, staff, "acme", None, 2, CHANGED)
    assert calendar.dates.events
    assert calendar.check_ins
    return time.process_time() - begun, calendar


def workspace(people: int) -> Workspace:
    found = {}
    for number in range(people):
        country, zone = PLACES[number % len(PLACES)]
        stand_in = f"p{(number + 1) % people}" if number % 2 else None
        away = Absence(starts=date(2026, 10, 12), ends=date(2026, 10, 23), stand_in=stand_in)
        found[f"p{number}"] = Person(
            name=f"Person {number}",
            country=country,
            timezone=zone,
            absences=(away,) if number % 5 == 0 else (),
        )
    return Workspace(organization="Acme", country="CH", timezone="Europe/Zurich", people=found)


def plan(teams: int, people: int) -> Plan:
    cycle = Cycle(
        id="2026-q4", starts=date(2026, 10, 1), ends=date(2026, 12, 31), timezone="Europe/Zurich"
    )
    line = Increase(kind="increase", baseline=Decimal(0), target=Decimal(100))
    objectives = []
    for team in range(teams):
        mine = range(team, people, teams)
        key_results = tuple(
            KeyResult(
                id=f"k{person}-{each}",
                title=f"Key result {each} of {person}",
                metric=line,
                role=f"p{person}",
                cadence=CADENCES[(person + each) % len(CADENCES)],
            )
            for person in mine
            for each in range(2)
        )
        goal = Objective(id=f"o{team}", title="Goal", role=f"p{team}", key_results=key_results)
        objectives.append(goal)
    return Plan(cycle=cycle, objectives=tuple(objectives))


if __name__ == "__main__":
    main()
