"""A worker that is stopped for three days, each a minute long, and then catches up."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from findings import Finding
from patience import until
from places import OVER, WORKING, Place, names
from promises import LATE, WINDOW, new_slot, none_works, once, told
from workers import Run

DAYS = 3
DAILY = "0 6 * * *"
"""The schedule as the workspace has it."""
EACH_MINUTE = {"cron": "* * * * *"}
"""What a person sets in Prefect who does not want to wait: a day is a minute."""


def three_days_missed(place: Place, finding: Finding) -> None:
    """Runs of three days come due while nobody works; then a worker starts."""
    spared = place.wait_less()
    _change_schedule(place, {"schedule": EACH_MINUTE})
    begun = datetime.now(UTC)
    days = 60 * (DAYS + 1)
    until(lambda: _due(place, begun), "a day comes", seconds=days)
    since = time.monotonic()
    # Of runs that its scheduler planned in the last five minutes Prefect tells late; not of this.
    place.start("fast", new_slot())
    until(lambda: len(_due(place, begun)) >= DAYS, "days pass", seconds=days, every=1)
    told(place, finding, since, LATE, spared)
    finding.promise(
        holds=_said(place, datetime.now(UTC) + timedelta(DAYS)),
        otherwise=f"`okr status` will not say after {DAYS} days that nothing is read",
    )
    missed = _due(place, begun)
    place.crew.start()
    started = time.monotonic()
    until(lambda: _read(place, begun), "a day is read", seconds=2 * WINDOW)
    finding.figures["next slot"] = f"{time.monotonic() - started:.0f} s"
    until(
        lambda: all(place.is_over(str(run["id"])) for run in missed),
        "every missed run ends",
        seconds=2 * WINDOW,
    )
    finding.figures["ended"] = names([place.run(str(run["id"])) for run in missed])
    read = _read(place, begun)
    finding.promise(
        holds=min(read) >= _slot(missed[-1]), otherwise=f"an older day was read: {min(read)}"
    )
    once(place, finding, dict.fromkeys(read, ("fast",)))
    finding.promise(
        holds=not _said(place, datetime.now(UTC)), otherwise="`okr status` says it was not read"
    )
    _change_schedule(place, {"active": False})
    none_works(place, finding)


def _due(place: Place, since: datetime) -> list[Run]:
    """Runs of its schedule that came due since then, the first due first."""
    now = datetime.now(UTC)
    planned = place.runs("SCHEDULED", *WORKING, *OVER)
    return [
        run
        for run in planned
        if run["auto_scheduled"]
        and run["parameters"].get("connection") == "fast"
        and since <= datetime.fromisoformat(run["expected_start_time"]) <= now
    ]


def _slot(run: Run) -> datetime:
    return datetime.fromisoformat(run["expected_start_time"]).replace(second=0, microsecond=0)


def _read(place: Place, since: datetime) -> list[datetime]:
    """Slots of runs that came due since then, of which there is a reading."""
    return [slot for slot in map(_slot, _due(place, since)) if place.readings(slot)]


def _said(place: Place, at: datetime) -> bool:
    """Whether `okr status` of that time says that a connection was not read when it was due."""
    status = place.must("status", "--format", "json", "--as-of", f"{at:%Y-%m-%dT%H:%M}").json
    return any(each["overdue"] for each in status.get("connections", ()))


def _change_schedule(place: Place, change: dict[str, object]) -> None:
    """What a person does in Prefect's pages."""
    deployment = place.deployment()
    for each in deployment["schedules"]:
        body = {"parameters": each["parameters"], **change}
        path = f"deployments/{deployment['id']}/schedules/{each['id']}"
        place.server.stage.patch(path, body)
