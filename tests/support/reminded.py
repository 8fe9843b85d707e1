"""A small company of which people are reminded, for tests of who hears of what and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from okr_core.files.document import load_plan
from okr_core.open.entry import Addressee, OpenEntry, OpenKind, id_of
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Absence, Holding, Person, Role, Workspace
from okr_core.reminders.due import DueNow, Past
from okr_core.reminders.matter import Matter

CYCLE = "2026-q4"
PLAN = load_plan(
    """\
cycle: {id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31, timezone: Europe/Zurich}
objectives:
  - id: sales
    title: More teams buy
    team: growth
    role: sales-lead
    key_results:
      - id: sales.new
        title: New teams from 0 to 10
        metric: {kind: increase, baseline: 0, target: 10}
      - id: sales.kept
        title: Teams kept
        metric: {kind: increase, baseline: 0, target: 10}
        source: {jira: {connection: acme, jql: "labels = kept", measure: count}}
"""
)


def company(**absences: tuple[str, ...]) -> Workspace:
    """Ada in Zurich and Bo in Shanghai, who lead sales, and Cy, who is of the same circle.

    Args:
        absences: Person → first and last day away, and who stands in, if anybody does.
    """

    def person(name: str, zone: str) -> Person:
        days = absences.get(name.lower())
        words = dict(zip(("starts", "ends", "stand_in"), days or (), strict=False))
        away = [Absence.model_validate(words)] if days else []
        return Person(
            name=name, timezone=zone, email=f"{name.lower()}@acme.example", absences=tuple(away)
        )

    return Workspace(
        organization="Acme",
        timezone="Europe/Zurich",
        people={
            "ada": person("Ada", "Europe/Zurich"),
            "bo": person("Bo", "Asia/Shanghai"),
            "cy": person("Cy", "America/New_York"),
        },
        roles={
            "sales-lead": Role(circle="sales", held_by=(Holding(person="ada"),)),
            "desk": Role(circle="sales", held_by=(Holding(person="cy"),)),
        },
        routes={"sales": "slack-webhook/sales", "growth": "slack-webhook/growth"},
    )


def at(text: str) -> datetime:
    """A time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def question(
    kind: OpenKind = "risk",
    *people: str,
    deadline: str | None = "2026-10-16",
    item: str = "sales",
    role: str | None = "sales-lead",
) -> Matter:
    """An open question."""
    id_ = id_of(CYCLE, kind, item)
    day = date.fromisoformat(deadline) if deadline else None
    to = Addressee(role, people or ("ada",))
    entry = OpenEntry(id_, kind, item, item, "", to, (), deadline=day)
    return Matter(f"{id_}@{deadline}", entry)


def check_in(due: str = "2026-10-09T15:00", *people: str) -> Matter:
    """A check-in that the calendar says is due."""
    moment = at(due)
    asked = question("check_in", *people, item="sales.new").entry
    return Matter(f"{asked.id}@{due}", asked, moment, calendar=True)


def past_of(now: DueNow, moment: datetime) -> list[Past]:
    """What was sent, as later ticks know it."""
    mails = [
        Past(moment, tuple(each.about for each in several), to) for to, several in now.mails.items()
    ]
    circles = [
        Past(moment, tuple(each.about for each in several), circle=circle)
        for circle, several in now.circles.items()
    ]
    return [*mails, *circles]


def hourly(first: str, last: str) -> Iterable[datetime]:
    """Every hour from one time to another, both included, 35 minutes after it."""
    moment, end = at(first) + timedelta(minutes=35), at(last)
    while moment <= end:
        yield moment
        moment += timedelta(hours=1)


def plan_with_first_value(plan: Plan = PLAN) -> Plan:
    """The plan, its starts filled in."""
    return plan.resolved({})
