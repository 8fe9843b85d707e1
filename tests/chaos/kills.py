"""Kills in the middle of a read: of the engine, its worker, both, Prefect's server, PostgreSQL."""

from __future__ import annotations

import time

from findings import Finding
from patience import pause
from places import Place
from promises import (
    LATE,
    WINDOW,
    begin,
    completed,
    ends,
    new_slot,
    once,
    recovers,
    told,
    unaffected,
)
from servers import Postgres

AWAY = 8.0
"""Seconds for which a server is away."""


def engine_killed(place: Place, finding: Finding) -> None:
    """The process of a run is killed while it reads; its worker lives."""
    with place.slow.held():
        reads = begin(place)
        since = time.monotonic()
        place.crew.kill_engine(place.run(reads.slow))
        ended = ends(place, finding, reads.slow, since)
        told(place, finding, since)
    recovers(place, finding, reads, ended)


def worker_killed(place: Place, finding: Finding) -> None:
    """A worker is killed while its run reads; the run goes on, later ones wait until one starts."""
    spared = place.wait_less()
    with place.slow.held():
        reads = begin(place)
        place.over(reads.fast, seconds=WINDOW)
        since = time.monotonic()
        place.crew.kill()
        slot = new_slot()
        waiting = place.start("fast", slot)
        place.slow.release()
        ended = ends(place, finding, reads.slow, since)
        told(place, finding, since, LATE, spared)
    place.crew.start()
    late = completed(place, finding, waiting, "the run that waited", seconds=WINDOW)
    recovers(place, finding, reads, ended)
    finding.figures["others"] += f", without a worker {late:.0f} s"
    once(place, finding, {slot: ("fast",)})


def both_killed(place: Place, finding: Finding) -> None:
    """A machine is gone: worker and engine are killed; another worker starts at once."""
    with place.slow.held():
        reads = begin(place)
        place.over(reads.fast, seconds=WINDOW)  # what else the machine runs is gone as well
        run = place.run(reads.slow)
        since = time.monotonic()
        place.crew.kill()
        place.crew.kill_engine(run)
        place.crew.start()
        slot = new_slot()
        beside = place.start("fast", slot)
        ended = ends(place, finding, reads.slow, since)
        told(place, finding, since)
    recovers(place, finding, reads, ended)
    unaffected(place, finding, beside, slot)


def server_killed(place: Place, finding: Finding) -> None:
    """Prefect's server is killed while a limited connection is read, and away as it answers."""
    with place.slow.held():
        reads = begin(place)
        place.over(reads.fast, seconds=WINDOW)  # what starts without a server is Prefect's to tell
        since = time.monotonic()
        place.server.kill()
        pause(AWAY / 2)
        place.slow.release()
        pause(AWAY / 2)
        place.server.start()
        slot = new_slot()
        beside = place.start("fast", slot)
        ended = ends(place, finding, reads.slow, since)
        if ended is None or ended["state_type"] != "COMPLETED":
            told(place, finding, since)
    recovers(place, finding, reads, ended)
    unaffected(place, finding, beside, slot)


def store_restarted(place: Place, postgres: Postgres, finding: Finding) -> None:
    """PostgreSQL breaks between read and record, and is back before long."""
    with place.slow.held():
        reads = begin(place)
        completed(place, finding, reads.fast, "the other connection's run", seconds=WINDOW)
        since = time.monotonic()
        postgres.kill()
        place.slow.release()
        pause(AWAY)
        postgres.start()
        ended = ends(place, finding, reads.slow, since)
        if ended is None or ended["state_type"] != "COMPLETED":
            told(place, finding, since)
    recovers(place, finding, reads, ended)
