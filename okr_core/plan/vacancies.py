"""Vacancies: roles that answer for goals and that nobody holds, and who is asked in their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from okr_core.basics.days import days_after
from okr_core.plan.plan import Objective, Plan
from okr_core.plan.workspace import Workspace

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A role that answers for goals and that nobody holds on a day.

    Attributes:
        role: Its id; that of a person who is not with the organisation: their implicit role.
        items: Ids of the active objectives and key results that name it, in the order of the plan.
        since: First day on which nobody held it; None: since before the cycle.
        last: Ids of those who held it on the day before.
    """

    role: str
    items: tuple[str, ...]
    since: date | None = None
    last: tuple[str, ...] = ()


class Gap(NamedTuple):
    """Days in a row on which nobody holds a role, both included."""

    first: date
    last: date


def named_by(plan: Plan) -> Mapping[str, tuple[str, ...]]:
    """Accountable role → the active items that name it, in the order of the plan."""
    found: dict[str, list[str]] = {}
    for objective in plan.active_objectives:
        inside = (objective, *objective.active_key_results)
        for item in inside:
            if item.accountable is not None:
                found.setdefault(item.accountable, []).append(item.id)
    return {role: tuple(items) for role, items in found.items()}


def vacancies(plan: Plan, workspace: Workspace, day: date) -> tuple[Vacancy, ...]:
    """Roles of a plan that nobody holds on a day, in the order in which the plan names them.

    Args:
        plan: The plan in force.
        workspace: Knows who holds what; one that names no people has no vacancies.
        day: Local day; one before the cycle is taken for its first.
    """
    if not workspace.people:
        return ()
    starts = plan.cycle.starts
    day = max(day, starts)
    found = []
    for role, items in named_by(plan).items():
        if not workspace.holders(role, day):
            gap = next(each for each in gaps(workspace, role, starts, day) if each.last == day)
            since = gap.first if gap.first > starts else None
            last = _holders(workspace, role, gap.first - _DAY)
            found.append(Vacancy(role, items, since, last))
    return tuple(found)


def gaps(workspace: Workspace, role: str, first: date, last: date) -> tuple[Gap, ...]:
    """Days from `first` to `last`, both included, on which nobody holds a role.

    >>> from okr_core.plan.workspace import Person
    >>> acme = Workspace(organization="A", people={"ada": Person(name="A", until="2026-10-31")})
    >>> gaps(acme, "ada", date(2026, 10, 1), date(2026, 12, 31))
    (Gap(first=datetime.date(2026, 11, 1), last=datetime.date(2026, 12, 31)),)
    """
    if last < first:
        return ()
    days = {day for day in turning_points(workspace, role) if first < day <= last}
    starts = [first, *sorted(days), days_after(last, 1)]
    found: list[Gap] = []
    for start, following in pairwise(starts):
        if workspace.holders(role, start):
            continue
        end = following - _DAY
        joined = found and days_after(found[-1].last, 1) == start
        if joined:
            found[-1] = Gap(found[-1].first, end)
        else:
            found.append(Gap(start, end))
    return tuple(found)


def turning_points(workspace: Workspace, role: str) -> Iterator[date]:
    """Days on which somebody may begin or cease to hold a role."""
    for holding in workspace.holdings(role):
        person = workspace.people.get(holding.person)
        for spell in (holding, person):
            if spell is None:
                continue
            if spell.from_ is not None:
                yield spell.from_
            if spell.until is not None and spell.until < date.max:
                yield days_after(spell.until, 1)


def in_place_of(plan: Plan, workspace: Workspace, item: str, day: date) -> tuple[str, ...]:
    """Who is asked for an item whose role nobody holds: the nearest who are there.

    These are who holds roles of the role's circle, else of the goal's team; else who is accountable
    for the objective, else for the goals that it contributes to. Nobody: it is left to the owner of
    the cycle.

    Args:
        plan: The plan in force.
        workspace: Knows roles and circles.
        item: Id of an objective or key result.
        day: Local day.
    """
    kr = plan.key_results_by_id.get(item)
    objective = plan.objective_of[item] if kr is not None else plan.objectives_by_id.get(item)
    if objective is None:
        return ()
    role = plan.role_of(kr) if kr is not None else objective.accountable
    for circle in _circles(workspace, role, objective):
        if people := people_of_circle(workspace, circle, day):
            return people
    return next(filter(None, _of_parents(plan, workspace, objective, day)), ())


def _circles(workspace: Workspace, role: str | None, objective: Objective) -> Iterator[str]:
    known = workspace.roles.get(role) if role else None
    yield from filter(None, (known and known.circle, objective.team))


def _of_parents(
    plan: Plan, workspace: Workspace, objective: Objective, day: date
) -> Iterator[tuple[str, ...]]:
    """Who is accountable for an objective, then for what it contributes to, nearest first."""
    level, seen = [objective], {objective.id}
    while level:
        roles = [each.accountable for each in level if each.accountable]
        yield tuple(dict.fromkeys(p for role in roles for p in _holders(workspace, role, day)))
        above = [name for each in level for name in each.contributes_to if name not in seen]
        seen.update(above)
        known = plan.objectives_by_id
        level = [known[name] for name in dict.fromkeys(above) if name in known]


def people_of_circle(workspace: Workspace, circle: str, day: date) -> tuple[str, ...]:
    """Who holds roles of a circle on a day, in the order of the workspace."""
    names = (name for name, role in workspace.roles.items() if role.circle == circle)
    return tuple(dict.fromkeys(p for name in names for p in _holders(workspace, name, day)))


def _holders(workspace: Workspace, role: str, day: date) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.person for each in workspace.holders(role, day)))
