"""Small plans, versions and readings for the tests of scores and forecasts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from pydantic import TypeAdapter

from okr_core.plan.agreement import PlanVersion
from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import Decrease, Increase
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.revision import ReasonClass
from okr_core.record.entries import Body, Entry, Reading
from okr_core.score.scores import ExportedScore, Score

BEGINS = datetime(2026, 10, 1, tzinfo=UTC)
CYCLE = Cycle(id="q4", starts=date(2026, 10, 1), ends=date(2026, 12, 30))
"""Thirteen weeks of seven days."""
ENDS = CYCLE.end_of(CYCLE.ends)
AFTER = ENDS + timedelta(days=6)
"""When the default grace is over."""


def rise(target: int = 100, baseline: int = 0) -> Increase:
    return Increase(baseline=Decimal(baseline), target=Decimal(target))


def fall(baseline: int = 100, target: int = 0) -> Decrease:
    return Decrease(baseline=Decimal(baseline), target=Decimal(target))


def key_result(name: str = "kr", **fields: object) -> KeyResult:
    return KeyResult.model_validate({"id": name, "title": name, "metric": rise(), **fields})


def goal(name: str, *key_results: KeyResult, **fields: object) -> Objective:
    data = {"id": name, "title": name, "ambition": "aspirational", **fields}
    return Objective.model_validate({**data, "key_results": key_results})


def plan(*objectives: Objective, cycle: Cycle = CYCLE) -> Plan:
    return Plan(cycle=cycle, objectives=objectives)


def one(**fields: object) -> Plan:
    """A plan of one objective with one key result."""
    return plan(goal("o", key_result("kr", **fields)))


def versions(
    *plans: tuple[float, Plan] | tuple[float, Plan, ReasonClass | None],
) -> list[PlanVersion]:
    """Versions of a plan, each with its day since the cycle began."""
    return [
        PlanVersion(
            number,
            BEGINS + timedelta(days=each[0]),
            each[1],
            each[2] if len(each) == 3 else None,
        )
        for number, each in enumerate(plans, start=1)
    ]


def reading(day: float, value: float | str | Decimal, part: str = "") -> Reading:
    at = BEGINS + timedelta(days=day)
    return Reading(at=at, value=Decimal(str(value)), part=part, id=f"r{day}", sequence=int(day))


def weekly(values: Iterable[float | str | Decimal]) -> list[Reading]:
    return [reading(7 * week, value) for week, value in enumerate(values, start=1)]


def said(
    day: float, body: Body, name: str = "kr", by: str = "ana"
) -> Mapping[str, Sequence[Entry]]:
    """One person's entry about one item."""
    at = BEGINS + timedelta(days=day)
    return {name: [Entry(at=at, body=body, key_result=name, by=by)]}


def exported_score(score: Score) -> dict[str, object]:
    exported = TypeAdapter(ExportedScore).dump_python(ExportedScore.of(score), mode="json")
    return dict(exported)
