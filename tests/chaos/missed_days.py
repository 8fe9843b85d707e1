"""A worker that is stopped for three days, each a minute long, and then catches up."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from findings import Finding
from patience import pause, until
from places import Place, names
from promises import WINDOW, none_works, once, told
from workers import Run

DAYS = 3
DAILY = "* * * * *"
"""A schedule whose day is a minute."""
SAYING = 90
"""Seconds within which `okr status` or `okr doctor` may say that a connection is not read."""


def three_days_missed(place: Place, finding: Finding) -> None:
    """Runs of three days come due while nobody works; then a worker starts."""
    since = time.monotonic()
    begun = datetime.now(UTC)
    days = 60 * (DAYS + 1)
    until(lambda: len(_due(place, begun)) >= DAYS, "days pass", seconds=days, every=1)
    told(place, finding, since)
    said = _said(place, since)
    finding.promise(
        holds=said is not None, otherwise="`okr status` does not say that nothing was read"
    )
    finding.figures["told after"] = (
        f"{finding.figures.get('told after', '-')}, status {said or 0:.0f} s"
    )
    missed = _due(place, begun)
    place.crew.start()
    started = time.monotonic()
    newest = missed[-1]
    ended = place.over(str(newest["id"]), seconds=WINDOW)
    finding.figures["next slot"] = f"{time.monotonic() - started:.0f} s"
    finding.promise(
        holds=ended["state_type"] == "COMPLETED",
        otherwise=f"the newest day's run ended {ended['state_name']}: {ended['state']['message']}",
    )
    until(
        lambda: all(place.is_over(str(run["id"])) for run in missed),
        "every missed run ends",
        seconds=WINDOW,
        every=1,
    )
    finding.figures["ended"] = names([place.run(str(run["id"])) for run in missed])
    slot = datetime.fromisoformat(newest["expected_start_time"]).replace(microsecond=0)
    once(place, finding, {slot: ("fast",)})
    for run in missed[:-1]:
        older = place.readings(datetime.fromisoformat(run["expected_start_time"]))
        twice = [key for key, number in older.items() if number > 1]
        finding.promise(holds=not twice, otherwise=f"read twice in a missed slot: {twice}")
    _pause(place)
    none_works(place, finding)


def _due(place: Place, since: datetime) -> list[Run]:
    """Runs of its schedule that came due since then, the first due first."""
    now = datetime.now(UTC)
    planned = place.runs("SCHEDULED", "PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED")
    return [
        run
        for run in planned
        if run["auto_scheduled"]
        and run["parameters"].get("connection") == "fast"
        and since <= datetime.fromisoformat(run["expected_start_time"]) <= now
    ]


def _said(place: Place, since: float) -> float | None:
    """Seconds until `okr status` said that the connection is not read."""
    until_ = time.monotonic() + SAYING
    while time.monotonic() < until_:
        if "not read since" in (out := place.okr("status").out) or "never read" in out:
            return time.monotonic() - since
        pause(5)
    return None


def _pause(place: Place) -> None:
    """No more days."""
    deployment = place.deployment()
    for each in deployment["schedules"]:
        path = f"deployments/{deployment['id']}/schedules/{each['id']}"
        place.server.stage.patch(path, {"active": False})
