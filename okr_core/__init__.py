"""The model of OKR cycles and its rules: pure, no I/O, no clock, no environment.

A Plan is applied, Readings and Entries accumulate; everything else is a function of
(plan, readings, entries, as_of).

>>> plan = load_plan('''
... cycle: {id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31}
... objectives:
...   - id: activation
...     title: New teams reach value in their first week
...     owner: ana
...     key_results:
...       - id: week1
...         title: Week-1 activation
...         metric: {kind: increase, baseline: 31, target: 45}
... ''')
>>> plan.key_results_by_id["week1"].metric.target
Decimal('45')
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from okr_core.basics.exact import apportion
    from okr_core.errors import (
        AccessError,
        ConfigError,
        DataError,
        DocumentError,
        Finding,
        InputError,
        OkrError,
        RefusalError,
        RetryableError,
        StoreFullError,
        StoreUnreachableError,
    )
    from okr_core.files.document import dump_plan, dump_workspace, load_plan, load_workspace
    from okr_core.forecast.forecast import Forecast, forecasts
    from okr_core.forecast.methods import holt, theil_sen
    from okr_core.plan.agreement import PlanVersion
    from okr_core.plan.cycle import Cycle
    from okr_core.plan.metrics import marks
    from okr_core.plan.plan import KeyResult, Objective, Plan
    from okr_core.plan.values import parse_value
    from okr_core.plan.workspace import Person, Role, Workspace
    from okr_core.progress.grades import grade_of
    from okr_core.progress.pace import expected_progress
    from okr_core.progress.progress import Progress, progress_of
    from okr_core.progress.rollup import roll_up, team_figures
    from okr_core.progress.standings import standing
    from okr_core.progress.status import Standing
    from okr_core.progress.trends import Trend, TrendLine, trend, trend_times
    from okr_core.record.entries import Acceptance, CheckIn, Correction, Entry, Reading
    from okr_core.record.score_records import Closing, Restatement
    from okr_core.score.calibration import brier
    from okr_core.score.score import scorecard
    from okr_core.score.scores import Score, Scorecard
    from okr_core.snapshot import Snapshot

__all__ = [
    "Acceptance",
    "AccessError",
    "CheckIn",
    "Closing",
    "ConfigError",
    "Correction",
    "Cycle",
    "DataError",
    "DocumentError",
    "Entry",
    "Finding",
    "Forecast",
    "InputError",
    "KeyResult",
    "Objective",
    "OkrError",
    "Person",
    "Plan",
    "PlanVersion",
    "Progress",
    "Reading",
    "RefusalError",
    "Restatement",
    "RetryableError",
    "Role",
    "Score",
    "Scorecard",
    "Snapshot",
    "Standing",
    "StoreFullError",
    "StoreUnreachableError",
    "Trend",
    "TrendLine",
    "Workspace",
    "apportion",
    "brier",
    "dump_plan",
    "dump_workspace",
    "expected_progress",
    "forecasts",
    "grade_of",
    "holt",
    "load_plan",
    "load_workspace",
    "marks",
    "parse_value",
    "progress_of",
    "roll_up",
    "scorecard",
    "standing",
    "team_figures",
    "theil_sen",
    "trend",
    "trend_times",
]

# Each name loads its module when it is asked for: `okr --help` must not build the model, and most
# commands never read YAML.
_HOMES = {
    "plan.agreement": ("PlanVersion",),
    "score.calibration": ("brier",),
    "plan.cycle": ("Cycle",),
    "files.document": ("dump_plan", "dump_workspace", "load_plan", "load_workspace"),
    "record.entries": ("Acceptance", "CheckIn", "Correction", "Entry", "Reading"),
    "errors": (
        "AccessError",
        "ConfigError",
        "DataError",
        "DocumentError",
        "Finding",
        "InputError",
        "OkrError",
        "RefusalError",
        "RetryableError",
        "StoreFullError",
        "StoreUnreachableError",
    ),
    "basics.exact": ("apportion",),
    "forecast.forecast": ("Forecast", "forecasts"),
    "forecast.methods": ("holt", "theil_sen"),
    "progress.grades": ("grade_of",),
    "plan.metrics": ("marks",),
    "progress.pace": ("expected_progress",),
    "plan.plan": ("KeyResult", "Objective", "Plan"),
    "progress.progress": ("Progress", "progress_of"),
    "progress.rollup": ("roll_up", "team_figures"),
    "score.score": ("scorecard",),
    "record.score_records": ("Closing", "Restatement"),
    "score.scores": ("Score", "Scorecard"),
    "snapshot": ("Snapshot",),
    "progress.standings": ("standing",),
    "progress.status": ("Standing",),
    "progress.trends": ("Trend", "TrendLine", "trend", "trend_times"),
    "plan.values": ("parse_value",),
    "plan.workspace": ("Person", "Role", "Workspace"),
}
_HOME = {name: f"okr_core.{home}" for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
