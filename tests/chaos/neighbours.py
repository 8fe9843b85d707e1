"""Who shares a Prefect server: two workers of one pool, and two workspaces with one cycle id."""

from __future__ import annotations

import time

from findings import Finding
from patience import pause
from places import Place
from promises import (
    LEASED,
    WINDOW,
    begin,
    completed,
    ends,
    new_slot,
    none_works,
    once,
    told,
    untouched,
)

QUIET = 5.0
"""Seconds in which a run that reads has asked."""


def two_workers(place: Place, finding: Finding) -> None:
    """Two runs of a slot and one of another, on two workers; one at a time may read."""
    place.crew.start()
    with place.slow.held():
        reads = begin(place)
        pause(QUIET)  # the first reader has asked all that it asks at once
        asked = place.slow.asked
        after = new_slot()
        same, other = place.start("slow", reads.slot), place.start("slow", after)
        for run in (same, other):
            place.running(run)
        pause(QUIET)
        together = place.slow.asked - asked
        finding.promise(
            holds=not together, otherwise=f"{together} questions of a second reader at once"
        )
        place.slow.release()
    runs = {"first": reads.slow, "same slot's": same, "other slot's": other}
    longest = max(
        completed(place, finding, run, f"the {name} run", seconds=WINDOW)
        for name, run in runs.items()
    )
    finding.figures["ended"] = f"the last of 3 after {longest:.0f} s"
    fast = completed(place, finding, reads.fast, "the other connection's run", seconds=LEASED)
    finding.figures["others"] = f"{fast:.0f} s"
    once(place, finding, {reads.slot: ("slow", "fast"), after: ("slow",)})
    none_works(place, finding)


def two_workspaces(place: Place, second: Place, finding: Finding) -> None:
    """Another workspace with the same cycle id deploys, reads, and has a run killed."""
    before = place.deployment()["id"]
    second.apply()
    planned = second.deploy("--dry-run")
    taken = [line for line in planned.splitlines() if line.startswith(("-", "~"))]
    finding.promise(holds=not taken, otherwise=f"the second deploy would change {taken}")
    second.deploy()
    finding.promise(
        holds=place.deployment()["id"] == before, otherwise="the first's deployment was replaced"
    )
    again = place.deploy("--dry-run")
    finding.promise(
        holds=again.startswith("Nothing to change"), otherwise=f"the first deploy would: {again}"
    )
    second.crew.start()
    with second.slow.held():
        reads = begin(second)
        first = place.start("slow", reads.slot)
        since = time.monotonic()
        second.crew.kill_engine(second.run(reads.slow))
        ends(second, finding, reads.slow, since)
        told(second, finding, since)
        untouched(finding, (place,), since)
        seconds = completed(place, finding, first, "the first's run", seconds=LEASED)
        finding.figures["others"] = f"{seconds:.0f} s"
    again_run = second.start("slow", reads.slot)
    completed(second, finding, again_run, "the slot's second run", seconds=LEASED)
    once(place, finding, {reads.slot: ("slow",)})
    once(second, finding, {reads.slot: ("slow", "fast")})
    none_works(second, finding)
