"""Alerts: what each route is told after a sync; pure, knows no Prefect."""

from __future__ import annotations

from dataclasses import dataclass

from okr_core.plan.plan import Plan, bound_key_results
from okr_core.plan.workspace import Workspace
from okr_flows.notify.notices import routes_of
from okr_flows.sync.report import SyncedReading, SyncReport

LINES = 20
"""Key results that one notice names; a chat shows no more at a glance."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What one route is told after a sync."""

    route: str
    text: str


def alerts_of(workspace: Workspace, plan: Plan, report: SyncReport) -> tuple[Alert, ...]:
    """What each route is told after a sync, in the order of the plan; nothing if all is well."""
    open_ = {r.key_result: r for r in report.readings if r.state != "observed" and not r.existing}
    told: dict[str, list[SyncedReading]] = {}
    for kr in bound_key_results(plan):
        if kr.id in open_:
            for route in routes_of(workspace, plan, kr):
                told.setdefault(route, []).append(open_[kr.id])
    return tuple(Alert(route, _text(report, readings)) for route, readings in told.items())


def _text(report: SyncReport, readings: list[SyncedReading]) -> str:
    lines = [f"OKR {report.cycle}: {report.headline} ({report.as_of:%Y-%m-%d %H:%M} UTC)."]
    lines += [f"• {r.key_result} is {r.state}: {r.failure}" for r in readings[:LINES]]
    if len(readings) > LINES:
        lines.append(f"… and {len(readings) - LINES} more; `okr status` lists them.")
    return "\n".join(line.rstrip() for line in lines)
