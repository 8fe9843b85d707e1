"""Role: purpose, accountabilities, domains, holders, its goals and what it carries."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from okr_core.plan.workspace import Holding
from okr_core.words.figures import number
from okr_web.pages.items import Facts, Line
from okr_web.visit import Visit


@dataclass(frozen=True, slots=True)
class Carried:
    """A key result with what is at stake in it: points × (1 − chance)."""

    id: str
    title: str
    points: str
    chance: str
    stake: str


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role.

    Attributes:
        holders: Name, and how and since when.
        load: What is at stake in its key results, with the sum; empty: nobody may see it.
        alone: Whether one person holds it: what it carries is then about that person.
    """

    id: str
    name: str
    circle: str
    purpose: str
    goals: tuple[Line, ...]
    holders: tuple[tuple[str, str], ...]
    accountabilities: tuple[str, ...]
    domains: tuple[str, ...]
    load: tuple[Carried, ...]
    stake: str
    mine: bool


def role(visit: Visit, name: str, facts: Facts) -> RoleView | None:
    """A role as a reader may see it; None: there is none, or they may not."""
    space = facts.snapshot.workspace
    if space is None or name not in space.roles:
        return None
    found, voice = space.roles[name], visit.voice
    holdings = [h for h in found.held_by if h in space.holders(name, visit.today)]
    goals = [
        facts.objective_line(objective, voice(f"role_{how}"), below=True)
        for objective, how in facts.own("", (name,))
    ]
    load = _load(facts, name)
    total = sum((each[1] for each in load), Fraction(0))
    return RoleView(
        id=name,
        name=facts.role(name),
        circle=facts.team(found.circle) if found.circle else "",
        purpose=found.purpose,
        goals=tuple(goals),
        holders=tuple((facts.person(h.person), _held(visit, h)) for h in holdings),
        accountabilities=found.accountabilities,
        domains=found.domains,
        load=tuple(each[0] for each in load),
        stake=_points(total) if load else "",
        mine=name in visit.roles,
    )


def _held(visit: Visit, holding: Holding) -> str:
    voice = visit.voice
    parts = [voice("whole_role") if holding.share == 1 else voice.percent(Fraction(holding.share))]
    if holding.from_:
        parts.append(voice("since_day", day=voice.day(holding.from_)))
    if holding.until:
        parts.append(voice("until_day", day=voice.day(holding.until)))
    return voice.locale("comma").join(parts)


def _load(facts: Facts, name: str) -> list[tuple[Carried, Fraction]]:
    """What is at stake in the key results that the role is accountable for, most first.

    Chances rest on confidence where there is no forecast: who may not see either sees no load.
    """
    found = []
    for kr in facts.plan.weighed_key_results:
        points = kr.worth.points if kr.worth else None
        if facts.plan.role_of(kr) != name or points is None:
            continue
        sure = facts.standing(kr.id).confidence
        forecast = facts.snapshot.forecasts.get(kr.id)
        chance: Fraction | None = None
        if forecast is not None and forecast.hit is not None:
            chance = Fraction(forecast.hit)
        elif sure is not None:
            chance = Fraction(sure, 10)
        if chance is None:
            continue
        stake = Fraction(points) * (1 - chance)
        line = Carried(kr.id, kr.title, number(points), facts.voice.percent(chance), _points(stake))
        found.append((line, stake))
    return sorted(found, key=lambda pair: -pair[1])


def _points(amount: Fraction) -> str:
    return number(round(Decimal(amount.numerator) / Decimal(amount.denominator), 1))
