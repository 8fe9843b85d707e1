"""Schedule: when a connection is to be read, and how a schedule is said in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from okr_core.plan.plan import KeyResult, Plan, bound_key_results, connection_of
from okr_core.plan.workspace import Connection, Workspace

_EACH_WORKDAY, _EACH_MONDAY = "0 6 * * 1-5", "0 6 * * 1"
_CRON_OF = {"weekly": _EACH_WORKDAY, "biweekly": _EACH_MONDAY, "monthly": _EACH_MONDAY}
_FASTEST_FIRST = ("weekly", "biweekly", "monthly")
_DAYS = {"1-5": "workday", "*": "day", "1": "Monday"}


def served(plan: Plan) -> dict[str, list[KeyResult]]:
    """Connection → the key results that are bound to it; empty: their bindings name none."""
    found: dict[str, list[KeyResult]] = {}
    for kr in bound_key_results(plan):
        found.setdefault(connection_of(kr), []).append(kr)
    return found


def check_ins_of(workspace: Workspace, plan: Plan) -> dict[str, list[KeyResult]]:
    """Connection that people check in with → all key results, which may be said there."""
    key_results = list(plan.active_key_results)
    heard = (name for name, each in workspace.connections.items() if each.check_ins is not None)
    return {name: key_results for name in heard if key_results}


def reading_schedule(connection: Connection | None, key_results: Iterable[KeyResult]) -> str:
    """When a connection is read, in local times of the cycle's zone.

    One without `schedule` is read often enough for the fastest cadence among the key results that
    it serves: weekly ones each workday at six, slower ones each Monday at six.

    Args:
        connection: None: their bindings need none.
        key_results: What it serves, at least one.
    """
    if connection is not None and connection.schedule:
        return connection.schedule
    cadences = {kr.cadence for kr in key_results}
    return _CRON_OF[next(cadence for cadence in _FASTEST_FIRST if cadence in cadences)]


def next_time(cron: str, after: datetime, zone: ZoneInfo) -> datetime | None:
    """The first time of a schedule after an aware time, in UTC; None: it never comes.

    >>> next_time("0 6 * * 1-5", datetime(2026, 11, 6, 7, tzinfo=UTC), ZoneInfo("UTC")).isoformat()
    '2026-11-09T06:00:00+00:00'
    """
    # Only where a connection is bound: loading it takes time that most commands do not have.
    from cronsim import CronSim  # noqa: PLC0415

    found = next(CronSim(cron, after.astimezone(zone)), None)
    return found.astimezone(UTC) if found else None


def schedule_words(cron: str) -> str:
    """A schedule in words.

    >>> schedule_words("0 6 * * 1-5"), schedule_words("30 7 * * 1,4")
    ('every workday 06:00', 'at 07:30 on Monday and Thursday')
    """
    plain = re.fullmatch(r"(\d+) (\d+) \* \* (\S+)", " ".join(cron.split()))
    if plain and plain[3] in _DAYS:
        return f"every {_DAYS[plain[3]]} {int(plain[2]):02}:{int(plain[1]):02}"
    from cronsim import CronSim  # noqa: PLC0415

    said = CronSim(cron, datetime(2000, 1, 1, tzinfo=UTC)).explain()
    return said[:1].lower() + said[1:]
